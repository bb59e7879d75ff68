"""May a member, chair or deputy of a committee do this, and why not?"""

from django.utils.translation import gettext as _

from credentials.models import Document, User
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import (
    Decision,
    Line,
    Review,
)
from recognition.permissions.ballots import (
    adopted_by,
    can_decide_alone,
    directs,
    presides,
    votes_on,
)
from recognition.permissions.remedies import can_decide_appeal
from recognition.permissions.shared import (
    FROM_DELIBERATION,
    as_registrar,
    chairs,
    conflict_of,
    has_seat,
    in_state,
    judges,
    may_know_applicant,
    own_review,
    own_task,
    review_of,
    stepped_back,
    too_late,
)
from recognition.states import DecisionState, LineState, ReviewState


def can_declare_no_conflict(user: User, review: Review) -> Verdict:
    """Begin to review: the reviewer named, if nothing known speaks against it."""
    verdict = own_review(user, review, ReviewState.ASSIGNED)
    reason = conflict_of(user, review.line) if verdict else ""
    if reason:
        return no(_("You cannot review this: %(reason)s Please step back.") % {"reason": reason})
    return verdict


def can_step_back(user: User, review: Review) -> Verdict:
    """Step back: the reviewer named, also when their seat has ended."""
    return own_task(user, review, ReviewState.ASSIGNED, ReviewState.AT_WORK)


def can_review(user: User, review: Review) -> Verdict:
    """Write and hand in an opinion; whether it is complete is asked in `opinions.owed_by`."""
    return own_review(user, review, ReviewState.AT_WORK)


def can_take_back(user: User, review: Review) -> Verdict:
    """Take an opinion back: as long as one has seen no other, or an answer came since."""
    verdict = own_review(user, review, ReviewState.SUBMITTED)
    seen_at = review.line.deliberated_at
    if not verdict or seen_at is None:
        return verdict
    is_new = review.line.information_requests.filter(answered_at__gt=seen_at).exists()
    if is_new or review.line.assessments.assessed().filter(ended_at__gt=seen_at).exists():
        return ALLOWED
    return no(_("You could read the other opinions already, so yours stays as it is."))


def can_see_evidence(user: User, line: Line) -> Verdict:
    """Read what was put forward: applicant, registrar, committee once impartiality is declared,
    and the body that an appeal came before.
    """
    if line.case.applicant_id == user.pk or as_registrar(user, line):
        return ALLOWED
    if judges(user, line):
        reason = conflict_of(user, line)
        return no(reason) if reason else ALLOWED
    own = review_of(user, line)
    if own and own.state == ReviewState.ASSIGNED:
        return no(_("Declare first that you are impartial."))
    if own and own.conflict:
        return no(_("You stepped back from this."))
    if own and own.state != ReviewState.RECUSED:
        return ALLOWED if has_seat(user, line) else no(_("Your seat on the committee has ended."))
    if chairs(user, line) or directs(user, line) or votes_on(user, line):
        reason = conflict_of(user, line)
        return no(reason) if reason else ALLOWED
    return no(_("This is for those who work on it."))


def can_see_opinions(user: User, line: Line) -> Verdict:
    """See all opinions side by side: its reviewers and chair, when all are in; nobody before.

    An appeal body sees those that were handed in when no decision came in time.
    """
    if line.case.applicant_id == user.pk:
        return no(_("Opinions are for the committee. The decision says its reasons."))
    is_judge = judges(user, line)
    own = review_of(user, line)
    mine = own and own.state != ReviewState.RECUSED and has_seat(user, line)
    mine = mine or votes_on(user, line) or directs(user, line) or is_judge
    if not mine and (not chairs(user, line) or stepped_back(user, line)):
        return no(_("Opinions are for the committee."))
    reason = conflict_of(user, line)
    if reason:
        return no(reason)
    came_early = line.state == LineState.APPEAL and line.deliberated_at is None and not is_judge
    if line.state not in FROM_DELIBERATION or came_early:
        return no(_("Opinions stay independent: you see them when all are in."))
    return ALLOWED


def can_decide(user: User, line: Line) -> Verdict:
    """Write the decision: chair or deputy who is impartial, when all opinions are in; the course
    director where the rules delegate something to them.

    On appeal the head of the appeal body writes it, if the file was ever complete.
    """
    if line.state == LineState.APPEAL:
        return _can_decide_on_appeal(user, line)
    if not chairs(user, line) and not directs(user, line):
        return no(_("Only the chair of the committee or the deputy decides."))
    if stepped_back(user, line):
        return no(_("You stepped back from this. Your deputy decides."))
    reason = conflict_of(user, line)
    if reason:
        return no(_("You cannot decide this: %(reason)s") % {"reason": reason})
    return in_state(line, LineState.DELIBERATION)


def _can_decide_on_appeal(user: User, line: Line) -> Verdict:
    appeal = line.objections.undecided().first()
    verdict = can_decide_appeal(user, appeal) if appeal else too_late(line)
    if verdict and line.complete_at is None:
        return no(_("The file was never complete, so it cannot be decided yet. Set a date for it."))
    return verdict


def can_sign(user: User, decision: Decision) -> Verdict:
    """Sign: what the committee adopted, or what is delegated. Contents: see `guards.py`."""
    verdict = can_decide(user, decision.line)
    if not verdict:
        return verdict
    if decision.state == DecisionState.SIGNED:
        return no(_("This decision was signed already."))
    if decision.line.recusals.waiting().exists():
        return no(_("The applicant has challenged somebody. That is to be answered first."))
    if decision.line.state == LineState.APPEAL:
        return no(_("It is signed together with the decision on the appeal."))
    if adopted_by(decision):
        return presides(user, decision.body or decision.line.committee, decision.line)
    return can_decide_alone(user, decision)


def can_see_document(user: User, line: Line, document: Document) -> Verdict:
    """Open a file of a line: evidence for its readers, letters for all who may know them."""
    if not may_know_applicant(user, line) and not line.shown_files.contains(document):
        return no(_("This file may say who applied, so it is kept from you until it is decided."))
    is_applicant = line.case.applicant_id == user.pk
    if is_applicant and not _is_told(line, document):
        return no(_("The decision was not sent yet."))
    return can_see_evidence(user, line)


def _is_told(line: Line, document: Document) -> bool:
    """Whether a document was made of no decision of this line, or of one that was sent."""
    sent = line.decisions.exclude(notified_at=None)
    if line.decisions.filter(letter=document).exists():
        return sent.filter(letter=document).exists()
    is_supplement = document.pk in {source.supplement_id for source in line.sources.all()}
    return sent.exists() if is_supplement else True
