"""What waits for learners and teachers."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from credentials.models import Award, AwardHearing, Claim, User
from recognition.models import (
    Annulment,
    Case,
    Condition,
    InformationRequest,
    Line,
    Message,
)
from recognition.states import AnnulmentState, LineState
from recognition.work.items import Item, unread


def as_learner(user: User) -> Iterator[Item]:
    yield from _revocations(user)
    for award in Award.objects.awaiting_acceptance_by(user).select_related(
        "course_version__course__institution"
    ):
        yield Item(
            _("Accept “%(title)s”") % {"title": award.course_version},
            reverse("award-detail", args=[award.uuid]),
            _("A credential awarded to you by %(institution)s")
            % {"institution": award.course_version.course.institution},
        )
    cases = list(Case.objects.own(user).select_related("programme_version"))
    if any(not case.is_draft for case in cases):
        yield from _asked(user)
    for claim in Claim.objects.denied_lately_to(user).select_related("course_version__course"):
        yield Item(
            _("Read why your claim to “%(title)s” was denied") % {"title": claim.course_version},
            reverse("claim-detail", args=[claim.uuid]),
            _("You can claim it again."),
        )
    for case in cases:
        if case.is_draft:
            yield Item(
                _("Finish your application for %(programme)s")
                % {"programme": case.programme_version},
                reverse("case-detail", args=[case.uuid]),
                _("Saved, not sent yet"),
            )


def _revocations(user: User) -> Iterator[Item]:
    """Credentials that are to be revoked or were: what can still be said, and what to read."""
    for hearing in AwardHearing.objects.awaiting_answer_by(user):
        version = hearing.award.course_version
        yield Item(
            _("Answer before “%(title)s” is revoked") % {"title": version},
            reverse("hearing-answer", args=[hearing.uuid]),
            _("%(institution)s hears you first.") % {"institution": version.course.institution},
            hearing.due_on,
            hearing.award.number,
        )
    for award in Award.objects.revoked_lately_of(user).select_related("course_version"):
        yield Item(
            _("Read why “%(title)s” was revoked") % {"title": award.course_version},
            reverse("award-detail", args=[award.uuid]),
            _("There you find whom to turn to."),
            reference=award.number,
        )


def _asked(user: User) -> Iterator[Item]:
    """What is waited for in applications that were sent."""
    requests = (
        InformationRequest.objects.open()
        .to_applicant()
        .filter(line__case__applicant=user, line__state=LineState.INFO_REQUESTED)
        .select_related("line__case")
        .prefetch_related("items")
    )
    for request in requests:
        yield Item(
            _("Answer a question on %(reference)s") % {"reference": request.line.case},
            reverse("case-detail", args=[request.line.case.uuid]),
            str(request)[:160],
            request.due_on,
        )
    waiting = Message.objects.unread_by_applicant().filter(line__case__applicant=user)
    yield from unread(Line.objects.filter(pk__in=waiting.values("line")))
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
    yield from _grades(user)
    yield from _hearings(user)


def _grades(user: User) -> Iterator[Item]:
    """Grades of which a learner may still say whether they count."""
    asked = Line.objects.awaiting_grade_word().filter(case__applicant=user)
    for line in asked.select_related("case", "decision"):
        yield Item(
            _("Say whether the grade of %(reference)s counts") % {"reference": line.case},
            reverse("grade-answer", args=[line.uuid]),
            _("Without your answer it does not."),
            line.decision.grade_until,
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


def as_teacher(user: User) -> Iterator[Item]:
    claims = Claim.objects.awaiting_award_by(user).select_related(
        "claimant", "course_version__course"
    )
    for claim in claims:
        yield Item(
            _("Award or deny “%(title)s”") % {"title": claim.course_version},
            reverse("claim-detail", args=[claim.uuid]),
            _("Claimed by %(name)s") % {"name": claim.claimant},
        )
