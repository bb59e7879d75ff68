"""The only place that lists countries and languages for forms, in the reader's language."""

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("en", "de", "es", "fr", "it", "pt", "nl", "pl", "cs", "da", "sv", "fi", "el", "uk")


def countries() -> list[tuple[str, str]]:
    """Return (ISO 3166-1 alpha-2, name), sorted by name, an empty choice first."""
    territories = _locale().territories
    named = [
        (code, name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    ]
    return [("", _("Choose a country")), *sorted(named, key=lambda pair: pair[1])]


# In CLDR, but groups, oceans or test codes rather than countries.
NOT_COUNTRIES = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}


def languages() -> list[tuple[str, str]]:
    """Return (BCP 47 tag, name) of the languages one can choose, an empty choice first."""
    names = _locale().languages
    return [("", _("Not known")), *sorted(((t, names[t]) for t in LANGUAGES), key=lambda p: p[1])]


def _locale() -> Locale:
    return Locale.parse(get_language() or "en", sep="-")
