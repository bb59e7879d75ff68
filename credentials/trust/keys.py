"""The only place that makes, encodes and encrypts Ed25519 key pairs.

Public keys are written as Multikey (`z6Mk...`, W3C Controlled Identifiers, section 2.2.2).
A private key leaves this module only encrypted (`wrap`) and never shows in a repr.
"""

import os
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NoReturn

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PUBLIC_HEADER = b"\xed\x01"
PRIVATE_HEADER = b"\x80\x26"
KEY_BYTES = 32
NONCE_BYTES = 12
WRAP_VERSION = b"\x01"
SHORTEST_SECRET = 32
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
LONGEST_BASE58 = 256


class BadKey(ValueError):
    """A key, its encoding or its encryption is not what it should be."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key, and what the document that publishes it says about it.

    `controller` is the identifier that the key belongs to, "" when nothing says so;
    `revoked` the moment from which signatures by it do not count.
    """

    raw: bytes
    controller: str = ""
    revoked: datetime | None = None

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise BadKey("An Ed25519 public key has 32 bytes.")

    @property
    def multibase(self) -> str:
        """Return the Multikey form, `z6Mk...`."""
        return encode_base58(PUBLIC_HEADER + self.raw)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Return whether `signature` of `message` was made with the private half."""
        try:
            ed25519.Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """An Ed25519 private key; its bytes are not in its repr and it cannot be pickled."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise BadKey("An Ed25519 private key has 32 bytes.")

    def __reduce__(self) -> NoReturn:
        raise TypeError("A private key is kept only by wrap().")

    @property
    def public(self) -> PublicKey:
        return PublicKey(_loaded(self.raw).public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature of `message`."""
        return _loaded(self.raw).sign(message)


@lru_cache(maxsize=8)
def _loaded(raw: bytes) -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.from_private_bytes(raw)


def generate() -> PrivateKey:
    """Return a new private key from the system's random source."""
    return PrivateKey(os.urandom(KEY_BYTES))


def master_key(secret: bytes) -> bytes:
    """Return the AES-256 key that encrypts private keys, derived from a secret of >= 32 bytes.

    HKDF-SHA256 (RFC 5869): the secret is random, so no slow password hash is needed.
    """
    if len(secret) < SHORTEST_SECRET:
        raise BadKey(f"The master secret needs at least {SHORTEST_SECRET} bytes.")
    return HKDF(SHA256(), length=32, salt=None, info=b"symbolon master key v1").derive(secret)


def wrap(private_bytes: bytes, master: bytes, *, key_id: str) -> bytes:
    """Return a private key encrypted with AES-256-GCM and bound to `key_id`."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(master).encrypt(nonce, private_bytes, WRAP_VERSION + key_id.encode())
    return WRAP_VERSION + nonce + sealed


def unwrap(wrapped: bytes, master: bytes, *, key_id: str) -> PrivateKey:
    """Return the private key in `wrapped`; raise BadKey for another master key or key id."""
    version, nonce, sealed = wrapped[:1], wrapped[1 : 1 + NONCE_BYTES], wrapped[1 + NONCE_BYTES :]
    if version != WRAP_VERSION:
        raise BadKey(f"The key {key_id} is encrypted in a form that is not known here.")
    try:
        return PrivateKey(AESGCM(master).decrypt(nonce, sealed, WRAP_VERSION + key_id.encode()))
    except (InvalidTag, ValueError):
        reason = f"The key {key_id} cannot be decrypted: the master secret is another one."
        raise BadKey(reason) from None


def from_multibase(text: str) -> PublicKey:
    """Return the key of a Multikey `z6Mk...`; raise BadKey for any other kind of key."""
    return PublicKey(_strip(PUBLIC_HEADER, text))


def private_from_multibase(text: str) -> PrivateKey:
    """Return the private key of a Multikey `z3u2...`."""
    return PrivateKey(_strip(PRIVATE_HEADER, text))


def _strip(header: bytes, text: str) -> bytes:
    data = decode_base58(text)
    if not data.startswith(header):
        raise BadKey("This is not an Ed25519 key.")
    return data[len(header) :]


def encode_base58(data: bytes) -> str:
    """Return `data` in multibase base58btc, with its leading "z"."""
    number, digits = int.from_bytes(data), ""
    while number:  # ten digits at once, because dividing long numbers takes long
        number, part = divmod(number, 58**10)
        for _ in range(5):
            part, pair = divmod(part, 58**2)
            digits = PAIRS[pair] + digits
    digits = digits.lstrip(ALPHABET[0])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + ALPHABET[0] * zeros + digits


def decode_base58(text: str) -> bytes:
    """Return the bytes of a multibase base58btc text; raise BadKey when it is not one."""
    digits = text[1:]
    if not text.startswith("z") or len(text) > LONGEST_BASE58 or not set(digits) <= set(ALPHABET):
        raise BadKey("This is not a base58 text beginning with z.")
    number = 0
    for digit in digits:
        number = number * 58 + ALPHABET.index(digit)
    zeros = len(digits) - len(digits.lstrip(ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
