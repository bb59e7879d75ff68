"""The only place that puts credentials of other issuers into a portfolio, and what is stated."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import (
    Credential,
    DocumentKind,
    Evidence,
    EvidenceKind,
    Origin,
    User,
)
from credentials.services import documents, facts, fetching, verification
from credentials.services.evidence import Upload, store_upload
from credentials.services.lifecycle import change, lock, record
from credentials.standards import facts_json
from credentials.standards.facts import BodyFacts, CredentialFacts
from credentials.trust.sniff import Kind, sniff
from credentials.trust.words import Outcome
from credentials.verdict import Refused
from portfolios import statements
from portfolios.permissions import (
    can_change_credential,
    can_check_credential,
    can_remove_credential,
)
from portfolios.statements import SIGNED, STATED

READ = {
    *(Kind.OB3, Kind.OB2, Kind.VC, Kind.JWT, Kind.EDC, Kind.ELMO, Kind.MICROHE),
    *(Kind.PNG_BADGE, Kind.SVG_BADGE, Kind.PDF),
}


class Added(NamedTuple):
    """What came of a file: its first new credential, else the first that was there already.

    `count`: how many credentials are in it. `differs`: it is an altered copy of one held already.
    """

    credential: Credential
    is_new: bool
    count: int = 1
    differs: bool = False


def fetch_upload(address: str) -> Upload:
    """Return the file of a credential that lies at a web address; raises `Refused` with a reason.

    Call outside of a transaction: others are asked.
    """
    data, name = fetching.fetch_credential(address)
    return Upload(filename=name, data=data, kind=sniff(data, name))


def add_file(upload: Upload, *, by: User) -> Added:
    """Put a file into the portfolio: what is a credential checked and read, another as it is.

    What lies there already is not put in twice. A transcript is as many credentials as it has
    courses. Checking may fetch the issuer's key, so it is done before the change.
    """
    found: list[verification.Result] = []
    if upload.kind in READ:
        found = verification.examine_all(upload.data, upload.filename, holder=by)
    readable = [seen for seen in found if seen.facts and any(seen.facts.title.values())]
    return _add_all(upload, readable, by=by)


@change()
def _add_all(upload: Upload, found: list[verification.Result], *, by: User) -> Added:
    several = len(found) > 1
    added = [_add(upload, seen, by=by, several=several) for seen in found or [None]]
    first = next((one for one in added if one.is_new), added[0])
    return first._replace(count=len(added))


@change()
def _add(upload: Upload, seen: verification.Result | None, *, by: User, several: bool) -> Added:
    by = lock(by)
    if seen and seen.award and seen.award.learner.user_id not in (None, by.pk):
        raise Refused(_("This credential was awarded to somebody else. Add only your own."))
    read = (seen and seen.facts) or _nothing_known(upload.filename)
    existing = _same(read, upload, by, several)
    if existing:
        return Added(existing, False, differs=_is_altered(seen) and not _is_of(existing, upload))
    credential = Credential.objects.create(
        holder=by,
        origin=Origin.IMPORTED if seen and seen.facts and _is_signed(seen) else Origin.STATED,
        issuer_key=read.awarding_body.id[:300],
        identifier=read.id[:500],
        title=dict(read.title),
        document=store_upload(upload, owner=by, kind=DocumentKind.CREDENTIAL),
        facts=facts_json.to_json(read),
        provenance=dict.fromkeys(statements.said(read), _origin_of_values(seen)),
        verification=seen.as_json() if seen else {},
        verified_at=seen.checked_at if seen else None,
    )
    record(credential, "add", by=by)
    return Added(credential, True)


def _same(read: CredentialFacts, upload: Upload, holder: User, several: bool) -> Credential | None:
    """Return what lies in the portfolio already: the same credential, or else the same file.

    Of a file with several of them, that with the same title.
    """
    held = Credential.objects.filter(holder=holder)
    if read.id:
        held = held.filter(identifier=read.id[:500], issuer_key=read.awarding_body.id[:300])
    else:
        held = held.filter(document__sha256=_sha256(upload))
        held = held.filter(title=dict(read.title)) if several else held
    return held.first()


def _is_altered(seen: verification.Result | None) -> bool:
    """Return whether a file is not what was signed; a key that does not count is another matter."""
    return seen is not None and seen.seen.check("integrity").key == "broken"


def _is_of(existing: Credential, upload: Upload) -> bool:
    """Return whether a credential was read from this very file."""
    return existing.document is not None and existing.document.sha256 == _sha256(upload)


def _sha256(upload: Upload) -> str:
    return hashlib.sha256(upload.data).hexdigest()


def _nothing_known(filename: str) -> CredentialFacts:
    """Until the learner says more, the title is the name of the file ("und": no language)."""
    title = clean_text(filename).strip()[:200] or _("File")
    return CredentialFacts(id="", title={"und": title}, awarding_body=BodyFacts(name={}))


def _is_signed(seen: verification.Result) -> bool:
    integrity = seen.seen.check("integrity")
    return not (integrity.outcome == Outcome.UNKNOWN and integrity.key == "absent")


def _origin_of_values(seen: verification.Result | None) -> str:
    """What a file says is its issuer's word only when the issuer's own key signed it."""
    return SIGNED if seen and seen.is_tied else STATED


@change()
def state(credential: Credential, statement: Mapping[str, Any], *, by: User) -> Credential:
    """Keep what the holder states (cleaned data of the statement form).

    A value that differs from the signed file is from then on "stated"; equal ones stay "signed".
    """
    credential = lock(credential)
    can_change_credential(by, credential).require()
    before = facts.of_credential(credential)
    now = statements.merged(before, statement)
    credential.facts = facts_json.to_json(now)
    credential.provenance = statements.provenance(now, before, credential.provenance)
    credential.title = dict(now.title)
    credential.save(update_fields=["facts", "provenance", "title", "updated_at"])
    record(credential, "state", by=by)
    return credential


def check_again(credential: Credential, *, by: User) -> Credential:
    """Check a signed file once more: its issuer may have answered, changed or revoked it since.

    Fetching comes before the change. Values that are those of a file that its issuer signed count
    as signed. Raises `OSError` when the file is gone or not what was kept.
    """
    can_check_credential(by, credential).require()
    seen = verification.examine_credential(credential, holder=by, fresh=True)
    return _keep_check(credential, seen, by=by)


@change()
def _keep_check(credential: Credential, seen: verification.Result, *, by: User) -> Credential:
    credential = lock(credential)
    can_check_credential(by, credential).require()
    credential.verification = seen.as_json()
    credential.verified_at = seen.checked_at
    if seen.facts:
        now = facts.of_credential(credential)
        known = dict.fromkeys(statements.NAMES, _origin_of_values(seen))
        credential.provenance = statements.provenance(now, seen.facts, known)
    credential.save(update_fields=["verification", "verified_at", "provenance", "updated_at"])
    record(credential, "check", by=by, after=credential.verification["verdict"])
    return credential


@change()
def declare(statement: Mapping[str, Any], *, by: User) -> Credential:
    """Put learning without a certificate into the portfolio; the same again changes nothing."""
    by = lock(by)
    empty = CredentialFacts(id="", title={}, awarding_body=BodyFacts(name={}))
    said = statements.merged(empty, statement)
    own = Credential.objects.filter(holder=by, origin=Origin.SELF_DECLARED)
    existing = own.filter(facts=facts_json.to_json(said)).first()
    if existing:
        return existing
    credential = Credential.objects.create(
        holder=by,
        origin=Origin.SELF_DECLARED,
        title=dict(said.title),
        facts=facts_json.to_json(said),
        provenance=dict.fromkeys(statements.said(said), STATED),
    )
    record(credential, "declare", by=by)
    return credential


@change()
def add_evidence(
    credential: Credential,
    *,
    kind: EvidenceKind,
    title: str,
    url: str = "",
    upload: Upload | None = None,
    by: User,
) -> Evidence:
    """Add a file or a link, one of the two; the same again changes nothing."""
    credential = lock(credential)
    can_change_credential(by, credential).require()
    if bool(url) == (upload is not None):
        raise Refused(_("Give a file or a web address, one of the two."))
    existing = _same_evidence(credential, url, upload)
    if existing:
        return existing
    evidence = Evidence.objects.create(
        owner=by,
        credential=credential,
        kind=kind,
        title=title,
        url=url,
        document=store_upload(upload, owner=by) if upload else None,
    )
    record(credential, "add-evidence", by=by, text=title)
    return evidence


def _same_evidence(credential: Credential, url: str, upload: Upload | None) -> Evidence | None:
    if upload is None:
        return credential.evidence.filter(url=url).first()
    return credential.evidence.filter(document__sha256=_sha256(upload)).first()


@change()
def remove_evidence(evidence: Evidence, *, by: User) -> None:
    """Take evidence away from a credential; applications keep what was submitted with them."""
    credential = lock(evidence.credential)
    can_change_credential(by, credential).require()
    record(credential, "remove-evidence", by=by, text=evidence.title)
    document = evidence.document
    evidence.delete()
    if document:
        documents.forget(document)


@change()
def remove(credential: Credential, *, by: User) -> None:
    """Take a credential out of the portfolio and out of applications that were not sent yet.

    Applications that were sent keep what was submitted with them; a file that nothing needs any
    more is deleted.
    """
    credential = lock(credential)
    can_remove_credential(by, credential).require()
    record(credential, "remove", by=by)
    files = [credential.document, *(e.document for e in credential.evidence.all())]
    credential.line_sources.filter(line__case__submitted_at=None).delete()
    credential.delete()
    for document in files:
        if document:
            documents.forget(document)
