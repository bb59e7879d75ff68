"""The only place that puts together what is known of a line: target, sources, opinions, credits.

It reads the database and hands plain values to the rules; the rules know no database.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext as _

from credentials.models import LearningOutcome
from credentials.standards.facts import CredentialFacts
from credentials.verdict import Verdict
from recognition.choices import LineOpinion, allowed_decisions
from recognition.credits import (
    NOTHING,
    CreditRules,
    Credits,
    credits_for,
    expected,
    for_other_module,
    from_hours,
)
from recognition.models import (
    Decision,
    EvidencePointer,
    Line,
    LineSource,
    OutcomeRating,
    Purpose,
    Review,
    TargetKind,
)
from recognition.permissions import revocation_of, was_never_answered
from recognition.placement import Placement
from recognition.recorded import Recorded, credited_outcomes, recorded_for
from recognition.rules import (
    TargetOutcome,
    agreed_element,
    agreed_rating,
    is_met,
    part_is_met,
    still_owed,
    tally,
)
from recognition.sources import facts_of, known_body
from recognition.states import LineState, ReviewState
from recognition.vocabulary import (
    Authenticity,
    DecisionType,
    Element,
    ElementRating,
    Rating,
    elements_of,
)

# What was put forward


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


def ects_of(source: LineSource, rules: CreditRules) -> Decimal | None:
    """Return the ECTS of a source; its hours by the rate it states, else by that of its body."""
    facts = facts_of(source)
    if facts.ects is None and facts.hours is not None and facts.hours_per_ects is None:
        facts = replace(facts, hours_per_ects=known_body(source).hours_per_ects)
    return earned_ects(facts, rules)


# What is asked for


def target_outcomes(line: Line) -> list[LearningOutcome]:
    """Return the outcomes to compare with: of the module, or of the parts asked for, in order."""
    if line.module_id is None:
        return []
    if line.target_kind == TargetKind.PARTS:
        found = LearningOutcome.objects.filter(parts__in=line.parts.all()).distinct()
    else:
        found = LearningOutcome.objects.filter(course_version__modules=line.module_id)
    return list(found.order_by("order"))


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


def owed_by(review: Review, alike: Collection[Element] = ()) -> list[Owed]:
    """Return what is missing before an opinion can be handed in, [] when nothing is.

    `alike`: elements that need no rating, because the reviewer says that no other one differs.
    """
    pointers = EvidencePointer.objects.filter(rating=OuterRef("pk"))
    ratings = review.ratings.annotate(has_pointer=Exists(pointers))
    given = {rating.outcome_id: rating for rating in ratings}
    owed = []
    for outcome in target_outcomes(review.line):
        rating = given.get(outcome.pk)
        sentence = still_owed(
            outcome.order,
            rating.rating if rating else "",
            has_pointer=bool(rating and rating.has_pointer),
            text=rating.note if rating else "",
        )
        if sentence:
            owed.append(Owed(f"rating-{outcome.order}", sentence))
    rated = {opinion.element: opinion for opinion in review.elements.all()}
    for element in elements_of(review.line.track):
        opinion = rated.get(element)
        name = {"element": element.label}
        if opinion is None or not opinion.rating:
            if element in alike:
                continue
            owed.append(Owed(f"element-{element}", _("Rate the element “%(element)s”.") % name))
        elif opinion.rating == ElementRating.SUBSTANTIAL and not opinion.note.strip():
            owed.append(
                Owed(f"element-{element}", _("Write what differs in “%(element)s”.") % name)
            )
    return owed


# All opinions


def counted_reviews(line: Line) -> list[Review]:
    """Return the reviews of those who did not step back, the rapporteur's first; four queries.

    An appeal may come before all are in: then only those that were handed in count.
    """
    found = line.reviews.counted()
    if rates_anew(line):
        found = found.filter(state=ReviewState.SUBMITTED)
    return list(
        found.select_related("reviewer").prefetch_related(
            Prefetch("ratings", OutcomeRating.objects.select_related("outcome")),
            Prefetch("ratings__pointers", EvidencePointer.objects.select_related("source")),
            "elements",
        )
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


def rates_anew(line: Line) -> bool:
    """Whether who decides may rate otherwise than all reviewers: an appeal body may."""
    return line.state == LineState.APPEAL


def settled_ratings(
    reviews: Sequence[Review], chosen: Mapping[str, str], anew: Collection[str] = ()
) -> dict[str, Rating]:
    """Return the rating of each outcome: the chair's choice among those given, else the agreed.

    `anew`: outcomes that may be rated in any way, whatever was given.
    """
    settled = {}
    by_outcome: dict[str, list[Rating]] = {key: [] for key in anew}
    by_outcome |= ratings_by_outcome(reviews)
    for outcome, given in by_outcome.items():
        choice = chosen.get(outcome)
        if choice in (Rating if outcome in anew else given):
            settled[outcome] = Rating(choice)
        elif given:
            settled[outcome] = agreed_rating(given)
    return settled


def settled_elements(
    reviews: Sequence[Review], chosen: Mapping[str, str], *, anew: bool = False
) -> dict[Element, ElementRating | None]:
    """Return the rating of each other element: the agreed one, or what an appeal body chose."""
    settled = {element: agreed_element(r) for element, r in ratings_by_element(reviews).items()}
    picked = {e: chosen[e] for e in Element if anew and chosen.get(e) in ElementRating}
    return settled | {element: ElementRating(rating) for element, rating in picked.items()}


# What can be decided


@dataclass(frozen=True, slots=True)
class Ground:
    """All that a decision rests on: the opinion of the committee, and what each type would give.

    `placement`: the semester to which the credits of the sources and those recognised lead.
    `revocation`: why nothing can be recognised from what was revoked, "" when nothing was.
    """

    line: Line
    reviews: tuple[Review, ...]
    outcomes: tuple[LearningOutcome, ...]
    sources: tuple[LineSource, ...]
    recorded: Recorded
    revocation: str
    opinion: LineOpinion
    credits: Mapping[DecisionType, Credits]
    parts_met: tuple
    verdicts: Mapping[DecisionType, Verdict]
    placement: Placement

    def gives(self, decision: Decision) -> Credits:
        """Return what a decision gives, with the module or the expectation that it names."""
        kind = DecisionType(decision.type)
        if kind == DecisionType.ALTERNATIVE and decision.other_module:
            module = decision.other_module
            return for_other_module(module.code, module.ects, self.recorded.ects_of(module.pk))
        if kind == DecisionType.ADVANCE_INFO and decision.expected:
            return expected(self.credits[DecisionType(decision.expected)])
        return self.credits[kind]


def ground_for(decision: Decision) -> Ground:
    """Return what can be decided with the ratings that a decision settled on."""
    return ground_of(decision.line, decision.outcome_ratings)


def ground_of(line: Line, chosen: Mapping[str, str] | None = None) -> Ground:
    """Return what can be decided; `chosen` are the ratings that the chair settled on."""
    reviews = counted_reviews(line)
    targets = as_targets(outcomes := target_outcomes(line))
    anew = rates_anew(line)
    ratings = settled_ratings(reviews, chosen or {}, [str(t.id) for t in targets] if anew else ())
    elements = settled_elements(reviews, chosen or {}, anew=anew)
    recorded = recorded_for(line)
    free = recorded.free if line.case.learner_id else None
    parts_met = _parts_met(line, ratings)
    sources = list(line.sources.with_files())
    reaches = _placement_by(line, sources, recorded)
    amounts = _credits(line, sources, targets, ratings, elements, parts_met, recorded)
    amounts[DecisionType.ADVANCED_ENTRY] = Credits(NOTHING, reaches.explanation)
    opinion = LineOpinion(
        track=line.track,
        outcomes=targets,
        ratings=ratings,
        elements=elements,
        request_unanswered=was_never_answered(line),
        is_free_elective=line.target_kind == TargetKind.FREE_ELECTIVE,
        part=amounts[DecisionType.PARTIAL],
        free=free,
        has_part=bool(parts_met),
        entry=reaches.semester,
        is_unconfirmed=any(s.authenticity == Authenticity.UNCONFIRMED for s in sources),
        in_advance=line.case.purpose == Purpose.ADVANCE,
    )
    return Ground(
        line=line,
        reviews=tuple(reviews),
        outcomes=tuple(outcomes),
        sources=tuple(sources),
        recorded=recorded,
        revocation=revocation_of(line),
        opinion=opinion,
        credits=amounts,
        parts_met=tuple(parts_met or ()),
        verdicts=allowed_decisions(opinion),
        placement=reaches,
    )


def ground_as_saved(line: Line) -> Ground:
    """Return what can be decided with the ratings that the chair has settled on so far."""
    decision = Decision.objects.draft_of(line)
    return ground_of(line, decision.outcome_ratings if decision else {})


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
    credited = Decision.objects.exclude(line=line).credited_parts(
        line.case.applicant_id, [line.module_id]
    )
    return [
        part
        for part in parts
        if part.pk not in credited and part_is_met(as_targets(part.outcomes.all()), ratings)
    ]


def _placement_by(line: Line, sources: Sequence[LineSource], recorded: Recorded) -> Placement:
    """R11 with what these sources earned and is not recorded yet, for an advanced entry."""
    rules = credit_rules(line)
    known = {entry.credential_id for entry in recorded.entries}
    fresh = [source for source in sources if source.credential_id not in known]
    earned = (ects_of(source, rules) or NOTHING for source in fresh)
    return recorded.placement_with(sum(earned, NOTHING))


def _credits(
    line: Line,
    sources: Sequence[LineSource],
    targets: tuple[TargetOutcome, ...],
    ratings: Mapping[str, str],
    elements: Mapping[Element, ElementRating | None],
    parts_met: list | None,
    recorded: Recorded,
) -> dict[DecisionType, Credits]:
    rules, wanted = credit_rules(line), target_ects(line)
    earned = [ects_of(source, rules) or NOTHING for source in sources]
    counts = tally(targets, ratings, wanted)
    is_module = line.target_kind == TargetKind.MODULE
    filled = recorded.ects_of(line.module_id) if is_module else NOTHING
    met = counts.met
    if filled and parts_met is None:
        met -= len(credited_outcomes(line) & {t.id for t in targets if is_met(ratings.get(t.id))})
    return {
        decision: credits_for(
            decision,
            rules,
            target_ects=wanted,
            sources=earned,
            free=recorded.free if line.case.learner_id else sum(earned, NOTHING),
            asked=line.requested_ects,
            workload_differs=elements.get(Element.WORKLOAD) == ElementRating.SUBSTANTIAL,
            parts_met=None if parts_met is None else [part.ects for part in parts_met],
            met=met,
            counted=counts.counted,
            filled=filled,
        )
        for decision in DecisionType
    }
