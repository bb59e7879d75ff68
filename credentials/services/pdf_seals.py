"""The only place that seals what the portal prints, and knows these seals again.

With the certificate that the institution also seals its European Digital Credentials with
(`seals`); without one a document stays unsealed. A document is sealed outside of transactions
and kept by `documents.store_pdf`, which makes sure that the certificate still counts then.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.models import Document, Institution, IssuerKey
from credentials.pdf_files import PdfProblem, links_in
from credentials.services import authorities, seals, time_stamps
from credentials.services.results import row
from credentials.trust import pdf_seal_words, pdf_seals, pdf_seals_opened
from credentials.trust.answers import Check
from credentials.trust.certificates import Chain
from credentials.trust.keys import BadKey
from credentials.trust.pdf_seals import NoTimeStamp
from credentials.trust.pdf_seals_opened import PdfSeal
from credentials.trust.words import Outcome

# Made --------------------------------------------------------------------------------------------


class Sealed(bytes):
    """A printed document with its seal: bytes like those without, and what is kept with them."""

    key: IssuerKey
    facts: dict[str, str]


class Unsealed(bytes):
    """A printed document without a seal, because the certificate had expired at `expired`."""

    expired: datetime


def sealed(data: bytes, institution: Institution) -> bytes:
    """Return a printed document with the seal of its institution, as it is when that has none.

    `Unsealed` when its certificate has expired.

    Call outside of a transaction. Raises `PdfProblem` when there is a certificate and its key
    cannot be used: what others expect to be sealed does not go out without.
    """
    key = seals.of(institution)
    if key is None:
        return data
    if ended := expired(institution):
        plain = Unsealed(data)
        plain.expired = ended
        return plain
    try:
        certificate = seals.certificate_of(key)
    except BadKey as problem:
        raise PdfProblem(_("It cannot be sealed: %(why)s"), why=problem) from problem
    missed = ""
    try:
        made = pdf_seals.seal(data, certificate, stamp=_stamp())
    except NoTimeStamp as problem:
        time_stamps.gave_none(problem)
        made, missed = pdf_seals.seal(data, certificate), str(problem)[:200]
    found = Sealed(made.data)
    found.key = key
    found.facts = {
        "signer": certificate.sealer.organisation,
        "number": certificate.sealer.identifier,
        "sealed_at": timezone.now().isoformat(),
        "stamped_at": made.stamped_at.isoformat() if made.stamped_at else "",
        "missed": missed,
        "unsealed": _sha256(data),
    }
    return found


def expired(institution: Institution) -> datetime | None:
    """Return when the certificate ended that an institution would seal with, None if it seals."""
    key = seals.of(institution)
    ended = key.valid_until if key else None
    return ended if ended and ended <= timezone.now() else None


def _stamp() -> pdf_seals.Stamp | None:
    return time_stamps.ask if time_stamps.is_configured() else None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# Kept --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """The seal that a document was given when it was printed. `stamped_at` is None without one.

    `is_stamp_missed`: the time stamp service did not answer. `is_stolen`: the certificate was
    reported as stolen, as from before the document was made.
    """

    signer: str
    number: str
    sealed_at: datetime
    stamped_at: datetime | None
    is_stamp_missed: bool
    is_stolen: bool


def kept_with(document: Document | None) -> Kept | None:
    """Return the seal of a printed document, None when it has none."""
    said = document.facts.get("seal") if document else None
    if document is None or not said:
        return None
    key, stamped = document.sealed_with, said["stamped_at"]
    stolen = key.stolen_from if key else None
    return Kept(
        signer=said["signer"],
        number=said["number"],
        sealed_at=datetime.fromisoformat(said["sealed_at"]),
        stamped_at=datetime.fromisoformat(stamped) if stamped else None,
        is_stamp_missed=bool(said["missed"]),
        is_stolen=stolen is not None and document.created_at >= stolen,
    )


def sealed_since(key: IssuerKey, moment: datetime | None) -> QuerySet[Document]:
    """Return what holds and was sealed with a certificate since a moment; nothing for None."""
    if moment is None:
        return Document.objects.none()
    return key.documents.holding().filter(created_at__gte=moment)


def without_stamp(printed: Iterable[Document]) -> int:
    """Return how many of these documents lack the time stamp that they should have had."""
    return sum(bool(one.facts.get("seal", {}).get("missed")) for one in printed)


def unsealed_since(document: Document | None) -> datetime | None:
    """Return when the certificate had expired that a document should have been sealed with."""
    said = document.facts.get("seal_expired", "") if document else ""
    return datetime.fromisoformat(said) if said else None


def without_seal(printed: Iterable[Document]) -> int:
    """Return how many of these documents lack a seal since the certificate had expired."""
    return sum("seal_expired" in one.facts for one in printed)


# Found in files ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """The seals of a PDF file from anywhere, with what our own records say of them.

    `document` is the one of ours that the file was made from.
    """

    seals: tuple[PdfSeal, ...]
    checks: tuple[tuple[Check, ...], ...]
    document: Document | None = None

    @property
    def is_stripped(self) -> bool:
        """Return whether it is a document of ours without its seal, and otherwise as printed."""
        return self.checks[0][0].key == "seal_stripped"

    @property
    def is_broken(self) -> bool:
        """Return whether a seal shows that the file is not what was sealed."""
        is_bad = any(found[0].outcome == Outcome.FAIL for found in self.checks)
        return is_bad and not self.is_stripped

    @property
    def key(self) -> str:
        """Return the verdict on all seals: that on the worst of them."""
        asked = [one for found in self.checks for one in found if one.name != "pdf_sealed_at"]
        if any(one.outcome == Outcome.FAIL for one in asked):
            return "seal_bad"
        unknown = {one.name for one in asked if one.outcome == Outcome.UNKNOWN}
        if unknown:
            return "seal_unread" if "pdf_seal" in unknown else "seal_unknown"
        is_whole = any(found[0].key == "seal_whole" for found in self.checks)
        return "seal_whole" if is_whole else "seal_extended"

    @property
    def is_good(self) -> bool:
        """Return whether it shows what was sealed, by somebody who is known."""
        return self.key in ("seal_whole", "seal_extended")

    @property
    def kind(self) -> str:
        """Return the colour of the verdict."""
        return "ok" if self.is_good else "bad" if self.key == "seal_bad" else "warn"

    @property
    def title(self) -> str:
        return str(pdf_seal_words.TITLES[self.key])

    @property
    def text(self) -> str:
        found = [check for one in self.checks for check in one]
        wrong = [one.sentence for one in found if one.outcome == Outcome.FAIL]
        return wrong[0] if wrong else str(pdf_seal_words.VERDICTS[self.key])

    @property
    def rows(self) -> list[list[dict]]:
        """Return the checks of each seal as `components/_checks.html` shows them."""
        return [[row(check) for check in found] for found in self.checks]


def opened(data: bytes) -> Opened | None:
    """Return what is to be said of the seals of a PDF (untrusted), None when it never had one.

    Takes some seconds at most, and asks nobody.
    """
    now = timezone.now()
    found = pdf_seals_opened.open_seals(data, roots=authorities.trusted(), now=now)
    if not found:
        return _stripped(data)
    checks = tuple(_with_ours(one, pdf_seals_opened.checks(one, now)) for one in found)
    beginnings = {_sha256(data[: one.covered]) for one in found if one.covered}
    document = Document.objects.exclude(code="").filter(sha256__in=beginnings).first()
    return Opened(found, checks, document)


def _stripped(data: bytes) -> Opened | None:
    """Return that a document of ours was cut off before its seal, if it was.

    It is found by the code that it prints, and known by its hash.
    """
    try:
        codes = {url.rstrip("/").rpartition("/v/")[2] for url in links_in(data)}
    except PdfProblem:
        return None
    printed, sha256 = Document.objects.filter(code__in=codes - {""}), _sha256(data)
    was = (one for one in printed if one.facts.get("seal", {}).get("unsealed") == sha256)
    document = next(was, None)
    if document is None:
        return None
    gone = Check("pdf_seal", Outcome.FAIL, "seal_stripped", {"number": document.number})
    return Opened((PdfSeal(pdf_seals_opened.State.REMOVED),), ((gone,),), document)


def _with_ours(seal: PdfSeal, checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """Return the answers with what is known of a certificate that seals here.

    No authority has to stand behind it: who installed it is known, as with `own_seals`.
    """
    key = seals.known(seal.sealer.sha256) if seal.sealer else None
    if key is None or not seal.is_fit or seal.chain == Chain.NOT_VALID_THEN:
        return checks
    signer = {"signer": str(key.institution)}
    check = Check("pdf_sealer", Outcome.PASS, "sealed_here", signer)
    if key.stolen_from and not (seal.proven_at and seal.proven_at < key.stolen_from):
        check = replace(check, outcome=Outcome.FAIL, key="seal_of_theft")
    return tuple(check if one.name == "pdf_sealer" else one for one in checks)


def pages(found: Opened, numbers: set[str]) -> Check:
    """Return what seals say of the pages around a credential; `numbers` are those of its issuer."""
    if found.is_stripped:
        return replace(found.checks[0][0], name="pages", outcome=Outcome.PASS)
    if found.key == "seal_bad":
        return Check("pages", Outcome.FAIL, "pages_unsealed")
    if not found.is_good:
        return Check("pages", Outcome.UNKNOWN, "pages_not_covered")
    sealers = [one.sealer for one in found.seals if one.sealer]
    named = {"signer": ", ".join(dict.fromkeys(one.signer for one in found.seals))}
    if all(one.identifier and one.identifier in numbers for one in sealers):
        return Check("pages", Outcome.PASS, "pages_sealed", named)
    return Check("pages", Outcome.UNKNOWN, "pages_sealed_by_other", named)
