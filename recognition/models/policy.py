"""The rules of an institution for recognition, in versions; a case keeps the one it began under."""

from decimal import Decimal

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PolicyQuerySet(models.QuerySet):
    def in_force(self):
        """The newest rules of each institution that are valid today."""
        newest = self.model.objects.filter(
            institution=OuterRef("institution"), valid_from__lte=timezone.localdate()
        )
        return self.filter(pk=Subquery(newest.order_by("-version").values("pk")[:1]))


class Policy(models.Model):
    """Frozen in a case when it is submitted. Units of the periods stand in their labels."""

    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, related_name="policies"
    )
    version = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    check_days = models.PositiveSmallIntegerField(_("completeness check, working days"), default=5)
    decision_days = models.PositiveSmallIntegerField(
        _("decision after completeness, working days"), default=20
    )
    information_days = models.PositiveSmallIntegerField(
        _("answer to a question, calendar days"), default=14
    )
    appeal_days = models.PositiveSmallIntegerField(_("objection, calendar days"), default=30)
    appeal_body = models.JSONField(default=dict)
    appeal_address = models.JSONField(default=dict)
    legal_basis = models.JSONField(default=dict)
    validation_cap = models.DecimalField(
        _("share of a programme that validation may fill"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.50"),
    )
    allows_proportional = models.BooleanField(
        _("part of a module without parts may be recognised in proportion"), default=True
    )
    grade_methods = models.JSONField(default=list, blank=True)
    grade_decimals = models.PositiveSmallIntegerField(
        _("decimals of a converted grade, cut and not rounded"), default=1
    )
    quorum = models.PositiveSmallIntegerField(_("opinions needed"), default=2)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["institution", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "version"], name="policy_version_once")
        ]

    def __str__(self):
        return f"{self.institution}, {self.version}"
