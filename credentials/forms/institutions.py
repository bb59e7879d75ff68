"""Forms for an institution's own affairs: people, units, awarding bodies."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.forms.language_maps import LanguageMapsMixin, Texts
from credentials.language import clean_text
from credentials.models import AwardingBody, Institution, Role, Unit, User
from credentials.places import countries


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
    country = forms.ChoiceField(label=_("Country"), choices=countries)

    class Meta:
        model = AwardingBody
        fields = ["name", "country", "status", "quality_agency", "source", "url", "did"]
        help_texts = {
            "quality_agency": _("The agency that accredits it, best one listed in EQAR."),
            "source": _("Such as the national list, the date you looked, or a letter."),
            "did": _("If it signs credentials, such as did:web:university.example."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["url"].assume_scheme = "https"

    def clean(self):
        cleaned = super().clean()
        return {k: clean_text(v) if isinstance(v, str) else v for k, v in cleaned.items()}

    def _get_validation_exclusions(self):
        """The institution is set already, so that a body that is there twice is noticed."""
        return super()._get_validation_exclusions() - {"institution"}
