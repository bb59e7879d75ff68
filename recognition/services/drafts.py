"""The only place that lets each person have one draft made at a time; each takes a process."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.utils.translation import gettext as _

from credentials.models import User
from credentials.pdf import DRAFT_SECONDS
from credentials.verdict import Refused


class Busy(Refused):
    """The last draft of the same person is still being made."""


@contextmanager
def one_at_a_time(user: User) -> Iterator[None]:
    """Make a draft inside of this; raises `Busy` while another one of the same person is made."""
    busy = f"draft:{user.pk}"
    if not cache.add(busy, True, DRAFT_SECONDS):
        raise Busy(_("Your last preview is still being made. Try again in a moment."))
    try:
        yield
    finally:
        cache.delete(busy)
