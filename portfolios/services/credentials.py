"""The only place that puts credentials of other issuers into a portfolio, and what is stated."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, time

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credentials.models import (
    Credential,
    DocumentKind,
    Evidence,
    EvidenceKind,
    Origin,
    User,
)
from credentials.services import verification
from credentials.services.evidence import Upload, store_upload
from credentials.services.lifecycle import change, lock, record
from credentials.standards import facts_json
from credentials.standards.facts import BodyFacts, CredentialFacts, GradeFacts, OutcomeFacts
from credentials.trust.sniff import Kind
from credentials.verdict import Refused
from portfolios.permissions import can_change_credential, can_remove_credential

KEPT = frozenset(
    {
        Kind.OB3,
        Kind.PDF,
        Kind.PNG,
        Kind.PNG_BADGE,
        Kind.JPEG,
        Kind.WEBP,
        Kind.SVG_BADGE,
        Kind.ELMO,
        Kind.EDC,
        Kind.OB2,
        Kind.VC,
        Kind.JWT,
        Kind.JSON,
        Kind.XML,
        Kind.TEXT,
    }
)
SIGNED, STATED = "signed", "stated"


def add_file(upload: Upload, *, by: User) -> Credential:
    """Put a file into the portfolio: an Open Badges 3.0 file verified and read, another as it is.

    The same credential or file again returns the one that is there. Verifying may fetch the
    issuer's key, so it is done before the change. Refuses what nobody should open, such as web
    pages, archives and programs.
    """
    if upload.kind not in KEPT:
        raise Refused(
            _("This kind of file cannot be kept. Use a PDF, a picture, or the credential's file.")
        )
    seen = None
    if upload.kind == Kind.OB3:
        seen = verification.examine(upload.data, upload.filename)
    if seen is None or seen.facts is None:
        return _add(_nothing_known(upload.filename), Origin.STATED, None, upload, by=by)
    return _add(seen.facts, Origin.IMPORTED, seen, upload, by=by)


@change()
def _add(
    facts: CredentialFacts,
    origin: Origin,
    seen: verification.Result | None,
    upload: Upload,
    *,
    by: User,
) -> Credential:
    existing = _same(facts, upload, by)
    if existing:
        return existing
    credential = Credential.objects.create(
        holder=by,
        origin=origin,
        issuer_key=facts.awarding_body.id[:300],
        identifier=facts.id[:500],
        title=dict(facts.title),
        document=store_upload(upload, owner=by, kind=DocumentKind.CREDENTIAL),
        facts=facts_json.to_json(facts),
        provenance=dict.fromkeys(_said(facts), SIGNED) if seen and seen.is_intact else {},
        verification=seen.as_json() if seen else {},
        verified_at=seen.checked_at if seen else None,
    )
    record(credential, "add", by=by)
    return credential


def _same(facts: CredentialFacts, upload: Upload, holder: User) -> Credential | None:
    """Return what lies in the portfolio already: the same credential, or else the same file."""
    held = Credential.objects.filter(holder=holder)
    if facts.id:
        held = held.filter(identifier=facts.id[:500], issuer_key=facts.awarding_body.id[:300])
    else:
        held = held.filter(document__sha256=hashlib.sha256(upload.data).hexdigest())
    return held.first()


def _nothing_known(filename: str) -> CredentialFacts:
    return CredentialFacts(id="", title={"und": filename}, awarding_body=BodyFacts(name={}))


def _said(facts: CredentialFacts) -> list[str]:
    """Names of the facts that say something, in the words of the statement form."""
    return [name for name in STATEMENT if _value(facts, name) not in (None, "", (), {})]


STATEMENT = (
    "title",
    "type",
    "awarding_body",
    "country",
    "platform",
    "issued_on",
    "eqf_level",
    "ects",
    "hours",
    "outcomes",
    "description",
    "assessment_type",
    "supervision",
    "grade",
    "quality_assurance",
    "language",
    "course_url",
)


def _value(facts: CredentialFacts, name: str) -> object:
    if name == "country":
        return facts.awarding_body.country
    if name == "awarding_body":
        return dict(facts.awarding_body.name)
    if name == "platform":
        return dict(facts.platform.name) if facts.platform else {}
    return getattr(facts, name)


@change()
def state(credential: Credential, statement: dict, *, by: User) -> Credential:
    """Keep what the holder states (cleaned data of the statement form).

    A value that differs from the signed file is from then on "stated"; equal ones stay "signed".
    """
    credential = lock(credential)
    can_change_credential(by, credential).require()
    before = facts_json.from_json(credential.facts)
    after = stated_facts(before, statement)
    provenance = {}
    for name in _said(after):
        same = _value(before, name) == _value(after, name)
        provenance[name] = credential.provenance.get(name, STATED) if same else STATED
    credential.facts = facts_json.to_json(after)
    credential.provenance = provenance
    credential.title = dict(after.title)
    credential.save(update_fields=["facts", "provenance", "title", "updated_at"])
    record(credential, "state", by=by)
    return credential


def stated_facts(facts: CredentialFacts, statement: dict) -> CredentialFacts:
    """Return `facts` with what the form says; texts that did not change keep their languages."""
    language = statement.get("language") or get_language() or "en"

    def text(now: str, before: dict) -> dict:
        if not now:
            return {}
        return dict(before) if now in dict(before).values() else {language: now}

    def body(name: str, before: BodyFacts | None, **fields: str) -> BodyFacts | None:
        known = before or BodyFacts(name={})
        return replace(known, name=text(name, known.name), **fields) if name else None

    outcomes = {next(iter(o.text.values()), ""): o for o in facts.outcomes}
    issued_on = statement.get("issued_on")
    if issued_on and not (facts.issued_on and facts.issued_on.date() == issued_on):
        issued_on = datetime.combine(issued_on, time(12), tzinfo=UTC)
    elif issued_on:
        issued_on = facts.issued_on
    return replace(
        facts,
        title=text(statement["title"], facts.title),
        type=statement.get("type", ""),
        awarding_body=body(
            statement["awarding_body"], facts.awarding_body, country=statement["country"]
        ),
        platform=body(statement.get("platform", ""), facts.platform),
        issued_on=issued_on or None,
        eqf_level=statement.get("eqf_level"),
        ects=statement.get("ects"),
        hours=statement.get("hours"),
        outcomes=tuple(
            outcomes.get(line) or OutcomeFacts(text={language: line})
            for line in statement.get("outcomes", [])
        ),
        description=text(statement.get("description", ""), facts.description),
        assessment_type=statement.get("assessment_type", ""),
        supervision=statement.get("supervision", ""),
        grade=_grade(statement.get("grade", ""), facts.grade),
        quality_assurance=statement.get("quality_assurance", ""),
        language=statement.get("language", ""),
        course_url=statement.get("course_url", ""),
    )


def _grade(value: str, before: GradeFacts | None) -> GradeFacts | None:
    if before and before.value == value:
        return before
    return GradeFacts(value=value) if value else None


@change()
def declare(statement: dict, *, by: User) -> Credential:
    """Put learning without a certificate into the portfolio, declared by the learner alone."""
    empty = CredentialFacts(id="", title={}, awarding_body=BodyFacts(name={}))
    facts = stated_facts(empty, statement)
    credential = Credential.objects.create(
        holder=by,
        origin=Origin.SELF_DECLARED,
        title=dict(facts.title),
        facts=facts_json.to_json(facts),
        provenance=dict.fromkeys(_said(facts), STATED),
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
    """Add a file or a link to an external credential."""
    credential = lock(credential)
    can_change_credential(by, credential).require()
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


@change()
def remove_evidence(evidence: Evidence, *, by: User) -> None:
    """Take evidence away from a credential; applications keep what was submitted with them."""
    credential = lock(evidence.credential)
    can_change_credential(by, credential).require()
    record(credential, "remove-evidence", by=by, text=evidence.title)
    evidence.delete()


@change()
def remove(credential: Credential, *, by: User) -> None:
    """Take a credential out of the portfolio; applications keep what was submitted with them."""
    credential = lock(credential)
    can_remove_credential(by, credential).require()
    record(credential, "remove", by=by)
    credential.delete()
