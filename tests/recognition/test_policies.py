"""The rules of recognition: published in versions by registrars, read by everybody."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.verdict import Refused
from recognition.models import Policy
from recognition.services import policies
from recognition.submission import policy_in_force
from recognition.vocabulary import DecisionType
from tests.factories.catalogue import make_programme_version
from tests.factories.people import make_institution, make_registrar, make_user
from tests.factories.recognition import make_case, make_policy

pytestmark = pytest.mark.django_db


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


def rules(**changes):
    return {
        "valid_from": timezone.localdate().isoformat(),
        "check_days": "5",
        "decision_days": "20",
        "information_days": "14",
        "limit_months": "4",
        "information_rounds": "2",
        "objection_days": "30",
        "objection_answer_days": "20",
        "appeal_days": "30",
        "appeal_answer_days": "40",
        "residency_ects": "0",
        "workload_tolerance_ects": "1",
        "workload_tolerance_share": "80",
        "currency_years": "10",
        "grade_decimals": "1",
        "precedent_years": "3",
        "quorum": "2",
        "validation_cap": "50",
        "allows_proportional": "on",
        "appeal_body_en": "Appeals board",
        "appeal_body_de": "Widerspruchsausschuss",
        "appeal_address_en": "Hall 1",
        "appeal_address_de": "Halle 1",
        "legal_basis_en": "Lisbon Recognition Convention",
        "legal_basis_de": "Lissabon-Konvention",
        **changes,
    }


# Publishing


def test_rules_are_published_as_a_new_version(client, institution, registrar):
    make_policy(institution, version=1)

    answer = client.post(at("policy-edit", institution), rules(decision_days="15"), follow=True)

    policy = Policy.objects.get(version=2)
    assert "Version 2 is published." in answer.content.decode()
    assert (policy.decision_days, policy.validation_cap) == (15, Decimal("0.50"))
    assert policy.appeal_body == {"en": "Appeals board", "de": "Widerspruchsausschuss"}
    assert "Version 2 is in force since" in answer.content.decode()
    assert Policy.objects.get(version=1).decision_days == 20


def test_same_rules_from_two_tabs_are_one_version(client, institution, registrar):
    for _tab in range(2):
        client.post(at("policy-edit", institution), rules())

    assert Policy.objects.count() == 1


def test_form_is_filled_with_the_latest_rules(client, institution, registrar):
    make_policy(institution, decision_days=17, validation_cap=Decimal("0.25"))

    form = client.get(at("policy-edit", institution)).context["form"]

    assert (form["decision_days"].value(), form["validation_cap"].value()) == (17, 25)
    assert form["appeal_body_de"].value() == "Widerspruchsausschuss"


def test_rules_of_the_future_are_announced_and_not_in_force(client, institution, registrar):
    make_policy(institution, version=1, valid_from=timezone.localdate())
    day = timezone.localdate() + timedelta(days=30)

    answer = client.post(
        at("policy-edit", institution), rules(valid_from=day.isoformat()), follow=True
    )

    page = answer.content.decode()
    assert "Version 1 is in force since" in page
    assert "Version 2 comes into force on" in page
    assert Policy.objects.in_force().get().version == 1


def test_institution_without_rules_says_what_that_means(client, institution, registrar):
    page = client.get(at("policy-edit", institution)).content.decode()

    assert "There are no rules yet. Without them nobody can apply." in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("valid_from", "2020-01-01"),
        ("valid_from", ""),
        ("check_days", "0"),
        ("decision_days", "121"),
        ("information_days", "x"),
        ("objection_days", "-1"),
        ("quorum", "0"),
        ("validation_cap", "101"),
        ("appeal_body_de", ""),
        ("appeal_address_en", " "),
        ("legal_basis_en", ""),
    ],
)
def test_rules_with_a_mistake_name_the_field_and_publish_nothing(
    client, institution, registrar, field, value
):
    answer = client.post(at("policy-edit", institution), rules(**{field: value}))

    assert set(answer.context["form"].errors) == {field}
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not Policy.objects.exists()


def test_rules_are_published_by_registrars_only(institution):
    with pytest.raises(Refused):
        policies.publish(institution, valid_from=timezone.localdate(), by=make_user())


# For everybody


def test_rules_that_are_in_force_today_are_public(client):
    institution = make_institution()
    make_policy(institution, version=1, decision_days=21)
    make_policy(institution, version=2, decision_days=22)
    make_policy(
        institution,
        version=3,
        decision_days=23,
        valid_from=timezone.localdate() + timedelta(days=30),
    )

    page = client.get(reverse("recognition-rules"))

    assert [policy.version for policy in page.context["policies"]] == [2]
    assert "Within 22 working days" in page.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_rules_ask_the_database_once(client, number, django_assert_num_queries):
    for _ in range(number):
        make_policy(make_institution())

    with django_assert_num_queries(1):
        client.get(reverse("recognition-rules"))


# One programme


def test_a_programme_can_have_rules_of_its_own(client, institution, registrar):
    make_policy(institution, version=1, decision_days=20)
    version = make_programme_version(institution)
    other = make_programme_version(institution)

    client.post(
        at("policy-edit", institution),
        rules(programme=version.programme.pk, decision_days="10"),
    )

    case = make_case(programme_version=version)
    assert (case.policy.programme, case.policy.decision_days) == (version.programme, 10)
    assert make_case(programme_version=other).policy.decision_days == 20
    assert {one.decision_days for one in Policy.objects.in_force()} == {10, 20}


def test_a_programme_begins_with_the_rules_of_all(client, institution, registrar):
    make_policy(institution, decision_days=17)
    programme = make_programme_version(institution).programme

    page = client.get(at("policy-edit", institution), {"programme": programme.code})

    form = page.context["form"]
    assert (form["decision_days"].value(), form["programme"].value()) == (17, programme.pk)


def test_rules_of_another_institutions_programme_are_refused(institution, registrar):
    programme = make_programme_version(make_institution()).programme

    with pytest.raises(Refused, match="another institution"):
        policies.publish(
            institution, valid_from=timezone.localdate(), programme=programme, by=registrar
        )


# Who decides, and phrases


def test_delegation_is_what_was_ticked(client, institution, registrar):
    client.post(
        at("policy-edit", institution),
        rules(chair=["full", "refusal"], course_director=["full"], grade_methods=["bavarian"]),
    )

    policy = Policy.objects.get()
    assert policy.delegation == {"chair": ["full", "refusal"], "course_director": ["full"]}
    assert policy.grade_methods == ["bavarian"]


def test_by_default_nobody_refuses_alone():
    chair = Policy().delegation["chair"]

    assert DecisionType.REFUSAL not in chair
    assert set(chair) == set(DecisionType.values) - {"refusal", "inadmissible"}


def phrase(**says):
    return {
        "blocks-TOTAL_FORMS": "1",
        "blocks-INITIAL_FORMS": "0",
        "blocks-0-kind": "later",
        "blocks-0-title_en": "Take the part",
        "blocks-0-text_en": "Take the part that is open in the coming term.",
        **{f"blocks-0-{name}": value for name, value in says.items()},
    }


def test_standard_phrases_are_part_of_the_rules(client, institution, registrar):
    client.post(at("policy-edit", institution), rules() | phrase())

    assert Policy.objects.get().text_blocks == [
        {
            "kind": "later",
            "title": {"en": "Take the part"},
            "text": {"en": "Take the part that is open in the coming term."},
        }
    ]


def test_a_phrase_without_text_is_not_published(client, institution, registrar):
    page = client.post(at("policy-edit", institution), rules() | phrase(text_en=""))

    assert "A phrase needs a name and a text." in page.content.decode()
    assert not Policy.objects.exists()


def test_phrases_stay_when_the_form_does_not_show_them(institution, registrar):
    block = {"kind": "later", "title": {"en": "A"}, "text": {"en": "B"}}
    make_policy(institution, text_blocks=[block])

    published = policies.publish(
        institution, valid_from=timezone.localdate(), decision_days=9, by=registrar
    )

    assert published.text_blocks == [block]


# Versions


def test_a_version_says_what_changed(client, institution):
    make_policy(institution, version=1, decision_days=20)
    make_policy(institution, version=2, decision_days=15, is_blind=True)

    page = client.get(reverse("policy-detail", args=[institution.slug, 2]))

    assert page.context["changes"] == [
        ("decision after completeness, working days", 20, 15),
        ("reviewers are shown no name, sex, birth date or nationality", "No", "Yes"),
    ]
    assert page.context["is_in_force"]


def test_an_old_version_stays_readable(client, institution):
    make_policy(institution, version=1, decision_days=21)
    make_policy(institution, version=2)

    page = client.get(reverse("policy-detail", args=[institution.slug, 1]))

    assert not page.context["is_in_force"]
    assert "Within 21 working days" in page.content.decode()
    assert client.get(reverse("policy-detail", args=[institution.slug, 9])).status_code == 404


def test_a_case_keeps_the_version_it_was_sent_under():
    case = make_case()
    newer = make_policy(case.institution, version=case.policy.version + 1, decision_days=3)

    case.refresh_from_db()
    assert case.policy != newer
    assert policy_in_force(case) == newer
