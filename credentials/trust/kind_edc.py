"""The only place that answers for European Digital Credentials: the seal, and whose it is.

The seal must be intact, its certificate must lead to an authority that the caller trusts, and the
official number of the organisation in it must be that of the issuer (ETSI EN 319 412-3, 4.2.1).
"""

from datetime import datetime

from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.utils.translation import gettext as _

from credentials.standards import elm, values
from credentials.standards.facts import Identifier
from credentials.trust import answers, kind_vc, seals
from credentials.trust.answers import Check, Findings, Outside
from credentials.trust.certificates import BadCertificate, Chain
from credentials.trust.proofs import ProofResult, ProofStatus
from credentials.trust.seals import BadSeal
from credentials.trust.sniff import Kind, Malformed, parse_json
from credentials.trust.words import Outcome

UNREADABLE = ("form", "payload")


def authorities_in(pem: bytes) -> tuple[Certificate, ...]:
    """Return the certificates in a PEM text; raise BadCertificate when there are none."""
    try:
        return tuple(load_pem_x509_certificates(pem))
    except ValueError:
        raise BadCertificate(_("The file cannot be read as a certificate.")) from None


def examine(document: dict, outside: Outside) -> Findings:
    """Answer for a credential (untrusted), sealed or not; raise Malformed when it is unreadable."""
    if "payload" not in document:
        absent = ProofResult(ProofStatus.ABSENT)
        unknown = Check("issuer_key", Outcome.UNKNOWN, "issuer_unknown")
        nobody = (answers.integrity(absent), answers.signer(absent), answers.key_current(absent))
        return _findings(document, (*nobody, unknown), (), outside)
    try:
        opened = seals.open_seal(document, roots=outside.roots, at=outside.now)
    except BadSeal as problem:
        return _not_intact(document, problem, outside)
    named = _issuer_key(opened)
    sealer = opened.sealer
    signer = {"signer": f"{sealer.organisation or sealer.name} ({sealer.identifier or '-'})"}
    answered = (
        Check("integrity", Outcome.PASS, "intact"),
        Check("signer", Outcome.PASS, "sealed", {**signer, "certificate": sealer.sha256}),
        _certificate_current(opened, outside),
        named,
    )
    shown = named.outcome == Outcome.PASS
    proven = (Identifier("legal", sealer.identifier),) if shown else ()
    return _findings(opened.payload, answered, proven, outside, opened.sealed_at)


def _certificate_current(opened: seals.Opened, outside: Outside) -> Check:
    """Does the certificate still count? No time stamp is judged, so only the seal says when."""
    if opened.chain == Chain.NOT_VALID_THEN:
        return Check("key_current", Outcome.FAIL, "certificate_not_valid_then")
    if opened.sealer.valid_until < outside.now:
        moment = {"moment": opened.sealer.valid_until.isoformat()}
        return Check("key_current", Outcome.UNKNOWN, "certificate_expired_since", moment)
    return Check("key_current", Outcome.UNKNOWN, "certificate_not_asked")


def _issuer_key(opened: seals.Opened) -> Check:
    sealer = opened.sealer
    said = {"signer": sealer.organisation or sealer.name, "number": sealer.identifier}
    if not opened.names_its_sealer:
        issuer = {"issuer": values.identifier(opened.payload.get("issuer"))}
        return Check("issuer_key", Outcome.FAIL, "issuer_sealed_by_other", {**said, **issuer})
    if opened.chain == Chain.NOT_VALID_THEN:
        return Check("issuer_key", Outcome.FAIL, "certificate_not_valid_then")
    if opened.chain != Chain.TRUSTED:
        return Check("issuer_key", Outcome.UNKNOWN, "chain_untrusted", said)
    return Check("issuer_key", Outcome.PASS, "issuer_sealed", said)


def _not_intact(document: dict, problem: BadSeal, outside: Outside) -> Findings:
    if problem.code in UNREADABLE:
        raise Malformed(problem.reason) from problem
    try:
        payload = values.item(parse_json(str(document["payload"])))
    except Malformed:
        payload = {}
    if problem.code == "signature":
        integrity = Check("integrity", Outcome.FAIL, "broken")
    else:
        integrity = Check("integrity", Outcome.FAIL, "refused", {"detail": problem.reason})
    answered = (
        integrity,
        Check("signer", Outcome.UNKNOWN, "signer_unnamed"),
        Check("key_current", Outcome.NOT_APPLICABLE, "key_not_asked"),
        Check("issuer_key", Outcome.UNKNOWN, "issuer_unknown"),
    )
    return _findings(payload, answered, (), outside)


def _findings(
    payload: dict,
    answered: tuple[Check, ...],
    proven: tuple[Identifier, ...],
    outside: Outside,
    sealed_at: datetime | None = None,
) -> Findings:
    names = ("validFrom", "issuanceDate", "issued")
    starts = [values.moment(payload.get(name)) for name in names]
    ends = [values.moment(payload.get(name)) for name in ("validUntil", "expirationDate")]
    return Findings(
        Kind.EDC,
        (
            answers.structure(elm.problems(payload)),
            *answered,
            answers.valid_from(starts, outside.now, sealed_at),
            answers.not_expired(ends, outside.now),
            *kind_vc.statuses(payload, answered[0], outside),
        ),
        payload,
        elm.read(payload),
        proven,
    )
