"""What comes after a decision: objections and appeals, cases opened again, decisions annulled."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recognition import states
from recognition.states import AnnulmentState, LineState


class ObjectionKind(models.TextChoices):
    OBJECTION = "objection", _("Objection: who decided looks again")
    APPEAL = "appeal", _("Appeal: others decide")
    INACTION = "inaction", _("No decision in time")


class ObjectionResult(models.TextChoices):
    UPHELD = "upheld", _("Upheld: it is decided again")
    AMENDED = "amended", _("Amended: another decision is taken at once")
    REMITTED = "remitted", _("Sent back to the committee")
    DISMISSED = "dismissed", _("Dismissed: the decision stands")


class Objection(models.Model):
    """An applicant's remedy against a decision, or against none in time (LRC III.5).

    `body` decides: the committee on an objection, an appeal body on the other kinds.
    `from_state`: where the line was, and where it returns to when nothing is changed.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(
        "recognition.Line", on_delete=models.PROTECT, related_name="objections"
    )
    decision = models.ForeignKey(
        "recognition.Decision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="objections",
    )
    kind = models.CharField(max_length=10, choices=ObjectionKind.choices)
    body = models.ForeignKey("recognition.Committee", on_delete=models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=20, choices=LineState.choices)
    grounds = models.TextField(_("grounds"))
    documents = models.ManyToManyField("credentials.Document", blank=True, related_name="+")
    filed_at = models.DateTimeField()
    due_on = models.DateField()
    result = models.CharField(max_length=10, choices=ObjectionResult.choices, blank=True)
    reasons = models.TextField(_("reasons"), blank=True)
    new_due_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    letter = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["filed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(decided_at=None), name="objection_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, result="")
                | Q(decided_at__isnull=False) & ~Q(result="") & ~Q(reasons=""),
                name="objection_decided_with_reasons",
            ),
        ]

    def __str__(self):
        return f"{self.line}: {self.get_kind_display()}"

    @property
    def audit_institution(self):
        return self.line.audit_institution


class ReopeningReason(models.TextChoices):
    NEW_EVIDENCE = "new_evidence", _("There is new evidence")
    ERROR = "error", _("The decision has an error")
    CONSISTENCY = "consistency", _("Equal cases were decided otherwise")
    OBJECTION = "objection", _("An objection or appeal was upheld")
    REVIEW = "review", _("The learner asks people to look at it")


class Reopening(models.Model):
    """A decided line is opened again; the decision it had stays and is superseded by the next."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(
        "recognition.Line", on_delete=models.PROTECT, related_name="reopenings"
    )
    decision = models.ForeignKey(
        "recognition.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=14, choices=ReopeningReason.choices)
    text = models.TextField(_("why"))
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["opened_at", "pk"]

    def __str__(self):
        return f"{self.line}: {self.get_reason_display()}"

    @property
    def audit_institution(self):
        return self.line.audit_institution


class AnnulmentGround(models.TextChoices):
    FRAUD = "fraud", _("It rests on deceit")
    REVOKED = "revoked", _("Its issuer revoked the credential")
    ERROR = "error", _("It is manifestly wrong")


class Annulment(models.Model):
    """A decision is taken back: the learner is heard first, two people sign.

    `statement`: what the learner answered; without an answer it goes on after `due_on`.
    """

    MOVES = states.ANNULMENT_MOVES

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(
        "recognition.Line", on_delete=models.PROTECT, related_name="annulments"
    )
    decision = models.ForeignKey(
        "recognition.Decision", on_delete=models.PROTECT, related_name="annulments"
    )
    state = models.CharField(
        max_length=8, choices=AnnulmentState.choices, default=AnnulmentState.HEARING
    )
    ground = models.CharField(max_length=8, choices=AnnulmentGround.choices)
    reasons = models.TextField(_("reasons"))
    due_on = models.DateField()
    statement = models.TextField(_("statement"), blank=True)
    documents = models.ManyToManyField("credentials.Document", blank=True, related_name="+")
    heard_at = models.DateTimeField(null=True, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    countersigned_at = models.DateTimeField(null=True, blank=True)
    countersigned_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    letter = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(state__in=[AnnulmentState.HEARING, AnnulmentState.SIGNED]),
                name="annulment_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state=AnnulmentState.DONE)
                | Q(signed_by__isnull=False)
                & Q(countersigned_by__isnull=False)
                & ~Q(signed_by=models.F("countersigned_by")),
                name="annulment_done_by_two",
            ),
        ]

    def __str__(self):
        return f"{self.line}: {self.get_ground_display()}"

    @property
    def audit_institution(self):
        return self.line.audit_institution
