"""The only place that says words, dates, numbers and names in several languages at once.

Printed documents stand in a pair of languages, side by side. What gettext knows is said in
each of them; names, titles and texts written by people stay as they were given.
"""

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

import segno
from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.languages import get_official_languages
from babel.numbers import format_decimal
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from credentials.language import LanguageMap
from credentials.standards.design import PLAIN
from credentials.standards.facts import BodyFacts

Text = LanguageMap | str
"""Something a person wrote: in known languages (a language map) or in one that nobody noted."""

_LOCALES = {"en": "en_GB"}
_RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}


@dataclass(frozen=True, slots=True)
class Imprint:
    """What every printed document carries: who made it, when, and where anyone can check it.

    `verify_url` is the whole address that the QR code leads to, "" for a draft, which is not kept;
    `sha256` is the hash of the signed credential that the document prints, "" when there is none.
    """

    institution: BodyFacts
    number: str
    created: datetime
    code: str
    verify_url: str
    version: str = "1.0"
    signatory: str = ""
    capacity: Text = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text and the BCP 47 tag of its language, "" when that is not known."""

    language: str
    text: str

    @property
    def direction(self) -> str:
        """Return the writing direction, "rtl" or "ltr"."""
        return "rtl" if self.language.split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def in_each(languages: Sequence[str], make: Callable[[str], object]) -> dict[str, str]:
    """Return what `make(language)` says in each language, with gettext switched to it."""
    said = {}
    for language in languages:
        with translation.override(language):
            said[language] = str(make(language))
    return said


def phrases(value: object, languages: Sequence[str]) -> tuple[Phrase, ...]:
    """Return `value` in each of the languages, or once when it reads the same in all of them.

    A language map that lacks one of the languages is not half printed: it comes once, in its
    original language. Dates, numbers and gettext's lazy strings are written in each language.
    """
    if value is None or value == "":
        return ()
    if isinstance(value, Mapping):
        if not all(value.get(language) for language in languages):
            return tuple(p for p in [original(value, languages)] if p.text)
        said = {language: value[language] for language in languages}
    elif isinstance(value, (date, Decimal, int)):
        said = {language: written(value, language) for language in languages}
    elif isinstance(value, Promise):
        said = in_each(languages, lambda _language: value)
    else:
        return (Phrase("", str(value)),)
    if len(languages) > 1 and len(set(said.values())) == 1:
        return (Phrase("", said[languages[0]]),)
    return tuple(Phrase(language, text) for language, text in said.items())


def written(value: date | Decimal | int, language: str) -> str:
    """Return a date or a time's local date ("4 May 2004"), or a number ("4.5")."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if isinstance(value, date):
        day = format_date(value, "long", locale=locale_of(language))
        # Day and month stay on one line: "4 May", "4 de mayo".
        return day.replace(" ", "\N{NO-BREAK SPACE}", 2 if " de " in day else 1)
    return format_decimal(value, locale=locale_of(language))


def original(texts: Text, preferred: Sequence[str] = ()) -> Phrase:
    """Return a text in the first preferred language it has, else in the first one it has."""
    if isinstance(texts, str):
        return Phrase("", texts)
    for language in preferred:
        if texts.get(language):
            return Phrase(language, texts[language])
    return next((Phrase(tag, text) for tag, text in texts.items() if text), Phrase("", ""))


def name_of(body: BodyFacts, language: str) -> tuple[Phrase, str]:
    """Return a body's name in its own language, and its translation, "" when there is none.

    Its own language is an official one of its country. Proper names are never replaced by a
    translation (Diploma Supplement, 2.3).
    """
    own = original(body.name, get_official_languages(body.country, de_facto=True))
    other = body.name.get(language, "")
    return own, "" if other == own.text else other


def title_of(texts: LanguageMap, preferred: Sequence[str], language: str) -> tuple[Phrase, str]:
    """Return a title in its original language, and the bracketed translation, "" when none."""
    own = original(texts, preferred)
    other = texts.get(language, "") if not isinstance(texts, str) else ""
    if not other or other == own.text:
        return own, ""
    return own, _("%(title)s, unofficial translation") % {"title": other}


def country_name(code: str, language: str) -> str:
    """Return the name of a country (ISO 3166-1 alpha-2), the code itself when unknown."""
    return Locale.parse(locale_of(language)).territories.get(code.upper(), code)


def language_name(tag: str, language: str) -> str:
    """Return the name of a language (BCP 47), the tag itself when unknown, "" for ""."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(locale_of(language)) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def without_scheme(url: str) -> str:
    """Return an address as people read it aloud."""
    return url.removeprefix("https://").removeprefix("http://")


@lru_cache(maxsize=64)
def qr_code(url: str) -> str:
    """Return a QR code (ISO/IEC 18004, error level M) as a data URI of a small PNG."""
    image = io.BytesIO()
    segno.make(url, error="m", micro=False).save(image, kind="png", scale=4, border=2)
    return "data:image/png;base64," + base64.b64encode(image.getvalue()).decode()


def document_context(imprint: Imprint, languages: Sequence[str]) -> dict:
    """Return what `templates/pdf/_base.html` prints on every document."""
    own, _translation = name_of(imprint.institution, languages[0])
    names = [name_of(imprint.institution, language)[1] for language in languages]
    address = without_scheme(imprint.verify_url)
    place, slash, _code = address.removesuffix("/").rpartition("/")
    return {
        "imprint": imprint,
        "design": PLAIN,
        "languages": tuple(languages),
        "institution_name": own,
        "institution_translations": [name for name in names if name],
        "qr": qr_code(imprint.verify_url) if imprint.verify_url else "",
        "draft": "" if imprint.verify_url else _in_all(languages, lambda _l: _("Draft, not valid")),
        "verify_address": address,
        "verify_place": place + slash,
        "verify_code": address.removeprefix(place + slash),
        "check_sentences": in_each(languages, lambda _l: _check_sentence(imprint)),
        "page_word": _in_all(languages, lambda _l: _("Page")),
    }


def _in_all(languages: Sequence[str], make: Callable[[str], object]) -> str:
    return " / ".join(dict.fromkeys(in_each(languages, make).values()))


def _check_sentence(imprint: Imprint) -> str:
    return _("Anyone can check this document, without an account, with the code %(code)s:") % {
        "code": imprint.code
    }


def locale_of(language: str) -> str:
    """Return the name that babel gives the style of a language."""
    return _LOCALES.get(language, language.replace("-", "_"))
