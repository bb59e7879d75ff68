"""Evidence: a file or a link that shows what somebody has learned."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EvidenceKind(models.TextChoices):
    CERTIFICATE = "certificate", _("Certificate or transcript")
    DESCRIPTION = "description", _("Course or module description")
    WORK = "work", _("Own work")
    STATEMENT = "statement", _("Statement of an employer or teacher")
    REFLECTION = "reflection", _("Reflection")
    OTHER = "other", _("Other")


class Evidence(models.Model):
    """Owned by a learner; claims, credentials and applications refer to it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey("credentials.User", on_delete=models.CASCADE, related_name="evidence")
    credential = models.ForeignKey(
        "credentials.Credential",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="evidence",
    )
    kind = models.CharField(
        _("kind"), max_length=20, choices=EvidenceKind.choices, default=EvidenceKind.OTHER
    )
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("web address"), blank=True)
    document = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(url="") ^ Q(document__isnull=False),
                name="evidence_file_or_link",
                violation_error_message=_("Give a file or a web address, not both."),
            )
        ]

    def __str__(self):
        return self.title
