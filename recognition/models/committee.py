"""Recognition committees and who sits on them."""

import uuid

from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.language import in_language
from credentials.models import Unit


class SeatRole(models.TextChoices):
    CHAIR = "chair", _("Chair")
    DEPUTY = "deputy", _("Deputy chair")
    MEMBER = "member", _("Member")


DECIDING = (SeatRole.CHAIR, SeatRole.DEPUTY)
"""Those who preside and decide alone where a power is delegated."""


class CommitteeKind(models.TextChoices):
    RECOGNITION = "recognition", _("Recognition committee")
    APPEAL = "appeal", _("Appeal body")


class CommitteeQuerySet(models.QuerySet):
    def seating(self, user):
        """Those on which somebody has a seat today."""
        seats = Seat.objects.current().filter(user=user)
        return self.filter(pk__in=seats.values("committee"))


class Committee(models.Model):
    """Decides on recognition, or on appeals, for a unit and everything below it.

    `quorum`: members who must vote, chair or deputy among them. `required_group`: one of this group
    (see `Seat.group`) must be among them too, besides who presides; "" asks for none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(
        "credentials.Unit", on_delete=models.PROTECT, related_name="committees"
    )
    kind = models.CharField(
        max_length=12, choices=CommitteeKind.choices, default=CommitteeKind.RECOGNITION
    )
    quorum = models.PositiveSmallIntegerField(default=3)
    required_group = models.CharField(max_length=60, blank=True)
    name = models.JSONField(default=dict)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind"], name="committee_once_per_unit")
        ]

    def __str__(self):
        return in_language(self.name)

    @staticmethod
    def locked_with():
        """What is read with a committee that is locked."""
        return (Prefetch("unit", Unit.objects.select_related("institution")),)

    @property
    def audit_institution(self):
        return self.unit.institution


class SeatQuerySet(models.QuerySet):
    def current(self, day=None):
        day = day or timezone.localdate()
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=day), Q(since__isnull=True) | Q(since__lte=day)
        )

    def there(self, day=None):
        """Those whose holders are not away."""
        day = day or timezone.localdate()
        return self.exclude(away_from__lte=day, away_until__gte=day)

    def away(self):
        """Seats of today whose holders are away, with them."""
        today = timezone.localdate()
        found = self.current().filter(away_from__lte=today, away_until__gte=today)
        return found.select_related("user")


class Seat(models.Model):
    """A person's place on a committee, with the group they stand for and their term.

    `substitute_for`: the seat whose holder this person stands in for, who works only while that
    one is away or must not take part.
    From `away_from` until `away_until`, both included, the deputy stands in for a chair.
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
    away_from = models.DateField(_("away from"), null=True, blank=True)
    away_until = models.DateField(_("away until"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["committee", "role", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["committee", "user"], name="seat_once"),
            models.CheckConstraint(
                condition=Q(away_from=None, away_until=None)
                | Q(away_from__isnull=False, away_until__gte=models.F("away_from")),
                name="seat_away_from_until",
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.get_role_display()}"

    @property
    def is_away(self):
        return bool(self.away_from) and self.away_from <= timezone.localdate() <= self.away_until
