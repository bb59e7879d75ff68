"""The portfolio through its pages: what is read, kept, stated, checked, added and removed."""

import hashlib
import json
import zlib
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from credentials.models import AuditEvent, Credential, Document, Evidence, KeyType, Origin
from credentials.services import fetching, hand_outs, verification
from credentials.services.evidence import Upload
from credentials.standards import facts_json
from credentials.standards.facts import HolderFacts
from credentials.states import AwardState
from credentials.trust import bundles, keys, proofs
from credentials.trust import did as did_documents
from credentials.trust.baked import bake_png, bake_svg
from credentials.trust.fetch import Fetched, FetchFailed
from credentials.trust.sniff import Kind
from credentials.trust.words import Outcome
from portfolios.services import credentials, shares
from portfolios.statements import shown
from tests.factories.awards import make_award, make_student
from tests.factories.papers import make_print, make_printed
from tests.factories.people import make_awarding_body, make_institution, make_learner, make_user
from tests.factories.portfolios import (
    DECLARED,
    DID_DOCUMENT,
    ISSUER,
    KEY,
    METHOD,
    ON_THE_WEB,
    STATEMENT,
    make_badge,
    make_declared,
    make_imported,
    make_kept,
)

pytestmark = pytest.mark.django_db


def chunk(name, body):
    return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)


def png(*extra):
    header = chunk(b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + chunk(b"IEND", b"")


@pytest.fixture
def nela(client):
    user = make_student("Nela Ardwen")
    client.force_login(user)
    return user


@pytest.fixture
def academy(monkeypatch):
    """The academy publishes its key on its web site."""

    def fetch(url, **_named):
        if url != "https://academy.example/.well-known/did.json":
            raise FetchFailed("academy.example cannot be reached.")
        return Fetched(json.dumps(DID_DOCUMENT).encode(), "application/json", url)

    monkeypatch.setattr(fetching.fetch, "fetch", fetch)


def send(client, data, name="badge.json"):
    return client.post(reverse("credential-add"), {"file": SimpleUploadedFile(name, data)})


def told(client, credential):
    return client.get(reverse("credential-detail", args=[credential.uuid])).content.decode()


def only():
    return Credential.objects.get()


def facts(credential):
    return facts_json.from_json(credential.facts)


# Adding a file


def test_signed_badge_is_read_and_each_value_comes_from_the_file(client, nela, academy):
    answer = send(client, make_badge(issuer=ON_THE_WEB))

    credential = only()
    assert answer.url == reverse("credential-state", args=[credential.uuid])
    assert (credential.origin, credential.holder) == (Origin.IMPORTED, nela)
    assert facts(credential).ects == Decimal("3")
    assert set(credential.provenance.values()) == {"signed"}
    assert "All values come from the signed file." in told(client, credential)


@pytest.mark.parametrize("registered", [True, False])
def test_badge_of_nobody_but_a_key_is_no_more_than_the_learners_word(client, nela, registered):
    if registered:
        make_awarding_body(make_institution(), did=ISSUER)

    send(client, make_badge())

    credential = only()
    assert (credential.origin, facts(credential).ects) == (Origin.IMPORTED, Decimal("3"))
    assert set(credential.provenance.values()) == {"stated"}
    assert credential.verification["verdict"] == "not_verifiable"
    assert "nothing shows which organisation holds the key" in told(client, credential)


def test_badge_signed_by_another_key_is_no_more_than_the_learners_word(client, nela, academy):
    document = json.loads(make_badge())
    document["issuer"]["id"] = ON_THE_WEB
    del document["proof"]
    signed = proofs.sign(
        document, private_key=KEY, verification_method=METHOD, created=timezone.now()
    )

    send(client, json.dumps(signed).encode())

    credential = only()
    assert credential.verification["key"] == "intact_not_tied"
    assert set(credential.provenance.values()) == {"stated"}


def test_badge_of_a_registered_body_is_verified(client, nela, academy):
    make_awarding_body(make_institution(), did=ON_THE_WEB)

    send(client, make_badge(issuer=ON_THE_WEB))

    assert only().verification["verdict"] == "valid"
    assert "Verified" in client.get(reverse("portfolio")).content.decode()
    assert "1 entry" not in client.get(reverse("portfolio")).content.decode()
    assert "One entry, 3\u00a0ECTS verified" in client.get(reverse("portfolio")).content.decode()


def test_changed_badge_is_not_valid_and_its_values_are_the_applicants(client, nela):
    document = json.loads(make_badge())
    document["name"] = "Doctor of Everything"

    send(client, json.dumps(document).encode())

    credential = only()
    assert (credential.origin, credential.verification["verdict"]) == (
        Origin.IMPORTED,
        "not_valid",
    )
    assert set(credential.provenance.values()) == {"stated"}
    assert "Changed after it was signed" in told(client, credential)


def test_unsigned_badge_is_a_kept_file_whose_values_are_filled_in(client, nela):
    document = json.loads(make_badge())
    del document["proof"]

    send(client, json.dumps(document).encode())

    credential = only()
    assert (credential.origin, facts(credential).ects) == (Origin.STATED, Decimal("3"))
    assert set(credential.provenance.values()) == {"stated"}
    assert "Not signed, so nothing can be verified." in told(client, credential)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"%PDF-1.7\n", "A PDF document, kept as it is."),
        ("a.png", png(), "A picture, kept as it is."),
        ("a.jpg", b"\xff\xd8\xff\xe0", "A picture, kept as it is."),
        ("a.webp", b"RIFF\0\0\0\0WEBP", "A picture, kept as it is."),
        (
            "a.png",
            png(chunk(b"iTXt", b"openbadges\0")),
            "A picture with a badge inside that could not be read",
        ),
        (
            "a.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:b="http://openbadges.org">'
            b"<b:assertion/></svg>",
            "A picture with a badge inside that could not be read",
        ),
        (
            "a.xml",
            b'<elmo xmlns="https://github.com/emrex-eu/elmo-schemas/tree/v1"/>',
            "An ELMO transcript of records that could not be read, kept as it is.",
        ),
        ("a.json", b'{"marks": 1}', "A JSON file without a credential that is known here"),
        ("a.json", b'{"@context": "https://w3id.org/openbadges/v2"}', "An Open Badge 2.0"),
        ("a.txt", b"eyJhbGciOi.eyJ2Yy.c2ln", "A credential in JWT form"),
        ("a.txt", "Prüfung bestanden".encode(), "A text, kept as it is."),
    ],
)
def test_other_files_are_kept_and_labelled_honestly(client, nela, name, data, words):
    answer = send(client, data, name)

    credential = only()
    assert answer.url == reverse("credential-state", args=[credential.uuid])
    assert (credential.origin, credential.provenance) == (Origin.STATED, {"title": "stated"})
    assert credential.document.sha256 == hashlib.sha256(data).hexdigest()
    page = told(client, credential)
    assert words in page
    assert "What it shows is stated by you." in page


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.png", b"<html><script>alert(1)</script></html>", "a.png is a web page"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.svg is a drawing"),
        ("a.xml", b'<?xml version="1.0"?><marks/>', "a.xml is an XML file that is not known"),
        ("a.docx", b"PK\x03\x04", "a.docx is an archive or an office document"),
        ("a.exe", b"MZ\x90\0\xff", "It is not clear what a.exe is"),
        ("a.json", b'{"@context": ["https://', "a.json: The file is cut off"),
        ("a.json", b'{"a": 1, "a": 2}', "stands there twice"),
        ("a.json", b"[" * 100_000, "a.json: The file is nested too deeply."),
        (
            "a.xml",
            b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x xmlns="y">&e;</x>',
            "a.xml: The file holds a document type definition",
        ),
        ("a.png", png()[:-5], "a.png: The image is damaged or cut off."),
        ("a.pdf", b"", "The submitted file is empty."),
    ],
)
def test_unwanted_files_are_refused_with_the_reason_beside_the_field(
    client, nela, name, data, words
):
    answer = send(client, data, name)

    assert answer.status_code == 200
    assert [words in text for text in answer.context["form"].errors["file"]] == [True]
    assert 'href="#id_file"' in answer.content.decode()
    assert not Credential.objects.exists()
    assert not Document.objects.exists()


def test_file_that_is_too_large_is_refused_with_the_limit(client, nela, settings):
    settings.UPLOAD_MAX_BYTES = 2 * 1024**2

    answer = send(client, b"%PDF-1.7\n" + bytes(2 * 1024**2), "scan.pdf")

    assert answer.context["form"].errors["file"] == [
        "scan.pdf is larger than 2 MB. Make it smaller, or give a link instead."
    ]


def test_file_named_like_a_program_of_markup_is_only_a_name(client, nela):
    send(client, b"%PDF-1.7\n", "<b>x</b>\u202egnp.pdf")

    page = told(client, only())
    assert "<b>x</b>" not in page
    assert str(only()) == "b>gnp.pdf"  # Django keeps what follows the last slash


def test_same_file_again_is_not_put_in_twice(client, nela):
    data = make_badge()
    send(client, data)

    answer = client.post(
        reverse("credential-add"), {"file": SimpleUploadedFile("again.json", data)}, follow=True
    )

    assert answer.redirect_chain[-1][0] == reverse("credential-detail", args=[only().uuid])
    assert "This lies in your portfolio already." in answer.content.decode()


def test_same_credential_signed_anew_is_not_put_in_twice(client, nela):
    send(client, make_badge(id="https://academy.example/badges/one"))
    send(client, make_badge(id="https://academy.example/badges/one"))

    assert Credential.objects.count() == 1


def test_same_file_of_somebody_else_is_theirs(client, nela):
    data = make_badge()
    send(client, data)
    client.force_login(make_user())
    send(client, data)

    assert Credential.objects.count() == 2


def test_award_of_somebody_else_is_not_put_in(client, nela, run_tasks):
    with run_tasks():
        award = make_award(student=make_student("Zebu Quixada"))
    data = verification.bytes_of(award.credential)

    answer = send(client, data)

    assert answer.status_code == 403
    assert "This credential was awarded to somebody else." in answer.content.decode()
    assert not Credential.objects.filter(holder=nela).exists()


def test_own_award_that_comes_back_as_a_file_leads_to_the_award(client, nela):
    award = make_award(student=nela, claimed=False, accepted=False)

    answer = send(client, award.credential.signed_forms.get().body.encode())

    assert answer.url == reverse("award-detail", args=[award.uuid])
    assert Credential.objects.count() == 1


def test_altered_copy_of_an_award_is_told_to_differ(client, nela):
    award = make_award(student=nela)
    badge = json.loads(award.credential.signed_forms.get().body)
    badge["credentialSubject"]["creditsEarned"] = 40

    changed = send(client, json.dumps(badge).encode())
    text = client.get(changed.url).content.decode()

    assert changed.url == reverse("award-detail", args=[award.uuid])
    assert "Your file differs from it: it was altered." in text
    assert "you hold it already" not in text


def test_genuine_file_signed_by_a_key_that_was_stolen_since_is_not_called_altered(client, nela):
    award = make_award(student=nela)
    data = hand_outs.make(award.credential, hand_outs.Form.BADGE, "award", reader=nela).data
    now = timezone.now()
    key = award.learner.institution.keys.filter(type=KeyType.ED25519)
    key.update(stolen_from=now - timedelta(days=1), retired_at=now)

    seen = verification.examine(data)
    text = client.get(send(client, data).url).content.decode()

    assert seen.seen.check("integrity").outcome == Outcome.FAIL
    assert "it was altered" not in text
    assert "you hold it already" in text


def test_altered_file_added_again_is_the_one_that_lies_there(client, nela):
    badge = json.loads(make_badge())
    badge["credentialSubject"]["creditsEarned"] = 40
    data = json.dumps(badge).encode()
    send(client, data)

    text = client.get(send(client, data).url).content.decode()

    assert "it was altered" not in text
    assert "This lies in your portfolio already." in text


def test_file_with_several_credentials_leads_to_all_of_them(client, nela):
    held = [make_award(student=nela).credential for _ in range(2)]
    transcript = hand_outs.transcript(nela, held).data

    answer = send(client, transcript, "transcript.xml")

    assert answer.url == reverse("portfolio")
    told = client.get(answer.url).content.decode()
    assert "All 2 credentials of the file are in your portfolio." in told


def test_bundle_is_read_like_the_credential_in_it(client, nela):
    award = make_award(student=nela)
    bundle = hand_outs.make(award.credential, hand_outs.Form.BUNDLE, "award", reader=nela).data

    answer = send(client, bundle, "award.zip")

    assert answer.url == reverse("award-detail", args=[award.uuid])
    assert Credential.objects.count() == 1


def test_bundle_with_something_else_than_a_credential_is_refused(client, nela):
    did = "did:web:own.example"
    private = keys.generate(keys.KeyType.RSA)
    document = did_documents.did_document(did, [("mine", private.public.multibase, None)])
    page = b"<html><script>alert(1)</script></html>"
    bundle = bundles.pack(
        {
            "did.json": bundles.Packed(json.dumps(document).encode()),
            "credential.jwt": bundles.Packed(page),
        },
        credential="urn:x",
        issuer=did,
        made=timezone.now(),
        private_key=private,
        method=f"{did}#mine",
    )

    answer = send(client, bundle, "award.zip")

    assert answer.context["form"].errors == {"file": ["There is no credential in this bundle."]}
    assert not Document.objects.exists()


def test_badge_with_quarter_credits_can_be_stated_as_it_is(client, nela, academy):
    credential = make_imported(nela, issuer=ON_THE_WEB, ects=Decimal("1.25"))
    page = client.get(reverse("credential-state", args=[credential.uuid]))
    form = page.context["form"]
    values = {name: form[name].value() or "" for name in form.fields}

    client.post(reverse("credential-state", args=[credential.uuid]), values)

    credential.refresh_from_db()
    assert facts(credential).ects == Decimal("1.25")
    assert set(credential.provenance.values()) == {"signed"}


# Real files of others


def test_file_of_the_shared_folder_is_intact_but_not_tied(client, nela, shared):
    data = (shared / "data/external_credentials/simple-did-key-method.json").read_bytes()

    send(client, data)

    credential = only()
    assert credential.origin == Origin.IMPORTED
    assert facts(credential).title != {}
    assert "Intact, but the key is not tied to the issuer it names." in told(client, credential)


def test_expired_file_of_the_shared_folder_says_so(client, nela, shared):
    data = (shared / "data/external_credentials/simple-err-expired.json").read_bytes()

    send(client, data)

    page = told(client, only())
    assert only().verification["verdict"] == "expired"
    assert "The signature could not be checked offline." in page


@pytest.mark.parametrize(
    ("name", "count", "words"),
    [
        ("Sample-MC-Annex1-signed.jsonld", 1, "nobody whom this portal trusts vouches for"),
        ("example.xml", 4, "The signature could not be checked now."),
    ],
)
def test_files_of_other_standards_are_read(client, nela, shared, name, count, words):
    data = (shared / "data/external_credentials" / name).read_bytes()

    send(client, data, name)
    send(client, data, name)

    held = list(Credential.objects.all())
    assert len(held) == count
    for credential in held:
        assert credential.document.sha256 == hashlib.sha256(data).hexdigest()
        assert set(credential.provenance.values()) == {"stated"}
        assert words in told(client, credential)


def test_each_credential_of_a_file_is_checked_again_by_itself(nela, shared):
    data = (shared / "data/external_credentials/example.xml").read_bytes()
    credentials.add_file(Upload("example.xml", data, Kind.ELMO), by=nela)

    for credential in Credential.objects.all():
        checked = credentials.check_again(credential, by=nela)
        assert checked.provenance == credential.provenance
        found = verification.examine_credential(checked)
        assert dict(found.facts.title) == credential.title


@pytest.mark.parametrize("bake", [bake_png, bake_svg])
def test_badge_in_a_picture_is_read_and_shared_as_the_picture(client, nela, academy, bake):
    plain = png() if bake is bake_png else b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    data = bake(plain, make_badge(issuer=ON_THE_WEB).decode())

    send(client, data, "badge.png")

    credential = only()
    assert (credential.origin, credential.verification["verdict"]) == (Origin.IMPORTED, "valid")
    assert facts(credential).ects == Decimal("3")
    assert credential.verification["carrier"] == ("png_badge" if bake is bake_png else "svg_badge")
    assert verification.bytes_of(credential) == data


def give(client, address):
    return client.post(reverse("credential-add"), {"address": address})


def test_badge_is_fetched_by_its_address(client, nela, monkeypatch):
    data, web = make_badge(issuer=ON_THE_WEB), "https://academy.example"
    pages = {
        f"{web}/badges/7": data,
        f"{web}/.well-known/did.json": json.dumps(DID_DOCUMENT).encode(),
    }
    answer = lambda url, **_named: Fetched(pages[url], "", url)  # noqa: E731
    monkeypatch.setattr(fetching.fetch, "fetch", answer)

    give(client, f"{web}/badges/7")

    credential = only()
    assert (credential.origin, credential.verification["verdict"]) == (Origin.IMPORTED, "valid")
    assert (credential.document.filename, credential.holder) == ("7.json", nela)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://127.0.0.1/badge.json", "127.0.0.1 is not a public address."),
        ("http://academy.example/badge.json", "Only https addresses are visited."),
        ("ftp://academy.example/badge.json", "Only https addresses are visited."),
    ],
)
def test_address_that_is_not_visited_is_refused_beside_the_field(client, nela, address, words):
    answer = give(client, address)

    advice = "Save the credential’s file yourself, and hand that in."
    assert answer.context["form"].errors["address"] == [f"{words} {advice}"]
    assert not Credential.objects.exists()


def test_file_and_address_are_not_given_both(client, nela):
    both = {"file": SimpleUploadedFile("a.json", make_badge()), "address": "https://a.example/b"}

    for given in ({}, both):
        answer = client.post(reverse("credential-add"), given)
        assert answer.context["form"].non_field_errors() == [
            "Choose a file or give an address, one of the two."
        ]
    assert not Credential.objects.exists()


def test_badge_of_another_person_says_so(client, nela, academy):
    send(client, make_badge(issuer=ON_THE_WEB, holder=HolderFacts(name="Tam Belisle")))

    page = told(client, only())
    assert "It names another person: Tam Belisle." in page


# Stating


def test_statement_is_kept_and_says_what_is_stated(client, nela):
    credential = make_kept(nela)
    page = client.get(reverse("credential-state", args=[credential.uuid]))
    assert page.context["form"]["title"].value() == "certificate.pdf"

    answer = client.post(reverse("credential-state", args=[credential.uuid]), STATEMENT)

    assert answer.url == reverse("credential-detail", args=[credential.uuid])
    credential.refresh_from_db()
    assert str(credential) == "Project Management Basics"
    assert [o.text for o in facts(credential).outcomes] == [
        {"en": "Plan a small project."},
        {"en": "Keep a risk list."},
    ]
    assert set(credential.provenance.values()) == {"stated"}
    page = told(client, credential)
    assert "All values are stated by you." in page
    assert "signed file" not in page


def test_changing_one_value_of_a_signed_file_makes_this_one_stated(client, nela, academy):
    credential = make_imported(nela, issuer=ON_THE_WEB)
    form = client.get(reverse("credential-state", args=[credential.uuid])).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}

    client.post(reverse("credential-state", args=[credential.uuid]), {**values, "ects": "4"})

    credential.refresh_from_db()
    stated = {name for name, origin in credential.provenance.items() if origin == "stated"}
    assert (stated, facts(credential).ects) == ({"ects"}, Decimal("4"))


def test_second_statement_wins_and_nothing_is_doubled(client, nela):
    credential = make_kept(nela)
    address = reverse("credential-state", args=[credential.uuid])

    client.post(address, STATEMENT)
    client.post(address, {**STATEMENT, "hours": "40"})

    credential.refresh_from_db()
    assert (Credential.objects.count(), facts(credential).hours) == (1, Decimal("40"))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("title", "", "This field is required."),
        ("title", " \x07 ", "Null characters"),
        ("awarding_body", "", "This field is required."),
        ("country", "", "This field is required."),
        ("country", "XX", "Select a valid choice."),
        ("type", "", "This field is required."),
        ("issued_on", "2126-01-01", "This day has not come yet."),
        ("issued_on", "tomorrow", "Enter a valid date."),
        ("eqf_level", "9", "Select a valid choice."),
        ("ects", "2.3", "Credits are counted in halves, such as 2.5."),
        ("ects", "-1", "Ensure this value is greater than or equal to 0.5."),
        ("ects", "NaN", "Enter a number."),
        ("hours", "0", "Ensure this value is greater than or equal to 1."),
        ("course_url", "javascript:alert(1)", "Enter a valid URL."),
        ("outcomes", "One.\n" * 61, "These are 61 outcomes."),
    ],
)
def test_statement_with_a_mistake_names_the_field_and_changes_nothing(
    client, nela, name, value, words
):
    credential = make_kept(nela)
    before = credential.facts

    answer = client.post(
        reverse("credential-state", args=[credential.uuid]), {**STATEMENT, name: value}
    )

    assert set(answer.context["form"].errors) == {name}
    if "\x07" not in value:
        assert words in str(answer.context["form"].errors[name])
    assert f'href="#id_{name}"' in answer.content.decode()
    credential.refresh_from_db()
    assert credential.facts == before


def test_award_of_this_portal_cannot_be_restated(client, nela):
    award = make_award(student=nela)

    answer = client.get(reverse("credential-state", args=[award.credential.uuid]))

    assert answer.status_code == 403
    assert "What was awarded here cannot be changed." in answer.content.decode()


# Checking again


def test_checking_again_sees_what_the_issuer_has_published_since(client, nela, request):
    credential = make_imported(nela, issuer=ON_THE_WEB)
    assert set(credential.provenance.values()) == {"stated"}
    credentials.state(credential, {**as_stated(credential), "ects": Decimal("4")}, by=nela)
    request.getfixturevalue("academy")

    client.post(reverse("credential-check", args=[credential.uuid]))

    credential.refresh_from_db()
    assert credential.verification["verdict"] == "valid"
    stated = {name for name, origin in credential.provenance.items() if origin == "stated"}
    assert stated == {"ects"}


def as_stated(credential):
    return shown(facts(credential))


def test_checking_again_is_for_signed_files_and_never_by_a_look(client, nela):
    kept, imported = make_kept(nela), make_imported(nela)

    assert client.post(reverse("credential-check", args=[kept.uuid])).status_code == 403
    assert client.get(reverse("credential-check", args=[imported.uuid])).status_code == 405


def test_files_are_not_checked_without_end(client, nela):
    send(client, make_badge())
    address = reverse("credential-check", args=[only().uuid])

    statuses = [client.post(address).status_code for _ in range(30)]

    assert statuses == [302] * 29 + [429]
    assert send(client, make_badge()).status_code == 429
    assert Credential.objects.count() == 1


def test_checking_a_file_that_is_gone_is_told_without_a_traceback(client, nela):
    credential = make_imported(nela)
    credential.document.file.storage.delete(credential.document.file.name)

    assert client.post(reverse("credential-check", args=[credential.uuid])).status_code == 404


# Declaring


def test_declared_learning_is_kept_as_the_learners_word(client, nela):
    answer = client.post(reverse("credential-declare"), DECLARED)

    credential = only()
    assert answer.url == reverse("credential-detail", args=[credential.uuid])
    assert (credential.origin, set(credential.provenance.values())) == (
        Origin.SELF_DECLARED,
        {"stated"},
    )
    assert "Nobody has confirmed this yet." in told(client, credential)


def test_declaring_twice_from_two_tabs_makes_one_entry(client, nela):
    client.post(reverse("credential-declare"), DECLARED)
    client.post(reverse("credential-declare"), DECLARED)

    assert Credential.objects.count() == 1


def test_declaration_is_changed_on_the_form_it_was_made_with(client, nela):
    credential = make_declared(nela)
    address = reverse("credential-state", args=[credential.uuid])

    assert list(client.get(address).context["form"].fields) == list(DECLARED)
    client.post(address, {**DECLARED, "hours": "130"})

    credential.refresh_from_db()
    assert facts(credential).hours == Decimal("130")


@pytest.mark.parametrize("name", ["title", "awarding_body", "country", "description", "outcomes"])
def test_declaration_without_what_it_needs_names_the_field(client, nela, name):
    answer = client.post(reverse("credential-declare"), {**DECLARED, name: " "})

    assert set(answer.context["form"].errors) == {name}
    assert not Credential.objects.exists()


# Evidence


def add_evidence(client, credential, **data):
    said = {"kind": "description", "title": "Handbook", **data}
    return client.post(reverse("evidence-add", args=[credential.uuid]), said)


def test_evidence_is_a_file_or_a_link(client, nela):
    credential = make_kept(nela)

    add_evidence(client, credential, file=SimpleUploadedFile("handbook.pdf", b"%PDF-1.7\n"))
    add_evidence(client, credential, title="Course page", url="https://course.example/")

    assert [(e.title, bool(e.document), e.url) for e in credential.evidence.all()] == [
        ("Handbook", True, ""),
        ("Course page", False, "https://course.example/"),
    ]
    page = told(client, credential)
    assert "Course or module description" in page
    assert 'href="https://course.example/" rel="noopener noreferrer nofollow"' in page


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "file"),
        ({"url": "https://a.example", "file": (b"%PDF-1.7", "a.pdf")}, "file"),
        ({"url": "ftp://a.example"}, "url"),
        ({"url": "https://a.example", "title": ""}, "title"),
        ({"url": "https://a.example", "kind": "nonsense"}, "kind"),
        ({"file": (b"<html></html>", "a.pdf")}, "file"),
    ],
)
def test_evidence_with_a_mistake_names_the_field(client, nela, data, field):
    credential = make_kept(nela)
    if "file" in data:
        content, name = data["file"]
        data = {**data, "file": SimpleUploadedFile(name, content)}

    answer = add_evidence(client, credential, **data)

    assert set(answer.context["form"].errors) == {field}
    assert not credential.evidence.exists()


def test_evidence_sent_twice_is_there_once(client, nela):
    credential = make_kept(nela)
    for _tab in range(2):
        add_evidence(client, credential, file=SimpleUploadedFile("a.pdf", b"%PDF-1.7 a"))
        add_evidence(client, credential, url="https://a.example/")

    assert credential.evidence.count() == 2


def test_removed_evidence_takes_its_file_along(client, nela):
    credential = make_kept(nela)
    add_evidence(client, credential, file=SimpleUploadedFile("a.pdf", b"%PDF-1.7 a"))
    evidence = credential.evidence.get()
    file = evidence.document.file
    assert client.get(reverse("evidence-remove", args=[evidence.uuid])).status_code == 200
    assert Evidence.objects.exists()

    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(reverse("evidence-remove", args=[evidence.uuid]))

    assert not Evidence.objects.exists()
    assert not Document.objects.filter(pk=evidence.document.pk).exists()
    assert not file.storage.exists(file.name)
    assert client.post(reverse("evidence-remove", args=[evidence.uuid])).status_code == 404


# Removing


def test_removed_credential_takes_file_evidence_and_links_along(client, nela):
    credential = make_imported(nela)
    add_evidence(client, credential, file=SimpleUploadedFile("a.pdf", b"%PDF-1.7 a"))
    client.post(reverse("share-new", args=[credential.uuid]), {"label": "Job", "days": "7"})
    assert client.get(reverse("credential-remove", args=[credential.uuid])).status_code == 200

    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(reverse("credential-remove", args=[credential.uuid]))

    assert not Credential.objects.exists()
    assert not Document.objects.exists()
    assert not Evidence.objects.exists()
    assert client.post(reverse("credential-remove", args=[credential.uuid])).status_code == 404


def test_award_stays_in_the_portfolio(client, nela):
    award = make_award(student=nela)

    page = client.get(reverse("credential-remove", args=[award.credential.uuid]))
    answer = client.post(reverse("credential-remove", args=[award.credential.uuid]))

    assert "What was awarded here cannot be changed." in page.content.decode()
    assert answer.status_code == 403
    assert Credential.objects.count() == 1


# The list, and whose it is


def test_empty_portfolio_says_how_to_begin(client, nela):
    page = client.get(reverse("portfolio")).content.decode()

    assert "Nothing here yet" in page
    assert reverse("credential-add") in page


def test_portfolio_leads_to_what_one_has_claimed(client, nela):
    text = client.get(reverse("portfolio")).content.decode()

    assert f'href="{reverse("claim-list")}">Your claims</a>' in text


def test_portfolio_shows_each_kind_in_its_own_words(client, nela):
    make_award(student=nela)
    make_award(AwardState.REVOKED, student=nela)
    make_award(student=nela, claimed=False, accepted=False)
    make_imported(nela)
    make_kept(nela)
    make_declared(nela)

    page = client.get(reverse("portfolio"))

    origins = [entry["credential"].origin for entry in page.context["entries"]]
    assert origins == ["self_declared", "stated", "imported", "award", "award"]  # newest first
    assert page.context["verified"] == Decimal("5.0")
    assert [len(entry["missing"]) for entry in page.context["unfinished"]] == [9]
    text = page.content.decode()
    for word in ("Valid", "Revoked", "Not verifiable", "File kept", "Self-declared", "Accept “"):
        assert word in text, word


@pytest.mark.parametrize("number", [1, 3])
def test_portfolio_asks_the_database_nine_times(client, nela, number, django_assert_num_queries):
    for _ in range(number):
        make_award(student=nela)
        make_award(student=nela, claimed=False, accepted=False)
        make_imported(nela)
        make_kept(nela)
        make_declared(nela)
        make_printed(make_learner(make_institution(), nela))
        make_print(nela)

    with django_assert_num_queries(9):
        client.get(reverse("portfolio"))


PAGES = [
    "credential-detail",
    "credential-state",
    "credential-check",
    "credential-remove",
    "evidence-add",
    "share-new",
]


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_somebody_elses_credential_do_not_exist(client, nela, name):
    credential = make_imported(make_user())

    answers = [client.post(reverse(name, args=[credential.uuid]), STATEMENT)]
    if name != "credential-check":
        answers.append(client.get(reverse(name, args=[credential.uuid])))

    assert {answer.status_code for answer in answers} == {404}
    assert Credential.objects.get().facts == credential.facts


def test_evidence_of_somebody_else_does_not_exist(client, nela):
    owner = make_user()
    evidence = credentials.add_evidence(
        make_kept(owner), kind="other", title="Link", url="https://a.example", by=owner
    )

    assert client.post(reverse("evidence-remove", args=[evidence.uuid])).status_code == 404
    assert Evidence.objects.exists()


@pytest.mark.parametrize("name", ["portfolio", "credential-add", "credential-declare"])
def test_portfolio_is_for_people_who_are_signed_in(client, name):
    assert client.get(reverse(name)).url == f"/account/login/?next={reverse(name)}"


def test_looking_at_pages_writes_nothing(client, nela):
    credential = make_imported(nela)
    events = AuditEvent.objects.count()

    for name in ("credential-detail", "credential-state", "credential-remove", "share-new"):
        client.get(reverse(name, args=[credential.uuid]))

    assert AuditEvent.objects.count() == events


def test_award_that_is_not_accepted_is_not_in_the_portfolio_yet(client, nela):
    award = make_award(student=nela, claimed=False, accepted=False)

    answer = client.get(reverse("credential-detail", args=[award.credential.uuid]))

    assert answer.status_code == 404


def test_accepted_award_has_a_page_from_which_it_is_shared_and_put_forward(client, nela):
    award = make_award(student=nela)
    shares.create(award.credential, label="Job", days=7, by=nela)
    shares.withdraw(shares.create(award.credential, label="Old", days=7, by=nela), by=nela)
    apply = f"{reverse('case-new')}?credential={award.credential.uuid}"
    there = reverse("credential-detail", args=[award.credential.uuid])
    share = reverse("share-new", args=[award.credential.uuid])

    page = client.get(there)
    award_page = client.get(reverse("award-detail", args=[award.uuid])).content.decode()

    assert (page.status_code, page.context["links"]) == (200, 1)
    text = page.content.decode()
    assert "1 link works" in text
    assert all(f'href="{one}"' in text for one in (apply, share, reverse("portfolio")))
    assert f'href="{reverse("award-detail", args=[award.uuid])}"' in text
    assert all(f'href="{one}"' in award_page for one in (apply, share, there, reverse("portfolio")))
