"""Supplementary assessment: a test of the outcomes that the papers do not show, and its result."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AssessmentForm(models.TextChoices):
    INTERVIEW = "interview", _("Interview")
    ORAL = "oral", _("Oral test")
    WRITTEN = "written", _("Written test")
    PORTFOLIO = "portfolio", _("Portfolio")
    PRACTICAL = "practical", _("Practical task")


class AssessmentEnd(models.TextChoices):
    """How an assessment ended; `NOT_TAKEN`: the applicant did not come or handed nothing in."""

    ASSESSED = "assessed", _("Assessed")
    NOT_TAKEN = "not_taken", _("Not taken")
    CANCELLED = "cancelled", _("Cancelled")


class AssessmentQuerySet(models.QuerySet):
    def open(self):
        return self.filter(ended_at=None)

    def assessed(self):
        """Those with a result, with what the evidence shows of it."""
        return self.filter(end=AssessmentEnd.ASSESSED).prefetch_related("results__outcome")

    def of_assessor(self, user):
        """What a person assesses, or has assessed."""
        return self.filter(assessor=user) if user.is_authenticated else self.none()


class SupplementaryAssessment(models.Model):
    """Ordered for some outcomes of a line; the clock stands still until it has ended.

    `place`: a room or an address of a meeting. `due_on`: until when the assessor gives the result.
    `grade` only when the rules of the case know grades.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(
        "recognition.Line", on_delete=models.CASCADE, related_name="assessments"
    )
    form = models.CharField(_("form"), max_length=10, choices=AssessmentForm.choices)
    assessor = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, related_name="assessments"
    )
    held_at = models.DateTimeField(_("date and time"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    instructions = models.TextField(_("instructions"))
    due_on = models.DateField(_("result until"))
    ordered_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=10, choices=AssessmentEnd.choices, blank=True)
    end_note = models.TextField(blank=True)
    grade = models.CharField(_("grade"), max_length=20, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["ordered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(ended_at=None), name="assessment_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | Q(ended_at__isnull=False) & ~Q(end=""),
                name="assessment_ends_somehow",
            ),
        ]

    def __str__(self):
        return f"{self.get_form_display()}: {self.line}"

    @property
    def audit_institution(self):
        return self.line.audit_institution


class AssessedOutcome(models.Model):
    """One outcome to be assessed; `is_met` is None until there is a result."""

    assessment = models.ForeignKey(
        SupplementaryAssessment, on_delete=models.CASCADE, related_name="results"
    )
    outcome = models.ForeignKey("credentials.LearningOutcome", on_delete=models.PROTECT)
    is_met = models.BooleanField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["assessment", "outcome__order"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "outcome"], name="assessed_outcome_once")
        ]

    def __str__(self):
        return f"{self.outcome}: {self.is_met}"
