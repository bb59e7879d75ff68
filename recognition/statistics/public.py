"""The only place that counts for everybody: what each institution came to in a year that is over.

Stricter than what staff see: no groups inside an institution, more lines to be shown, and only
years that are over, so that nobody can subtract yesterday's numbers from today's.
"""

from dataclasses import replace
from datetime import date

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language

from recognition.models import Line
from recognition.statistics.lines import Period, counted_in, read
from recognition.statistics.tables import Groups, Table, measures

YEARS = 5
KEPT = 3600
SHOWN = (0, 1, 5, 6)


def years() -> list[int]:
    """Return the years that are published, the newest first."""
    this = timezone.localdate().year
    return list(range(this - 1, this - 1 - YEARS, -1))


def table_of(year: int) -> Table | None:
    """Return the totals of a year by institution, None when nothing was decided in it.

    Counted once an hour, as anybody may ask.
    """
    key = f"numbers-{year}-{get_language()}"
    return cache.get_or_set(key, lambda: _count(year), KEPT)


def _count(year: int) -> Table | None:
    period = Period(date(year, 1, 1), date(year, 12, 31))
    lines = read(counted_in(Line.objects.all(), period))
    if not lines:
        return None
    groups = Groups(lines, settings.STATISTICS_FEWEST_PUBLIC, by=("institution",))
    columns = measures()
    table = groups.table("institution", str(year), [columns[n] for n in SHOWN], plotted=1)
    return replace(table, slug=str(year))
