"""Personal data corrected, learners enrolled: what documents of graduates need first."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from credentials.forms.learners import StudiesForm
from credentials.models import AuditEvent, Enrolment, Learner
from credentials.services import enrolments
from credentials.verdict import Refused
from tests.factories.catalogue import make_course_version, make_programme_version
from tests.factories.graduates import make_enrolment, make_graduate, make_graduation
from tests.factories.people import make_institution, make_learner, make_registrar, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def learner():
    return make_learner(make_institution(), birth_date=None)


@pytest.fixture
def registrar(client, learner):
    user = make_registrar(learner.institution)
    client.force_login(user)
    return user


def test_day_of_birth_is_entered_and_a_second_tab_told(client, learner, registrar):
    url = reverse("learner-edit", args=[learner.uuid])
    form = client.get(url).context["form"]
    said = {bound.name: bound.value() or "" for bound in form}

    assert client.post(url, said | {"birth_date": "2002-02-03"}).status_code == 302
    assert client.post(url, said | {"birth_date": "2002-02-04"}).status_code == 409

    learner.refresh_from_db()
    assert learner.birth_date == date(2002, 2, 3)
    assert AuditEvent.objects.get(thing=learner.uuid).action == "correct"


@pytest.mark.parametrize(
    "said",
    [
        {"family_name": ""},
        {"birth_date": date(1850, 1, 1)},
        {"birth_date": timezone.localdate() + timedelta(days=1)},
    ],
    ids=str,
)
def test_what_nobody_can_be_is_refused(learner, registrar, said):
    with pytest.raises(Refused):
        enrolments.correct_learner(learner, by=registrar, **said)


def test_student_number_is_one_persons(learner, registrar):
    other = make_learner(learner.institution)

    with pytest.raises(Refused, match="Another learner"):
        enrolments.correct_learner(learner, by=registrar, student_number=other.student_number)
    assert Learner.objects.get(pk=learner.pk).student_number == learner.student_number


def test_learner_is_enrolled_once(client, learner, registrar):
    version = make_programme_version(learner.institution)
    strange = make_programme_version(make_institution())
    url = reverse("learner-enrol", args=[learner.uuid])
    said = {"programme_version": version.pk, "started_on": "2023-10-01"}

    assert client.post(url, said | {"programme_version": strange.pk}).status_code == 200
    assert client.post(url, said).status_code == 302
    assert client.post(url, said).status_code == 200

    assert Enrolment.objects.get().started_on == date(2023, 10, 1)
    with pytest.raises(Refused, match="already"):
        enrolments.enrol(learner, version, by=registrar)
    with pytest.raises(Refused, match="another institution"):
        enrolments.enrol(learner, strange, by=registrar)


def test_dates_of_studies_are_corrected_and_a_second_tab_told(client, learner, registrar):
    enrolment = make_enrolment(learner=learner, started_on=date(2023, 10, 1))
    url = reverse("enrolment-edit", args=[enrolment.uuid])
    form = client.get(url).context["form"]
    said = {"seen": form["seen"].value(), "started_on": "2023-10-02", "ended_on": "2026-09-30"}

    assert client.post(url, said).url == reverse("learner-detail", args=[learner.uuid])
    assert client.post(url, said | {"ended_on": "2026-09-29"}).status_code == 409

    enrolment.refresh_from_db()
    assert (enrolment.started_on, enrolment.ended_on) == (date(2023, 10, 2), date(2026, 9, 30))
    assert AuditEvent.objects.get(thing=enrolment.uuid).action == "correct"
    page = client.get(reverse("learner-detail", args=[learner.uuid])).content.decode()
    assert "Ended on 30\N{NO-BREAK SPACE}September\N{NO-BREAK SPACE}2026." in page


FROM_TO = "Choose a day from 1\u00a0January\u00a01950 to "


@pytest.mark.parametrize(
    ("started_on", "ended_on", "field", "why"),
    [
        (date(2023, 10, 1), date(2023, 9, 30), "ended_on", "before the studies began"),
        (None, TODAY + timedelta(days=1), "ended_on", "once they have"),
        (date(1850, 1, 1), None, "started_on", FROM_TO),
        (TODAY + timedelta(days=400), None, "started_on", FROM_TO),
    ],
)
def test_studies_that_cannot_be_are_refused(learner, registrar, started_on, ended_on, field, why):
    enrolment = make_enrolment(learner=learner)
    said = {"started_on": started_on, "ended_on": ended_on}

    with pytest.raises(Refused, match=why):
        enrolments.correct_dates(enrolment, by=registrar, **said)
    form = StudiesForm(said, instance=enrolment)
    assert why in form.errors[field][0]


@pytest.mark.parametrize("said", [{"started_on": date(2026, 2, 1)}, {"ended_on": date(2026, 1, 1)}])
def test_dates_go_with_the_degree_that_was_awarded(client, learner, registrar, said):
    enrolment = make_enrolment(learner=learner)
    graduation = make_graduation(learner.institution, by=registrar)
    make_graduate(graduation, enrolment, by=registrar, graduated_on=date(2026, 1, 15))

    with pytest.raises(Refused, match="The degree was awarded"):
        enrolments.correct_dates(enrolment, by=registrar, **said)
    page = client.post(reverse("enrolment-edit", args=[enrolment.uuid]), said)

    assert "The degree was awarded" in page.content.decode()


def test_database_keeps_no_studies_that_end_before_they_begin(learner):
    with pytest.raises(IntegrityError):
        make_enrolment(learner=learner, ended_on=date(2023, 9, 30))


def test_programme_that_ended_is_not_proposed_on_the_page_of_a_course(client, learner):
    learner.user = make_user()
    learner.save()
    course = make_course_version(learner.institution)
    enrolment = make_enrolment(learner=learner)
    client.force_login(learner.user)
    url = reverse("course-detail", args=[course.uuid])
    assert client.get(url).context["counting"]["chosen"] == enrolment.programme_version

    enrolment.ended_on = TODAY
    enrolment.save()

    assert client.get(url).context["counting"]["chosen"] is None


def test_only_registrars_of_the_institution_do_so(learner):
    version = make_programme_version(learner.institution)
    enrolment = make_enrolment(learner=learner)

    for user in (make_user(), make_registrar(make_institution())):
        with pytest.raises(Refused, match="Only registrars"):
            enrolments.correct_learner(learner, by=user, given_name="X")
        with pytest.raises(Refused, match="Only registrars"):
            enrolments.enrol(learner, version, by=user)
        with pytest.raises(Refused, match="Only registrars"):
            enrolments.correct_dates(enrolment, by=user)
