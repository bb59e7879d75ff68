"""The only place that signs a document and checks its signature: Data Integrity `eddsa-rdfc-2022`.

W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2: SHA-256 of the canonical proof options,
then SHA-256 of the canonical document without its proof, signed with Ed25519. The older
`Ed25519Signature2020` (the same document, section 3.4: the same hashes, another name) is checked
and never written.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from credentials.standards import contexts
from credentials.standards.values import identifier, moment
from credentials.trust.canonical import LoadContext, NotCanonical, TermLost, canonicalise
from credentials.trust.keys import (
    BadKey,
    KeyType,
    PrivateKey,
    PublicKey,
    decode_base58,
    encode_base58,
)

CRYPTOSUITE = "eddsa-rdfc-2022"
OLDER_TYPE = "Ed25519Signature2020"
PURPOSE = "assertionMethod"
MOST_PROOFS = 4
UNHASHABLE = (contexts.ContextNotPinned, NotCanonical)


class Unresolvable(Exception):
    """A key could not be obtained, so nothing can be said about a signature by it."""


class KeyNotPublished(Unresolvable):
    """The document of the key's owner was read and does not offer the key for signing."""


class KeyRefused(Unresolvable):
    """The key was found, and others can forge signatures by it; the text names its kind."""


class PlaceRefused(Unresolvable):
    """The key lies where this portal does not look, such as at an inner address."""


class ProofStatus(StrEnum):
    VERIFIED = "verified"
    BROKEN = "broken"  # signature and document do not fit: one of them was changed
    UNCOVERED = "uncovered"  # the document says things that no signature can cover
    KEY_REVOKED = "key_revoked"  # signed after the key was withdrawn or had expired
    REFUSED = "refused"  # signed in a way that anyone can forge, or that hides what is signed
    CONTRADICTS = "contradicts"  # what was signed says two things at once
    KEY_UNPUBLISHED = "key_unpublished"
    KEY_UNREACHABLE = "key_unreachable"
    PLACE_REFUSED = "place_refused"
    UNSUPPORTED = "unsupported"  # a suite or vocabulary that is not known here
    NOT_CANONICAL = "not_canonical"  # it cannot be brought into the form that is signed
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class ProofResult:
    """What the proofs of a document show.

    `methods` are the verification methods of all proofs that were looked at, `keys` the keys
    of those that verified, `expires` the moment from which one of them does not count any more,
    `starts` the one from which all count, `created` when the latest says that it was made, None
    when none says;
    `detail` names what is uncovered, unsupported or unreachable.
    """

    status: ProofStatus
    methods: tuple[str, ...] = ()
    keys: tuple[PublicKey, ...] = ()
    expires: datetime | None = None
    detail: str = ""
    starts: datetime | None = None
    created: datetime | None = None

    @property
    def verified(self) -> bool:
        return self.status == ProofStatus.VERIFIED


def sign(
    document: dict,
    *,
    private_key: PrivateKey,
    verification_method: str,
    created: datetime,
    load_context: LoadContext = contexts.load,
) -> dict:
    """Return a copy of `document` with a proof array, as Open Badges 3.0 asks.

    `created` is an aware datetime. Raises what `canonicalise` raises: a document of which the
    signature would lose a term is never signed.
    """
    if "proof" in document:
        raise NotCanonical("The document is signed already.")
    proof = options(verification_method, created)
    hashed = options_hash(document, proof, load_context)
    signature = private_key.sign(hashed + _hash(document, load_context))
    return {**document, "proof": [{**proof, "proofValue": encode_base58(signature)}]}


def options(verification_method: str, created: datetime) -> dict:
    """Return a proof of this suite without its value."""
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": verification_method,
        "proofPurpose": PURPOSE,
    }


def verify_proof(
    document: dict,
    resolve_key: Callable[[str], PublicKey],
    load_context: LoadContext = contexts.load,
) -> ProofResult:
    """Check every proof of `document` that is of this suite; all of them must verify.

    `resolve_key(verification_method)` returns the key or raises Unresolvable.
    Proofs of other suites are passed over when one of this suite stands beside them.
    """
    given = document.get("proof", [])
    proofs = given if isinstance(given, list) else [given]
    known = [proof for proof in proofs if _is_known(proof)]
    if not proofs:
        return ProofResult(ProofStatus.ABSENT)
    if not known or len(proofs) > MOST_PROOFS:
        return ProofResult(ProofStatus.UNSUPPORTED, detail=_suites(proofs))
    methods = tuple(proof["verificationMethod"] for proof in known)
    try:  # all proofs are over the same document: its canonical form is made once
        unsigned = {key: value for key, value in document.items() if key != "proof"}
        document_hash = _hash(unsigned, load_context)
    except UNHASHABLE as error:
        status, detail = _told(error)
        return ProofResult(status, methods, detail=detail)
    results = [
        _verify_one(document, document_hash, proof, resolve_key, load_context) for proof in known
    ]
    failed = next((result for result in results if not result.verified), None)
    if failed:
        return ProofResult(failed.status, methods, detail=failed.detail)
    return ProofResult(
        ProofStatus.VERIFIED,
        methods,
        tuple(key for result in results for key in result.keys),
        min((result.expires for result in results if result.expires), default=None),
        created=max((result.created for result in results if result.created), default=None),
    )


def _verify_one(
    document: dict,
    document_hash: bytes,
    proof: dict,
    resolve_key: Callable[[str], PublicKey],
    load_context: LoadContext,
) -> ProofResult:
    method, created = proof["verificationMethod"], moment(proof.get("created"))

    def result(status: ProofStatus, detail: str = "", *keys: PublicKey) -> ProofResult:
        expires = moment(proof.get("expires"))
        return ProofResult(status, (method,), keys, expires, detail, created=created)

    given = {key: value for key, value in proof.items() if key != "proofValue"}
    if proof.get("@context", document.get("@context")) != document.get("@context"):
        return result(ProofStatus.UNSUPPORTED, "@context")
    if "expires" in proof and not moment(proof["expires"]):
        return result(ProofStatus.UNSUPPORTED, "expires")
    try:
        message = options_hash(document, given, load_context) + document_hash
    except UNHASHABLE as error:
        return result(*_told(error))
    try:
        key = resolve_key(method)
    except Unresolvable as error:
        return result(*why_no_key(error))
    try:
        signature = decode_base58(proof["proofValue"])
    except BadKey:
        return result(ProofStatus.BROKEN)
    # Both suites are Ed25519 and nothing else, whatever kind of key is published.
    if key.type != KeyType.ED25519 or not key.verifies(signature, message):
        return result(ProofStatus.BROKEN)
    if is_too_late(key, created):
        return result(ProofStatus.KEY_REVOKED)
    return result(ProofStatus.VERIFIED, "", key)


def why_no_key(error: Unresolvable) -> tuple[ProofStatus, str]:
    """Return what it means for a signature that its key could not be had, and the detail."""
    if isinstance(error, KeyNotPublished):
        return ProofStatus.KEY_UNPUBLISHED, str(error)
    if isinstance(error, KeyRefused):
        return ProofStatus.REFUSED, str(error)
    if isinstance(error, PlaceRefused):
        return ProofStatus.PLACE_REFUSED, str(error)
    return ProofStatus.KEY_UNREACHABLE, str(error)


def is_too_late(key: PublicKey, created: datetime | None) -> bool:
    """Return whether a signature says, or does not deny, that its key had ended before."""
    ends = [end for end in (key.revoked, key.expires) if end]
    return any(created is None or created >= end for end in ends)


def options_hash(document: dict, options: dict, load_context: LoadContext = contexts.load) -> bytes:
    """Return the SHA-256 of the proof options, read with the context of the document (3.2.5)."""
    return _hash({"@context": document.get("@context", []), **options}, load_context)


def _hash(part: dict, load_context: LoadContext) -> bytes:
    return hashlib.sha256(canonicalise(part, load_context).encode("utf-8")).digest()


def _told(error: Exception) -> tuple[ProofStatus, str]:
    """Return what it means that a document or its proof options have no canonical form."""
    if isinstance(error, contexts.ContextNotPinned):
        return ProofStatus.UNSUPPORTED, error.url
    if isinstance(error, TermLost):
        return ProofStatus.UNCOVERED, ", ".join(error.terms)
    return ProofStatus.NOT_CANONICAL, str(error)


def _is_known(proof: object) -> bool:
    return (
        isinstance(proof, dict)
        and (proof.get("type"), proof.get("cryptosuite"))
        in (("DataIntegrityProof", CRYPTOSUITE), (OLDER_TYPE, None))
        and proof.get("proofPurpose") == PURPOSE
        and isinstance(proof.get("verificationMethod"), str)
        and bool(identifier(proof["verificationMethod"]))
        and isinstance(proof.get("proofValue"), str)
    )


def _suites(proofs: list) -> str:
    names = [
        str(proof.get("cryptosuite") or proof.get("type")) if isinstance(proof, dict) else "?"
        for proof in proofs[:MOST_PROOFS]
    ]
    return ", ".join(names)[:200]
