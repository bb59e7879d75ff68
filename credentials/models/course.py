"""The course catalogue: courses, their frozen versions, outcomes and offerings."""

import uuid
from decimal import Decimal

from django.core.validators import (
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
    StepValueValidator,
)
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials import states
from credentials.language import in_language
from credentials.models.institution import Unit
from credentials.models.ledger import RecognitionSummary
from credentials.models.people import Role
from credentials.states import PublishingState
from credentials.vocabulary import (
    ISCED_F_CODE,
    LANGUAGE_TAG,
    AssessmentType,
    Cycle,
    ParticipationForm,
    QualityAssurance,
    Stackability,
    Supervision,
)


class Course(models.Model):
    """A course as long as it lives; what is taught stands in its versions."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, related_name="courses"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="courses")
    code = models.CharField(_("code"), max_length=40)
    teachers = models.ManyToManyField("credentials.User", blank=True, related_name="courses_taught")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "code"],
                name="course_code_once",
                violation_error_message=_("This institution has a course with this code already."),
            )
        ]

    def __str__(self):
        return self.code

    @property
    def audit_institution(self):
        return self.institution


class CourseVersionQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=PublishingState.PUBLISHED)

    def visible_to(self, user):
        """Published and retired versions for all; drafts for staff of the unit."""
        seen = Q(state__in=[PublishingState.PUBLISHED, PublishingState.RETIRED])
        if user.is_authenticated:
            seen |= Q(course__unit__in=Unit.objects.staffed_by(user, *Role.values))
            seen |= Q(course__teachers=user)
        return self.filter(seen).distinct()

    def editable_by(self, user):
        """Versions of units where the user directs courses or keeps records."""
        units = Unit.objects.staffed_by(user, Role.REGISTRAR, Role.COURSE_DIRECTOR)
        return self.filter(course__unit__in=units)

    def with_course(self):
        return self.select_related("course__institution", "course__unit")

    def with_next_start(self):
        """Add `next_start` (today or later, or None) and `any_time` (an offering without date)."""
        offerings = Offering.objects.filter(course_version=OuterRef("pk"))
        coming = offerings.filter(starts_on__gte=timezone.localdate()).order_by("starts_on")
        return self.annotate(
            next_start=Subquery(coming.values("starts_on")[:1]),
            any_time=Exists(offerings.filter(starts_on=None)),
        )

    def with_tally(self):
        """Add how often the course was `asked` about and `recognised`, in all programmes."""
        of_course = RecognitionSummary.objects.filter(course=OuterRef("course")).order_by()
        return self.annotate(
            **{
                name: Coalesce(
                    Subquery(of_course.values("course").annotate(n=Sum(name)).values("n")), 0
                )
                for name in ("asked", "recognised")
            }
        )


class CourseVersion(models.Model):
    """What a course is from one date to the next, with the elements of Annex I (2022/C 243/02)."""

    MOVES = states.PUBLISHING_MOVES

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(
        max_length=12, choices=PublishingState.choices, default=PublishingState.DRAFT
    )
    title = models.JSONField(_("title"), default=dict)
    summary = models.JSONField(_("in one sentence"), default=dict, blank=True)
    description = models.JSONField(_("what the course is about"), default=dict, blank=True)
    language = models.CharField(
        _("language of instruction"),
        max_length=12,
        blank=True,
        validators=[RegexValidator(LANGUAGE_TAG, _("Use a language tag such as “en” or “de”."))],
    )
    ects = models.DecimalField(
        _("ECTS credits"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0")), StepValueValidator(Decimal("0.5"))],
    )
    hours = models.DecimalField(
        _("workload in hours"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0"))],
    )
    eqf_level = models.PositiveSmallIntegerField(
        _("level (EQF)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(8)],
    )
    cycle = models.CharField(_("cycle"), max_length=8, choices=Cycle.choices, blank=True)
    isced_f = models.CharField(
        _("field (ISCED-F)"),
        max_length=4,
        blank=True,
        validators=[
            RegexValidator(ISCED_F_CODE, _("Use a code of ISCED-F 2013, such as 06 or 0612."))
        ],
    )
    assessment_type = models.CharField(
        _("type of assessment"), max_length=20, choices=AssessmentType.choices, blank=True
    )
    assessment_criteria = models.JSONField(_("assessment criteria"), default=dict, blank=True)
    participation_form = models.CharField(
        _("form of participation"), max_length=20, choices=ParticipationForm.choices, blank=True
    )
    quality_assurance = models.CharField(
        _("quality assurance"), max_length=20, choices=QualityAssurance.choices, blank=True
    )
    quality_agency = models.CharField(_("quality assurance agency"), max_length=200, blank=True)
    quality_url = models.URLField(_("quality assurance report"), blank=True)
    prerequisites = models.JSONField(_("before you start"), default=dict, blank=True)
    supervision = models.CharField(
        _("supervision and identity check"),
        max_length=20,
        choices=Supervision.choices,
        blank=True,
    )
    grade_scale = models.JSONField(_("grades, lowest first"), default=list, blank=True)
    passed_from = models.CharField(_("lowest pass"), max_length=20, blank=True)
    stackability = models.CharField(
        _("stackability"), max_length=12, choices=Stackability.choices, blank=True
    )
    stackable_towards = models.JSONField(_("builds towards"), default=dict, blank=True)
    further_information = models.JSONField(_("further information"), default=dict, blank=True)
    joint_bodies = models.ManyToManyField(
        "credentials.AwardingBody", blank=True, related_name="course_versions"
    )
    term = models.CharField(_("term"), max_length=500, blank=True)
    search_text = models.TextField(default="", blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = CourseVersionQuerySet.as_manager()

    class Meta:
        ordering = ["course__code", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="course_version_once"),
            models.UniqueConstraint(
                fields=["course"],
                condition=Q(state=PublishingState.PUBLISHED),
                name="course_one_published_version",
            ),
            models.CheckConstraint(
                condition=Q(state=PublishingState.DRAFT) ^ Q(published_at__isnull=False),
                name="course_version_published_at_with_state",
            ),
            models.CheckConstraint(
                condition=Q(eqf_level__isnull=True) | Q(eqf_level__range=(1, 8)),
                name="course_version_eqf_level_1_to_8",
            ),
        ]

    def __str__(self):
        return in_language(self.title)

    @property
    def audit_institution(self):
        return self.course.institution

    def has_applications(self):
        """Whether learners have applied for recognition against these learning outcomes."""
        return self.modules.filter(lines__case__submitted_at__isnull=False).exists()

    def missing_elements(self, outcomes=None):
        """Names (`CourseElement`) of the mandatory Annex I elements that are not stated yet.

        Learner, date, country and awarding body come with the award; the rest must stand here.
        `outcomes`: those of a version that is not saved yet.
        """
        stated = {
            "title": any(self.title.values()),
            "outcomes": bool(self.outcomes.all() if outcomes is None else outcomes),
            "workload": self.ects is not None or self.hours is not None,
            "level": self.eqf_level is not None,
            "assessment_type": bool(self.assessment_type),
            "assessment_criteria": any(self.assessment_criteria.values()),
            "participation_form": bool(self.participation_form),
            "quality_assurance": bool(self.quality_assurance),
        }
        return [name for name, is_stated in stated.items() if not is_stated]


class LearningOutcome(models.Model):
    """One learning outcome of a course version, in order; `is_essential` for recognition."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course_version = models.ForeignKey(
        CourseVersion, on_delete=models.CASCADE, related_name="outcomes"
    )
    order = models.PositiveSmallIntegerField()
    text = models.JSONField(default=dict)
    is_essential = models.BooleanField(default=True)
    skills = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["course_version", "order"]
        constraints = [
            models.UniqueConstraint(fields=["course_version", "order"], name="outcome_order_once")
        ]

    def __str__(self):
        return in_language(self.text)


class Offering(models.Model):
    """When, where and how a course version is offered."""

    course_version = models.ForeignKey(
        CourseVersion, on_delete=models.CASCADE, related_name="offerings"
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    price = models.CharField(_("price"), max_length=200, blank=True)
    url = models.URLField(_("enrol at"), blank=True)

    class Meta:
        ordering = [models.F("starts_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="offering_ends_after_start",
            )
        ]

    def __str__(self):
        start = self.starts_on or _("any time")
        return f"{self.course_version}, {start}"
