"""Keys: encoded as Multikey, encrypted at rest, never shown."""

import json
import pickle

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from credentials.trust import keys

MASTER = keys.master_key(b"a secret of at least thirty-two bytes")


@given(st.binary(max_size=64))
def test_base58_comes_back(data):
    assert keys.decode_base58(keys.encode_base58(data)) == data


def test_the_published_key_pair_is_read(shared):
    pair = json.loads((shared / "standards" / "di-eddsa-rdfc-2022" / "keyPair.json").read_text())

    private = keys.private_from_multibase(pair["privateKeyMultibase"])

    assert private.public.multibase == pair["publicKeyMultibase"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        "z0OIl",
        "u6Mk",
        "z" * 300,
        "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",  # secp256k1
        keys.encode_base58(b"\xed\x01" + bytes(31)),
        keys.encode_base58(b"\x80\x24\x02" + b"\xff" * 32),  # no point of P-256
        keys.encode_base58(b"\x85\x24" + bytes(270)),
    ],
)
def test_what_is_no_known_key_is_refused(text):
    with pytest.raises(keys.BadKey):
        keys.from_multibase(text)


def test_a_signature_fits_only_its_message_and_key():
    private, other = keys.generate(), keys.generate()
    signature = private.sign(b"message")

    assert private.public.verifies(signature, b"message")
    assert not private.public.verifies(signature, b"massage")
    assert not other.public.verifies(signature, b"message")
    assert not private.public.verifies(b"short", b"message")


def test_a_private_key_shows_in_no_repr_and_cannot_be_pickled():
    private = keys.generate()

    assert repr(private) == "PrivateKey()"
    assert private.raw.hex() not in f"{private} {[private]}"
    with pytest.raises(TypeError):
        pickle.dumps(private)


def test_a_wrapped_key_comes_back():
    private = keys.generate()

    wrapped = keys.wrap(private.raw, MASTER, key_id="key-1")

    assert keys.unwrap(wrapped, MASTER, key_id="key-1") == private
    assert private.raw not in wrapped
    assert wrapped != keys.wrap(private.raw, MASTER, key_id="key-1")


@pytest.mark.parametrize(
    ("change", "master", "key_id"),
    [
        (lambda w: w, keys.master_key(b"b" * 32), "key-1"),
        (lambda w: w, MASTER, "key-2"),
        (lambda w: w[:-1] + bytes([w[-1] ^ 1]), MASTER, "key-1"),
        (lambda w: b"\x02" + w[1:], MASTER, "key-1"),
        (lambda w: b"", MASTER, "key-1"),
        (lambda w: w[:5], MASTER, "key-1"),
    ],
)
def test_another_secret_another_key_id_or_another_byte_opens_nothing(change, master, key_id):
    wrapped = keys.wrap(keys.generate().raw, MASTER, key_id="key-1")

    with pytest.raises(keys.BadKey):
        keys.unwrap(change(wrapped), master, key_id=key_id)


def test_a_short_secret_is_refused():
    with pytest.raises(keys.BadKey):
        keys.master_key(b"short")


# Kinds of keys


@pytest.fixture(scope="module")
def rsa_key():
    return keys.generate(keys.KeyType.RSA)


def test_rsa_signs_and_comes_back_from_each_way_of_writing(rsa_key):
    public = rsa_key.public
    pem = keys._public(public.raw, public.type).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )

    assert public.verifies(rsa_key.sign(b"message"), b"message")
    assert not public.verifies(rsa_key.sign(b"message"), b"massage")
    assert keys.from_multibase(public.multibase) == public
    assert keys.from_jwk(public.jwk) == public
    assert keys.from_pem(pem.decode()) == public
    wrapped = keys.wrap(rsa_key.raw, MASTER, key_id="key-r")
    assert keys.unwrap(wrapped, MASTER, key_id="key-r", type_=rsa_key.type) == rsa_key


def test_p256_verifies_and_comes_back():
    private = ec.generate_private_key(ec.SECP256R1())
    public = keys.of(private.public_key())
    halves = decode_dss_signature(private.sign(b"message", ec.ECDSA(hashes.SHA256())))
    signature = b"".join(half.to_bytes(32) for half in halves)

    assert public.verifies(signature, b"message")
    assert not public.verifies(signature, b"massage")
    assert not public.verifies(signature + b"\0", b"message")
    assert not public.verifies(bytes(64), b"message")
    assert keys.from_multibase(public.multibase) == public
    assert keys.from_jwk(public.jwk) == public


@pytest.mark.parametrize("bits", [1024, 1536])
def test_weak_rsa_is_refused_by_name(bits):
    weak = rsa.generate_private_key(65537, bits).public_key()

    with pytest.raises(keys.WeakKey, match=f"RSA, {bits} bits"):
        keys.of(weak)


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "OKP", "crv": "Ed25519", "x": "A" * 80},
        {"kty": "OKP", "crv": "Ed25519", "x": "****"},
        {"kty": "OKP", "crv": "Ed25519", "x": 5},
        {"kty": "RSA", "n": "AA", "e": "AQAB"},
        {"kty": "RSA", "n": "f" * 100_000, "e": "AQAB"},
        {"kty": "RSA", "n": keys._base64(2**2048 + 1, 257), "e": "AQ"},
        {"kty": "RSA", "n": keys._base64(2**2048 + 1, 257), "e": keys._base64(2**24 + 1, 4)},
        {"kty": "RSA", "n": keys._base64(2**2048 + 1, 257), "e": keys._base64(2**33 + 1, 5)},
    ],
)
def test_what_is_no_jwk_of_a_known_kind_is_refused(jwk):
    with pytest.raises(keys.BadKey):
        keys.from_jwk(jwk)


def test_a_key_that_an_elliptic_curve_does_not_know_is_refused():
    with pytest.raises(keys.BadKey):
        keys.of(ec.generate_private_key(ec.SECP384R1()).public_key())
