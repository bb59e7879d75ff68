"""The only place that answers for Open Badges 2.0: hosted by its issuer, or signed as JWS.

Hosted: what lies at the address of the assertion is the same, and that address is one that the
issuer's own profile vouches for. Signed: by a key that the profile names as the issuer's.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from credentials.standards import open_badges_2, values
from credentials.trust import answers, issuers, jws, keys
from credentials.trust.answers import Check, Findings, Outside
from credentials.trust.fetch import FetchFailed, FetchRefused
from credentials.trust.proofs import (
    KeyNotPublished,
    KeyRefused,
    ProofResult,
    ProofStatus,
    Unresolvable,
)
from credentials.trust.sniff import Kind, Malformed
from credentials.trust.words import Outcome

GONE = 410
MOST_KEYS = 100
Trouble = (FetchFailed, FetchRefused)


@dataclass(frozen=True, slots=True)
class _Badge:
    """The three documents; `is_own_profile` says that the profile came from its own address."""

    assertion: dict
    badge: dict
    issuer: dict
    is_own_profile: bool
    trouble: str = ""

    @property
    def issuer_id(self) -> str:
        return values.identifier(self.issuer.get("id"))


def examine(source: dict | str, outside: Outside) -> Findings:
    """Answer for a badge (untrusted): an assertion, one as JWS, or its address.

    Raises FetchFailed or FetchRefused when an address does not answer, Malformed when something
    else lies there.
    """
    if isinstance(source, dict):
        return _hosted(source, outside)
    if source.startswith(("https://", "http://")):
        found = outside.document_of(source)
        if not open_badges_2.is_assertion(found) or not isinstance(found, dict):
            raise Malformed(_("There is no badge at %(place)s.") % {"place": source[:200]})
        return _hosted(found, outside)
    _header, assertion = jws.parse(source)
    badge = _collected(assertion, outside)
    method = _named_key(badge)
    proof = jws.verify_jwt(source, lambda name: _key(name, badge, outside), method).proof
    named = Check("issuer_key", Outcome.UNKNOWN, "issuer_unknown")
    if proof.verified:
        named = Check("issuer_key", Outcome.PASS, "issuer_domain", {"place": _place(badge)})
    elif proof.status == ProofStatus.KEY_UNPUBLISHED:
        issuer = {"issuer": badge.issuer_id}
        named = Check("issuer_key", Outcome.FAIL, "issuer_unpublished", issuer)
    answered = (answers.integrity(proof), answers.signer(proof), answers.key_current(proof), named)
    status = _not_in_list(badge, proof, outside)
    return _findings(badge, answered, status, outside, proof.created)


def _hosted(assertion: dict, outside: Outside) -> Findings:
    badge, place = _collected(assertion, outside), values.url(assertion.get("id"))
    if open_badges_2.is_signed(assertion):  # a signed one without its signature is a copy
        integrity = Check("integrity", Outcome.UNKNOWN, "absent")
        status = Check("not_revoked", Outcome.NOT_APPLICABLE, "no_status")
    else:
        integrity, status = _compared(assertion, place, outside)
    return _findings(badge, _unsigned(integrity, badge, place), status, outside)


def _compared(assertion: dict, place: str, outside: Outside) -> tuple[Check, Check]:
    """Return whether the same lies at its own address, and whether its issuer withdrew it."""
    where = {"place": open_badges_2.host_of(place)}
    withdrawn = Check("not_revoked", Outcome.FAIL, "revoked")
    try:
        published = outside.document_of(place) if place else None
    except Trouble as error:
        detail = {"detail": error.reason}
        status = Check("not_revoked", Outcome.UNKNOWN, "status_unreachable", detail)
        # Who withdraws a hosted badge answers that it is gone, or with little but `revoked`.
        gone = getattr(error, "status", 0) == GONE
        integrity = Check("integrity", Outcome.UNKNOWN, "hosted_unreachable", detail)
        return integrity, withdrawn if gone else status
    if values.item(published).get("revoked") is True:
        integrity = Check("integrity", Outcome.UNKNOWN, "hosted_unreachable", {"detail": place})
        return integrity, withdrawn
    if published != assertion:
        skipped = Check("not_revoked", Outcome.NOT_APPLICABLE, "status_skipped")
        return Check("integrity", Outcome.FAIL, "hosted_differs", where), skipped
    in_force = Check("not_revoked", Outcome.PASS, "hosted_in_force", where)
    return Check("integrity", Outcome.PASS, "hosted_same", where), in_force


def _unsigned(integrity: Check, badge: _Badge, place: str) -> tuple[Check, ...]:
    signer = Check("signer", Outcome.NOT_APPLICABLE, "signer_place")
    return (integrity, signer, answers.key_current(_NO_PROOF), _at_home(integrity, badge, place))


_NO_PROOF = ProofResult(ProofStatus.ABSENT)


def _at_home(integrity: Check, badge: _Badge, place: str) -> Check:
    where = {"place": open_badges_2.host_of(place), "issuer": badge.issuer_id}
    if integrity.outcome != Outcome.PASS or not badge.issuer:
        return Check("issuer_key", Outcome.UNKNOWN, "issuer_unknown")
    if not open_badges_2.may_host(
        badge.issuer if badge.is_own_profile else {"id": badge.issuer_id}, place
    ):
        return Check("issuer_key", Outcome.FAIL, "issuer_elsewhere", where)
    return Check("issuer_key", Outcome.PASS, "issuer_place", {"place": _place(badge)})


def _place(badge: _Badge) -> str:
    return issuers.named_by(badge.issuer_id)


def _collected(assertion: dict, outside: Outside) -> _Badge:
    """Fetch what is only named: the class of the badge and the profile of its issuer."""
    try:
        badge = _document(assertion.get("badge"), outside)
        stated = badge.get("issuer")
        address = values.url(values.identifier(stated))
        own = _document(address, outside) if address else {}
        # A profile that is written into the badge is its word; the one at its address counts.
        return _Badge(assertion, badge, own or values.item(stated), bool(own))
    except Trouble as error:
        badge = values.item(assertion.get("badge"))
        return _Badge(assertion, badge, values.item(badge.get("issuer")), False, error.reason)


def _document(stated: object, outside: Outside) -> dict:
    if isinstance(stated, dict):
        return stated
    address = values.url(stated)
    found = outside.document_of(address) if address else None
    if not isinstance(found, dict) or found.get("id") != address:
        raise FetchFailed(str(stated)[:200])
    return found


def _named_key(badge: _Badge) -> str:
    """Return the key that the assertion names, else the first of its issuer; never ""."""
    verification = values.item(badge.assertion.get("verification"))
    first = next(iter(values.many(badge.issuer.get("publicKey"))), None)
    named = values.identifier(verification.get("creator")) or values.identifier(first)
    return named or badge.issuer_id or "publicKey"


def _key(method: str, badge: _Badge, outside: Outside) -> keys.PublicKey:
    """Return the key of a signed badge, which the issuer's own profile must name as its own."""
    if not badge.is_own_profile:
        raise Unresolvable(badge.trouble or badge.issuer_id)
    published = values.many(badge.issuer.get("publicKey"))[:MOST_KEYS]
    known = {values.identifier(entry): entry for entry in published}
    if method not in known:
        raise KeyNotPublished(method)
    try:
        entry = known[method] if isinstance(known[method], dict) else outside.document_of(method)
    except Trouble as error:
        raise Unresolvable(error.reason) from error
    if not isinstance(entry, dict) or entry.get("owner") != badge.issuer_id:
        raise KeyNotPublished(method)
    try:
        return keys.from_pem(values.text(entry.get("publicKeyPem")))
    except keys.WeakKey as error:
        raise KeyRefused(str(error)) from error
    except keys.BadKey as error:
        raise Unresolvable(str(error)) from error


def _not_in_list(badge: _Badge, proof: ProofResult, outside: Outside) -> Check:
    if answers.integrity(proof).outcome == Outcome.FAIL:
        return Check("not_revoked", Outcome.NOT_APPLICABLE, "status_skipped")
    address = values.url(badge.issuer.get("revocationList"))
    if not address:
        return Check("not_revoked", Outcome.NOT_APPLICABLE, "no_status")
    try:
        listed = outside.document_of(address)
    except Trouble as error:
        detail = {"detail": error.reason}
        return Check("not_revoked", Outcome.UNKNOWN, "status_unreachable", detail)
    revoked = open_badges_2.is_revoked_in(listed, badge.assertion, badge.issuer_id)
    if revoked is None:
        return Check("not_revoked", Outcome.UNKNOWN, "status_unreadable", {"detail": address})
    return Check(
        "not_revoked",
        Outcome.FAIL if revoked else Outcome.PASS,
        "revoked" if revoked else "not_revoked",
    )


def _findings(
    badge: _Badge,
    answered: tuple[Check, ...],
    status: Check,
    outside: Outside,
    signed: datetime | None = None,
) -> Findings:
    assertion, named = badge.assertion, answered[-1]
    problems = open_badges_2.problems(assertion, badge.badge, badge.issuer)
    checks = (
        answers.structure(problems),
        *answered,
        answers.valid_from([open_badges_2.issued_on(assertion)], outside.now, signed),
        answers.not_expired([open_badges_2.expires(assertion)], outside.now),
        status,
        Check("not_superseded", Outcome.NOT_APPLICABLE, "no_superseded"),
    )
    proven = issuers.proven_by(badge.issuer_id) if named.outcome == Outcome.PASS else ()
    return Findings(
        Kind.OB2,
        checks,
        assertion,
        open_badges_2.read(assertion, badge.badge, badge.issuer),
        proven,
        lambda email: open_badges_2.names_email(assertion, email),
    )
