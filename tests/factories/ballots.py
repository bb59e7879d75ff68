"""Drafts before a committee, votes on them, meetings: made by the real services."""

from datetime import timedelta

from django.utils import timezone

from recognition.models import Ballot, Committee, Line, Meeting, Presence, SeatRole
from recognition.permissions import voters_of
from recognition.services import ballots, meetings
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from tests.factories.catalogue import make_programme_version
from tests.factories.people import make_institution
from tests.factories.recognition import (
    make_case,
    make_line,
    make_policy,
    seated,
    write_decision,
)


def chair_of(line: Line):
    return seated(line.committee, SeatRole.CHAIR)[0]


def deputy_of(line: Line):
    return seated(line.committee, SeatRole.DEPUTY)[0]


def make_draft(
    *, delegated=(), directed=(), decision=DecisionType.PARTIAL, institution=None, **case
):
    """A line in deliberation with a draft of the chair, under rules that delegate what is given."""
    institution = institution or make_institution()
    if not institution.policies.exists():
        delegation = {"chair": list(delegated), "course_director": list(directed)}
        make_policy(institution, delegation=delegation)
    version = make_programme_version(institution)
    line = make_line(
        LineState.DELIBERATION,
        case=make_case(programme_version=version, **case),
        decision=decision,
    )
    return write_decision(line, decision, by=chair_of(line))


def make_ballot(draft=None, *, days: int = 7, is_secret: bool = False) -> Ballot:
    """A circular vote on a draft, opened by the chair."""
    draft = draft or make_draft()
    line = Line.objects.get(pk=draft.line_id)
    return ballots.start(
        line,
        decision=draft,
        due_on=timezone.localdate() + timedelta(days=days),
        is_secret=is_secret,
        by=chair_of(line),
    )


def cast(ballot: Ballot, *choices: str) -> Ballot:
    """Let the voters vote in the order of their seats, the chair first; "" is none."""
    for seat, choice in zip(voters_of(ballot), choices, strict=False):
        if choice:
            ballots.declare_impartial(ballot, by=seat.user)
            ballots.vote(ballot, choice, by=seat.user)
    return Ballot.objects.get(pk=ballot.pk)


def close_meeting(meeting: Meeting, remarks: str = "") -> Meeting:
    """Hold a meeting now, whenever it was called for."""
    chair = seated(meeting.committee, SeatRole.CHAIR)[0]
    return meetings.close(meetings.begin(meeting, by=chair), remarks, by=chair)


def make_meeting(committee: Committee, *lines: Line, present: int | None = None) -> Meeting:
    """A meeting called by the chair; `present`: how many are there, the chair first."""
    chair = seated(committee, SeatRole.CHAIR)[0]
    begins_at = timezone.now() + timedelta(days=3)
    meeting = meetings.plan(committee, begins_at, "Room 4", lines, by=chair)
    seats = committee.seats.select_related("user").order_by("role", "pk")
    people = [seat.user for seat in seats if seat.role != SeatRole.DEPUTY][:present]
    meetings.mark(meeting, dict.fromkeys(people, Presence.PRESENT), by=chair)
    return meeting
