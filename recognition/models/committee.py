"""Recognition committees and who sits on them."""

import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.language import in_language


class SeatRole(models.TextChoices):
    CHAIR = "chair", _("Chair")
    DEPUTY = "deputy", _("Deputy chair")
    MEMBER = "member", _("Member")


class CommitteeKind(models.TextChoices):
    RECOGNITION = "recognition", _("Recognition committee")
    APPEAL = "appeal", _("Appeal body")


class Committee(models.Model):
    """Decides on recognition, or on appeals, for a unit and everything below it.

    `quorum`: members who must vote, chair or deputy among them.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(
        "credentials.Unit", on_delete=models.PROTECT, related_name="committees"
    )
    kind = models.CharField(
        max_length=12, choices=CommitteeKind.choices, default=CommitteeKind.RECOGNITION
    )
    quorum = models.PositiveSmallIntegerField(default=3)
    name = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind"], name="committee_once_per_unit")
        ]

    def __str__(self):
        return in_language(self.name)

    @property
    def audit_institution(self):
        return self.unit.institution


class AbsenceQuerySet(models.QuerySet):
    def on(self, day=None):
        day = day or timezone.localdate()
        return self.filter(since__lte=day, until__gte=day)

    def to_come(self):
        """Those that last today or begin later."""
        return self.filter(until__gte=timezone.localdate())


class Absence(models.Model):
    """Somebody is away from a committee, both days included: nothing new comes to them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="absences")
    user = models.ForeignKey("credentials.User", on_delete=models.CASCADE, related_name="absences")
    since = models.DateField(_("first day away"))
    until = models.DateField(_("last day away"))

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="absence_ends_after_it_begins"
            )
        ]

    def __str__(self):
        return f"{self.user}, {self.since} – {self.until}"

    @property
    def audit_institution(self):
        return self.committee.audit_institution


class SeatQuerySet(models.QuerySet):
    def current(self, day=None):
        day = day or timezone.localdate()
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=day), Q(since__isnull=True) | Q(since__lte=day)
        )

    def present(self, day=None):
        """Those of `current()` whose holders are not away."""
        away = Absence.objects.on(day).filter(
            user=OuterRef("user"), committee=OuterRef("committee")
        )
        return self.current(day).exclude(Exists(away))

    def with_absence(self):
        """With `away_until`: the last day of an absence that lasts today, or None."""
        away = Absence.objects.on().filter(user=OuterRef("user"), committee=OuterRef("committee"))
        return self.annotate(away_until=Subquery(away.values("until")[:1]))


class Seat(models.Model):
    """A person's place on a committee, with the group they stand for and their term.

    `substitute_for`: the seat whose holder this person stands in for, who works only while that
    one is away or must not take part.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(max_length=8, choices=SeatRole.choices, default=SeatRole.MEMBER)
    group = models.CharField(max_length=60, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    substitute_for = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="substitutes"
    )

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["committee", "role", "pk"]
        constraints = [models.UniqueConstraint(fields=["committee", "user"], name="seat_once")]

    def __str__(self):
        return f"{self.user}, {self.get_role_display()}"
