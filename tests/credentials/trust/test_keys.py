"""Keys: encoded as Multikey, encrypted at rest, never shown."""

import json
import pickle

import pytest
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
    ["", "z", "z0OIl", "u6Mk", "zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76", "z" * 300],
)
def test_what_is_no_ed25519_key_is_refused(text):
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
