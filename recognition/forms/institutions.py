"""Forms for committees and the rules of recognition."""

from collections.abc import Iterable

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from credentials.forms.institutions import MemberField, UnitChoice
from credentials.forms.language_maps import LanguageMapsMixin, Texts
from credentials.models import Institution, Unit
from recognition.models import Committee, CommitteeKind, Seat, SeatRole


class SeatChoice(forms.ModelChoiceField):
    def label_from_instance(self, seat):
        return f"{seat.user}, {seat.committee}"


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
    substitute_for = SeatChoice(
        label=_("Personal substitute of"),
        help_text=_("They work only while this member is away or must not take part."),
        queryset=Seat.objects.none(),
        empty_label=_("Nobody"),
        required=False,
    )

    def __init__(self, *args, institution: Institution, **kwargs):
        super().__init__(*args, **kwargs)
        committees = Committee.objects.filter(unit__institution=institution)
        self.fields["committee"].queryset = committees
        seats = Seat.objects.current().filter(
            committee__unit__institution=institution, substitute_for=None
        )
        self.fields["substitute_for"].queryset = seats.select_related("user", "committee")


class QuorumForm(forms.Form):
    """Who must vote for a decision of a committee to count; `seats` are those of today."""

    marks_optional = False
    quorum = forms.IntegerField(
        label=_("Members who must vote"),
        help_text=_("Chair or deputy is always among them."),
        min_value=1,
        max_value=20,
    )
    required_group = forms.ChoiceField(
        label=_("Group of which one must vote too"),
        help_text=_("As it is written with the seats. Besides chair and deputy."),
        required=False,
    )

    def __init__(self, *args, committee: Committee, seats: Iterable[Seat], **kwargs):
        group = committee.required_group
        initial = {"quorum": committee.quorum, "required_group": group}
        super().__init__(*args, initial=initial, prefix=f"quorum-{committee.pk}", **kwargs)
        self.committee = committee
        members = (seat.group for seat in seats if seat.role == SeatRole.MEMBER)
        groups = {name.casefold(): name for name in (*members, group) if name}
        none = ("", _("No group in particular"))
        self.fields["required_group"].choices = [none, *((g, g) for g in sorted(groups.values()))]


class CommitteeForm(LanguageMapsMixin, forms.Form):
    """A committee or an appeal body for a unit that has none; its name in one language at least."""

    maps = {"name": Texts(_("Name"), 150, required=True)}
    marks_optional = False
    kind = forms.ChoiceField(
        label=_("What it decides"),
        help_text=_("Nobody decides on an appeal who took part in the first decision."),
        choices=CommitteeKind.choices,
        initial=CommitteeKind.RECOGNITION,
        widget=forms.RadioSelect,
    )
    unit = UnitChoice(
        label=_("Unit it decides for"),
        help_text=_("And for all units below it. A unit has one of each kind."),
        queryset=Unit.objects.none(),
        empty_label=None,
    )

    def __init__(self, *args, institution: Institution, **kwargs):
        super().__init__(*args, **kwargs)
        units = institution.units.annotate(kinds=Count("committees"))
        units = units.filter(kinds__lt=len(CommitteeKind))
        self.fields["unit"].queryset = units
        self.add_maps()

    def clean(self):
        cleaned = super().clean()
        unit, kind = cleaned.get("unit"), cleaned.get("kind")
        if unit and kind and unit.committees.filter(kind=kind).exists():
            self.add_error("unit", _("This unit has one already."))
        return {**cleaned, **self.fold_maps()}
