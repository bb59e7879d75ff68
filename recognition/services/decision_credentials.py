"""The only place that makes a decision a signed credential, and takes it back when it falls.

The letter is for people; the credential says the same to machines (Open Badges 3.0). It lies in
the applicant's portfolio, and its bit is set as soon as the decision no longer holds.
"""

from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.language import DOCUMENT_LANGUAGES
from credentials.models import Credential, IssuerKey, Job, JobKind, Origin, User
from credentials.services import facts, issuing, jobs, keys, signed_forms, status
from credentials.services.lifecycle import change, lock, record
from credentials.standards import contexts, facts_json
from credentials.standards.documents import in_each
from credentials.standards.facts_json import BadFacts
from credentials.trust.canonical import NotCanonical
from credentials.trust.keys import BadKey
from recognition.documents.decision import credential_facts
from recognition.models import Decision, Line, Purpose
from recognition.opinions import target_outcomes
from recognition.services import letter_facts
from recognition.sources import facts_of
from recognition.states import ConditionState

SETTLED = (ConditionState.MET, ConditionState.WAIVED)


def is_due(line: Line) -> bool:
    """Whether the decision of a line was sent, and recognises something for good.

    On a condition nothing is recognised before it is met; and a grade is stated only when the
    learner took it over, so one that is asked about is waited for.
    """
    decision = line.decision
    if decision is None or decision.notified_at is None or line.case.purpose == Purpose.ADVANCE:
        return False
    if not decision.is_recorded or decision.awaits_grade_word:
        return False
    return not decision.conditions.exclude(state__in=SETTLED).exists()


@change()
def start(line: Line, *, by: User | None) -> Job | None:
    """Have the decision of a line signed as a credential; None when it gets none."""
    if not is_due(line) or line.decision.credential_id:
        return None
    return jobs.start(
        JobKind.DECISION_CREDENTIAL, line.decision.uuid, institution=line.case.institution, by=by
    )


def run(job: Job) -> None:
    """Sign the decision of a job; what cannot be signed ends the job with the reason."""
    if not jobs.begin(job):
        return
    try:
        make(Decision.objects.get(uuid=job.subject))
    except (BadFacts, BadKey, NotCanonical, contexts.ContextNotPinned) as problem:
        jobs.fail(job, gettext_lazy("The credential cannot be signed: %(why)s"), why=problem)
    else:
        jobs.finish(job)


def make(decision: Decision) -> Credential | None:
    """Return the credential of a decision, signed; None when it gets none. Raises as `issuing`.

    It has no holder until it is signed, so that nothing unsigned lies in a portfolio.
    """
    line = Line.objects.with_all().get(pk=decision.line_id)
    credential = _prepare(line, decision)
    if credential and not credential.signed_forms.exists():
        keys.with_active(line.case.institution, partial(_sign, decision, credential))
    return credential


def _sign(decision: Decision, credential: Credential, key: IssuerKey) -> None:
    body = issuing.signed(credential, key, language=decision.language)
    _store(decision, credential, body, key)


@change()
def _prepare(line: Line, decision: Decision) -> Credential | None:
    decision = lock(decision)
    if decision.credential:
        return decision.credential
    if line.decision_id != decision.pk or not is_due(line):
        return None  # another decision took its place before this one was signed
    institution = line.case.institution
    credential = Credential.objects.create(
        holder=None,
        origin=Origin.DECISION,
        issuer_key=keys.did_of(institution),
        title=_title(line, decision),
    )
    entry = status.allocate(credential, institution)
    letter = letter_facts.signed_facts(
        line, decision, letter_facts.imprint_of(decision, decision.letter.code)
    )
    stated = credential_facts(
        letter,
        grade=decision.counted_grade,
        id=facts.address("credential-id", credential.uuid),
        holder=facts.holder_of(line.case.learner),
        target=_target(line, decision),
        outcomes=tuple(facts.of_outcome(one) for one in target_outcomes(line)),
        sources=tuple(facts_of(source) for source in line.sources.all()),
        hours_per_ects=institution.hours_per_ects,
        body={tag: str(line.committee) for tag in DOCUMENT_LANGUAGES},
        issued_on=credential.created_at.replace(microsecond=0),
        status=facts.of_status(entry),
    )
    credential.identifier = stated.id
    credential.title = dict(stated.title)
    credential.facts = facts_json.to_json(stated)
    credential.save(update_fields=["identifier", "title", "facts", "updated_at"])
    Decision.objects.filter(pk=decision.pk).update(credential=credential)
    return credential


def _title(line: Line, decision: Decision) -> dict[str, str]:
    """Return for what something is recognised: not always for what was asked."""
    if decision.module == line.module:
        return dict(letter_facts.target_title(line))
    if decision.module:
        return dict(decision.module.title)
    return in_each(DOCUMENT_LANGUAGES, lambda _tag: _("Free electives"))


def _target(line: Line, decision: Decision) -> dict:
    """Return what is known of the module that is replaced, of the programme for electives."""
    version = line.case.programme_version
    title = _title(line, decision)
    if decision.module is None:
        return {
            "title": title,
            "course_url": facts.address("programme-detail", version.uuid),
            "eqf_level": version.eqf_level,
            "cycle": version.cycle,
        }
    course = decision.module.course_version
    return {
        "title": title,
        "course_url": facts.address("course-detail", course.uuid),
        "course_code": decision.module.code,
        "course_version": str(course.number),
        "eqf_level": course.eqf_level,
        "cycle": course.cycle,
        "isced_f": course.isced_f,
    }


@change()
def _store(decision: Decision, credential: Credential, body: str, key: IssuerKey) -> None:
    credential = lock(credential)
    if credential.signed_forms.exists():  # by another worker, when this one was thought dead
        return
    signed_forms.keep(credential, body, key)
    credential.holder = decision.line.case.applicant
    credential.save(update_fields=["holder", "updated_at"])
    record(decision, "sign-credential", by=None)


@change()
def revoke_decision_credential(decision: Decision, reason: str, *, by: User | None = None) -> None:
    """Say for good that a decision no longer holds; `reason` is a sentence for the log.

    To be called where a decision is annulled or superseded. Does nothing without a credential, or
    when it was revoked before.
    """
    credential = decision.credential and lock(decision.credential)
    if credential is None or credential.revoked_at:
        return
    credential.revoked_at = timezone.now()
    credential.save(update_fields=["revoked_at", "updated_at"])
    status.set_revoked(credential)
    record(decision, "revoke-credential", by=by, text=reason)
