"""The demonstration's graduates: a list to be printed, of which one lacks something."""

import pytest

from credentials.models import Graduate, Graduation, ModuleResult
from credentials.services import graduations
from recognition.demo import courses, grades, graduates, people
from recognition.services import degrees

pytestmark = pytest.mark.django_db


def annex_of(graduate):
    return degrees.entries_until(graduate.enrolment, graduate.graduation.certified_on)


def test_list_can_be_printed_but_for_one():
    world = people.make_people()
    grades.make_grade_tables(world)
    courses.make_courses(world)

    graduates.make_graduates(world)

    graduation = Graduation.objects.get()
    found = graduations.with_progress(graduation.graduates.all())
    told = {str(one): graduations.problems(one) for one in found}
    lacking = {name: problems for name, problems in told.items() if problems}
    assert len(told) == len(graduates.PEOPLE) == 12
    assert lacking == {"Corvin Seelbach": ["Date of birth", "Credits: 165 of 180"]}
    assert Graduate.objects.filter(kind="interim").count() == 1
    with_page = [str(one) for one in degrees.with_degrees(Graduate.objects.all()) if annex_of(one)]
    assert with_page == ["Ansgar Birkholm"]
    assert ModuleResult.objects.count() == sum(person.modules for person in graduates.PEOPLE)
