"""The only place that says which track a line takes and which decisions its ratings allow.

Pure: opinions in, verdicts with plain reasons out. Sources: Lisbon Recognition Convention (LRC)
III.3(5) and III.5, EAR manual chapters 10 and 11. A number (4 of 9) is advice; what binds are the
essential outcomes and the substantial differences somebody has shown.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.verdict import ALLOWED, Verdict, no
from credentials.vocabulary import BodyStatus, QualityAssurance
from recognition.credits import CreditRules, Credits, in_proportion, workload_difference
from recognition.vocabulary import (
    RATINGS_BEST_FIRST,
    DecisionType,
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


# Decisions


@dataclass(frozen=True, slots=True)
class LineOpinion:
    """What the committee knows of one line when the chair decides.

    `ratings` and `elements` are the agreed ones, or those the chair has set; `request_unanswered`:
    the applicant was asked for what is missing and did not answer in time. `part` is what a
    partial recognition would give and `free` the ECTS still free for electives, None when not
    known. `is_free_elective`: the line asks for free electives, not for a module.
    """

    track: str
    outcomes: tuple[TargetOutcome, ...]
    ratings: Mapping[Hashable, str]
    elements: Mapping[str, str] = field(default_factory=dict)
    request_unanswered: bool = False
    is_free_elective: bool = False
    part: Credits | None = None
    free: Decimal | None = None

    @property
    def needed(self) -> list[TargetOutcome]:
        """The outcomes that matter: the essential ones, or all where none is marked."""
        return [o for o in self.outcomes if o.essential] or list(self.outcomes)

    @property
    def missing(self) -> list[TargetOutcome]:
        """The needed outcomes that are neither met nor out of the count."""
        done = (Rating.FULL, Rating.SUBSTANTIAL, Rating.NOT_APPLICABLE)
        return [o for o in self.needed if self.ratings.get(o.id) not in done]

    @property
    def unrated(self) -> list[TargetOutcome]:
        return [o for o in self.needed if not self.ratings.get(o.id)]

    @property
    def grounds(self) -> list[TargetOutcome]:
        """The needed outcomes that can carry a refusal.

        In recognition silence is no ground unless the applicant was asked and did not answer; in
        validation it is for the applicant to show the learning.
        """
        silence = self.track == Track.VALIDATION or self.request_unanswered
        shown = (Rating.PARTIAL, Rating.NOT_MET)
        return [
            o
            for o in self.needed
            if (rating := self.ratings.get(o.id)) in shown
            or (silence and rating == Rating.NOT_EVIDENCED)
        ]

    @property
    def substantial(self) -> list[Element]:
        """The elements in which a substantial difference was found."""
        return [e for e in Element if self.elements.get(e) == ElementRating.SUBSTANTIAL]


def allowed_decisions(opinion: LineOpinion) -> dict[DecisionType, Verdict]:
    """Return for every type of decision whether the ratings allow it, and why not."""
    return {
        DecisionType.FULL_SUBSTITUTION: _full(opinion),
        DecisionType.INCLUSION: _inclusion(opinion),
        DecisionType.PARTIAL: _partial(opinion),
        DecisionType.REFUSAL: _refusal(opinion),
    }


def _full(opinion: LineOpinion) -> Verdict:
    if opinion.is_free_elective:
        return no(_("Free electives are counted, no module is replaced."))
    if opinion.unrated:
        return no(_not_rated(opinion.unrated))
    if len(opinion.missing) == 1:
        outcome = opinion.missing[0]
        return no(
            _("Outcome %(number)s, which is essential, is rated “%(rating)s”.")
            % {"number": outcome.number, "rating": Rating(opinion.ratings[outcome.id]).label}
        )
    if opinion.missing:
        return no(
            _("Outcomes %(numbers)s, which are essential, are not met.")
            % {"numbers": _numbers(opinion.missing)}
        )
    if opinion.outcomes and not any(is_met(opinion.ratings.get(o.id)) for o in opinion.outcomes):
        return no(_("No outcome is rated as met."))
    if opinion.substantial:
        return no(_difference_in(opinion.substantial))
    return ALLOWED


def _inclusion(opinion: LineOpinion) -> Verdict:
    if opinion.free is not None and opinion.free <= 0:
        return no(_("No credits are free for electives in this programme."))
    if Element.LEVEL in opinion.substantial:
        return no(_difference_in([Element.LEVEL]))
    return ALLOWED


def _partial(opinion: LineOpinion) -> Verdict:
    if opinion.is_free_elective:
        return no(_("Free electives are counted, no module is replaced."))
    if _full(opinion):
        return no(_("All essential outcomes are met: recognise in full."))
    if opinion.part is not None and opinion.part.amount <= 0:
        return no(opinion.part.explanation)
    return ALLOWED


def _refusal(opinion: LineOpinion) -> Verdict:
    if opinion.substantial or opinion.grounds:
        return ALLOWED
    if opinion.unrated:
        return no(_not_rated(opinion.unrated))
    if opinion.missing:
        return no(_ask_first(opinion.missing))
    return no(_("No essential outcome is missing and no other element differs substantially."))


def _numbers(outcomes: Iterable[TargetOutcome]) -> str:
    return ", ".join(str(outcome.number) for outcome in outcomes)


def _not_rated(outcomes: Sequence[TargetOutcome]) -> str:
    return ngettext(
        "Outcome %(numbers)s, which is essential, is not rated yet.",
        "Outcomes %(numbers)s, which are essential, are not rated yet.",
        len(outcomes),
    ) % {"numbers": _numbers(outcomes)}


def _ask_first(outcomes: Sequence[TargetOutcome]) -> str:
    return ngettext(
        "Nothing in the evidence speaks of outcome %(numbers)s. Ask the applicant first.",
        "Nothing in the evidence speaks of outcomes %(numbers)s. Ask the applicant first.",
        len(outcomes),
    ) % {"numbers": _numbers(outcomes)}


def _difference_in(elements: Iterable[Element]) -> str:
    return _("A substantial difference is on record: %(elements)s.") % {
        "elements": ", ".join(str(element.label) for element in elements)
    }
