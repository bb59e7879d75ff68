"""One thing that waits for somebody, and those of one role: see the package."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import in_language
from recognition.models import Line, Objection

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


@dataclass(slots=True)
class Group:
    """The things one role has to do, those due first on top; `more` are not shown."""

    title: str
    items: list[Item] = field(default_factory=list)
    more: int = 0


def group_of(title: str, items: Iterator[Item]) -> Group:
    ordered = sorted(items, key=lambda item: item.due or date.max)
    return Group(title, ordered[:SHOWN], max(0, len(ordered) - SHOWN))


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
