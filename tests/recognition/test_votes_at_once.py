"""Votes at the same moment: each counts once, a vote closes once, who steps back has none."""

from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from credentials.models import AuditEvent, Mail
from credentials.verdict import Refused
from recognition.models import Ballot, Decision, Line, Vote
from recognition.services import ballots, decisions, delegation, letters, meetings
from recognition.states import BallotState, LineState
from recognition.vocabulary import DecisionType
from tests.at_once import at_once
from tests.factories.ballots import chair_of, make_ballot, make_draft, make_meeting
from tests.factories.people import make_registrar
from tests.factories.recognition import seated

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


@pytest.fixture(autouse=True)
def _proved(transactional_db):
    """Whatever raced fits together afterwards: see credentials/services/proof.py."""
    yield
    call_command("audit_check", stdout=StringIO())


def closings(ballot):
    found = AuditEvent.objects.filter(thing=str(ballot.uuid), action="move")
    return found.count()


def ready_ballot(**fields):
    """An open ballot whose chair has declared to be impartial, as the reviewers did before."""
    ballot = make_ballot(**fields)
    ballots.declare_impartial(ballot, by=chair_of(ballot.line))
    return ballot


def voters(ballot):
    return [chair_of(ballot.line), *seated(ballot.committee)]


def test_all_vote_at_once_and_the_ballot_closes_once():
    for _ in range(ROUNDS):
        ballot = ready_ballot()
        Mail.objects.all().delete()

        problems = at_once(
            *(partial(ballots.vote, ballot, "yes", by=user) for user in voters(ballot))
        )

        ballot.refresh_from_db()
        assert problems == []
        assert (ballot.state, ballot.yes, closings(ballot)) == (BallotState.ADOPTED, 4, 1)
        assert Mail.objects.filter(subject__contains="has ended").count() == 1


def test_two_votes_of_one_member_are_one_vote():
    for _ in range(ROUNDS):
        ballot = ready_ballot()
        member = voters(ballot)[1]

        problems = at_once(*(partial(ballots.vote, ballot, c, by=member) for c in ("yes", "no")))

        assert (problems, Vote.objects.filter(ballot=ballot).count()) == ([], 1)


def test_a_vote_while_the_ballot_is_stopped_is_in_or_refused():
    for _ in range(ROUNDS):
        ballot = ready_ballot()
        chair, member = voters(ballot)[:2]

        problems = at_once(
            partial(ballots.stop, ballot, by=chair), partial(ballots.vote, ballot, "yes", by=member)
        )

        ballot.refresh_from_db()
        refused = [type(problem) for problem in problems]
        assert (ballot.state, closings(ballot)) == (BallotState.DROPPED, 1)
        assert (refused, ballot.votes.count()) in (([], 1), ([Refused], 0))


def test_the_last_vote_and_the_scheduler_close_it_once():
    for _ in range(ROUNDS):
        ballot = ready_ballot()
        chair, *others = voters(ballot)
        for user in others:
            ballots.vote(ballot, "yes", by=user)
        Ballot.objects.filter(pk=ballot.pk).update(due_on=timezone.localdate() - timedelta(days=1))

        at_once(
            partial(ballots.vote, ballot, "yes", by=chair), ballots.settle_due, ballots.settle_due
        )

        ballot.refresh_from_db()
        assert (ballot.state, closings(ballot)) == (BallotState.NO_QUORUM, 1)


def test_who_steps_back_while_the_last_one_votes_has_no_vote():
    """Either all four votes were in, or an opinion too few is left and the vote ends uncounted."""
    for _ in range(ROUNDS):
        ballot = ready_ballot()
        chair, first, second, third = voters(ballot)
        for user in (chair, first, second):
            ballots.vote(ballot, "yes", by=user)

        problems = at_once(
            partial(ballots.step_back, ballot, "A cousin applies.", by=first),
            partial(ballots.vote, ballot, "no", by=third),
        )

        ballot.refresh_from_db()
        assert ballot.line.recusals.filter(user=first).exists()
        refused = [type(problem) for problem in problems]
        assert (ballot.state, ballot.line.state, ballot.yes, ballot.no, refused) in (
            (BallotState.ADOPTED, LineState.UNDER_REVIEW, 3, 1, []),
            (BallotState.DROPPED, LineState.UNDER_REVIEW, 0, 0, [Refused]),
        )


def test_one_of_two_ballots_opened_at_once_is_open():
    for _ in range(ROUNDS):
        draft = make_draft()

        problems = at_once(partial(make_ballot, draft), partial(make_ballot, draft))

        assert [type(problem) for problem in problems] == [Refused]
        assert Ballot.objects.filter(line=draft.line).count() == 1


def test_a_decision_is_sent_or_called_back_but_never_both():
    for _ in range(ROUNDS):
        draft = make_draft(delegated=[DecisionType.PARTIAL])
        decisions.sign(draft, by=chair_of(draft.line))
        list(letters.make(Line.objects.with_all().get(pk=draft.line_id)))
        line, member = Line.objects.get(pk=draft.line_id), seated(draft.line.committee)[0]
        registrar = make_registrar(line.case.institution)

        problems = at_once(
            partial(decisions.notify, line, by=registrar),
            partial(delegation.call, line, "Let us see it.", by=member),
        )

        line.refresh_from_db()
        sent = Decision.objects.filter(line=line, notified_at__isnull=False).exists()
        assert [type(problem) for problem in problems] == [Refused]
        assert (line.state, sent) in (
            (LineState.NOTIFIED, True),
            (LineState.DELIBERATION, False),
        )


def test_a_line_stands_on_an_agenda_once():
    for _ in range(ROUNDS):
        draft = make_draft()
        meeting = make_meeting(draft.line.committee)
        put = partial(meetings.put_on, meeting, draft.line, by=chair_of(draft.line))

        problems = at_once(put, put)

        assert [type(problem) for problem in problems] == [Refused]
        assert meeting.items.count() == 1
