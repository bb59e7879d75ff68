"""Forms of the registrar's records: printing pages for one learner or for several."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.forms.widgets import DateInput

EARLIEST = date(2000, 1, 1)


class DatedForm(forms.Form):
    dated = forms.DateField(
        label=_("Date on the page"), initial=timezone.localdate, widget=DateInput()
    )

    def clean_dated(self):
        day = self.cleaned_data["dated"]
        if not EARLIEST <= day <= timezone.localdate() + timedelta(days=366):
            raise forms.ValidationError(_("Choose a day of these years."))
        return day


class PageForm(DatedForm):
    """What to print for one learner; the rows are chosen in the table itself."""

    chosen = forms.MultipleChoiceField(
        label=_("Credentials"),
        error_messages={"required": _("Choose at least one credential to print.")},
    )

    def __init__(self, *args, entries, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = [
            (str(entry.credential.uuid), str(entry.credential)) for entry in entries
        ]


class PagesForm(DatedForm):
    """Pages for several learners, ticked in the list."""

    learners = forms.ModelMultipleChoiceField(
        label=_("Learners"),
        queryset=None,
        to_field_name="uuid",
        error_messages={"required": _("Choose at least one learner.")},
    )

    def __init__(self, *args, learners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["learners"].queryset = learners
