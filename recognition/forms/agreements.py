"""The form of one agreement: a course of another institution, and the module it counts for."""

from decimal import Decimal

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.forms.widgets import DateInput, EctsField
from credentials.language import clean_text
from credentials.models import AwardingBody, Institution
from credentials.vocabulary import AssessmentType, Supervision
from recognition.agreement_files import MOST_PARTS, AgreementRow


class AgreementForm(forms.Form):
    """`row` is what `agreements.enter` takes; fields are named as the columns of the file."""

    body = forms.ModelChoiceField(
        label=_("Awarding body"),
        queryset=AwardingBody.objects.none(),
        empty_label=_("Choose an awarding body"),
    )
    course_code = forms.CharField(
        label=_("Code of the course"),
        help_text=_("As its certificates say it. Without a code the title names the course."),
        max_length=100,
        required=False,
    )
    course_title = forms.CharField(label=_("Title of the course"), max_length=300)
    version = forms.CharField(
        label=_("Version"), help_text=_("Empty for any."), max_length=100, required=False
    )
    awarded_from = forms.DateField(label=_("Awarded from"), required=False, widget=DateInput())
    awarded_until = forms.DateField(label=_("Awarded until"), required=False, widget=DateInput())
    eqf_level = forms.IntegerField(label=_("Level (EQF)"), min_value=1, max_value=8, required=False)
    ects = EctsField(
        label=_("ECTS credits"), min_value=Decimal("0.5"), max_value=60, required=False
    )
    assessment_type = forms.ChoiceField(
        label=_("Type of assessment"), choices=[("", "–"), *AssessmentType.choices], required=False
    )
    supervision = forms.ChoiceField(
        label=_("Supervision"), choices=[("", "–"), *Supervision.choices], required=False
    )
    outcomes = forms.CharField(
        label=_("Learning outcomes"),
        help_text=_("One a line, word for word as certificates state them."),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    language = forms.ChoiceField(label=_("Language of the outcomes"), choices=settings.LANGUAGES)
    programme = forms.CharField(label=_("Code of our programme"), max_length=40)
    module = forms.CharField(
        label=_("Code of our module"),
        help_text=_("Empty for free electives."),
        max_length=40,
        required=False,
    )
    parts = forms.RegexField(
        r"^[0-9]{1,3}(\s*,\s*[0-9]{1,3})*$",
        label=_("Only these parts of it"),
        help_text=_("Numbers such as 1, 3. Empty for the whole module."),
        max_length=4 * MOST_PARTS,
        required=False,
    )
    valid_from = forms.DateField(
        label=_("Holds from"), initial=timezone.localdate, widget=DateInput()
    )
    valid_until = forms.DateField(label=_("Holds until"), widget=DateInput())
    basis = forms.CharField(
        label=_("What it rests on"),
        help_text=_("The agreement, with its date. Applicants may read it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, institution: Institution, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = institution.awarding_bodies.order_by("name")

    @property
    def row(self) -> AgreementRow:
        said = {
            k: clean_text(v).strip() if isinstance(v, str) else v
            for k, v in self.cleaned_data.items()
        }
        body, language = said.pop("body"), said.pop("language")
        lines = (" ".join(line.split()) for line in said.pop("outcomes").split("\n"))
        parts = (int(part) for part in said.pop("parts").split(",") if part.strip())
        return AgreementRow(
            body=body.name,
            country=body.country,
            outcomes=tuple(((language, line),) for line in lines if line),
            parts=tuple(dict.fromkeys(parts)),
            **said,
        )
