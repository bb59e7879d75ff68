"""Forms of claims: what a student shows, what a teacher answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.forms.uploads import EvidenceFilesField, LinksField
from credentials.language import clean_text


class TextField(forms.CharField):
    """Several lines of plain text, without characters that nobody can see."""

    def __init__(self, *, rows: int = 5, max_length: int = 5000, **named):
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=max_length, widget=widget, **named)

    def to_python(self, value):
        return clean_text(super().to_python(value))


class NameField(forms.CharField):
    """A name, as it will stand on a credential."""

    def to_python(self, value):
        return " ".join(clean_text(super().to_python(value)).split())


class ClaimForm(forms.Form):
    """A claim with evidence; asks for the name only when the institution does not know it."""

    given_name = NameField(
        label=_("Given name"),
        max_length=100,
        required=False,
        help_text=_("As it should stand on the credential."),
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    family_name = NameField(
        label=_("Family name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    statement = TextField(
        label=_("What have you done to earn it?"),
        help_text=_("When you took part, and how you were assessed. Your teacher reads this."),
        required=False,
    )
    uploads = EvidenceFilesField(
        label=_("Files that show it"),
        help_text=_("PDF, picture, text or credential, up to 10 files."),
        required=False,
    )
    links = LinksField(
        label=_("Links that show it"), help_text=_("One a line."), required=False, max_length=4000
    )

    def __init__(self, *args, is_known: bool, **named):
        super().__init__(*args, **named)
        if is_known:
            del self.fields["given_name"], self.fields["family_name"]

    def clean(self):
        said = self.cleaned_data
        given = ("statement", "uploads", "links")
        if all(name in said for name in given) and not any(said[name] for name in given):
            self.add_error(
                "statement", _("Say in a sentence what you have done, or add a file or a link.")
            )
        return said


class DenialForm(forms.Form):
    """Why a claim is refused; the student reads it word for word."""

    reason = TextField(
        label=_("Reason"),
        help_text=_("The student reads this. Say what is missing and what they can do next."),
        min_length=10,
        max_length=2000,
    )
