"""Forms of seals: the file with a certificate, and the official number of an institution."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.trust.certificates import MOST_BYTES


class SealFileForm(forms.Form):
    """A PKCS #12 file and its password, which is used once and kept nowhere."""

    marks_optional = False
    file = forms.FileField(
        label=_("Certificate and key"),
        help_text=_("A PKCS #12 file (.p12 or .pfx) with all certificates of its chain."),
        widget=forms.FileInput(attrs={"accept": ".p12,.pfx,application/x-pkcs12"}),
    )
    password = forms.CharField(
        label=_("Password of the file"),
        required=False,
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Used once to open the file, and not kept."),
    )

    def clean_file(self):
        """Return the bytes of the file; one byte too many is enough to refuse it later."""
        return self.cleaned_data["file"].read(MOST_BYTES + 1)


class OfficialNumberForm(forms.Form):
    """The number by which the EU knows a legal person; empty takes it away."""

    marks_optional = False
    number = forms.CharField(
        label=_("Official number"),
        required=False,
        max_length=70,
        help_text=_(
            "As it would stand in a certificate: VAT or NTR (the national trade register), the "
            "country, a hyphen and the number, such as VATDE-123456789 or NTRIE-12345."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
