"""May an applicant do this, and why not?"""

from django.utils.translation import gettext as _

from credentials.models import User
from credentials.verdict import ALLOWED, Verdict, no
from recognition import submission
from recognition.models import (
    Case,
    Line,
    Purpose,
)
from recognition.permissions.shared import BEFORE_DECISION, in_state
from recognition.states import GRADE_ASKED_IN


def can_draft(user: User, case: Case) -> Verdict:
    """Change an application: its applicant, or who enters it for them, until it is sent."""
    if not submission.speaks_for(user, case):
        return no(_("Only the applicant can change this application."))
    if not case.is_draft:
        return no(_("This application was sent already, so it cannot be changed."))
    return ALLOWED


def can_submit(user: User, case: Case) -> Verdict:
    """Send an application: complete, declared, for a published programme with rules in force."""
    found = submission.problems(user, case)
    return no(found[0]) if found else ALLOWED


def can_apply_after(user: User, case: Case) -> Verdict:
    """Apply for what one asked about in advance: its applicant, once it was sent."""
    if case.applicant_id != user.pk:
        return no(_("Only the applicant can do this."))
    if case.is_draft or case.purpose != Purpose.ADVANCE:
        return no(_("This is an application already."))
    return ALLOWED


def can_answer_grade(user: User, line: Line) -> Verdict:
    """Take a grade over, or have it left out: the applicant, once, until the day that was named."""
    if line.case.applicant_id != user.pk:
        return no(_("Only the applicant can say this."))
    decision = line.decision
    if decision is None or decision.grade_until is None or decision.notified_at is None:
        return no(_("There is no grade that waits for your word."))
    if decision.grade_word:
        return no(_("You have answered already."))
    if not decision.awaits_grade_word:
        return no(_("The time for this has passed. It is recorded without a grade."))
    return in_state(line, *GRADE_ASKED_IN)


def can_withdraw(user: User, line: Line) -> Verdict:
    """Take a line back: its applicant, until it is decided for the first time."""
    if line.case.applicant_id != user.pk:
        return no(_("Only the applicant can withdraw this."))
    if line.is_decided and line.state in BEFORE_DECISION:
        return no(_("There is a decision on this already. It holds until another one replaces it."))
    return in_state(line, *BEFORE_DECISION)
