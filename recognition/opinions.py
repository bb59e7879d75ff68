"""The only place that puts together what is known of a line: target, sources, opinions, credits.

It reads the database and hands plain values to the rules; the rules know no database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import CreditEntry, Enrolment, LearningOutcome
from credentials.standards import facts_json
from credentials.standards.facts import CredentialFacts
from credentials.verdict import Verdict
from credentials.vocabulary import BodyStatus, QualityAssurance
from recognition.credits import NOTHING, CreditRules, Credits, credits_for, from_hours
from recognition.models import Decision, InformationRequest, Line, LineSource, Review, TargetKind
from recognition.rules import (
    LineOpinion,
    TargetOutcome,
    TrackProposal,
    agreed_element,
    agreed_rating,
    allowed_decisions,
    derive_track,
    is_met,
    part_is_met,
    still_owed,
    tally,
)
from recognition.states import LineState
from recognition.vocabulary import DecisionType, Element, ElementRating, Rating, Track, TrackReason

# What was put forward


def facts_of(source: LineSource) -> CredentialFacts:
    """Return the facts as they were frozen when the application was sent."""
    return facts_json.from_json(source.facts)


def credit_rules(line: Line) -> CreditRules:
    """Return what the rules that the case began under say about credits."""
    policy = line.case.policy
    return CreditRules(
        allows_proportional=policy.allows_proportional,
        workload_tolerance_ects=policy.workload_tolerance_ects,
        workload_tolerance_share=policy.workload_tolerance_share,
        validation_cap=policy.validation_cap,
        total_cap=policy.total_cap,
        residency_ects=policy.residency_ects,
        reuse_across_awards=policy.reuse_across_awards,
        currency_years=policy.currency_years,
        hours_per_ects=line.case.institution.hours_per_ects,
    )


def earned_ects(facts: CredentialFacts, rules: CreditRules) -> Decimal | None:
    """Return the ECTS of a source; those of its hours where it states no credits (R8)."""
    if facts.ects is not None:
        return facts.ects
    if facts.hours is not None:
        return from_hours(facts.hours, rules, facts.hours_per_ects).amount
    return None


def proposed_track(sources: Sequence[LineSource]) -> TrackProposal:
    """Propose the track of a line: validation as soon as one source asks for it.

    Whether a body is recognised is read from the register, never from what the applicant states.
    """
    proposals = [_track_of(source) for source in sources]
    tracks = {proposal.track for proposal in proposals}
    track = Track.VALIDATION if Track.VALIDATION in tracks else Track.RECOGNITION
    codes = {code for p in proposals if p.track == track for code in p.reasons}
    return TrackProposal(track, tuple(code for code in TrackReason if code in codes))


def _track_of(source: LineSource) -> TrackProposal:
    facts, body = facts_of(source), source.awarding_body
    quality = facts.quality_assurance
    if not quality and body and body.quality_agency:
        quality = QualityAssurance.INSTITUTION
    return derive_track(
        body.status if body else BodyStatus.UNKNOWN,
        quality,
        facts.eqf_level,
        facts.ects if facts.ects is not None else facts.hours,
    )


# What is asked for


def target_outcomes(line: Line) -> list[LearningOutcome]:
    """Return the outcomes to compare with: of the module, or of the parts asked for, in order."""
    if line.module_id is None:
        return []
    if line.target_kind == TargetKind.PARTS:
        found = LearningOutcome.objects.filter(parts__in=line.parts.all()).distinct()
        return list(found.order_by("order"))
    return list(line.module.course_version.outcomes.all())


def as_targets(outcomes: Sequence[LearningOutcome]) -> tuple[TargetOutcome, ...]:
    """Return outcomes as the rules know them, by the text of their uuid."""
    return tuple(TargetOutcome(str(o.uuid), o.order, o.is_essential) for o in outcomes)


def target_ects(line: Line) -> Decimal:
    """Return the ECTS that are asked for."""
    if line.target_kind == TargetKind.PARTS:
        return sum((part.ects for part in line.parts.all()), NOTHING)
    if line.module_id:
        return line.module.ects
    return line.requested_ects or NOTHING


# One opinion


@dataclass(frozen=True, slots=True)
class Owed:
    """What a reviewer still owes; `anchor` is the place on the page where to give it."""

    anchor: str
    sentence: str


def owed_by(review: Review) -> list[Owed]:
    """Return what is missing before an opinion can be handed in, [] when nothing is."""
    given = {
        rating.outcome_id: rating for rating in review.ratings.all().prefetch_related("pointers")
    }
    owed = []
    for outcome in target_outcomes(review.line):
        rating = given.get(outcome.pk)
        sentence = still_owed(
            outcome.order,
            rating.rating if rating else "",
            has_pointer=bool(rating and rating.pointers.all()),
            text=rating.note if rating else "",
        )
        if sentence:
            owed.append(Owed(f"rating-{outcome.order}", sentence))
    rated = {opinion.element: opinion for opinion in review.elements.all()}
    for element in Element:
        opinion = rated.get(element)
        name = {"element": element.label}
        if opinion is None or not opinion.rating:
            owed.append(Owed(f"element-{element}", _("Rate the element “%(element)s”.") % name))
        elif opinion.rating == ElementRating.SUBSTANTIAL and not opinion.note.strip():
            owed.append(
                Owed(f"element-{element}", _("Write what differs in “%(element)s”.") % name)
            )
    return owed


# All opinions


def counted_reviews(line: Line) -> list[Review]:
    """Return the reviews of those who did not step back, the rapporteur's first; six queries."""
    return list(
        line.reviews.counted()
        .select_related("reviewer")
        .prefetch_related("ratings__outcome", "ratings__pointers__source", "elements")
    )


def ratings_by_outcome(reviews: Sequence[Review]) -> dict[str, list[Rating]]:
    """Return the ratings that were given for each target outcome, in the order of reviews."""
    found: dict[str, list[Rating]] = {}
    for review in reviews:
        for rating in review.ratings.all():
            if rating.rating:
                found.setdefault(str(rating.outcome.uuid), []).append(Rating(rating.rating))
    return found


def ratings_by_element(reviews: Sequence[Review]) -> dict[Element, list[ElementRating]]:
    """Return the ratings that were given for each other element."""
    found: dict[Element, list[ElementRating]] = {}
    for review in reviews:
        for opinion in review.elements.all():
            if opinion.rating:
                found.setdefault(Element(opinion.element), []).append(ElementRating(opinion.rating))
    return found


def settled_ratings(reviews: Sequence[Review], chosen: Mapping[str, str]) -> dict[str, Rating]:
    """Return the rating of each outcome: the chair's choice among those given, else the agreed."""
    settled = {}
    for outcome, given in ratings_by_outcome(reviews).items():
        choice = chosen.get(outcome)
        settled[outcome] = Rating(choice) if choice in given else agreed_rating(given)
    return settled


# What can be decided


@dataclass(frozen=True, slots=True)
class Ground:
    """All that a decision rests on: the opinion of the committee, and what each type would give."""

    line: Line
    opinion: LineOpinion
    credits: Mapping[DecisionType, Credits]
    parts_met: tuple
    verdicts: Mapping[DecisionType, Verdict]


def ground_of(line: Line, chosen: Mapping[str, str] | None = None) -> Ground:
    """Return what can be decided; `chosen` are the ratings that the chair settled on."""
    reviews = counted_reviews(line)
    targets = as_targets(target_outcomes(line))
    ratings = settled_ratings(reviews, chosen or {})
    given = ratings_by_element(reviews)
    elements = {element: agreed_element(found) for element, found in given.items()}
    free = free_ects(line) if line.case.learner_id else None
    parts_met = _parts_met(line, ratings)
    amounts = _credits(line, targets, ratings, elements, parts_met, free)
    opinion = LineOpinion(
        track=line.track,
        outcomes=targets,
        ratings=ratings,
        elements=elements,
        request_unanswered=was_never_answered(line),
        is_free_elective=line.target_kind == TargetKind.FREE_ELECTIVE,
        part=amounts[DecisionType.PARTIAL],
        free=free,
    )
    return Ground(line, opinion, amounts, tuple(parts_met or ()), allowed_decisions(opinion))


def ground_as_saved(line: Line) -> Ground:
    """Return what can be decided with the ratings that the chair has settled on so far."""
    decision = Decision.objects.draft_of(line)
    return ground_of(line, decision.outcome_ratings if decision else {})


def was_never_answered(line: Line) -> bool:
    """Whether the last question of the committee stayed without an answer in its time.

    What the registrar asked before the line was complete is about papers, not about outcomes.
    """
    if line.complete_at is None or line.state == LineState.INFO_REQUESTED:
        return False
    asked = InformationRequest.objects.filter(line=line, asked_at__gte=line.complete_at)
    last = asked.order_by("asked_at", "pk").last()
    return bool(last and last.answered_at is None and last.due_on < timezone.localdate())


def _parts_met(line: Line, ratings: Mapping[str, str]) -> list | None:
    """Return the parts that are met among those asked for and not credited yet.

    None when the module has no parts.
    """
    if line.module_id is None:
        return None
    wanted = line.parts if line.target_kind == TargetKind.PARTS else line.module.parts
    parts = list(wanted.prefetch_related("outcomes"))
    if not parts:
        return None
    credited = Decision.objects.credited_parts(line.case.applicant_id, [line.module_id])
    return [
        part
        for part in parts
        if part.pk not in credited and part_is_met(as_targets(part.outcomes.all()), ratings)
    ]


def _credits(
    line: Line,
    targets: tuple[TargetOutcome, ...],
    ratings: Mapping[str, str],
    elements: Mapping[Element, ElementRating | None],
    parts_met: list | None,
    free: Decimal | None,
) -> dict[DecisionType, Credits]:
    rules, wanted = credit_rules(line), target_ects(line)
    sources = [earned_ects(facts_of(s), rules) or NOTHING for s in line.sources.all()]
    counts = tally(targets, ratings, wanted)
    filled = filled_ects(line) if line.target_kind == TargetKind.MODULE else NOTHING
    met = counts.met
    if filled and parts_met is None:
        met -= len(_credited_outcomes(line) & {t.id for t in targets if is_met(ratings.get(t.id))})
    return {
        decision: credits_for(
            decision,
            rules,
            target_ects=wanted,
            sources=sources,
            free=sum(sources, NOTHING) if free is None else free,
            asked=line.requested_ects,
            workload_differs=elements.get(Element.WORKLOAD) == ElementRating.SUBSTANTIAL,
            parts_met=None if parts_met is None else [part.ects for part in parts_met],
            met=met,
            counted=counts.counted,
            filled=filled,
        )
        for decision in DecisionType
    }


def _credited_outcomes(line: Line) -> set[str]:
    """Return the outcomes of the module for which the applicant was credited in proportion."""
    earlier = Decision.objects.credited(line.case.applicant_id, [line.module_id])
    found = earlier.values_list("outcome_ratings", flat=True)
    return {key for ratings in found for key, rating in ratings.items() if is_met(rating)}


# What the ledger says


def enrolment_of(line: Line) -> Enrolment | None:
    """Return the learner's place in the programme, None before anything was recorded for it."""
    return Enrolment.objects.filter(
        learner=line.case.learner, programme_version=line.case.programme_version
    ).first()


def promised(line: Line) -> QuerySet[Line]:
    """Return the applicant's other lines that are decided in favour and not recorded yet."""
    waiting = (LineState.AUTO_DECIDED, LineState.DECIDED, LineState.NOTIFIED)
    decided = Line.objects.filter(case__applicant=line.case.applicant_id, state__in=waiting)
    return decided.exclude(pk=line.pk).exclude(decision__type=DecisionType.REFUSAL)


def free_ects(line: Line) -> Decimal:
    """Return the ECTS of the free-elective area that are neither recorded nor promised."""
    area = line.case.programme_version.free_elective_ects
    others = promised(line).filter(
        case__programme_version=line.case.programme_version_id,
        decision__type=DecisionType.INCLUSION,
    )
    given = others.aggregate(sum=Sum("decision__ects"))["sum"] or NOTHING
    return max(area - _recorded(line, module=None) - given, NOTHING)


def filled_ects(line: Line) -> Decimal:
    """Return the ECTS that the module was credited with already."""
    return _recorded(line, module=line.module_id)


def _recorded(line: Line, *, module: int | None) -> Decimal:
    entries = CreditEntry.objects.filter(
        enrolment__learner=line.case.learner_id,
        enrolment__programme_version=line.case.programme_version_id,
        module=module,
        reversed_at=None,
    )
    return entries.aggregate(sum=Sum("ects"))["sum"] or NOTHING
