"""The chair's form: the decision, its reasons, and what only its type needs."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from credentials.forms.widgets import DateInput
from credentials.language import in_language
from credentials.models import LearningOutcome, Module
from credentials.verdict import Verdict
from recognition.choices import expectable
from recognition.forms.reviews import SeenField
from recognition.grading import Proposals, choice_in
from recognition.matrix import Comparison, notes_on_what_is_missing
from recognition.models import Decision
from recognition.opinions import Ground
from recognition.recorded import other_modules
from recognition.refusals import DifferenceDraft, Problem, to_consider
from recognition.services.decisions import ConditionDraft, DecisionDraft
from recognition.vocabulary import DecisionType, EssentialElement, GradeMethod

KEPT = ("type", "reasons", "later_measures", "expected", "accepted_proof", "deviation_reason")
"""Fields of the form that are columns of the decision."""
BEFORE_CONSIDERED = ("type", "expected", "other_module", "accepted_proof", "reasons")
"""Fields that stand on the page above what else was considered."""


class OtherModule(forms.ModelChoiceField):
    def label_from_instance(self, module: Module) -> str:
        return f"{module.code} {in_language(module.title)}"


class DecisionForm(forms.Form):
    """Kept as a draft however little is said; what is still missing is asked when signing.

    Fields of outcomes in which opinions differ: settle-<uuid>, one of the ratings given. On appeal
    every outcome may be rated anew, and the other elements too: settle-<code>. What a page did not
    ask, because another type was chosen, stays as it was saved.
    """

    marks_optional = False
    seen = SeenField()
    type = forms.ChoiceField(choices=DecisionType.choices, required=False)
    expected = forms.ChoiceField(label=_("What the learner can expect"), required=False)
    other_module = OtherModule(
        label=_("The module for which it is recognised"),
        help_text=_("One of the same programme that is not credited yet."),
        queryset=Module.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose a module"),
        required=False,
    )
    accepted_proof = forms.CharField(
        label=_("Why the proof is accepted"),
        help_text=_("Nobody has confirmed that it is genuine. You can also ask first."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reasons = forms.CharField(
        label=_("Your reasons"),
        help_text=_(
            "The learner reads them word for word. Say what is missing, outcome by outcome."
        ),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    later_measures = forms.CharField(
        label=_("What the learner can do"),
        help_text=_("To have it, or the rest, recognised later: a part of the module, a test."),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    grade_choice = forms.ChoiceField(
        required=False,
        error_messages={
            "invalid_choice": _("This grade does not follow from what is known. Choose again.")
        },
    )
    grade = forms.CharField(label=_("Which other grade"), required=False, max_length=20)
    deviation_reason = forms.CharField(
        label=_("Why this is different from what was decided before"),
        help_text=_("It stays in the file. Equal cases are treated equally."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args,
        decision: Decision | None,
        comparison: Comparison,
        ground: Ground,
        verdicts: Mapping[DecisionType, Verdict],
        proposals: Proposals,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.decision, self.ground, self.proposals = decision, ground, proposals
        self.fields["other_module"].queryset = other_modules(ground.line)
        self.fields["expected"].choices = _expectations(ground)
        keys = [proposal.key for proposal in proposals.possible]
        self.fields["grade_choice"].choices = [
            *((key, key) for key in keys),
            (GradeMethod.COMMITTEE, GradeMethod.COMMITTEE.label),
        ]
        self.fields["grade_choice"].initial = (choice_in(decision) if decision else "") or keys[0]
        self.fields["reasons"].initial = notes_on_what_is_missing(comparison)
        self.considered = self._consider(ground, verdicts)
        if decision:
            for name in KEPT:
                self.fields[name].initial = getattr(decision, name)
            module = decision.other_module
            self.fields["other_module"].initial = module.uuid if module else None
            if decision.grade_method == GradeMethod.COMMITTEE:
                self.fields["grade"].initial = decision.grade
            self.fields["seen"].initial = SeenField.shown(decision.updated_at)
        self.settled = {}
        for row in comparison.rows:
            if row.is_open:
                name = f"settle-{row.outcome.uuid}"
                self.settled[name] = str(row.outcome.uuid)
                self.fields[name] = forms.ChoiceField(choices=row.choices, required=False)
        for element in comparison.elements:
            if element.choices:
                name = f"settle-{element.element}"
                self.settled[name] = str(element.element)
                self.fields[name] = forms.ChoiceField(choices=element.choices, required=False)
        # As they stand on the page: the list of errors follows it.
        self.order_fields([*self.settled, *BEFORE_CONSIDERED, *self.considered])

    def _consider(
        self, ground: Ground, verdicts: Mapping[DecisionType, Verdict]
    ) -> dict[str, DecisionType]:
        """Add a field for each decision that goes before a refusal; return them by name.

        It begins with the portal's own reason where the rules do not allow the decision.
        """
        names, known = {}, {k: v.reason for k, v in verdicts.items() if not v}
        self.known_reasons = known | (self.decision.why_not if self.decision else {})
        for kind in to_consider(ground.opinion):
            name = f"why_not_{kind}"
            names[name] = kind
            self.fields[name] = forms.CharField(
                label=kind.label,
                required=False,
                max_length=5000,
                initial=self.known_reasons.get(kind, ""),
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        return names

    @property
    def considered_fields(self) -> list:
        return [self[name] for name in self.considered]

    @property
    def chosen(self) -> dict[str, str]:
        """Return the ratings settled on, by the uuid of the outcome or the code of an element."""
        said = self.cleaned_data
        return {uuid: said[name] for name, uuid in self.settled.items() if said.get(name)}

    def _said(self, name: str):
        """Return what the page says in a field, or what was saved when it did not ask."""
        if name in self.data or self.decision is None:
            return self.cleaned_data[name]
        return getattr(self.decision, name)

    @property
    def why_not(self) -> dict[str, str]:
        known = {kind: self.known_reasons.get(kind, "") for kind in self.considered.values()}
        asked = {
            kind: self.cleaned_data[n] for n, kind in self.considered.items() if n in self.data
        }
        return known | asked

    def draft(
        self, differences: Sequence[DifferenceDraft], conditions: Sequence[ConditionDraft]
    ) -> DecisionDraft:
        said = self.cleaned_data
        return DecisionDraft(
            type=said["type"],
            outcome_ratings=self.chosen,
            reasons=said["reasons"],
            why_not=self.why_not,
            later_measures=said["later_measures"],
            accepted_proof=self._said("accepted_proof"),
            other_module=self._said("other_module"),
            expected=self._said("expected"),
            grade_choice=said["grade_choice"],
            grade=said["grade"],
            deviation_reason=self._said("deviation_reason"),
            differences=tuple(differences),
            conditions=tuple(conditions),
            language=self.decision.language if self.decision else get_language() or "en",
        )

    def insert(self, field: str, text: str) -> None:
        """Add a standard phrase to what stands in a field, for the page to be shown again."""
        self.data = self.data.copy()
        self.data[field] = f"{self.data.get(field, '').rstrip()}\n{text}".strip()

    def show(self, problems: Sequence[Problem], decision: Decision | None) -> None:
        """Put what stands against signing `decision`, as it was saved, beside its fields."""
        self.data = self.data.copy()
        self.data["seen"] = SeenField.shown(decision.updated_at if decision else None)
        for name, kind in self.considered.items():
            self.data.setdefault(name, self.known_reasons.get(kind, ""))
        for problem in problems:
            field = problem.field if problem.field in self.fields else None
            self.add_error(field, problem.sentence)


def _expectations(ground: Ground) -> list[tuple[str, object]]:
    allowed = [kind for kind, verdict in expectable(ground.opinion).items() if verdict]
    return [("", _("Choose one")), *((kind.value, kind.label) for kind in allowed)]


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


class ConditionForm(forms.Form):
    """One condition; a row in which nothing is said is left out."""

    marks_optional = False
    text = forms.CharField(
        label=_("What the learner must show"),
        help_text=_("An examination, a bridging course, a document; the learner reads it."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due_on = forms.DateField(label=_("Until"), required=False, widget=DateInput)

    @property
    def draft(self) -> ConditionDraft | None:
        said = {name: self.cleaned_data.get(name) for name in ("text", "due_on")}
        if self.cleaned_data.get("DELETE") or not any(said.values()):
            return None
        return ConditionDraft(said["text"] or "", said["due_on"])


class BaseRows(forms.BaseFormSet):
    """Differences or conditions: rows that can be left empty or taken out."""

    @property
    def drafts(self) -> tuple:
        return tuple(draft for form in self.forms if (draft := form.draft))

    def kept(self, kind: type) -> tuple:
        """Return what the page says, or what the draft held when the page did not ask."""
        return self.drafts if self.is_bound else tuple(kind(**row) for row in self.initial or [])

    def show(self, problems: Sequence[Problem]) -> list[Problem]:
        """Put problems of "<prefix>-n-field" beside their fields; return the others.

        n counts the rows that were kept, as `drafts` does.
        """
        kept = [form for form in self.forms if form.draft] if self.is_bound else []
        others = []
        for problem in problems:
            name, _dash, rest = problem.field.partition("-")
            row, _dash, field = rest.partition("-")
            if name == self.prefix and row.isdigit() and int(row) < len(kept):
                kept[int(row)].add_error(field, problem.sentence)
            else:
                others.append(problem)
        return others


DifferenceFormSet = forms.formset_factory(
    DifferenceForm, formset=BaseRows, extra=1, can_delete=True, max_num=12, absolute_max=20
)
ConditionFormSet = forms.formset_factory(
    ConditionForm, formset=BaseRows, extra=1, can_delete=True, max_num=8, absolute_max=12
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


def initial_conditions(decision: Decision | None) -> list[dict]:
    """Return the conditions that the draft holds, as the formset shows them."""
    found = decision.conditions.all() if decision else []
    return [{"text": one.text, "due_on": one.due_on} for one in found]
