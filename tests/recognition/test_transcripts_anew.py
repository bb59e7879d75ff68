"""A transcript that says the same is printed once more when a registrar gives a reason."""

from datetime import date

import pytest
from django.urls import reverse

from credentials.models import AuditEvent, Job
from credentials.services import designs
from credentials.states import JobState
from credentials.verdict import Refused
from recognition.services import degree_documents, transcripts
from tests.factories.designs import make_design
from tests.factories.graduates import make_results, make_studies
from tests.factories.people import make_institution, make_learner, make_registrar, make_user

pytestmark = pytest.mark.django_db
DAY, WHY = date(2025, 8, 1), "The new logo"


@pytest.fixture
def registrar(client):
    user = make_registrar(make_institution())
    client.force_login(user)
    return user


@pytest.fixture
def enrolment(registrar):
    institution = registrar.memberships.get().unit.institution
    enrolment = make_studies(institution, make_learner(institution))
    make_results(enrolment, ["1.0"])
    return enrolment


@pytest.fixture
def printed(enrolment, registrar):
    return transcripts.print_one(enrolment, DAY, signatory=registrar.name)


def ran(job):
    transcripts.run(Job.objects.get(pk=job.pk))
    return Job.objects.get(pk=job.pk)


def test_transcript_of_the_same_day_has_the_design_of_today_and_supersedes(
    enrolment, printed, registrar
):
    design = make_design(enrolment.audit_institution, registrar)
    assert transcripts.print_one(enrolment, DAY, signatory=registrar.name) == printed

    job = ran(transcripts.start_anew(printed, by=registrar, reason=WHY))

    after, old = degree_documents.printed_of(enrolment.learner)
    assert (job.state, old) == (JobState.DONE, printed)
    assert (old.superseded_by, after.superseded_by) == (after, None)
    assert (printed.design, after.design) == (None, design)
    assert designs.current(enrolment.audit_institution) == design
    assert (after.dated_on, after.facts["content"]) == (DAY, old.facts["content"])
    event = AuditEvent.objects.get(action="print-anew")
    assert (event.noun, event.text.text) == ("enrolment", WHY)


def test_it_takes_the_place_of_the_old_one_also_when_it_says_more(enrolment, printed, registrar):
    make_results(enrolment, ["2.0"])

    ran(transcripts.start_anew(printed, by=registrar, reason=WHY))

    printed.refresh_from_db()
    assert printed.superseded_by == degree_documents.printed_of(enrolment.learner)[0]


def test_order_that_is_taken_up_again_prints_once(enrolment, printed, registrar):
    job = transcripts.start_anew(printed, by=registrar, reason=WHY)
    said = {"signatory": registrar.name, "anew": str(job.uuid), "replaces": str(printed.uuid)}
    transcripts.print_one(enrolment, DAY, **said)  # and here the worker died

    ran(job)

    assert degree_documents.printed_of(enrolment.learner).count() == 2


def test_registrar_orders_it_on_the_page_of_the_learner_and_is_led_back(client, enrolment, printed):
    address = reverse("transcript-print-anew", args=[printed.uuid])
    learner = reverse("learner-detail", args=[enrolment.learner.uuid])
    page = client.get(learner).content.decode()
    assert (address in page, printed.number in page) == (True, True)

    answer = client.post(address, {"reason": WHY})
    ran(Job.objects.get())
    done = client.get(answer.url)

    assert done.context["back"].url == learner
    assert f"Printed anew: {WHY}" in done.content.decode()
    assert address not in client.get(learner).content.decode()
    assert "This transcript was replaced already." in client.get(address).content.decode()


def test_only_registrars_of_the_institution_and_only_what_stands(enrolment, printed, registrar):
    for user in (make_user(), make_registrar(make_institution())):
        with pytest.raises(Refused):
            transcripts.start_anew(printed, by=user, reason=WHY)
    ran(transcripts.start_anew(printed, by=registrar, reason=WHY))
    printed.refresh_from_db()

    with pytest.raises(Refused, match="replaced already"):
        transcripts.start_anew(printed, by=registrar, reason=WHY)
