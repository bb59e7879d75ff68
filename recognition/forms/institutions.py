"""Forms for committees and the rules of recognition."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.forms.institutions import MemberField, UnitChoice
from credentials.language import clean_text
from credentials.models import Institution, Unit
from recognition.models import Committee, Policy, SeatRole

TEXTS = {
    "appeal_body": _("Who decides on objections"),
    "appeal_address": _("Where to send an objection"),
    "legal_basis": _("Legal basis"),
}
TAGS = {"de": _("in German"), "en": _("in English")}


class SeatForm(forms.Form):
    committee = forms.ModelChoiceField(
        label=_("Committee"), queryset=Committee.objects.none(), empty_label=None
    )
    user = MemberField(label=_("E-mail address of the account"))
    role = forms.ChoiceField(label=_("Seat"), choices=SeatRole.choices, initial=SeatRole.MEMBER)
    group = forms.CharField(
        label=_("Group"),
        help_text=_("Such as professors, staff, students."),
        max_length=60,
        required=False,
    )

    def __init__(self, *args, institution: Institution, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["committee"].queryset = Committee.objects.filter(unit__institution=institution)


class CommitteeForm(forms.Form):
    unit = UnitChoice(
        label=_("Unit it decides for"),
        help_text=_("And for all units below it. A unit has one committee."),
        queryset=Unit.objects.none(),
        empty_label=None,
    )
    name_de = forms.CharField(label=_("Name in German"), max_length=150)
    name_en = forms.CharField(label=_("Name in English"), max_length=150)

    def __init__(self, *args, institution: Institution, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = institution.units.filter(committee=None)

    @property
    def names(self) -> dict[str, str]:
        return {tag: clean_text(self.cleaned_data[f"name_{tag}"]) for tag in TAGS}


class PolicyForm(forms.ModelForm):
    """A new version of the rules; texts in German and English."""

    class Meta:
        model = Policy
        fields = [
            "valid_from",
            "check_days",
            "decision_days",
            "information_days",
            "quorum",
            "appeal_days",
            "validation_cap",
            "allows_proportional",
        ]
        widgets = {"valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        labels = {"valid_from": _("In force from")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["valid_from"] = timezone.localdate()
        for name in ("check_days", "decision_days", "information_days", "quorum", "appeal_days"):
            self.fields[name].min_value = 1
        for name, label in TEXTS.items():
            for tag, language in TAGS.items():
                self.fields[f"{name}_{tag}"] = forms.CharField(
                    label=f"{label}, {language}",
                    widget=forms.Textarea(attrs={"rows": 3}),
                    initial=getattr(self.instance, name).get(tag, ""),
                    max_length=4000,
                )

    def clean_valid_from(self):
        day = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Rules cannot come into force in the past."))
        return day

    @property
    def rules(self) -> dict:
        """What `policies.publish` takes."""
        plain = {name: self.cleaned_data[name] for name in self.Meta.fields}
        texts = {
            name: {tag: clean_text(self.cleaned_data[f"{name}_{tag}"]) for tag in TAGS}
            for name in TEXTS
        }
        return plain | texts
