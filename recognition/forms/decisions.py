"""The chair's form: the decision, its reasons, and the substantial differences of a refusal."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from credentials.models import LearningOutcome
from recognition.forms.reviews import SeenField
from recognition.matrix import Comparison, notes_on_what_is_missing
from recognition.models import Decision
from recognition.refusals import DifferenceDraft, Problem
from recognition.services.decisions import DecisionDraft
from recognition.vocabulary import DecisionType, EssentialElement

KEPT = ("type", "reasons", "considered", "later_measures", "grade", "deviation_reason")


class DecisionForm(forms.Form):
    """Kept as a draft however little is said; what is still missing is asked when signing.

    Fields of outcomes in which opinions differ: settle-<uuid>, one of the ratings given.
    """

    marks_optional = False
    seen = SeenField()
    type = forms.ChoiceField(choices=DecisionType.choices, required=False)
    reasons = forms.CharField(
        label=_("Your reasons"),
        help_text=_(
            "The learner reads them word for word. Say what is missing, outcome by outcome."
        ),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    considered = forms.CharField(
        label=_("What else was considered"),
        help_text=_("Why it cannot be recognised in full, in part or as free electives."),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    later_measures = forms.CharField(
        label=_("What the learner can do"),
        help_text=_("To have it, or the rest, recognised later: a part of the module, a test."),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    grade = forms.CharField(
        label=_("Grade to record"),
        help_text=_("Only if the programme takes grades over. Else it counts without a grade."),
        required=False,
        max_length=20,
    )

    deviation_reason = forms.CharField(
        label=_("Why this is different from what was decided before"),
        help_text=_("It stays in the file. Equal cases are treated equally."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, decision: Decision | None, comparison: Comparison, **kwargs):
        super().__init__(*args, **kwargs)
        self.decision = decision
        self.fields["reasons"].initial = notes_on_what_is_missing(comparison)
        if decision:
            for name in KEPT:
                self.fields[name].initial = getattr(decision, name)
            self.fields["seen"].initial = SeenField.shown(decision.updated_at)
        self.settled = {}
        for row in comparison.rows:
            if row.differs:
                name = f"settle-{row.outcome.uuid}"
                self.settled[name] = str(row.outcome.uuid)
                self.fields[name] = forms.ChoiceField(choices=row.choices, required=False)

    @property
    def chosen(self) -> dict[str, str]:
        """Return the ratings that the chair settled on, by the uuid of the outcome."""
        said = self.cleaned_data
        return {uuid: said[name] for name, uuid in self.settled.items() if said.get(name)}

    def draft(self, differences: tuple[DifferenceDraft, ...]) -> DecisionDraft:
        said = self.cleaned_data
        return DecisionDraft(
            type=said["type"],
            outcome_ratings=self.chosen,
            reasons=said["reasons"],
            considered=said["considered"],
            later_measures=said["later_measures"],
            grade=said["grade"],
            deviation_reason=said["deviation_reason"],
            differences=differences,
            language=self.decision.language if self.decision else get_language() or "en",
        )

    def show(self, problems: Sequence[Problem], decision: Decision | None) -> None:
        """Put what stands against signing `decision`, as it was saved, beside its fields."""
        self.data = self.data.copy()
        self.data["seen"] = SeenField.shown(decision.updated_at if decision else None)
        for problem in problems:
            field = problem.field if problem.field in self.fields else None
            self.add_error(field, problem.sentence)


class DifferenceForm(forms.Form):
    """One substantial difference; a row in which nothing is said is left out."""

    marks_optional = False
    element = forms.ChoiceField(
        label=_("Essential element"),
        choices=[("", _("Choose an element")), *EssentialElement.choices],
        required=False,
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), help_text=_("Only for learning outcomes."), required=False
    )
    what_differs = forms.CharField(
        label=_("What differs"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    examined = forms.CharField(
        label=_("Evidence examined"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    why_it_matters = forms.CharField(
        label=_("Why it matters for this programme"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, outcomes: Sequence[LearningOutcome], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [
            ("", _("None")),
            *((str(o.uuid), f"{o.order}. {o}") for o in outcomes if o.is_essential),
        ]

    @property
    def draft(self) -> DifferenceDraft | None:
        said = {name: self.cleaned_data.get(name, "") for name in self.fields if name != "DELETE"}
        if self.cleaned_data.get("DELETE") or not any(said.values()):
            return None
        return DifferenceDraft(**said | {"outcome": said["outcome"] or None})


class BaseDifferences(forms.BaseFormSet):
    @property
    def drafts(self) -> tuple[DifferenceDraft, ...]:
        return tuple(draft for form in self.forms if (draft := form.draft))

    @property
    def saved(self) -> tuple[DifferenceDraft, ...]:
        """Return what the draft held before, for a page on which no differences were asked."""
        return tuple(DifferenceDraft(**row) for row in self.initial or [])

    def show(self, problems: Sequence[Problem]) -> list[Problem]:
        """Put problems of "differences-n-field" beside their fields; return the others.

        n counts the differences that were kept, as `drafts` does.
        """
        kept = [form for form in self.forms if form.draft] if self.is_bound else []
        others = []
        for problem in problems:
            name, _dash, rest = problem.field.partition("-")
            row, _dash, field = rest.partition("-")
            if name == "differences" and row.isdigit() and int(row) < len(kept):
                kept[int(row)].add_error(field, problem.sentence)
            else:
                others.append(problem)
        return others


DifferenceFormSet = forms.formset_factory(
    DifferenceForm, formset=BaseDifferences, extra=1, can_delete=True, max_num=12, absolute_max=20
)


def initial_differences(decision: Decision | None) -> list[dict]:
    """Return what the draft holds, as the formset shows it."""
    if decision is None:
        return []
    return [
        {
            "element": one.element,
            "outcome": str(one.outcome.uuid) if one.outcome else "",
            "what_differs": one.what_differs,
            "examined": one.examined,
            "why_it_matters": one.why_it_matters,
        }
        for one in decision.differences.select_related("outcome")
    ]
