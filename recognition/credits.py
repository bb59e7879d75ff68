"""The only place that computes credits, and says how.

Amounts are ECTS credits as Decimal in steps of 0.5, never float. Every amount comes with a
sentence that is translated only when shown, so that a screen and a letter in two languages can
say how it was computed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recognition.vocabulary import DecisionType

STEP = Decimal("0.5")
NOTHING = Decimal("0.0")


class CreditError(ValueError):
    """An amount that cannot be ECTS credits."""


@dataclass(frozen=True, slots=True)
class CreditRules:
    """What an institution's policy says about credits. Shares are between 0 and 1.

    `allows_proportional`: part of a module without parts may be recognised in proportion;
    `validation_cap`: the share of a programme that validation may fill; `total_cap`: that all
    recognised learning may fill, None for no limit; `residency_ects` must be earned at home.
    """

    allows_proportional: bool = True
    workload_tolerance_ects: Decimal = Decimal(1)
    workload_tolerance_share: Decimal = Decimal("0.8")
    hours_per_ects: Decimal = Decimal(25)
    validation_cap: Decimal = Decimal("0.5")
    total_cap: Decimal | None = None
    residency_ects: Decimal = NOTHING
    reuse_across_awards: bool = False
    currency_years: int = 10


@dataclass(frozen=True, slots=True)
class Credits:
    """An amount in ECTS and one sentence on how it was computed."""

    amount: Decimal
    explanation: Promise


def halves(value: Decimal | int | str) -> Decimal:
    """Return `value` as ECTS credits with one decimal place.

    Raises CreditError when it is not a number, is negative or not a multiple of 0.5, and
    TypeError for a float, which cannot hold credits exactly.
    """
    if isinstance(value, float | bool):
        raise TypeError("ECTS credits are Decimal, int or str, never float or bool")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise CreditError(gettext("“%(value)s” is not a number.") % {"value": value}) from None
    if not amount.is_finite() or amount < 0 or amount >= 10_000 or amount % STEP:
        raise CreditError(
            gettext("“%(value)s” is not an amount of ECTS: use steps of 0.5.") % {"value": value}
        )
    return abs(amount.quantize(NOTHING))


def rounded_down(value: Decimal) -> Decimal:
    """Return `value` rounded down to a step of 0.5; nothing when it is negative."""
    return max(value // STEP * STEP, NOTHING).quantize(NOTHING)


def _in_words(amount: Decimal) -> str:
    return f"{_plain(amount)}\N{NO-BREAK SPACE}ECTS"


def _plain(number: Decimal) -> str:
    return number_format(number.normalize() + 0)


_number = lazy(_plain, str)
in_words = lazy(_in_words, str)
"""Return an amount as "4.5 ECTS" in the language in which it is shown."""


def in_proportion(ects: Decimal, met: int, counted: int) -> Decimal:
    """Return `met` of `counted` parts of `ects`, rounded down to 0.5; the tally uses it too."""
    return Decimal(int(ects / STEP) * met // (counted or 1)) * STEP


# Amounts: R1 to R3, and R8 of the credit rules


def for_substitution(target_ects: Decimal, filled: Decimal = NOTHING) -> Credits:
    """R1: a full substitution gives what the module would have given and did not give yet."""
    sentence = format_lazy(
        _("Recognised in full: {amount}, the credits of the module."),
        amount=in_words(target_ects),
    )
    left = max(target_ects - filled, NOTHING)
    return Credits(left, _still_open(sentence, left) if filled else sentence)


def for_other_module(code: str, target_ects: Decimal, filled: Decimal = NOTHING) -> Credits:
    """R1 for an alternative: what the module would have given that is recognised instead."""
    sentence = format_lazy(
        _("Recognised for {code}: {amount}, the credits of the module."),
        code=code,
        amount=in_words(target_ects),
    )
    left = max(target_ects - filled, NOTHING)
    return Credits(left, _still_open(sentence, left) if filled else sentence)


def on_condition(full: Credits) -> Credits:
    """Return what a conditional recognition gives once all its conditions are met."""
    sentence = format_lazy(
        _("As soon as the conditions are met: {amount}."), amount=in_words(full.amount)
    )
    return Credits(full.amount, sentence)


def expected(given: Credits) -> Credits:
    """Return what an information in advance says of credits: nothing is given by it."""
    sentence = format_lazy(_("To be expected, but not decided: {said}"), said=given.explanation)
    return Credits(NOTHING, sentence)


def _still_open(before: Promise, left: Decimal) -> Promise:
    return format_lazy(
        _("{before} Only {left} of the module are still open."),
        before=before,
        left=in_words(left),
    )


def for_inclusion(
    sources: Iterable[Decimal], free: Decimal, asked: Decimal | None = None
) -> Credits:
    """R2: an inclusion gives the credits of the sources, up to what is `asked` and is free.

    Rounded down to a step of 0.5, because a signed file may state any number.
    """
    earned = rounded_down(sum(sources, NOTHING))
    if asked is not None and asked < min(earned, free):
        sentence = format_lazy(
            _("{earned} were earned; the application asks for {asked}."),
            earned=in_words(earned),
            asked=in_words(asked),
        )
        return Credits(asked, sentence)
    if earned <= free:
        sentence = format_lazy(_("The credits as earned: {amount}."), amount=in_words(earned))
    else:
        sentence = format_lazy(
            _("{earned} were earned; {free} are still free in the programme."),
            earned=in_words(earned),
            free=in_words(free),
        )
    return Credits(min(earned, free), sentence)


# By whether the module has parts, and whether some of it was credited before.
_PART_SENTENCES = {
    (True, False): _("Parts of the module that are met: {amount}."),
    (True, True): _("Parts of the module that are met and were not credited yet: {amount}."),
    (False, False): _(
        "{met} of {counted} outcomes of {target}, rounded down to half a credit: {amount}."
    ),
    (False, True): _(
        "{met} of {counted} outcomes of {target} that gave no credits yet, rounded down to half "
        "a credit: {amount}."
    ),
}


def for_part(
    target_ects: Decimal,
    rules: CreditRules,
    *,
    parts_met: Sequence[Decimal] | None = None,
    met: int = 0,
    counted: int = 0,
    filled: Decimal = NOTHING,
    at_most: Decimal | None = None,
) -> Credits:
    """R3: a partial recognition gives the parts that are met, else a share of the outcomes.

    `parts_met`: ECTS of the module's parts that are met, None when the module has no parts;
    `met` of `counted` outcomes are then used. What gave credits before is in neither of them.
    `filled`: what the module has been credited with; `at_most`: the credits of the sources where
    their workload differs substantially.
    """
    if parts_met is not None:
        earned = sum(parts_met, NOTHING)
    elif not rules.allows_proportional:
        return Credits(NOTHING, _("This programme recognises whole modules only."))
    else:
        earned = in_proportion(target_ects, met, counted)
    sentence: Promise = format_lazy(
        _PART_SENTENCES[parts_met is not None, bool(filled)],
        met=met,
        counted=counted,
        target=in_words(target_ects),
        amount=in_words(earned),
    )
    left = max(target_ects - filled, NOTHING)
    if earned > left:
        sentence = _still_open(sentence, left)
    amount = min(earned, left)
    if at_most is not None and amount > at_most:
        amount = rounded_down(at_most)
        sentence = format_lazy(
            _("{before} The workload differs: not more than the {earned} that were earned."),
            before=sentence,
            earned=in_words(amount),
        )
    return Credits(amount, sentence)


def credits_for(
    decision: DecisionType,
    rules: CreditRules,
    *,
    target_ects: Decimal = NOTHING,
    sources: Sequence[Decimal] = (),
    free: Decimal = NOTHING,
    asked: Decimal | None = None,
    workload_differs: bool = False,
    **part: Any,
) -> Credits:
    """Return what a decision gives, in ECTS; `part` are the keywords of `for_part`."""
    if decision == DecisionType.FULL_SUBSTITUTION:
        return for_substitution(target_ects, part.get("filled", NOTHING))
    if decision == DecisionType.INCLUSION:
        return for_inclusion(sources, free, asked)
    if decision == DecisionType.CONDITIONAL:
        return on_condition(for_substitution(target_ects, part.get("filled", NOTHING)))
    if decision == DecisionType.PARTIAL:
        at_most = sum(sources, NOTHING) if workload_differs else None
        return for_part(target_ects, rules, at_most=at_most, **part)
    if decision == DecisionType.EXEMPTION:
        return Credits(NOTHING, _("What is shown need not be done again; it gives no credits."))
    return Credits(NOTHING, _("No credits are recognised."))


def split(amount: Decimal, sources: Sequence[Decimal]) -> list[Decimal]:
    """Return the share of each source in `amount`, by its ECTS, in steps of 0.5.

    The shares add up to `amount`; none is 0 while there are enough steps for all. Raises
    CreditError for an amount that is no multiple of 0.5.
    """
    halves(amount)
    steps = int(amount / STEP)
    weights = [max(ects, STEP) for ects in sources]
    total = sum(weights)
    shares = [int(steps * weight // total) for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda i: (shares[i] - steps * weights[i] / total, i)
    )
    for index in by_remainder[: steps - sum(shares)]:
        shares[index] += 1
    while 0 in shares and max(shares) > 1:
        shares[shares.index(max(shares))] -= 1
        shares[shares.index(0)] += 1
    return [(share * STEP).quantize(NOTHING) for share in shares]


def workload_difference(
    target_ects: Decimal, sources: Iterable[Decimal], rules: CreditRules
) -> Promise | None:
    """R1: return why the element workload must be rated, None within the tolerance."""
    earned = sum(sources, NOTHING)
    lowest = min(
        target_ects - rules.workload_tolerance_ects, target_ects * rules.workload_tolerance_share
    )
    if earned >= lowest:
        return None
    return format_lazy(
        _("{earned} were earned, the module has {target}. Is this a difference that matters?"),
        earned=in_words(earned),
        target=in_words(target_ects),
    )


def from_hours(hours: Decimal, rules: CreditRules, factor: Decimal | None = None) -> Credits:
    """R8: convert hours of work by the issuer's hours per ECTS, else by the policy's.

    Rounded down to 0.5; keep `hours` and the factor beside the result. Raises CreditError for
    negative hours or a factor that is not positive.
    """
    factor = rules.hours_per_ects if factor is None else factor
    if hours < 0 or factor <= 0:
        raise CreditError(gettext("Hours and hours per credit must be positive numbers."))
    amount = rounded_down(hours / factor)
    return Credits(
        amount,
        format_lazy(
            _("{hours} hours at {factor} hours per credit, rounded down: {amount}."),
            hours=_number(hours),
            factor=_number(factor),
            amount=in_words(amount),
        ),
    )
