"""The only place that words the letter to an issuer. Pure: facts in, template context out.

It tells no more than the issuer needs to find its record (GDPR, article 5(1)(c)); the learner
agreed to the check when the application was sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials.standards import documents
from credentials.standards.documents import Imprint, Text, in_each


@dataclass(frozen=True, slots=True)
class InquiryFacts:
    """All that a letter to an issuer says; `number` is that of the credential, "" if unknown."""

    imprint: Imprint
    addressee: str
    address: str
    holder: str
    title: Text
    awarded_on: date | None
    number: str
    items: tuple[str, ...]
    due_on: date
    reply_to: str


def inquiry_context(facts: InquiryFacts, *, languages: Sequence[str]) -> dict:
    """Return the context of `pdf/issuer_letter.html`; `title` is the name of the document."""
    said = in_each(languages, lambda _tag: gettext("Question to an issuer"))
    rows = (
        (_("Title"), facts.title),
        (_("Issued to"), facts.holder),
        (_("Awarded on"), facts.awarded_on),
        (_("Number"), facts.number),
    )
    return {
        **documents.document_context(facts.imprint, languages),
        "facts": facts,
        "rows": [(label, value) for label, value in rows if value],
        "opening": in_each(
            languages,
            lambda tag: (
                gettext(
                    "A person who asks us to recognise learning put forward a credential that "
                    "bears your name. With their consent we ask you: did you issue it? Please "
                    "answer by %(day)s."
                )
                % {"day": documents.written(facts.due_on, tag)}
            ),
        ),
        "title": f"{' / '.join(dict.fromkeys(said.values()))} {facts.imprint.number}",
    }
