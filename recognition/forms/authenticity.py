"""The registrar's form on how a proof is known to be genuine."""

from django import forms
from django.utils.translation import gettext_lazy as _

from recognition.models import LineSource
from recognition.services.authenticity import BY_PEOPLE


class AuthenticityForm(forms.Form):
    authenticity = forms.ChoiceField(
        label=_("How do you know that it is genuine?"),
        choices=[(one.value, one.label) for one in BY_PEOPLE],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Who confirmed it, or where you saw the original"),
        help_text=_("It stands in the letter beside the proof."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, source: LineSource, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["authenticity"].initial = source.authenticity
        self.fields["note"].initial = source.authenticity_note
