"""May a registrar do this, and why not?"""

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.days import longdate
from credentials.language import in_language
from credentials.models import (
    Award,
    CreditEntry,
    Document,
    Enrolment,
    Graduate,
    Institution,
    Learner,
    RevocationReason,
    Role,
    User,
)
from credentials.models.programme import STUDIES_SINCE
from credentials.permissions import can_award_learner, can_keep_records, holds
from credentials.states import AwardState
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import (
    Committee,
    Condition,
    Line,
    LineSource,
    Review,
    TargetKind,
)
from recognition.permissions.committee import can_decide
from recognition.permissions.shared import (
    BEFORE_DECISION,
    as_registrar,
    chairs,
    conflict_of,
    in_state,
    stepped_back,
    too_late,
)
from recognition.states import CLOCK_RUNS, ConditionState, LineState, ReviewState
from recognition.transitions import UNCHECKED, WITH_COMMITTEE
from recognition.vocabulary import Authenticity, DecisionType, Track


def can_check(user: User, line: Line) -> Verdict:
    """Completeness check: register of bodies, track, committee, reviewers, or not admissible."""
    return as_registrar(user, line, *UNCHECKED)


def can_declare_inadmissible(user: User, line: Line) -> Verdict:
    """End a line without a decision: the registrar at the check, later who decides or registrar.

    Whether no decision is left in deliberation is asked in `guards.can_end_undecided`.
    """
    if line.state != LineState.DELIBERATION:
        return can_check(user, line)
    return can_decide(user, line) or can_see_check(user, line)


def can_see_check(user: User, line: Line) -> Verdict:
    """Look at what was submitted: registrars of the programme, whatever the state."""
    return as_registrar(user, line)


def can_assign(user: User, line: Line) -> Verdict:
    """Name a reviewer, or another rapporteur: registrar or chair, until the decision."""
    verdict = in_state(line, *WITH_COMMITTEE)
    is_biased = stepped_back(user, line) or conflict_of(user, line)
    if verdict and chairs(user, line) and not is_biased:
        return ALLOWED
    return verdict and as_registrar(user, line)


def can_release(user: User, review: Review) -> Verdict:
    """Release a reviewer who does not answer: who may name another one."""
    return can_assign(user, review.line) and is_releasable(user, review)


def is_releasable(user: User, review: Review) -> Verdict:
    """Whether an opinion is still owed, and by somebody else."""
    if review.state not in (ReviewState.ASSIGNED, ReviewState.AT_WORK):
        return too_late(review)
    if review.reviewer_id == user.pk:
        return no(_("This is your own task. Step back from it instead."))
    return ALLOWED


def can_state_authenticity(user: User, source: LineSource) -> Verdict:
    """Say how a proof is known to be genuine: the registrar, until the line is decided."""
    verdict = as_registrar(user, source.line, *BEFORE_DECISION)
    if verdict and source.authenticity == Authenticity.VERIFIED:
        return no(_("The portal has checked the signature: there is nothing to add."))
    return verdict


def can_notify(user: User, line: Line) -> Verdict:
    """Send a decision: the registrar, when its letter and all supplements are made."""
    verdict = as_registrar(user, line, LineState.DECIDED, LineState.AUTO_DECIDED)
    if verdict and (line.decision.letter_id is None or missing_supplements(line).exists()):
        return no(_("The letter and the supplements are still being made."))
    return verdict


def can_order_documents(user: User, line: Line) -> Verdict:
    """Have documents made again: the registrar, until the decision or notice is sent."""
    verdict = as_registrar(user, line)
    decision = line.decision
    is_unsent = decision is not None and decision.notified_at is None
    if not verdict or is_unsent or missing_notices(line).exists():
        return verdict
    return too_late(line)


def missing_notices(line: Line) -> QuerySet[Condition]:
    """Return the conditions that were declared missed and of which no notice was made yet."""
    found = Condition.objects.filter(decision=line.decision_id, state=ConditionState.MISSED)
    return found.filter(notice=None)


def missing_supplements(line: Line) -> QuerySet:
    """Return the external sources of a decision in favour that have no supplement yet."""
    if not line.decision.is_recorded:
        return line.sources.none()
    return line.sources.external().filter(supplement=None)


def can_record(user: User, line: Line) -> Verdict:
    """Write into the record what was recognised: the registrar, once the decision was sent.

    Also what recognises nothing, in place of a decision whose credits still stand.
    """
    verdict = as_registrar(user, line, LineState.NOTIFIED)
    if verdict and not line.decision.is_recorded:
        if still_credited(line):
            return verdict
        return no(_("Nothing was recognised, so there is nothing to record."))
    if verdict and missed_condition(line):
        return no(_("A condition was not met in time, so there is nothing to record."))
    if verdict and line.decision.awaits_grade_word:
        day = longdate(line.decision.grade_until)
        return no(_("Until %(day)s the learner may say whether the grade counts.") % {"day": day})
    reason = (revocation_of(line) or suspension_of(line)) if verdict else ""
    return no(reason) if reason else verdict


def revocation_of(line: Line) -> str:
    """Return which source of a line was revoked, and what follows; "" when none was."""
    source = line.sources.revoked().first()
    if source is None:
        return ""
    title = {"title": in_language(source.facts.get("title"))}
    if Award.objects.filter(
        credential__identifier=source.facts["id"], revocation_reason=RevocationReason.SUPERSEDED
    ).exists():
        return _("“%(title)s” was replaced by a corrected credential. Ask for that one.") % title
    return _("“%(title)s” was revoked, so nothing can be recognised from it.") % title


def suspension_of(line: Line) -> str:
    """Return which source of a line is suspended, and what follows; "" when none is."""
    source = line.sources.suspended().first()
    if source is None:
        return ""
    return _("“%(title)s” is suspended. Wait until its institution has decided.") % {
        "title": in_language(source.facts.get("title"))
    }


def missed_condition(line: Line) -> Condition | None:
    """Return a condition that was not met in time, None when there is none."""
    return line.decision.conditions.filter(state=ConditionState.MISSED).first()


def still_credited(line: Line) -> bool:
    """Whether the ledger credits what an earlier version of the line's decision gave."""
    found = CreditEntry.objects.filter(line=line.uuid, reversed_at=None)
    return found.exclude(decision=line.decision.uuid).exists()


def can_close(user: User, line: Line) -> Verdict:
    """Close a line: recorded, or sent with nothing to record: refused, missed, revoked since."""
    verdict = as_registrar(user, line, LineState.NOTIFIED, LineState.RECORDED)
    if not verdict or line.state == LineState.RECORDED:
        return verdict
    if not line.decision.is_recorded:
        return no(_("Take the old credits back first.")) if still_credited(line) else verdict
    if not revocation_of(line) and not missed_condition(line):
        return no(_("Record the credits first."))
    if line.annulments.unfinished().exists() or still_credited(line):
        return no(_("Something was revoked. Take the decision back instead."))
    return verdict


def can_award_validated(user: User, line: Line) -> Verdict:
    """Award the target's own micro-credential: who may award it, for a whole validated module.

    Once for a decision, after it was sent.
    """
    told = (LineState.NOTIFIED, LineState.RECORDED, LineState.CLOSED)
    verdict = as_registrar(user, line, *told)
    if not verdict:
        return verdict
    is_whole = line.decision.type == DecisionType.FULL_SUBSTITUTION
    if line.track != Track.VALIDATION or line.target_kind != TargetKind.MODULE or not is_whole:
        return no(_("Only a whole module that was validated ends in a micro-credential."))
    if award_of(line):
        return no(_("The micro-credential was awarded already."))
    return can_award_learner(user, line.module.course_version, line.case.learner)


def award_of(line: Line) -> Award | None:
    """Return the micro-credential that was awarded from the decision that holds."""
    if line.decision is None:
        return None
    valid = Award.objects.exclude(state=AwardState.REVOKED)
    return valid.filter(decision=line.decision.uuid).first()


def can_announce_delay(user: User, line: Line) -> Verdict:
    """Tell the applicant that it takes longer: the registrar, while the clock runs."""
    return as_registrar(user, line, *CLOCK_RUNS)


def can_seat(user: User, committee: Committee) -> Verdict:
    """Change who sits on a committee: registrars of its unit."""
    if holds(user, committee.unit, Role.REGISTRAR):
        return ALLOWED
    return no(_("Only registrars of %(unit)s may do this.") % {"unit": committee.unit})


def can_print_pages(learners: Sequence[Learner], institution: Institution) -> Verdict:
    """Print micro-credentials pages: at least one learner, all of them of the institution."""
    if not learners:
        return no(_("Choose at least one learner."))
    if any(learner.institution_id != institution.pk for learner in learners):
        return no(_("These learners belong to another institution."))
    return ALLOWED


def can_date_page(day: date) -> Verdict:
    """Have a micro-credentials page bear a day: no day that is still to come."""
    if not STUDIES_SINCE <= day <= timezone.localdate():
        return no(_("The page says what was earned. Choose today or a day before."))
    return ALLOWED


def can_date_transcript(enrolment: Enrolment, day: date) -> Verdict:
    """Have a transcript say what was achieved until a day: since the studies began, until today."""
    if not STUDIES_SINCE <= day <= timezone.localdate():
        return no(_("A transcript says what was achieved. Choose today or a day before."))
    if enrolment.started_on and day < enrolment.started_on:
        began = longdate(enrolment.started_on)
        return no(
            _("The studies began on %(day)s. Choose that day or a later one.") % {"day": began}
        )
    return ALLOWED


def can_print_transcript_anew(user: User, document: Document) -> Verdict:
    """Replace a transcript by one of the same day with the design and the texts of today."""
    if document.superseded_by_id:
        return no(_("This transcript was replaced already."))
    return can_keep_records(user, document.institution)


def can_print_anew(user: User, graduate: Graduate) -> Verdict:
    """Replace a supplement by one with the design and the texts of today: once there is one."""
    if not graduate.supplement_id:
        return no(_("Nothing is printed yet that could be replaced."))
    return can_keep_records(user, graduate.audit_institution)
