"""What waits for those who compare, assess, vote and decide."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import User
from recognition import upkeep
from recognition.models import (
    Ballot,
    Line,
    Meeting,
    Objection,
    ObjectionKind,
    Recusal,
    Review,
    Seat,
    SeatRole,
    SupplementaryAssessment,
)
from recognition.permissions import can_answer_challenge
from recognition.states import BallotState, LineState, ReviewState
from recognition.work.items import Duties, Item, More, due_first, target_of, with_lines

VOTED = (BallotState.TIED, BallotState.ADOPTED, BallotState.REJECTED, BallotState.NO_QUORUM)


def as_reviewer(user: User) -> Iterator[Item | More]:
    reviews = (
        Review.objects.awaiting_review_by(user)
        .filter(line__state=LineState.UNDER_REVIEW)
        .select_related("line__case", "line__module__course_version__course")
    )
    found, more = due_first(reviews, F("line__due_on"))
    for review in found:
        is_new = review.state == ReviewState.ASSIGNED
        label = (
            _("Say whether you are impartial in %(reference)s")
            if is_new
            else _("Compare outcomes in %(reference)s")
        )
        yield Item(
            label % {"reference": review.line.case},
            reverse("review-detail", args=[review.uuid]),
            target_of(review.line),
            review.line.due_on,
            review.line.case.reference,
        )
    yield more

    owed = Review.objects.waiting_for_substitute(user)
    for review in owed.select_related("reviewer", "line__case"):
        yield Item(
            _("Take over an opinion on %(reference)s") % {"reference": review.line.case},
            reverse("review-pass-on", args=[review.uuid]),
            _("You stand in for %(name)s, who is away.") % {"name": review.reviewer},
            review.line.due_on,
            review.line.case.reference,
        )


def as_assessor(user: User) -> Iterator[Item]:
    assessments = (
        SupplementaryAssessment.objects.of_assessor(user)
        .open()
        .filter(line__state=LineState.ASSESSMENT)
        .select_related("line__case", "line__module__course_version__course")
    )
    for assessment in assessments:
        yield Item(
            _("Assess for %(reference)s") % {"reference": assessment.line.case},
            reverse("assessment-detail", args=[assessment.uuid]),
            target_of(assessment.line),
            assessment.due_on,
        )


def as_member(user: User) -> Iterator[Item | More]:
    ballots = Ballot.objects.awaiting_vote_by(user).select_related(
        "line__case", "line__module__course_version__course"
    )
    found, more = due_first(ballots, F("due_on"))
    yield more
    for ballot in found:
        yield Item(
            _("Vote on %(reference)s") % {"reference": ballot.line.case},
            reverse("ballot-detail", args=[ballot.uuid]),
            target_of(ballot.line),
            ballot.due_on,
        )
    seats = Seat.objects.current().filter(user=user)
    planned = Meeting.objects.planned().filter(committee__in=seats.values("committee"))
    for meeting in planned.select_related("committee"):
        yield Item(
            _("See the agenda of the meeting at %(time)s")
            % {"time": f"{timezone.localtime(meeting.begins_at):%H:%M}"},
            reverse("meeting-detail", args=[meeting.uuid]),
            f"{meeting.committee}, {meeting.place}",
            timezone.localdate(meeting.begins_at),
        )


def as_chair(user: User, does: Duties) -> Iterator[Item | More]:
    """What waits for who presides; registrars answer the challenges that nobody else can."""
    yield from _challenges(user)
    if not does.head:
        return
    chaired = Seat.objects.current().filter(
        user=user, role=SeatRole.CHAIR, committee=OuterRef("committee")
    )
    votes = Ballot.objects.filter(line=OuterRef("pk")).exclude(state=BallotState.DROPPED)
    last = votes.order_by("-opened_at", "-pk")
    lines = (
        Line.objects.awaiting_decision_by(user)
        .select_related("case", "module__course_version__course")
        .annotate(stands_in=~Exists(chaired))
        .annotate(vote=Subquery(last.values("state")[:1]), ballot=Subquery(last.values("uuid")[:1]))
    )
    found, more = due_first(lines, F("due_on"))
    yield more
    for line in found:
        yield Item(
            _after_vote(line.vote) % {"reference": line.case},
            reverse("ballot-detail", args=[line.ballot])
            if line.vote in VOTED
            else reverse("line-decide", args=[line.uuid]),
            _("%(target)s. You stand in for the chair.") % {"target": target_of(line)}
            if line.stands_in
            else target_of(line),
            line.due_on,
        )
    yield from (Item(*one) for one in upkeep.waiting_for_chair(user))


def _challenges(user: User) -> Iterator[Item]:
    """Challenges to be answered by who presides, else by a registrar; one query without any."""
    lines = Line.objects.of_others_visible_to(user)
    waiting = Recusal.objects.waiting().filter(line__in=lines).exclude(user=user)
    for recusal in waiting.select_related("line__case"):
        if can_answer_challenge(user, recusal):
            yield Item(
                _("Answer a challenge in %(reference)s") % {"reference": recusal.line.case},
                reverse("challenge-answer", args=[recusal.uuid]),
                _("The applicant holds that a member is not impartial."),
                recusal.line.due_on,
                recusal.line.case.reference,
            )


def _after_vote(state: str | None) -> str:
    """Return what the chair does next with a line, by how the last vote on it ended."""
    return {
        BallotState.TIED: _("Decide the tie on %(reference)s"),
        BallotState.ADOPTED: _("Sign what was adopted on %(reference)s"),
        BallotState.REJECTED: _("Write anew what was rejected on %(reference)s"),
        BallotState.NO_QUORUM: _("Too few voted on %(reference)s"),
        BallotState.TO_MEETING: _("A meeting is asked for on %(reference)s"),
    }.get(state, _("Decide on %(reference)s"))


def as_director(user: User, does: Duties) -> Iterator[Item]:
    """What the rules let course directors decide; and objections, for who heads the committee."""
    if does.direct:
        yield from _delegated(user)
    if does.head:
        yield from _objections(user)


def _delegated(user: User) -> Iterator[Item]:
    lines = Line.objects.delegated_to_director(user).filter(
        state=LineState.DELIBERATION, vote_called_at=None
    )
    voted_on = Ballot.objects.open().filter(line=OuterRef("pk"))
    found = lines.filter(~Exists(voted_on)).exclude(case__applicant=user)
    for line in found.not_stepped_back_from(user).select_related(
        "case", "module__course_version__course"
    ):
        yield Item(
            _("Decide on %(reference)s") % {"reference": line.case},
            reverse("line-decide", args=[line.uuid]),
            target_of(line),
            line.due_on,
            line.case.reference,
        )


def _objections(user: User) -> Iterator[Item]:
    objections = Objection.objects.undecided().before(user)
    for objection in with_lines(objections.filter(kind=ObjectionKind.OBJECTION)):
        yield Item(
            _("Answer the objection on %(reference)s") % {"reference": objection.line.case},
            reverse("objection-detail", args=[objection.uuid]),
            target_of(objection.line),
            objection.due_on,
            objection.line.case.reference,
        )


def on_appeal_body(user: User) -> Iterator[Item]:
    appeals = Objection.objects.undecided().before(user).exclude(kind=ObjectionKind.OBJECTION)
    for appeal in with_lines(appeals):
        yield Item(
            _("Look at the appeal on %(reference)s") % {"reference": appeal.line.case},
            reverse("objection-detail", args=[appeal.uuid]),
            target_of(appeal.line),
            appeal.due_on,
            appeal.line.case.reference,
        )
