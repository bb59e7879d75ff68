"""The only place that decides what may be said about a credential from anywhere.

`check` asks one question after the other and keeps every answer. It fetches nothing itself:
the caller hands in how to find a key and a status list. What could not be checked is unknown,
never wrong.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from credentials.standards import open_badges, values
from credentials.standards import verifiable_credentials as envelope
from credentials.standards.facts import CredentialFacts
from credentials.trust import did, status_list
from credentials.trust.fetch import FetchFailed, FetchRefused
from credentials.trust.keys import PublicKey
from credentials.trust.proofs import ProofResult, ProofStatus, Unresolvable, verify_proof
from credentials.trust.sniff import Kind, Malformed, kind_of_json, parse_json, sniff
from credentials.trust.words import CHECK_NAMES, SENTENCES, VERDICTS, Outcome, Standing, tell

VERIFIABLE = (Kind.OB3, Kind.VC)
READ_LATER = (Kind.EDC, Kind.ELMO, Kind.OB2, Kind.JWT, Kind.PNG_BADGE, Kind.SVG_BADGE, Kind.PDF)
MOST_STATUS_ENTRIES = 4
MOST_PROBLEMS = 5

Resolve = Callable[[str], PublicKey]
StatusOf = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer; `annex_i` informs and does not touch the verdict."""

    name: str
    outcome: Outcome
    key: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return str(CHECK_NAMES[self.name])

    @property
    def sentence(self) -> str:
        return tell(SENTENCES, self.key, self.params)


@dataclass(frozen=True, slots=True)
class Verification:
    """All checks of one file, and what they say together.

    `document` and `facts` are there when a credential could be read; they are untrusted.
    """

    kind: Kind
    verdict: Standing
    key: str
    checks: tuple[Check, ...]
    checked_at: datetime
    document: dict | None = None
    facts: CredentialFacts | None = None

    @property
    def is_intact(self) -> bool:
        """Return whether a signature was checked and covers the file as it is."""
        integrity = self.check("integrity")
        return integrity is not None and integrity.outcome == Outcome.PASS

    @property
    def is_tied(self) -> bool:
        """Return whether it is intact, and signed by whom it names as its issuer."""
        issuer = self.check("issuer_key")
        return issuer is not None and issuer.outcome == Outcome.PASS

    @property
    def sentence(self) -> str:
        return tell(VERDICTS, self.key, {})

    def check(self, name: str) -> Check | None:
        """Return the check of that name, None when it was not made."""
        return next((check for check in self.checks if check.name == name), None)

    def as_json(self) -> dict:
        """Return verdict and checks for keeping, without a word in any language."""
        checks = [
            {"name": c.name, "outcome": c.outcome.value, "key": c.key, "params": dict(c.params)}
            for c in self.checks
        ]
        verdict = {"verdict": self.verdict.value, "key": self.key}
        made = {"checks": checks, "checked_at": self.checked_at.isoformat()}
        return {"kind": self.kind.value, **verdict, **made}


def from_json(kept: dict) -> Verification:
    """Return a verification that `as_json` wrote, without document and facts."""
    checks = (
        Check(entry["name"], Outcome(entry["outcome"]), entry["key"], entry["params"])
        for entry in kept["checks"]
    )
    return Verification(
        Kind(kept["kind"]),
        Standing(kept["verdict"]),
        kept["key"],
        tuple(checks),
        datetime.fromisoformat(kept["checked_at"]),
    )


def check(
    source: dict | bytes,
    *,
    resolve: Resolve,
    status_of: StatusOf,
    now: datetime,
    is_known_issuer: Callable[[str], bool] = lambda issuer: False,
    filename: str = "",
) -> Verification:
    """Return what can be said about a file or a parsed document (both untrusted) at `now`.

    `resolve(verification_method)` returns the key or raises Unresolvable; did:key never asks
    it. `status_of(url)` returns the status list credential published there. Both may raise
    FetchFailed and FetchRefused. `is_known_issuer(identifier)` says that an issuer
    is known here by name; nobody can say so of one that is named by a bare key.
    """
    try:
        kind = sniff(source, filename) if isinstance(source, bytes) else kind_of_json(source)
        document = (
            parse_json(source) if isinstance(source, bytes) and kind in VERIFIABLE else source
        )
    except Malformed as error:
        unread = Check("readable", Outcome.FAIL, "malformed", {"detail": error.reason})
        return Verification(Kind.UNKNOWN, Standing.NOT_VERIFIABLE, "malformed", (unread,), now)
    if kind not in VERIFIABLE:
        later = kind in READ_LATER
        kept = Check(
            "readable",
            Outcome.UNKNOWN,
            "kind_kept" if later else "kind_other",
            {"kind": kind.value},
        )
        return Verification(
            kind, Standing.NOT_VERIFIABLE, "kept" if later else "other", (kept,), now
        )
    return _check_credential(
        document, kind, _with_did_key(resolve), status_of, now, is_known_issuer
    )


def _with_did_key(resolve: Resolve) -> Resolve:
    def find(method: str) -> PublicKey:
        if method.startswith("did:key:"):
            return did.resolve_did_key(method)
        try:
            return resolve(method)
        except (FetchFailed, FetchRefused) as error:
            raise Unresolvable(error.reason) from error

    return find


def _check_credential(
    document: Any,
    kind: Kind,
    resolve: Resolve,
    status_of: StatusOf,
    now: datetime,
    is_known_issuer: Callable[[str], bool],
) -> Verification:
    proof = verify_proof(document, resolve)
    facts = open_badges.read(document) if kind == Kind.OB3 else None
    checks = (
        Check("readable", Outcome.PASS, "readable"),
        _structure(document, kind),
        _integrity(proof),
        _issuer_key(document, proof, is_known_issuer),
        _valid_from(document, now),
        _not_expired(document, proof, now),
        _not_revoked(document, proof, resolve, status_of, now),
        _annex_i(facts),
    )
    verdict, key = _verdict({check.name: check for check in checks})
    return Verification(kind, verdict, key, checks, now, document, facts)


def _structure(document: dict, kind: Kind) -> Check:
    problems = (open_badges if kind == Kind.OB3 else envelope).problems(document)
    if not problems:
        return Check("structure", Outcome.PASS, "structure")
    detail = {"detail": " ".join(problems[:MOST_PROBLEMS])}
    return Check("structure", Outcome.FAIL, "structure_problems", detail)


def _integrity(proof: ProofResult) -> Check:
    failed = (ProofStatus.BROKEN, ProofStatus.UNCOVERED, ProofStatus.KEY_REVOKED)
    if proof.verified:
        return Check("integrity", Outcome.PASS, "intact")
    outcome = Outcome.FAIL if proof.status in failed else Outcome.UNKNOWN
    return Check("integrity", outcome, proof.status.value, {"detail": proof.detail[:300]})


def _issuer_key(
    document: dict, proof: ProofResult, is_known_issuer: Callable[[str], bool]
) -> Check:
    issuer = envelope.issuer_id(document)
    if proof.status == ProofStatus.KEY_UNPUBLISHED:
        return Check("issuer_key", Outcome.FAIL, "issuer_unpublished", {"issuer": issuer})
    if not proof.verified:
        return Check("issuer_key", Outcome.UNKNOWN, "issuer_unknown")
    if not _is_tied(issuer, proof):
        return Check("issuer_key", Outcome.FAIL, "issuer_not_tied", {"issuer": issuer})
    if issuer.startswith("did:key:"):
        return Check("issuer_key", Outcome.UNKNOWN, "issuer_own_key")
    if is_known_issuer(issuer):
        return Check("issuer_key", Outcome.PASS, "issuer_known")
    return Check("issuer_key", Outcome.PASS, "issuer_domain", {"place": _place(issuer)})


def _is_tied(issuer: str, proof: ProofResult) -> bool:
    """Return whether a key that verified is one that the issuer's own identifier leads to."""
    return bool(issuer) and any(
        method.partition("#")[0] == issuer and key.controller in ("", issuer)
        for method, key in zip(proof.methods, proof.keys, strict=True)
    )


def _place(issuer: str) -> str:
    """Return the host that speaks for a did:web or https identifier."""
    if issuer.startswith("did:web:"):
        return unquote(issuer.removeprefix("did:web:").partition(":")[0])
    return urlsplit(issuer).netloc or issuer


def _valid_from(document: dict, now: datetime) -> Check:
    start = envelope.valid_from(document)
    if start is None:
        return Check("valid_from", Outcome.UNKNOWN, "no_start")
    moment = {"moment": start.isoformat()}
    if start > now:
        return Check("valid_from", Outcome.FAIL, "not_yet", moment)
    return Check("valid_from", Outcome.PASS, "valid_from", moment)


def _not_expired(document: dict, proof: ProofResult, now: datetime) -> Check:
    ends = [end for end in (envelope.valid_until(document), proof.expires) if end]
    if not ends:
        return Check("not_expired", Outcome.NOT_APPLICABLE, "no_end")
    moment = {"moment": min(ends).isoformat()}
    if min(ends) < now:
        return Check("not_expired", Outcome.FAIL, "expired", moment)
    return Check("not_expired", Outcome.PASS, "not_expired", moment)


def _not_revoked(
    document: dict, proof: ProofResult, resolve: Resolve, status_of: StatusOf, now: datetime
) -> Check:
    if _integrity(proof).outcome == Outcome.FAIL:
        return Check("not_revoked", Outcome.NOT_APPLICABLE, "status_skipped")
    answers = [Check("not_revoked", Outcome.NOT_APPLICABLE, "no_status")]
    entries = values.many(document.get("credentialStatus"))
    stated = [entry for entry in entries if isinstance(entry, dict)]
    entries += [found for found in map(status_list.referred, stated) if found]
    for entry in entries[:MOST_STATUS_ENTRIES]:
        try:
            answers.append(_ask_status(document, entry, resolve, status_of, now))
        except (Unresolvable, FetchFailed, FetchRefused) as error:
            detail = {"detail": str(error)[:300]}
            answers.append(Check("not_revoked", Outcome.UNKNOWN, "status_unreachable", detail))
        except status_list.StatusUnreadable as error:
            detail = {"detail": str(error)}
            answers.append(Check("not_revoked", Outcome.UNKNOWN, "status_unreadable", detail))
    if len(entries) > MOST_STATUS_ENTRIES:
        detail = {"detail": _("The credential names too many of them.")}
        answers.append(Check("not_revoked", Outcome.UNKNOWN, "status_unreadable", detail))
    worst = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS, Outcome.NOT_APPLICABLE)
    return min(answers, key=lambda answer: worst.index(answer.outcome))


def _ask_status(
    document: dict, entry: object, resolve: Resolve, status_of: StatusOf, now: datetime
) -> Check:
    if not isinstance(entry, dict) or "BitstringStatusListEntry" not in values.types(
        entry.get("type")
    ):
        raise status_list.StatusUnreadable(_("It is of a kind that is not known here."))
    purpose, url = entry.get("statusPurpose"), values.url(entry.get("statusListCredential"))
    if purpose not in (status_list.REVOCATION, status_list.SUSPENSION):
        return Check("not_revoked", Outcome.NOT_APPLICABLE, "no_status")
    listed = status_of(url) if url else None
    if not isinstance(listed, dict) or listed.get("id") != url:
        raise status_list.StatusUnreadable(_("It is not where the credential says."))
    proof = verify_proof(listed, resolve)
    if proof.status in (ProofStatus.KEY_UNREACHABLE, ProofStatus.KEY_UNPUBLISHED):
        raise Unresolvable(proof.detail)
    issuer, end = envelope.issuer_id(listed), envelope.valid_until(listed)
    signed = proof.verified and _is_tied(issuer, proof)
    if not signed or issuer != envelope.issuer_id(document) or (end and end < now):
        raise status_list.StatusUnreadable(_("It is not signed by the issuer, or out of date."))
    if status_list.is_set(listed, entry):
        key = "revoked" if purpose == status_list.REVOCATION else "suspended"
        return Check("not_revoked", Outcome.FAIL, key)
    return Check("not_revoked", Outcome.PASS, "not_revoked")


def _annex_i(facts: CredentialFacts | None) -> Check:
    if facts is None:
        return Check("annex_i", Outcome.NOT_APPLICABLE, "annex_other")
    missing = facts.missing_elements()
    if missing:
        return Check("annex_i", Outcome.FAIL, "annex_missing", {"elements": list(missing)})
    return Check("annex_i", Outcome.PASS, "annex_complete")


def _verdict(checks: dict[str, Check]) -> tuple[Standing, str]:
    integrity, issuer, status = (checks[n] for n in ("integrity", "issuer_key", "not_revoked"))
    if integrity.outcome == Outcome.FAIL:
        return Standing.NOT_VALID, "changed" if integrity.key == "broken" else integrity.key
    if status.outcome == Outcome.FAIL:
        return Standing.REVOKED, status.key
    if checks["structure"].outcome == Outcome.FAIL:
        return Standing.NOT_VERIFIABLE, "structure"
    if integrity.key == "absent":
        return Standing.NOT_VERIFIABLE, "unsigned"
    if checks["not_expired"].outcome == Outcome.FAIL:
        return Standing.EXPIRED, _expired_key(integrity, issuer)
    if checks["valid_from"].outcome == Outcome.FAIL:
        return Standing.NOT_VALID, "not_yet"
    if issuer.key == "issuer_unpublished":
        return Standing.NOT_VERIFIABLE, "intact_unpublished"
    if integrity.outcome != Outcome.PASS:
        return Standing.NOT_VERIFIABLE, "signature_unknown"
    if issuer.outcome != Outcome.PASS:
        own = issuer.key == "issuer_own_key"
        return Standing.NOT_VERIFIABLE, "intact_own_key" if own else "intact_not_tied"
    if status.outcome == Outcome.UNKNOWN:
        return Standing.NOT_VERIFIABLE, "status_unknown"
    stated = status.outcome == Outcome.PASS
    return Standing.VALID, "valid" if stated else "valid_no_status"


def _expired_key(integrity: Check, issuer: Check) -> str:
    if integrity.outcome != Outcome.PASS:
        return "expired_unchecked"
    return "expired_not_tied" if issuer.outcome == Outcome.FAIL else "expired"
