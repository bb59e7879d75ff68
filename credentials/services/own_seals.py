"""The only place that knows the seals of this portal again when they are verified.

No authority has to stand behind them: who installed the certificate is known. Nor do they name a
list of revocations: the award itself is here.
"""

import hashlib

from credentials.models import (
    Award,
    Credential,
    Document,
    DocumentKind,
    Institution,
    IssuerKey,
    Origin,
    SignedForm,
)
from credentials.services import keys, known_issuers, seals
from credentials.standards.facts import Identifier
from credentials.states import AwardState
from credentials.trust import issuers, verify
from credentials.trust.answers import Check
from credentials.trust.verify import Verification
from credentials.trust.words import Outcome

STATES = {AwardState.REVOKED: "revoked", AwardState.SUSPENDED: "suspended"}


def with_own_certificate(
    seen: Verification, data: bytes
) -> tuple[Verification, Institution | None]:
    """Return a verification of a file with what is known of a certificate that seals here.

    And the institution, where the credential is shown to be its own: it must name itself, for a
    certificate of one institution vouches for no other.
    """
    signer = seen.check("signer")
    key = seals.known(signer.params.get("certificate", "")) if signer else None
    if key is None or seen.facts is None:
        return seen, None
    if key.stolen_from and not _kept_before(key, seen, data):
        return verify.with_checks(
            seen,
            Check("integrity", Outcome.FAIL, "key_revoked"),
            Check("key_current", Outcome.FAIL, "key_revoked"),
        ), None
    own, tie = keys.did_of(key.institution), seen.check("issuer_key")
    if seen.facts.awarding_body.id != own or not tie or tie.outcome == Outcome.FAIL:
        return seen, None
    number = {"number": seals.sealer_of(key).identifier, "signer": str(key.institution)}
    record = known_issuers.record_of_own(key.institution)
    current = Check("key_current", Outcome.PASS, "key_current")
    if key.stolen_from:
        moment = {"moment": key.stolen_from.isoformat()}
        current = Check("key_current", Outcome.PASS, "key_known_before", moment)
    return verify.with_checks(
        seen,
        Check("issuer_key", Outcome.PASS, "issuer_sealed_here", number),
        issuers.graded((Identifier("did", own),), record),
        current,
    ), key.institution


def _kept_before(key: IssuerKey, seen: Verification, data: bytes) -> bool:
    """Return whether our records show that a file was sealed before the certificate was stolen."""
    sha256 = hashlib.sha256(data).hexdigest()
    degree = degree_of(seen)
    if degree and sha256 in degree.facts["files"].values():
        return degree.created_at < key.stolen_from
    found = SignedForm.objects.filter(key=key, sha256=sha256, signed_at__lt=key.stolen_from)
    return found.exists()


def degree_of(seen: Verification) -> Document | None:
    """Return the document that was printed with a degree as data, None for anything else."""
    facts = seen.facts
    if facts is None or not facts.number:
        return None
    kind = DocumentKind.DIPLOMA_SUPPLEMENT
    found = Document.objects.filter(kind=kind, number=facts.number).first()
    return found if found and found.facts["degree"]["id"] == facts.id else None


def status_of(seen: Verification, award: Award | None) -> Check | None:
    """Return what our records say of a tied credential that names no list of revocations."""
    asked = seen.check("not_revoked")
    if not asked or asked.key != "no_status" or not seen.facts:
        return None
    if award:
        state = STATES.get(AwardState(award.state), "")
    else:
        named = {"identifier": seen.facts.id, "issuer_key": seen.facts.awarding_body.id}
        kept = Credential.objects.filter(origin=Origin.DECISION, **named).first()
        if kept is None:
            return None
        state = "revoked" if kept.revoked_at else ""
    if state:
        return Check("not_revoked", Outcome.FAIL, state)
    return Check("not_revoked", Outcome.PASS, "status_here")
