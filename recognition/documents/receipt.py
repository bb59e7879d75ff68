"""The only place that words the receipt of an application. Pure: facts in, template context out.

It proves what arrived and when, and says what comes next and by when; it decides nothing (the
time in which a decision is due is to be told: Lisbon Recognition Convention III.5).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_time
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from credentials.standards import documents
from credentials.standards.documents import Imprint, Text, in_each


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """A file or a link as it came; `name` is its file name or its address."""

    title: str
    name: str


@dataclass(frozen=True, slots=True)
class ReceiptSource:
    """What was put forward. `bodies`: who awarded it together; `is_ours`: awarded by the portal."""

    title: Text
    bodies: tuple[Text, ...] = ()
    ects: Decimal | None = None
    hours: Decimal | None = None
    files: tuple[ReceiptFile, ...] = ()
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What was put forward for what; `ects`: how many credits are asked for."""

    position: int
    sources: tuple[ReceiptSource, ...]
    target: Text
    code: str = ""
    ects: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """All that a receipt says. Of what came on paper only the day is known: `has_time` False.

    `decision_days` are working days; `is_binding`: an application, and no question in advance.
    `consent`: the signed consent that came with it; `entered`: how it came, "" for the usual way.
    """

    imprint: Imprint
    addressee: str
    student_number: str
    case_reference: str
    programme: Text
    regulations: str
    arrived_at: datetime
    has_time: bool
    entered: Text
    consent: ReceiptFile | None
    lines: tuple[ReceiptLine, ...]
    is_binding: bool
    check_due_on: date
    decision_days: int
    reply_to: str


def receipt_context(facts: ReceiptFacts, *, languages: Sequence[str]) -> dict:
    """Return the context of `pdf/receipt.html`; `title` is the name of the document."""
    named = in_each(languages, lambda _tag: gettext("Receipt of your application"))
    halves = (
        (
            (_("Case reference"), facts.case_reference),
            (_("Arrived"), in_each(languages, lambda tag: _moment(facts, tag))),
            (_("How it came"), facts.entered),
        ),
        (
            (_("Applicant"), ", ".join(filter(None, (facts.addressee, facts.student_number)))),
            (_("Programme"), _programme(facts)),
        ),
    )
    return {
        **documents.document_context(facts.imprint, languages),
        "letter": facts,
        "title": f"{' / '.join(dict.fromkeys(named.values()))} {facts.imprint.number}",
        "headline": in_each(languages, lambda _tag: _headline(facts)),
        "opening": in_each(languages, lambda tag: _opening(facts, tag)),
        "halves": [[(label, value) for label, value in half if value] for half in halves],
        "steps": [(label, in_each(languages, say)) for label, say in _steps(facts)],
        "questions": in_each(languages, lambda _tag: _questions(facts)),
    }


def _programme(facts: ReceiptFacts) -> Text:
    """Return the programme and its regulations, in all languages in which it has a name."""
    if isinstance(facts.programme, str):
        return f"{facts.programme}, {facts.regulations}"
    return {tag: f"{name}, {facts.regulations}" for tag, name in facts.programme.items()}


def _headline(facts: ReceiptFacts) -> str:
    if facts.is_binding:
        return gettext("Your application has arrived")
    return gettext("Your question in advance has arrived")


def _opening(facts: ReceiptFacts, tag: str) -> str:
    if facts.is_binding:
        text = gettext(
            "Your application reached us on %(day)s. This receipt says what came in. It is no "
            "decision."
        )
    else:
        text = gettext(
            "Your question reached us on %(day)s. This receipt says what came in. It is no "
            "decision, and the answer will bind nobody."
        )
    return text % {"day": documents.written(facts.arrived_at, tag)}


def _moment(facts: ReceiptFacts, tag: str) -> str:
    """Return the day, and the time with its zone where it is known ("2 May 2026, 14:05 CEST")."""
    day = documents.written(facts.arrived_at, tag)
    if not facts.has_time:
        return day
    zone, locale = timezone.get_current_timezone(), documents.locale_of(tag)
    return f"{day}, {format_time(facts.arrived_at, 'HH:mm z', tzinfo=zone, locale=locale)}"


def _steps(facts: ReceiptFacts) -> Iterator[tuple[Promise, Callable[[str], str]]]:
    """Yield what comes, in its order: pairs of a label and what says it in a language."""
    yield _("First we check"), lambda tag: _check(facts, tag)
    begins = gettext_noop("On the day on which all is there; we tell you.")
    yield _("When the time begins"), lambda _tag: gettext(begins)
    if facts.is_binding:
        yield _("When you get the decision"), lambda _tag: _decision(facts)
    else:
        yield _("When you get the answer"), lambda _tag: _decision(facts)


def _check(facts: ReceiptFacts, tag: str) -> str:
    return gettext("By %(day)s we look whether all is there, and ask you for what is missing.") % {
        "day": documents.written(facts.check_due_on, tag)
    }


def _decision(facts: ReceiptFacts) -> str:
    """Return the period, and the remedy when it is not kept: there is none against mere advice."""
    days = facts.decision_days
    period = ngettext(
        "Within %(days)s working day of that day, by letter with reasons. Days on which we wait "
        "for an answer or a test do not count.",
        "Within %(days)s working days of that day, by letter with reasons. Days on which we wait "
        "for an answer or a test do not count.",
        days,
    ) % {"days": days}
    late = gettext("If it does not come in time, you can appeal at once.")
    return f"{period} {late}" if facts.is_binding else period


def _questions(facts: ReceiptFacts) -> str:
    if not facts.reply_to:
        return gettext("If you have a question, write to us in the portal.")
    return gettext(
        "If you have a question, write to us in the portal, or to %(email)s, and name "
        "%(reference)s."
    ) % {"email": facts.reply_to, "reference": facts.case_reference}
