"""Lists of learners as CSV: read by name, hostile ones refused, rows that say what to mend."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.standards.award_files import (
    MAX_BYTES,
    TEXTS,
    columns,
    read_awards,
    refused,
    template,
)
from credentials.standards.catalogue_files import UnreadableFile
from credentials.standards.table_rows import sentence

FILE = """email;family_name;grade;student_number;given_name
nela@example.org;Ardwen;1,0;;Nela
;;2.0;40000001;
"""


def read(text, *, is_graded=True):
    return read_awards(text if isinstance(text, bytes) else text.encode(), is_graded=is_graded)


@pytest.mark.parametrize(
    "data",
    [
        FILE,
        b"\xef\xbb\xbf" + FILE.encode(),
        FILE.replace("1,0", '"1,0"').replace(";", ","),
        FILE.replace(";", "\t"),
        FILE.replace("\n", "\r\n"),
        FILE.replace("\n", "\n\n\n"),
    ],
    ids=["semicolon", "mark", "comma", "tab", "windows", "gaps"],
)
def test_columns_are_read_by_name(data):
    nela, other = read(data)

    assert (nela.email, nela.name, nela.grade, nela.student_number) == (
        "nela@example.org",
        "Nela Ardwen",
        "1,0",
        "",
    )
    assert (other.student_number, other.grade, other.email) == ("40000001", "2.0", "")
    assert (nela.problem, other.problem) == ("", "")


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        ("student_number,email,grade\n,,1.0", "student_number", "or “email” must be given."),
        (
            "email,grade\nnela.example.org,1.0",
            "email",
            "is no e-mail address. Write it as nela@example.org.",
        ),
        ("email,grade\n@x.example,1.0", "email", None),
        (
            f"email,grade,given_name\na@example.org,1.0,{'x' * 101}",
            "given_name",
            "is longer than 100 signs. Shorten it.",
        ),
        (
            "email,grade,family_name\na@example.org,1.0,=cmd|' /C calc'!A0",
            "family_name",
            "begins like a formula. Write the name itself.",
        ),
        ("email,grade,family_name\na@example.org,1.0,'@SUM(1)", "family_name", None),
        (f"student_number,grade\n{'1' * 41},1.0", "student_number", None),
    ],
)
def test_row_that_cannot_be_used_says_what_to_mend(row, column, problem):
    *_others, found = read(row)

    assert found.column == column
    assert found.problem == (problem or found.problem) != ""


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("Größe;Straße\n".encode("latin-1"), "not UTF-8"),
        ("email,grade\na@b.example,1.0\n".encode("utf-16"), "not UTF-8"),
        (b"x" * (MAX_BYTES + 1), "larger than 2 MB"),
        (b"email,grade\n" + b"a@b.example,1.0\n" * 10_001, "more than 10000 rows"),
        (b"<html>", "web page"),
        (b"PK\x03\x04\xff", "This is an Excel file"),
        (b"", "empty"),
        (b"email," * 50_000, "is missing"),
        (b"email,grade,rank\n", "“rank” is not known"),
        (b"email,grade,email\n", "is there twice"),
        (b"email,grade\na@b.example,1.0,more", "Row 2 has more cells"),
        (b'email,grade\n"a@b.example,1.0', "Line 2 cannot be read"),
        (b"email,grade\n" + b'"' + b"x" * 200_000 + b'",1.0', "cannot be read"),
        (b"email\na@b.example", "“grade” is missing"),
        (b"family_name,grade\nArdwen,1.0", "One of the columns “student_number” and “email”"),
        (b"email,grade", "no rows below the header"),
        (b"email,grade\n,,,,\n\n", "no rows below the header"),
    ],
)
def test_file_that_is_no_list_is_refused_as_a_whole(data, problem):
    with pytest.raises(UnreadableFile, match=problem) as refusal:
        read(data)

    assert len(refusal.value.problems) <= 21


def test_course_without_grades_needs_no_column_of_grades():
    (row,) = read("email\na@b.example", is_graded=False)

    assert row.grade == ""
    assert columns(is_graded=False) == ["student_number", "email", "given_name", "family_name"]


@pytest.mark.parametrize(
    "data",
    [
        b"email,grade\n" + b"\n" * 300_000,
        b"email,grade\n" + b"a\n" * 300_000,
        b"email,grade\n" + b"," * 300_000,
    ],
    ids=["blank", "short", "wide"],
)
def test_file_of_nothing_costs_little_memory(data):
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile):
            read(data)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 15_000_000


def test_signs_that_nobody_sees_are_left_out():
    (row,) = read("email,grade,family_name\na@b.example,1.0,Ar\x00d\u202ewen  von\n")

    assert row.family_name == "Ardwen von"


def test_template_is_a_list_without_rows():
    assert template(is_graded=True).decode("utf-8-sig").splitlines() == [
        "student_number,email,given_name,family_name,grade"
    ]
    with pytest.raises(UnreadableFile, match="no rows"):
        read(template(is_graded=True))


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=30)
EMAIL = st.sampled_from(["nela@example.org", "=1@example.org", "+1@example.org"]) | CELL


@given(st.lists(st.tuples(CELL, EMAIL, CELL, CELL, CELL), min_size=1, max_size=5))
def test_whatever_stands_in_refused_rows_they_are_read_again(cells):
    """Nothing that a spreadsheet would run comes out, and what comes out goes in again."""
    quoted = "\n".join(
        ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in cells
    )
    try:
        rows = read(f"{','.join(TEXTS)}\n{quoted}")
    except UnreadableFile:
        return

    data = refused([(row, sentence(row.number, "", "why")) for row in rows], is_graded=True)

    again = read(data)
    assert len(again) <= len(rows)  # rows without any text are none
    for line in data.decode("utf-8-sig").splitlines()[1:]:
        assert not line.lstrip('"').startswith(("=", "+", "-", "@"))
    kept = [row for row in rows if not row.problem]
    assert [row.email for row in again if not row.problem] == [row.email for row in kept]
