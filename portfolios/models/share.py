"""Share links: one credential shown to whoever holds the link, until a date or until withdrawn."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone


class ShareQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(credential__holder=user) if user.is_authenticated else self.none()

    def open(self):
        return self.filter(withdrawn_at=None, expires_at__gt=timezone.now())


class Share(models.Model):
    """`token` is the secret in the link; it opens this credential and nothing else."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    credential = models.ForeignKey(
        "credentials.Credential", on_delete=models.CASCADE, related_name="shares"
    )
    token = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="share_expires_after_creation",
            )
        ]

    def __str__(self):
        return f"{self.credential}: {self.label}"

    @property
    def url(self):
        """The whole address to pass on."""
        return settings.ADDRESS + reverse("share-open", args=[self.token])

    @property
    def is_open(self):
        return self.withdrawn_at is None and self.expires_at > timezone.now()

    @property
    def audit_institution(self):
        return None
