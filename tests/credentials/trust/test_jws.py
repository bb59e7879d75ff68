"""Credentials in JWT form: what others made is read, and no known trick passes."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwk, jws

from credentials.standards import open_badges
from credentials.trust import did, keys
from credentials.trust.jws import SECURED, sign, verify_jwt
from credentials.trust.proofs import ProofStatus, Unresolvable
from credentials.trust.sniff import Kind, Malformed, sniff
from tests.credentials.standards.sample import COMPLETE

DID = COMPLETE.awarding_body.id
KID = f"{DID}#key-r"
RSA = keys.generate(keys.KeyType.RSA)
ED = keys.PrivateKey(hashlib.sha256(b"an invented institution").digest())
EC = jwk.ECKey.generate_key("P-256")
DOCUMENT = did.did_document(
    DID, [("key-r", RSA.public.multibase, None), ("key-e", ED.public.multibase, None)]
)
BADGE = open_badges.write(COMPLETE, salt="grain")


def resolve(method):
    if method == f"{DID}#key-p":
        return keys.from_jwk(EC.as_dict(private=False))
    return did.key_of(DOCUMENT, method)


def never(method):
    raise AssertionError("nobody may be asked")


def encode(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def forged(header, payload, private=RSA):
    """Any header and payload, honestly signed."""
    message = f"{encode(header)}.{encode(payload)}"
    return f"{message}.{encode(private.sign(message.encode()))}"


def claims(**more):
    subject = BADGE["credentialSubject"]["id"]
    start, end = int(COMPLETE.issued_on.timestamp()), int(COMPLETE.valid_until.timestamp())
    said = {"iss": DID, "jti": BADGE["id"], "sub": subject, "nbf": start, "exp": end}
    return {**BADGE, **said, **more}


HEADER = {"alg": "RS256", "kid": KID, "typ": "JWT"}
SIGNED = COMPLETE.issued_on + timedelta(days=60)
TEXT = sign(BADGE, private_key=RSA, kid=KID, created=SIGNED)
UNDATED = sign(BADGE, private_key=RSA, kid=KID)


# What is written ---------------------------------------------------------------------------------


def test_a_badge_in_jwt_form_comes_back():
    opened = verify_jwt(TEXT, resolve)

    assert opened.document == BADGE
    assert opened.proof.status == ProofStatus.VERIFIED
    assert (opened.proof.methods, opened.proof.keys[0].raw) == ((KID,), RSA.public.raw)
    assert opened.proof.expires == COMPLETE.valid_until


def test_header_and_claims_are_those_of_open_badges():
    header, payload = (json.loads(base64.urlsafe_b64decode(p + "==")) for p in TEXT.split(".")[:2])

    assert header == HEADER
    assert payload == claims(iat=int(SIGNED.timestamp()))


def test_another_program_accepts_it(checker, tmp_path):
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [{**RSA.public.jwk, "kid": KID}]}))
    (tmp_path / "badge.jwt").write_text(TEXT)

    done = checker("jwt", "--jwks", tmp_path / "jwks.json", tmp_path / "badge.jwt")

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_badge_without_subject_id_or_with_a_proof_is_not_signed():
    nameless = open_badges.write(
        replace(COMPLETE, holder=replace(COMPLETE.holder, id="")), salt="x"
    )

    with pytest.raises(ValueError, match="credentialSubject"):
        sign(nameless, private_key=RSA, kid=KID)
    with pytest.raises(ValueError, match="signed already"):
        sign({**BADGE, "proof": []}, private_key=RSA, kid=KID)
    assert verify_jwt(sign(nameless, private_key=ED, kid=f"{DID}#key-e", typ=SECURED), resolve)


def test_the_form_of_the_w3c_carries_the_credential_alone():
    opened = verify_jwt(sign(BADGE, private_key=ED, kid=f"{DID}#key-e", typ=SECURED), resolve)

    assert (opened.document, opened.proof.verified) == (BADGE, True)


# What others write -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "ES256", "kid": f"{DID}#key-p", "typ": "vc+jwt"},
        {"alg": "ES256", "kid": "#key-p"},
        {"alg": "ES256", "kid": "key-p", "typ": "application/vc+jwt"},
    ],
)
def test_es256_by_another_library_verifies(header):
    text = jws.serialize_compact(header, json.dumps(BADGE), EC)

    assert verify_jwt(text, resolve).proof.status == ProofStatus.VERIFIED


def test_the_vc_claim_of_data_model_1_is_read():
    credential = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"degree": "none"},
    }
    payload = {"vc": credential, "iss": DID, "jti": "urn:x:1", "sub": "did:x:y", "nbf": 1700000000}

    opened = verify_jwt(forged(HEADER, payload), resolve)

    assert opened.proof.verified
    assert opened.document == {
        **credential,
        "issuer": DID,
        "id": "urn:x:1",
        "issuanceDate": "2023-11-14T22:13:20Z",
        "credentialSubject": {"id": "did:x:y", "degree": "none"},
    }


def test_an_issuer_that_is_its_own_key_asks_nobody():
    own = did.did_key(ED.public)
    document = {**BADGE, "issuer": own}
    by_jwk = "did:jwk:" + encode(ED.public.jwk)

    for issuer, header in (
        (own, {"alg": "EdDSA"}),
        (own, {"alg": "Ed25519", "kid": f"{own}#{ED.public.multibase}"}),
        (by_jwk, {"alg": "EdDSA", "kid": f"{by_jwk}#0"}),
    ):
        text = forged(header, {**document, "issuer": issuer}, ED)
        assert verify_jwt(text, never).proof.status == ProofStatus.VERIFIED


def test_a_key_at_an_https_address_may_be_a_jwk_or_a_set_of_them():
    key, address = RSA.public.jwk, "https://issuer.example/keys"

    assert did.key_of(key, address).raw == RSA.public.raw
    assert did.key_of({"keys": [{**key, "kid": "a"}]}, f"{address}#a").raw == RSA.public.raw
    with pytest.raises(Unresolvable):
        did.key_of({"keys": [{**key, "kid": "a"}]}, f"{address}#b")


# Tricks ------------------------------------------------------------------------------------------


def hmac_signed(secret):
    message = f"{encode({'alg': 'HS256', 'kid': KID})}.{encode(claims())}".encode()
    return f"{message.decode()}.{encode(hmac.digest(secret, message, 'sha256'))}"


@pytest.mark.parametrize(
    "text",
    [
        f"{encode({'alg': 'none', 'kid': KID})}.{encode(claims())}.",
        forged({"alg": "none", "kid": KID}, claims()),
        forged({"alg": "NoNe", "kid": KID}, claims()),
        forged({"alg": "hs512", "kid": KID}, claims()),
        hmac_signed(RSA.public.raw),
        hmac_signed(json.dumps(RSA.public.jwk).encode()),
        forged({**HEADER, "crit": ["b64"], "b64": False}, claims()),
        forged({**HEADER, "crit": ["https://x.example/must"]}, claims()),
        forged({**HEADER, "b64": False}, claims()),
    ],
)
def test_what_anyone_can_forge_is_refused_and_nobody_is_asked(text):
    assert verify_jwt(text, never).proof.status == ProofStatus.REFUSED


@pytest.mark.parametrize(
    ("alg", "kid"),
    [
        ("EdDSA", KID),
        ("ES256", KID),
        ("RS256", f"{DID}#key-e"),
        ("RS256", f"{DID}#key-p"),
    ],
)
def test_a_method_that_does_not_fit_the_kind_of_key_is_refused(alg, kid):
    text = forged({"alg": alg, "kid": kid}, claims())

    assert verify_jwt(text, resolve).proof.status == ProofStatus.REFUSED


@pytest.mark.parametrize("alg", ["PS256", "ES384", "RS1", "rs256", "", 7, ["RS256"], None])
def test_a_method_that_is_not_known_is_unsupported(alg):
    text = forged({"alg": alg, "kid": KID}, claims())

    assert verify_jwt(text, never).proof.status == ProofStatus.UNSUPPORTED


def test_a_key_that_the_header_brings_along_ties_nobody_to_anything():
    stranger = keys.generate(keys.KeyType.RSA)
    text = forged({"alg": "RS256", "jwk": stranger.public.jwk}, claims(), stranger)

    proof = verify_jwt(text, never).proof

    assert (proof.status, proof.methods) == (ProofStatus.VERIFIED, ("",))


def test_a_key_that_the_header_brings_along_does_not_replace_the_named_one():
    stranger = keys.generate(keys.KeyType.RSA)
    text = forged({**HEADER, "jwk": stranger.public.jwk}, claims(), stranger)

    assert verify_jwt(text, resolve).proof.status == ProofStatus.BROKEN


@pytest.mark.parametrize("name", ["jku", "x5u"])
def test_addresses_in_the_header_are_not_visited(name):
    text = forged({"alg": "RS256", name: "https://evil.example/keys"}, claims())

    assert verify_jwt(text, never).proof.status == ProofStatus.UNSUPPORTED


@pytest.mark.parametrize(
    "more",
    [
        {"iss": "did:web:other.example"},
        {"iss": None},
        {"iss": [DID]},
        {"jti": "urn:x:2"},
        {"sub": "did:x:other"},
        {"nbf": 1},
        {"nbf": True},
        {"exp": "never"},
        {"exp": 10**400},
        {"exp": -1},
    ],
)
def test_claims_that_contradict_the_credential_are_named_and_nobody_is_asked(more):
    proof = verify_jwt(forged(HEADER, claims(**more)), never).proof

    assert (proof.status, proof.detail) == (ProofStatus.CONTRADICTS, next(iter(more)))


def test_a_claim_beside_the_vc_does_not_overrule_it():
    vc = {"issuer": DID, "id": "urn:x:1", "credentialSubject": {"id": "did:x:y"}}

    proof = verify_jwt(forged(HEADER, {"vc": vc, "sub": "did:x:other"}), never).proof

    assert (proof.status, proof.detail) == (ProofStatus.CONTRADICTS, "sub")


def test_an_encrypted_file_is_said_to_be_one():
    text = f"{encode({'alg': 'dir', 'enc': 'A128GCM'})}..a.b.c"

    assert sniff(text.encode()) == Kind.JWT
    with pytest.raises(Malformed, match="encrypted"):
        verify_jwt(text, never)


TWICE = b'{"alg": "none", "alg": "RS256"}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b.c",
        f"{encode([])}.{encode({})}.",
        f"{encode(HEADER)}.{encode([1])}.",
        f"{encode(HEADER)}.{encode(TEXT.encode())}.",  # a token inside a token
        f"{encode(TWICE)}.{encode({})}.",
        f"{encode(HEADER)}.{encode(TWICE)}.",
        f"{encode(HEADER)}.{encode(b'[' * 100_000)}.",
        f"{encode(b' ' * 30_000 + b'{}')}.{encode({})}.",
        TEXT + "=",
        TEXT + "\n",
        TEXT[:-1] + "é",
        TEXT.replace(".", ".\n", 1),
        "eyJ." * 100_000,
        "e" * 5_000_000 + ".e.e",
    ],
)
def test_what_is_no_jws_of_a_credential_is_refused_by_name(text):
    with pytest.raises(Malformed):
        verify_jwt(text, never)


def test_a_weak_key_is_refused_by_name():
    def weak(method):
        return did.key_of({"kty": "RSA", "n": encode(b"\x80" + b"\x01" * 127), "e": "AQAB"}, method)

    proof = verify_jwt(forged({**HEADER, "kid": "https://x.example/key"}, claims()), weak).proof

    assert (proof.status, proof.detail) == (ProofStatus.REFUSED, "RSA, 1024 bits")


@pytest.mark.parametrize(
    ("text", "revoked", "status"),
    [
        (TEXT, SIGNED - timedelta(days=10), ProofStatus.KEY_REVOKED),
        (TEXT, SIGNED, ProofStatus.KEY_REVOKED),
        (TEXT, SIGNED + timedelta(days=1), ProofStatus.VERIFIED),
        (UNDATED, COMPLETE.issued_on, ProofStatus.KEY_REVOKED),
        (UNDATED, SIGNED, ProofStatus.VERIFIED),
    ],
)
def test_a_signature_after_its_key_was_withdrawn_does_not_count(text, revoked, status):
    """What counts is when it was signed, not from when it says that it is valid."""
    proof = verify_jwt(text, lambda method: replace(RSA.public, revoked=revoked)).proof

    assert proof.status == status


def test_when_it_was_signed_is_nothing_but_what_it_says_of_that():
    assert verify_jwt(TEXT, resolve).proof.created == SIGNED.replace(microsecond=0)
    assert verify_jwt(UNDATED, resolve).proof.created is None


@settings(deadline=None, max_examples=200)
@given(st.integers(0, len(TEXT) - 1), st.sampled_from("ABab09-_.= "))
def test_no_changed_sign_goes_unseen(place, sign_):
    changed = TEXT[:place] + sign_ + TEXT[place + 1 :]
    if changed == TEXT:
        return
    try:
        assert not verify_jwt(changed, resolve).proof.verified
    except Malformed:
        return
