"""The only place that reads the modules of a programme from CSV, as a whole or not at all."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from credentials.standards.catalogue_files import UnreadableFile, complain, read_table
from credentials.standards.table_rows import RowReader

KINDS = ("core", "elective", "thesis", "internship")
REQUIRED = ("code", "ects")
OPTIONAL = (
    *("title_en", "title_de", "semester", "kind", "recognisable"),
    *("outcomes_en", "outcomes_de"),
)
YES, NO = ("yes", "ja", "1", "true"), ("no", "nein", "0", "false")


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """One module; `title` and `outcomes` (language maps) are for a course that is not here yet."""

    number: int
    code: str
    ects: Decimal
    semester: int = 1
    kind: str = "core"
    is_recognisable: bool = True
    title: tuple[tuple[str, str], ...] = ()
    outcomes: tuple[tuple[tuple[str, str], ...], ...] = ()


def read_modules(data: bytes) -> list[ModuleRow]:
    """Read modules from CSV; raises `UnreadableFile` naming each row and column to correct.

    Columns: code, ects (halves, up to 60); optional: title_en, title_de, semester (1 to 20), kind
    (see KINDS), recognisable (yes or no), outcomes_en, outcomes_de (parted by "|").
    """
    table = read_table(data, required=REQUIRED, optional=OPTIONAL)
    if not table:
        raise UnreadableFile([_("The file has no rows below the header.")])
    problems: list[str] = []
    times = Counter(cells["code"] for _number, cells in table)
    rows = []
    for number, cells in table:
        row = _Reader(number, cells, problems)
        code = row.text("code", 40, required=True)
        if code and times[code] > 1:
            row.complain("code", _("“%(code)s” is there more than once.") % {"code": code})
        rows.append(
            ModuleRow(
                number=number,
                code=code,
                ects=row.ects(),
                semester=row.whole("semester", 1, 20) or 1,
                kind=row.one_of("kind", {kind: (kind,) for kind in KINDS}, "core"),
                is_recognisable=row.one_of("recognisable", {True: YES, False: NO}, True),
                title=row.texts("title", 300),
                outcomes=row.outcomes(),
            )
        )
    complain(problems)
    return rows


class _Reader(RowReader):
    def ects(self) -> Decimal:
        problem = _("must be a number up to 60, in steps of 0.5.")
        ects = self.decimal("ects", lambda ects: 0 < ects <= 60 and not ects * 2 % 1, problem)
        if not self.cell("ects"):
            self.complain("ects", problem)
        return ects or Decimal(0)
