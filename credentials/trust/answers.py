"""The only place that says what is asked of every credential, and what an answer looks like.

Whatever kind a credential is of, the same questions are asked. Each answer is a `Check`: passed,
failed, or not known and why; what could not be checked is never called wrong.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.x509 import Certificate

from credentials.language import clean_text
from credentials.standards.facts import CredentialFacts, Identifier
from credentials.trust.keys import PublicKey
from credentials.trust.proofs import ProofResult, ProofStatus
from credentials.trust.sniff import Kind
from credentials.trust.words import (
    CHECK_NAMES,
    QUESTIONS,
    SENTENCES,
    VERDICTS,
    Outcome,
    Question,
    Standing,
    tell,
)
from credentials.vocabulary import CredentialType

Resolve = Callable[[str], PublicKey]
FAILED = (
    ProofStatus.BROKEN,
    ProofStatus.UNCOVERED,
    ProofStatus.KEY_REVOKED,
    ProofStatus.REFUSED,
    ProofStatus.CONTRADICTS,
)
CLOCKS_DIFFER = timedelta(minutes=10)
WORST_FIRST = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS, Outcome.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was asked, and the answer; `INFORMS` says which leave the verdict alone."""

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


INFORMS = ("signer", "holder", "issuer_known", "annex_i")


@dataclass(frozen=True, slots=True)
class Carried:
    """A key or a list that came along with the credential: it is as it was `at` that moment.

    `is_compared`: the reader has the fingerprint of the issuer's key from elsewhere, and it fits.
    """

    at: datetime
    is_compared: bool = False


@dataclass(frozen=True, slots=True)
class Outside:
    """What only the caller can ask for; each may raise FetchFailed and FetchRefused.

    `resolve(verification_method)` returns the key or raises Unresolvable, `status_of(url)` the
    bytes of the status list published there (a credential, or one in JWT form), None when there
    is none, `document_of(url)` the JSON document that lies there. `roots` are the authorities
    whose certificates are trusted.
    `carried(name)` says of a verification method or an address whether what is known of it came
    along with the credential, None when its owner was asked.
    """

    resolve: Resolve
    status_of: Callable[[str], bytes | None]
    document_of: Callable[[str], object]
    now: datetime
    roots: tuple[Certificate, ...] = ()
    carried: Callable[[str], Carried | None] = lambda name: None


@dataclass(frozen=True, slots=True)
class Findings:
    """What the module of a kind found out; the questions that are the same for all come after.

    `proven` are the identifiers of the issuer that the signature or the place vouches for, to be
    looked up in a register: ("did", ...), ("legal", ...), ("domain", ...) for one that speaks for
    its whole domain, ("host", ...) for one of those on a web server. `names_email` says whether
    the holder is identified by an address.
    """

    kind: Kind
    checks: tuple[Check, ...]
    document: dict | None = None
    facts: CredentialFacts | None = None
    proven: tuple[Identifier, ...] = ()
    names_email: Callable[[str], bool] = lambda email: False


@dataclass(frozen=True, slots=True)
class Verification:
    """All checks of one credential, and what they say together.

    `document` and `facts` are there when a credential could be read; they are untrusted.
    `carrier` is the kind of the file in which it was found, None when it was the file itself.
    """

    kind: Kind
    verdict: Standing
    key: str
    checks: tuple[Check, ...]
    checked_at: datetime
    document: dict | None = None
    facts: CredentialFacts | None = None
    carrier: Kind | None = None

    @property
    def is_intact(self) -> bool:
        """Return whether a signature was checked and covers the file as it is."""
        return self._passed("integrity")

    @property
    def is_tied(self) -> bool:
        """Return whether it is intact, and signed by whom it names as its issuer."""
        return self._passed("issuer_key")

    def _passed(self, name: str) -> bool:
        found = self.check(name)
        return found is not None and found.outcome == Outcome.PASS

    @property
    def sentence(self) -> str:
        return tell(VERDICTS, self.key, {})

    @property
    def questions(self) -> list[tuple[Question, list[Check]]]:
        """Return the checks by the question that they answer, in the order of asking."""
        asked = [
            (question, [c for c in self.checks if c.name in QUESTIONS[question]])
            for question in Question
        ]
        return [(question, found) for question, found in asked if found]

    @property
    def unknown(self) -> list[Check]:
        """Return what could not be checked; each says why."""
        return [check for check in self.checks if check.outcome == Outcome.UNKNOWN]

    def check(self, name: str) -> Check | None:
        """Return the check of that name, None when it was not made."""
        return next((check for check in self.checks if check.name == name), None)

    def as_json(self) -> dict:
        """Return verdict and checks for keeping, without a word in any language."""
        checks = [
            {"name": c.name, "outcome": c.outcome.value, "key": c.key, "params": _kept(c.params)}
            for c in self.checks
        ]
        verdict = {"verdict": self.verdict.value, "key": self.key}
        made = {"checks": checks, "checked_at": self.checked_at.isoformat()}
        carried = {"carrier": self.carrier.value} if self.carrier else {}
        return {"kind": self.kind.value, **verdict, **made, **carried}


def _kept(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters without characters that no database keeps; many are from outside."""
    return {n: clean_text(said) if isinstance(said, str) else said for n, said in params.items()}


def from_json(kept: dict) -> Verification:
    """Return a verification that `as_json` wrote, without document and facts.

    One of an earlier version of this portal answers fewer questions.
    """
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
        carrier=Kind(kept["carrier"]) if "carrier" in kept else None,
    )


def worst(answers: list[Check]) -> Check:
    """Return the answer that counts when a question was answered several times."""
    return min(answers, key=lambda answer: WORST_FIRST.index(answer.outcome))


# Questions that are answered alike whatever the kind --------------------------------------------


def structure(problems: list[str], most: int = 5) -> Check:
    """Is it built as its standard asks? `problems` in words."""
    if not problems:
        return Check("structure", Outcome.PASS, "structure")
    detail = {"detail": " ".join(problems[:most])}
    return Check("structure", Outcome.FAIL, "structure_problems", detail)


def integrity(proof: ProofResult) -> Check:
    """Is it as it was signed?"""
    if proof.verified:
        return Check("integrity", Outcome.PASS, "intact")
    outcome = Outcome.FAIL if proof.status in FAILED else Outcome.UNKNOWN
    return Check("integrity", outcome, proof.status.value, {"detail": proof.detail[:300]})


def signer(proof: ProofResult) -> Check:
    """Whose key signed it, by the name that the key has?"""
    if proof.status == ProofStatus.ABSENT:
        return Check("signer", Outcome.NOT_APPLICABLE, "signer_nobody")
    names = ", ".join(name for name in proof.methods if name)[:300]
    if not names:
        return Check("signer", Outcome.UNKNOWN, "signer_unnamed")
    key = "signer" if proof.verified else "signer_claimed"
    outcome = Outcome.PASS if proof.verified else Outcome.UNKNOWN
    return Check("signer", outcome, key, {"signer": names})


def key_current(proof: ProofResult, carried: Carried | None = None) -> Check:
    """Does the key still count? Whoever stole one may write an earlier date."""
    revoked = [key.revoked for key in proof.keys if key.revoked]
    if proof.status == ProofStatus.KEY_REVOKED:
        return Check("key_current", Outcome.FAIL, "key_revoked")
    if not proof.verified:
        return Check("key_current", Outcome.NOT_APPLICABLE, "key_not_asked")
    if revoked:
        moment = {"moment": min(revoked).isoformat()}
        return Check("key_current", Outcome.UNKNOWN, "key_withdrawn_since", moment)
    if carried:
        moment = {"moment": carried.at.isoformat()}
        return Check("key_current", Outcome.UNKNOWN, "key_carried", moment)
    return Check("key_current", Outcome.PASS, "key_current")


def valid_from(
    starts: list[datetime | None], now: datetime, signed: datetime | None = None
) -> Check:
    """Does it count already? Nobody signs tomorrow: `signed` is when it says that it was."""
    if signed and signed > now + CLOCKS_DIFFER:
        moment = {"moment": signed.isoformat()}
        return Check("valid_from", Outcome.FAIL, "signed_ahead", moment)
    stated = [start for start in starts if start]
    if not stated:
        return Check("valid_from", Outcome.UNKNOWN, "no_start")
    moment = {"moment": max(stated).isoformat()}
    if max(stated) > now:
        return Check("valid_from", Outcome.FAIL, "not_yet", moment)
    return Check("valid_from", Outcome.PASS, "valid_from", moment)


def not_expired(ends: list[datetime | None], now: datetime) -> Check:
    """Does it count still?"""
    stated = [end for end in ends if end]
    if not stated:
        return Check("not_expired", Outcome.NOT_APPLICABLE, "no_end")
    moment = {"moment": min(stated).isoformat()}
    if min(stated) < now:
        return Check("not_expired", Outcome.FAIL, "expired", moment)
    return Check("not_expired", Outcome.PASS, "not_expired", moment)


def annex_i(facts: CredentialFacts | None) -> tuple[Check, ...]:
    """Does it state the mandatory elements of Annex I of the Recommendation 2022/C 243/02?

    Not asked of a degree, which is no micro-credential.
    """
    if facts is None:
        return (Check("annex_i", Outcome.NOT_APPLICABLE, "annex_unread"),)
    if facts.type == CredentialType.DIPLOMA:
        return ()
    if missing := facts.missing_elements():
        elements = {"elements": list(missing)}
        return (Check("annex_i", Outcome.FAIL, "annex_missing", elements),)
    return (Check("annex_i", Outcome.PASS, "annex_complete"),)
