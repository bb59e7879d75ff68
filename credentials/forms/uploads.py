"""The only place where forms take files and links: bounded, and looked at for what they are."""

from collections.abc import Container

from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.services.evidence import Upload
from credentials.trust.sniff import PNG, Kind, Malformed, sniff

MOST = 10
_DRAWING = gettext_lazy("%(name)s is a drawing that can hold scripts. Save it as PDF or PNG.")
PICTURES = (Kind.PNG, Kind.PNG_BADGE, Kind.JPEG)
REFUSED = {
    Kind.HTML: gettext_lazy("%(name)s is a web page, whatever its name says. Give its address."),
    Kind.SVG: _DRAWING,
    Kind.SVG_BADGE: _DRAWING,
    Kind.XML: gettext_lazy("%(name)s is an XML file that is not known here. Save it as PDF."),
    Kind.UNKNOWN: gettext_lazy("It is not clear what %(name)s is. Use PDF, PNG, JPEG or text."),
}


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class EvidenceFilesField(forms.FileField):
    """Up to ten files; gives a list of `Upload`. Refuses what a browser could run."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data]
        files = [super(EvidenceFilesField, self).clean(file, initial) for file in files if file]
        if len(files) > MOST:
            raise forms.ValidationError(_("Choose at most %(most)s files.") % {"most": MOST})
        return [checked_upload(file) for file in files]


def read_upload(file, *, or_link: bool = True) -> bytes:
    """Return the bytes of an uploaded file; raises ValidationError when it is too large."""
    limit = settings.UPLOAD_MAX_BYTES
    if file.size > limit:
        told = (
            _("%(name)s is larger than %(limit)s MB. Make it smaller, or give a link instead.")
            if or_link
            else _("%(name)s is larger than %(limit)s MB. Make it smaller.")
        )
        raise forms.ValidationError(told % {"name": file.name, "limit": limit // 1024**2})
    return file.read()


def checked_upload(file, *, allowed: Container[Kind] = ()) -> Upload:
    """Return an uploaded file with what it really is; raises ValidationError when unwanted.

    `allowed` are kinds that are wanted here although they are refused elsewhere.
    """
    data = read_upload(file)
    try:
        kind = sniff(data, file.name)
    except Malformed as problem:
        raise forms.ValidationError(f"{file.name}: {problem.reason}") from problem
    if kind in REFUSED and kind not in allowed:
        raise forms.ValidationError(REFUSED[kind] % {"name": file.name})
    return Upload(filename=file.name, data=data, kind=kind)


def picture_upload(file) -> bytes:
    """Return an uploaded PNG or JPEG, the only kinds that are printed; else raises ValidationError.

    Whether it can be opened is seen where it is made ready to be printed.
    """
    data = read_upload(file, or_link=False)
    try:
        kind = sniff(data, file.name)
    except Malformed as problem:
        if data.startswith(PNG):
            raise forms.ValidationError(_("This picture cannot be read.")) from problem
        kind = Kind.UNKNOWN
    if kind not in PICTURES:
        raise forms.ValidationError(
            _("%(name)s is no picture in PNG or JPEG. Save it as one of the two.")
            % {"name": file.name}
        )
    return data


class LinksField(forms.CharField):
    """Web addresses, one a line; gives a list of them."""

    widget = forms.Textarea

    def __init__(self, **named):
        super().__init__(**named)
        self.widget.attrs.update({"rows": 3, "spellcheck": "false"})

    def clean(self, value):
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST:
            raise forms.ValidationError(_("Give at most %(most)s links.") % {"most": MOST})
        is_address = URLValidator(schemes=["http", "https"])
        for line in lines:
            try:
                is_address(line)
            except forms.ValidationError as problem:
                raise forms.ValidationError(
                    _("“%(line)s” is not a web address. It begins with https://.")
                    % {"line": line[:80]}
                ) from problem
        return lines
