"""Forms by which a registrar enters an application for a learner."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.forms.learners import LearnerForm
from credentials.forms.uploads import checked_upload
from credentials.forms.widgets import DateInput
from credentials.models import Credential, ProgrammeVersion, Role, Unit, User
from portfolios.forms.credentials import StatementForm
from recognition.forms.cases import LineForm, ProgrammeChoice
from recognition.models import Intake, Line

KINDS = [choice for choice in Intake.choices if choice[0] != Intake.ONLINE]


class KeptProgrammeForm(forms.Form):
    """The first question: for which programme? Only those that the registrar keeps."""

    programme = ProgrammeChoice(
        label=_("Programme"),
        queryset=ProgrammeVersion.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose a programme"),
    )

    def __init__(self, *args, user: User, **named):
        super().__init__(*args, **named)
        units = Unit.objects.staffed_by(user, Role.REGISTRAR)
        self.fields["programme"].queryset = (
            ProgrammeVersion.objects.published()
            .filter(programme__unit__in=units)
            .select_related("programme__institution")
            .order_by("programme__institution__slug", "programme__code", "-regulations")
        )


class IntakeForm(LearnerForm):
    """Who asks, how it came, when, and the consent."""

    field_order = ["who", "given_name", "family_name", "email", "intake", "received_on", "consent"]

    email = forms.EmailField(
        label=_("E-mail address of the learner"),
        help_text=_("Needed when the learner has no account: there they follow the application."),
        required=False,
    )
    intake = forms.ChoiceField(
        label=_("How did it come?"), choices=KINDS, widget=forms.RadioSelect, initial=Intake.PAPER
    )
    received_on = forms.DateField(
        label=_("Received on"),
        help_text=_("The day stamped on it. The time for the check runs from then."),
        widget=DateInput(),
    )
    consent = forms.FileField(
        label=_("Signed consent, scanned"),
        help_text=_("That all is true, may be checked, and is entered in the learner's name."),
    )

    def clean_received_on(self):
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean_consent(self):
        return checked_upload(self.cleaned_data["consent"])

    def clean(self):
        said = super().clean()
        who = said.get("who", "")
        if "@" in who and not said.get("email"):
            said["email"] = who
        learner = self.learner
        is_reachable = learner is None or learner.user or learner.emails.exists()
        if not is_reachable and not said.get("email") and "email" not in self.errors:
            self.add_error("email", _("The learner has no account. Give an e-mail address."))
        return said


class EnteredLineForm(LineForm):
    """For what: without the learner's portfolio, which is none of the registrar's business."""

    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        del self.fields["sources"]

    def put_forward(self, line: Line | None) -> list[Credential]:
        return [source.credential for source in line.sources.all()] if line else []


class PaperForm(StatementForm):
    """What a paper says, with the paper itself as a file."""

    named = ((_("The paper"), ("file",)), *StatementForm.named)
    file = forms.FileField(
        label=_("The credential, scanned"), help_text=_("A PDF or a picture of it.")
    )

    def clean_file(self):
        return checked_upload(self.cleaned_data["file"])


class SendForm(forms.Form):
    tells_issuer = forms.BooleanField(
        label=_("The learner agrees that who awarded the credentials may learn the result."),
        required=False,
    )
