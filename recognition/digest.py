"""The only place that says what stands in a digest, and who gets one when.

Mails to learners are never bundled; a digest holds references, numbers and links, no contents.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from credentials.models import Institution, Mail, MailRhythm, User
from credentials.services import accounts, mails
from credentials.services.facts import address
from credentials.services.lifecycle import change
from recognition.calendar import is_working_day
from recognition.work import Group, Item, waiting_for_staff


@dataclass(frozen=True, slots=True)
class Share:
    """What waits for one role; `count` of all."""

    role: str
    count: int


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that is late or soon due; `reference` may be empty."""

    reference: str
    due_on: date
    url: str


def readers(now: datetime) -> QuerySet[User]:
    """Return whose digest is still to be looked at today, once the hour for it has come."""
    if timezone.localtime(now).hour < settings.DIGEST_HOUR:
        return User.objects.none()
    chosen = User.objects.filter(is_active=True, mail_rhythm=MailRhythm.DAILY)
    return chosen.exclude(digested_on=timezone.localdate(now)).order_by("pk")


@change()
def send(user: User, now: datetime) -> Mail | None:
    """Write the digest of today if something waits and somebody works today; at most one a day."""
    day = timezone.localdate(now)
    if not accounts.take_digest_of(user, day) or not _works_on(user, day):
        return None
    with translation.override(user.language):
        groups = waiting_for_staff(user)
    if not groups:
        return None
    items = [item for group in groups for item in group.items]
    shares = [Share(group.title, _count(group)) for group in groups]
    context = {
        "shares": shares,
        "count": sum(share.count for share in shares),
        "late": [_task(item) for item in items if item.is_late],
        "close": [_task(item) for item in items if item.is_close],
        "url": address("work"),
        "preferences_url": address("preferences-edit"),
    }
    return mails.write("digest", user, context)


def _count(group: Group) -> int:
    return len(group.items) + group.more


def _task(item: Item) -> Task:
    return Task(item.reference, item.due, settings.ADDRESS + item.url)


def _works_on(user: User, day: date) -> bool:
    """Whether it is a working day where the user works; one institution of theirs is enough."""
    found = Institution.objects.filter(
        Q(units__memberships__user=user) | Q(units__committees__seats__user=user)
    ).distinct()
    return any(is_working_day(day, one.country, one.subdivision) for one in found)
