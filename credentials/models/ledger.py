"""The ledger of recognised credits, and what is shown of decisions in the catalogue."""

import uuid

from django.db import models
from django.db.models import Q

from credentials.language import in_language


class CreditEntry(models.Model):
    """Credits recorded for an enrolment from a credential; reversed, never changed or deleted.

    `line` and `decision` are the uuids of what the recognition app decided. Units: ECTS, halves.
    `source_key` names the learning itself (issuer and identifier), so that a credential imported
    a second time cannot count a second time.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(
        "credentials.Enrolment", on_delete=models.PROTECT, related_name="credit_entries"
    )
    credential = models.ForeignKey(
        "credentials.Credential", on_delete=models.PROTECT, related_name="credit_entries"
    )
    source_key = models.CharField(max_length=64)
    module = models.ForeignKey(
        "credentials.Module",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_entries",
    )
    fills_module = models.BooleanField(default=False)
    ects = models.DecimalField(max_digits=4, decimal_places=1)
    grade = models.CharField(max_length=20, blank=True)
    line = models.UUIDField()
    decision = models.UUIDField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    reversed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ects__gt=0), name="credit_entry_positive"),
            models.UniqueConstraint(
                fields=["line", "credential"],
                condition=Q(reversed_at=None),
                name="credit_entry_once_per_line",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "module"],
                condition=Q(reversed_at=None, fills_module=True),
                name="credit_entry_module_filled_once",
            ),
        ]

    def __str__(self):
        return f"{self.ects} ECTS, {self.enrolment}"

    @property
    def audit_institution(self):
        return self.enrolment.learner.institution


class RecognitionSummary(models.Model):
    """How often credentials of a course were asked about and recognised; written by decisions."""

    course = models.ForeignKey(
        "credentials.Course", on_delete=models.CASCADE, related_name="recognition_summaries"
    )
    programme = models.ForeignKey(
        "credentials.Programme", on_delete=models.CASCADE, related_name="recognition_summaries"
    )
    target = models.JSONField(default=dict)
    asked = models.PositiveIntegerField(default=0)
    recognised = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-recognised", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "programme", "target"], name="recognition_summary_once"
            ),
            models.CheckConstraint(
                condition=Q(recognised__lte=models.F("asked")),
                name="recognition_summary_within_asked",
            ),
        ]

    def __str__(self):
        return f"{self.recognised} of {self.asked}: {in_language(self.target)}"
