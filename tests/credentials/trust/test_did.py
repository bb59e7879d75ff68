"""DIDs and the documents behind them, ours and untrusted ones."""

import base64
from datetime import UTC, datetime

import pytest

from credentials.standards.values import moment
from credentials.trust import did, keys
from credentials.trust.proofs import KeyNotPublished, KeyRefused, Unresolvable

PUBLIC = keys.generate().public
DID = "did:web:portal.example:institutions:lindenfeld"
REVOKED = datetime(2026, 5, 1, tzinfo=UTC)


def test_a_did_key_leads_back_to_its_key():
    name = did.did_key(PUBLIC)

    key = did.resolve_did_key(f"{name}#{PUBLIC.multibase}")

    assert (key.raw, key.controller) == (PUBLIC.raw, name)


@pytest.mark.parametrize(
    "method",
    ["did:key:", "did:key:zzz", "did:web:x.example#key", "https://x.example#key", "", "did:key:z0"],
)
def test_what_is_no_did_key_is_unresolvable(method):
    with pytest.raises(Unresolvable):
        did.resolve_did_key(method)


def test_a_did_key_has_only_its_own_key():
    with pytest.raises(KeyNotPublished):
        did.resolve_did_key(f"{did.did_key(PUBLIC)}#{keys.generate().public.multibase}")


@pytest.mark.parametrize(
    ("address", "path", "name", "url"),
    [
        (
            "http://localhost:8000",
            ("institutions", "lindenfeld"),
            "did:web:localhost%3A8000:institutions:lindenfeld",
            "https://localhost:8000/institutions/lindenfeld/did.json",
        ),
        (
            "https://portal.example/symbolon/",
            ("a b",),
            "did:web:portal.example:symbolon:a%20b",
            None,
        ),
        (
            "portal.example",
            (),
            "did:web:portal.example",
            "https://portal.example/.well-known/did.json",
        ),
    ],
)
def test_a_did_web_names_a_place_below_an_address(address, path, name, url):
    assert did.did_web(address, *path) == name
    if url:
        assert did.did_web_url(name) == url


@pytest.mark.parametrize(
    "name",
    [
        "did:web:",
        "did:web:x.example:..",
        "did:web:x.example:a%2F..%2Fb",
        "did:web:x.example::b",
        "did:web:user@x.example",
        "did:web:x.example%2Fpath",
        "did:web:x.example:a%3Fb",
        "did:web:x example",
        "did:key:z6Mk",
        "did:web:" + "x" * 3000,
    ],
)
def test_a_malformed_did_web_leads_nowhere(name):
    with pytest.raises(Unresolvable):
        did.did_web_url(name)


def test_a_document_offers_its_keys_but_not_the_revoked_one_for_signing():
    document = did.did_document(
        DID, [("new", PUBLIC.multibase, None), ("old", keys.generate().public.multibase, REVOKED)]
    )

    assert document["assertionMethod"] == [f"{DID}#new"]
    assert did.key_of(document, f"{DID}#new") == keys.PublicKey(PUBLIC.raw, controller=DID)
    assert did.key_of(document, f"{DID}#old").revoked == REVOKED


def entry(**more):
    return {
        "id": f"{DID}#k",
        "type": "Multikey",
        "controller": DID,
        "publicKeyMultibase": PUBLIC.multibase,
        **more,
    }


JWK = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": base64.urlsafe_b64encode(PUBLIC.raw).decode().strip("="),
}


@pytest.mark.parametrize(
    "document",
    [
        {"id": DID, "verificationMethod": [entry()], "assertionMethod": [f"{DID}#k"]},
        {"id": DID, "verificationMethod": [entry(id="#k")], "assertionMethod": ["#k"]},
        {"id": DID, "verificationMethod": entry(), "assertionMethod": f"{DID}#k"},
        {"id": DID, "assertionMethod": [entry()]},
        {
            "id": DID,
            "assertionMethod": [
                entry(publicKeyMultibase=None, publicKeyJwk=JWK, type="JsonWebKey")
            ],
        },
    ],
)
def test_keys_are_found_in_all_usual_places(document):
    assert did.key_of(document, f"{DID}#k").raw == PUBLIC.raw


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"id": "did:web:other.example", "assertionMethod": [entry()]},
        {"id": DID, "verificationMethod": [entry()]},
        {"id": DID, "verificationMethod": [entry()], "authentication": [f"{DID}#k"]},
        {"id": DID, "assertionMethod": [f"{DID}#k"]},
        {"id": DID, "assertionMethod": [entry(id=f"{DID}#other")]},
        {"id": DID, "assertionMethod": 3, "verificationMethod": [[], None]},
    ],
)
def test_a_key_that_is_not_offered_is_not_published(document):
    with pytest.raises(KeyNotPublished):
        did.key_of(document, f"{DID}#k")


LATER = "2090-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("more", "revoked", "expires"),
    [
        ({}, None, None),
        ({"revoked": "2026-05-01T02:00:00+02:00"}, REVOKED, None),
        ({"expires": "2026-05-01T00:00:00Z"}, None, REVOKED),
        ({"revoked": "2026-05-01T00:00:00Z", "expires": LATER}, REVOKED, moment(LATER)),
    ],
)
def test_a_key_ends_when_its_document_says(more, revoked, expires):
    document = {"id": DID, "verificationMethod": [entry()], "assertionMethod": [entry(**more)]}

    key = did.key_of(document, f"{DID}#k")

    assert (key.revoked, key.expires) == (revoked, expires)


@pytest.mark.parametrize("name", ["revoked", "expires"])
@pytest.mark.parametrize("said", ["2020-01-01", "2020-01-01T00:00:00", "", True, 5, {"a": 1}])
def test_a_key_whose_end_cannot_be_read_is_not_offered(name, said):
    described = entry(**{name: said})

    for document in (
        {"id": DID, "assertionMethod": [described]},
        {"id": DID, "assertionMethod": [entry()], "verificationMethod": [described]},
    ):
        with pytest.raises(KeyNotPublished):
            did.key_of(document, f"{DID}#k")


@pytest.mark.parametrize("use", did.OTHER_USES)
@pytest.mark.parametrize("listed", [f"{DID}#k", "#k", {"id": f"{DID}#k"}])
def test_a_key_for_other_things_does_not_sign_because_it_will_be_withdrawn(use, listed):
    document = {"id": DID, "verificationMethod": [entry(revoked=LATER)]}

    assert did.key_of(document, f"{DID}#k").revoked == moment(LATER)
    with pytest.raises(KeyNotPublished):
        did.key_of({**document, use: [listed]}, f"{DID}#k")
    assert did.key_of({**document, use: [listed], "assertionMethod": "#k"}, f"{DID}#k")


@pytest.mark.parametrize(
    "change",
    [
        {"publicKeyMultibase": "zBroken"},
        {"publicKeyMultibase": 3},
        {"publicKeyMultibase": None, "publicKeyJwk": {"crv": "Ed25519", "x": "short"}},
        {"publicKeyMultibase": None, "publicKeyJwk": {"crv": "P-256", "x": "x", "y": "y"}},
    ],
)
def test_a_key_of_another_kind_is_unresolvable(change):
    with pytest.raises(Unresolvable):
        did.key_of({"id": DID, "assertionMethod": [entry(**change)]}, f"{DID}#k")


def test_the_document_of_a_key_lies_where_its_owner_says():
    assert did.document_url("https://x.example/issuer#key") == "https://x.example/issuer"
    assert did.document_url("did:web:x.example#key") == "https://x.example/.well-known/did.json"
    with pytest.raises(Unresolvable):
        did.document_url("did:ion:EiClkZMDxPKqC9c#key")


def test_an_rsa_key_is_published_as_jwk_and_found_again():
    private = keys.generate(keys.KeyType.RSA)
    web = "did:web:portal.example"

    document = did.did_document(web, [("key-r", private.public.multibase, None)])

    assert document["verificationMethod"][0]["type"] == "JsonWebKey"
    assert document["verificationMethod"][0]["publicKeyJwk"] == private.public.jwk
    assert did.key_of(document, f"{web}#key-r").raw == private.public.raw


def test_a_weak_key_in_a_document_is_refused_by_name():
    weak = keys.rsa.generate_private_key(65537, 1024).public_key()
    numbers = weak.public_numbers()
    jwk = {"kty": "RSA", "n": keys._base64(numbers.n, 128), "e": "AQAB"}
    web = "did:web:portal.example"
    method = {"id": f"{web}#k", "publicKeyJwk": jwk}

    with pytest.raises(KeyRefused, match="RSA, 1024 bits"):
        did.key_of({"id": web, "assertionMethod": [method]}, f"{web}#k")
