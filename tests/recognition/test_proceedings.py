"""What a case file and an archive say of questions, messages, assessments, votes and meetings."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from credentials.models import Document, DocumentKind
from credentials.services import documents
from recognition.models import Ballot, Line
from recognition.services import (
    archives,
    assessments,
    ballots,
    case_files,
    decisions,
    information,
    inquiries,
    messages,
    proceedings,
)
from recognition.services.assessments import OutcomeResult
from recognition.services.inquiries import Contact, IssuerAnswer
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from tests.factories.ballots import (
    cast,
    chair_of,
    close_meeting,
    make_ballot,
    make_draft,
    make_meeting,
)
from tests.factories.people import make_registrar
from tests.factories.recognition import Way, answers, make_line

pytestmark = pytest.mark.django_db

ISSUER_SAYS = "It was passed in March."


def whole(line: Line) -> Line:
    return archives.with_files(Line.objects.all()).get(pk=line.pk)


def parts(line: Line, *, for_applicant: bool = False, reader=None) -> dict[str, str]:
    """All words of each part of a line in its case file, by the title of the part.

    Unless the applicant or somebody else reads it, a registrar does.
    """
    reader = reader or (line.case.applicant if for_applicant else Way(line).registrar)
    found = [
        *proceedings.parts_of(line, for_applicant=for_applicant),
        *proceedings.votes_of(line, reader),
    ]
    return {part.title: repr((part.entries, part.tables)) for part in found}


def asked_line() -> Line:
    """A line on which learner and issuer were asked and have answered, with a message each way."""
    line = make_line(LineState.INFO_REQUESTED)
    registrar, learner = make_registrar(line.case.institution), line.case.applicant
    request = line.information_requests.get()
    information.answer(request, answers("By an examination."), by=learner)
    contact = Contact("Unknown Academy", email="registry@academy.example")
    inquiry = inquiries.ask(line.sources.get(), ["Was it passed?"], contact, by=registrar)
    said = IssuerAnswer("confirmed", "Ida Holm, registry", answers(ISSUER_SAYS))
    inquiries.enter(inquiry, said, by=registrar)
    messages.send(line, "When do I hear from you?", by=learner)
    messages.send(line, "Next week.", by=registrar)
    return whole(line)


def voted(*, is_secret: bool = False) -> Line:
    """A line on which three voted by circular, decided and told."""
    draft = make_draft()
    ballot = cast(make_ballot(draft, is_secret=is_secret), "yes", "yes", "no")
    Ballot.objects.filter(pk=ballot.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    ballots.settle(Ballot.objects.get(pk=ballot.pk))
    draft.refresh_from_db()
    decisions.sign(draft, by=chair_of(draft.line))
    way = Way(Line.objects.get(pk=draft.line_id), decision=DecisionType.PARTIAL)
    way.notify()
    return whole(way.line)


def test_case_file_says_what_was_asked_and_answered():
    line = asked_line()

    found = parts(line)["Questions and answers"]

    for word in ("How were you assessed?", "By an examination.", "Was it passed?", ISSUER_SAYS):
        assert word in found
    assert "Yes, we issued it (Ida Holm, registry)" in found


def test_what_an_issuer_said_is_told_with_the_decision():
    line = asked_line()

    found = parts(line, for_applicant=True)["Questions and answers"]

    assert ("By an examination." in found, "Was it passed?" in found) == (True, True)
    assert (ISSUER_SAYS in found, "Ida Holm" in found) == (False, False)


def test_messages_name_the_registrar_to_staff_only():
    line = asked_line()
    registrar = str(line.messages.last().author)

    for_staff, for_learner = parts(line), parts(line, for_applicant=True)

    assert registrar in for_staff["Messages"]
    assert registrar not in for_learner["Messages"]
    assert ("Next week." in for_learner["Messages"], "University" in for_learner["Messages"]) == (
        True,
        True,
    )


def test_assessment_stands_in_the_file_with_its_result():
    way = Way(make_line(LineState.ASSESSMENT))
    assessment = way.line.assessments.get()
    results = {
        row.outcome_id: OutcomeResult(True, "Explained well.") for row in assessment.results.all()
    }
    assessments.enter_result(assessment, results, by=assessment.assessor)
    line = whole(way.line)

    for_staff, for_learner = parts(line), parts(line, for_applicant=True)

    title = "Supplementary assessment"
    assert ("Explained well." in for_staff[title], "'Met'" in for_staff[title]) == (True, True)
    assert str(assessment.assessor) in for_staff[title]
    assert "Explained well." not in for_learner[title]
    assert str(assessment.assessor) not in for_learner[title]


def test_open_vote_names_who_voted_how_to_staff_only():
    line = voted()
    title = f"Vote of {line.committee}"
    chair = str(chair_of(line))

    for_staff = parts(line, reader=chair_of(line))[title]
    for_learner = parts(line, for_applicant=True)[title]

    assert "Yes 2, no 1, abstained 0" in for_staff
    assert "Shall this be decided as it was drafted: " in for_staff
    assert (chair in for_staff, "Yes 2, no 1" in for_learner, chair in for_learner) == (
        True,
        True,
        False,
    )


def test_registrar_reads_the_sums_and_not_who_voted_how():
    line = voted()
    ballot = line.ballots.get()
    member = ballot.votes.exclude(member=chair_of(line)).first().member
    registrar = make_registrar(line.case.institution)
    title = f"Vote of {line.committee}"

    for_registrar, for_member = (
        parts(line, reader=reader)[title] for reader in (registrar, member)
    )

    assert ("Yes 2, no 1, abstained 0" in for_registrar, str(member) in for_registrar) == (
        True,
        False,
    )
    assert str(member) in for_member


def test_secret_vote_names_nobody():
    line = voted(is_secret=True)

    found = parts(line, reader=chair_of(line))[f"Vote of {line.committee}"]

    members = [str(vote.member) for vote in line.ballots.get().votes.all()]
    assert len(members) == 3
    assert [name for name in members if name in found] == []


def test_votes_that_are_open_tell_no_numbers():
    line = whole(make_ballot().line)

    found = parts(line)[f"Vote of {line.committee}"]

    assert ("Votes" in found, "abstained" in found) == (False, False)
    assert parts(line, for_applicant=True) == {}


def test_file_has_what_the_minutes_say_of_this_line():
    line = make_line(LineState.DELIBERATION)
    meeting = make_meeting(line.committee, line)
    item = meeting.items.get()
    item.remark = "Talked about the project."
    item.save()
    meeting = close_meeting(meeting)
    line = whole(line)

    found = parts(line)["From the minutes of a meeting"]

    assert (meeting.number in found, "Talked about the project." in found) == (True, True)


def test_archive_says_the_same_without_names():
    line = voted()
    text = json.dumps(archives.snapshot(line.case, [line]))

    (vote,) = json.loads(text)["lines"][0]["votes"]

    assert (vote["yes"], vote["no"], vote["result"]) == (2, 1, "adopted")
    assert str(chair_of(line)) not in text


def test_archive_has_questions_messages_and_the_letter_to_the_issuer():
    line = asked_line()

    said = archives.snapshot(line.case, [line])["lines"][0]

    assert said["questions"] == [
        {"asked": "How were you assessed?", "answer": "By an examination."}
    ]
    assert [one["from"] for one in said["messages"]] == ["applicant", "university"]
    assert archives.files_of([line]) != []


@pytest.mark.checkers
def test_case_file_with_everything_passes_verapdf(verapdf, tmp_path):
    line = voted()
    registrar = make_registrar(line.case.institution)
    messages.send(line, "When do I hear from you?", by=line.case.applicant)
    job = case_files.order(line.case, by=registrar)

    case_files.run(job)

    path = tmp_path / "case.pdf"
    path.write_bytes(documents.read(Document.objects.get(kind=DocumentKind.CASE_FILE)))
    assert verapdf(path) == []
