"""Sources of lines: what is put forward, frozen with what the register said of it."""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KT

from credentials.models import Award, Origin
from credentials.states import AwardState
from recognition import states
from recognition.states import LineState
from recognition.vocabulary import Authenticity


class LineSourceQuerySet(models.QuerySet):
    def with_files(self):
        """With the file of each credential, which names the learning in the ledger."""
        return self.select_related("credential__document")

    def external(self):
        """All but awards of this portal; also those whose credential left the portfolio."""
        return self.exclude(credential__origin=Origin.AWARD)

    def known_to(self, user):
        """Those that a user taught, examined or awarded, or that their own unit issued.

        Who did is not impartial where it is judged. `user`: an id or an outer reference.
        """
        issued = "credential__award__course_version__course__"
        return self.filter(
            Q(**{f"{issued}teachers": user})
            | Q(credential__award__awarded_by=user)
            | Q(**{f"{issued}unit__memberships__user": user})
        )

    def revoked(self):
        """Awards of this portal that were revoked, also where their file was added by hand."""
        taken_back = Award.objects.filter(
            state=AwardState.REVOKED, credential__identifier=OuterRef("frozen_id")
        )
        return self.annotate(frozen_id=KT("facts__id")).filter(Exists(taken_back))

    def suspended(self):
        """Awards of this portal that are not in force for the time being."""
        suspended = Award.objects.filter(
            state=AwardState.SUSPENDED, credential__identifier=OuterRef("frozen_id")
        )
        return self.annotate(frozen_id=KT("facts__id")).filter(Exists(suspended))

    def of_unfinished_lines(self):
        """Sources of lines that were sent, and of which something is still to be done."""
        return self.filter(line__state__in=[*states.OPEN, LineState.NOTIFIED])


class LineSource(models.Model):
    """What is put forward for a line; facts and documents are frozen when the case is submitted.

    `awarding_body` and `platform` are entries of the institution's register; `body_facts` is what
    the register said when the line was declared complete, and {} until then. `authenticity`: how
    it is known to be genuine; found by the portal when no person is named.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey("recognition.Line", on_delete=models.CASCADE, related_name="sources")
    position = models.PositiveSmallIntegerField(default=1)
    credential = models.ForeignKey(
        "credentials.Credential",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="line_sources",
    )
    facts = models.JSONField(default=dict, blank=True)
    provenance = models.JSONField(default=dict, blank=True)
    verification = models.JSONField(default=dict, blank=True)
    awarding_body = models.ForeignKey(
        "credentials.AwardingBody", on_delete=models.SET_NULL, null=True, blank=True
    )
    platform = models.ForeignKey(
        "credentials.AwardingBody",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    body_facts = models.JSONField(default=dict, blank=True)
    documents = models.ManyToManyField("credentials.Document", blank=True, related_name="+")
    links = models.JSONField(default=list, blank=True)
    authenticity = models.CharField(
        max_length=14, choices=Authenticity.choices, default=Authenticity.UNCONFIRMED
    )
    authenticity_note = models.TextField(blank=True)
    authenticity_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    authenticity_at = models.DateTimeField(null=True, blank=True)
    supplement = models.ForeignKey(
        "credentials.Document", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = LineSourceQuerySet.as_manager()

    class Meta:
        ordering = ["line", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "credential"], name="line_source_once")
        ]

    def __str__(self):
        return f"{self.line}: {self.credential or self.facts.get('title')}"
