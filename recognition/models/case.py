"""Cases: the envelope of an application, one applicant and one programme version."""

import uuid

from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from credentials.models import ProgrammeVersion, Role, Unit


class Purpose(models.TextChoices):
    RECOGNITION = "recognition", _("Count it towards my programme")
    ADVANCE = "advance", _("Know in advance whether it would count")


class Intake(models.TextChoices):
    ONLINE = "online", _("Sent by the learner")
    PAPER = "paper", _("Received on paper")
    ON_BEHALF = "on_behalf", _("Entered on behalf of the learner")


class CaseQuerySet(models.QuerySet):
    def with_all(self):
        """With what permissions, rules and mails ask of the case of a line."""
        return self.select_related(
            "applicant",
            "learner",
            "policy",
            "programme_version__programme__institution",
            "programme_version__programme__unit",
        )

    def own(self, user):
        """Applications of a learner; one that staff enters shows when it is sent."""
        return self.filter(applicant=user).exclude(submitted_at=None, entered_by__isnull=False)

    def drafted_by(self, user):
        """What somebody writes: own drafts, and those entered for learners."""
        own = self.own(user).filter(submitted_at=None)
        return self.filter(Q(pk__in=own) | Q(pk__in=self.entered_for(user)))

    def entered_for(self, user):
        """Drafts that registrars enter for a learner of a programme which the user keeps."""
        if not user.is_authenticated:
            return self.none()
        units = Unit.objects.staffed_by(user, Role.REGISTRAR)
        return self.filter(
            submitted_at=None,
            entered_by__isnull=False,
            programme_version__programme__unit__in=units,
        ).exclude(applicant=user)


class Case(models.Model):
    """Its state is that of its lines; it only knows whether and when it was submitted.

    `entered_by`: the member of staff who entered it, for an application on paper or on behalf.
    `received_on`: the day stamped on paper, from which its check is due; `consent`: the learner's
    signed consent, scanned. `receipt`: what is printed of it once it was sent.
    `tells_issuer`: the applicant agrees that who awarded the credentials learns of the result.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=40, blank=True)
    applicant = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, related_name="cases"
    )
    learner = models.ForeignKey(
        "credentials.Learner",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
    )
    programme_version = models.ForeignKey(
        "credentials.ProgrammeVersion", on_delete=models.PROTECT, related_name="cases"
    )
    policy = models.ForeignKey(
        "recognition.Policy", on_delete=models.PROTECT, null=True, blank=True
    )
    purpose = models.CharField(max_length=12, choices=Purpose.choices, default=Purpose.RECOGNITION)
    intake = models.CharField(max_length=10, choices=Intake.choices, default=Intake.ONLINE)
    entered_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_on = models.DateField(null=True, blank=True)
    consent = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    receipt = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    tells_issuer = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    check_due_on = models.DateField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="case_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True)
                | ~Q(reference="")
                & Q(policy__isnull=False)
                & Q(declared_at__isnull=False)
                & Q(learner__isnull=False),
                name="case_submitted_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(intake=Intake.ONLINE)
                | Q(entered_by__isnull=False)
                & Q(received_on__isnull=False)
                & Q(consent__isnull=False),
                name="case_entered_with_consent",
            ),
        ]

    def __str__(self):
        return self.reference or f"{self.programme_version}"

    @staticmethod
    def locked_with():
        """What is read with a case that is locked."""
        versions = ProgrammeVersion.objects.select_related(
            "programme__institution", "programme__unit"
        )
        return (Prefetch("programme_version", versions),)

    @property
    def institution(self):
        return self.programme_version.programme.institution

    @property
    def audit_institution(self):
        return self.institution

    @property
    def is_draft(self):
        return self.submitted_at is None
