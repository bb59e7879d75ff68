"""Forms in which staff write courses: what they say, their outcomes, dates, teachers, files."""

from collections.abc import Iterator

from babel import Locale
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from credentials.forms.language_maps import LanguageMapsMixin, Texts
from credentials.forms.widgets import DateInput
from credentials.models import (
    AwardingBody,
    Course,
    CourseVersion,
    Institution,
    Offering,
    Role,
    Unit,
    User,
)
from credentials.services.courses import MOST_JOINT, fingerprint
from credentials.services.outcomes import OutcomeRow
from credentials.standards.catalogue_files import MAX_BYTES, UnreadableFile, read_courses
from credentials.vocabulary import CYCLE_OF_EQF, EQF_LEVELS

# Languages in which courses are taught in Europe; one that a course has already is added.
TAUGHT_IN = (
    *("bg", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fi", "fr", "ga", "gl"),
    *("hr", "hu", "is", "it", "ka", "lb", "lt", "lv", "mk", "mt", "nb", "nl", "nn", "pl", "pt"),
    *("ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk"),
)
MAX_OUTCOMES = 60
JOINT = _("Awarded jointly with")
MOST_SUGGESTED = 2_000


class NewCourseForm(LanguageMapsMixin, forms.Form):
    """What is needed to begin a course."""

    maps = {"title": Texts(_("Title"), 300, required=True)}
    marks_optional = False
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), empty_label=None)
    code = forms.CharField(
        label=_("Course code"), max_length=40, help_text=_("As it stands in your records.")
    )

    def __init__(self, *args, units: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.add_maps()

    def clean(self):
        super().clean()
        return {**self.cleaned_data, **self.fold_maps()}


class BodyField(forms.CharField):
    """The name of an awarding body, as the register has it; gives the entry, or None."""

    widget = forms.TextInput(attrs={"list": "bodies", "autocomplete": "off"})

    def __init__(self, register: dict[str, AwardingBody], **named):
        super().__init__(required=False, max_length=250, **named)
        self._register = register

    def prepare_value(self, value):
        return _in_register(value) if isinstance(value, AwardingBody) else value

    def clean(self, value):
        name = super().clean(value)
        if name and name not in self._register:
            raise forms.ValidationError(
                _(
                    "“%(name)s” is not in the register of awarding bodies. Choose one that is "
                    "suggested, or ask a registrar to enter it."
                ),
                params={"name": name},
            )
        return self._register[name] if name else None


def _in_register(body: AwardingBody) -> str:
    return f"{body.name} ({body.country})"


class CourseForm(LanguageMapsMixin, forms.ModelForm):
    """What a draft says; `content()` gives it to `courses.edit`, this form never saves."""

    maps = {
        "title": Texts(_("Title"), 300, required=True),
        "summary": Texts(_("In one sentence"), 300, 2),
        "description": Texts(_("What the course is about"), 20_000, 6),
        "assessment_criteria": Texts(
            _("Assessment criteria"), 4_000, 3, _("Needed to publish, in one language at least.")
        ),
        "prerequisites": Texts(_("Before you start"), 2_000, 3),
        "stackable_towards": Texts(_("Builds towards"), 2_000, 2),
        "further_information": Texts(_("Further information"), 20_000, 3),
    }
    # Headings with rows; what stands in one string shares a row.
    sections_of = (
        (_("What it is"), ("title", "summary", "description", "isced_f language")),
        (_("Size and level"), ("ects hours eqf_level",)),
        (
            _("Assessment"),
            ("assessment_type supervision", "assessment_criteria", "grade_scale passed_from"),
        ),
        (_("Taking part"), ("participation_form term", "prerequisites")),
        (_("Quality"), ("quality_assurance quality_agency", "quality_url")),
        (JOINT, ()),
        (_("What comes after"), ("stackability", "stackable_towards", "further_information")),
    )
    marks_optional = False
    needed = ("eqf_level", "assessment_type", "participation_form", "quality_assurance")
    seen = forms.CharField(widget=forms.HiddenInput)
    language = forms.ChoiceField(label=_("Language of instruction"), required=False)
    eqf_level = forms.TypedChoiceField(
        label=_("Level (EQF)"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Not stated")), *EQF_LEVELS.items()],
    )
    grade_scale = forms.CharField(
        label=_("Grades, lowest first"),
        required=False,
        max_length=300,
        help_text=_("With commas between: 5.0, 4.0, 3.0, 2.0, 1.0"),
    )

    class Meta:
        model = CourseVersion
        fields = [
            *("language", "ects", "hours", "eqf_level", "isced_f", "assessment_type"),
            *("participation_form", "quality_assurance", "quality_agency", "quality_url"),
            *("supervision", "passed_from", "stackability", "term"),
        ]
        help_texts = {
            "isced_f": _("A code such as 06 (information technology) or 0612 (databases)."),
            "ects": _("In steps of 0.5. Credits or hours are needed to publish."),
        }
        error_messages = {"ects": {"step_size": _("Use a number up to 60, in steps of 0.5.")}}

    def __init__(self, *args, instance: CourseVersion, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        self.add_maps({name: getattr(instance, name) for name in self.maps})
        self.initial["grade_scale"] = ", ".join(instance.grade_scale)
        self.initial["seen"] = fingerprint(instance)
        self.fields["language"].choices = _languages(instance.language)
        for name in ("assessment_type", "participation_form", "quality_assurance", "supervision"):
            _say_not_stated(self.fields[name])
        _say_not_stated(self.fields["stackability"])
        for name in self.needed:
            self.fields[name].help_text = _("Needed to publish.")
        self._add_joint(instance)

    def _add_joint(self, version: CourseVersion) -> None:
        """Add a field for each body that awards it as well, and some for more."""
        bodies = list(version.course.institution.awarding_bodies.awarding())
        register = {_in_register(body): body for body in bodies}
        self.suggested = list(register)[:MOST_SUGGESTED]
        joint = list(version.joint_bodies.all())
        number = min(max(3, len(joint) + 1), MOST_JOINT)
        for place in range(1, number + 1):
            label = _("Awarding body %(number)s") % {"number": place}
            self.fields[f"joint_{place}"] = BodyField(register, label=label)
        self.initial |= {f"joint_{place}": body for place, body in enumerate(joint, start=1)}
        self.joint = [f"joint_{place}" for place in range(1, number + 1)]
        self.fields["joint_1"].help_text = _("By its name in your register of awarding bodies.")

    def clean_grade_scale(self):
        grades = [grade.strip() for grade in self.cleaned_data["grade_scale"].split(",")]
        return [grade for grade in grades if grade]

    def clean(self):
        cleaned = super().clean()
        self._content = self.fold_maps()
        passed_from, scale = cleaned.get("passed_from"), cleaned.get("grade_scale", [])
        if passed_from and passed_from not in scale:
            self.add_error("passed_from", _("This grade is not among the grades."))
        return cleaned

    def content(self) -> dict:
        """Return what the version shall say, by the names of `courses.CONTENT`."""
        plain = {name: self.cleaned_data[name] for name in (*self.Meta.fields, "grade_scale")}
        cycle = CYCLE_OF_EQF.get(plain["eqf_level"], "")
        joint = {body for name in self.joint if (body := self.cleaned_data[name])}
        return {**plain, **self._content, "cycle": cycle, "joint_bodies": joint}

    def sections(self) -> Iterator[tuple[str, list[list[forms.BoundField]]]]:
        """Yield headings with rows of fields; the languages of one text share a row."""
        for heading, rows in self.sections_of:
            rows = rows if heading != JOINT else [" ".join(self.joint)]
            yield heading, [self._row(row.split()) for row in rows]

    def _row(self, names: list[str]) -> list[forms.BoundField]:
        if names[0] in self.maps:
            return self.pair(names[0])
        return [self[name] for name in names]


def _languages(current: str) -> list[tuple[str, str]]:
    names = Locale.parse((get_language() or "en").split("-")[0]).languages
    tags = {*TAUGHT_IN, *([current] if current else [])}
    named = sorted(
        ((tag, names.get(tag, tag)) for tag in tags), key=lambda pair: pair[1].casefold()
    )
    return [("", _("Not stated")), *named]


def _say_not_stated(field: forms.ChoiceField) -> None:
    field.choices = [("", _("Not stated")), *[pair for pair in field.choices if pair[0]]]


class OutcomeForm(LanguageMapsMixin, forms.Form):
    """One learning outcome; rows without text are left out, order numbers sort the others."""

    maps = {"text": Texts(_("Learning outcome"), 2_000, 2)}
    marks_optional = False
    id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    order = forms.IntegerField(label=_("Order"), required=False, min_value=1, max_value=999)
    is_essential = forms.BooleanField(
        label=_("Essential for recognition"), required=False, initial=True
    )

    def __init__(self, *args, directs: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_maps({"text": self.initial.get("text", {})})
        self.fields["is_essential"].disabled = not directs

    def texts(self) -> list[forms.BoundField]:
        """Return the outcome in each language."""
        return self.pair("text")

    def clean(self):
        super().clean()
        return {**self.cleaned_data, **self.fold_maps()}


OutcomeFormSetBase = forms.formset_factory(
    OutcomeForm, extra=3, max_num=MAX_OUTCOMES, absolute_max=MAX_OUTCOMES + 10, validate_max=True
)


class OutcomeFormSet(OutcomeFormSetBase):
    """All outcomes of a draft, with three empty rows at the end."""

    def __init__(self, *args, version: CourseVersion, directs: bool, **kwargs):
        initial = [
            {
                "id": str(outcome.uuid),
                "order": outcome.order,
                "text": outcome.text,
                "is_essential": outcome.is_essential,
            }
            for outcome in version.outcomes.all()
        ]
        kwargs |= {"initial": initial, "prefix": "outcomes", "form_kwargs": {"directs": directs}}
        super().__init__(*args, **kwargs)

    def rows(self) -> list[OutcomeRow]:
        """Return the outcomes in the order of their numbers; those without number come last."""
        filled = [form.cleaned_data for form in self.forms if form.cleaned_data.get("text")]
        ordered = sorted(filled, key=lambda row: (row["order"] is None, row["order"] or 0))
        return [OutcomeRow(row["text"], row["is_essential"], row["id"]) for row in ordered]


class EssentialForm(forms.Form):
    """Which outcomes are essential for recognition."""

    marks_optional = False
    essential = forms.MultipleChoiceField(
        label=_("Essential for recognition"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Recognition can only be refused for a substantial difference on an essential outcome."
        ),
    )

    def __init__(self, *args, version: CourseVersion, **kwargs):
        super().__init__(*args, **kwargs)
        outcomes = list(version.outcomes.all())
        self.fields["essential"].choices = [(str(o.uuid), str(o)) for o in outcomes]
        self.initial["essential"] = [str(o.uuid) for o in outcomes if o.is_essential]


class TeachersForm(forms.Form):
    """Who teaches a course: staff of its institution."""

    marks_optional = False
    teachers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Teachers"),
        required=False,
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They answer claims and award the credential of this course."),
    )

    def __init__(self, *args, course: Course, **kwargs):
        super().__init__(*args, **kwargs)
        staff = Q(
            memberships__unit__institution=course.institution,
            memberships__role__in=[Role.TEACHER, Role.COURSE_DIRECTOR],
        )
        people = User.objects.filter(staff | Q(courses_taught=course)).distinct()
        self.fields["teachers"].queryset = people.order_by("name", "email")
        self.initial["teachers"] = course.teachers.all()


class OfferingForm(forms.ModelForm):
    """One time that a course is offered; a row without any entry is left out."""

    marks_optional = False

    class Meta:
        model = Offering
        fields = ["starts_on", "ends_on", "place", "price", "url"]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}

    def clean(self):
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if ends and (not starts or ends < starts):
            self.add_error("ends_on", _("The end cannot be before the start."))
        return cleaned


OfferingFormSet = forms.formset_factory(
    OfferingForm, extra=2, max_num=50, absolute_max=60, validate_max=True
)


class CatalogueFileForm(forms.Form):
    """A file of rows: first chosen, then carried along as text until it is confirmed."""

    marks_optional = False
    file = forms.FileField(label=_("File"), required=False)
    content = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, *args, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self._reader = reader

    def clean(self):
        cleaned = super().clean()
        data = self._data(cleaned)
        if data is None:
            if "file" not in self.errors:
                self.add_error("file", _("Choose a file."))
            return cleaned
        try:
            cleaned["rows"] = self._reader(data)
        except UnreadableFile as problem:
            self.add_error("file", problem.problems)
            return cleaned
        cleaned["content"] = data.decode("utf-8-sig").replace("\0", "")
        return cleaned

    def _data(self, cleaned: dict) -> bytes | None:
        if cleaned.get("file"):
            return cleaned["file"].read(MAX_BYTES + 1)
        return cleaned["content"].encode() if cleaned.get("content") else None


class CourseFileForm(CatalogueFileForm):
    """A catalogue of courses and whose it is."""

    institution = forms.ModelChoiceField(
        Institution.objects.none(), label=_("Institution"), empty_label=None
    )

    def __init__(self, *args, institutions: QuerySet, **kwargs):
        super().__init__(*args, reader=read_courses, **kwargs)
        self.fields["institution"].queryset = institutions
        self.fields["file"].help_text = _("JSON or CSV, as described below.")
        self.order_fields(["institution", "file"])
