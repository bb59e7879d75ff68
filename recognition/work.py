"""The only place that knows what waits for a person, in all their roles: "Your work"."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import in_language
from credentials.models import Award, Claim, CreditEntry, Mail, User
from credentials.states import AwardState
from recognition.models import (
    Annulment,
    Ballot,
    Case,
    Condition,
    InformationRequest,
    Line,
    Meeting,
    Objection,
    ObjectionKind,
    Recusal,
    Review,
    Seat,
    SeatRole,
)
from recognition.permissions import can_answer_challenge
from recognition.states import AnnulmentState, BallotState, LineState, ReviewState

SHOWN = 25


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: a link that starts with a verb, what it is about, until when.

    `reference` names it in a mail, where nothing else may stand.
    """

    label: str
    url: str
    about: str
    due: date | None = None
    reference: str = ""

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()

    @property
    def is_close(self) -> bool:
        return (
            self.due is not None
            and not self.is_late
            and (self.due <= timezone.localdate() + timedelta(days=5))
        )


@dataclass(slots=True)
class Group:
    """The things one role has to do, those due first on top; `more` are not shown."""

    title: str
    items: list[Item] = field(default_factory=list)
    more: int = 0


def waiting_for(user: User) -> list[Group]:
    """Return what waits for the user, by role; roles with nothing to do are left out.

    A constant number of queries, whatever there is to do.
    """
    as_learner = _group(_("As a learner"), _as_learner(user))
    return [group for group in (as_learner,) if group.items] + waiting_for_staff(user)


def waiting_for_staff(user: User) -> list[Group]:
    """Return what waits for the user where they work, by role."""
    groups = [
        _group(_("As a teacher"), _as_teacher(user)),
        _group(_("As a reviewer"), _as_reviewer(user)),
        _group(_("As a member of a committee"), _as_member(user)),
        _group(_("As chair of a committee"), _as_chair(user)),
        _group(_("As a course director"), _as_director(user)),
        _group(_("On an appeal body"), _on_appeal_body(user)),
        _group(_("As a registrar"), _as_registrar(user)),
    ]
    return [group for group in groups if group.items]


def deadlines_of(user: User) -> dict[str, int]:
    """Count what is late and what will be within a week, of all lines the user works on."""
    lines = Line.objects.visible_to(user).exclude(case__applicant=user)
    return {"late": lines.late().count(), "soon": lines.due_soon().count()}


def _group(title: str, items: Iterator[Item]) -> Group:
    ordered = sorted(items, key=lambda item: item.due or date.max)
    return Group(title, ordered[:SHOWN], max(0, len(ordered) - SHOWN))


def _as_learner(user: User) -> Iterator[Item]:
    for award in Award.objects.awaiting_acceptance_by(user).select_related(
        "course_version__course__institution"
    ):
        yield Item(
            _("Accept “%(title)s”") % {"title": award.course_version},
            reverse("award-detail", args=[award.uuid]),
            _("A credential awarded to you by %(institution)s")
            % {"institution": award.course_version.course.institution},
        )
    requests = InformationRequest.objects.filter(
        line__case__applicant=user,
        line__state=LineState.INFO_REQUESTED,
        answered_at=None,
        closed_at=None,
    ).select_related("line__case")
    for request in requests:
        yield Item(
            _("Answer a question on %(reference)s") % {"reference": request.line.case},
            reverse("case-detail", args=[request.line.case.uuid]),
            request.items[:160],
            request.due_on,
        )
    conditions = Condition.objects.awaited().filter(
        decision__line__case__applicant=user, answered_at=None
    )
    for condition in conditions.select_related("decision__line__case"):
        yield Item(
            _("Meet a condition of %(reference)s") % {"reference": condition.line.case},
            reverse("condition-prove", args=[condition.uuid]),
            condition.text[:160],
            condition.due_on,
        )
    yield from _hearings(user)
    for claim in Claim.objects.denied_lately_to(user).select_related("course_version__course"):
        yield Item(
            _("Read why your claim to “%(title)s” was denied") % {"title": claim.course_version},
            reverse("claim-detail", args=[claim.uuid]),
            _("You can claim it again."),
        )
    for case in Case.objects.filter(applicant=user, submitted_at=None).select_related(
        "programme_version"
    ):
        yield Item(
            _("Finish your application for %(programme)s") % {"programme": case.programme_version},
            reverse("case-detail", args=[case.uuid]),
            _("Saved, not sent yet"),
        )


def _hearings(user: User) -> Iterator[Item]:
    """What a learner should answer before a decision is taken back."""
    heard = Annulment.objects.filter(
        line__case__applicant=user, state=AnnulmentState.HEARING, heard_at=None
    ).exclude(hearing=None)
    for annulment in heard.select_related("line__case"):
        yield Item(
            _("Answer before a decision on %(reference)s is taken back")
            % {"reference": annulment.line.case},
            reverse("annulment-detail", args=[annulment.uuid]),
            _("You are heard first."),
            annulment.due_on,
        )


def _as_teacher(user: User) -> Iterator[Item]:
    claims = Claim.objects.awaiting_award_by(user).select_related(
        "claimant", "course_version__course"
    )
    for claim in claims:
        yield Item(
            _("Award or deny “%(title)s”") % {"title": claim.course_version},
            reverse("claim-detail", args=[claim.uuid]),
            _("Claimed by %(name)s") % {"name": claim.claimant},
        )


def _as_reviewer(user: User) -> Iterator[Item]:
    reviews = (
        Review.objects.awaiting_review_by(user)
        .filter(line__state=LineState.UNDER_REVIEW)
        .select_related("line__case", "line__module__course_version__course")
    )
    for review in reviews:
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

    owed = Review.objects.waiting_for_substitute(user)
    for review in owed.select_related("reviewer", "line__case"):
        yield Item(
            _("Take over an opinion on %(reference)s") % {"reference": review.line.case},
            reverse("review-pass-on", args=[review.uuid]),
            _("You stand in for %(name)s, who is away.") % {"name": review.reviewer},
            review.line.due_on,
            review.line.case.reference,
        )


def _as_member(user: User) -> Iterator[Item]:
    ballots = Ballot.objects.awaiting_vote_by(user).select_related(
        "line__case", "line__module__course_version__course"
    )
    for ballot in ballots:
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


def _as_chair(user: User) -> Iterator[Item]:
    yield from _challenges(user)
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
    for line in lines:
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


VOTED = (BallotState.TIED, BallotState.ADOPTED, BallotState.REJECTED, BallotState.NO_QUORUM)


def _after_vote(state: str | None) -> str:
    """Return what the chair does next with a line, by how the last vote on it ended."""
    return {
        BallotState.TIED: _("Decide the tie on %(reference)s"),
        BallotState.ADOPTED: _("Sign what was adopted on %(reference)s"),
        BallotState.REJECTED: _("Write anew what was rejected on %(reference)s"),
        BallotState.NO_QUORUM: _("Too few voted on %(reference)s"),
        BallotState.TO_MEETING: _("A meeting is asked for on %(reference)s"),
    }.get(state, _("Decide on %(reference)s"))


def _as_director(user: User) -> Iterator[Item]:
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

    objections = Objection.objects.undecided().before(user)
    for objection in _with_lines(objections.filter(kind=ObjectionKind.OBJECTION)):
        yield Item(
            _("Answer the objection on %(reference)s") % {"reference": objection.line.case},
            reverse("objection-detail", args=[objection.uuid]),
            target_of(objection.line),
            objection.due_on,
            objection.line.case.reference,
        )


def _with_lines(objections: QuerySet[Objection]) -> QuerySet[Objection]:
    return objections.select_related("line__case", "line__module__course_version__course")


def _on_appeal_body(user: User) -> Iterator[Item]:
    appeals = Objection.objects.undecided().before(user).exclude(kind=ObjectionKind.OBJECTION)
    for appeal in _with_lines(appeals):
        yield Item(
            _("Look at the appeal on %(reference)s") % {"reference": appeal.line.case},
            reverse("objection-detail", args=[appeal.uuid]),
            target_of(appeal.line),
            appeal.due_on,
            appeal.line.case.reference,
        )


def _annulments(user: User) -> Iterator[Item]:
    """Decisions that somebody proposed to take back and that wait for a signature."""
    today, lines = timezone.localdate(), Line.objects.visible_to(user)
    heard = Q(state=AnnulmentState.HEARING) & (Q(due_on__lt=today) | ~Q(heard_at=None))
    found = Annulment.objects.filter(heard | Q(state=AnnulmentState.SIGNED), line__in=lines)
    mine = Q(line__case__applicant=user) | Q(signed_by=user)
    mine |= Q(state=AnnulmentState.SIGNED, proposed_by=user)
    found = found.exclude(pk__in=Annulment.objects.filter(mine).values("pk"))
    for annulment in found.select_related("line__case", "line__module__course_version__course"):
        yield Item(
            _("Sign, or let the decision on %(reference)s stand")
            % {"reference": annulment.line.case},
            reverse("annulment-detail", args=[annulment.uuid]),
            target_of(annulment.line),
            reference=annulment.line.case.reference,
        )


def _revoked(kept: QuerySet[Line]) -> Iterator[Item]:
    """Decisions whose credits still count although their credential was revoked here."""
    counting = CreditEntry.objects.filter(
        reversed_at=None, credential__award__state=AwardState.REVOKED
    )
    open_ones = Annulment.objects.unfinished().values("line")
    lines = kept.filter(uuid__in=counting.values("line")).exclude(pk__in=open_ones)
    for line in lines.select_related("case", "module__course_version__course"):
        yield Item(
            _("Take back the decision on %(reference)s? A credential was revoked")
            % {"reference": line.case},
            reverse("annulment-new", args=[line.uuid]),
            target_of(line),
            reference=line.case.reference,
        )


def _without_body(kept: QuerySet[Line]) -> Iterator[Item]:
    """Appeals that come before nobody yet, because no appeal body is set up."""
    for appeal in _with_lines(Objection.objects.undecided().filter(body=None, line__in=kept)):
        yield Item(
            _("Find an appeal body for %(reference)s") % {"reference": appeal.line.case},
            reverse("objection-detail", args=[appeal.uuid]),
            target_of(appeal.line),
            appeal.due_on,
            appeal.line.case.reference,
        )


def _challenges(user: User) -> Iterator[Item]:
    """One query, as long as nobody is challenged."""
    lines = Line.objects.visible_to(user).exclude(case__applicant=user)
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


def _as_registrar(user: User) -> Iterator[Item]:
    kept = Line.objects.kept_by(user).exclude(case__applicant=user)
    yield from _undelivered(user, kept)
    waiting = Q(
        state__in=[
            LineState.SUBMITTED,
            LineState.FORMAL_CHECK,
            LineState.DECIDED,
            LineState.NOTIFIED,
            LineState.REOPENED,
        ]
    )
    unanswered = Q(
        state=LineState.INFO_REQUESTED,
        pk__in=InformationRequest.objects.filter(
            answered_at=None, closed_at=None, due_on__lt=timezone.localdate()
        ).values("line"),
    )
    yield from _annulments(user)
    yield from _revoked(kept)
    yield from _without_body(kept)
    now = timezone.localdate()
    to_settle = Condition.objects.awaited().filter(
        Q(answered_at__isnull=False) | Q(due_on__lt=now, reminded_at__isnull=False)
    )
    proved = Q(state=LineState.CONDITION_PENDING, decision__in=to_settle.values("decision"))
    lines = kept.filter(waiting | unanswered | proved).select_related(
        "case__applicant", "module__course_version__course", "decision"
    )
    ready = [line for line in lines if line.state == LineState.DECIDED and line.decision.letter_id]
    if len(ready) > 1:
        yield Item(
            _("Inspect and send %(count)s letters") % {"count": len(ready)},
            reverse("letter-release"),
            _("All of them on one page"),
            min((line.due_on for line in ready if line.due_on), default=None),
        )
    for line in lines:
        label, address, due = _next_step(line)
        yield Item(
            label % {"reference": line.case},
            reverse(address, args=[line.uuid]),
            f"{line.case.applicant}, {target_of(line)}",
            due,
            line.case.reference,
        )


def _undelivered(user: User, kept: QuerySet[Line]) -> Iterator[Item]:
    """One item for each application and reader whose mails came back; see `notices.settle`."""
    about = Q(thing__in=kept.values("uuid")) | Q(thing__in=kept.values("case__uuid"))
    mails = list(Mail.objects.unsettled().filter(about).exclude(user=user).select_related("user"))
    things = [mail.thing for mail in mails]
    lines: dict[uuid.UUID, Line] = {}
    found = kept.filter(Q(uuid__in=things) | Q(case__uuid__in=things))
    for line in found.select_related("case"):
        lines |= {line.uuid: line, line.case.uuid: line}
    missed = {(lines[one.thing].case, one.reader): one for one in mails if one.thing in lines}
    for (case, reader), mail in missed.items():
        yield Item(
            _("Reach %(name)s about %(reference)s") % {"name": reader, "reference": case},
            reverse("line-detail", args=[lines[mail.thing].uuid]),
            _("A mail did not arrive: %(why)s") % {"why": mail.get_bounce_reason_display()},
            reference=case.reference,
        )


def _next_step(line: Line) -> tuple[str, str, date | None]:
    """Return what a registrar does next with a line, where, and until when."""
    if line.state in (LineState.SUBMITTED, LineState.FORMAL_CHECK):
        label = _("Check whether %(reference)s is complete")
        return label, "line-check", line.due_on or line.case.check_due_on
    if line.state == LineState.REOPENED:
        return _("Pass %(reference)s on: it is open again"), "line-resume", line.due_on
    if line.state == LineState.INFO_REQUESTED:
        return _("Go on with %(reference)s: no answer came"), "line-check", None
    if line.state == LineState.DECIDED:
        return _("Send the decision on %(reference)s"), "line-record", line.due_on
    if line.state == LineState.CONDITION_PENDING:
        return _("Settle a condition of %(reference)s"), "line-conditions", None
    if not line.decision.is_recorded:
        return _("Close %(reference)s"), "line-record", None
    if not line.decision.gives_credits:
        return _("Write the decision on %(reference)s into the record"), "line-record", None
    return _("Record the credits of %(reference)s"), "line-record", None


def target_of(line: Line) -> str:
    """Name what a line aims at, "INF-204 Applied Data Analysis" or "Free electives"."""
    if line.module is None:
        return _("Free electives")
    return f"{line.module.code} {in_language(line.module.title)}"
