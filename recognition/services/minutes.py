"""The only place that prints the minutes of a meeting, once, when it is closed."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import DOCUMENT_LANGUAGES
from credentials.models import Document, DocumentKind, Job
from credentials.services import facts, numbers, printing
from credentials.services.facts import address
from credentials.standards.documents import Imprint, in_each
from recognition.blind import mask_of
from recognition.documents.minutes import (
    MinutesFacts,
    MinutesItem,
    MinutesMember,
    MinutesVote,
    minutes_context,
)
from recognition.models import (
    AgendaItem,
    Ballot,
    Decision,
    Line,
    Meeting,
    Presence,
    Seat,
    SeatRole,
    VoteChoice,
)
from recognition.opinions import ground_for
from recognition.permissions import kept_out
from recognition.services import meetings
from recognition.services.letter_facts import target_title
from recognition.sources import facts_of
from recognition.states import BallotState, DecisionState

TOLD = (BallotState.ADOPTED, BallotState.REJECTED, BallotState.NO_QUORUM)


def run(job: Job) -> None:
    """Make the minutes of a job's meeting."""
    found = Meeting.objects.select_related("committee__unit__institution", "closed_by")
    printing.run(job, lambda: [make(found.get(uuid=job.subject))])


def make(meeting: Meeting) -> Document:
    """Print the minutes; raises `PdfProblem` when they cannot be printed as they should be."""
    if meeting.minutes:
        return meeting.minutes
    institution = meeting.audit_institution
    code = numbers.new_code(institution)
    said = _facts(meeting, code)
    context = minutes_context(said, languages=institution.document_languages)
    data = printing.rendered(
        "minutes", context, institution, number=meeting.number, created=meeting.closed_at
    )
    document, _is_new = printing.keep(
        meeting,
        data,
        column="minutes",
        kind=DocumentKind.MINUTES,
        action="print-minutes",
        title=context["title"],
        number=meeting.number,
        code=code,
        institution=institution,
        facts={"meeting": str(meeting.uuid)},
    )
    return document


def _facts(meeting: Meeting, code: str) -> MinutesFacts:
    seats = list(meeting.committee.seats.select_related("user").order_by("role", "pk"))
    items = meeting.items.select_related("line__case", "line__module__course_version__course")
    roles = {seat.user_id: seat.role for seat in seats}
    called_for = meetings.called_for(meeting)
    return MinutesFacts(
        imprint=Imprint(
            institution=facts.of_institution(meeting.audit_institution),
            number=meeting.number,
            created=meeting.closed_at,
            code=code,
            verify_url=address("verify-code", code),
            signatory=str(meeting.closed_by),
            capacity=_capacity(roles.get(meeting.closed_by_id)),
        ),
        committee=meeting.committee.name,
        begins_at=timezone.localtime(meeting.begins_at),
        closed_at=timezone.localtime(meeting.closed_at),
        place=meeting.place,
        members=tuple(_members(meeting, seats)),
        items=tuple(_item(meeting, item, seats) for item in items.order_by("position", "pk")),
        quorum=meeting.committee.quorum,
        required_group=meeting.committee.required_group,
        remarks=meeting.remarks,
        called_for=timezone.localtime(called_for) if called_for else None,
    )


def _capacity(role: str | None) -> dict[str, str]:
    is_deputy = role == SeatRole.DEPUTY
    return in_each(DOCUMENT_LANGUAGES, lambda _l: _("Deputy chair") if is_deputy else _("Chair"))


def _members(meeting: Meeting, seats: list[Seat]) -> Iterator[MinutesMember]:
    """Yield who sat on the committee that day; who was not noted was not there."""
    known = {one.member_id: one for one in meeting.attendances.all()}
    day = timezone.localdate(meeting.begins_at)
    sat = set(meeting.committee.seats.current(day).values_list("pk", flat=True))
    for seat in seats:
        if seat.pk not in sat and seat.user_id not in known:
            continue
        noted = known.get(seat.user_id)
        presence = Presence(noted.presence if noted else Presence.ABSENT)
        yield MinutesMember(
            name=str(seat.user),
            seat=SeatRole(seat.role).label,
            presence=presence.label,
            left_at=timezone.localtime(noted.left_at) if noted and noted.left_at else None,
        )


def _item(meeting: Meeting, item: AgendaItem, seats: list[Seat]) -> MinutesItem:
    line = item.line
    found = line.ballots.filter(meeting=meeting, state__in=TOLD)
    ballots = list(found.select_related("decision", "cast_by").order_by("opened_at"))
    decision = ballots[-1].decision if ballots else line.decisions.order_by("version").last()
    out = kept_out(line, [seat.user for seat in seats])
    motion = ballots[-1].motion if ballots else ""
    is_signed = decision is not None and decision.state == DecisionState.SIGNED
    return MinutesItem(
        reference=str(line),
        target=target_title(line),
        decision=decision.type if decision else "",
        number=decision.number if is_signed else "",
        votes=tuple(_vote(ballot) for ballot in ballots),
        recused=tuple(str(seat.user) for seat in seats if seat.user_id in out),
        reasons={decision.language: decision.reasons} if decision and decision.reasons else motion,
        remark=item.remark,
        sources=tuple(mask_of(line)(facts_of(source).title) for source in line.sources.all()),
        ects=_ects(line, decision),
    )


def _ects(line: Line, decision: Decision | None) -> Decimal | None:
    """Return what a decision gives, or would give as it is drafted; None without credits."""
    if decision is None or not decision.gives_credits:
        return None
    decision.line = line
    is_signed = decision.state == DecisionState.SIGNED
    return decision.ects if is_signed else ground_for(decision).gives(decision).amount


def _vote(ballot: Ballot) -> MinutesVote:
    return MinutesVote(
        yes=ballot.yes,
        no=ballot.no,
        abstained=ballot.abstained,
        result=BallotState(ballot.state).label,
        is_secret=ballot.is_secret,
        casting=VoteChoice(ballot.casting_vote).label if ballot.casting_vote else "",
        casting_by=str(ballot.cast_by or ""),
    )
