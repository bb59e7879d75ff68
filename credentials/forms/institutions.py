"""Forms for an institution's own affairs: people, units, awarding bodies."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.forms.courses import CatalogueFileForm
from credentials.forms.language_maps import LanguageMapsMixin, Texts
from credentials.forms.widgets import DateInput
from credentials.language import clean_text
from credentials.models import AwardingBody, Institution, Role, Unit, User
from credentials.places import countries
from credentials.services.bodies import unsound
from credentials.standards.body_files import read_bodies
from credentials.vocabulary import BodyKind


class UnitChoice(forms.ModelChoiceField):
    def label_from_instance(self, unit):
        depth = unit.path.strip("/").count("/")
        return f"{'– ' * depth}{unit}"


class MemberField(forms.EmailField):
    """An e-mail address of an account; gives the user."""

    def clean(self, value):
        email = super().clean(value)
        user = User.objects.filter(email__iexact=email, is_active=True).first() if email else None
        if email and user is None:
            raise forms.ValidationError(
                _("Nobody has an account with this address. Ask them to create one first.")
            )
        return user


class MembershipForm(forms.Form):
    user = MemberField(label=_("E-mail address of the account"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.TEACHER)
    unit = UnitChoice(
        label=_("Unit"),
        help_text=_("The role holds for this unit and all below it."),
        queryset=Unit.objects.none(),
        empty_label=None,
    )

    def __init__(self, *args, institution: Institution, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = institution.units.all()


class UnitForm(LanguageMapsMixin, forms.Form):
    """A unit below another one; its name in one language at least."""

    maps = {"name": Texts(_("Name"), 150, required=True)}
    marks_optional = False
    parent = UnitChoice(label=_("Below"), queryset=Unit.objects.none(), empty_label=None)

    def __init__(self, *args, institution: Institution, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = institution.units.all()
        self.add_maps()

    def clean(self):
        cleaned = super().clean()
        return {**cleaned, **self.fold_maps()}


class AwardingBodyForm(forms.ModelForm):
    """An entry of the register; what few people know of a body stands apart."""

    DETAILS = ("url", "did", "erasmus_code", "schac_code", "deqar_id", "legal_id", "hours_per_ects")
    country = forms.ChoiceField(label=_("Country"), choices=countries)

    class Meta:
        model = AwardingBody
        fields = [
            *("name", "country", "kind", "status", "quality_agency", "evidence", "checked_on"),
            *("url", "did", "erasmus_code", "schac_code", "deqar_id", "legal_id", "hours_per_ects"),
        ]
        widgets = {"checked_on": DateInput}
        help_texts = {
            "quality_agency": _("The agency that accredits it, best one listed in EQAR."),
            "evidence": _("Such as the national list, its page in DEQAR, or a letter."),
            "checked_on": _("The day on which you last looked there."),
            "did": _("If it signs credentials, such as did:web:university.example."),
            "schac_code": _("Its domain in identity federations, such as university.example."),
            "deqar_id": _("Such as DEQARINST0001."),
            "hours_per_ects": _("Hours are counted with it when a credential states no credits."),
        }

    def __init__(self, *args, is_platform: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_platform:
            self.fields["kind"].choices = [(BodyKind.PLATFORM.value, BodyKind.PLATFORM.label)]
        self.fields["url"].assume_scheme = "https"
        if self.instance.pk is None:
            self.initial["checked_on"] = timezone.localdate()

    def main_fields(self):
        """The fields that the track follows from."""
        return [field for field in self if field.name not in self.DETAILS]

    def detail_fields(self):
        return [self[name] for name in self.DETAILS]

    @property
    def has_wrong_details(self) -> bool:
        return any(name in self.errors for name in self.DETAILS)

    def clean(self):
        cleaned = super().clean()
        cleaned = {k: _one_line(v) if isinstance(v, str) else v for k, v in cleaned.items()}
        said = AwardingBody(**{k: v for k, v in cleaned.items() if k in ("kind", "status")})
        said.checked_on = cleaned.get("checked_on")
        if problem := unsound(said):
            self.add_error(*problem)
        return cleaned

    def _get_validation_exclusions(self):
        """The institution is set already, so that a body that is there twice is noticed."""
        return super()._get_validation_exclusions() - {"institution"}


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


class RegisterAgeForm(forms.ModelForm):
    """After how many months an entry of the register is looked up again."""

    marks_optional = False

    class Meta:
        model = Institution
        fields = ["register_months"]
        labels = {"register_months": _("Look entries up again after so many months")}


class BodyFileForm(CatalogueFileForm):
    """A register as a file; `seen` is the mark of the changes that the preview showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, reader=read_bodies, **kwargs)
