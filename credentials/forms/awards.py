"""Forms of awards: grade, learner, why one is revoked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.forms.claims import TextField
from credentials.forms.learners import LearnerForm
from credentials.models import CourseVersion, RevocationReason
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


class DirectAwardForm(LearnerForm, GradeForm):
    """An award that nobody claimed, to a learner who is known or new."""

    field_order = ["who", "given_name", "family_name", "grade"]

    def __init__(self, *args, version: CourseVersion, **named):
        super().__init__(*args, version=version, institution=version.course.institution, **named)


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
