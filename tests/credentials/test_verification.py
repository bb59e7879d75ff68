"""Verification: verdict first, and a network fault is never called invalid."""

import io
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from lxml import html

from credentials.models import Award, DocumentKind, RevocationReason
from credentials.services import documents, fetching, outside, revocations, verification
from credentials.services.known_documents import Match
from credentials.standards import open_badges
from credentials.standards.documents import written
from credentials.standards.facts import BodyFacts, CredentialFacts, HolderFacts
from credentials.states import AwardState
from credentials.trust import did, proofs, status_list
from credentials.trust import keys as crypto
from credentials.trust.fetch import Fetched, FetchFailed, FetchRefused
from credentials.trust.words import Outcome
from credentials.vocabulary import BodyStatus
from tests.factories.awards import make_award
from tests.factories.people import make_awarding_body, make_institution, make_registrar
from tests.factories.portfolios import ISSUER, make_badge

pytestmark = pytest.mark.django_db


@pytest.fixture
def award():
    return make_award()


def upload(client, data, name="badge.json"):
    return client.post(reverse("verify"), {"file": SimpleUploadedFile(name, data), "text": ""})


def paste(client, text):
    return client.post(reverse("verify"), {"text": text})


def outcomes(result):
    return {check.name: check.outcome.value for check in result.seen.checks}


# Our own awards, by code, file, text


def test_code_shows_the_verdict_first_then_facts_and_checks(client, award):
    page = client.get(reverse("verify-code", args=[award.code]))

    text = page.content.decode()
    result = page.context["result"]
    assert page.status_code == 200
    assert (result.title, result.kind) == ("Valid", "ok")
    assert result.text == (
        f"{award.learner.institution} issued this credential to Nela Ardwen, and it still stands."
    )
    assert (
        text.index('id="verdict-title"')
        < text.index("What it says")
        < text.index("What we checked")
    )
    assert '<meta name="robots" content="noindex">' in text
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    "typed",
    [
        *("{code}", " {lower} ", "{spaced}", "{joined}", "{code}.", "“{dashed}”"),
        *("http://localhost:8000/v/{code}/", "localhost:8000/v/{code}/", "TestServer/v/{joined}"),
    ],
)
def test_code_is_found_however_it_is_typed(client, award, typed):
    text = typed.format(
        code=award.code,
        lower=award.code.lower().replace("-", " "),
        spaced=award.code.replace("-", " - "),
        joined=award.code.replace("-", ""),
        dashed=award.code.replace("-", "–"),
    )

    assert paste(client, text).url == reverse("verify-code", args=[award.code])


@pytest.mark.parametrize("text", ["foo", "academy.example/badge.json", "word " * 20, "LND-22"])
def test_text_that_can_be_nothing_is_asked_for_again(client, text):
    form = paste(client, text).context["form"]

    assert form.errors["text"] == [
        "A code looks like LND-7F4K-22QX-M3. A link begins with https://, and the text of a "
        "credential with { or eyJ. For anything else, choose the file."
    ]


def test_number_is_told_from_a_code(client, award):
    form = paste(client, award.number).context["form"]

    assert form.errors["text"] == [
        "This is the number of a document. Its code stands beside the QR code and looks like "
        "LND-7F4K-22QX-M3."
    ]


def test_code_typed_on_the_home_page_is_verified(client, award):
    home = html.fromstring(client.get(reverse("home")).content)
    (form,) = (f for f in home.forms if f.action == reverse("verify"))
    form.fields["text"] = award.code

    answer = client.post(form.action, dict(form.fields), follow=True)

    assert answer.context["result"].title == "Valid"


def test_link_of_the_address_one_is_at_is_known(client, award):
    link = f"http://testserver{reverse('verify-code', args=[award.code])}"

    answer = client.post(reverse("verify"), {"text": link}, follow=True)

    assert answer.context["result"].title == "Valid"


def test_unknown_code_is_not_found_and_says_what_to_check(client):
    page = client.get(reverse("verify-code", args=["LND-7F4K-22QX-M3"]))

    assert page.status_code == 404
    assert "No document with the code “LND-7F4K-22QX-M3” was made here." in page.content.decode()


def test_code_of_an_award_that_is_not_signed_yet_is_unknown(client):
    award = make_award(AwardState.SIGNING)

    assert client.get(reverse("verify-code", args=[award.code])).status_code == 404


def test_uploaded_and_pasted_file_are_verified_alike(client, award):
    data = verification.bytes_of(award.credential)

    for page in (upload(client, data), paste(client, data.decode())):
        assert page.context["result"].title == "Valid"
        assert page.context["award"] == award
        assert page.context["result"].checks[0] == {
            "name": "The file can be read",
            "outcome": "passed",
            "text": "The file was read.",
            "question": "Is it intact?",
        }


def test_revoked_award_says_so_with_its_date_and_not_why(client, award):
    revocations.revoke(
        award,
        by=make_registrar(award.learner.institution),
        reason=RevocationReason.ERROR,
        note="A copied project.",
    )

    page = client.get(reverse("verify-code", args=[award.code]))

    today = written(timezone.localdate(), "en")
    assert page.context["result"].title == f"Revoked on {today}"
    assert page.context["result"].kind == "bad"
    assert outcomes(page.context["result"])["not_revoked"] == "fail"
    assert outcomes(page.context["result"])["integrity"] == "pass"
    assert "copied project" not in page.content.decode()
    assert "deception" not in page.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["credentialSubject"].update(creditsEarned=50),
        lambda d: d["credentialSubject"]["identifier"][0].update(identityHash="Tam Belisle"),
        lambda d: d.pop("credentialStatus"),
        lambda d: d.update(validFrom="2020-01-01T00:00:00Z"),
        lambda d: d["issuer"].update(name="Another university"),
    ],
)
def test_changed_credential_is_not_valid(client, award, change):
    document = json.loads(verification.bytes_of(award.credential))
    change(document)

    page = upload(client, json.dumps(document).encode())

    assert page.context["result"].title == "Not valid"
    assert page.context["result"].text == (
        "Changed after it was signed, or the signature is not genuine."
    )
    assert page.context["award"] is None


def test_added_entry_that_no_signature_covers_is_not_valid(client, award):
    document = json.loads(verification.bytes_of(award.credential))
    document["honours"] = "summa cum laude"

    page = upload(client, json.dumps(document).encode())

    assert page.context["result"].text == ("It contains entries that its signature does not cover.")


# Bad input


@pytest.mark.parametrize(
    ("data", "name", "title", "sentence"),
    [
        (b"hello", "a.txt", "Not verifiable", "The file holds no credential that can be verified."),
        (b"<html><script>x</script>", "badge.png", "Not verifiable", None),
        (b'{"@context": [', "badge.json", "Not verifiable", "The file cannot be read."),
        (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
            "elmo.xml",
            "Not verifiable",
            "The file cannot be read.",
        ),
        (b"\x00\x01\x02", "a.bin", "Not verifiable", None),
        (
            b'{"@context": "http://data.europa.eu/snb/model/context/edc-ap"}',
            "edc.jsonld",
            "Not verifiable",
            "Not signed, so nothing can be verified.",
        ),
        (b"%PDF-1.7 broken", "a.pdf", "Not verifiable", None),
        (b"[" * 100_000, "deep.json", "Not verifiable", "The file cannot be read."),
        (b'{"a": 1e999}', "number.json", "Not verifiable", "The file cannot be read."),
    ],
)
def test_garbage_gets_a_calm_answer(client, data, name, title, sentence):
    page = upload(client, data, name)

    assert page.status_code == 200
    assert page.context["result"].title == title
    assert sentence in (None, page.context["result"].text)
    assert "nvalid" not in page.content.decode().replace("aria-invalid", "")


def test_too_large_file_is_refused_without_advice_that_breaks_its_seal(client, settings):
    settings.UPLOAD_MAX_BYTES = 1024

    page = upload(client, b" " * 2048)

    assert page.context["form"].errors["file"] == [
        "It is larger than 0 MB; no document of this portal is. Enter the code printed on it "
        "instead."
    ]


@pytest.mark.parametrize("text", ["", " "])
def test_nothing_handed_in_is_said(client, text):
    page = paste(client, text)

    assert page.context["form"].errors["__all__"] == [
        "Choose a file, or paste a code, a link or the text. One of them is enough."
    ]


def test_share_link_is_followed_and_a_foreign_one_is_not(client):
    token = "a" * 32

    own = paste(client, f"http://localhost:8000/s/{token}/")
    wrong = paste(client, "http://localhost:8000/courses/")
    foreign = paste(client, f"https://127.0.0.1/s/{token}/")

    assert own.url == reverse("share-open", args=[token])
    assert wrong.context["form"].non_field_errors() == [
        "This link does not lead to a credential. Open it, save the credential's file and hand "
        "that in."
    ]
    assert foreign.context["form"].errors["text"] == [
        "127.0.0.1 is not a public address. Save the credential’s file yourself, and hand that in."
    ]


def test_credential_is_fetched_from_the_address_of_another_site(client, abroad):
    address = "https://marisol.example/c/1.json"
    abroad.web[address] = json.loads(abroad.badge())

    page = paste(client, address)

    assert page.context["result"].title == "Valid"


def test_too_many_requests_are_asked_to_wait(client):
    statuses = [paste(client, "hello").status_code for _ in range(31)]
    lookups = client.get(reverse("verify-code", args=["LND-7F4K-22QX-M3"])).status_code

    assert (statuses[29], statuses[30], lookups) == (200, 429, 429)


def test_code_that_exists_is_not_looked_at_without_end_either(client, award):
    address = reverse("verify-code", args=[award.code])

    statuses = [client.get(address).status_code for _ in range(31)]

    assert statuses == [200] * 30 + [429]


# Printed documents


@pytest.fixture
def supplement(run_tasks):
    with run_tasks():
        made = make_award()
    return Award.objects.get(pk=made.pk)


def test_our_own_pdf_is_found_by_its_hash(client, supplement):
    page = upload(client, documents.read(supplement.supplement), "supplement.pdf")

    assert page.context["match"] == Match.EXACT
    assert page.context["result"].title == "Valid"
    assert "exactly the document that the institution made" in page.content.decode()


def test_changed_pdf_is_told_before_the_credential_inside_it(client, supplement):
    data = documents.read(supplement.supplement) + b"\n% changed"

    page = upload(client, data, "supplement.pdf")

    result = page.context["result"]
    assert result.in_pdf is True
    assert (result.title, result.seen.key) == ("Not verifiable", "pages_changed")
    assert result.seen.check("integrity").outcome == Outcome.PASS
    assert result.seen.check("pages").outcome == Outcome.FAIL
    assert page.context["match"] == Match.CHANGED_SIGNED
    text = page.content.decode()
    assert page.context["verdict"].title == "Not as it was printed"
    assert "Enter the code printed on it: the page shows what we printed." in text
    assert supplement.supplement.sha256 in text
    assert "The credential inside it" in text
    assert "What we checked of the credential inside it" in text
    assert "Not verifiable" not in text
    assert "This PDF is not one we keep." not in text


def test_file_is_compared_with_the_document_of_a_code(client, supplement):
    address = reverse("verify-code", args=[supplement.code])
    data = documents.read(supplement.supplement)

    answers = [
        client.post(address, {"file": SimpleUploadedFile("a.pdf", given)}).context["match"]
        for given in (data, data + b" ")
    ]

    assert answers == [Match.EXACT, Match.DIFFERENT]


@pytest.fixture
def letter():
    return documents.store(
        b"%PDF-1.7 a letter to Nela Ardwen",
        kind=DocumentKind.LETTER,
        title="Decision letter",
        filename="letter.pdf",
        media_type="application/pdf",
        institution=make_institution(),
        number="LND-DL-2026-0001",
        code="LND-AAAA-BBBB-CC",
    )


def test_letter_is_known_by_code_and_by_file_without_telling_its_holder(client, letter):
    by_code = client.get(reverse("verify-code", args=[letter.code]))
    by_file = upload(client, documents.read(letter), "letter.pdf")

    for page in (by_code, by_file):
        text = page.content.decode()
        assert page.status_code == 200
        assert letter.sha256 in text
        assert letter.number in text
        assert "Ardwen" not in text
    assert (by_code.context["match"], by_file.context["match"]) == (Match.CODE, Match.EXACT)


def test_private_file_is_not_told_by_its_hash(client):
    documents.store(
        b"hello", kind=DocumentKind.UPLOAD, title="a", filename="a.txt", media_type="text/plain"
    )

    page = upload(client, b"hello", "a.txt")

    assert page.context["document"] is None


# Other issuers


SIGNED_AT = datetime(2026, 6, 26, 10, tzinfo=UTC)


class Abroad:
    """An issuer elsewhere, whose web server answers from a dict."""

    did = "did:web:marisol.example"
    status_url = "https://marisol.example/status/1"

    def __init__(self):
        self.key = crypto.generate()
        self.method = f"{self.did}#key-1"
        self.web = {
            "https://marisol.example/.well-known/did.json": did.did_document(
                self.did, [("key-1", self.key.public.multibase, None)]
            ),
            self.status_url: self.signed(
                status_list.credential(
                    url=self.status_url,
                    issuer=self.did,
                    bits=status_list.set_bit(status_list.empty(), 5),
                    valid_from=SIGNED_AT,
                )
            ),
        }

    def signed(self, document):
        return proofs.sign(
            document, private_key=self.key, verification_method=self.method, created=SIGNED_AT
        )

    def badge(self, **fields):
        facts = CredentialFacts(
            id="https://marisol.example/c/1",
            title={"en": "Data Analysis with Python"},
            awarding_body=BodyFacts(name={"en": "Marisol Technical University"}, id=self.did),
            holder=HolderFacts(name="Nela Ardwen"),
            issued_on=SIGNED_AT,
            type="microcredential",
            course_url="https://marisol.example/course",
            **{"status_url": self.status_url, "status_index": 4, **fields},
        )
        return json.dumps(self.signed(open_badges.write(facts))).encode()

    def fetch(self, url, **_named):
        if url not in self.web:
            raise FetchFailed("marisol.example cannot be reached.")
        return Fetched(json.dumps(self.web[url]).encode(), "application/json", url)


@pytest.fixture
def abroad(monkeypatch):
    issuer = Abroad()
    monkeypatch.setattr(fetching.fetch, "fetch", issuer.fetch)
    return issuer


def test_registered_issuer_is_named_by_the_register(abroad):
    make_awarding_body(make_institution(), name="Marisol TU", did=abroad.did)

    result = verification.examine(abroad.badge())

    assert result.title == "Valid"
    assert result.text == "Marisol TU issued this credential to Nela Ardwen, and it still stands."


@pytest.mark.parametrize("status", [BodyStatus.NOT_RECOGNISED, BodyStatus.UNKNOWN])
def test_issuer_that_a_register_does_not_recognise_is_not_named_by_it(abroad, status):
    make_awarding_body(make_institution(), name="University of X", did=abroad.did, status=status)

    result = verification.examine(abroad.badge())

    assert (result.title, result.issuer) == ("Valid", None)
    assert "This portal does not know who that is." in result.text


def test_key_that_a_register_names_is_still_nobody_but_a_key():
    make_awarding_body(make_institution(), name="University of X", did=ISSUER)

    result = verification.examine(make_badge())

    assert (result.seen.key, result.kind, result.issuer) == ("intact_own_key", "warn", None)
    assert "University of X" not in result.text


def test_unregistered_issuer_is_not_called_by_the_name_it_gives_itself(abroad):
    result = verification.examine(abroad.badge())

    assert result.title == "Valid"
    assert result.text == (
        "Whoever publishes the keys of marisol.example issued this credential to Nela Ardwen, and "
        "it still stands. This portal does not know who that is."
    )


def test_what_has_no_list_of_revocations_is_not_said_to_stand(abroad):
    data = abroad.badge(status_url="")
    stranger = verification.examine(data)
    make_awarding_body(make_institution(), name="Marisol TU", did=abroad.did)
    registered = verification.examine(data)

    assert (stranger.title, registered.title) == ("Valid", "Valid")
    assert registered.text == (
        "Marisol TU issued this credential to Nela Ardwen. Whether it was revoked since cannot be "
        "asked."
    )
    assert stranger.text == (
        "Whoever publishes the keys of marisol.example issued this credential to Nela Ardwen. "
        "This portal does not know who that is. Whether it was revoked since cannot be asked."
    )


def test_who_has_a_path_on_a_host_is_called_by_the_whole_identifier(abroad):
    abroad.did = "did:web:marisol.example:mallory:keys"
    abroad.method = f"{abroad.did}#key-1"
    keys = [("key-1", abroad.key.public.multibase, None)]
    address = "https://marisol.example/mallory/keys/did.json"
    abroad.web[address] = did.did_document(abroad.did, keys)

    result = verification.examine(abroad.badge(status_url=""))

    assert result.text.startswith(
        "Whoever publishes the keys of did:web:marisol.example:mallory:keys issued this credential"
    )


def test_revoked_abroad_is_revoked_without_a_date(abroad):
    result = verification.examine(abroad.badge(status_index=5))

    assert (result.title, result.kind) == ("Revoked", "bad")


@pytest.mark.parametrize(
    ("silent", "sentence"),
    [
        ("https://marisol.example/.well-known/did.json", "The signature could not be checked now."),
        (
            Abroad.status_url,
            "Genuine and unchanged, but whether it was revoked could not be checked now.",
        ),
    ],
)
def test_network_fault_is_unknown_and_never_invalid(client, abroad, silent, sentence):
    del abroad.web[silent]

    page = upload(client, abroad.badge())

    result = page.context["result"]
    assert (result.title, result.kind, result.text) == ("Not verifiable", "warn", sentence)
    assert "fail" not in [o for name, o in outcomes(result).items() if name != "annex_i"]
    assert "(marisol.example cannot be reached)." in page.content.decode()


def test_answer_that_is_no_json_is_a_fault_of_the_network(abroad, monkeypatch):
    page = Fetched(b"<html>Sorry</html>", "text/html", "https://marisol.example/")
    monkeypatch.setattr(fetching.fetch, "fetch", lambda url, **_named: page)

    result = verification.examine(abroad.badge())

    assert result.title == "Not verifiable"


def test_expired_credential_is_expired(abroad):
    result = verification.examine(abroad.badge(valid_until=SIGNED_AT + timedelta(days=1)))

    assert result.title == "Expired"
    assert result.text == "It is unchanged since it was signed."


def test_others_are_asked_for_ten_seconds_in_all(abroad, monkeypatch):
    clock = iter(range(0, 1000, 9))
    # Its own clock only: a cache in Redis looks at the time too.
    monkeypatch.setattr(outside, "time", SimpleNamespace(monotonic=lambda: next(clock)))

    result = verification.examine(abroad.badge())

    assert result.text == (
        "Genuine and unchanged, but whether it was revoked could not be checked now."
    )


def test_inner_addresses_are_not_visited():
    inner = Abroad()
    inner.did = "did:web:127.0.0.1"
    inner.method = f"{inner.did}#key-1"

    result = verification.examine(inner.badge(status_url="https://127.0.0.1/status"))

    assert result.title == "Not verifiable"
    with pytest.raises(FetchRefused):
        fetching.fetch.fetch("https://127.0.0.1/.well-known/did.json")


def test_address_that_is_almost_one_of_our_lists_is_no_list(settings):
    with pytest.raises(FetchRefused):
        outside.Others().status_of(f"{settings.ADDRESS}/status/{'-' * 36}")


def test_somebody_else_signing_in_our_name_is_not_ours(award):
    thief = Abroad()
    document = json.loads(verification.bytes_of(award.credential))
    method = document.pop("proof")[0]["verificationMethod"]
    thief.method = method

    result = verification.examine(json.dumps(thief.signed(document)).encode())

    assert (result.title, result.award) == ("Not valid", None)


def test_result_is_kept_without_words_and_told_again(award):
    result = verification.examine_award(award)

    told = verification.told(json.loads(json.dumps(result.as_json())), result.checked_at)

    assert told.title == result.title
    assert outcomes(told) == outcomes(result)
    assert [row["name"] for row in told.checks] == [row["name"] for row in result.checks]


# On the command line


def verify_files(*paths):
    out = io.StringIO()
    try:
        call_command("verify", *map(str, paths), stdout=out)
        problem = ""
    except CommandError as error:
        problem = str(error)
    return out.getvalue().splitlines(), problem


def test_command_prints_the_checks_and_fails_unless_all_are_valid(award, tmp_path):
    good, bad, missing = (tmp_path / name for name in ("good.json", "bad.json", "missing.json"))
    good.write_bytes(verification.bytes_of(award.credential))
    bad.write_bytes(good.read_bytes().replace(b"Nela", b"Lena"))

    lines, problem = verify_files(good)
    _all, problems = verify_files(good, bad, missing)

    assert lines[0].startswith(f"{good}: Valid. ")
    assert lines[1:3] == [
        "  + The file can be read: The file was read.",
        "  + It has all its parts: The credential has all the parts it needs.",
    ]
    assert (problem, problems) == ("", "2 of 3 not valid.")


def test_command_judges_each_credential_of_a_file(award, tmp_path):
    good = json.loads(verification.bytes_of(award.credential))
    file = tmp_path / "two.json"
    file.write_text(json.dumps([good, {**good, "name": "changed"}]))

    lines, problem = verify_files(file)

    assert [line for line in lines if line.startswith(f"{file} (2): Not valid. ")]
    assert problem == "1 of 1 not valid."


def test_command_knows_printed_documents(letter, tmp_path):
    file = tmp_path / "letter.pdf"
    file.write_bytes(documents.read(letter))

    lines, problem = verify_files(file)

    assert lines == [
        f"{file}: LND-DL-2026-0001. Genuine. The file is exactly the document that the "
        "institution made."
    ]
    assert problem == ""
