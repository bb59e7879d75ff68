"""Who must not take part in a line: those who stepped back, or were challenged."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RecusalOrigin(models.TextChoices):
    DECLARED = "declared", _("Declared by the person")
    CHALLENGED = "challenged", _("Challenged by the applicant")
    FIRST_INSTANCE = "first_instance", _("Took part in the first decision")


class RecusalQuerySet(models.QuerySet):
    def standing(self):
        """Those that keep somebody away: declared, or a challenge that was upheld."""
        return self.filter(is_upheld=True)

    def waiting(self):
        """Challenges that nobody has answered."""
        return self.filter(is_upheld=None)


class Recusal(models.Model):
    """Somebody is kept away from a line: no access in any role, no vote, out of the quorum.

    A challenge waits for its answer while `is_upheld` is None. What the portal sees by itself
    (applicant, teacher of the course) is in `permissions.conflicts` and needs no row.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey("recognition.Line", on_delete=models.CASCADE, related_name="recusals")
    user = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="recusals")
    origin = models.CharField(max_length=16, choices=RecusalOrigin.choices)
    reason = models.TextField(_("reason"))
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    is_upheld = models.BooleanField(null=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RecusalQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "user"], condition=Q(is_upheld=True), name="recusal_once"
            ),
            models.UniqueConstraint(
                fields=["line", "user"],
                condition=Q(is_upheld__isnull=True),
                name="recusal_challenged_once_at_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_origin_display()}"

    @property
    def audit_institution(self):
        return self.line.audit_institution
