"""The only place that writes the ledger: recognised credits, recorded once and never twice."""

from django.utils import timezone

from credentials.models import Credential, CreditEntry, Enrolment, Origin, User
from credentials.services import mails, module_results
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move
from credentials.services.lifecycle import record as write_down
from credentials.verdict import Refused
from recognition import ledger, permissions
from recognition.credits import NOTHING
from recognition.models import Decision, Line, LineSource
from recognition.recorded import recorded_for
from recognition.services import decision_credentials
from recognition.states import LineState


@change()
def record(line: Line, *, by: User) -> list[CreditEntry]:
    """Record the credits of a decision, a share for each source, in one transaction.

    What an earlier version of the decision gave is taken back in the same one; an exemption or a
    semester stands in the record with the decision, and the ledger gets nothing. The applicant is
    locked, so that two lines recorded at once, also for different programmes, cannot together
    break a limit; so are the results of modules, so that none is entered meanwhile. Raises
    `Refused` with the entry, result or limit that stands in the way.
    """
    line = lock(line)
    permissions.can_record(by, line).require()
    module_results.lock_results(line.case.learner.institution)
    lock(line.case.applicant)
    reverse(line, by=by)
    enrolment = _enrolment(line, by)
    decision = line.decision
    decision.line = line
    module, amount = decision.module, decision.ects if decision.gives_credits else NOTHING
    sources = list(line.sources.with_files())
    account = ledger.account_of(line, sources, recorded_for(line))
    found = ledger.problems_of(account, module, amount)
    if found:
        raise Refused(found[0])
    fills = ledger.fills_module(decision)
    entries = []
    for share in ledger.shares_of(line, sources, amount) if amount else ():
        if not share.ects:
            continue
        entry = CreditEntry.objects.create(
            enrolment=enrolment,
            credential=_kept_credential(share.source, by),
            source_key=share.key,
            module=module,
            fills_module=fills and not entries,
            ects=share.ects,
            grade=decision.counted_grade,
            line=line.uuid,
            decision=decision.uuid,
            recorded_by=by,
        )
        write_down(entry, "record", by=by)
        entries.append(entry)
    Decision.objects.filter(pk=decision.pk).update(recorded_at=timezone.now())
    move(line, LineState.RECORDED, by=by, held_since=timezone.now())
    context = {"line": line, "url": address("case-detail", line.case.uuid)}
    mails.write("credits_recorded", line.case.applicant, context)
    if decision.grade_until:  # until now it was not known whether the grade counts
        decision_credentials.start(line, by=by)
    return entries


def reverse(line: Line, *, by: User) -> int:
    """Take back what the ledger credits from a line; return how many entries that were.

    Call inside `change()` with line and applicant locked. The entries stay, with the day.
    """
    standing = CreditEntry.objects.filter(line=line.uuid, reversed_at=None)
    entries = [lock(entry) for entry in standing]
    for entry in entries:
        CreditEntry.objects.filter(pk=entry.pk).update(reversed_at=timezone.now())
        write_down(entry, "reverse", by=by)
    return len(entries)


def _enrolment(line: Line, by: User) -> Enrolment:
    """Return the learner's place in the programme; made with the first credits."""
    enrolment, is_new = Enrolment.objects.get_or_create(
        learner=line.case.learner,
        programme_version=line.case.programme_version,
        defaults={"started_on": timezone.localdate()},
    )
    if is_new:
        write_down(enrolment, "enrol", by=by)
    return enrolment


def _kept_credential(source: LineSource, by: User) -> Credential:
    """Return the credential, or what was frozen of it when it has left the portfolio."""
    if source.credential:
        return source.credential
    credential = Credential.objects.create(
        holder=None,
        origin=Origin.STATED,
        title=source.facts.get("title", {}),
        facts=source.facts,
        provenance=source.provenance,
        verification=source.verification,
        document=ledger.file_of(source),
    )
    LineSource.objects.filter(pk=source.pk).update(credential=credential)
    write_down(credential, "keep", by=by)
    return credential
