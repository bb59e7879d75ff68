"""One thing that waits for somebody, and those of one role: see the package."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Expression, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import in_language
from credentials.models import Role, User
from recognition.models import CommitteeKind, Line, Objection
from recognition.models.committee import DECIDING

SHOWN = 25


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: a link that starts with a verb, what it is about, until when.

    `reference` names it in a mail, where nothing else may stand.
    """

    label: str
    url: str
    about: str
    due: date | None = None
    reference: str = ""

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()

    @property
    def is_close(self) -> bool:
        return (
            self.due is not None
            and not self.is_late
            and (self.due <= timezone.localdate() + timedelta(days=5))
        )


@dataclass(frozen=True, slots=True)
class More:
    """How many of one kind were not read, because so many others are due before them."""

    count: int


@dataclass(slots=True)
class Group:
    """The things one role has to do, those due first on top; `more` are not shown."""

    title: str
    items: list[Item] = field(default_factory=list)
    more: int = 0


class Duties:
    """What somebody does on the staff side, so that nothing is asked for a role they lack.

    `sit`: on a committee; `head`: as its chair or deputy; `judge`: on an appeal body; `keep`
    records as a registrar; `direct` courses. Two queries.
    """

    def __init__(self, user: User) -> None:
        roles = set(user.memberships.values_list("role", flat=True))
        seats = set(user.seats.current().values_list("role", "committee__kind"))
        self.sit = bool(seats)
        self.head = any(role in DECIDING for role, _kind in seats)
        self.judge = any(kind == CommitteeKind.APPEAL for _role, kind in seats)
        self.keep = Role.REGISTRAR in roles
        self.direct = Role.COURSE_DIRECTOR in roles


def group_of(title: str, found: Iterator[Item | More]) -> Group:
    items, unread = [], 0
    for one in found:
        if isinstance(one, More):
            unread += one.count
        else:
            items.append(one)
    ordered = sorted(items, key=lambda item: item.due or date.max)
    return Group(title, ordered[:SHOWN], max(0, len(ordered) - SHOWN) + unread)


def due_first(rows: QuerySet, due: Expression) -> tuple[list, More]:
    """Return the rows due first, as many as are shown, and how many more there are.

    One query, and a second one only where there are more. What has no day comes last.
    """
    ordered = rows.order_by(due.asc(nulls_last=True), *rows.model._meta.ordering)
    found = list(ordered[:SHOWN])
    return found, More(rows.count() - SHOWN if len(found) == SHOWN else 0)


def target_of(line: Line) -> str:
    """Name what a line aims at, "INF-204 Applied Data Analysis" or "Free electives"."""
    if line.module is None:
        return _("Free electives")
    return f"{line.module.code} {in_language(line.module.title)}"


def unread(lines: QuerySet[Line]) -> Iterator[Item]:
    """Lines on which the other side wrote something that was not read yet."""
    for line in lines.select_related("case", "module__course_version__course").distinct():
        yield Item(
            _("Read a message on %(reference)s") % {"reference": line.case},
            reverse("message-list", args=[line.uuid]),
            target_of(line),
        )


def with_lines(objections: QuerySet[Objection]) -> QuerySet[Objection]:
    return objections.select_related("line__case", "line__module__course_version__course")
