"""Meetings of committees: when, where, who was there, what was dealt with, in which order."""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.models import Role, Unit
from recognition import states
from recognition.models.committee import Seat
from recognition.states import MeetingState


class Presence(models.TextChoices):
    PRESENT = "present", _("Present")
    LEFT = "left", _("Left early")
    ABSENT = "absent", _("Absent")


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of committees the user sits on today, or whose unit they keep records for."""
        if not user.is_authenticated:
            return self.none()
        seats = Seat.objects.current().filter(user=user, committee=OuterRef("committee"))
        units = Unit.objects.staffed_by(user, Role.REGISTRAR)
        return self.filter(Exists(seats) | Q(committee__unit__in=units)).distinct()

    def planned(self):
        return self.filter(state=MeetingState.PLANNED)


class Meeting(models.Model):
    """`minutes` are made when it is closed; `number` and `remarks` stand in them."""

    MOVES = states.MEETING_MOVES

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    committee = models.ForeignKey(
        "recognition.Committee", on_delete=models.PROTECT, related_name="meetings"
    )
    state = models.CharField(
        max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED
    )
    begins_at = models.DateTimeField(_("date and time"))
    place = models.CharField(_("place"), max_length=200)
    called_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    remarks = models.TextField(_("remarks"), blank=True)
    number = models.CharField(max_length=40, blank=True)
    minutes = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=MeetingState.HELD)
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(number=""),
                name="meeting_held_was_closed",
            ),
        ]

    def __str__(self):
        return f"{self.committee}, {timezone.localdate(self.begins_at):%Y-%m-%d}"

    @property
    def audit_institution(self):
        return self.committee.unit.institution

    @property
    def is_planned(self):
        return self.state == MeetingState.PLANNED

    @property
    def is_in_session(self):
        """Whether its hour has come and its minutes are not made yet."""
        return self.is_planned and self.begins_at <= timezone.now()


class AgendaItem(models.Model):
    """A line on the agenda; `remark` is for the minutes."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    line = models.ForeignKey(
        "recognition.Line", on_delete=models.PROTECT, related_name="agenda_items"
    )
    position = models.PositiveSmallIntegerField()
    remark = models.TextField(_("remark"), blank=True)

    class Meta:
        ordering = ["meeting", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "line"], name="agenda_item_once")]

    def __str__(self):
        return f"{self.position}. {self.line}"


class Attendance(models.Model):
    """Whether a member came to a meeting; who left early votes no more from then on."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(max_length=8, choices=Presence.choices)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(presence=Presence.LEFT) ^ Q(left_at=None),
                name="attendance_left_has_its_time",
            ),
        ]

    def __str__(self):
        return f"{self.member}: {self.get_presence_display()}"
