"""Institutions, their units, and the register of awarding bodies each of them keeps."""

import uuid
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left, Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.language import in_language, spoken, unprintable
from credentials.models.people import Role
from credentials.vocabulary import BodyKind, BodyStatus, QualityAssurance


class InstitutionQuerySet(models.QuerySet):
    def kept_by(self, user):
        """Institutions whose records the user keeps: registrars of the whole, not of a unit."""
        if not user.is_authenticated:
            return self.none()
        held = user.memberships.filter(role=Role.REGISTRAR, unit__parent=None)
        return self.filter(pk__in=held.values("unit__institution"))


class Institution(models.Model):
    """A higher education institution that runs this portal, alone or with others."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(unique=True)
    name = models.JSONField(_("name"), default=dict)
    country = models.CharField(_("country"), max_length=2)
    region = models.CharField(max_length=100, blank=True)
    city = models.CharField(max_length=100, blank=True)
    address = models.TextField(blank=True)
    subdivision = models.CharField(
        max_length=6, blank=True, help_text=_("For public holidays, such as SN in Germany.")
    )
    url = models.URLField(blank=True)
    email = models.EmailField(blank=True)
    number_prefix = models.CharField(max_length=6, unique=True)
    identifiers = models.JSONField(default=dict, blank=True)
    quality_assurance = models.CharField(
        max_length=20, choices=QualityAssurance.choices, blank=True
    )
    quality_agency = models.CharField(max_length=200, blank=True)
    quality_url = models.URLField(blank=True)
    languages = models.JSONField(default=list)
    hours_per_ects = models.DecimalField(max_digits=4, decimal_places=1, default=25)
    register_months = models.PositiveSmallIntegerField(
        _("months after which an entry of the register is looked up again"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self):
        return in_language(self.name)

    @property
    def audit_institution(self):
        return self

    @property
    def document_languages(self):
        """The languages in which documents are printed side by side; English when none is set."""
        return tuple(self.languages) or ("en",)

    @property
    def spoken_language(self):
        """The language of mails to who has chosen none: that of documents, if pages have it."""
        return spoken(self.document_languages[0])

    def clean(self):
        if self.languages and (problem := unprintable(self.languages)):
            raise ValidationError({"languages": problem})

    @property
    def register_holds_since(self) -> date:
        """The day before which what was looked up for the register is too old to rely on."""
        return timezone.localdate() - timedelta(days=self.register_months * 365 // 12)


class UnitQuerySet(models.QuerySet):
    def staffed_by(self, user, *roles):
        """Units where the user holds one of the roles, directly or from a unit above."""
        if not user.is_authenticated:
            return self.none()
        begins_with = Left(OuterRef("path"), Length("unit__path"))
        return self.filter(Exists(user.memberships.filter(role__in=roles, unit__path=begins_with)))


class Unit(models.Model):
    """A faculty, school or department; each institution has one root unit.

    `path` holds the ids from the root to the unit, "/3/17/", so that one prefix finds all below.
    """

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="units")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    name = models.JSONField(default=dict)
    path = models.CharField(max_length=200, db_index=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution"], condition=Q(parent=None), name="unit_one_root"
            )
        ]

    def __str__(self):
        return in_language(self.name)

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
        if path != self.path:
            self.path = path
            super().save(update_fields=["path"])

    @property
    def ids_from_root(self):
        """The ids of all units whose roles count here: those above it and its own."""
        return [int(pk) for pk in self.path.strip("/").split("/")]


class AwardingBodyQuerySet(models.QuerySet):
    def awarding(self):
        """All but platforms, which deliver what others award."""
        return self.exclude(kind=BodyKind.PLATFORM)

    def platforms(self):
        return self.filter(kind=BodyKind.PLATFORM)

    def to_look_up(self, institution):
        """Entries of its register that nobody has looked up, or not for a long time."""
        old = Q(checked_on=None) | Q(checked_on__lt=institution.register_holds_since)
        return self.filter(old, institution=institution)

    def search(self, text):
        """By name or identifier, parts of them too."""
        names = ("name", "erasmus_code", "schac_code", "deqar_id", "legal_id", "did")
        found = Q()
        for name in names:
            found |= Q(**{f"{name}__icontains": text})
        return self.filter(found)


class AwardingBody(models.Model):
    """One entry of an institution's register: who awards, and what is known of them.

    Also a platform can be entered, so that nobody takes it for an awarding body. `evidence` says
    where the status is known from; `version` counts what was written of the entry.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="awarding_bodies"
    )
    name = models.CharField(_("name"), max_length=200)
    country = models.CharField(_("country"), max_length=2)
    kind = models.CharField(
        _("kind of body"), max_length=12, choices=BodyKind.choices, blank=True, default=""
    )
    status = models.CharField(
        _("status"), max_length=20, choices=BodyStatus.choices, default=BodyStatus.UNKNOWN
    )
    quality_agency = models.CharField(_("quality assurance agency"), max_length=200, blank=True)
    evidence = models.CharField(_("where this is known from"), max_length=300, blank=True)
    checked_on = models.DateField(_("looked up on"), null=True, blank=True)
    checked_by = models.ForeignKey(
        "credentials.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    url = models.URLField(_("web address"), blank=True)
    did = models.CharField(_("identifier of its keys (DID)"), max_length=300, blank=True)
    erasmus_code = models.CharField(_("Erasmus code"), max_length=20, blank=True)
    schac_code = models.CharField(_("SCHAC code"), max_length=100, blank=True)
    deqar_id = models.CharField(_("DEQAR number"), max_length=20, blank=True)
    legal_id = models.CharField(_("number in the official register"), max_length=60, blank=True)
    hours_per_ects = models.DecimalField(
        _("hours for one ECTS credit"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(60)],
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AwardingBodyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name", "country"],
                name="awarding_body_once",
                violation_error_message=_("This awarding body is in the register already."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=BodyStatus.values), name="awarding_body_status_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["", *BodyKind.values]), name="awarding_body_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=BodyKind.PLATFORM, status=BodyStatus.RECOGNISED),
                name="awarding_body_no_recognised_platform",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def audit_institution(self):
        return self.institution

    @property
    def is_platform(self) -> bool:
        return self.kind == BodyKind.PLATFORM

    @property
    def is_to_look_up(self) -> bool:
        """Whether nobody has looked it up, or not for as long as the institution says."""
        return self.checked_on is None or self.checked_on < self.institution.register_holds_since
