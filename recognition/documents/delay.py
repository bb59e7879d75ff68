"""The only place that words the letter on a delay. Pure: facts in, template context out.

An applicant is told the reason and a new date, and may appeal because nothing was decided in time
(Lisbon Recognition Convention III.5; Recommendation on Criteria and Procedures, 2010).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials.standards import documents
from credentials.standards.documents import Imprint, Text, in_each
from recognition.documents.letter import Remedy


@dataclass(frozen=True, slots=True)
class DelayFacts:
    """What a letter on a delay says; `promised_on` is the date that is not kept."""

    imprint: Imprint
    addressee: str
    case_reference: str
    programme: Text
    target: Text
    complete_on: date
    promised_on: date
    new_due_on: date
    reason: Text
    remedy: Remedy


def delay_context(facts: DelayFacts, *, languages: Sequence[str]) -> dict:
    """Return the context of `pdf/delay_letter.html`; `title` names the document."""
    said = in_each(languages, lambda _tag: gettext("Your decision takes longer"))

    def dated(tag: str) -> str:
        written = {
            "complete": documents.written(facts.complete_on, tag),
            "promised": documents.written(facts.promised_on, tag),
            "new": documents.written(facts.new_due_on, tag),
        }
        return (
            gettext(
                "Your file has been complete since %(complete)s. We promised the decision by "
                "%(promised)s and cannot keep that date. You will have it by %(new)s."
            )
            % written
        )

    return {
        **documents.document_context(facts.imprint, languages),
        "letter": facts,
        "title": f"{' / '.join(dict.fromkeys(said.values()))} {facts.imprint.number}",
        "headline": said,
        "opening": in_each(languages, dated),
        "entries": [
            (_("Case reference"), facts.case_reference),
            (_("You asked for"), facts.target),
        ],
    }
