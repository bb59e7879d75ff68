"""Courses as services keep them: written, frozen, renewed, and never half changed."""

from datetime import date
from decimal import Decimal

import pytest

from credentials.models import AuditEvent, CourseVersion, LearningOutcome, Role
from credentials.services import courses, outcomes
from credentials.services.outcomes import OutcomeRow
from credentials.states import PublishingState
from credentials.verdict import Refused, Stale
from tests.factories.catalogue import make_course_version
from tests.factories.people import (
    make_institution,
    make_registrar,
    make_staff,
    make_user,
    root_of,
)
from tests.factories.recognition import Way, make_line

pytestmark = pytest.mark.django_db

COMPLETE = {
    "ects": Decimal("5"),
    "eqf_level": 6,
    "assessment_type": "project",
    "assessment_criteria": {"en": "One project."},
    "participation_form": "online",
    "quality_assurance": "institution",
}


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def director(institution):
    return make_staff(institution, Role.COURSE_DIRECTOR)


@pytest.fixture
def draft(institution, director):
    return courses.create(root_of(institution), code="X-1", title={"en": "Maps"}, by=director)


def actions(thing):
    return list(AuditEvent.objects.filter(thing=str(thing.uuid)).values_list("action", flat=True))


def texts_of(version):
    return [(o.order, o.text, o.is_essential) for o in version.outcomes.all()]


# Writing


def test_create_begins_a_draft_that_says_what_is_missing(draft):
    assert (draft.number, draft.state, draft.search_text) == (1, "draft", " maps x 1 \n  ")
    assert draft.missing_elements() == [
        "outcomes",
        "workload",
        "level",
        "assessment_type",
        "assessment_criteria",
        "participation_form",
        "quality_assurance",
    ]
    assert actions(draft) == ["create"]


def test_create_refuses_a_code_that_is_taken(draft, institution, director):
    with pytest.raises(Refused, match="There is a course with the code X-1 already"):
        courses.create(root_of(institution), code=" X-1", title={"en": "Other"}, by=director)

    assert CourseVersion.objects.count() == 1


@pytest.mark.parametrize("role", [Role.TEACHER, None])
def test_create_refuses_others_than_directors_and_registrars(institution, role):
    user = make_staff(institution, role) if role else make_user()

    with pytest.raises(Refused, match="Only course directors and registrars"):
        courses.create(root_of(institution), code="X", title={"en": "Maps"}, by=user)


def test_create_refuses_registrars_of_another_institution(institution):
    stranger = make_registrar(make_institution())

    with pytest.raises(Refused, match="Only course directors and registrars"):
        courses.create(root_of(institution), code="X", title={"en": "Maps"}, by=stranger)


def test_edit_cleans_texts_and_writes_down_what_changed(draft, director):
    title = {"en": " Maps\u200e\u202e of air ", "de": "  ", "fr": "Cartes"}

    version = courses.edit(draft, by=director, title=title, ects=Decimal("2.5"))

    assert version.title == {"en": "Maps\u200e of air", "fr": "Cartes"}
    event = AuditEvent.objects.get(thing=str(draft.uuid), action="edit")
    assert event.text.text == "title, ects"


def test_edit_refuses_names_that_are_no_content(draft, director):
    with pytest.raises(TypeError, match="state"):
        courses.edit(draft, by=director, state="published")


def test_edit_orders_outcomes_and_keeps_their_identity(draft, director):
    courses.edit(draft, by=director, outcomes=[OutcomeRow({"en": t}) for t in ("A", "B", "C")])
    a, b, c = draft.outcomes.all()

    courses.edit(
        draft,
        by=director,
        outcomes=[
            OutcomeRow({"en": "C"}, True, str(c.uuid)),
            OutcomeRow({"en": "New"}, False),
            OutcomeRow({"en": "A, better"}, True, str(a.uuid)),
            OutcomeRow({"en": " "}, True, str(b.uuid)),
        ],
    )

    assert texts_of(draft) == [
        (1, {"en": "C"}, True),
        (2, {"en": "New"}, False),
        (3, {"en": "A, better"}, True),
    ]
    first, _new, last = draft.outcomes.all()
    assert (first.uuid, last.uuid) == (c.uuid, a.uuid)
    draft.refresh_from_db()
    assert draft.search_text == " maps x 1 \n c new a better "


def test_edit_ignores_the_id_of_an_outcome_of_another_course(draft, director, institution):
    foreign = make_course_version(institution).outcomes.first()

    courses.edit(draft, by=director, outcomes=[OutcomeRow({"en": "Mine"}, True, str(foreign.uuid))])

    foreign.refresh_from_db()
    assert foreign.text != {"en": "Mine"}
    assert draft.outcomes.get().uuid != foreign.uuid


def test_edit_leaves_the_essential_flag_to_the_course_director(draft, director, institution):
    registrar = make_registrar(institution)
    courses.edit(draft, by=director, outcomes=[OutcomeRow({"en": "A"}, False)])
    old = draft.outcomes.get()

    courses.edit(
        draft,
        by=registrar,
        outcomes=[OutcomeRow({"en": "A"}, True, str(old.uuid)), OutcomeRow({"en": "B"}, False)],
    )

    assert texts_of(draft) == [(1, {"en": "A"}, False), (2, {"en": "B"}, True)]


def test_edit_refuses_what_somebody_else_has_changed_since(draft, director):
    seen = courses.fingerprint(draft)
    courses.edit(draft, by=director, seen=seen, title={"en": "Mine"})

    with pytest.raises(Stale, match="Somebody changed this course"):
        courses.edit(draft, by=director, seen=seen, title={"en": "Yours"})

    draft.refresh_from_db()
    assert draft.title == {"en": "Mine"}


def test_edit_sent_twice_changes_once(draft, director):
    seen = courses.fingerprint(draft)
    rows = [OutcomeRow({"en": "A"})]

    for _time in range(2):
        courses.edit(draft, by=director, seen=seen, title={"en": "Mine"}, outcomes=rows)

    assert actions(draft) == ["create", "edit"]
    assert draft.outcomes.count() == 1


# Publishing


def test_publish_names_what_is_missing(draft, director):
    courses.edit(draft, by=director, **COMPLETE | {"eqf_level": None})

    with pytest.raises(Refused, match=r"Still missing: Learning outcomes, Level \(EQF\)\."):
        courses.publish(draft, by=director)


def test_publish_freezes_all_but_the_essential_flags(draft, director):
    courses.edit(draft, by=director, outcomes=[OutcomeRow({"en": "A"})], **COMPLETE)
    version = courses.publish(draft, by=director)

    with pytest.raises(Refused, match="stays as it is"):
        courses.edit(version, by=director, title={"en": "Other"})
    outcomes.choose_essential(version, [], by=director)

    assert texts_of(version) == [(1, {"en": "A"}, False)]
    assert actions(version) == ["create", "edit", "move", "choose-essential"]


def test_publish_twice_is_refused(draft, director):
    courses.edit(draft, by=director, outcomes=[OutcomeRow({"en": "A"})], **COMPLETE)
    courses.publish(draft, by=director)

    with pytest.raises(Refused, match="published already"):
        courses.publish(draft, by=director)


def test_publishing_a_new_version_retires_the_old_one(institution, director):
    first = make_course_version(institution)
    second = courses.renew(first, by=director)

    courses.publish(second, by=director)

    states = first.course.versions.order_by("number").values_list("number", "state")
    assert list(states) == [(1, PublishingState.RETIRED), (2, PublishingState.PUBLISHED)]


def test_renew_copies_what_is_said_and_the_outcomes(institution, director):
    first = make_course_version(institution)

    second = courses.renew(first, by=director)

    assert {name: getattr(second, name) for name in courses.CONTENT} == {
        name: getattr(first, name) for name in courses.CONTENT
    }
    assert texts_of(second) == texts_of(first)
    assert second.search_text == first.search_text
    assert set(second.outcomes.values_list("uuid")) & set(first.outcomes.values_list("uuid")) == (
        set()
    )


def test_renew_refuses_a_second_draft(institution, director):
    first = make_course_version(institution)
    courses.renew(first, by=director)

    with pytest.raises(Refused, match="There is a draft of this course already"):
        courses.renew(first, by=director)


def test_retire_leaves_nothing_published(institution, director):
    version = courses.retire(make_course_version(institution), by=director)

    assert version.state == PublishingState.RETIRED
    with pytest.raises(Refused, match="Only a published version"):
        courses.retire(version, by=director)


# Essential outcomes, teachers, dates


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.TEACHER])
def test_choose_essential_is_for_course_directors(institution, role):
    version = make_course_version(institution)

    with pytest.raises(Refused, match="The course director decides"):
        outcomes.choose_essential(version, [], by=make_staff(institution, role))


def test_choose_essential_waits_while_a_committee_compares():
    way = Way(make_line())
    way.complete()
    version = way.line.module.course_version
    director = make_staff(version.course.institution, Role.COURSE_DIRECTOR)

    with pytest.raises(Refused, match="A committee is comparing with this course"):
        outcomes.choose_essential(version, [], by=director)
    for step in (way.review, way.sign, way.notify):
        way.line.refresh_from_db()
        step()
    outcomes.choose_essential(version, [], by=director)

    assert not version.outcomes.filter(is_essential=True).exists()


def test_choose_essential_without_change_is_not_written_down(institution, director):
    version = make_course_version(institution)
    essential = version.outcomes.filter(is_essential=True).values_list("uuid", flat=True)

    outcomes.choose_essential(version, essential, by=director)

    assert actions(version) == []


def test_assign_teachers_writes_down_their_names(institution, director):
    course = make_course_version(institution).course
    teacher = make_user("Tomas Velden")

    courses.assign_teachers(course, [teacher], by=director)
    courses.assign_teachers(course, [teacher], by=director)

    assert list(course.teachers.all()) == [teacher]
    assert [e.text.text for e in AuditEvent.objects.filter(thing=str(course.uuid))] == [
        "Tomas Velden"
    ]


def test_schedule_replaces_the_dates(institution, director):
    version = make_course_version(institution)
    offering = {
        "starts_on": date(2027, 1, 11),
        "ends_on": None,
        "place": "Online",
        "price": "",
        "url": "",
    }

    for _time in range(2):
        courses.schedule(version, [offering], by=director)

    assert list(version.offerings.values(*courses.OFFERING)) == [offering]
    assert actions(version) == ["schedule"]


def test_deleting_an_outcome_never_touches_another_version(institution, director):
    first = make_course_version(institution)
    second = courses.renew(first, by=director)

    courses.edit(second, by=director, outcomes=[])

    assert LearningOutcome.objects.filter(course_version=first).count() == 4
