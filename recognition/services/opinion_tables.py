"""The only place that lays opinions side by side for the case file."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from credentials.language import in_language
from recognition.documents.case_file import Part, Table, chunks, entries
from recognition.models import Line, Review
from recognition.opinions import counted_reviews, target_outcomes
from recognition.permissions import FROM_DELIBERATION
from recognition.settled import settled_of
from recognition.states import TOLD
from recognition.vocabulary import Element

WIDTH = 3


def opinion_parts(line: Line) -> Iterator[Part]:
    """Yield who said what; opinions stay independent, so nothing before all are in."""
    if line.state not in FROM_DELIBERATION:
        return
    reviews = counted_reviews(line)
    if not reviews:
        return
    tables = []
    for some in chunks(reviews, WIDTH):
        names = tuple(str(review.reviewer) for review in some)
        outcomes = tuple(
            (in_language(outcome.text), *(_rating(review, outcome.pk) for review in some))
            for outcome in target_outcomes(line)
        )
        elements = tuple(
            (str(element.label), *(_element(review, element) for review in some))
            for element in Element
        )
        tables += [
            Table((_("Learning outcome"), *names), outcomes),
            Table((_("Element"), *names), elements),
        ]
    comments = ((str(review.reviewer), review.comment) for review in reviews)
    yield Part(_("Opinions"), entries(*comments), tuple(table for table in tables if table.rows))


def _rating(review: Review, outcome: int) -> str:
    for rating in review.ratings.all():
        if rating.outcome_id == outcome:
            quotes = (f"{p.where}: “{p.quote}”" for p in rating.pointers.all())
            return "\n".join(filter(None, (rating.get_rating_display(), rating.note, *quotes)))
    return "–"


def _element(review: Review, element: Element) -> str:
    for opinion in review.elements.all():
        if opinion.element == element:
            return "\n".join(filter(None, (opinion.get_rating_display(), opinion.note)))
    return "–"


def settled_parts(line: Line) -> Iterator[Part]:
    """Yield how each outcome was settled, once the applicant knows the decision."""
    if line.state not in TOLD or line.decision is None:
        return
    found = settled_of(line)
    outcomes = tuple(
        (
            in_language(one.text),
            one.rating,
            "\n".join((*one.reasons, *(f"{place}: “{quote}”" for place, quote in one.passages)))
            or "–",
        )
        for one in found.outcomes
    )
    elements = tuple(
        (one.element, one.rating, "\n".join(one.reasons) or "–") for one in found.elements
    )
    head = (_("Rating"), _("Why, and where it is shown"))
    tables = (
        Table((_("Learning outcome"), *head), outcomes),
        Table((_("Element"), *head), elements),
    )
    yield Part(_("How it was compared"), tables=tuple(table for table in tables if table.rows))
