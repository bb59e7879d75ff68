"""The only place that says to an applicant, in a sentence, who holds a line and what comes next."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from recognition import asked
from recognition.models import (
    Condition,
    InformationRequest,
    Line,
    SupplementaryAssessment,
)
from recognition.permissions import (
    overdue_since,
)
from recognition.states import (
    TURN,
    ConditionState,
    LineState,
    Turn,
)
from recognition.vocabulary import DecisionType


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a line, in a sentence for the applicant; since when, until when, what is next."""

    sentence: str
    holder: str
    since: datetime | None
    until: date | None
    next: str
    is_late: bool


def holding_of(
    line: Line,
    question: InformationRequest | None,
    test: SupplementaryAssessment | None,
    conditions: list[Condition],
) -> Holding:
    state = LineState(line.state)
    question = question if question and asked.is_open(question) else None
    sentence, until, following = _sentences(line, state, question)
    if state == LineState.INFO_REQUESTED and question is None:
        sentence = _("We wait for the answer of who issued your credential.")
    if test:
        until = test.due_on
    if state == LineState.CONDITION_PENDING:
        until = _next_day(conditions)
    turn = TURN[state]
    holder = ""
    if turn != Turn.NOBODY:
        is_committee = turn in (Turn.COMMITTEE, Turn.CHAIR)
        holder = str(line.committee) if is_committee else str(turn.label)
        if state == LineState.INFO_REQUESTED and question is None:
            holder = _("Who issued it")
        if state == LineState.NOTIFIED and line.decision.awaits_grade_word:
            holder = str(Turn.APPLICANT.label)
    is_late = overdue_since(line) is not None
    if state in (LineState.OBJECTION, LineState.APPEAL):
        is_late = until is not None and until < timezone.localdate()
    return Holding(sentence, holder, line.held_since, until, following, is_late)


def _next_day(conditions: list[Condition]) -> date | None:
    waiting = [c.due_on for c in conditions if c.state == ConditionState.OPEN and not c.answered_at]
    return min(waiting, default=None)


def _sentences(
    line: Line, state: LineState, question: InformationRequest | None
) -> tuple[str, date | None, str]:
    """Return what is said now, until when, and what comes next."""
    letter = _("You get a letter with reasons")
    checking = (
        _("The registrar has your file. You need do nothing now."),
        line.case.check_due_on,
        _("The committee begins to compare"),
    )
    decided = (_("It is decided. Your letter is being made."), line.promised_on, letter)
    if state == LineState.NOTIFIED:
        return _told(line)
    return {
        LineState.DRAFT: (_("Not sent yet."), None, _("You send it")),
        LineState.SUBMITTED: checking,
        LineState.FORMAL_CHECK: checking,
        LineState.INFO_REQUESTED: (
            _("We wait for your answer."),
            question.due_on if question else None,
            _("We go on with your file"),
        ),
        LineState.UNDER_REVIEW: (
            _("The committee has your file. You need do nothing now."),
            line.promised_on,
            _("The chair decides"),
        ),
        LineState.ASSESSMENT: (
            _("An assessment is to show what your papers do not."),
            None,
            _("The committee goes on with your file"),
        ),
        LineState.DELIBERATION: (
            _in_deliberation(line),
            line.promised_on,
            letter,
        ),
        LineState.AUTO_DECIDED: decided,
        LineState.DECIDED: decided,
        LineState.CONDITION_PENDING: (
            _("It is recognised as soon as you meet the condition."),
            None,
            _("The registrar records the credits"),
        ),
        LineState.RECORDED: (_recorded(line), None, ""),
        LineState.CLOSED: (_("This is closed."), None, ""),
        LineState.INADMISSIBLE: (_undecided(line), None, ""),
        LineState.WITHDRAWN: (_("You withdrew this."), None, ""),
        LineState.OBJECTION: (_("Your objection is being looked at."), _answer_due(line), letter),
        LineState.APPEAL: (_("Your appeal is being decided by others."), _answer_due(line), letter),
        LineState.REOPENED: (_("Your file was opened again."), line.promised_on, letter),
        LineState.ANNULLED: (_("The decision was taken back."), None, ""),
    }[state]


def _recorded(line: Line) -> str:
    if line.decision and not line.decision.gives_credits:
        return _("It stands in your record.")
    return _("Your credits are recorded.")


def _told(line: Line) -> tuple[str, date | None, str]:
    """Return what is said of a decision that was sent."""
    decision = line.decision
    if any(one.state == ConditionState.MISSED for one in decision.conditions.all()):
        return _("A condition was not met in time. Read the notice."), None, ""
    if decision.type == DecisionType.ADVANCE_INFO:
        return _("You have your answer in advance. It binds nobody."), None, ""
    following = ""
    if decision.awaits_grade_word:
        return (
            _("It is decided. Say whether the grade shall count."),
            decision.grade_until,
            _("The registrar records the credits"),
        )
    if decision.gives_credits:
        following = _("The registrar records the credits")
    elif decision.is_recorded:
        following = _("The registrar writes it into your record")
    return _("It is decided. Read your letter."), None, following


def _in_deliberation(line: Line) -> str:
    if is_voted_on(line):
        return _("All opinions are in. The committee votes.")
    return _("All opinions are in. The chair decides.")


def is_voted_on(line: Line) -> bool:
    """Whether a vote is open; who votes and how is nobody's business but the committee's."""
    return any(ballot.is_open for ballot in line.ballots.all())


def _answer_due(line: Line) -> date | None:
    """Return until when an objection or appeal is to be answered."""
    waits = [one for one in line.objections.all() if one.decided_at is None]
    return waits[0].due_on if waits else None


def _undecided(line: Line) -> str:
    if line.complete_at is None:
        return _("This could not be examined.")
    return _("This ended without a decision.")
