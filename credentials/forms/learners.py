"""Forms by which staff say which learner they mean, correct what is known of one, enrol them."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.forms.claims import NameField
from credentials.forms.widgets import DateInput
from credentials.models import Enrolment, Institution, Learner, ProgrammeVersion
from credentials.services.enrolments import BORN_SINCE, DATES, PERSON, unfit
from credentials.services.marks import mark_of
from credentials.states import PublishingState


class LearnerForm(forms.Form):
    """Found by student number or e-mail; `learner` is set when one is, names are for a new one."""

    who = forms.CharField(
        label=_("Student number or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    given_name = NameField(
        label=_("Given name"),
        help_text=_("Only for somebody the institution does not know yet."),
        max_length=100,
        required=False,
    )
    family_name = NameField(
        label=_("Family name"),
        help_text=_("Only for somebody the institution does not know yet."),
        max_length=100,
        required=False,
    )

    def __init__(self, *args, institution: Institution, **named):
        super().__init__(*args, **named)
        self.institution = institution
        self.learner: Learner | None = None

    def clean_who(self):
        who = self.cleaned_data["who"].strip()
        is_address = "@" in who
        found = self.institution.learners.filter(
            **{"emails__email__iexact" if is_address else "student_number": who}
        ).distinct()[:2]
        if len(found) > 1:
            raise forms.ValidationError(
                _("Several learners share this address. Use the student number.")
            )
        if not found and not is_address:
            raise forms.ValidationError(
                _("No learner has this student number. Check it, or use the e-mail address.")
            )
        self.learner = next(iter(found), None)
        return forms.EmailField().clean(who) if is_address else who

    def clean(self):
        said = super().clean()
        if "who" in said and not self.learner and not said.get("family_name"):
            self.add_error(
                "family_name",
                _("The institution does not know this address yet. Give the learner's name."),
            )
        return said


class PersonForm(forms.ModelForm):
    """What an institution knows of a learner; the service writes it."""

    marks_optional = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    given_name = NameField(label=_("Given name"), max_length=100, required=False)
    family_name = NameField(label=_("Family name"), max_length=100)

    class Meta:
        model = Learner
        fields = list(PERSON)
        widgets = {"birth_date": DateInput}

    def __init__(self, *args, instance: Learner, **named):
        super().__init__(*args, instance=instance, **named)
        self.initial["seen"] = mark_of(instance, PERSON)

    def clean_birth_date(self):
        day = self.cleaned_data["birth_date"]
        if day and not BORN_SINCE <= day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day of birth that is past."))
        return day

    def content(self) -> dict:
        """Return what shall be known, by the names of `enrolments.PERSON`."""
        return {name: self.cleaned_data[name] for name in PERSON}

    def _post_clean(self):
        """The service makes the row."""


class VersionChoice(forms.ModelChoiceField):
    def label_from_instance(self, version):
        return f"{version.programme.code}, {version.regulations}: {version}"


class EnrolmentForm(forms.ModelForm):
    """Under which regulations a learner studies, and since when."""

    programme_version = VersionChoice(
        label=_("Programme"),
        queryset=ProgrammeVersion.objects.none(),
        empty_label=_("Choose a programme"),
    )

    class Meta:
        model = Enrolment
        fields = ["programme_version", "started_on"]
        labels = {"started_on": _("Studies began on")}
        widgets = {"started_on": DateInput}

    def __init__(self, *args, learner: Learner, **named):
        super().__init__(*args, **named)
        versions = ProgrammeVersion.objects.filter(programme__institution=learner.institution)
        versions = versions.exclude(state=PublishingState.DRAFT)
        versions = versions.exclude(enrolments__learner=learner).select_related("programme")
        self.fields["programme_version"].queryset = versions

    def clean_started_on(self):
        day = self.cleaned_data["started_on"]
        if reason := unfit(day, None):
            raise forms.ValidationError(reason)
        return day

    def _post_clean(self):
        """The service makes the row."""


class StudiesForm(forms.ModelForm):
    """When somebody's studies began and ended; the service writes it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Enrolment
        fields = list(DATES)
        labels = {"started_on": _("Studies began on"), "ended_on": _("Studies ended on")}
        help_texts = {"ended_on": _("With a degree or without. Empty while they go on.")}
        widgets = dict.fromkeys(DATES, DateInput)

    def __init__(self, *args, instance: Enrolment, **named):
        super().__init__(*args, instance=instance, **named)
        self.initial["seen"] = mark_of(instance, DATES)

    def clean(self):
        said = super().clean()
        began, ended = (said.get(name) for name in DATES)
        if reason := unfit(began, None):
            self.add_error("started_on", reason)
        elif reason := unfit(began, ended):
            self.add_error("ended_on", reason)
        return said

    def content(self) -> dict:
        """Return what shall be known, by the names of `enrolments.DATES`."""
        return {name: self.cleaned_data[name] for name in DATES}

    def _post_clean(self):
        """The service writes the row."""
