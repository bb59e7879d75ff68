"""The only place that puts the columns of a supplement side by side, a row and a cell at a time.

A column says one language: its cells, their lines, and where each comes from.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from credentials import vocabulary as v
from credentials.standards.codes import isced_f_name
from credentials.standards.documents import Phrase

LINE = 60  # signs; what is shorter takes as much room
LONG = 1200
"""Signs of a row that is rather split than moved to the next page."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cell: its language when it is not the column's, and where it comes from."""

    text: str
    language: str = ""
    direction: str = "ltr"
    gloss: str = ""
    source: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one row says in one language; `items` are numbered, `after` are lines below them.

    `source` is where all of the cell comes from; where its lines differ, they say it themselves.
    """

    language: str
    label: str
    lines: tuple[Line, ...] = ()
    items: tuple[Line, ...] = ()
    source: str = ""
    after: tuple[Line, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(line.text for line in self.lines + self.items + self.after)


@dataclass(frozen=True, slots=True)
class OneRow:
    """A row in one language; `free` when people wrote its text, maybe in one language only.

    `table` names what is printed below the row, over the whole width ("components", "grades").
    """

    cell: Cell
    free: bool = False
    verify: bool = False
    table: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A numbered row with a cell per language; `once` when its text exists in one language."""

    number: str
    cells: tuple[Cell, ...]
    once: bool = False
    verify: bool = False
    table: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it may go on on the next page: it could be longer than one."""
        sizes = (sum(max(len(text), LINE) for text in cell.texts) for cell in self.cells)
        return max(sizes) > LONG


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section with its title in each language."""

    number: int
    titles: tuple[Phrase, ...]
    rows: tuple[Row, ...]


def joined(number: int, parts: Sequence[tuple[str, list[OneRow]]]) -> Section:
    """Return a section of its titles and rows in each language, which are as many in each.

    Rows are numbered from `number`.1 on; the only row of a section has the section's number.
    """
    is_only = len(parts[0][1]) == 1
    rows = [
        Row(
            number=str(number) if is_only else f"{number}.{index}",
            cells=tuple(one.cell for one in ones),
            once=len(ones) > 1 and ones[0].free and _same(ones),
            verify=ones[0].verify,
            table=ones[0].table,
        )
        for index, ones in enumerate(zip(*(rows for _title, rows in parts), strict=True), 1)
    ]
    titles = tuple(
        Phrase(one.language, title)
        for (title, _rows), one in zip(parts, rows[0].cells, strict=True)
    )
    return Section(number, titles, tuple(rows))


def _same(ones: Sequence[OneRow]) -> bool:
    return len({one.cell.texts for one in ones}) == 1


def in_one_line(*lines: Line | None) -> list[Line]:
    """Put lines that come from the same source behind each other."""
    known = [line for line in lines if line]
    if len({line.source for line in known}) != 1:
        return known
    return [Line(", ".join(line.text for line in known), source=known[0].source)]


def sourced(
    lines: tuple[Line, ...], items: tuple[Line, ...]
) -> tuple[str, tuple[Line, ...], tuple[Line, ...]]:
    """Say the source of a whole cell once, else once after the lines that come from it."""
    sources = {line.source for line in lines + items}
    if len(sources) == 1:
        return sources.pop(), _unsourced(lines), _unsourced(items)
    following = (*lines[1:], None)
    return (
        "",
        tuple(
            replace(line, source="") if after and after.source == line.source else line
            for line, after in zip(lines, following, strict=True)
        ),
        items,
    )


def _unsourced(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(replace(line, source="") for line in lines)


def field_of_study(code: str, language: str) -> list[tuple[str, str]]:
    """Return a field of ISCED-F 2013, each code beside its own name, and the name's language.

    Broad fields have a name in each language ("" as its language), the fields below in English.
    """
    if not code:
        return []
    broad = label_of(v.BroadField, code[:2])
    said = [(f"{code[:2]} {broad}" if broad != code[:2] else "", "")]
    if code != code[:2] or not said[0][0]:
        name = f"{code} {isced_f_name(code)}".strip()
        said.append((name, "en" if name != code and language != "en" else ""))
    return [(text, tag) for text, tag in said if text]


def label_of(choices: Any, code: str) -> str:
    """Return the label of a code; what is no code of the list stays as the source wrote it."""
    return str(choices(code).label) if code in choices.values else code
