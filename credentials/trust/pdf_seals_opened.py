"""The only place that judges the seals of a PDF file: what they cover, who made them, and when.

The bytes are read by `pdf_seals_read` in a process of its own. Who sealed is judged as for the
seals of European Digital Credentials: by the chain to the authorities that the caller trusts,
offline, so that nothing is said about revocation.
"""

import base64
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from credentials.trust import certificates
from credentials.trust.answers import Check
from credentials.trust.certificates import Chain, Sealer
from credentials.trust.words import Outcome

READER = Path(__file__).with_name("pdf_seals_read.py")
SECONDS = 30  # by the clock, on a busy machine; the reader itself has ten of the processor's
MOST_BYTES = 20_000_000
AT_ONCE = BoundedSemaphore(2)  # readers of this process: each may take all that it may
PATIENCE = 5  # seconds to wait for one of them
TRACE = re.compile(rb"/ByteRange(?![A-Za-z0-9])")


class State(StrEnum):
    """What became of what was sealed."""

    WHOLE = "whole"
    EXTENDED = "extended"  # by another seal or a time stamp
    BROKEN = "broken"
    PAGES = "pages"  # added or taken away afterwards
    CHANGED = "changed"  # written over afterwards: the shadow attacks
    PARTIAL = "partial"
    REMOVED = "removed"
    UNREADABLE = "unreadable"
    SLOW = "slow"


INTACT = (State.WHOLE, State.EXTENDED)
UNREAD = (State.UNREADABLE, State.SLOW)


@dataclass(frozen=True, slots=True)
class Stamped:
    """A time stamp whose signature fits. `chain` is that of who made it, `authority` its name."""

    at: datetime
    authority: str
    chain: Chain


@dataclass(frozen=True, slots=True)
class PdfSeal:
    """One seal. `covered` is up to which byte it covers the file, `stated_at` what it says itself.

    `is_fit`: the certificate is one that may seal, with a key that is long enough.
    """

    state: State
    sealer: Sealer | None = None
    chain: Chain | None = None
    stated_at: datetime | None = None
    stamp: Stamped | None = None
    covered: int = 0
    is_fit: bool = True

    @property
    def is_intact(self) -> bool:
        """Return whether the file shows what was sealed, whoever sealed it."""
        return self.state in INTACT

    @property
    def signer(self) -> str:
        """Return the name of who sealed, as the certificate has it."""
        return (self.sealer.organisation or self.sealer.name) if self.sealer else ""

    @property
    def proven_at(self) -> datetime | None:
        """Return the moment that a trusted time stamp shows, None without."""
        return self.stamp.at if self.stamp and self.stamp.chain == Chain.TRUSTED else None


def open_seals(
    data: bytes, *, roots: Sequence[x509.Certificate] = (), now: datetime
) -> tuple[PdfSeal, ...]:
    """Return what is to be said of each seal of a PDF (untrusted); none when it was never sealed.

    `roots` are the authorities to trust. Takes at most half a minute, and asks nobody.
    """
    if not TRACE.search(data):
        return ()
    if len(data) > MOST_BYTES or not AT_ONCE.acquire(timeout=PATIENCE):
        return (PdfSeal(State.SLOW),)
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-P", str(READER)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            env={},  # no keys and passwords of ours
        )
    except subprocess.TimeoutExpired:
        return (PdfSeal(State.SLOW),)
    finally:
        AT_ONCE.release()
    if done.returncode:
        slow = done.returncode < 0 or b"MemoryError" in done.stderr
        return (PdfSeal(State.SLOW if slow else State.UNREADABLE),)
    found = tuple(_judged(one, roots, now) for one in json.loads(done.stdout))
    return found or (PdfSeal(State.REMOVED),)


def _judged(read: dict[str, Any], roots: Sequence[x509.Certificate], now: datetime) -> PdfSeal:
    try:
        known = _certificates(read["certificates"])
        stamp = _stamped(read["stamp"], roots)
    except certificates.UNREADABLE:
        return PdfSeal(State.UNREADABLE)
    state = State(read["state"])
    if not known:
        return PdfSeal(state)
    stated = datetime.fromisoformat(read["stated"]) if read["stated"] else None
    proven = stamp.at if stamp and stamp.chain == Chain.TRUSTED else None
    leaf, *others = known
    moment = proven or stated or now
    return PdfSeal(
        state,
        certificates.sealer_of(leaf),
        certificates.chain_of(leaf, others, roots=roots, at=moment),
        stated,
        stamp,
        read["covered"],
        certificates.may_sign(leaf) and _is_long(leaf),
    )


def _certificates(texts: list[str]) -> list[x509.Certificate]:
    ders = [base64.b64decode(text) for text in texts]
    return [certificates.checked(x509.load_der_x509_certificate(der)) for der in ders]


def _is_long(leaf: x509.Certificate) -> bool:
    key = leaf.public_key()
    return not isinstance(key, rsa.RSAPublicKey) or key.key_size >= certificates.SHORTEST_RSA


def _stamped(read: dict[str, Any] | None, roots: Sequence[x509.Certificate]) -> Stamped | None:
    """Return a time stamp of somebody whose certificate is for nothing else (RFC 3161, 2.3)."""
    if not read:
        return None
    leaf, *others = _certificates(read["certificates"])
    try:
        purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return None
    if list(purposes) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        return None
    at = datetime.fromisoformat(read["moment"])
    maker = certificates.sealer_of(leaf)
    chain = certificates.chain_of(leaf, others, roots=roots, at=at)
    return Stamped(at, maker.organisation or maker.name, chain)


# As answers --------------------------------------------------------------------------------------


def checks(seal: PdfSeal, now: datetime) -> tuple[Check, ...]:
    """Return what is to be said of a seal, question by question."""
    outcome = Outcome.PASS if seal.is_intact else Outcome.FAIL
    outcome = Outcome.UNKNOWN if seal.state in UNREAD else outcome
    whole = Check("pdf_seal", outcome, f"seal_{seal.state}")
    if not seal.sealer:
        return (whole,)
    return whole, _sealer(seal, seal.sealer, now), _sealed_at(seal)


def _sealer(seal: PdfSeal, sealer: Sealer, now: datetime) -> Check:
    said = {"signer": seal.signer, "certificate": sealer.sha256}
    if not seal.is_fit:
        return Check("pdf_sealer", Outcome.FAIL, "sealer_unfit", said)
    if seal.chain == Chain.NOT_VALID_THEN:
        return Check("pdf_sealer", Outcome.FAIL, "certificate_not_valid_then", said)
    if seal.chain != Chain.TRUSTED:
        return Check("pdf_sealer", Outcome.UNKNOWN, "chain_untrusted", said)
    if sealer.valid_until < now and not seal.proven_at:
        moment = {"moment": sealer.valid_until.isoformat()}
        return Check("pdf_sealer", Outcome.UNKNOWN, "certificate_expired_since", {**said, **moment})
    return Check("pdf_sealer", Outcome.PASS, "sealed_trusted", said)


def _sealed_at(seal: PdfSeal) -> Check:
    if seal.stamp:
        said = {"moment": seal.stamp.at.isoformat(), "authority": seal.stamp.authority}
        if seal.proven_at:
            return Check("pdf_sealed_at", Outcome.PASS, "stamped", said)
        return Check("pdf_sealed_at", Outcome.UNKNOWN, "stamped_unknown", said)
    if seal.stated_at:
        moment = {"moment": seal.stated_at.isoformat()}
        return Check("pdf_sealed_at", Outcome.UNKNOWN, "seal_dated", moment)
    return Check("pdf_sealed_at", Outcome.UNKNOWN, "seal_undated")
