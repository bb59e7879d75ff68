"""Seal certificates: looked at, installed, replaced, withdrawn; and what is sealed with them."""

import json
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from credentials.models import (
    AuditEvent,
    Credential,
    Format,
    IssuerKey,
    KeyRequestKind,
    KeyType,
    RevocationReason,
    SignedForm,
    SuspensionReason,
)
from credentials.services import (
    custody,
    facts,
    hand_outs,
    keys,
    proof,
    revocations,
    seals,
    signing_anew,
    verification,
)
from credentials.services.hand_outs import Form
from credentials.standards import elm
from credentials.trust import key_files
from credentials.trust import seals as jades
from credentials.trust.certificates import Chain
from credentials.trust.keys import BadKey
from credentials.verdict import Refused
from recognition.work import waiting_for
from tests.credentials.trust.certificate_files import (
    certificate,
    ec_key,
    p12,
    pem,
    rsa_key,
    subject,
)
from tests.factories.awards import correct, make_award, make_taught_course
from tests.factories.people import make_institution, make_registrar, make_staff
from tests.factories.seals import (
    NUMBER,
    PASSWORD,
    authority,
    days_ago,
    make_seal,
    seal_file,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return make_institution(identifiers={"eidas": NUMBER, "schac": "testheim.example"})


@pytest.fixture
def registrar(institution):
    return make_registrar(institution)


@pytest.fixture
def award(institution):
    return make_award(version=make_taught_course(institution))


def sealed(award):
    credential = Credential.objects.get(pk=award.credential_id)
    return hand_outs.make(credential, Form.SEALED, "X", reader=credential.holder).data


def forms_of(award):
    credential = Credential.objects.get(pk=award.credential_id)
    return hand_outs.offered(credential, facts.of_credential(credential), credential.holder)


def test_only_the_holder_gets_the_sealed_form(institution, registrar, award):
    make_seal(institution, by=registrar)
    credential = Credential.objects.get(pk=award.credential_id)
    sealed(award)

    offered = hand_outs.offered(credential, facts.of_credential(credential), registrar)

    assert Form.SEALED not in offered
    assert Form.EDC in offered
    with pytest.raises(Refused, match="Only its holder"):
        hand_outs.make(credential, Form.SEALED, "X", reader=registrar)


# Looked at ---------------------------------------------------------------------------------------


def tls_only():
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    return seal_file(extra=(x509.ExtendedKeyUsage(purposes), False))


def of_other_key():
    leaf = certificate(ec_key(), subject(identifier=NUMBER), start=days_ago(1))
    return pem(ec_key(), leaf)


def without_key():
    leaf = certificate(ec_key(), subject(identifier=NUMBER), start=days_ago(1))
    return p12(None, leaf)


@pytest.mark.parametrize(
    ("make", "password", "why"),
    [
        (seal_file, "wrong", "password does not fit"),
        (seal_file, "", "password does not fit"),
        (lambda: b"", PASSWORD, "cannot be read"),
        (lambda: b"\x30\x82" + b"\xff" * 500, PASSWORD, "cannot be read"),
        (lambda: seal_file()[:-40], PASSWORD, "cannot be read"),
        (lambda: b"0" * 300_000, PASSWORD, "too large"),
        (without_key, PASSWORD, "no private key"),
        (of_other_key, PASSWORD, "does not belong"),
        (lambda: seal_file(key=rsa_key(1024)), PASSWORD, "too short"),
        (lambda: seal_file(start=days_ago(800)), PASSWORD, "has expired"),
        (lambda: seal_file(start=days_ago(-2)), PASSWORD, "not valid yet"),
        (tls_only, PASSWORD, "not meant for signing"),
        (lambda: seal_file(signs=False), PASSWORD, "not meant for signing"),
        (lambda: seal_file(""), PASSWORD, "no official number"),
        (lambda: seal_file("VATDE-999999999"), PASSWORD, "VATDE-999999999"),
    ],
)
def test_what_cannot_seal_is_refused_in_words(institution, make, password, why):
    with pytest.raises(Refused, match=why):
        seals.read(make(), password, institution)


def test_a_file_that_takes_for_ever_to_open_is_given_up(institution, monkeypatch):
    """PKCS #12 says itself how often the password is hashed: here two thousand million times."""
    monkeypatch.setattr(key_files, "SECONDS", 2)
    key = ec_key()
    builder = PrivateFormat.PKCS12.encryption_builder().hmac_hash(SHA256())
    leaf = certificate(key, subject(identifier=NUMBER), start=days_ago(1))
    data = pkcs12.serialize_key_and_certificates(b"", key, leaf, None, builder.build(b"secret"))
    usual, mac = bytes.fromhex("02020800"), bytes.fromhex("30413031300d")
    assert data.endswith(usual)
    assert data.count(mac) == 1
    longer = (int.from_bytes(data[2:4]) + 2).to_bytes(2)  # and so are the structures around it
    data = data[:2] + longer + data[4 : -len(usual)] + bytes.fromhex("02047fffffff")
    data = data.replace(mac, bytes.fromhex("30433031300d"))

    with pytest.raises(Refused, match="too long to open"):
        seals.read(data, PASSWORD, institution)


def test_what_others_may_refuse_is_told_before(institution, settings, tmp_path):
    def doubts(**more):
        return " ".join(seals.doubts(seals.read(seal_file(**more), PASSWORD, institution)))

    alone = certificate(key := ec_key(), subject(identifier=NUMBER), start=days_ago(1))
    own = " ".join(seals.doubts(seals.read(pem(key, alone), "", institution)))
    settings.VAR_DIR = tmp_path

    assert "does not trust its authority, Trust Centre CA" in doubts()
    assert "Trust Centre CA, is not in the file" in doubts(with_chain=False)
    assert "signed by itself" in own
    assert "ends soon" in doubts(start=days_ago(700))
    (tmp_path / "authorities.pem").write_bytes(authority().public_bytes(Encoding.PEM))
    # The names and the key of an authority count, so one made anew is not the one in the file.
    known = seals.read(seal_file(issuer=(issuer := authority())), PASSWORD, institution)
    (tmp_path / "authorities.pem").write_bytes(issuer.public_bytes(Encoding.PEM))
    found = seals.doubts(known)
    assert len(found) == 1
    assert "qualified" in found[0]


# Installed ---------------------------------------------------------------------------------------


def test_private_half_is_kept_encrypted_only(institution, registrar):
    key_here = ec_key()
    key = make_seal(institution, by=registrar, key=key_here)

    secret = key_here.private_numbers().private_value.to_bytes(32)
    assert secret not in bytes(key.wrapped_private)
    assert seals.certificate_of(key).key.private_numbers() == key_here.private_numbers()
    with pytest.raises(BadKey):
        keys.private_half(key).sign(b"something else than a seal")
    assert list(proof.of_keys()) == []


def test_number_of_the_institution_comes_with_the_certificate():
    institution = make_institution(identifiers={"schac": "testheim.example"})
    make_seal(institution)

    institution.refresh_from_db()
    assert institution.identifiers == {"eidas": NUMBER, "schac": "testheim.example"}
    other = make_institution()
    with pytest.raises(Refused, match="is the official number of"):
        seals.read(seal_file(), PASSWORD, other)


def test_next_certificate_replaces_the_one_until_now(institution, registrar):
    first, second = make_seal(institution, by=registrar), make_seal(institution, by=registrar)

    first.refresh_from_db()
    assert first.retired_at is not None
    assert seals.of(institution) == second
    with pytest.raises(Refused, match="next certificate"):
        custody.replace(second, by=registrar)
    custody.retire(second, by=registrar)
    assert seals.of(institution) is None
    with pytest.raises(Refused, match="nothing new"):
        custody.retire(second, by=registrar)


def test_seals_are_no_keys_of_the_did(client, institution, award):
    make_seal(institution)

    published = client.get(reverse("institution-did", args=[institution.slug])).json()

    assert len(published["verificationMethod"]) == 1


def test_only_registrars_of_the_whole_institution_install(institution):
    found = seals.read(seal_file(), PASSWORD, institution)

    for other in (make_staff(institution, "course_director"), make_registrar(make_institution())):
        with pytest.raises(Refused, match="Only registrars"):
            seals.install(institution, found, by=other)
        with pytest.raises(Refused, match="Only registrars"):
            seals.set_number(institution, "", by=other)
    assert not IssuerKey.objects.seals().exists()


# The master key ----------------------------------------------------------------------------------


def test_master_key_is_changed_with_seals_as_with_keys(institution, award, settings, capsys):
    key = make_seal(institution)
    settings.OLD_MASTER_KEY, settings.MASTER_KEY = settings.MASTER_KEY, "the next master key " * 2
    assert f"key {key.short_id} of" in " ".join(proof.of_keys())

    call_command("rewrap_keys")

    assert "2 of 2 keys" in capsys.readouterr().out
    assert list(proof.of_keys()) == []
    assert sealed(award)


def test_lost_seal_is_retired_and_its_file_installed_again(
    institution, registrar, award, settings, capsys
):
    data = seal_file()
    key = seals.install(institution, seals.read(data, PASSWORD, institution), by=registrar)
    settings.MASTER_KEY = "made after the loss " * 2

    call_command("replace_lost_keys", "--run")

    assert f"{institution.slug}: seals no more" in capsys.readouterr().out
    assert seals.of(institution) is None
    again = seals.install(institution, seals.read(data, PASSWORD, institution), by=registrar)
    assert again == key
    assert sealed(award)


def test_certificate_that_was_changed_in_the_database_is_found(institution):
    key, other = make_seal(institution), make_seal(make_institution(), number="VATDE-2")
    IssuerKey.objects.filter(pk=key.pk).update(certificate=other.certificate)

    assert list(proof.of_keys()) == [
        f"key {key.short_id} of {institution.slug}: its certificate is another one's"
    ]


# Sealed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make_key", [ec_key, rsa_key])
def test_sealed_credential_is_what_the_infrastructure_makes(institution, award, make_key):
    make_seal(institution, key=make_key(), issuer=(issuer := authority()))

    document = json.loads(sealed(award))
    opened = jades.open_seal(document, roots=[issuer], at=timezone.now())

    assert (opened.chain, opened.names_its_sealer) == (Chain.TRUSTED, True)
    assert elm.problems(opened.payload) == []
    assert elm.read(opened.payload).holder.name == award.holder_name


def test_it_is_sealed_once_and_kept(institution, award):
    assert Form.SEALED not in forms_of(award)
    assert Form.EDC in forms_of(award)
    key = make_seal(institution)
    assert Form.SEALED in forms_of(award)
    assert Form.EDC not in forms_of(award)

    first = sealed(award)
    assert sealed(award) == first
    form = SignedForm.objects.get(format=Format.SEALED)
    assert (form.key, form.key.type) == (key, KeyType.SEAL)
    custody.retire(key, by=make_registrar(institution))
    assert sealed(award) == first
    assert list(proof.of_signed_forms()) == []


def test_our_own_verification_finds_it_valid_without_any_authority(institution, award):
    make_seal(institution)

    found = verification.examine(sealed(award), "x.edc.jsonld")

    assert (found.title, found.seen.key) == ("Valid", "valid")
    assert (found.award, found.issuer) == (award, institution)
    assert found.seen.check("not_revoked").key == "status_here"
    assert found.seen.check("issuer_known").key == "grade_accredited_own"


def test_a_certificate_vouches_for_no_other_institution(award):
    """It names the right number, but its owner is another institution of this portal."""
    other = make_institution()
    seal = make_seal(other, number="VATDE-77")
    said = seals.certificate_of(seal)
    stated = facts.of_credential(award.credential)
    document = elm.write(
        stated, issuer=elm.sealing(stated.awarding_body, "VATDE-77"), image=b"\x89PNG"
    )
    forged = json.dumps(jades.seal(document, said, at=timezone.now())).encode()

    found = verification.examine(forged, "x.edc.jsonld")

    assert found.seen.key == "intact_chain"
    assert (found.issuer, found.award, found.is_tied) == (None, None, False)


@pytest.mark.parametrize("act", ["revoke", "suspend"])
def test_what_is_not_in_force_is_not_given_out_and_found_so(institution, registrar, award, act):
    make_seal(institution)
    before = sealed(award)
    if act == "revoke":
        revocations.revoke(award, by=registrar, reason=RevocationReason.ERROR, note="Wrong.")
    else:
        revocations.suspend(award, by=registrar, reason=SuspensionReason.EXAMINED, note="Why?")

    with pytest.raises(Refused, match="only given out while it is in force"):
        sealed(award)
    assert Form.SEALED not in forms_of(award)
    found = verification.examine(before, "x.edc.jsonld")
    assert found.seen.key == {"revoke": "revoked", "suspend": "suspended"}[act]


def test_corrected_award_gets_a_seal_of_its_own(institution, registrar, award, run_tasks):
    make_seal(institution)
    before = sealed(award)
    with run_tasks():
        newer = correct(award, registrar, holder_name="Nela Árdwen")
    newer.refresh_from_db()

    after = sealed(newer)

    assert verification.examine(after, "x").facts.holder.name == "Nela Árdwen"
    assert verification.examine(before, "x").seen.key == "superseded"
    with pytest.raises(Refused):
        sealed(award)


def test_expired_certificate_seals_nothing_new_and_the_old_seal_stays(
    institution, award, monkeypatch
):
    make_seal(institution, start=days_ago(700))
    before = sealed(award)
    other = make_award(version=award.course_version)
    later = timezone.now() + timedelta(days=60)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert sealed(award) == before
    assert verification.examine(before, "x").title == "Valid"
    assert Form.SEALED not in forms_of(other)
    with pytest.raises(Refused, match="no certificate"):
        sealed(other)


# Stolen and erased -------------------------------------------------------------------------------


def stolen(key, institution):
    asked = custody.request(
        key,
        KeyRequestKind.STOLEN,
        "Gone.",
        stolen_from=key.created_at,
        by=make_registrar(institution),
    )
    custody.approve(asked, by=make_registrar(institution))
    return IssuerKey.objects.get(pk=key.pk)


def test_what_a_stolen_certificate_sealed_does_not_count_until_it_is_sealed_anew(
    institution, registrar, award, run_tasks
):
    data = seal_file()
    key = seals.install(institution, seals.read(data, PASSWORD, institution), by=registrar)
    make_registrar(institution)
    before = sealed(award)

    key = stolen(key, institution)

    assert seals.of(institution) is None
    assert verification.examine(before, "x").seen.key == "key_revoked"
    with pytest.raises(Refused, match="does not count"):
        sealed(award)
    with pytest.raises(Refused, match="Install another"):
        signing_anew.start(key, by=registrar)
    with pytest.raises(Refused, match="reported as stolen"):
        seals.install(institution, seals.read(data, PASSWORD, institution), by=registrar)
    make_seal(institution, by=registrar)
    with run_tasks():
        signing_anew.start(key, by=registrar)
    assert sealed(award) != before
    assert verification.examine(sealed(award), "x").title == "Valid"


def test_what_it_sealed_before_the_theft_counts_as_our_records_say(institution, award):
    key = make_seal(institution)
    before = sealed(award)
    SignedForm.objects.filter(key=key).update(signed_at=key.created_at - timedelta(hours=1))

    key = stolen(key, institution)

    seen = verification.examine(before, "x")
    assert (seen.title, seen.seen.check("key_current").key) == ("Valid", "key_known_before")
    assert verification.examine(before + b" ", "x").seen.key == "key_revoked"


def test_it_is_erased_by_two_once_it_is_retired(institution, registrar):
    data = seal_file()
    key = seals.install(institution, seals.read(data, PASSWORD, institution), by=registrar)
    second, erase = make_registrar(institution), KeyRequestKind.ERASE
    with pytest.raises(Refused, match="Replace it first"):
        custody.request(key, erase, "Old.", by=registrar)
    custody.retire(key, by=registrar)

    asked = custody.request(key, erase, "Old.", by=registrar)
    with pytest.raises(Refused, match="asked for this certificate already"):
        seals.install(institution, seals.read(data, PASSWORD, institution), by=registrar)
    custody.approve(asked, by=second)

    key.refresh_from_db()
    assert key.wrapped_private is None
    with pytest.raises(Refused, match="was erased here"):
        seals.install(institution, seals.read(data, PASSWORD, institution), by=registrar)
    actions = AuditEvent.objects.filter(noun="issuerkey").values_list("action", flat=True)
    assert set(actions) == {"retire-key", "erase-key"}


# Judged by others --------------------------------------------------------------------------------


@pytest.mark.checkers
def test_the_shapes_of_the_commission_accept_what_is_sealed(institution, award, checker, tmp_path):
    make_seal(institution)
    path = tmp_path / "sealed.edc.jsonld"
    path.write_bytes(sealed(award))

    for profile in ("full", "no-cv"):
        done = checker("elm", "--profile", profile, path)
        assert done.returncode == 0, done.stdout + done.stderr


# Pages -------------------------------------------------------------------------------------------


def upload(data, password=PASSWORD):
    return {"file": SimpleUploadedFile("seal.p12", data), "password": password}


def test_a_certificate_is_looked_at_and_then_installed(client, institution, registrar):
    institution.identifiers = {}
    institution.save()
    client.force_login(registrar)
    listed = reverse("key-list", args=[institution.slug])
    assert "Install a seal certificate" in client.get(listed).content.decode()

    url = reverse("seal-new", args=[institution.slug])
    shown = client.post(url, upload(seal_file()), follow=True)
    page = shown.content.decode()

    assert not IssuerKey.objects.seals().exists()
    for said in ("University of Testheim", NUMBER, "Trust Centre CA", "does not say that it is"):
        assert said in page
    assert "It becomes the number of the institution here." in page
    kept = json.dumps(client.session["seal"])
    assert PASSWORD not in kept
    assert "PRIVATE KEY" not in kept
    sent = {"certificate": shown.context["sealer"].sha256}
    done = client.post(reverse("seal-check", args=[institution.slug]), sent, follow=True)
    assert "sealed with it from now on" in done.content.decode()
    assert seals.of(institution).institution == institution
    assert "seal" not in client.session


def test_only_the_certificate_that_was_looked_at_is_installed(client, institution, registrar):
    client.force_login(registrar)
    new, check = (reverse(f"seal-{one}", args=[institution.slug]) for one in ("new", "check"))
    assert client.get(check).url == new
    first = client.post(new, upload(seal_file()), follow=True).context["sealer"].sha256
    client.post(new, upload(seal_file()))

    client.post(check, {"certificate": first})

    assert not IssuerKey.objects.seals().exists()
    later = timezone.now() + timedelta(hours=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        assert client.post(check, {"certificate": first}).url == new


def test_form_says_what_is_wrong_with_the_file(client, institution, registrar):
    client.force_login(registrar)
    url = reverse("seal-new", args=[institution.slug])

    answer = client.post(url, upload(seal_file(), "wrong one"))

    assert answer.context["form"].errors == {"password": ["The password does not fit."]}
    assert "wrong one" not in answer.content.decode()
    assert "seal" not in client.session


def test_pages_of_seals_lead_from_one_to_the_next(client, institution, registrar, award):
    key = make_seal(institution, by=registrar)
    make_registrar(institution)
    sealed(award)
    client.force_login(registrar)
    listed = reverse("key-list", args=[institution.slug])
    asked = client.get(reverse("key-ask", args=[key.uuid, "stolen"])).content.decode()
    assert "Tell the authority that issued the certificate first" in asked
    assert "In use" in client.get(listed).content.decode()

    client.post(reverse("seal-retire", args=[key.uuid]))

    assert seals.of(institution) is None
    assert client.get(reverse("key-ask", args=[key.uuid, "erase"])).status_code == 200
    assert "Install the next certificate" in client.get(listed).content.decode()
    no_seal = institution.keys.published().get()
    assert client.get(reverse("seal-retire", args=[no_seal.uuid])).status_code == 404


@pytest.mark.parametrize(
    ("number", "why"),
    [("DE123", "as in a certificate"), ("VATDE-1", "names another"), ("", "names another")],
)
def test_official_number_is_written_as_in_a_certificate(
    client, institution, registrar, number, why
):
    make_seal(institution, by=registrar)
    client.force_login(registrar)
    url = reverse("official-number", args=[institution.slug])

    assert why in client.post(url, {"number": number}).content.decode()
    institution.refresh_from_db()
    assert institution.identifiers["eidas"] == NUMBER


@pytest.mark.parametrize("number", ["NTRIE-12345", "VATEL-1", "VATEU-1", "LEIXG-5299", "DE:DE-1 a"])
def test_official_number_of_an_institution_is_kept_and_goes_into_its_credentials(
    client, institution, registrar, number
):
    client.force_login(registrar)
    client.post(reverse("official-number", args=[institution.slug]), {"number": number})

    institution.refresh_from_db()
    assert institution.identifiers == {"eidas": number, "schac": "testheim.example"}
    award = make_award(version=make_taught_course(institution))
    document = hand_outs.make(award.credential, Form.EDC, "X").data.decode()
    assert number in document
    events = AuditEvent.objects.filter(action="set-official-number")
    assert events.get().after == number


def test_learner_gets_the_sealed_file_and_reads_that_it_is_sealed(client, institution, award):
    client.force_login(award.learner.user)
    page = reverse("award-detail", args=[award.uuid])
    assert "European Digital Credential, without seal" in client.get(page).content.decode()
    make_seal(institution)

    shown = client.get(page).content.decode()
    answer = client.get(reverse("credential-form", args=[award.credential.uuid, "edc.jsonld"]))

    assert "European Digital Credential, sealed by the institution" in shown
    assert "without seal" not in shown
    assert answer["Content-Type"] == "application/jose+json"
    assert answer["Content-Disposition"] == f'attachment; filename="{award.number}.edc.jsonld"'
    assert verification.examine(answer.content, "x").title == "Valid"


def test_a_certificate_that_ends_soon_waits_for_registrars(institution, registrar):
    make_seal(institution, by=registrar, start=days_ago(700))
    labels = [item.label for group in waiting_for(registrar) for item in group.items]
    assert "Install the next seal certificate" in labels

    make_seal(institution, by=registrar)

    assert waiting_for(registrar) == []
