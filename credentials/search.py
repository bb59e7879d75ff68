"""The only place that knows how courses are found: their words, the order, the facets' counts.

See docs/decisions on searching. The words of a course stand in `CourseVersion.search_text`: each
between spaces, without capitals and accents, the title (with the code) before the only newline.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import add, and_
from typing import NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Left, StrIndex, Substr

from credentials.models import CourseVersion, LearningOutcome, RecognitionSummary, User

MAX_WORDS = 8
SMALL, MEDIUM = "small", "medium"


def words_of(text: str) -> list[str]:
    """Return the words of a text without capitals, accents and signs."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return re.findall(r"\w+", "".join(c for c in folded if not unicodedata.combining(c)))


def text_of(version: CourseVersion, outcomes: Iterable[LearningOutcome]) -> str:
    """Return what `search_text` must be for a version with these outcomes."""
    outcomes = list(outcomes)
    title = [*version.title.values(), version.course.code]
    rest = [
        *version.summary.values(),
        *version.description.values(),
        *(text for outcome in outcomes for text in outcome.text.values()),
        *(str(label) for outcome in outcomes for skill in outcome.skills for label in skill[1:]),
    ]
    first, second = (" ".join(words_of(" ".join(texts))) for texts in (title, rest))
    return f" {first} \n {second} "


def matching(versions: QuerySet, query: str) -> QuerySet:
    """Return the versions that hold every word of the query, with their `rank` (higher first).

    A word of four letters or more is found inside other words too (German writes them together),
    a shorter one only at their beginning.
    """
    words = words_of(query)[:MAX_WORDS]
    if not words:
        return versions.annotate(rank=Value(0, output_field=IntegerField()))
    for word in words:
        versions = versions.filter(search_text__contains=_needle(word))
    return versions.annotate(search_title=title_in("search_text")).annotate(
        rank=reduce(add, [_rank(word) for word in words])
    )


def title_in(field: str) -> Substr:
    """Return the words of the title (with the code) out of the field that holds `search_text`."""
    return Substr(field, 1, StrIndex(field, Value("\n")))


def titled(field: str, text: str) -> Q:
    """Return what finds the courses with every word of a text in the title; none without words.

    `field` holds the words of their titles, from `title_in`.
    """
    found = [Q(**{f"{field}__contains": _needle(word)}) for word in words_of(text)[:MAX_WORDS]]
    return reduce(and_, found, Q()) if found else Q(pk__in=[])


def _needle(word: str) -> str:
    return word if len(word) > 3 else f" {word}"


def _rank(word: str) -> Case:
    return Case(
        When(search_title__contains=f" {word} ", then=Value(4)),
        When(search_title__contains=f" {word}", then=Value(3)),
        When(search_title__contains=word, then=Value(2)),
        When(search_text__contains=f" {word} ", then=Value(1)),
        default=Value(0),
    )


class Group(NamedTuple):
    """How many of the found courses share these values."""

    eqf: str
    size: str
    language: str
    provider: str
    participation: str
    field: str
    recognised: bool
    mine: bool
    number: int


FACETS: dict[str, Callable[[Group], set[str]]] = {
    "eqf": lambda group: {group.eqf},
    "size": lambda group: {group.size},
    "recognised": lambda group: (
        {name for name, is_so in (("any", group.recognised), ("mine", group.mine)) if is_so}
    ),
    "language": lambda group: {group.language},
    "provider": lambda group: {group.provider},
    "participation": lambda group: {group.participation},
    "field": lambda group: {group.field},
}


def with_facets(versions: QuerySet, user: User) -> QuerySet:
    """Add what the facets ask of a version, under the names used by `Group`."""
    recognised = RecognitionSummary.objects.filter(course=OuterRef("course"), recognised__gt=0)
    mine = Value(False, output_field=BooleanField())
    if user.is_authenticated:
        mine = Exists(recognised.filter(programme__versions__enrolments__learner__user=user))
    return versions.annotate(
        size=Case(
            When(ects__lt=5, then=Value(SMALL)),
            When(ects__lte=30, then=Value(MEDIUM)),
            default=Value(""),
        ),
        field=Left("isced_f", 2),
        is_recognised=Exists(recognised),
        is_mine=mine,
    )


def groups_of(versions: QuerySet) -> list[Group]:
    """Return the groups of versions (from `with_facets`) in one query, whatever their number."""
    names = (
        *("eqf_level", "size", "language", "slug", "participation_form", "field"),
        *("is_recognised", "is_mine"),
    )
    rows = (
        versions.order_by()
        .annotate(slug=F("course__institution__slug"))
        .values(*names)
        .annotate(number=Count("pk"))
        .values_list(*names, "number")
    )
    return [Group(str(eqf or ""), *rest) for eqf, *rest in rows]


def counts_of(
    groups: Iterable[Group], chosen: Mapping[str, set[str]]
) -> tuple[int, dict[str, dict[str, int]]]:
    """Return how many versions match all that was chosen, and what each further choice would give.

    Values of one facet widen each other (or), facets narrow each other (and); the figure beside a
    value is counted without the choices of its own facet.
    """
    total = 0
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for group in groups:
        values = {name: values_of(group) for name, values_of in FACETS.items()}
        missed = [name for name in FACETS if chosen.get(name) and not values[name] & chosen[name]]
        if not missed:
            total += group.number
        for name in FACETS if not missed else missed if len(missed) == 1 else ():
            for value in values[name] - {""}:
                counts[name][value] = counts[name].get(value, 0) + group.number
    return total, counts
