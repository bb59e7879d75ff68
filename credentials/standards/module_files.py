"""The only place that reads the modules of a programme from CSV, as a whole or not at all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from django.utils.translation import gettext as _

from credentials.standards.catalogue_files import (
    MAX_OUTCOME,
    MAX_OUTCOMES,
    UnreadableFile,
    complain,
    parts_of,
    read_table,
)

KINDS = ("core", "elective", "thesis", "internship")
REQUIRED = ("code", "ects")
OPTIONAL = (
    *("title_en", "title_de", "semester", "kind", "recognisable"),
    *("outcomes_en", "outcomes_de"),
)
Value = TypeVar("Value", str, bool)
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
        code = row.text("code", 40)
        if not code:
            row.complain("code", _("must not be empty."))
        elif times[code] > 1:
            row.complain("code", _("“%(code)s” is there more than once.") % {"code": code})
        rows.append(
            ModuleRow(
                number=number,
                code=code,
                ects=row.ects(),
                semester=row.semester(),
                kind=row.one_of("kind", {kind: (kind,) for kind in KINDS}, "core"),
                is_recognisable=row.one_of("recognisable", {True: YES, False: NO}, True),
                title=row.texts("title", 300),
                outcomes=row.outcomes(),
            )
        )
    complain(problems)
    return rows


@dataclass(slots=True)
class _Reader:
    number: int
    cells: dict[str, str]
    problems: list[str]

    def complain(self, column: str, text: str) -> None:
        where = _("Row %(row)s, column “%(column)s”:") % {"row": self.number, "column": column}
        self.problems.append(f"{where} {text}")

    def text(self, column: str, longest: int) -> str:
        text = " ".join(self.cells.get(column, "").split())
        if len(text) > longest:
            self.complain(column, _("is longer than %(number)s signs.") % {"number": longest})
        return text

    def texts(self, column: str, longest: int) -> tuple[tuple[str, str], ...]:
        found = ((tag, self.text(f"{column}_{tag}", longest)) for tag in ("en", "de"))
        return tuple((tag, text) for tag, text in found if text)

    def ects(self) -> Decimal:
        try:
            ects = Decimal(self.cells["ects"].replace(",", "."))
        except InvalidOperation:
            ects = Decimal("NaN")
        if not ects.is_finite() or not 0 < ects <= 60 or ects * 2 % 1:
            self.complain("ects", _("must be a number up to 60, in steps of 0.5."))
        return ects

    def semester(self) -> int:
        text = self.cells.get("semester", "") or "1"
        if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 20:
            return int(text)
        self.complain("semester", _("must be a number from 1 to 20."))
        return 1

    def one_of(self, column: str, words: dict[Value, Sequence[str]], usual: Value) -> Value:
        text = self.cells.get(column, "").lower()
        if not text:
            return usual
        for value, spellings in words.items():
            if text in spellings:
                return value
        known = ", ".join(spellings[0] for spellings in words.values())
        self.complain(column, _("must be one of: %(known)s.") % {"known": known})
        return usual

    def outcomes(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        by_language = {}
        for tag in ("en", "de"):
            texts = [" ".join(t.split()) for t in parts_of(self.cells.get(f"outcomes_{tag}", ""))]
            if len(texts) > MAX_OUTCOMES or any(len(text) > MAX_OUTCOME for text in texts):
                self.complain(
                    f"outcomes_{tag}",
                    _("must be at most %(number)s texts of %(signs)s signs.")
                    % {"number": MAX_OUTCOMES, "signs": MAX_OUTCOME},
                )
            if texts:
                by_language[tag] = texts
        if len({len(texts) for texts in by_language.values()}) > 1:
            self.complain("outcomes_de", _("must have as many texts as “outcomes_en”."))
            return ()
        number = len(next(iter(by_language.values()), ()))
        return tuple(
            tuple((tag, texts[place]) for tag, texts in by_language.items())
            for place in range(number)
        )
