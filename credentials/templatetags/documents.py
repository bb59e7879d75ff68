"""The only place that prints one thing in all languages of a document: {% pair %}, {% both %}.

`languages` in the context names them. In one language both tags print plain text, so that the
same template serves a printed document in two languages and a web page in one.
"""

import re
from decimal import Decimal

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from credentials.standards.design import Design, DesignPicture
from credentials.standards.documents import Phrase, original, phrases, written

register = template.Library()

KEPT = 30  # signs; what is longer may be wider than a column
_CODE = re.compile(  # numbers of documents, codes, and files named after them
    r"(?<![\w-])(?=[A-Z0-9-]*\d)[A-Z0-9]+(?:-[A-Z0-9]+)+(?:\.[a-z0-9]+)*(?![\w-])"
)
_UNIT = re.compile(r"(?<=\d) (?=(?:ECTS|h|%)(?![\w%]))|(?<=§) (?=\d)")
_DAY = re.compile(r"(\d\.?\xa0[^\W\d]+\.?) (?=\d{4}(?!\d))")  # `written` keeps day and month whole


@register.simple_tag(takes_context=True)
def pair(context: template.Context, value: object, kind: str = "") -> SafeString:
    """Print paragraphs side by side, one a language; a text that is given once fills the line."""
    said = phrases(value, context["languages"])
    paragraphs = format_html_join("", "<p{}>{}</p>", ((_attributes(p), _lines(p)) for p in said))
    name = " ".join(filter(None, ("pair" if len(said) > 1 else "once", kind)))
    return format_html('<div class="{}">{}</div>', name, paragraphs) if said else SafeString("")


@register.simple_tag(takes_context=True)
def both(context: template.Context, value: object) -> SafeString:
    """Print a short text in each language inside a line; the style sheet says how they stand."""
    said = phrases(value, context["languages"])
    if len(said) == 1:
        return format_html('<span class="given"{}>{}</span>', _attributes(said[0]), _lines(said[0]))
    return format_html_join(
        SafeString('<span class="slash"> / </span>'),
        '<span class="tongue"{}>{}</span>',
        ((_attributes(p), _lines(p)) for p in said),
    )


@register.simple_tag(takes_context=True)
def in_a_row(context: template.Context, value: object) -> str:
    """Return a short text in all languages as plain text, for an attribute."""
    return " / ".join(phrase.text for phrase in phrases(value, context["languages"]))


@register.simple_tag(takes_context=True)
def given(context: template.Context, value: object) -> SafeString:
    """Print a name or a title once, as it was given; a number as the first language writes it."""
    languages = context["languages"]
    if isinstance(value, Decimal):
        return format_html("{}", written(value, languages[0]))
    phrase = original(value, languages)
    return format_html('<span class="given"{}>{}</span>', _attributes(phrase), _lines(phrase))


@register.simple_tag(name="phrase")
def print_phrase(value: Phrase) -> SafeString:
    """Print a phrase with its language and its direction."""
    return format_html("<span{}>{}</span>", _attributes(value), _lines(value))


@register.filter
def signature_of(design: Design, name: str) -> DesignPicture | None:
    """Return the picture of somebody's signature, None when there is none."""
    return design.signature_of(name)


@register.filter
def lines(text: str) -> SafeString:
    """Return a text with its line breaks, escaped; codes, quantities and days stay whole.

    Codes do by the style sheet and not by a sign: who copies one gets nothing but the code.
    """
    escaped = linebreaksbr(conditional_escape(text))
    spaced = _DAY.sub("\\1\N{NO-BREAK SPACE}", _UNIT.sub("\N{NO-BREAK SPACE}", escaped))
    return mark_safe(_CODE.sub(_whole, spaced))  # noqa: S308 - escaped above


def _whole(found: re.Match[str]) -> str:
    code = found[0]
    return code if len(code) > KEPT else f'<span class="whole">{code}</span>'


def _lines(phrase: Phrase) -> SafeString:
    return lines(phrase.text)


def _attributes(phrase: Phrase) -> SafeString:
    if not phrase.language:
        return SafeString("")
    if phrase.direction == "rtl":
        return format_html(' lang="{}" dir="rtl"', phrase.language)
    return format_html(' lang="{}"', phrase.language)
