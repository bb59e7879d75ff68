"""The forms in which a signed credential is handed out, judged by those who read them."""

import io
import json
from datetime import date

import pytest
from django.urls import reverse
from PIL import Image

from credentials.models import Credential, Format, IssuerKey, KeyType, SignedForm
from credentials.services import custody, facts, hand_outs, signing_anew, verification
from credentials.services.hand_outs import Form
from credentials.standards import elm, microhe
from credentials.states import AwardState
from credentials.trust import baked, jws
from credentials.verdict import Refused
from tests.factories.awards import make_award, make_student, make_taught_course
from tests.factories.people import make_institution, make_learner, make_registrar

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    made = make_institution()
    made.identifiers = {"eidas": "VATDE-000000000"}
    made.save()
    return made


@pytest.fixture
def award(institution):
    return make_award(version=make_taught_course(institution))


def data_of(award, form):
    return hand_outs.make(Credential.objects.get(pk=award.credential_id), form, "X").data


@pytest.mark.parametrize("form", [Form.BADGE, Form.JWT, Form.PNG, Form.SVG])
def test_signed_forms_are_found_valid_and_say_the_same(award, form):
    found = verification.examine(data_of(award, form), f"x.{form}")

    badge = verification.examine_award(award)
    assert (found.title, found.seen.key) == ("Valid", "valid")
    assert found.award == award
    assert found.facts.title == badge.facts.title
    assert found.facts.holder.name == badge.facts.holder.name


def test_jwt_is_signed_once_with_a_key_of_its_own(award):
    first, second = data_of(award, Form.JWT), data_of(award, Form.JWT)

    assert first == second
    form = SignedForm.objects.get(format=Format.JWT)
    assert (form.key.type, form.key.institution) == (KeyType.RSA, award.learner.institution)
    header, payload = jws.parse(first.decode())
    assert (header["alg"], header["typ"]) == ("RS256", "JWT")
    assert payload["sub"].startswith("urn:uuid:")
    assert payload["jti"] == award.credential.identifier
    assert 0 <= form.signed_at.timestamp() - payload["iat"] < 60


def test_two_credentials_of_one_learner_have_different_subjects(award):
    other = make_award(version=make_taught_course(award.learner.institution))

    subjects = {jws.parse(data_of(one, Form.JWT).decode())[1]["sub"] for one in (award, other)}

    assert len(subjects) == 2


def test_keys_are_replaced_type_by_type_and_a_jwt_is_signed_anew(client, award, run_tasks):
    old_text = data_of(award, Form.JWT)
    institution = award.learner.institution
    registrar, second = make_registrar(institution), make_registrar(institution)
    key = IssuerKey.objects.get(type=KeyType.RSA)
    custody.replace(key, by=registrar)
    assert verification.examine(old_text, "x.jwt").title == "Valid"
    assert institution.keys.active().count() == 2
    key.refresh_from_db()
    SignedForm.objects.filter(key=key).update(signed_at=key.created_at)
    asked = custody.request(key, "stolen", "Gone.", stolen_from=key.created_at, by=registrar)
    custody.approve(asked, by=second)

    key.refresh_from_db()
    with run_tasks():
        signing_anew.start(key, by=registrar)

    assert data_of(award, Form.JWT) != old_text
    assert verification.examine(data_of(award, Form.JWT), "x.jwt").title == "Valid"


def test_page_says_what_each_form_is_for_and_offers_the_bundle_first(client, award):
    client.force_login(award.learner.user)

    page = client.get(reverse("award-detail", args=[award.uuid]))

    forms = page.context["forms"]
    assert forms[0] == Form.BUNDLE
    assert all(f"<small>{form.purpose}</small>" in page.content.decode() for form in forms)
    assert len({form.purpose for form in Form}) == len(Form)


def test_images_show_the_credential_and_carry_it(award):
    image = data_of(award, Form.PNG)

    assert Image.open(io.BytesIO(image)).size == (640, 640)
    assert baked.take_out(image) == verification.bytes_of(award.credential)
    drawn = data_of(award, Form.SVG).decode()
    assert "<title>Data Analysis" in drawn


def test_european_credential_has_all_that_its_shapes_ask_for(award):
    document = json.loads(data_of(award, Form.EDC))

    assert elm.problems(document) == []
    assert elm.read(document).title == facts.of_credential(award.credential).title


def test_european_credential_is_refused_in_words_when_the_institution_lacks_a_number(client):
    award = make_award()
    client.force_login(award.learner.user)

    with pytest.raises(Refused, match="eIDAS identifier"):
        data_of(award, Form.EDC)
    page = client.get(reverse("credential-form", args=[award.credential.uuid, Form.EDC.value]))
    assert page.status_code == 403
    assert "eIDAS identifier" in page.content.decode()


def test_meta_data_say_what_the_badge_says(award):
    read = microhe.read(json.loads(data_of(award, Form.MICROHE)))

    assert read.title == verification.examine_award(award).facts.title


def test_birth_date_and_student_number_stand_in_the_file_of_the_holder_only(client, institution):
    student, version = make_student("Nela Ardwen"), make_taught_course(institution)
    make_learner(institution, student, birth_date=date(2001, 5, 17), student_number="S-4711")
    award = make_award(version=version, student=student)
    found = {}
    for person in (student, version.course.teachers.get()):
        client.force_login(person)
        for form in (Form.EDC, Form.MICROHE):
            url = reverse("credential-form", args=[award.credential.uuid, form.value])
            text = client.get(url).content.decode()
            found[person, form] = ("2001-05-17" in text, "S-4711" in text)

    assert [set(found.values())] == [{(True, True), (False, False)}]
    assert [found[student, form] for form in (Form.EDC, Form.MICROHE)] == [(True, True)] * 2


@pytest.mark.parametrize("form", Form.values)
def test_what_is_not_signed_is_in_no_form(client, institution, form):
    award = make_award(AwardState.SIGNING, version=make_taught_course(institution))
    client.force_login(award.learner.user)

    url = reverse("credential-form", args=[award.credential.uuid, form])

    assert client.get(url).status_code == 404


def test_files_come_to_be_saved_and_only_to_who_may_see_the_award(client, award):
    url = reverse("credential-form", args=[award.credential.uuid, "png"])
    client.force_login(award.learner.user)
    answer = client.get(url)
    client.force_login(make_student("Tam Belisle"))

    assert answer["Content-Disposition"] == f'attachment; filename="{award.number}.png"'
    assert answer["Content-Type"] == "image/png"
    assert client.get(url).status_code == 404


def test_transcript_has_all_that_is_in_force(client, award):
    learner = award.learner.user
    second = make_award(version=make_taught_course(award.learner.institution), student=learner)
    client.force_login(learner)

    data = client.get(reverse("transcript")).content
    found = verification.examine_all(data, "x.elmo.xml")

    assert [one.facts.id for one in found if one.facts] == [
        award.credential.identifier,
        second.credential.identifier,
    ]
    assert {one.title for one in found} == {"Valid"}
    client.force_login(make_student("Tam Belisle"))
    assert client.get(reverse("transcript")).status_code == 404


@pytest.mark.checkers
def test_independent_checkers_accept_what_is_handed_out(client, award, checker, tmp_path):
    """The badge itself is judged in tests/real_input, with the portal running."""
    edc, xml = tmp_path / "edc.json", tmp_path / "all.xml"
    jwt, jwks = tmp_path / "badge.jwt", tmp_path / "jwks.json"
    edc.write_bytes(data_of(award, Form.EDC))
    jwt.write_bytes(data_of(award, Form.JWT))
    client.force_login(award.learner.user)
    xml.write_bytes(client.get(reverse("transcript")).content)
    did = reverse("institution-did", args=[award.learner.institution.slug])
    methods = client.get(did).json()["verificationMethod"]
    found = [{**m["publicKeyJwk"], "kid": m["id"]} for m in methods if "publicKeyJwk" in m]
    jwks.write_text(json.dumps({"keys": found}))

    for arguments in (
        ("elm", "--profile", "full", edc),
        ("elm", "--profile", "no-cv", edc),
        ("elmo", xml),
        ("jwt", "--jwks", jwks, jwt),
    ):
        done = checker(*arguments)
        assert done.returncode == 0, (arguments, done.stdout + done.stderr)
