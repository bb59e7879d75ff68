"""The only place that tells an applicant in words what happened to a line, and what comes next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from credentials.models import AuditEvent, User
from credentials.services import audit
from credentials.templatetags.symbolon import longdate
from recognition.aftermath import Row, hearing_of, rows_for_applicant, told_decisions
from recognition.models import (
    Annulment,
    Condition,
    Decision,
    InformationRequest,
    Line,
    ReopeningReason,
)
from recognition.permissions import (
    BEFORE_DECISION,
    TO_CHECK,
    OpenWay,
    can_reopen,
    overdue_since,
    way_of,
)
from recognition.states import (
    CLOCK_RUNS,
    TOLD,
    TURN,
    ConditionState,
    LineState,
    ReviewState,
    Turn,
)
from recognition.vocabulary import DecisionType, InadmissibleReason

SENT = (LineState.DRAFT, LineState.SUBMITTED)
COMPLETE = (LineState.FORMAL_CHECK, LineState.UNDER_REVIEW)
NOTIFIED = (LineState.DECIDED, LineState.NOTIFIED)
RECORDED = (LineState.NOTIFIED, LineState.RECORDED)
CONDITIONS_MET = (LineState.CONDITION_PENDING, LineState.NOTIFIED)
# What a move tells the applicant; a move that would tell who thinks what is not among them.
PAST = {
    SENT: gettext_noop("You sent your application"),
    COMPLETE: gettext_noop("Your file is complete"),
    (LineState.UNDER_REVIEW, LineState.DELIBERATION): gettext_noop("All opinions are in"),
    (LineState.DELIBERATION, LineState.UNDER_REVIEW): gettext_noop("The committee looks again"),
    (LineState.DECIDED, LineState.DELIBERATION): gettext_noop("All of the committee decides now"),
    (LineState.DELIBERATION, LineState.DECIDED): gettext_noop("The committee has decided"),
    (LineState.DELIBERATION, LineState.INADMISSIBLE): gettext_noop("It ended without a decision"),
    CONDITIONS_MET: gettext_noop("The conditions were settled"),
    NOTIFIED: gettext_noop("The decision was sent to you"),
    RECORDED: gettext_noop("Your credits were recorded"),
}
ENDS = {
    LineState.INFO_REQUESTED: gettext_noop("You were asked a question"),
    LineState.INADMISSIBLE: gettext_noop("It cannot be examined"),
    LineState.WITHDRAWN: gettext_noop("You withdrew it"),
    LineState.CLOSED: gettext_noop("It was closed"),
}
# Whose names the applicant reads: their own and the registrar's, never those of the committee.
NAMED = (SENT, COMPLETE, NOTIFIED, RECORDED)


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a line, in a sentence for the applicant; since when, until when, what is next."""

    sentence: str
    holder: str
    since: datetime | None
    until: date | None
    next: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Story:
    """A line as its applicant sees it; `question` waits for an answer, `conditions` for proof."""

    line: Line
    holding: Holding
    events: list[dict]
    question: InformationRequest | None
    conditions: list[Condition]
    rows: list[Row]
    may_show_evidence: bool

    @property
    def decision(self) -> Decision | None:
        """The last decision that was sent: nothing is shown of one before it is."""
        told = told_decisions(self.line)
        return told[-1] if told else None

    @property
    def delay(self):
        """The last delay that the applicant was told of, None when there was none."""
        return next(reversed(self.line.delays.all()), None) if self.line.delayed_until else None

    @property
    def is_told(self) -> bool:
        """Whether the applicant knows the decision: nothing of it is shown before it is sent."""
        return is_told(self.line)


def is_told(line: Line) -> bool:
    """Whether the decision on a line was sent; also that it is not admissible."""
    if line.state == LineState.INADMISSIBLE:
        return bool(line.decision and line.decision.notified_at)
    return line.state in TOLD

    @property
    def way(self) -> OpenWay | None:
        """What the applicant can do against the decision, or against none in time."""
        return way_of(self.line)

    @property
    def hearing(self) -> Annulment | None:
        """The hearing that waits for the learner's answer before a decision is taken back."""
        return hearing_of(self.line)


def with_stories(lines: QuerySet[Line]) -> QuerySet[Line]:
    """Add to lines what `stories_of` reads: at most 16 queries, however many there are."""
    return (
        lines.with_all()
        .select_related("decision__letter", "decision__other_module__course_version__course")
        .prefetch_related(
            "ballots",
            "delays__letter",
            "information_requests",
            "reviews",
            "sources__documents",
            "sources__supplement",
            "decision__conditions__documents",
            "decision__conditions__notice",
            "decision__parts",
        )
        .prefetch_related(
            Prefetch("decisions", queryset=Decision.objects.select_related("letter")),
            "objections",
            "reopenings",
            "annulments",
        )
    )


def stories_of(lines: Iterable[Line]) -> list[Story]:
    """Tell each line that comes from `with_stories`; two more queries for the log and the names."""
    lines = list(lines)
    moves: dict[str, list[AuditEvent]] = {}
    for event in audit.history_of(*lines):
        if event.noun == "line" and event.action == "move":
            moves.setdefault(event.thing, []).append(event)
    actors = {event.actor for events in moves.values() for event in events if event.actor}
    known = User.objects.filter(uuid__in=actors).values_list("uuid", "name")
    names = {str(uuid): name for uuid, name in known}
    return [_story(line, moves.get(str(line.uuid), []), names) for line in lines]


def _story(line: Line, moves: list[AuditEvent], names: dict[str, str]) -> Story:
    questions = list(line.information_requests.all())
    last = questions[-1] if questions else None
    question = last if last and _can_answer(last, line) else None
    events = [*_past(line, moves, names, questions), *_now(line), *_next(line)]
    conditions = list(line.decision.conditions.all()) if is_told(line) and line.decision else []
    may_show = bool(can_reopen(line.case.applicant, line, ReopeningReason.NEW_EVIDENCE))
    holding = _holding(line, question, conditions)
    return Story(line, holding, events, question, conditions, rows_for_applicant(line), may_show)


def _can_answer(question: InformationRequest, line: Line) -> bool:
    """Whether it is waited for, or can still be answered late."""
    return question.answered_at is None and line.state in BEFORE_DECISION


# Who holds it


def _holding(
    line: Line, question: InformationRequest | None, conditions: list[Condition]
) -> Holding:
    state = LineState(line.state)
    sentence, until, following = _sentences(line, state, question)
    if state == LineState.CONDITION_PENDING:
        until = _next_day(conditions)
    turn = TURN[state]
    holder = ""
    if turn != Turn.NOBODY:
        is_committee = turn in (Turn.COMMITTEE, Turn.CHAIR)
        holder = str(line.committee) if is_committee else str(turn.label)
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
            _("All opinions are in. The committee votes.")
            if _is_voted_on(line)
            else _("All opinions are in. The chair decides."),
            line.promised_on,
            letter,
        ),
        LineState.AUTO_DECIDED: (
            _("It is decided. Your letter is being made."),
            line.promised_on,
            letter,
        ),
        LineState.DECIDED: (
            _("It is decided. Your letter is being made."),
            line.promised_on,
            letter,
        ),
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
    if decision.gives_credits:
        following = _("The registrar records the credits")
    elif decision.is_recorded:
        following = _("The registrar writes it into your record")
    return _("It is decided. Read your letter."), None, following


def _is_voted_on(line: Line) -> bool:
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


# What happened


def _past(
    line: Line,
    moves: list[AuditEvent],
    names: dict[str, str],
    questions: list[InformationRequest],
) -> Iterator[dict]:
    asked = iter(questions)
    question = None
    for event in moves:
        move = (event.before, LineState(event.after))
        if move[1] == LineState.INFO_REQUESTED:
            question = next(asked, None)
        told = _title_and_text(line, move, question)
        if told:
            by = names.get(event.actor, "") if move in NAMED else ""
            yield {"title": told[0], "text": told[1], "when": event.at, "by": by, "phase": "past"}


def _title_and_text(
    line: Line, move: tuple[str, LineState], question: InformationRequest | None
) -> tuple[str, str] | None:
    before, after = move
    if title := _after_decision(before, after):
        return title, ""
    if before == LineState.INFO_REQUESTED and after != LineState.WITHDRAWN:
        if question and question.answered_at and not question.closed_at:
            return _("You answered"), question.answer
        return _("We went on without an answer"), ""
    if move not in PAST and after not in ENDS:
        return None
    return _(PAST.get(move) or ENDS[after]), _text(line, move, question)


def _after_decision(before: str, after: LineState) -> str:
    """Return what a move says that belongs to an objection, appeal, reopening or annulment."""
    if after == LineState.OBJECTION:
        return _("You objected")
    if after == LineState.APPEAL:
        return _("You appealed")
    if after == LineState.REOPENED:
        return _("Your file was opened again")
    if after == LineState.ANNULLED:
        return _("The decision was taken back")
    if before == LineState.REOPENED and after != LineState.WITHDRAWN:
        return _("Your file goes on")
    if before == LineState.OBJECTION:
        return _("Your objection was answered: the decision stands")
    if before == LineState.APPEAL and after == LineState.DECIDED:
        return _("The appeal body has decided otherwise")
    if before == LineState.APPEAL:
        return _("Your appeal was answered")
    return ""


def _text(line: Line, move: tuple[str, LineState], question: InformationRequest | None) -> str:
    if move == SENT:
        count = sum(len(source.documents.all()) for source in line.sources.all())
        said = ngettext(
            "%(count)s file, kept with its fingerprint.",
            "%(count)s files, kept with their fingerprints.",
            count,
        )
        return said % {"count": count} if count else ""
    if move == COMPLETE:
        said = _("From this day the committee has %(days)s working days.")
        return said % {"days": line.case.policy.decision_days}
    if move[1] == LineState.INFO_REQUESTED:
        return question.items if question else ""
    if move[1] == LineState.INADMISSIBLE:
        reason = InadmissibleReason(line.inadmissible_reason).label
        return "\n".join(filter(None, (str(reason), line.closing_note)))
    return ""


# What is going on, and what comes


def _now(line: Line) -> Iterator[dict]:
    by = ""
    if line.state in TO_CHECK:
        title = _("The registrar checks whether all is there")
        by = _("By %(day)s at the latest") % {"day": longdate(line.case.check_due_on)}
    elif line.state == LineState.INFO_REQUESTED:
        title = _("We wait for your answer")
    elif line.state == LineState.UNDER_REVIEW:
        counted = [r for r in line.reviews.all() if r.state != ReviewState.RECUSED]
        done = sum(review.state == ReviewState.SUBMITTED for review in counted)
        said = ngettext("%(count)s person compares", "%(count)s people compare", len(counted))
        title = said % {"count": len(counted)}
        by = _("%(done)s of %(all)s are finished") % {"done": done, "all": len(counted)}
    elif line.state == LineState.DELIBERATION:
        is_voted_on = _is_voted_on(line)
        title = _("The committee votes") if is_voted_on else _("The chair writes the decision")
    elif line.state == LineState.DECIDED:
        title = _("The registrar sends the letter")
    else:
        return
    yield {"title": title, "by": by, "phase": "now"}


def _next(line: Line) -> Iterator[dict]:
    if line.state in (*TO_CHECK, LineState.INFO_REQUESTED):
        days = {"days": line.case.policy.decision_days}
        by = _("It has %(days)s working days") % days
        yield {"title": _("The committee compares"), "phase": "next", "by": by}
    if line.state == LineState.UNDER_REVIEW:
        by = _("You will not see who said what")
        yield {"title": _("All opinions are in"), "phase": "next", "by": by}
    if line.state in CLOCK_RUNS:
        yield {
            "title": _("You get the decision"),
            "phase": "next",
            "when": line.promised_on,
            "prefix": _("By"),
            "by": _("In a letter with reasons"),
        }
