"""Conditions: written, sent, proved, settled, put off, missed; credits only when all are met."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from credentials.models import CreditEntry, Document, Job, Mail
from credentials.services import audit
from credentials.verdict import Refused
from recognition import guards, permissions, work
from recognition.models import Condition, Line, SeatRole
from recognition.recorded import promised
from recognition.services import (
    cases,
    conditions,
    credits,
    decisions,
    letter_facts,
    letters,
    lines,
)
from recognition.services.decisions import ConditionDraft
from recognition.states import ConditionState, LineState
from recognition.tasks import remind_of_conditions
from recognition.vocabulary import DecisionType
from tests.factories.people import make_user
from tests.factories.recognition import Way, make_line, seated, write_decision
from tests.factories.world import PNG

pytestmark = pytest.mark.django_db


def chair_of(line: Line):
    return seated(line.committee, SeatRole.CHAIR)[0]


def registrar_of(line: Line):
    return cases.registrars_of(line.case)[0]


def pending(count: int = 1) -> list[Condition]:
    """The conditions of a decision that was sent to its learner."""
    line = make_line(LineState.DELIBERATION, decision=DecisionType.CONDITIONAL)
    today = timezone.localdate()
    drafts = tuple(
        ConditionDraft(f"Pass examination {n}.", today + timedelta(days=30 * n))
        for n in range(1, count + 1)
    )
    decision = write_decision(line, DecisionType.CONDITIONAL, by=chair_of(line), conditions=drafts)
    decisions.sign(decision, by=chair_of(line))
    letters.run(Job.objects.get(subject=line.uuid))
    decisions.notify(Line.objects.get(pk=line.pk), by=registrar_of(line))
    Mail.objects.all().delete()
    return list(Condition.objects.order_by("position"))


def again(condition: Condition) -> Condition:
    return Condition.objects.select_related("decision__line__case").get(pk=condition.pk)


def overdue(*, reminded: int | None = None) -> Condition:
    """A condition whose day passed 20 days ago; `reminded` so many days ago."""
    (condition,) = pending()
    now = timezone.now()
    reminded_at = None if reminded is None else now - timedelta(days=reminded)
    Condition.objects.update(
        due_on=timezone.localdate() - timedelta(days=20), reminded_at=reminded_at
    )
    return again(condition)


# Writing


def test_a_conditional_recognition_names_its_conditions():
    line = make_line(LineState.DELIBERATION)
    today = timezone.localdate()

    def fields(*drafts):
        seen = getattr(line.decisions.first(), "updated_at", None)
        decision = decisions.save(
            line,
            decisions.DecisionDraft(type=DecisionType.CONDITIONAL, conditions=drafts),
            by=chair_of(line),
            seen=seen,
        )
        decision.line = line
        return [problem.field for problem in guards.problems_of(decision)]

    assert fields() == ["conditions"]
    assert fields(ConditionDraft("-", today)) == ["conditions-0-text", "conditions-0-due_on"]
    assert fields(ConditionDraft("Pass the test.", None)) == ["conditions-0-due_on"]
    assert fields(ConditionDraft("Pass the test.", today + timedelta(days=1))) == []


def test_the_chair_writes_conditions_on_the_page(client):
    line = make_line(LineState.DELIBERATION)
    client.force_login(chair_of(line))
    url = reverse("line-decide", args=[line.uuid])
    said = {"seen": "", "type": "conditional", "reasons": "One thing is missing.", "do": "sign"}

    blocked = client.post(url, said)
    decision = line.decisions.get()
    rows = {
        "conditions-TOTAL_FORMS": "1",
        "conditions-INITIAL_FORMS": "0",
        "conditions-0-text": "Pass the test.",
        "conditions-0-due_on": (timezone.localdate() + timedelta(days=40)).isoformat(),
    }
    passed = client.post(url, said | rows | {"seen": decision.updated_at.isoformat()})

    assert "Name at least one condition." in blocked.content.decode()
    assert passed["Location"] == reverse("line-sign", args=[line.uuid])
    assert decision.conditions.get().text == "Pass the test."


# Sending and meeting


def test_sending_waits_for_the_conditions_and_records_nothing():
    (condition,) = pending()
    line = condition.line

    assert line.state == LineState.CONDITION_PENDING
    with pytest.raises(Refused, match="not possible any more"):
        credits.record(line, by=registrar_of(line))
    with pytest.raises(Refused, match="not possible any more"):
        lines.close(line, by=registrar_of(line))


def test_credits_are_recorded_when_all_conditions_are_met():
    first, second = pending(2)
    registrar = registrar_of(first.line)

    conditions.settle(first, ConditionState.MET, "Passed with 2.0.", by=registrar)
    between = again(first).line.state
    conditions.settle(second, ConditionState.WAIVED, "The test was cancelled.", by=registrar)
    line = again(first).line
    credits.record(line, by=registrar)

    entry = CreditEntry.objects.get()
    assert (between, line.state) == (LineState.CONDITION_PENDING, LineState.NOTIFIED)
    assert (entry.ects, entry.fills_module) == (line.decision.ects, True)
    assert [m.subject for m in Mail.objects.order_by("pk")] == [
        f"All conditions of {line.case.reference} are settled",
        f"Your credits from {line.case.reference} are recorded",
    ]


def test_a_proof_goes_to_the_registrar_and_back():
    (condition,) = pending()
    line, applicant = condition.line, condition.line.case.applicant

    conditions.send_proof(condition, "I passed it.", [], by=applicant)
    with pytest.raises(Refused, match="with the university already"):
        conditions.send_proof(condition, "Again.", [], by=applicant)
    conditions.send_back(condition, "The certificate is missing.", by=registrar_of(line))
    conditions.send_proof(condition, "Here it is.", [], by=applicant)

    condition = again(condition)
    assert (condition.answer, condition.note) == ("Here it is.", "The certificate is missing.")
    assert [m.recipient for m in Mail.objects.order_by("pk")] == [
        registrar_of(line).email,
        applicant.email,
        registrar_of(line).email,
    ]
    assert "certificate" not in "".join(m.body for m in Mail.objects.all())
    actions = [event.action for event in audit.history_of(condition)]
    assert actions == ["prove", "send-back", "prove"]


@pytest.mark.parametrize("note", ["", "  "])
def test_nothing_is_settled_without_a_note(note):
    (condition,) = pending()

    with pytest.raises(Refused, match="Write a note"):
        conditions.settle(condition, ConditionState.MET, note, by=registrar_of(condition.line))


def test_a_condition_is_settled_once():
    (condition,) = pending()
    registrar = registrar_of(condition.line)
    conditions.settle(condition, ConditionState.MET, "Passed.", by=registrar)

    with pytest.raises(Refused, match="it is “Met” now"):
        conditions.settle(condition, ConditionState.WAIVED, "No.", by=registrar)


def test_who_may_settle_a_condition():
    (condition,) = pending()
    line = condition.line
    way = Way(line)

    def allowed(user):
        return bool(permissions.can_settle_condition(user, condition))

    rapporteur = line.reviews.get(is_rapporteur=True).reviewer
    reviewer = line.reviews.filter(is_rapporteur=False).first().reviewer
    assert [allowed(user) for user in (way.registrar, way.chair, rapporteur)] == [True] * 3
    assert [allowed(user) for user in (reviewer, line.case.applicant, make_user())] == [False] * 3


def test_only_the_applicant_sends_a_proof():
    (condition,) = pending()

    for user in (registrar_of(condition.line), make_user()):
        with pytest.raises(Refused, match="Only the applicant"):
            conditions.send_proof(condition, "Done.", [], by=user)


# More time


def test_a_condition_is_put_off_with_a_reason_and_leaves_a_trace():
    (condition,) = pending()
    before, later = condition.due_on, condition.due_on + timedelta(days=90)

    conditions.put_off(condition, later, "The examiner was ill.", by=registrar_of(condition.line))

    (event,) = audit.history_of(condition)
    assert again(condition).due_on == later
    assert (event.action, event.before, event.after, str(event.text)) == (
        "put-off",
        before.isoformat(),
        later.isoformat(),
        "The examiner was ill.",
    )
    assert [m.recipient for m in Mail.objects.all()] == [condition.line.case.applicant.email]


def test_a_condition_is_never_put_off_backwards():
    (condition,) = pending()

    with pytest.raises(Refused, match="later day"):
        conditions.put_off(
            condition, condition.due_on, "No reason.", by=registrar_of(condition.line)
        )


# Reminders, and missing it


@pytest.mark.parametrize(
    ("days", "reminded"),
    [(40, False), (31, False), (30, True), (8, True), (7, True), (0, True), (-1, True)],
)
def test_learners_are_reminded_before_and_after_the_day(days, reminded):
    (condition,) = pending()
    Condition.objects.update(due_on=timezone.localdate() + timedelta(days=days))
    condition.decision.notified_at = timezone.now() - timedelta(days=100)
    condition.decision.save()

    assert conditions.remind(timezone.localdate()) == int(reminded)
    assert Mail.objects.count() == int(reminded)
    assert conditions.remind(timezone.localdate()) == 0


def test_who_has_just_read_the_decision_is_not_reminded_of_it():
    pending()
    Condition.objects.update(due_on=timezone.localdate() + timedelta(days=20))

    remind_of_conditions()

    assert Mail.objects.count() == 0


def test_who_has_sent_a_proof_is_not_reminded():
    condition = overdue()
    conditions.send_proof(condition, "Late, but here.", [], by=condition.line.case.applicant)

    assert conditions.remind(timezone.localdate()) == 0


@pytest.mark.parametrize(
    ("reminded", "sentence"),
    [
        (None, "is reminded first"),
        (25, "is reminded first"),  # before the day: that was no reminder of missing it
        (6, "has a week to answer"),
    ],
)
def test_a_condition_is_not_missed_before_a_reminder_and_a_week(reminded, sentence):
    condition = overdue(reminded=reminded)

    with pytest.raises(Refused, match=sentence):
        conditions.declare_missed(condition, "Nothing came.", by=registrar_of(condition.line))


def test_a_condition_is_not_missed_while_there_is_time_or_a_proof_waits():
    (condition,) = pending()
    with pytest.raises(Refused, match="still has time"):
        conditions.declare_missed(condition, "Too slow.", by=registrar_of(condition.line))

    late = overdue_with_proof()
    with pytest.raises(Refused, match="has sent a proof"):
        conditions.declare_missed(late, "Too slow.", by=registrar_of(late.line))


def overdue_with_proof() -> Condition:
    Condition.objects.all().delete()
    condition = overdue(reminded=8)
    conditions.send_proof(condition, "Late, but here.", [], by=condition.line.case.applicant)
    return again(condition)


def test_a_missed_condition_has_a_notice_with_a_remedy_and_gives_no_credits(run_tasks):
    condition = overdue(reminded=8)
    chair = chair_of(condition.line)
    Mail.objects.all().delete()

    with run_tasks():
        conditions.declare_missed(condition, "No result came in.", by=chair)

    condition = again(condition)
    line = condition.line
    notice = condition.notice
    assert (condition.state, line.state) == (ConditionState.MISSED, LineState.NOTIFIED)
    assert notice.number == f"{line.decision.number}-C1"
    assert [m.subject for m in Mail.objects.all()] == [
        f"A condition of {line.case.reference} was not met in time"
    ]
    with pytest.raises(Refused, match="not met in time, so there is nothing to record"):
        credits.record(line, by=registrar_of(line))
    lines.close(line, by=registrar_of(line))
    assert CreditEntry.objects.count() == 0


def test_a_notice_is_made_once():
    condition = overdue(reminded=8)
    conditions.declare_missed(condition, "No result.", by=registrar_of(condition.line))
    line = Line.objects.get(pk=condition.line.pk)

    list(letters.make(line))
    list(letters.make(line))

    assert Document.objects.filter(facts__condition=str(condition.uuid)).count() == 1


def test_a_notice_says_reason_and_remedy():
    condition = overdue(reminded=8)
    conditions.declare_missed(condition, "No result came in.", by=registrar_of(condition.line))
    condition = again(condition)

    imprint = letter_facts.imprint_of(condition.decision, "X")
    facts = letter_facts.notice_facts(condition, imprint, "N-C1")

    assert facts.reasons == {"en": "No result came in."}
    assert facts.missed == {"en": "Pass examination 1."}
    assert facts.remedy.body == condition.line.case.policy.appeal_body
    assert facts.imprint.signatory == str(registrar_of(condition.line))


def test_what_depends_on_a_condition_is_promised_until_it_is_missed():
    condition = overdue(reminded=8)
    other = make_line(LineState.DELIBERATION, applicant=condition.line.case.applicant)
    before = promised(other).count()

    conditions.declare_missed(condition, "No result.", by=registrar_of(condition.line))

    assert (before, promised(other).count()) == (1, 0)


def test_only_registrar_and_chair_declare_it_missed():
    condition = overdue(reminded=8)
    rapporteur = condition.line.reviews.get(is_rapporteur=True).reviewer

    for user in (rapporteur, condition.line.case.applicant, make_user()):
        with pytest.raises(Refused, match="Only registrars"):
            conditions.declare_missed(condition, "No result.", by=user)


# Pages


def test_the_learner_sends_a_proof_with_a_file(client):
    (condition,) = pending()
    line = condition.line
    client.force_login(line.case.applicant)
    case_page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()
    url = reverse("condition-prove", args=[condition.uuid])
    upload = SimpleUploadedFile("result.png", PNG, content_type="image/png")

    empty = client.post(url, {"answer": " "})
    client.post(url, {"answer": "Passed.", "file": upload})

    document = again(condition).documents.get()
    assert url in case_page
    assert "Write an answer or add a file." in empty.content.decode()
    for user in (registrar_of(line), chair_of(line), line.case.applicant):
        client.force_login(user)
        address = reverse("line-document", args=[line.uuid, document.uuid])
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("do", "state", "line_state"),
    [
        ("met", ConditionState.MET, LineState.NOTIFIED),
        ("waived", ConditionState.WAIVED, LineState.NOTIFIED),
        ("put_off", ConditionState.OPEN, LineState.CONDITION_PENDING),
        ("send_back", ConditionState.OPEN, LineState.CONDITION_PENDING),
    ],
)
def test_the_registrar_settles_on_the_page(client, do, state, line_state):
    (condition,) = pending()
    conditions.send_proof(condition, "Passed.", [], by=condition.line.case.applicant)
    client.force_login(registrar_of(condition.line))
    due_on = (condition.due_on + timedelta(days=30)).isoformat()

    url = reverse("condition-settle", args=[condition.uuid])
    answer = client.post(url, {"do": do, "note": "As seen.", "due_on": due_on})

    condition = again(condition)
    assert answer["Location"] == reverse("line-conditions", args=[condition.line.uuid])
    assert (condition.state, condition.line.state) == (state, line_state)
    assert client.get(answer["Location"]).status_code == 200


def test_the_page_says_why_it_cannot_be_missed_yet(client):
    (condition,) = pending()
    client.force_login(registrar_of(condition.line))
    url = reverse("condition-settle", args=[condition.uuid])

    page = client.get(url).content.decode()
    refused = client.post(url, {"do": "missed", "note": "Too slow."}).content.decode()
    no_day = client.post(url, {"do": "put_off", "note": "Ill."}).content.decode()

    assert "It cannot be called missed yet: The applicant still has time." in page
    assert "The applicant still has time." in refused
    assert "Choose a later day than before." in no_day


def test_what_waits_stands_in_your_work():
    (condition,) = pending()
    applicant, registrar = condition.line.case.applicant, registrar_of(condition.line)

    def labels(user):
        return [item.label for group in work.waiting_for(user) for item in group.items]

    reference = condition.line.case.reference
    before = labels(registrar)
    assert labels(applicant) == [f"Meet a condition of {reference}"]
    conditions.send_proof(condition, "Passed.", [], by=applicant)

    assert before == []
    assert labels(registrar) == [f"Settle a condition of {reference}"]
    assert labels(applicant) == []


@pytest.mark.parametrize("count", [1, 3])
def test_conditions_cost_the_same_queries(client, count, django_assert_num_queries):
    found = pending(count)
    client.force_login(registrar_of(found[0].line))
    url = reverse("line-conditions", args=[found[0].line.uuid])
    client.get(url)

    with django_assert_num_queries(12):
        client.get(url)
