"""Finding courses: words, accents, order, facets, and how much it costs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from credentials.filters.courses import CourseFilter
from credentials.models import CourseVersion, Enrolment, RecognitionSummary
from credentials.search import matching, words_of
from credentials.states import PublishingState
from tests.factories.catalogue import make_course_version, make_programme_version
from tests.factories.people import make_institution, make_learner, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return make_institution()


def found(query):
    versions = matching(CourseVersion.objects.published(), query).order_by("-rank", "pk")
    return [version.title["en"] for version in versions]


def listed(query="", user=None):
    return CourseFilter(QueryDict(query), user=user or AnonymousUser())


def titles(courses):
    return [version.title["en"] for version in courses.courses()]


def counts(courses, name):
    facets = {facet.name: facet for facet in courses.facets()}
    if name not in facets:
        return {}
    return {option.value: option.count for option in facets[name].options}


def make_titled(institution, *names, **fields):
    return [
        make_course_version(institution, title={"en": name}, **{"outcomes": ("Do.",), **fields})
        for name in names
    ]


# Words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Straßen-Öko & C#", ["strassen", "oko", "c"]),
        ("ÉTÉ ﬁn", ["ete", "fin"]),
        ("İstanbul", ["istanbul"]),
        ("", []),
        ("% _ ' \"", ["_"]),
    ],
)
def test_words_have_no_capitals_accents_and_signs(text, words):
    assert words_of(text) == words


def test_search_wants_every_word_whatever_its_accents(institution):
    make_titled(institution, "Économie des villes", "Villes et climat")

    assert found("ECONOMIE ville") == ["Économie des villes"]


def test_search_finds_the_beginning_of_a_short_word_only(institution):
    make_titled(institution, "Art history", "Smart parts")

    assert found("art") == ["Art history"]


def test_search_finds_long_words_inside_compounds(institution):
    make_titled(institution, "Datenanalyse", "Tabellen")

    assert found("analyse") == ["Datenanalyse"]


def test_search_puts_the_title_before_the_text_and_the_word_before_its_part(institution):
    make_titled(institution, "Soils", outcomes=("Map soils with climate data.",))
    make_titled(institution, "Microclimates", "Climate", "Climates of the past")

    assert found("climate") == ["Climate", "Climates of the past", "Microclimates", "Soils"]


def test_search_looks_into_outcomes_code_and_description(institution):
    make_course_version(
        institution,
        title={"en": "A"},
        code="ZQ-77",
        outcomes=("Weld.",),
        description={"de": "Stahl"},
    )

    assert (found("zq 77"), found("weld"), found("stahl")) == (["A"], ["A"], ["A"])


def test_search_without_words_finds_all(institution):
    make_titled(institution, "A", "B")

    assert found("?!") == ["A", "B"]


def test_signs_of_the_database_mean_nothing(institution):
    make_titled(institution, "A")

    assert (found("100%"), found("a%b"), found("%"), found("\\")) == ([], [], ["A"], ["A"])


# Facets


def test_facets_count_what_each_choice_would_give(institution):
    make_titled(institution, "A", eqf_level=6, language="en")
    make_titled(institution, "B", eqf_level=7, language="en")
    make_titled(institution, "C", eqf_level=7, language="de")

    courses = listed("eqf=7")

    assert courses.total == 2
    assert counts(courses, "eqf") == {"6": 1, "7": 2}
    assert counts(courses, "language") == {"de": 1, "en": 1}


def test_choices_of_one_facet_widen_those_of_two_narrow(institution):
    make_titled(institution, "A", eqf_level=6, ects=Decimal("3"))
    make_titled(institution, "B", eqf_level=7, ects=Decimal("5"))
    make_titled(institution, "C", eqf_level=5, ects=Decimal("30"))

    assert titles(listed("eqf=6&eqf=7")) == ["A", "B"]
    assert titles(listed("eqf=6&eqf=7&size=medium")) == ["B"]


@pytest.mark.parametrize(
    ("ects", "size"),
    [
        ("0", "small"),
        ("4.5", "small"),
        ("5", "medium"),
        ("30", "medium"),
        ("30.5", None),
        (None, None),
    ],
)
def test_size_has_its_limits(institution, ects, size):
    make_titled(institution, "A", ects=ects and Decimal(ects))

    assert counts(listed(), "size") == ({size: 1} if size else {})


def test_total_is_what_the_list_holds(institution):
    make_titled(institution, "A", "B", "C", participation_form="online")
    make_titled(institution, "D", participation_form="onsite")

    courses = listed(f"participation=online&provider={institution.slug}&field=06")

    assert (courses.total, courses.courses().count()) == (3, 3)


def test_only_published_courses_are_listed(institution):
    make_course_version(institution, published=False)
    make_course_version(institution, state=PublishingState.RETIRED)

    assert (listed().total, titles(listed())) == (0, [])


def test_values_that_mean_nothing_are_left_out(institution):
    make_titled(institution, "A")

    courses = listed("eqf=99&size=huge&language=%3Cb%3E&provider=nobody&page=x&sort=;drop")

    assert (titles(courses), courses.choices(), courses.sort) == (["A"], [], "title")


def test_a_choice_that_gives_nothing_stays_to_be_removed(institution):
    make_titled(institution, "A", language="en")

    courses = listed("language=fr&eqf=6")

    assert [(name, value) for name, value, _label in courses.choices()] == [
        ("language", "fr"),
        ("eqf", "6"),
    ]
    assert (courses.total, counts(courses, "language")) == (0, {"en": 1, "fr": 0})


def test_recognised_before_by_any_and_by_my_programme(institution):
    mine, other = make_programme_version(institution), make_programme_version(institution)
    learner = make_learner(institution, make_user())
    Enrolment.objects.create(learner=learner, programme_version=mine)
    a, b, c = make_titled(institution, "A", "B", "C")
    for version, programme, recognised in ((a, mine, 2), (b, other, 1), (c, mine, 0)):
        RecognitionSummary.objects.create(
            course=version.course, programme=programme.programme, asked=2, recognised=recognised
        )

    assert counts(listed(), "recognised") == {"any": 2}
    assert counts(listed(user=learner.user), "recognised") == {"any": 2, "mine": 1}
    assert titles(listed("recognised=mine", user=learner.user)) == ["A"]
    assert titles(listed("recognised=any&recognised=mine", user=learner.user)) == ["A", "B"]


# Order


def test_courses_are_sorted_by_title_in_the_language_of_the_reader(institution):
    make_course_version(institution, title={"en": "A", "de": "Z"})
    make_course_version(institution, title={"en": "b"})

    with translation.override("de"):
        assert titles(listed()) == ["b", "A"]
    assert titles(listed()) == ["A", "b"]


def test_courses_are_sorted_by_next_start(institution):
    late, any_time, past, soon = make_titled(institution, "Late", "Any time", "Past", "Soon")
    today = timezone.localdate()
    for version, days in ((late, 30), (past, -3), (soon, 2)):
        version.offerings.create(starts_on=today + timedelta(days=days))
    soon.offerings.create(starts_on=today + timedelta(days=90))
    any_time.offerings.create()

    courses = listed("sort=start")

    assert titles(courses) == ["Soon", "Late", "Any time", "Past"]
    assert courses.courses()[0].next_start == today + timedelta(days=2)


def test_courses_are_sorted_by_how_often_they_were_recognised(institution):
    programmes = [make_programme_version(institution).programme for _ in range(2)]
    a, b, _c = make_titled(institution, "A", "B", "C")
    for version, programme, recognised in ((a, 0, 3), (b, 0, 2), (b, 1, 2)):
        RecognitionSummary.objects.create(
            course=version.course, programme=programmes[programme], asked=3, recognised=recognised
        )

    rows = listed("sort=recognised").courses()

    assert [(r.title["en"], r.recognised, r.asked) for r in rows] == [
        ("B", 4, 6),
        ("A", 3, 3),
        ("C", 0, 0),
    ]


# Pages


def make_many(number):
    for n in range(number):
        version = make_course_version(make_institution())
        version.offerings.create(starts_on=timezone.localdate() + timedelta(days=n))
        RecognitionSummary.objects.create(
            course=version.course,
            programme=make_programme_version(version.course.institution).programme,
            asked=1,
            recognised=1,
        )


@pytest.mark.parametrize("number", [1, 3, 100])
def test_course_list_costs_three_queries_whatever_its_length(client, number):
    make_many(number)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(reverse("course-list"), {"q": "data", "eqf": "6"})

    assert answer.status_code == 200
    assert len(queries) == 3


def test_course_list_shows_twenty_courses_a_page(client, institution):
    make_titled(institution, *[f"Course {n:02}" for n in range(25)])

    first = client.get(reverse("course-list"))
    second = client.get(reverse("course-list"), {"page": "2"})

    assert [len(answer.context["page"]) for answer in (first, second)] == [20, 5]
    assert "25 courses" in first.content.decode()
    assert "Courses, page 2 of 2" in second.content.decode()


def test_course_list_offers_to_drop_what_was_chosen_last(client, institution):
    make_titled(institution, "Maps")

    text = client.get(reverse("course-list") + "?q=maps&eqf=6&language=fr").content.decode()

    assert "No course fits all of this" in text
    assert 'href="?q=maps&amp;eqf=6">Remove “French”</a>' in text


@pytest.mark.parametrize(("query", "is_shown"), [("maps", True), ("nothing", False)])
def test_course_list_shows_filters_only_when_there_is_one(client, institution, query, is_shown):
    make_titled(institution, "Maps")

    text = client.get(reverse("course-list"), {"q": query}).content.decode()

    assert ("Apply filters" in text) is is_shown


def test_course_list_escapes_what_is_searched_for(client):
    text = client.get(reverse("course-list"), {"q": "<script>x</script>"}).content.decode()

    assert "<script>x" not in text
    assert "0 courses for “&lt;script&gt;x&lt;/script&gt;”" in text


def test_course_list_is_empty_at_first(client):
    assert "There are no courses yet" in client.get(reverse("course-list")).content.decode()


@pytest.mark.parametrize("query", ["q=" + "a" * 5000, "eqf=x", "language=%27", "page=-1"])
def test_course_list_survives_odd_addresses(client, institution, query):
    make_titled(institution, "Maps")

    assert client.get(reverse("course-list") + "?" + query).status_code == 200
