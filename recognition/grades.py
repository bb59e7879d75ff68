"""The only place that transfers grades from one scale to another, and says how.

Every result comes with its inputs and a sentence that is translated only when shown. Sources:
ECTS Users' Guide 2015 (grade distribution), and the modified Bavarian formula of the German
Conference of Ministers of Education. What the rules do not settle stays with the committee.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import count

from django.utils.formats import number_format
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recognition.scales import GradeError, Point, Scale, Table, in_digits, number_of
from recognition.vocabulary import GradeMethod, Track

GERMAN_BEST, GERMAN_PASS = Decimal(1), Decimal(4)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A grade to record ("" for none), how it came about, from what, and a sentence on it."""

    method: GradeMethod
    grade: str
    explanation: Promise
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GradeRules:
    """What an institution's rules say: methods in the order in which they are tried.

    `decimals`: of a converted grade; `is_rounded`: else the digits after are cut, which favours
    the learner where low is good; `point` see `Point`.
    """

    methods: tuple[GradeMethod, ...] = ()
    decimals: int = 1
    is_rounded: bool = False
    point: Point = Point.MIDDLE


@dataclass(frozen=True, slots=True)
class Given:
    """A grade as given, and what is known of both sides; None what is not known."""

    grade: str
    scale: Scale | None = None
    table: Table | None = None
    target_scale: Scale | None = None
    target_table: Table | None = None


def by_same_scale(given: Given) -> Transfer:
    """Take the grade over as it is, when both sides use the same scale."""
    source, target = given.scale, given.target_scale
    if source is None or target is None:
        raise GradeError("scale", gettext("The grades of both sides are not known."))
    if not source.is_as(target) or not target.knows(given.grade):
        raise GradeError("scale", gettext("The scales of both sides are not the same."))
    source.require_pass(given.grade)
    sentence = format_lazy(
        _("{grade} is taken over as it is: both sides use the scale from {best} to {passing}."),
        grade=given.grade,
        best=source.best,
        passing=source.passing,
    )
    inputs = {"grade": given.grade, "best": source.best, "passing": source.passing}
    return Transfer(GradeMethod.SAME_SCALE, given.grade, sentence, inputs)


_POINTS = {
    Point.BEST: _("the best end of it counts"),
    Point.MIDDLE: _("the middle of it counts"),
    Point.WORST: _("the lower end of it counts"),
}


def by_grading_tables(given: Given, point: Point = Point.MIDDLE) -> Transfer:
    """Find the grade with the same place among all passes (ECTS Users' Guide 2015).

    Shares are added from the best grade down. A grade covers a range; what counts of it is
    `point`, and where two grades of the other table meet there, the better one.
    """
    source, target = given.table, given.target_table
    if source is None:
        raise GradeError("table", gettext("There is no grading table of the awarding body."))
    if target is None:
        raise GradeError("target_table", gettext("There is no grading table of our own."))
    part = source.range_of(given.grade)
    grade = target.grade_at(part.at(point), point)
    sentence = format_lazy(
        _(
            "In “{source}” {grade} covers from {start} % to {end} % of all who passed, counted "
            "from the best; {point}. In “{target}” this is {result}."
        ),
        source=source.name,
        grade=given.grade,
        start=in_digits(_rounded(part.start, 1)),
        end=in_digits(_rounded(part.end, 1)),
        point=_POINTS[point],
        target=target.name,
        result=grade,
    )
    inputs = {
        "grade": given.grade,
        "table": source.key,
        "table_name": source.name,
        "target_table": target.key,
        "target_table_name": target.name,
        "from": str(_rounded(part.start, 2)),
        "to": str(_rounded(part.end, 2)),
        "point": point.value,
    }
    return Transfer(GradeMethod.GRADING_TABLES, grade, sentence, inputs)


def _rounded(number: Decimal, decimals: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)


def by_bavarian_formula(given: Given, *, decimals: int = 1, is_rounded: bool = False) -> Transfer:
    """Return 1 + 3 × (Nmax − Nd) ÷ (Nmax − Nmin): best grade, this one, lowest pass.

    It gives German grades, 1 (best) to 4 (lowest pass), and only for a pass. Digits after
    `decimals` are cut, unless the rules round.
    """
    scale, number = given.scale, number_of(given.grade)
    if scale is None:
        raise GradeError("scale", gettext("The best grade and the lowest pass are not known."))
    numbers = scale.numbers
    if number is None or numbers is None:
        raise GradeError("grade", gettext("The formula needs grades that are numbers."))
    target = given.target_scale.numbers if given.target_scale else None
    if given.target_scale and (target is None or target[:2] != (GERMAN_BEST, GERMAN_PASS)):
        raise GradeError(
            "target_scale",
            gettext("The formula gives grades from 1 to 4, which are not used here."),
        )
    scale.require_pass(given.grade)
    best, passing, _worst = numbers
    exact = GERMAN_BEST + 3 * (best - number) / (best - passing)
    result = _rounded(exact, decimals, ROUND_HALF_UP if is_rounded else ROUND_DOWN)
    sentence = format_lazy(
        _EXACT if exact == result else _ROUNDED if is_rounded else _CUT,
        best=in_digits(best),
        grade=in_digits(number),
        passing=in_digits(passing),
        exact=in_digits(_shown(exact, result)),
        result=lazy(number_format, str)(result),
    )
    inputs = {
        "grade": given.grade,
        "best": scale.best,
        "passing": scale.passing,
        "exact": str(_rounded(exact, 4, ROUND_DOWN)),
        "decimals": str(decimals),
        "rounding": "rounded" if is_rounded else "cut",
    }
    return Transfer(GradeMethod.BAVARIAN, str(result), sentence, inputs)


def _shown(exact: Decimal, result: Decimal) -> Decimal:
    """Return the number to four decimals; to more where it would read as its result."""
    shown = (_rounded(exact, decimals, ROUND_DOWN) for decimals in count(4))
    return next(number for number in shown if exact == result or number != result)


_EXACT = _(
    "1 + 3 × ({best} − {grade}) ÷ ({best} − {passing}) = {result}. "
    "{best} is the best grade there, {passing} the lowest pass."
)
_CUT = _(
    "1 + 3 × ({best} − {grade}) ÷ ({best} − {passing}) = {exact}, cut to {result}. "
    "{best} is the best grade there, {passing} the lowest pass."
)
_ROUNDED = _(
    "1 + 3 × ({best} − {grade}) ÷ ({best} − {passing}) = {exact}, rounded to {result}. "
    "{best} is the best grade there, {passing} the lowest pass."
)
_UNGRADED = {
    Track.RECOGNITION: _("Recognised without a grade; it is left out of the average."),
    Track.VALIDATION: _(
        "What was learned outside of a course has no grade to take over; it is left out of the "
        "average."
    ),
}


def ungraded(track: Track = Track.RECOGNITION) -> Transfer:
    """Recognise without a grade: the credits count, the average does not change."""
    return Transfer(GradeMethod.UNGRADED, "", _UNGRADED[track])


def by_committee(grade: str) -> Transfer:
    """Record a grade that the committee sets itself and answers for in its reasons."""
    sentence = format_lazy(
        _("{grade} was set by the committee; the reasons of the decision say why."), grade=grade
    )
    return Transfer(GradeMethod.COMMITTEE, grade, sentence, {"grade": grade})


@dataclass(frozen=True, slots=True)
class Transfers:
    """What the rules allow for one grade, the first first; and why the other methods do not."""

    possible: tuple[Transfer, ...]
    obstacles: tuple[tuple[GradeMethod, str], ...] = ()


def transfers(given: Given, rules: GradeRules, track: Track = Track.RECOGNITION) -> Transfers:
    """Try the methods of the rules in their order.

    Validated learning has no grade unless the committee takes one: it comes without first.
    """
    found, obstacles = [], []
    for method in rules.methods:
        if method not in _METHODS:
            continue
        try:
            found.append(_METHODS[method](given, rules))
        except GradeError as problem:
            obstacles.append((method, str(problem)))
    without = ungraded(track)
    ordered = [without, *found] if track == Track.VALIDATION else [*found, without]
    return Transfers(tuple(ordered), tuple(obstacles))


_METHODS: dict[GradeMethod, Callable[[Given, GradeRules], Transfer]] = {
    GradeMethod.SAME_SCALE: lambda given, _rules: by_same_scale(given),
    GradeMethod.GRADING_TABLES: lambda given, rules: by_grading_tables(given, rules.point),
    GradeMethod.BAVARIAN: lambda given, rules: by_bavarian_formula(
        given, decimals=rules.decimals, is_rounded=rules.is_rounded
    ),
}
