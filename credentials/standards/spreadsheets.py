"""The only place that writes text for spreadsheets, which would run some of it as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(cell: str) -> str:
    """Return a cell that a spreadsheet shows and does not run: it begins with an apostrophe."""
    return f"'{cell}" if cell.lstrip().startswith(FORMULA) or cell.startswith(FORMULA) else cell


def as_csv(rows: Iterable[Sequence[object]], *, delimiter: str = ",") -> bytes:
    """Return rows as CSV (RFC 4180) in UTF-8 with a mark, as spreadsheets expect it."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([plain(str(cell)) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")
