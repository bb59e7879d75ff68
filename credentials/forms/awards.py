"""Forms of awards: grade, learner, why one is revoked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.forms.claims import NameField, TextField
from credentials.models import CourseVersion, Learner, RevocationReason
from credentials.services.awards import passing_grades


class GradeForm(forms.Form):
    """The grade, from those of the course that pass; no field when the course has none."""

    grade = forms.ChoiceField(
        label=_("Grade"), help_text=_("Only grades that pass can be awarded.")
    )

    def __init__(self, *args, version: CourseVersion, **named):
        super().__init__(*args, **named)
        grades = passing_grades(version)
        if grades:
            choices = [("", _("Choose a grade")), *((grade, grade) for grade in reversed(grades))]
            self.fields["grade"].choices = choices
        else:
            del self.fields["grade"]


class DirectAwardForm(GradeForm):
    """An award that nobody claimed: to a learner found by student number or e-mail, or a new one.

    `learner` is set when one is found; names are needed only when none is.
    """

    field_order = ["who", "given_name", "family_name", "grade"]

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

    def __init__(self, *args, version: CourseVersion, **named):
        super().__init__(*args, version=version, **named)
        self.institution = version.course.institution
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
        said = self.cleaned_data
        if "who" in said and not self.learner and not said.get("family_name"):
            self.add_error(
                "family_name",
                _("The institution does not know this address yet. Give the learner's name."),
            )
        return said


class RevocationForm(forms.Form):
    """Why a credential is taken back. The note is read by the learner, never by the public."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=RevocationReason.choices, widget=forms.RadioSelect
    )
    note = TextField(
        label=_("Note for the learner"),
        help_text=_("What happened, and what the learner can do. Not shown to the public."),
        max_length=2000,
        required=False,
    )
