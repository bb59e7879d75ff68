"""The only place that writes and reads DIDs (did:key, did:jwk, did:web) and their documents."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote, unquote, urlsplit

from credentials.standards.contexts import DID, MULTIKEY
from credentials.standards.values import moment
from credentials.trust.keys import (
    BadKey,
    KeyType,
    PublicKey,
    WeakKey,
    from_jwk,
    from_multibase,
)
from credentials.trust.proofs import KeyNotPublished, KeyRefused, Unresolvable
from credentials.trust.sniff import Malformed, parse_json

JSON_WEB_KEY = "https://w3id.org/security/jwk/v1"
OTHER_USES = (
    "authentication",
    "keyAgreement",
    "capabilityInvocation",
    "capabilityDelegation",
)
MOST_KEYS = 100
LONGEST_DID = 2_000
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")


def did_key(public: PublicKey) -> str:
    """Return the did:key of a key."""
    return f"did:key:{public.multibase}"


def names_itself(identifier: str) -> bool:
    """Return whether a DID is nothing but a key, so that nobody need be asked for it."""
    return identifier.startswith(("did:key:", "did:jwk:"))


def resolve_itself(method: str) -> PublicKey:
    """Return the key that a did:key or did:jwk names.

    Raises Unresolvable, of it KeyNotPublished and KeyRefused.
    """
    resolve = resolve_did_jwk if method.startswith("did:jwk:") else resolve_did_key
    return resolve(method)


def resolve_did_key(method: str) -> PublicKey:
    """Return the key that a did:key names; raise Unresolvable for another kind of key."""
    did, _, fragment = method.partition("#")
    if not did.startswith("did:key:"):
        raise Unresolvable(did[:200])
    multibase = did.removeprefix("did:key:")
    if fragment not in ("", multibase):
        raise KeyNotPublished(method)
    return _published({"publicKeyMultibase": multibase}, controller=did)


def resolve_did_jwk(method: str) -> PublicKey:
    """Return the key that a did:jwk names: a JWK in base64url, whose only key is #0."""
    did, _, fragment = method.partition("#")
    if fragment not in ("", "0"):
        raise KeyNotPublished(method)
    text = did.removeprefix("did:jwk:")
    try:
        jwk = parse_json(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, Malformed):
        raise Unresolvable(did[:200]) from None
    return _published({"publicKeyJwk": jwk}, controller=did)


def did_web(address: str, *path: str) -> str:
    """Return the did:web of a path below the public address, e.g. http://localhost:8000.

    The port is written as %3A8000; the steps of the path become parts after colons.
    """
    parts = urlsplit(address if "//" in address else f"//{address}")
    steps = [step for step in parts.path.split("/") if step] + list(path)
    return ":".join(["did:web", quote(parts.netloc, safe=""), *(quote(s, safe="") for s in steps)])


def did_web_url(did: str) -> str:
    """Return the https address of the document of a did:web; raise Unresolvable if malformed."""
    if not did.startswith("did:web:") or len(did) > LONGEST_DID:
        raise Unresolvable(did[:200])
    host, *steps = (unquote(part) for part in did.removeprefix("did:web:").split(":"))
    bad_step = any(
        not step or step in (".", "..") or re.search(r"[/?#\\\s]", step) for step in steps
    )
    if not HOST.fullmatch(host) or bad_step:
        raise Unresolvable(did[:200])
    path = "/".join(quote(step) for step in steps) or ".well-known"
    return f"https://{host}/{path}/did.json"


def document_url(method: str) -> str:
    """Return where the document that publishes a verification method lies.

    did:web and https are known; anything else raises Unresolvable.
    """
    owner = method.partition("#")[0]
    if owner.startswith("did:web:"):
        return did_web_url(owner)
    if owner.startswith("https://") and len(owner) <= LONGEST_DID:
        return owner
    raise Unresolvable(owner[:200])


def did_document(did: str, keys: Iterable[tuple[str, str, datetime | None]]) -> dict:
    """Return the document of `did` for (key id, public Multikey, revoked or None) rows.

    A revoked key stays listed with its date, but no longer among the keys that may sign. RSA
    keys are written as JWK, the only form that those who check JWTs read.
    """
    methods, signing, contexts = [], [], [DID, MULTIKEY]
    for key_id, multibase, revoked in keys:
        method: dict = {"id": f"{did}#{key_id}", "type": "Multikey", "controller": did}
        public = from_multibase(multibase)
        if public.type == KeyType.RSA:
            method |= {"type": "JsonWebKey", "publicKeyJwk": public.jwk}
            contexts = [DID, MULTIKEY, JSON_WEB_KEY]
        else:
            method["publicKeyMultibase"] = multibase
        if revoked:
            method["revoked"] = revoked.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        else:
            signing.append(method["id"])
        methods.append(method)
    return {
        "@context": contexts,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": signing,
    }


def key_of(document: object, method: str) -> PublicKey:
    """Return the key `method` from the document of its owner (untrusted).

    The document is that of a DID or, at an https address, a JWK or a set of them (RFC 7517).
    Raises KeyNotPublished when the document does not offer the key for signing, KeyRefused
    when it is too weak.
    """
    owner, _, fragment = method.partition("#")
    if isinstance(document, dict) and owner.startswith("https://"):
        for entry in _entries(document.get("keys", document)):
            named = isinstance(entry, dict) and entry.get("kid") in (method, fragment)
            if isinstance(entry, dict) and "kty" in entry and (named or not fragment):
                return _published({"publicKeyJwk": entry})
    if not isinstance(document, dict) or document.get("id") != owner or not fragment:
        raise KeyNotPublished(method)
    names = (method, f"#{fragment}")
    signing = _entries(document.get("assertionMethod"))
    listed = _entries(document.get("verificationMethod"))
    described = [e for e in signing + listed if isinstance(e, dict) and e.get("id") in names]
    may_sign = any(
        entry in names or (isinstance(entry, dict) and entry.get("id") in names)
        for entry in signing
    )
    if not described:
        raise KeyNotPublished(method)
    revoked, expires = (_end(described, name, method) for name in ("revoked", "expires"))
    # A withdrawn key is listed among no keys; what it signed before may count all the same.
    if not may_sign and (not revoked or _is_for_other_things(document, names)):
        raise KeyNotPublished(method)
    controller = described[0].get("controller")
    controller = controller if isinstance(controller, str) else ""
    found = _published(described[0], controller=controller)
    return replace(found, revoked=revoked, expires=expires)


def _end(described: list[dict], name: str, method: str) -> datetime | None:
    """Return the date at which a key ended; one that is stated must be readable."""
    stated = [entry[name] for entry in described if entry.get(name) is not None]
    found = [end for end in map(moment, stated) if end]
    if len(found) < len(stated):
        raise KeyNotPublished(method)
    return min(found, default=None)


def _is_for_other_things(document: dict, names: tuple[str, str]) -> bool:
    """Return whether a key is listed for anything that is not signing (DID Core, section 5.3)."""
    listed = [entry for use in OTHER_USES for entry in _entries(document.get(use))]
    return any((e.get("id") if isinstance(e, dict) else e) in names for e in listed)


def _entries(value: object) -> list:
    return (value if isinstance(value, list) else [value])[:MOST_KEYS]


def _published(entry: dict, *, controller: str = "") -> PublicKey:
    multibase, jwk = entry.get("publicKeyMultibase"), entry.get("publicKeyJwk")
    try:
        if isinstance(multibase, str):
            public = from_multibase(multibase)
        elif isinstance(jwk, dict):
            public = from_jwk(jwk)
        else:
            raise BadKey("No key is written there.")
    except WeakKey as error:
        raise KeyRefused(str(error)) from None
    except BadKey as error:
        raise Unresolvable(str(entry.get("id") or error)[:200]) from None
    return replace(public, controller=controller)
