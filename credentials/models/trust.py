"""Keys, signed forms and status lists of an institution as an issuer."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class KeyType(models.TextChoices):
    """What a key signs; the names are those of `trust.keys.KeyType`."""

    ED25519 = "Ed25519", _("Ed25519, for embedded proofs")
    RSA = "RSA", _("RSA, for badges as JWT")
    SEAL = "Seal", _("Certificate, for seals")


class IssuerKeyQuerySet(models.QuerySet):
    def active(self):
        """Keys that sign today: at most one of each type in an institution."""
        return self.filter(retired_at=None)

    def published(self):
        """Keys of the institution's DID; a seal is known by its certificate instead."""
        return self.exclude(type=KeyType.SEAL)

    def seals(self):
        return self.filter(type=KeyType.SEAL)


class IssuerKey(models.Model):
    """A signing key of an institution; the private half is kept encrypted (see trust/keys.py).

    A retired key signs nothing new, and what it signed stays valid. `stolen_from`: signatures from
    that moment on do not count. `wrapped_private` is None when the private half was erased.
    A key for seals was made elsewhere: `certificate` holds its chain as PEM, leaf first, which
    ends at `valid_until`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, related_name="keys"
    )
    type = models.CharField(max_length=8, choices=KeyType.choices, default=KeyType.ED25519)
    key_id = models.CharField(max_length=80)
    public_multibase = models.CharField(max_length=1600, blank=True)
    certificate = models.TextField(blank=True, default="")
    valid_until = models.DateTimeField(null=True, blank=True)
    wrapped_private = models.BinaryField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    stolen_from = models.DateTimeField(null=True, blank=True)

    objects = IssuerKeyQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "key_id"], name="issuer_key_once"),
            models.UniqueConstraint(
                fields=["institution", "type"],
                condition=Q(retired_at=None),
                name="issuer_one_active_key",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=False)
                | Q(stolen_from=None, wrapped_private__isnull=False),
                name="issuer_active_key_signs",
            ),
            models.CheckConstraint(
                condition=Q(type=KeyType.SEAL, valid_until__isnull=False) & ~Q(certificate="")
                | ~Q(type=KeyType.SEAL) & Q(certificate="", valid_until=None),
                name="issuer_seal_has_certificate",
            ),
        ]

    def __str__(self):
        return self.key_id

    @property
    def short_id(self):
        """The end of the key's name, by which people tell keys apart."""
        return self.key_id[-8:]

    @property
    def is_seal(self):
        return self.type == KeyType.SEAL

    @property
    def audit_institution(self):
        return self.institution


class KeyRequestKind(models.TextChoices):
    STOLEN = "stolen", _("Report as stolen")
    ERASE = "erase", _("Erase the private half")


class KeyRequestQuerySet(models.QuerySet):
    def unanswered(self):
        return self.filter(answered_at=None)


class KeyRequest(models.Model):
    """Something destructive that one registrar asks for a key and another one has to approve."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=8, choices=KeyRequestKind.choices)
    stolen_from = models.DateTimeField(null=True, blank=True)
    reason = models.TextField()
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, related_name="key_requests"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "credentials.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="key_requests_answered",
    )
    is_approved = models.BooleanField(default=False)

    objects = KeyRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(answered_at=None), name="key_request_one_open"
            ),
            models.CheckConstraint(
                condition=Q(is_approved=False)
                | Q(answered_by__isnull=False) & ~Q(answered_by=F("requested_by")),
                name="key_request_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(kind=KeyRequestKind.STOLEN) | Q(stolen_from__isnull=False),
                name="key_request_stolen_since",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.key}"

    @property
    def audit_institution(self):
        return self.key.institution


class Format(models.TextChoices):
    OPEN_BADGES = "ob3-eddsa-rdfc-2022", _("Open Badges 3.0, embedded proof")
    JWT = "ob3-jwt-rs256", _("Open Badges 3.0, JWT")
    SEALED = "edc-jades-b-b", _("European Digital Credential, sealed")


class SignedFormQuerySet(models.QuerySet):
    def current(self):
        """Those that are handed out: not signed anew since."""
        return self.filter(replaced_at=None)

    def unproven(self):
        """Those handed out whose signature does not count: made after their key was stolen."""
        return self.current().filter(signed_at__gte=F("key__stolen_from"))


class SignedForm(models.Model):
    """A credential of this portal as signed bytes in one format for one subject id.

    `replaced_at`: when it was signed anew, because its key was stolen; it is kept as proof.
    """

    credential = models.ForeignKey(
        "credentials.Credential", on_delete=models.PROTECT, related_name="signed_forms"
    )
    format = models.CharField(max_length=24, choices=Format.choices)
    subject_id = models.CharField(max_length=300, blank=True)
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT)
    body = models.TextField()
    sha256 = models.CharField(max_length=64, db_index=True)
    signed_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = SignedFormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "format", "subject_id"],
                condition=Q(replaced_at=None),
                name="signed_form_once",
            )
        ]

    def __str__(self):
        return f"{self.credential}, {self.get_format_display()}"


class StatusPurpose(models.TextChoices):
    REVOCATION = "revocation", _("Revocation")
    SUSPENSION = "suspension", _("Suspension")


class StatusList(models.Model):
    """A Bitstring Status List v1.0: `bits` packed eight to a byte, bit 0 the most significant.

    A list of suspensions belongs to one of revocations: a credential has the same place in both.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, related_name="status_lists"
    )
    purpose = models.CharField(max_length=12, choices=StatusPurpose.choices)
    length = models.PositiveIntegerField(default=131072)
    bits = models.BinaryField()
    beside = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="suspensions"
    )
    signed = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose=StatusPurpose.REVOCATION, beside=None)
                | Q(purpose=StatusPurpose.SUSPENSION, beside__isnull=False),
                name="status_suspensions_beside_revocations",
            )
        ]

    def __str__(self):
        return f"{self.institution}, {self.get_purpose_display()}"


class StatusEntryQuerySet(models.QuerySet):
    def of_revocation(self):
        found = self.filter(status_list__purpose=StatusPurpose.REVOCATION)
        return found.select_related("status_list__suspensions")


class StatusEntry(models.Model):
    """The place of one credential in one status list, shared by all its signed forms."""

    # The constraints have an index of each.
    credential = models.ForeignKey(
        "credentials.Credential",
        on_delete=models.PROTECT,
        related_name="status_entries",
        db_index=False,
    )
    status_list = models.ForeignKey(
        StatusList, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    index = models.PositiveIntegerField()

    objects = StatusEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status_list", "index"], name="status_index_once"),
            models.UniqueConstraint(fields=["credential", "status_list"], name="status_entry_once"),
        ]

    def __str__(self):
        return f"{self.status_list} #{self.index}"
