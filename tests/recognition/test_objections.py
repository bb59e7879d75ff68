"""Objections: filed in time or late, answered by who decided, and what follows from it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import Document, Job, JobKind, Mail
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import Decision, Line, Objection, ObjectionKind, ObjectionResult, SeatRole
from recognition.services import decisions, letters, lines, objections, remedy_letters, reopenings
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from tests.factories.people import make_registrar, make_user
from tests.factories.recognition import (
    WALKED,
    Way,
    make_case,
    make_file,
    make_line,
    make_policy,
    seated,
    write_decision,
)

pytestmark = pytest.mark.django_db
GROUNDS = "Outcome three is shown on page four."


def notified_days_ago(line: Line, days: int) -> Line:
    """Let the decision have been sent some days ago."""
    then = timezone.now() - timedelta(days=days)
    Decision.objects.filter(line=line).update(notified_at=then)
    return Line.objects.get(pk=line.pk)


def objected(line: Line, **fields) -> Objection:
    return objections.file(line, GROUNDS, by=line.case.applicant, **fields)


def chair_of(line: Line):
    return seated(line.committee, SeatRole.CHAIR)[0]


# Filing


def test_objection_waits_for_the_committee_that_decided():
    line = make_line(LineState.NOTIFIED)

    objection = objected(line)

    line.refresh_from_db()
    assert (line.state, objection.kind) == (LineState.OBJECTION, ObjectionKind.OBJECTION)
    assert (objection.body, objection.decision) == (line.committee, line.decision)
    assert (objection.from_state, objection.is_late) == (LineState.NOTIFIED, False)


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (
            state,
            state
            in ("notified", "condition_pending", "recorded", "closed", "inadmissible", "annulled"),
        )
        for state in WALKED
    ],
)
def test_objection_is_possible_only_when_something_was_decided(state, allowed):
    line = make_line(state)

    verdict = permissions.can_object(line.case.applicant, line)

    assert verdict.allowed is allowed
    assert bool(verdict.reason) is not allowed


def test_objection_is_for_the_applicant():
    line = make_line(LineState.NOTIFIED)
    others = [make_user(), chair_of(line), make_registrar(line.case.institution)]

    reasons = {permissions.can_object(one, line).reason for one in others}

    assert reasons == {"Only the applicant can do this."}


def test_objection_needs_words():
    line = make_line(LineState.NOTIFIED)

    with pytest.raises(Refused, match="Write what should be looked at again"):
        objections.file(line, "  ", by=line.case.applicant)


def test_period_counts_from_the_letter_and_ends_on_a_working_day():
    line = make_line(LineState.NOTIFIED)
    line = notified_days_ago(line, 0)

    until = permissions.way_of(line).until

    days = (until - timezone.localdate()).days
    assert 30 <= days <= 35
    assert until.weekday() < 5


def test_late_objection_is_taken_with_its_reason_and_flagged():
    line = notified_days_ago(make_line(LineState.NOTIFIED), 60)

    with pytest.raises(Refused, match="Say why it comes late"):
        objected(line)
    objection = objected(line, late_reason="I was in hospital.")

    assert (objection.is_late, objection.late_reason) == (True, "I was in hospital.")
    assert Line.objects.get(pk=line.pk).state == LineState.OBJECTION


def test_objection_keeps_files_that_the_committee_can_open(client):
    line = make_line(LineState.NOTIFIED)
    file = make_file(line.case.applicant, "page4.pdf")

    objections.file(line, GROUNDS, [file], by=line.case.applicant)

    client.force_login(chair_of(line))
    address = reverse("line-document", args=[line.uuid, file.uuid])
    assert client.get(address).status_code == 200


def test_credits_are_not_recorded_while_an_objection_is_open():
    line = make_line(LineState.OBJECTION)

    verdict = permissions.can_record(Way(line).registrar, line)

    assert "it is “Objection” now" in verdict.reason


def test_objection_tells_applicant_and_chair_without_what_was_written():
    line = make_line(LineState.NOTIFIED)
    Mail.objects.all().delete()

    objected(line)

    told = {mail.recipient for mail in Mail.objects.all()}
    heads = seated(line.committee, SeatRole.CHAIR) + seated(line.committee, SeatRole.DEPUTY)
    assert told == {line.case.applicant.email, *(head.email for head in heads)}
    assert not any("page four" in mail.body for mail in Mail.objects.all())


# Answering


def test_dismissed_objection_returns_the_line_and_opens_the_appeal():
    line = make_line(LineState.OBJECTION)
    objection = line.objections.get()

    objections.dismiss(objection, "We read it.", by=chair_of(line))
    objection.refresh_from_db()
    remedy_letters.make(objection)

    line.refresh_from_db()
    objection.refresh_from_db()
    way = permissions.way_of(line)
    assert (line.state, objection.result) == (LineState.NOTIFIED, ObjectionResult.DISMISSED)
    assert (objection.letter is not None, objection.told_at is not None) == (True, True)
    assert way.kind == ObjectionKind.APPEAL
    assert way.until > timezone.localdate()


def test_upheld_objection_opens_the_line_and_leads_to_a_second_version():
    line = make_line(LineState.OBJECTION)
    first, chair = line.decision, chair_of(line)

    objections.uphold(line.objections.get(), "Page four shows it.", by=chair)
    line.refresh_from_db()
    reopenings.resume(line, LineState.DELIBERATION, by=chair)
    line.refresh_from_db()
    draft = write_decision(line, DecisionType.PARTIAL, by=chair, reasons="One outcome is missing.")
    decisions.sign(draft, by=chair)

    line.refresh_from_db()
    assert (line.state, line.decision.version) == (LineState.DECIDED, 2)
    assert line.decision.supersedes == first
    assert line.reopenings.get().decision == first


def test_after_an_upheld_objection_others_look_not_the_committee_again():
    line = make_line(LineState.OBJECTION)
    chair = chair_of(line)
    objections.uphold(line.objections.get(), "Page four shows it.", by=chair)
    line.refresh_from_db()
    reopenings.resume(line, LineState.DELIBERATION, by=chair)
    line.refresh_from_db()
    decisions.sign(write_decision(line, DecisionType.PARTIAL, by=chair), by=chair)
    Way(line).notify()

    way = permissions.way_of(Line.objects.get(pk=line.pk))

    assert way.kind == ObjectionKind.APPEAL


def test_earlier_letter_says_when_verified_that_it_was_replaced(client):
    line = make_line(LineState.OBJECTION)
    first, chair = line.decision, chair_of(line)
    objections.uphold(line.objections.get(), "Page four shows it.", by=chair)
    line.refresh_from_db()
    reopenings.resume(line, LineState.DELIBERATION, by=chair)
    line.refresh_from_db()
    decisions.sign(write_decision(line, DecisionType.PARTIAL, by=chair), by=chair)
    Way(line).notify()

    second = Line.objects.get(pk=line.pk).decision
    old = Document.objects.get(pk=first.letter_id)
    page = client.get(reverse("verify-code", args=[old.code])).content.decode()

    assert old.superseded_by == second.letter
    assert "It no longer holds:" in page
    assert second.number in page


@pytest.mark.parametrize("answer", [objections.dismiss, objections.uphold])
def test_objection_is_answered_with_reasons(answer):
    line = make_line(LineState.OBJECTION)

    with pytest.raises(Refused, match="Write the reasons"):
        answer(line.objections.get(), " ", by=chair_of(line))


@pytest.mark.parametrize("who", ["applicant", "registrar", "member", "stranger"])
def test_objection_is_answered_by_the_chair_only(who):
    line = make_line(LineState.OBJECTION)
    people = {
        "applicant": line.case.applicant,
        "registrar": Way(line).registrar,
        "member": seated(line.committee)[0],
        "stranger": make_user(),
    }

    with pytest.raises(Refused, match="Only the chair of the committee or the deputy decides"):
        objections.dismiss(line.objections.get(), "No.", by=people[who])


def test_objection_is_answered_once():
    line = make_line(LineState.OBJECTION)
    objection = line.objections.get()
    objections.dismiss(objection, "We read it.", by=chair_of(line))

    with pytest.raises(Refused, match="it is “Decision sent” now"):
        objections.uphold(objection, "No, wait.", by=chair_of(line))


def test_without_an_objection_stage_the_appeal_is_open_at_once():
    case = make_case(submitted=False)
    make_policy(case.institution, objection_days=0, version=31000)
    case.delete()
    line = make_line(LineState.NOTIFIED, programme_version=case.programme_version)

    assert permissions.way_of(line).kind == ObjectionKind.APPEAL


def test_line_that_was_not_admitted_is_examined_after_all():
    line = make_line(LineState.INADMISSIBLE)
    way = Way(line)
    objection = objected(line)

    objections.uphold(objection, "The learner is enrolled.", by=way.chair)
    line.refresh_from_db()
    reopenings.resume(line, LineState.FORMAL_CHECK, by=way.registrar)

    line.refresh_from_db()
    assert (line.state, line.is_decided) == (LineState.FORMAL_CHECK, False)
    assert permissions.can_check(way.registrar, line).allowed


def test_reopened_line_cannot_be_withdrawn_while_a_decision_holds():
    line = make_line(LineState.REOPENED)

    with pytest.raises(Refused, match="There is a decision on this already"):
        lines.withdraw(line, by=line.case.applicant)


# The letter


def test_letter_of_an_objection_is_made_by_a_job_and_read_by_the_applicant(run_tasks, client):
    line = make_line(LineState.OBJECTION)
    objection = line.objections.get()

    with run_tasks():
        objections.dismiss(objection, "We read it.", by=chair_of(line))

    objection.refresh_from_db()
    client.force_login(line.case.applicant)
    address = reverse("line-document", args=[line.uuid, objection.letter.uuid])
    assert Job.objects.get(kind=JobKind.REMEDY_LETTER).state == "done"
    assert client.get(address)["Content-Type"] == "application/pdf"
    assert Mail.objects.filter(
        recipient=line.case.applicant.email, subject__contains="There is an answer"
    ).exists()


def test_letter_is_made_once():
    line = make_line(LineState.OBJECTION)
    objection = line.objections.get()
    objections.dismiss(objection, "We read it.", by=chair_of(line))
    objection.refresh_from_db()

    first = remedy_letters.make(objection)
    second = remedy_letters.make(Objection.objects.get(pk=objection.pk))

    assert first == second


# The pages


def test_applicant_objects_on_the_page(client):
    line = make_line(LineState.NOTIFIED)
    client.force_login(line.case.applicant)
    address = reverse("objection-new", args=[line.uuid])

    page = client.get(address)
    answer = client.post(address, {"kind": "objection", "grounds": GROUNDS})

    assert page.status_code == 200
    assert answer.url == reverse("case-detail", args=[line.case.uuid])
    assert line.objections.get().grounds == GROUNDS


def test_page_that_is_out_of_date_files_nothing(client):
    line = make_line(LineState.NOTIFIED)
    client.force_login(line.case.applicant)
    address = reverse("objection-new", args=[line.uuid])

    answer = client.post(address, {"kind": "appeal", "grounds": GROUNDS})

    assert "Something has changed meanwhile" in answer.content.decode()
    assert line.objections.count() == 0


def test_chair_upholds_on_the_page_and_is_led_on(client):
    line = make_line(LineState.OBJECTION)
    objection = line.objections.get()
    client.force_login(chair_of(line))

    assert client.get(reverse("objection-detail", args=[objection.uuid])).status_code == 200
    address = reverse("objection-decide", args=[objection.uuid])
    assert client.get(address).status_code == 200
    answer = client.post(address, {"result": "upheld", "reasons": "Page four shows it."})

    assert answer.url == reverse("line-resume", args=[line.uuid])
    assert client.get(answer.url).status_code == 200
    passed = client.post(answer.url, {"to": "under_review"})
    assert passed.url == reverse("line-detail", args=[line.uuid])
    assert Line.objects.get(pk=line.pk).state == LineState.UNDER_REVIEW
    assert set(line.reviews.values_list("state", flat=True)) == {"at_work"}


def test_applicant_reads_the_answer_only_with_the_letter(client):
    line = make_line(LineState.OBJECTION)
    objection = line.objections.get()
    objections.dismiss(objection, "We read it all.", by=chair_of(line))
    client.force_login(line.case.applicant)
    address = reverse("objection-detail", args=[objection.uuid])

    before = client.get(address).content.decode()
    objection.refresh_from_db()
    remedy_letters.make(objection)
    after = client.get(address).content.decode()

    assert ("We read it all." in before, "We read it all." in after) == (False, True)


def test_letters_of_both_versions_stay_readable_for_the_applicant(client):
    line = make_line(LineState.OBJECTION)
    first, chair = line.decision, chair_of(line)
    objections.uphold(line.objections.get(), "Page four shows it.", by=chair)
    line.refresh_from_db()
    reopenings.resume(line, LineState.DELIBERATION, by=chair)
    line.refresh_from_db()
    decisions.sign(write_decision(line, DecisionType.PARTIAL, by=chair), by=chair)
    list(letters.make(Line.objects.get(pk=line.pk)))
    second = Line.objects.get(pk=line.pk).decision
    client.force_login(line.case.applicant)

    def opens(letter):
        return client.get(reverse("line-document", args=[line.uuid, letter.uuid])).status_code

    page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()
    assert (opens(first.letter), opens(second.letter)) == (200, 403)
    assert str(first.letter.uuid) in page
    assert str(second.letter.uuid) not in page
