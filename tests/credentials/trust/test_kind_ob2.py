"""Open Badges 2.0: hosted or signed, and whose word it really is."""

import base64
import hashlib
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from credentials.trust import baked, keys, verify
from credentials.trust.fetch import FetchFailed
from credentials.trust.holders import Person
from credentials.trust.sniff import Kind
from credentials.trust.words import Outcome, Standing
from tests.credentials.trust.test_baked import png

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SITE = "https://badges.marisol.example"
KEY = keys.generate(keys.KeyType.RSA)
RECIPIENT = {
    "type": "email",
    "hashed": True,
    "salt": "grain",
    "identity": "sha256$" + hashlib.sha256(b"nela@example.orggrain").hexdigest(),
}


def pem(public):
    loaded = keys._public(public.raw, public.type)
    return loaded.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def assertion(kind="HostedBadge", **more):
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": f"{SITE}/assertions/1",
        "recipient": RECIPIENT,
        "badge": f"{SITE}/classes/python",
        "verification": {"type": kind},
        "issuedOn": "2024-05-04T10:00:00+00:00",
        "narrative": "Built a weather station.",
        **more,
    }


def issuer(**more):
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Issuer",
        "id": f"{SITE}/issuer",
        "name": "Marisol Technical University",
        "url": "https://marisol.example",
        "email": "badges@marisol.example",
        "publicKey": f"{SITE}/key",
        "revocationList": f"{SITE}/revoked",
        **more,
    }


def web(**more):
    """What the issuer publishes, by address."""
    return {
        f"{SITE}/assertions/1": assertion(),
        f"{SITE}/classes/python": {
            "@context": "https://w3id.org/openbadges/v2",
            "type": "BadgeClass",
            "id": f"{SITE}/classes/python",
            "name": "Python for data",
            "description": "Reading, cleaning and showing data.",
            "image": f"{SITE}/python.png",
            "criteria": {"narrative": "Pass the project."},
            "issuer": f"{SITE}/issuer",
            "extensions:ECTSExtension": {"ECTS": 2.5},
            "extensions:EQFExtension": {"EQF": 6},
            "extensions:LanguageExtension": {"Language": "en_EN"},
            "extensions:LearningOutcomeExtension": {"LearningOutcome": "Clean a data set"},
        },
        f"{SITE}/issuer": issuer(),
        f"{SITE}/key": {
            "type": "CryptographicKey",
            "id": f"{SITE}/key",
            "owner": f"{SITE}/issuer",
            "publicKeyPem": pem(KEY.public),
        },
        f"{SITE}/revoked": {
            "type": "RevocationList",
            "id": f"{SITE}/revoked",
            "issuer": f"{SITE}/issuer",
            "revokedAssertions": [f"{SITE}/assertions/9", {"id": f"{SITE}/assertions/8"}],
        },
        **more,
    }


def check(source, pages=None, **more):
    pages = web() if pages is None else pages

    def document_of(url):
        found = pages.get(url, FetchFailed("no network"))
        if isinstance(found, Exception):
            raise found
        return found

    def never(*_asked):
        raise AssertionError("no key or list of another standard is asked for")

    source = json.dumps(source).encode() if isinstance(source, dict) else source
    return verify.check(
        source, resolve=never, status_of=never, document_of=document_of, now=NOW, **more
    )


def jws(payload, private=KEY, **header):
    parts = [{"alg": "RS256", **header}, payload]
    message = ".".join(encode(json.dumps(part).encode()) for part in parts)
    return f"{message}.{encode(private.sign(message.encode()))}".encode()


def encode(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


# Hosted ------------------------------------------------------------------------------------------


def test_a_hosted_badge_is_compared_with_what_its_issuer_publishes():
    verification = check(assertion())

    assert (verification.kind, verification.key) == (Kind.OB2, "valid")
    assert verification.is_intact
    assert verification.is_tied
    assert verification.check("integrity").key == "hosted_same"
    facts = verification.facts
    assert facts.title == {"en": "Python for data"}
    assert (facts.ects, facts.eqf_level, facts.language) == (2.5, 6, "en")
    assert facts.outcomes[0].text == {"en": "Clean a data set"}
    assert facts.awarding_body.name == {"en": "Marisol Technical University"}
    assert facts.evidence[0].narrative == {"en": "Built a weather station."}
    assert facts.issued_on == datetime(2024, 5, 4, 10, tzinfo=UTC)
    assert verification.check("annex_i").params["elements"] == [
        "holder",
        "country",
        "assessment_type",
        "participation_form",
        "quality_assurance",
    ]


@pytest.mark.parametrize(
    ("image", "content"),
    [
        (baked.bake_png, json.dumps(assertion())),
        (baked.bake_png, f"{SITE}/assertions/1"),
        (baked.bake_svg, f"{SITE}/assertions/1"),
    ],
)
def test_a_baked_badge_of_version_2_is_found(image, content):
    plain = png() if image is baked.bake_png else b'<svg xmlns="http://www.w3.org/2000/svg"/>'

    verification = check(image(plain, content))

    assert (verification.kind, verification.key) == (Kind.OB2, "valid")
    assert verification.carrier in (Kind.PNG_BADGE, Kind.SVG_BADGE)


def test_an_address_that_does_not_answer_is_no_fault_of_the_badge():
    verification = check(baked.bake_png(png(), f"{SITE}/assertions/7"))

    assert (verification.verdict, verification.key) == (
        Standing.NOT_VERIFIABLE,
        "file_unreachable",
    )
    assert verification.check("readable").outcome == Outcome.UNKNOWN


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": {**RECIPIENT, "identity": "sha256$00"}},
        {"issuedOn": "2020-01-01T00:00:00Z"},
        {"honours": "cum laude"},
        {"badge": {**web()[f"{SITE}/classes/python"], "name": "Doctor"}},
    ],
)
def test_a_changed_hosted_badge_is_not_valid(change):
    verification = check(assertion(**change))

    assert (verification.verdict, verification.key) == (Standing.NOT_VALID, "changed")
    assert verification.check("integrity").key == "hosted_differs"


@pytest.mark.parametrize(
    "answer",
    [
        FetchFailed("gone", 410),
        {"id": f"{SITE}/assertions/1", "revoked": True, "revocationReason": "copied"},
    ],
)
def test_a_withdrawn_hosted_badge_is_revoked(answer):
    verification = check(assertion(), web(**{f"{SITE}/assertions/1": answer}))

    assert (verification.verdict, verification.key) == (Standing.REVOKED, "revoked")


@pytest.mark.parametrize("silent", ["assertions/1", "classes/python", "issuer"])
def test_a_silent_issuer_makes_nothing_invalid(silent):
    pages = web()
    del pages[f"{SITE}/{silent}"]

    verification = check(assertion(), pages)

    assert verification.verdict == Standing.NOT_VERIFIABLE
    failed = [c.name for c in verification.checks if c.outcome == Outcome.FAIL]
    assert failed in ([], ["annex_i"])


def test_a_badge_at_a_place_that_does_not_speak_for_the_issuer_is_not_tied():
    foreign = assertion(id="https://evil.example/1")

    verification = check(foreign, web(**{"https://evil.example/1": foreign}))

    assert (verification.verdict, verification.key) == (
        Standing.NOT_VERIFIABLE,
        "intact_elsewhere",
    )
    assert verification.check("issuer_key").key == "issuer_elsewhere"
    assert verification.check("issuer_known").key == "grade_unproven"


def test_a_profile_that_a_stranger_wrote_into_the_badge_does_not_count():
    allowed = {"allowedOrigins": "evil.example"}
    badge = {**web()[f"{SITE}/classes/python"], "issuer": issuer(verification=allowed)}
    foreign = assertion(id="https://evil.example/1", badge=badge)
    pages = web(**{"https://evil.example/1": foreign})

    assert check(foreign, pages).key == "intact_elsewhere"
    del pages[f"{SITE}/issuer"]
    assert check(foreign, pages).key == "intact_elsewhere"


@pytest.mark.parametrize(
    ("rules", "key"),
    [
        ({"allowedOrigins": "cdn.marisol.example"}, "valid"),
        ({"startsWith": "https://cdn.marisol.example/a/"}, "valid"),
        ({"startsWith": "https://cdn.marisol.example/b/"}, "intact_elsewhere"),
        ({"startsWith": "https://cdn.marisol"}, "intact_elsewhere"),
        ({"allowedOrigins": "other.example"}, "intact_elsewhere"),
    ],
)
def test_the_issuers_own_profile_says_where_its_badges_lie(rules, key):
    place = "https://cdn.marisol.example/a/1"
    hosted = assertion(id=place)
    pages = web(**{place: hosted, f"{SITE}/issuer": issuer(verification=rules)})

    assert check(hosted, pages).key == key


def test_a_document_that_calls_itself_by_another_address_is_not_believed():
    pages = web(**{f"{SITE}/issuer": issuer(id="https://other.example/issuer")})

    assert check(assertion(), pages).verdict == Standing.NOT_VERIFIABLE


def test_an_expired_badge_is_expired():
    old = assertion(expires="2025-01-01T00:00:00Z")

    assert check(old, web(**{old["id"]: old})).verdict == Standing.EXPIRED


# Signed ------------------------------------------------------------------------------------------


def signed(**more):
    verification = {"type": "SignedBadge", "creator": f"{SITE}/key"}
    return assertion(**{"id": "urn:uuid:1", "verification": verification, **more})


def test_a_signed_badge_is_checked_with_the_key_that_its_issuer_publishes():
    verification = check(jws(signed()))

    assert (verification.kind, verification.key) == (Kind.OB2, "valid")
    assert verification.check("not_revoked").outcome == Outcome.PASS
    assert check(baked.bake_png(png(), jws(signed()).decode())).key == "valid"


def test_a_signed_badge_in_the_list_of_revocations_is_revoked():
    assert check(jws(signed(id=f"{SITE}/assertions/9"))).key == "revoked"
    assert check(jws(signed(id=f"{SITE}/assertions/8"))).key == "revoked"


def test_a_list_of_somebody_else_says_nothing():
    listed = {**web()[f"{SITE}/revoked"], "issuer": "https://other.example/issuer"}

    assert check(jws(signed()), web(**{f"{SITE}/revoked": listed})).key == "status_unknown"


def test_the_assertion_of_a_signed_badge_without_its_signature_is_unsigned():
    assert check(signed()).key == "unsigned"


STRANGER = keys.generate(keys.KeyType.RSA)


@pytest.mark.parametrize(
    ("text", "pages", "key"),
    [
        (jws(signed(), STRANGER), web(), "changed"),
        (jws(signed(), STRANGER, jwk=STRANGER.public.jwk), web(), "changed"),
        (jws(signed(), STRANGER, kid="did:key:z6Mk"), web(), "changed"),
        (jws(signed(), alg="none"), web(), "refused"),
        (jws(signed(), alg="HS256"), web(), "refused"),
        (
            jws(signed(verification={"type": "signed", "creator": "https://evil.example/key"})),
            web(),
            "intact_unpublished",
        ),
        (
            jws(signed()),
            web(**{f"{SITE}/key": {"owner": "https://evil.example", "publicKeyPem": "x"}}),
            "intact_unpublished",
        ),
        (
            jws(signed()),
            web(**{f"{SITE}/key": {"owner": f"{SITE}/issuer", "publicKeyPem": "x"}}),
            "signature_unknown",
        ),
        (jws(signed()), {}, "signature_unknown"),
    ],
)
def test_a_signature_by_another_key_is_not_the_issuers(text, pages, key):
    assert check(text, pages).key == key


def test_a_weak_key_is_refused_by_name():
    weak = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505
    text = weak.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    key = {"owner": f"{SITE}/issuer", "publicKeyPem": text}

    verification = check(jws(signed()), web(**{f"{SITE}/key": key}))

    assert verification.check("integrity").key == "refused"
    assert "RSA, 1024 bits" in verification.check("integrity").sentence


# The holder --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "recipient", "key"),
    [
        ("nela@example.org", RECIPIENT, "holder_email"),
        ("Nela@Example.org", RECIPIENT, "holder_email"),
        ("tam@example.org", RECIPIENT, "holder_unnamed"),
        (
            "nela@example.org",
            {"type": "email", "hashed": False, "identity": "NELA@example.org"},
            "holder_email",
        ),
        ("nela@example.org", {**RECIPIENT, "type": "telephone"}, "holder_unnamed"),
    ],
)
def test_the_holder_is_found_by_the_hashed_address(email, recipient, key):
    hosted = assertion(recipient=recipient)
    person = Person(names=("Nela Ardwen",), emails=(email,))

    verification = check(hosted, web(**{hosted["id"]: hosted}), holder=person)

    assert verification.check("holder").key == key


def test_hostile_documents_end_in_words():
    for junk in (None, 3, "x", [], [[]], {"id": []}, True, {"type": [{}]}):
        for field in assertion():
            changed = {**assertion(), field: junk}
            assert check(changed, web(**{f"{SITE}/assertions/1": changed})).sentence
        for page in web():
            assert check(assertion(), web(**{page: junk})).verdict != Standing.NOT_VALID or (
                page == f"{SITE}/assertions/1"
            )
            assert check(jws(signed()), web(**{page: junk})).sentence
        for field in issuer():
            assert check(assertion(), web(**{f"{SITE}/issuer": issuer(**{field: junk})})).sentence
            assert check(jws(signed()), web(**{f"{SITE}/issuer": issuer(**{field: junk})})).sentence
