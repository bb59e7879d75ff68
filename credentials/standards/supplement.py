"""The only place that writes the credit or module supplement: eight sections, free of judgement.

Sections follow the Diploma Supplement (2018) and the MicroHE credit and module supplement, rows
the elements of Annex I of the Council Recommendation 2022/C 243/02. What is not known is named
with the reason; where a value of an external credential comes from is said beside it.
"""

from collections.abc import Mapping, Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from credentials.language import LanguageMap
from credentials.standards import documents
from credentials.standards.documents import Imprint
from credentials.standards.facts import CredentialFacts
from credentials.standards.supplement_cells import Section, joined
from credentials.standards.supplement_rows import Column, RecognitionNote, Role
from credentials.standards.supplement_sizes import size_head, title_of_size


def supplement_context(
    facts: CredentialFacts,
    *,
    languages: Sequence[str],
    role: Role,
    imprint: Imprint,
    recognition_note: RecognitionNote | None = None,
    provenance: Mapping[str, str] | None = None,
    system_note: LanguageMap | None = None,
    embedded: Sequence[str] = (),
) -> dict:
    """Return the context of `pdf/supplement.html`; `title` is the name of the document.

    `provenance` says for each field of an external credential where its value comes from:
    "signed", "stated" or "register" (dotted names for parts, such as "awarding_body.status");
    a field that is not in it counts as stated by the holder. `embedded` are names of the files
    inside the PDF, `system_note` is what the institution says of its higher education system.
    """
    heads = documents.in_each(languages, lambda _l: title_of_size(facts.ects))
    return {
        **documents.document_context(imprint, languages),
        "title": " / ".join(dict.fromkeys(heads.values())),
        "heads": heads,
        "sizes": documents.in_each(languages, lambda tag: size_head(facts.ects, tag)),
        "prefaces": documents.in_each(languages, lambda tag: _preface(role, imprint, tag)),
        "sections": supplement_sections(
            facts,
            languages=languages,
            role=role,
            imprint=imprint,
            recognition_note=recognition_note,
            provenance=provenance,
            system_note=system_note,
            embedded=embedded,
        ),
    }


def supplement_sections(
    facts: CredentialFacts,
    *,
    languages: Sequence[str],
    role: Role,
    imprint: Imprint,
    recognition_note: RecognitionNote | None = None,
    provenance: Mapping[str, str] | None = None,
    system_note: LanguageMap | None = None,
    embedded: Sequence[str] = (),
) -> list[Section]:
    """Return the eight sections with their rows in each language, see `supplement_context`."""
    columns = []
    for language in languages:
        with translation.override(language):
            column = Column(facts, language, role, imprint, provenance or {})
            columns.append(column.sections(recognition_note, system_note or {}, embedded))
    return [joined(number, parts) for number, parts in enumerate(zip(*columns, strict=True), 1)]


def _preface(role: Role, imprint: Imprint, language: str) -> str:
    text = _(
        "This document describes the nature, level, content and result of a piece of learning. "
        "It contains no value judgement and no statement about equivalence or recognition. "
        "Where information is missing, the reason is given."
    )
    if role == "award":
        return text
    own, other = documents.name_of(imprint.institution, language)
    return f"{text} " + _(
        "It was put together by %(institution)s from what the holder handed in. “From the signed "
        "file” means: read from the file that the awarding body signed. “Stated by the holder” "
        "means: as stated by the holder; not confirmed by the awarding body."
    ) % {"institution": other or own.text}
