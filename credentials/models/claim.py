"""Claims: a learner says they have earned a credential and asks for it."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from credentials import states
from credentials.models.institution import Unit
from credentials.models.people import Role
from credentials.states import ClaimState


class ClaimQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Own claims; those for courses one teaches, directs or keeps records of."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(claimant=user)
            | Q(course_version__course__teachers=user)
            | Q(course_version__course__unit__in=Unit.objects.staffed_by(user, *Role.values))
        ).distinct()

    def awaiting_award_by(self, user):
        """Open claims for courses the user teaches or that belong to a unit they teach for."""
        if not user.is_authenticated:
            return self.none()
        units = Unit.objects.staffed_by(user, Role.TEACHER, Role.COURSE_DIRECTOR)
        return (
            self.filter(state=ClaimState.SUBMITTED)
            .exclude(claimant=user)
            .filter(
                Q(course_version__course__teachers=user) | Q(course_version__course__unit__in=units)
            )
            .distinct()
        )

    def denied_lately_to(self, user):
        """Own claims denied in the last 30 days, unless claimed again or awarded since."""
        again = Claim.objects.filter(
            claimant=user,
            course_version__course=OuterRef("course_version__course"),
            submitted_at__gt=OuterRef("closed_at"),
        )
        return (
            self.filter(
                claimant=user,
                state=ClaimState.DENIED,
                closed_at__gte=timezone.now() - timedelta(days=30),
            )
            .exclude(Exists(again))
            .exclude(course_version__awards__learner__user=user)
        )


class Claim(models.Model):
    """One learner's claim to the credential of one course version."""

    MOVES = states.CLAIM_MOVES

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course_version = models.ForeignKey(
        "credentials.CourseVersion", on_delete=models.PROTECT, related_name="claims"
    )
    claimant = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, related_name="claims"
    )
    learner = models.ForeignKey(
        "credentials.Learner", on_delete=models.PROTECT, related_name="claims"
    )
    state = models.CharField(
        max_length=12, choices=ClaimState.choices, default=ClaimState.SUBMITTED
    )
    statement = models.TextField(blank=True)
    evidence = models.ManyToManyField("credentials.Evidence", blank=True, related_name="claims")
    reason = models.TextField(blank=True)
    submitted_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course_version", "claimant"],
                condition=Q(state=ClaimState.SUBMITTED),
                name="claim_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.SUBMITTED) ^ Q(closed_at__isnull=False),
                name="claim_closed_at_with_state",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.DENIED) | ~Q(reason=""),
                name="claim_denial_has_reason",
            ),
        ]

    def __str__(self):
        return f"{self.claimant}: {self.course_version}"

    @property
    def audit_institution(self):
        return self.course_version.course.institution
