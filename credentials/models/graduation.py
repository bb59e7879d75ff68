"""What transcripts and diploma supplements are printed from: results, graduates, their lists."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials.language import in_language
from credentials.models.programme import HALVES
from credentials.vocabulary import QualityAssurance, StudyMode


class QualificationProfile(models.Model):
    """What the diploma supplement says of a qualification beside what its regulations say.

    Texts in several languages are language maps. Numbers are those of the sections of the
    Diploma Supplement (2018) in which they are printed.
    """

    programme_version = models.OneToOneField(
        "credentials.ProgrammeVersion", on_delete=models.CASCADE, related_name="profile"
    )
    isced_f = models.CharField(_("main field of study (ISCED-F)"), max_length=4, blank=True)  # 2.2
    languages = models.JSONField(_("languages of instruction"), default=list)  # 2.5
    administering_body = models.ForeignKey(  # 2.4
        "credentials.AwardingBody",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("institution that administers the studies, where it is another"),
    )
    quality_assurance = models.CharField(  # 2.3, as the three that follow
        _("quality assurance"), max_length=20, choices=QualityAssurance.choices, blank=True
    )
    quality_agency = models.CharField(_("quality assurance agency"), max_length=200, blank=True)
    quality_agency_country = models.CharField(_("country of the agency"), max_length=2, blank=True)
    quality_url = models.URLField(_("quality assurance report"), blank=True)
    nqf_level = models.CharField(_("level (national framework)"), max_length=60, blank=True)  # 3.1
    access = models.JSONField(_("access requirements"), default=dict)  # 3.3
    mode = models.CharField(  # 4.1
        _("mode of study"), max_length=12, choices=StudyMode.choices, blank=True
    )
    outcomes = models.JSONField(_("learning outcomes of the programme"), default=dict)  # 4.2
    grade_scale = models.JSONField(_("grades, lowest first"), default=list, blank=True)  # 4.4
    passed_from = models.CharField(_("lowest pass"), max_length=20, blank=True)  # 4.4
    classification_rule = models.JSONField(  # 4.5
        _("how the overall classification is found"), default=dict, blank=True
    )
    further_study = models.JSONField(_("access to further study"), default=dict)  # 5.1
    regulated_profession = models.JSONField(  # 5.2
        _("access to a regulated profession"), default=dict, blank=True
    )
    sources = models.JSONField(_("further information sources"), default=dict, blank=True)  # 6.2

    def __str__(self):
        return str(self.programme_version)

    @property
    def audit_institution(self):
        return self.programme_version.institution


class ModuleResult(models.Model):
    """A module that a student has passed here. What is recognised stands in the ledger."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(
        "credentials.Enrolment", on_delete=models.PROTECT, related_name="module_results"
    )
    module = models.ForeignKey(
        "credentials.Module", on_delete=models.PROTECT, related_name="results"
    )
    term = models.CharField(_("term"), max_length=20, blank=True)
    achieved_on = models.DateField(_("achieved on"))
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    ects = models.DecimalField(
        _("ECTS credits"), max_digits=4, decimal_places=1, validators=[HALVES]
    )
    work_title = models.CharField(
        _("title of the thesis or project"), max_length=300, blank=True
    )  # in its original language
    recorded_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["achieved_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "module"], name="module_result_once"),
            models.CheckConstraint(condition=Q(ects__gt=0), name="module_result_ects_positive"),
        ]

    def __str__(self):
        return f"{self.module}: {self.grade}"

    @property
    def audit_institution(self):
        return self.enrolment.learner.institution


class Graduation(models.Model):
    """A list of graduates whose documents are printed together, with who signs them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, related_name="graduations"
    )
    name = models.CharField(_("name"), max_length=120)
    certified_on = models.DateField(_("date of the documents"))
    signatory = models.CharField(_("signed by"), max_length=120)
    capacity = models.JSONField(_("capacity"), default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-certified_on", "name"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "name"], name="graduation_name_once")
        ]

    def __str__(self):
        return self.name

    @property
    def audit_institution(self):
        return self.institution


class GraduateKind(models.TextChoices):
    DEGREE = "degree", _("Degree")
    INTERIM = "interim", _("Interim award")


class Graduate(models.Model):
    """A student who has finished a programme, or a part of it that bears an award of its own.

    Titles and classification are printed as they are, in the language of the diploma.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    graduation = models.ForeignKey(Graduation, on_delete=models.PROTECT, related_name="graduates")
    enrolment = models.ForeignKey(
        "credentials.Enrolment", on_delete=models.PROTECT, related_name="graduates"
    )
    kind = models.CharField(
        _("kind"), max_length=8, choices=GraduateKind.choices, default=GraduateKind.DEGREE
    )
    graduated_on = models.DateField(_("graduated on"))
    title_conferred = models.CharField(
        _("title conferred"), max_length=120, blank=True, help_text=_("If it is another one.")
    )
    final_grade = models.CharField(_("final grade"), max_length=20, blank=True)
    classification = models.CharField(_("overall classification"), max_length=120, blank=True)
    additional = models.JSONField(_("additional information"), default=dict, blank=True)  # 6.1
    supplement = models.ForeignKey(
        "credentials.Document",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="graduates",
    )

    class Meta:
        ordering = ["enrolment__learner__family_name", "enrolment__learner__given_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(kind="degree"), name="graduate_degree_once"
            ),
            models.UniqueConstraint(
                fields=["graduation", "enrolment"], name="graduate_once_in_list"
            ),
        ]

    def __str__(self):
        return str(self.enrolment.learner)

    @property
    def audit_institution(self):
        return self.graduation.institution


class EducationSystem(models.Model):
    """What an institution's documents say of the higher education system of a country."""

    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.CASCADE, related_name="education_systems"
    )
    country = models.CharField(_("country"), max_length=2)
    text = models.JSONField(_("text"), default=dict)

    class Meta:
        ordering = ["country"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "country"], name="education_system_once")
        ]

    def __str__(self):
        return f"{self.country}: {in_language(self.text)[:60]}"

    @property
    def audit_institution(self):
        return self.institution


class DocumentDesign(models.Model):
    """How an institution's documents look; each change is a new version, the newest holds.

    `logo`, `header` and `seal` are pictures; `signatures` a list of {"name", "capacity" (language
    map), "picture" (uuid of a document, "")}; `texts` language maps by the name of their block.
    """

    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.CASCADE, related_name="document_designs"
    )
    version = models.PositiveIntegerField()
    colour = models.CharField(_("colour"), max_length=7, blank=True)
    logo = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    header = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seal = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signatures = models.JSONField(default=list, blank=True)
    texts = models.JSONField(default=dict, blank=True)
    made_by = models.ForeignKey("credentials.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "version"], name="document_design_version_once"
            )
        ]

    def __str__(self):
        return f"{self.institution}, {self.version}"

    @property
    def audit_institution(self):
        return self.institution
