"""The only place that reads and writes a register of awarding bodies as CSV."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from credentials.places import countries
from credentials.standards.catalogue_files import UnreadableFile, complain, read_table
from credentials.standards.table_rows import FORMULA, RowReader
from credentials.vocabulary import BodyKind, BodyStatus

REQUIRED = ("name", "country")
# Texts and the most signs each may hold.
TEXTS = {
    "name": 200,
    "quality_agency": 200,
    "evidence": 300,
    "url": 200,
    "did": 300,
    "erasmus_code": 20,
    "schac_code": 100,
    "deqar_id": 20,
    "legal_id": 60,
}
CODES = {"kind": BodyKind, "status": BodyStatus}
COLUMNS = (
    *("name", "country", "kind", "status", "quality_agency", "evidence", "checked_on"),
    *("url", "did", "erasmus_code", "schac_code", "deqar_id", "legal_id", "hours_per_ects"),
)
MAX_BODIES = 10_000
FEWEST_HOURS, MOST_HOURS = 10, 60


@dataclass(frozen=True, slots=True)
class BodyRow:
    """One row as it was written: `columns` by their name, without the empty cells."""

    number: int
    name: str
    country: str
    columns: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """What tells one body from another, whatever the capitals."""
        return self.name.casefold(), self.country


def read_bodies(data: bytes) -> list[BodyRow]:
    """Read a register from CSV, columns in any order; raises `UnreadableFile`.

    `name` and `country` must be there; the other COLUMNS may be. Each row and column to correct is
    named, with what to do; a body that stands in two rows is a mistake.
    """
    table = read_table(data, required=REQUIRED, optional=COLUMNS, most=MAX_BODIES)
    if not table:
        raise UnreadableFile([_("The file has no rows below the header.")])
    problems: list[str] = []
    known = {code for code, _name in countries() if code}
    rows, seen = [], dict[tuple[str, str], int]()
    for number, cells in table:
        reader = _Reader(number, cells, problems)
        row = reader.row(known)
        first = seen.setdefault(row.key, number)
        if row.name and first != number:
            reader.complain(
                "name",
                _("“%(name)s” is in row %(first)s already. Keep one of the two rows.")
                % {"name": row.name, "first": first},
            )
        rows.append(row)
    complain(problems)
    return rows


class _Reader(RowReader):
    def row(self, known: Collection[str]) -> BodyRow:
        said: dict[str, Any] = {name: self.text(name, most) for name, most in TEXTS.items()}
        for name, codes in CODES.items():
            said[name] = self.one_of(name, {str(code): (str(code),) for code in codes.values}, "")
        said["checked_on"] = self.day("checked_on", is_past=True)
        said["hours_per_ects"] = self._hours()
        if said["url"]:
            self._check_url(said["url"])
        name = said.pop("name")
        if not name:
            self.complain("name", _("must not be empty."))
        if said["kind"] == BodyKind.PLATFORM and said["status"] == BodyStatus.RECOGNISED:
            self.complain("status", _("a platform cannot be recognised: it awards nothing itself."))
        columns = {column: value for column, value in said.items() if value not in ("", None)}
        return BodyRow(self.number, name, self.country("country", known), columns)

    def _hours(self) -> Decimal | None:
        problem = _("must be a number from %(fewest)s to %(most)s with at most one decimal.") % {
            "fewest": FEWEST_HOURS,
            "most": MOST_HOURS,
        }
        return self.decimal(
            "hours_per_ects",
            lambda hours: FEWEST_HOURS <= hours <= MOST_HOURS and not hours * 10 % 1,
            problem,
        )

    def _check_url(self, url: str) -> None:
        try:
            URLValidator(schemes=["http", "https"])(url)
        except ValidationError:
            self.complain("url", _("must be a web address. It begins with https://."))


def written(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows (values by column) as CSV, UTF-8 with a byte order mark for spreadsheets.

    A cell that a spreadsheet would run as a formula begins with an apostrophe; `read_bodies`
    takes it away again.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_guarded(row[column]) for column in COLUMNS])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _guarded(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if FORMULA.match(text) else text
