"""What cannot be true of a graduate is refused by hand, from a file, and before printing."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.forms.records import GraduateForm
from credentials.models import Graduate, Learner, QualificationProfile
from credentials.services import enrolments, graduations, qualification_profiles, record_imports
from credentials.services.degree_rules import unfit_birth, unfit_grade
from credentials.services.graduations import Misfit
from credentials.standards import record_files
from credentials.verdict import Refused
from tests.factories.catalogue import make_programme_version
from tests.factories.graduates import (
    DAY,
    make_complete_graduate,
    make_enrolment,
    make_graduate,
    make_graduation,
    make_profile,
)
from tests.factories.people import make_institution, make_learner, make_registrar

pytestmark = pytest.mark.django_db
GERMAN = ("5.0", "4.0", "3.0", "2.0", "1.0")
WORDS = ("failed", "passed", "passed with distinction")
BOTH = ("5.0", "passed", "4.0", "1.0")
NUMBERS = "does not pass the programme. Use a number from 1.0 to 4.0."
BORN = "Born on 3\u00a0May\u00a02024, the student would be younger than 14 on"


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def registrar(client, institution):
    user = make_registrar(institution)
    client.force_login(user)
    return user


@pytest.fixture
def version(institution, registrar):
    version = make_programme_version(
        institution, ects_total=Decimal("60"), free_elective_ects=Decimal("0")
    )
    make_profile(version, by=registrar)
    qualification_profiles.describe_system(institution, "DE", {"en": "Text"}, by=registrar)
    return version


@pytest.fixture
def graduation(institution, registrar):
    return make_graduation(institution, by=registrar)


def problems_of(graduate):
    found = graduations.with_progress(Graduate.objects.filter(pk=graduate.pk))
    return graduations.problems(found.get())


# The final grade


@pytest.mark.parametrize(
    ("scale", "passed_from", "grades"),
    [
        (GERMAN, "4.0", ("", "1.0", "2.1", "2,1", "1", "4.0")),
        (WORDS, "passed", ("", "passed", "Passed with distinction")),
        (BOTH, "passed", ("passed", "2.3", "1,0")),
        ((), "", ("banana", "11.7")),
        (("18", "24", "30", "30 cum laude"), "18", ("27.5", "30 cum laude")),
    ],
)
def test_grades_of_the_scale_and_between_them_pass(scale, passed_from, grades):
    profile = QualificationProfile(grade_scale=list(scale), passed_from=passed_from)

    assert {unfit_grade(grade, profile) for grade in grades} == {""}


@pytest.mark.parametrize(
    ("scale", "passed_from", "grade", "told"),
    [
        (GERMAN, "4.0", "banana", NUMBERS),
        (GERMAN, "4.0", "11.7 Banane", NUMBERS),
        (GERMAN, "4.0", "5.0", NUMBERS),
        (GERMAN, "4.0", "0.9", NUMBERS),
        (GERMAN, "4.0", "NaN", NUMBERS),
        (WORDS, "passed", "failed", "Use one of these: passed with distinction, passed."),
        (WORDS, "passed", "2.0", "Use one of these: passed with distinction, passed."),
        (BOTH, "passed", "great", "Use a number from 1.0 to 4.0, or one of these: passed."),
    ],
)
def test_other_grades_are_refused_with_those_there_are(scale, passed_from, grade, told):
    profile = QualificationProfile(grade_scale=list(scale), passed_from=passed_from)

    found = unfit_grade(grade, profile)

    assert found.startswith(f"“{grade}” ")
    assert found.endswith(told)


def test_grade_is_refused_at_its_field_and_by_the_service(client, graduation, version, registrar):
    enrolment = make_enrolment(version=version)
    said = {"kind": "degree", "graduated_on": DAY.isoformat(), "final_grade": "banana"}

    page = client.post(reverse("graduate-add", args=[graduation.uuid, enrolment.uuid]), said)
    with pytest.raises(Misfit, match="banana"):
        make_graduate(graduation, enrolment, by=registrar, final_grade="banana")

    assert page.context["form"].errors == {"final_grade": [f"“banana” {NUMBERS}"]}
    assert not Graduate.objects.exists()


def test_file_with_a_wrong_grade_names_row_and_column_and_the_table_shows_grades(
    client, graduation, version, registrar
):
    for number in ("40000001", "40000002"):
        make_enrolment(
            version=version, learner=make_learner(graduation.institution, student_number=number)
        )
    code = version.programme.code
    data = (
        "student_number;programme;graduated_on;final_grade;classification\n"
        f"40000001;{code};2026-09-30;banana;\n40000002;{code};2026-09-30;1.7;Good\n"
    )

    rows = record_files.read_graduates(data.encode())
    found = record_imports.look_at_graduates(graduation, rows, by=registrar)
    page = client.post(reverse("graduate-import", args=[graduation.uuid]), {"content": data})

    (fate,) = found.refused
    assert (fate.row.number, fate.column) == (2, "final_grade")
    assert fate.refusal == f"“banana” {NUMBERS}"
    (row,) = page.context["rows"]
    assert (row.entered["grade"], row.entered["classification"]) == ("1.7", "Good")
    assert 'data-label="Grade">1.7<small>Good</small>' in page.content.decode()


def test_grade_that_was_let_in_before_is_named_before_printing(graduation, version):
    graduate = make_complete_graduate(graduation, version)
    Graduate.objects.update(final_grade="11.7 Banane")

    assert problems_of(graduate) == [f"Final grade: “11.7 Banane” {NUMBERS}"]


# The day of birth


@pytest.mark.parametrize(
    ("born", "is_refused"),
    [(date(2009, 10, 1), False), (date(2009, 10, 2), True), (None, False)],
)
def test_nobody_studies_younger_than_fourteen(born, is_refused):
    assert bool(unfit_birth(born, [None, date(2023, 10, 1), DAY])) == is_refused
    assert unfit_birth(born, [None]) == ""


def test_birth_after_the_studies_began_is_refused_everywhere(graduation, version, registrar):
    born, learner = date(2024, 5, 3), make_learner(graduation.institution)
    enrolment = make_enrolment(version=version, learner=learner)
    for begin in (
        lambda: enrolments.correct_learner(learner, by=registrar, birth_date=born),
        lambda: enrolments.correct_dates(enrolment, by=registrar, started_on=date(2015, 10, 1)),
    ):
        with pytest.raises(Refused, match="would be younger than 14"):
            begin()

    Learner.objects.filter(pk=learner.pk).update(birth_date=born)
    enrolment.learner.refresh_from_db()

    with pytest.raises(Misfit, match=BORN):
        make_graduate(graduation, enrolment, by=registrar)
    other = make_programme_version(graduation.institution)
    with pytest.raises(Refused, match=BORN):
        enrolments.enrol(enrolment.learner, other, by=registrar, started_on=date(2025, 10, 1))


def test_birth_that_cannot_be_is_named_before_printing(graduation, version):
    graduate = make_complete_graduate(graduation, version)
    Learner.objects.update(birth_date=date(2024, 5, 3))

    (problem,) = problems_of(graduate)

    assert problem.startswith(f"Date of birth: {BORN} 1\u00a0October\u00a02023.")


def test_day_outside_the_years_that_are_taken_names_them(graduation):
    said = {"kind": "degree", "graduated_on": "1900-01-01"}
    graduate = Graduate(graduation=graduation, enrolment=make_enrolment(graduation.institution))
    form = GraduateForm(said, institution=graduation.institution, instance=graduate)

    told = form.errors["graduated_on"][0]

    assert told.startswith("Choose a day from 1\u00a0January\u00a01950 to ")
    assert str(timezone.localdate().year + 1) in told
