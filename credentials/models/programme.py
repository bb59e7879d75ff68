"""Programmes, their regulations (versions), modules and module parts, and who is enrolled."""

import uuid
from datetime import date
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, StepValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials import states
from credentials.language import in_language
from credentials.models.institution import Unit
from credentials.models.people import Role
from credentials.states import PublishingState
from credentials.vocabulary import Cycle

HALVES = StepValueValidator(Decimal("0.5"))
STUDIES_SINCE = date(1950, 1, 1)
"""Before it nobody has studied or achieved anything of which is still printed."""


class Programme(models.Model):
    """A study programme as long as it lives; its rules stand in the versions."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, related_name="programmes"
    )
    unit = models.ForeignKey(
        "credentials.Unit", on_delete=models.PROTECT, related_name="programmes"
    )
    code = models.CharField(_("code"), max_length=40)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="programme_code_once")
        ]

    def __str__(self):
        return self.code

    @property
    def audit_institution(self):
        return self.institution

    @property
    def newest_title(self):
        """The title of the newest regulations, {} without any; prefetch `versions` for lists."""
        versions = list(self.versions.all())
        return versions[0].title if versions else {}


class ProgrammeVersionQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=PublishingState.PUBLISHED)

    def visible_to(self, user):
        """Published and retired regulations for all; drafts for staff of the unit."""
        seen = Q(state__in=[PublishingState.PUBLISHED, PublishingState.RETIRED])
        if user.is_authenticated:
            seen |= Q(programme__unit__in=Unit.objects.staffed_by(user, *Role.values))
        return self.filter(seen)

    def editable_by(self, user):
        units = Unit.objects.staffed_by(user, Role.REGISTRAR, Role.COURSE_DIRECTOR)
        return self.filter(programme__unit__in=units)


class ProgrammeVersion(models.Model):
    """The regulations of a programme in force for those who began under them."""

    MOVES = states.PUBLISHING_MOVES

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    regulations = models.CharField(
        _("regulations"), max_length=60, help_text=_("The year or name students know them by.")
    )
    state = models.CharField(
        max_length=12, choices=PublishingState.choices, default=PublishingState.DRAFT
    )
    title = models.JSONField(_("title"), default=dict)
    award = models.CharField(_("degree awarded"), max_length=120, blank=True)
    eqf_level = models.PositiveSmallIntegerField(
        _("level (EQF)"), default=6, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    cycle = models.CharField(_("cycle"), max_length=8, choices=Cycle.choices, default=Cycle.FIRST)
    ects_total = models.DecimalField(
        _("credits of the whole programme"), max_digits=5, decimal_places=1, validators=[HALVES]
    )
    free_elective_ects = models.DecimalField(
        _("credits of the free-elective area"),
        max_digits=5,
        decimal_places=1,
        default=0,
        validators=[MinValueValidator(Decimal("0")), HALVES],
    )
    semesters = models.PositiveSmallIntegerField(_("semesters"), default=6)

    objects = ProgrammeVersionQuerySet.as_manager()

    class Meta:
        ordering = ["programme__code", "-regulations"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "regulations"], name="programme_version_once"
            ),
            models.CheckConstraint(
                condition=Q(free_elective_ects__lte=models.F("ects_total")),
                name="programme_free_electives_within_total",
            ),
        ]

    def __str__(self):
        return in_language(self.title)

    @property
    def institution(self):
        return self.programme.institution

    @property
    def audit_institution(self):
        return self.programme.institution


class ComponentType(models.TextChoices):
    CORE = "core", _("Compulsory")
    ELECTIVE = "elective", _("Elective")
    THESIS = "thesis", _("Thesis")
    INTERNSHIP = "internship", _("Internship")


class Module(models.Model):
    """The place of a course version in a programme version: what recognition aims at."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme_version = models.ForeignKey(
        ProgrammeVersion, on_delete=models.CASCADE, related_name="modules"
    )
    course_version = models.ForeignKey(
        "credentials.CourseVersion", on_delete=models.PROTECT, related_name="modules"
    )
    semester = models.PositiveSmallIntegerField(_("semester"), default=1)
    component_type = models.CharField(
        _("kind"), max_length=12, choices=ComponentType.choices, default=ComponentType.CORE
    )
    ects = models.DecimalField(
        _("ECTS credits"), max_digits=4, decimal_places=1, validators=[HALVES]
    )
    is_recognisable = models.BooleanField(_("can be recognised"), default=True)

    class Meta:
        ordering = ["semester", "course_version__course__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme_version", "course_version"], name="module_once"
            ),
            models.CheckConstraint(condition=Q(ects__gt=0), name="module_ects_positive"),
        ]

    def __str__(self):
        return f"{self.code} {in_language(self.course_version.title)}"

    @property
    def code(self):
        return self.course_version.course.code

    @property
    def title(self):
        return self.course_version.title


class ModulePart(models.Model):
    """Part of a module that can be recognised alone: some outcomes, a share of the ECTS."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="parts")
    order = models.PositiveSmallIntegerField(default=1)
    title = models.JSONField(_("title"), default=dict)
    ects = models.DecimalField(
        _("ECTS credits"), max_digits=4, decimal_places=1, validators=[HALVES]
    )
    outcomes = models.ManyToManyField("credentials.LearningOutcome", related_name="parts")

    class Meta:
        ordering = ["module", "order"]
        constraints = [
            models.UniqueConstraint(fields=["module", "order"], name="module_part_order_once"),
            models.CheckConstraint(condition=Q(ects__gt=0), name="module_part_ects_positive"),
        ]

    def __str__(self):
        return in_language(self.title)


class Enrolment(models.Model):
    """A learner's place in a programme version; the ledger of credits hangs on it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(
        "credentials.Learner", on_delete=models.PROTECT, related_name="enrolments"
    )
    programme_version = models.ForeignKey(
        ProgrammeVersion, on_delete=models.PROTECT, related_name="enrolments"
    )
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)  # whether with a degree or without

    class Meta:
        ordering = ["-started_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["learner", "programme_version"], name="enrolment_once"),
            models.CheckConstraint(
                condition=Q(ended_on__gte=models.F("started_on")), name="enrolment_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.learner}, {self.programme_version}"

    @property
    def audit_institution(self):
        return self.learner.institution
