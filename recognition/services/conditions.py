"""The only place that changes conditions after the decision was sent: proved, settled, missed."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import Document, User
from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import Condition, Line
from recognition.services import decision_credentials, decisions
from recognition.services.cases import registrars_for
from recognition.states import ConditionState, LineState

REMINDERS = (timedelta(days=-30), timedelta(days=-7), timedelta(days=1))
"""When the learner is reminded, counted from the day until which a condition is to be met."""


@change()
def send_proof(
    condition: Condition, answer: str, documents: Sequence[Document], *, by: User
) -> None:
    """Show that a condition is met; whether the proof is enough is for the university to say."""
    line, condition = _locked(condition)
    permissions.can_send_proof(by, condition).require()
    answer = clean_text(answer).strip()
    if not answer and not documents:
        raise Refused(_("Write an answer or add a file."))
    condition.answer, condition.answered_at = answer, timezone.now()
    condition.save(update_fields=["answer", "answered_at"])
    condition.documents.add(*documents)
    record(condition, "prove", by=by, text=answer)
    for registrar in registrars_for(line):
        context = {"line": line, "url": address("line-conditions", line.uuid)}
        mails.write("condition_proved", registrar, context)


@change()
def settle(condition: Condition, state: ConditionState, note: str, *, by: User) -> None:
    """Say that a condition is met, or waive it; with the last one the recognition counts."""
    line, condition = _locked(condition)
    permissions.can_settle_condition(by, condition).require()
    if state not in (ConditionState.MET, ConditionState.WAIVED):
        raise Refused(_("Choose whether it is met or waived."))
    note = _noted(note)
    _settle(condition, state, note, by)
    if line.decision.conditions.filter(state=ConditionState.OPEN).exists():
        return
    move(line, LineState.NOTIFIED, by=by, text=note, held_since=timezone.now())
    _tell("conditions_met", line)
    decision_credentials.start(line, by=by)


@change()
def send_back(condition: Condition, note: str, *, by: User) -> None:
    """Say why a proof is not enough; the learner can send another one."""
    line, condition = _locked(condition)
    permissions.can_settle_condition(by, condition).require()
    if not condition.answered_at:
        raise Refused(_("The applicant has not sent a proof."))
    condition.note, condition.answered_at = _noted(note), None
    condition.save(update_fields=["note", "answered_at"])
    record(condition, "send-back", by=by, text=condition.note)
    _tell("condition_not_proved", line)


@change()
def put_off(condition: Condition, due_on: date, reason: str, *, by: User) -> None:
    """Give more time, until `due_on`; the learner is told, and reminded anew."""
    line, condition = _locked(condition)
    permissions.can_put_off(by, condition).require()
    if due_on <= max(condition.due_on, timezone.localdate()):
        raise Refused(_("Choose a later day than before."))
    reason, before = _noted(reason), condition.due_on
    condition.due_on = due_on
    condition.save(update_fields=["due_on"])
    days = {"before": before.isoformat(), "after": due_on.isoformat()}
    record(condition, "put-off", by=by, text=reason, **days)
    _tell("condition_put_off", line)


@change()
def declare_missed(condition: Condition, note: str, *, by: User) -> None:
    """Say that a condition was not met in time: nothing is recorded; a notice says so, and how to
    object (LRC III.5)."""
    line, condition = _locked(condition)
    permissions.can_declare_missed(by, condition).require()
    note = _noted(note)
    _settle(condition, ConditionState.MISSED, note, by)
    move(line, LineState.NOTIFIED, by=by, text=note, held_since=timezone.now())
    decisions.order(line, by=by)


def remind(today: date) -> int:
    """Remind the learners whose conditions are due soon or were due; returns how many."""
    reminded = 0
    waiting = Condition.objects.awaited().filter(answered_at=None).select_related("decision")
    for condition in waiting:
        if is_to_be_reminded(condition, today):
            reminded += _remind(condition)
    return reminded


def is_to_be_reminded(condition: Condition, today: date) -> bool:
    """Whether a day to remind has come since the learner last heard of the condition."""
    heard = condition.reminded_at or condition.decision.notified_at
    days = (condition.due_on + offset for offset in REMINDERS)
    return any(timezone.localdate(heard) < day <= today for day in days)


@change()
def _remind(condition: Condition) -> bool:
    line, condition = _locked(condition)
    is_open = condition.state == ConditionState.OPEN and not condition.answered_at
    if not is_open or line.state != LineState.CONDITION_PENDING:
        return False
    condition.reminded_at = timezone.now()
    condition.save(update_fields=["reminded_at"])
    record(condition, "remind", by=None)
    url = address("condition-prove", condition.uuid)
    context = {"line": line, "condition": condition, "url": url}
    mails.write("condition_due", line.case.applicant, context)
    return True


def _locked(condition: Condition) -> tuple[Line, Condition]:
    line = lock(condition.decision.line)
    condition = lock(condition)
    condition.decision.line = line
    return line, condition


def _noted(text: str) -> str:
    text = clean_text(text).strip()
    if not text:
        raise Refused(_("Write a note: it is kept with the condition."))
    return text


def _settle(condition: Condition, state: ConditionState, note: str, by: User) -> None:
    now = timezone.now()
    move(condition, state, by=by, text=note, note=note, settled_at=now, settled_by=by)


def _tell(template: str, line: Line) -> None:
    context = {"line": line, "url": address("case-detail", line.case.uuid)}
    mails.write(template, line.case.applicant, context)
