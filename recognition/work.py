"""The only place that knows what waits for a person, in all their roles: "Your work"."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import in_language
from credentials.models import Award, Claim, Mail, User
from recognition.models import Case, InformationRequest, Line, Recusal, Review, Seat, SeatRole
from recognition.permissions import can_answer_challenge
from recognition.states import LineState, ReviewState
from recognition.vocabulary import DecisionType

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

    Fourteen queries, whatever there is to do; more when mails came back or somebody is challenged.
    """
    as_learner = _group(_("As a learner"), _as_learner(user))
    return [group for group in (as_learner,) if group.items] + waiting_for_staff(user)


def waiting_for_staff(user: User) -> list[Group]:
    """Return what waits for the user where they work, by role."""
    groups = [
        _group(_("As a teacher"), _as_teacher(user)),
        _group(_("As a reviewer"), _as_reviewer(user)),
        _group(_("As chair of a committee"), _as_chair(user)),
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


def _as_chair(user: User) -> Iterator[Item]:
    yield from _challenges(user)
    chaired = Seat.objects.current().filter(
        user=user, role=SeatRole.CHAIR, committee=OuterRef("committee")
    )
    lines = Line.objects.awaiting_decision_by(user).annotate(stands_in=~Exists(chaired))
    for line in lines.select_related("case", "module__course_version__course"):
        yield Item(
            _("Decide on %(reference)s") % {"reference": line.case},
            reverse("line-decide", args=[line.uuid]),
            _("%(target)s. You stand in for the chair.") % {"target": target_of(line)}
            if line.stands_in
            else target_of(line),
            line.due_on,
            line.case.reference,
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
        ]
    )
    unanswered = Q(
        state=LineState.INFO_REQUESTED,
        pk__in=InformationRequest.objects.filter(
            answered_at=None, closed_at=None, due_on__lt=timezone.localdate()
        ).values("line"),
    )
    lines = kept.filter(waiting | unanswered).select_related(
        "case__applicant", "module__course_version__course", "decision"
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
        return label, "line-check", line.case.check_due_on
    if line.state == LineState.INFO_REQUESTED:
        return _("Go on with %(reference)s: no answer came"), "line-check", None
    if line.state == LineState.DECIDED:
        return _("Send the decision on %(reference)s"), "line-record", line.due_on
    if line.decision.type == DecisionType.REFUSAL:
        return _("Close %(reference)s"), "line-record", None
    return _("Record the credits of %(reference)s"), "line-record", None


def target_of(line: Line) -> str:
    """Name what a line aims at, "INF-204 Applied Data Analysis" or "Free electives"."""
    if line.module is None:
        return _("Free electives")
    return f"{line.module.code} {in_language(line.module.title)}"
