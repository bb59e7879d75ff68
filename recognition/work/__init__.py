"""The only place that knows what waits for a person, in all their roles: "Your work"."""

from django.utils.translation import gettext as _

from credentials.models import User
from recognition.models import Line
from recognition.work.committee import (
    as_assessor,
    as_chair,
    as_director,
    as_member,
    as_reviewer,
    on_appeal_body,
)
from recognition.work.items import SHOWN, Duties, Group, Item, group_of, target_of
from recognition.work.learner import as_learner, as_teacher
from recognition.work.registrar import as_registrar

__all__ = [
    "SHOWN",
    "Group",
    "Item",
    "deadlines_of",
    "target_of",
    "waiting_for",
    "waiting_for_staff",
]


def waiting_for(user: User) -> list[Group]:
    """Return what waits for the user, by role; roles with nothing to do are left out.

    A constant number of queries, whatever there is to do.
    """
    own = group_of(_("As a learner"), as_learner(user))
    return [group for group in (own,) if group.items] + waiting_for_staff(user)


def waiting_for_staff(user: User) -> list[Group]:
    """Return what waits for the user where they work, by role; a role they lack is not asked."""
    does = Duties(user)
    found = [
        (_("As a teacher"), True, as_teacher(user)),
        (_("As a reviewer"), does.sit, as_reviewer(user)),
        (_("As an assessor"), True, as_assessor(user)),
        (_("As a member of a committee"), does.sit, as_member(user)),
        (_("As chair of a committee"), does.head or does.keep, as_chair(user, does)),
        (_("As a course director"), does.head or does.direct, as_director(user, does)),
        (_("On an appeal body"), does.judge, on_appeal_body(user)),
        (_("As a registrar"), does.head or does.keep, as_registrar(user, does)),
    ]
    groups = [group_of(title, items) for title, is_asked, items in found if is_asked]
    return [group for group in groups if group.items]


def deadlines_of(user: User) -> dict[str, int]:
    """Count what is late and what will be within a week, of all lines the user works on."""
    lines = Line.objects.of_others_visible_to(user)
    return lines.deadlines()
