"""May somebody do this about a condition of a decision, and why not?"""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import User
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import Condition, Line
from recognition.permissions.shared import (
    as_registrar,
    chairs,
    conflict_of,
    has_seat,
    in_state,
    stepped_back,
)
from recognition.states import ConditionState, LineState

GRACE = timedelta(days=7)
"""How long after the reminder a condition cannot yet be declared missed."""


def can_send_proof(user: User, condition: Condition) -> Verdict:
    """Show that a condition is met: the applicant, also late, as long as nobody has settled it."""
    if condition.line.case.applicant_id != user.pk:
        return no(_("Only the applicant can answer this."))
    verdict = is_condition_open(condition)
    if verdict and condition.answered_at:
        return no(_("Your proof is with the university already."))
    return verdict


def can_settle_condition(user: User, condition: Condition) -> Verdict:
    """Say that a condition is met, waived or not shown yet: registrar, who reports, or chair."""
    verdict = can_see_conditions(user, condition.line)
    return verdict and is_condition_open(condition)


def can_put_off(user: User, condition: Condition) -> Verdict:
    """Give more time, with a reason: who may settle it."""
    return can_settle_condition(user, condition)


def can_declare_missed(user: User, condition: Condition) -> Verdict:
    """Say that a condition was not met in time: registrar or chair, a week after a reminder."""
    line = condition.line
    verdict = as_registrar(user, line)
    if not verdict and not _decides(user, line):
        return verdict
    verdict = is_condition_open(condition)
    if not verdict:
        return verdict
    if condition.answered_at:
        return no(_("The applicant has sent a proof. Say first whether it is enough."))
    reminded_on = timezone.localdate(condition.reminded_at) if condition.reminded_at else None
    if condition.due_on >= timezone.localdate():
        return no(_("The applicant still has time."))
    if reminded_on is None or reminded_on <= condition.due_on:
        return no(_("The applicant is reminded first. Please wait for the reminder."))
    if reminded_on + GRACE > timezone.localdate():
        return no(_("The applicant was reminded and has a week to answer."))
    return ALLOWED


def can_see_conditions(user: User, line: Line) -> Verdict:
    """Look at the conditions of a decision: registrar, who reports, chair."""
    as_keeper = as_registrar(user, line)
    if as_keeper or _decides(user, line):
        return ALLOWED
    reports = line.reviews.counted().filter(reviewer=user, is_rapporteur=True)
    if reports.exists() and has_seat(user, line) and not conflict_of(user, line):
        return ALLOWED
    return as_keeper


def _decides(user: User, line: Line) -> bool:
    is_kept_away = stepped_back(user, line) or conflict_of(user, line)
    return chairs(user, line) and not is_kept_away


def is_condition_open(condition: Condition) -> Verdict:
    """Whether a condition is still to be settled; costs no query."""
    if condition.state != ConditionState.OPEN:
        return no(
            _("This is not possible any more: it is “%(state)s” now.")
            % {"state": condition.get_state_display()}
        )
    return in_state(condition.line, LineState.CONDITION_PENDING)
