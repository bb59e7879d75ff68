"""The only place that gives the bars of a plot their places; the table beneath says the same.

Widths are shares of the picture and heights are pixels, so that the letters stay as large on a
phone as anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from recognition.statistics.tables import Table

MOST_BARS = 24
LONGEST_LABEL = 44
PITCH = 44
WIDEST = 80


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: heights in pixels, `width` and `end` in per cent; `width` "": nothing is drawn."""

    label: str
    text: str
    label_at: int
    bar_at: int
    text_at: int
    width: str
    end: str


@dataclass(frozen=True, slots=True)
class Plot:
    """What the picture is called, what it shows in a sentence, its height in pixels, its bars."""

    slug: str
    title: str
    description: str
    height: int
    bars: Sequence[Bar]


def plot_of(table: Table) -> Plot | None:
    """Return the bars of a table's plotted column, None when there is nothing to draw."""
    if table.plotted is None:
        return None
    place, rows = table.plotted, table.rows
    if table.slug == "month":
        rows = rows[-MOST_BARS:]
    rows = rows[:MOST_BARS]
    amounts = [row.values[place].amount for row in rows]
    known = [amount for amount in amounts if amount is not None]
    if not known:
        return None
    most = max(known) or 1
    column = table.columns[place]
    bars = []
    for number, (row, amount) in enumerate(zip(rows, amounts, strict=True)):
        top = number * PITCH
        width = WIDEST * (amount or 0) / most
        bars.append(
            Bar(
                label=_shortened(row.label),
                text=row.values[place].text,
                label_at=top + 14,
                bar_at=top + 20,
                text_at=top + 31,
                width="" if amount is None else f"{width:.1f}%",
                end=f"{width + 1:.1f}%" if width else "0",
            )
        )
    return Plot(
        slug=table.slug,
        title=f"{table.title}: {column}",
        description=_describe(table, place),
        height=len(bars) * PITCH,
        bars=bars,
    )


def _describe(table: Table, place: int) -> str:
    known = [row for row in table.rows if row.values[place].amount is not None]
    highest = max(known, key=lambda row: row.values[place].amount)
    lowest = min(known, key=lambda row: row.values[place].amount)
    return _(
        "One bar for each row of the table beneath. Highest: %(high)s, %(high_value)s. "
        "Lowest: %(low)s, %(low_value)s."
    ) % {
        "high": highest.label,
        "high_value": highest.values[place].text,
        "low": lowest.label,
        "low_value": lowest.values[place].text,
    }


def _shortened(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"
