"""Exports: which entries of the ledger the student information system was told of, and when."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from credentials.models import Institution


class ExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of institutions whose records the user keeps."""
        return self.filter(institution__in=Institution.objects.kept_by(user))


class Export(models.Model):
    """One run; what it told is frozen in its rows, so that it can be downloaded again."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, related_name="exports"
    )
    number = models.CharField(max_length=40, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return self.number

    @property
    def audit_institution(self):
        return self.institution


class ExportAction(models.TextChoices):
    RECORDED = "recorded", _("Recorded")
    REVERSED = "reversed", _("Reversed")


class ExportRow(models.Model):
    """One entry of the ledger, or its reversal, told once. `data`: what the file says of it."""

    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="rows")
    entry = models.ForeignKey(
        "credentials.CreditEntry", on_delete=models.PROTECT, related_name="export_rows"
    )
    action = models.CharField(max_length=8, choices=ExportAction.choices)
    data = models.JSONField()

    class Meta:
        ordering = ["export", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "action"], name="export_row_once"),
        ]

    def __str__(self):
        return f"{self.export}: {self.entry}, {self.get_action_display()}"
