"""May a member, chair or deputy of a committee do this, and why not?"""

from django.utils.translation import gettext as _

from credentials.models import Document, User
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import (
    Decision,
    Line,
    Review,
)
from recognition.permissions.shared import (
    FROM_DELIBERATION,
    as_registrar,
    chairs,
    conflict_of,
    has_seat,
    in_state,
    may_know_applicant,
    own_review,
    own_task,
    presiding,
    stepped_back,
)
from recognition.states import DecisionState, LineState, ReviewState
from recognition.vocabulary import DecisionType


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
    """Write and sign the decision: who presides (see `presiding`), when all opinions are in."""
    if not chairs(user, line):
        return no(_("Only the chair of the committee or the deputy decides."))
    if stepped_back(user, line):
        return no(_("You stepped back from this. Your deputy decides."))
    reason = conflict_of(user, line)
    if reason:
        return no(_("You cannot decide this: %(reason)s") % {"reason": reason})
    verdict = in_state(line, LineState.DELIBERATION)
    if verdict and user not in presiding(line):
        return no(_presides_not(user, line))
    return verdict


def _presides_not(user: User, line: Line) -> str:
    if line.acting_chair_id not in (None, user.pk):
        return _("The chair has handed this to %(name)s.") % {"name": line.acting_chair}
    return _(
        "The chair decides. A deputy does when the chair is away or must not take part, or hands "
        "it over; and nobody decides while they are away."
    )


def can_sign(user: User, decision: Decision) -> Verdict:
    """Sign: who may decide; who reports does not refuse alone. Contents: see `guards.py`."""
    verdict = can_decide(user, decision.line)
    if not verdict:
        return verdict
    if decision.state == DecisionState.SIGNED:
        return no(_("This decision was signed already."))
    if decision.line.recusals.waiting().exists():
        return no(_("The applicant has challenged somebody. That is to be answered first."))
    reports = decision.line.reviews.counted().filter(reviewer=user, is_rapporteur=True)
    if decision.type == DecisionType.REFUSAL and reports.exists():
        return no(_("Who reports does not refuse alone. Ask your deputy to sign."))
    return ALLOWED


def can_see_document(user: User, line: Line, document: Document) -> Verdict:
    """Open a file of a line: evidence for its readers, the letter for all who may know it."""
    if not may_know_applicant(user, line) and not line.shown_files.contains(document):
        return no(_("This file may say who applied, so it is kept from you until it is decided."))
    made_of = Decision.objects.filter(line=line, letter=document).first()
    supplements = {source.supplement_id for source in line.sources.all()}
    if made_of or document.pk in supplements:
        made_of = made_of or line.decision
        is_sent = made_of is not None and made_of.notified_at is not None
        if line.case.applicant_id == user.pk and not is_sent:
            return no(_("The decision was not sent yet."))
    return can_see_evidence(user, line)
