"""The only place that reads the cells of one row of a table, and names row and column to correct.

What a file means is said where it is read: `body_files`, `module_files`, and agreements in
`recognition`.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import LANGUAGES
from credentials.standards.catalogue_files import MAX_OUTCOME, MAX_OUTCOMES, parts_of

FORMULA = re.compile(r"'*[=+\-@\t\r]")
Value = TypeVar("Value", str, bool)


@dataclass(slots=True)
class RowReader:
    """A row, numbered as in a spreadsheet; what is wrong is added to `problems`."""

    number: int
    cells: dict[str, str]
    problems: list[str]

    def complain(self, column: str, text: str) -> None:
        where = _("Row %(row)s, column “%(column)s”:") % {"row": self.number, "column": column}
        self.problems.append(f"{where} {text}")

    def cell(self, column: str) -> str:
        """Return a cell on one line, without the mark that our files put before formulas."""
        text = " ".join(self.cells.get(column, "").split())
        return text[1:] if text[:1] == "'" and FORMULA.match(text) else text

    def text(self, column: str, longest: int, *, required: bool = False) -> str:
        text = self.cell(column)
        if len(text) > longest:
            self.complain(
                column, _("is longer than %(number)s signs. Shorten it.") % {"number": longest}
            )
        if required and not text:
            self.complain(column, _("must not be empty."))
        return text

    def texts(self, column: str, longest: int) -> tuple[tuple[str, str], ...]:
        """Return the texts of columns such as title_en and title_de, by language."""
        found = ((tag, self.text(f"{column}_{tag}", longest)) for tag in LANGUAGES)
        return tuple((tag, text) for tag, text in found if text)

    def one_of(self, column: str, words: Mapping[Value, Sequence[str]], usual: Value) -> Value:
        """Return the value that is spelled in a cell, `usual` when it is empty."""
        text = self.cell(column).lower()
        if not text:
            return usual
        for value, spellings in words.items():
            if text in spellings:
                return value
        known = ", ".join(spellings[0] for spellings in words.values())
        self.complain(column, _("must be one of: %(known)s.") % {"known": known})
        return usual

    def country(self, column: str, known: Collection[str]) -> str:
        code = self.cell(column).upper()
        if code not in known:
            self.complain(
                column,
                _("“%(code)s” is no country. Give two letters of ISO 3166, such as DE or ES.")
                % {"code": code[:20]},
            )
        return code

    def outcomes(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Return the texts of outcomes_en and outcomes_de, parted by "|", side by side."""
        by_language = {}
        for tag in LANGUAGES:
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

    def day(self, column: str, *, is_past: bool = False) -> date | None:
        """Return a day, None for an empty cell; `is_past`: one that is still to come is wrong."""
        text = self.cell(column)
        if not text:
            return None
        # Spreadsheets that speak German turn one spelling into the other.
        for spelling in ("%Y-%m-%d", "%d.%m.%Y"):
            try:
                day = datetime.strptime(text, spelling).date()
            except ValueError:
                continue
            if not is_past or day <= timezone.localdate():
                return day
        if is_past:
            self.complain(column, _("must be a day that is past, written as 2026-05-31."))
        else:
            self.complain(column, _("must be a day, written as 2026-05-31."))
        return None

    def decimal(self, column: str, fits: Callable[[Decimal], bool], problem: str) -> Decimal | None:
        """Return a number that `fits`, None for an empty cell; else `problem` is what is wrong."""
        text = self.cell(column).replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and fits(number):
            return number
        self.complain(column, problem)
        return None

    def whole(self, column: str, least: int, most: int) -> int | None:
        """Return a whole number within its limits, None for an empty or a wrong cell."""
        text = self.cell(column)
        if not text:
            return None
        is_number = text.isascii() and text.isdigit() and len(text) <= 6
        if is_number and least <= int(text) <= most:
            return int(text)
        self.complain(
            column,
            _("must be a number from %(least)s to %(most)s.") % {"least": least, "most": most},
        )
        return None


@dataclass(slots=True)
class OwnReader(RowReader):
    """A row that says itself what is wrong with it, and leaves the others alone."""

    wrong: dict[str, str] = field(default_factory=dict)

    def complain(self, column: str, text: str) -> None:
        self.wrong.setdefault(column, text)

    @property
    def first_problem(self) -> tuple[str, str]:
        """The column and what is wrong there, two empty texts when all is well."""
        return next(iter(self.wrong.items()), ("", ""))


def sentence(number: int, column: str, problem: str) -> str:
    """Return where something is wrong, and what; `column` "": the row as a whole."""
    if not column:
        return _("Row %(row)s: %(problem)s") % {"row": number, "problem": problem}
    where = _("Row %(row)s, column “%(column)s”:") % {"row": number, "column": column}
    return f"{where} {problem}"
