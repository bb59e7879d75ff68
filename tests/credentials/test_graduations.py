"""Lists of graduates: made, filled by hand, corrected; what is missing before printing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import AuditEvent, Graduate, GraduateKind, Graduation
from credentials.services import graduations, qualification_profiles
from credentials.services.marks import mark_of
from credentials.verdict import Refused, Stale
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.graduates import (
    DAY,
    make_complete_graduate,
    make_enrolment,
    make_graduate,
    make_graduation,
    make_profile,
    make_result,
    recognise,
)
from tests.factories.people import make_institution, make_learner, make_registrar, make_user

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
def graduation(institution, registrar):
    return make_graduation(institution, by=registrar)


@pytest.fixture
def version(institution, registrar):
    """A programme of which documents can be printed."""
    version = make_programme_version(
        institution, ects_total=Decimal("60"), free_elective_ects=Decimal("0")
    )
    make_profile(version, by=registrar)
    qualification_profiles.describe_system(
        institution, "DE", {"de": "Text", "en": "Text"}, by=registrar
    )
    return version


def problems_of(graduate):
    found = graduations.with_progress(Graduate.objects.filter(pk=graduate.pk))
    return graduations.problems(found.get())


def actions(thing):
    return list(
        AuditEvent.objects.filter(thing=thing.uuid).order_by("pk").values_list("action", flat=True)
    )


# Lists


def test_list_is_made_on_its_page_and_led_to(client, institution, registrar):
    said = {
        "name": "Graduates, autumn 2026",
        "certified_on": "2026-09-30",
        "signatory": "Wiebke Althoff",
        "capacity_en": "Registrar",
        "institution": institution.slug,
    }
    url = reverse("graduation-new")

    assert client.post(url, {**said, "capacity_en": ""}).status_code == 200
    answer = client.post(url, said)

    graduation = Graduation.objects.get()
    assert answer.url == reverse("graduation-detail", args=[graduation.uuid])
    assert graduation.capacity == {"en": "Registrar"}
    assert actions(graduation) == ["create"]
    assert "already" in client.post(url, said).content.decode()


def test_second_tab_does_not_write_over_a_list(client, graduation, registrar):
    url = reverse("graduation-edit", args=[graduation.uuid])
    said = {"name": "A", "certified_on": "2026-09-30", "signatory": "B", "capacity_de": "C"}
    seen = client.get(url).context["form"]["seen"].value()
    graduations.edit(graduation, by=registrar, signatory="Somebody else")

    answer = client.post(url, {**said, "seen": seen})

    assert answer.status_code == 409
    assert Graduation.objects.get().signatory == "Somebody else"
    assert client.post(url, said).status_code == 302
    assert Graduation.objects.get().name == "A"


# Graduates


def test_student_is_found_and_added(client, graduation, registrar):
    learner = make_learner(graduation.institution, family_name="Παπαδημητρίου")
    enrolment = make_enrolment(learner=learner, institution=graduation.institution)
    make_enrolment()  # elsewhere
    choose = reverse("graduate-choose", args=[graduation.uuid])
    add = reverse("graduate-add", args=[graduation.uuid, enrolment.uuid])

    assert list(client.get(choose).context["page"]) == []
    assert (
        add in client.get(choose, {"q": "παπαδη"}).content.decode()
        or add in client.get(choose, {"q": "Παπαδη"}).content.decode()
    )
    assert add in client.get(choose, {"q": learner.student_number}).content.decode()
    answer = client.post(add, {"kind": "degree", "graduated_on": "2026-07-18"})

    assert answer.url == reverse("graduation-detail", args=[graduation.uuid])
    assert Graduate.objects.get().enrolment == enrolment
    assert "παπαδημητρίου" in client.get(answer.url).content.decode().casefold()
    assert add not in client.get(choose, {"q": learner.student_number}).content.decode()


def test_student_of_another_institution_is_not_added(client, graduation, registrar):
    stranger = make_enrolment()

    with pytest.raises(Refused, match="elsewhere"):
        make_graduate(graduation, stranger, by=registrar)
    url = reverse("graduate-add", args=[graduation.uuid, stranger.uuid])
    assert client.get(url).status_code == 404


def test_degree_is_awarded_once_and_an_interim_award_beside_it(graduation, registrar):
    enrolment = make_enrolment(graduation.institution)
    make_graduate(graduation, enrolment, by=registrar)
    other = make_graduation(graduation.institution, by=registrar)

    with pytest.raises(Refused, match="already"):
        make_graduate(graduation, enrolment, by=registrar, kind=GraduateKind.INTERIM)
    with pytest.raises(Refused, match="already"):
        make_graduate(other, enrolment, by=registrar)
    interim = make_graduate(other, enrolment, by=registrar, kind=GraduateKind.INTERIM)
    with pytest.raises(Refused, match="already"):
        graduations.correct(interim, by=registrar, kind=GraduateKind.DEGREE)


@pytest.mark.parametrize(
    "day", [date(1900, 1, 1), date(2023, 9, 30), timezone.localdate() + timedelta(days=400)]
)
def test_day_on_which_nobody_can_graduate_is_refused(graduation, registrar, day):
    enrolment = make_enrolment(graduation.institution)

    with pytest.raises(Refused):
        make_graduate(graduation, enrolment, by=registrar, graduated_on=day)


def test_graduate_is_corrected_and_taken_out(client, graduation, registrar):
    graduate = make_graduate(graduation, by=registrar)
    url = reverse("graduate-edit", args=[graduate.uuid])
    seen = mark_of(Graduate.objects.get(), graduations.CONTENT)
    said = {
        "kind": "degree",
        "graduated_on": "2026-07-18",
        "final_grade": "1.0",
        "additional_de": "Ein Jahr in Marisol.",
    }

    assert client.post(url, {**said, "seen": seen}).status_code == 302
    assert client.post(url, {**said, "final_grade": "3.0", "seen": seen}).status_code == 409

    graduate.refresh_from_db()
    assert (graduate.final_grade, graduate.additional) == ("1.0", {"de": "Ein Jahr in Marisol."})
    client.post(reverse("graduate-take-out", args=[graduate.uuid]))
    assert not Graduate.objects.exists()
    assert actions(graduate) == ["add", "correct", "take-out"]
    with pytest.raises(Stale):
        graduations.take_out(graduate, by=registrar)


def test_graduate_with_a_printed_supplement_stays(client, graduation, registrar):
    from credentials.models import DocumentKind
    from credentials.services import documents

    graduate = make_graduate(graduation, by=registrar)
    graduate.supplement = documents.store(
        b"%PDF-1.7",
        kind=DocumentKind.UPLOAD,
        title="Supplement",
        filename="supplement.pdf",
        media_type="application/pdf",
        institution=graduation.institution,
    )
    graduate.save()

    with pytest.raises(Refused, match="printed already"):
        graduations.take_out(graduate, by=registrar)
    page = client.get(reverse("graduate-edit", args=[graduate.uuid])).content.decode()
    assert reverse("graduate-take-out", args=[graduate.uuid]) not in page


def test_only_registrars_of_the_institution_keep_lists(institution, graduation):
    graduate = make_graduate(graduation)
    for user in (make_user(), make_registrar(make_institution())):
        for act in (
            lambda user=user: make_graduation(institution, by=user),
            lambda user=user: graduations.edit(graduation, by=user, name="X"),
            lambda user=user: make_graduate(graduation, by=user),
            lambda user=user: graduations.correct(graduate, by=user, final_grade="1.0"),
            lambda user=user: graduations.take_out(graduate, by=user),
        ):
            with pytest.raises(Refused, match="Only registrars"):
                act()


# Before printing


def test_complete_graduate_has_no_problems(graduation, version):
    assert problems_of(make_complete_graduate(graduation, version)) == []


@pytest.mark.parametrize("name", ["given_name", "family_name"])
def test_people_with_one_name_are_printed(graduation, version, name):
    graduate = make_complete_graduate(graduation, version)
    type(graduate.enrolment.learner).objects.update(**{name: ""})

    assert problems_of(graduate) == []


def test_all_that_is_missing_is_named(graduation, institution, registrar):
    learner = make_learner(institution, birth_date=None, given_name="", family_name="")
    version = make_programme_version(institution, award="")
    enrolment = make_enrolment(learner=learner, version=version)
    Graduation.objects.update(capacity={})

    assert problems_of(make_graduate(graduation, enrolment, by=registrar)) == [
        "Date of birth",
        "Given name or family name",
        "Title conferred",
        "Profile of the programme",
        "Credits: 0 of 180",
        "Capacity of who signs",
        "Text on the education system: Germany",
    ]


def test_profile_and_grade_that_are_missing_are_named(graduation, version, registrar):
    graduate = make_complete_graduate(graduation, version)
    Graduate.objects.update(final_grade="")
    assert problems_of(graduate) == ["Final grade or overall classification"]

    qualification_profiles.describe(version, by=registrar, access={}, sources={})

    assert problems_of(graduate) == [
        "Profile of the programme: access requirements, further information sources"
    ]


def test_recognised_credits_count_until_they_are_reversed(graduation, version, registrar):
    enrolment = make_enrolment(version=version)
    make_result(enrolment, make_module(version, ects=Decimal("54")), by=registrar)
    graduate = make_graduate(graduation, enrolment, by=registrar)
    assert problems_of(graduate) == ["Credits: 54 of 60"]

    entry = recognise(enrolment, None, "6")
    assert problems_of(graduate) == ["Credits: 54 of 60"]  # recorded after the day of the list
    Graduation.objects.update(certified_on=timezone.localdate())
    assert problems_of(graduate) == []
    entry.reversed_at = timezone.now()
    entry.save()
    assert problems_of(graduate) == ["Credits: 54 of 60"]


def test_interim_award_needs_some_results_only(graduation, version, registrar):
    enrolment = make_enrolment(version=version)
    interim = make_graduate(
        graduation, enrolment, by=registrar, kind=GraduateKind.INTERIM, final_grade=""
    )
    assert problems_of(interim) == ["Results"]

    make_result(enrolment, make_module(version), by=registrar)

    assert problems_of(interim) == []


@pytest.mark.parametrize("count", [1, 4])
def test_pages_and_problems_ask_the_same_for_any_number(
    client, graduation, version, registrar, count, django_assert_num_queries
):
    for _ in range(count):
        make_complete_graduate(graduation, version)
        make_graduation(graduation.institution, by=registrar)

    with django_assert_num_queries(6):
        found = graduations.with_progress(graduation.graduates.all())
        assert [graduations.problems(one) for one in found] == [[]] * count
    with django_assert_num_queries(11):
        client.get(reverse("graduation-detail", args=[graduation.uuid]))
    with django_assert_num_queries(7):
        client.get(reverse("graduation-list"))
    with django_assert_num_queries(7):
        client.get(reverse("graduate-choose", args=[graduation.uuid]), {"q": "nela"})


def test_list_is_searched_and_narrowed_to_what_is_missing(client, graduation, version):
    make_complete_graduate(graduation, version)
    lacking = make_graduate(graduation, make_enrolment(version=version))
    url = reverse("graduation-detail", args=[graduation.uuid])

    assert client.get(url).context["incomplete"] == 1
    for query in ({"show": "missing"}, {"q": lacking.enrolment.learner.student_number}):
        assert [one for one, _problems in client.get(url, query).context["page"]] == [lacking]


def test_list_is_two_clicks_from_home(client, graduation):
    home = client.get(reverse("home")).content.decode()
    learners = client.get(reverse("learner-list")).content.decode()

    assert reverse("learner-list") in home
    assert reverse("graduation-detail", args=[graduation.uuid]) in learners


def test_day_of_the_list_is_proposed(client, graduation):
    enrolment = make_enrolment(graduation.institution)

    page = client.get(reverse("graduate-add", args=[graduation.uuid, enrolment.uuid]))

    assert page.context["form"]["graduated_on"].value() == DAY


def test_example_of_a_capacity_is_in_the_language_of_its_field(client, institution, registrar):
    page = client.get(f"{reverse('graduation-new')}?institution={institution.slug}")

    told = {tag: page.context["form"][f"capacity_{tag}"].help_text for tag in ("de", "en")}
    assert told == {
        "de": "Such as “Studierendensekretariat”.",
        "en": "Such as “Registrar”.",
    }
