"""Results and graduates as CSV, students' records as ELMO: read, hostile files refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from credentials.standards import elmo_diploma, elmo_record, record_files
from credentials.standards.catalogue_files import UnreadableFile
from credentials.standards.record_files import GraduateRow, ResultRow
from tests.credentials.standards.degrees import COMPLETE
from tests.credentials.trust.certificate_files import NOW
from tests.factories.elmo_records import elmo

RESULTS = """student_number;module;achieved_on;grade;ects;term;work_title
40000001;INF-1;2026-02-14;2,0;5,5;WS 2025/26;
'=40000002;INF-2;14.02.2026;1.0;;;Über Regen
40000003;;2999-01-01;1.0;5.3;;
"""
GRADUATES = """student_number,programme,graduated_on,kind,final_grade,additional_de,problem
40000001,BSC,2026-09-30,,1.7,Ein Jahr in Marisol.,anything
40000002,BSC,2026-09-30,honorary,,,
"""


def test_results_are_read_and_wrong_rows_say_so_themselves():
    first, second, third = record_files.read_results(RESULTS.encode("utf-8-sig"))

    assert first == ResultRow(
        number=2,
        student_number="40000001",
        module="INF-1",
        achieved_on=date(2026, 2, 14),
        grade="2,0",
        ects=Decimal("5.5"),
        term="WS 2025/26",
    )
    assert (second.student_number, second.ects, second.work_title) == (
        "=40000002",
        None,
        "Über Regen",
    )
    assert (third.number, third.column, third.problem) == (4, "module", "must not be empty.")


def test_graduates_are_read_and_wrong_rows_say_so_themselves():
    first, second = record_files.read_graduates(GRADUATES.encode())

    assert first == GraduateRow(
        number=2,
        student_number="40000001",
        programme="BSC",
        graduated_on=date(2026, 9, 30),
        final_grade="1.7",
        additional=(("de", "Ein Jahr in Marisol."),),
    )
    assert (second.column, second.problem) == ("kind", "must be one of: degree, interim.")


@pytest.mark.parametrize("read", [record_files.read_results, record_files.read_graduates])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        "student_number;grade\nä;1".encode("latin-1"),
        b"student_number;module\n1;2\n",
        b"student_number;module;achieved_on;programme;graduated_on;password\n1;2;3;4;5;6\n",
        b"student_number,module,achieved_on\n",
        b"<html>",
        b"x" * (record_files.MAX_BYTES + 1),
        b"student_number,module,achieved_on\n" + b"1,2,3\n" * (record_files.MAX_ROWS + 1),
    ],
    ids=["empty", "binary", "latin-1", "missing", "unknown", "no rows", "page", "large", "long"],
)
def test_files_that_are_no_such_list_are_refused_as_a_whole(read, data):
    with pytest.raises(UnreadableFile):
        read(data)


def test_refused_rows_can_be_mended_and_read_again():
    rows = record_files.read_results(RESULTS.encode())
    data = record_files.refused([(row, "Row: why") for row in rows])

    assert [row.student_number for row in record_files.read_results(data)] == [
        "40000001",
        "=40000002",
        "40000003",
    ]
    graduates = record_files.read_graduates(GRADUATES.encode())
    again = record_files.read_graduates(record_files.refused([(graduates[0], "why")]))
    assert again == [graduates[0]]


# ELMO


def test_record_gives_results_and_the_degree_with_what_its_supplement_says():
    record = elmo_record.read(elmo(degree="BSC", classification="Gut (2,0)", additional="Preis"))

    assert record.holder.student_number == "40000001"
    result, degree = (one.row for one in record.stated)
    assert result == ResultRow(
        number=1,
        student_number="40000001",
        module="INF-1",
        achieved_on=date(2026, 2, 14),
        grade="2.0",
        ects=Decimal("6"),
    )
    assert degree == GraduateRow(
        number=2,
        student_number="40000001",
        programme="BSC",
        graduated_on=date(2026, 7, 18),
        final_grade="1.9",
        classification="Gut (2,0)",
        additional=(("de", "Preis"),),
    )


@pytest.mark.parametrize(
    ("said", "classification"),
    [
        ("1.9, Gut", "Gut"),
        ("1.9", ""),
        ("Not stated by the awarding body", ""),
        ("Von der verleihenden Einrichtung nicht angegeben", ""),
    ],
)
def test_words_that_only_fill_a_section_are_not_taken_over(said, classification):
    _result, degree = elmo_record.read(
        elmo(degree="BSC", classification=said, additional="Not stated by the awarding body")
    ).stated

    assert (degree.row.classification, degree.row.additional) == (classification, ())


@pytest.mark.parametrize("classification", ["gut", ""])
def test_our_own_degree_is_read_as_it_was_written(classification):
    said = replace(COMPLETE, classification=classification, additional={}, micro_credentials=())
    record = elmo_record.read(elmo_diploma.write(said, generated=NOW, language="de"))

    (degree,) = [one.row for one in record.stated if isinstance(one.row, GraduateRow)]
    assert (degree.final_grade, degree.classification, degree.additional) == (
        "1.6",
        classification,
        (),
    )


def test_result_without_a_day_says_so_and_failed_ones_are_left_out():
    failed = elmo(status="failed", degree="BSC")
    (degree,) = elmo_record.read(failed).stated
    (result,) = elmo_record.read(elmo(day="")).stated

    assert isinstance(degree.row, GraduateRow)
    assert (result.row.column, result.row.problem) == ("achieved_on", "must not be empty.")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"student_number;module",
        b"<elmo/>",
        b"<elmo xmlns='https://github.com/emrex-eu/elmo-schemas/tree/v1'/>",
        elmo()[:-20],
        elmo().decode().encode("utf-16"),
        b"<!DOCTYPE elmo [<!ENTITY a 'a'>]>" + elmo(),
        b"<a>" * 20_000,
        elmo() + b" " * elmo_record.MAX_BYTES,
        b"<?xml version='1.0' encoding='latin-1'?><a>\xe4</a>",
    ],
    ids=["empty", "csv", "foreign", "bare", "cut", "utf-16", "entity", "deep", "large", "latin-1"],
)
def test_hostile_records_are_refused(data):
    with pytest.raises(UnreadableFile):
        elmo_record.read(data)
