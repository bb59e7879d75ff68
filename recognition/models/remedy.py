"""What comes after a decision: objections and appeals, cases opened again, decisions annulled."""

import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recognition import states
from recognition.models.assessment import SupplementaryAssessment
from recognition.models.ballot import Vote
from recognition.models.committee import DECIDING, CommitteeKind, Seat
from recognition.models.conflict import Recusal
from recognition.models.decision import Decision
from recognition.models.review import Review
from recognition.states import AnnulmentState, LineState
from recognition.vocabulary import Authority


class ObjectionKind(models.TextChoices):
    OBJECTION = "objection", _("Objection: who decided looks again")
    APPEAL = "appeal", _("Appeal: others decide")
    INACTION = "inaction", _("Appeal: no decision in time")


class ObjectionResult(models.TextChoices):
    UPHELD = "upheld", _("Upheld: it is decided again")
    AMENDED = "amended", _("Upheld: another decision is taken at once")
    REMITTED = "remitted", _("Sent back with a date")
    DISMISSED = "dismissed", _("Dismissed")
    PASSED_ON = "passed_on", _("Not answered in time: the appeal body decides")


class ObjectionQuerySet(models.QuerySet):
    def undecided(self):
        return self.filter(decided_at=None)

    def before(self, user):
        """Those on which the user sits in judgement today: the chair of who decided on an
        objection; on an appeal the members of its body who took no part in the first decision.
        """
        seats = Seat.objects.current().filter(user=user, committee=OuterRef("body"))
        took_part = [
            Exists(part.filter(**{column: user})) for part, column in _parts_in(OuterRef("line"))
        ]
        heads = Seat.objects.filter(
            user=user, committee=OuterRef("line__committee"), role__in=DECIDING
        )
        recused = Recusal.objects.standing().filter(line=OuterRef("line"), user=user)
        first = Q(line__handler=user) | Q(Exists(heads))
        for part in took_part:
            first |= Q(part)
        own = Q(kind=ObjectionKind.OBJECTION)
        return self.filter(
            own & Q(Exists(seats.filter(role__in=DECIDING))) | ~own & Q(Exists(seats)) & ~first
        ).exclude(Exists(recused) | Q(line__case__applicant=user))


def _parts_in(line):
    """Yield the rows that say who took part in the first decision on a line, with their column."""
    signed = Decision.objects.filter(line=line).exclude(authority=Authority.APPEAL_BODY)
    answered = Objection.objects.filter(line=line, kind=ObjectionKind.OBJECTION)
    cast = Vote.objects.filter(ballot__line=line).exclude(
        ballot__committee__kind=CommitteeKind.APPEAL
    )
    yield cast, "member"
    yield SupplementaryAssessment.objects.filter(line=line), "assessor"
    yield Review.objects.filter(line=line), "reviewer"
    yield signed, "written_by"
    yield answered, "decided_by"


def first_deciders(line) -> set[int]:
    """Return who took part in the first decision on a line, as pks: they decide on no appeal.

    Those who were named to review or to assess, who voted, wrote a decision or answered an
    objection, who checked the papers, and whoever heads the committee.
    """
    heads = Seat.objects.filter(committee=line.committee_id, role__in=DECIDING)
    found = {line.handler_id, *heads.values_list("user", flat=True)}
    for part, column in _parts_in(line):
        found |= set(part.values_list(column, flat=True))
    return found - {None}


class Objection(models.Model):
    """An applicant's remedy against a decision, or against none in time (LRC III.5).

    `body` decides: the committee on an objection, an appeal body on the other kinds; None until
    there is one. `from_state`: where the line was, and where it returns to when nothing is
    changed. `in_time_until`: the last day of the period, None when none ran. `told_at`: when the
    applicant could read the answer; from then on the time to appeal runs.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(
        "recognition.Line", on_delete=models.PROTECT, related_name="objections"
    )
    decision = models.ForeignKey(
        "recognition.Decision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="objections",
    )
    kind = models.CharField(max_length=10, choices=ObjectionKind.choices)
    body = models.ForeignKey(
        "recognition.Committee", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    from_state = models.CharField(max_length=20, choices=LineState.choices)
    grounds = models.TextField(_("grounds"))
    documents = models.ManyToManyField("credentials.Document", blank=True, related_name="+")
    filed_at = models.DateTimeField()
    in_time_until = models.DateField(null=True, blank=True)
    late_reason = models.TextField(_("why it comes late"), blank=True)
    due_on = models.DateField()
    number = models.CharField(max_length=40, blank=True)
    result = models.CharField(max_length=10, choices=ObjectionResult.choices, blank=True)
    reasons = models.TextField(_("reasons"), blank=True)
    look_again = models.TextField(_("what must be looked at again"), blank=True)
    new_due_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    letter = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_at = models.DateTimeField(null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["filed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(decided_at=None), name="objection_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, result="")
                | Q(decided_at__isnull=False, result=ObjectionResult.PASSED_ON)
                | Q(decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(result="")
                & ~Q(reasons="")
                & ~Q(number=""),
                name="objection_decided_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(letter__isnull=False), name="objection_told_by_letter"
            ),
        ]

    def __str__(self):
        return f"{self.line}: {self.get_kind_display()}"

    @property
    def audit_institution(self):
        return self.line.audit_institution

    @property
    def is_late(self):
        """Whether it came after the last day; it is looked at all the same, with its reason."""
        return self.in_time_until is not None and self.filed_on > self.in_time_until

    @property
    def filed_on(self):
        return timezone.localdate(self.filed_at)

    @property
    def is_appeal(self):
        return self.kind != ObjectionKind.OBJECTION


class Voice(models.TextChoices):
    FOR = "for", _("For it")
    AGAINST = "against", _("Against it")
    ABSTAINED = "abstained", _("Abstained")


class AppealVote(models.Model):
    """How a member of an appeal body voted, as its chair records it."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="votes")
    member = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    voice = models.CharField(max_length=10, choices=Voice.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["objection", "member"], name="appeal_vote_once")
        ]

    def __str__(self):
        return f"{self.member}: {self.get_voice_display()}"


class ReopeningReason(models.TextChoices):
    NEW_EVIDENCE = "new_evidence", _("There is new evidence")
    ERROR = "error", _("The decision has an error")
    CONSISTENCY = "consistency", _("Equal cases were decided otherwise")
    OBJECTION = "objection", _("An objection or appeal was upheld")
    REVIEW = "review", _("The learner asks people to look at it")


class Reopening(models.Model):
    """A decided line is opened again; the decision it had stays and is superseded by the next."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(
        "recognition.Line", on_delete=models.PROTECT, related_name="reopenings"
    )
    decision = models.ForeignKey(
        "recognition.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=14, choices=ReopeningReason.choices)
    text = models.TextField(_("why"))
    documents = models.ManyToManyField("credentials.Document", blank=True, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["opened_at", "pk"]

    def __str__(self):
        return f"{self.line}: {self.get_reason_display()}"

    @property
    def audit_institution(self):
        return self.line.audit_institution


class AnnulmentGround(models.TextChoices):
    FRAUD = "fraud", _("It rests on deceit")
    REVOKED = "revoked", _("Its issuer revoked the credential")
    ERROR = "error", _("It is manifestly wrong")


class AnnulmentQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(state__in=[AnnulmentState.HEARING, AnnulmentState.SIGNED])


class Annulment(models.Model):
    """A decision is taken back: the learner is heard first, two people sign.

    `hearing` is the letter that hears the learner, `letter` the one that takes the decision back.
    `statement`: what the learner answered; without an answer it goes on after `due_on`.
    """

    MOVES = states.ANNULMENT_MOVES

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(
        "recognition.Line", on_delete=models.PROTECT, related_name="annulments"
    )
    decision = models.ForeignKey(
        "recognition.Decision", on_delete=models.PROTECT, related_name="annulments"
    )
    state = models.CharField(
        max_length=8, choices=AnnulmentState.choices, default=AnnulmentState.HEARING
    )
    number = models.CharField(max_length=40)
    ground = models.CharField(max_length=8, choices=AnnulmentGround.choices)
    reasons = models.TextField(_("reasons"))
    due_on = models.DateField()
    hearing = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    statement = models.TextField(_("statement"), blank=True)
    documents = models.ManyToManyField("credentials.Document", blank=True, related_name="+")
    heard_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    countersigned_at = models.DateTimeField(null=True, blank=True)
    countersigned_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    drop_reasons = models.TextField(_("why it is dropped"), blank=True)
    letter = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_at = models.DateTimeField(null=True, blank=True)

    objects = AnnulmentQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(state__in=[AnnulmentState.HEARING, AnnulmentState.SIGNED]),
                name="annulment_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state=AnnulmentState.DONE)
                | Q(signed_by__isnull=False)
                & Q(countersigned_by__isnull=False)
                & ~Q(signed_by=F("countersigned_by"))
                & ~Q(proposed_by=F("countersigned_by")),
                name="annulment_done_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state=AnnulmentState.DROPPED) | ~Q(drop_reasons=""),
                name="annulment_dropped_with_reasons",
            ),
        ]

    def __str__(self):
        return f"{self.line}: {self.get_ground_display()}"

    @property
    def audit_institution(self):
        return self.line.audit_institution
