"""Ballots: a committee votes on a draft decision, each member once, in a meeting or by circular."""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from recognition import states
from recognition.models.committee import Seat, SeatRole
from recognition.models.conflict import Recusal
from recognition.models.meeting import Attendance, Presence
from recognition.states import BallotState


class BallotKind(models.TextChoices):
    CIRCULAR = "circular", _("By circular")
    MEETING = "meeting", _("In a meeting")


class VoteChoice(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    ABSTAIN = "abstain", _("Abstention")


class BallotQuerySet(models.QuerySet):
    def open(self):
        """Those in which votes can be cast; whether the last day has passed is not asked here."""
        return self.filter(state=BallotState.OPEN)

    def visible_to(self, user):
        """Those of committees the user sits on today, but not of lines they stepped back from."""
        if not user.is_authenticated:
            return self.none()
        seats = Seat.objects.current().filter(user=user, committee=OuterRef("committee"))
        recused = Recusal.objects.standing().filter(user=user, line=OuterRef("line"))
        return self.filter(Exists(seats), ~Exists(recused)).exclude(line__case__applicant=user)

    def awaiting_vote_by(self, user):
        """Open ones in which the user has not voted; a deputy only votes when the chair cannot,
        in a meeting only who is there. What else may stand against it is asked in permissions.
        """
        if not user.is_authenticated:
            return self.none()
        cast = Vote.objects.filter(ballot=OuterRef("pk"), member=user)
        seats = Seat.objects.current().filter(committee=OuterRef("committee"))
        deputises = seats.filter(user=user, role=SeatRole.DEPUTY)
        kept_out = Recusal.objects.standing().filter(
            line=OuterRef(OuterRef("line")), user=OuterRef("user")
        )
        chair = seats.filter(~Exists(kept_out), role=SeatRole.CHAIR).there()
        there = Attendance.objects.filter(
            meeting=OuterRef("meeting"), member=user, presence=Presence.PRESENT
        )
        return (
            self.open()
            .visible_to(user)
            .filter(
                ~Exists(deputises) | ~Exists(chair),
                Q(meeting=None) | Exists(there),
                ~Exists(cast),
                line__state__in=states.VOTED_IN,
            )
        )

    def with_all(self):
        return self.select_related("committee__unit", "decision", "opened_by", "cast_by", "meeting")


class Ballot(models.Model):
    """A question put to a committee: shall this decision, or this motion, be taken as it stands?

    `committee` votes: that of the line, or an appeal body on an objection. `text_hash` is the
    fingerprint of what is voted on; another text needs another ballot. `due_on`: last day of a
    circular vote. `yes`, `no`, `abstained`: frozen when it is closed; of a secret ballot nothing
    else is kept. `casting_vote` of the chair decides a tie.
    """

    MOVES = states.BALLOT_MOVES

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey("recognition.Line", on_delete=models.PROTECT, related_name="ballots")
    committee = models.ForeignKey(
        "recognition.Committee", on_delete=models.PROTECT, related_name="ballots"
    )
    decision = models.ForeignKey(
        "recognition.Decision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ballots",
    )
    objection = models.ForeignKey(
        "recognition.Objection",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ballots",
    )
    motion = models.TextField(_("motion"), blank=True)
    text_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=BallotKind.choices, default=BallotKind.CIRCULAR)
    meeting = models.ForeignKey(
        "recognition.Meeting",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ballots",
    )
    is_secret = models.BooleanField(_("secret"), default=False)
    state = models.CharField(max_length=10, choices=BallotState.choices, default=BallotState.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    yes = models.PositiveSmallIntegerField(default=0)
    no = models.PositiveSmallIntegerField(default=0)
    abstained = models.PositiveSmallIntegerField(default=0)
    casting_vote = models.CharField(max_length=8, choices=VoteChoice.choices, blank=True)
    cast_at = models.DateTimeField(null=True, blank=True)
    cast_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    remark = models.TextField(_("remark"), blank=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(state__in=[BallotState.OPEN, BallotState.TIED]),
                name="ballot_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state=BallotState.OPEN) ^ Q(closed_at__isnull=False),
                name="ballot_closed_with_state",
            ),
            models.CheckConstraint(
                condition=Q(decision__isnull=False) | ~Q(motion=""),
                name="ballot_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(kind=BallotKind.CIRCULAR, due_on__isnull=False, meeting=None)
                | Q(kind=BallotKind.MEETING, due_on=None, meeting__isnull=False),
                name="ballot_kind_has_its_end",
            ),
            models.CheckConstraint(
                condition=Q(casting_vote="", cast_by=None, cast_at=None)
                | ~Q(casting_vote="") & Q(cast_by__isnull=False, cast_at__isnull=False),
                name="ballot_casting_vote_has_its_chair",
            ),
        ]

    def __str__(self):
        return f"{self.line}: {self.get_state_display()}"

    @property
    def audit_institution(self):
        return self.committee.unit.institution

    @property
    def is_open(self):
        return self.state == BallotState.OPEN


class Vote(models.Model):
    """One member's vote. It may change until the ballot closes; each change stands in the log.

    `choice` is "" once a secret ballot has closed: then only its sums are known.
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="votes")
    choice = models.CharField(max_length=8, choices=VoteChoice.choices, blank=True)
    cast_at = models.DateTimeField()
    entered_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["ballot", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "member"], name="vote_once"),
        ]

    def __str__(self):
        return f"{self.member}: {self.get_choice_display()}"


class DeclarationQuerySet(models.QuerySet):
    def seated(self, user):
        """Those of a user who has a seat today on a committee that votes, or voted, on the line."""
        seats = Seat.objects.current().filter(user=user)
        return self.filter(
            user=user, line__ballots__committee__in=seats.values("committee")
        ).distinct()


class Declaration(models.Model):
    """A member who did not review a line declared to be impartial before they saw it.

    `entered_by`: the chair, for somebody who said so in a meeting.
    """

    line = models.ForeignKey(
        "recognition.Line", on_delete=models.CASCADE, related_name="declarations"
    )
    user = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    entered_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["line", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "user"], name="declaration_once"),
        ]

    def __str__(self):
        return f"{self.user}: {self.line}"
