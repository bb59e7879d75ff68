"""The only place that puts coded facts of a credential into words for pages."""

from django import template
from django.utils.translation import gettext_lazy as _

from credentials.vocabulary import ELEMENT_NAMES, LIST_OF_FACT

register = template.Library()

_PICTURE = _("A picture, kept as it is.")
_BADGE = _("A picture with a badge inside that could not be read, kept as it is.")
KEPT = {
    "pdf": _("A PDF document, kept as it is."),
    "png": _PICTURE,
    "jpeg": _PICTURE,
    "webp": _PICTURE,
    "png_badge": _BADGE,
    "svg_badge": _BADGE,
    "microhe": _("Meta-data of a micro-credential that could not be read, kept as they are."),
    "elmo": _("An ELMO transcript of records that could not be read, kept as it is."),
    "edc": _("A European Digital Credential that could not be read, kept as it is."),
    "ob2": _("An Open Badge 2.0 that could not be read, kept as it is."),
    "vc": _("A verifiable credential that could not be read, kept as it is."),
    "jwt": _("A credential in JWT form that could not be read, kept as it is."),
    "json": _("A JSON file without a credential that is known here, kept as it is."),
    "text": _("A text, kept as it is."),
}

DATA_FORMATS = {  # by how the name ends, the longest first
    ".edc.jsonld": _("European Digital Credential, sealed"),
    ".edc.json": _("European Digital Credential, not sealed"),
    ".elmo.xml": _("ELMO, not sealed"),
}


@register.filter
def vocabulary(code: str, fact: str) -> str:
    """Return the words for a code of a closed list; a code that is not in it as it is."""
    return dict(LIST_OF_FACT[fact].choices).get(code, code)


@register.filter
def web_address(text: str) -> str:
    """Return what a browser may be led to, "" for anything else that stands there."""
    return text if text.startswith(("https://", "http://")) else ""


@register.filter
def element_name(name: str) -> str:
    """Return the name of an Annex I element in the reader's language."""
    return ELEMENT_NAMES[name]


@register.filter
def kept_as(kind: str) -> str:
    """Return a sentence on a file that is kept and not read, by what it really is."""
    return str(KEPT.get(kind, _("A file, kept as it is.")))


@register.filter
def data_format(name: str) -> str:
    """Return what a file is that a printed document carries as data, by the ending of its name."""
    found = (words for ending, words in DATA_FORMATS.items() if name.endswith(ending))
    return str(next(found, name))


@register.filter
def source_of(provenance: dict, fact: str) -> str:
    """Return "signed", "stated" or "" for a fact."""
    return provenance.get(fact, "")
