"""Lines: {sources} -> {target}, each with its own state, clock, holder and decision."""

import uuid

from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from recognition import states, transitions
from recognition.models.case import Case
from recognition.models.line_queries import LineQuerySet
from recognition.states import LineState
from recognition.vocabulary import DecisionType, Track, TrackReason

AFTER_SIGNATURE = (LineState.AUTO_DECIDED, LineState.DECIDED)


class TargetKind(models.TextChoices):
    MODULE = "module", _("A module")
    PARTS = "parts", _("Parts of a module")
    FREE_ELECTIVE = "free_elective", _("The free-elective area")


class Line(models.Model):
    """One question to the committee: do these sources show what this target asks for?

    `decision`: the version that holds or is being written. `handler`: the registrar who took it.
    `acting_chair`: the deputy to whom the chair handed it. `shown_files`: those in which the
    registrar found nothing personal, so that who must not know the applicant may open them;
    `seen_files` those that the registrar has looked at for it.
    `vote_called_at`: when somebody asked for a vote, so that nobody decides for the committee.
    `deliberated_at`: when the committee last could read all opinions, None as long as it never did.
    """

    MOVES = transitions.MOVES
    reader_id = None

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("recognition.Case", on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20, choices=LineState.choices, default=LineState.DRAFT)
    target_kind = models.CharField(
        max_length=14, choices=TargetKind.choices, default=TargetKind.MODULE
    )
    module = models.ForeignKey(
        "credentials.Module",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lines",
    )
    parts = models.ManyToManyField("credentials.ModulePart", blank=True, related_name="lines")
    requested_ects = models.DecimalField(
        _("credits asked for"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    note = models.TextField(_("note to the committee"), blank=True)
    track = models.CharField(max_length=12, choices=Track.choices, blank=True)
    track_reasons = models.JSONField(default=list, blank=True)
    track_override_reason = models.TextField(blank=True)
    committee = models.ForeignKey(
        "recognition.Committee",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lines",
    )
    acting_chair = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    shown_files = models.ManyToManyField("credentials.Document", blank=True, related_name="+")
    seen_files = models.ManyToManyField("credentials.Document", blank=True, related_name="+")
    handler = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.OneToOneField(
        "recognition.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    held_since = models.DateTimeField(null=True, blank=True)
    complete_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    delayed_until = models.DateField(null=True, blank=True)
    deliberated_at = models.DateTimeField(null=True, blank=True)
    vote_called_at = models.DateTimeField(null=True, blank=True)
    vote_called_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    vote_called_why = models.TextField(blank=True)
    inadmissible_reason = models.CharField(max_length=24, blank=True)
    closing_note = models.TextField(blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["case", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target_kind=TargetKind.FREE_ELECTIVE, module=None)
                | ~Q(target_kind=TargetKind.FREE_ELECTIVE) & Q(module__isnull=False),
                name="line_target_fits_kind",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[
                        LineState.UNDER_REVIEW,
                        LineState.DELIBERATION,
                        LineState.ASSESSMENT,
                        LineState.DECIDED,
                    ]
                )
                | Q(complete_at__isnull=False)
                & Q(due_on__isnull=False)
                & Q(committee__isnull=False)
                & ~Q(track=""),
                name="line_clock_runs_from_completeness",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted({*AFTER_SIGNATURE, *states.TOLD}))
                | Q(decision__isnull=False),
                name="line_decided_has_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state=LineState.INADMISSIBLE) | ~Q(inadmissible_reason=""),
                name="line_inadmissible_has_reason",
            ),
        ]

    def __str__(self):
        return f"{self.case} / {self.position}"

    @staticmethod
    def locked_with():
        """What is read with a line that is locked."""
        return (Prefetch("case", Case.objects.with_all()),)

    @property
    def audit_institution(self):
        return self.case.institution

    def is_read_by(self, user):
        """Whether it was read for this user, who is known to it then: see `with_all`."""
        return self.reader_id == user.pk

    @property
    def track_kind(self):
        """The track with what it means for applicant and committee, None before the check."""
        return Track(self.track) if self.track else None

    @property
    def track_sentences(self):
        """Why the register speaks for its track, in sentences."""
        known = (code for code in self.track_reasons if code in TrackReason.values)
        return [TrackReason(code).label for code in known]

    @property
    def promised_on(self):
        """The date the applicant was told last: the limit, or that of a delay; None before."""
        return max(filter(None, (self.due_on, self.delayed_until)), default=None)

    @property
    def is_decided(self):
        """Whether a decision on what was asked for holds, also while it is looked at again."""
        return self.decision is not None and self.decision.type != DecisionType.INADMISSIBLE

    @property
    def awaits_grade_word(self):
        """Whether the applicant may still say that the grade counts."""
        waits = self.decision is not None and self.state in states.GRADE_ASKED_IN
        return waits and self.decision.awaits_grade_word

    @property
    def missed_grade_word(self):
        """Whether the applicant was asked, did not answer in time, and the decision still holds."""
        if self.decision is None or self.decision.grade_until is None:
            return False
        holds = self.state in (*states.GRADE_ASKED_IN, LineState.RECORDED, LineState.CLOSED)
        return holds and not self.decision.grade_word and not self.decision.awaits_grade_word

    @property
    def turn(self):
        return states.TURN[LineState(self.state)]
