"""The only place that lists what came after a decision, and what can be done next about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.days import longdate
from credentials.models import User
from recognition.models import Annulment, Decision, Line, Objection, ReopeningReason
from recognition.permissions import (
    can_annul,
    can_answer_objection,
    can_decide_appeal,
    can_reopen,
    can_resume,
    can_see_annulment,
    can_see_objection,
)
from recognition.states import AnnulmentState, DecisionState, LineState


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that happened after a decision; `url` leads to it."""

    day: date
    label: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What came after the decision on a line, and what a member of staff can do: label, text, url.

    Six queries for the rows and those of the permissions for the rest.
    """

    rows: list[Row]
    acts: list[dict]


def told_decisions(line: Line) -> list[Decision]:
    """Return the decisions that the applicant knows, oldest first; reads `decisions`."""
    return [one for one in line.decisions.all() if one.notified_at is not None]


def rows_for_applicant(line: Line) -> list[Row]:
    """Return what came after the first decision; reads what was prefetched, without a query."""
    earlier = told_decisions(line)[:-1]
    return _ordered(
        *(_of_decision(one, line) for one in earlier),
        *(_of_objection(one) for one in line.objections.all()),
        *_reopened(line),
        *(_of_annulment(one) for one in line.annulments.all() if one.hearing_id),
    )


def hearing_of(line: Line) -> Annulment | None:
    """Return the annulment to which the learner can still say something; reads `annulments`."""
    return next(
        (
            one
            for one in line.annulments.all()
            if one.state == AnnulmentState.HEARING and one.hearing_id and one.heard_at is None
        ),
        None,
    )


def aftermath_of(line: Line, user: User) -> Aftermath:
    """Return what came after the decision, for somebody on the staff side."""
    decisions = line.decisions.filter(state=DecisionState.SIGNED).select_related("letter")
    objections = line.objections.select_related("body")
    rows = _ordered(
        *(_of_decision(one, line) for one in decisions if one.pk != line.decision_id),
        *(_of_objection(one) for one in objections if can_see_objection(user, one)),
        *_reopened(line),
        *(_of_annulment(one) for one in line.annulments.all() if can_see_annulment(user, one)),
    )
    return Aftermath(rows, list(_acts(line, user, list(objections))))


def _ordered(*rows: Row) -> list[Row]:
    return sorted(rows, key=lambda row: row.day)


def _of_decision(decision: Decision, line: Line) -> Row:
    day = timezone.localdate(decision.notified_at or decision.decided_at)
    url = ""
    if decision.letter:
        url = reverse("line-document", args=[line.uuid, decision.letter.uuid])
    label = _("Earlier decision %(number)s") % {"number": decision.number}
    return Row(day, label, str(decision.get_type_display()), url)


def _of_objection(objection: Objection) -> Row:
    if objection.decided_at:
        note = str(objection.get_result_display())
    else:
        note = _("Answer by %(day)s") % {"day": longdate(objection.due_on)}
    label = _("Appeal") if objection.is_appeal else _("Objection")
    url = reverse("objection-detail", args=[objection.uuid])
    return Row(objection.filed_on, label, note, url)


def _reopened(line: Line) -> Iterator[Row]:
    for opened in line.reopenings.all():
        note = str(opened.get_reason_display())
        yield Row(timezone.localdate(opened.opened_at), _("Opened again"), note)


def _of_annulment(annulment: Annulment) -> Row:
    day, note = timezone.localdate(annulment.proposed_at), str(annulment.get_state_display())
    url = reverse("annulment-detail", args=[annulment.uuid])
    return Row(day, _("Taking the decision back"), note, url)


def _acts(line: Line, user: User, objections: list[Objection]) -> Iterator[dict]:
    for objection in objections:
        may = can_decide_appeal if objection.is_appeal else can_answer_objection
        if objection.decided_at is None and may(user, objection):
            yield {
                "label": _("Answer it"),
                "text": _("By %(day)s, with reasons.") % {"day": longdate(objection.due_on)},
                "url": reverse("objection-decide", args=[objection.uuid]),
            }
    if line.state == LineState.REOPENED and can_resume(user, line):
        yield {
            "label": _("Pass it on"),
            "text": _("It was opened again. Say who goes on with it."),
            "url": reverse("line-resume", args=[line.uuid]),
        }
    if can_reopen(user, line, ReopeningReason.ERROR):
        yield {
            "label": _("Open again"),
            "text": _("If the decision has an error, or equal cases were decided otherwise."),
            "url": reverse("line-reopen", args=[line.uuid]),
        }
    if can_annul(user, line):
        yield {
            "label": _("Take the decision back"),
            "text": _("If it rests on deceit, on a revoked credential, or is manifestly wrong."),
            "url": reverse("annulment-new", args=[line.uuid]),
        }
