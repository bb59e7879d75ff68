"""The only place that writes a table of numbers as CSV."""

import csv
import io

from django.utils import formats

from recognition.statistics.tables import Row, Table

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(table: Table) -> bytes:
    """Return a table as CSV in UTF-8 with a mark, as spreadsheets expect it.

    Headings and numbers are in the reader's language; where the comma is in the numbers, the
    columns are divided by semicolons. A cell that a spreadsheet would run as a formula begins
    with an apostrophe.
    """
    comma = formats.get_format("DECIMAL_SEPARATOR") == ","
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";" if comma else ",")
    writer.writerow([_plain(cell) for cell in (table.head, *table.columns)])
    for row in (*table.rows, *([table.total] if table.total else [])):
        writer.writerow([_plain(cell) for cell in _cells(row)])
    return file.getvalue().encode("utf-8-sig")


def _cells(row: Row) -> list[str]:
    return [row.label, *(value.text for value in row.values)]


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.lstrip().startswith(FORMULA) or cell.startswith(FORMULA) else cell
