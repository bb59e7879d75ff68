"""The only place that writes days and months in words, in the reader's language."""

import datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NO_BREAK_SPACE = "\u00a0"


def _locale() -> Locale:
    """Return the reader's locale; English is that of Europe: day before month."""
    language = (get_language() or "en").split("-")[0]
    try:
        return Locale.parse("en_GB" if language == "en" else language)
    except UnknownLocaleError:
        return Locale.parse("en_GB")


def _day(value: datetime.date) -> datetime.date:
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _unbroken(text: str) -> str:
    return text.replace(" ", NO_BREAK_SPACE)


def shortdate(value: datetime.date | None) -> str:
    """Return a date for tables: "26 Jun 2026", "26.06.2026"; "" for None."""
    return _unbroken(format_date(_day(value), "medium", _locale())) if value else ""


def longdate(value: datetime.date | None) -> str:
    """Return a date for sentences: "26 June 2026", "26. Juni 2026"; "" for None."""
    return _unbroken(format_date(_day(value), "long", _locale())) if value else ""


def daymonth(value: datetime.date | None) -> str:
    """Return a date of this year for timelines: "26 June", "26. Juni"; "" for None."""
    return _unbroken(format_skeleton("MMMMd", _day(value), locale=_locale())) if value else ""


def month_name(value: datetime.date) -> str:
    """Return a month for tables: "September 2026"."""
    return _unbroken(format_skeleton("yMMMM", value, locale=_locale()))


def not_between(day: datetime.date, first: datetime.date, last: datetime.date) -> str:
    """Return that a day must lie between two others, both included; "" when it does."""
    if first <= day <= last:
        return ""
    return _("Choose a day from %(first)s to %(last)s.") % {
        "first": longdate(first),
        "last": longdate(last),
    }
