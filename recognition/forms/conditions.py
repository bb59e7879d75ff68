"""Forms about a condition: the learner's proof; what the university says to it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.forms.widgets import DateInput
from recognition.forms.cases import AnswerForm
from recognition.states import ConditionState

SEND_BACK, PUT_OFF = "send_back", "put_off"


class ProofForm(AnswerForm):
    """How a condition was met: in words, with a file, or both."""

    answer = forms.CharField(
        label=_("How you met it"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        required=False,
    )
    file = forms.FileField(label=_("Your proof"), required=False)


class SettleForm(forms.Form):
    """What is said of a condition; the note is kept, and a new day is asked only to put it off."""

    marks_optional = False
    do = forms.ChoiceField(
        label=_("What do you find?"),
        choices=[
            (ConditionState.MET.value, _("It is met")),
            (ConditionState.WAIVED.value, _("It is waived: it need not be met")),
            (SEND_BACK, _("The proof is not enough: the learner can send another one")),
            (PUT_OFF, _("The learner gets more time")),
            (ConditionState.MISSED.value, _("It was not met in time")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Kept with the condition. The learner reads it."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due_on = forms.DateField(
        label=_("New day"),
        help_text=_("Only if the learner gets more time."),
        required=False,
        widget=DateInput,
    )

    def clean(self):
        said = super().clean()
        if said.get("do") == PUT_OFF and not said.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Choose a later day than before."))
        return said
