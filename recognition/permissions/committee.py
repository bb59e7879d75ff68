"""May a member, chair or deputy of a committee do this, and why not?"""

from django.utils.translation import gettext as _

from credentials.models import Document, User
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import (
    Condition,
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
from recognition.permissions.shared import (
    FROM_DELIBERATION,
    as_registrar,
    chairs,
    conflict_of,
    has_seat,
    in_state,
    own_review,
    own_task,
    stepped_back,
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
    if review.line.information_requests.filter(answered_at__gt=seen_at).exists():
        return ALLOWED
    return no(_("You could read the other opinions already, so yours stays as it is."))


def can_see_evidence(user: User, line: Line) -> Verdict:
    """Read what was put forward: applicant, registrar, committee once impartiality is declared."""
    if line.case.applicant_id == user.pk or as_registrar(user, line):
        return ALLOWED
    own = line.reviews.filter(reviewer=user).first()
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
    """See all opinions side by side: its reviewers and chair, when all are in; nobody before."""
    if line.case.applicant_id == user.pk:
        return no(_("Opinions are for the committee. The decision says its reasons."))
    mine = line.reviews.counted().filter(reviewer=user).exists() and has_seat(user, line)
    mine = mine or votes_on(user, line) or directs(user, line)
    if not mine and (not chairs(user, line) or stepped_back(user, line)):
        return no(_("Opinions are for the committee."))
    reason = conflict_of(user, line)
    if reason:
        return no(reason)
    if line.state not in FROM_DELIBERATION:
        return no(_("Opinions stay independent: you see them when all are in."))
    return ALLOWED


def can_decide(user: User, line: Line) -> Verdict:
    """Write the decision: chair or deputy who is impartial, when all opinions are in; the course
    director where the rules delegate something to them.
    """
    if not chairs(user, line) and not directs(user, line):
        return no(_("Only the chair of the committee or the deputy decides."))
    if stepped_back(user, line):
        return no(_("You stepped back from this. Your deputy decides."))
    reason = conflict_of(user, line)
    if reason:
        return no(_("You cannot decide this: %(reason)s") % {"reason": reason})
    return in_state(line, LineState.DELIBERATION)


def can_sign(user: User, decision: Decision) -> Verdict:
    """Sign: what the committee adopted, or what is delegated. Contents: see `guards.py`."""
    verdict = can_decide(user, decision.line)
    if not verdict:
        return verdict
    if decision.state == DecisionState.SIGNED:
        return no(_("This decision was signed already."))
    if adopted_by(decision):
        return presides(user, decision.line.committee, decision.line)
    return can_decide_alone(user, decision)


def can_see_document(user: User, line: Line, document: Document) -> Verdict:
    """Open a file of a line: evidence for its readers, the letter for all who may know it."""
    made_of = Decision.objects.filter(line=line, letter=document).first()
    if Condition.objects.filter(decision__line=line, notice=document).exists():
        made_of = line.decision
    supplements = {source.supplement_id for source in line.sources.all()}
    if made_of or document.pk in supplements:
        made_of = made_of or line.decision
        is_sent = made_of is not None and made_of.notified_at is not None
        if line.case.applicant_id == user.pk and not is_sent:
            return no(_("The decision was not sent yet."))
    return can_see_evidence(user, line)
