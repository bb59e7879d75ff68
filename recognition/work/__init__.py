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
from recognition.work.items import SHOWN, Group, Item, group_of, target_of
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
    """Return what waits for the user where they work, by role."""
    groups = [
        group_of(_("As a teacher"), as_teacher(user)),
        group_of(_("As a reviewer"), as_reviewer(user)),
        group_of(_("As an assessor"), as_assessor(user)),
        group_of(_("As a member of a committee"), as_member(user)),
        group_of(_("As chair of a committee"), as_chair(user)),
        group_of(_("As a course director"), as_director(user)),
        group_of(_("On an appeal body"), on_appeal_body(user)),
        group_of(_("As a registrar"), as_registrar(user)),
    ]
    return [group for group in groups if group.items]


def deadlines_of(user: User) -> dict[str, int]:
    """Count what is late and what will be within a week, of all lines the user works on."""
    lines = Line.objects.visible_to(user).exclude(case__applicant=user)
    return {"late": lines.late().count(), "soon": lines.due_soon().count()}
