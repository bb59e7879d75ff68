"""The page that verifies without a portal: opened from a folder, in a browser without a network."""

import json
import zipfile
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from credentials.models import KeyType, RevocationReason, SuspensionReason
from credentials.services import keys, offline_page, revocations
from credentials.services.facts import of_credential
from credentials.trust import jws
from credentials.trust.bundles import open_bundle, unpack
from tests.browser.test_accessibility import at_all_sizes, without_heading
from tests.conftest import is_fault
from tests.credentials.test_bundles import bundle_of, forged
from tests.credentials.trust.test_bundles import archive, patched, repacked
from tests.factories.awards import make_award, make_student
from tests.factories.people import make_registrar

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def award():
    return make_award()


@pytest.fixture
def offline(browser, client, tmp_path):
    """The page as anybody saves it, opened by file:// with the network off; fails on any fault."""
    saved = tmp_path / "verify.html"
    saved.write_bytes(client.get(reverse("verify-offline")).content)
    context = browser.new_context(locale="en-GB", offline=True)
    context.set_default_timeout(60_000)
    page, complaints, asked = context.new_page(), [], []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if is_fault(said) else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(saved.as_uri())
    yield page
    context.close()
    assert (complaints, asked) == ([], [saved.as_uri()])


def verified(page, *files: tuple[str, bytes], fingerprint: str = "") -> tuple[str, str]:
    """Choose files and press the button; return title and sentence of the verdict."""
    chosen = [{"name": n, "mimeType": "application/octet-stream", "buffer": b} for n, b in files]
    page.set_input_files("#files", chosen)
    page.fill("#fingerprint", fingerprint)
    page.evaluate("document.getElementById('result').replaceChildren()")
    page.get_by_role("button", name="Verify credential").click()
    page.locator("#result .verdict").wait_for()
    heading = page.locator("#result .verdict h2").inner_text()
    return heading, page.locator("#result .verdict p").inner_text()


def outcomes(page) -> dict[str, str]:
    rows = page.locator("#result tbody tr").all()
    return {row.locator("th").inner_text(): row.locator("td .state").inner_text() for row in rows}


def chosen(data: bytes) -> list[tuple[str, bytes]]:
    """The files of a bundle that somebody picks one by one."""
    files = open_bundle(data).files
    names = ("credential.jwt", "did.json", "status/revocation.jwt", "status/suspension.jwt")
    return [(name.rpartition("/")[2], files[name]) for name in names]


NOT_CONFIRMED = "Unchanged, issuer not confirmed"


def test_genuine_bundle_is_unchanged_and_its_issuer_is_not_confirmed(offline, award):
    data = bundle_of(award)

    title, text = verified(offline, ("kept.zip", data))

    assert title == NOT_CONFIRMED
    assert "could not be checked now" in text
    assert offline.evaluate("document.activeElement.textContent") == NOT_CONFIRMED
    assert outcomes(offline) == {
        "It is unchanged since it was signed": "Passed",
        "It is signed": "Passed",
        "The key that signed it still counts": "Not checked",
        "The signature belongs to the issuer": "Not checked",
        "It is valid already": "Passed",
        "It has not expired": "No end date",
        "It has not been revoked": "Not checked",
        "It is about this person": "For you to check",
    }
    said = offline.locator("#result").inner_text()
    bundle = open_bundle(data)
    assert "Nela Ardwen" in said
    rows = offline.locator("#result dl div").all()
    told = {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in rows}
    facts = of_credential(award.credential)
    assert told["Number"] == award.number
    assert (told["Level"], told["Credits"]) == ("EQF 6", "5 ECTS")
    assert told["Grade"] == facts.grade.value
    assert told["The holder can"].split("\n") == [one.text["en"] for one in facts.outcomes]
    assert bundle.key.fingerprint in said
    assert bundle.issuer in said


def test_without_its_key_a_credential_is_not_called_changed(offline, award):
    jwt, *_others = chosen(bundle_of(award))

    verified(offline, jwt)

    said = offline.locator("#result").inner_text()
    assert "Not asked, because no signature was checked." in said
    assert "because the credential was changed" not in said


def test_one_file_of_a_bundle_is_answered_by_asking_for_the_bundle(offline):
    for name in ("supplement.pdf", "badge.png", "credential.json"):
        _title, text = verified(offline, (name, b"{}"))
        assert "Choose the whole bundle" in text


def test_compared_fingerprint_confirms_the_issuer(offline, award):
    data = bundle_of(award)
    fingerprint = open_bundle(data).key.fingerprint

    good, _ = verified(offline, ("kept.zip", data), fingerprint=fingerprint.lower())
    assert good == "In order when it was packed"
    assert outcomes(offline)["The signature belongs to the issuer"] == "Passed"
    bad, text = verified(offline, ("kept.zip", data), fingerprint="AB12")
    assert bad == "Not valid"
    assert "another fingerprint" in text


@pytest.mark.parametrize("how", ["revoked", "suspended"])
def test_list_in_the_bundle_is_read(offline, award, how):
    registrar = make_registrar(award.learner.institution)
    if how == "revoked":
        reason = RevocationReason.ERROR
        revocations.revoke(award, by=registrar, reason=reason, note="Wrong grade.")
    else:
        reason = SuspensionReason.EXAMINED
        revocations.suspend(award, by=registrar, reason=reason, note="Copied?")

    title, _ = verified(offline, ("kept.zip", bundle_of(award)))

    assert title == how.capitalize()


def test_bundle_of_a_stranger_is_never_confirmed(offline, award):
    genuine = bundle_of(award)
    fingerprint = open_bundle(genuine).key.fingerprint

    title, _ = verified(offline, ("kept.zip", forged(genuine)))
    assert title == NOT_CONFIRMED
    _, text = verified(offline, ("kept.zip", forged(genuine)), fingerprint=fingerprint)
    assert "another fingerprint" in text


def test_changed_bundle_is_refused_by_name(offline, award):
    data = bundle_of(award)
    files = unpack(data)
    other = files["credential.jwt"][:-8] + b"AAAAAAAA"

    said = [
        verified(offline, ("kept.zip", repacked(data, credential_jwt=other)))[1],
        verified(offline, ("kept.zip", repacked(data, did_json=b"{}")))[1],
        verified(offline, ("kept.zip", repacked(data, extra_txt=b"x")))[1],
        verified(offline, ("kept.zip", archive([("a.txt", b"x")])))[1],
    ]

    assert said == [
        "The bundle was changed after it was packed: credential.jwt is not what it was.",
        "The bundle does not hold the key that signed it.",
        "The bundle was changed after it was packed: extra.txt is not what it was.",
        "The archive is not a bundle of a credential.",
    ]


# Files one by one --------------------------------------------------------------------------------


def test_files_of_a_bundle_are_verified_one_by_one(offline, award):
    title, _ = verified(offline, *chosen(bundle_of(award)))

    assert title == NOT_CONFIRMED
    assert outcomes(offline)["It is unchanged since it was signed"] == "Passed"


def test_jwt_alone_or_without_its_list_leaves_that_open(offline, award):
    jwt, published, *_lists = chosen(bundle_of(award))

    assert verified(offline, jwt) == ("Not verifiable", "The signature could not be checked now.")
    verified(offline, jwt, published)
    assert outcomes(offline)["It has not been revoked"] == "Not checked"
    assert "not among the files that you chose" in offline.locator("#result").inner_text()


def altered(text: bytes, **claims) -> bytes:
    head, _payload, signature = text.decode().split(".")
    payload = {**jws.parse(text.decode())[1], **claims}
    return f"{head}.{jws._encoded(payload)}.{signature}".encode()


def headed(text: bytes, **said) -> bytes:
    _head, payload, signature = text.decode().split(".")
    header = {**jws.parse(text.decode())[0], **said}
    return f"{jws._encoded(header)}.{payload}.{signature}".encode()


def test_changed_jwt_is_not_valid(offline, award):
    (name, text), *others = chosen(bundle_of(award))
    cases = [
        altered(text, name="Astrophysics"),
        altered(text, jti="urn:other"),
        headed(text, alg="none"),
        headed(text, alg="HS256"),
        headed(text, crit=["b64"]),
    ]

    said = [verified(offline, (name, case), *others) for case in cases]

    assert "Nothing shows that this is true." in offline.locator("#result").inner_text()
    assert said == [
        ("Not valid", "Changed after it was signed, or the signature is not genuine."),
        ("Not valid", "What was signed contradicts itself, so it cannot be relied on."),
        *[("Not valid", "Signed in a way that anyone can forge.")] * 3,
    ]


def test_key_and_list_of_another_issuer_do_not_count(offline, award):
    jwt, _keys, *lists = chosen(bundle_of(award))
    other = chosen(bundle_of(make_award(student=make_student("Tam Belisle"))))

    assert verified(offline, jwt, other[1], *lists)[0] == "Not verifiable"
    (name, listed), *_ = lists
    claims = jws.parse(listed.decode())[1]
    forged_list = altered(other[2][1], **claims)
    verified(offline, jwt, _keys, (name, forged_list), lists[1])
    assert "cannot be relied on" in offline.locator("#result").inner_text()


def test_signature_by_a_key_that_was_withdrawn_is_not_relied_on(offline, award):
    (name, text), (_, did), *lists = chosen(bundle_of(award))
    claims, now = jws.parse(text.decode())[1], timezone.now().replace(microsecond=0)
    key = keys.ensure(award.learner.institution, KeyType.RSA)
    document = {entry: value for entry, value in claims.items() if entry not in jws.CLAIMS}
    backdated = jws.sign(
        {**document, "validFrom": (now - timedelta(days=60)).isoformat()},
        private_key=keys.private_half(key),
        kid=keys.verification_method(key),
        created=now,
    ).encode()

    def said(jwt: bytes, withdrawn: datetime) -> tuple[str, str]:
        published = json.loads(did)
        for method in published["verificationMethod"]:
            method["revoked"] = withdrawn.isoformat()
        return verified(offline, (name, jwt), ("did.json", json.dumps(published).encode()), *lists)

    since = said(text, now + timedelta(hours=1))
    before = said(backdated, now - timedelta(days=1))

    assert since[0] == "Not verifiable"
    assert "withdrawn the key" in since[1]
    assert before[0] == "Not valid"


def test_what_a_file_says_is_only_ever_text(offline, award):
    (name, text), *others = chosen(bundle_of(award))
    payload = jws.parse(text.decode())[1]
    payload["issuer"]["name"] = "<img src=x onerror=alert(1)><b>Bo\x07ld</b>"

    verified(offline, (name, altered(text, issuer=payload["issuer"])), *others)

    assert "<b>Bo ld</b>" in offline.locator("#result").inner_text()
    assert offline.locator("#result img, #result b").count() == 0


HOSTILE = [
    (b"PK\x03\x04", "damaged"),
    (archive([("../x.txt", b"x")]), "bad name"),
    (archive([("a.txt", b"1"), ("A.txt", b"2")]), "twice"),
    (patched(archive([("a.txt", b"x")]), 8, b"\x01\x00"), "encrypted"),
    (archive([("a.txt", b"x" * 99)], zipfile.ZIP_BZIP2), "packed in a way"),
    (archive([("a.zip", archive([]))]), "another archive"),
    (archive([(f"{n}.txt", b"") for n in range(41)]), "more than 40 files"),
    (archive([("a.txt", bytes(20_000_000))]), "grows too much"),
    (patched(archive([("a.txt", bytes(20_000_000))]), 24, b"\xe8\x03\x00\x00"), "damaged"),
    (archive([("a.txt", bytes(10_000_001))], zipfile.ZIP_STORED), "too large: a.txt"),
    (patched(archive([("a.txt", b"x")]), 42, b"\xff\xff\xff\x00"), "damaged"),
    (b"", "no credential in JWT form"),
    (b"\xff\xfe\x00", "no credential in JWT form"),
]


def test_hostile_archive_is_refused(offline):
    said = [verified(offline, ("kept.zip", data)) for data, _reason in HOSTILE]

    assert {title for title, _text in said} == {"It could not be checked"}
    for (_title, text), (_data, reason) in zip(said, HOSTILE, strict=True):
        assert reason in text


def test_file_that_is_too_large_is_not_read(offline, tmp_path):
    large = tmp_path / "kept.zip"
    large.write_bytes(bytes(20 * 1024**2 + 1))
    offline.set_input_files("#files", large)
    offline.get_by_role("button", name="Verify credential").click()

    offline.get_by_text("The archive is larger than 20 MB.").wait_for()


# The page itself ---------------------------------------------------------------------------------


def test_page_allows_itself_nothing_but_its_own_script_and_style(client):
    answer = client.get(reverse("verify-offline"))

    text = answer.content.decode()
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="verify.html"'
    assert text.startswith("<!doctype html>")
    assert "default-src &#x27;none&#x27;; script-src &#x27;sha256-" in text
    assert "unsafe" not in text.partition("<style>")[0]
    assert (text.count("<script"), text.count("</script>"), text.count("<style")) == (1, 1, 1)


def test_page_can_fetch_nothing(browser, client, tmp_path):
    saved = tmp_path / "verify.html"
    saved.write_bytes(client.get(reverse("verify-offline")).content)
    page = browser.new_page()
    page.goto(saved.as_uri())

    refused = page.evaluate(
        "new Promise((tell) => { addEventListener('securitypolicyviolation',"
        " (event) => tell(event.effectiveDirective)); fetch('data:,x').catch(() => {}); })"
    )

    assert refused == "connect-src"
    page.close()


def test_page_has_no_fault_and_works_by_keyboard(offline, axe, award):
    data = bundle_of(award)
    assert [*without_heading(offline), *at_all_sizes(offline, axe)] == []
    offline.locator("#files").focus()
    offline.keyboard.press("Tab")
    assert offline.evaluate("document.activeElement.id") == "fingerprint"

    verified(offline, ("kept.zip", data))

    assert [*without_heading(offline), *at_all_sizes(offline, axe)] == []


def test_page_in_the_bundle_speaks_the_language_of_who_saved_it(browser, award, tmp_path):
    with translation.override("de"):
        saved = tmp_path / "verify.html"
        saved.write_bytes(open_bundle(bundle_of(award)).files["verify.html"])
        wanted = offline_page.page()
    page = browser.new_page()
    page.goto(saved.as_uri())

    assert saved.read_text() == wanted
    assert page.evaluate("document.documentElement.lang") == "de"
    page.close()
