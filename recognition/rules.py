"""The only place that says which track a line takes and what ratings mean and add up to.

Pure. Sources: Lisbon Recognition Convention (LRC) III.3(5), EAR manual chapters 10 and 11. A number
(4 of 9) is advice; which decisions the ratings allow is said in `choices.py`.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from credentials.vocabulary import BodyStatus, QualityAssurance
from recognition.credits import CreditRules, in_proportion, workload_difference
from recognition.vocabulary import (
    RATINGS_BEST_FIRST,
    Element,
    ElementRating,
    Need,
    Rating,
    Track,
    TrackReason,
)

LOWEST_HIGHER_EDUCATION_EQF = 5


# The track


@dataclass(frozen=True, slots=True)
class TrackProposal:
    """The track the portal proposes, and why; a registrar may override it with a reason."""

    track: Track
    reasons: tuple[TrackReason, ...]


def derive_track(
    body_status: str,
    quality_assurance: str,
    level: int | None,
    workload: Decimal | None,
    *,
    is_platform: bool = False,
) -> TrackProposal:
    """Propose the track from codes of `credentials.vocabulary`, the EQF level and the workload.

    Learning certified by a recognised institution of higher education, quality assured, goes to
    recognition; all other learning to validation (ENIC-NARIC and MICROBOL on micro-credentials).
    What is not stated does not count against the applicant: it is named, to be asked for.
    A platform (`is_platform`: nobody else is known to award) never leads to recognition.
    """
    against = []
    if is_platform:
        against.append(TrackReason.PLATFORM)
    elif body_status != BodyStatus.RECOGNISED:
        against.append(_BODY_REASONS.get(body_status, TrackReason.UNKNOWN_BODY))
    if quality_assurance == QualityAssurance.NONE:
        against.append(TrackReason.NO_QUALITY_ASSURANCE)
    if level is not None and level < LOWEST_HIGHER_EDUCATION_EQF:
        against.append(TrackReason.BELOW_HIGHER_EDUCATION)
    if against:
        return TrackProposal(Track.VALIDATION, tuple(against))
    reasons = [
        TrackReason.RECOGNISED_BODY,
        TrackReason.QUALITY_ASSURED if quality_assurance else TrackReason.QUALITY_UNKNOWN,
    ]
    reasons.append(TrackReason.LEVEL_UNKNOWN if level is None else TrackReason.HIGHER_EDUCATION)
    reasons.append(TrackReason.WORKLOAD_UNKNOWN if workload is None else TrackReason.WORKLOAD)
    return TrackProposal(Track.RECOGNITION, tuple(reasons))


_BODY_REASONS: dict[str, TrackReason] = {
    BodyStatus.NON_HE: TrackReason.NON_HE_BODY,
    BodyStatus.NOT_RECOGNISED: TrackReason.NOT_RECOGNISED_BODY,
}


# Ratings


@dataclass(frozen=True, slots=True)
class TargetOutcome:
    """One outcome that the target asks for; `number` as it is shown to people."""

    id: Hashable
    number: int
    essential: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """What the ratings add up to: advice, never the decision."""

    met: int
    counted: int
    essential_met: int
    essential_total: int
    proportional_ects: Decimal


def tally(
    outcomes: Iterable[TargetOutcome], ratings: Mapping[Hashable, str], ects: Decimal
) -> Tally:
    """Count the outcomes met, as the page's script does; `ects` are those of the target.

    An outcome without a rating counts as not met; one rated NOT_APPLICABLE is not counted.
    """
    counted = [o for o in outcomes if ratings.get(o.id) != Rating.NOT_APPLICABLE]
    met = [o for o in counted if is_met(ratings.get(o.id))]
    return Tally(
        met=len(met),
        counted=len(counted),
        essential_met=sum(o.essential for o in met),
        essential_total=sum(o.essential for o in counted),
        proportional_ects=in_proportion(ects, len(met), len(counted)),
    )


def is_met(rating: str | None) -> bool:
    """Tell whether a rating (or none yet) means that the outcome is met."""
    return rating is not None and rating != "" and Rating(rating).counts_as_met


def part_is_met(outcomes: Iterable[TargetOutcome], ratings: Mapping[Hashable, str]) -> bool:
    """Tell whether a part of a module is met: its essential outcomes, or all if none is."""
    counted = [o for o in outcomes if ratings.get(o.id) != Rating.NOT_APPLICABLE]
    needed = [o for o in counted if o.essential] or counted
    return bool(needed) and all(is_met(ratings.get(o.id)) for o in needed)


def agreed_rating(ratings: Sequence[str]) -> Rating | None:
    """Return what the reviewers say together, None when nobody has rated.

    It is the rating of the majority; without one, the middle of their ratings; when they are
    split evenly, the better one for the applicant.
    """
    ordered = sorted((Rating(r) for r in ratings if r), key=RATINGS_BEST_FIRST.index)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def agreed_element(ratings: Sequence[str]) -> ElementRating | None:
    """Return what the reviewers say together of an element; as `agreed_rating`."""
    order = list(ElementRating)
    ordered = sorted((ElementRating(r) for r in ratings if r), key=order.index)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def differs(ratings: Iterable[str]) -> bool:
    """Tell whether reviewers gave different ratings; missing ones do not count."""
    return len({rating for rating in ratings if rating}) > 1


def still_owed(number: int, rating: str, *, has_pointer: bool, text: str) -> str | None:
    """Return what a reviewer still owes for outcome `number`, None when nothing."""
    if not rating:
        return _("Outcome %(number)s is not rated yet.") % {"number": number}
    rating = Rating(rating)
    if rating.text_prompt and not text.strip():
        return _("Outcome %(number)s is rated “%(rating)s”. %(prompt)s.") % {
            "number": number,
            "rating": rating.label,
            "prompt": rating.text_prompt,
        }
    if Need.POINTER in rating.needs and not has_pointer:
        return _("Outcome %(number)s is rated “%(rating)s”. Cite the place in the evidence.") % {
            "number": number,
            "rating": rating.label,
        }
    return None


def elements_to_weigh(
    *,
    rules: CreditRules,
    today: date,
    target_ects: Decimal | None = None,
    source_ects: Sequence[Decimal | None] = (),
    target_level: int | None = None,
    source_level: int | None = None,
    awarded_on: date | None = None,
) -> dict[Element, str]:
    """Return the elements in which the facts differ, each with a sentence for the reviewers.

    Workload below the tolerance (R1), a lower EQF level (R7), learning older than the policy's
    years (R6). A hint, never a rating: unknown facts give none.
    """
    hints: dict[Element, str] = {}
    if target_level and source_level and source_level < target_level:
        hints[Element.LEVEL] = _(
            "The source is on EQF level %(source)s, the target on %(target)s. Does it matter here?"
        ) % {"source": source_level, "target": target_level}
    known = [ects for ects in source_ects if ects is not None]
    if target_ects and known and len(known) == len(source_ects):
        workload = workload_difference(target_ects, known, rules)
        if workload:
            hints[Element.WORKLOAD] = str(workload)
    if awarded_on and _years(awarded_on, today) >= rules.currency_years:
        hints[Element.CURRENCY] = _("It was awarded %(years)s years ago. Is it still current?") % {
            "years": _years(awarded_on, today)
        }
    return hints


def _years(since: date, today: date) -> int:
    not_yet = (today.month, today.day) < (since.month, since.day)
    return today.year - since.year - not_yet
