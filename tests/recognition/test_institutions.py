"""An institution's own affairs by its pages: people, units, committees, rules."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from credentials.models import AuditEvent, Membership, Role, Unit
from credentials.services import institutions
from credentials.verdict import Refused
from recognition.models import Committee, CommitteeKind, Seat, SeatRole
from tests.factories.catalogue import make_programme_version
from tests.factories.designs import make_design
from tests.factories.graduates import make_complete_graduate, make_graduation, make_profile
from tests.factories.people import (
    make_institution,
    make_registrar,
    make_staff,
    make_user,
    root_of,
)
from tests.factories.recognition import make_committee, make_policy, seated

pytestmark = pytest.mark.django_db

PAGES = ["institution-people", "institution-units", "committee-list", "policy-edit"]


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def registrar(client, institution):
    user = make_registrar(institution)
    client.force_login(user)
    return user


def at(name, institution):
    return reverse(name, args=[institution.slug])


# Whose pages they are


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_for_registrars_of_the_whole_institution(client, institution, name):
    unit = Unit.objects.create(
        institution=institution, parent=root_of(institution), name={"en": "Informatics"}
    )
    people = [
        make_user(),
        make_staff(institution, Role.TEACHER),
        make_staff(institution, Role.COURSE_DIRECTOR),
        make_staff(institution, Role.REGISTRAR, unit=unit),
        make_registrar(make_institution()),
    ]
    found = []
    for user in people:
        client.force_login(user)
        found.append(client.get(at(name, institution)).status_code)
        found.append(client.post(at(name, institution), {"x": "y"}).status_code)

    assert set(found) == {404}
    client.force_login(make_registrar(institution))
    assert client.get(at(name, institution)).status_code == 200


def test_only_institution_opens_at_once_and_several_are_offered(client, institution, registrar):
    assert client.get(reverse("institution-affairs")).url == at("institution-people", institution)
    other = make_institution()
    Membership.objects.create(user=registrar, unit=root_of(other), role=Role.REGISTRAR)

    page = client.get(reverse("institution-affairs")).content.decode()

    assert at("institution-people", institution) in page
    assert at("institution-people", other) in page
    client.force_login(make_user())
    assert client.get(reverse("institution-affairs")).status_code == 404


def test_navigation_shows_the_institution_to_whom_it_opens(client, institution, registrar):
    unit = Unit.objects.create(institution=institution, parent=root_of(institution), name={})
    keeper = make_staff(institution, Role.REGISTRAR, unit=unit)

    found = []
    for user in (registrar, keeper):
        client.force_login(user)
        page = client.get(reverse("work")).content.decode()
        found.append([reverse(n) in page for n in ("institution-affairs", "learner-list")])

    assert found == [[True, True], [False, False]]


# People


def test_registrar_appoints_somebody_with_an_account(client, institution, registrar):
    person = make_user("Jorun Hallvard", email="jorun@test.example")

    answer = client.post(
        at("institution-people", institution),
        {"user": "JORUN@test.example", "role": "teacher", "unit": root_of(institution).pk},
        follow=True,
    )

    assert "Jorun Hallvard has the role now." in answer.content.decode()
    assert [m.role for m in person.memberships.all()] == [Role.TEACHER]


def test_same_role_twice_is_one(client, institution, registrar):
    person = make_user()
    said = {"user": person.email, "role": "teacher", "unit": root_of(institution).pk}

    for _tab in range(2):
        client.post(at("institution-people", institution), said)

    assert person.memberships.count() == 1


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"user": "nobody@test.example"}, "user"),
        ({"user": "not an address"}, "user"),
        ({"role": "emperor"}, "role"),
        ({"unit": "0"}, "unit"),
    ],
)
def test_appointment_with_a_mistake_names_the_field(client, institution, registrar, data, field):
    person = make_user()
    said = {"user": person.email, "role": "teacher", "unit": root_of(institution).pk}

    answer = client.post(at("institution-people", institution), {**said, **data})

    assert set(answer.context["form"].errors) == {field}
    assert f'href="#id_{field}"' in answer.content.decode()


def test_unit_of_another_institution_cannot_be_chosen(client, institution, registrar):
    said = {
        "user": make_user().email,
        "role": "teacher",
        "unit": root_of(make_institution()).pk,
    }

    answer = client.post(at("institution-people", institution), said)

    assert set(answer.context["form"].errors) == {"unit"}


def test_role_ends_once_it_is_confirmed(client, institution, registrar):
    membership = make_staff(institution, Role.TEACHER).memberships.get()
    address = reverse("membership-end", args=[membership.uuid])
    assert client.get(address).status_code == 200
    assert Membership.objects.filter(pk=membership.pk).exists()

    answers = [client.post(address) for _tab in range(2)]

    assert [answer.status_code for answer in answers] == [302, 404]
    assert not Membership.objects.filter(pk=membership.pk).exists()


def test_last_registrar_stays_and_the_page_says_why(client, institution, registrar):
    membership = registrar.memberships.get()

    answer = client.post(reverse("membership-end", args=[membership.uuid]))

    assert answer.status_code == 403
    assert "This is the last registrar. Appoint another one first." in answer.content.decode()


def test_registrar_who_leaves_lands_on_their_own_work(client, institution, registrar):
    make_registrar(institution)

    answer = client.post(reverse("membership-end", args=[registrar.memberships.get().uuid]))

    assert answer.url == reverse("work")


def test_role_in_another_institution_does_not_exist_here(client, registrar):
    membership = make_staff(make_institution(), Role.TEACHER).memberships.get()

    assert client.post(reverse("membership-end", args=[membership.uuid])).status_code == 404


# Units


def test_unit_is_added_below_another(client, institution, registrar):
    client.post(
        at("institution-units", institution),
        {"parent": root_of(institution).pk, "name_en": "Informatics", "name_de": ""},
    )

    unit = institution.units.get(parent=root_of(institution))
    assert unit.name == {"en": "Informatics"}
    assert unit.path.startswith(root_of(institution).path)
    assert "Informatics" in client.get(at("institution-units", institution)).content.decode()


@pytest.mark.parametrize("data", [{"name_en": "", "name_de": " "}, {"name_en": "\x07"}])
def test_unit_without_a_name_is_told(client, institution, registrar, data):
    answer = client.post(
        at("institution-units", institution), {"parent": root_of(institution).pk, **data}
    )

    assert set(answer.context["form"].errors) == {"name_en"}
    assert institution.units.count() == 1


# Committees


def test_committee_is_set_up_and_gets_its_people(client, institution, registrar):
    chair = make_user("Hedda Brandvold")
    client.post(
        at("committee-list", institution),
        {
            "what": "committee",
            "kind": "recognition",
            "unit": root_of(institution).pk,
            "name_en": "Committee",
        },
    )
    committee = Committee.objects.get()
    make_committee(institution, kind=CommitteeKind.APPEAL)

    answer = client.post(
        at("committee-list", institution),
        {"what": "seat", "committee": committee.pk, "user": chair.email, "role": "chair"},
        follow=True,
    )

    assert "Hedda Brandvold has the seat now." in answer.content.decode()
    assert [(s.user, s.role) for s in committee.seats.all()] == [(chair, SeatRole.CHAIR)]
    assert "Set up a committee" not in answer.content.decode()


def test_second_chair_is_refused_beside_the_field(client, institution, registrar):
    committee = make_committee(institution)

    answer = client.post(
        at("committee-list", institution),
        {"what": "seat", "committee": committee.pk, "user": make_user().email, "role": "chair"},
    )

    assert answer.context["form"].errors["role"] == [
        "The committee has a chair. End that term first."
    ]
    assert 'href="#id_role"' in answer.content.decode()


@pytest.mark.parametrize(
    ("data", "form", "field"),
    [
        ({"what": "committee", "unit": "0", "name_en": "A"}, "new_form", "unit"),
        ({"what": "committee", "name_en": "", "name_de": ""}, "new_form", "name_en"),
        ({"what": "seat", "user": "nobody@test.example", "role": "member"}, "form", "user"),
        ({"what": "seat", "committee": "0", "role": "member"}, "form", "committee"),
    ],
)
def test_committee_form_with_a_mistake_names_the_field(
    client, institution, registrar, data, form, field
):
    if data["what"] == "seat":
        committee = make_committee(institution)
        data = {"committee": committee.pk, "user": make_user().email, **data}
    else:
        data = {"unit": root_of(institution).pk, "kind": "recognition", **data}

    answer = client.post(at("committee-list", institution), data)

    assert set(answer.context[form].errors) == {field}
    assert f'href="#id_{field}"' in answer.content.decode()


def test_term_ends_and_the_seat_leaves_the_list(client, institution, registrar):
    committee = make_committee(institution)
    chair = seated(committee, SeatRole.CHAIR)[0]
    place = committee.seats.get(user=chair)
    address = reverse("seat-end", args=[place.uuid])
    assert client.get(address).status_code == 200
    assert Seat.objects.current().filter(pk=place.pk).exists()

    client.post(address)

    assert not Seat.objects.current().filter(pk=place.pk).exists()
    assert chair.name not in client.get(at("committee-list", institution)).content.decode()


def test_seat_in_another_institution_does_not_exist_here(client, registrar):
    place = make_committee(make_institution()).seats.first()

    assert client.post(reverse("seat-end", args=[place.uuid])).status_code == 404


# All of them


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_the_database_the_same_for_any_number(
    client, institution, registrar, number, django_assert_num_queries
):
    make_policy(institution)
    for n in range(number):
        unit = Unit.objects.create(
            institution=institution, parent=root_of(institution), name={"en": f"Unit {n}"}
        )
        make_staff(institution, Role.TEACHER, unit=unit)
        committee = Committee.objects.create(unit=unit, name={"en": f"Committee {n}"})
        Seat.objects.create(committee=committee, user=make_user())

    for name, queries in zip(PAGES, (8, 8, 13, 10), strict=True):
        with django_assert_num_queries(queries):
            client.get(at(name, institution))


def test_looking_at_pages_writes_nothing(client, institution, registrar):
    committee = make_committee(institution)
    events = AuditEvent.objects.count()

    for name in PAGES:
        client.get(at(name, institution))
    client.get(reverse("membership-end", args=[registrar.memberships.get().uuid]))
    client.get(reverse("seat-end", args=[committee.seats.first().uuid]))

    assert AuditEvent.objects.count() == events


# Languages of documents


def test_registrar_chooses_the_languages_of_documents(client, institution, registrar):
    for chosen, kept in (
        ({"first": "es", "second": "en"}, ["es", "en"]),
        ({"first": "es", "second": "en"}, ["es", "en"]),  # the same once more is no change
        ({"first": "es", "second": ""}, ["es"]),
    ):
        sent = client.post(at("design-languages", institution), chosen)
        institution.refresh_from_db()
        assert (sent.url, institution.languages) == (at("design-edit", institution), kept)

    said = AuditEvent.objects.filter(action="choose-languages").order_by("sequence")
    assert list(said.values_list("before", "after")) == [("de, en", "es, en"), ("es, en", "es")]
    assert institution.document_languages == ("es",)


def test_page_says_after_choosing_which_texts_a_language_lacks(client, institution, registrar):
    institution.education_systems.create(country="DE", text={"de": "Text.", "en": "Text."})
    version = make_programme_version(institution, regulations="2021")
    make_profile(version, by=registrar)
    make_design(institution, registrar)
    graduation = make_graduation(
        institution, by=registrar, name="Autumn", signatory="Vera Quill", capacity={"en": "Dean"}
    )
    make_graduation(institution, by=registrar, name="Empty", capacity={"en": "Dean"})
    make_complete_graduate(graduation, version)

    page = client.post(
        at("design-languages", institution), {"first": "en", "second": "es"}, follow=True
    )

    said = [str(one) for one in page.context["messages"] if one.level_tag == "warning"]
    assert said == [
        f"Spanish is missing in: Education system: Germany; {version} (regulations 2021); "
        f"Capacity of {registrar.name}; Capacity of Vera Quill, Autumn."
    ]


def test_page_names_the_first_of_many_places_in_which_a_language_is_missing(
    client, institution, registrar
):
    for country in ("AT", "BE", "CH", "DE", "DK", "ES", "FI", "FR", "IE", "IT"):
        institution.education_systems.create(country=country, text={"en": "Text."})

    page = client.post(at("design-languages", institution), {"first": "es"}, follow=True)

    (said,) = [str(one) for one in page.context["messages"] if one.level_tag == "warning"]
    assert said.startswith("Spanish is missing in: Education system: Austria; ")
    assert said.endswith("Education system: France; 2 more.")


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ({"first": "es", "second": "es"}, "Choose another one than the first, or none."),
        ({"first": "da", "second": "en"}, "Select a valid choice. da is not one of the available"),
        ({"second": "en"}, "This field is required."),
    ],
)
def test_page_says_which_languages_cannot_be_chosen(
    client, institution, registrar, chosen, problem
):
    page = client.post(at("design-languages", institution), chosen)

    assert problem in page.content.decode()
    institution.refresh_from_db()
    assert institution.languages == ["de", "en"]


@pytest.mark.parametrize(
    ("languages", "problem"),
    [
        ([], "in one language, or in two different ones"),
        (["de", "en", "es"], "in one language, or in two different ones"),
        (["de", "de"], "in one language, or in two different ones"),
        (["da", "en"], "do not exist in da. Choose from: en, de, es."),
    ],
)
def test_institution_prints_in_one_or_two_languages_with_words(institution, languages, problem):
    keeper = make_registrar(institution)
    with pytest.raises(Refused, match=problem):
        institutions.choose_languages(institution, languages, by=keeper)
    with pytest.raises(Refused, match=problem):
        institutions.create(
            slug="x",
            name={"en": "X"},
            country="DK",
            number_prefix="X",
            by=None,
            languages=languages,
        )
    if languages:
        institution.languages = languages
        with pytest.raises(ValidationError, match=problem):
            institution.full_clean()


def test_only_registrars_choose_the_languages_of_documents(institution):
    with pytest.raises(Refused, match="Only registrars"):
        institutions.choose_languages(institution, ["es"], by=make_staff(institution, Role.TEACHER))
