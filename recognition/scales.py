"""The only place that knows grading scales and grading tables: what a pass is, how many have it.

Pure and exact: a grade is the text on the certificate, a number in it is Decimal, never float.
Grading tables are those of the ECTS Users' Guide 2015: shares of all passes, no fails.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.translation import gettext

from credentials.standards.diploma_facts import GradeDistribution, GradeShare

MOST_GRADES = 120
FEWEST_RESULTS = 30
"""Of fewer passing grades no distribution is made: see `distribution_of`."""
TOLERANCE = Decimal("0.5")
"""How far the shares of a table may miss 100 %: published shares are rounded, one by one."""
HUNDRED = Decimal(100)
_NUMBER = re.compile(r"[-\u2212]?[0-9]{1,4}([.,][0-9]{1,4})?")


class GradeError(ValueError):
    """Grades that make no sense; `field` names which of the values is to be corrected."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class Point(StrEnum):
    """Which point of the range that a grade covers counts in the other table."""

    BEST = "best"
    MIDDLE = "middle"
    WORST = "worst"


def number_of(text: str) -> Decimal | None:
    """Return the number that a grade is, with "." or ","; None for one in words or letters."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    return Decimal(text.replace(",", ".").replace("\u2212", "-"))


def _is_same(one: str, other: str) -> bool:
    numbers = number_of(one), number_of(other)
    if None not in numbers:
        return numbers[0] == numbers[1]
    return one.strip().casefold() == other.strip().casefold()


def _plain(number: Decimal) -> str:
    return number_format(number.normalize() + 0)


in_digits = lazy(_plain, str)
"""Return a number in the language in which it is shown, without zeros at its end."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Best grade, lowest pass and worst grade as they are written; the direction follows.

    `grades`: those there are, best first, () when not known. Raises GradeError.
    """

    best: str
    passing: str
    worst: str
    grades: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if _is_same(self.best, self.passing):
            raise GradeError(
                "passing", gettext("The best grade and the lowest pass must not be the same.")
            )
        numbers = self.numbers
        if numbers is None:
            return
        best, passing, worst = numbers
        if (best - passing) * (passing - worst) < 0:
            raise GradeError(
                "passing",
                gettext("The lowest pass must lie between the best and the worst grade."),
            )

    @property
    def numbers(self) -> tuple[Decimal, Decimal, Decimal] | None:
        """Return best, lowest pass and worst as numbers, None when one of them is a word."""
        found = [number_of(text) for text in (self.best, self.passing, self.worst)]
        known = [number for number in found if number is not None]
        return (known[0], known[1], known[2]) if len(known) == 3 else None

    def is_as(self, other: "Scale") -> bool:
        """Whether both mark best and pass alike; the worst grade is of no account to a pass."""
        return _is_same(self.best, other.best) and _is_same(self.passing, other.passing)

    def knows(self, grade: str) -> bool:
        return not self.grades or any(_is_same(grade, known) for known in self.grades)

    def require_pass(self, grade: str) -> None:
        """Raise GradeError when `grade` lies outside the scale, or is no pass.

        Of a scale in words whose grades are not known nothing can be said.
        """
        rank, lowest = self.rank(grade), self.rank(self.passing)
        if rank is None and (self.numbers or self.grades):
            raise GradeError(
                "grade",
                gettext("“%(grade)s” is not a grade of the scale from %(best)s to %(worst)s.")
                % {"grade": grade, "best": self.best, "worst": self.worst},
            )
        if rank is not None and lowest is not None and rank > lowest:
            raise GradeError(
                "grade",
                gettext("“%(grade)s” is not a pass: the lowest pass is %(passing)s.")
                % {"grade": grade, "passing": self.passing},
            )

    def rank(self, grade: str) -> Decimal | None:
        """Return how far below the best a grade is, None when it is not on the scale."""
        number, numbers = number_of(grade), self.numbers
        if number is not None and numbers is not None:
            best, passing, worst = numbers
            sign = 1 if best > passing else -1
            is_inside = (best - number) * sign >= 0 and (number - worst) * sign >= 0
            return (best - number) * sign if is_inside else None
        for place, known in enumerate(self.grades):
            if _is_same(grade, known):
                return Decimal(place)
        return None


def scale_of(lowest_first: Sequence[str], passed_from: str) -> Scale | None:
    """Return the scale that a course states, None when it says too little to compare."""
    if len(lowest_first) < 2 or passed_from not in lowest_first:
        return None
    best_first = tuple(reversed(lowest_first))
    if _is_same(best_first[0], passed_from):
        return None
    return Scale(best_first[0], passed_from, best_first[-1], best_first)


@dataclass(frozen=True, slots=True)
class Range:
    """The part of all passes that have one grade: from and to, in %, from the best down."""

    start: Decimal
    end: Decimal

    def at(self, point: Point) -> Decimal:
        if point == Point.MIDDLE:
            return (self.start + self.end) / 2
        return self.start if point == Point.BEST else self.end


@dataclass(frozen=True, slots=True)
class Table:
    """An ECTS grading table: which share of all passes has which grade, in %, best first.

    `key` is that of the stored table. Raises GradeError for shares that do not sum up to 100, a
    grade that is there twice, is no pass, or stands in the wrong place.
    """

    name: str
    scale: Scale
    rows: tuple[tuple[str, Decimal], ...]
    key: str = ""

    def __post_init__(self) -> None:
        if not 2 <= len(self.rows) <= MOST_GRADES:
            raise GradeError(
                "rows",
                gettext("A table has from 2 to %(most)s grades.") % {"most": MOST_GRADES},
            )
        for index, (grade, share) in enumerate(self.rows):
            if not share.is_finite() or not 0 <= share <= HUNDRED:
                raise GradeError(
                    "rows",
                    gettext("The share of “%(grade)s” must be a number from 0 to 100.")
                    % {"grade": grade},
                )
            if any(_is_same(grade, other) for other, _share in self.rows[:index]):
                raise GradeError(
                    "rows", gettext("“%(grade)s” is there more than once.") % {"grade": grade}
                )
        self._require_passes()
        total = self.total
        if abs(total - HUNDRED) > TOLERANCE:
            raise GradeError(
                "rows",
                gettext("The shares sum up to %(total)s, not to 100.") % {"total": _plain(total)},
            )

    def _require_passes(self) -> None:
        before: Decimal | None = None
        for grade, _share in self.rows:
            if number_of(grade) is None or self.scale.numbers is None:
                continue
            try:
                self.scale.require_pass(grade)
            except GradeError as problem:
                raise GradeError("rows", str(problem)) from None
            rank = self.scale.rank(grade)
            if before is not None and rank is not None and rank < before:
                raise GradeError(
                    "rows",
                    gettext("“%(grade)s” must stand further up: the best grade comes first.")
                    % {"grade": grade},
                )
            before = rank

    @property
    def total(self) -> Decimal:
        return sum((share for _grade, share in self.rows), Decimal(0))

    def range_of(self, grade: str) -> Range:
        """Return what part of all passes has this grade; raises GradeError when it has no row."""
        start = Decimal(0)
        for known, share in self.rows:
            if _is_same(known, grade):
                return Range(start * HUNDRED / self.total, (start + share) * HUNDRED / self.total)
            start += share
        self.scale.require_pass(grade)
        raise GradeError(
            "grade",
            gettext("“%(grade)s” does not stand in the grading table “%(table)s”.")
            % {"grade": grade, "table": self.name},
        )

    def grade_at(self, place: Decimal, point: Point) -> str:
        """Return the grade at `place` % from the best down.

        Where two grades meet, the better one; but the best end of a range lies in the range
        that begins there, else every grade would become the one above it.
        """
        for grade, share in self.rows:
            part = self.range_of(grade)
            if share and (place < part.end or (place == part.end and point != Point.BEST)):
                return grade
        return [grade for grade, share in self.rows if share][-1]


def distribution_of(
    counts: Mapping[str, int],
    scale: Scale | None,
    *,
    isced_f: str,
    first_day: date,
    last_day: date,
    since: date | None,
) -> GradeDistribution | None:
    """Return how the passing grades of a reference group spread, None when they say too little.

    `counts`: how often each grade was given from `first_day` to `last_day`, `since`: the day of
    the first result there is. Absolute numbers of passing grades over at least two years (ECTS
    Users' Guide 2015, annex on grade distribution), so there is none when results begin later
    than `first_day`. Nor of fewer than 30 grades, which is our rule: each would weigh more than
    3 %, a neighbour's grade could be told from it, and next year's table would look different.
    Grades that are not on the scale of the programme cannot be placed and are left out.
    """
    if scale is None or since is None or since > first_day:
        return None
    lowest = scale.rank(scale.passing)
    ranked = [(scale.rank(grade), grade, count) for grade, count in counts.items() if count]
    passing = sorted(
        (rank, grade, count)
        for rank, grade, count in ranked
        if rank is not None and lowest is not None and rank <= lowest
    )
    if sum(count for _rank, _grade, count in passing) < FEWEST_RESULTS:
        return None
    shares = tuple(GradeShare(grade, count) for _rank, grade, count in passing)
    return GradeDistribution(isced_f, first_day, last_day, shares)
