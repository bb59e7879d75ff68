"""Cases: the envelope of an application, one applicant and one programme version."""

import uuid

from django.db import models
from django.db.models import Q


class Case(models.Model):
    """Its state is that of its lines; it only knows whether and when it was submitted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=40, blank=True)
    applicant = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, related_name="cases"
    )
    learner = models.ForeignKey(
        "credentials.Learner",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
    )
    programme_version = models.ForeignKey(
        "credentials.ProgrammeVersion", on_delete=models.PROTECT, related_name="cases"
    )
    policy = models.ForeignKey(
        "recognition.Policy", on_delete=models.PROTECT, null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    check_due_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="case_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True)
                | ~Q(reference="")
                & Q(policy__isnull=False)
                & Q(declared_at__isnull=False)
                & Q(learner__isnull=False),
                name="case_submitted_is_complete",
            ),
        ]

    def __str__(self):
        return self.reference or f"{self.programme_version}"

    @property
    def institution(self):
        return self.programme_version.programme.institution

    @property
    def audit_institution(self):
        return self.institution

    @property
    def is_draft(self):
        return self.submitted_at is None
