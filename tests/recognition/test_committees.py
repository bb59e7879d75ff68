"""Committees: which one decides, who sits on it, for how long."""

from datetime import timedelta

import pytest
from django.utils import timezone

from credentials.models import Role, Unit
from credentials.verdict import Refused
from recognition.models import Committee, Seat, SeatRole
from recognition.permissions import conflicts
from recognition.services import committees
from tests.factories.awards import make_award, make_taught_course
from tests.factories.people import (
    make_institution,
    make_registrar,
    make_staff,
    make_user,
    root_of,
)
from tests.factories.recognition import make_case, make_committee, seated

pytestmark = pytest.mark.django_db


def make_unit(institution, parent=None) -> Unit:
    return Unit.objects.create(
        institution=institution, parent=parent or root_of(institution), name={"en": "School"}
    )


def test_covering_gives_the_nearest_committee_first():
    institution = make_institution()
    registrar = make_registrar(institution)
    school = make_unit(institution)
    department = make_unit(institution, school)
    elsewhere = make_unit(institution)
    all_units = make_committee(institution)
    own = committees.create(school, {"en": "School committee"}, by=registrar)
    committees.create(elsewhere, {"en": "Other"}, by=registrar)

    assert list(committees.covering(department)) == [own, all_units]
    assert list(committees.covering(root_of(institution))) == [all_units]


def test_a_unit_has_one_committee():
    institution = make_institution()
    registrar = make_registrar(institution)

    first = committees.create(root_of(institution), {"en": "One"}, by=registrar)
    again = committees.create(root_of(institution), {"en": "Two"}, by=registrar)

    assert first == again
    assert Committee.objects.get().name == {"en": "One"}


def test_only_registrars_of_the_unit_create_and_seat():
    institution = make_institution()
    school = make_unit(institution)
    committee = make_committee(institution)
    strangers = [
        make_registrar(make_institution()),
        make_staff(institution, Role.REGISTRAR, unit=school),
        make_staff(institution, Role.TEACHER),
        seated(committee, SeatRole.CHAIR)[0],
    ]

    for user in strangers:
        with pytest.raises(Refused, match="Only registrars"):
            committees.create(root_of(institution), {"en": "One"}, by=user)
        with pytest.raises(Refused, match="Only registrars"):
            committees.seat(committee, make_user(), by=user)
        with pytest.raises(Refused, match="Only registrars"):
            committees.end_term(committee.seats.first(), by=user)


def test_a_second_chair_is_refused_until_the_term_of_the_first_ends():
    institution = make_institution()
    registrar = make_registrar(institution)
    committee = make_committee(institution)
    newcomer = make_user()

    with pytest.raises(Refused, match="has a chair"):
        committees.seat(committee, newcomer, role=SeatRole.CHAIR, by=registrar)
    committees.end_term(committee.seats.get(role=SeatRole.CHAIR), by=registrar)
    committees.seat(committee, newcomer, role=SeatRole.CHAIR, by=registrar)

    current = committee.seats.current().filter(role=SeatRole.CHAIR)
    assert [place.user for place in current] == [newcomer]


def test_seating_somebody_again_changes_the_seat():
    institution = make_institution()
    registrar = make_registrar(institution)
    committee = make_committee(institution, members=1)
    member = seated(committee)[0]

    committees.seat(committee, member, role=SeatRole.DEPUTY, group="Students", by=registrar)

    place = Seat.objects.get(user=member)
    assert (place.role, place.group) == (SeatRole.DEPUTY, "Students")


def test_terms_bound_a_seat():
    institution = make_institution()
    registrar = make_registrar(institution)
    committee = committees.create(root_of(institution), {"en": "One"}, by=registrar)
    today = timezone.localdate()
    day = timedelta(days=1)
    terms = {
        "past": (None, today - day),
        "last day": (None, today),
        "first day": (today, None),
        "future": (today + day, None),
    }
    for name, (since, until) in terms.items():
        committees.seat(committee, make_user(name), since=since, until=until, by=registrar)

    assert sorted(place.user.name for place in committee.seats.current()) == [
        "first day",
        "last day",
    ]


def test_impartial_seats_leave_out_applicant_and_teachers(django_assert_num_queries):
    version = make_taught_course()
    award = make_award(version=version)
    line = make_case(applicant=award.learner.user, sources=[award.credential]).lines.get()
    committee = Committee.objects.get(unit__institution=line.case.institution)
    registrar = make_registrar(line.case.institution)
    committees.seat(committee, line.case.applicant, by=registrar)
    teacher, colleague, *_rest = seated(committee)
    version.course.teachers.add(teacher)

    with django_assert_num_queries(3):
        found = {place.user for place in committees.impartial_seats(committee, line)}

    assert line.case.applicant not in found
    assert teacher not in found
    assert colleague in found
    assert conflicts(line, [teacher, colleague]) == {
        teacher.pk: "Taught or awarded what is put forward here, or works where it was awarded."
    }


def test_who_awarded_the_source_is_not_impartial():
    version = make_taught_course()
    award = make_award(version=version)
    version.course.teachers.clear()
    line = make_case(applicant=award.learner.user, sources=[award.credential]).lines.get()

    assert set(conflicts(line, [award.awarded_by])) == {award.awarded_by.pk}
