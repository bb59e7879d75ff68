"""May somebody take a decision back, answer to that, or sign it, and why not?"""

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import User
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import Annulment, AnnulmentGround, Line
from recognition.permissions.registrar import revocation_of
from recognition.permissions.remedies import of_the_case
from recognition.permissions.shared import chairs, in_state, stepped_back
from recognition.states import AnnulmentState
from recognition.transitions import REOPENED, SENT, WITH_COMMITTEE

ANNULLABLE = SENT + REOPENED + WITH_COMMITTEE
"""A decision was sent and holds, also while the line is looked at again."""


def can_annul(user: User, line: Line, ground: AnnulmentGround | None = None) -> Verdict:
    """Propose to take a decision back: registrar or chair, of one that gave something."""
    verdict = of_the_case(user, line)
    if not verdict:
        return verdict
    if line.decision is None or line.decision.notified_at is None:
        return no(_("No decision was sent that could be taken back."))
    if not line.decision.is_recorded:
        return no(_("It gives nothing that could be taken back. Open it again instead."))
    if line.annulments.unfinished().exists():
        return no(_("It is proposed already to take this decision back."))
    if ground == AnnulmentGround.REVOKED and not revocation_of(line):
        return no(_("Nothing of what was put forward was revoked in this portal."))
    return in_state(line, *ANNULLABLE)


def can_see_annulment(user: User, annulment: Annulment) -> Verdict:
    """Read it: the learner whom it concerns, registrar and chair."""
    if annulment.line.case.applicant_id == user.pk:
        return ALLOWED
    return of_the_case(user, annulment.line)


def can_answer_annulment(user: User, annulment: Annulment) -> Verdict:
    """Say something before it is decided: the learner, once; late is not too late."""
    if annulment.line.case.applicant_id != user.pk:
        return no(_("Only the learner can answer this."))
    if annulment.heard_at is not None:
        return no(_("This was answered already."))
    return _in(annulment, AnnulmentState.HEARING)


def can_sign_annulment(user: User, annulment: Annulment) -> Verdict:
    """Sign first: registrar or chair, after the learner was heard or had the time for it."""
    verdict = of_the_case(user, annulment.line) and _in(annulment, AnnulmentState.HEARING)
    if not verdict:
        return verdict
    if annulment.hearing_id is None:
        return no(_("The letter that hears the learner is still being made."))
    if annulment.heard_at is None and annulment.due_on >= timezone.localdate():
        return no(_("The learner is heard first and still has time to answer."))
    return _still_holds(annulment)


def can_countersign_annulment(user: User, annulment: Annulment) -> Verdict:
    """Sign second: neither who signed first nor who proposed; one of both chairs the committee."""
    verdict = of_the_case(user, annulment.line) and _in(annulment, AnnulmentState.SIGNED)
    if not verdict:
        return verdict
    if annulment.signed_by_id == user.pk:
        return no(_("You signed already. Somebody else must sign too."))
    if stepped_back(annulment.signed_by, annulment.line):
        name = {"name": annulment.signed_by}
        return no(_("%(name)s stepped back from this, or was released.") % name)
    if annulment.proposed_by_id == user.pk:
        return no(_("You proposed it. The second signature is for somebody else."))
    if not chairs(user, annulment.line) and not chairs(annulment.signed_by, annulment.line):
        return no(_("One of the two who sign must chair the committee."))
    return _still_holds(annulment)


def can_drop_annulment(user: User, annulment: Annulment) -> Verdict:
    """Let the decision stand: registrar or chair, until it is signed twice."""
    verdict = of_the_case(user, annulment.line)
    return verdict and _in(annulment, AnnulmentState.HEARING, AnnulmentState.SIGNED)


def _still_holds(annulment: Annulment) -> Verdict:
    """Whether the line is where it can be annulled, with the decision of which it was proposed."""
    line = annulment.line
    if line.decision_id != annulment.decision_id:
        return no(_("Superseded by %(number)s.") % {"number": line.decision.number})
    return in_state(line, *ANNULLABLE)


def _in(annulment: Annulment, *states: AnnulmentState) -> Verdict:
    if annulment.state in states:
        return ALLOWED
    return no(
        _("This is not possible any more: it is “%(state)s” now.")
        % {"state": annulment.get_state_display()}
    )
