"""The doors of the demonstration: open in demo mode, walls outside it, also for old sessions."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from recognition import demo
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "a long test password"


@pytest.fixture
def student():
    return make_user(email=demo.PERSONAS[0].email, is_demo=True)


def door(persona="student"):
    return reverse("switch", args=[persona])


def test_visitor_enters_as_one_of_the_personas(client, settings, student):
    settings.DEMO = True

    answer = client.post(door())

    assert answer.url == reverse("work")
    assert client.get(reverse("work")).context["user"] == student


def test_doors_are_shown_in_demo_mode_only(client, settings):
    settings.DEMO = True
    shown = client.get(reverse("home")).content.decode()
    settings.DEMO = False
    hidden = client.get(reverse("home")).content.decode()

    assert [door(p.slug) in shown for p in demo.PERSONAS] == [True] * 5
    assert "/demo/" not in hidden


def test_doors_do_not_exist_outside_of_it(client, settings, student):
    settings.DEMO = False

    assert client.post(door()).status_code == 404
    assert client.get(reverse("work")).status_code == 302


def test_session_of_a_demo_account_ends_with_the_demonstration(client, settings, student):
    settings.DEMO = True
    client.post(door())

    settings.DEMO = False

    assert client.get(reverse("work")).url == "/account/login/?next=/work/"
    settings.DEMO = True
    assert client.get(reverse("work")).status_code == 200


@pytest.mark.parametrize(("is_on", "page"), [(True, "/work/"), (False, "/account/inactive/")])
def test_demo_account_signs_in_by_password_only_in_the_demonstration(
    client, settings, student, is_on, page
):
    EmailAddress.objects.create(user=student, email=student.email, verified=True, primary=True)
    settings.DEMO = is_on

    answer = client.post(reverse("account_login"), {"login": student.email, "password": PASSWORD})

    assert answer.url == page
    assert ("_auth_user_id" in client.session) is is_on


def test_door_opens_by_a_button_only(client, settings, student):
    settings.DEMO = True

    assert client.get(door()).status_code == 405


def test_door_needs_its_token(settings, student):
    settings.DEMO = True

    assert Client(enforce_csrf_checks=True).post(door()).status_code == 403


@pytest.mark.parametrize("persona", ["nobody", "teacher"])
def test_door_without_a_person_behind_it_does_not_exist(client, settings, student, persona):
    settings.DEMO = True

    assert client.post(door(persona)).status_code == 404


def test_real_account_with_the_address_of_a_persona_is_not_entered(client, settings):
    settings.DEMO = True
    make_user(email=demo.PERSONAS[0].email)

    assert client.post(door()).status_code == 404


def test_entering_as_somebody_else_ends_the_session_before(client, settings, student):
    settings.DEMO = True
    client.force_login(make_user())
    before = client.session.session_key

    client.post(door())

    assert client.session.session_key != before
    assert client.get(reverse("work")).context["user"] == student
