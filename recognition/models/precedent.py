"""Precedents: what was decided once and for which sources and target it speaks; and their use."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Left, Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.models import Role, Unit
from recognition.models.committee import DECIDING, CommitteeKind, Seat
from recognition.vocabulary import DecisionType, PrecedentLevel

SOON = timedelta(days=60)


class Demotion(models.TextChoices):
    """Why a standing decision is only an example since."""

    TARGET = "target", _("The outcomes of the module have changed.")
    SOURCE = "source", _("A new version of the course has other outcomes.")
    DECISION = "decision", _("The decision it rests on does not hold any more.")


class PrecedentQuerySet(models.QuerySet):
    def kept_by(self, user):
        """Those for programmes of units where the user is registrar or heads the committee."""
        if not user.is_authenticated:
            return self.none()
        found = Q(
            programme_version__programme__unit__in=Unit.objects.staffed_by(user, Role.REGISTRAR)
        )
        return self.filter(found | _headed_by(user)).distinct()

    def headed_by(self, user):
        """Those for programmes whose recognition committee the user chairs or deputises for."""
        return self.filter(_headed_by(user)) if user.is_authenticated else self.none()

    def in_use(self):
        """Neither revoked nor out of date."""
        today = timezone.localdate()
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=today), revoked_at=None)

    def standing(self):
        return self.in_use().filter(level=PrecedentLevel.STANDING)

    def public(self):
        """Those that everybody may read: their words name a course, as its issuer does."""
        return self.filter(is_public=True, revoked_at=None)

    def expiring(self):
        """Standing decisions in use whose day to look at them again has come."""
        return self.standing().filter(review_on__lte=timezone.localdate())

    def demoted(self):
        """Standing decisions that became examples; nobody has said yet what becomes of them."""
        return self.in_use().exclude(demotion="")

    def with_all(self):
        """With what every page of a precedent shows, and what `presented.rule_of` reads."""
        return self.select_related(
            "institution", "decision__line", "made_by", "programme_version__programme__unit"
        ).prefetch_related(
            "sources__awarding_body",
            "targets__module__course_version__course",
            "targets__module__programme_version",
            "targets__parts",
        )


def _headed_by(user) -> Exists:
    path = "programme_version__programme__unit__path"
    above = Left(OuterRef(path), Length("committee__unit__path"))
    seats = Seat.objects.current().filter(
        user=user,
        role__in=DECIDING,
        committee__kind=CommitteeKind.RECOGNITION,
        committee__unit__path=above,
    )
    return Exists(seats)


class Precedent(models.Model):
    """{sources} -> {targets}, as they were decided; several for one target are the OR of a rule.

    `decision` is None for one that was entered by hand, from an agreement: `basis` says which.
    `is_public`: its words name a course as its issuer or the register does, and no person.
    `revoked_at` works for applications sent later. `review_on`: when the chair looks at it again.
    `demotion`: why it is an example only, until somebody says what shall become of it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=40, unique=True)
    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, related_name="precedents"
    )
    programme_version = models.ForeignKey(
        "credentials.ProgrammeVersion", on_delete=models.PROTECT, related_name="precedents"
    )
    level = models.CharField(max_length=10, choices=PrecedentLevel.choices)
    type = models.CharField(max_length=20, choices=DecisionType.choices)
    ects = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    decision = models.OneToOneField(
        "recognition.Decision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="precedent",
    )
    basis = models.TextField(_("what it rests on"), blank=True)
    is_public = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    demotion = models.CharField(max_length=8, choices=Demotion.choices, blank=True)
    demoted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_reason = models.TextField(_("reason"), blank=True)

    objects = PrecedentQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(level=PrecedentLevel.STANDING)
                | Q(type__in=[DecisionType.FULL_SUBSTITUTION, DecisionType.INCLUSION])
                & Q(valid_to__isnull=False, demotion=""),
                name="precedent_standing_is_favourable_and_ends",
            ),
            models.CheckConstraint(
                condition=Q(level=PrecedentLevel.NEGATIVE, type=DecisionType.REFUSAL)
                | ~Q(level=PrecedentLevel.NEGATIVE) & ~Q(type=DecisionType.REFUSAL),
                name="precedent_negative_is_a_refusal",
            ),
            models.CheckConstraint(
                condition=Q(decision__isnull=False) | ~Q(basis=""),
                name="precedent_rests_on_something",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | ~Q(revoked_reason="") & Q(revoked_by__isnull=False),
                name="precedent_revoked_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="precedent_ends_after_start",
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def audit_institution(self):
        return self.institution

    @property
    def is_over(self):
        return self.valid_to is not None and self.valid_to < timezone.localdate()

    @property
    def year(self):
        """The year in which it was decided, or from which an agreement holds."""
        decided_at = self.decision.decided_at if self.decision else None
        return timezone.localtime(decided_at).year if decided_at else self.valid_from.year


class PrecedentTarget(models.Model):
    """A module, or parts of it, for which a precedent speaks; none: the free-elective area.

    `outcomes_hash`: of the outcomes as they were decided on (`presented.hash_of_target`).
    """

    precedent = models.ForeignKey(Precedent, on_delete=models.CASCADE, related_name="targets")
    module = models.ForeignKey(
        "credentials.Module", on_delete=models.PROTECT, related_name="precedent_targets"
    )
    parts = models.ManyToManyField("credentials.ModulePart", blank=True, related_name="+")
    outcomes_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["precedent", "module"], name="precedent_target_once")
        ]

    def __str__(self):
        return str(self.module)


class PrecedentSource(models.Model):
    """One course of the AND-set that was put forward; all of them are needed, and no other.

    `course_key`: its code, else its address, else its title (`presented.course_key`); `course` is
    set when this portal offers it. `version` "": any version; `term_from` and `term_to`: when it
    was awarded, None leaves that side open. `ects` in ECTS.
    """

    precedent = models.ForeignKey(Precedent, on_delete=models.CASCADE, related_name="sources")
    position = models.PositiveSmallIntegerField(default=1)
    awarding_body = models.ForeignKey(
        "credentials.AwardingBody", on_delete=models.PROTECT, related_name="precedent_sources"
    )
    title = models.JSONField(_("title"), default=dict)
    course_key = models.CharField(max_length=600)
    course = models.ForeignKey(
        "credentials.Course",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="precedent_sources",
    )
    version = models.CharField(_("version"), max_length=100, blank=True)
    term_from = models.DateField(_("awarded from"), null=True, blank=True)
    term_to = models.DateField(_("awarded until"), null=True, blank=True)
    eqf_level = models.PositiveSmallIntegerField(_("level (EQF)"), null=True, blank=True)
    ects = models.DecimalField(
        _("ECTS credits"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    assessment_type = models.CharField(_("type of assessment"), max_length=20, blank=True)
    supervision = models.CharField(_("supervision"), max_length=20, blank=True)
    outcomes_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["precedent", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["precedent", "awarding_body", "course_key"], name="precedent_source_once"
            )
        ]

    def __str__(self):
        return f"{self.course_key}, {self.awarding_body}"


class PrecedentUseQuerySet(models.QuerySet):
    def kept_by(self, user):
        return self.filter(precedent__in=Precedent.objects.kept_by(user).values("pk"))

    def to_look_at(self, user):
        """Those drawn by lot that nobody has looked at yet, for who heads the committee."""
        kept = Precedent.objects.headed_by(user).values("pk")
        return self.filter(precedent__in=kept, is_sampled=True, looked_at=None)

    def lately(self):
        """Those of the last seven days."""
        return self.filter(made_at__gt=timezone.now() - timedelta(days=7))


class PrecedentUse(models.Model):
    """A standing decision was applied: the decision it made, and every criterion that was met.

    `is_sampled`: drawn by lot, one in ten, for the chair to look at.
    """

    precedent = models.ForeignKey(Precedent, on_delete=models.PROTECT, related_name="uses")
    decision = models.OneToOneField(
        "recognition.Decision", on_delete=models.PROTECT, related_name="precedent_use"
    )
    criteria = models.JSONField(default=list)
    made_at = models.DateTimeField()
    is_sampled = models.BooleanField(default=False)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PrecedentUseQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"{self.precedent}: {self.decision}"
