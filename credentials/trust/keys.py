"""The only place that makes, encodes and encrypts key pairs, and reads the public keys of others.

Institutions sign with Ed25519, and with RSA for hosts of badges that know nothing else (Open
Badges 3.0, section 8.2); P-256 is read only. Public keys are written as Multikey (`z6Mk...`, W3C
Controlled Identifiers, section 2.2.2) or as JWK (RFC 7517).
A private key leaves this module only encrypted (`wrap`) and never shows in a repr.
"""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_public_key,
)

PRIVATE_HEADER = b"\x80\x26"
KEY_BYTES = 32
NONCE_BYTES = 12
WRAP_VERSION = b"\x01"
SHORTEST_SECRET = 32
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
DIGITS = {digit: value for value, digit in enumerate(ALPHABET)}
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
LONGEST_BASE58 = 1_600
RSA_BITS = 3_072
# NIST SP 800-131A: less is forgeable with money; more only makes checking slow.
LEAST_RSA_BITS, MOST_RSA_BITS = 2_048, 8_192
RSA_EXPONENT = 65_537
MOST_EXPONENT = 2**24 - 1  # every key in use has less, and checking takes long with more
LONGEST_PEM = 4_000


class BadKey(ValueError):
    """A key, its encoding or its encryption is not what it should be."""


class WeakKey(BadKey):
    """A key of a kind that others can forge signatures of."""


class KeyType(StrEnum):
    ED25519 = "Ed25519"
    P256 = "P-256"
    RSA = "RSA"
    SEAL = "Seal"  # of a certificate: RSA or an elliptic curve; signs only by trust/seals.py


# The codes of Multikey (multicodec), and how the key itself is written after them.
PUBLIC_HEADERS = {
    KeyType.ED25519: b"\xed\x01",  # 32 bytes
    KeyType.P256: b"\x80\x24",  # the compressed point, 33 bytes
    KeyType.RSA: b"\x85\x24",  # RSAPublicKey in DER (RFC 8017)
}
Loaded = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key, and what the document that publishes it says about it.

    `raw` is the key as Multikey writes it. `controller` is the identifier that the key belongs
    to, "" when nothing says so; signatures by it do not count from the moment `revoked`, when it
    was withdrawn, or `expires`, when it ended in good order.
    Raises BadKey for what is no key of its type, WeakKey for RSA of less than 2048 bits.
    """

    raw: bytes
    controller: str = ""
    revoked: datetime | None = None
    type: KeyType = KeyType.ED25519
    expires: datetime | None = None

    def __post_init__(self) -> None:
        _public(self.raw, self.type)

    @property
    def multibase(self) -> str:
        """Return the Multikey form, `z6Mk...`."""
        return encode_base58(PUBLIC_HEADERS[self.type] + self.raw)

    @property
    def jwk(self) -> dict[str, str]:
        """Return the key as JWK, without a name."""
        loaded = _public(self.raw, self.type)
        if isinstance(loaded, rsa.RSAPublicKey):
            numbers = loaded.public_numbers()
            size = (loaded.key_size + 7) // 8
            return {"kty": "RSA", "n": _base64(numbers.n, size), "e": _base64(numbers.e, 3)}
        if isinstance(loaded, ec.EllipticCurvePublicKey):
            point = loaded.public_numbers()
            place = {"x": _base64(point.x, 32), "y": _base64(point.y, 32)}
            return {"kty": "EC", "crv": "P-256", **place}
        return {"kty": "OKP", "crv": "Ed25519", "x": _base64(int.from_bytes(self.raw), 32)}

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the JWK (RFC 7638) as people compare it, "1A2B 3C4D ..."."""
        shortest = json.dumps(self.jwk, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(shortest.encode()).hexdigest().upper()
        return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Return whether `signature` of `message` was made with the private half.

        RSA: PKCS #1 v1.5 with SHA-256; P-256: r and s, 32 bytes each, with SHA-256.
        """
        loaded = _public(self.raw, self.type)
        try:
            if isinstance(loaded, rsa.RSAPublicKey):
                loaded.verify(signature, message, padding.PKCS1v15(), SHA256())
            elif isinstance(loaded, ec.EllipticCurvePublicKey):
                if len(signature) != 64:
                    return False
                halves = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
                loaded.verify(utils.encode_dss_signature(*halves), message, ec.ECDSA(SHA256()))
            else:
                loaded.verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@lru_cache(maxsize=64)
def _public(raw: bytes, type_: KeyType) -> Loaded:
    """Return the key as cryptography knows it; raise BadKey."""
    try:
        if type_ == KeyType.ED25519:
            return ed25519.Ed25519PublicKey.from_public_bytes(raw)
        if type_ == KeyType.P256:
            if len(raw) != 33:
                raise BadKey("A P-256 key is written as its compressed point, 33 bytes.")
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
        loaded = load_der_public_key(raw)
    except BadKey:
        raise
    except (ValueError, UnsupportedAlgorithm):
        raise BadKey(f"This is not an {type_} public key.") from None
    if not isinstance(loaded, rsa.RSAPublicKey) or _pkcs1(loaded) != raw:
        raise BadKey("This is not an RSA public key.")
    if loaded.key_size < LEAST_RSA_BITS:
        raise WeakKey(f"RSA, {loaded.key_size} bits")
    if loaded.public_numbers().e > MOST_EXPONENT:
        raise BadKey("The exponent of an RSA key has at most 24 bits.")
    if loaded.key_size > MOST_RSA_BITS:
        raise BadKey(f"An RSA key has at most {MOST_RSA_BITS} bits.")
    return loaded


def _pkcs1(key: rsa.RSAPublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)


def of(loaded: object, **said: Any) -> PublicKey:
    """Return a key of cryptography as ours; raise BadKey for a kind that is not known here.

    `said`: `controller` and `revoked`.
    """
    if isinstance(loaded, ed25519.Ed25519PublicKey):
        return PublicKey(loaded.public_bytes_raw(), **said)
    if isinstance(loaded, rsa.RSAPublicKey):
        return PublicKey(_pkcs1(loaded), type=KeyType.RSA, **said)
    if isinstance(loaded, ec.EllipticCurvePublicKey) and loaded.curve.name == "secp256r1":
        point = loaded.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        return PublicKey(point, type=KeyType.P256, **said)
    raise BadKey("A key of this kind is not known here.")


def from_jwk(jwk: Mapping[str, object]) -> PublicKey:
    """Return the public key of a JWK (untrusted); raise BadKey. A private half is not looked at."""
    kind = (jwk.get("kty"), jwk.get("crv"))
    try:
        if kind == ("OKP", "Ed25519"):
            return PublicKey(_number(jwk, "x", 32).to_bytes(32))
        if kind == ("EC", "P-256"):
            x, y = _number(jwk, "x", 32), _number(jwk, "y", 32)
            return of(ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key())
        if jwk.get("kty") == "RSA":
            size = MOST_RSA_BITS // 8
            return of(
                rsa.RSAPublicNumbers(_number(jwk, "e", 8), _number(jwk, "n", size)).public_key()
            )
    except BadKey:
        raise
    except (ValueError, UnsupportedAlgorithm):
        raise BadKey("This is not a JWK of a public key.") from None
    raise BadKey("A key of this kind is not known here.")


def from_pem(text: str) -> PublicKey:
    """Return the public key of a PEM text (untrusted); raise BadKey."""
    try:
        return of(load_pem_public_key(text[:LONGEST_PEM].encode()))
    except BadKey:
        raise
    except (ValueError, UnsupportedAlgorithm):
        raise BadKey("This is not a public key in PEM.") from None


def _number(jwk: Mapping[str, object], name: str, longest: int) -> int:
    text = jwk.get(name)
    if not isinstance(text, str) or not 0 < len(text) <= longest * 4 // 3 + 4:
        raise BadKey(f"The JWK has no proper {name}.")
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
    if len(data) > longest:
        raise BadKey(f"The JWK has no proper {name}.")
    return int.from_bytes(data)


def _base64(number: int, size: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(size)).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key: Ed25519 (32 bytes), RSA or that of a seal (PKCS #8 in DER).

    Its bytes are not in its repr and it cannot be pickled.
    """

    raw: bytes = field(repr=False)
    type: KeyType = field(default=KeyType.ED25519, repr=False)

    def __post_init__(self) -> None:
        _loaded(self.raw, self.type)

    def __reduce__(self) -> NoReturn:
        raise TypeError("A private key is kept only by wrap().")

    @property
    def native(self) -> ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
        """Return the key as cryptography knows it."""
        return _loaded(self.raw, self.type)

    @property
    def public(self) -> PublicKey:
        return of(_loaded(self.raw, self.type).public_key())

    def sign(self, message: bytes) -> bytes:
        """Return the signature of `message`: Ed25519, or RSA PKCS #1 v1.5 with SHA-256."""
        loaded = _loaded(self.raw, self.type)
        if self.type == KeyType.SEAL or isinstance(loaded, ec.EllipticCurvePrivateKey):
            raise BadKey("The key of a seal signs nothing but seals.")
        if isinstance(loaded, rsa.RSAPrivateKey):
            return loaded.sign(message, padding.PKCS1v15(), SHA256())
        return loaded.sign(message)


@lru_cache(maxsize=8)
def _loaded(
    raw: bytes, type_: KeyType
) -> ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    try:
        if type_ == KeyType.ED25519:
            return ed25519.Ed25519PrivateKey.from_private_bytes(raw)
        loaded = load_der_private_key(raw, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise BadKey(f"This is not an {type_} private key.") from None
    if isinstance(loaded, rsa.RSAPrivateKey) and type_ in (KeyType.RSA, KeyType.SEAL):
        return loaded
    if isinstance(loaded, ec.EllipticCurvePrivateKey) and type_ == KeyType.SEAL:
        return loaded
    raise BadKey(f"This is not an {type_} private key.")


def generate(type_: KeyType = KeyType.ED25519) -> PrivateKey:
    """Return a new private key, Ed25519 or RSA, from the system's random source."""
    if type_ == KeyType.ED25519:
        return PrivateKey(os.urandom(KEY_BYTES))
    made = rsa.generate_private_key(RSA_EXPONENT, RSA_BITS)
    der = made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return PrivateKey(der, KeyType.RSA)


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


def unwrap(
    wrapped: bytes, master: bytes, *, key_id: str, type_: KeyType = KeyType.ED25519
) -> PrivateKey:
    """Return the private key in `wrapped`; raise BadKey for another master key, id or type."""
    version, nonce, sealed = wrapped[:1], wrapped[1 : 1 + NONCE_BYTES], wrapped[1 + NONCE_BYTES :]
    if version != WRAP_VERSION:
        raise BadKey(f"The key {key_id} is encrypted in a form that is not known here.")
    try:
        opened = AESGCM(master).decrypt(nonce, sealed, WRAP_VERSION + key_id.encode())
        return PrivateKey(opened, type_)
    except (InvalidTag, ValueError):
        reason = f"The key {key_id} cannot be decrypted: the master secret is another one."
        raise BadKey(reason) from None


@lru_cache(maxsize=64)
def from_multibase(text: str) -> PublicKey:
    """Return the key of a Multikey (untrusted); raise BadKey for a kind that is not known here."""
    data = decode_base58(text)
    for type_, header in PUBLIC_HEADERS.items():
        if data.startswith(header):
            return PublicKey(data[len(header) :], type=type_)
    raise BadKey("A key of this kind is not known here.")


def private_from_multibase(text: str) -> PrivateKey:
    """Return the private Ed25519 key of a Multikey `z3u2...`."""
    data = decode_base58(text)
    if not data.startswith(PRIVATE_HEADER):
        raise BadKey("This is not an Ed25519 private key.")
    return PrivateKey(data[len(PRIVATE_HEADER) :])


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
    if not text.startswith("z") or len(text) > LONGEST_BASE58 or not set(digits) <= DIGITS.keys():
        raise BadKey("This is not a base58 text beginning with z.")
    number = 0
    for digit in digits:
        number = number * 58 + DIGITS[digit]
    zeros = len(digits) - len(digits.lstrip(ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
