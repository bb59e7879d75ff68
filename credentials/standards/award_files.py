"""The only place that reads and writes lists of learners to award as CSV.

A file that is no such list is refused as a whole; a row that cannot be used says so itself and
leaves the others alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from credentials.standards import spreadsheets
from credentials.standards.catalogue_files import UnreadableFile, read_table
from credentials.standards.table_rows import FORMULA, OwnReader

# Columns and the most signs each may hold.
TEXTS = {"student_number": 40, "email": 254, "given_name": 100, "family_name": 100, "grade": 40}
KEYS = ("student_number", "email")
NAMES = ("given_name", "family_name")
PROBLEM = "problem"
MAX_ROWS = 10_000
MAX_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class AwardRow:
    """A learner to award, numbered as in a spreadsheet; `problem` is what is wrong in `column`."""

    number: int
    student_number: str = ""
    email: str = ""
    given_name: str = ""
    family_name: str = ""
    grade: str = ""
    column: str = ""
    problem: str = ""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


def columns(*, is_graded: bool) -> list[str]:
    """Return the columns of a list; that of grades only for a course that has some."""
    return [name for name in TEXTS if name != "grade" or is_graded]


def read_awards(data: bytes, *, is_graded: bool) -> list[AwardRow]:
    """Read at most MAX_ROWS rows of MAX_BYTES in all; raises `UnreadableFile`.

    One of KEYS must be there, and `grade` when the course is graded. The column PROBLEM, which
    lists of refused rows have, is passed over.
    """
    if len(data) > MAX_BYTES:
        size = MAX_BYTES // 1024 // 1024
        raise UnreadableFile([_("The file is larger than %(size)s MB.") % {"size": size}])
    required = ("grade",) if is_graded else ()
    table = read_table(data, required=required, optional=TEXTS, ignored=[PROBLEM], most=MAX_ROWS)
    if not table:
        raise UnreadableFile([_("The file has no rows below the header.")])
    if not any(name in table[0][1] for name in KEYS):
        raise UnreadableFile(
            [_("One of the columns “student_number” and “email” must be in the first line.")]
        )
    return [_Reader(number, cells, []).row() for number, cells in table]


class _Reader(OwnReader):
    def row(self) -> AwardRow:
        said = {name: self.text(name, longest) for name, longest in TEXTS.items()}
        if said["email"]:
            self._check_email(said["email"])
        elif not said["student_number"]:
            self.complain("student_number", _("or “email” must be given."))
        for name in NAMES:
            if FORMULA.match(said[name]):
                self.complain(name, _("begins like a formula. Write the name itself."))
        column, problem = self.first_problem
        said = {name: text[: TEXTS[name]] for name, text in said.items()}
        return AwardRow(self.number, **said, column=column, problem=problem)

    def _check_email(self, email: str) -> None:
        try:
            validate_email(email)
        except ValidationError:
            self.complain("email", _("is no e-mail address. Write it as nela@example.org."))


def template(*, is_graded: bool) -> bytes:
    """Return a list without rows as CSV, to be filled in."""
    return spreadsheets.as_csv([columns(is_graded=is_graded)])


def refused(rows: Iterable[tuple[AwardRow, str]], *, is_graded: bool) -> bytes:
    """Return rows and why each was refused as CSV, in the columns that `read_awards` takes."""
    names = columns(is_graded=is_graded)
    told = ([*(getattr(row, name) for name in names), problem] for row, problem in rows)
    return spreadsheets.as_csv([[*names, PROBLEM], *told])
