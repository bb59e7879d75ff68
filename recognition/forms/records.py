"""Forms of the registrar's records: finding learners, printing pages."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PageForm(forms.Form):
    """What to print for one learner; the rows are chosen in the table itself."""

    dated = forms.DateField(
        label=_("Date on the page"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    chosen = forms.MultipleChoiceField(
        label=_("Credentials"),
        error_messages={"required": _("Choose at least one credential to print.")},
    )

    def __init__(self, *args, entries=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = [
            (str(entry.credential.uuid), str(entry.credential)) for entry in entries
        ]


class PagesForm(forms.Form):
    """Print pages for several learners at once."""

    dated = PageForm.base_fields["dated"]
    learners = forms.ModelMultipleChoiceField(
        label=_("Learners"),
        queryset=None,
        to_field_name="uuid",
        error_messages={"required": _("Choose at least one learner.")},
    )

    def __init__(self, *args, learners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["learners"].queryset = learners
