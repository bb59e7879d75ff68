"""The pages of courses: for students, and for those who keep the catalogue."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from credentials.models import CourseVersion, Enrolment, Institution, RecognitionSummary, Role
from credentials.services import courses
from credentials.states import ClaimState, PublishingState
from tests.factories.awards import make_award, make_claim, make_student, make_taught_course
from tests.factories.catalogue import make_course_version, make_module, make_programme_version
from tests.factories.people import (
    make_awarding_body,
    make_institution,
    make_learner,
    make_registrar,
    make_staff,
    make_user,
    root_of,
)
from tests.factories.recognition import make_line

pytestmark = pytest.mark.django_db

VERSION_PAGES = (
    "manage",
    "edit",
    "publish",
    "retire",
    "renew",
    "essential",
    "teachers",
    "offerings",
)


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def director(institution):
    return make_staff(institution, Role.COURSE_DIRECTOR)


@pytest.fixture
def draft(institution):
    return CourseVersion.objects.get(pk=make_course_version(institution, published=False).pk)


@pytest.fixture
def staff(client, director):
    client.force_login(director)
    return client


def page_of(client, version, **query):
    return client.get(reverse("course-detail", args=[version.uuid]), query)


def text_of(answer):
    return " ".join(answer.content.decode().split())


def editor_data(client, version, **changes):
    """What the browser would send from the editor as it stands, with changes."""
    answer = client.get(reverse("course-edit", args=[version.uuid]))
    form, rows = answer.context["form"], answer.context["rows"]
    data = {field.html_name: field.value() for field in (*form, *rows.management_form)}
    for row in rows:
        data |= {field.html_name: field.value() for field in row}
    data |= changes
    return {name: value for name, value in data.items() if value not in (None, False)}


def send_editor(client, version, data):
    return client.post(reverse("course-edit", args=[version.uuid]), data)


# For students


def test_course_page_says_first_what_one_will_be_able_to_do(client, institution):
    version = make_course_version(institution, title={"de": "Karten"}, outcomes=("Draw maps.",))

    text = text_of(page_of(client, version))

    assert '<h1 lang="de">Karten</h1>' in text
    assert (
        text.index("What you will be able to do") < text.index("Draw maps.") < text.index("5 ECTS")
    )


def test_course_page_of_a_draft_is_for_staff(client, director, draft):
    assert page_of(client, draft).status_code == 404
    client.force_login(make_registrar(make_institution()))
    assert page_of(client, draft).status_code == 404
    client.force_login(director)
    assert "Only staff see this page. Nothing is missing" in text_of(page_of(client, draft))


def test_course_page_of_a_draft_names_what_is_missing(staff, institution):
    draft = make_course_version(institution, published=False, eqf_level=None, outcomes=())

    text = text_of(page_of(staff, draft))

    assert "Still missing: Learning outcomes, Level (EQF)." in text
    assert "Claim credential" not in text


def test_course_page_leads_from_an_old_version_to_the_new_one(client, institution, director):
    old = make_course_version(institution)
    new = courses.publish(courses.renew(old, by=director), by=director)

    text = text_of(page_of(client, old))

    assert "No longer offered" in text
    assert f'There is a newer one: <a href="/courses/{new.uuid}/">version 2</a>' in text


def test_course_page_tells_what_decisions_said_per_programme(client, institution):
    version = make_course_version(institution)
    asked, silent = (make_programme_version(institution) for _ in range(2))
    RecognitionSummary.objects.create(
        course=version.course,
        programme=asked.programme,
        target={"en": "Applied Data Analysis"},
        asked=13,
        recognised=12,
    )

    anybody = text_of(page_of(client, version))
    other = text_of(page_of(client, version, programme=str(silent.programme.uuid)))
    wrong = text_of(page_of(client, version, programme="<x>"))

    assert "12 of 13" in anybody
    assert "Applied Data Analysis" in anybody
    assert "Nobody has asked for this course in your programme" in other
    assert "12 of 13" in wrong


def test_course_page_looks_at_the_readers_own_programme_first(client, institution):
    version, mine = make_course_version(institution), make_programme_version(institution)
    make_programme_version(institution)
    learner = make_learner(institution, make_user())
    Enrolment.objects.create(learner=learner, programme_version=mine)
    client.force_login(learner.user)

    answer = page_of(client, version)
    any_programme = page_of(client, version, programme="-")

    assert answer.context["counting"]["chosen"] == mine
    assert any_programme.context["counting"]["chosen"] is None


def test_course_page_offers_what_the_reader_can_do_about_the_credential(client):
    version = make_taught_course()
    student = make_student()

    assert "Sign in to claim" in text_of(page_of(client, version))
    client.force_login(student)
    assert f'href="/courses/{version.uuid}/claim/">Claim credential' in text_of(
        page_of(client, version)
    )
    make_claim(ClaimState.SUBMITTED, version=version, student=student)
    assert "You have claimed this credential" in text_of(page_of(client, version))


def test_course_page_names_the_programmes_it_is_a_module_of(client, institution):
    module = make_module(make_programme_version(institution), semester=3)

    text = text_of(page_of(client, module.course_version))

    assert "It is a module of:" in text
    assert "Semester 3" in text


def test_course_page_shows_markup_as_text(client, institution):
    bad = {"en": "<script>alert(1)</script>"}
    version = make_course_version(
        institution, title=bad, summary=bad, description=bad, outcomes=(bad["en"],), term=bad["en"]
    )

    assert "<script>alert" not in text_of(page_of(client, version))


@pytest.mark.parametrize("number", [1, 3])
def test_course_page_costs_eight_queries(client, institution, number):
    version = make_course_version(institution, outcomes=("Do.",) * number)
    for _n in range(number):
        version.joint_bodies.add(make_awarding_body(institution))
        version.offerings.create(starts_on=timezone.localdate() + timedelta(days=1))
        make_module(make_programme_version(institution), course_version=version)
        RecognitionSummary.objects.create(
            course=version.course,
            programme=make_programme_version(institution).programme,
            asked=1,
            recognised=1,
        )

    with CaptureQueriesContext(connection) as queries:
        page_of(client, version)

    assert len(queries) == 8


# The catalogue of those who keep it


def test_catalogue_lists_the_courses_of_ones_units_with_what_is_missing(staff, institution):
    make_course_version(
        institution, code="A", title={"en": "Maps"}, published=False, eqf_level=None
    )
    make_course_version(institution, code="B", title={"en": "Soils"})
    make_course_version(make_institution(), title={"en": "Elsewhere"})

    answer = staff.get(reverse("catalogue"))

    assert [(str(v), v.missing) for v in answer.context["page"]] == [
        ("Maps", ["Level (EQF)"]),
        ("Soils", []),
    ]


def test_catalogue_is_filtered_by_state_and_words(staff, institution):
    make_course_version(institution, title={"en": "Maps"}, published=False)
    make_course_version(institution, title={"en": "Maps and soils"})

    def shown(**query):
        return [str(v) for v in staff.get(reverse("catalogue"), query).context["page"]]

    assert shown(state="draft") == ["Maps"]
    assert shown(q="soil") == ["Maps and soils"]
    assert shown(q="water") == []
    assert shown(state="x") == ["Maps", "Maps and soils"]


@pytest.mark.parametrize("number", [1, 3, 100])
def test_catalogue_costs_nine_queries_whatever_its_length(staff, institution, number):
    for n in range(number):
        make_course_version(institution, published=bool(n % 2), outcomes=("Do.",))

    with CaptureQueriesContext(connection) as queries:
        staff.get(reverse("catalogue"))

    assert len(queries) == 9


def test_catalogue_offers_a_file_to_those_who_may_take_it_over(client, institution):
    offers = []
    for person in (make_registrar(institution), make_staff(institution, Role.COURSE_DIRECTOR)):
        client.force_login(person)
        offers.append(reverse("course-import") in client.get(reverse("catalogue")).content.decode())

    assert offers == [True, False]


def test_catalogue_is_closed_to_others(client, institution):
    assert client.get(reverse("catalogue")).status_code == 302
    client.force_login(make_staff(institution, Role.TEACHER))
    assert client.get(reverse("catalogue")).status_code == 403


@pytest.mark.parametrize("page", VERSION_PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_of_a_course_are_not_found_by_other_institutions(client, draft, page, method):
    client.force_login(make_staff(make_institution(), Role.COURSE_DIRECTOR))

    answer = getattr(client, method)(reverse(f"course-{page}", args=[draft.uuid]))

    assert answer.status_code == (405 if (page, method) == ("manage", "post") else 404)
    draft.refresh_from_db()
    assert draft.state == PublishingState.DRAFT


@pytest.mark.parametrize("page", VERSION_PAGES)
def test_pages_of_a_course_are_not_found_by_teachers(client, draft, institution, page):
    client.force_login(make_staff(institution, Role.TEACHER))

    assert client.get(reverse(f"course-{page}", args=[draft.uuid])).status_code == 404


@pytest.mark.parametrize("page", VERSION_PAGES)
def test_pages_of_a_course_open_for_its_director(staff, draft, page):
    assert staff.get(reverse(f"course-{page}", args=[draft.uuid])).status_code == 200


def test_new_course_begins_in_a_unit_of_ones_own(staff, institution):
    foreign = root_of(make_institution())
    data = {"code": "X-1", "title_en": "Maps", "title_de": ""}

    refused = staff.post(reverse("course-new"), {**data, "unit": foreign.pk})
    accepted = staff.post(reverse("course-new"), {**data, "unit": root_of(institution).pk})

    assert refused.status_code == 200
    version = CourseVersion.objects.get()
    assert accepted["Location"] == reverse("course-edit", args=[version.uuid])
    assert (version.course.code, version.title) == ("X-1", {"en": "Maps"})


def test_new_course_names_what_is_wrong(staff, institution):
    make_course_version(institution, code="X-1")
    unit = root_of(institution).pk

    taken = staff.post(reverse("course-new"), {"unit": unit, "code": "X-1", "title_en": "Maps"})
    untitled = staff.post(reverse("course-new"), {"unit": unit, "code": "X-2", "title_de": " "})

    assert taken.context["form"].errors == {
        "code": ["There is a course with the code X-1 already."]
    }
    assert untitled.context["form"].errors == {
        "title_en": ["Fill this in, in one language at least."]
    }


# The editor


def test_editor_sends_back_what_it_showed_and_changes_nothing(staff, draft):
    before = courses.fingerprint(draft)

    answer = send_editor(staff, draft, editor_data(staff, draft))

    assert answer["Location"] == reverse("course-manage", args=[draft.uuid])
    draft.refresh_from_db()
    assert courses.fingerprint(draft) == before


def test_editor_changes_texts_facts_and_outcomes(staff, draft):
    data = editor_data(
        staff,
        draft,
        title_en="Maps",
        title_de="Karten",
        ects="2.5",
        eqf_level="7",
        grade_scale="fail, pass",
        passed_from="pass",
    )
    data |= {
        "outcomes-0-order": "3",
        "outcomes-1-text_en": "",
        "outcomes-4-text_de": "Karten lesen.",
    }

    send_editor(staff, draft, data)

    draft.refresh_from_db()
    assert (draft.title, draft.ects) == ({"en": "Maps", "de": "Karten"}, Decimal("2.5"))
    assert (draft.eqf_level, draft.cycle) == (7, "second")
    assert (draft.grade_scale, draft.passed_from) == (["fail", "pass"], "pass")
    assert [(o.order, str(o)[:14]) for o in draft.outcomes.all()] == [
        (1, "Import, clean "),
        (2, "Build and chec"),
        (3, "Explain how da"),
        (4, "Karten lesen."),
    ]


def test_editor_puts_rows_in_the_order_of_their_numbers(staff, institution):
    draft = make_course_version(institution, published=False, outcomes=("A", "B", "C"))
    data = editor_data(staff, draft)
    data |= {"outcomes-0-order": "9", "outcomes-2-order": "1", "outcomes-3-text_en": "Last"}

    send_editor(staff, draft, data)

    assert [str(o) for o in draft.outcomes.all()] == ["C", "B", "A", "Last"]


def test_editor_goes_on_with_empty_rows(staff, draft):
    answer = send_editor(staff, draft, editor_data(staff, draft, more="1"))

    assert answer["Location"] == reverse("course-edit", args=[draft.uuid]) + "#outcomes-title"


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("ects", "2.3", "Use a number up to 60, in steps of 0.5."),
        ("ects", "-1", "Ensure this value is greater than or equal to 0."),
        ("ects", "NaN", "Enter a number."),
        ("hours", "1e99", "Ensure that there are no more than 6 digits in total."),
        ("isced_f", "9999", "Use a code of ISCED-F 2013, such as 06 or 0612."),
        ("eqf_level", "9", "Select a valid choice. 9 is not one of the available choices."),
        ("quality_url", "javascript:alert(1)", "Enter a valid URL."),
        ("passed_from", "77", "This grade is not among the grades."),
        ("title_en", "x" * 301, "Ensure this value has at most 300 characters (it has 301)."),
    ],
)
def test_editor_names_what_is_wrong_and_keeps_what_was_typed(staff, draft, field, value, error):
    before = courses.fingerprint(draft)

    answer = send_editor(staff, draft, editor_data(staff, draft, **{field: value}))

    assert answer.status_code == 200
    assert answer.context["form"].errors == {field: [error]}
    draft.refresh_from_db()
    assert courses.fingerprint(draft) == before


def test_editor_of_two_people_tells_the_second(staff, draft):
    first = editor_data(staff, draft, title_en="Mine")
    second = editor_data(staff, draft, title_en="Yours")
    send_editor(staff, draft, first)

    answer = send_editor(staff, draft, second)

    assert answer.status_code == 409
    assert "Somebody changed this course while you were writing" in text_of(answer)
    assert 'value="Yours"' in text_of(answer)
    draft.refresh_from_db()
    assert draft.title["en"] == "Mine"


def test_editor_sent_twice_saves_once(staff, draft):
    data = editor_data(staff, draft, title_en="Mine", **{"outcomes-4-text_en": "New."})

    answers = [send_editor(staff, draft, data).status_code for _time in range(2)]

    assert answers == [302, 302]
    assert draft.outcomes.count() == 5


def test_editor_leaves_essential_flags_of_registrars_alone(client, institution, draft):
    client.force_login(make_registrar(institution))
    data = editor_data(client, draft, title_en="Mine")
    data = {name: value for name, value in data.items() if not name.endswith("is_essential")}

    send_editor(client, draft, data)

    assert [o.is_essential for o in draft.outcomes.all()] == [True, True, True, False]


def test_editor_survives_a_broken_formset(staff, draft):
    data = editor_data(staff, draft) | {"outcomes-TOTAL_FORMS": "9999999"}

    assert send_editor(staff, draft, data).status_code == 200
    assert send_editor(staff, draft, {"title_en": "x"}).status_code == 200


def test_editor_is_closed_once_published(staff, institution):
    version = make_course_version(institution)

    answer = staff.get(reverse("course-edit", args=[version.uuid]))

    assert answer.status_code == 403
    assert "What was published stays as it is" in text_of(answer)


def test_outcomes_stay_once_learners_have_applied_against_them(client):
    version = make_line().module.course_version
    CourseVersion.objects.filter(pk=version.pk).update(published_at=None, state="draft")
    client.force_login(make_staff(version.course.institution, Role.COURSE_DIRECTOR))
    data = editor_data(client, version, title_en="Renamed")

    kept = send_editor(client, version, data)
    changed = send_editor(
        client, version, editor_data(client, version) | {"outcomes-0-text_en": "Reworded."}
    )

    assert kept.status_code == 302
    assert "Learners have applied for recognition against these" in text_of(changed)
    assert "Reworded." not in [str(o) for o in version.outcomes.all()]


# State and the rest


def test_publish_asks_first_and_publishes_once(staff, draft):
    address = reverse("course-publish", args=[draft.uuid])

    asked = staff.get(address)
    first = staff.post(address)
    second = staff.post(address)

    assert "Publish this course?" in text_of(asked)
    assert (first.status_code, second.status_code) == (302, 403)
    draft.refresh_from_db()
    assert draft.state == PublishingState.PUBLISHED


def test_publish_says_what_is_missing_instead_of_a_button(staff, institution):
    draft = make_course_version(institution, published=False, ects=None, hours=None)

    answer = staff.get(reverse("course-publish", args=[draft.uuid]))
    refused = staff.post(reverse("course-publish", args=[draft.uuid]))

    assert "Still missing: Credits or hours." in text_of(answer)
    assert 'aria-disabled="true"' in text_of(answer)
    assert refused.status_code == 403


def test_renew_leads_to_the_new_draft(staff, institution):
    version = make_course_version(institution)

    answer = staff.post(reverse("course-renew", args=[version.uuid]))

    draft = version.course.versions.get(number=2)
    assert answer["Location"] == reverse("course-manage", args=[draft.uuid])


def test_essential_outcomes_are_chosen_on_a_published_version(staff, institution):
    version = make_course_version(institution)
    last = version.outcomes.last()

    staff.post(reverse("course-essential", args=[version.uuid]), {"essential": [str(last.uuid)]})

    assert [o.is_essential for o in version.outcomes.all()] == [False, False, False, True]


def test_essential_outcomes_are_not_for_registrars(client, institution):
    version = make_course_version(institution)
    client.force_login(make_registrar(institution))

    answer = client.post(reverse("course-essential", args=[version.uuid]), {"essential": []})

    assert answer.status_code == 403


def test_teachers_are_staff_of_the_institution(staff, institution, draft):
    own = make_staff(institution, Role.TEACHER)
    foreign = make_staff(make_institution(), Role.TEACHER)
    address = reverse("course-teachers", args=[draft.uuid])

    refused = staff.post(address, {"teachers": [foreign.uuid]})
    accepted = staff.post(address, {"teachers": [own.uuid]})

    assert (refused.status_code, accepted.status_code) == (200, 302)
    assert list(draft.course.teachers.all()) == [own]


def test_dates_are_written_row_by_row(staff, draft):
    address = reverse("course-offerings", args=[draft.uuid])
    data = {
        "offerings-TOTAL_FORMS": "3",
        "offerings-INITIAL_FORMS": "0",
        "offerings-0-starts_on": "2027-01-11",
        "offerings-0-ends_on": "2027-03-20",
        "offerings-2-place": "Online",
    }

    refused = staff.post(address, {**data, "offerings-0-ends_on": "2027-01-10"})
    accepted = staff.post(address, data)

    assert "The end cannot be before the start." in text_of(refused)
    assert accepted.status_code == 302
    assert [(str(o.starts_on), o.place) for o in draft.offerings.all()] == [
        ("2027-01-11", ""),
        ("None", "Online"),
    ]


def test_manage_page_tells_what_happened(staff, institution, director):
    version = courses.create(root_of(institution), code="X", title={"en": "Maps"}, by=director)
    courses.edit(version, by=director, summary={"en": "Draw them."})

    answer = staff.get(reverse("course-manage", args=[version.uuid]))

    events = answer.context["events"]
    assert [(e["title"], e["by"], e["text"]) for e in events] == [
        ("Begun", director.name, ""),
        ("Changed", director.name, "in one sentence"),
    ]


def test_course_page_says_that_one_has_the_credential(client, run_tasks):
    with run_tasks():
        award = make_award()
    client.force_login(award.learner.user)

    assert "You have this credential" in text_of(page_of(client, award.course_version))
    assert Institution.objects.count() == 1
