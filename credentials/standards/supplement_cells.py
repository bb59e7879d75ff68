"""The rows of a supplement in one language: cells, their lines, and where each comes from."""

from dataclasses import dataclass, replace
from typing import Any


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
    """What one row says in one language; `items` are numbered.

    `source` is where all of the cell comes from; where its lines differ, they say it themselves.
    """

    language: str
    label: str
    lines: tuple[Line, ...] = ()
    items: tuple[Line, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class OneRow:
    """A row in one language; `free` when people wrote its text, maybe in one language only."""

    cell: Cell
    free: bool = False
    verify: bool = False


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


def label_of(choices: Any, code: str) -> str:
    """Return the label of a code; what is no code of the list stays as the source wrote it."""
    return str(choices(code).label) if code in choices.values else code
