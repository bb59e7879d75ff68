"""Forms of the completeness check: complete, ask, not admissible, awarding body."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.models import AwardingBody, Institution, User
from recognition.models import Committee
from recognition.vocabulary import InadmissibleReason, Track


class CompleteForm(forms.Form):
    """Track, committee and reviewers: what starts the clock."""

    track = forms.ChoiceField(label=_("Track"), choices=Track.choices, widget=forms.RadioSelect)
    override_reason = forms.CharField(
        label=_("Why another track than proposed"),
        help_text=_("Only if you choose the other track. It is kept with the case."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    committee = forms.ModelChoiceField(
        label=_("Committee"), queryset=Committee.objects.none(), empty_label=None
    )
    rapporteur = forms.ModelChoiceField(
        label=_("Who reports"), queryset=User.objects.none(), empty_label=_("Choose a person")
    )
    reviewers = forms.ModelMultipleChoiceField(
        label=_("Who else gives an opinion"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(
        self,
        *args,
        committees: Sequence[Committee],
        people: Sequence[User],
        quorum: int,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        members = User.objects.filter(pk__in=[person.pk for person in people]).order_by("name")
        self.fields["committee"].queryset = Committee.objects.filter(
            pk__in=[committee.pk for committee in committees]
        )
        self.fields["rapporteur"].queryset = members
        self.fields["reviewers"].queryset = members
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
    reason = forms.ChoiceField(
        label=_("Reason"), choices=InadmissibleReason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What the learner can do"),
        help_text=_("The learner reads it with the reason."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class LinkBodyForm(forms.Form):
    body = forms.ModelChoiceField(
        label=_("Entry of the register"),
        queryset=AwardingBody.objects.none(),
        empty_label=_("Choose an entry"),
    )

    def __init__(self, *args, institution: Institution, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = institution.awarding_bodies.order_by("name")
