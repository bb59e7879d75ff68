"""The only place that words a request for information. Pure: facts in, template context out.

It names nobody who compares: an applicant does not learn who of the committee asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials.standards import documents
from credentials.standards.documents import Imprint, Text, in_each


@dataclass(frozen=True, slots=True)
class InformationFacts:
    """What a request says. `is_complete`: the committee has the file, so its time stands still;
    else the registrar asks, and that time has not begun. `answer_url`: where to answer.
    """

    imprint: Imprint
    addressee: str
    case_reference: str
    programme: Text
    target: Text
    items: tuple[str, ...]
    due_on: date
    is_complete: bool
    answer_url: str
    reply_to: str


def information_context(facts: InformationFacts, *, languages: Sequence[str]) -> dict:
    """Return the context of `pdf/information_letter.html`; `title` names the document."""
    said = in_each(languages, lambda _tag: gettext("Request for information"))
    return {
        **documents.document_context(facts.imprint, languages),
        "letter": facts,
        "title": f"{' / '.join(dict.fromkeys(said.values()))} {facts.imprint.number}",
        "headline": in_each(languages, lambda _tag: gettext("We have a question")),
        "opening": in_each(languages, lambda tag: _opening(facts, tag)),
        "silence": in_each(languages, lambda tag: _silence(facts, tag)),
        "questions": in_each(languages, lambda _tag: _questions(facts)),
        "answer_place": documents.without_scheme(facts.answer_url),
        "halves": (
            ((_("Case reference"), facts.case_reference), (_("Asked on"), facts.imprint.created)),
            ((_("You asked for"), facts.target), (_("Answer by"), facts.due_on)),
        ),
    }


def _opening(facts: InformationFacts, tag: str) -> str:
    if facts.is_complete:
        text = gettext(
            "Something is missing in your application. Please answer by %(day)s. Until you answer, "
            "the time for the decision stands still."
        )
    else:
        text = gettext(
            "Something is missing in your application. Please answer by %(day)s. The time for the "
            "decision begins when all is there."
        )
    return text % {"day": documents.written(facts.due_on, tag)}


def _silence(facts: InformationFacts, tag: str) -> str:
    return gettext(
        "After %(day)s we go on without it, and the committee decides on what it has. You can "
        "still answer until it is decided."
    ) % {"day": documents.written(facts.due_on, tag)}


def _questions(facts: InformationFacts) -> str:
    """Return whom to ask who does not understand what is asked."""
    if not facts.reply_to:
        return gettext("Is something unclear? Write to the registrar in the portal.")
    return gettext("Is something unclear? Write to %(email)s and name %(number)s.") % {
        "email": facts.reply_to,
        "number": facts.imprint.number,
    }
