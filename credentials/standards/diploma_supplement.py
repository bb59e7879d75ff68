"""The only place that writes the Diploma Supplement: eight sections in the order of 2018.

Of a degree and, under a heading of its own, of an interim award. What is missing is said with
the reason (Diploma Supplement, explanatory notes; Council of Europe, European Commission and
UNESCO, revised 2018).
"""

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from credentials.standards import documents
from credentials.standards.diploma_facts import DegreeFacts
from credentials.standards.diploma_supplement_rows import Column
from credentials.standards.documents import Imprint
from credentials.standards.study_results import results_context
from credentials.standards.supplement_cells import Section, joined


def diploma_supplement_context(
    facts: DegreeFacts,
    *,
    languages: Sequence[str],
    imprint: Imprint,
    annex: bool = False,
    embedded: Sequence[str] = (),
) -> dict:
    """Return the context of `pdf/diploma_supplement.html`; `title` is the name of the document.

    `annex`: whether the page of micro-credentials follows; `embedded` are names of the files
    inside the PDF. An imprint without an address to verify is that of a draft.
    """
    heads = documents.in_each(languages, lambda _l: _heading(facts))
    names = " / ".join(dict.fromkeys(heads.values()))
    return {
        **documents.document_context(imprint, languages),
        **results_context(facts, languages),
        "title": f"{names}: {facts.holder.name}",
        "heads": heads,
        "prefaces": documents.in_each(languages, lambda _l: _preface(facts)),
        "sections": diploma_supplement_sections(
            facts, languages=languages, imprint=imprint, annex=annex, embedded=embedded
        ),
    }


def diploma_supplement_sections(
    facts: DegreeFacts,
    *,
    languages: Sequence[str],
    imprint: Imprint,
    annex: bool = False,
    embedded: Sequence[str] = (),
) -> list[Section]:
    """Return the eight sections with their rows in each language, as the context above."""
    columns = []
    for language in languages:
        with translation.override(language):
            column = Column(facts, language, imprint, annex, tuple(embedded))
            columns.append(column.sections())
    return [joined(number, parts) for number, parts in enumerate(zip(*columns, strict=True), 1)]


def _heading(facts: DegreeFacts) -> str:
    return (
        _("Supplement to an interim award") if facts.kind == "interim" else _("Diploma Supplement")
    )


def _preface(facts: DegreeFacts) -> str:
    text = _(
        "This document belongs to the qualification that section 2 names. It gives independent "
        "data on its nature, level, context, content and status, so that others can understand it "
        "and recognise it fairly, for work and for study. It contains no value judgement, no "
        "statement about equivalence and no suggestion about recognition. All eight sections are "
        "filled in; where information is missing, the reason stands in its place. It follows the "
        "model of the European Commission, the Council of Europe and UNESCO (2018)."
    )
    if facts.kind != "interim":
        return text
    part = _("The award is given for a part of a programme; the studies may go on after it.")
    return f"{text} {part}"
