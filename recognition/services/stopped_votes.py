"""The only place that ends votes without a count: stopped, or outlived by what happened since."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from credentials.models import User
from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import move
from recognition import permissions
from recognition.models import Ballot, BallotKind, Line
from recognition.states import VOTED_IN, BallotState, LineState


def back_to_review(line: Line, *, by: User | None, text: str = "", **changes: Any) -> None:
    """Let a locked line wait for opinions again, so that nobody votes on it; inside `change()`."""
    changes = {"held_since": timezone.now()} | changes
    move(line, LineState.UNDER_REVIEW, by=by, text=text, **changes)
    drop_outlived(line, by=by)


def drop_outlived(line: Line, *, by: User | None) -> None:
    """End a vote that is open although the locked line went another way meanwhile."""
    for ballot in _open_on(line):
        is_other = ballot.decision and not permissions.says_the_same(ballot.decision, ballot)
        if is_other or line.state not in VOTED_IN:
            drop(ballot, by=by)


def drop_open(line: Line, *, by: User) -> None:
    """End a vote that is open because others decide now; inside `change()` with a locked line."""
    for ballot in _open_on(line):
        drop(ballot, by=by)


def _open_on(line: Line) -> Iterator[Ballot]:
    for ballot in line.ballots.select_for_update(no_key=True).filter(
        state__in=[BallotState.OPEN, BallotState.TIED]
    ):
        ballot.line = line
        yield ballot


def drop(ballot: Ballot, *, by: User | None) -> None:
    """End a vote, and tell those who had to vote in writing; with the line locked."""
    end(ballot, BallotState.DROPPED, by=by)
    if ballot.kind == BallotKind.CIRCULAR:
        for seat in permissions.voters_of(ballot):
            if seat.user != by:
                tell("ballot_stopped", seat.user, ballot)


def end(ballot: Ballot, result: BallotState, *, by: User | None, **changes: Any) -> None:
    """Close a vote; of a secret one only the sums stay."""
    move(ballot, result, by=by, closed_at=timezone.now(), **changes)
    if ballot.is_secret:
        ballot.votes.update(choice="")


def tell(template: str, user: User, ballot: Ballot) -> None:
    url = address("ballot-detail", ballot.uuid)
    mails.write(template, user, {"line": ballot.line, "ballot": ballot, "url": url})
