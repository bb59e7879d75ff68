"""The only place that signs and checks compact JWS (RFC 7515): credentials in JWT form.

Open Badges 3.0, section 8.2 (`typ` JWT: the payload is the credential, with iss, jti, sub, nbf and
exp beside it), VC-JOSE-COSE (`typ` vc+jwt) and, read only, the `vc` claim of VC Data Model 1.1,
section 6.3.1. What the header says of itself is believed only where it makes checking harder:
methods that anyone can forge, extensions and keys it brings along end in a refusal.
"""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from joserfc import jwk, jws

from credentials.standards import values
from credentials.standards import verifiable_credentials as envelope
from credentials.trust.did import names_itself, resolve_itself
from credentials.trust.keys import BadKey, KeyType, PrivateKey, PublicKey, WeakKey, from_jwk
from credentials.trust.proofs import (
    ProofResult,
    ProofStatus,
    Unresolvable,
    is_too_late,
    why_no_key,
)
from credentials.trust.sniff import MAX_JSON_BYTES, Malformed, parse_json

LONGEST_HEADER = 20_000
LAST_SECOND = 253_402_300_799  # of the year 9999
# What may verify, the kind of key it takes, and its name in the library (RFC 9864).
ALGORITHMS = {
    "RS256": (KeyType.RSA, "RS256"),
    "ES256": (KeyType.P256, "ES256"),
    "EdDSA": (KeyType.ED25519, "Ed25519"),
    "Ed25519": (KeyType.ED25519, "Ed25519"),
}
FORGEABLE = ("none", "hs256", "hs384", "hs512")  # however they are spelled
REGISTRY = jws.JWSRegistry(algorithms=["RS256", "ES256", "Ed25519"])
WRITTEN = {KeyType.RSA: "RS256", KeyType.ED25519: "EdDSA"}
BADGE, SECURED = "JWT", "vc+jwt"
CLAIMS = ("iss", "jti", "sub", "nbf", "exp", "iat", "aud", "vc")

Resolve = Callable[[str], PublicKey]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a JWS carries (untrusted unless the proof verified), and what its signature shows."""

    document: dict
    proof: ProofResult


def sign(
    document: dict,
    *,
    private_key: PrivateKey,
    kid: str,
    typ: str = BADGE,
    created: datetime | None = None,
) -> str:
    """Return a credential as compact JWS; RS256 with an RSA key, EdDSA with an Ed25519 key.

    `kid` is the verification method. `typ` BADGE is what hosts of badges take, with RSA; SECURED
    is for others, without the claims that repeat the credential. `created`, an aware datetime, is
    written where the moment of signing matters. Raises ValueError when the credential has a proof
    already, or cannot say to whom a badge belongs (no subject id).
    """
    if "proof" in document:
        raise ValueError("The document is signed already.")
    header = {"alg": WRITTEN[private_key.type], "kid": kid, "typ": typ}
    payload = dict(document)
    if typ == BADGE:
        subject = values.identifier(document.get("credentialSubject"))
        if not subject:
            raise ValueError("A badge in JWT form needs $.credentialSubject.id.")
        payload |= {"iss": envelope.issuer_id(document), "jti": document["id"], "sub": subject}
        for claim, end in (
            ("nbf", envelope.valid_from(document)),
            ("exp", envelope.valid_until(document)),
        ):
            payload |= {claim: int(end.timestamp())} if end else {}
    else:
        header["cty"] = "vc"
    payload |= {"iat": int(created.timestamp())} if created else {}
    message = f"{_encoded(header)}.{_encoded(payload)}"
    return f"{message}.{_base64(private_key.sign(message.encode()))}"


def sign_detached(content: bytes, *, private_key: PrivateKey, kid: str, typ: str) -> str:
    """Return a JWS of a file that stays outside of it (RFC 7515, appendix F); see `attached`."""
    header = _encoded({"alg": WRITTEN[private_key.type], "kid": kid, "typ": typ})
    signature = private_key.sign(f"{header}.{_base64(content)}".encode())
    return f"{header}..{_base64(signature)}"


def attached(text: str, content: bytes) -> str:
    """Return a detached JWS (untrusted) with its content in it, to be parsed; raise Malformed."""
    parts = text.strip().split(".", 3)
    if len(parts) != 3 or parts[1]:
        raise Malformed(_("The file is no detached signature."))
    return f"{parts[0]}.{_base64(content)}.{parts[2]}"


def _encoded(value: dict) -> str:
    return _base64(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def verify_jwt(text: str, resolve_key: Resolve, method: str = "") -> Opened:
    """Return what a credential in JWT form (untrusted) carries and what its signature shows.

    `resolve_key(verification_method)` returns the key or raises Unresolvable; a DID that is
    nothing but a key never asks it. With `method`, no key counts but the one that `resolve_key`
    returns for it, whatever the header names. Raises Malformed for what is no JWS of a credential.
    """
    header, payload = parse(text)
    document = _credential(payload)

    def key() -> PublicKey:
        return resolve_key(method) if method else _key(header, named, resolve_key)

    named = method or _method(header, document)
    return Opened(document, _checked(text, header, payload, document, named, key))


def parse(text: str) -> tuple[dict, dict]:
    """Return header and payload of a compact JWS (untrusted); raise Malformed."""
    parts = text.split(".", 5)
    if len(parts) == 5:
        raise Malformed(_("The file is encrypted, so nobody but its addressee can read it."))
    if len(parts) != 3 or len(text) > MAX_JSON_BYTES or len(parts[0]) > LONGEST_HEADER:
        raise Malformed(_("The file is not a credential in JWT form."))
    header, payload = (parse_json(_bytes_of(part)) for part in parts[:2])
    _bytes_of(parts[2])
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise Malformed(_("The file is not a credential in JWT form."))
    return header, payload


def _bytes_of(part: str) -> bytes:
    """Return what base64url stands for; one text only for the same bytes (RFC 7515, section 2)."""
    try:
        data = base64.b64decode(part + "=" * (-len(part) % 4), altchars="-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if _base64(data) != part:
        raise Malformed(_("The file is not a credential in JWT form."))
    return data


def _credential(payload: dict) -> dict:
    """Return the credential in a payload; the claims of a `vc` stand for what it leaves out."""
    if "vc" not in payload:
        return {name: value for name, value in payload.items() if name not in CLAIMS}
    document = dict(values.item(payload["vc"]))
    subject = values.one(document.get("credentialSubject"))
    if isinstance(subject, dict) and isinstance(payload.get("sub"), str):
        document["credentialSubject"] = {"id": payload["sub"], **subject}
    stands_for = {"issuer": payload.get("iss"), "id": payload.get("jti")}
    for name, claim in (("issuanceDate", "nbf"), ("expirationDate", "exp")):
        found = _moment(payload.get(claim))
        stands_for[name] = found.strftime("%Y-%m-%dT%H:%M:%SZ") if found else None
    return {**{name: said for name, said in stands_for.items() if said}, **document}


def _checked(
    text: str,
    header: dict,
    payload: dict,
    document: dict,
    method: str,
    find_key: Callable[[], PublicKey],
) -> ProofResult:
    alg = header.get("alg")
    start, end = _moment(payload.get("nbf")), _moment(payload.get("exp"))
    created = _moment(payload.get("iat"))
    # Without `iat` it does not say when it was signed; not before this, if it can be believed.
    earliest = created or start or envelope.valid_from(document)

    def result(status: ProofStatus, detail: str = "", *keys: PublicKey) -> ProofResult:
        return ProofResult(status, (method,), keys, end, detail, start, created)

    if isinstance(alg, str) and alg.lower() in FORGEABLE:
        return result(ProofStatus.REFUSED, alg)
    if "crit" in header or header.get("b64") is False:
        return result(ProofStatus.REFUSED, "crit")
    if not isinstance(alg, str) or alg not in ALGORITHMS:
        return result(ProofStatus.UNSUPPORTED, str(alg)[:100])
    if contradicted := _contradicted(header, payload, document):
        return result(ProofStatus.CONTRADICTS, ", ".join(contradicted))
    try:
        key = find_key()
    except Unresolvable as error:
        return result(*why_no_key(error))
    except WeakKey as error:
        return result(ProofStatus.REFUSED, str(error))
    except BadKey as error:
        return result(ProofStatus.UNSUPPORTED, str(error))
    if key.type != ALGORITHMS[alg][0]:
        return result(ProofStatus.REFUSED, f"{alg}, {key.type}")
    if not fits(text, alg, key):
        return result(ProofStatus.BROKEN)
    if is_too_late(key, earliest):
        return result(ProofStatus.KEY_REVOKED)
    return result(ProofStatus.VERIFIED, "", key)


def fits(text: str, alg: str, key: PublicKey) -> bool:
    """Return whether a parsed compact JWS is signed by `key` with the method `alg`."""
    message, _dot, signature = text.rpartition(".")
    kind, name = ALGORITHMS.get(alg, (None, ""))
    if kind != key.type:
        return False
    model = REGISTRY.get_alg(name)
    return model.verify(message.encode(), _bytes_of(signature), jwk.import_key({**key.jwk}))


def _method(header: dict, document: dict) -> str:
    """Return which key is meant, as an address; "" when the header does not say."""
    kid, issuer = header.get("kid"), envelope.issuer_id(document)
    if isinstance(kid, str) and kid:
        below = f"{issuer}#{kid.removeprefix('#')}"
        return values.identifier(kid) or values.identifier(below)
    return issuer if names_itself(issuer) else ""


def _key(header: dict, method: str, resolve_key: Resolve) -> PublicKey:
    """Return the key to check with. One that the header brings along ties nobody to anything."""
    if method:
        return resolve_itself(method) if names_itself(method) else resolve_key(method)
    brought = header.get("jwk")
    if not isinstance(brought, dict):
        raise BadKey("kid")
    return from_jwk(brought)


def _contradicted(header: dict, payload: dict, document: dict) -> list[str]:
    """Return the names of the claims that say another thing than the credential."""
    subject = values.item(document.get("credentialSubject"))
    said = {
        "iss": envelope.issuer_id(document),
        "jti": document.get("id"),
        "sub": subject.get("id"),
    }
    found = [claim for claim, value in said.items() if claim in payload and payload[claim] != value]
    moments = {"nbf": envelope.valid_from(document), "exp": envelope.valid_until(document)}
    for claim, value in moments.items():
        if claim not in payload:
            continue
        claimed = _moment(payload[claim])
        # In VC-JOSE-COSE they are about the signature and need not repeat the credential.
        own = str(header.get("typ")).lower().removeprefix("application/") == SECURED
        if claimed is None or (not own and value != claimed and _seconds(value) != claimed):
            found.append(claim)
    return found


def _seconds(value: datetime | None) -> datetime | None:
    return value.replace(microsecond=0) if value else None


def _moment(value: object) -> datetime | None:
    """Return the moment of a NumericDate (RFC 7519, section 2), None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return datetime.fromtimestamp(value, UTC) if 0 <= value <= LAST_SECOND else None
