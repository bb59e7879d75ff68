"""Decisions: what the chair writes, signs and the applicant receives."""

import hashlib
import json
import uuid
from collections.abc import Collection

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.models import CreditEntry
from recognition import states
from recognition.states import DecisionState, LineState
from recognition.vocabulary import (
    GIVES_CREDITS,
    IS_RECORDED,
    Authority,
    DecisionType,
    EssentialElement,
    GradeMethod,
)

_HOUSEKEEPING = {
    *("id", "uuid", "line", "version", "supersedes", "body", "authority", "state", "number"),
    *("ects", "ects_explanation", "written_by", "updated_at", "decided_at", "notified_at"),
    *("letter", "grade_until", "grade_word"),
}
_DIFFERENCE = ("element", "outcome__uuid", "what_differs", "examined", "why_it_matters")


class GradeWord(models.TextChoices):
    """What a learner says to a grade that needs their consent; nothing said leaves it out."""

    TAKEN = "taken", _("Taken over")
    LEFT = "left", _("Recorded without a grade")


class DecisionQuerySet(models.QuerySet):
    def awaiting_grade_word(self, today):
        """Those whose learner may still say whether the grade is taken over."""
        return self.filter(grade_until__gte=today, grade_word="")

    def credited_parts(self, applicant: int, modules: Collection[int]) -> set[int]:
        """Parts of modules that the ledger credits to an applicant; all as pks. One query."""
        found = self.credited(applicant, modules).filter(parts__isnull=False)
        return set(found.values_list("parts", flat=True))

    def draft_of(self, line):
        """Return what is being written for a line, None when nothing is."""
        return self.filter(line=line, state=DecisionState.DRAFT).first()

    def beside_credits_of(self, learner):
        """What stands in a learner's record without credits: exemptions and later semesters."""
        kinds = sorted(IS_RECORDED - GIVES_CREDITS)
        standing = (LineState.RECORDED, LineState.CLOSED)
        found = self.filter(line__case__learner=learner, type__in=kinds, recorded_at__isnull=False)
        return (
            found.filter(line__decision=F("pk"), line__state__in=standing)
            .select_related("line__module__course_version__course", "line__case")
            .prefetch_related("parts")
            .order_by("recorded_at")
        )

    def credited(self, applicant: int, modules: Collection[int]):
        """Decisions from which the ledger credits modules to an applicant; all as pks."""
        entries = CreditEntry.objects.filter(
            enrolment__learner__user=applicant, module__in=modules, reversed_at=None
        )
        return self.filter(uuid__in=entries.values("decision"))


class Decision(models.Model):
    """A draft while it is written, frozen when signed; `Line.decision` is the one that holds.

    A signed one is never changed: another version supersedes it, and its letter still verifies.
    `body` took it, by the `authority` that its rules give.
    `outcome_ratings` maps the uuid of a target outcome to the rating the chair settled on, and the
    code of another element (`Element`) to that of an appeal body;
    `ects_explanation` is a language map, frozen when signed. So is `grade_explanation`; the grade
    comes from `grade_inputs` by `grade_method` (see `grades.py`); without credits both are empty.
    `why_not`: for a refusal, why each more favourable type (`DecisionType`) was not possible.
    `other_module`: of an alternative; `entry_semester`: of an advanced entry; `expected`: the type
    that an information in advance holds out; `accepted_proof`: why a proof that nobody confirmed
    is accepted. `grade_until`: the last day on which the learner may take the grade over, None when
    they are not asked; `grade_word` is what they said.
    """

    MOVES = states.DECISION_MOVES

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey("recognition.Line", on_delete=models.PROTECT, related_name="decisions")
    version = models.PositiveSmallIntegerField(default=1)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    body = models.ForeignKey(
        "recognition.Committee", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    authority = models.CharField(max_length=16, choices=Authority.choices, default=Authority.CHAIR)
    state = models.CharField(
        max_length=8, choices=DecisionState.choices, default=DecisionState.DRAFT
    )
    number = models.CharField(max_length=40, blank=True)
    type = models.CharField(max_length=20, choices=DecisionType.choices, blank=True)
    ects = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    ects_explanation = models.JSONField(default=dict, blank=True)
    parts = models.ManyToManyField("credentials.ModulePart", blank=True, related_name="+")
    grade = models.CharField(max_length=20, blank=True)
    grade_method = models.CharField(max_length=16, choices=GradeMethod.choices, blank=True)
    grade_inputs = models.JSONField(default=dict, blank=True)
    grade_explanation = models.JSONField(default=dict, blank=True)
    grade_until = models.DateField(null=True, blank=True)
    grade_word = models.CharField(max_length=5, choices=GradeWord.choices, blank=True)
    outcome_ratings = models.JSONField(default=dict, blank=True)
    reasons = models.TextField(_("reasons"), blank=True)
    why_not = models.JSONField(_("what else was considered"), default=dict, blank=True)
    later_measures = models.TextField(_("what the learner can do"), blank=True)
    deviation_reason = models.TextField(_("why it departs from a precedent"), blank=True)
    other_module = models.ForeignKey(
        "credentials.Module", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entry_semester = models.PositiveSmallIntegerField(null=True, blank=True)
    expected = models.CharField(max_length=20, choices=DecisionType.choices, blank=True)
    accepted_proof = models.TextField(_("why the proof is accepted"), blank=True)
    language = models.CharField(max_length=12, default="en")
    written_by = models.ForeignKey(
        "credentials.User", on_delete=models.PROTECT, related_name="decisions_written"
    )
    updated_at = models.DateTimeField(auto_now=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    letter = models.ForeignKey(
        "credentials.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    credential = models.OneToOneField(
        "credentials.Credential",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decision",
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["line", "version"]
        constraints = [
            models.UniqueConstraint(fields=["line", "version"], name="decision_version_once"),
            models.UniqueConstraint(
                fields=["line"], condition=Q(state=DecisionState.DRAFT), name="decision_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state=DecisionState.DRAFT, decided_at__isnull=True)
                | Q(state=DecisionState.SIGNED, decided_at__isnull=False)
                & ~Q(type="")
                & ~Q(number=""),
                name="decision_signed_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state=DecisionState.SIGNED, type=DecisionType.REFUSAL)
                | ~Q(why_not={}) & ~Q(later_measures=""),
                name="decision_refusal_names_alternatives_and_measures",
            ),
            models.CheckConstraint(
                condition=Q(notified_at__isnull=True) | Q(letter__isnull=False),
                name="decision_notified_with_letter",
            ),
            models.CheckConstraint(
                condition=~Q(state=DecisionState.SIGNED, type=DecisionType.ALTERNATIVE)
                | Q(other_module__isnull=False),
                name="decision_alternative_names_module",
            ),
            models.CheckConstraint(
                condition=~Q(state=DecisionState.SIGNED, type=DecisionType.ADVANCED_ENTRY)
                | Q(entry_semester__gt=1),
                name="decision_entry_names_semester",
            ),
            models.CheckConstraint(
                condition=Q(grade_word="") | Q(grade_until__isnull=False),
                name="decision_grade_word_was_asked",
            ),
        ]

    def __str__(self):
        return self.number or str(self.line)

    @classmethod
    def said_in(cls) -> list[models.Field]:
        """Return the columns that say what is decided and why: all that is voted on."""
        return [field for field in cls._meta.concrete_fields if field.name not in _HOUSEKEEPING]

    @property
    def fingerprint(self):
        """SHA-256 of what is decided and why, so that a vote holds for this very text."""
        said = [(field.name, field.value_to_string(self)) for field in self.said_in()]
        differences = self.differences.order_by("pk").values_list(*_DIFFERENCE)
        conditions = self.conditions.order_by("position", "pk").values_list("text", "due_on")
        written = [[str(one) for one in row] for row in (*differences, *conditions)]
        text = json.dumps([said, written], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def audit_institution(self):
        return self.line.audit_institution

    @property
    def gives_credits(self) -> bool:
        return self.type in GIVES_CREDITS

    @property
    def awaits_grade_word(self) -> bool:
        """Whether the learner may still say that the grade is taken over, or left."""
        is_asked = self.grade_until is not None and not self.grade_word
        return is_asked and self.grade_until >= timezone.localdate()

    @property
    def counted_grade(self) -> str:
        """The grade for the record: "" when the learner was asked and did not take it over."""
        is_left_out = self.grade_until is not None and self.grade_word != GradeWord.TAKEN
        return "" if is_left_out else self.grade

    @property
    def is_recorded(self) -> bool:
        return self.type in IS_RECORDED

    @property
    def module(self):
        """The module for which something is recognised, None for free electives."""
        if self.type == DecisionType.INCLUSION:
            return None
        return self.other_module if self.type == DecisionType.ALTERNATIVE else self.line.module


class Difference(models.Model):
    """One substantial difference; without it nothing is refused (Lisbon Convention III.3(5))."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="differences")
    element = models.CharField(
        _("essential element"), max_length=20, choices=EssentialElement.choices
    )
    outcome = models.ForeignKey(
        "credentials.LearningOutcome", on_delete=models.PROTECT, null=True, blank=True
    )
    what_differs = models.TextField(_("what differs"))
    examined = models.TextField(_("evidence examined"))
    why_it_matters = models.TextField(_("why it matters for this programme"))

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_element_display()}: {self.what_differs}"
