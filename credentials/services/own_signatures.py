"""The only place that compares a signature by a key of ours with what our records say of it.

Whoever stole a key may write any earlier date. So of a stolen one only those signatures count that
we have kept from before, and what is dated later than a key was in use is not ours.
"""

import json

from credentials.models import Format, IssuerKey, SignedForm
from credentials.services import keys
from credentials.standards import values
from credentials.standards import verifiable_credentials as envelope
from credentials.trust import answers, jws
from credentials.trust.answers import Check, Verification
from credentials.trust.proofs import ProofResult, ProofStatus
from credentials.trust.words import Outcome


def of(seen: Verification) -> tuple[Check, ...]:
    """Return what our records say of a tied credential that a key signed which signs no more.

    The checks take the place of those with the same names: a signature that does not count is
    answered for as one by a withdrawn key, whatever it says of its date.
    """
    issuer, methods = seen.facts.awarding_body.id, _methods(seen)
    institution = keys.institution_behind(issuer)
    if institution is None:
        return ()
    named = [name for owner, _, name in (m.partition("#") for m in methods) if owner == issuer]
    gone = list(institution.keys.filter(key_id__in=named).exclude(retired_at=None))
    if not all(_counts(seen, key) for key in gone):
        return _withdrawn(methods)
    stolen = [key.stolen_from.isoformat() for key in gone if key.stolen_from]
    if not stolen:
        return ()
    return (Check("key_current", Outcome.PASS, "key_known_before", {"moment": min(stolen)}),)


def _methods(seen: Verification) -> tuple[str, ...]:
    """Return the names of the keys that signed it."""
    proofs = values.items(seen.document.get("proof"))
    named = tuple(str(proof.get("verificationMethod")) for proof in proofs)
    return named or (seen.check("signer").params.get("signer", ""),)


def _counts(seen: Verification, key: IssuerKey) -> bool:
    """Return whether a signature by a key that signs no more is one that we made with it."""
    if form := _kept(seen, key):
        return key.stolen_from is None or form.signed_at < key.stolen_from
    if key.stolen_from:
        return False
    proofs = values.items(seen.document.get("proof"))
    dated = [values.moment(proof.get("created")) for proof in proofs]
    dated = dated or [envelope.valid_from(seen.document)]
    return all(date and date <= key.retired_at for date in dated)


def _kept(seen: Verification, key: IssuerKey) -> SignedForm | None:
    """Return what we have kept of this signature, however the file around it looks."""
    forms = key.signedform_set.filter(credential__identifier=seen.facts.id)
    return next((form for form in forms if _is_alike(seen.document, form)), None)


def _is_alike(document: dict, form: SignedForm) -> bool:
    if form.format == Format.JWT:  # what is signed stands in it, the signature does not
        payload = jws.parse(form.body)[1]
        return document == {name: v for name, v in payload.items() if name not in jws.CLAIMS}
    if form.format != Format.OPEN_BADGES:
        return False
    made = json.loads(form.body)["proof"]
    methods = {proof["verificationMethod"] for proof in made}
    proofs = values.items(document.get("proof"))
    found = {str(p.get("proofValue")) for p in proofs if p.get("verificationMethod") in methods}
    return found == {proof["proofValue"] for proof in made}


def _withdrawn(methods: tuple[str, ...]) -> tuple[Check, ...]:
    proof = ProofResult(ProofStatus.KEY_REVOKED, methods)
    return (
        answers.integrity(proof),
        answers.signer(proof),
        answers.key_current(proof),
        Check("issuer_key", Outcome.UNKNOWN, "issuer_unknown"),
        Check("issuer_known", Outcome.UNKNOWN, "grade_unproven"),
    )
