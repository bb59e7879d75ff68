"""The only place that words a printed portfolio. Pure: facts in, template context out.

A learner puts it together and may have declared what stands in it, so it never reads as if an
institution confirmed it: the holder is named as its author, and what is known of each entry stands
beside it, under a heading that says how it is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from credentials.standards import documents
from credentials.standards.design import NO_TEXTS, Design
from credentials.standards.documents import Imprint, Text, in_each, without_scheme
from credentials.vocabulary import ELEMENT_NAMES

MOST_OUTCOMES = 5
LENGTH = 160  # characters of an outcome


class Source(StrEnum):
    """How an entry is known, in the order in which they are printed."""

    AWARD = "award"
    DECISION = "decision"
    SIGNED = "signed"
    KEPT = "kept"
    DECLARED = "declared"


class Holding(StrEnum):
    """Whether what was signed here still holds."""

    HOLDS = "holds"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"
    UNPROVEN = "unproven"


HEADINGS = (
    (_("Signed in this portal"), (Source.AWARD, Source.DECISION)),
    (_("Files of other issuers, as this portal found them"), (Source.SIGNED,)),
    (_("Stated by the holder, not checked"), (Source.KEPT, Source.DECLARED)),
)
STATED_NAMES = {
    **{name: ELEMENT_NAMES[name] for name in ("title", "awarding_body", "country")},
    **{name: ELEMENT_NAMES[name] for name in ("issued_on", "outcomes")},
    "ects": _("Credits"),
    "eqf_level": _("Level (EQF)"),
    "hours": _("Workload"),
}
"""What is printed of an entry and may come from the holder, though its file is signed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `hours` are printed where no `ects` are known; `country`: ISO 3166-1 alpha-2.

    `valid_until`: the last day on which it is valid, None when it does not end.
    Of what was signed here: `holding`, `since` when it is not so any more, and the address and
    code that verify it. Of a file of another issuer: what was found on `checked_on`, as a `finding`
    and a sentence. `stated`: names of `STATED_NAMES` that are the holder's words; `issued_to`: when
    it names another person.
    """

    source: Source
    title: Text
    body: Text = ""
    country: str = ""
    issued_on: date | None = None
    ects: Decimal | None = None
    hours: Decimal | None = None
    eqf_level: int | None = None
    outcomes: tuple[Text, ...] = ()
    issued_to: str = ""
    holding: Holding = Holding.HOLDS
    since: date | None = None
    valid_until: date | None = None
    verify_url: str = ""
    finding: Text = ""
    explanation: Text = ""
    checked_on: date | None = None
    stated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PortfolioFacts:
    """Everything that a printed portfolio says; `portal`: its address.

    The imprint names the holder where other documents name an institution.
    """

    imprint: Imprint
    holder: str
    portal: str
    entries: tuple[Entry, ...]


def portfolio_context(facts: PortfolioFacts, *, languages: Sequence[str]) -> dict:
    """Return the context of `pdf/portfolio.html`; `title` names the document."""
    said = in_each(languages, lambda _tag: _heading(facts))
    groups = [
        (heading, [_row(one, facts, languages) for one in facts.entries if one.source in sources])
        for heading, sources in HEADINGS
    ]
    return {
        **documents.document_context(facts.imprint, languages),
        "draft": "",  # it may have no code, and is none all the same
        "title": " / ".join(dict.fromkeys(said.values())),
        "heading": said,
        "portfolio_holder": facts.holder,
        "gist": in_each(languages, lambda tag: _gist(facts, tag)),
        "check_sentences": in_each(languages, lambda tag: _check_sentence(facts, tag)),
        "entries": [
            (_("Printed on"), facts.imprint.created),
            (_("Entries"), in_each(languages, lambda _tag: _count(facts))),
        ],
        "groups": [(heading, rows) for heading, rows in groups if rows],
    }


def look(languages: Sequence[str]) -> Design:
    """Return how it looks: plain, and at the foot of each page that nobody confirms it."""
    said = in_each(languages, lambda _tag: gettext("Put together by the holder, not confirmed."))
    return Design(texts={**NO_TEXTS, "footer": said})


def _heading(facts: PortfolioFacts) -> str:
    return gettext("Portfolio of %(name)s, put together by the holder") % {"name": facts.holder}


def _count(facts: PortfolioFacts) -> str:
    number = len(facts.entries)
    return ngettext("%(number)s entry", "%(number)s entries", number) % {"number": number}


def _gist(facts: PortfolioFacts, language: str) -> str:
    return gettext(
        "The holder chose what stands here. No institution confirms this list. What is known of "
        "each entry, as of %(day)s, stands beside it."
    ) % {"day": documents.written(facts.imprint.created, language)}


def _check_sentence(facts: PortfolioFacts, language: str) -> str:
    if not facts.imprint.verify_url:
        return gettext("This document has no code, so nobody can compare it with what was made.")
    said = {
        "portal": without_scheme(facts.portal).rstrip("/"),
        "day": documents.written(facts.imprint.created, language),
        "code": facts.imprint.code,
    }
    return (
        gettext(
            "With the code %(code)s anyone can check that the portal %(portal)s made this document "
            "on %(day)s, and compare the file. That does not confirm what it says:"
        )
        % said
    )


def _row(entry: Entry, facts: PortfolioFacts, languages: Sequence[str]) -> dict:
    is_over = entry.valid_until is not None and entry.valid_until < facts.imprint.created.date()
    address = without_scheme(entry.verify_url)
    place, slash, code = address.removesuffix("/").rpartition("/")
    names = [STATED_NAMES[name] for name in entry.stated]
    return {
        "entry": replace(entry, title=_short(entry.title), body=_short(entry.body)),
        "country": in_each(
            languages if entry.country else (),
            lambda tag: documents.country_name(entry.country, tag),
        ),
        "outcomes": [_short(text) for text in entry.outcomes[:MOST_OUTCOMES]],
        "more": _more(entry, languages),
        "issued_to": in_each(languages, lambda _tag: _issued_to(entry)),
        "known": in_each(languages, lambda tag: _known(entry, tag, is_over)),
        "why": _why(entry),
        "stated": in_each(languages, lambda _tag: _stated(names)),
        "verify_place": place + slash,
        "verify_code": code,
    }


def _short(text: Text) -> Text:
    if isinstance(text, str):
        return text if len(text) <= LENGTH else text[:LENGTH].rsplit(" ", 1)[0] + " …"
    return {tag: _short(said) for tag, said in text.items()}


def _more(entry: Entry, languages: Sequence[str]) -> dict[str, str]:
    number = len(entry.outcomes) - MOST_OUTCOMES
    if number <= 0:
        return {}
    return in_each(languages, lambda _tag: gettext("and %(number)s more") % {"number": number})


def _issued_to(entry: Entry) -> str:
    return gettext("Issued to %(name)s") % {"name": entry.issued_to} if entry.issued_to else ""


def _known(entry: Entry, language: str, is_over: bool) -> str:
    """Return in a few words what an entry is worth."""
    if entry.source in (Source.KEPT, Source.DECLARED):
        return gettext("Not checked")
    if is_over and entry.holding == Holding.HOLDS:
        day = documents.written(entry.valid_until, language)
        return gettext("Expired on %(day)s") % {"day": day}
    if entry.source == Source.SIGNED:
        return _finding(entry, language)
    if entry.holding == Holding.HOLDS:
        return _holds(entry, language)
    if entry.holding == Holding.UNPROVEN:
        return gettext("Signature does not count")
    said = {"day": documents.written(entry.since, language) if entry.since else "–"}
    if entry.holding == Holding.SUSPENDED:
        return gettext("Suspended since %(day)s") % said
    if entry.holding == Holding.REPLACED:
        return gettext("Replaced on %(day)s") % said
    if entry.source == Source.DECISION:
        return gettext("No longer holds, since %(day)s") % said
    return gettext("Revoked on %(day)s") % said


def _holds(entry: Entry, language: str) -> str:
    if entry.source == Source.DECISION:
        return gettext("Decision on recognition")
    if entry.valid_until:
        day = documents.written(entry.valid_until, language)
        return gettext("Valid until %(date)s") % {"date": day}
    return gettext("Valid")


def _finding(entry: Entry, language: str) -> str:
    found = entry.finding if isinstance(entry.finding, str) else entry.finding.get(language, "")
    day = documents.written(entry.checked_on, language) if entry.checked_on else "–"
    return gettext("%(found)s, checked on %(day)s") % {"found": found, "day": day}


_WHY: dict[tuple[Source, Holding], Promise] = {
    (Source.AWARD, Holding.HOLDS): _("Awarded and signed in this portal. Its code shows it:"),
    (Source.AWARD, Holding.SUSPENDED): _(
        "By the institution that awarded it. It does not count until that is lifted."
    ),
    (Source.AWARD, Holding.REVOKED): _("By the institution that awarded it. It holds no more."),
    (Source.AWARD, Holding.REPLACED): _("By a corrected credential. This one holds no more."),
    (Source.DECISION, Holding.HOLDS): _(
        "What a university recognised, signed by it. It is no learning of its own."
    ),
    (Source.DECISION, Holding.REVOKED): _(
        "The decision was taken back, or another one replaced it."
    ),
}
_UNPROVEN = _("Its key was reported as stolen. The institution signs it anew.")


def _why(entry: Entry) -> Text | Promise:
    """Return the sentence that goes with it."""
    if entry.source == Source.SIGNED:
        return entry.explanation
    if entry.source == Source.KEPT:
        return _("The holder keeps a file of it. What stands here is what the holder says.")
    if entry.source == Source.DECLARED:
        return _("Declared by the holder. Nobody has confirmed it.")
    return _WHY.get((entry.source, entry.holding), _UNPROVEN)


def _stated(names: Sequence[Promise]) -> str:
    if not names:
        return ""
    return gettext("Stated by the holder, not by the issuer: %(names)s.") % {
        "names": ", ".join(str(name) for name in names)
    }
