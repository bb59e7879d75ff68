"""Forms for what transcripts and diploma supplements are printed from."""

from collections.abc import Callable, Iterator

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.days import not_between
from credentials.forms.courses import CatalogueFileForm
from credentials.forms.language_maps import LanguageMapsMixin, Texts
from credentials.forms.widgets import DateInput, EctsField
from credentials.language import clean_text
from credentials.models import (
    Enrolment,
    Graduate,
    Graduation,
    Institution,
    Module,
    ModuleResult,
    ProgrammeVersion,
    QualificationProfile,
)
from credentials.models.programme import STUDIES_SINCE
from credentials.places import countries
from credentials.services import graduations, module_results
from credentials.services.degree_rules import AHEAD, unfit_grade
from credentials.services.marks import mark_of
from credentials.services.qualification_profiles import SECTIONS, profile_of
from credentials.vocabulary import ISCED_F_CODE, LANGUAGE_TAG

MOST_LANGUAGES = 10
MOST_GRADES = 60
LONG = 8000


class ProfileForm(LanguageMapsMixin, forms.ModelForm):
    """What the diploma supplement says of a programme; the service makes the row."""

    maps = {
        "access": Texts(_("Access requirements"), LONG, rows=4),
        "outcomes": Texts(
            _("Learning outcomes of the programme"),
            LONG,
            rows=8,
            help_text=_("What graduates know, understand and are able to do."),
        ),
        "classification_rule": Texts(_("How the overall classification is found"), LONG, rows=4),
        "further_study": Texts(_("Access to further study"), LONG, rows=4),
        "regulated_profession": Texts(
            _("Access to a regulated profession"),
            LONG,
            rows=4,
            help_text=_("Leave it empty where there is none; the supplement then says so."),
        ),
        "sources": Texts(
            _("Further information sources"),
            LONG,
            rows=3,
            help_text=_("Such as web pages of the programme and of the institution."),
        ),
    }
    # Headings of the Diploma Supplement with rows; what stands in one string shares a row.
    sections_of = (
        (
            _("2 The qualification"),
            (
                *("isced_f languages", "quality_assurance quality_agency"),
                *("quality_agency_country quality_url", "administering_body"),
            ),
        ),
        (_("3 Level and duration"), ("nqf_level", "access")),
        (
            _("4 Programme and results"),
            ("mode", "outcomes", "grade_scale passed_from", "classification_rule"),
        ),
        (_("5 Function of the qualification"), ("further_study", "regulated_profession")),
        (_("6 Additional information"), ("sources",)),
    )
    marks_optional = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    isced_f = forms.CharField(
        label=_("Main field of study (ISCED-F)"),
        required=False,
        max_length=4,
        help_text=_("A code such as 06 (information technology) or 0612 (databases)."),
        validators=[
            RegexValidator(ISCED_F_CODE, _("Use a code of ISCED-F 2013, such as 06 or 0612."))
        ],
    )
    languages = forms.CharField(
        label=_("Languages of instruction"),
        required=False,
        max_length=120,
        help_text=_("Codes with commas between: de, en"),
    )
    quality_agency_country = forms.ChoiceField(
        label=_("Country of the agency"), required=False, choices=countries
    )
    grade_scale = forms.CharField(
        label=_("Grades, lowest first"),
        required=False,
        max_length=300,
        help_text=_("With commas between: 5.0, 4.0, 3.0, 2.0, 1.0"),
    )

    class Meta:
        model = QualificationProfile
        fields = [
            *("administering_body", "quality_assurance", "quality_agency", "quality_url"),
            *("nqf_level", "mode", "passed_from"),
        ]
        help_texts = {
            "administering_body": _("Only where the studies take place at another institution."),
            "quality_agency": _("The agency that accredits it, best one listed in EQAR."),
            "nqf_level": _("As the national framework names it, such as “DQR 6”."),
        }

    def __init__(self, *args, version: ProgrammeVersion, **named):
        profile = profile_of(version)
        super().__init__(*args, instance=profile, **named)
        self.tags = version.institution.document_languages
        self.add_maps({name: getattr(profile, name) for name in self.maps})
        for name in ("isced_f", "quality_agency_country"):
            self.initial[name] = getattr(profile, name)
        for name in ("languages", "grade_scale"):
            self.initial[name] = ", ".join(getattr(profile, name))
        self.initial["seen"] = mark_of(profile, SECTIONS)
        bodies = version.institution.awarding_bodies.awarding()
        for name in ("quality_assurance", "mode"):  # Django offers signs without words
            chosen = [choice for choice in self.fields[name].choices if choice[0]]
            self.fields[name].choices = [("", _("Not stated")), *chosen]
        self.fields["administering_body"].queryset = bodies
        self.fields["administering_body"].empty_label = _("The institution itself")

    def clean_languages(self):
        tags = [tag.strip() for tag in self.cleaned_data["languages"].split(",") if tag.strip()]
        wrong = [tag for tag in tags if not RegexValidator(LANGUAGE_TAG).regex.fullmatch(tag)]
        if wrong or len(tags) > MOST_LANGUAGES:
            raise forms.ValidationError(_("Use codes of languages, such as de, en."))
        return list(dict.fromkeys(tags))

    def clean_grade_scale(self):
        grades = [grade.strip() for grade in self.cleaned_data["grade_scale"].split(",")]
        grades = [grade for grade in grades if grade]
        if len(grades) > MOST_GRADES or any(len(grade) > 20 for grade in grades):
            raise forms.ValidationError(_("Use at most 60 grades of 20 signs each."))
        return grades

    def clean(self):
        cleaned = super().clean()
        self._content = self.fold_maps()
        passed_from, scale = cleaned.get("passed_from"), cleaned.get("grade_scale", [])
        if passed_from and passed_from not in scale:
            self.add_error("passed_from", _("This grade is not among the grades."))
        return cleaned

    def content(self) -> dict:
        """Return what the profile shall say, by the names of `qualification_profiles.SECTIONS`."""
        plain = (name for name in SECTIONS if name not in self.maps)
        return {**{name: self.cleaned_data[name] for name in plain}, **self._content}

    def sections(self) -> Iterator[tuple[str, list[list[forms.BoundField]]]]:
        """Yield headings with rows of fields; the languages of one text share a row."""
        for heading, rows in self.sections_of:
            yield heading, [self._row(row.split()) for row in rows]

    def _row(self, names: list[str]) -> list[forms.BoundField]:
        return self.pair(names[0]) if names[0] in self.maps else [self[name] for name in names]

    def _post_clean(self):
        """The service makes the row; the one that the page shows is not written."""


class SystemForm(LanguageMapsMixin, forms.Form):
    """What documents say of the higher education system of a country."""

    maps = {"text": Texts(_("Text"), 20_000, rows=14)}
    marks_optional = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, system, **named):
        super().__init__(*args, **named)
        self.tags = system.institution.document_languages
        self.add_maps({"text": system.text})
        self.initial["seen"] = mark_of(system, ("text",))

    def texts(self) -> list[forms.BoundField]:
        """Return the text in each language."""
        return self.pair("text")

    def clean(self):
        return {**super().clean(), **self.fold_maps()}


class CountryForm(forms.Form):
    """The country whose education system is described next."""

    country = forms.ChoiceField(label=_("Country"), choices=countries)


class ResultForm(forms.ModelForm):
    """What a student has achieved in a module; grades are those that pass it."""

    marks_optional = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    ects = EctsField(label=_("ECTS credits"), max_value=60)
    grade = forms.ChoiceField(label=_("Grade"))

    class Meta:
        model = ModuleResult
        fields = list(module_results.CONTENT)
        widgets = {"achieved_on": DateInput}
        help_texts = {
            "term": _("Such as “Winter 2025/26”. May be left empty."),
            "work_title": _("Only for a thesis or project, in its original language."),
        }

    def __init__(self, *args, instance: ModuleResult, **named):
        super().__init__(*args, instance=instance, **named)
        grades = module_results.grades_of(instance.module)
        if grades:
            choices = [("", _("Choose a grade")), *((grade, grade) for grade in reversed(grades))]
            self.fields["grade"].choices = choices
        else:
            del self.fields["grade"]
        if instance.pk:
            self.initial["seen"] = mark_of(instance, module_results.CONTENT)

    def clean_achieved_on(self):
        day = self.cleaned_data["achieved_on"]
        if not STUDIES_SINCE <= day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day that is past."))
        return day

    def content(self) -> dict:
        """Return what the result shall say, by the names of `module_results.CONTENT`."""
        said = {name: self.cleaned_data.get(name, "") for name in module_results.CONTENT}
        return {k: clean_text(v).strip() if isinstance(v, str) else v for k, v in said.items()}

    def _post_clean(self):
        """The service makes the row."""


class ModuleChoiceForm(forms.Form):
    """Which module was passed: those in which neither result nor recognised credits stand."""

    module = forms.ModelChoiceField(
        label=_("Module"),
        queryset=Module.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose a module"),
    )

    def __init__(self, *args, enrolment: Enrolment, **named):
        super().__init__(*args, **named)
        modules = enrolment.programme_version.modules.select_related(
            "course_version__course", "programme_version__profile"
        )
        opened = [module.pk for module in module_results.open_modules(enrolment)]
        self.fields["module"].queryset = modules.filter(pk__in=opened)
        self.nothing_left = not opened


class GraduationForm(LanguageMapsMixin, forms.ModelForm):
    """A list of graduates: its name, the date of its documents, who signs them."""

    maps = {
        "capacity": Texts(_("Capacity of who signs"), 120, example=_("Registrar"), required=True)
    }
    marks_optional = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Graduation
        fields = ["name", "certified_on", "signatory"]
        widgets = {"certified_on": DateInput}
        help_texts = {"name": _("Such as “Graduates, autumn 2026”.")}

    def __init__(self, *args, institution: Institution, instance=None, **named):
        super().__init__(*args, instance=instance, **named)
        self.tags = institution.document_languages
        self.add_maps({"capacity": instance.capacity} if instance else None)
        if instance:
            self.initial["seen"] = mark_of(instance, graduations.LIST_CONTENT)

    def clean_certified_on(self):
        return _day_of_these_years(self.cleaned_data["certified_on"])

    def clean(self):
        cleaned = super().clean()
        self._content = self.fold_maps()
        return cleaned

    def texts(self) -> list[forms.BoundField]:
        """Return the capacity in each language."""
        return self.pair("capacity")

    def content(self) -> dict:
        """Return what the list shall say, by the names of `graduations.LIST_CONTENT`."""
        return {**{name: self.cleaned_data[name] for name in self.Meta.fields}, **self._content}

    def _post_clean(self):
        """The service makes the row."""


def _day_of_these_years(day):
    if reason := not_between(day, STUDIES_SINCE, timezone.localdate() + AHEAD):
        raise forms.ValidationError(reason)
    return day


class GraduateForm(LanguageMapsMixin, forms.ModelForm):
    """What is said of one graduate; what is empty is not printed, or taken from the programme."""

    maps = {
        "additional": Texts(
            _("Additional information"),
            2000,
            rows=3,
            help_text=_("Section 6.1, such as a semester abroad or a prize."),
        )
    }
    marks_optional = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Graduate
        fields = [name for name in graduations.CONTENT if name != "additional"]
        widgets = {"graduated_on": DateInput, "kind": forms.RadioSelect}
        help_texts = {
            "title_conferred": _("Only if it is another one than that of the programme."),
            "classification": _("As it stands on the diploma, such as “Good (2.1)”."),
        }

    def __init__(self, *args, institution: Institution, instance: Graduate, **named):
        super().__init__(*args, instance=instance, **named)
        self.tags = institution.document_languages
        self.add_maps({"additional": instance.additional})
        if instance.pk:
            self.initial["seen"] = mark_of(instance, graduations.CONTENT)

    def clean_graduated_on(self):
        return _day_of_these_years(self.cleaned_data["graduated_on"])

    def clean_final_grade(self):
        grade = clean_text(self.cleaned_data["final_grade"]).strip()
        profile = profile_of(self.instance.enrolment.programme_version)
        if reason := unfit_grade(grade, profile):
            raise forms.ValidationError(reason)
        return grade

    def clean(self):
        cleaned = super().clean()
        self._content = self.fold_maps()
        return cleaned

    def texts(self) -> list[forms.BoundField]:
        """Return the additional information in each language."""
        return self.pair("additional")

    def content(self) -> dict:
        """Return what the graduate shall say, by the names of `graduations.CONTENT`."""
        return {**{name: self.cleaned_data[name] for name in self.Meta.fields}, **self._content}

    def _post_clean(self):
        """The service makes the row."""


class RecordFileForm(CatalogueFileForm):
    """A list of results or graduates, or a student's record; `seen` is the mark of its preview."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, reader: Callable, **named):
        super().__init__(*args, reader=reader, **named)
