"""The only place that reads and writes a register of awarding bodies as CSV."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.places import countries
from credentials.standards.catalogue_files import UnreadableFile, complain, read_table
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
FORMULA = re.compile(r"'*[=+\-@\t\r]")


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
    table = read_table(data, required=REQUIRED, optional=COLUMNS)
    if not table:
        raise UnreadableFile([_("The file has no rows below the header.")])
    if len(table) > MAX_BODIES:
        raise UnreadableFile(
            [
                _("The file has more than %(number)s rows. Part it into several files.")
                % {"number": MAX_BODIES}
            ]
        )
    problems: list[str] = []
    known = {code for code, _name in countries() if code}
    rows, seen = [], dict[tuple[str, str], int]()
    for number, cells in table:
        reader = _Reader(number, cells, problems, known)
        row = reader.row()
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


@dataclass(slots=True)
class _Reader:
    number: int
    cells: dict[str, str]
    problems: list[str]
    countries: set[str]

    def complain(self, column: str, text: str) -> None:
        where = _("Row %(row)s, column “%(column)s”:") % {"row": self.number, "column": column}
        self.problems.append(f"{where} {text}")

    def row(self) -> BodyRow:
        said: dict[str, Any] = {name: self._text(name) for name in TEXTS}
        said |= {name: self._code(name) for name in CODES}
        said["checked_on"] = self._day()
        said["hours_per_ects"] = self._hours()
        if said["url"]:
            self._check_url(said["url"])
        name = said.pop("name")
        if not name:
            self.complain("name", _("must not be empty."))
        if said["kind"] == BodyKind.PLATFORM and said["status"] == BodyStatus.RECOGNISED:
            self.complain("status", _("a platform cannot be recognised: it awards nothing itself."))
        columns = {column: value for column, value in said.items() if value not in ("", None)}
        return BodyRow(self.number, name, self._country(), columns)

    def _cell(self, column: str) -> str:
        """Return a cell on one line, without the mark that `written` puts before formulas."""
        text = " ".join(self.cells.get(column, "").split())
        return text[1:] if text[:1] == "'" and FORMULA.match(text) else text

    def _text(self, column: str) -> str:
        text = self._cell(column)
        if len(text) > TEXTS[column]:
            self.complain(
                column,
                _("is longer than %(number)s signs. Shorten it.") % {"number": TEXTS[column]},
            )
        return text

    def _country(self) -> str:
        code = self._cell("country").upper()
        if code not in self.countries:
            self.complain(
                "country",
                _("“%(code)s” is no country. Give two letters of ISO 3166, such as DE or ES.")
                % {"code": code[:20]},
            )
        return code

    def _code(self, column: str) -> str:
        code = self._cell(column).lower()
        known = [str(value) for value in CODES[column].values]
        if code and code not in known:
            self.complain(column, _("must be one of: %(known)s.") % {"known": ", ".join(known)})
        return code

    def _day(self) -> date | None:
        text = self._cell("checked_on")
        if not text:
            return None
        # Spreadsheets that speak German turn one spelling into the other.
        for spelling in ("%Y-%m-%d", "%d.%m.%Y"):
            try:
                day = datetime.strptime(text, spelling).date()
            except ValueError:
                continue
            if day <= timezone.localdate():
                return day
        self.complain("checked_on", _("must be a day that is past, written as 2026-05-31."))
        return None

    def _hours(self) -> Decimal | None:
        text = self._cell("hours_per_ects").replace(",", ".")
        if not text:
            return None
        try:
            hours = Decimal(text)
        except InvalidOperation:
            hours = Decimal("NaN")
        if not hours.is_finite() or not FEWEST_HOURS <= hours <= MOST_HOURS or hours * 10 % 1:
            self.complain(
                "hours_per_ects",
                _("must be a number from %(fewest)s to %(most)s with at most one decimal.")
                % {"fewest": FEWEST_HOURS, "most": MOST_HOURS},
            )
        return hours

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
