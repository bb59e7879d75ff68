"""Who votes on a line, who decides without a vote, who may call for one, and why not?

Delegation follows the rules that the case began under: `Policy.delegation`.
"""

from collections.abc import Sequence

from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.days import longdate
from credentials.models import Role, User
from credentials.permissions import holds
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import (
    Ballot,
    BallotKind,
    Committee,
    Decision,
    Line,
    Meeting,
    Presence,
    Seat,
    SeatRole,
)
from recognition.models.committee import DECIDING
from recognition.permissions.shared import chairs, conflicts, has_group, in_state, review_of
from recognition.states import VOTED_IN, BallotState, LineState, ReviewState
from recognition.vocabulary import Authority, DecisionType

DELEGATED = (Authority.CHAIR, Authority.COURSE_DIRECTOR)


# Who votes


def kept_out(line: Line, users: Sequence[User]) -> dict[int, str]:
    """Return for each user who must take no part in a line the reason why; two queries."""
    found = conflicts(line, list(users))
    for pk in line.recusals.standing().filter(user__in=users).values_list("user", flat=True):
        found[pk] = _("Is kept away from this.")
    return found


def electorate(committee: Committee, line: Line, meeting: Meeting | None = None) -> list[Seat]:
    """Return the seats that vote on a line: the chair, or a deputy who stands in, and the members.

    Who is kept away leaves the quorum base. In a meeting only those present vote. A personal
    substitute votes only when the member cannot.
    """
    seats = list(committee.seats.current().select_related("user").order_by("role", "pk"))
    out = kept_out(line, [seat.user for seat in seats])
    free = [seat for seat in seats if seat.user_id not in out]
    if meeting is not None:
        there = set(
            meeting.attendances.filter(presence=Presence.PRESENT).values_list("member", flat=True)
        )
        free = [seat for seat in free if seat.user_id in there]
    able = {seat.pk for seat in free if meeting is not None or not seat.is_away}
    free = [seat for seat in free if seat.substitute_for_id not in able]
    head = _head_of(free, is_meeting=meeting is not None)
    return [seat for seat in free if seat.role == SeatRole.MEMBER or seat == head]


def _head_of(seats: Sequence[Seat], *, is_meeting: bool) -> Seat | None:
    """Return who presides: the chair, else the first deputy who is not away."""
    leading = [seat for seat in seats if seat.role in DECIDING]
    there = [seat for seat in leading if is_meeting or not seat.is_away]
    return next(iter(there or leading), None)


def voters_of(ballot: Ballot) -> list[Seat]:
    """Return the seats that may vote in a ballot now."""
    meeting = ballot.meeting if ballot.kind == BallotKind.MEETING else None
    return electorate(ballot.committee, ballot.line, meeting)


def presides(user: User, committee: Committee | None, line: Line) -> Verdict:
    """Lead a vote: chair or deputy of the committee that votes, if impartial."""
    seats = Seat.objects.current().filter(committee=committee, user=user, role__in=DECIDING)
    if not seats.exists():
        return no(_("Only the chair of the committee or the deputy does this."))
    reason = kept_out(line, [user]).get(user.pk)
    return no(reason) if reason else ALLOWED


def has_declared(user: User, line: Line) -> bool:
    """Whether somebody declared to be impartial: as a reviewer, or to vote."""
    if line.declarations.filter(user=user).exists():
        return True
    reviews = line.reviews.filter(reviewer=user, declared_at__isnull=False)
    return reviews.exclude(state=ReviewState.RECUSED).exists()


def votes_on(user: User, line: Line) -> bool:
    """Whether somebody declared to be impartial so as to vote, and still sits on the committee."""
    if line.is_read_by(user):
        return line.reader_votes
    return line.declarations.seated(user).exists()


# The vote


def can_open_ballot(
    user: User, line: Line, committee: Committee, meeting: Meeting | None = None
) -> Verdict:
    """Put a text to the vote: who leads the committee, when enough members can vote."""
    verdict = presides(user, committee, line) and in_state(line, *VOTED_IN)
    if not verdict:
        return verdict
    if line.ballots.filter(state__in=[BallotState.OPEN, BallotState.TIED]).exists():
        return no(_("The committee votes on it already."))
    seats = electorate(committee, line, meeting)
    if not any(seat.role in DECIDING for seat in seats):
        return no(_("Neither the chair nor a deputy can vote on this."))
    if len(seats) < committee.quorum:
        return no(
            ngettext(
                "Only %(count)s person can vote on this, and %(quorum)s must.",
                "Only %(count)s people can vote on this, and %(quorum)s must.",
                len(seats),
            )
            % {"count": len(seats), "quorum": committee.quorum}
        )
    return has_group(committee, seats)


def can_take_part(user: User, ballot: Ballot) -> Verdict:
    """Have a vote in a ballot, whether or not one has declared to be impartial yet."""
    reason = kept_out(ballot.line, [user]).get(user.pk)
    if reason:
        return no(_("You do not vote on this: %(reason)s") % {"reason": reason})
    seat = ballot.committee.seats.current().filter(user=user).first()
    if seat is None:
        return no(_("Only members of the committee vote."))
    if any(one.pk == seat.pk for one in voters_of(ballot)):
        return ALLOWED
    if ballot.kind == BallotKind.MEETING and not _is_there(user, ballot.meeting):
        return no(_("Only those present in the meeting vote."))
    return no(_("The chair does this. The deputy stands in when the chair cannot."))


def _is_there(user: User, meeting: Meeting) -> bool:
    return meeting.attendances.filter(member=user, presence=Presence.PRESENT).exists()


def is_alive(ballot: Ballot) -> Verdict:
    """Whether votes still count: the line waits for them, and the text is the same."""
    if not ballot.is_open:
        return no(_("This vote is closed."))
    if ballot.line.state not in VOTED_IN:
        return no(_("The line does not wait for a vote any more."))
    if ballot.decision and not says_the_same(ballot.decision, ballot):
        return no(_("The text was changed, so it needs another vote."))
    return ALLOWED


def says_the_same(decision: Decision, ballot: Ballot) -> bool:
    """Whether a ballot was about the text as it is now, and the opinions as they are now."""
    seen_at = ballot.line.deliberated_at
    is_newer = seen_at is None or ballot.opened_at >= seen_at
    return is_newer and ballot.text_hash == decision.fingerprint


def can_vote(user: User, ballot: Ballot) -> Verdict:
    """Vote, or vote otherwise: those who take part, until it closes, when declared impartial."""
    verdict = is_alive(ballot) and can_take_part(user, ballot)
    if not verdict:
        return verdict
    if ballot.due_on and ballot.due_on < timezone.localdate():
        return no(_("The last day of this vote has passed."))
    if not has_declared(user, ballot.line):
        return no(_("Declare first that you are impartial."))
    return ALLOWED


def can_enter_votes(user: User, ballot: Ballot) -> Verdict:
    """Enter in a meeting what those present voted; in a secret ballot each votes for themselves."""
    if ballot.kind != BallotKind.MEETING:
        return no(_("By circular everybody votes for themselves."))
    if ballot.is_secret:
        return no(_("In a secret ballot everybody votes for themselves."))
    return is_alive(ballot) and presides(user, ballot.committee, ballot.line)


def can_demand_meeting(user: User, ballot: Ballot) -> Verdict:
    """Ask that it is talked about: any member who votes, as long as the circular vote is open."""
    verdict = is_alive(ballot) and can_take_part(user, ballot)
    if verdict and ballot.kind != BallotKind.CIRCULAR:
        return no(_("It is voted on in a meeting already."))
    return verdict


def can_read_ballot(user: User, ballot: Ballot) -> Verdict:
    """Read what is voted on: who leads the committee, and members who declared to be impartial."""
    verdict = presides(user, ballot.committee, ballot.line)
    if verdict or not ballot.committee.seats.current().filter(user=user).exists():
        return verdict
    if reason := kept_out(ballot.line, [user]).get(user.pk):
        return no(reason)
    if not has_declared(user, ballot.line):
        return no(_("Declare first that you are impartial."))
    return ALLOWED


def can_see_votes(user: User, ballot: Ballot) -> Verdict:
    """See who voted how, when it is over: who may read the ballot; nobody when it was secret."""
    if ballot.is_secret:
        return no(_("Nobody is told how a member voted."))
    if ballot.is_open:
        return no(_("You see who voted how when the vote is closed."))
    return can_read_ballot(user, ballot)


def can_cast(user: User, ballot: Ballot) -> Verdict:
    """Decide a tie: the chair, or the deputy who stands in."""
    if ballot.state != BallotState.TIED:
        return no(_("There is no tie to decide."))
    verdict = presides(user, ballot.committee, ballot.line)
    if not verdict:
        return verdict
    head = next((seat for seat in voters_of(ballot) if seat.role in DECIDING), None)
    if head is None or head.user_id != user.pk:
        return no(_("The chair does this. The deputy stands in when the chair cannot."))
    return in_state(ballot.line, *VOTED_IN)


def can_stop_ballot(user: User, ballot: Ballot) -> Verdict:
    """Stop an open vote, such as to change the text: who leads the committee."""
    if ballot.state not in (BallotState.OPEN, BallotState.TIED):
        return no(_("This vote is closed."))
    return presides(user, ballot.committee, ballot.line)


# Delegation


def adopted_by(decision: Decision) -> Ballot | None:
    """Return the ballot in which the committee adopted a decision word by word; None when one of
    its voters turned out not to be impartial.
    """
    last = last_ballot_on(decision)
    if last is None or last.state != BallotState.ADOPTED or not says_the_same(decision, last):
        return None
    return None if _rests_on_one_kept_away(last) else last


def _rests_on_one_kept_away(ballot: Ballot) -> bool:
    """Whether somebody who voted was kept away from the line only after the votes were counted."""
    kept_away = ballot.line.recusals.standing().annotate(since=Coalesce("answered_at", "raised_at"))
    voted = ballot.votes.values("member")
    return kept_away.filter(user__in=voted, since__gt=ballot.closed_at).exists()


def last_ballot_on(decision: Decision) -> Ballot | None:
    """Return how the committee voted last on a decision, whatever it said then."""
    if decision.pk is None:
        return None
    return decision.ballots.exclude(state=BallotState.DROPPED).select_related("line").last()


def authority_of(user: User, decision: Decision) -> Authority:
    """Return by whose power the user signs; whether they may is asked in `can_decide_alone`."""
    if adopted_by(decision):
        return Authority.VOTE
    return Authority.CHAIR if chairs(user, decision.line) else Authority.COURSE_DIRECTOR


def directs(user: User, line: Line) -> bool:
    """Whether the rules let the user decide something as course director of the programme."""
    types = line.case.policy.delegation.get(Authority.COURSE_DIRECTOR, [])
    return bool(types) and _is_director(user, line)


def _is_director(user: User, line: Line) -> bool:
    if line.is_read_by(user):
        return line.reader_directs
    return holds(user, line.case.programme_version.programme.unit, Role.COURSE_DIRECTOR)


def can_decide_alone(user: User, decision: Decision) -> Verdict:
    """Sign without a vote: the chair, or the course director, what the rules delegate to them.

    The deputy stands in for a chair who is away or not impartial; who reports does not refuse
    alone. The refusal says what leads on: the vote.
    """
    line = decision.line
    if line.vote_called_at:
        return no(_("A vote was called for, so the committee decides. Put it to the vote."))
    last = last_ballot_on(decision)
    if last and last.state == BallotState.REJECTED and says_the_same(decision, last):
        return no(_("The committee rejected this text. Change it and put it to the vote again."))
    is_chair = chairs(user, line)
    is_refusal = decision.type == DecisionType.REFUSAL
    own = review_of(user, line) if is_refusal else None
    if own and own.is_rapporteur and own.state != ReviewState.RECUSED:
        return no(_("Who reports does not refuse alone. Ask your deputy to sign."))
    who = Authority.CHAIR if is_chair else Authority.COURSE_DIRECTOR
    if decision.type and decision.type not in line.case.policy.delegation.get(who, []):
        return no(_("The rules leave this to the committee. Put it to the vote."))
    if is_chair and not _stands_in(user, line, is_refusal=is_refusal):
        return no(_("The chair does this. The deputy stands in when the chair cannot."))
    return ALLOWED


def _stands_in(user: User, line: Line, *, is_refusal: bool) -> bool:
    """Whether the user is the chair, or the chair cannot decide this or handed it to them."""
    if line.acting_chair_id is not None:
        return line.acting_chair_id == user.pk
    seats = Seat.objects.current().filter(committee=line.committee_id, role=SeatRole.CHAIR)
    heads = list(seats.select_related("user"))
    if any(seat.user_id == user.pk for seat in heads):
        return True
    out = set(kept_out(line, [seat.user for seat in heads]))
    if is_refusal:
        reports = line.reviews.counted().filter(is_rapporteur=True)
        out |= set(reports.values_list("reviewer", flat=True))
    return all(seat.is_away or seat.user_id in out for seat in heads)


def can_call_vote(user: User, line: Line) -> Verdict:
    """Have the committee decide: any impartial member, until a delegated decision is sent."""
    if line.committee is None or not line.committee.seats.current().filter(user=user).exists():
        return no(_("Only members of the committee call for a vote."))
    reason = kept_out(line, [user]).get(user.pk)
    if reason:
        return no(reason)
    verdict = in_state(line, LineState.DELIBERATION, LineState.DECIDED)
    if not verdict:
        return verdict
    if line.state == LineState.DECIDED and line.decision.authority not in DELEGATED:
        return no(_("The committee decided this in a vote already."))
    if line.vote_called_at or line.ballots.filter(state=BallotState.OPEN).exists():
        return no(_("The committee votes on it already, or will."))
    return ALLOWED


def open_ballot_on(line: Line) -> Ballot | None:
    """Return the ballot that is open, or tied and waits for the chair."""
    found = line.ballots.filter(state__in=[BallotState.OPEN, BallotState.TIED])
    return found.select_related("committee__unit", "meeting").first()


def can_redraft(user: User, line: Line) -> Verdict:
    """Change a draft: not while the committee votes on it."""
    ballot = open_ballot_on(line)
    if ballot is None:
        return ALLOWED
    if ballot.due_on:
        day = longdate(ballot.due_on)
        return no(_("The committee votes on this text until %(day)s.") % {"day": day})
    return no(_("The committee votes on this text."))


# Meetings


def can_call_meeting(user: User, committee: Committee) -> Verdict:
    """Plan a meeting of a committee: its chair or deputy."""
    if committee.seats.current().filter(user=user, role__in=DECIDING).exists():
        return ALLOWED
    return no(_("Only the chair of the committee or the deputy does this."))


def can_lead(user: User, meeting: Meeting) -> Verdict:
    """Lead a meeting: its agenda, who is there, its end; until the minutes are made."""
    verdict = can_call_meeting(user, meeting.committee)
    if verdict and not meeting.is_planned:
        return no(_("This meeting is over."))
    return verdict


def can_cancel_meeting(user: User, meeting: Meeting) -> Verdict:
    """Call a meeting off: who leads it, as long as the committee has not voted in it."""
    verdict = can_lead(user, meeting)
    if verdict and meeting.ballots.exists():
        return no(_("The committee voted in this meeting, so it was held. Close it."))
    return verdict


def can_read_minutes(user: User, meeting: Meeting) -> Verdict:
    """Read the minutes of a meeting that one sees: who may follow every line that they name."""
    if Line.objects.filter(agenda_items__meeting=meeting).kept_from(user).exists():
        return no(_("The minutes name a line you are kept away from. Ask a registrar for more."))
    return ALLOWED


def can_enter_absence(user: User, seat: Seat) -> Verdict:
    """Say when somebody is away: they themselves, the deputy for the chair, registrars."""
    if seat.user_id == user.pk or holds(user, seat.committee.unit, Role.REGISTRAR):
        return ALLOWED
    deputies = seat.committee.seats.current().filter(user=user, role=SeatRole.DEPUTY)
    if seat.role == SeatRole.CHAIR and deputies.exists():
        return ALLOWED
    return no(_("They say so themselves, or the registrar does."))
