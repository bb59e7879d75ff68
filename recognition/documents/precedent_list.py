"""The only place that words the public list of what was recognised before. Pure: facts in, template
context out.

As the public page: courses, awarding bodies, modules and results; no person, no words of a person,
and no number of the case it comes from (EAR manual, chapter 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from credentials.standards import documents
from credentials.standards.documents import Imprint, Text, in_each, without_scheme
from recognition.documents.letter import DECIDED
from recognition.vocabulary import DecisionType


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A course that was put forward. `country`: ISO 3166-1 alpha-2; `ects` None: not stated."""

    title: Text
    body: str
    country: str = ""
    ects: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ListedTarget:
    """A module that it was to count for; `parts`: those alone, when it was not the whole."""

    code: str
    title: Text
    parts: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedDecision:
    """One row. `type`: a code of `DecisionType`; no `targets`: the free-elective area.

    `year`: in which it was decided; `stands_until`: None for what binds nobody.
    """

    sources: tuple[ListedSource, ...]
    targets: tuple[ListedTarget, ...]
    type: str
    year: int
    ects: Decimal | None = None
    stands_until: date | None = None


@dataclass(frozen=True, slots=True)
class ListedProgramme:
    """All rows that count in one programme under one set of regulations."""

    title: Text
    regulations: str
    decisions: tuple[ListedDecision, ...]


@dataclass(frozen=True, slots=True)
class PrecedentListFacts:
    """Everything that one edition says; `url`: the page that says what holds today.

    `programme`: the title of the only programme it is of, "" when it is of all.
    """

    imprint: Imprint
    programmes: tuple[ListedProgramme, ...]
    url: str
    programme: Text = ""

    @property
    def number_of_decisions(self) -> int:
        return sum(len(programme.decisions) for programme in self.programmes)


def precedent_list_context(facts: PrecedentListFacts, *, languages: Sequence[str]) -> dict:
    """Return the context of `pdf/precedent_list.html`; `title` names the document."""
    said = in_each(languages, lambda _tag: gettext("Recognised before"))
    return {
        **documents.document_context(facts.imprint, languages),
        "title": f"{' / '.join(dict.fromkeys(said.values()))} {facts.imprint.number}",
        "headline": said,
        "entries": [
            (_("Programme"), facts.programme or _("All programmes of the institution")),
            (_("As it was on"), facts.imprint.created),
            (_("Decisions"), in_each(languages, lambda _tag: _count(facts))),
        ],
        "meanings": _meanings(facts, languages),
        "programmes": [
            (
                programme,
                in_each(languages, lambda _tag, one=programme: _regulations(one)),
                [_row(decision, languages) for decision in programme.decisions],
            )
            for programme in facts.programmes
        ],
    }


def _count(facts: PrecedentListFacts) -> str:
    said = ngettext("%(number)s decision", "%(number)s decisions", facts.number_of_decisions)
    return said % {"number": facts.number_of_decisions}


def _regulations(programme: ListedProgramme) -> str:
    return gettext("Regulations %(name)s") % {"name": programme.regulations}


def _meanings(facts: PrecedentListFacts, languages: Sequence[str]) -> list[str | Promise | dict]:
    def today(tag: str) -> str:
        return gettext(
            "This is what was public on %(day)s. What is public today stands here: %(place)s"
        ) % {
            "day": documents.written(facts.imprint.created, tag),
            "place": without_scheme(facts.url),
        }

    return [
        _(
            "A standing decision applies at once when your case is equal: the same courses for the "
            "same module under the same regulations. Everything else is information, and not a "
            "promise. What was not recognised before can be asked for again."
        ),
        in_each(languages, today),
    ]


def _row(decision: ListedDecision, languages: Sequence[str]) -> dict:
    return {
        "sources": [(one, _country(one, languages)) for one in decision.sources],
        "targets": decision.targets,
        "result": DECIDED[DecisionType(decision.type)],
        "ects": decision.ects,
        "stands": in_each(languages, lambda tag: _stands(decision, tag)),
        "year": decision.year,
    }


def _country(source: ListedSource, languages: Sequence[str]) -> dict[str, str]:
    if not source.country:
        return {}
    return {tag: documents.country_name(source.country, tag) for tag in languages}


def _stands(decision: ListedDecision, language: str) -> str:
    if decision.stands_until is None:
        return ""
    day = documents.written(decision.stands_until, language)
    return gettext("Standing decision until %(day)s") % {"day": day}
