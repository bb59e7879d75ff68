"""The only place that takes objections and appeals, and answers objections."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import Document, User
from credentials.services import mails, numbers
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.calendar import add_working_days
from recognition.models import (
    Line,
    Objection,
    ObjectionKind,
    ObjectionResult,
    ReopeningReason,
)
from recognition.models.committee import DECIDING
from recognition.services import remedy_letters, reopenings, stopped_votes
from recognition.services.cases import registrars_for
from recognition.services.committees import body_for
from recognition.states import LineState


@change()
def file(
    line: Line,
    grounds: str,
    documents: Sequence[Document] = (),
    *,
    by: User,
    kind: ObjectionKind | None = None,
    late_reason: str = "",
) -> Objection:
    """Object or appeal, whichever is open: the line waits for the answer (LRC III.5).

    `kind`: what the applicant was offered; raises `Refused` when another remedy is open since.
    One that comes too late is taken with its reason, and who answers sees it.
    """
    line = lock(line)
    permissions.can_object(by, line).require()
    way = permissions.way_of(line)
    if kind and way.kind != kind:
        raise Refused(_("Something has changed meanwhile. Load the page again."))
    if way.kind != ObjectionKind.INACTION and not grounds.strip():
        raise Refused(_("Write what should be looked at again, and why."))
    if way.is_over and not late_reason.strip():
        raise Refused(_("The time for this has passed. Say why it comes late."))
    from_state = _pass_on(line, by=by) or line.state
    stopped_votes.drop_open(line, by=by)
    objection = Objection.objects.create(
        line=line,
        decision=way.decision,
        kind=way.kind,
        body=body_for(line, way.kind),
        from_state=from_state,
        grounds=clean_text(grounds).strip(),
        filed_at=timezone.now(),
        in_time_until=way.until,
        late_reason=clean_text(late_reason).strip() if way.is_over else "",
        due_on=_due_on(line, way.kind),
    )
    objection.documents.set(documents)
    state = LineState.APPEAL if objection.is_appeal else LineState.OBJECTION
    move(line, state, by=by, text=objection.grounds, held_since=objection.filed_at)
    _tell(objection)
    return objection


def _pass_on(line: Line, *, by: User) -> str:
    """Take an objection that was not answered in time from the committee; return its start."""
    unanswered = line.objections.select_for_update().undecided().first()
    if unanswered is None:
        return ""
    now = timezone.now()
    Objection.objects.filter(pk=unanswered.pk).update(
        result=ObjectionResult.PASSED_ON, decided_at=now
    )
    record(unanswered, "pass-on", by=by)
    return unanswered.from_state


def _due_on(line: Line, kind: ObjectionKind) -> date:
    policy, institution = line.case.policy, line.case.institution
    days = (
        policy.objection_answer_days
        if kind == ObjectionKind.OBJECTION
        else policy.appeal_answer_days
    )
    return add_working_days(
        timezone.localdate(), days, institution.country, institution.subdivision
    )


def _tell(objection: Objection) -> None:
    line = objection.line
    context = {"line": line, "objection": objection}
    receipt = {**context, "url": address("case-detail", line.case.uuid)}
    mails.write("objection_filed", line.case.applicant, receipt)
    tell_deciders(objection)
    context["url"] = address("objection-detail", objection.uuid)
    if objection.body is None or (objection.is_appeal and not permissions.has_quorum(objection)):
        for registrar in registrars_for(line):
            mails.write("appeal_without_body", registrar, context)


def tell_deciders(objection: Objection) -> None:
    """Tell those who answer: the heads of a committee, on appeal all who may decide."""
    if objection.is_appeal:
        readers = [seat.user for seat in permissions.able_seats(objection)]
    else:
        readers = _heads_of(objection)
    url = address("objection-detail", objection.uuid)
    context = {"line": objection.line, "objection": objection, "url": url}
    for reader in readers:
        mails.write("objection_received", reader, context)


def _heads_of(objection: Objection) -> list[User]:
    if objection.body is None:
        return []
    seats = objection.body.seats.current().filter(role__in=DECIDING)
    people = [seat.user for seat in seats.select_related("user").order_by("role", "pk")]
    return [one for one in people if permissions.can_answer_objection(one, objection)]


# The committee's answer


@change()
def dismiss(objection: Objection, reasons: str, *, by: User) -> None:
    """Let the decision stand, with reasons: the line returns to where it was."""
    line, objection = _answerable(objection, reasons, by=by)
    settle(objection, ObjectionResult.DISMISSED, reasons, by=by)
    move(line, objection.from_state, by=by, text=reasons, held_since=timezone.now())


@change()
def uphold(objection: Objection, reasons: str, *, by: User) -> None:
    """Decide again: the line is opened, and its clock begins anew."""
    line, objection = _answerable(objection, reasons, by=by)
    settle(objection, ObjectionResult.UPHELD, reasons, by=by)
    reopenings.open_again(line, ReopeningReason.OBJECTION, reasons, by=by)


def _answerable(objection: Objection, reasons: str, *, by: User) -> tuple[Line, Objection]:
    """Return line and objection, locked, when `by` may answer it."""
    line, objection = locked(objection)
    permissions.can_answer_objection(by, objection).require()
    require_reasons(reasons)
    return line, objection


def locked(objection: Objection) -> tuple[Line, Objection]:
    """Lock the line, then the objection or appeal: always in this order."""
    line = lock(objection.line)
    objection = lock(objection)
    objection.line = line
    return line, objection


def require_reasons(reasons: str) -> None:
    """Refuse an answer without reasons: the applicant is owed them (LRC III.5)."""
    if not reasons.strip():
        raise Refused(_("Write the reasons. The applicant reads them word for word."))


def settle(
    objection: Objection, result: ObjectionResult, reasons: str, *, by: User, **columns: object
) -> None:
    """Write an answer down and order its letter; call inside `change()` with both locked."""
    objection.result, objection.reasons = result, clean_text(reasons).strip()
    objection.decided_at, objection.decided_by = timezone.now(), by
    objection.number = numbers.next_number(objection.line.case.institution, "OBJ")
    for name, value in columns.items():
        setattr(objection, name, value)
    objection.save()
    record(objection, "answer", by=by, after=str(result), text=objection.reasons)
    remedy_letters.order(objection, by=by)
