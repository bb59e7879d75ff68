"""Mails: written with their cause, sent by the worker, kept as a trace of who was told what."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

COMES_BACK_WITHIN = timedelta(days=1)  # a later mail that has not come back by then has arrived


class BounceReason(models.TextChoices):
    """Why a mail did not arrive, from the status codes of RFC 3463; ends a sentence."""

    UNKNOWN = "unknown", _("the mailbox is unknown")
    FULL = "full", _("the mailbox is full")
    CLOSED = "closed", _("the mailbox takes no mail")
    REFUSED = "refused", _("the other mail server refused it")
    LATE = "late", _("the other mail server could not be reached")
    UNSENT = "unsent", _("it could not be sent")
    OTHER = "other", _("the other mail server gave no reason")


class MailQuerySet(models.QuerySet):
    def about(self, *things):
        """Mails about one of these things, the oldest first."""
        return self.filter(thing__in=[thing.uuid for thing in things])

    def to_learner(self, learner):
        """Mails to the address of the learner's account, or to one that the institution knows."""
        account = Q(user__isnull=False, user=learner.user_id, recipient=F("user__email"))
        return self.filter(account | Q(recipient__in=learner.emails.values("email")))

    def bounced(self):
        """Mails that did not arrive, to addresses at which nothing has arrived since."""
        arrived = self.model.objects.filter(
            recipient__iexact=OuterRef("recipient"),
            created_at__gt=OuterRef("created_at"),
            sent_at__lt=timezone.now() - COMES_BACK_WITHIN,
            bounced_at=None,
        )
        return self.filter(~Exists(arrived), bounced_at__isnull=False)

    def unsettled(self):
        """Mails that did not arrive, and nobody has said that they told the reader otherwise."""
        return self.filter(bounced_at__isnull=False, settled_at=None)


class Mail(models.Model):
    """A mail; `about` is the noun and `thing` the uuid of what it tells of.

    `user` is None for somebody without an account. `error` is what a mail server said last, also
    when it only delays the mail; `bounced_at` when it is certain that the mail does not arrive;
    `settled_at` when a registrar has told the reader in another way. The uuid is part of the
    Message-ID: it is how a delivery report names the mail, and is known to its reader alone.
    `holds_secret`: a link in it opens something; its text is emptied once it is sent.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        "credentials.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="mails",
    )
    recipient = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    about = models.CharField(max_length=20, blank=True)
    thing = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    holds_secret = models.BooleanField(default=False)
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_reason = models.CharField(max_length=10, choices=BounceReason.choices, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "credentials.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["thing"], name="mail_thing"),
            models.Index(
                fields=["thing"], condition=Q(bounced_at__isnull=False), name="mail_bounced"
            ),
            models.Index(Upper("recipient"), name="mail_recipient"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(bounced_at__isnull=True, bounce_reason="")
                | Q(bounced_at__isnull=False) & ~Q(bounce_reason=""),
                name="mail_bounced_for_a_reason",
            )
        ]

    def __str__(self):
        return self.subject

    @property
    def reader(self) -> str:
        """The reader's name, or the address of somebody without an account."""
        return str(self.user) if self.user else self.recipient
