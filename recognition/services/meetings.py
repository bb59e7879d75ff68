"""The only place that plans meetings and keeps who came and what was on the agenda."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import JobKind, User
from credentials.services import jobs, mails, numbers
from credentials.services.audit import history_of
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import (
    AgendaItem,
    Attendance,
    Committee,
    Line,
    Meeting,
    Presence,
)
from recognition.models.committee import DECIDING
from recognition.states import VOTED_IN, BallotState, LineState, MeetingState

UP, DOWN = "up", "down"


def ready_for(committee: Committee) -> QuerySet[Line]:
    """Return what a committee can deal with: lines in deliberation, objections it decides.

    Not those on the agenda of a planned meeting, or in an open vote.
    """
    own = Q(committee=committee, state=LineState.DELIBERATION)
    remedy = Q(
        objections__body=committee,
        objections__decided_at=None,
        state__in=[LineState.OBJECTION, LineState.APPEAL],
    )
    return (
        Line.objects.filter(own | remedy)
        .exclude(agenda_items__meeting__state=MeetingState.PLANNED)
        .exclude(ballots__state__in=[BallotState.OPEN, BallotState.TIED])
        .distinct()
        .order_by("due_on", "pk")
    )


@change()
def plan(
    committee: Committee, begins_at: datetime, place: str, lines: Iterable[Line], *, by: User
) -> Meeting:
    """Call a meeting; its members get a mail."""
    permissions.can_call_meeting(by, committee).require()
    if begins_at < timezone.now():
        raise Refused(_("Choose a time that is still to come."))
    meeting = Meeting.objects.create(
        committee=committee, begins_at=begins_at, place=clean_text(place).strip(), called_by=by
    )
    record(meeting, "plan", by=by)
    for line in lines:
        _add(meeting, line, by=by)
    for seat in committee.seats.current().select_related("user"):
        if seat.user_id != by.pk:
            url = address("meeting-detail", meeting.uuid)
            mails.write("meeting_called", seat.user, {"meeting": meeting, "url": url})
    return meeting


@change()
def put_on(meeting: Meeting, line: Line, *, by: User) -> AgendaItem:
    """Put a line on the agenda."""
    meeting = lock(meeting)
    permissions.can_lead(by, meeting).require()
    if not ready_for(meeting.committee).filter(pk=line.pk).exists():
        raise Refused(_("This does not wait for the committee, or is on an agenda already."))
    return _add(meeting, line, by=by)


def put_on_next(line: Line, committee: Committee, *, by: User) -> None:
    """Put a line on the agenda of the next meeting, if one is planned; inside `change()`."""
    upcoming = committee.meetings.planned().order_by("begins_at").first()
    if upcoming and not upcoming.items.filter(line=line).exists():
        _add(lock(upcoming), line, by=by)


def _add(meeting: Meeting, line: Line, *, by: User) -> AgendaItem:
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem.objects.create(meeting=meeting, line=line, position=last + 1)
    record(meeting, "put-on-agenda", by=by, text=str(line.uuid))
    return item


@change()
def take_off(item: AgendaItem, *, by: User) -> None:
    """Take a line off the agenda, unless it was voted on there."""
    meeting = lock(item.meeting)
    permissions.can_lead(by, meeting).require()
    if meeting.ballots.filter(line=item.line_id).exists():
        raise Refused(_("It was voted on in this meeting, so it stays on the agenda."))
    item.delete()
    for position, other in enumerate(meeting.items.order_by("position", "pk"), start=1):
        AgendaItem.objects.filter(pk=other.pk).update(position=position)
    record(meeting, "take-off-agenda", by=by, text=str(item.line.uuid))


@change()
def shift(item: AgendaItem, direction: str, *, by: User) -> None:
    """Move a line up or down on the agenda by one place."""
    meeting = lock(item.meeting)
    permissions.can_lead(by, meeting).require()
    items = list(meeting.items.order_by("position", "pk"))
    here = next(index for index, one in enumerate(items) if one.pk == item.pk)
    there = here + (-1 if direction == UP else 1)
    if not 0 <= there < len(items):
        return
    items[here], items[there] = items[there], items[here]
    for position, one in enumerate(items, start=1):
        AgendaItem.objects.filter(pk=one.pk).update(position=position)
    record(meeting, "arrange", by=by)


@change()
def begin(meeting: Meeting, *, by: User) -> Meeting:
    """Begin a meeting before the time for which it was called; its minutes say the new time."""
    meeting = lock(meeting)
    permissions.can_lead(by, meeting).require()
    now = timezone.now()
    if meeting.begins_at > now:
        record(meeting, "begin", by=by, before=meeting.begins_at.isoformat(), after=now.isoformat())
        meeting.begins_at = now
        meeting.save(update_fields=["begins_at"])
    return meeting


def called_for(meeting: Meeting) -> datetime | None:
    """Return the time for which a meeting was called that was begun before it, from its log."""
    begun = [one.before for one in history_of(meeting) if one.action == "begin"]
    return datetime.fromisoformat(begun[0]) if begun else None


@change()
def mark(meeting: Meeting, presences: Mapping[User, Presence], *, by: User) -> None:
    """Note who is there, who left and who is absent."""
    meeting = lock(meeting)
    permissions.can_lead(by, meeting).require()
    known = {one.member_id: one for one in meeting.attendances.all()}
    for member, presence in presences.items():
        if member.pk in known and known[member.pk].presence == presence:
            continue
        left_at = timezone.now() if presence == Presence.LEFT else None
        Attendance.objects.update_or_create(
            meeting=meeting, member=member, defaults={"presence": presence, "left_at": left_at}
        )
        record(meeting, f"mark-{presence}", by=by, text=str(member.uuid))


@change()
def remark(item: AgendaItem, text: str, *, by: User) -> None:
    """Keep what the minutes are to say about an item."""
    permissions.can_lead(by, lock(item.meeting)).require()
    AgendaItem.objects.filter(pk=item.pk).update(remark=clean_text(text).strip())


@change()
def close(meeting: Meeting, remarks: str, *, by: User) -> Meeting:
    """End a meeting: its minutes are made and can be changed no more."""
    meeting = lock(meeting)
    permissions.can_lead(by, meeting).require()
    there = meeting.attendances.exclude(presence=Presence.ABSENT).values("member")
    leading = meeting.committee.seats.filter(role__in=DECIDING)
    if not leading.filter(user__in=there).exists():
        raise Refused(_("Note first who is there: chair or deputy must be."))
    waiting = meeting.ballots.filter(state__in=[BallotState.OPEN, BallotState.TIED])
    if waiting.filter(line__state__in=VOTED_IN).exists():
        raise Refused(_("A vote is still open. Close it or stop it first."))
    if meeting.begins_at > timezone.now():
        raise Refused(
            _("It is called for a later time. Press “Begin now” first: the minutes say the time.")
        )
    institution = meeting.audit_institution
    move(
        meeting,
        MeetingState.HELD,
        by=by,
        closed_at=timezone.now(),
        closed_by=by,
        remarks=clean_text(remarks).strip(),
        number=numbers.next_number(institution, "MIN"),
    )
    _order_minutes(meeting, by)
    return meeting


@change()
def order_minutes(meeting: Meeting, *, by: User) -> None:
    """Have the minutes made once more, after a failure."""
    meeting = lock(meeting)
    permissions.can_call_meeting(by, meeting.committee).require()
    if meeting.state != MeetingState.HELD or meeting.minutes_id:
        raise Refused(_("The minutes are made when the meeting is closed."))
    _order_minutes(meeting, by)


def _order_minutes(meeting: Meeting, by: User) -> None:
    institution = meeting.audit_institution
    jobs.start(JobKind.MEETING_MINUTES, meeting.uuid, institution=institution, by=by)


@change()
def cancel(meeting: Meeting, *, by: User) -> None:
    """Call a meeting off; what was on its agenda waits for another one."""
    meeting = lock(meeting)
    permissions.can_cancel_meeting(by, meeting).require()
    move(meeting, MeetingState.CANCELLED, by=by)
    for seat in meeting.committee.seats.current().select_related("user"):
        if seat.user_id != by.pk:
            url = address("committee-detail", meeting.committee.uuid)
            mails.write("meeting_cancelled", seat.user, {"meeting": meeting, "url": url})
