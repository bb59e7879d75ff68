"""Bundles: packed here, verified by a portal that knows nobody and reaches nobody."""

import io
import json
import socket
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation

from credentials.models import Award, RevocationReason, StatusList, SuspensionReason
from credentials.services import (
    bundles,
    custody,
    hand_outs,
    keys,
    outside,
    revocations,
    supplements,
)
from credentials.services.fetching import fetch
from credentials.services.hand_outs import Form
from credentials.standards import contexts
from credentials.states import AwardState
from credentials.trust import did, jws
from credentials.trust import keys as crypto
from credentials.trust.bundles import Packed, open_bundle, pack
from credentials.trust.fetch import Fetched
from credentials.trust.sniff import Malformed
from credentials.trust.words import Outcome
from credentials.verdict import Refused
from tests.credentials.trust import test_kind_ob2 as ob2
from tests.factories.awards import make_award
from tests.factories.people import make_registrar

pytestmark = pytest.mark.django_db


@pytest.fixture
def award():
    return make_award()


@pytest.fixture
def elsewhere(settings, monkeypatch):
    """`elsewhere()`: from now on this is another portal, and no connection can be made."""
    tried = []

    def refused(*arguments, **_named):
        tried.append(arguments)
        raise OSError("There is no network.")

    def move():
        settings.ADDRESS = "https://another.example"
        monkeypatch.setattr(socket.socket, "connect", refused)
        monkeypatch.setattr(socket, "getaddrinfo", refused)

    yield move
    assert tried == []


def bundle_of(award) -> bytes:
    return hand_outs.make(Award.objects.get(pk=award.pk).credential, Form.BUNDLE, "X").data


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def keys_of(found) -> set[str]:
    return {result.seen.key for result in found.results.values()}


def repacked(data: bytes, monkeypatch, **changed: bytes) -> bytes:
    """The genuine forms in a bundle that somebody else has packed, under an address of their own.

    Their key is published there. `changed` as for `forged`.
    """
    bundle, private = open_bundle(data), crypto.generate(crypto.KeyType.RSA)
    own = "did:web:own.example"
    document = json.dumps(did.did_document(own, [("mine", private.public.multibase, None)]))
    web = {did.document_url(own): document.encode()}
    monkeypatch.setattr(fetch, "fetch", lambda url, **_named: Fetched(web[url], "", url))
    files = {name: Packed(bundle.files[name]) for name in bundle.credentials}
    files["did.json"] = Packed(document.encode(), did.document_url(own))
    files |= {name.replace("__", "."): Packed(content) for name, content in changed.items()}
    return pack(
        files,
        credential="urn:x",
        issuer=own,
        made=timezone.now(),
        private_key=private,
        method=f"{own}#mine",
    )


def forged(data: bytes, addresses: dict[str, str] | None = None, **changed: bytes) -> bytes:
    """A bundle that a stranger has packed in the name of the issuer, with a key of their own.

    `changed` are files, with __ for the dot; `addresses` what they are said to be copies of.
    """
    bundle, private = open_bundle(data), crypto.generate(crypto.KeyType.RSA)
    document = did.did_document(bundle.issuer, [("mine", private.public.multibase, None)])
    files = {
        name: Packed(content) for name, content in bundle.files.items() if "manifest" not in name
    }
    address = did.document_url(bundle.issuer)
    files["did.json"] = Packed(json.dumps(document).encode(), address)
    payload = jws.parse(bundle.files["credential.jwt"].decode())[1]
    claims = {name: value for name, value in payload.items() if name not in jws.CLAIMS}
    method = f"{bundle.issuer}#mine"
    text = jws.sign(claims, private_key=private, kid=method)
    files["credential.jwt"] = Packed(text.encode())
    for name, content in changed.items():
        name = name.replace("__", ".")
        files[name] = Packed(content, (addresses or {}).get(name, ""))
    return pack(
        files,
        credential=payload["id"],
        issuer=bundle.issuer,
        made=timezone.now(),
        private_key=private,
        method=method,
    )


# Packing -----------------------------------------------------------------------------------------


def test_bundle_holds_all_that_verifies_it(award):
    supplements.run(supplements.start(award, by=None))

    files = files_of(bundle_of(award))

    assert sorted(files) == [
        "README.txt",
        "contexts/credentials-v2.json",
        "contexts/ob-3.0.3.json",
        "contexts/ob-extensions.json",
        "credential.json",
        "credential.jwt",
        "did.json",
        "manifest.json",
        "manifest.jws",
        "status/revocation.json",
        "status/revocation.jwt",
        "status/suspension.json",
        "status/suspension.jwt",
        "supplement.pdf",
        "verify.html",
    ]
    assert files["contexts/ob-3.0.3.json"] == contexts.read(contexts.OPEN_BADGES)
    assert files["supplement.pdf"].startswith(b"%PDF-")
    assert files["credential.json"] == hand_outs.make(award.credential, Form.BADGE, "X").data
    assert award.number in files["README.txt"].decode()


def test_readme_is_in_the_language_of_the_reader(award):
    with translation.override("de"):
        text = files_of(bundle_of(award))["verify.html"].decode()

    assert '<html lang="de">' in text


def test_lists_say_that_they_were_signed_when_the_bundle_was_packed(award):
    StatusList.objects.update(changed_at=timezone.now() - timedelta(days=90))

    files = files_of(bundle_of(award))

    payload = jws.parse(files["status/revocation.jwt"].decode())[1]
    created = json.loads(files["status/revocation.json"])["proof"][0]["created"]
    assert abs(payload["iat"] - timezone.now().timestamp()) < 60
    assert created[:10] == timezone.now().strftime("%Y-%m-%d")
    assert json.loads(files["status/revocation.json"])["validFrom"] == payload["validFrom"]


def test_learner_gets_the_bundle_among_other_forms(client, award):
    client.force_login(award.learner.user)
    page = client.get(reverse("award-detail", args=[award.uuid])).content.decode()
    address = reverse("credential-form", args=[award.credential.uuid, "zip"])

    answer = client.get(address)

    assert f'href="{address}"' in page
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == f'attachment; filename="{award.number}.zip"'


# Verifying offline -------------------------------------------------------------------------------


def test_bundle_is_unchanged_but_its_issuer_is_not_confirmed(award, elsewhere):
    data = bundle_of(award)
    elsewhere()

    found = bundles.examine(data)

    assert keys_of(found) == {"intact_carried"}
    assert not found.is_confirmed
    for result in found.results.values():
        outcomes = {check.name: (check.outcome, check.key) for check in result.seen.checks}
        assert outcomes["integrity"] == (Outcome.PASS, "intact")
        assert outcomes["issuer_key"] == (Outcome.UNKNOWN, "issuer_carried")
        assert outcomes["key_current"] == (Outcome.UNKNOWN, "key_carried")
        assert outcomes["not_revoked"] == (Outcome.UNKNOWN, "status_carried")
        assert outcomes["issuer_known"] == (Outcome.UNKNOWN, "grade_unproven")
        assert (result.issuer, result.award, result.is_valid) == (None, None, False)


def test_compared_fingerprint_confirms_every_form(award, elsewhere):
    data = bundle_of(award)
    institution = award.learner.institution
    public = crypto.from_multibase(institution.keys.get(type="RSA").public_multibase)
    elsewhere()

    found = bundles.examine(data, fingerprint=f" {public.fingerprint.lower()} ")

    assert keys_of(found) == {"valid_then"}
    assert found.is_confirmed
    assert {result.title for result in found.results.values()} == {"In order when it was packed"}
    for result in found.results.values():
        assert result.seen.check("issuer_key").key == "issuer_compared"
        assert result.seen.check("key_current").key == "key_carried"
        assert result.seen.check("not_revoked").key == "status_carried"
        assert result.seen.check("issuer_known").key == "grade_new"
        assert not result.is_valid
    with pytest.raises(Refused, match=public.fingerprint):
        bundles.examine(data, fingerprint="AB12")


def test_own_keys_and_lists_come_before_those_of_a_bundle(award):
    data = bundle_of(award)
    assert keys_of(bundles.examine(data)) == {"valid"}
    registrar = make_registrar(award.learner.institution)
    revocations.revoke(award, by=registrar, reason=RevocationReason.ERROR, note="Wrong grade.")

    found = bundles.examine(data)

    assert keys_of(found) == {"revoked"}
    assert found.is_confirmed


def test_list_in_the_bundle_says_what_was_revoked_or_suspended(award, elsewhere):
    registrar = make_registrar(award.learner.institution)
    early = bundle_of(award)
    revocations.suspend(award, by=registrar, reason=SuspensionReason.EXAMINED, note="Copied?")
    suspended = bundle_of(award)
    award = Award.objects.get(pk=award.pk)
    revocations.revoke(award, by=registrar, reason=RevocationReason.ERROR, note="Wrong grade.")
    revoked = bundle_of(award)
    elsewhere()

    said = [keys_of(bundles.examine(data)) for data in (early, suspended, revoked)]

    assert said == [{"intact_carried"}, {"suspended"}, {"revoked"}]


def test_bundle_of_a_stranger_is_never_confirmed(award, elsewhere):
    genuine = bundle_of(award)
    data = forged(genuine)
    public = open_bundle(genuine).key
    elsewhere()

    found = bundles.examine(data)

    assert found.results["credential.jwt"].seen.key == "intact_carried"
    assert found.results["credential.json"].seen.key == "signature_unknown"
    assert not found.is_confirmed
    with pytest.raises(Refused):
        bundles.examine(data, fingerprint=public.fingerprint)


def test_document_in_a_bundle_is_not_what_lies_at_an_address(award, elsewhere):
    """A hosted badge rests on its address alone, so nothing in a bundle vouches for one."""
    pages = {url: json.dumps(page).encode() for url, page in ob2.web().items()}
    extra = {f"page{n}__json": pages[url] for n, url in enumerate(pages)}
    names = {name.replace("__", "."): url for name, url in zip(extra, pages, strict=True)}
    badge = json.dumps(ob2.assertion()).encode()
    data = forged(bundle_of(award), addresses=names, credential__json=badge, **extra)
    elsewhere()

    assert set(open_bundle(data).documents) >= set(pages)
    found = bundles.examine(data).results["credential.json"]
    assert (found.seen.kind, found.is_valid) == ("ob2", False)
    assert found.seen.check("integrity").outcome == Outcome.UNKNOWN


def test_fingerprint_of_one_issuer_confirms_no_other(award, elsewhere):
    """Who packs a bundle may put anybody's name into it, also who is known to the reader."""
    private, other = crypto.generate(crypto.KeyType.RSA), "did:web:other.example"
    document = did.did_document(other, [("key", private.public.multibase, None)])
    genuine = bundle_of(award)
    payload = jws.parse(open_bundle(genuine).files["credential.jwt"].decode())[1]
    claims = {name: value for name, value in payload.items() if name not in jws.CLAIMS}
    claims["issuer"] = {**claims["issuer"], "id": other}
    text = jws.sign(claims, private_key=private, kid=f"{other}#key")
    data = forged(
        genuine,
        addresses={"other.json": did.document_url(other)},
        credential__jwt=text.encode(),
        other__json=json.dumps(document).encode(),
    )
    elsewhere()

    found = bundles.examine(data, fingerprint=open_bundle(data).key.fingerprint)

    assert (found.is_named, found.is_confirmed) == (True, False)
    assert found.results["credential.jwt"].is_intact
    assert found.results["credential.jwt"].seen.key == "intact_carried"


def test_own_keys_unmask_a_bundle_of_a_stranger(award):
    found = bundles.examine(forged(bundle_of(award)))

    assert found.results["credential.jwt"].seen.key == "intact_unpublished"
    assert not found.is_confirmed


def test_online_the_issuer_is_asked(award, settings, monkeypatch):
    data, document = bundle_of(award), keys.document_of(award.learner.institution)
    bundle = open_bundle(data)
    settings.ADDRESS = "https://another.example"
    published = {did.document_url(bundle.issuer): json.dumps(document).encode()}
    web = {**bundle.documents, **published}
    monkeypatch.setattr(fetch, "fetch", lambda url, **_named: Fetched(web[url], "", url))

    found = bundles.examine(data, online=True)

    assert keys_of(found) == {"valid"}
    assert found.is_confirmed
    assert not bundles.examine(forged(data), online=True).is_confirmed


def test_stolen_key_shows_when_its_issuer_has_packed_it(award, elsewhere, monkeypatch):
    bundle_of(award)
    institution, later = award.learner.institution, timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    first, second = make_registrar(institution), make_registrar(institution)
    key = institution.keys.get(type="RSA")
    asked = custody.request(key, "stolen", "Gone.", stolen_from=later, by=first)
    custody.approve(asked, by=second)
    data = bundle_of(award)
    elsewhere()

    found = bundles.examine(data)

    assert found.bundle.key.multibase != key.public_multibase
    assert found.results["credential.jwt"].seen.check("key_current").key == "key_withdrawn_since"


# The command and the page ------------------------------------------------------------------------


def verify(*arguments, **options) -> tuple[str, int]:
    out, code = io.StringIO(), 0
    try:
        call_command("verify", *arguments, stdout=out, **options)
    except CommandError as error:
        code = error.returncode
    return out.getvalue(), code


def test_command_tells_date_fingerprint_and_what_is_open(award, elsewhere, tmp_path):
    path = tmp_path / "kept.zip"
    path.write_bytes(bundle_of(award))
    fingerprint = open_bundle(path.read_bytes()).key.fingerprint
    elsewhere()

    text, code = verify(path)
    confirmed, good = verify(path, fingerprint=fingerprint)

    assert code == 2
    assert f"A bundle, packed on {timezone.localdate()} at " in text
    assert f"Fingerprint of its key: {fingerprint}" in text
    assert "Nobody was asked" in text
    assert "credential.json: Unchanged, issuer not confirmed." in text
    assert "could not be checked now" in text
    assert "Valid." not in text
    assert good == 0
    assert "+ This key is the issuer's." in confirmed


def test_command_refuses_what_was_changed(award, tmp_path):
    files = files_of(bundle_of(award))
    files["credential.json"] = files["credential.json"].replace(b"Nela", b"Nele")
    path = tmp_path / "kept.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)

    text, code = verify(path)

    assert code == 1
    assert "'credential.json' is not what it was" in text


def test_page_verifies_the_credential_in_a_bundle_and_asks_its_issuer(client, award):
    data = bundle_of(award)
    posted = {"file": SimpleUploadedFile("kept.zip", data), "text": ""}
    result = client.post(reverse("verify"), posted).context["result"]
    posted = {"file": SimpleUploadedFile("kept.zip", data[:-1]), "text": ""}
    cut = client.post(reverse("verify"), posted).context["result"]

    assert (result.title, result.award) == ("Valid", award)
    assert cut.checks[0]["text"] == "The archive is damaged or cut off."


def test_bundle_that_somebody_else_packed_is_not_called_the_issuers(
    client, award, monkeypatch, tmp_path
):
    data = repacked(bundle_of(award), monkeypatch, supplement__pdf=b"%PDF-1.7 All grades: 1.0")
    path = tmp_path / "kept.zip"
    path.write_bytes(data)
    posted = {"file": SimpleUploadedFile("kept.zip", data), "text": ""}

    answer = client.post(reverse("verify"), posted)
    page = answer.content.decode()
    text, code = verify(path, online=True)

    assert answer.context["result"].title == "Valid"
    for said in (page, text):
        assert "Packed by did:web:own.example, not by who issued the credential." in said
        assert "This key is the issuer" not in said
        assert "supplement.pdf" not in said
    assert code == 1


def test_of_a_bundle_that_its_issuer_packed_the_supplement_is_confirmed(client, award):
    supplements.run(supplements.start(award, by=None))
    posted = {"file": SimpleUploadedFile("kept.zip", bundle_of(award)), "text": ""}

    page = client.post(reverse("verify"), posted).content.decode()

    assert "supplement.pdf is the file that was packed." in page
    assert "This key is the issuer" in page
    assert "not by who issued" not in page


def test_page_opens_a_bundle_once_and_asks_each_once(client, award, settings, monkeypatch):
    """One budget for asking: also where nothing is remembered, the same address is asked once."""
    data, document = bundle_of(award), keys.document_of(award.learner.institution)
    bundle, done = open_bundle(data), []
    address = did.document_url(bundle.issuer)
    web = {**bundle.documents, address: json.dumps(document).encode()}
    settings.ADDRESS = "https://another.example"

    def opened(archive):
        done.append("open")
        return open_bundle(archive)

    def fetched(url, **_named):
        done.append(url)
        return Fetched(web[url], "", url)

    monkeypatch.setattr(outside, "MOST_REMEMBERED", 0)
    monkeypatch.setattr("credentials.trust.bundles.open_bundle", opened)
    monkeypatch.setattr(fetch, "fetch", fetched)
    posted = {"file": SimpleUploadedFile("kept.zip", data), "text": ""}
    page = client.post(reverse("verify"), posted)

    assert page.context["packed"].is_confirmed
    assert (done.count("open"), done.count(address)) == (1, 1)


def test_offline_page_comes_as_a_file_to_anybody(client):
    answer = client.get(reverse("verify-offline"))

    assert answer["Content-Disposition"] == 'attachment; filename="verify.html"'
    assert reverse("verify-offline") in client.get(reverse("verify")).content.decode()


def test_award_that_waits_for_its_signature_has_no_bundle(client):
    award = make_award(AwardState.SIGNING)
    client.force_login(award.learner.user)

    assert client.get(f"/credentials/{award.credential.uuid}/credential.zip").status_code == 404


def test_open_bundle_refuses_a_manifest_that_was_packed_after_its_key_was_withdrawn(award):
    data = bundle_of(award)
    bundle, private = open_bundle(data), crypto.generate(crypto.KeyType.RSA)
    revoked = timezone.now() - timedelta(days=1)
    document = did.did_document(bundle.issuer, [("old", private.public.multibase, revoked)])

    late = pack(
        {"did.json": Packed(json.dumps(document).encode())},
        credential="urn:x",
        issuer=bundle.issuer,
        made=timezone.now(),
        private_key=private,
        method=f"{bundle.issuer}#old",
    )

    with pytest.raises(Malformed, match="does not count"):
        open_bundle(late)


# Where the fingerprint is found -------------------------------------------------------------------


def test_fingerprint_stands_where_the_institution_speaks(client, award):
    fingerprint = open_bundle(bundle_of(award)).key.fingerprint
    institution = award.learner.institution
    public = client.get(reverse("verify-code", args=[award.code])).content.decode()
    client.force_login(make_registrar(institution))
    inside = client.get(reverse("key-list", args=[institution.slug])).content.decode()

    assert fingerprint in public
    assert fingerprint in inside


def test_fingerprint_of_a_stolen_key_is_given_to_nobody(award):
    bundle_of(award)
    institution = award.learner.institution
    assert len(keys.fingerprints(institution)) == 1
    now = timezone.now()
    institution.keys.filter(type="RSA").update(stolen_from=now, retired_at=now)

    assert keys.fingerprints(institution) == []
