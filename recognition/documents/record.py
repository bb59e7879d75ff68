"""The only place that words the micro-credentials page, an annex to section 6.1 of the Diploma
Supplement. Pure: facts in, template context out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials import vocabulary as v
from credentials.standards import documents
from credentials.standards.documents import Imprint, Text, in_each
from credentials.standards.facts import HolderFacts


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One micro-credential of a learner. Units: ECTS, hours; codes of `credentials.vocabulary`.

    `counted_ects` is what counts towards the degree, None when the credential is additional;
    `module_code` is where it counts.
    """

    title: Text
    body: Text
    country: str = ""
    awarded_on: date | None = None
    eqf_level: int | None = None
    ects: Decimal | None = None
    hours: Decimal | None = None
    assessment_type: str = ""
    supervision: str = ""
    grade: str = ""
    counted_ects: Decimal | None = None
    module_code: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """The micro-credentials that one learner earned beside or within a programme."""

    imprint: Imprint
    holder: HolderFacts
    programme: Text
    rows: tuple[RecordRow, ...]

    @property
    def earned(self) -> Decimal:
        """Return the ECTS of all rows."""
        return sum((row.ects or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def counted(self) -> Decimal:
        """Return the ECTS that count towards the degree."""
        return sum((row.counted_ects or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def additional(self) -> Decimal:
        """Return the ECTS of the rows that do not count towards the degree."""
        beside = (row.ects for row in self.rows if row.counted_ects is None and row.ects)
        return sum(beside, Decimal(0))


def record_context(facts: RecordFacts, *, languages: Sequence[str]) -> dict:
    """Return the context of `pdf/microcredentials_page.html`; `title` names the document."""
    table = annex_context(facts, languages=languages)
    return {
        **documents.document_context(facts.imprint, languages),
        **table,
        "title": f"{' / '.join(dict.fromkeys(table['heading'].values()))}: {facts.holder.name}",
        "record": facts,
    }


def shown(facts: RecordFacts) -> dict[str, Any]:
    """Return what is kept of a page for whoever verifies it: no name, and no grade."""
    return {
        "rows": [
            {
                "title": row.title,
                "ects": "" if row.ects is None else str(row.ects),
                "hours": "" if row.ects is not None or row.hours is None else str(row.hours),
                "date": row.awarded_on.isoformat() if row.awarded_on else "",
            }
            for row in facts.rows
        ],
        "totals": {
            "earned": str(facts.earned),
            "counted": str(facts.counted),
            "additional": str(facts.additional),
        },
    }


def annex_context(facts: RecordFacts, *, languages: Sequence[str]) -> dict:
    """Return what is printed of the micro-credentials where holder and programme stand already."""
    return {
        "heading": in_each(
            languages, lambda _tag: gettext("Micro-credentials earned during the programme")
        ),
        "rows": [(row, _how_assessed(row), _place(row, languages)) for row in facts.rows],
        "totals": [
            (_("Earned"), facts.earned),
            (_("Counted in the degree"), facts.counted),
            (_("Additional"), facts.additional),
        ],
    }


def _how_assessed(row: RecordRow) -> list[str | Promise]:
    assessed = (
        (v.AssessmentType, row.assessment_type),
        (v.Supervision, row.supervision),
    )
    return [c(code).label if code in c.values else code for c, code in assessed if code]


def _place(row: RecordRow, languages: Sequence[str]) -> dict[str, str]:
    if not row.country:
        return {}
    return {tag: documents.country_name(row.country, tag) for tag in languages}
