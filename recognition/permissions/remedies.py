"""May somebody object, appeal, answer that, or open a line again, and why not?"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import User
from credentials.verdict import ALLOWED, Verdict, no
from recognition.calendar import add_months, last_day
from recognition.models import (
    Decision,
    Line,
    Objection,
    ObjectionKind,
    ObjectionResult,
    Reopening,
    ReopeningReason,
    Seat,
    first_deciders,
)
from recognition.models.committee import DECIDING
from recognition.pauses import paused_days
from recognition.permissions.shared import (
    as_registrar,
    chairs,
    conflict_of,
    conflicts,
    has_group,
    in_state,
    stepped_back,
    too_late,
)
from recognition.states import AnnulmentState, LineState
from recognition.transitions import ENDED, UNCHECKED, WAITS_FOR_DECISION
from recognition.vocabulary import Authority, DecisionType


@dataclass(frozen=True, slots=True)
class OpenWay:
    """What an applicant can do now against a decision, or against none in time.

    `until`: the last day of the period; None: no period runs (yet), it is in time today.
    """

    kind: ObjectionKind
    until: date | None
    decision: Decision | None

    @property
    def is_over(self) -> bool:
        return self.until is not None and self.until < timezone.localdate()


# When a decision is late


def overdue_since(line: Line) -> date | None:
    """Return the day by which a check or decision should have come, None when it is not late.

    A decision is late when its date passed or the longest time that the rules allow, whichever
    comes first: a date that was put off does not put off that one. After an appeal only the date
    counts that came with it, since that time was over by then, or a first decision kept it.
    """
    due: date | None = None
    if line.state in UNCHECKED:
        due = line.due_on or line.case.check_due_on
    elif line.state in WAITS_FOR_DECISION:
        limit = None if set_on_appeal(line) else limit_of(line)
        due = min(filter(None, (line.due_on, limit)), default=None)
    return due if due and due < timezone.localdate() else None


def limit_of(line: Line) -> date | None:
    """Return the end of the longest time for a decision, counted from completeness (III.5).

    The days on which others were waited for do not count: see `pauses`.
    """
    if line.complete_at is None:
        return None
    limit = add_months(timezone.localdate(line.complete_at), line.case.policy.limit_months)
    return limit + timedelta(days=paused_days(line, timezone.localdate()))


def set_on_appeal(line: Line) -> datetime | None:
    """Return when an appeal gave a complete line the date that it has, None when the rules did.

    What was decided is opened again at that very moment, and is complete from then on.
    """
    done = (ObjectionResult.REMITTED, ObjectionResult.AMENDED)
    found = (one for one in line.objections.all() if one.is_appeal and one.result in done)
    last = max((one.decided_at for one in found), default=None)
    return last if last and line.complete_at and line.complete_at <= last else None


# What an applicant can do against it


def way_of(line: Line) -> OpenWay | None:
    """Return the remedy that is open on a line today, None when none is.

    Reads what `objections`, `reopenings` and `annulments` were prefetched.
    """
    filed = list(line.objections.all())
    if line.state == LineState.OBJECTION:
        waits = next((one for one in filed if one.decided_at is None), None)
        is_late = waits is not None and waits.due_on < timezone.localdate()
        return OpenWay(ObjectionKind.APPEAL, None, line.decision) if is_late else None
    if due := overdue_since(line):
        refused = [o for o in filed if o.result == ObjectionResult.DISMISSED and o.filed_on > due]
        return None if refused else OpenWay(ObjectionKind.INACTION, None, None)
    if line.state == LineState.ANNULLED:
        return _against_annulment(line, filed)
    return _against_decision(line, filed) if line.state in ENDED else None


def _against_annulment(line: Line, filed: list[Objection]) -> OpenWay | None:
    done = [one for one in line.annulments.all() if one.state == AnnulmentState.DONE][-1]
    if any(one.filed_at > done.countersigned_at for one in filed):
        return None
    until = _end_of(done.told_at, line, line.case.policy.appeal_days)
    return OpenWay(ObjectionKind.APPEAL, until, line.decision)


def _against_decision(line: Line, filed: list[Objection]) -> OpenWay | None:
    decision, policy = line.decision, line.case.policy
    if decision and decision.authority == Authority.APPEAL_BODY:
        return None
    reopenings = list(line.reopenings.all())
    floor = reopenings[-1].opened_at if reopenings else None
    mine = [
        one
        for one in filed
        if one.kind != ObjectionKind.INACTION and (floor is None or one.filed_at > floor)
    ]
    if any(one.kind == ObjectionKind.APPEAL for one in mine):
        return None
    since = decision.notified_at if decision else line.held_since
    if not mine and policy.objection_days and not _follows_objection(decision, reopenings):
        until = _end_of(since, line, policy.objection_days)
        return OpenWay(ObjectionKind.OBJECTION, until, decision)
    since = mine[-1].told_at if mine else since
    return OpenWay(ObjectionKind.APPEAL, _end_of(since, line, policy.appeal_days), decision)


def _follows_objection(decision: Decision | None, reopenings: list[Reopening]) -> bool:
    """Whether the committee has looked again already; the next to look are others."""
    last = reopenings[-1] if reopenings else None
    return decision is not None and last is not None and last.reason == ReopeningReason.OBJECTION


def _end_of(since: datetime | None, line: Line, days: int) -> date | None:
    if since is None:
        return None
    institution = line.case.institution
    return last_day(timezone.localdate(since), days, institution.country, institution.subdivision)


def can_object(user: User, line: Line) -> Verdict:
    """Object or appeal: the applicant, when a remedy is open; too late is asked for a reason."""
    if line.case.applicant_id != user.pk:
        return no(_("Only the applicant can do this."))
    if way_of(line):
        return ALLOWED
    if line.state in (LineState.OBJECTION, LineState.APPEAL):
        return no(_("This is being looked at already."))
    if line.state in (*ENDED, LineState.ANNULLED):
        return no(_("The appeal body has decided. Inside the university nobody else decides."))
    return no(_("There is nothing to object to yet. You are told when it is decided."))


# Who answers


def can_see_objection(user: User, objection: Objection) -> Verdict:
    """Read an objection: its applicant, the registrar, who decides on it, who decided before."""
    line = objection.line
    if line.case.applicant_id == user.pk or as_registrar(user, line):
        return ALLOWED
    if Objection.objects.before(user).filter(pk=objection.pk).exists():
        reason = conflict_of(user, line)
        return no(reason) if reason else ALLOWED
    if chairs(user, line) and not stepped_back(user, line):
        return ALLOWED
    return no(_("This is for those who decide on it."))


def can_answer_objection(user: User, objection: Objection) -> Verdict:
    """Dismiss or uphold an objection: chair or deputy of the body that decided, impartial."""
    if objection.is_appeal or not _heads(user, objection):
        return no(_("Only the chair of the committee or the deputy decides."))
    return _impartial(user, objection, LineState.OBJECTION)


def can_decide_appeal(user: User, objection: Objection) -> Verdict:
    """Decide on an appeal: chair or deputy of the appeal body, when enough of it may decide."""
    if not objection.is_appeal or not _heads(user, objection):
        return no(_("Only the chair of the appeal body or the deputy does this."))
    if user.pk in first_deciders(objection.line):
        return no(_("You took part in the first decision. Others decide on the appeal."))
    verdict = _impartial(user, objection, LineState.APPEAL)
    return verdict and has_quorum(objection)


def _heads(user: User, objection: Objection) -> bool:
    seats = Seat.objects.current().filter(committee=objection.body_id, user=user)
    return objection.body_id is not None and seats.filter(role__in=DECIDING).exists()


def _impartial(user: User, objection: Objection, state: LineState) -> Verdict:
    line = objection.line
    if stepped_back(user, line):
        return no(_("You stepped back from this. Your deputy decides."))
    reason = conflict_of(user, line)
    if reason:
        return no(_("You cannot decide this: %(reason)s") % {"reason": reason})
    return in_state(line, state) if objection.decided_at is None else too_late(line)


def able_seats(objection: Objection) -> list[Seat]:
    """Return today's seats of an appeal body whose holders may decide on this appeal."""
    if objection.body is None:
        return []
    seats = list(objection.body.seats.current().select_related("user").order_by("role", "pk"))
    away = first_deciders(objection.line) | set(conflicts(objection.line, [s.user for s in seats]))
    away |= set(objection.line.recusals.standing().values_list("user", flat=True))
    return [seat for seat in seats if seat.user_id not in away]


def has_quorum(objection: Objection) -> Verdict:
    """Whether enough members of the body took no part before, with chair or deputy among them."""
    if objection.body is None:
        return no(_("No appeal body is set up that could decide."))
    able = able_seats(objection)
    if len(able) < objection.body.quorum:
        return no(
            _("%(able)s members may decide on this, and %(quorum)s are needed.")
            % {"able": len(able), "quorum": objection.body.quorum}
        )
    if not any(seat.role in DECIDING for seat in able):
        return no(_("Neither the chair nor a deputy of the appeal body may decide on this."))
    return has_group(objection.body, able)


def can_hand_over(user: User, objection: Objection) -> Verdict:
    """Lead an appeal to another body: registrar or its chair, when too few of it may decide."""
    if objection.decided_at is not None:
        return too_late(objection.line)
    if not _heads(user, objection) and not (verdict := as_registrar(user, objection.line)):
        return verdict
    if objection.body and (not objection.is_appeal or has_quorum(objection)):
        return no(_("Enough members of this body may decide."))
    return ALLOWED


# Opening again


def can_reopen(user: User, line: Line, reason: ReopeningReason) -> Verdict:
    """Open a decided line again: the applicant with new evidence, registrar or chair otherwise."""
    if reason == ReopeningReason.OBJECTION:
        return no(_("This follows from an objection, and from nothing else."))
    if reason == ReopeningReason.NEW_EVIDENCE and line.case.applicant_id == user.pk:
        verdict = in_state(line, *ENDED)
        is_full = line.decision and line.decision.type == DecisionType.FULL_SUBSTITUTION
        if verdict and is_full:
            return no(_("It was recognised in full. There is nothing more to recognise."))
        return verdict
    if reason == ReopeningReason.NEW_EVIDENCE:
        return no(_("Only the applicant can do this."))
    return of_the_case(user, line) and in_state(line, *ENDED, LineState.ANNULLED)


def can_resume(user: User, line: Line) -> Verdict:
    """Pass on a line that was opened again: its registrar or the chair of its committee."""
    return of_the_case(user, line) and in_state(line, LineState.REOPENED)


def of_the_case(user: User, line: Line) -> Verdict:
    """Whether somebody keeps the line, or heads its committee and is impartial."""
    if chairs(user, line) and not stepped_back(user, line) and not conflict_of(user, line):
        return ALLOWED
    return as_registrar(user, line)
