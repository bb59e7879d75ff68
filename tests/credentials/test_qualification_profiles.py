"""What diploma supplements say of programmes and countries: written, audited, what they lack."""

import json

import pytest
from django.urls import reverse

from credentials.models import (
    AuditEvent,
    EducationSystem,
    ProgrammeVersion,
    QualificationProfile,
    Role,
)
from credentials.services import programmes
from credentials.services import qualification_profiles as profiles
from credentials.services.qualification_profiles import Gap
from credentials.verdict import Refused, Stale
from tests.factories.catalogue import make_programme_version
from tests.factories.graduates import PROFILE, make_profile
from tests.factories.people import (
    make_awarding_body,
    make_institution,
    make_registrar,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def registrar(client, institution):
    user = make_registrar(institution)
    client.force_login(user)
    return user


@pytest.fixture
def version(institution):
    return make_programme_version(institution)


def written(page):
    """What the form of a page would send as it is."""
    form = page.context["form"]
    return {bound.name: bound.value() or "" for bound in form}


def test_profile_is_entered_on_its_page_though_the_programme_is_published(
    client, version, registrar
):
    url = reverse("profile-edit", args=[version.uuid])
    page = client.get(url)
    assert len(page.context["gaps"]) == 10

    said = written(page) | {
        "languages": "de, en",
        "grade_scale": "5.0, 4.0, 1.0",
        "passed_from": "4.0",
        "access_de": "Abitur.",
        "isced_f": "0612",
    }
    assert client.post(url, said).url == url

    profile = QualificationProfile.objects.get()
    assert (profile.languages, profile.grade_scale) == (["de", "en"], ["5.0", "4.0", "1.0"])
    assert profile.access == {"de": "Abitur."}
    event = AuditEvent.objects.get(thing=version.uuid, action="describe")
    changes = json.loads(event.text.text)
    assert list(changes) == ["isced_f", "languages", "grade_scale", "passed_from", "access"]
    assert changes["access"] == [{}, {"de": "Abitur."}]
    assert "access requirements" in client.get(url).content.decode().casefold()


@pytest.mark.parametrize(
    "said",
    [
        {"languages": "Klingon!"},
        {"isced_f": "99x"},
        {"passed_from": "4.0"},
        {"grade_scale": "1.0, 1.0"},
        {"grade_scale": ", ".join(str(n) for n in range(61))},
        {"mode": "asleep"},
    ],
    ids=str,
)
def test_profile_that_makes_no_sense_is_refused(client, version, registrar, said):
    url = reverse("profile-edit", args=[version.uuid])

    answer = client.post(url, written(client.get(url)) | said)

    assert answer.status_code == 200
    assert not QualificationProfile.objects.exists()


def test_gaps_are_named_by_section_and_language(version, registrar):
    profile = make_profile(version, by=registrar)
    assert list(profiles.gaps(profile, ["de", "en"])) == []

    profile = profiles.describe(version, by=registrar, access={"de": "Abitur."}, outcomes={})

    assert list(profiles.gaps(profile, ["de", "en"])) == [
        Gap("3.3", "access requirements", ("en",)),
        Gap("4.2", "learning outcomes of the programme"),
    ]


def test_second_tab_does_not_write_over_a_profile(client, version, registrar):
    make_profile(version, by=registrar)
    url = reverse("profile-edit", args=[version.uuid])
    said = written(client.get(url))
    profiles.describe(version, by=registrar, nqf_level="DQR 7")

    answer = client.post(url, said | {"nqf_level": "DQR 5"})

    assert answer.status_code == 409
    assert QualificationProfile.objects.get().nqf_level == "DQR 7"


def test_who_keeps_the_programme_describes_it(institution, version):
    director = make_staff(institution, Role.COURSE_DIRECTOR)
    teacher = make_staff(institution, Role.TEACHER)
    assert make_profile(version, by=director).pk

    for user in (teacher, make_user(), make_registrar(make_institution())):
        with pytest.raises(Refused, match="Only course directors and registrars"):
            make_profile(version, by=user)


def test_administering_body_stands_in_the_register(institution, version, registrar):
    own, strange = make_awarding_body(institution), make_awarding_body(make_institution())

    with pytest.raises(Refused, match="register"):
        profiles.describe(version, by=registrar, administering_body=strange)
    assert profiles.describe(version, by=registrar, administering_body=own).administering_body


def test_new_regulations_begin_with_the_profile(version, registrar):
    make_profile(version, by=registrar)

    draft = programmes.renew(version, regulations="2030", by=registrar)

    kept = ProgrammeVersion.objects.get(pk=draft.pk).profile
    assert {name: getattr(kept, name) for name in PROFILE} == PROFILE


def test_fields_follow_the_languages_of_the_institution(client):
    spanish = make_institution(languages=["es", "en"])
    client.force_login(make_registrar(spanish))

    page = client.get(reverse("profile-edit", args=[make_programme_version(spanish).uuid]))

    names = [name for name in page.context["form"].fields if name.startswith("access_")]
    assert names == ["access_es", "access_en"]
    assert "Access requirements (Spanish)" in page.content.decode()


# Education systems


def test_text_of_a_country_is_entered_changed_and_emptied(client, institution, registrar):
    listed = reverse("education-system-list", args=[institution.slug])
    url = reverse("education-system-edit", args=[institution.slug, "ES"])

    assert client.post(listed, {"country": "ES"}).url == url
    assert client.post(url, {"text_de": "Text."}).url == listed
    system = EducationSystem.objects.get()
    assert (system.country, system.text) == ("ES", {"de": "Text."})
    page = client.get(listed).content.decode()
    assert "Spain" in page
    assert "Your own diploma supplements need the text on Germany." in page

    stale = written(client.get(url))
    profiles.describe_system(institution, "ES", {"en": "Newer."}, by=registrar)
    assert client.post(url, stale | {"text_de": "Old."}).status_code == 409
    with pytest.raises(Stale):
        profiles.describe_system(institution, "ES", {}, by=registrar, seen=stale["seen"])
    assert client.post(url, {"text_de": "", "text_en": ""}).url == listed
    assert not EducationSystem.objects.exists()
    events = AuditEvent.objects.filter(thing=institution.uuid, action="describe-system")
    assert [event.after for event in events] == ["ES"] * 3
    assert [json.loads(event.text.text)["text"] for event in events] == [
        [{}, {"de": "Text."}],
        [{"de": "Text."}, {"en": "Newer."}],
        [{"en": "Newer."}, {}],
    ]


@pytest.mark.parametrize("code", ["XX", "es", "germany"])
def test_country_that_is_none_is_not_found(client, institution, registrar, code):
    url = reverse("education-system-edit", args=[institution.slug, code])

    assert client.get(url).status_code == 404


def test_only_registrars_describe_countries(institution):
    with pytest.raises(Refused, match="Only registrars"):
        profiles.describe_system(institution, "DE", {"de": "Text"}, by=make_user())


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_countries_asks_the_same_for_any_number(
    client, institution, registrar, count, django_assert_num_queries
):
    for country in ("DE", "ES", "DK")[:count]:
        profiles.describe_system(institution, country, {"de": "Text"}, by=registrar)

    with django_assert_num_queries(6):
        client.get(reverse("education-system-list", args=[institution.slug]))
