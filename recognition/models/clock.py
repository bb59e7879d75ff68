"""What the clock of a line has caused: reminders, and delays that applicants were told of."""

import uuid

from django.db import models
from django.db.models import F, Q


class Reminder(models.Model):
    """Those a line waits for were reminded when `share` per cent of the time were used.

    `began_at`: when this run of the clock began, so that a line that was opened again, or got a
    date on appeal, is reminded again.
    """

    line = models.ForeignKey("recognition.Line", on_delete=models.CASCADE, related_name="reminders")
    share = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "share", "began_at"], name="reminder_once")
        ]

    def __str__(self):
        return f"{self.line}: {self.share} %"


class Delay(models.Model):
    """The applicant was told that it takes longer, why, and until when (Recommendation on
    Criteria and Procedures, 2010). `reason` is a language map; `announced_by` None: the portal.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey("recognition.Line", on_delete=models.PROTECT, related_name="delays")
    reason = models.JSONField()
    old_due_on = models.DateField()
    new_due_on = models.DateField()
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    letter = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["announced_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "old_due_on"], name="delay_once"),
            models.CheckConstraint(
                condition=Q(new_due_on__gt=F("old_due_on")), name="delay_goes_forward"
            ),
        ]

    def __str__(self):
        return f"{self.line}: {self.new_due_on}"

    @property
    def audit_institution(self):
        return self.line.audit_institution
