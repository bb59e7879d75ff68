"""What an applicant is asked as a letter: made once, kept with the request, read by both sides."""

from functools import partial

import pytest
from django.urls import reverse

from credentials.models import Document, DocumentKind, Job, JobKind
from credentials.services import documents
from credentials.states import JobState
from recognition.models import InformationRequest, Line
from recognition.services import archives, information, information_letters, inquiries, lines
from recognition.services.inquiries import Contact
from recognition.states import LineState
from tests.at_once import at_once
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import make_institution, make_user
from tests.factories.recognition import Way, answers, make_case, make_line

pytestmark = pytest.mark.django_db

KIND = DocumentKind.INFORMATION_LETTER


def asked(line: Line, *items: str, **named) -> InformationRequest:
    named.setdefault("by", Way(line).registrar)
    return information.ask(line, items or ["Grade?", "Exam?"], **named)


def job_of(request: InformationRequest) -> Job:
    return Job.objects.get(kind=JobKind.INFORMATION_LETTER, subject=request.uuid)


def made(request: InformationRequest) -> Document:
    information_letters.run(job_of(request))
    return InformationRequest.objects.get(pk=request.pk).letter


def opened(client, user, line: Line, letter: Document):
    client.force_login(user)
    return client.get(reverse("line-document", args=[line.uuid, letter.uuid]))


def test_letter_is_made_when_the_applicant_is_asked(run_tasks):
    line = make_line()

    with run_tasks():
        request = asked(line)

    letter = InformationRequest.objects.get(pk=request.pk).letter
    assert (letter.kind, letter.filename) == (KIND, f"{letter.number}.pdf")
    assert (letter.number.split("-")[1], letter.facts["request"]) == ("INF", str(request.uuid))
    assert letter.facts["holder"] == documents.about(line.case.learner.name)["holder"]
    assert documents.read(letter).startswith(b"%PDF")
    assert job_of(request).results.get() == letter


def test_an_issuer_gets_a_letter_of_its_own_only():
    line = make_line()
    contact = Contact("Vistula School", email="registry@vistula.example", language="de")

    inquiries.ask(line.sources.get(), ["Passed?"], contact, by=Way(line).registrar)

    assert not Job.objects.filter(kind=JobKind.INFORMATION_LETTER).exists()
    assert InformationRequest.objects.get().letter is None


def test_job_that_runs_again_and_a_late_worker_make_no_other():
    request = asked(make_line())
    late = InformationRequest.objects.get(pk=request.pk)
    job = job_of(request)
    letter = made(request)

    information_letters.run(job)

    assert information_letters.make(late) == letter
    assert Document.objects.filter(kind=KIND).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_letter():
    request = asked(make_line())
    found = [InformationRequest.objects.get(pk=request.pk) for _worker in "12"]

    problems = at_once(*(partial(information_letters.make, one) for one in found))

    assert problems == []
    assert Document.objects.filter(kind=KIND).count() == 1


def test_what_cannot_be_printed_lets_the_applicant_answer_all_the_same():
    line = make_line()
    request = asked(line, "\U000f0001?")

    information_letters.run(job_of(request))
    information.answer(request, answers("1.3"), by=line.case.applicant)

    job = job_of(request)
    assert (job.state, "No installed font can print" in job.error) == (JobState.FAILED, True)
    assert Line.objects.get(pk=line.pk).state == LineState.FORMAL_CHECK


def test_two_requests_on_one_line_have_a_letter_each():
    line = make_line()
    first = asked(line, "Grade?")
    information.answer(first, answers("1.3"), by=line.case.applicant)
    second = asked(Line.objects.get(pk=line.pk), "Exam?")

    letters = [made(first), made(second)]

    assert len({letter.number for letter in letters}) == 2
    filed = archives.files_of(archives.with_files(line.case.lines.all()))
    assert [one.document for one in filed if one.document.kind == KIND] == letters


def test_letter_says_what_was_asked_also_after_the_line_was_withdrawn():
    line = make_line()
    request = asked(line, "Grade?", "Exam?")
    lines.withdraw(line, by=line.case.applicant)

    said = information_letters.facts_for(request, "N", "C")

    assert (said.items, said.due_on, said.is_complete) == (
        ("Grade?", "Exam?"),
        request.due_on,
        False,
    )
    assert said.imprint.signatory == ""


def test_committee_that_asks_is_not_named_and_its_clock_stands_still():
    line = make_line(LineState.UNDER_REVIEW)

    said = information_letters.facts_for(asked(line, by=Way(line).chair), "N", "C")

    assert (said.is_complete, said.imprint.signatory) == (True, "")


# Who reads it


def test_letter_that_a_committee_asks_for_is_the_work_of_a_registrar():
    """Why it cannot be printed may say signs of the applicant's name."""
    line = make_line(LineState.UNDER_REVIEW)

    assert job_of(asked(line, by=Way(line).chair)).owner == Way(line).registrar


def test_applicant_finds_it_with_the_question_and_after_the_answer(client):
    line = make_line()
    request = asked(line, "Grade?")
    letter = made(request)
    url = reverse("line-document", args=[line.uuid, letter.uuid])
    client.force_login(line.case.applicant)

    pages = [client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()]
    information.answer(request, answers("1.3"), by=line.case.applicant)
    pages.append(client.get(reverse("case-detail", args=[line.case.uuid])).content.decode())

    assert [page.count(url) for page in pages] == [2, 1]
    assert client.get(url).status_code == 200


def test_registrar_finds_it_on_the_page_of_the_line(client):
    line = make_line()
    letter = made(asked(line))
    client.force_login(Way(line).registrar)

    page = client.get(reverse("line-check", args=[line.uuid])).content.decode()

    assert reverse("line-document", args=[line.uuid, letter.uuid]) in page
    assert opened(client, Way(line).registrar, line, letter).status_code == 200


def test_who_must_not_know_the_applicant_gets_no_letter(client):
    line = make_line(LineState.UNDER_REVIEW)
    letter = made(asked(line))
    chair = Way(line).chair
    assert opened(client, chair, line, letter).status_code == 200
    line.case.policy.is_blind = True
    line.case.policy.save()

    assert opened(client, chair, line, letter).status_code == 403
    assert opened(client, make_user(), line, letter).status_code == 404


def test_letter_of_another_line_is_not_opened_through_ones_own(client):
    line = make_line()
    letter = made(asked(line))
    other = make_line()

    assert opened(client, other.case.applicant, other, letter).status_code == 404
    assert opened(client, other.case.applicant, line, letter).status_code == 404


def test_code_tells_a_stranger_the_kind_and_the_initials(client):
    line = make_line()
    letter = made(asked(line, "What was your grade?"))

    page = client.get(reverse("verify-code", args=[letter.code])).content.decode()

    assert "Request for information" in page
    assert "N. A." in page
    assert "What was your grade?" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_case_page_costs_the_same_for_more_letters(client, number, django_assert_num_queries):
    version = make_programme_version(make_institution())
    case = make_case(modules=[make_module(version) for _ in range(number)])
    for line in case.lines.all():
        information_letters.make(asked(line))
    client.force_login(case.applicant)
    client.get(reverse("case-detail", args=[case.uuid]))

    with django_assert_num_queries(25):
        client.get(reverse("case-detail", args=[case.uuid]))
