"""Forms of awards: grade, learner, why one is suspended, revoked or corrected."""

from datetime import timedelta
from functools import partial

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.forms.claims import TextField
from credentials.forms.courses import CatalogueFileForm
from credentials.forms.learners import LearnerForm
from credentials.forms.widgets import DateInput
from credentials.models import (
    HEARD_FIRST,
    Award,
    CourseVersion,
    RevocationReason,
    SuspensionReason,
)
from credentials.services.awards import passing_grades
from credentials.services.revocations import day_to_answer
from credentials.standards.award_files import read_awards
from credentials.states import PublishingState
from credentials.verdict import Refused

TIME_TO_ANSWER = timedelta(days=14)


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


class AwardListForm(CatalogueFileForm):
    """A list of learners; `seen` is the mark of what the preview showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, version: CourseVersion, **named):
        reader = partial(read_awards, is_graded=bool(version.grade_scale))
        super().__init__(*args, reader=reader, **named)


class _ReasonForm(forms.Form):
    """Why something is done to a credential. The note is read by the learner, never in public."""

    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    note = TextField(
        label=_("Note for the learner"),
        help_text=_("What happened, and what the learner can do. Not shown to the public."),
        max_length=2000,
        required=False,
    )


class RevocationForm(_ReasonForm):
    """Reasons for which it is revoked at once; `heard`: one on which the learner was heard."""

    def __init__(self, *args, heard: str = "", **named):
        super().__init__(*args, **named)
        later = {RevocationReason.SUPERSEDED, *HEARD_FIRST} - {heard}
        reasons = [reason for reason in RevocationReason if reason not in later]
        self.fields["reason"].choices = [(reason.value, reason.label) for reason in reasons]


class HearingForm(_ReasonForm):
    """Reasons for which the learner is heard first; `by_letter`: nobody can write to them here."""

    due_on = forms.DateField(label=_("The learner may answer until"), widget=DateInput)
    served = forms.CharField(
        label=_("How and when a letter reached the learner"),
        help_text=_("Where the learner has neither account nor e-mail address here."),
        max_length=300,
    )

    def __init__(self, *args, by_letter: bool | None = None, **named):
        super().__init__(*args, auto_id="ask_%s", **named)
        reasons = [RevocationReason(reason) for reason in HEARD_FIRST]
        self.fields["reason"].choices = [(reason.value, reason.label) for reason in reasons]
        self.fields["note"].label = _("What is held against it")
        self.fields["note"].help_text = _("The learner reads and answers this. It is not public.")
        self.fields["note"].required = True
        self.fields["served"].required = bool(by_letter)
        if by_letter is False:
            del self.fields["served"]
        self.initial.setdefault("due_on", timezone.localdate() + TIME_TO_ANSWER)

    def clean_due_on(self):
        try:
            return day_to_answer(self.cleaned_data["due_on"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class SuspensionForm(_ReasonForm):
    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        self.fields["reason"].choices = SuspensionReason.choices


class StatementForm(forms.Form):
    """What the learner says to it."""

    statement = TextField(label=_("Your answer"), max_length=4000)


class CorrectionForm(GradeForm):
    """What a corrected credential says; begins with what the old one says."""

    holder_name = forms.CharField(label=_("Name of the holder"), max_length=200)
    awarded_on = forms.DateField(label=_("Awarded on"), widget=DateInput)
    version = forms.ModelChoiceField(
        label=_("Version of the course"), queryset=CourseVersion.objects.none(), empty_label=None
    )
    reason = TextField(
        label=_("What was wrong"), help_text=_("Read by the learner."), max_length=2000
    )
    field_order = ["holder_name", "grade", "awarded_on", "version", "reason"]

    def __init__(self, *args, award: Award, **named):
        stated = {
            "holder_name": award.holder_name,
            "grade": award.grade,
            "awarded_on": award.awarded_on,
            "version": award.course_version_id,
        }
        version = award.course_version
        super().__init__(*args, version=version, initial=stated, **named)
        offered = version.course.versions.exclude(state=PublishingState.DRAFT)
        self.fields["version"].queryset = offered.order_by("-number")
        self.fields["version"].label_from_instance = lambda one: f"{one.number}: {one}"

    def clean_awarded_on(self):
        day = self.cleaned_data["awarded_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day
