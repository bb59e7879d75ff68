"""The only place that words the decision letter. Pure: facts in, template context out.

Its contents follow the Lisbon Recognition Convention III.5 and the EAR manual, chapters 2, 10 and
11. The signed letter, printed in two languages, and its preview on a web
page, in one, come from the same facts and the same template.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from credentials.standards import documents
from credentials.standards.documents import Imprint, Text, in_each
from recognition.vocabulary import DecisionType, EssentialElement, Rating, Track


@dataclass(frozen=True, slots=True)
class LetterSource:
    """What the applicant put forward; `ects` in ECTS, `hours` when there are no credits."""

    title: Text
    body: Text
    ects: Decimal | None = None
    hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LetterLine:
    """What was asked and decided. `decision` is a code of `DecisionType`, "" in a draft.

    `target_code` is that of a module, "" for free electives.
    """

    sources: tuple[LetterSource, ...]
    target_title: Text
    target_code: str = ""
    requested_ects: Decimal | None = None
    decision: str = ""
    granted_ects: Decimal | None = None
    grade: str = ""
    note: Text | Promise = ""


@dataclass(frozen=True, slots=True)
class LetterOutcome:
    """One outcome of the target with the rating (`Rating`) that the decision rests on."""

    text: Text
    essential: bool
    rating: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class LetterDifference:
    """One substantial difference; `element` is a code of `EssentialElement`."""

    element: str
    missing: Text
    examined: Text
    effect: Text
    outcome: Text = ""


@dataclass(frozen=True, slots=True)
class LetterCondition:
    """Something the learner must still show, and until when."""

    text: Text
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """Where and how to object: body, form and period as sentences, address over several lines."""

    body: Text
    form: Text | Promise
    period: Text | Promise
    address: Text = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class LetterMember:
    """Somebody who took part in the decision, or was recused from it."""

    name: str
    role: Text | Promise
    recused: bool = False


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Everything a decision letter says. Texts people wrote are language maps with one entry.

    `imprint` carries the official number, the address to verify, and who signs in which capacity.
    """

    imprint: Imprint
    addressee: str
    case_reference: str
    lines: tuple[LetterLine, ...]
    remedy: Remedy
    address: str = ""
    programme: Text = ""
    received_on: date | None = None
    complete_on: date | None = None
    decided_on: date | None = None
    notified_on: date | None = None
    legal_basis: Text = ""
    policy_version: str = ""
    track: str = ""
    evidence: tuple[Text, ...] = ()
    outcomes: tuple[LetterOutcome, ...] = ()
    reasons: Text = ""
    differences: tuple[LetterDifference, ...] = ()
    alternatives: Text = ""
    conditions: tuple[LetterCondition, ...] = ()
    later: Text = ""
    effect: Text | Promise = ""
    members: tuple[LetterMember, ...] = field(default_factory=tuple)
    precedent: Text = ""
    summary: Text = ""


_HEADLINES = {
    DecisionType.FULL_SUBSTITUTION: _("We recognise your learning in full"),
    DecisionType.INCLUSION: _("We count your learning as free electives"),
    DecisionType.PARTIAL: _("We recognise your learning in part"),
    DecisionType.REFUSAL: _("We do not recognise your learning for this purpose"),
}
_DECIDED = {
    DecisionType.FULL_SUBSTITUTION: pgettext_lazy("decision", "Recognised in full"),
    DecisionType.INCLUSION: pgettext_lazy("decision", "Counted as free electives"),
    DecisionType.PARTIAL: pgettext_lazy("decision", "Recognised in part"),
    DecisionType.REFUSAL: pgettext_lazy("decision", "Not recognised"),
}
_MEANINGS = {Rating.NOT_EVIDENCED: _("Nothing in the evidence says anything about it.")}
"""What the reviewers' explanations say to reviewers only."""


def letter_context(
    facts: LetterFacts, *, languages: Sequence[str] = ("en",), heading: int = 3
) -> dict:
    """Return the context of `pdf/_letter_body.html`; its first heading has the level `heading`."""
    decisions = {line.decision for line in facts.lines}
    decision = decisions.pop() if len(decisions) == 1 else ""
    return {
        "languages": tuple(languages),
        "letter": facts,
        "head": f"h{heading}",
        "subhead": f"h{heading + 1}",
        "detail": f"h{heading + 2}",
        "headline": _HEADLINES.get(decision, _("Our decision on your application")),
        "openings": [
            in_each(languages, lambda tag, one=one: _opening(one, tag)) for one in facts.lines
        ],
        "decided": [(line, _DECIDED.get(line.decision, "")) for line in facts.lines],
        "outcomes": [(one, _rating(one.rating)) for one in facts.outcomes],
        "legend": in_each(languages, lambda _tag: _legend(facts)),
        "differences": [
            (one, in_each(languages, lambda _tag, one=one: _difference(one)))
            for one in facts.differences
        ],
        "entries": [(label, value) for label, value in _entries(facts, languages) if value],
    }


def letter_document_context(facts: LetterFacts, *, languages: Sequence[str]) -> dict:
    """Return the context of `pdf/decision_letter.html`; `title` is the name of the document."""
    said = in_each(languages, lambda _tag: gettext("Decision on recognition"))
    return {
        **documents.document_context(facts.imprint, languages),
        **letter_context(facts, languages=languages, heading=1),
        "title": f"{' / '.join(dict.fromkeys(said.values()))} {facts.imprint.number}",
    }


def _difference(difference: LetterDifference) -> str:
    if difference.element not in EssentialElement.values:
        return gettext("Substantial difference")
    element = EssentialElement(difference.element).label
    return gettext("Substantial difference: %(element)s") % {"element": element}


def _legend(facts: LetterFacts) -> str:
    used = {outcome.rating for outcome in facts.outcomes}
    meanings = [(r, _MEANINGS.get(r, r.explanation)) for r in Rating if r in used]
    return "\n".join(f"{rating.label}: {meaning}" for rating, meaning in meanings)


def _rating(code: str) -> str | Promise:
    return Rating(code).label if code in Rating.values else ""


def _opening(line: LetterLine, language: str) -> str:
    return f"{_asked(line, language)} {_granted(line, language)}".strip()


def _asked(line: LetterLine, language: str) -> str:
    sources = ", ".join(_source(source, language) for source in line.sources)
    if not line.target_code:
        said = gettext("You asked us to count %(sources)s as free electives.")
        return said % {"sources": sources}
    target = documents.original(line.target_title, (language,)).text
    said = gettext("You asked us to recognise %(sources)s for %(target)s.")
    return said % {"sources": sources, "target": f"{line.target_code} {target}"}


def _granted(line: LetterLine, language: str) -> str:
    if line.granted_ects is None or not line.decision:
        return ""
    if line.decision == DecisionType.REFUSAL:
        return gettext("We cannot recognise it. This letter says why, and what you can do.")
    granted = documents.written(line.granted_ects, language)
    if line.requested_ects is None:
        return gettext("We recognise %(granted)s ECTS credits.") % {"granted": granted}
    said = gettext("We recognise %(granted)s of %(requested)s ECTS credits.")
    requested = documents.written(line.requested_ects, language)
    return said % {"granted": granted, "requested": requested}


def _source(source: LetterSource, language: str) -> str:
    title = documents.original(source.title, (language,)).text
    body = documents.original(source.body, (language,)).text
    return gettext("“%(title)s” (%(body)s)") % {"title": title, "body": body} if body else title


def _entries(facts: LetterFacts, languages: Sequence[str]) -> list[tuple[Promise, object]]:
    track = Track(facts.track) if facts.track in Track.values else None
    return [
        (_("Case reference"), facts.case_reference),
        (_("Dates"), facts.received_on and in_each(languages, lambda tag: _dates(facts, tag))),
        (_("Legal basis"), facts.legal_basis),
        (_("Recognition rules, version"), facts.policy_version),
        (
            _("Procedure"),
            track and in_each(languages, lambda _tag: f"{track.label}: {track.explanation}"),
        ),
        (_("Standing decision used"), facts.precedent),
    ]


def _dates(facts: LetterFacts, language: str) -> str:
    moments = (
        (gettext("received on %(date)s"), facts.received_on),
        (gettext("complete on %(date)s"), facts.complete_on),
        (gettext("decided on %(date)s"), facts.decided_on),
        (gettext("sent on %(date)s"), facts.notified_on),
    )
    return ", ".join(
        text % {"date": documents.written(day, language)} for text, day in moments if day
    )
