"""The only place that seals European Digital Credentials and opens the seals of others: JAdES.

ETSI TS 119 182-1, baseline B-B: a JSON Web Signature in general JSON serialisation over the
unencoded payload (RFC 7797), with the certificate (x5c, x5t#S256) and the moment (sigT) in the
protected header. Time stamps and revocation data of higher levels are carried along by others;
here they are not judged.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _
from joserfc import jws
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.registry import HeaderParameter

from credentials.trust import certificates
from credentials.trust.certificates import BadCertificate, Chain, SealCertificate, Sealer
from credentials.trust.sniff import Malformed, parse_json

CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
RSA_ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
ALGORITHMS = {*RSA_ALGORITHMS, *CURVES.values()}
# Critical entries that may be passed over without the signature meaning something else (`sigD`
# would move what is signed out of the payload).
UNDERSTOOD = {"b64", "sigT", "iat", "adoTst", "sigPId", "sigPl", "srCms", "srAts"}
ONLY_PROTECTED = {
    "alg",
    "b64",
    "crit",
    "x5c",
    "x5t#S256",
    "x5t#o",
    "sigX5ts",
    "sigT",
    "sigD",
    "jwk",
}
MOST_CERTIFICATES = 20
MOST_UNPROTECTED = 2_000_000  # characters of one entry


class BadSeal(ValueError):
    """A seal is not what it should be; `code` names the check that failed, `reason` tells it."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Opened:
    """What an intact seal shows. `sealed_at` is what the sealer says; no time stamp was read.

    `qualified` is always None: only the trusted lists of the EU tell, and they are not here.
    """

    payload: dict
    sealer: Sealer
    chain: Chain
    algorithm: str
    sealed_at: datetime | None
    qualified: None = None

    @property
    def names_its_sealer(self) -> bool:
        """Return whether the issuer in the payload has the identifier of the certificate."""
        issuer = self.payload.get("issuer")
        identifier = issuer.get("eIDASIdentifier") if isinstance(issuer, dict) else None
        notation = identifier.get("notation") if isinstance(identifier, dict) else None
        return bool(notation) and notation == self.sealer.identifier


class _Registry(jws.JWSRegistry):
    """What joserfc may meet in a seal: long headers with certificates, long payloads."""

    max_header_length = 400_000
    max_payload_length = 4_000_000
    max_signature_length = 2_000


def seal(payload: Mapping[str, Any], certificate: SealCertificate, *, at: datetime) -> dict:
    """Return `payload` sealed at the aware moment `at`, as the EDC infrastructure does it.

    The payload stands in the seal as JSON text; nothing in it is changed.
    """
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    chain = [one.public_bytes(Encoding.DER) for one in certificate.chain]
    protected = {
        "alg": _algorithm_for(certificate.chain[0]),
        "typ": "jose+json",
        "cty": "octet-stream",
        "b64": False,
        "x5c": [base64.b64encode(der).decode() for der in chain],
        "x5t#S256": _thumbprint(chain[0]),
        "sigT": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "crit": ["b64", "sigT"],
    }
    key = _key(certificate.key)
    made = jws.serialize_json([{"protected": protected}], text, key, registry=_registry())
    return dict(made)


def _registry() -> _Registry:
    known = {name: HeaderParameter(name, lambda _value: None) for name in UNDERSTOOD - {"b64"}}
    return _Registry(known, algorithms=sorted(ALGORITHMS), strict_check_header=False)


def _algorithm_for(leaf: x509.Certificate) -> str:
    key = leaf.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return "RS256"
    name = key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else ""
    if name not in CURVES:
        raise BadCertificate(_("A seal needs a key of RSA or of an elliptic curve."))
    return CURVES[name]


def _key(native: Any) -> RSAKey | ECKey:
    """Return a key of `cryptography` as one of joserfc, which never has to be written out."""
    is_rsa = isinstance(native, rsa.RSAPublicKey | rsa.RSAPrivateKey)
    return RSAKey(native, native) if is_rsa else ECKey(native, native)


def _thumbprint(der: bytes) -> str:
    return _encoded(hashlib.sha256(der).digest())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def open_seal(document: object, *, roots: Sequence[x509.Certificate] = (), at: datetime) -> Opened:
    """Return what an untrusted seal holds and who sealed it, once its signature fits.

    `roots` are the authorities to trust, `at` is now (it counts where the seal names no
    moment). Raises `BadSeal`: nothing of a seal that is not intact is returned.
    """
    text, entry = _parts(document)
    header = _protected(entry)
    _check_header(header, entry)
    leaf, others = _certificates(header, entry)
    _check_key(leaf, header["alg"])
    _check_signature(text, entry, leaf)
    sealed_at = _moment(header)
    try:
        payload = parse_json(_payload(text, header))
    except Malformed as problem:
        raise BadSeal("payload", problem.reason) from problem
    if not isinstance(payload, dict):
        raise BadSeal("payload", _("The seal holds no credential."))
    return Opened(
        payload=payload,
        sealer=certificates.sealer_of(leaf),
        chain=certificates.chain_of(leaf, others, roots=roots, at=sealed_at or at),
        algorithm=header["alg"],
        sealed_at=sealed_at,
    )


def _parts(document: object) -> tuple[str, dict]:
    """Return the payload as it stands and the one signature."""
    payload = document.get("payload") if isinstance(document, dict) else None
    signatures = document.get("signatures") if isinstance(document, dict) else None
    if not isinstance(payload, str) or not isinstance(signatures, list):
        raise BadSeal("form", _("This is not a sealed credential."))
    entry = signatures[0] if len(signatures) == 1 else None
    if not isinstance(entry, dict):
        raise BadSeal("form", _("A sealed credential has exactly one signature."))
    for name in ("protected", "signature"):
        _canonical_base64(entry.get(name))
    return payload, entry


def _canonical_base64(text: object) -> bytes:
    """Return the bytes of base64url text that has one spelling only."""
    try:
        if not isinstance(text, str):
            raise ValueError
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if _encoded(data) != text:
            raise ValueError
    except ValueError:
        raise BadSeal("form", _("The seal is not written as it should be.")) from None
    return data


def _protected(entry: dict) -> dict:
    try:
        header = parse_json(_canonical_base64(entry["protected"]))
    except Malformed as problem:
        raise BadSeal("form", problem.reason) from problem
    if not isinstance(header, dict):
        raise BadSeal("form", _("The seal is not written as it should be."))
    return header


def _check_header(header: dict, entry: dict) -> None:
    algorithm, unprotected = header.get("alg"), entry.get("header", {})
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        name = {"name": str(algorithm)[:40]}
        raise BadSeal("algorithm", _("Seals are not made with the method “%(name)s”.") % name)
    if not isinstance(unprotected, dict) or set(unprotected) & ONLY_PROTECTED:
        reason = _("The seal says outside of its signature what must stand inside.")
        raise BadSeal("header", reason)
    critical = header.get("crit", [])
    if (
        not isinstance(critical, list)
        or not all(isinstance(name, str) for name in critical)
        or ("crit" in header and not critical)
        or len(set(critical)) != len(critical)
        or not set(critical) <= UNDERSTOOD & set(header)
        or "sigD" in header
    ):
        raise BadSeal("critical", _("The seal asks for something that is not known here."))
    encoded = header.get("b64", True)
    if not isinstance(encoded, bool) or ("b64" in header and "b64" not in critical):
        raise BadSeal("b64", _("The seal does not say clearly what it covers."))


def _certificates(header: dict, entry: dict) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """Return the certificate of the seal, and others that may have issued it."""
    stated = header.get("x5c")
    if not isinstance(stated, list) or not 1 <= len(stated) <= MOST_CERTIFICATES:
        raise BadSeal("certificate", _("The seal names no certificate."))
    try:
        chain = [certificates.from_base64(text) for text in stated]
    except BadCertificate as problem:
        raise BadSeal("certificate", str(problem)) from problem
    thumbprint = _thumbprint(chain[0].public_bytes(Encoding.DER))
    if header.get("x5t#S256", thumbprint) != thumbprint:
        raise BadSeal("certificate_hash", _("The certificate is not the one that was sealed with."))
    if not certificates.may_sign(chain[0]):
        raise BadSeal("certificate", _("The certificate is not meant for signing."))
    return chain[0], [*chain[1:], *_carried(entry)]


def _carried(entry: dict) -> list[x509.Certificate]:
    """Return certificates that stand unsigned beside the seal (`xVals` of higher levels).

    They only help to build a chain; each link of it is checked. What is unreadable is left out.
    """
    found: list[x509.Certificate] = []
    items = entry.get("header", {}).get("etsiU")
    for item in (items if isinstance(items, list) else [])[:MOST_CERTIFICATES]:
        try:
            if isinstance(item, str) and len(item) <= MOST_UNPROTECTED:
                item = parse_json(_canonical_base64(item))
            values = item.get("xVals") if isinstance(item, dict) else None
            for value in (values if isinstance(values, list) else [])[:MOST_CERTIFICATES]:
                inner = value.get("x509Cert") if isinstance(value, dict) else None
                if isinstance(inner, dict):
                    found.append(certificates.from_base64(inner.get("val")))
        except (BadSeal, Malformed, BadCertificate):
            continue
    return found


def _check_key(leaf: x509.Certificate, algorithm: str) -> None:
    key = leaf.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        fits = algorithm in RSA_ALGORITHMS
        if key.key_size < certificates.SHORTEST_RSA:
            raise BadSeal("certificate", _("The key of the certificate is too short."))
    else:
        curve = key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else ""
        fits = CURVES.get(curve) == algorithm
    if not fits:
        raise BadSeal("key", _("The method of the seal does not fit the key of its certificate."))


def _check_signature(text: str, entry: dict, leaf: x509.Certificate) -> None:
    # The unprotected header stays out: it has been looked at, and joserfc limits its size.
    signed: Any = {name: entry[name] for name in ("protected", "signature")}
    whole: jws.GeneralJSONSerialization = {"payload": text, "signatures": [signed]}
    try:
        jws.deserialize_json(whole, _key(leaf.public_key()), registry=_registry())
    except BadSignatureError:
        reason = _("The signature does not fit: something was changed after it was sealed.")
        raise BadSeal("signature", reason) from None
    except (JoseError, ValueError) as error:
        raise BadSeal("form", _("The seal is not written as it should be.")) from error


def _payload(text: str, header: dict) -> bytes:
    return text.encode() if header.get("b64") is False else _canonical_base64(text)


def _moment(header: dict) -> datetime | None:
    """Return the moment that the sealer states: `sigT`, or `iat` in newer seals."""
    stated = header.get("sigT")
    try:
        if isinstance(stated, str) and len(stated) <= 40:
            moment = datetime.fromisoformat(stated)
            return moment.astimezone(UTC) if moment.tzinfo else None
        seconds = header.get("iat")
        if isinstance(seconds, int) and not isinstance(seconds, bool):
            return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
