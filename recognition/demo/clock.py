"""The only place that turns the clock back: the demonstration's history happened before today."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

real_now = timezone.now


@contextmanager
def days_ago(days: float) -> Iterator[datetime]:
    """Let everything inside happen so many days ago. Only for the single-threaded loader."""
    shift = timedelta(days=days)
    timezone.now = lambda: real_now() - shift
    try:
        yield timezone.now()
    finally:
        timezone.now = real_now
