"""Bodies that award a course together: chosen from the register, said in every form."""

import json

import pytest
from django.urls import reverse

from credentials.models import Award, Credential
from credentials.services import courses, facts, hand_outs, verification
from credentials.services.hand_outs import Form
from credentials.standards import elm, microhe, open_badges
from credentials.standards.facts import Identifier
from credentials.tasks import sign_batch
from credentials.verdict import Refused
from credentials.vocabulary import BodyKind, BodyStatus
from tests.factories.awards import make_award, make_taught_course, order_awards
from tests.factories.catalogue import make_course_version
from tests.factories.people import make_awarding_body, make_institution, make_learner, make_staff
from tests.factories.seals import NUMBER, make_seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return make_institution(identifiers={"eidas": NUMBER})


@pytest.fixture
def partner(institution):
    return make_awarding_body(
        institution,
        name="Marisol Technical University",
        url="https://marisol.example/",
        erasmus_code="E MARISOL01",
        legal_id="VATES-A00000000",
    )


@pytest.fixture
def director(institution):
    return make_staff(institution, "course_director")


@pytest.fixture
def draft(institution):
    return make_course_version(institution, published=False)


@pytest.fixture
def award(institution, partner):
    version = make_taught_course(institution)
    version.joint_bodies.add(partner)
    return make_award(version=version)


def filled(client, version, **changes):
    """What the form of a draft sends when nothing but `changes` is typed."""
    page = client.get(reverse("course-edit", args=[version.uuid]))
    form, rows = page.context["form"], page.context["rows"]
    data = {}
    for bound in [*form, *(bound for row in rows for bound in row), *rows.management_form]:
        if (value := bound.value()) not in (None, "", False):
            data[bound.html_name] = value
    return {**data, **changes}


# Chosen ------------------------------------------------------------------------------------------


def test_bodies_are_chosen_in_the_form_of_a_draft_and_kept(client, draft, partner, director):
    client.force_login(director)
    url = reverse("course-edit", args=[draft.uuid])
    name = "Marisol Technical University (ES)"
    assert f'<option value="{name}">' in client.get(url).content.decode()

    client.post(url, filled(client, draft, joint_1=name))

    assert list(draft.joint_bodies.all()) == [partner]
    shown = client.get(url).content.decode()
    assert f'value="{name}"' in shown
    client.post(url, filled(client, draft))
    assert list(draft.joint_bodies.all()) == [partner]
    client.post(url, filled(client, draft, joint_1=""))
    assert not draft.joint_bodies.exists()


def test_form_says_which_name_is_not_in_the_register(client, draft, director):
    own, platform = draft.course.institution, BodyKind.PLATFORM
    make_awarding_body(own, name="Platform", kind=platform, status=BodyStatus.UNKNOWN)
    make_awarding_body(make_institution(), name="Elsewhere")
    client.force_login(director)

    for name in ("Nowhere (ES)", "Platform (ES)", "Elsewhere (ES)"):
        data = filled(client, draft, joint_2=name)
        page = client.post(reverse("course-edit", args=[draft.uuid]), data).content.decode()
        assert f"“{name}” is not in the register of awarding bodies." in page
    assert not draft.joint_bodies.exists()


def test_only_bodies_of_the_own_register_award_jointly(draft, director):
    foreign = make_awarding_body(make_institution())

    with pytest.raises(Refused, match="no awarding body of your register"):
        courses.edit(draft, by=director, joint_bodies=[foreign])


def test_who_looks_at_an_older_state_is_told(draft, partner, director):
    seen = courses.fingerprint(draft)
    courses.edit(draft, by=director, joint_bodies=[partner])

    with pytest.raises(Refused, match="Somebody changed this course"):
        courses.edit(draft, by=director, seen=seen, term="Winter")


def test_new_version_is_awarded_by_the_same_bodies(award, director, partner):
    draft = courses.renew(award.course_version, by=director)

    assert list(draft.joint_bodies.all()) == [partner]


# Said --------------------------------------------------------------------------------------------


def test_pages_name_them(client, award, director):
    said = "Awarded jointly with"
    pages = [
        reverse("course-detail", args=[award.course_version.uuid]),
        reverse("award-detail", args=[award.uuid]),
        reverse("verify-code", args=[award.code]),
    ]
    client.force_login(award.learner.user)
    for url in pages:
        page = client.get(url).content.decode()
        assert said in page
        assert "Marisol Technical University" in page
    client.force_login(director)
    manage = client.get(reverse("course-manage", args=[award.course_version.uuid]))
    assert said in manage.content.decode()


def test_facts_say_what_the_register_knows(award):
    (body,) = facts.of_credential(award.credential).joint_bodies

    assert (dict(body.name), body.country) == ({"en": "Marisol Technical University"}, "ES")
    assert body.identifiers == (
        Identifier("erasmus", "E MARISOL01"),
        Identifier("eidas", "VATES-A00000000"),
    )
    assert body.status == BodyStatus.RECOGNISED


def test_what_the_register_says_later_changes_no_award(award, partner):
    partner.name = "Another name"
    partner.save()

    (body,) = facts.of_credential(award.credential).joint_bodies
    assert "Marisol Technical University" in body.name.values()


def data_of(award, form):
    credential = Credential.objects.get(pk=award.credential_id)
    return hand_outs.make(credential, form, "X", reader=credential.holder).data


def test_every_form_names_them(client, institution, award):
    make_seal(institution)
    badge = json.loads(data_of(award, Form.BADGE))
    edc = json.loads(data_of(award, Form.EDC))
    sealed = json.loads(json.loads(data_of(award, Form.SEALED))["payload"])
    client.force_login(award.learner.user)
    elmo = client.get(reverse("transcript")).content
    read = {
        "badge": open_badges.read(badge),
        "edc": elm.read(edc),
        "sealed": elm.read(sealed),
        "microhe": microhe.read(json.loads(data_of(award, Form.MICROHE))),
        "elmo": verification.examine_all(elmo, "x.xml")[0].facts,
        "jwt": verification.examine(data_of(award, Form.JWT), "x.jwt").facts,
    }

    for name, found in read.items():
        names = [text for body in found.joint_bodies for text in body.name.values()]
        assert names == ["Marisol Technical University"], name
    assert elm.problems(edc) == elm.problems(sealed) == []
    assert verification.examine(data_of(award, Form.SEALED), "x").title == "Valid"


def test_awards_of_a_batch_name_them(institution, award):
    version, learners = award.course_version, [make_learner(institution) for _ in range(2)]

    sign_batch(order_awards(version, learners).pk)

    for made in Award.objects.filter(learner__in=learners):
        found = verification.examine_award(made)
        assert found.title == "Valid"
        assert [body.country for body in found.facts.joint_bodies] == ["ES"]


@pytest.mark.checkers
def test_independent_checkers_accept_joint_awards(institution, award, client, checker, tmp_path):
    make_seal(institution)
    paths = {name: tmp_path / name for name in ("edc.json", "sealed.jsonld", "elmo.xml")}
    paths["edc.json"].write_bytes(data_of(award, Form.EDC))
    paths["sealed.jsonld"].write_bytes(data_of(award, Form.SEALED))
    client.force_login(award.learner.user)
    paths["elmo.xml"].write_bytes(client.get(reverse("transcript")).content)

    for arguments in (
        ("elm", "--profile", "full", paths["edc.json"]),
        ("elm", "--profile", "full", paths["sealed.jsonld"]),
        ("elmo", paths["elmo.xml"]),
    ):
        done = checker(*arguments)
        assert done.returncode == 0, (arguments, done.stdout + done.stderr)
