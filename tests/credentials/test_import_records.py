"""Results, graduates and students' records taken over: looked at, then written once or not."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from credentials.models import AuditEvent, Graduate, ModuleResult
from credentials.services import record_imports
from credentials.standards import elmo_record, record_files
from credentials.verdict import Refused, Stale
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.elmo_records import elmo
from tests.factories.graduates import (
    make_enrolment,
    make_graduate,
    make_graduation,
    make_result,
    recognise,
)
from tests.factories.people import make_institution, make_learner, make_registrar, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return make_institution(identifiers={"schac": "test.example"})


@pytest.fixture
def registrar(client, institution):
    user = make_registrar(institution)
    client.force_login(user)
    return user


@pytest.fixture
def version(institution):
    return make_programme_version(institution)


@pytest.fixture
def module(version):
    return make_module(version)


@pytest.fixture
def graduation(institution, registrar):
    return make_graduation(institution, by=registrar)


def student(version, number="40000001", **fields):
    learner = make_learner(version.institution, student_number=number, **fields)
    return make_enrolment(learner=learner, version=version)


def results(*rows):
    text = "student_number;module;achieved_on;grade;ects;regulations\n" + "\n".join(rows)
    return record_files.read_results(text.encode())


def graduates(*rows):
    text = "student_number;programme;graduated_on;final_grade;kind;regulations\n" + "\n".join(rows)
    return record_files.read_graduates(text.encode())


def take_over(look, write, target, rows, by):
    return write(target, rows, by=by, seen=look(target, rows, by=by).mark)


def enter_results(version, rows, by):
    look, write = record_imports.look_at_results, record_imports.take_over_results
    return take_over(look, write, version.programme, rows, by)


def enter_graduates(graduation, rows, by):
    look, write = record_imports.look_at_graduates, record_imports.take_over_graduates
    return take_over(look, write, graduation, rows, by)


def enter_record(graduation, data, by):
    look, write = record_imports.look_at_record, record_imports.take_over_record
    return take_over(look, write, graduation, elmo_record.read(data), by)


def refusals(outlook):
    return [(fate.row.number, fate.column, fate.refusal) for fate in outlook.refused]


# Results


def test_results_are_entered_once_however_often_they_are_sent(version, module, registrar):
    enrolment = student(version)
    rows = results(f"40000001;{module.code.lower()};2026-02-14;2,0;;")

    assert len(enter_results(version, rows, registrar).ready) == 1
    again = record_imports.look_at_results(version.programme, rows, by=registrar)

    assert (len(again.ready), again.same, refusals(again)) == (0, 1, [])
    with pytest.raises(Refused, match="nothing to take over"):
        record_imports.take_over_results(version.programme, rows, by=registrar, seen=again.mark)
    result = ModuleResult.objects.get()
    assert (result.enrolment, result.module) == (enrolment, module)
    assert (result.grade, result.ects, result.recorded_by) == ("2.0", module.ects, registrar)
    assert AuditEvent.objects.get(thing=result.uuid).action == "import"


def test_every_refused_row_says_why_and_in_which_column(version, module, registrar):
    enrolment = student(version)
    filled, passed = make_module(version), make_module(version)
    recognise(enrolment, filled)
    make_result(enrolment, passed, by=registrar)
    student(make_programme_version(version.institution), "40000002")
    day = "2026-02-14"
    rows = results(
        f"49999999;{module.code};{day};2.0;;",
        f"40000002;{module.code};{day};2.0;;",
        f"40000001;NONE-1;{day};2.0;;",
        f"40000001;{module.code};{day};5.0;;",
        f"40000001;{module.code};{day};2.0;7.3;",
        f"40000001;{filled.code};{day};2.0;;",
        f"40000001;{passed.code};{day};1.0;;",
        f"40000001;{module.code};{day};2.0;;1999",
        f"40000001;{module.code};yesterday;2.0;;",
    )

    found = record_imports.look_at_results(version.programme, rows, by=registrar)

    code = version.programme.code
    assert refusals(found) == [
        (2, "student_number", "No student who is enrolled has this student number."),
        (3, "student_number", f"This student is not enrolled in {code}."),
        (4, "module", "The programme has no module with this code."),
        (5, "grade", "Choose a grade that passes: 4.0, 3.0, 2.0, 1.0."),
        (6, "ects", "must be a number up to 60, in steps of 0.5."),
        (
            *(7, "module"),
            f"Recognised credits stand in the place of {filled.code}, so it cannot be passed as "
            "well.",
        ),
        (
            *(8, "module"),
            "There is another result for this module. Correct it on the student's page.",
        ),
        (9, "regulations", "This student is enrolled under other regulations: 2024."),
        (10, "achieved_on", "must be a day that is past, written as 2026-05-31."),
    ]
    assert found.ready == []


def test_rows_that_contradict_each_other_are_both_refused(version, module, registrar):
    student(version)
    other = make_module(version)
    day = "2026-02-14"
    rows = results(
        f"40000001;{module.code};{day};2.0;;",
        f"40000001;{module.code};{day};1.0;;",
        f"40000001;{other.code};{day};2.0;;",
        f"40000001;{other.code};{day};2.0;;",
    )

    found = record_imports.look_at_results(version.programme, rows, by=registrar)

    assert [number for number, _column, _why in refusals(found)] == [2, 3, 5]
    assert [fate.row.number for fate in found.ready] == [4]


def test_regulations_tell_which_enrolment_is_meant(version, module, registrar):
    enrolment = student(version)
    other = type(version).objects.create(
        programme=version.programme, regulations="2030", ects_total=180, state="published"
    )
    make_enrolment(learner=enrolment.learner, version=other)
    row = f"40000001;{module.code};2026-02-14;2.0;;"

    unclear = record_imports.look_at_results(version.programme, results(row), by=registrar)
    clear = record_imports.look_at_results(version.programme, results(row + "2024"), by=registrar)

    assert refusals(unclear) == [
        (
            *(2, "regulations"),
            "This student is enrolled more than once. Say under which regulations: 2024, 2030.",
        )
    ]
    assert [fate.enrolment for fate in clear.ready] == [enrolment]


def test_what_was_not_shown_is_not_written(version, module, registrar):
    enrolment = student(version)
    rows = results(f"40000001;{module.code};2026-02-14;2.0;;")
    seen = record_imports.look_at_results(version.programme, rows, by=registrar).mark
    make_result(enrolment, module, by=registrar, grade="1.0")

    with pytest.raises(Stale):
        record_imports.take_over_results(version.programme, rows, by=registrar, seen=seen)

    assert [result.grade for result in ModuleResult.objects.all()] == ["1.0"]


@pytest.mark.parametrize("count", [1, 30])
def test_looking_and_writing_ask_the_same_for_any_number_of_rows(
    version, module, registrar, count, django_assert_num_queries
):
    for number in range(count):
        student(version, str(40000001 + number))
    rows = results(*(f"{40000001 + n};{module.code};2026-02-14;2.0;;" for n in range(count)))

    with django_assert_num_queries(9):
        found = record_imports.look_at_results(version.programme, rows, by=registrar)
    assert len(found.ready) == count
    enter_results(version, rows, registrar)
    assert ModuleResult.objects.count() == count


# Graduates


def test_graduates_are_entered_once_however_often_they_are_sent(version, graduation, registrar):
    enrolment, code = student(version), version.programme.code
    rows = graduates(f"40000001;{code.lower()};2026-09-30;1.7;;")

    assert len(enter_graduates(graduation, rows, registrar).ready) == 1
    again = record_imports.look_at_graduates(graduation, rows, by=registrar)

    assert (len(again.ready), again.same) == (0, 1)
    graduate = Graduate.objects.get()
    assert (graduate.enrolment, graduate.final_grade) == (enrolment, "1.7")
    assert AuditEvent.objects.get(thing=graduate.uuid).action == "import"


def test_graduates_who_cannot_be_are_refused_with_the_reason(version, graduation, registrar):
    code, day = version.programme.code, "2026-09-30"
    for number in range(1, 6):
        student(version, f"4000000{number}")
    of = {e.learner.student_number: e for e in version.enrolments.select_related("learner")}
    make_graduate(graduation, of["40000001"], by=registrar)
    other = make_graduation(graduation.institution, by=registrar, name="Another list")
    make_graduate(other, of["40000002"], by=registrar)
    rows = graduates(
        f"40000001;{code};{day};1.0;;",
        f"40000002;{code};{day};1.0;;",
        f"40000002;{code};{day};1.0;interim;",
        f"40000003;P-0;{day};1.0;;",
        f"40000004;{code};2020-01-01;1.0;;",
        f"40000005;{code};{day};1.0;;",
        f"40000005;{code};{day};1.3;;",
    )

    found = record_imports.look_at_graduates(graduation, rows, by=registrar)

    assert refusals(found) == [
        (2, "", "This student is in the list with other data. Correct it there."),
        (3, "student_number", "This student is in the list “Another list” already."),
        (5, "student_number", "This student is not enrolled in P-0."),
        (6, "graduated_on", "That is before the studies began."),
        (7, "", "Row 8 says something else. Keep the right one."),
        (8, "", "Row 7 says something else. Keep the right one."),
    ]
    assert [fate.row.number for fate in found.ready] == [4]


# ELMO


def test_record_becomes_results_and_a_graduate(version, graduation, registrar):
    module = make_module(version)
    enrolment = student(version)
    data = elmo(code=module.code, degree=version.programme.code, classification="Gut")

    outlook = enter_record(graduation, data, registrar)

    assert len(outlook.ready) == 2
    assert ModuleResult.objects.get().module == module
    graduate = Graduate.objects.get()
    assert (graduate.enrolment, graduate.classification) == (enrolment, "Gut")
    again = record_imports.look_at_record(graduation, elmo_record.read(data), by=registrar)
    assert (len(again.ready), again.same) == (0, 2)


def test_record_without_a_degree_finds_the_only_enrolment(version, graduation, registrar):
    module, enrolment = make_module(version), student(version)

    family = enrolment.learner.family_name
    enter_record(graduation, elmo(number="", code=module.code, family=family), registrar)

    assert ModuleResult.objects.get().enrolment == enrolment


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"schac": "marisol.example", "issuer": "Marisol"},
            "This was issued by Marisol. Recognise it instead.",
        ),
        ({"number": "49999999"}, "No learner has this student number."),
        (
            {"born": "1999-01-01"},
            "The learner with this student number was born on another day.",
        ),
        (
            {"number": "", "family": "Nobody"},
            "No learner, or more than one, has this name and day of birth.",
        ),
        ({"code": "NONE"}, "The programme has no module with this code."),
        ({"grade": "excellent"}, "Choose a grade that passes: 4.0, 3.0, 2.0, 1.0."),
        ({"ects": "5.3"}, "Use a number up to 6, in steps of 0.5."),
        ({"ects": "12"}, "Use a number up to 6, in steps of 0.5."),
        ({"day": "2999-01-01"}, "Choose a day that is past."),
    ],
    ids=lambda value: str(value)[:30],
)
def test_record_that_does_not_fit_is_refused(version, graduation, registrar, fields, reason):
    module = make_module(version)
    student(version)
    record = elmo_record.read(elmo(**{"code": module.code, **fields}))

    found = record_imports.look_at_record(graduation, record, by=registrar)

    assert [why for _number, _column, why in refusals(found)] == [reason]


# Who may, and the pages


def test_only_registrars_of_the_institution_take_over(version, graduation):
    for user in (make_user(), make_registrar(make_institution())):
        for act in (
            lambda user=user: record_imports.look_at_results(version.programme, [], by=user),
            lambda user=user: record_imports.look_at_graduates(graduation, [], by=user),
            lambda user=user: record_imports.look_at_record(
                graduation, elmo_record.read(elmo()), by=user
            ),
        ):
            with pytest.raises(Refused, match="Only registrars"):
                act()


def send(client, url, data, name="list.csv"):
    return client.post(url, {"file": SimpleUploadedFile(name, data)})


def test_preview_is_confirmed_on_the_page_and_refused_rows_handed_back(
    client, version, module, registrar
):
    student(version)
    url = reverse("result-import", args=[version.uuid])
    header = "student_number;module;achieved_on;grade"
    data = f"{header}\n40000001;{module.code};2026-02-14;2.0\n49999999;X;2026-02-14;2.0\n"

    page = send(client, url, data.encode())
    assert not ModuleResult.objects.exists()
    said = {"content": page.context["content"], "seen": page.context["seen"]}
    assert (page.context["made"], page.context["refused"]) == (1, 1)
    handed = client.post(url, {**said, "refused": "1"})
    assert b"49999999" in handed.content
    assert b"40000001" not in handed.content
    stale = client.post(url, {**said, "seen": "another", "confirm": "1"})
    assert (stale.status_code, ModuleResult.objects.count()) == (200, 0)
    done = client.post(url, {**said, "confirm": "1"})

    assert done.url == reverse("programme-manage", args=[version.uuid])
    assert ModuleResult.objects.get().ects == Decimal("6")


def test_record_is_confirmed_on_the_page(client, version, graduation, registrar):
    module = make_module(version)
    student(version)
    url = reverse("record-import", args=[graduation.uuid])

    page = send(client, url, elmo(code=module.code, degree=version.programme.code), "r.xml")
    said = {"content": page.context["content"], "seen": page.context["seen"], "confirm": "1"}

    assert client.post(url, said).status_code == 302
    assert (ModuleResult.objects.count(), Graduate.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"<a>", b"a;b\n1;2\n", elmo().replace(b"</", b"<")]
)
@pytest.mark.parametrize("page", ["result-import", "graduate-import", "record-import"])
def test_hostile_files_are_refused_on_the_pages(client, version, graduation, page, data):
    thing = version if page == "result-import" else graduation

    answer = send(client, reverse(page, args=[thing.uuid]), data)

    assert answer.status_code == 200
    assert "file" in answer.context["form"].errors
    if not data:
        assert answer.context["form"].errors["file"] == ["The submitted file is empty."]


def test_refused_rows_keep_what_was_typed_and_run_in_no_spreadsheet(version, module, registrar):
    student(version)
    late, formula = "2031-07-18", "=HYPERLINK(1)"
    rows = results(f"40000001;{module.code};{late};'{formula};999;")

    handed = record_imports.refused_rows(
        record_imports.look_at_results(version.programme, rows, by=registrar)
    ).decode("utf-8-sig")

    assert f"40000001,{module.code},{late},'{formula},999,," in handed
    again = record_files.read_results(handed.encode())
    assert [dict(row.typed)["grade"] for row in again] == [formula]
