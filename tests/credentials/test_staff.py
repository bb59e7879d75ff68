"""Staff roles: given and ended by registrars of the whole institution, never the last of them."""

import pytest

from credentials.models import AuditEvent, Membership, Role, Unit
from credentials.permissions import holds
from credentials.services import staff
from credentials.verdict import Refused
from tests.factories.people import (
    make_institution,
    make_registrar,
    make_staff,
    make_user,
    root_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def registrar(institution):
    return make_registrar(institution)


def test_role_holds_for_the_unit_and_what_lies_below_it(institution, registrar):
    faculty = staff.add_unit(root_of(institution), {"en": "Faculty"}, by=registrar)
    school = staff.add_unit(faculty, {"en": "School"}, by=registrar)
    other = staff.add_unit(root_of(institution), {"en": "Other"}, by=registrar)
    person = make_user()

    staff.appoint(faculty, person, Role.TEACHER, by=registrar)

    found = [holds(person, unit, Role.TEACHER) for unit in (faculty, school, other)]
    assert found == [True, True, False]
    assert not holds(person, faculty, Role.REGISTRAR)


def test_role_is_given_once_and_written_down_once(institution, registrar):
    person = make_user()

    for _ in range(2):
        staff.appoint(root_of(institution), person, Role.TEACHER, by=registrar)

    assert person.memberships.count() == 1
    assert AuditEvent.objects.filter(action="appoint").count() == 1


def test_role_that_ended_gives_nothing_any_more(institution, registrar):
    person = make_staff(institution, Role.TEACHER)

    staff.dismiss(person.memberships.get(), by=registrar)

    assert not holds(person, root_of(institution), Role.TEACHER)


def test_last_registrar_cannot_be_dismissed(institution, registrar):
    membership = registrar.memberships.get()

    with pytest.raises(Refused, match="last registrar"):
        staff.dismiss(membership, by=registrar)

    assert Membership.objects.filter(pk=membership.pk).exists()


@pytest.mark.parametrize("kind", ["below", "elsewhere", "inactive"])
def test_registrar_who_cannot_keep_the_whole_does_not_count_as_another(
    institution, registrar, kind
):
    if kind == "below":
        unit = Unit.objects.create(institution=institution, parent=root_of(institution), name={})
        make_staff(institution, Role.REGISTRAR, unit=unit)
    elif kind == "elsewhere":
        make_registrar(make_institution())
    else:
        make_staff(institution, Role.REGISTRAR, is_active=False)

    with pytest.raises(Refused, match="last registrar"):
        staff.dismiss(registrar.memberships.get(), by=registrar)


def test_one_of_two_registrars_may_go(institution, registrar):
    other = make_registrar(institution)

    staff.dismiss(other.memberships.get(), by=registrar)

    assert list(Membership.objects.filter(role=Role.REGISTRAR)) == [registrar.memberships.get()]


def test_roles_and_units_are_given_by_registrars_of_the_whole_only(institution):
    root = root_of(institution)
    unit = Unit.objects.create(institution=institution, parent=root, name={"en": "Informatics"})
    membership = make_staff(institution, Role.TEACHER).memberships.get()
    for user in (
        make_user(),
        make_staff(institution, Role.COURSE_DIRECTOR),
        make_staff(institution, Role.REGISTRAR, unit=unit),
        make_registrar(make_institution()),
    ):
        with pytest.raises(Refused):
            staff.appoint(unit, user, Role.REGISTRAR, by=user)
        with pytest.raises(Refused):
            staff.dismiss(membership, by=user)
        with pytest.raises(Refused):
            staff.add_unit(root, {"en": "Mine"}, by=user)

    assert Membership.objects.filter(pk=membership.pk).exists()
