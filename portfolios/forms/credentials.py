"""Forms for what a learner puts into the portfolio: a file, what it says, learning without one."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.forms.uploads import checked_upload, read_upload
from credentials.language import clean_text, in_language
from credentials.models import Evidence, EvidenceKind
from credentials.places import countries, languages
from credentials.services.evidence import Upload
from credentials.standards.facts import CredentialFacts
from credentials.trust.sniff import Malformed, sniff
from credentials.vocabulary import (
    AssessmentType,
    CredentialType,
    QualityAssurance,
    Supervision,
)

UNKNOWN = ("", _("Not known"))
OUTCOMES_MAX = 60


class CleanTextMixin:
    """Takes control and other unseen characters out of every text field."""

    def clean(self):
        cleaned = super().clean()
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = clean_text(value).strip()
        return cleaned


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File of the credential"),
        help_text=_(
            "An Open Badges 3.0 file (JSON) is checked and read. Anything else, such as a PDF or "
            "a picture, is kept as it is, and you say what it shows."
        ),
    )

    def clean_file(self):
        """Give an `Upload`; a broken file is refused with the reason."""
        file = self.cleaned_data["file"]
        data = read_upload(file)
        try:
            return Upload(file.name, data, sniff(data, file.name))
        except Malformed as problem:
            raise forms.ValidationError(problem.reason) from problem


class StatementForm(CleanTextMixin, forms.Form):
    """What a committee needs to know of an external credential; all but three may be unknown."""

    title = forms.CharField(label=_("Title, as on the certificate"), max_length=250)
    type = forms.ChoiceField(label=_("What is it?"), choices=CredentialType.choices)
    awarding_body = forms.CharField(
        label=_("Awarding body"),
        help_text=_("Who stands behind it, such as a university. Not the platform."),
        max_length=200,
    )
    country = forms.ChoiceField(label=_("Country of the awarding body"), choices=countries)
    platform = forms.CharField(
        label=_("Platform or provider, if it is somebody else"), max_length=200, required=False
    )
    issued_on = forms.DateField(
        label=_("Date on the certificate"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    eqf_level = forms.TypedChoiceField(
        label=_("Level"),
        help_text=_("In the European Qualifications Framework (EQF): 6 is bachelor, 7 is master."),
        choices=[UNKNOWN, *((n, str(n)) for n in range(1, 9))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    ects = forms.DecimalField(
        label=_("ECTS credits"),
        min_value=Decimal("0.5"),
        max_value=Decimal("240"),
        max_digits=4,
        decimal_places=1,
        step_size=Decimal("0.5"),
        required=False,
    )
    hours = forms.DecimalField(
        label=_("Hours of work, all included"),
        min_value=1,
        max_value=10000,
        max_digits=6,
        decimal_places=1,
        required=False,
    )
    outcomes = forms.CharField(
        label=_("Learning outcomes"),
        help_text=_("What you can do now. One on each line, best in the words of the course."),
        widget=forms.Textarea(attrs={"rows": 7}),
        max_length=20000,
        required=False,
    )
    description = forms.CharField(
        label=_("What the course was about"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10000,
        required=False,
    )
    assessment_type = forms.ChoiceField(
        label=_("How you were assessed"),
        choices=[UNKNOWN, *AssessmentType.choices],
        required=False,
    )
    supervision = forms.ChoiceField(
        label=_("Was it supervised, and your identity checked?"),
        choices=[UNKNOWN, *Supervision.choices],
        required=False,
    )
    grade = forms.CharField(label=_("Grade, as given"), max_length=20, required=False)
    quality_assurance = forms.ChoiceField(
        label=_("Quality assurance"),
        help_text=_("How the awarding body is accredited. Leave it open if you do not know."),
        choices=[UNKNOWN, *QualityAssurance.choices],
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language of the course"), choices=languages, required=False
    )
    course_url = forms.URLField(
        label=_("Web page of the course"), required=False, assume_scheme="https"
    )

    def clean_outcomes(self):
        lines = [line.strip(" \t-•*–") for line in self.cleaned_data["outcomes"].splitlines()]
        outcomes = [clean_text(line) for line in lines if line]
        if len(outcomes) > OUTCOMES_MAX:
            raise forms.ValidationError(
                _("These are %(count)s outcomes. Please keep to %(limit)s, the most important.")
                % {"count": len(outcomes), "limit": OUTCOMES_MAX}
            )
        return outcomes

    @staticmethod
    def initial_from(facts: CredentialFacts) -> dict:
        """Return what the form shows of facts that are known already."""
        return {
            "title": in_language(facts.title),
            "type": facts.type,
            "awarding_body": in_language(facts.awarding_body.name),
            "country": facts.awarding_body.country,
            "platform": in_language(facts.platform.name) if facts.platform else "",
            "issued_on": facts.issued_on.date() if facts.issued_on else facts.awarded_on,
            "eqf_level": facts.eqf_level,
            "ects": facts.ects,
            "hours": facts.hours,
            "outcomes": "\n".join(in_language(outcome.text) for outcome in facts.outcomes),
            "description": in_language(facts.description),
            "assessment_type": facts.assessment_type,
            "supervision": facts.supervision,
            "grade": facts.grade.value if facts.grade else "",
            "quality_assurance": facts.quality_assurance,
            "language": facts.language,
            "course_url": facts.course_url,
        }


class SelfDeclaredForm(CleanTextMixin, forms.Form):
    """Learning without a certificate: work, volunteering, own study."""

    title = forms.CharField(label=_("What did you learn?"), max_length=250)
    awarding_body = forms.CharField(
        label=_("Where, or with whom?"),
        help_text=_("An employer, an association, or “on my own”."),
        max_length=200,
    )
    country = forms.ChoiceField(label=_("Country"), choices=countries)
    description = forms.CharField(
        label=_("What did you do?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=10000,
    )
    outcomes = forms.CharField(
        label=_("What can you do now?"),
        help_text=_("One thing on each line."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=20000,
    )
    hours = forms.DecimalField(
        label=_("About how many hours?"), min_value=1, max_value=10000, required=False
    )

    clean_outcomes = StatementForm.clean_outcomes


class EvidenceForm(CleanTextMixin, forms.ModelForm):
    """One piece of evidence: a file or a link."""

    file = forms.FileField(label=_("File"), required=False)

    class Meta:
        model = Evidence
        fields = ["kind", "title", "url"]
        widgets = {"kind": forms.Select(choices=EvidenceKind.choices)}

    def clean_file(self):
        file = self.cleaned_data["file"]
        return checked_upload(file) if file else None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["url"].assume_scheme = "https"

    def clean_url(self):
        url = self.cleaned_data["url"]
        if url and not url.startswith(("https://", "http://")):
            raise forms.ValidationError(_("A web address begins with https:// or http://."))
        return url

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("url")) == bool(cleaned.get("file")) and not self.errors:
            raise forms.ValidationError(_("Give a file or a web address, one of the two."))
        return cleaned

    def _post_clean(self):
        """The model is checked when the service has stored the file; until then it looks empty."""
