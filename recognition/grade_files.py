"""The only place that reads the rows of a grading table: from lines of text, or from CSV."""

import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.standards.catalogue_files import UnreadableFile, complain, read_table
from recognition.scales import MOST_GRADES, number_of

Rows = list[tuple[str, str]]
"""Grades and their shares in %, as texts, best first."""

MAX_BYTES = 64 * 1024
MAX_GRADE = 20
_LINE = re.compile(r"(?P<grade>.+?)[\s;:=]+(?P<share>[^\s;:=]+)")


def read_lines(text: str) -> Rows:
    """Read one grade a line, with its share after it: "1.7  12.5" or "1,7; 12,5 %".

    Raises `UnreadableFile` naming each line to correct.
    """
    found, problems = [], []
    for number, line in enumerate(clean_text(text).split("\n"), start=1):
        line = line.strip()
        if not line:
            continue
        parts = _LINE.fullmatch(line.removesuffix("%").strip())
        if parts is None:
            problems.append(
                _("Line %(line)s: write a grade and its share, such as 1.7 12.5.")
                % {"line": number}
            )
            continue
        found.append((_("Line %(line)s:") % {"line": number}, parts["grade"], parts["share"]))
    return _checked(found, problems)


def read_csv(data: bytes) -> Rows:
    """Read CSV with the columns grade and share; raises `UnreadableFile` naming each row."""
    if len(data) > MAX_BYTES:
        raise UnreadableFile(
            [_("The file is larger than %(size)s kB.") % {"size": MAX_BYTES // 1024}]
        )
    table = read_table(data, required=("grade", "share"), optional=())
    if not table:
        raise UnreadableFile([_("The file has no rows below the header.")])
    return _checked(
        (
            (_("Row %(row)s:") % {"row": number}, cells["grade"], cells["share"])
            for number, cells in table
        ),
        [],
    )


def _checked(found: Iterable[tuple[str, str, str]], problems: list[str]) -> Rows:
    rows = []
    for where, grade, share in found:
        grade, amount = " ".join(grade.split()), number_of(share.removesuffix("%"))
        if not grade or len(grade) > MAX_GRADE:
            problems.append(
                f"{where} "
                + _("the grade must have from 1 to %(most)s signs.") % {"most": MAX_GRADE}
            )
        if amount is None or not 0 <= amount <= Decimal(100):
            problems.append(f"{where} " + _("the share must be a number from 0 to 100."))
        else:
            rows.append((grade, str(amount)))
    complain(problems)
    if len(rows) > MOST_GRADES:
        raise UnreadableFile([_("A table has from 2 to %(most)s grades.") % {"most": MOST_GRADES}])
    return rows


def as_lines(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as `read_lines` reads them."""
    return "\n".join("  ".join(row) for row in rows)
