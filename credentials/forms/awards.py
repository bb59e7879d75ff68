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
from credentials.models import Award, CourseVersion, RevocationReason, SuspensionReason
from credentials.services.awards import passing_grades
from credentials.standards.award_files import read_awards
from credentials.states import PublishingState

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
    """For reasons that rest on a judgement, also until when the learner may answer."""

    due_on = forms.DateField(
        label=_("The learner may answer until"),
        help_text=_(
            "For deception and for a withdrawal the learner is heard first; you decide when the "
            "answer is there, or after this day."
        ),
        widget=DateInput,
        required=False,
    )
    served = forms.CharField(
        label=_("How and when a letter reached the learner"),
        help_text=_(
            "Only where the learner is heard first and has neither account nor e-mail address here."
        ),
        max_length=300,
        required=False,
    )

    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        reasons = [r for r in RevocationReason if r != RevocationReason.SUPERSEDED]
        self.fields["reason"].choices = [(reason.value, reason.label) for reason in reasons]
        self.initial.setdefault("due_on", timezone.localdate() + TIME_TO_ANSWER)


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
