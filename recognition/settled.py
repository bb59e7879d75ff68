"""The only place that shows an applicant how each outcome was settled; never who said what."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from credentials.language import LanguageMap, in_language
from credentials.models import LearningOutcome
from recognition.models import EvidencePointer, Line, Review
from recognition.opinions import ratings_by_element
from recognition.rules import agreed_element
from recognition.states import ReviewState
from recognition.vocabulary import Element, ElementRating, Rating


@dataclass(frozen=True, slots=True)
class SettledOutcome:
    """One outcome of the target: its rating, why, and where in the evidence (source, words)."""

    text: LanguageMap
    is_essential: bool
    rating: str
    reasons: tuple[str, ...]
    passages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SettledElement:
    """Level, workload and the like: how far it differs, and why."""

    element: str
    rating: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    outcomes: tuple[SettledOutcome, ...]
    elements: tuple[SettledElement, ...]


def with_opinions(lines: QuerySet[Line]) -> QuerySet[Line]:
    """Add to lines what `settled_of` reads: five queries for any number of lines."""
    return lines.prefetch_related(
        "reviews__ratings__outcome", "reviews__ratings__pointers__source", "reviews__elements"
    )


def settled_of(line: Line) -> Settled:
    """Return what the decision of a line rests on; reasons stand in the order of the alphabet,

    so that their order does not tell whose they are.
    """
    reviews = [review for review in line.reviews.all() if review.state != ReviewState.RECUSED]
    ratings = line.decision.outcome_ratings
    outcomes: dict[int, LearningOutcome] = {}
    for review in reviews:
        outcomes |= {one.outcome.pk: one.outcome for one in review.ratings.all()}
    ordered = sorted(outcomes.values(), key=lambda outcome: outcome.order)
    return Settled(
        tuple(
            _outcome(outcome, ratings[str(outcome.uuid)], reviews)
            for outcome in ordered
            if ratings.get(str(outcome.uuid)) in Rating.values
        ),
        tuple(_elements(reviews)),
    )


def _outcome(outcome: LearningOutcome, settled: str, reviews: list[Review]) -> SettledOutcome:
    """Return how an outcome was settled; a place that a reviewer chose is not called proposed."""
    shared = [
        rating
        for review in reviews
        for rating in review.ratings.all()
        if rating.outcome_id == outcome.pk and rating.rating == settled
    ]
    pointers = [pointer for rating in shared for pointer in rating.pointers.all()]
    pointers.sort(key=lambda pointer: pointer.was_proposed, reverse=True)
    passages = {(_in_source(p, p.place), p.quote): _in_source(p, p.where) for p in pointers}
    return SettledOutcome(
        text=outcome.text,
        is_essential=outcome.is_essential,
        rating=str(Rating(settled).label),
        reasons=_distinct(rating.note for rating in shared),
        passages=tuple(sorted((where, quote) for (_place, quote), where in passages.items())),
    )


def _in_source(pointer: EvidencePointer, place: str) -> str:
    """Name the source and the place in it; the result of an assessment has no source."""
    if pointer.source is None:
        return place
    return f"{in_language(pointer.source.facts.get('title'))}, {place}"


def _elements(reviews: list[Review]) -> Iterable[SettledElement]:
    given = ratings_by_element(reviews)
    for element in Element:
        agreed = agreed_element(given[element]) if element in given else None
        if agreed is None:
            continue
        notes = (
            opinion.note
            for review in reviews
            for opinion in review.elements.all()
            if opinion.element == element and opinion.rating == agreed
        )
        yield SettledElement(str(element.label), str(ElementRating(agreed).label), _distinct(notes))


def _distinct(notes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({note.strip() for note in notes if note.strip()}))
