"""The receipt of an application: made once it is sent, for its applicant and the registrar."""

from functools import partial

import pytest
from django.urls import reverse

from credentials.models import AuditEvent, Document, DocumentKind, Job, JobKind, Mail, User
from credentials.pdf_files import embedded_files
from credentials.services import documents, jobs
from credentials.states import JobState
from credentials.verdict import Stale
from recognition.models import Case, Seat, SeatRole
from recognition.permissions import can_open_receipt
from recognition.services import (
    applications,
    case_files,
    cases,
    intakes,
    lines,
    receipts,
    recusals,
)
from recognition.states import LineState
from tests.at_once import at_once
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.intakes import add_paper, make_intake
from tests.factories.people import make_institution, make_registrar, make_user
from tests.factories.recognition import Way, make_case, make_line, make_policy

pytestmark = pytest.mark.django_db


def job_of(case: Case) -> Job:
    return Job.objects.get(kind=JobKind.RECEIPT, subject=case.uuid)


def made(case: Case) -> Document:
    receipts.run(job_of(case))
    return Case.objects.get(pk=case.pk).receipt


def case_file_of(case: Case, reader: User) -> bytes:
    job = case_files.order(case, by=reader)
    case_files.run(job)
    return documents.read(job.results.get())


def at(name: str, case: Case) -> str:
    return reverse(name, args=[case.uuid])


# Made once


def test_receipt_is_made_when_an_application_is_sent(run_tasks):
    case = make_case(submitted=False)
    applications.declare(case, by=case.applicant)

    with run_tasks():
        cases.submit(case, by=case.applicant)

    case = Case.objects.get(pk=case.pk)
    receipt = case.receipt
    assert (receipt.kind, receipt.filename) == (DocumentKind.RECEIPT, f"{receipt.number}.pdf")
    assert (receipt.number.split("-")[1], receipt.owner) == ("RCP", None)
    assert (receipt.facts["case"], receipt.facts["holder"]) == (
        str(case.uuid),
        documents.about(case.learner.name)["holder"],
    )
    assert documents.read(receipt).startswith(b"%PDF")
    assert job_of(case).results.get() == receipt


def test_a_draft_has_none_and_one_sent_twice_has_one():
    draft = make_case(submitted=False)
    case = make_case()

    with pytest.raises(Stale):
        cases.submit(case, by=case.applicant)

    assert not Job.objects.filter(subject=draft.uuid).exists()
    assert job_of(case).state == JobState.QUEUED


def test_job_that_runs_again_makes_no_other():
    case = make_case()
    job = job_of(case)
    receipt = made(case)

    receipts.run(job)
    again = receipts.make(Case.objects.get(pk=case.pk))

    assert again == receipt
    assert Document.objects.filter(kind=DocumentKind.RECEIPT).count() == 1


def test_second_worker_keeps_what_the_first_has_kept():
    case = make_case()
    late = Case.objects.get(pk=case.pk)
    receipt = made(case)

    assert receipts.make(late) == receipt
    assert Document.objects.filter(kind=DocumentKind.RECEIPT).count() == 1
    assert AuditEvent.objects.filter(thing=str(case.uuid), action="print-receipt").count() == 1


class Killed(BaseException):
    """What a worker does not survive."""


def test_worker_killed_before_it_was_kept_leaves_nothing_doubled(monkeypatch):
    case = make_case()
    job = job_of(case)

    def die(*args, **named):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(receipts.printing, "keep", die)
        with pytest.raises(Killed):
            receipts.run(job)
    kept = Document.objects.filter(kind=DocumentKind.RECEIPT).count()
    Job.objects.filter(pk=job.pk).update(beat_at=job.created_at - 2 * jobs.SILENCE)
    jobs.revive_silent()

    receipt = made(case)

    assert (kept, Document.objects.filter(kind=DocumentKind.RECEIPT).get()) == (0, receipt)
    assert job_of(case).state == JobState.DONE


def test_what_cannot_be_printed_holds_nothing_up_and_is_tried_again(client):
    case = make_case()
    learner = case.learner
    name, learner.given_name = learner.given_name, "\U000f0001"
    learner.save()

    receipts.run(job_of(case))

    job = job_of(case)
    assert (job.state, "No installed font can print" in job.error) == (JobState.FAILED, True)
    assert Mail.objects.filter(subject="Something was not finished").count() == 1
    client.force_login(case.applicant)
    page = client.get(reverse("job-detail", args=[job.uuid])).content.decode()
    assert at("case-file", case) in page
    Way(case.lines.get()).to(LineState.UNDER_REVIEW)
    learner.given_name = name
    learner.save()
    client.post(reverse("job-retry", args=[job.uuid]))
    assert made(case).facts["case"] == str(case.uuid)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_receipt():
    case = make_case()
    found = [Case.objects.get(pk=case.pk) for _worker in "12"]

    problems = at_once(*(partial(receipts.make, one) for one in found))

    assert problems == []
    assert Document.objects.filter(kind=DocumentKind.RECEIPT).count() == 1


# What it says


def test_receipt_says_what_was_sent_not_what_became_of_it():
    case = make_case(modules=[])
    line = case.lines.get()
    before = receipts.facts_for(case, "N", "C")
    lines.withdraw(line, by=case.applicant)

    after = receipts.facts_for(Case.objects.get(pk=case.pk), "N", "C")

    said = after.lines[0]
    assert after == before
    assert (after.case_reference, after.arrived_at) == (case.reference, case.submitted_at)
    assert said.target["en"] == "Free electives"
    assert [file.name for file in said.sources[0].files] == [
        "handbook.pdf",
        "https://course.example/",
    ]


def test_who_applies_again_gets_a_receipt_of_its_own():
    case = make_case()
    first = made(case)
    lines.withdraw(case.lines.get(), by=case.applicant)
    again = make_case(applicant=case.applicant, programme_version=case.programme_version)

    second = made(again)

    assert second.number != first.number
    assert Case.objects.get(pk=case.pk).receipt == first


def test_of_paper_the_day_is_known_and_the_consent():
    version = make_programme_version(make_institution())
    make_policy(version.programme.institution)
    registrar = make_registrar(version.programme.institution)
    case = make_intake(version, None, by=registrar)
    add_paper(case, by=registrar)
    intakes.submit(case, by=registrar)
    case = Case.objects.get(pk=case.pk)

    said = receipts.facts_for(case, "N", "C")

    assert (said.has_time, str(said.entered)) == (False, "Received on paper")
    assert said.consent.name == "paper.pdf"
    assert job_of(case).owner == registrar


# Who opens it


def test_applicant_finds_it_on_the_pages_of_the_application(client):
    case = make_case()
    client.force_login(case.applicant)
    before = [client.get(at(name, case)).content.decode() for name in ("case-sent", "case-detail")]
    receipt = made(case)

    after = [client.get(at(name, case)).content.decode() for name in ("case-sent", "case-detail")]
    file = client.get(at("case-receipt", case))

    assert [at("case-receipt", case) in page for page in before] == [False, False]
    assert "We are making a receipt" in before[0]
    assert [at("case-receipt", case) in page for page in after] == [True, True]
    assert (file.status_code, file.content) == (200, documents.read(receipt))


def test_before_it_is_made_there_is_nothing_to_open(client):
    case = make_case()
    client.force_login(case.applicant)

    assert client.get(at("case-receipt", case)).status_code == 404


@pytest.mark.parametrize(("state", "page"), [("submitted", "check"), ("notified", "record")])
def test_registrar_finds_it_on_the_page_of_the_line(client, state, page):
    line = make_line(LineState(state))
    made(line.case)
    client.force_login(Way(line).registrar)

    html = client.get(reverse(f"line-{page}", args=[line.uuid])).content.decode()

    assert at("case-receipt", line.case) in html
    assert client.get(at("case-receipt", line.case)).status_code == 200


def test_committee_gets_no_receipt_also_where_it_must_not_know_who_applied(client):
    line = make_line(LineState.UNDER_REVIEW)
    made(line.case)
    line.case.policy.is_blind = True
    line.case.policy.save()

    for user in (Way(line).members[0], Way(line).chair):
        client.force_login(user)
        assert client.get(at("case-receipt", line.case)).status_code == 403
    client.force_login(make_user())
    assert client.get(at("case-receipt", line.case)).status_code == 404


def test_registrar_who_stepped_back_from_one_line_reads_of_none():
    case = make_case(modules=[])
    way = Way(case.lines.get())
    way.to(LineState.UNDER_REVIEW)
    assert can_open_receipt(way.registrar, case)

    recusals.step_back(way.line, "My sister applies.", by=way.registrar)

    assert not can_open_receipt(way.registrar, case)


def test_case_file_holds_the_receipt_only_for_who_may_open_it():
    line = make_line(LineState.NOTIFIED)
    receipt = made(line.case)
    chair = Seat.objects.get(committee=line.committee, role=SeatRole.CHAIR).user

    attached = {
        reader: {one.name for one in embedded_files(case_file_of(line.case, reader))}
        for reader in (line.case.applicant, chair)
    }

    assert not can_open_receipt(chair, line.case)
    has_it = [any(receipt.number in name for name in names) for names in attached.values()]
    assert has_it == [True, False]


def test_page_of_what_was_sent_promises_a_receipt_only_while_it_is_made(client):
    case = make_case()
    client.force_login(case.applicant)
    waiting = client.get(at("case-sent", case)).content.decode()
    Job.objects.filter(kind=JobKind.RECEIPT).update(state=JobState.FAILED)
    failed = client.get(at("case-sent", case)).content.decode()
    Job.objects.filter(kind=JobKind.RECEIPT).update(state=JobState.QUEUED)
    made(case)

    assert "We are making a receipt" in waiting
    assert "receipt" not in failed
    assert "Receipt (PDF)" in client.get(at("case-sent", case)).content.decode()


def test_code_tells_a_stranger_the_kind_and_the_initials(client):
    case = make_case()
    receipt = made(case)

    page = client.get(reverse("verify-code", args=[receipt.code])).content.decode()

    assert "Receipt of an application" in page
    assert "N. A." in page
    assert case.learner.family_name not in page


@pytest.mark.parametrize("number", [1, 3])
def test_case_page_costs_the_same_for_more_lines(client, number, django_assert_num_queries):
    version = make_programme_version(make_institution())
    case = make_case(modules=[make_module(version) for _ in range(number)])
    made(case)
    client.force_login(case.applicant)
    client.get(at("case-detail", case))

    with django_assert_num_queries(23):
        client.get(at("case-detail", case))
