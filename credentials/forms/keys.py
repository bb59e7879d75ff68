"""Forms of signing keys: what two registrars do together."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.forms.claims import TextField
from credentials.forms.widgets import DateTimeInput


class KeyRequestForm(forms.Form):
    """Why, and for a stolen key since when."""

    stolen_from = forms.DateTimeField(
        label=_("Stolen since"),
        help_text=_("What it signed from then on does not count; what it signed before does."),
        widget=DateTimeInput,
    )
    reason = TextField(
        label=_("What happened"),
        help_text=_("Read by the registrar who approves it, and kept in the log."),
        max_length=2000,
    )

    def __init__(self, *args, is_stolen: bool, **named):
        super().__init__(*args, **named)
        if not is_stolen:
            del self.fields["stolen_from"]
