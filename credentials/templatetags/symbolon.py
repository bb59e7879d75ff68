"""The only place that turns values into the portal's signs: tokens, icons, numbers, dates."""

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credentials import days, places
from credentials.days import NO_BREAK_SPACE
from credentials.language import LanguageMap, language_of
from credentials.language import in_language as text_in_language

register = template.Library()

# Line icons on a grid of 20, drawn for this portal.
ICONS = {
    "check": '<path d="M4 10.5l4 4 8-9"/>',
    "cross": '<path d="M5 5l10 10M15 5L5 15"/>',
    "clock": '<circle cx="10" cy="10" r="7.5"/><path d="M10 5.5V10l3 2"/>',
    "info": '<circle cx="10" cy="10" r="7.5"/><path d="M10 9v5M10 6v.5"/>',
    "warning": '<path d="M10 3L18 17H2Z M10 8v4 M10 14v.6"/>',
    "lock": '<path d="M4.5 9h11v8h-11zM7 9V6.5a3 3 0 0 1 6 0V9"/>',
    "pencil": '<path d="M4 16l1-4 8-8 3 3-8 8zM11 6l3 3"/>',
    "dash": '<path d="M4 10h12"/>',
    "differs": '<path d="M3 7h14M3 13h14M13 3L7 17"/>',
    "open": '<circle cx="10" cy="10" r="7" stroke-dasharray="2.5 2.4"/>',
    "file": '<path d="M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5"/>',
    "link": '<path d="M8.5 11.5l3-3M7 9l-2 2a3 3 0 0 0 4 4l2-2M13 11l2-2a3 3 0 0 0-4-4L9 7"/>',
    "help": (
        '<circle cx="10" cy="10" r="7.5"/>'
        '<path d="M7.8 8a2.3 2.3 0 1 1 3.2 2.1c-.7.3-1 .8-1 1.4M10 14v.4"/>'
    ),
}

_LEFT = "A15 15 0 0 0 12 30.46V20.8L18 12.8Z"
_HALVES = f"M18 1.13{_LEFT}", "M20 1.54A15 15 0 0 1 14 30.87V21.2L20 13.2Z"
_RING = '<circle cx="16" cy="16" r="13.5" fill="none" stroke="currentColor" stroke-width="3"{}/>'

# The token of two halves: whole, joined, half shown, empty, unknown, apart.
TOKENS = {
    "whole": '<circle cx="16" cy="16" r="15" fill="currentColor"/>',
    "joined": f'<path fill="currentColor" d="{_HALVES[0]}{_HALVES[1]}"/>',
    "half": (
        '<path fill="currentColor" d="M17 1.04A15 15 0 0 0 11 30.14V20.5L17 12.5Z"/>'
        '<path fill="currentColor" fill-rule="evenodd" d="M21 1.86A15 15 0 0 1 15 30.97V21.5L21 '
        '13.5ZM24 7.06V14.5L18 22.5V27.83A12 12 0 0 0 24 7.06Z"/>'
    ),
    "ring": _RING.format(""),
    "dashed": _RING.format(' stroke-dasharray="4.5 4"'),
    "none": '<path fill="none" stroke="currentColor" stroke-width="3" d="M6 16h20"/>',
    "apart": (
        f'<path fill="currentColor" d="{_HALVES[0]}" transform="translate(2 3)"/>'
        f'<path fill="currentColor" d="{_HALVES[1]}" transform="translate(9 7) rotate(9 16 16)"/>'
    ),
}

TOKEN_OF_RATING = {
    "FULL": "whole",
    "SUBSTANTIAL": "joined",
    "PARTIAL": "half",
    "NOT_MET": "ring",
    "NOT_EVIDENCED": "dashed",
    "NOT_APPLICABLE": "none",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a line icon; it is hidden from screen readers, so a word must stand beside it."""
    return mark_safe(  # noqa: S308 (the drawings are constants above)
        '<svg viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{ICONS[name]}</svg>'
    )


@register.simple_tag
def token(name: str) -> SafeString:
    """Draw the two-halves token in one of its shapes: see TOKENS."""
    box = "0 0 44 40" if name == "apart" else "0 0 32 32"
    return mark_safe(  # noqa: S308
        f'<svg viewBox="{box}" aria-hidden="true">{TOKENS[name]}</svg>'
    )


@register.simple_tag
def mark() -> SafeString:
    """Draw the brand mark: one half solid, one half outlined."""
    return token("half")


@register.simple_tag
def step_glyph(rating: str) -> SafeString:
    """Draw the token of one of the six ratings; lower or upper case."""
    return token(TOKEN_OF_RATING[str(rating).upper()])


@register.simple_tag
def state_tag(label: object, kind: str = "", icon_name: str = "") -> SafeString:
    """Show a state: word, icon, colour. kind: ok, warn, bad, info or "" (neutral).

    Without `icon_name` each kind has its own icon, so that colour is never alone.
    """
    own = {"ok": "check", "warn": "warning", "bad": "cross", "info": "clock", "": "open"}
    drawing = icon(icon_name or own[kind])
    return format_html(
        '<span class="{}">{}<span>{}</span></span>', f"state {kind}".strip(), drawing, label
    )


@register.simple_tag
def tally(got: int, total: int) -> SafeString:
    """Draw `got` of `total` as a row of small boxes; the figure itself must stand beside it."""
    if total > 26:
        filled = Decimal(104 * got / total).quantize(Decimal("0.1"))
        boxes: Iterable = [("got", "0.5", "0.5", filled, 11)] if got else []
        frame = [("not", "0.5", "1", "103", 10)]
        return _tally_svg([*frame, *boxes], 104)
    pitch = 8 if total <= 13 else Decimal(104) / max(total, 1)
    width = pitch * Decimal("0.625")
    boxes = [
        ("got", f"{n * pitch + Decimal('0.5'):.1f}", "0.5", f"{width:.1f}", 11)
        if n < got
        else ("not", f"{n * pitch + 1:.1f}", "1", f"{width - 1:.1f}", 10)
        for n in range(total)
    ]
    return _tally_svg(boxes, min(total * 8, 104))


def _tally_svg(boxes: Iterable, width: int) -> SafeString:
    rects = format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', boxes)
    return format_html(
        '<svg viewBox="0 0 {0} 12" width="{0}" aria-hidden="true">{1}</svg>', width, rects
    )


@register.simple_block_tag
def crumbs(content: SafeString) -> SafeString:
    """Put list items with the pages above this one into a breadcrumb."""
    return format_html(
        '<nav class="crumbs no-print" aria-label="{}"><ol role="list">{}</ol></nav>',
        _("Breadcrumb"),
        content,
    )


@register.simple_tag
def stack(pieces: Iterable[tuple[object, str]], label: str) -> SafeString:
    """Draw pieces of a larger credential as one broken token.

    Each piece is (ECTS, state) with state "has", "this" or "open"; `label` says the same in words.
    """
    pieces = [(Decimal(str(ects)), state) for ects, state in pieces]
    total = sum(ects for ects, _ in pieces) or Decimal(1)
    # A piece is never drawn narrower than a tenth, so that its figure has room.
    weights = [max(ects / total, Decimal("0.1")) for ects, _ in pieces]
    edge, drawn = 0.0, []
    for number, ((ects, state), weight) in enumerate(zip(pieces, weights, strict=True)):
        start, edge = edge, edge + float(480 * weight / sum(weights))
        first, last = number == 0, number == len(pieces) - 1
        left = "M38 2" if first else f"M{start + 9:.1f} 2"
        right = "H442A34 34 0 0 1 442 70" if last else f"H{edge + 3:.1f}V28L{edge - 9:.1f} 44V70"
        back = "H38A34 34 0 0 1 38 2Z" if first else f"H{start - 3:.1f}V44L{start + 9:.1f} 28Z"
        middle = (start + edge) / 2
        drawn.append(
            (state, left + right + back, f"{middle:.0f}", _text_class(state), number_text(ects))
        )
    shapes = format_html_join("", '<path class="{}" d="{}"/><text x="{}" y="42"{}>{}</text>', drawn)
    return format_html(
        '<svg class="stack" viewBox="0 0 480 72" role="img" aria-label="{}">{}</svg>', label, shapes
    )


def _text_class(state: str) -> str:
    return mark_safe(' class="has-text"') if state == "has" else ""


@register.filter
def in_language(texts: LanguageMap | str | None) -> str:
    """Return content in the reader's language, see credentials/language.py."""
    return text_in_language(texts)


@register.filter
def lang_attr(texts: LanguageMap | str | None) -> str:
    """Return ` lang="de"` when content stands in another language than the page, else "".

    Use it where `in_language` is used: <h1{{ title|lang_attr }}>{{ title|in_language }}</h1>
    """
    tag = language_of(texts)
    if not tag or tag.split("-")[0] == (get_language() or "en").split("-")[0]:
        return ""
    return format_html(' lang="{}"', tag)


@register.simple_tag
def signed_as(texts: LanguageMap, language: str) -> SafeString:
    """Say beneath a translation how the text stands in `language`, which is what was signed."""
    signed = texts.get(language, "")
    if not signed or signed == text_in_language(texts):
        return mark_safe("")
    return format_html(
        '<small>{} <span lang="{}">{}</span></small>', _("signed as:"), language, signed
    )


def number_text(value: object) -> str:
    amount = Decimal(str(value)).normalize()
    decimals = max(0, -amount.as_tuple().exponent)
    return formats.number_format(amount, decimal_pos=decimals)


@register.filter
def number(value: object) -> str:
    """Return a number without trailing zeros, in the reader's way: 4.5 or 4,5; "" for None."""
    return "" if value in (None, "") else number_text(value)


@register.filter
def ects(value: object) -> str:
    """Return credits with their unit, never broken over two lines: "4.5 ECTS"; "" for None."""
    text = number(value)
    return f"{text}{NO_BREAK_SPACE}ECTS" if text else ""


for day_in_words in (days.shortdate, days.longdate, days.daymonth):
    register.filter(day_in_words)


@register.filter
def country_name(code: str) -> str:
    """Return a country (ISO 3166-1, two letters) in the reader's language, else the code."""
    return places.country_name(code or "")


@register.filter
def language_name(code: str) -> str:
    """Return a language (BCP 47) in the reader's language, else the code."""
    return places.language_name(code or "")


@register.simple_tag(takes_context=True)
def query_without(context: template.Context, name: str, value: object = None) -> str:
    """Return this page's query string without one chosen filter (or all of `name`), from page 1."""
    query = context["request"].GET.copy()
    kept = [] if value is None else [v for v in query.getlist(name) if v != str(value)]
    query.setlist(name, kept)
    for key in [key for key in query if key == "page" or not query.getlist(key)]:
        del query[key]
    return "?" + query.urlencode()


@register.simple_tag
def page_numbers(page: Page) -> list:
    """Return the page numbers to link, with gaps, around the current one."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.simple_tag
def form_errors(form: object) -> list[tuple[str, str]]:
    """Return (id of the control, message) for each error of a form, formset or list of both."""
    if not form:
        return []
    if isinstance(form, BaseForm):
        return list(_errors_of(form))
    members = list(getattr(form, "forms", form))
    found = [("", str(text)) for text in getattr(form, "non_form_errors", list)()]
    return found + [pair for member in members for pair in form_errors(member)]


def _errors_of(form: BaseForm) -> Iterable[tuple[str, str]]:
    for text in form.non_field_errors():
        yield "", str(text)
    for bound in form:
        # A group of choices has no control of its own: lead to the first choice.
        target = bound.id_for_label or f"{bound.auto_id}_0"
        for text in bound.errors:
            yield ("" if bound.is_hidden else target), f"{str(bound.label).rstrip('.:')}: {text}"
