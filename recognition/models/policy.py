"""The rules of an institution for recognition, in versions; a case keeps the one it began under."""

from decimal import Decimal

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recognition.vocabulary import DecisionType, GradeMethod


def without_vote():
    """Return what may be decided without a vote, by whom: the chair alone all but a refusal."""
    favourable = ["full", "inclusion", "partial", "conditional", "alternative", "exemption"]
    return {"chair": [*favourable, "advanced_entry", "advance_info"], "course_director": []}


class PolicyQuerySet(models.QuerySet):
    def in_force(self):
        """The newest rules valid today, of each institution and of each programme with its own."""
        today = timezone.localdate()
        scoped = self.annotate(scope=Coalesce("programme_id", 0))
        newer = self.model.objects.annotate(scope=Coalesce("programme_id", 0)).filter(
            institution=OuterRef("institution"),
            scope=OuterRef("scope"),
            version__gt=OuterRef("version"),
            valid_from__lte=today,
        )
        return scoped.filter(~Exists(newer), valid_from__lte=today)

    def for_programme(self, programme):
        """Those in force for a programme: its own first, then those of the institution."""
        holds = Q(programme=programme) | Q(programme=None, institution=programme.institution_id)
        return self.in_force().filter(holds).order_by(F("programme").asc(nulls_last=True))


class Policy(models.Model):
    """Frozen in a case when it is submitted. Units of the periods stand in their labels.

    `programme`: whose own rules these are, None for those of the whole institution.
    `delegation`: types of decision (`DecisionType`) by who may take them without a vote of the
    committee: "chair" and "course_director". `grade_methods`: codes in the order in which they are
    tried, [] leaves what is recognised ungraded. `text_blocks`: standard phrases for letters, each
    {"kind": "reason" | "later" | "considered", "title": {...}, "text": {...}} in language maps.
    """

    institution = models.ForeignKey(
        "credentials.Institution", on_delete=models.PROTECT, related_name="policies"
    )
    programme = models.ForeignKey(
        "credentials.Programme",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="policies",
    )
    version = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    # The clock
    check_days = models.PositiveSmallIntegerField(_("completeness check, working days"), default=5)
    decision_days = models.PositiveSmallIntegerField(
        _("decision after completeness, working days"), default=20
    )
    limit_months = models.PositiveSmallIntegerField(
        _("longest time for a decision, months"), default=4
    )
    information_days = models.PositiveSmallIntegerField(
        _("answer to a question, calendar days"), default=14
    )
    information_rounds = models.PositiveSmallIntegerField(
        _("rounds of questions at most"), default=2
    )
    # Objection and appeal
    objection_days = models.PositiveSmallIntegerField(_("objection, calendar days"), default=30)
    objection_answer_days = models.PositiveSmallIntegerField(
        _("answer to an objection, working days"), default=20
    )
    appeal_days = models.PositiveSmallIntegerField(_("appeal, calendar days"), default=30)
    appeal_answer_days = models.PositiveSmallIntegerField(
        _("decision on an appeal, working days"), default=40
    )
    appeal_body = models.JSONField(_("who decides on objections and appeals"), default=dict)
    appeal_address = models.JSONField(_("where to send an objection"), default=dict)
    legal_basis = models.JSONField(_("legal basis"), default=dict)
    # Credits
    validation_cap = models.DecimalField(
        _("share of a programme that validation may fill"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.50"),
    )
    total_cap = models.DecimalField(
        _("share of a programme that recognition may fill in all"),
        max_digits=3,
        decimal_places=2,
        null=True,
        blank=True,
    )
    residency_ects = models.DecimalField(
        _("credits that must be earned here"), max_digits=5, decimal_places=1, default=0
    )
    workload_tolerance_ects = models.DecimalField(
        _("workload below the target that makes no difference, ECTS"),
        max_digits=3,
        decimal_places=1,
        default=Decimal("1.0"),
    )
    workload_tolerance_share = models.DecimalField(
        _("share of the target's workload that is always enough"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.80"),
    )
    currency_years = models.PositiveSmallIntegerField(
        _("years after which it is asked whether learning is current"), default=10
    )
    reuse_across_awards = models.BooleanField(
        _("a credential may count towards two qualifications"), default=False
    )
    allows_proportional = models.BooleanField(
        _("part of a module without parts may be recognised in proportion"), default=True
    )
    # Grades
    grade_methods = models.JSONField(_("grades"), default=list, blank=True)
    grade_decimals = models.PositiveSmallIntegerField(
        _("decimals of a converted grade, cut and not rounded"), default=1
    )
    grade_needs_consent = models.BooleanField(
        _("the learner accepts a converted grade before it is recorded"), default=False
    )
    # Who decides, and how
    quorum = models.PositiveSmallIntegerField(_("opinions needed"), default=2)
    delegation = models.JSONField(_("decided without a vote"), default=without_vote)
    is_blind = models.BooleanField(
        _("reviewers are shown no name, sex, birth date or nationality"), default=False
    )
    decides_by_precedent = models.BooleanField(
        _("standing decisions are applied at once"), default=True
    )
    precedent_years = models.PositiveSmallIntegerField(
        _("years for which a standing decision holds"), default=3
    )
    text_blocks = models.JSONField(_("standard phrases"), default=list, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["institution", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "version"], name="policy_version_once")
        ]

    def __str__(self):
        return f"{self.institution}, {self.version}"

    @property
    def delegated(self):
        """Who may decide what without a vote, in words: pairs of (who, types)."""
        names = {"chair": _("Chair of the committee"), "course_director": _("Course director")}
        for who, name in names.items():
            types = [str(DecisionType(one).label) for one in self.delegation.get(who, [])]
            if types:
                yield name, ", ".join(types)

    @property
    def grade_method_labels(self):
        return [GradeMethod(code).label for code in self.grade_methods]

    @property
    def validation_percent(self):
        return int(self.validation_cap * 100)

    @property
    def workload_percent(self):
        return int(self.workload_tolerance_share * 100)

    @property
    def total_percent(self):
        return None if self.total_cap is None else int(self.total_cap * 100)
