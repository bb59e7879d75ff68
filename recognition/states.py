"""The states of everything in this app, whose turn it is, and in which words.

The moves of a line stand in `transitions.py`, all others here; docs/workflow.md is written from
both (`manage.py workflow_diagram`).
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LineState(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Received")
    FORMAL_CHECK = "formal_check", _("Being checked for completeness")
    INFO_REQUESTED = "info_requested", _("Waiting for information")
    UNDER_REVIEW = "under_review", _("Under review")
    ASSESSMENT = "assessment", _("Supplementary assessment")
    DELIBERATION = "deliberation", _("Waiting for the decision")
    AUTO_DECIDED = "auto_decided", _("Decided by a standing decision")
    DECIDED = "decided", _("Decided")
    NOTIFIED = "notified", _("Decision sent")
    CONDITION_PENDING = "condition_pending", _("Waiting for a condition")
    RECORDED = "recorded", _("Credits recorded")
    CLOSED = "closed", _("Closed")
    INADMISSIBLE = "inadmissible", _("Not admissible")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    OBJECTION = "objection", _("Objection")
    APPEAL = "appeal", _("Appeal")
    REOPENED = "reopened", _("Opened again")
    ANNULLED = "annulled", _("Annulled")


class Turn(TextChoices):
    """Who holds a line: the one everybody waits for."""

    APPLICANT = "applicant", _("You")
    REGISTRAR = "registrar", _("Registrar")
    COMMITTEE = "committee", _("Recognition committee")
    ASSESSOR = "assessor", _("Assessor")
    CHAIR = "chair", _("Chair of the committee")
    APPEAL_BODY = "appeal_body", _("Appeal body")
    NOBODY = "nobody", _("Nobody")


UNDECIDED = frozenset(
    {
        LineState.SUBMITTED,
        LineState.FORMAL_CHECK,
        LineState.INFO_REQUESTED,
        LineState.UNDER_REVIEW,
        LineState.ASSESSMENT,
        LineState.DELIBERATION,
        LineState.REOPENED,
    }
)
"""Sent, and no decision is signed: until then the applicant may withdraw."""
OPEN = UNDECIDED | {LineState.AUTO_DECIDED, LineState.DECIDED}
"""Sent, and no decision was sent back."""
CLOCK_RUNS = frozenset(
    {
        LineState.UNDER_REVIEW,
        LineState.DELIBERATION,
        LineState.AUTO_DECIDED,
        LineState.DECIDED,
        LineState.REOPENED,
    }
)
TOLD = frozenset(
    {
        LineState.NOTIFIED,
        LineState.CONDITION_PENDING,
        LineState.RECORDED,
        LineState.CLOSED,
        LineState.ANNULLED,
    }
)
"""The applicant knows the decision."""

GRADE_ASKED_IN = (
    LineState.NOTIFIED,
    LineState.CONDITION_PENDING,
    LineState.OBJECTION,
    LineState.APPEAL,
)
"""Where the applicant may still say that a grade counts; whoever objects loses no grade by it."""

TURN = {
    LineState.DRAFT: Turn.APPLICANT,
    LineState.SUBMITTED: Turn.REGISTRAR,
    LineState.FORMAL_CHECK: Turn.REGISTRAR,
    LineState.INFO_REQUESTED: Turn.APPLICANT,
    LineState.UNDER_REVIEW: Turn.COMMITTEE,
    LineState.ASSESSMENT: Turn.ASSESSOR,
    LineState.DELIBERATION: Turn.CHAIR,
    LineState.AUTO_DECIDED: Turn.REGISTRAR,
    LineState.DECIDED: Turn.REGISTRAR,
    LineState.NOTIFIED: Turn.REGISTRAR,
    LineState.CONDITION_PENDING: Turn.APPLICANT,
    LineState.RECORDED: Turn.NOBODY,
    LineState.CLOSED: Turn.NOBODY,
    LineState.INADMISSIBLE: Turn.NOBODY,
    LineState.WITHDRAWN: Turn.NOBODY,
    LineState.OBJECTION: Turn.CHAIR,
    LineState.APPEAL: Turn.APPEAL_BODY,
    LineState.REOPENED: Turn.REGISTRAR,
    LineState.ANNULLED: Turn.NOBODY,
}


class ReviewState(TextChoices):
    ASSIGNED = "assigned", _("Conflict of interest not yet declared")
    AT_WORK = "at_work", _("At work")
    SUBMITTED = "submitted", _("Opinion given")
    RECUSED = "recused", _("Stepped back")


REVIEW_MOVES = {
    ReviewState.ASSIGNED: {ReviewState.AT_WORK, ReviewState.RECUSED},
    ReviewState.AT_WORK: {ReviewState.SUBMITTED, ReviewState.RECUSED},
    ReviewState.SUBMITTED: {ReviewState.AT_WORK, ReviewState.RECUSED},
    ReviewState.RECUSED: set(),
}


class DecisionState(TextChoices):
    DRAFT = "draft", _("Being written")
    SIGNED = "signed", _("Signed")


DECISION_MOVES = {DecisionState.DRAFT: {DecisionState.SIGNED}, DecisionState.SIGNED: set()}


class ConditionState(TextChoices):
    OPEN = "open", _("To be met")
    MET = "met", _("Met")
    WAIVED = "waived", _("Waived")
    MISSED = "missed", _("Not met in time")


CONDITION_MOVES = {
    ConditionState.OPEN: {ConditionState.MET, ConditionState.WAIVED, ConditionState.MISSED},
    ConditionState.MET: set(),
    ConditionState.WAIVED: set(),
    ConditionState.MISSED: set(),
}


VOTED_IN = (LineState.DELIBERATION, LineState.OBJECTION, LineState.APPEAL)
"""Where a line is while a committee, or an appeal body, votes on it."""


class BallotState(TextChoices):
    OPEN = "open", _("Open")
    TIED = "tied", _("Tied: the chair decides")
    ADOPTED = "adopted", _("Adopted")
    REJECTED = "rejected", _("Rejected")
    NO_QUORUM = "no_quorum", _("Too few voted")
    TO_MEETING = "to_meeting", _("Passed on to a meeting")
    DROPPED = "dropped", _("Stopped")


BALLOT_MOVES = {
    BallotState.OPEN: set(BallotState) - {BallotState.OPEN},
    BallotState.TIED: {BallotState.ADOPTED, BallotState.REJECTED, BallotState.DROPPED},
    BallotState.ADOPTED: set(),
    BallotState.REJECTED: set(),
    BallotState.NO_QUORUM: set(),
    BallotState.TO_MEETING: set(),
    BallotState.DROPPED: set(),
}


class MeetingState(TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


MEETING_MOVES = {
    MeetingState.PLANNED: {MeetingState.HELD, MeetingState.CANCELLED},
    MeetingState.HELD: set(),
    MeetingState.CANCELLED: set(),
}


class AnnulmentState(TextChoices):
    HEARING = "hearing", _("The learner is heard")
    SIGNED = "signed", _("Signed once")
    DONE = "done", _("Annulled")
    DROPPED = "dropped", _("Dropped: the decision stands")


ANNULMENT_MOVES = {
    AnnulmentState.HEARING: {AnnulmentState.SIGNED, AnnulmentState.DROPPED},
    AnnulmentState.SIGNED: {AnnulmentState.DONE, AnnulmentState.DROPPED},
    AnnulmentState.DONE: set(),
    AnnulmentState.DROPPED: set(),
}
