"""The only place that reads X.509 certificates: of who seals here, and of who sealed elsewhere.

An electronic seal belongs to a legal person, who is named in the subject of the certificate by
organizationName and organizationIdentifier (ETSI EN 319 412-3, 4.2.1). Whether a certificate is
qualified, only the trusted lists of the EU can tell; what it says of itself is told as that.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NoReturn

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID
from django.utils.translation import gettext as _

from credentials.trust import key_files
from credentials.trust.keys import BadKey, KeyType, PrivateKey

SealKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
QC_COMPLIANCE = bytes.fromhex("060604008e460101")  # DER of 0.4.0.1862.1.1, ETSI EN 319 412-5
# What a certificate may be meant for that is no seal; `ExtendedKeyUsage` of TLS servers and such.
OTHER_USES = {
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.CODE_SIGNING,
    ExtendedKeyUsageOID.TIME_STAMPING,
    ExtendedKeyUsageOID.OCSP_SIGNING,
}
# What `cryptography` raises for parts of a certificate that it cannot read.
UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
SHORTEST_RSA = 2048  # bits
LONGEST_CHAIN = 8
MOST_OTHERS = 20  # certificates that come with a seal and may be in its chain
MOST_PATHS = 50  # chains that are tried
# Critical extensions that are looked at, or that do not limit what a seal may say.
KNOWN_CRITICAL = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.CERTIFICATE_POLICIES,
}
MOST_BYTES = 200_000


class BadCertificate(ValueError):
    """A certificate or its key cannot be used; the text tells a person why."""


class WrongPassword(BadCertificate):
    """The password does not open the file."""


class Chain(StrEnum):
    """Where the chain of a certificate ends."""

    TRUSTED = "trusted"  # at a certificate that we were told to trust
    SELF_SIGNED = "self_signed"  # at itself
    UNKNOWN_ROOT = "unknown_root"  # at an issuer that we know nothing of
    NOT_VALID_THEN = "not_valid_then"  # outside of the validity of one of its certificates


@dataclass(frozen=True, slots=True)
class Sealer:
    """Who a certificate was given to: a legal person. `country` is ISO 3166-1 alpha-2.

    `claims_qualified`: the certificate says that it is a qualified one; nothing here shows it.
    """

    name: str
    organisation: str
    identifier: str
    country: str
    valid_from: datetime
    valid_until: datetime
    claims_qualified: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class SealCertificate:
    """A certificate with its issuers, leaf first, and its private key, which no repr shows."""

    chain: tuple[x509.Certificate, ...]
    key: SealKey = field(repr=False)

    def __reduce__(self) -> NoReturn:
        raise TypeError("A private key is not pickled.")

    @property
    def sealer(self) -> Sealer:
        return sealer_of(self.chain[0])


def as_pem(certificate: SealCertificate) -> str:
    """Return the chain of a certificate as PEM, leaf first, without its key."""
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificate.chain)


def from_pem(pem: str) -> tuple[x509.Certificate, ...]:
    """Return a chain as `as_pem` wrote it; raises `ValueError` when it was changed."""
    return tuple(x509.load_pem_x509_certificates(pem.encode()))


def private_half(certificate: SealCertificate) -> PrivateKey:
    """Return the private key of a certificate as one that `trust.keys` can wrap."""
    form = (Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return PrivateKey(certificate.key.private_bytes(*form), KeyType.SEAL)


def with_private_half(pem: str, private: PrivateKey) -> SealCertificate:
    """Return a chain with the private key that was kept for it; raises `BadKey`."""
    if not isinstance(private.native, SealKey):
        raise BadKey("This is not the key of a seal.")
    return SealCertificate(from_pem(pem), private.native)


def load_certificate(data: bytes, password: str = "", *, at: datetime) -> SealCertificate:
    """Return the certificate and key in a PKCS#12 file or in PEM text.

    `at` is the moment at which it must be valid. Raises `BadCertificate` when it cannot be
    read, has no key or another one, is expired, names no organisation or may not sign.
    """
    if len(data) > MOST_BYTES:
        raise BadCertificate(_("The file is too large for a certificate."))
    try:
        key, certificates = key_files.opened(data, password)
    except key_files.UnopenedFile as problem:
        refusal = WrongPassword if problem.code == "password" else BadCertificate
        raise refusal(_unopened(problem.code)) from problem
    try:
        certificates = [checked(one) for one in certificates]
    except UNREADABLE as error:
        raise BadCertificate(_("The file cannot be read as a certificate.")) from error
    if not certificates:
        raise BadCertificate(_("The file holds no certificate."))
    if not isinstance(key, SealKey):
        raise BadCertificate(_("A seal needs a key of RSA or of an elliptic curve."))
    public = _public_bytes(key.public_key())
    leaf = next((one for one in certificates if _public_bytes(one.public_key()) == public), None)
    if leaf is None:
        raise BadCertificate(_("The private key does not belong to the certificate."))
    _check_usable(leaf, at)
    path = path_of(leaf, certificates)
    return SealCertificate(tuple(path), key)


def _unopened(code: str) -> str:
    """Return in words why a file could not be opened; `code` as in `key_files`."""
    if code == "password":
        return _("The password does not fit.")
    if code == "no_key":
        return _("The file holds no private key.")
    if code == "slow":
        return _("The file takes too long to open. Export it again with the usual settings.")
    return _("The file cannot be read as a certificate.")


def _check_usable(leaf: x509.Certificate, at: datetime) -> None:
    if at > leaf.not_valid_after_utc:
        raise BadCertificate(_("The certificate has expired."))
    if at < leaf.not_valid_before_utc:
        raise BadCertificate(_("The certificate is not valid yet."))
    if not sealer_of(leaf).organisation:
        raise BadCertificate(_("The certificate names no organisation."))
    if not may_sign(leaf):
        raise BadCertificate(_("The certificate is not meant for signing."))
    key = leaf.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < SHORTEST_RSA:
        raise BadCertificate(_("The key of the certificate is too short."))


def may_sign(certificate: x509.Certificate) -> bool:
    """Return whether the certificate is meant for signatures, if it says anything of its use.

    One that is only for servers, programs or time stamps is not (RFC 5280, 4.2.1.12).
    """
    usage = _extension(certificate, x509.KeyUsage)
    purposes = _extension(certificate, x509.ExtendedKeyUsage)
    if purposes is not None and set(purposes) <= OTHER_USES:
        return False
    return usage is None or usage.digital_signature or usage.content_commitment


def _extension(certificate: x509.Certificate, kind: type) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def sealer_of(certificate: x509.Certificate) -> Sealer:
    """Return who a certificate was given to."""
    return Sealer(
        name=_named(certificate, NameOID.COMMON_NAME),
        organisation=_named(certificate, NameOID.ORGANIZATION_NAME),
        identifier=_named(certificate, NameOID.ORGANIZATION_IDENTIFIER),
        country=_named(certificate, NameOID.COUNTRY_NAME).upper(),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        claims_qualified=_claims_qualified(certificate),
        sha256=certificate.fingerprint(SHA256()).hex(),
    )


def _named(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value)[:300] if found else ""


def _claims_qualified(certificate: x509.Certificate) -> bool:
    statements = [one.value for one in certificate.extensions if one.oid == QC_STATEMENTS]
    return any(
        QC_COMPLIANCE in one.value
        for one in statements
        if isinstance(one, x509.UnrecognizedExtension)
    )


def from_base64(text: object) -> x509.Certificate:
    """Return a certificate in DER and base64 (RFC 7515, 4.1.6); raises `BadCertificate`."""
    try:
        if not isinstance(text, str) or len(text) > MOST_BYTES:
            raise ValueError
        return checked(x509.load_der_x509_certificate(base64.b64decode(text, validate=True)))
    except UNREADABLE as error:
        raise BadCertificate(_("A certificate in the seal cannot be read.")) from error


def checked(certificate: x509.Certificate) -> x509.Certificate:
    """Return a certificate of which each part can be read; raises one of `UNREADABLE` else.

    `cryptography` reads parts only when they are asked for, and each may be malformed.
    """
    for name in ("version", "subject", "issuer", "extensions", "not_valid_after_utc"):
        getattr(certificate, name)
    certificate.public_key()
    return certificate


def path_of(
    leaf: x509.Certificate,
    others: Iterable[x509.Certificate],
    roots: Sequence[x509.Certificate] = (),
) -> list[x509.Certificate]:
    """Return the chain from `leaf` to a certificate in `roots`, else the longest that is known.

    Names are compared and signatures checked (`cryptography` takes none made
    with SHA-1 or MD5); an issuer must be a certification authority.
    Authorities may have several certificates for one key, so all ways are tried, up to a limit.
    """
    candidates = [*roots, *list(others)[:MOST_OTHERS]]
    longest, waiting = [leaf], [[leaf]]
    for _try in range(MOST_PATHS):
        if not waiting:
            break
        path = waiting.pop()
        if path[-1] in roots:
            return path
        longest = max(longest, path, key=len)
        if len(path) < LONGEST_CHAIN and not _self_signed(path[-1]):
            issuers = [one for one in candidates if one not in path and _issued(one, path)]
            waiting += [[*path, issuer] for issuer in reversed(issuers)]
    return longest


def _issued(issuer: x509.Certificate, path: Sequence[x509.Certificate]) -> bool:
    """Return whether `issuer` issued the last certificate of a path, and was allowed to."""
    constraints = _extension(issuer, x509.BasicConstraints)
    usage = _extension(issuer, x509.KeyUsage)
    if constraints is None or not constraints.ca or (usage and not usage.key_cert_sign):
        return False
    if constraints.path_length is not None and len(path) - 1 > constraints.path_length:
        return False
    return _signed(issuer, path[-1])


def _signed(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _self_signed(certificate: x509.Certificate) -> bool:
    return certificate.issuer == certificate.subject and _signed(certificate, certificate)


def _asks_for_more(certificate: x509.Certificate) -> bool:
    """Return whether a certificate has a critical extension that is not known here."""
    return any(one.critical and one.oid not in KNOWN_CRITICAL for one in certificate.extensions)


def chain_of(
    leaf: x509.Certificate,
    others: Iterable[x509.Certificate],
    *,
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> Chain:
    """Return where the chain of `leaf` ends, judged for the moment `at`.

    `roots` are trusted as they are, also when they are no root but an authority on a trusted
    list. Revocation is not looked at: that would need the network.
    """
    path = path_of(leaf, others, roots)
    if any(_asks_for_more(one) for one in path if one not in roots):
        return Chain.UNKNOWN_ROOT
    valid = all(one.not_valid_before_utc <= at <= one.not_valid_after_utc for one in path)
    if path[-1] in roots:
        return Chain.TRUSTED if valid else Chain.NOT_VALID_THEN
    if not valid and not leaf.not_valid_before_utc <= at <= leaf.not_valid_after_utc:
        return Chain.NOT_VALID_THEN
    return Chain.SELF_SIGNED if _self_signed(leaf) else Chain.UNKNOWN_ROOT


def belong_together(certificate: SealCertificate) -> bool:
    """Return whether the private key is the one of the certificate."""
    public = certificate.key.public_key()
    return _public_bytes(public) == _public_bytes(certificate.chain[0].public_key())


def _public_bytes(key: Any) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
