"""Pages of a meeting: planning it, its agenda, one screen for each line, its minutes."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from credentials.models import Job, JobKind, Role
from credentials.permissions import holds
from credentials.verdict import Refused
from credentials.views.documents import response_with
from recognition.forms.ballots import AttendanceForm, MeetingForm, MeetingVotesForm
from recognition.guards import problems_of
from recognition.models import AgendaItem, Committee, Decision, Line, Meeting, Seat
from recognition.permissions import (
    can_call_meeting,
    can_cancel_meeting,
    can_lead,
    can_read_minutes,
    can_sign,
    electorate,
    has_declared,
    kept_out,
    presides,
)
from recognition.services import ballots, decisions, meetings
from recognition.states import VOTED_IN, BallotState
from recognition.views.ballots import reading_of
from recognition.views.header import case_facts, heading_of
from recognition.views.lines import line_for
from recognition.work import target_of

SOON = timedelta(hours=1)
"""How long before its hour a meeting begins without a further question."""


@login_required
def new(request, uuid):
    """Plan a meeting; all lines that are ready are on the agenda unless they are unticked."""
    committee = get_object_or_404(Committee.objects.seating(request.user), uuid=uuid)
    can_call_meeting(request.user, committee).require()
    ready = meetings.ready_for(committee).select_related("case", "module__course_version__course")
    form = MeetingForm(request.POST or None, ready=ready)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            meeting = meetings.plan(
                committee, said["begins_at"], said["place"], said["lines"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The meeting is planned. All members have a mail."))
            return redirect("meeting-detail", meeting.uuid)
    return render(request, "meetings/new.html", {"committee": committee, "form": form})


def _meeting(request, uuid) -> Meeting:
    found = Meeting.objects.visible_to(request.user)
    return get_object_or_404(
        found.select_related("committee__unit__institution", "minutes"), uuid=uuid
    )


def _seats(meeting) -> list[Seat]:
    return list(meeting.committee.seats.current().select_related("user").order_by("role", "pk"))


@login_required
def detail(request, uuid):
    """Agenda and attendance; the chair arranges them, and closes the meeting."""
    meeting = _meeting(request, uuid)
    may_lead = can_lead(request.user, meeting)
    sent = request.POST.get("do", "")
    attendance = AttendanceForm(
        request.POST if sent == "mark" else None, seats=_seats(meeting), meeting=meeting
    )
    if request.method == "POST":
        try:
            done = _act(request, meeting, sent, attendance)
        except Refused as refusal:
            messages.error(request, str(refusal))
            done = redirect("meeting-detail", meeting.uuid)
        if done:
            return done
    items = meeting.items.select_related(
        "line__case", "line__module__course_version__course", "line__decision"
    ).prefetch_related("line__ballots")
    lines = Line.objects.filter(agenda_items__meeting=meeting)
    closed = set(lines.kept_from(request.user).values_list("pk", flat=True))
    ready = meetings.ready_for(meeting.committee) if may_lead else Line.objects.none()
    context = {
        "meeting": meeting,
        "may_lead": may_lead,
        "is_early": meeting.begins_at > timezone.now(),
        "called_for": meetings.called_for(meeting),
        "may_cancel": can_cancel_meeting(request.user, meeting),
        "rows": [
            (
                item,
                target_of(item.line),
                item.line_id not in closed and _result(meeting, item),
                any(one.meeting_id == meeting.pk for one in item.line.ballots.all()),
            )
            for item in items
        ],
        "may_read": meeting.minutes and can_read_minutes(request.user, meeting),
        "ready": [
            (line, target_of(line))
            for line in ready.select_related("case", "module__course_version__course")
        ],
        "attendance": attendance,
        "noted": meeting.attendances.select_related("member"),
        "form": attendance if attendance.is_bound else None,
        "job": Job.objects.filter(kind=JobKind.MEETING_MINUTES, subject=meeting.uuid).first(),
        "may_order": can_call_meeting(request.user, meeting.committee),
        "is_seated": meeting.committee.seats.current().filter(user=request.user).exists(),
        "user_keeps": holds(request.user, meeting.committee.unit, Role.REGISTRAR),
    }
    return render(request, "meetings/detail.html", context)


@login_required
def begin(request, uuid):
    """Ask once more before a meeting begins at another time than its members were told."""
    meeting = _meeting(request, uuid)
    can_lead(request.user, meeting).require()
    if request.method == "POST":
        meetings.begin(meeting, by=request.user)
        messages.success(request, _("The meeting has begun."))
    if request.method == "POST" or meeting.is_in_session:
        return redirect("meeting-detail", meeting.uuid)
    return render(request, "meetings/begin.html", {"meeting": meeting})


def _act(request, meeting, sent, attendance):
    """Do what a button of the agenda says; None when a form is to be shown again."""
    by, here = request.user, redirect("meeting-detail", meeting.uuid)
    if sent == "mark":
        if not attendance.is_valid():
            return None
        meetings.mark(meeting, attendance.presences, by=by)
        messages.success(request, _("Saved."))
    elif sent in (meetings.UP, meetings.DOWN):
        meetings.shift(_item(meeting, request.POST.get("item")), sent, by=by)
    elif sent == "take-off":
        meetings.take_off(_item(meeting, request.POST.get("item")), by=by)
    elif sent == "put-on":
        ready = meetings.ready_for(meeting.committee)
        line = get_object_or_404(ready, uuid=_uuid(request.POST.get("line")))
        meetings.put_on(meeting, line, by=by)
    elif sent == "begin":
        if meeting.begins_at > timezone.now() + SOON:
            return redirect("meeting-begin", meeting.uuid)
        meetings.begin(meeting, by=by)
        messages.success(request, _("The meeting has begun."))
    elif sent == "close":
        meetings.close(meeting, request.POST.get("remarks", "")[:5000], by=by)
        messages.success(request, _("The meeting is closed. The minutes are being made."))
    elif sent == "cancel":
        meetings.cancel(meeting, by=by)
        messages.success(request, _("The meeting is called off. All members have a mail."))
        return redirect("committee-detail", meeting.committee.uuid)
    elif sent == "minutes":
        meetings.order_minutes(meeting, by=by)
    else:
        can_lead(by, meeting).require()
    return here


def _uuid(text):
    try:
        return UUID(str(text))
    except ValueError:
        raise Http404 from None


def _item(meeting, uuid) -> AgendaItem:
    return get_object_or_404(
        meeting.items.select_related("meeting__committee__unit", "line"), uuid=_uuid(uuid)
    )


def _result(meeting, item):
    """Return the last ballot on an item in this meeting that was not stopped."""
    found = [
        one
        for one in item.line.ballots.all()
        if one.meeting_id == meeting.pk and one.state != BallotState.DROPPED
    ]
    return found[-1] if found else None


@login_required
def item(request, uuid, item):
    """One line in a meeting: opinions, draft and letter, votes; the next one a click away."""
    meeting = _meeting(request, uuid)
    found = _item(meeting, item)
    line = line_for(request, Line.objects.all(), pk=found.line_id)
    presides(request.user, meeting.committee, line).require()
    decision = Decision.objects.draft_of(line)
    ballot = _ballot(meeting, line)
    form = _votes_form(request, meeting, line, found, ballot)
    if request.method == "POST" and form.is_valid():
        try:
            done = _deal_with(request, meeting, found, line, decision, ballot, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("meeting-item", meeting.uuid, found.uuid)
    return render(
        request,
        "meetings/item.html",
        _item_page(request, meeting, found, line, decision, ballot, form),
    )


def _ballot(meeting, line):
    found = line.ballots.filter(meeting=meeting).exclude(state=BallotState.DROPPED)
    return found.select_related("committee__unit", "decision", "cast_by").last()


def _votes_form(request, meeting, line, found, ballot) -> MeetingVotesForm:
    voters = electorate(meeting.committee, line, meeting)
    is_open = ballot is not None and ballot.is_open
    known = dict(ballot.votes.values_list("member", "choice")) if is_open else {}
    return MeetingVotesForm(
        request.POST or None,
        seats=voters,
        votes=known,
        asks=any(not has_declared(seat.user, line) for seat in voters),
        initial={"remark": found.remark},
    )


def _deal_with(request, meeting, found, line, decision, ballot, form) -> str:
    """Open, enter, close, cast, stop or sign, as the button says; return what was done."""
    by, sent = request.user, request.POST.get("do", "")
    meetings.remark(found, form.cleaned_data["remark"], by=by)
    if sent in ("cast-yes", "cast-no", "stop") and ballot is None:
        raise Refused(_("This vote is closed."))
    if sent == "sign":
        if decision is None:
            raise Refused(_("Write the decision first."))
        decisions.sign(decision, by=by)
        return _("The decision is signed. The registrar sends it.")
    if sent in ("cast-yes", "cast-no"):
        ballots.decide_tie(ballot, sent.removeprefix("cast-"), by=by)
        return _("The tie is decided.")
    if sent == "stop":
        ballots.stop(ballot, by=by)
        return _("The vote is stopped. You can change the text.")
    if sent in ("open", "secret"):
        is_secret = sent == "secret"
        named = {"decision": decision, "committee": meeting.committee, "meeting": meeting}
        ballots.start(line, **named, is_secret=is_secret, by=by)
        return _("The vote is open. Those present can vote.")
    if sent == "count":
        _count(meeting, line, decision, ballot, form, by=by)
        return _("The votes are counted.")
    return _("Saved.")


def _count(meeting, line, decision, ballot, form, *, by) -> None:
    """Enter what the form says and count; a secret vote was cast by the members themselves."""
    impartial = form.cleaned_data.get("impartial", False)
    if ballot is None or not ballot.is_open:
        named = {"meeting": meeting, "decision": decision, "impartial": impartial}
        ballots.hold(line, form.choices, **named, by=by)
        return
    if not ballot.is_secret:
        ballots.enter(ballot, form.choices, impartial=impartial, by=by)
    ballots.close(ballot, by=by)


def _item_page(request, meeting, found, line, decision, ballot, form) -> dict:
    items = list(meeting.items.order_by("position", "pk"))
    here = next(index for index, one in enumerate(items) if one.pk == found.pk)
    seats = _seats(meeting)
    out = kept_out(line, [seat.user for seat in seats])
    shown = ballot.decision if ballot and ballot.decision else decision
    is_ready = decision is not None and not problems_of(decision)
    can_vote_now = line.state in VOTED_IN and (ballot is None or ballot.state in REVOTED)
    return {
        "meeting": meeting,
        "item": found,
        "line": line,
        "heading": heading_of(line, request.user),
        "facts": case_facts(line, request.user),
        "decision": shown,
        "ballot": ballot,
        "form": form,
        "voters": [form[name] for name in form.members],
        "kept_out": [seat.user for seat in seats if seat.user_id in out],
        "may_lead": can_lead(request.user, meeting),
        "is_ready": is_ready,
        "can_open": is_ready and can_vote_now,
        "quorum": meeting.committee.quorum,
        "may_sign": bool(is_ready and ballot and can_sign(request.user, decision))
        and ballot.state == BallotState.ADOPTED,
        "before": items[here - 1] if here else None,
        "after": items[here + 1] if here + 1 < len(items) else None,
        "number": here + 1,
        "total": len(items),
        **reading_of(line, shown, request.user),
    }


REVOTED = (BallotState.REJECTED, BallotState.NO_QUORUM)
"""How a vote may have ended for the committee to vote once more in the same meeting."""


@login_required
@never_cache
def minutes(request, uuid):
    """The minutes, for the committee and registrars of its unit; not for who is kept away."""
    meeting = _meeting(request, uuid)
    if meeting.minutes is None:
        raise Http404
    can_read_minutes(request.user, meeting).require()
    return response_with(meeting.minutes)
