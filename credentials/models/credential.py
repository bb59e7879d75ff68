"""Credentials: one row for whatever a person holds, own award, imported or self-declared."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials.language import in_language
from credentials.models.award import standing


class Origin(models.TextChoices):
    AWARD = "award", _("Awarded here")
    DECISION = "decision", _("Decision on recognition, signed here")
    IMPORTED = "imported", _("Signed file of another issuer")
    STATED = "stated", _("File kept as it is, facts stated by you")
    SELF_DECLARED = "self_declared", _("Declared by you")


SIGNED_HERE = (Origin.AWARD, Origin.DECISION)


class CredentialQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A credential belongs to its holder; others see it by share link or inside a case."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(holder=user)

    def in_portfolio(self):
        """What lies in the portfolio: everything but awards not yet accepted or still unsigned."""
        return self.filter(Q(award=None) | Q(award__accepted_at__isnull=False))

    def with_standing(self):
        """As `with_standing` of awards."""
        return self.annotate(**standing(award="award", credential="pk"))

    def external(self):
        return self.exclude(origin=Origin.AWARD)


class Credential(models.Model):
    """`facts` is `CredentialFacts` as JSON; `provenance` says per fact "signed" or "stated".

    `issuer_key` and `identifier` name the credential as its issuer does; together with the holder
    they are unique, so that importing a file twice does not make two credentials.
    `revoked_at`: when a decision on recognition no longer held; an award knows it itself.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    holder = models.ForeignKey(
        "credentials.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credentials",
    )
    origin = models.CharField(max_length=16, choices=Origin.choices)
    issuer_key = models.CharField(max_length=300, blank=True)
    identifier = models.CharField(max_length=500, blank=True)
    title = models.JSONField(default=dict)
    awarding_body = models.ForeignKey(
        "credentials.AwardingBody",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="credentials",
    )
    document = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True
    )
    facts = models.JSONField(default=dict)
    provenance = models.JSONField(default=dict, blank=True)
    verification = models.JSONField(default=dict, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "issuer_key", "identifier"],
                condition=~Q(identifier=""),
                name="credential_once_per_holder",
                violation_error_message=_("This credential is in your portfolio already."),
            )
        ]

    def __str__(self):
        return in_language(self.title)

    @property
    def audit_institution(self):
        """Own awards are audited where they were awarded; what a learner keeps is theirs alone."""
        return self.award.audit_institution if self.origin == Origin.AWARD else None
