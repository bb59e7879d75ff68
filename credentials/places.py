"""The only place that lists countries and languages for forms, in the reader's language."""

from collections.abc import Iterable

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from credentials.name_order import folded

# In CLDR, but groups, oceans or test codes rather than countries.
NOT_COUNTRIES = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}


def countries() -> list[tuple[str, str]]:
    """Return (ISO 3166-1 alpha-2, name), sorted by name, an empty choice first."""
    named = [
        (code, name)
        for code, name in _locale().territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    ]
    return [("", str(_("Choose a country"))), *_by_name(named)]


def languages() -> list[tuple[str, str]]:
    """Return (BCP 47 tag, name) of languages with two letters, by name, an empty choice first."""
    named = [(tag, name) for tag, name in _locale().languages.items() if len(tag) == 2]
    return [("", str(_("Not known"))), *_by_name(named)]


def country_name(code: str) -> str:
    """Return a country (ISO 3166-1, two letters) in the reader's language, else the code."""
    return _locale().territories.get(code.upper(), code)


def language_name(tag: str) -> str:
    """Return a language (BCP 47) in the reader's language, else the tag."""
    return _locale().languages.get(tag.split("-")[0].lower(), tag)


def _by_name(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Sort so that Österreich stands beside Oman, not behind Zypern."""
    return sorted(pairs, key=lambda pair: folded(pair[1]))


def _locale() -> Locale:
    return Locale.parse(get_language() or "en", sep="-")
