"""The only place that writes a table of numbers as CSV."""

from django.utils import formats

from credentials.standards import spreadsheets
from recognition.statistics.tables import Row, Table


def as_csv(table: Table) -> bytes:
    """Return a table as CSV in UTF-8 with a mark, as spreadsheets expect it.

    Headings and numbers are in the reader's language; where the comma is in the numbers, the
    columns are divided by semicolons. A cell that a spreadsheet would run as a formula begins
    with an apostrophe.
    """
    comma = formats.get_format("DECIMAL_SEPARATOR") == ","
    rows = (*table.rows, *([table.total] if table.total else []))
    lines = [(table.head, *table.columns), *(_cells(row) for row in rows)]
    return spreadsheets.as_csv(lines, delimiter=";" if comma else ",")


def _cells(row: Row) -> list[str]:
    return [row.label, *(value.text for value in row.values)]
