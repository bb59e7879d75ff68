"""Forms in which staff write programmes: regulations, modules, module parts."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from credentials.forms.language_maps import LanguageMapsMixin, Texts
from credentials.forms.widgets import EctsField
from credentials.models import Module, ProgrammeVersion, Unit
from credentials.services.modules import PartRow
from credentials.services.programmes import fingerprint
from credentials.vocabulary import CYCLE_OF_EQF


class RegulationsForm(LanguageMapsMixin, forms.ModelForm):
    """What draft regulations say; `content()` gives it to the service, this form never saves."""

    maps = {"title": Texts(_("Title"), 300, required=True)}
    marks_optional = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ProgrammeVersion
        fields = [
            *("regulations", "award", "eqf_level", "ects_total", "free_elective_ects"),
            "semesters",
        ]

    def __init__(self, *args, instance: ProgrammeVersion | None = None, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        self.add_maps({"title": instance.title} if instance else None)
        if instance:
            self.initial["seen"] = fingerprint(instance)
        self.order_fields(["title_en", "title_de", *self.Meta.fields])

    def clean(self):
        cleaned = super().clean()
        self._maps = self.fold_maps()
        total, free = cleaned.get("ects_total"), cleaned.get("free_elective_ects")
        if total is not None and total <= 0:
            self.add_error("ects_total", _("The programme needs credits."))
        elif total is not None and free is not None and free > total:
            self.add_error(
                "free_elective_ects", _("This cannot be more than the whole programme has.")
            )
        return cleaned

    def validate_constraints(self):
        """`clean` and the services say the same in words that fit the form."""

    def content(self) -> dict:
        """Return what the regulations shall say, by the names of `programmes.CONTENT`."""
        plain = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return {**plain, **self._maps, "cycle": CYCLE_OF_EQF.get(plain["eqf_level"], "")}


class NewProgrammeForm(RegulationsForm):
    """What is needed to begin a programme."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), empty_label=None)
    code = forms.CharField(label=_("Programme code"), max_length=40)

    def __init__(self, *args, units: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.order_fields(["unit", "code"])


class RenewProgrammeForm(forms.Form):
    """The name of new regulations."""

    regulations = forms.CharField(
        label=_("Regulations"),
        max_length=60,
        help_text=_("The year or name students know them by."),
    )


class ModuleForm(forms.ModelForm):
    """The place of a course in draft regulations."""

    class Meta:
        model = Module
        fields = ["semester", "component_type", "ects", "is_recognisable"]
        error_messages = {"ects": {"step_size": _("Use a number up to 60, in steps of 0.5.")}}

    def clean_semester(self):
        if not 1 <= self.cleaned_data["semester"] <= 20:
            raise forms.ValidationError(_("Use a number from 1 to 20."))
        return self.cleaned_data["semester"]

    def clean_ects(self):
        if not 0 < self.cleaned_data["ects"] <= 60:
            raise forms.ValidationError(_("Use a number up to 60, in steps of 0.5."))
        return self.cleaned_data["ects"]

    def validate_constraints(self):
        """A new module has no course yet; the service looks for it."""


class NewModuleForm(LanguageMapsMixin, ModuleForm):
    """A module of a course that is here, or of one that begins with it."""

    maps = {
        "title": Texts(
            _("Title of a new course"),
            300,
            help_text=_("Only when there is no course with this code."),
        )
    }
    code = forms.CharField(label=_("Course code"), max_length=40)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_maps()
        self.order_fields(["code", "title_en", "title_de"])

    def content(self) -> dict:
        """Return what `modules.add` wants to know."""
        columns = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return {"code": self.cleaned_data["code"], **self.fold_maps(), **columns}


class PartForm(LanguageMapsMixin, forms.Form):
    """One part of a module; a row without title is left out."""

    maps = {"title": Texts(_("Title"), 300)}
    marks_optional = False
    ects = EctsField(label=_("ECTS credits"), required=False, max_value=60)
    outcomes = forms.MultipleChoiceField(
        label=_("Learning outcomes"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, choices: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.add_maps({"title": self.initial.get("title", {})})
        self.fields["outcomes"].choices = choices

    def texts(self) -> list[forms.BoundField]:
        """Return the title in each language."""
        return self.pair("title")

    def clean(self):
        cleaned = {**super().clean(), **self.fold_maps()}
        if cleaned["title"]:
            if not cleaned.get("ects") and "ects" not in self.errors:
                self.add_error("ects", _("Say how many credits this part has."))
            if not cleaned.get("outcomes") and "outcomes" not in self.errors:
                self.add_error("outcomes", _("Choose at least one learning outcome."))
        elif cleaned.get("ects") or cleaned.get("outcomes"):
            self.add_error("title_en", _("Give this part a title."))
        return cleaned


PartFormSetBase = forms.formset_factory(
    PartForm, extra=2, max_num=12, absolute_max=20, validate_max=True
)


class PartFormSet(PartFormSetBase):
    """All parts of a module, with two empty rows at the end."""

    def __init__(self, *args, module: Module, **kwargs):
        self._module = module
        choices = [(str(o.uuid), str(o)) for o in module.course_version.outcomes.all()]
        initial = [
            {
                "title": part.title,
                "ects": part.ects,
                "outcomes": [str(outcome.uuid) for outcome in part.outcomes.all()],
            }
            for part in module.parts.prefetch_related("outcomes")
        ]
        kwargs |= {"initial": initial, "prefix": "parts", "form_kwargs": {"choices": choices}}
        super().__init__(*args, **kwargs)

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        total = sum(row.ects for row in self.rows())
        if total > self._module.ects:
            raise forms.ValidationError(
                _("The parts have %(total)s credits together, the module has %(ects)s.")
                % {"total": total, "ects": self._module.ects}
            )

    def rows(self) -> list[PartRow]:
        """Return the parts that have a title."""
        filled = [form.cleaned_data for form in self.forms if form.cleaned_data.get("title")]
        return [PartRow(row["title"], row["ects"], row["outcomes"]) for row in filled]
