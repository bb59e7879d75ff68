"""The only place that invents documents, on which a design is tried. Pure: imprint in, context out.

They name nobody who exists, and say on each page that they are drafts.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from credentials.language import DOCUMENT_LANGUAGES, LanguageMap
from credentials.standards.diploma_facts import ComponentFacts, DegreeFacts
from credentials.standards.diploma_supplement import diploma_supplement_context
from credentials.standards.documents import Imprint, in_each
from credentials.standards.facts import CredentialFacts, HolderFacts, OutcomeFacts
from credentials.standards.supplement import supplement_context
from recognition.documents.letter import (
    LetterFacts,
    LetterLine,
    LetterSource,
    Remedy,
    letter_document_context,
)
from recognition.vocabulary import DecisionType, Track

DAY = date(2026, 11, 26)
HOLDER = HolderFacts("Nela Ardwen", "Nela", "Ardwen", date(2004, 5, 4), student_number="40218577")


def _letter(imprint: Imprint, languages: Sequence[str]) -> dict:
    line = LetterLine(
        sources=(LetterSource(_course(), _elsewhere(), Decimal(5)),),
        target_title=_course(),
        target_code="INF-204",
        requested_ects=Decimal(5),
        granted_ects=Decimal(5),
        decision=DecisionType.FULL_SUBSTITUTION,
    )
    in_words = in_each(DOCUMENT_LANGUAGES, lambda _tag: _("In the portal, or in writing."))
    facts = LetterFacts(
        imprint=imprint,
        addressee=HOLDER.name,
        case_reference="REC-0000",
        programme=_programme(),
        lines=(line,),
        remedy=Remedy(body="", form=in_words, period=""),
        received_on=DAY,
        decided_on=DAY,
        track=Track.RECOGNITION,
    )
    return letter_document_context(facts, languages=languages)


def _supplement(imprint: Imprint, languages: Sequence[str]) -> dict:
    facts = CredentialFacts(
        id="urn:uuid:00000000-0000-4000-8000-000000000000",
        title=_course(),
        awarding_body=imprint.institution,
        holder=HOLDER,
        number=imprint.number,
        awarded_on=DAY,
        outcomes=(OutcomeFacts(_outcome()),),
        ects=Decimal(5),
        eqf_level=6,
    )
    return supplement_context(facts, languages=languages, role="award", imprint=imprint)


def _diploma(imprint: Imprint, languages: Sequence[str]) -> dict:
    facts = DegreeFacts(
        id="urn:uuid:00000000-0000-4000-8000-000000000000",
        kind="degree",
        number=imprint.number,
        holder=HOLDER,
        title=_programme(),
        awarding_body=imprint.institution,
        eqf_level=6,
        ects_total=Decimal(180),
        outcomes=_outcome(),
        components=(ComponentFacts(_course(), "INF-204", ects=Decimal(5), grade="1.7"),),
        graduated_on=DAY,
        certified_on=DAY,
        signatory=imprint.signatory,
        capacity=imprint.capacity if not isinstance(imprint.capacity, str) else {},
        verify_url=imprint.verify_url,
    )
    return diploma_supplement_context(facts, languages=languages, imprint=imprint, annex=False)


def _course() -> LanguageMap:
    return in_each(DOCUMENT_LANGUAGES, lambda _tag: _("Sample course"))


def _programme() -> LanguageMap:
    return in_each(DOCUMENT_LANGUAGES, lambda _tag: _("Sample programme"))


def _elsewhere() -> LanguageMap:
    return in_each(DOCUMENT_LANGUAGES, lambda _tag: _("Another university"))


def _outcome() -> LanguageMap:
    return in_each(DOCUMENT_LANGUAGES, lambda _tag: _("Shows how a document looks in this design."))


SAMPLES: dict[str, Callable[[Imprint, Sequence[str]], dict]] = {
    "decision_letter": _letter,
    "supplement": _supplement,
    "diploma_supplement": _diploma,
}
"""By the names of their templates."""


def sample_context(template: str, imprint: Imprint, *, languages: Sequence[str]) -> dict:
    """Return the context of one of `SAMPLES`, marked as a draft."""
    context = SAMPLES[template](imprint, languages)
    draft = in_each(languages, lambda _tag: _("Draft, not valid"))
    return {
        **context,
        "draft": " / ".join(dict.fromkeys(draft.values())),
    }
