"""The only place that decides what may be said about a credential from anywhere.

A file is opened until a credential is found; the module of its kind answers the questions in
`answers`, and all answers together make the verdict. Nothing is fetched here: the caller hands in
how to find a key, a status list, a document. What could not be checked is unknown, never wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cryptography.x509 import Certificate
from django.utils.translation import gettext as _
from lxml import etree

from credentials.standards import open_badges_2, values
from credentials.trust import (
    answers,
    baked,
    did,
    holders,
    issuers,
    jws,
    kind_edc,
    kind_ob2,
    kind_stated,
    kind_vc,
)
from credentials.trust.answers import (
    Carried,
    Check,
    Findings,
    Outside,
    Resolve,
    Verification,
    from_json,
)
from credentials.trust.fetch import FetchFailed, FetchRefused
from credentials.trust.holders import Person
from credentials.trust.issuers import Record
from credentials.trust.keys import PublicKey
from credentials.trust.proofs import PlaceRefused, Unresolvable
from credentials.trust.sniff import (
    Kind,
    Malformed,
    kind_of_json,
    parse_json,
    parse_xml,
    read,
    sniff,
)
from credentials.trust.words import CHECK_NAMES, Outcome, Standing

__all__ = [
    "Check",
    "Person",
    "Record",
    "Verification",
    "check",
    "check_all",
    "from_json",
    "refused",
    "with_checks",
]

CREDENTIALS = (Kind.OB3, Kind.VC, Kind.OB2, Kind.EDC)
STATED = (Kind.ELMO, Kind.MICROHE)
IMAGES = (Kind.PNG_BADGE, Kind.SVG_BADGE)
MOST_CREDENTIALS = 10  # each may be a second of work
ENVELOPE = "data:application/vc+jwt,"

RecordOf = Callable[[Findings], Record]


@dataclass(frozen=True, slots=True)
class _Found:
    """One credential in a file: a document, a JWS, an address or a course; None for none."""

    kind: Kind
    content: Any = None
    carrier: Kind | None = None


def check(source: dict | str | bytes, **named: Any) -> Verification:
    """Return what can be said about the first credential in a file; as `check_all`."""
    return check_all(source, **named)[0]


def check_all(
    source: dict | str | bytes,
    *,
    resolve: Resolve,
    status_of: Callable[[str], bytes | None],
    now: datetime,
    document_of: Callable[[str], object] | None = None,
    record_of: RecordOf = lambda findings: Record(),
    holder: Person | None = None,
    roots: tuple[Certificate, ...] = (),
    carried: Callable[[str], Carried | None] = lambda name: None,
    filename: str = "",
) -> tuple[Verification, ...]:
    """Return what can be said at `now` about each credential in a file (untrusted), at least one.

    `source` are the bytes of a file, a parsed document or a compact JWS. `resolve`, `status_of`,
    `document_of` and `carried` are those of `Outside`; a DID that is nothing but a key never asks
    `resolve`. `record_of(findings)` says what is known of an issuer by what is proven of it,
    `holder` whom the credential should belong to, `roots` which authorities are trusted.
    """

    def document_refused(url: str) -> object:
        raise FetchFailed(url)

    document_of = document_of or document_refused
    outside = Outside(_guarded(resolve), status_of, document_of, now, roots, carried)
    try:
        return tuple(
            _verified(found, outside, record_of, holder) for found in _opened(source, filename)
        )
    except Malformed as error:
        return (refused(error.reason, now),)


def _guarded(resolve: Resolve) -> Resolve:
    def find(method: str) -> PublicKey:
        if did.names_itself(method):
            return did.resolve_itself(method)
        try:
            return resolve(method)
        except FetchRefused as error:
            raise PlaceRefused(error.reason) from error
        except FetchFailed as error:
            raise Unresolvable(error.reason) from error

    return find


# What is in a file -------------------------------------------------------------------------------


def _opened(source: dict | str | bytes, filename: str) -> list[_Found]:
    """Return the credentials in a file, or the one entry that says what the file is."""
    if not isinstance(source, bytes):
        return _in_text(source) if isinstance(source, str) else _in_json(source)
    kind, value = read(source, filename)
    if kind in IMAGES:
        inside = baked.take_out(source)
        if inside.startswith((b"https://", b"http://")):
            return [_Found(Kind.OB2, inside.decode("utf-8", "replace"), kind)]
        found = _opened(inside, "")
        if any(one.carrier for one in found):
            raise Malformed(_("The image holds no badge."))
        return [replace(one, carrier=kind) for one in found]
    text = source.decode("utf-8-sig", "replace").strip() if kind == Kind.JWT else ""
    if text and not text.startswith("{"):
        return _in_text(text)
    if kind in (*CREDENTIALS, Kind.MICROHE, Kind.JSON, Kind.JWT):
        return _in_json(value)
    return _in_transcript(parse_xml(source)) if kind == Kind.ELMO else [_Found(kind)]


def _in_transcript(root: etree._Element) -> list[_Found]:
    """Return the signed credentials that came along, and the courses that none of them is of."""
    signed: list[_Found] = []
    for content in kind_stated.attached(root):
        try:
            found = [] if sniff(content) == Kind.ELMO else _opened(content, "")
        except Malformed:
            continue  # a picture or a scan that came along is no fault of the transcript
        signed += [replace(one, carrier=Kind.ELMO) for one in found if one.content]
    named = {_identifier(one.content) for one in signed}
    courses = [
        _Found(Kind.ELMO, course)
        for course in kind_stated.courses(root)
        if not course[0].id or course[0].id not in named
    ]
    return [*signed[:MOST_CREDENTIALS], *courses] or [_Found(Kind.ELMO)]


def _identifier(content: dict | str) -> object:
    document = jws.parse(content)[1] if isinstance(content, str) else content
    payload = document.get("payload")
    if isinstance(payload, str):  # a sealed credential: its payload is unencoded JSON
        try:
            document = values.item(parse_json(payload))
        except Malformed:
            return ""  # no credential of that name: `kind_edc` says what is wrong with it
    return values.identifier(document.get("id"))


def _in_text(text: str) -> list[_Found]:
    _header, payload = jws.parse(text)
    if open_badges_2.is_assertion(payload):
        return [_Found(Kind.OB2, text)]
    kind = kind_of_json(values.item(payload.get("vc")) or payload)
    return [_Found(kind if kind in (Kind.OB3, Kind.VC) else Kind.VC, text)]


def _in_json(value: object) -> list[_Found]:
    entries = value if isinstance(value, list) else [value]
    types = values.types(value.get("type")) if isinstance(value, dict) else set()
    if isinstance(value, dict) and "VerifiablePresentation" in types:
        entries = values.many(value.get("verifiableCredential"))
    if len(entries) > MOST_CREDENTIALS:
        raise Malformed(
            _("The file holds more than %(most)s credentials.") % {"most": MOST_CREDENTIALS}
        )
    found = [one for entry in entries for one in _entry(entry)]
    return found if any(one.content for one in found) else [_Found(kind_of_json(value))]


def _entry(entry: object) -> list[_Found]:
    if isinstance(entry, str) and entry.count(".") == 2:
        return _in_text(entry)
    if not isinstance(entry, dict):
        return []
    if "EnvelopedVerifiableCredential" in values.types(entry.get("type")):
        return _in_text(str(entry.get("id")).removeprefix(ENVELOPE))
    wrapped = "@context" not in entry and values.item(entry.get("credential"))
    document = wrapped or entry
    kind = kind_of_json(document)
    if kind == Kind.JWT:
        return _in_text(_compact(document))
    if kind == Kind.MICROHE:
        return [_Found(kind, kind_stated.meta_data(document))]
    return [_Found(kind, document if kind in CREDENTIALS else None)]


def _compact(entry: dict) -> str:
    """Return a JWS in JSON with one signature as compact JWS (RFC 7515, sections 7.1 and 7.2)."""
    signatures = values.items(entry["signatures"])
    if len(signatures) != 1 or "header" in signatures[0]:
        raise Malformed(_("The file is not a credential in JWT form."))
    parts = (signatures[0].get("protected"), entry["payload"], signatures[0].get("signature"))
    return ".".join(str(part) for part in parts)


# What is said of it ------------------------------------------------------------------------------


def _verified(
    found: _Found, outside: Outside, record_of: RecordOf, holder: Person | None
) -> Verification:
    if found.content is None:
        return _kept(found.kind, outside.now)
    try:
        findings = _examined(found, outside)
    except (FetchFailed, FetchRefused) as error:
        return _unread("file_unreachable", error.reason, outside.now, Kind.OB2)
    checks = (
        Check("readable", Outcome.PASS, "readable"),
        *findings.checks,
        holders.compare(
            holder, findings.facts.holder if findings.facts else None, findings.names_email
        ),
        issuers.graded(findings.proven, record_of(findings)),
        *answers.annex_i(findings.facts),
    )
    verdict, key = _verdict({check.name: check for check in checks})
    return Verification(
        findings.kind,
        verdict,
        key,
        checks,
        outside.now,
        findings.document,
        findings.facts,
        found.carrier,
    )


def _examined(found: _Found, outside: Outside) -> Findings:
    if found.kind in STATED:
        facts, proof = found.content
        return kind_stated.examine(found.kind, facts, proof, outside)
    if found.kind == Kind.EDC:
        return kind_edc.examine(found.content, outside)
    if found.kind == Kind.OB2:
        return kind_ob2.examine(found.content, outside)
    return kind_vc.examine(found.content, found.kind, outside)


def with_checks(verification: Verification, *found: Check) -> Verification:
    """Return a verification to which the caller adds what it knows, with its verdict anew.

    A check replaces the one of the same name. Nothing is added where no credential was read.
    """
    if verification.facts is None:
        return verification
    named = {check.name: check for check in (*verification.checks, *found)}
    order = [name for name in CHECK_NAMES if name in named]
    verdict, key = _verdict(named)
    checks = tuple(named[name] for name in order)
    return replace(verification, checks=checks, verdict=verdict, key=key)


def refused(reason: str, now: datetime, key: str = "malformed") -> Verification:
    """Return what is said of a file that is not what it sets out to be; as in `Malformed`."""
    return _unread(key, reason, now)


def _unread(key: str, reason: str, now: datetime, kind: Kind = Kind.UNKNOWN) -> Verification:
    outcome = Outcome.FAIL if key == "malformed" else Outcome.UNKNOWN
    unread = Check("readable", outcome, key, {"detail": reason})
    return Verification(kind, Standing.NOT_VERIFIABLE, key, (unread,), now)


def _kept(kind: Kind, now: datetime) -> Verification:
    kept = Check("readable", Outcome.UNKNOWN, "kind_other", {"kind": kind.value})
    return Verification(kind, Standing.NOT_VERIFIABLE, "other", (kept,), now)


def _verdict(checks: dict[str, Check]) -> tuple[Standing, str]:
    integrity, issuer, current = (checks[n] for n in ("integrity", "issuer_key", "key_current"))
    status, newer = checks["not_revoked"], checks["not_superseded"]
    if integrity.outcome == Outcome.FAIL:
        changed = integrity.key in ("broken", "hosted_differs")
        return Standing.NOT_VALID, "changed" if changed else integrity.key
    # A replaced one is revoked as well; that there is a better one is what helps a reader.
    if newer.outcome == Outcome.FAIL:
        return Standing.SUPERSEDED, "superseded"
    if status.outcome == Outcome.FAIL:
        return Standing.REVOKED, status.key
    if integrity.key == "absent":
        return Standing.NOT_VERIFIABLE, "unsigned"
    if checks["structure"].outcome == Outcome.FAIL:
        return Standing.NOT_VERIFIABLE, "structure"
    if checks["not_expired"].outcome == Outcome.FAIL:
        return Standing.EXPIRED, _expired_key(integrity, issuer)
    if checks["valid_from"].outcome == Outcome.FAIL:
        return Standing.NOT_VALID, checks["valid_from"].key
    if issuer.key == "issuer_unpublished":
        return Standing.NOT_VERIFIABLE, "intact_unpublished"
    if integrity.outcome != Outcome.PASS:
        return Standing.NOT_VERIFIABLE, "signature_unknown"
    if issuer.outcome != Outcome.PASS:
        return Standing.NOT_VERIFIABLE, UNTIED.get(issuer.key, "intact_not_tied")
    if current.key in BACKDATED:
        return Standing.NOT_VERIFIABLE, BACKDATED[current.key]
    if "vocabulary" in checks and checks["vocabulary"].outcome != Outcome.PASS:
        return Standing.NOT_VERIFIABLE, checks["vocabulary"].key
    if Outcome.UNKNOWN in (status.outcome, newer.outcome):
        then = status.key == "status_carried" and newer.outcome != Outcome.UNKNOWN
        return Standing.NOT_VERIFIABLE, "valid_then" if then else "status_unknown"
    if "pages" in checks and checks["pages"].outcome == Outcome.FAIL:
        return Standing.NOT_VERIFIABLE, checks["pages"].key
    stated = status.outcome == Outcome.PASS
    return Standing.VALID, "valid" if stated else "valid_no_status"


UNTIED = {
    "issuer_own_key": "intact_own_key",
    "issuer_elsewhere": "intact_elsewhere",
    "issuer_carried": "intact_carried",
    "chain_untrusted": "intact_chain",
}

# Whoever holds a key that counts no more can write a date from when it still did.
BACKDATED = {
    "key_withdrawn_since": "key_withdrawn",
    "certificate_expired_since": "certificate_expired",
}


def _expired_key(integrity: Check, issuer: Check) -> str:
    if integrity.outcome != Outcome.PASS:
        return "expired_unchecked"
    return "expired_not_tied" if issuer.outcome == Outcome.FAIL else "expired"
