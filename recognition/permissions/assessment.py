"""May somebody order, take or cancel a supplementary assessment, and why not?"""

from django.utils.translation import gettext as _

from credentials.models import User
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import Line, SupplementaryAssessment
from recognition.permissions.committee import can_see_evidence
from recognition.permissions.shared import (
    as_registrar,
    chairs,
    conflict_of,
    in_state,
    reports,
    stepped_back,
    too_late,
)
from recognition.states import LineState
from recognition.transitions import WITH_COMMITTEE


def can_order_assessment(user: User, line: Line) -> Verdict:
    """Order a test of what is not shown: who reports; when all opinions are in, also the chair.

    Which outcomes a test can settle is asked in `services.assessments.assessable`.
    """
    verdict = in_state(line, *WITH_COMMITTEE)
    if not verdict:
        return verdict
    verdict = can_see_evidence(user, line)
    if not verdict:
        return verdict
    if reports(user, line):
        return ALLOWED
    if not chairs(user, line):
        return no(_("Who reports orders an assessment, or the chair of the committee."))
    if line.state == LineState.UNDER_REVIEW:
        return no(_("Opinions stay independent: wait until all are in, or ask who reports."))
    return ALLOWED


def can_see_assessment(user: User, assessment: SupplementaryAssessment) -> Verdict:
    """Read what is to be assessed, and the result: the assessor, and who sees the evidence."""
    line = assessment.line
    is_assessor = assessment.assessor_id == user.pk
    if is_assessor and not conflict_of(user, line) and not stepped_back(user, line):
        return ALLOWED
    return can_see_evidence(user, line)


def can_assess(user: User, assessment: SupplementaryAssessment) -> Verdict:
    """Enter the result, or that nobody came: the assessor, who is impartial."""
    if assessment.assessor_id != user.pk:
        return no(_("Only the assessor enters the result."))
    reason = conflict_of(user, assessment.line)
    if reason:
        return no(_("You cannot assess this: %(reason)s") % {"reason": reason})
    if stepped_back(user, assessment.line):
        return no(_("You stepped back from this. Somebody else must assess it."))
    return _is_open(assessment)


def can_cancel_assessment(user: User, assessment: SupplementaryAssessment) -> Verdict:
    """Cancel with a reason: the assessor, rapporteur, chair or registrar, until it has ended."""
    line = assessment.line
    verdict = _is_open(assessment)
    if not verdict or assessment.assessor_id == user.pk:
        return verdict
    own = line.reviews.filter(reviewer=user, is_rapporteur=True, declared_at__isnull=False)
    if can_see_evidence(user, line) and (own.counted().exists() or chairs(user, line)):
        return ALLOWED
    return as_registrar(user, line)


def _is_open(assessment: SupplementaryAssessment) -> Verdict:
    if assessment.ended_at is not None:
        return no(_("This assessment has ended."))
    if assessment.line.state != LineState.ASSESSMENT:
        return too_late(assessment.line)
    return ALLOWED
