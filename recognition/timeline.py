"""The only place that tells an applicant in words what happened to a line, and what comes next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from credentials.days import longdate
from credentials.models import AuditEvent, User
from credentials.services import audit
from recognition import asked
from recognition.aftermath import Row, hearing_of, rows_for_applicant, told_decisions
from recognition.holding import Holding, holding_of, is_voted_on
from recognition.models import (
    Annulment,
    Condition,
    Decision,
    InformationRequest,
    Line,
    ReopeningReason,
    SupplementaryAssessment,
)
from recognition.permissions import (
    BEFORE_DECISION,
    OpenWay,
    can_reopen,
    way_of,
)
from recognition.states import (
    CLOCK_RUNS,
    TOLD,
    LineState,
    ReviewState,
)
from recognition.transitions import UNCHECKED
from recognition.vocabulary import InadmissibleReason

SENT = (LineState.DRAFT, LineState.SUBMITTED)
COMPLETE = (LineState.FORMAL_CHECK, LineState.UNDER_REVIEW)
NOTIFIED = (LineState.DECIDED, LineState.NOTIFIED)
AUTOMATIC = (LineState.FORMAL_CHECK, LineState.AUTO_DECIDED)
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
    AUTOMATIC: gettext_noop("A standing decision decided it"),
    (LineState.AUTO_DECIDED, LineState.NOTIFIED): gettext_noop("The decision was sent to you"),
    NOTIFIED: gettext_noop("The decision was sent to you"),
    RECORDED: gettext_noop("Your credits were recorded"),
}
ENDS = {
    LineState.INADMISSIBLE: gettext_noop("It cannot be examined"),
    LineState.WITHDRAWN: gettext_noop("You withdrew it"),
    LineState.CLOSED: gettext_noop("It was closed"),
}
# Whose names the applicant reads: their own and the registrar's, never those of the committee.
NAMED = (SENT, COMPLETE, NOTIFIED, RECORDED)


@dataclass(frozen=True, slots=True)
class Story:
    """A line as its applicant sees it; `question` waits for an answer, `conditions` for proof.

    `assessment` is the test that is going on; `unread`: how many messages of the registrar the
    applicant has not read yet.
    """

    line: Line
    holding: Holding
    events: list[dict]
    question: InformationRequest | None
    conditions: list[Condition]
    rows: list[Row]
    may_show_evidence: bool
    assessment: SupplementaryAssessment | None
    unread: int

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

    @property
    def way(self) -> OpenWay | None:
        """What the applicant can do against the decision, or against none in time."""
        return way_of(self.line)

    @property
    def hearing(self) -> Annulment | None:
        """The hearing that waits for the learner's answer before a decision is taken back."""
        return hearing_of(self.line)


def is_told(line: Line) -> bool:
    """Whether the decision on a line was sent; also that it is not admissible."""
    if line.state == LineState.INADMISSIBLE:
        return bool(line.decision and line.decision.notified_at)
    return line.state in TOLD


def with_stories(lines: QuerySet[Line]) -> QuerySet[Line]:
    """Add to lines what `stories_of` reads: at most twenty queries, however many there are."""
    return (
        lines.with_all()
        .select_related("decision__letter", "decision__other_module__course_version__course")
        .prefetch_related(
            Prefetch(
                "information_requests", queryset=InformationRequest.objects.select_related("letter")
            ),
            "information_requests__items",
            "information_requests__inquiry",
            "assessments__results__outcome",
            "messages",
            "ballots",
            "delays__letter",
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
    questions = [r for r in line.information_requests.all() if r.source_id is None]
    last = questions[-1] if questions else None
    question = last if last and _can_answer(last, line) else None
    test = asked.assessment_of(line)
    happened = [*_past(line, moves, names), *asked.told(line)]
    happened.sort(key=lambda event: event["when"])
    events = [*happened, *_now(line), *_next(line)]
    conditions = list(line.decision.conditions.all()) if is_told(line) and line.decision else []
    may_show = bool(can_reopen(line.case.applicant, line, ReopeningReason.NEW_EVIDENCE))
    unread = sum(m.read_at is None and not m.is_from_applicant for m in line.messages.all())
    holding = holding_of(line, question, test, conditions)
    rows = rows_for_applicant(line)
    return Story(line, holding, events, question, conditions, rows, may_show, test, unread)


def _can_answer(question: InformationRequest, line: Line) -> bool:
    """Whether it is waited for, or can still be answered late."""
    return question.answered_at is None and line.state in BEFORE_DECISION


# What happened


def _past(line: Line, moves: list[AuditEvent], names: dict[str, str]) -> Iterator[dict]:
    for event in moves:
        move = (event.before, LineState(event.after))
        title = _title(move)
        if title:
            by = names.get(event.actor, "") if move in NAMED else ""
            yield asked.happened(title, event.at, _text(line, move), by)


def _title(move: tuple[str, LineState]) -> str:
    """Return what a move tells the applicant, "" when it tells nothing."""
    said = PAST.get(move) or ENDS.get(move[1])
    return _after_decision(*move) or (_(said) if said else "")


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


def _text(line: Line, move: tuple[str, LineState]) -> str:
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
    if move[1] == LineState.INADMISSIBLE:
        reason = InadmissibleReason(line.inadmissible_reason).label
        return "\n".join(filter(None, (str(reason), line.closing_note)))
    return ""


# What is going on, and what comes


def _now(line: Line) -> Iterator[dict]:
    by = ""
    if line.state in UNCHECKED:
        title = _("The registrar checks whether all is there")
        by = _("By %(day)s at the latest") % {"day": longdate(line.case.check_due_on)}
    elif line.state == LineState.INFO_REQUESTED:
        waits = asked.waits_for_applicant(line)
        title = _("We wait for your answer") if waits else _("We wait for who issued it")
    elif line.state == LineState.ASSESSMENT:
        title = _("You are being assessed")
    elif line.state == LineState.UNDER_REVIEW:
        counted = [r for r in line.reviews.all() if r.state != ReviewState.RECUSED]
        done = sum(review.state == ReviewState.SUBMITTED for review in counted)
        said = ngettext("%(count)s person compares", "%(count)s people compare", len(counted))
        title = said % {"count": len(counted)}
        by = _("%(done)s of %(all)s are finished") % {"done": done, "all": len(counted)}
    elif line.state == LineState.DELIBERATION:
        voting = is_voted_on(line)
        title = _("The committee votes") if voting else _("The chair writes the decision")
    elif line.state == LineState.DECIDED:
        title = _("The registrar sends the letter")
    else:
        return
    yield {"title": title, "by": by, "phase": "now"}


def _next(line: Line) -> Iterator[dict]:
    if line.state in (*UNCHECKED, LineState.INFO_REQUESTED):
        days = {"days": line.case.policy.decision_days}
        by = _("It has %(days)s working days") % days
        yield {"title": _("The committee compares"), "phase": "next", "by": by}
    if line.state == LineState.ASSESSMENT:
        yield {"title": _("The committee goes on"), "phase": "next"}
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
