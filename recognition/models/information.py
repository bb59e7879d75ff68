"""What is asked about a line, item by item: of the applicant, or of who issued a credential."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

OPEN = Q(answered_at=None, closed_at=None)


class Addressee(models.TextChoices):
    APPLICANT = "applicant", _("The learner")
    ISSUER = "issuer", _("Who issued it")


class IssuerWord(models.TextChoices):
    """What an issuer says of a credential that bears its name."""

    CONFIRMED = "confirmed", _("Yes, we issued it")
    DENIED = "denied", _("No, we did not issue it")
    NOT_FOUND = "not_found", _("We cannot find out")


class InformationQuerySet(models.QuerySet):
    def open(self):
        """Those whose answer is waited for."""
        return self.filter(OPEN)

    def to_applicant(self):
        return self.filter(addressee=Addressee.APPLICANT)

    def to_issuer(self):
        return self.filter(addressee=Addressee.ISSUER)


class InformationRequest(models.Model):
    """One round of questions; the clock stands still until it is answered or nobody waits.

    `source`: the credential whose issuer is asked, None when the applicant is. `closed_at`: since
    when nobody waits for an answer any more; one that comes later still counts. `letter`: what the
    applicant is asked; the letter to an issuer is kept with the inquiry.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(
        "recognition.Line", on_delete=models.CASCADE, related_name="information_requests"
    )
    addressee = models.CharField(
        max_length=10, choices=Addressee.choices, default=Addressee.APPLICANT
    )
    source = models.ForeignKey(
        "recognition.LineSource", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField()
    asked_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    letter = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = InformationQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=OPEN & Q(addressee=Addressee.APPLICANT),
                name="information_one_open",
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=OPEN & Q(addressee=Addressee.ISSUER),
                name="information_one_open_to_issuer",
            ),
            models.CheckConstraint(
                condition=Q(addressee=Addressee.ISSUER) ^ Q(source__isnull=True),
                name="information_issuer_has_source",
            ),
        ]

    def __str__(self):
        return "\n".join(item.text for item in self.items.all())

    @property
    def audit_institution(self):
        return self.line.audit_institution

    @property
    def ended_at(self):
        """When the clock went on, None while it stands still."""
        return self.closed_at or self.answered_at


class InformationItem(models.Model):
    """One thing that is asked, and its answer in words, with files, or both."""

    request = models.ForeignKey(InformationRequest, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    text = models.TextField(_("what is missing"))
    answer = models.TextField(_("answer"), blank=True)
    documents = models.ManyToManyField("credentials.Document", blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["request", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "position"], name="information_item_position_once"
            )
        ]

    def __str__(self):
        return self.text


class IssuerInquiry(models.Model):
    """How an issuer is reached and what it says; it answers by a link, without an account.

    Of the link only `token_hash` is kept (SHA-256, hex), "" when there is none: then the issuer
    answers the letter, and the registrar enters it. A reminder brings a link of its own beside
    it, kept as `reminder_hash`. `attempts`: answers sent through either.
    """

    request = models.OneToOneField(
        InformationRequest, on_delete=models.CASCADE, related_name="inquiry"
    )
    name = models.CharField(_("issuer"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    language = models.CharField(max_length=12, choices=settings.LANGUAGES, default="en")
    number = models.CharField(max_length=40)
    token_hash = models.CharField(max_length=64, blank=True)
    reminder_hash = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)
    letter = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    word = models.CharField(max_length=10, choices=IssuerWord.choices, blank=True)
    answered_by = models.CharField(_("who answers"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="inquiry_token_once"
            ),
            models.CheckConstraint(
                condition=~Q(email="", postal_address=""), name="inquiry_reaches_somebody"
            ),
        ]

    def __str__(self):
        return f"{self.number}: {self.name}"

    @property
    def is_expired(self):
        return self.request.due_on < timezone.localdate()
