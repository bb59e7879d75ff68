"""The only place that writes and reads DIDs (did:key, did:web) and the documents behind them."""

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote, unquote, urlsplit

from credentials.standards.contexts import DID, MULTIKEY
from credentials.standards.values import moment
from credentials.trust.keys import BadKey, PublicKey, from_multibase
from credentials.trust.proofs import KeyNotPublished, Unresolvable

MOST_KEYS = 100
LONGEST_DID = 2_000
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")


def did_key(public: PublicKey) -> str:
    """Return the did:key of an Ed25519 key."""
    return f"did:key:{public.multibase}"


def resolve_did_key(method: str) -> PublicKey:
    """Return the key that a did:key names; raise Unresolvable for another kind of key."""
    did, _, fragment = method.partition("#")
    if not did.startswith("did:key:"):
        raise Unresolvable(did[:200])
    multibase = did.removeprefix("did:key:")
    if fragment not in ("", multibase):
        raise KeyNotPublished(method)
    try:
        return PublicKey(from_multibase(multibase).raw, controller=did)
    except BadKey as error:
        raise Unresolvable(str(error)) from None


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

    A revoked key stays listed with its date, but no longer among the keys that may sign.
    """
    methods, signing = [], []
    for key_id, multibase, revoked in keys:
        method = {
            "id": f"{did}#{key_id}",
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": multibase,
        }
        if revoked:
            method["revoked"] = revoked.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        else:
            signing.append(method["id"])
        methods.append(method)
    return {
        "@context": [DID, MULTIKEY],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": signing,
    }


def key_of(document: object, method: str) -> PublicKey:
    """Return the key `method` from the document of its owner (untrusted).

    Raises KeyNotPublished when the document does not offer it for signing.
    """
    owner, _, fragment = method.partition("#")
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
    revoked = moment(described[0].get("revoked"))
    if not may_sign and not revoked:
        raise KeyNotPublished(method)
    controller = described[0].get("controller")
    return PublicKey(
        _raw_key(described[0]),
        controller=controller if isinstance(controller, str) else "",
        revoked=revoked,
    )


def _entries(value: object) -> list:
    return (value if isinstance(value, list) else [value])[:MOST_KEYS]


def _raw_key(entry: dict) -> bytes:
    multibase, jwk = entry.get("publicKeyMultibase"), entry.get("publicKeyJwk")
    try:
        if isinstance(multibase, str):
            return from_multibase(multibase).raw
        if isinstance(jwk, dict) and jwk.get("crv") == "Ed25519":
            x = str(jwk.get("x"))
            return PublicKey(base64.urlsafe_b64decode(x + "=" * (-len(x) % 4))).raw
    except (BadKey, binascii.Error, ValueError):
        raise Unresolvable(str(entry.get("id"))[:200]) from None
    raise Unresolvable(str(entry.get("id"))[:200])
