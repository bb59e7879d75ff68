"""Results of modules: entered, corrected, removed, one by one; what cannot be a result."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import AuditEvent, ModuleResult
from credentials.services import module_results
from credentials.services.marks import mark_of
from credentials.verdict import Refused, Stale
from tests.factories.catalogue import make_course_version, make_module, make_programme_version
from tests.factories.graduates import (
    DAY,
    make_enrolment,
    make_profile,
    make_result,
    recognise,
)
from tests.factories.people import make_institution, make_registrar, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def registrar(client, institution):
    user = make_registrar(institution)
    client.force_login(user)
    return user


@pytest.fixture
def enrolment(institution):
    return make_enrolment(institution)


@pytest.fixture
def module(enrolment):
    return make_module(enrolment.programme_version)


def audited(thing):
    events = AuditEvent.objects.filter(thing=thing.uuid).order_by("pk")
    return [(event.action, event.text.text) for event in events]


def test_result_is_entered_with_the_credits_of_its_module(enrolment, module, registrar):
    result = module_results.enter(
        enrolment, module, by=registrar, achieved_on=DAY, grade="2.0", term=" Summer\u0000 2026 "
    )

    result.refresh_from_db()
    assert (result.ects, result.grade, result.term) == (module.ects, "2.0", "Summer 2026")
    assert audited(result) == [("enter", module.code)]


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"grade": "5.0"}, "grade"),
        ({"grade": "excellent"}, "grade"),
        ({"grade": ""}, "grade"),
        ({"ects": Decimal("5.3")}, "ects"),
        ({"ects": Decimal("0")}, "ects"),
        ({"ects": Decimal("1E+9")}, "ects"),
        ({"ects": Decimal("6.5")}, "ects"),  # the module has 6
        ({"achieved_on": date(1900, 1, 1)}, "achieved_on"),
        ({"achieved_on": timezone.localdate() + timedelta(days=1)}, "achieved_on"),
    ],
)
def test_result_that_cannot_be_is_refused(enrolment, module, registrar, fields, column):
    with pytest.raises(module_results.Misfit) as refused:
        make_result(enrolment, module, by=registrar, **fields)

    assert refused.value.column == column
    assert not ModuleResult.objects.exists()


def test_grades_of_the_programme_hold_where_the_module_has_none(institution, registrar):
    version = make_programme_version(institution)
    ungraded = make_course_version(institution, grade_scale=[], passed_from="")
    module = make_module(version, course_version=ungraded)
    enrolment = make_enrolment(version=version)
    with pytest.raises(Refused, match="not graded"):
        make_result(enrolment, module, by=registrar, grade="2.0")
    make_profile(version, by=registrar)
    module = type(module).objects.get(pk=module.pk)

    assert module_results.grades_of(module) == ["4.0", "3.0", "2.0", "1.0"]
    assert make_result(enrolment, module, by=registrar, grade="2.0").grade == "2.0"


def test_module_in_whose_place_credits_stand_is_refused(enrolment, module, registrar):
    entry = recognise(enrolment, module)
    with pytest.raises(Refused, match="Recognised credits stand in the place"):
        make_result(enrolment, module, by=registrar)
    assert module_results.open_modules(enrolment) == []

    entry.reversed_at = timezone.now()
    entry.save()

    assert module_results.open_modules(enrolment) == [module]
    assert make_result(enrolment, module, by=registrar).pk


def test_result_and_what_is_recognised_have_no_more_than_the_module(enrolment, module, registrar):
    entry = recognise(enrolment, module, "3")
    entry.fills_module = False
    entry.save()
    with pytest.raises(module_results.Misfit, match="of which 3 are recognised") as refused:
        make_result(enrolment, module, by=registrar)
    assert refused.value.column == "ects"

    result = make_result(enrolment, module, by=registrar, ects=Decimal("3"))

    with pytest.raises(module_results.Misfit, match="of which 3 are recognised"):
        module_results.correct(result, by=registrar, ects=Decimal("3.5"))


def test_module_that_is_recognised_part_by_part_is_not_offered(enrolment, module):
    for ects in ("3", "3"):
        entry = recognise(enrolment, module, ects)
        entry.fills_module = False
        entry.save()

    assert module_results.open_modules(enrolment) == []


def test_module_is_passed_once_and_only_in_its_own_programme(enrolment, module, registrar):
    make_result(enrolment, module, by=registrar)

    with pytest.raises(Refused, match="already"):
        make_result(enrolment, module, by=registrar)
    with pytest.raises(Refused, match="another programme"):
        make_result(make_enrolment(enrolment.learner.institution), module, by=registrar)


def test_correction_keeps_what_it_was_in_the_log(enrolment, module, registrar):
    result = make_result(enrolment, module, by=registrar)

    module_results.correct(result, by=registrar, grade="1.0", work_title="On Rain")
    module_results.correct(result, by=registrar, grade="1.0")

    assert ModuleResult.objects.get().grade == "1.0"
    assert [action for action, _text in audited(result)] == ["enter", "correct"]
    assert json.loads(audited(result)[1][1]) == {
        "grade": ["2.0", "1.0"],
        "work_title": ["", "On Rain"],
    }
    with pytest.raises(Refused, match="Choose a grade"):
        module_results.correct(result, by=registrar, grade="5.0")
    assert ModuleResult.objects.get().grade == "1.0"


def test_removal_is_written_down(enrolment, module, registrar):
    result = make_result(enrolment, module, by=registrar)

    module_results.remove(result, by=registrar)

    assert not ModuleResult.objects.exists()
    assert [action for action, _text in audited(result)] == ["enter", "remove"]
    assert json.loads(audited(result)[1][1])["grade"] == "2.0"
    with pytest.raises(Stale):
        module_results.remove(result, by=registrar)


def test_only_registrars_of_the_institution_enter_results(enrolment, module, registrar):
    for user in (make_user(), make_registrar(make_institution())):
        with pytest.raises(Refused, match="Only registrars"):
            make_result(enrolment, module, by=user)
    result = make_result(enrolment, module, by=registrar)
    for act in (module_results.remove, module_results.correct):
        with pytest.raises(Refused, match="Only registrars"):
            act(result, by=make_user())


# Pages


def test_registrar_enters_corrects_and_removes_on_the_pages(client, enrolment, module, registrar):
    new = reverse("result-new", args=[enrolment.uuid])
    record = reverse("learner-detail", args=[enrolment.learner.uuid])

    enter = client.post(new, {"module": module.uuid}).url
    said = {"achieved_on": "2026-07-18", "grade": "2.0", "ects": "6", "term": ""}
    assert client.post(enter, {**said, "grade": "5.0"}).status_code == 200
    assert client.post(enter, said).url == record
    result = ModuleResult.objects.get()
    page = client.get(record).content.decode()
    assert reverse("result-edit", args=[result.uuid]) in page

    edit = reverse("result-edit", args=[result.uuid])
    assert client.post(edit, {**said, "grade": "1.0"}).url == record
    assert ModuleResult.objects.get().grade == "1.0"
    assert client.post(reverse("result-remove", args=[result.uuid])).url == record
    assert not ModuleResult.objects.exists()


def test_second_tab_does_not_write_over_the_first(client, enrolment, module, registrar):
    result = make_result(enrolment, module, by=registrar)
    seen = mark_of(ModuleResult.objects.get(), module_results.CONTENT)
    module_results.correct(result, by=registrar, grade="3.0")
    said = {"achieved_on": "2026-07-18", "ects": "6", "term": "", "grade": "1.0", "seen": seen}

    answer = client.post(reverse("result-edit", args=[result.uuid]), said)

    assert answer.status_code == 409
    assert ModuleResult.objects.get().grade == "3.0"
    with pytest.raises(Stale):
        module_results.correct(result, by=registrar, seen=seen, **{**_said(result), "grade": "1.0"})


def _said(result):
    return {name: getattr(result, name) for name in module_results.CONTENT}


@pytest.mark.parametrize("count", [1, 4])
def test_pages_of_results_ask_the_same_for_any_number(
    client, enrolment, registrar, count, django_assert_num_queries
):
    modules = [make_module(enrolment.programme_version) for _ in range(count + 1)]
    for module in modules[:-1]:
        make_result(enrolment, module, by=registrar)

    with django_assert_num_queries(9):
        client.get(reverse("result-new", args=[enrolment.uuid]))
    with django_assert_num_queries(17):
        page = client.get(reverse("learner-detail", args=[enrolment.learner.uuid]))
    assert page.context["results"][0][1] == count * 6


def test_page_says_when_nothing_is_left_to_enter(client, enrolment, registrar):
    client.force_login(registrar)
    make_result(enrolment, make_module(enrolment.programme_version), by=registrar)

    page = client.get(reverse("result-new", args=[enrolment.uuid])).content.decode()

    assert "Nothing left to enter" in page
    assert "Continue" not in page
