"""The only place that gives and ends staff roles, and adds units."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from credentials.models import Institution, Membership, Role, Unit, User
from credentials.permissions import can_keep_records
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused


def registrars_of(institution: Institution) -> QuerySet[User]:
    """Return who keeps the records of a whole institution."""
    return User.objects.filter(
        memberships__role=Role.REGISTRAR,
        memberships__unit__institution=institution,
        memberships__unit__parent=None,
        is_active=True,
    )


def registrars_above(unit: Unit) -> QuerySet[User]:
    """Return who keeps the records of a unit: its own registrars, and those of units above it."""
    return User.objects.filter(
        memberships__role=Role.REGISTRAR,
        memberships__unit__in=unit.ids_from_root,
        is_active=True,
    ).distinct()


@change()
def appoint(unit: Unit, user: User, role: Role, *, by: User | None) -> Membership:
    """Give a role on a unit and on all below it; the same again changes nothing.

    `by` None: the command line, which appoints an institution's first registrar.
    """
    if by is not None:
        can_keep_records(by, unit.institution).require()
    membership, is_new = Membership.objects.get_or_create(user=user, unit=unit, role=role)
    if is_new:
        record(unit.institution, "appoint", by=by, text=str(membership))
    return membership


@change()
def dismiss(membership: Membership, *, by: User) -> None:
    """End a role; an institution keeps at least one registrar of the whole."""
    institution = lock(membership.unit.institution)
    can_keep_records(by, institution).require()
    registrars = Membership.objects.filter(
        unit__institution=institution,
        unit__parent=None,
        role=Role.REGISTRAR,
        user__is_active=True,
    )
    if not registrars.exclude(pk=membership.pk).exists():
        raise Refused(_("This is the last registrar. Appoint another one first."))
    record(institution, "dismiss", by=by, text=str(membership))
    membership.delete()


@change()
def add_unit(parent: Unit, name: dict[str, str], *, by: User) -> Unit:
    """Add a faculty, school or department below another unit."""
    can_keep_records(by, parent.institution).require()
    unit = Unit.objects.create(institution=parent.institution, parent=parent, name=name)
    record(parent.institution, "add-unit", by=by, text=str(unit))
    return unit
