"""Forms about people."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignupForm(forms.Form):
    """What we ask at sign-up beside e-mail and password."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As it should stand on your credentials."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request, user):
        """allauth asks for this; `config.accounts.AccountAdapter` has kept the name already."""
