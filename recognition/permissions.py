"""May X do Y, and why not? One function per verb; the same reason refuses, disables, explains.

Who and when is asked here. What an opinion or a decision must contain before it can be handed in
is asked in `opinions.py` and `guards.py`.
"""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import in_language
from credentials.models import Document, Institution, Learner, Role, User
from credentials.permissions import holds
from credentials.verdict import ALLOWED, Verdict, no
from recognition import submission
from recognition.models import (
    Case,
    Committee,
    Decision,
    InformationRequest,
    Line,
    Review,
    Seat,
    SeatRole,
)
from recognition.states import DecisionState, LineState, ReviewState
from recognition.vocabulary import DecisionType

BEFORE_DECISION = (
    LineState.SUBMITTED,
    LineState.INFO_REQUESTED,
    LineState.UNDER_REVIEW,
    LineState.DELIBERATION,
)
FROM_DELIBERATION = (
    LineState.DELIBERATION,
    LineState.DECIDED,
    LineState.NOTIFIED,
    LineState.RECORDED,
    LineState.CLOSED,
)


# Applicant


def can_draft(user: User, case: Case) -> Verdict:
    """Change an application: its applicant, until it is sent."""
    if case.applicant_id != user.pk:
        return no(_("Only the applicant can change this application."))
    if not case.is_draft:
        return no(_("This application was sent already, so it cannot be changed."))
    return ALLOWED


def can_submit(user: User, case: Case) -> Verdict:
    """Send an application: complete, declared, for a published programme with rules in force."""
    found = submission.problems(user, case)
    return no(found[0]) if found else ALLOWED


def can_withdraw(user: User, line: Line) -> Verdict:
    """Take a line back: its applicant, until it is decided."""
    if line.case.applicant_id != user.pk:
        return no(_("Only the applicant can withdraw this."))
    return _in_state(line, *BEFORE_DECISION)


def can_answer_information(user: User, request: InformationRequest) -> Verdict:
    """Answer what was asked: the applicant, once, until the decision; late is not too late."""
    if request.line.case.applicant_id != user.pk:
        return no(_("Only the applicant can answer this."))
    if request.answered_at is not None:
        return no(_("This was answered already."))
    return _in_state(request.line, *BEFORE_DECISION)


# Registrar


def can_check(user: User, line: Line) -> Verdict:
    """Completeness check: register of bodies, track, committee, reviewers, or not admissible."""
    return _as_registrar(user, line, LineState.SUBMITTED)


def can_declare_inadmissible(user: User, line: Line) -> Verdict:
    """End a line without a decision: the registrar at the check, later who decides or registrar.

    Whether no decision is left in deliberation is asked in `guards.can_end_undecided`.
    """
    if line.state != LineState.DELIBERATION:
        return can_check(user, line)
    return can_decide(user, line) or can_see_check(user, line)


def can_see_check(user: User, line: Line) -> Verdict:
    """Look at what was submitted: registrars of the programme, whatever the state."""
    return _as_registrar(user, line)


def can_ask_information(user: User, line: Line) -> Verdict:
    """Ask the applicant: the registrar before completeness, then rapporteur, chair, registrar."""
    if open_question(line):
        return no(_("A question is open already."))
    if line.state == LineState.SUBMITTED:
        return can_check(user, line)
    verdict = _in_state(line, LineState.UNDER_REVIEW, LineState.DELIBERATION)
    if not verdict:
        return verdict
    own = line.reviews.filter(reviewer=user, is_rapporteur=True, declared_at__isnull=False)
    if can_see_evidence(user, line) and (own.counted().exists() or chairs(user, line)):
        return ALLOWED
    return _as_registrar(user, line)


def open_question(line: Line) -> InformationRequest | None:
    """Return the question whose answer is waited for."""
    return line.information_requests.filter(answered_at=None, closed_at=None).first()


def can_stop_waiting(user: User, line: Line) -> Verdict:
    """Go on without an answer once the time for it has passed."""
    verdict = _as_registrar(user, line, LineState.INFO_REQUESTED)
    question = open_question(line) if verdict else None
    if question and question.due_on >= timezone.localdate():
        return no(_("The applicant still has time to answer."))
    return verdict


def can_assign(user: User, line: Line) -> Verdict:
    """Name a reviewer, or another rapporteur: registrar or chair, until the decision."""
    verdict = _in_state(line, LineState.UNDER_REVIEW, LineState.DELIBERATION)
    is_biased = stepped_back(user, line) or conflict_of(user, line)
    if verdict and chairs(user, line) and not is_biased:
        return ALLOWED
    return verdict and _as_registrar(user, line)


def can_release(user: User, review: Review) -> Verdict:
    """Release a reviewer who does not answer: who may name another one."""
    return can_assign(user, review.line) and is_releasable(user, review)


def is_releasable(user: User, review: Review) -> Verdict:
    """Whether an opinion is still owed, and by somebody else."""
    if review.state not in (ReviewState.ASSIGNED, ReviewState.AT_WORK):
        return _too_late(review)
    if review.reviewer_id == user.pk:
        return no(_("This is your own task. Step back from it instead."))
    return ALLOWED


def can_notify(user: User, line: Line) -> Verdict:
    """Send a decision: the registrar, when its letter and all supplements are made."""
    verdict = _as_registrar(user, line, LineState.DECIDED)
    if verdict and (line.decision.letter_id is None or missing_supplements(line).exists()):
        return no(_("The letter and the supplements are still being made."))
    return verdict


def can_order_documents(user: User, line: Line) -> Verdict:
    """Have letter and supplements made again: the registrar, until the decision is sent."""
    return _as_registrar(user, line, LineState.DECIDED)


def missing_supplements(line: Line) -> QuerySet:
    """Return the external sources of a decision in favour that have no supplement yet."""
    if line.decision.type == DecisionType.REFUSAL:
        return line.sources.none()
    return line.sources.external().filter(supplement=None)


def can_record(user: User, line: Line) -> Verdict:
    """Write the credits into the ledger: the registrar, once the decision was sent."""
    verdict = _as_registrar(user, line, LineState.NOTIFIED)
    if verdict and line.decision.type == DecisionType.REFUSAL:
        return no(_("Nothing was recognised, so there is nothing to record."))
    reason = revocation_of(line) if verdict else ""
    return no(reason) if reason else verdict


def revocation_of(line: Line) -> str:
    """Return which source of a line was revoked, and what follows; "" when none was."""
    source = line.sources.revoked().first()
    if source is None:
        return ""
    return _("“%(title)s” was revoked, so nothing can be recognised from it.") % {
        "title": in_language(source.facts.get("title"))
    }


def can_close(user: User, line: Line) -> Verdict:
    """Close a line: recorded, or sent with nothing to record: refused, or revoked since."""
    verdict = _as_registrar(user, line, LineState.NOTIFIED, LineState.RECORDED)
    if not verdict or line.state == LineState.RECORDED:
        return verdict
    if line.decision.type != DecisionType.REFUSAL and not revocation_of(line):
        return no(_("Record the credits first."))
    return verdict


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


# Committee


def chairs(user: User, line: Line) -> bool:
    """Whether the user is chair or deputy of the line's committee today."""
    return (
        Seat.objects.current()
        .filter(
            committee=line.committee_id,
            user=user,
            role__in=[SeatRole.CHAIR, SeatRole.DEPUTY],
        )
        .exists()
    )


def conflict_of(user: User, line: Line) -> str:
    """Return why the user cannot be impartial as far as the portal knows, "" otherwise."""
    return conflicts(line, [user]).get(user.pk, "")


def conflicts(line: Line, users: list[User]) -> dict[int, str]:
    """Return for each user who cannot be impartial the reason why; one query."""
    found = {}
    source = Q(courses_taught__versions__awards__credential__line_sources__line=line)
    awarder = Q(awards_made__credential__line_sources__line=line)
    taught = User.objects.filter(source | awarder, pk__in=[user.pk for user in users])
    for pk in taught.values_list("pk", flat=True).distinct():
        found[pk] = _("Taught or awarded what is put forward here.")
    if line.case.applicant_id in {user.pk for user in users}:
        found[line.case.applicant_id] = _("Is the applicant.")
    return found


def stepped_back(user: User, line: Line) -> bool:
    """Whether the user stepped back as a reviewer: they get the line back in no other role."""
    return line.reviews.stepped_back().filter(reviewer=user).exists()


def has_seat(user: User, line: Line) -> bool:
    """Whether the user sits on the line's committee today."""
    return Seat.objects.current().filter(committee=line.committee_id, user=user).exists()


def can_declare_no_conflict(user: User, review: Review) -> Verdict:
    """Begin to review: the reviewer named, if nothing known speaks against it."""
    verdict = _own_review(user, review, ReviewState.ASSIGNED)
    reason = conflict_of(user, review.line) if verdict else ""
    if reason:
        return no(_("You cannot review this: %(reason)s Please step back.") % {"reason": reason})
    return verdict


def can_step_back(user: User, review: Review) -> Verdict:
    """Step back: the reviewer named, also when their seat has ended."""
    return _own_task(user, review, ReviewState.ASSIGNED, ReviewState.AT_WORK)


def can_review(user: User, review: Review) -> Verdict:
    """Write and hand in an opinion; whether it is complete is asked in `opinions.owed_by`."""
    return _own_review(user, review, ReviewState.AT_WORK)


def can_take_back(user: User, review: Review) -> Verdict:
    """Take an opinion back: as long as one has seen no other, or an answer came since."""
    verdict = _own_review(user, review, ReviewState.SUBMITTED)
    seen_at = review.line.deliberated_at
    if not verdict or seen_at is None:
        return verdict
    if review.line.information_requests.filter(answered_at__gt=seen_at).exists():
        return ALLOWED
    return no(_("You could read the other opinions already, so yours stays as it is."))


def can_see_evidence(user: User, line: Line) -> Verdict:
    """Read what was put forward: applicant, registrar, committee once impartiality is declared."""
    if line.case.applicant_id == user.pk or _as_registrar(user, line):
        return ALLOWED
    own = line.reviews.filter(reviewer=user).first()
    if own and own.state == ReviewState.ASSIGNED:
        return no(_("Declare first that you are impartial."))
    if own and own.conflict:
        return no(_("You stepped back from this."))
    if own and own.state != ReviewState.RECUSED:
        return ALLOWED if has_seat(user, line) else no(_("Your seat on the committee has ended."))
    if chairs(user, line):
        reason = conflict_of(user, line)
        return no(reason) if reason else ALLOWED
    return no(_("This is for those who work on it."))


def can_see_opinions(user: User, line: Line) -> Verdict:
    """See all opinions side by side: its reviewers and chair, when all are in; nobody before."""
    if line.case.applicant_id == user.pk:
        return no(_("Opinions are for the committee. The decision says its reasons."))
    mine = line.reviews.counted().filter(reviewer=user).exists() and has_seat(user, line)
    if not mine and (not chairs(user, line) or stepped_back(user, line)):
        return no(_("Opinions are for the committee."))
    reason = conflict_of(user, line)
    if reason:
        return no(reason)
    if line.state not in FROM_DELIBERATION:
        return no(_("Opinions stay independent: you see them when all are in."))
    return ALLOWED


def can_decide(user: User, line: Line) -> Verdict:
    """Write and sign the decision: chair or deputy who is impartial, when all opinions are in."""
    if not chairs(user, line):
        return no(_("Only the chair of the committee or the deputy decides."))
    if stepped_back(user, line):
        return no(_("You stepped back from this. Your deputy decides."))
    reason = conflict_of(user, line)
    if reason:
        return no(_("You cannot decide this: %(reason)s") % {"reason": reason})
    return _in_state(line, LineState.DELIBERATION)


def can_sign(user: User, decision: Decision) -> Verdict:
    """Sign: who may decide; who reports does not refuse alone. Contents: see `guards.py`."""
    verdict = can_decide(user, decision.line)
    if not verdict:
        return verdict
    if decision.state == DecisionState.SIGNED:
        return no(_("This decision was signed already."))
    reports = decision.line.reviews.counted().filter(reviewer=user, is_rapporteur=True)
    if decision.type == DecisionType.REFUSAL and reports.exists():
        return no(_("Who reports does not refuse alone. Ask your deputy to sign."))
    return ALLOWED


def can_see_document(user: User, line: Line, document: Document) -> Verdict:
    """Open a file of a line: evidence for its readers, the letter for all who may know it."""
    decision = Decision.objects.filter(line=line).first()
    letter = decision.letter_id if decision else None
    supplements = {source.supplement_id for source in line.sources.all()}
    if document.pk == letter or document.pk in supplements:
        is_sent = decision is not None and decision.notified_at is not None
        if line.case.applicant_id == user.pk and not is_sent:
            return no(_("The decision was not sent yet."))
    return can_see_evidence(user, line)


# Shared


def _as_registrar(user: User, line: Line, *states: LineState) -> Verdict:
    unit = line.case.programme_version.programme.unit
    if not holds(user, unit, Role.REGISTRAR):
        return no(_("Only registrars of %(unit)s may do this.") % {"unit": unit})
    if line.case.applicant_id == user.pk:
        return no(_("This is your own application. Another registrar must work on it."))
    if stepped_back(user, line):
        return no(_("You stepped back from this. Another registrar must work on it."))
    return _in_state(line, *states) if states else ALLOWED


def _own_review(user: User, review: Review, *states: ReviewState) -> Verdict:
    verdict = _own_task(user, review, *states)
    if verdict and not has_seat(user, review.line):
        return no(_("Your seat on the committee has ended."))
    return verdict


def _own_task(user: User, review: Review, *states: ReviewState) -> Verdict:
    if review.reviewer_id != user.pk:
        return no(_("This opinion belongs to somebody else."))
    if review.state not in states:
        return _too_late(review)
    return _in_state(review.line, LineState.UNDER_REVIEW)


def _in_state(line: Line, *states: LineState) -> Verdict:
    return ALLOWED if line.state in states else _too_late(line)


def _too_late(thing: Line | Review) -> Verdict:
    return no(
        _("This is not possible any more: it is “%(state)s” now.")
        % {"state": thing.get_state_display()}
    )
