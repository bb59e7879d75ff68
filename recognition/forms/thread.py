"""The form of a message about a line."""

from django import forms
from django.utils.translation import gettext_lazy as _

from recognition.models.message import LONGEST


class MessageForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
