"""The only place that writes votes: opened, cast, closed, counted; see also `stopped_votes`."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import User
from credentials.services.lifecycle import change, lock, move, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.guards import problems_of
from recognition.models import (
    Ballot,
    BallotKind,
    Committee,
    Decision,
    Declaration,
    Line,
    Meeting,
    Objection,
    SeatRole,
    Vote,
    VoteChoice,
)
from recognition.models.committee import DECIDING
from recognition.services import meetings, reviews
from recognition.services.stopped_votes import drop, drop_outlived, end, tell
from recognition.states import BallotState, DecisionState

# Opening


@change()
def start(
    line: Line,
    *,
    by: User,
    decision: Decision | None = None,
    motion: str = "",
    objection: Objection | None = None,
    committee: Committee | None = None,
    due_on: date | None = None,
    meeting: Meeting | None = None,
    is_secret: bool = False,
) -> Ballot:
    """Put a draft decision, or a motion on an objection, to the vote of a committee.

    `committee`: the one of the line unless another one decides, such as an appeal body. `due_on`:
    the last day of a circular vote; in a meeting, `meeting` instead. What is voted on must be
    ready to be signed as it stands: raises `Refused` with the first thing against it.
    """
    line = lock(line)
    committee = committee or line.committee
    drop_outlived(line, by=by)
    permissions.can_open_ballot(by, line, committee, meeting).require()
    motion = clean_text(motion).strip()
    if decision is None and not motion:
        raise Refused(_("Write the decision first."))
    if decision is not None:
        _require_ready(decision, line)
    if meeting is None and (due_on is None or due_on < timezone.localdate()):
        raise Refused(_("Choose a day from today on."))
    ballot = Ballot.objects.create(
        line=line,
        committee=committee,
        decision=decision,
        objection=objection,
        motion=motion,
        text_hash=decision.fingerprint if decision else _fingerprint(motion),
        kind=BallotKind.MEETING if meeting else BallotKind.CIRCULAR,
        meeting=meeting,
        is_secret=is_secret,
        opened_at=timezone.now(),
        opened_by=by,
        due_on=None if meeting else due_on,
    )
    record(ballot, "open", by=by, text=ballot.text_hash)
    if meeting is None:
        for seat in permissions.voters_of(ballot):
            if seat.user_id != by.pk:
                tell("ballot_opened", seat.user, ballot)
    return ballot


def _require_ready(decision: Decision, line: Line) -> None:
    decision.line = line
    if decision.state != DecisionState.DRAFT:
        raise Refused(_("This decision was signed already."))
    found = problems_of(decision)
    if found:
        raise Refused(found[0].sentence)


def _fingerprint(motion: str) -> str:
    return hashlib.sha256(motion.encode()).hexdigest()


# Impartiality


@change()
def declare_impartial(ballot: Ballot, *, by: User) -> None:
    """Declare to be impartial, so that the file opens; for members who did not review."""
    ballot = _locked(ballot)
    permissions.is_alive(ballot).require()
    permissions.can_take_part(by, ballot).require()
    _declare(ballot, [by], by=by)


def _declare(ballot: Ballot, members: Iterable[User], *, by: User) -> None:
    for member in members:
        if permissions.has_declared(member, ballot.line):
            continue
        Declaration.objects.create(
            line=ballot.line, user=member, declared_at=timezone.now(), entered_by=by
        )
        record(ballot, "declare-impartial", by=by, text=str(member.uuid))


@change()
def step_back(ballot: Ballot, reason: str, *, by: User) -> None:
    """Step back from a line: its file closes, neither vote nor opinion counts, nobody waits for it.

    Without that opinion there may be too few, and the vote ends.
    """
    ballot = _locked(ballot)
    permissions.can_take_part(by, ballot).require()
    if not reason.strip():
        raise Refused(_("Say in a few words why you step back."))
    record(ballot, "step-back", by=by)
    reviews.keep_away(ballot.line, by, clean_text(reason).strip(), by=by)
    drop_outlived(ballot.line, by=by)
    ballot = _locked(ballot)
    if permissions.is_alive(ballot):
        _close_if_all_in(ballot, by=by)


# Voting


@change()
def vote(ballot: Ballot, choice: VoteChoice, *, by: User) -> Vote:
    """Vote, or vote otherwise; the last one of all closes a circular vote."""
    ballot = _locked(ballot)
    permissions.can_vote(by, ballot).require()
    cast = _write(ballot, by, VoteChoice(choice), by=by)
    _close_if_all_in(ballot, by=by)
    return cast


@change()
def enter(ballot: Ballot, choices: Mapping[User, VoteChoice], *, impartial: bool, by: User) -> None:
    """Enter what those present in a meeting voted.

    `impartial`: all of them declared it aloud; without it only who declared it before can vote.
    """
    ballot = _locked(ballot)
    permissions.can_enter_votes(by, ballot).require()
    if impartial:
        able = [member for member in choices if permissions.can_take_part(member, ballot)]
        _declare(ballot, able, by=by)
    for member, choice in choices.items():
        verdict = permissions.can_vote(member, ballot)
        if not verdict:
            raise Refused(f"{member}: {verdict.reason}")
        _write(ballot, member, VoteChoice(choice), by=by)


@change()
def hold(
    line: Line,
    choices: Mapping[User, VoteChoice],
    *,
    meeting: Meeting,
    decision: Decision | None = None,
    impartial: bool,
    by: User,
) -> Ballot:
    """Vote openly in a meeting in one go: open, enter what those present voted, count."""
    committee = meeting.committee
    ballot = start(line, decision=decision, committee=committee, meeting=meeting, by=by)
    enter(ballot, choices, impartial=impartial, by=by)
    return close(ballot, by=by)


def _write(ballot: Ballot, member: User, choice: VoteChoice, *, by: User) -> Vote:
    before = ballot.votes.select_for_update(no_key=True).filter(member=member).first()
    cast, _is_new = Vote.objects.update_or_create(
        ballot=ballot,
        member=member,
        defaults={"choice": choice, "cast_at": timezone.now(), "entered_by": by},
    )
    told = {} if ballot.is_secret else {"before": before.choice if before else "", "after": choice}
    record(ballot, "change-vote" if before else "vote", by=by, text=str(member.uuid), **told)
    return cast


# Closing


def _close_if_all_in(ballot: Ballot, *, by: User | None) -> None:
    if ballot.kind != BallotKind.CIRCULAR or not ballot.is_open:
        return
    voters = {seat.user_id for seat in permissions.voters_of(ballot)}
    if voters and voters <= set(ballot.votes.values_list("member", flat=True)):
        _close(ballot, by=by)


@change()
def close(ballot: Ballot, *, by: User, remark: str = "") -> Ballot:
    """Close the vote in a meeting and count."""
    ballot = _locked(ballot)
    permissions.can_stop_ballot(by, ballot).require()
    permissions.is_alive(ballot).require()
    if ballot.kind == BallotKind.CIRCULAR:
        raise Refused(_("A circular vote closes when all have voted, or on its last day."))
    ballot.remark = clean_text(remark).strip()
    _close(ballot, by=by)
    return ballot


@change()
def settle(ballot: Ballot) -> Ballot:
    """Close a circular vote whose last day has passed, or that the line outlived.

    Also one in which all have voted because whoever was missing has no vote any more.
    """
    ballot = _locked(ballot)
    if not ballot.is_open:
        return ballot
    if not permissions.is_alive(ballot):
        drop(ballot, by=None)
    elif ballot.due_on and ballot.due_on < timezone.localdate():
        _close(ballot, by=None)
    else:
        _close_if_all_in(ballot, by=None)
    return ballot


def settle_due() -> int:
    """Close all circular votes that are over; return how many."""
    circular = Ballot.objects.open().filter(kind=BallotKind.CIRCULAR)
    return len([ballot for ballot in circular if not settle(ballot).is_open])


def _close(ballot: Ballot, *, by: User | None) -> None:
    votes = _counted(ballot)
    said = [vote.choice for vote in votes]
    sums = {
        "yes": said.count(VoteChoice.YES),
        "no": said.count(VoteChoice.NO),
        "abstained": said.count(VoteChoice.ABSTAIN),
    }
    if not _is_quorate(ballot.committee, votes):
        result = BallotState.NO_QUORUM
    elif sums["yes"] == sums["no"]:
        result = BallotState.TIED
    else:
        is_adopted = sums["yes"] > sums["no"]
        result = BallotState.ADOPTED if is_adopted else BallotState.REJECTED
    end(ballot, result, by=by, remark=ballot.remark, **sums)
    if ballot.kind == BallotKind.CIRCULAR:
        _tell_leading(ballot)


def _is_quorate(committee: Committee, votes: list[Vote]) -> bool:
    """Whether enough voted, with who presides and the group that must take part among them."""
    people = [vote.member_id for vote in votes]
    seats = list(committee.seats.current().filter(user__in=people))
    is_led = any(seat.role in DECIDING for seat in seats)
    enough = len(votes) >= committee.quorum
    return enough and is_led and bool(permissions.has_group(committee, seats))


def _counted(ballot: Ballot) -> list[Vote]:
    """Return the votes that count: of members who sit today and are not kept away from the line.

    Where chair and deputy both voted, because the chair was away in between, the chair's counts.
    """
    votes = list(ballot.votes.select_related("member").order_by("pk"))
    out = permissions.kept_out(ballot.line, [vote.member for vote in votes])
    roles = dict(ballot.committee.seats.current().values_list("user", "role"))
    found = [vote for vote in votes if vote.member_id in roles and vote.member_id not in out]
    leading = [vote for vote in found if roles[vote.member_id] in DECIDING]
    leading.sort(key=lambda vote: roles[vote.member_id] != SeatRole.CHAIR)
    return [vote for vote in found if vote not in leading[1:]]


def _tell_leading(ballot: Ballot) -> None:
    seats = ballot.committee.seats.current().filter(role__in=DECIDING)
    for seat in seats.select_related("user").order_by("role", "pk"):
        if permissions.presides(seat.user, ballot.committee, ballot.line):
            tell("ballot_closed", seat.user, ballot)
            return


@change()
def decide_tie(ballot: Ballot, choice: VoteChoice, *, by: User) -> Ballot:
    """Decide a tie with the casting vote of the chair."""
    ballot = _locked(ballot)
    permissions.can_cast(by, ballot).require()
    if choice not in (VoteChoice.YES, VoteChoice.NO):
        raise Refused(_("A tie is decided with yes or no."))
    result = BallotState.ADOPTED if choice == VoteChoice.YES else BallotState.REJECTED
    move(ballot, result, by=by, casting_vote=choice, cast_at=timezone.now(), cast_by=by)
    return ballot


@change()
def stop(ballot: Ballot, *, by: User) -> None:
    """Stop a vote, so that the text can be changed; those who had to vote are told."""
    ballot = _locked(ballot)
    permissions.can_stop_ballot(by, ballot).require()
    drop(ballot, by=by)


@change()
def demand_meeting(ballot: Ballot, why: str, *, by: User) -> None:
    """Ask that a line is talked about: the circular vote ends, the next meeting has it."""
    ballot = _locked(ballot)
    permissions.can_demand_meeting(by, ballot).require()
    if not why.strip():
        raise Refused(_("Say in a few words why."))
    why = clean_text(why).strip()
    end(ballot, BallotState.TO_MEETING, by=by, text=why, remark=why)
    meetings.put_on_next(ballot.line, ballot.committee, by=by)
    _tell_leading(ballot)


def _locked(ballot: Ballot) -> Ballot:
    """Lock the line, then the ballot: always in this order."""
    line = lock(Line(pk=ballot.line_id))
    ballot = lock(ballot)
    ballot.line = line
    return ballot
