"""The only place that says what would count twice (R4) or break a limit of the programme (R5).

Pure: rows of the ledger in, sentences out. Amounts are ECTS credits as Decimal in steps of 0.5.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from recognition.credits import NOTHING, CreditRules, in_words, rounded_down
from recognition.vocabulary import Track


@dataclass(frozen=True, slots=True)
class Entry:
    """One active row of the ledger, or one that is about to be written.

    `award`: the degree the credits count towards; `target`: the module, None for free electives;
    `credential`: the key of the learning itself, the same for a second import; `ects` credited.
    """

    award: Hashable
    target: Hashable | None
    credential: Hashable
    ects: Decimal
    track: Track = Track.RECOGNITION


def counted_twice(
    new: Entry,
    ledger: Iterable[Entry],
    rules: CreditRules,
    *,
    credential_ects: Decimal | None = None,
    target_ects: Decimal | None = None,
    target_passed: bool = False,
) -> list[Promise]:
    """R4: return why `new` would count learning twice, [] when it would not.

    `credential_ects`: all credits of the credential, `target_ects`: of the module, None when not
    known. A row uses at most what the credential has: a module of 6 ECTS replaced by a course of
    5 uses these 5 up.
    """
    ledger = list(ledger)
    of_credential = [row for row in ledger if row.credential == new.credential]
    here = [row for row in of_credential if row.award == new.award]
    problems: list[Promise] = []
    if credential_ects is not None:
        used = sum((min(row.ects, credential_ects) for row in here), NOTHING)
        if used + min(new.ects, credential_ects) > credential_ects:
            problems.append(
                format_lazy(
                    _("The credential has {total}; {used} count already, {more} do not fit."),
                    total=in_words(credential_ects),
                    used=in_words(used),
                    more=in_words(new.ects),
                )
            )
    elif here:
        problems.append(
            _("The credential counts already, and how many credits it has is not known.")
        )
    if len(here) < len(of_credential) and not rules.reuse_across_awards:
        problems.append(_("The credential already counts towards another qualification."))
    if new.target is None:
        return problems
    if target_passed:
        return [*problems, _("The module is already passed or registered for.")]
    same = (row for row in ledger if row.award == new.award and row.target == new.target)
    filled = sum((row.ects for row in same), NOTHING)
    if target_ects is not None and filled + new.ects > target_ects:
        problems.append(
            format_lazy(
                _("The module has {total}; {used} count already, {more} do not fit."),
                total=in_words(target_ects),
                used=in_words(filled),
                more=in_words(new.ects),
            )
        )
    return problems


def over_limit(
    new: Entry,
    ledger: Iterable[Entry],
    rules: CreditRules,
    *,
    award_ects: Decimal,
    excluded: bool = False,
) -> list[Promise]:
    """R5: return which limits of the programme `new` would break, [] when none.

    `award_ects`: all credits of the programme; `excluded`: the module is one that cannot be
    replaced (thesis, capstone).
    """
    here = [row for row in ledger if row.award == new.award]
    problems: list[Promise] = []
    if excluded:
        problems.append(_("This module cannot be replaced by other learning."))
    if new.track == Track.VALIDATION:
        limit = rounded_down(award_ects * rules.validation_cap)
        if sum((r.ects for r in here if r.track == Track.VALIDATION), new.ects) > limit:
            problems.append(
                format_lazy(
                    _("At most {limit} of the programme can come from validated learning."),
                    limit=in_words(limit),
                )
            )
    limit = award_ects - rules.residency_ects
    if rules.total_cap is not None:
        limit = min(limit, award_ects * rules.total_cap)
    limit = rounded_down(limit)
    if sum((row.ects for row in here), new.ects) > limit:
        problems.append(
            format_lazy(
                _("At most {limit} of the programme can be recognised."), limit=in_words(limit)
            )
        )
    return problems
