"""The only place that counts working days and the time a committee has used.

The day of an event never counts, the day after is the first (as in section 187 (1) of the
German Civil Code): a decision due 20 working days after completeness may use 20 full days.
Holidays come from the package `holidays`; weekends too, since they differ between countries.
"""

from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

import holidays
from django.utils.translation import gettext as _

DAY = timedelta(days=1)


class CalendarError(ValueError):
    """A country, a part of it, or a span of days that no calendar can have."""


@lru_cache(maxsize=128)
def _holidays(country: str, subdivision: str) -> holidays.HolidayBase:
    try:
        return holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        place = f"{country}-{subdivision}" if subdivision else country
        raise CalendarError(
            _(
                "No public holidays are known for “%(place)s”. "
                "Give an ISO 3166 code such as DE or DE-HE."
            )
            % {"place": place}
        ) from None


def is_working_day(day: date, country: str, subdivision: str = "") -> bool:
    """Tell whether `day` is a working day in `country` (ISO 3166-1) and part (ISO 3166-2).

    Raises CalendarError for a place the calendar does not know.
    """
    return _holidays(country, subdivision).is_working_day(day)


def add_working_days(start: date, days: int, country: str, subdivision: str = "") -> date:
    """Return the day that is `days` working days after `start`; 0 gives `start` itself.

    Raises CalendarError for a negative number or an unknown place.
    """
    if days < 0:
        raise CalendarError(_("A number of working days cannot be negative."))
    return Clock(start, days, country, subdivision).due_on(start)


def last_day(start: date, days: int, country: str, subdivision: str = "") -> date:
    """Return the last day of a period of `days` calendar days after `start`.

    One that would end on a day off ends on the next working day (as in section 193 of the German
    Civil Code). Raises CalendarError for a negative number or an unknown place.
    """
    if days < 0:
        raise CalendarError(_("A number of days cannot be negative."))
    day = start + days * DAY
    while not is_working_day(day, country, subdivision):
        day += DAY
    return day


def add_months(start: date, months: int) -> date:
    """Return the same day `months` months later, the last of the month where it has no such day."""
    year, month = divmod(start.month - 1 + months, 12)
    first = start.replace(year=start.year + year, month=month + 1, day=1)
    return first.replace(day=min(start.day, monthrange(first.year, first.month)[1]))


def working_days_between(start: date, end: date, country: str, subdivision: str = "") -> int:
    """Return how many working days lie after `start` up to and including `end`.

    Negative when `end` is before `start`. Raises CalendarError for an unknown place.
    """
    if end < start:
        return -working_days_between(end, start, country, subdivision)
    whole_years = sum(
        _worked(year, country, subdivision)[-1] for year in range(start.year, end.year)
    )
    return (
        whole_years
        + _worked(end.year, country, subdivision)[end.timetuple().tm_yday]
        - _worked(start.year, country, subdivision)[start.timetuple().tm_yday]
    )


@lru_cache(maxsize=512)
def _worked(year: int, country: str, subdivision: str) -> tuple[int, ...]:
    """Return how many working days of a year have passed at the end of its n-th day, from 0."""
    days = (date(year, 1, 1) + n * DAY for n in range(365 + isleap(year)))
    return tuple(accumulate((is_working_day(day, country, subdivision) for day in days), initial=0))


@dataclass(frozen=True, slots=True)
class Clock:
    """The time a committee has: it starts at completeness and pauses while others must act.

    `limit` in working days. A pause is (from, to); to is None while it lasts. The day a pause
    begins still counts, the day it ends does not. Overlapping pauses count once.
    Raises CalendarError for a negative limit, a pause that ends before it begins, or an unknown
    place.
    """

    started_on: date
    limit: int
    country: str
    subdivision: str = ""
    pauses: tuple[tuple[date, date | None], ...] = ()

    def __post_init__(self) -> None:
        if self.limit < 0:
            raise CalendarError(_("A number of working days cannot be negative."))
        if any(to is not None and to < since for since, to in self.pauses):
            raise CalendarError(_("A pause cannot end before it begins."))
        _holidays(self.country, self.subdivision)

    def _counts(self, day: date, today: date) -> bool:
        """Tell whether `day` uses time, as if a pause that still lasts ended today."""
        paused = any(since < day <= (today if to is None else to) for since, to in self.pauses)
        return not paused and is_working_day(day, self.country, self.subdivision)

    def used(self, today: date) -> int:
        """Return the working days used up to and including `today`; it never falls."""
        used = max(working_days_between(self.started_on, today, self.country, self.subdivision), 0)
        reached = self.started_on
        for since, to in sorted((since, to or today) for since, to in self.pauses):
            since, to = max(since, reached), min(to, today)
            if since < to:
                used -= working_days_between(since, to, self.country, self.subdivision)
                reached = to
        return used

    def due_on(self, today: date) -> date:
        """Return the last day in time, as if a pause that still lasts ended today."""
        day, left = self.started_on, self.limit
        while left > 0:
            day += DAY
            left -= self._counts(day, today)
        return day
