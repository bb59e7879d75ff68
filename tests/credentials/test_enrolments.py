"""Personal data corrected, learners enrolled: what documents of graduates need first."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import AuditEvent, Enrolment, Learner
from credentials.services import enrolments
from credentials.verdict import Refused
from tests.factories.catalogue import make_programme_version
from tests.factories.people import make_institution, make_learner, make_registrar, make_user

pytestmark = pytest.mark.django_db


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


def test_only_registrars_of_the_institution_do_so(learner):
    version = make_programme_version(learner.institution)

    for user in (make_user(), make_registrar(make_institution())):
        with pytest.raises(Refused, match="Only registrars"):
            enrolments.correct_learner(learner, by=user, given_name="X")
        with pytest.raises(Refused, match="Only registrars"):
            enrolments.enrol(learner, version, by=user)
