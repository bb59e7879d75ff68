"""The only place that puts coded facts of a credential into words for pages."""

from django import template

from credentials.vocabulary import ELEMENT_NAMES, LIST_OF_FACT

register = template.Library()


@register.filter
def vocabulary(code: str, fact: str) -> str:
    """Return the words for a code of a closed list; a code that is not in it as it is."""
    return dict(LIST_OF_FACT[fact].choices).get(code, code)


@register.filter
def element_name(name: str) -> str:
    """Return the name of an Annex I element in the reader's language."""
    return ELEMENT_NAMES[name]


@register.filter
def source_of(provenance: dict, fact: str) -> str:
    """Return "signed", "stated" or "" for a fact."""
    return provenance.get(fact, "")
