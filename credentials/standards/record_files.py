"""The only place that reads and writes results of modules and lists of graduates as CSV.

A file that is no such list is refused as a whole; a row that cannot be used says so itself and
leaves the others alone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from credentials.language import LANGUAGES
from credentials.standards import spreadsheets
from credentials.standards.catalogue_files import UnreadableFile, read_table
from credentials.standards.table_rows import OwnReader

MAX_ROWS = 10_000
MAX_BYTES = 4 * 1024 * 1024
PROBLEM = "problem"
KINDS = ("degree", "interim")

# Columns of a list of results; those that must be there first.
RESULT_REQUIRED = ("student_number", "module", "achieved_on")
RESULT_COLUMNS = (*RESULT_REQUIRED, "grade", "ects", "term", "work_title", "regulations")
# Columns of a list of graduates.
GRADUATE_REQUIRED = ("student_number", "programme", "graduated_on")
ADDITIONAL = tuple(f"additional_{tag}" for tag in LANGUAGES)
GRADUATE_COLUMNS = (
    *(*GRADUATE_REQUIRED, "regulations", "kind", "title_conferred", "final_grade"),
    *("classification", *ADDITIONAL),
)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One module that a student has passed, numbered as in a spreadsheet.

    `ects` None: those of the module. `problem` is what is wrong in `column`. `typed` holds the
    cells by column as they were read, which is handed back when the row is refused.
    """

    number: int
    student_number: str
    module: str
    achieved_on: date | None
    grade: str = ""
    ects: Decimal | None = None
    term: str = ""
    work_title: str = ""
    regulations: str = ""
    column: str = ""
    problem: str = ""
    typed: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class GraduateRow:
    """One who has finished a programme; `additional` by language. Titles as they are printed."""

    number: int
    student_number: str
    programme: str
    graduated_on: date | None
    regulations: str = ""
    kind: str = "degree"
    title_conferred: str = ""
    final_grade: str = ""
    classification: str = ""
    additional: tuple[tuple[str, str], ...] = ()
    column: str = ""
    problem: str = ""
    typed: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


def read_results(data: bytes) -> list[ResultRow]:
    """Read at most MAX_ROWS results of MAX_BYTES in all; raises `UnreadableFile`."""
    return _read(data, RESULT_REQUIRED, RESULT_COLUMNS, _result)


def read_graduates(data: bytes) -> list[GraduateRow]:
    """Read at most MAX_ROWS graduates of MAX_BYTES in all; raises `UnreadableFile`."""
    return _read(data, GRADUATE_REQUIRED, GRADUATE_COLUMNS, _graduate)


def _read(
    data: bytes,
    required: tuple[str, ...],
    columns: tuple[str, ...],
    row_of: Callable[["_Reader"], dict[str, Any]],
) -> list:
    if len(data) > MAX_BYTES:
        size = MAX_BYTES // 1024 // 1024
        raise UnreadableFile([_("The file is larger than %(size)s MB.") % {"size": size}])
    table = read_table(data, required=required, optional=(*columns, PROBLEM), most=MAX_ROWS)
    if not table:
        raise UnreadableFile([_("The file has no rows below the header.")])
    model = ResultRow if row_of is _result else GraduateRow
    rows = []
    for number, cells in table:
        reader = _Reader(number, cells, [])
        said = row_of(reader)
        column, problem = reader.first_problem
        typed = {name: reader.cell(name) for name in columns}
        rows.append(model(number, **said, column=column, problem=problem, typed=typed))
    return rows


class _Reader(OwnReader):
    def needed_day(self, column: str, *, is_past: bool) -> date | None:
        day = self.day(column, is_past=is_past)
        if not self.cell(column):
            self.complain(column, _("must not be empty."))
        return day

    def short(self, column: str, longest: int, *, required: bool = False) -> str:
        """Return a text that fits its column in any case: what is too long is complained of."""
        return self.text(column, longest, required=required)[:longest]


def _result(row: _Reader) -> dict[str, Any]:
    return {
        "student_number": row.short("student_number", 40, required=True),
        "module": row.short("module", 40, required=True),
        "achieved_on": row.needed_day("achieved_on", is_past=True),
        "grade": row.short("grade", 20),
        "ects": row.decimal(
            "ects",
            lambda ects: 0 < ects <= 60 and not ects * 2 % 1,
            _("must be a number up to 60, in steps of 0.5."),
        ),
        "term": row.short("term", 20),
        "work_title": row.short("work_title", 300),
        "regulations": row.short("regulations", 60),
    }


def _graduate(row: _Reader) -> dict[str, Any]:
    additional = ((tag, row.short(f"additional_{tag}", 2000)) for tag in LANGUAGES)
    return {
        "student_number": row.short("student_number", 40, required=True),
        "programme": row.short("programme", 40, required=True),
        "graduated_on": row.needed_day("graduated_on", is_past=False),
        "regulations": row.short("regulations", 60),
        "kind": row.one_of("kind", {kind: (kind,) for kind in KINDS}, "degree"),
        "title_conferred": row.short("title_conferred", 120),
        "final_grade": row.short("final_grade", 20),
        "classification": row.short("classification", 120),
        "additional": tuple((tag, text) for tag, text in additional if text),
    }


def refused(rows: Iterable[tuple[ResultRow | GraduateRow, str]]) -> bytes:
    """Return rows of one kind and why each was refused as CSV, in the columns that are read.

    Cells hold what was typed, also where it was wrong: it is what is to be mended.
    """
    rows = list(rows)
    is_result = not rows or isinstance(rows[0][0], ResultRow)
    columns = RESULT_COLUMNS if is_result else GRADUATE_COLUMNS
    told = ([*(_cell(row, name) for name in columns), problem] for row, problem in rows)
    return spreadsheets.as_csv([[*columns, PROBLEM], *told])


def _cell(row: ResultRow | GraduateRow, name: str) -> object:
    if row.typed:
        return row.typed.get(name, "")
    if name in ADDITIONAL and isinstance(row, GraduateRow):
        return dict(row.additional).get(name.removeprefix("additional_"), "")
    value = getattr(row, name)
    return "" if value is None else value
