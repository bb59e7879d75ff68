"""The only place where standing decisions decide: checked, signed, sent; and opened on request.

The execution of what a human decided about an equal case (GDPR article 22). It runs after an
application was sent and committed, as a task: issuers may have to be asked over the network, and
when nothing fits or the worker is away, the registrar finds the line as any other.
"""

from decimal import Decimal

from allauth.account.models import EmailAddress
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from credentials.language import DOCUMENT_LANGUAGES
from credentials.models import CreditEntry, Origin, User
from credentials.services import mails, numbers, verification
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.standards.documents import in_each
from credentials.standards.open_badges_identity import names_email
from credentials.trust.words import Outcome
from recognition import ledger, permissions
from recognition.calendar import add_working_days
from recognition.credits import Credits, credits_for
from recognition.models import (
    Case,
    Committee,
    Decision,
    Line,
    LineSource,
    Precedent,
    PrecedentUse,
    Purpose,
    Reopening,
    ReopeningReason,
)
from recognition.opinions import credit_rules, earned_ects, target_ects
from recognition.presented import Near, near
from recognition.recorded import recorded_for
from recognition.services import decisions, lines
from recognition.services.cases import check_due_on, registrars_for
from recognition.services.committees import covering
from recognition.sources import facts_of, proposed_track
from recognition.states import DecisionState, LineState
from recognition.vocabulary import Authority, DecisionType

ONE_IN = 10
"""Of how many automatic decisions one is drawn for the chair to look at."""


def run(case: Case) -> list[Decision]:
    """Decide every line of an application that equals a case decided before."""
    if case.policy is None or not case.policy.decides_by_precedent:
        return []
    if case.purpose == Purpose.ADVANCE:
        return []
    done = []
    for line in case.lines.filter(state=LineState.SUBMITTED).order_by("position"):
        found = _fitting(line)
        if found and all(_is_still_good(source) for source in line.sources.external()):
            decision = _apply(line, found.precedent)
            done += [decision] if decision else []
    return done


def _fitting(line: Line, precedent: Precedent | None = None) -> Near | None:
    fitting = (one for one in near(line) if one.fits)
    return next((one for one in fitting if precedent in (None, one.precedent)), None)


def _is_still_good(source: LineSource) -> bool:
    """Ask once more for what others signed: it stands today, and is the applicant's by e-mail."""
    credential, applicant = source.credential, source.line.case.applicant
    if credential is None or credential.origin != Origin.IMPORTED:
        return False
    try:
        result = verification.examine_credential(credential, holder=applicant, fresh=True)
    except OSError:
        return False
    if not result.is_valid or not result.is_tied or result.seen.document is None:
        return False
    key = result.seen.check("key_current")
    if key is None or key.outcome != Outcome.PASS:  # withdrawn since: who stole it may backdate
        return False
    if result.facts.awarding_body.id != facts_of(source).awarding_body.id:
        return False
    known = EmailAddress.objects.filter(user=applicant, verified=True)
    emails = known.values_list("email", flat=True)
    return any(names_email(result.seen.document, email) for email in emails)


@change()
def _apply(line: Line, precedent: Precedent) -> Decision | None:
    """Decide one line if it still fits, now that nobody else can change it; None when it does not.

    The applicant is locked, so that two applications sent at once cannot together break a limit.
    """
    line = lock(line)
    if line.state != LineState.SUBMITTED:
        return None
    lock(line.case.applicant)
    found = _fitting(line, precedent)
    committee = _committee_of(line, precedent)
    if found is None or committee is None:
        return None
    sources = line.sources.select_related("awarding_body", "platform")
    now, proposal = timezone.now(), proposed_track(list(sources))
    line.track = proposal.track
    given, problem = _credits_of(line, precedent)
    if problem:
        record(line, "pass-by-precedent", by=None, text=f"{precedent.number}: {problem}")
        return None
    lines.freeze_register(line)
    decision = _sign(line, precedent, given, committee)
    use = PrecedentUse.objects.create(
        precedent=precedent,
        decision=decision,
        criteria=[str(check.criterion) for check in found.match.checks],
        made_at=now,
        is_sampled=decision.uuid.int % ONE_IN == 0,
    )
    move(line, LineState.FORMAL_CHECK, by=None, held_since=now)
    move(
        line,
        LineState.AUTO_DECIDED,
        by=None,
        text=f"{precedent.number}: {', '.join(use.criteria)}",
        held_since=now,
        complete_at=now,
        due_on=_due_on(line),
        track=proposal.track,
        track_reasons=[str(code) for code in proposal.reasons],
        committee=committee,
        decision=decision,
    )
    decisions.order(line, by=None)
    return decision


def _committee_of(line: Line, precedent: Precedent) -> Committee | None:
    """Return the body that decided first; for an agreement the one that would decide this line."""
    if precedent.decision:
        return precedent.decision.body or precedent.decision.line.committee
    return covering(line.case.programme_version.programme.unit).first()


def _credits_of(line: Line, precedent: Precedent) -> tuple[Credits, str]:
    """Return what the decision gives, and why it cannot be given automatically, "" when it can."""
    kind, rules = DecisionType(precedent.type), credit_rules(line)
    put_forward, recorded = line.sources.with_files(), recorded_for(line)
    sources = [earned_ects(facts_of(s), rules) or Decimal(0) for s in put_forward]
    given = credits_for(
        kind,
        rules,
        target_ects=target_ects(line),
        sources=sources,
        free=recorded.free,
        asked=line.requested_ects,
        filled=recorded.ects_of(line.module_id),
    )
    wanted = target_ects(line) or sum(sources, Decimal(0))
    if given.amount <= 0 or given.amount < wanted:
        return given, _("It would give less than was asked for.")
    if _is_filled(line):
        return given, _("This module is credited already.")
    account = ledger.account_of(line, put_forward, recorded)
    found = ledger.problems_of(account, line.module, given.amount, as_if_recorded=True)
    return given, found[0] if found else ""


def _is_filled(line: Line) -> bool:
    entries = CreditEntry.objects.filter(
        enrolment__learner__user=line.case.applicant, module=line.module_id, reversed_at=None
    )
    return line.module_id is not None and entries.exists()


def _sign(line: Line, precedent: Precedent, given: Credits, committee: Committee) -> Decision:
    first, language = precedent.decision, line.case.applicant.language
    with translation.override(language):
        reasons = _reasons(precedent)
    decision = Decision.objects.create(
        line=line,
        body=committee,
        authority=Authority.PRECEDENT,
        type=precedent.type,
        reasons=reasons,
        language=language,
        written_by=precedent.made_by,
    )
    move(
        decision,
        DecisionState.SIGNED,
        by=None,
        number=numbers.next_number(line.case.institution, "DEC"),
        decided_at=timezone.now(),
        ects=given.amount,
        ects_explanation=in_each(DOCUMENT_LANGUAGES, lambda _l: str(given.explanation)),
        outcome_ratings=first.outcome_ratings if first else {},
    )
    return decision


def _reasons(precedent: Precedent) -> str:
    if precedent.decision is None:
        said = _(
            "The university has agreed to recognise this: standing decision %(number)s. What you "
            "put forward and what you asked for are the same as in that agreement."
        )
        return said % {"number": precedent.number}
    said = _(
        "People have decided on an equal case before: decision %(first)s, which stands as standing "
        "decision %(number)s. Course, version, level, workload, assessment and outcomes of what "
        "you put forward are the same, and so are the outcomes of what you asked for."
    )
    return said % {"first": precedent.decision.number, "number": precedent.number}


def _due_on(line: Line):
    institution = line.case.institution
    return add_working_days(
        timezone.localdate(),
        line.case.policy.decision_days,
        institution.country,
        institution.subdivision,
    )


@change()
def send(line: Line) -> None:
    """Send what a standing decision decided as soon as its letter and supplements are made."""
    line = lock(line)
    if line.state != LineState.AUTO_DECIDED or line.decision.letter_id is None:
        return
    if permissions.missing_supplements(line).exists():
        return
    decisions.send(line, by=None, mail="decision_by_precedent")


@change()
def ask_individual_review(line: Line, *, by: User) -> Reopening:
    """Have people look at what a standing decision decided: the registrar checks it as any other.

    The decision it has holds until another one takes its place.
    """
    line = lock(line)
    permissions.can_ask_individual_review(by, line).require()
    now = timezone.now()
    opened = Reopening.objects.create(
        line=line,
        decision=line.decision,
        reason=ReopeningReason.REVIEW,
        text=_("The applicant asks for an individual review."),
        opened_at=now,
        opened_by=by,
    )
    move(line, LineState.REOPENED, by=by, held_since=now)
    due_on = check_due_on(line.case, timezone.localdate(now))
    Case.objects.filter(pk=line.case_id).update(check_due_on=due_on)
    move(line, LineState.FORMAL_CHECK, by=by, held_since=now, complete_at=None, due_on=None)
    for registrar in registrars_for(line):
        context = {"line": line, "url": address("line-check", line.uuid)}
        mails.write("individual_review_asked", registrar, context)
    return opened
