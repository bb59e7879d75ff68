"""The only place that reads agreements with other institutions from CSV."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.places import countries
from credentials.standards.catalogue_files import UnreadableFile, complain, read_table
from credentials.standards.table_rows import RowReader
from credentials.vocabulary import AssessmentType, Supervision

CODES = {"assessment_type": AssessmentType, "supervision": Supervision}
REQUIRED = ("body", "country", "programme", "basis", "valid_until")
OPTIONAL = (
    *("course_code", "course_title", "version", "awarded_from", "awarded_until"),
    *("eqf_level", "ects", *CODES, "outcomes_en", "outcomes_de"),
    *("module", "parts", "valid_from"),
)
MOST_PARTS = 20
MOST_ROWS = 2_000
"""So that a file is entered while its registrar waits."""


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """A course of another institution, and the module or parts of it for which it counts.

    `outcomes` are language maps as pairs; `module` "" is the free-elective area; `parts` are the
    numbers of parts of the module, () for the whole. `valid_from` None: from today.
    `ects` in ECTS. `number`: of the row.
    """

    body: str
    country: str
    programme: str
    basis: str
    valid_from: date | None
    valid_until: date
    course_code: str = ""
    course_title: str = ""
    version: str = ""
    awarded_from: date | None = None
    awarded_until: date | None = None
    eqf_level: int | None = None
    ects: Decimal | None = None
    assessment_type: str = ""
    supervision: str = ""
    outcomes: tuple[tuple[tuple[str, str], ...], ...] = ()
    module: str = ""
    parts: tuple[int, ...] = ()
    number: int = 1

    @property
    def outcome_maps(self) -> list[Mapping[str, str]]:
        return [dict(outcome) for outcome in self.outcomes]


def read_agreements(data: bytes) -> list[AgreementRow]:
    """Read agreements from CSV; raises `UnreadableFile` naming each row and column to correct.

    Columns: see REQUIRED and OPTIONAL; one of course_code and course_title must be there.
    """
    table = read_table(data, required=REQUIRED, optional=OPTIONAL, most=MOST_ROWS)
    if not table:
        raise UnreadableFile([_("The file has no rows below the header.")])
    problems: list[str] = []
    known = {code for code, _name in countries() if code}
    rows = [_read(RowReader(number, cells, problems), known) for number, cells in table]
    complain(problems)
    return rows


def _read(row: RowReader, known: set[str]) -> AgreementRow:
    code, title = row.text("course_code", 100), row.text("course_title", 300)
    if not code and not title:
        row.complain("course_code", _("or course_title must be given."))
    valid_until = row.day("valid_until")
    if not row.cell("valid_until"):
        row.complain("valid_until", _("must not be empty."))
    half = _("must be a number up to 60, in steps of 0.5.")
    coded = {
        name: row.one_of(name, {str(c): (str(c),) for c in codes.values}, "")
        for name, codes in CODES.items()
    }
    return AgreementRow(
        number=row.number,
        body=row.text("body", 200, required=True),
        country=row.country("country", known),
        programme=row.text("programme", 40, required=True),
        basis=row.text("basis", 1000, required=True),
        valid_from=row.day("valid_from"),
        valid_until=valid_until or timezone.localdate(),
        course_code=code,
        course_title=title,
        version=row.text("version", 100),
        awarded_from=row.day("awarded_from"),
        awarded_until=row.day("awarded_until"),
        eqf_level=row.whole("eqf_level", 1, 8),
        ects=row.decimal("ects", lambda ects: 0 < ects <= 60 and not ects * 2 % 1, half),
        outcomes=row.outcomes(),
        module=row.text("module", 40),
        parts=_parts(row),
        **coded,
    )


def _parts(row: RowReader) -> tuple[int, ...]:
    text = row.cell("parts").replace(",", "|")
    numbers = [part.strip() for part in text.split("|") if part.strip()]
    if any(not (n.isascii() and n.isdigit()) for n in numbers) or len(numbers) > MOST_PARTS:
        row.complain("parts", _("must be numbers of parts, parted by “|”."))
        return ()
    return tuple(dict.fromkeys(int(number[:6]) for number in numbers))
