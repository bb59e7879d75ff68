"""Grading tables: how an institution and those whose credits it recognises give their grades."""

import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class GradeTableQuerySet(models.QuerySet):
    def current(self):
        """Tables that no later version replaces."""
        return self.filter(replaced_by=None)

    def for_grade(self, institution, body=None, *, isced_f="", year=None):
        """The current table for a grade of `body` (None: our own) given in `year`; None if none.

        The narrowest field wins, then the newest table that began by then: a table is counted
        over years that have passed.
        """
        known = self.current().filter(institution=institution, body=body)
        return _fitting(known, isced_f, year or timezone.localdate().year)


def _fitting(tables: Iterable["GradeTable"], isced_f: str, year: int) -> "GradeTable | None":
    fit = [t for t in tables if t.year_from <= year and isced_f.startswith(t.isced_f)]
    return max(fit, key=lambda t: (len(t.isced_f), t.year_to, t.pk), default=None)


class GradeTable(models.Model):
    """A grading scale and, where known, which share of all passes has which grade.

    `body`: whose grades these are, None for those of the institution itself. `rows`: [grade,
    share in %] pairs as texts, best first; [] when only the scale is known. `isced_f`: the field
    in which it was counted, "" for all. A change is a new row that `replaces` the old one, so that
    what was decided by a table can still be read.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, related_name="grade_tables"
    )
    body = models.ForeignKey(
        "credentials.AwardingBody",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="grade_tables",
    )
    name = models.CharField(_("name"), max_length=120)
    isced_f = models.CharField(_("field (ISCED-F)"), max_length=4, blank=True)
    year_from = models.PositiveSmallIntegerField(_("from year"))
    year_to = models.PositiveSmallIntegerField(_("to year"))
    best = models.CharField(_("best grade"), max_length=20)
    passing = models.CharField(_("lowest pass"), max_length=20)
    worst = models.CharField(_("worst grade"), max_length=20)
    rows = models.JSONField(_("grades and their shares"), default=list, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")

    objects = GradeTableQuerySet.as_manager()

    class Meta:
        ordering = [models.F("body__name").asc(nulls_first=True), "-year_to", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year_from__lte=models.F("year_to")), name="grade_table_years_in_order"
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces=None) | Q(version__gt=1, replaces__isnull=False),
                name="grade_table_version_replaces",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def audit_institution(self):
        return self.institution
