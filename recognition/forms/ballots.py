"""Forms of a committee: putting a text to the vote, voting, meetings, absences."""

from collections.abc import Sequence
from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from credentials.forms.widgets import DateInput
from credentials.models import User
from recognition.models import Line, Meeting, Presence, Seat, VoteChoice
from recognition.work import target_of

VOTING_DAYS = 7


def _in_a_week():
    return timezone.localdate() + timedelta(days=VOTING_DAYS)


class BallotForm(forms.Form):
    due_on = forms.DateField(
        label=_("Last day to vote"),
        help_text=_("The vote closes earlier when all have voted."),
        initial=_in_a_week,
        widget=DateInput(),
    )
    is_secret = forms.BooleanField(
        label=_("Secret: only sums are shown, and nothing else is kept"), required=False
    )

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Choose a day from today on."))
        return day


class VoteForm(forms.Form):
    choice = forms.ChoiceField(
        label=_("Your vote"), choices=VoteChoice.choices, widget=forms.RadioSelect
    )


class WhyForm(forms.Form):
    why = forms.CharField(
        label=_("Why?"),
        help_text=_("One line, for the committee. The learner does not see it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MeetingForm(forms.Form):
    """A meeting and what it deals with; all that is ready unless it is unticked."""

    day = forms.DateField(label=_("Day"), initial=_in_a_week, widget=DateInput())
    time = forms.TimeField(
        label=_("Time"),
        help_text=_("Such as 14:00."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    place = forms.CharField(
        label=pgettext_lazy("meeting", "Place"),
        help_text=_("A room, or where to meet online."),
        max_length=200,
    )
    lines = forms.ModelMultipleChoiceField(
        label=_("Agenda"),
        queryset=Line.objects.none(),
        to_field_name="uuid",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, ready, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["lines"]
        field.queryset = ready
        field.initial = [line.uuid for line in ready]
        field.label_from_instance = lambda line: f"{line.case.reference}, {target_of(line)}"

    def clean(self):
        said = super().clean()
        if said.get("day") and said.get("time"):
            moment = timezone.datetime.combine(said["day"], said["time"])
            said["begins_at"] = timezone.make_aware(moment)
        return said


class AttendanceForm(forms.Form):
    """One choice for each seat, named presence-<uuid of the seat>; nothing noted is no choice."""

    marks_optional = False

    def __init__(self, *args, seats: Sequence[Seat], meeting: Meeting, **kwargs):
        super().__init__(*args, **kwargs)
        noted = dict(meeting.attendances.values_list("member", "presence"))
        self.members = {}
        for seat in seats:
            name = f"presence-{seat.uuid}"
            self.members[name] = seat.user
            self.fields[name] = forms.ChoiceField(
                label=str(seat.user),
                choices=[("", _("Not noted")), *Presence.choices],
                initial=noted.get(seat.user_id, ""),
                required=False,
            )

    @property
    def presences(self) -> dict[User, Presence]:
        said = self.cleaned_data
        return {user: Presence(said[name]) for name, user in self.members.items() if said.get(name)}


class MeetingVotesForm(forms.Form):
    """What those present voted, named vote-<uuid of the seat>; the chair enters it."""

    marks_optional = False
    remark = forms.CharField(
        label=_("For the minutes"),
        help_text=_("Only what the vote and the decision do not say."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    impartial = forms.BooleanField(
        label=_("All who vote have declared in this meeting that they are impartial"),
        required=False,
    )

    def __init__(self, *args, seats: Sequence[Seat], votes: dict[int, str], asks: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = {}
        if not asks:
            del self.fields["impartial"]
        for seat in seats:
            name = f"vote-{seat.uuid}"
            self.members[name] = seat.user
            self.fields[name] = forms.ChoiceField(
                label=str(seat.user),
                choices=[("", _("Not yet")), *VoteChoice.choices],
                initial=votes.get(seat.user_id, ""),
                required=False,
            )

    @property
    def choices(self) -> dict[User, VoteChoice]:
        said = self.cleaned_data
        return {
            user: VoteChoice(said[name]) for name, user in self.members.items() if said.get(name)
        }


class AwayForm(forms.Form):
    away_from = forms.DateField(label=_("First day away"), widget=DateInput(), required=False)
    away_until = forms.DateField(label=_("Last day away"), widget=DateInput(), required=False)

    def clean(self):
        said = super().clean()
        begin, end = said.get("away_from"), said.get("away_until")
        if bool(begin) != bool(end):
            raise forms.ValidationError(_("Give both days, or none."))
        if begin and end < begin:
            self.add_error("away_until", _("This is before the first day."))
        return said
