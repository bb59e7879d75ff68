"""Work done in the background: jobs with their progress."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials import states
from credentials.models.institution import Unit
from credentials.models.people import Role
from credentials.states import JobState


class JobKind(models.TextChoices):
    SIGN_AWARD = "sign_award", _("Signing a credential")
    SIGN_BATCH = "sign_batch", _("Signing a batch of credentials")
    SIGN_ANEW = "sign_anew", _("Signing credentials anew")
    AWARD_SUPPLEMENT = "award_supplement", _("Making a supplement")
    BATCH_SUPPLEMENTS = "batch_supplements", _("Making the supplements of a batch")
    LINE_DOCUMENTS = "line_documents", _("Making the decision letter and supplements")
    ISSUER_LETTER = "issuer_letter", _("Making a letter to an issuer")
    REMEDY_LETTER = "remedy_letter", _("Making a letter on an objection, appeal or annulment")
    DELAY_LETTER = "delay_letter", _("Making the letter on a delay")
    DECISION_CREDENTIAL = "decision_credential", _("Signing a decision as a credential")
    CASE_FILE = "case_file", _("Making the case file")
    DIPLOMA_PAGES = "diploma_pages", _("Making micro-credentials pages")
    MEETING_MINUTES = "meeting_minutes", _("Making the minutes of a meeting")
    TRANSCRIPTS = "transcripts", _("Making transcripts of records")
    PRINT_RUN = "print_run", _("Printing the documents of graduates")
    RECEIPT = "receipt", _("Making the receipt of an application")
    INFORMATION_LETTER = "information_letter", _("Making a request for information")
    PRECEDENT_LIST = "precedent_list", _("Making the list of what was recognised before")
    PORTFOLIO = "portfolio", _("Making a portfolio for printing")


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those who asked for it; printing a list, also of precedents, is every registrar's."""
        if not user.is_authenticated:
            return self.none()
        kept = Unit.objects.filter(
            parent=None, memberships__user=user, memberships__role=Role.REGISTRAR
        )
        lists = (JobKind.PRINT_RUN, JobKind.PRECEDENT_LIST)
        of_lists = Q(kind__in=lists, institution__in=kept.values("institution"))
        return self.filter(Q(owner=user) | of_lists)

    def unfinished(self):
        return self.filter(state__in=[JobState.QUEUED, JobState.RUNNING])


class Job(models.Model):
    """Background work. `subject` is the uuid of what it works on; `done` of `total` steps.

    `beat_at` is touched while it runs: a job whose worker died is found by its silence and queued
    again.
    """

    MOVES = states.JOB_MOVES

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=JobKind.choices)
    owner = models.ForeignKey(
        "credentials.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="jobs",
    )
    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.CASCADE, related_name="jobs"
    )
    subject = models.UUIDField()
    parameters = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=1)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    results = models.ManyToManyField("credentials.Document", blank=True, related_name="jobs")
    created_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField(auto_now=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="job_one_unfinished",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.get_state_display()})"

    @property
    def is_print_run(self):
        """Whether it prints graduates of a list, one after the other."""
        return self.kind == JobKind.PRINT_RUN

    @property
    def audit_institution(self):
        return self.institution
