"""Forms of the registrar's records: printing pages for one learner or for several."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.forms.claims import TextField
from credentials.forms.widgets import DateInput
from credentials.models import Enrolment
from recognition.permissions import can_date_page, can_date_transcript


class DatedForm(forms.Form):
    dated = forms.DateField(
        label=_("Date on the micro-credentials page"),
        initial=timezone.localdate,
        widget=DateInput(),
    )

    def clean_dated(self):
        day = self.cleaned_data["dated"]
        if not (verdict := can_date_page(day)):
            raise forms.ValidationError(verdict.reason)
        return day


class TranscriptForm(forms.Form):
    """Until which day a transcript says what was achieved; that is its date."""

    dated = forms.DateField(
        label=_("Date of the transcript"),
        initial=timezone.localdate,
        error_messages={
            "required": _("Choose the date of the transcript."),
            "invalid": _("Write the date of the transcript as 2026-05-31."),
        },
    )

    def __init__(self, *args, enrolment: Enrolment, **named):
        super().__init__(*args, auto_id=f"id_{enrolment.uuid}_%s", **named)
        self.enrolment = enrolment
        began, today = enrolment.started_on, timezone.localdate()
        limits = {"min": began.isoformat() if began else None, "max": today.isoformat()}
        widget = DateInput({name: day for name, day in limits.items() if day})
        self.fields["dated"].widget = widget

    def clean_dated(self):
        day = self.cleaned_data["dated"]
        if not (verdict := can_date_transcript(self.enrolment, day)):
            raise forms.ValidationError(verdict.reason)
        return day


class AnewForm(forms.Form):
    """Why what is printed already is printed once more."""

    reason = TextField(
        label=_("Reason"),
        help_text=_("Such as: the new logo. Kept in the log, and shown with the run."),
        max_length=300,
    )


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
