"""May somebody step back from a line, challenge, answer, stand in or hand it over; and why not?"""

from django.utils.translation import gettext as _

from credentials.models import User
from credentials.verdict import Verdict, no
from recognition.models import Committee, Line, Recusal, Review, Seat, SeatRole
from recognition.permissions.registrar import can_assign
from recognition.permissions.shared import (
    BEFORE_DECISION,
    as_registrar,
    chairs,
    conflict_of,
    in_state,
    own_task,
    presiding,
    stepped_back,
)
from recognition.states import LineState, ReviewState
from recognition.transitions import WITH_COMMITTEE


def can_leave(user: User, line: Line) -> Verdict:
    """Step back from a line for good: its chair, deputies and registrars, until it is decided.

    Who reviews steps back from the review: `can_step_back`.
    """
    if stepped_back(user, line):
        return no(_("You stepped back from this already."))
    if line.reviews.counted().filter(reviewer=user, state__in=ReviewState.values[:2]).exists():
        return no(_("You are named as a reviewer. Step back from your review."))
    if not chairs(user, line) and not as_registrar(user, line):
        return no(_("Only who decides on this or keeps its records can step back from it."))
    return in_state(line, *BEFORE_DECISION)


def can_challenge(user: User, line: Line) -> Verdict:
    """Say that a member is not impartial: the applicant, until the decision."""
    if line.case.applicant_id != user.pk:
        return no(_("Only the applicant can do this."))
    if line.committee_id is None:
        return no(_("No committee has this yet. You can do this as soon as one has."))
    return in_state(line, *BEFORE_DECISION)


def can_answer_challenge(user: User, recusal: Recusal) -> Verdict:
    """Uphold or reject a challenge: who presides, never the one challenged; else the registrar."""
    line = recusal.line
    if recusal.is_upheld is not None:
        return no(_("This was answered already."))
    if recusal.user_id == user.pk:
        return no(_("Nobody answers a challenge of themselves."))
    answering = presiding(line, without=recusal.user)
    if not answering:
        return as_registrar(user, line, *BEFORE_DECISION)
    if user not in answering:
        return no(_("%(name)s answers this.") % {"name": answering[0]})
    return in_state(line, *BEFORE_DECISION)


def can_let_act(user: User, line: Line) -> Verdict:
    """Hand a line to a deputy, or take it back: the chair who may take part, until the decision."""
    seats = Seat.objects.current().filter(committee=line.committee_id, user=user)
    if not seats.filter(role=SeatRole.CHAIR).exists() or stepped_back(user, line):
        return no(_("Only the chair hands this over."))
    reason = conflict_of(user, line)
    return no(reason) if reason else in_state(line, *WITH_COMMITTEE)


def can_change_committee(user: User, line: Line) -> Verdict:
    """Give a line to another committee that covers its programme: the registrar."""
    return as_registrar(user, line, *WITH_COMMITTEE)


def can_pass_on(user: User, review: Review) -> Verdict:
    """Pass an owed opinion on to the reviewer's substitute.

    The reviewer, who names reviewers, or the substitute while the reviewer is away.
    """
    if review.state not in (ReviewState.ASSIGNED, ReviewState.AT_WORK):
        return own_task(review.reviewer, review, ReviewState.ASSIGNED, ReviewState.AT_WORK)
    if substitute_of(review) is None:
        return no(_("%(name)s has no substitute.") % {"name": review.reviewer})
    if review.reviewer_id == user.pk:
        return in_state(review.line, LineState.UNDER_REVIEW)
    if substitute_of(review) == user and is_away(review.reviewer, review.line.committee):
        return in_state(review.line, LineState.UNDER_REVIEW)
    return can_assign(user, review.line)


def substitute_of(review: Review) -> User | None:
    """Return who stands in for a reviewer on their committee, None when nobody does."""
    seats = (
        Seat.objects.current()
        .there()
        .filter(committee=review.line.committee_id, substitute_for__user=review.reviewer_id)
    )
    seat = seats.select_related("user").first()
    return seat.user if seat else None


def is_away(user: User, committee: Committee) -> bool:
    return not committee.seats.current().there().filter(user=user).exists()


def can_show_files(user: User, line: Line) -> Verdict:
    """Say which files hold nothing personal: the registrar, where reviewers must not know more."""
    if line.case.policy is None or not line.case.policy.is_blind:
        return no(_("The rules of this case do not ask for blind review."))
    return as_registrar(user, line, *BEFORE_DECISION)
