"""The legal moves of an application's lines, whose turn it is, and in which words.

The diagram in docs/workflow.md is generated from these tables (`manage.py workflow_diagram`).
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LineState(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Being checked for completeness")
    INFO_REQUESTED = "info_requested", _("Waiting for information")
    UNDER_REVIEW = "under_review", _("Under review")
    DELIBERATION = "deliberation", _("Waiting for the decision")
    DECIDED = "decided", _("Decided")
    NOTIFIED = "notified", _("Decision sent")
    RECORDED = "recorded", _("Credits recorded")
    CLOSED = "closed", _("Closed")
    INADMISSIBLE = "inadmissible", _("Not admissible")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Turn(TextChoices):
    """Who holds a line: the one everybody waits for."""

    APPLICANT = "applicant", _("You")
    REGISTRAR = "registrar", _("Registrar")
    COMMITTEE = "committee", _("Recognition committee")
    CHAIR = "chair", _("Chair of the committee")
    NOBODY = "nobody", _("Nobody")


MOVES = {
    LineState.DRAFT: {LineState.SUBMITTED},
    LineState.SUBMITTED: {
        LineState.UNDER_REVIEW,
        LineState.INFO_REQUESTED,
        LineState.INADMISSIBLE,
        LineState.WITHDRAWN,
    },
    LineState.INFO_REQUESTED: {
        LineState.SUBMITTED,
        LineState.UNDER_REVIEW,
        LineState.WITHDRAWN,
    },
    LineState.UNDER_REVIEW: {
        LineState.DELIBERATION,
        LineState.INFO_REQUESTED,
        LineState.WITHDRAWN,
    },
    LineState.DELIBERATION: {
        LineState.DECIDED,
        LineState.UNDER_REVIEW,
        LineState.INFO_REQUESTED,
        LineState.INADMISSIBLE,
        LineState.WITHDRAWN,
    },
    LineState.DECIDED: {LineState.NOTIFIED},
    LineState.NOTIFIED: {LineState.RECORDED, LineState.CLOSED},
    LineState.RECORDED: {LineState.CLOSED},
    LineState.CLOSED: set(),
    LineState.INADMISSIBLE: set(),
    LineState.WITHDRAWN: set(),
}

TURN = {
    LineState.DRAFT: Turn.APPLICANT,
    LineState.SUBMITTED: Turn.REGISTRAR,
    LineState.INFO_REQUESTED: Turn.APPLICANT,
    LineState.UNDER_REVIEW: Turn.COMMITTEE,
    LineState.DELIBERATION: Turn.CHAIR,
    LineState.DECIDED: Turn.REGISTRAR,
    LineState.NOTIFIED: Turn.REGISTRAR,
    LineState.RECORDED: Turn.NOBODY,
    LineState.CLOSED: Turn.NOBODY,
    LineState.INADMISSIBLE: Turn.NOBODY,
    LineState.WITHDRAWN: Turn.NOBODY,
}

OPEN = frozenset(
    {
        LineState.SUBMITTED,
        LineState.INFO_REQUESTED,
        LineState.UNDER_REVIEW,
        LineState.DELIBERATION,
        LineState.DECIDED,
    }
)
CLOCK_RUNS = frozenset({LineState.UNDER_REVIEW, LineState.DELIBERATION, LineState.DECIDED})


class ReviewState(TextChoices):
    ASSIGNED = "assigned", _("Conflict of interest not yet declared")
    AT_WORK = "at_work", _("At work")
    SUBMITTED = "submitted", _("Opinion given")
    RECUSED = "recused", _("Stepped back")


REVIEW_MOVES = {
    ReviewState.ASSIGNED: {ReviewState.AT_WORK, ReviewState.RECUSED},
    ReviewState.AT_WORK: {ReviewState.SUBMITTED, ReviewState.RECUSED},
    ReviewState.SUBMITTED: {ReviewState.AT_WORK},
    ReviewState.RECUSED: set(),
}


class DecisionState(TextChoices):
    DRAFT = "draft", _("Being written")
    SIGNED = "signed", _("Signed")


DECISION_MOVES = {DecisionState.DRAFT: {DecisionState.SIGNED}, DecisionState.SIGNED: set()}
