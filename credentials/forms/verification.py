"""What somebody hands in to be verified: a file, pasted text, a code or a link."""

import re
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials.forms.uploads import read_upload
from credentials.services.numbers import normal_code

CODE = re.compile(r"[A-Z0-9]{1,6}-[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{2}")
NUMBER = re.compile(r"[A-Z0-9]{1,6}-[A-Z]{2,4}-\d{4}-\d{4,}", re.IGNORECASE)
LONGEST_CODE = 40  # signs, with whatever stands between them
CREDENTIAL = ("{", "[", "<", "eyJ")  # how the text of one begins
SHARE_PATH = re.compile(r"/s/([A-Za-z0-9_-]{16,64})/?")
CODE_PATH = re.compile(r"/v/([A-Za-z0-9-]{8,24})/?")
NEITHER = _(
    "A code looks like LND-7F4K-22QX-M3. A link begins with https://, and the text of a credential "
    "with { or eyJ. For anything else, choose the file."
)
NO_CODE = _(
    "This is the number of a document. Its code stands beside the QR code and looks like "
    "LND-7F4K-22QX-M3."
)


class FileForm(forms.Form):
    """A file to be looked at; nothing of it is kept."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("JSON, JWT, PNG, SVG, XML, PDF or ZIP. We keep nothing of it."),
        error_messages={
            "empty": _("The file is empty. Save it anew where you have it from, and try again.")
        },
    )
    content: bytes = b""

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file:
            self.content = read_upload(file)
        return file


class CompareForm(FileForm):
    """The file of a document, to be compared with the one that was printed."""

    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        self.fields["file"].label = _("PDF file")
        self.fields["file"].help_text = _("The document as PDF. We keep nothing of it.")


class VerifyForm(FileForm):
    """A file or a text, which becomes a `code`, the `token` of a share link, or `content`.

    The link of another web site becomes the `address` at which a credential may lie.
    """

    field_order = ["text", "file"]
    marks_optional = False  # one of the two is needed

    text = forms.CharField(
        label=_("Code, link or text of the credential"),
        help_text=_("The code stands on the printed document, such as LND-7F4K-22QX-M3."),
        widget=forms.Textarea(
            attrs={"rows": 2, "data-enter": True, "spellcheck": "false", "autocomplete": "off"}
        ),
        max_length=1_000_000,
        required=False,
    )
    code = ""
    token = ""
    address = ""

    def __init__(self, *args, host: str = "", **named):
        super().__init__(*args, **named)
        self.fields["file"].required = False
        self.own_hosts = {urlsplit(settings.ADDRESS).netloc, host}

    def clean_file(self):
        file, limit = self.cleaned_data["file"], settings.UPLOAD_MAX_BYTES
        if file and file.size > limit:
            raise forms.ValidationError(
                gettext(
                    "It is larger than %(limit)s MB; no document of this portal is. Enter the code "
                    "printed on it instead."
                )
                % {"limit": limit // 1024**2}
            )
        return super().clean_file()

    def clean(self):
        text, file = self.cleaned_data.get("text", ""), self.cleaned_data.get("file")
        if bool(text) == bool(file) and not self.errors:
            raise forms.ValidationError(
                _("Choose a file, or paste a code, a link or the text. One of them is enough.")
            )
        if text:
            self._sort(text)
        return self.cleaned_data

    def _sort(self, text: str) -> None:
        if text.lower().partition("/")[0] in self.own_hosts:
            text = f"https://{text}"
        if text.startswith(CREDENTIAL):
            self.content = text.encode()
        elif text.startswith(("http://", "https://")) and not re.search(r"\s", text):
            self._sort_link(text)
        elif NUMBER.fullmatch(text):
            self.add_error("text", NO_CODE)
        elif len(text) <= LONGEST_CODE and CODE.fullmatch(normal_code(text)):
            self.code = normal_code(text)
        else:
            self.add_error("text", NEITHER)

    def _sort_link(self, link: str) -> None:
        try:
            parts = urlsplit(link)
        except ValueError:
            parts = urlsplit("")
        share, code = SHARE_PATH.fullmatch(parts.path), CODE_PATH.fullmatch(parts.path)
        if parts.netloc.lower() not in self.own_hosts:
            self.address = link
        elif share or code:
            self.token, self.code = (share[1], "") if share else ("", normal_code(code[1]))
        else:
            raise forms.ValidationError(
                _(
                    "This link does not lead to a credential. Open it, save the credential's file "
                    "and hand that in."
                )
            )
