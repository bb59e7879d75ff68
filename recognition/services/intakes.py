"""The only place that enters an application for a learner: from paper, or on their behalf.

It is submitted in the learner's name, with the day stamped on it and the consent they signed; the
log names both. Everything that follows is as for any other application.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import in_language
from credentials.models import (
    Credential,
    DocumentKind,
    Learner,
    Origin,
    ProgrammeVersion,
    User,
)
from credentials.services import accounts
from credentials.services.evidence import Upload, store_upload
from credentials.services.lifecycle import change, lock, record
from credentials.standards import facts_json
from credentials.standards.facts import BodyFacts, CredentialFacts
from credentials.verdict import Refused
from portfolios import statements
from portfolios.statements import STATED
from recognition.models import Case, Intake, Line, LineSource
from recognition.permissions import can_correct, can_draft, can_enter
from recognition.services import applications, cases
from recognition.sources import facts_of


@change()
def begin(
    version: ProgrammeVersion,
    learner: Learner | None,
    *,
    email: str = "",
    given_name: str = "",
    family_name: str = "",
    intake: Intake,
    received_on: date,
    consent: Upload,
    by: User,
) -> Case:
    """Begin an application for a learner; one who has no account needs an e-mail address.

    Without an address nobody could tell them of questions, of the decision or of their rights.
    """
    can_enter(by, version).require()
    institution = version.programme.institution
    if received_on > timezone.localdate():
        raise Refused(_("This day has not come yet."))
    if learner is None:
        learner = accounts.enter(
            institution, given_name=given_name, family_name=family_name, email=email, by=by
        )
    email = email or learner.emails.order_by("pk").values_list("email", flat=True).first() or ""
    if learner.user is None and not email:
        raise Refused(_("The learner has no account. Give an e-mail address."))
    applicant = accounts.open_for(learner, email=email, by=by)
    learner.refresh_from_db()
    if applicant.pk == by.pk:
        raise Refused(_("You cannot enter an application for yourself."))
    case = Case.objects.create(
        applicant=applicant,
        learner=learner,
        programme_version=version,
        intake=intake,
        entered_by=by,
        received_on=received_on,
        consent=store_upload(consent, owner=applicant),
        declared_at=timezone.now(),  # by the signature on the consent
    )
    record(case, "begin", by=by, text=f"{by} – {applicant}")
    return case


@change()
def add_source(line: Line, statement: Mapping[str, Any], upload: Upload, *, by: User) -> LineSource:
    """Put what was read from paper into the learner's portfolio and forward for a line."""
    case = lock(line.case)
    can_draft(by, case).require()
    empty = CredentialFacts(id="", title={}, awarding_body=BodyFacts(name={}))
    said = statements.merged(empty, statement)
    credential = Credential.objects.create(
        holder=case.applicant,
        origin=Origin.STATED,
        title=dict(said.title),
        document=store_upload(upload, owner=case.applicant, kind=DocumentKind.CREDENTIAL),
        facts=facts_json.to_json(said),
        provenance=dict.fromkeys(statements.said(said), STATED),
    )
    last = line.sources.aggregate(last=Max("position"))["last"] or 0
    source = LineSource.objects.create(line=line, credential=credential, position=last + 1)
    record(case, "add-source", by=by, text=in_language(said.title))
    return source


@change()
def remove_source(source: LineSource, *, by: User) -> None:
    """Take a source out of a draft; the credential stays in the learner's portfolio."""
    case = lock(source.line.case)
    can_draft(by, case).require()
    record(case, "remove-source", by=by, text=str(source.credential))
    source.delete()


@change()
def submit(case: Case, *, by: User, tells_issuer: bool = False) -> Case:
    """Submit in the learner's name; they get the receipt. Raises as `cases.submit`."""
    applications.declare(case, by=by, tells_issuer=tells_issuer)
    return cases.submit(Case.objects.get(pk=case.pk), by=by)


@change()
def correct(source: LineSource, statement: Mapping[str, Any], *, by: User) -> LineSource:
    """Correct what was misread, until the check is done; the log keeps what stood there before."""
    line = lock(source.line)
    can_correct(by, line).require()
    before = facts_of(source)
    now = statements.merged(before, statement)
    old, new = statements.shown(before), statements.shown(now)
    changed = [f"{name}: {old[name]} → {new[name]}" for name in old if old[name] != new[name]]
    if not changed:
        return source
    source.facts = facts_json.to_json(now)
    source.provenance = statements.provenance(now, before, source.provenance)
    source.save(update_fields=["facts", "provenance"])
    if credential := source.credential:
        credential.facts, credential.provenance = source.facts, source.provenance
        credential.title = dict(now.title)
        credential.save(update_fields=["facts", "provenance", "title", "updated_at"])
    record(line, "correct-source", by=by, text="\n".join(changed))
    return source
