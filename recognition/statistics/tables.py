"""The only place that puts counted lines into tables, with what is too small left out.

Page, plot and CSV are made of these tables alone, so that what is hidden is hidden in all three.
"""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.templatetags.symbolon import number_text
from recognition.measures import FEWEST_FOR_TAIL, Sum, distribution, hidden, percentile
from recognition.statistics.lines import Counted, name_of

GROUPS = {
    "month": gettext_lazy("Month"),
    "programme": gettext_lazy("Programme"),
    "field": gettext_lazy("Field"),
    "issuer": gettext_lazy("Awarding body"),
    "country": gettext_lazy("Country"),
}
BY = (*GROUPS, "outcome")
ALL = ("all", "")
SPANS = (5, 10, 15, 20, 30, 40, 60)
NONE = "–"
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in a table: its text, and the amount that a plot draws, None: nothing."""

    text: str
    amount: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    values: tuple[Value, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`head` is the heading of the labels; `plotted` the column that is drawn as bars."""

    slug: str
    title: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    plotted: int | None = None

    @property
    def body(self) -> list[tuple[Row, list[tuple[str, Value]]]]:
        """Each row with its values, each of them with the heading of its column."""
        return [(row, self._with_headings(row)) for row in self.rows]

    @property
    def foot(self) -> list[tuple[str, Value]]:
        return self._with_headings(self.total) if self.total else []

    def _with_headings(self, row: Row) -> list[tuple[str, Value]]:
        return list(zip(self.columns, row.values, strict=True))


@dataclass(frozen=True, slots=True)
class Measure:
    """A column: which lines it is about, and what it makes of those of a group."""

    label: str
    counts: Callable[[Counted], bool]
    of: Callable[[Sequence[Counted]], Decimal | float | None]


def _all(_line: Counted) -> bool:
    return True


def _has_days(line: Counted) -> bool:
    return line.days is not None


def _has_letter(line: Counted) -> bool:
    return line.has_letter


def _was_due(line: Counted) -> bool:
    return line.days is not None or line.is_open


def _was_answered(line: Counted) -> bool:
    return not line.is_open


def _median(lines: Sequence[Counted]) -> float:
    return median(line.days for line in lines)


def _tail(lines: Sequence[Counted]) -> float | None:
    if len(lines) < FEWEST_FOR_TAIL:
        return None
    return percentile([line.days for line in lines], 0.95)


def _recognised(lines: Sequence[Counted]) -> Decimal | None:
    asked = sum(line.asked for line in lines)
    return Decimal(round(100 * sum(line.given for line in lines) / asked)) if asked else None


def _late(lines: Sequence[Counted]) -> Decimal:
    return share(sum(line.is_late for line in lines), len(lines))


def _questions(lines: Sequence[Counted]) -> Decimal:
    return round(Decimal(sum(line.questions for line in lines)) / len(lines), 1)


def _objected(lines: Sequence[Counted]) -> Decimal:
    return share(sum(line.objections > 0 for line in lines), len(lines))


def _asked(lines: Sequence[Counted]) -> Decimal:
    return sum((line.asked for line in lines), Decimal(0))


def _given(lines: Sequence[Counted]) -> Decimal:
    return sum((line.given for line in lines), Decimal(0))


def share(part: int, whole: int) -> Decimal:
    """Return a share in whole per cent."""
    return Decimal(round(Decimal(100 * part) / whole))


def measures() -> tuple[Measure, ...]:
    """Return the columns of every table of groups; the first one is the number of lines."""
    return (
        Measure(_("Cases"), _all, len),
        Measure(_("Working days, median"), _has_days, _median),
        Measure(_("Working days, 95th percentile"), _has_days, _tail),
        Measure(_("Credits asked for, ECTS"), _was_answered, _asked),
        Measure(_("Credits recognised, ECTS"), _was_answered, _given),
        Measure(_("Recognised, %"), _was_answered, _recognised),
        Measure(_("Late, %"), _was_due, _late),
        Measure(_("Questions per case"), _all, _questions),
        Measure(_("With objection or appeal, %"), _has_letter, _objected),
    )


def shown(amount: Decimal | float | None) -> Value:
    """Return what is said of an amount; a dash for none."""
    return Value(NONE) if amount is None else Value(number_text(amount), float(amount))


def too_few(fewest: int) -> Value:
    return Value(f"< {fewest}")


def hidden_value(size: int, fewest: int) -> Value:
    """Return what stands for a figure that is hidden: for its own size, or for another's sake."""
    return too_few(fewest) if size < fewest else Value(_("not shown"))


def of_few(amount: Decimal | float | None, size: int, fewest: int) -> tuple[Value, Value]:
    """Return an amount and how many lines it is based on; neither when these are too few."""
    if 0 < size < fewest:
        return Value(NONE), too_few(fewest)
    return shown(amount), shown(size)


@dataclass(slots=True)
class Groups:
    """Lines in all the ways they are grouped at once, as what one table shows hides in another."""

    lines: Sequence[Counted]
    fewest: int
    by: Sequence[str] = BY
    members: dict[Cell, list[Counted]] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    gone: frozenset[Hashable] = frozenset()

    def __post_init__(self) -> None:
        self.members = {ALL: list(self.lines)}
        crossed: Counter[tuple[Cell, ...]] = Counter()
        for line in self.lines:
            cells = tuple((by, getattr(line, by)) for by in self.by)
            crossed[cells] += 1
            for cell in cells:
                self.members.setdefault(cell, []).append(line)
        self.sums = _sums(crossed, self._sizes(_all), self.by)
        self.gone = hidden(self._sizes(_all), self.sums, self.fewest)

    def _sizes(self, counts: Callable[[Counted], bool]) -> dict[Hashable, int]:
        return {cell: sum(map(counts, lines)) for cell, lines in self.members.items()}

    def table(self, by: str, title: str, columns: Sequence[Measure], plotted: int = 0) -> Table:
        """Return the table of the groups `by` a property, with what they come to together."""
        texts = self._values(by, columns)
        cells = [cell for cell in self.members if cell[0] == by]
        names = {cell: name_of(self.members[cell][0], by) for cell in cells}
        if by == "month":
            cells.sort()
        else:
            cells.sort(key=lambda cell: (-self._shown_size(cell), names[cell].casefold()))
        return Table(
            slug=by,
            title=title,
            head=str(GROUPS.get(by) or _("Decision")),
            columns=tuple(column.label for column in columns),
            rows=tuple(Row(names[cell], texts[cell]) for cell in cells),
            total=Row(_("All"), texts[ALL]),
            plotted=plotted,
        )

    def _shown_size(self, cell: Cell) -> int:
        return 0 if cell in self.gone else len(self.members[cell])

    def _values(self, by: str, columns: Sequence[Measure]) -> Mapping[Cell, tuple[Value, ...]]:
        values: dict[Cell, tuple[Value, ...]] = {
            cell: () for cell in self.members if cell == ALL or cell[0] == by
        }
        gone_of: dict[Callable, tuple[Mapping, frozenset]] = {}
        for column in columns:
            if column.counts not in gone_of:
                sizes = self._sizes(column.counts)
                gone_of[column.counts] = sizes, hidden(sizes, self.sums, self.fewest, self.gone)
            for cell in values:
                values[cell] += (self._value(column, cell, *gone_of[column.counts]),)
        return values

    def _value(
        self, column: Measure, cell: Cell, sizes: Mapping, gone: Collection[Hashable]
    ) -> Value:
        lines = self.members[cell]
        if cell in self.gone or cell in gone:
            return hidden_value(len(lines) if cell in self.gone else sizes[cell], self.fewest)
        found = [line for line in lines if column.counts(line)]
        return shown(column.of(found) if found else None)


def _sums(
    crossed: Mapping[tuple[Cell, ...], int], sizes: Mapping[Hashable, int], by: Sequence[str]
) -> list[Sum]:
    """Return all that can be added up: everything, and each group that others make up exactly."""
    found: dict[tuple[Cell, int], Counter[Cell]] = {}
    for cells, count in crossed.items():
        for whole in cells:
            for place, part in enumerate(cells):
                if part != whole:
                    found.setdefault((whole, place), Counter())[part] += count
    sums = [
        Sum(ALL, tuple(sorted(cell for cell in sizes if cell != ALL and cell[0] == name)))
        for name in by
    ]
    sums += [
        Sum(whole, tuple(sorted(parts)))
        for (whole, _place), parts in sorted(found.items())
        if all(sizes[part] == count for part, count in parts.items())
    ]
    return sums


def by_group(groups: Groups, by: str) -> Table:
    """Return the main table: all measures by month, programme, field, issuer or country."""
    return groups.table(by, str(GROUPS[by]), measures(), plotted=1)


def by_outcome(groups: Groups) -> Table:
    """Return how many lines came to which decision, with their share of all lines."""
    number, total = measures()[0], len(groups.lines)
    part = Measure(_("Share, %"), _all, lambda lines: share(len(lines), total))
    return groups.table("outcome", _("Decisions"), (number, part), plotted=1)


def of_days(lines: Sequence[Counted], fewest: int) -> Table:
    """Return in how many working days letters came, in spans of at least `fewest` letters."""
    days = [line.days for line in lines if line.days is not None]
    rows = []
    for span in distribution(days, SPANS, fewest):
        limits = {"first": span.first, "last": span.last}
        label = _("%(first)s to %(last)s") if span.last is not None else _("%(first)s and more")
        part = share(span.count, len(days))
        values = Value(str(span.count), span.count), Value(number_text(part), float(part))
        rows.append(Row(label % limits, values))
    return Table(
        slug="days",
        title=_("Working days to the letter"),
        head=_("Working days"),
        columns=(_("Letters"), _("Share, %")),
        rows=tuple(rows),
        plotted=0,
    )
