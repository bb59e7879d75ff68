"""The only place that answers for what nobody signs: ELMO transcripts and MicroHE meta-data.

A transcript is believed for where it was fetched from; as a file it is a statement. Signed
credentials that came along with it are verified as what they are.
"""

from collections.abc import Iterator

from lxml import etree

from credentials.standards import elmo, microhe
from credentials.standards.facts import CredentialFacts
from credentials.trust import answers
from credentials.trust.answers import Check, Findings, Outside
from credentials.trust.proofs import ProofResult, ProofStatus
from credentials.trust.sniff import Kind
from credentials.trust.words import Outcome

SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


def courses(root: etree._Element) -> Iterator[tuple[CredentialFacts, ProofResult]]:
    """Yield what a transcript (untrusted) says of each course, and what its signature shows.

    Signatures of XML are not checked here, and that is said.
    """
    signed = root.find(SIGNATURE) is not None
    proof = ProofResult(ProofStatus.ABSENT)
    if signed:
        proof = ProofResult(ProofStatus.UNSUPPORTED, detail="XML Signature")
    for facts in elmo.read(root):
        yield facts, proof


def attached(root: etree._Element) -> list[bytes]:
    """Return the files in a transcript (untrusted) that may be credentials."""
    return [file.content for file in elmo.attachments(root)]


def meta_data(document: dict) -> tuple[CredentialFacts, ProofResult]:
    """Return what MicroHE meta-data (untrusted) say; the standard knows no signature."""
    return microhe.read(document), ProofResult(ProofStatus.ABSENT)


def examine(kind: Kind, facts: CredentialFacts, proof: ProofResult, outside: Outside) -> Findings:
    """Answer for one course of a transcript, or for meta-data."""
    checks = (
        Check("structure", Outcome.PASS, "structure"),
        answers.integrity(proof),
        answers.signer(proof),
        answers.key_current(proof),
        Check("issuer_key", Outcome.UNKNOWN, "issuer_unknown"),
        answers.valid_from([facts.issued_on], outside.now),
        answers.not_expired([facts.valid_until], outside.now),
        Check("not_revoked", Outcome.NOT_APPLICABLE, "no_status"),
        Check("not_superseded", Outcome.NOT_APPLICABLE, "no_superseded"),
    )
    return Findings(kind, checks, facts=facts)
