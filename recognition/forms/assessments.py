"""Forms of a supplementary assessment: ordering it, its result, ending it without one."""

from collections.abc import Sequence

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.forms.widgets import DateInput, DateTimeInput
from credentials.models import LearningOutcome, User
from recognition.models import AssessmentForm, SupplementaryAssessment
from recognition.services.assessments import AssessmentDraft, OutcomeResult
from recognition.services.information import default_due_on


class OrderForm(forms.Form):
    """Which outcomes, in which form, by whom, when and where."""

    marks_optional = False
    outcomes = forms.MultipleChoiceField(
        label=gettext_lazy("What is to be assessed"),
        help_text=gettext_lazy("Only outcomes that the evidence does not show."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one outcome.")},
    )
    form = forms.ChoiceField(
        label=gettext_lazy("Form"), choices=AssessmentForm.choices, widget=forms.RadioSelect
    )
    instructions = forms.CharField(
        label=gettext_lazy("What the learner is asked to do"),
        help_text=gettext_lazy("With how long it takes, and how it is assessed."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    assessor = forms.ModelChoiceField(
        label=gettext_lazy("Assessor"),
        help_text=gettext_lazy("Staff and members of the committee without a known conflict."),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
        to_field_name="uuid",
    )
    held_at = forms.DateTimeField(
        label=gettext_lazy("Date and time, if fixed"), widget=DateTimeInput, required=False
    )
    place = forms.CharField(
        label=gettext_lazy("Room, or address of the meeting"), max_length=200, required=False
    )
    due_on = forms.DateField(label=gettext_lazy("Result until"), widget=DateInput)

    def __init__(self, *args, outcomes: Sequence[LearningOutcome], people: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.outcomes = {str(outcome.uuid): outcome for outcome in outcomes}
        self.fields["outcomes"].choices = [
            (key, f"{outcome.order}. {outcome}") for key, outcome in self.outcomes.items()
        ]
        self.fields["assessor"].queryset = people

    @staticmethod
    def initial_for(line) -> dict:
        return {"due_on": default_due_on(line)}

    @property
    def draft(self) -> AssessmentDraft:
        said = dict(self.cleaned_data)
        chosen = [self.outcomes[key].pk for key in said.pop("outcomes")]
        return AssessmentDraft(outcomes=chosen, **said)


class ResultForm(forms.Form):
    """For each outcome met or not met, with a note; a grade when the rules give grades.

    Fields of outcome n: met-n, note-n.
    """

    marks_optional = False

    def __init__(self, *args, assessment: SupplementaryAssessment, **kwargs):
        super().__init__(*args, **kwargs)
        self.results = list(assessment.results.select_related("outcome"))
        for row in self.results:
            number = row.outcome.order
            self.fields[f"met-{number}"] = forms.ChoiceField(
                label=f"{number}. {row.outcome}",
                choices=[("yes", _("Met")), ("no", _("Not met"))],
                widget=forms.RadioSelect,
            )
            self.fields[f"note-{number}"] = forms.CharField(
                label=_("Note on outcome %(number)s") % {"number": number},
                help_text=_("What was shown, and what is missing if it is not met."),
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        if assessment.line.case.policy.grade_methods:
            self.fields["grade"] = forms.CharField(
                label=_("Grade, if one is given"), max_length=20, required=False
            )

    def clean(self):
        cleaned = super().clean()
        for row in self.results:
            number = row.outcome.order
            if cleaned.get(f"met-{number}") == "no" and not cleaned.get(f"note-{number}"):
                self.add_error(f"note-{number}", _("Write what is missing."))
        return cleaned

    @property
    def outcome_results(self) -> dict[int, OutcomeResult]:
        said = self.cleaned_data
        return {
            row.outcome_id: OutcomeResult(
                is_met=said[f"met-{row.outcome.order}"] == "yes",
                note=said[f"note-{row.outcome.order}"],
            )
            for row in self.results
        }


class EndForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("The learner reads it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
