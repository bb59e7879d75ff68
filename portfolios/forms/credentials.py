"""Forms for what a learner puts into the portfolio: a file, what it says, learning without one."""

from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.forms.uploads import checked_upload
from credentials.forms.widgets import DateInput
from credentials.language import clean_text
from credentials.models import Credential, EvidenceKind, Origin
from credentials.places import countries, languages
from credentials.services import facts
from credentials.services.evidence import Upload
from credentials.trust import bundles
from credentials.trust.sniff import Kind, Malformed, sniff
from credentials.vocabulary import (
    AssessmentType,
    CredentialType,
    ParticipationForm,
    QualityAssurance,
    Supervision,
)
from portfolios.services.credentials import READ
from portfolios.statements import as_outcome, shown

UNKNOWN = ("", _("Not known"))
HALF = Decimal("0.5")
OUTCOMES_MAX = 60


class CleanTextMixin:
    """Takes control and other unseen characters out of every text field."""

    def clean(self):
        cleaned = super().clean()
        for name, value in list(cleaned.items()):
            if isinstance(value, str):
                cleaned[name] = clean_text(value).strip()
                if not cleaned[name] and self.fields[name].required:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned


class GroupedMixin:
    """Shows the fields of a form under headings; `named` lists (heading, names of fields)."""

    named = ()

    def groups(self):
        return [(heading, [self[name] for name in names]) for heading, names in self.named]


class FileForm(forms.Form):
    marks_optional = False  # one of the two is needed

    file = forms.FileField(
        label=_("File of the credential"),
        help_text=_(
            "Open Badges (JSON, JWT, PNG or SVG), European Digital Credentials, bundles (ZIP) and "
            "ELMO transcripts are checked and read. Anything else, such as a scan, is kept as it "
            "is, and you say what it shows."
        ),
        required=False,
    )
    address = forms.URLField(
        label=_("Or its web address"),
        help_text=_(
            "Where the file itself lies, such as https://badges.example/assertions/7. It is "
            "fetched once."
        ),
        assume_scheme="https",
        max_length=2_000,
        required=False,
    )

    def clean(self):
        cleaned = super().clean()
        given = [bool(cleaned.get(name)) for name in ("file", "address")]
        if not self.errors and sum(given) != 1:
            raise forms.ValidationError(_("Choose a file or give an address, one of the two."))
        return cleaned

    def clean_file(self):
        """Give an `Upload`; what is broken, or nobody should open, is refused with the reason."""
        if not self.cleaned_data["file"]:
            return None
        upload = checked_upload(self.cleaned_data["file"], allowed={Kind.SVG_BADGE})
        return _unpacked(upload) if upload.kind == Kind.ZIP else upload


def _unpacked(upload: Upload) -> Upload:
    """Return the credential in a bundle; another archive is refused with the reason."""
    try:
        bundle = bundles.open_bundle(upload.data)
        name = next(iter(bundle.credentials), "")
        kind = sniff(bundle.files[name], name) if name else Kind.UNKNOWN
    except Malformed as problem:
        told = _(
            "%(name)s is an archive or an office document. Save it as PDF. As a bundle with a "
            "credential it cannot be read: %(why)s"
        )
        raise forms.ValidationError(
            told % {"name": upload.filename, "why": problem.reason}
        ) from None
    if kind not in READ:
        raise forms.ValidationError(_("There is no credential in this bundle."))
    return Upload(filename=name, data=bundle.files[name], kind=kind)


class OutcomesField(forms.CharField):
    """Learning outcomes, one a line; gives a list of them."""

    def __init__(self, *, rows: int, **named):
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), max_length=20000, **named)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value):
        lines = super().clean(value).splitlines()
        outcomes = [outcome for line in lines if (outcome := as_outcome(line))]
        if self.required and not outcomes:
            raise forms.ValidationError(self.error_messages["required"])
        if len(outcomes) > OUTCOMES_MAX:
            raise forms.ValidationError(
                _("These are %(count)s outcomes. Please keep to %(limit)s, the most important.")
                % {"count": len(outcomes), "limit": OUTCOMES_MAX}
            )
        return outcomes


class StatementForm(CleanTextMixin, GroupedMixin, forms.Form):
    """What a committee needs to know of an external credential; all but four may be unknown."""

    named = (
        (
            _("The credential"),
            ("title", "type", "awarding_body", "country", "platform", "issued_on"),
        ),
        (_("What you learned"), ("outcomes", "description", "language", "course_url")),
        (_("How much, how hard"), ("ects", "hours", "eqf_level")),
        (_("How it was shown"), ("participation_form", "assessment_type", "supervision", "grade")),
        (_("Who watches over it"), ("quality_assurance",)),
    )
    title = forms.CharField(label=_("Title, as on the certificate"), max_length=250)
    type = forms.ChoiceField(
        label=_("What is it?"), choices=[("", _("Choose one")), *CredentialType.choices]
    )
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
        widget=DateInput(),
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
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any"}),
        required=False,
    )
    hours = forms.DecimalField(
        label=_("Hours of work, all included"),
        min_value=1,
        max_value=10000,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any"}),
        required=False,
    )
    outcomes = OutcomesField(
        label=_("Learning outcomes"),
        help_text=_("What you can do now. One on each line, best in the words of the course."),
        rows=7,
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
    participation_form = forms.ChoiceField(
        label=_("How you took part"),
        choices=[UNKNOWN, *ParticipationForm.choices],
        required=False,
    )
    supervision = forms.ChoiceField(
        label=_("Was it supervised, and your identity checked?"),
        choices=[UNKNOWN, *Supervision.choices],
        required=False,
    )
    grade = forms.CharField(label=_("Grade, as given"), max_length=60, required=False)
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

    def clean_issued_on(self):
        day = self.cleaned_data["issued_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean_ects(self):
        """Halves, as everywhere; but a signed file may say what it says."""
        ects = self.cleaned_data["ects"]
        if ects and ects % HALF and ects != self.get_initial_for_field(self.fields["ects"], "ects"):
            raise forms.ValidationError(_("Credits are counted in halves, such as 2.5."))
        return ects


class SelfDeclaredForm(CleanTextMixin, GroupedMixin, forms.Form):
    """Learning without a certificate: work, volunteering, own study."""

    named = (
        (_("What it was"), ("title", "awarding_body", "country", "description", "hours")),
        (_("What you learned"), ("outcomes",)),
    )
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
    outcomes = OutcomesField(
        label=_("What can you do now?"), help_text=_("One thing on each line."), rows=6
    )
    hours = forms.DecimalField(
        label=_("About how many hours?"),
        min_value=1,
        max_value=10000,
        decimal_places=1,
        required=False,
    )


class EvidenceForm(CleanTextMixin, forms.Form):
    """One piece of evidence: a file or a link."""

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=EvidenceKind.choices, initial=EvidenceKind.DESCRIPTION
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    file = forms.FileField(label=_("File"), required=False)
    url = forms.URLField(label=_("Or a web address"), required=False, assume_scheme="https")

    def clean_file(self):
        file = self.cleaned_data["file"]
        return checked_upload(file) if file else None

    def clean_url(self):
        url = self.cleaned_data["url"]
        if url and not url.startswith(("https://", "http://")):
            raise forms.ValidationError(_("A web address begins with https:// or http://."))
        return url

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("url")) == bool(cleaned.get("file")) and not self.errors:
            self.add_error("file", _("Give a file or a web address, one of the two."))
        return cleaned


def statement_form(credential: Credential, data=None) -> forms.Form:
    """Return the form for what the holder states of a credential, filled with what is known."""
    is_declared = credential.origin == Origin.SELF_DECLARED
    form = SelfDeclaredForm if is_declared else StatementForm
    return form(data, initial=shown(facts.of_credential(credential)))
