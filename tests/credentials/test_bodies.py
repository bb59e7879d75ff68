"""The register of awarding bodies: entered once, corrected, its history kept, each for its own."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from credentials.models import AwardingBody, Role, Unit
from credentials.services import bodies
from credentials.services.audit import history_of
from credentials.verdict import Refused
from credentials.vocabulary import BodyStatus
from tests.factories.people import (
    make_awarding_body,
    make_institution,
    make_registrar,
    make_staff,
    make_user,
    root_of,
)

pytestmark = pytest.mark.django_db

MARISOL = {
    "name": "Marisol Technical University",
    "country": "ES",
    "status": "recognised",
    "quality_agency": "Test Agency",
    "kind": "hei",
    "evidence": "National list, May 2026",
    "erasmus_code": "E MARISOL01",
    "schac_code": "marisol.example",
    "deqar_id": "DEQARINST9999",
    "legal_id": "ES-12345",
    "url": "https://marisol.example",
    "did": "did:web:marisol.example",
}


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def registrar(client, institution):
    user = make_registrar(institution)
    client.force_login(user)
    return user


def test_body_is_entered(client, institution, registrar):
    answer = client.post(reverse("body-new"), MARISOL, follow=True)

    body = AwardingBody.objects.get()
    assert {name: getattr(body, name) for name in MARISOL} == MARISOL
    assert body.institution == institution
    page = answer.content.decode()
    assert "Marisol Technical University is in the register." in page
    assert "Spain" in page


def test_body_is_entered_once(client, institution, registrar):
    client.post(reverse("body-new"), MARISOL)

    answer = client.post(reverse("body-new"), MARISOL)

    assert "This awarding body is in the register already." in answer.content.decode()
    assert AwardingBody.objects.count() == 1
    with pytest.raises(Refused, match="in the register already"):
        bodies.enter(institution, by=registrar, **MARISOL)


def test_same_body_stands_in_the_registers_of_several_institutions():
    for institution in (make_institution(), make_institution()):
        bodies.enter(institution, by=make_registrar(institution), **MARISOL)

    assert AwardingBody.objects.count() == 2


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"country": ""}, "country"),
        ({"country": "XX"}, "country"),
        ({"status": "famous"}, "status"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"kind": "guild"}, "kind"),
        ({"kind": "platform"}, "status"),  # a recognised platform
        ({"checked_on": "2999-01-01"}, "checked_on"),
        ({"hours_per_ects": "3"}, "hours_per_ects"),
        ({"hours_per_ects": "NaN"}, "hours_per_ects"),
    ],
)
def test_entry_with_a_mistake_names_the_field(client, registrar, data, field):
    answer = client.post(reverse("body-new"), {**MARISOL, **data})

    assert set(answer.context["form"].errors) == {field}
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not AwardingBody.objects.exists()


def test_corrected_entry_shows_what_it_said_before(client, institution, registrar):
    body = bodies.enter(institution, by=registrar, **{**MARISOL, "status": "unknown"})
    address = reverse("body-edit", args=[body.uuid])

    client.post(address, {**MARISOL, "country": "PT"})

    body.refresh_from_db()
    assert (body.status, body.country) == (BodyStatus.RECOGNISED, "PT")
    page = client.get(address).content.decode()
    assert "status: Not known yet → Recognised higher education institution" in page
    assert "country: Spain → Portugal" in page
    assert body.version == 2
    assert registrar.name in page


def test_correction_that_changes_nothing_is_no_event(institution, registrar):
    body = bodies.enter(institution, by=registrar, **MARISOL)

    bodies.correct(body, by=registrar, **MARISOL)

    assert [event.action for event in history_of(body)] == ["enter"]


def test_correction_cannot_make_two_of_one(client, institution, registrar):
    first, second = make_awarding_body(institution), make_awarding_body(institution)
    data = {**MARISOL, "name": first.name, "country": first.country}

    answer = client.post(reverse("body-edit", args=[second.uuid]), data)

    assert "in the register already" in answer.content.decode()
    assert second.name in answer.content.decode()  # the heading still says which entry it is
    with pytest.raises(Refused):
        bodies.correct(second, by=registrar, name=first.name)


def test_who_gives_the_day_has_looked_it_up(institution, registrar):
    looked = timezone.localdate() - timedelta(days=3)
    body = bodies.enter(institution, by=registrar, **MARISOL, checked_on=looked)
    other = make_registrar(institution)

    bodies.correct(body, by=other, quality_agency="Another Agency")
    body.refresh_from_db()
    before = (body.checked_on, body.checked_by, body.version)
    bodies.confirm(body, by=other)

    body.refresh_from_db()
    assert before == (looked, registrar, 2)
    assert (body.checked_on, body.checked_by, body.version) == (timezone.localdate(), other, 3)
    assert [event.action for event in history_of(body)] == ["enter", "correct", "confirm"]


def test_confirming_twice_a_day_is_one_event(institution, registrar):
    body = bodies.enter(institution, by=registrar, **MARISOL)

    bodies.confirm(body, by=registrar)
    bodies.confirm(body, by=registrar)

    assert [event.action for event in history_of(body)] == ["enter", "confirm"]


def test_what_nobody_looked_up_for_long_is_to_be_looked_up_again(client, institution, registrar):
    today = timezone.localdate()
    for name, days in (("New", 10), ("Old", 400), ("Ancient", 800)):
        make_awarding_body(institution, name=name, checked_on=today - timedelta(days=days))
    make_awarding_body(institution, name="Never", checked_on=None)

    def shown():
        page = client.get(reverse("body-list"), {"show": "old"}).context["page"]
        return [body.name for body in page]

    by_two_years = shown()
    client.post(reverse("register-age"), {"register_months": "12"})
    by_one_year = shown()

    assert by_two_years == ["Ancient", "Never"]
    assert by_one_year == ["Ancient", "Never", "Old"]
    page = client.get(reverse("body-list")).content.decode()
    assert "3 entries are to be looked up again" in page
    assert page.count("Look again") == 3


@pytest.mark.parametrize("months", ["0", "121", "-1", "x", ""])
def test_age_of_the_register_is_a_number_of_months(client, institution, registrar, months):
    answer = client.post(reverse("register-age"), {"register_months": months}, follow=True)

    institution.refresh_from_db()
    assert institution.register_months == 24
    assert "from 1 to 120" in answer.content.decode()
    with pytest.raises(Refused):
        bodies.set_age(institution, 0, by=registrar)


def test_platform_cannot_be_recognised(institution, registrar):
    with pytest.raises(Refused, match="A platform delivers what others award"):
        bodies.enter(institution, by=registrar, **MARISOL | {"kind": "platform"})
    body = bodies.enter(institution, by=registrar, **MARISOL)
    with pytest.raises(Refused, match="A platform delivers what others award"):
        bodies.correct(body, by=registrar, kind="platform")
    with pytest.raises(IntegrityError):
        AwardingBody.objects.update(kind="platform")


def test_body_is_entered_once_whatever_the_capitals(institution, registrar):
    bodies.enter(institution, by=registrar, **MARISOL)

    with pytest.raises(Refused, match="in the register already"):
        bodies.enter(institution, by=registrar, **MARISOL | {"name": MARISOL["name"].upper()})


@pytest.mark.parametrize(
    ("text", "number"), [("DEQARINST9", 1), ("maris", 3), ("Nobody", 0), ("", 3)]
)
def test_register_is_searched_by_name(client, institution, registrar, text, number):
    for _ in range(2):
        make_awarding_body(institution)
    make_awarding_body(institution, deqar_id="DEQARINST9999")
    make_awarding_body(make_institution())

    page = client.get(reverse("body-list"), {"q": text})

    assert len(page.context["page"].object_list) == number
    assert ("Nothing found" in page.content.decode()) is (number == 0)


@pytest.mark.parametrize("number", [1, 3])
def test_register_asks_the_database_eight_times(
    client, institution, registrar, number, django_assert_num_queries
):
    for _ in range(number):
        make_awarding_body(institution)

    with django_assert_num_queries(8):
        client.get(reverse("body-list"))


def test_register_is_for_registrars_of_the_whole_institution(client, institution):
    body = make_awarding_body(institution)
    unit = Unit.objects.create(institution=institution, parent=root_of(institution), name={})
    people = [
        make_user(),
        make_staff(institution, Role.COURSE_DIRECTOR),
        make_staff(institution, Role.REGISTRAR, unit=unit),
    ]

    for user in people:
        client.force_login(user)
        assert client.get(reverse("body-list")).status_code == 404
        assert client.post(reverse("body-new"), MARISOL).status_code == 404
        assert client.post(reverse("body-edit", args=[body.uuid]), MARISOL).status_code == 404
        with pytest.raises(Refused):
            bodies.enter(institution, by=user, **MARISOL)
        with pytest.raises(Refused):
            bodies.correct(body, by=user, name="Mine")
    assert AwardingBody.objects.get().name == body.name


def test_register_of_another_institution_does_not_exist(client, registrar):
    other = make_awarding_body(make_institution())
    there = {"institution": other.institution.slug}

    assert client.get(reverse("body-edit", args=[other.uuid])).status_code == 404
    assert client.post(reverse("body-edit", args=[other.uuid]), MARISOL).status_code == 404
    assert client.get(reverse("body-list"), there).status_code == 404
    assert (
        client.post(
            reverse("body-new") + "?institution=" + other.institution.slug, MARISOL
        ).status_code
        == 404
    )
