"""The list of cases for those who work on them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recognition.models import Line
from recognition.states import LineState
from tests.factories.people import make_registrar, make_user
from tests.factories.recognition import make_line

pytestmark = pytest.mark.django_db


def shown(response):
    return [row["line"] for row in response.context["rows"]]


def registrar_of(line):
    return make_registrar(line.case.institution)


def test_cases_show_a_registrar_what_is_open(client):
    line = make_line(LineState.UNDER_REVIEW)
    client.force_login(registrar_of(line))

    response = client.get(reverse("line-list"))

    assert shown(response) == [line]


def test_cases_show_a_stranger_nothing(client):
    make_line(LineState.UNDER_REVIEW)
    client.force_login(make_user())

    response = client.get(reverse("line-list"))

    assert shown(response) == []


def test_cases_do_not_show_ones_own_application(client):
    line = make_line(LineState.SUBMITTED)
    client.force_login(line.case.applicant)

    response = client.get(reverse("line-list"))

    assert shown(response) == []


def test_cases_show_a_reviewer_those_they_review(client):
    line = make_line(LineState.UNDER_REVIEW)
    make_line(LineState.UNDER_REVIEW)
    client.force_login(line.reviews.first().reviewer)

    response = client.get(reverse("line-list"))

    assert shown(response) == [line]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"group": "late"}, True),
        ({"group": "sent"}, False),
        ({"state": "under_review"}, True),
        ({"state": "submitted"}, False),
        ({"q": "REC"}, True),
        ({"q": "nowhere"}, False),
        ({"group": "nonsense"}, True),
        ({"page": "999"}, True),
    ],
)
def test_cases_are_found_by_where_they_are_and_by_words(client, query, found):
    line = make_line(LineState.UNDER_REVIEW)
    Line.objects.filter(pk=line.pk).update(due_on=timezone.localdate() - timedelta(days=3))
    client.force_login(registrar_of(line))

    response = client.get(reverse("line-list"), query)

    assert shown(response) == ([line] if found else [])


@pytest.mark.parametrize("count", [1, 3])
def test_cases_take_the_same_queries_for_any_number(client, count, django_assert_num_queries):
    lines = [make_line(LineState.UNDER_REVIEW) for _ in range(count)]
    registrar = registrar_of(lines[0])
    for line in lines[1:]:
        line.case.programme_version.programme.unit.memberships.create(
            user=registrar, role="registrar"
        )
    client.force_login(registrar)
    url = reverse("line-list")

    with django_assert_num_queries(9):
        response = client.get(url)

    assert len(shown(response)) == count
