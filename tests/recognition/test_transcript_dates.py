"""A registrar chooses until which day a transcript says what was achieved."""

import io
from datetime import date, timedelta

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.days import longdate
from credentials.models import Enrolment, Job
from credentials.verdict import Refused
from recognition.forms.records import TranscriptForm
from recognition.permissions import can_date_transcript
from recognition.services import degree_documents, degrees, transcripts
from tests.factories.graduates import make_enrolment, make_results
from tests.factories.people import make_institution, make_registrar

pytestmark = pytest.mark.django_db

BEGAN = date(2023, 10, 1)
BEFORE, AFTER = date(2025, 2, 1), date(2025, 7, 1)
BOTH = ["transcript-print", "transcript-preview"]


@pytest.fixture
def enrolment(client):
    enrolment = make_enrolment(make_institution(), started_on=BEGAN)
    client.force_login(make_registrar(enrolment.audit_institution))
    return enrolment


def sent(client, name, enrolment, day):
    address = reverse(name, args=[enrolment.uuid])
    return client.post(address, {"dated": day if isinstance(day, str) else day.isoformat()})


def test_today_is_proposed_within_the_days_that_can_be_chosen(client, enrolment):
    page = client.get(reverse("learner-detail", args=[enrolment.learner.uuid]))

    ((_enrolment, form, _printed),) = page.context["transcripts"]
    today = timezone.localdate()
    assert form["dated"].value() == today
    assert f'min="2023-10-01" max="{today.isoformat()}"' in str(form["dated"])


def test_each_programme_has_a_field_of_its_own(client, enrolment):
    other = make_enrolment(enrolment.audit_institution, learner=enrolment.learner, started_on=None)

    page = client.get(reverse("learner-detail", args=[enrolment.learner.uuid])).content.decode()

    for one in (enrolment, other):
        assert page.count(f'id="id_{one.uuid}_dated"') == 1


def test_transcript_has_the_day_that_was_chosen(client, enrolment, run_tasks):
    make_results(enrolment, ["1.0"], achieved_on=BEFORE)
    make_results(enrolment, ["2.0"], achieved_on=AFTER)

    with run_tasks():
        sent(client, "transcript-print", enrolment, BEFORE)

    (document,) = degree_documents.printed_of(enrolment.learner)
    degree = document.facts["degree"]
    assert degree["certified_on"] == "2025-02-01"
    assert [one["grade"] for one in degree["components"]] == ["1.0"]


def test_preview_has_the_same_day(client, enrolment):
    answer = sent(client, "transcript-preview", enrolment, BEFORE)

    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20250201")


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(
    ("day", "why"),
    [
        (BEGAN - timedelta(days=1), f"The studies began on {longdate(BEGAN)}."),
        (date(2999, 1, 1), "Choose today or a day before."),
        ("yesterday", "Write the date of the transcript as 2026-05-31."),
        ("", "Choose the date of the transcript."),
    ],
)
def test_other_days_are_refused_with_the_reason(client, enrolment, name, day, why):
    answer = sent(client, name, enrolment, day)

    assert answer.url == reverse("learner-detail", args=[enrolment.learner.uuid])
    assert why in client.get(answer.url).content.decode()
    assert not Job.objects.exists()


def test_first_and_last_day_can_be_chosen(enrolment):
    today = timezone.localdate()
    undated = Enrolment(learner=enrolment.learner, started_on=None)

    assert can_date_transcript(enrolment, BEGAN)
    assert can_date_transcript(enrolment, today)
    assert not can_date_transcript(enrolment, today + timedelta(days=1))
    assert can_date_transcript(undated, date(2001, 1, 1))
    assert TranscriptForm({"dated": "2023-10-01"}, enrolment=enrolment).is_valid()


def test_services_refuse_too(enrolment):
    by, day = make_registrar(enrolment.audit_institution), BEGAN - timedelta(days=1)

    with pytest.raises(Refused):
        transcripts.start(enrolment, dated=day, by=by)
    with pytest.raises(Refused):
        transcripts.preview(enrolment, day, by=by)


def test_transcript_says_when_studies_ended_from_that_day_on(enrolment):
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=AFTER)
    found = degrees.with_studies(Enrolment.objects.filter(pk=enrolment.pk)).get()

    days = [BEFORE, AFTER - timedelta(days=1), AFTER]
    ended = [degrees.facts_of_enrolment(found, day).graduated_on for day in days]

    assert ended == [None, None, AFTER]
