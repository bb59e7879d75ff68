"""The only place that says what a refusal must contain before it can be signed.

Sources: Lisbon Recognition Convention III.3(5) (the burden lies with the committee) and III.5
(reasons, and what can be done later); EAR manual, chapters 10 and 11.
"""

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from recognition.choices import LineOpinion, allowed_decisions
from recognition.rules import TargetOutcome
from recognition.vocabulary import (
    BEFORE_REFUSAL,
    BEFORE_REFUSAL_OF_ELECTIVES,
    DecisionType,
    Element,
    EssentialElement,
    Rating,
    Track,
)

RATED_AS = {
    EssentialElement.LEVEL: {Element.LEVEL},
    EssentialElement.WORKLOAD: {Element.WORKLOAD},
    EssentialElement.QUALITY: {
        Element.QUALITY,
        Element.AUTHENTICITY,
        Element.IDENTITY,
        Element.CURRENCY,
    },
    EssentialElement.PROFILE: {Element.PROFILE},
}
"""Which rated elements can back a difference; whether a credential is genuine, its holder
identified and its learning current are questions of quality."""


@dataclass(frozen=True, slots=True)
class DifferenceDraft:
    """One substantial difference as the chair writes it; `outcome`: a target outcome's id."""

    element: str = ""
    outcome: Hashable | None = None
    what_differs: str = ""
    examined: str = ""
    why_it_matters: str = ""


@dataclass(frozen=True, slots=True)
class RefusalDraft:
    """A refusal as the chair writes it.

    `reasons` are the chair's own words; `why_not` says of each more favourable type of decision
    why it is not possible.
    """

    opinion: LineOpinion
    differences: tuple[DifferenceDraft, ...] = ()
    reasons: str = ""
    why_not: Mapping[str, str] = field(default_factory=dict)
    later_measures: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is missing, where: a field of the decision, or of row n as "differences-n-field"."""

    field: str
    sentence: str


def problems_of_refusal(draft: RefusalDraft) -> list[Problem]:
    """Return what stands against signing this refusal, [] when nothing does.

    Recognition: at least one complete substantial difference. Validation: the reasons why the
    outcomes are not shown. Both: what else was considered, and what the learner can do later.
    """
    problems = []
    verdict = allowed_decisions(draft.opinion)[DecisionType.REFUSAL]
    if not verdict:
        problems.append(Problem("type", verdict.reason))
    for row, difference in enumerate(draft.differences):
        problems += [
            Problem(f"differences-{row}-{field}", sentence)
            for field, sentence in _gaps(difference, draft.opinion)
        ]
    if draft.opinion.track == Track.VALIDATION:
        if not says(draft.reasons):
            problems.append(
                Problem("reasons", _("Write what the applicant has not shown, and how you know."))
            )
    elif not draft.differences:
        problems.append(Problem("differences", _("Name at least one substantial difference.")))
    problems += [
        Problem(
            f"why_not_{kind}",
            _("“%(decision)s”: write why this is not possible.") % {"decision": kind.label},
        )
        for kind in to_consider(draft.opinion)
        if not says(draft.why_not.get(kind, ""))
    ]
    if not says(draft.later_measures):
        problems.append(
            Problem(
                "later_measures",
                _("Write what the applicant can do to have it recognised later."),
            )
        )
    return problems


def to_consider(opinion: LineOpinion) -> tuple[DecisionType, ...]:
    """Return the decisions that a refusal must have considered before, most favourable first."""
    return BEFORE_REFUSAL_OF_ELECTIVES if opinion.is_free_elective else BEFORE_REFUSAL


def _gaps(difference: DifferenceDraft, opinion: LineOpinion) -> Iterator[tuple[str, str]]:
    yield from _element_gaps(difference, opinion)
    if not says(difference.what_differs):
        yield "what_differs", _("Write what differs.")
    if not difference.examined.strip():
        yield "examined", _("Name the evidence that you examined.")
    if not says(difference.why_it_matters):
        yield "why_it_matters", _("Write why it matters for this programme.")


def _element_gaps(difference: DifferenceDraft, opinion: LineOpinion) -> Iterator[tuple[str, str]]:
    if difference.element not in EssentialElement.values:
        yield (
            "element",
            _("Choose level, workload, quality, profile or learning outcomes: no other counts."),
        )
    elif difference.element == EssentialElement.OUTCOMES:
        outcome = next((o for o in opinion.outcomes if o.id == difference.outcome), None)
        sentence = _outcome_gap(outcome, opinion)
        if sentence:
            yield "outcome", sentence
    elif not RATED_AS[EssentialElement(difference.element)] & set(opinion.substantial):
        yield (
            "element",
            _("%(element)s is not rated as a substantial difference.")
            % {"element": EssentialElement(difference.element).label},
        )


def _outcome_gap(outcome: TargetOutcome | None, opinion: LineOpinion) -> str:
    if outcome is None:
        return _("Choose the outcome that the evidence does not show.")
    if outcome in opinion.grounds:
        return ""
    number = {"number": outcome.number}
    if outcome not in opinion.needed:
        return _("Outcome %(number)s is not essential: it cannot carry a refusal.") % number
    rating = opinion.ratings.get(outcome.id)
    if not rating:
        return _("Outcome %(number)s is not rated yet.") % number
    if rating == Rating.NOT_EVIDENCED:
        return (
            _("Nothing in the evidence speaks of outcome %(number)s. Ask the applicant first.")
            % number
        )
    return _("Outcome %(number)s is rated “%(rating)s”: it cannot carry a refusal.") % {
        **number,
        "rating": Rating(rating).label,
    }


def says(text: str) -> bool:
    """Tell whether a text has at least two words: a dash or "n/a" is no reason."""
    return len(re.findall(r"\w{2,}", text)) >= 2
