"""Forms of the completeness check: complete, ask, not admissible, awarding body."""

from collections.abc import Mapping, Sequence

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from credentials.forms.widgets import DateInput
from credentials.models import AwardingBody, User
from recognition.models import Committee, Seat, SeatRole
from recognition.vocabulary import InadmissibleReason, Track


class SeatedChoice(forms.ModelChoiceField):
    """A person by name, with the role of their seat unless it is that of a member."""

    roles: Mapping[int, str] = {}

    def label_from_instance(self, user):
        role = self.roles.get(user.pk)
        return f"{user}, {role}" if role else str(user)


class SeatedChoices(forms.ModelMultipleChoiceField):
    roles: Mapping[int, str] = {}
    label_from_instance = SeatedChoice.label_from_instance


class CompleteForm(forms.Form):
    """Track, committee and reviewers: what starts the clock."""

    tracks = tuple(Track)
    track = forms.ChoiceField(label=_("Track"), choices=Track.choices, widget=forms.RadioSelect)
    override_reason = forms.CharField(
        label=_("Why another track than proposed"),
        help_text=_("Only if you choose the other track. The learner reads it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    committee = forms.ModelChoiceField(
        label=_("Committee"), queryset=Committee.objects.none(), empty_label=None
    )
    rapporteur = SeatedChoice(
        label=_("Who reports"), queryset=User.objects.none(), empty_label=_("Choose a person")
    )
    reviewers = SeatedChoices(
        label=_("Who else gives an opinion"),
        queryset=User.objects.none(),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(
        self,
        *args,
        committees: Sequence[Committee],
        seats: Sequence[Seat],
        quorum: int,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=[seat.user_id for seat in seats]).order_by("name")
        roles = {s.user_id: s.get_role_display() for s in seats if s.role != SeatRole.MEMBER}
        self.fields["committee"].queryset = Committee.objects.filter(
            pk__in=[committee.pk for committee in committees]
        )
        for name in ("rapporteur", "reviewers"):
            self.fields[name].queryset = people
            self.fields[name].roles = roles
        self.fields["reviewers"].initial = [
            seat.user.uuid for seat in seats if seat.role == SeatRole.MEMBER
        ]
        self.fields["reviewers"].help_text = _(
            "At least %(number)s opinions are needed, with that of the one who reports. Members "
            "who taught or awarded what is put forward are left out."
        ) % {"number": quorum}


class AskForm(forms.Form):
    items = forms.CharField(
        label=_("What is missing?"),
        help_text=_("One thing on each line. The learner reads it word for word."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class InadmissibleForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What the learner can do"),
        help_text=_("The learner reads it with the reason."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, reasons: Sequence[InadmissibleReason], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(reason.value, reason.label) for reason in reasons]


class LinkBodyForm(forms.Form):
    body = forms.ModelChoiceField(
        label=_("Entry of the register"),
        queryset=AwardingBody.objects.none(),
        empty_label=_("Choose an entry"),
    )

    def __init__(self, *args, entries: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = entries


class DelayForm(forms.Form):
    """Why it takes longer, and until when."""

    reason = forms.CharField(
        label=_("Why it takes longer"),
        help_text=_("The learner reads it word for word."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    new_due_on = forms.DateField(label=_("New date"), widget=DateInput())
