"""The form for a share link."""

from django import forms
from django.utils.translation import gettext_lazy as _

DAYS = ((7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("one year")))


class ShareForm(forms.Form):
    label = forms.CharField(
        label=_("Who is it for?"),
        help_text=_("Only you see this."),
        max_length=120,
    )
    days = forms.TypedChoiceField(
        label=_("How long should it work?"),
        choices=DAYS,
        coerce=int,
        initial=30,
        widget=forms.RadioSelect,
    )
