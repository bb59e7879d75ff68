"""May an applicant do this, and why not?"""

from django.utils.translation import gettext as _

from credentials.models import User
from credentials.verdict import ALLOWED, Verdict, no
from recognition import submission
from recognition.models import (
    Case,
    InformationRequest,
    Line,
    Purpose,
)
from recognition.permissions.shared import BEFORE_DECISION, in_state


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


def can_apply_after(user: User, case: Case) -> Verdict:
    """Apply for what one asked about in advance: its applicant, once it was sent."""
    if case.applicant_id != user.pk:
        return no(_("Only the applicant can do this."))
    if case.is_draft or case.purpose != Purpose.ADVANCE:
        return no(_("This is an application already."))
    return ALLOWED


def can_withdraw(user: User, line: Line) -> Verdict:
    """Take a line back: its applicant, until it is decided for the first time."""
    if line.case.applicant_id != user.pk:
        return no(_("Only the applicant can withdraw this."))
    if line.decision_id and line.state in BEFORE_DECISION:
        return no(_("There is a decision on this already. It holds until another one replaces it."))
    return in_state(line, *BEFORE_DECISION)


def can_answer_information(user: User, request: InformationRequest) -> Verdict:
    """Answer what was asked: the applicant, once, until the decision; late is not too late."""
    if request.line.case.applicant_id != user.pk:
        return no(_("Only the applicant can answer this."))
    if request.answered_at is not None:
        return no(_("This was answered already."))
    return in_state(request.line, *BEFORE_DECISION)
