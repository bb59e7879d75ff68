"""The only place that verifies with what the portal knows: own keys and lists, else the network.

`trust.verify` asks the questions; here is where the answers come from, and what is ours: awards
and printed documents are found by code, by hash, or by the credential inside a PDF.
"""

import hashlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credentials.models import (
    SIGNED_HERE,
    Award,
    AwardingBody,
    Credential,
    Document,
    Format,
    Institution,
    StatusList,
)
from credentials.pdf import PdfProblem, embedded_files
from credentials.services import documents, keys, status
from credentials.services.numbers import normal_code
from credentials.standards.documents import written
from credentials.standards.facts import CredentialFacts
from credentials.trust import did, fetch, sniff, verify
from credentials.trust.keys import PublicKey
from credentials.trust.proofs import Unresolvable
from credentials.trust.words import Outcome, Standing, tell
from credentials.vocabulary import BodyStatus

SECONDS_A_FETCH = 5.0
SECONDS_IN_ALL = 10.0
STATUS_PATH = re.compile(r"/status/([0-9a-f-]{36})")
KINDS = {Standing.VALID: "ok", Standing.REVOKED: "bad", Standing.NOT_VALID: "bad"}
OUTCOMES = {Outcome.PASS: "passed", Outcome.FAIL: "failed", Outcome.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class Result:
    """What can be said about one credential, for a page in the reader's language.

    `issuer` is set when the key is tied to one that this portal knows: what a file says of its
    issuer's name is worth nothing without. `award` is set when it is one of ours; `in_pdf` when
    it was found inside a PDF file.
    """

    seen: verify.Verification
    checked_at: datetime | None
    issuer: Institution | AwardingBody | None = None
    award: Award | None = None
    in_pdf: bool = False

    @property
    def facts(self) -> CredentialFacts | None:
        return self.seen.facts

    @property
    def is_valid(self) -> bool:
        return self.seen.verdict == Standing.VALID

    @property
    def is_intact(self) -> bool:
        """Return whether what it says is what was signed, whoever signed it."""
        return self.seen.is_intact

    @property
    def is_tied(self) -> bool:
        """Return whether it is intact, and signed by whom it names as its issuer."""
        return self.seen.is_tied

    def as_json(self) -> dict:
        """Return what to keep of it, without a word in any language; `told` reads it back."""
        return self.seen.as_json()

    @property
    def kind(self) -> str:
        """Return the colour of the verdict: a check that could not be made is never bad."""
        return KINDS.get(self.seen.verdict, "warn")

    @property
    def title(self) -> str:
        if self.award and self.award.revoked_at and self.seen.verdict == Standing.REVOKED:
            day = written(self.award.revoked_at, get_language() or "en")
            return _("Revoked on %(date)s") % {"date": day}
        return str(self.seen.verdict.label)

    @property
    def text(self) -> str:
        holder = self.facts.holder if self.facts else None
        if self.seen.key == "kept":  # in a portfolio; who verifies hands in nothing to keep
            return _("Files of this kind cannot be verified here yet.")
        if not self.is_valid or not holder or not holder.name:
            # The title stands above it and need not be said again.
            return self.seen.sentence.removeprefix(f"{self.seen.verdict.label}. ")
        if self.issuer:
            said = _("%(issuer)s issued this credential to %(holder)s, and it still stands.")
            return said % {"issuer": self.issuer, "holder": holder.name}
        said = _(
            "Whoever publishes the keys of %(place)s issued this credential to %(holder)s, and it "
            "still stands. This portal does not know who that is."
        )
        return said % {**self.seen.check("issuer_key").params, "holder": holder.name}

    @property
    def checks(self) -> list[dict]:
        """Return the checks as `components/_checks.html` shows them."""
        return [_row(check, self.issuer) for check in self.seen.checks]

    @property
    def raw(self) -> str:
        """Return the signed data, laid out for reading; "" when there are none."""
        document = self.seen.document
        return json.dumps(document, ensure_ascii=False, indent=2) if document else ""


def _row(check: verify.Check, issuer: Institution | AwardingBody | None) -> dict:
    row = {
        "name": check.label,
        "outcome": OUTCOMES.get(check.outcome, "skipped"),
        "text": check.sentence,
    }
    if check.key == "kind_kept":
        return {**row, "text": tell({"is": _("This is %(kind)s.")}, "is", check.params)}
    if check.name == "issuer_key" and issuer:
        return {**row, "text": _about_issuer(issuer)}
    if check.outcome != Outcome.FAIL:
        return row
    if check.name == "annex_i":  # informs only: the verdict does not depend on it
        return {**row, "outcome": "unknown", "word": _("Incomplete")}
    words = {"revoked": _("Revoked"), "suspended": _("Suspended"), "expired": _("Expired")}
    return {**row, "word": words.get(check.key, "")}


def _about_issuer(issuer: Institution | AwardingBody) -> str:
    if isinstance(issuer, Institution):
        return _("The key belongs to %(issuer)s, which issues through this portal.") % {
            "issuer": issuer
        }
    said = _("The key belongs to %(issuer)s. In the register of %(institution)s: %(status)s.")
    return said % {
        "issuer": issuer,
        "institution": issuer.institution,
        "status": issuer.get_status_display(),
    }


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: a credential, a printed document, or a document that carries one.

    `is_exact` says whether a file that was handed in is the document byte by byte.
    """

    result: Result | None = None
    document: Document | None = None
    is_exact: bool | None = None


def examine(data: bytes, filename: str = "") -> Result:
    """Return what can be said now about a file (untrusted); may ask others over the network."""
    outside = _Outside()
    seen = verify.check(
        data,
        resolve=outside.resolve,
        status_of=outside.status_of,
        now=timezone.now(),
        is_known_issuer=lambda issuer: _known_issuer(issuer) is not None,
        filename=filename,
    )
    if not seen.is_tied or not seen.facts:
        return Result(seen, timezone.now())
    identifier = seen.facts.awarding_body.id
    award = Award.objects.filter(
        credential__identifier=seen.facts.id, credential__issuer_key=identifier
    ).first()
    return Result(seen, timezone.now(), _known_issuer(identifier), award)


def told(kept: Mapping, checked_at: datetime | None = None) -> Result:
    """Return a result that was kept with `as_json`, for reading again; without facts."""
    return Result(verify.from_json(kept), checked_at)


def look_at(data: bytes, filename: str = "") -> Answer:
    """Return what a file is: a document printed here, a credential, or a PDF that carries one."""
    printed = _printed().filter(sha256=hashlib.sha256(data).hexdigest()).first()
    if printed:
        award = Award.objects.filter(supplement=printed).first()
        result = examine_award(award) if award else None
        return Answer(result=result, document=printed, is_exact=True)
    inside = _inside_pdf(data) if data[:1024].lstrip().startswith(b"%PDF-") else None
    return Answer(result=inside or examine(data, filename))


def look_up(code: str) -> Answer | None:
    """Return what carries a code: an award that was signed, or a document; None when nothing."""
    code = normal_code(code)
    awards = Award.objects.filter(code=code, credential__signed_forms__format=Format.OPEN_BADGES)
    if award := awards.select_related("supplement").first():
        return Answer(result=examine_award(award), document=award.supplement)
    if code and (document := _printed().filter(code=code).first()):
        return Answer(document=document)
    return None


def examine_award(award: Award) -> Result:
    """Return what anyone can say about one of our awards, by its signed form."""
    return examine(bytes_of(award.credential))


def bytes_of(credential: Credential) -> bytes:
    """Return a credential as it was signed; raises `OSError` when its file is gone or changed."""
    if credential.origin in SIGNED_HERE:
        form = credential.signed_forms.current().get(format=Format.OPEN_BADGES, subject_id="")
        return form.body.encode()
    return documents.read(credential.document)


def _printed():
    return Document.objects.exclude(code="").select_related("institution")


def _inside_pdf(data: bytes) -> Result | None:
    """Return what is said about the first credential inside a PDF, None when there is none."""
    try:
        files = embedded_files(data)
    except PdfProblem:
        return None
    results = (examine(file.data, file.name) for file in files)
    found = next((result for result in results if result.seen.document), None)
    return replace(found, in_pdf=True) if found else None


def _known_issuer(identifier: str) -> Institution | AwardingBody | None:
    """Return whom an identifier stands for: one of ours, or one that a register recognises."""
    own = keys.institution_behind(identifier)
    registered = AwardingBody.objects.filter(did=identifier, status=BodyStatus.RECOGNISED).exclude(
        did=""
    )
    return own or registered.select_related("institution").order_by("pk").first()


@dataclass(slots=True)
class _Outside:
    """Finds keys and status lists; asks others once each and for ten seconds in all."""

    deadline: float = field(default_factory=lambda: time.monotonic() + SECONDS_IN_ALL)
    fetched: dict[str, object] = field(default_factory=dict)

    def resolve(self, method: str) -> PublicKey:
        institution = keys.institution_behind(method)
        if institution:
            return did.key_of(keys.document_of(institution), method)
        try:
            return did.key_of(self._document(did.document_url(method)), method)
        except sniff.Malformed as error:
            raise Unresolvable(error.reason) from error

    def status_of(self, url: str) -> object:
        own = STATUS_PATH.fullmatch(url.removeprefix(settings.ADDRESS))
        if own:
            kept = StatusList.objects.filter(uuid=own[1]).first()
            return json.loads(status.published(kept)) if kept else None
        try:
            return self._document(url)
        except sniff.Malformed as error:
            raise fetch.FetchFailed(error.reason) from error

    def _document(self, url: str) -> object:
        if url not in self.fetched:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise fetch.FetchFailed(_("others did not answer in time"))
            found = fetch.fetch(url, timeout=min(left, SECONDS_A_FETCH))
            self.fetched[url] = sniff.parse_json(found.data)
        return self.fetched[url]
