"""Signatures: W3C's vectors byte for byte, and no change of a document goes unseen."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from credentials.standards import contexts, open_badges
from credentials.trust import canonical, did, keys, proofs
from credentials.trust.proofs import ProofStatus
from credentials.trust.sniff import Malformed, parse_json
from tests.credentials.standards.sample import COMPLETE

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
PRIVATE = keys.PrivateKey(hashlib.sha256(b"an invented institution").digest())
ISSUER = did.did_key(PRIVATE.public)
METHOD = f"{ISSUER}#{PRIVATE.public.multibase}"


def signed(**more):
    document = {**open_badges.write(COMPLETE, issuer_id=ISSUER, salt="grain"), **more}
    return proofs.sign(document, private_key=PRIVATE, verification_method=METHOD, created=NOW)


SIGNED = signed()
TEXT = json.dumps(SIGNED, ensure_ascii=False).encode()


def verify(document, resolve=did.resolve_did_key):
    return proofs.verify_proof(document, resolve)


# W3C vectors -------------------------------------------------------------------------------------


@pytest.fixture
def vectors(shared):
    return shared / "standards" / "di-eddsa-rdfc-2022"


@pytest.fixture
def load_context(shared):
    path = shared / "standards" / "contexts" / "credentials-examples-v2.jsonld"
    examples = {"https://www.w3.org/ns/credentials/examples/v2": json.loads(path.read_text())}
    return lambda url: examples.get(url) or contexts.load(url)


def test_the_canonical_form_of_the_vectors_is_reproduced(vectors, load_context):
    document = json.loads((vectors / "signedDataInt.json").read_text())
    del document["proof"]
    options = json.loads((vectors / "proofConfigDataInt.json").read_text())

    quads = canonical.canonicalise(document, load_context)
    option_quads = canonical.canonicalise(options, load_context)

    assert quads == (vectors / "canonDocDataInt.txt").read_text()
    assert option_quads == (vectors / "proofCanonDataInt.txt").read_text()
    for text, file in ((quads, "docHashDataInt.txt"), (option_quads, "proofHashDataInt.txt")):
        assert hashlib.sha256(text.encode()).hexdigest() == (vectors / file).read_text().strip()


def test_the_signature_of_the_vectors_is_reproduced(vectors, load_context):
    document = json.loads((vectors / "signedDataInt.json").read_text())
    expected = document.pop("proof")
    pair = json.loads((vectors / "keyPair.json").read_text())

    made = proofs.sign(
        document,
        private_key=keys.private_from_multibase(pair["privateKeyMultibase"]),
        verification_method=expected["verificationMethod"],
        created=datetime.fromisoformat(expected["created"]),
        load_context=load_context,
    )

    assert made["proof"] == [expected]
    assert expected["proofValue"] == (vectors / "sigBTC58DataInt.txt").read_text().strip()
    assert proofs.verify_proof(made, did.resolve_did_key, load_context).verified


def test_a_badge_signed_by_someone_elses_program_verifies(shared):
    path = shared / "standards" / "ob3" / "annex1-ob3-signed-example.json"

    assert verify(json.loads(path.read_text())).verified


@pytest.mark.checkers
def test_the_independent_checker_accepts_what_is_signed_here(checker, tmp_path):
    document = open_badges.write(COMPLETE, issuer_id=ISSUER, salt="grain")
    del document["credentialStatus"]  # its list is nowhere to be fetched
    path = tmp_path / "badge.json"
    path.write_text(
        json.dumps(
            proofs.sign(document, private_key=PRIVATE, verification_method=METHOD, created=NOW)
        )
    )

    result = checker("badge", path)

    assert (result.returncode, result.stdout) == (0, f"{path}: ok (schema, proof)\n")


# Signing -----------------------------------------------------------------------------------------


def test_the_proof_is_an_array_and_verifies():
    assert [sorted(proof) for proof in SIGNED["proof"]] == [
        ["created", "cryptosuite", "proofPurpose", "proofValue", "type", "verificationMethod"]
    ]
    assert SIGNED["proof"][0]["created"] == "2026-11-02T08:00:00Z"
    assert verify(SIGNED) == proofs.ProofResult(
        ProofStatus.VERIFIED,
        (METHOD,),
        (keys.PublicKey(PRIVATE.public.raw, controller=ISSUER),),
        created=NOW,
    )


def test_what_is_signed_is_not_signed_again():
    with pytest.raises(canonical.NotCanonical):
        proofs.sign(SIGNED, private_key=PRIVATE, verification_method=METHOD, created=NOW)


def test_a_document_of_which_a_term_would_get_lost_is_not_signed():
    with pytest.raises(canonical.TermLost):
        signed(honours="cum laude")


# Verifying ---------------------------------------------------------------------------------------


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(TEXT) - 1), st.integers(32, 126))
def test_no_changed_byte_goes_unseen(position, byte):
    changed = TEXT[:position] + bytes([byte]) + TEXT[position + 1 :]
    try:
        document = parse_json(changed)
    except Malformed:
        return
    assume(document != SIGNED)

    assert not verify(document).verified


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["credentialSubject"]["achievement"].update(creditsAvailable=30),
        lambda d: d["credentialSubject"]["result"][0].update(value="A"),
        lambda d: d["credentialSubject"]["identifier"][0].update(identityHash="Someone Else"),
        lambda d: d["credentialSubject"]["achievement"]["resultDescription"][0][
            "allowedValue"
        ].reverse(),
        lambda d: d.pop("validUntil"),
        lambda d: d.pop("credentialStatus"),
        lambda d: d["credentialSubject"]["achievement"]["alignment"].pop(),
        lambda d: d["proof"][0].update(created="2026-11-02T08:00:01Z"),
        lambda d: d["proof"][0].update(domain="elsewhere.example"),
    ],
)
def test_changed_claims_do_not_fit_the_signature(change):
    document = json.loads(TEXT)
    change(document)

    assert verify(document).status == ProofStatus.BROKEN


def test_an_added_entry_is_not_covered():
    result = verify({**SIGNED, "honours": "cum laude"})

    assert (result.status, result.detail) == (ProofStatus.UNCOVERED, "honours")


def test_an_unknown_vocabulary_cannot_be_checked():
    document = {**SIGNED, "@context": [*SIGNED["@context"], "https://x.example/context"]}

    result = verify(document)

    assert (result.status, result.detail) == (ProofStatus.UNSUPPORTED, "https://x.example/context")


@pytest.mark.parametrize(
    ("proof", "status"),
    [
        ([], ProofStatus.ABSENT),
        (None, ProofStatus.UNSUPPORTED),
        ("x", ProofStatus.UNSUPPORTED),
        ([{"type": "Ed25519Signature2020"}], ProofStatus.UNSUPPORTED),
        ([{**SIGNED["proof"][0], "cryptosuite": "ecdsa-sd-2023"}], ProofStatus.UNSUPPORTED),
        ([{**SIGNED["proof"][0], "proofPurpose": "authentication"}], ProofStatus.UNSUPPORTED),
        ([{**SIGNED["proof"][0], "@context": "https://x.example"}], ProofStatus.UNSUPPORTED),
        ([{**SIGNED["proof"][0], "proofValue": "z1"}], ProofStatus.BROKEN),
        ([{**SIGNED["proof"][0], "proofValue": "MEUCIQ"}], ProofStatus.BROKEN),
        (SIGNED["proof"] * 5, ProofStatus.UNSUPPORTED),
        (SIGNED["proof"] * 2, ProofStatus.VERIFIED),
        ([*SIGNED["proof"], {"type": "Ed25519Signature2020"}], ProofStatus.VERIFIED),
        (SIGNED["proof"][0], ProofStatus.VERIFIED),
    ],
)
def test_proofs_of_all_shapes_get_their_word(proof, status):
    assert verify({**SIGNED, "proof": proof}).status == status


def test_one_wrong_proof_among_several_is_enough():
    wrong = {**SIGNED["proof"][0], "created": "2026-11-03T08:00:00Z"}

    assert verify({**SIGNED, "proof": [*SIGNED["proof"], wrong]}).status == ProofStatus.BROKEN


@pytest.mark.parametrize("more", [{}, {"honours": "cum laude"}])
def test_a_document_is_made_canonical_once_for_all_its_proofs(monkeypatch, more):
    looked_at = []

    def counted(document, load_context):
        looked_at.append(document.get("type"))
        return canonical.canonicalise(document, load_context)

    monkeypatch.setattr(proofs, "canonicalise", counted)
    verify({**SIGNED, **more, "proof": SIGNED["proof"] * 4})

    assert looked_at.count(SIGNED["type"]) == 1


def test_a_key_that_cannot_be_had_says_nothing_about_the_document():
    def unreachable(method):
        raise proofs.Unresolvable("no network")

    result = verify(SIGNED, unreachable)

    assert (result.status, result.detail) == (ProofStatus.KEY_UNREACHABLE, "no network")


@pytest.mark.parametrize(
    ("revoked", "status"),
    [
        (NOW, ProofStatus.KEY_REVOKED),
        (NOW - timedelta(days=1), ProofStatus.KEY_REVOKED),
        (NOW + timedelta(days=1), ProofStatus.VERIFIED),
    ],
)
def test_a_key_counts_until_it_is_revoked(revoked, status):
    key = keys.PublicKey(PRIVATE.public.raw, controller=ISSUER, revoked=revoked)
    expired = keys.PublicKey(PRIVATE.public.raw, controller=ISSUER, expires=revoked)

    assert verify(SIGNED, lambda method: key).status == status
    assert verify(SIGNED, lambda method: expired).status == status


@pytest.mark.parametrize(
    ("expires", "status"),
    [
        ("2020-01-01T00:00:00Z", ProofStatus.VERIFIED),  # it is told, and judged elsewhere
        ("2020-01-01T00:00:00", ProofStatus.UNSUPPORTED),
        ("2020-01-01", ProofStatus.UNSUPPORTED),
        (None, ProofStatus.UNSUPPORTED),
    ],
)
def test_an_end_of_a_proof_must_be_readable(expires, status):
    document = {name: value for name, value in SIGNED.items() if name != "proof"}
    proof = {**proofs.options(SIGNED["proof"][0]["verificationMethod"], NOW), "expires": expires}
    message = proofs.options_hash(document, proof) + proofs._hash(document, contexts.load)
    signed = {**proof, "proofValue": keys.encode_base58(PRIVATE.sign(message))}

    result = verify({**document, "proof": [signed]})

    assert (result.status, result.detail) == (status, "" if result.verified else "expires")


# The older suite ---------------------------------------------------------------------------------


OLDER = json.loads((Path(__file__).parent / "ed25519_2020.json").read_text())
"""Made with the npm package @digitalbazaar/ed25519-signature-2020 5.4.0, on invented data."""


def test_a_proof_of_2020_made_by_another_program_verifies():
    result = verify(OLDER)

    assert result.status == ProofStatus.VERIFIED
    assert result.created == datetime(2023, 5, 4, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda d: d.update(name="Bees"), ProofStatus.BROKEN),
        (lambda d: d["proof"].update(created="2024-01-01T00:00:00Z"), ProofStatus.BROKEN),
        (lambda d: d["proof"].update(proofPurpose="authentication"), ProofStatus.UNSUPPORTED),
        (lambda d: d["proof"].update(type="Ed25519Signature2018"), ProofStatus.UNSUPPORTED),
        (lambda d: d["proof"].update(cryptosuite="eddsa-rdfc-2022"), ProofStatus.UNSUPPORTED),
        (lambda d: d.update(honours="cum laude"), ProofStatus.UNCOVERED),
        (lambda d: d["@context"].append("https://evil.example/v1"), ProofStatus.UNSUPPORTED),
        (lambda d: d["@context"].pop(1), ProofStatus.UNCOVERED),
    ],
)
def test_a_changed_document_of_2020_does_not(change, status):
    document = json.loads(json.dumps(OLDER))
    change(document)

    assert verify(document).status == status


def test_a_key_of_another_kind_verifies_no_data_integrity_proof():
    other = keys.generate(keys.KeyType.RSA)

    def resolve(method):
        return other.public

    assert verify(SIGNED, resolve).status == ProofStatus.BROKEN
