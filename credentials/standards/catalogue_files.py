"""The only place that reads catalogue files: JSON and CSV, with their limits, into rows.

A file is read as a whole or not at all: `UnreadableFile` names each row and column to correct.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from django.utils.translation import gettext as _

from credentials.language import clean_text

MAX_BYTES = 5 * 1024 * 1024
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # a ZIP, as .xlsx is; a compound file, as .xls is
MAX_ROWS = 20_000
MAX_OUTCOMES = 100
MAX_PROBLEMS = 20

# Columns of a course and the most signs each may hold.
COURSE_TEXTS = {
    "code": 40,
    "title": 300,
    "institution": 200,
    "country": 2,
    "semester": 500,
    "aims": 20_000,
    "learning_outcomes_as_published": 20_000,
    "summary": 500,
    "prerequisites": 2_000,
    "assessment_criteria": 4_000,
}
COURSE_FACTS = (
    *("language", "ects", "hours", "eqf_level", "cycle", "isced_f", "assessment_type"),
    *("participation_form", "quality_assurance", "quality_agency", "quality_url", "supervision"),
)
MAX_OUTCOME = 2_000
LIST_SIGN = "|"


class UnreadableFile(ValueError):
    """The file cannot be used; `problems` says row by row why (translated sentences)."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(problems[0])
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One row of a catalogue as it was written; in CSV the header is row 1."""

    number: int
    texts: Mapping[str, str]
    outcomes: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.texts["code"]


def read_courses(data: bytes) -> list[CourseRow]:
    """Read a catalogue of courses from JSON (a list of objects) or CSV (a header and rows).

    Columns: those of COURSE_TEXTS and COURSE_FACTS, and `learning_outcomes` (JSON: a list of
    texts; CSV: texts parted by "|"). `code` and `title` must be there. Other columns are refused
    in CSV and left out in JSON. Raises `UnreadableFile`.
    """
    text = _decoded(data)
    known = {*COURSE_TEXTS, *COURSE_FACTS, "learning_outcomes"}
    if text.lstrip()[:1] in ("[", "{"):
        raw = list(enumerate(_json_objects(text), start=1))
    else:
        raw = [
            (number, {**row, "learning_outcomes": parts_of(row.get("learning_outcomes", ""))})
            for number, row in read_table(text, required={"code", "title"}, optional=known)
        ]
    problems: list[str] = []
    rows = [_course_row(number, item, problems) for number, item in raw]
    complain(problems)
    return [row for row in rows if row]


def read_table(
    text: str | bytes,
    *,
    required: Iterable[str],
    optional: Iterable[str],
    ignored: Iterable[str] = (),
    most: int | None = None,
) -> list[tuple[int, dict[str, str]]]:
    """Read CSV (comma, semicolon or tab; UTF-8) into (row number, cleaned texts by column).

    The header is row 1, as in a spreadsheet; empty rows are left out. Columns in `ignored` may be
    there, and nobody is told of them. Raises `UnreadableFile`, also for more than `most` rows
    (None: MAX_ROWS).
    """
    text = (_decoded(text) if isinstance(text, bytes) else text).lstrip()
    if text[:1] == "<":
        raise UnreadableFile([_("This is a web page or XML, not a table. Save it as CSV (UTF-8).")])
    header = text.split("\n", 1)[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(";,\t", key=header.count), strict=True
    )
    most = most or MAX_ROWS
    names: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1:
                names = [clean_text(name).strip().lower() for name in cells]
                told = [name for name in names if name not in set(ignored)]
                _check_header(told, set(required), set(optional))
            elif any(cells):
                rows.append((number, cells))
            if len(rows) > most:  # before more of them are read
                raise UnreadableFile([_too_many(most)])
    except csv.Error as problem:
        raise UnreadableFile(
            [_("Line %(line)s cannot be read as CSV.") % {"line": reader.line_num}]
        ) from problem
    complain(
        _("Row %(row)s has more cells than the header has columns.") % {"row": number}
        for number, cells in rows
        if len(cells) > len(names)
    )
    return [
        (
            number,
            {
                name: clean_text(cell).strip()
                for name, cell in zip_longest(names, cells, fillvalue="")
            },
        )
        for number, cells in rows
    ]


def _check_header(names: list[str], required: set[str], optional: set[str]) -> None:
    problems = [
        _("The column “%(name)s” is missing in the first line.") % {"name": name}
        for name in sorted(required - set(names))
    ]
    problems += [
        _("The column “%(name)s” is not known. Known are: %(known)s.")
        % {"name": name[:60], "known": ", ".join(sorted(required | optional))}
        for name in names
        if name not in required | optional
    ]
    problems += [
        _("The column “%(name)s” is there twice.") % {"name": name}
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    complain(problems)


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise UnreadableFile(
            [_("The file is larger than %(size)s MB.") % {"size": MAX_BYTES // 1024 // 1024}]
        )
    if data.startswith(WORKBOOKS):
        raise UnreadableFile([_("This is an Excel file. Save it there as “CSV UTF-8”.")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise UnreadableFile(
            [_("The file is not UTF-8 text. In a spreadsheet, save it as “CSV UTF-8”.")]
        ) from problem
    if not text.strip():
        raise UnreadableFile([_("The file is empty.")])
    return text


def _json_objects(text: str) -> list[dict]:
    try:
        items = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as problem:
        raise UnreadableFile(
            [
                _("This is not complete JSON: something is wrong at line %(line)s, sign %(sign)s.")
                % {"line": problem.lineno, "sign": problem.colno}
            ]
        ) from problem
    except (ValueError, RecursionError) as problem:
        raise UnreadableFile(
            [_("This JSON holds numbers or nesting that a catalogue does not need.")]
        ) from problem
    if not isinstance(items, list):
        raise UnreadableFile([_("The JSON must be a list of courses: [ {…}, {…} ].")])
    if len(items) > MAX_ROWS:
        raise UnreadableFile([_too_many(MAX_ROWS)])
    complain(
        _("Row %(row)s is not an object with columns: {…}.") % {"row": number}
        for number, item in enumerate(items, start=1)
        if not isinstance(item, dict)
    )
    return items


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _too_many(most: int) -> str:
    return _("The file has more than %(number)s rows. Part it into several files.") % {
        "number": most
    }


def parts_of(text: str) -> list[str]:
    """Return the texts of a cell that holds several, parted by "|"."""
    return [part for part in text.split(LIST_SIGN) if part.strip()]


def _course_row(number: int, item: dict, problems: list[str]) -> CourseRow | None:
    """Return the row, or None after adding what is wrong with it to `problems`."""
    before = len(problems)

    def note(column: str, text: str) -> None:
        where = _("Row %(row)s, column “%(column)s”:") % {"row": number, "column": column}
        problems.append(f"{where} {text}")

    texts = {}
    for name, longest in COURSE_TEXTS.items():
        texts[name] = _text(item.get(name), longest, lambda text, name=name: note(name, text))
    for name in ("code", "title"):
        if not texts[name] and len(problems) == before:
            note(name, _("must not be empty."))
    facts = {}
    for name in COURSE_FACTS:
        value = item.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        facts[name] = _text(value, 200, lambda text, name=name: note(name, text))
    outcomes = item.get("learning_outcomes") or []
    if not isinstance(outcomes, list) or len(outcomes) > MAX_OUTCOMES:
        note(
            "learning_outcomes",
            _("must be a list of at most %(number)s texts.") % {"number": MAX_OUTCOMES},
        )
        outcomes = []
    kept = [
        _text(outcome, MAX_OUTCOME, lambda text: note("learning_outcomes", text))
        for outcome in outcomes
    ]
    if len(problems) > before:
        return None
    return CourseRow(
        number=number,
        texts=texts,
        outcomes=tuple(" ".join(outcome.split()) for outcome in kept if outcome),
        facts={name: value for name, value in facts.items() if value},
    )


def _text(value: object, longest: int, complain) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        complain(_("must be text."))
        return ""
    text = clean_text(value).strip()
    if len(text) > longest:
        complain(_("is longer than %(number)s signs.") % {"number": longest})
    return text


def complain(problems: Iterable[str]) -> None:
    """Raise `UnreadableFile` when there are problems; after twenty, say how many more."""
    problems = list(problems)
    if len(problems) > MAX_PROBLEMS:
        more = _("… and %(number)s more.") % {"number": len(problems) - MAX_PROBLEMS}
        problems = [*problems[:MAX_PROBLEMS], more]
    if problems:
        raise UnreadableFile(problems)
