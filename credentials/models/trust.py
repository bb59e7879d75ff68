"""Keys, signed forms and status lists of an institution as an issuer."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class IssuerKey(models.Model):
    """A signing key of an institution; the private half is kept encrypted (see trust/keys.py)."""

    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, related_name="keys"
    )
    key_id = models.CharField(max_length=80)
    public_multibase = models.CharField(max_length=120)
    wrapped_private = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "key_id"], name="issuer_key_once"),
            models.UniqueConstraint(
                fields=["institution"],
                condition=Q(retired_at=None),
                name="issuer_one_active_key",
            ),
        ]

    def __str__(self):
        return self.key_id


class Format(models.TextChoices):
    OPEN_BADGES = "ob3-eddsa-rdfc-2022", _("Open Badges 3.0, embedded proof")


class SignedForm(models.Model):
    """A credential of this portal as signed bytes in one format for one subject id."""

    credential = models.ForeignKey(
        "credentials.Credential", on_delete=models.PROTECT, related_name="signed_forms"
    )
    format = models.CharField(max_length=24, choices=Format.choices)
    subject_id = models.CharField(max_length=300, blank=True)
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT)
    body = models.TextField()
    sha256 = models.CharField(max_length=64, db_index=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "format", "subject_id"], name="signed_form_once"
            )
        ]

    def __str__(self):
        return f"{self.credential}, {self.get_format_display()}"


class StatusPurpose(models.TextChoices):
    REVOCATION = "revocation", _("Revocation")


class StatusList(models.Model):
    """A Bitstring Status List v1.0: `bits` packed eight to a byte, bit 0 the most significant."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, related_name="status_lists"
    )
    purpose = models.CharField(max_length=12, choices=StatusPurpose.choices)
    length = models.PositiveIntegerField(default=131072)
    bits = models.BinaryField()
    signed = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.institution}, {self.get_purpose_display()}"


class StatusEntry(models.Model):
    """The place of one credential in one status list, shared by all its signed forms."""

    credential = models.ForeignKey(
        "credentials.Credential", on_delete=models.PROTECT, related_name="status_entries"
    )
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="entries")
    index = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status_list", "index"], name="status_index_once"),
            models.UniqueConstraint(fields=["credential", "status_list"], name="status_entry_once"),
        ]

    def __str__(self):
        return f"{self.status_list} #{self.index}"
