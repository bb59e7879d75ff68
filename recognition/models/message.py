"""Messages: what applicant and registrar write each other about a line, outside of requests."""

import uuid

from django.db import models

LONGEST = 4000


class MessageQuerySet(models.QuerySet):
    def unread_by_applicant(self):
        return self.filter(read_at=None, is_from_applicant=False)

    def unread_by_staff(self):
        return self.filter(read_at=None, is_from_applicant=True)


class Message(models.Model):
    """It asks for nothing that the clock would wait for. `read_at`: by the other side, first."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey("recognition.Line", on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    is_from_applicant = models.BooleanField()
    text = models.TextField(max_length=LONGEST)
    sent_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "pk"]

    def __str__(self):
        return self.text[:80]

    @property
    def audit_institution(self):
        return self.line.audit_institution
