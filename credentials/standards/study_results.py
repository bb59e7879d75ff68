"""The only place that words what was passed and recognised, line by line, and how grades spread.

Transcript of records and section 4 of the diploma supplement print the same tables (ECTS Users'
Guide 2015, transcript of records and annex 2). Titles stay in their original language, with an
unofficial translation in brackets.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.languages import get_official_languages
from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.language import LanguageMap
from credentials.standards import documents
from credentials.standards.diploma_facts import ComponentFacts, DegreeFacts, GradeDistribution
from credentials.standards.documents import Phrase

MARKS = {"own": "*", "other": "**", "prior": "***"}
"""How a line is marked whose credits were recognised, by where they come from."""

LEGEND = {
    "own": gettext_lazy("recognised from another credential of this institution"),
    "other": gettext_lazy("recognised from a credential of another institution"),
    "prior": gettext_lazy("recognised from prior learning"),
}
TOTALS = {
    "passed": gettext_lazy("Passed in the programme"),
    "own": gettext_lazy("Recognised (*), own institution"),
    "other": gettext_lazy("Recognised (**), other institutions"),
    "prior": gettext_lazy("Recognised (***), prior learning"),
}


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A component as it is printed: `source` and `body` are what it was recognised from."""

    component: ComponentFacts
    title: Phrase
    translations: tuple[Phrase, ...] = ()
    mark: str = ""
    source: Phrase | None = None
    body: Phrase | None = None


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One grade of a distribution: absolute, in percent, and with all better ones."""

    grade: str
    count: int
    share: LanguageMap
    cumulative: LanguageMap


def results_context(facts: DegreeFacts, languages: Sequence[str]) -> dict:
    """Return what `pdf/_components.html` and `pdf/_grades.html` print."""
    lines = [_line(one, facts, languages) for one in facts.components]
    origins = {one.origin for one in facts.components}
    return {
        "lines": lines,
        "has_translations": any(line.translations for line in lines),
        "totals": list(_totals(facts)),
        "legend": [(mark, LEGEND[name]) for name, mark in MARKS.items() if name in origins],
        "distribution": facts.distribution,
        "grades": list(grade_rows(facts.distribution, languages)),
        "distribution_sentence": documents.in_each(
            languages, lambda tag: distribution_sentence(facts.distribution, tag)
        ),
    }


def original_languages(facts: DegreeFacts) -> tuple[str, ...]:
    """Return in which languages titles are original: of instruction, else those of the country."""
    official = get_official_languages(facts.awarding_body.country, de_facto=True)
    return (*facts.languages, *official)


def _line(one: ComponentFacts, facts: DegreeFacts, languages: Sequence[str]) -> ResultLine:
    preferred = original_languages(facts)
    own, others = _in_brackets(one.title, preferred, languages)
    if one.origin == "passed":
        return ResultLine(one, own, others)
    source = documents.original(one.source_title, preferred)
    body = documents.name_of(one.source_body, languages[0])[0] if one.source_body else None
    return ResultLine(one, own, others, MARKS[one.origin], source, body)


def _in_brackets(
    texts: LanguageMap, preferred: Sequence[str], languages: Sequence[str]
) -> tuple[Phrase, tuple[Phrase, ...]]:
    own = documents.original(texts, preferred)
    said = {tag: texts.get(tag, "") for tag in languages if tag != own.language}
    others = tuple(Phrase(tag, text) for tag, text in said.items() if text and text != own.text)
    return own, others


def _totals(facts: DegreeFacts) -> Iterator[tuple[Promise, Decimal]]:
    """Yield the ECTS of each origin that there is, and of all where there are several."""
    origins = {one.origin for one in facts.components}
    for origin, label in TOTALS.items():
        some = [one.ects or Decimal(0) for one in facts.components if one.origin == origin]
        if some:
            yield label, sum(some, Decimal(0))
    if len(origins) > 1:
        yield gettext_lazy("Total"), facts.ects_achieved


def grade_rows(
    distribution: GradeDistribution | None, languages: Sequence[str]
) -> Iterator[GradeRow]:
    """Yield a table of grades, best first; shares with one decimal in the style of each language.

    Cumulative shares are worked out of the counts, so that they end at 100.
    """
    if distribution is None:
        return
    so_far = 0
    for share in distribution.shares:
        so_far += share.count
        yield GradeRow(
            share.grade,
            share.count,
            _percents(share.count, distribution.total, languages),
            _percents(so_far, distribution.total, languages),
        )


def _percents(part: int, whole: int, languages: Sequence[str]) -> LanguageMap:
    share = Decimal(part) * 100 / Decimal(whole)
    rounded = share.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return {
        tag: format_decimal(rounded, "0.0", locale=documents.locale_of(tag)) for tag in languages
    }


def distribution_sentence(distribution: GradeDistribution | None, language: str) -> str:
    """Return whose grades a table counts, or why there is none; gettext speaks the language."""
    if distribution is None:
        return _(
            "There is no grade distribution table. It needs a narrow field of study (ISCED-F), the "
            "lowest pass, and enough passing grades over two years; not all of this is there yet."
        )
    return _(
        "Passing grades in programmes of the field %(field)s (ISCED-F 2013) at this institution, "
        "%(first)s to %(last)s; %(total)s grades."
    ) % {
        "field": distribution.isced_f,
        "first": documents.written(distribution.first_day, language),
        "last": documents.written(distribution.last_day, language),
        "total": documents.written(distribution.total, language),
    }
