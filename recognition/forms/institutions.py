"""Forms for committees and the rules of recognition."""

from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.forms.institutions import MemberField, UnitChoice
from credentials.forms.language_maps import LanguageMapsMixin, Texts
from credentials.forms.widgets import DateInput
from credentials.models import Institution, Unit
from recognition.models import Committee, CommitteeKind, Policy, SeatRole

COUNTS = {
    "check_days": (_("Completeness check, in working days"), 60),
    "decision_days": (_("Decision once the file is complete, in working days"), 120),
    "information_days": (_("Answer to a question, in days"), 90),
    "objection_days": (_("Objection, in days"), 365),
    "quorum": (_("Opinions that are needed"), 9),
}


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
        committees = Committee.objects.filter(unit__institution=institution)
        self.fields["committee"].queryset = committees


class CommitteeForm(LanguageMapsMixin, forms.Form):
    """A committee for a unit that has none; its name in one language at least."""

    maps = {"name": Texts(_("Name"), 150, required=True)}
    marks_optional = False
    unit = UnitChoice(
        label=_("Unit it decides for"),
        help_text=_("And for all units below it. A unit has one committee."),
        queryset=Unit.objects.none(),
        empty_label=None,
    )

    def __init__(self, *args, institution: Institution, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = institution.units.exclude(
            committees__kind=CommitteeKind.RECOGNITION
        )
        self.add_maps()

    def clean(self):
        cleaned = super().clean()
        return {**cleaned, **self.fold_maps()}


class PolicyForm(LanguageMapsMixin, forms.Form):
    """A new version of the rules, filled with the latest; letters need all texts in each language.

    `cleaned_data` is what `policies.publish` takes.
    """

    maps = {
        "appeal_body": Texts(_("Who decides on objections"), 400),
        "appeal_address": Texts(_("Where to send an objection"), 1000, 3),
        "legal_basis": Texts(_("Legal basis"), 2000, 3),
    }
    valid_from = forms.DateField(
        label=_("In force from"), initial=timezone.localdate, widget=DateInput()
    )
    validation_cap = forms.IntegerField(
        label=_("Share of a programme that validation may fill, in per cent"),
        min_value=0,
        max_value=100,
    )
    allows_proportional = forms.BooleanField(
        label=_("Part of a module without parts may be recognised in proportion"), required=False
    )

    def __init__(self, *args, latest: Policy | None, **kwargs):
        super().__init__(*args, **kwargs)
        shown = latest or Policy()
        self.initial |= {
            "validation_cap": int(shown.validation_cap * 100),
            "allows_proportional": shown.allows_proportional,
        }
        counts = {
            name: forms.IntegerField(
                label=label, min_value=1, max_value=most, initial=getattr(shown, name)
            )
            for name, (label, most) in COUNTS.items()
        }
        self.fields = {"valid_from": self.fields.pop("valid_from"), **counts, **self.fields}
        self.add_maps({name: getattr(shown, name) for name in self.maps})
        for name in self.maps:
            for bound in self.pair(name):
                bound.field.required = True

    def clean_valid_from(self):
        day = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Rules cannot come into force in the past."))
        return day

    def clean_validation_cap(self):
        return Decimal(self.cleaned_data["validation_cap"]) / 100

    def clean(self):
        plain = ("valid_from", "validation_cap", "allows_proportional", *COUNTS)
        cleaned = super().clean()
        return {name: cleaned.get(name) for name in plain} | self.fold_maps()
