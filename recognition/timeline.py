"""The only place that tells an applicant in words what happened to a line, and what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from credentials.models import User
from credentials.services import audit
from credentials.templatetags.symbolon import longdate
from recognition.models import Line
from recognition.states import TURN, LineState, ReviewState, Turn

# What a move tells the applicant; moves that would tell who thinks what are left out.
PAST = {
    (LineState.DRAFT, LineState.SUBMITTED): gettext_noop("You sent your application"),
    (LineState.SUBMITTED, LineState.UNDER_REVIEW): gettext_noop("Your file is complete"),
    (LineState.UNDER_REVIEW, LineState.DELIBERATION): gettext_noop("All opinions are in"),
    (LineState.DELIBERATION, LineState.UNDER_REVIEW): gettext_noop("The committee looks again"),
    (LineState.DELIBERATION, LineState.DECIDED): gettext_noop("The committee has decided"),
    (LineState.DECIDED, LineState.NOTIFIED): gettext_noop("The decision was sent to you"),
    (LineState.NOTIFIED, LineState.RECORDED): gettext_noop("Your credits were recorded"),
}
ENDS = {
    LineState.INFO_REQUESTED: gettext_noop("You were asked for information"),
    LineState.INADMISSIBLE: gettext_noop("It cannot be examined"),
    LineState.WITHDRAWN: gettext_noop("You withdrew it"),
    LineState.CLOSED: gettext_noop("Closed"),
}
SETTLED = gettext_noop("The question is settled")
PUBLIC_ROLES = (LineState.SUBMITTED, LineState.UNDER_REVIEW, LineState.NOTIFIED, LineState.RECORDED)


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a line, in a sentence for the applicant; since when, until when, what is next."""

    sentence: str
    holder: str
    since: datetime | None
    until: date | None
    next: str


def holding_of(line: Line) -> Holding:
    """Say where a line is now. `line` comes from `with_all()`."""
    state = LineState(line.state)
    question = line.information_requests.filter(answered_at=None).first()
    sentences = {
        LineState.SUBMITTED: (
            _("The registrar has your file. You need do nothing now."),
            line.case.check_due_on,
            _("The committee begins to compare"),
        ),
        LineState.INFO_REQUESTED: (
            _("We wait for your answer."),
            question.due_on if question else None,
            _("We go on with your file"),
        ),
        LineState.UNDER_REVIEW: (
            _("The committee has your file. You need do nothing now."),
            line.due_on,
            _("The chair decides"),
        ),
        LineState.DELIBERATION: (
            _("All opinions are in. The chair decides."),
            line.due_on,
            _("You get a letter with reasons"),
        ),
        LineState.DECIDED: (
            _("It is decided. Your letter is being made."),
            line.due_on,
            _("You get a letter with reasons"),
        ),
        LineState.NOTIFIED: (
            _("It is decided. Read your letter."),
            None,
            _("The registrar records the credits"),
        ),
        LineState.RECORDED: (_("Your credits are recorded."), None, ""),
        LineState.CLOSED: (_("This is closed."), None, ""),
        LineState.INADMISSIBLE: (_("This could not be examined."), None, ""),
        LineState.WITHDRAWN: (_("You withdrew this."), None, ""),
        LineState.DRAFT: (_("Not sent yet."), None, _("You send it")),
    }
    sentence, until, following = sentences[state]
    turn = TURN[state]
    holder = str(line.committee) if turn in (Turn.COMMITTEE, Turn.CHAIR) else str(turn.label)
    return Holding(sentence, holder, line.held_since, until, following)


def timeline_of(line: Line) -> list[dict]:
    """Return the events for components/_timeline.html: past, now, next. Four queries."""
    return [*_past(line), *_now(line), *_next(line)]


def _past(line: Line) -> Iterator[dict]:
    moves = [e for e in audit.history_of(line) if e.action == "move" and e.after in LineState]
    names = dict(
        User.objects.filter(uuid__in={e.actor for e in moves if e.actor}).values_list(
            "uuid", "name"
        )
    )
    names = {str(uuid): name for uuid, name in names.items()}
    for event in moves:
        before, after = event.before, LineState(event.after)
        is_answer = before == LineState.INFO_REQUESTED and after != LineState.WITHDRAWN
        title = SETTLED if is_answer else PAST.get((before, after)) or ENDS.get(after)
        if title is None:
            continue
        yield {
            "title": _(title),
            "when": event.at,
            "phase": "past",
            "by": names.get(event.actor, "") if after in PUBLIC_ROLES else "",
            "text": _said_with(line, event, after),
        }


def _said_with(line: Line, event, after: LineState) -> str:
    if after == LineState.SUBMITTED and event.before == LineState.DRAFT:
        count = sum(source.documents.count() for source in line.sources.all())
        return (
            ngettext(
                "%(count)s file, kept with its fingerprint.",
                "%(count)s files, kept with their fingerprints.",
                count,
            )
            % {"count": count}
            if count
            else ""
        )
    if after == LineState.UNDER_REVIEW and event.before == LineState.SUBMITTED:
        return _("From this day the committee has %(days)s working days.") % {
            "days": line.case.policy.decision_days
        }
    if after == LineState.INFO_REQUESTED:
        question = line.information_requests.filter(asked_at__lte=event.at).last()
        return question.items if question else ""
    if after in (LineState.INADMISSIBLE, LineState.WITHDRAWN):
        return line.closing_note
    return ""


def _now(line: Line) -> Iterator[dict]:
    if line.state == LineState.SUBMITTED:
        yield {
            "title": _("The registrar checks whether all is there"),
            "phase": "now",
            "by": _("By %(day)s at the latest") % {"day": _day(line.case.check_due_on)},
        }
    elif line.state == LineState.INFO_REQUESTED:
        yield {"title": _("We wait for your answer"), "phase": "now"}
    elif line.state == LineState.UNDER_REVIEW:
        reviews = list(line.reviews.counted())
        done = sum(review.state == ReviewState.SUBMITTED for review in reviews)
        yield {
            "title": ngettext(
                "%(count)s person compares it with what the module asks for",
                "%(count)s people compare it with what the module asks for",
                len(reviews),
            )
            % {"count": len(reviews)},
            "phase": "now",
            "by": _("%(done)s of %(all)s are finished") % {"done": done, "all": len(reviews)},
        }
    elif line.state == LineState.DELIBERATION:
        yield {"title": _("The chair writes the decision"), "phase": "now"}
    elif line.state == LineState.DECIDED:
        yield {"title": _("The registrar sends the letter"), "phase": "now"}


def _day(day: date | None) -> str:
    return longdate(day) if day else ""


def _next(line: Line) -> Iterator[dict]:
    if line.state in (LineState.SUBMITTED, LineState.INFO_REQUESTED):
        yield {
            "title": _("The committee compares"),
            "phase": "next",
            "by": _("It has %(days)s working days") % {"days": line.case.policy.decision_days},
        }
    if line.state == LineState.UNDER_REVIEW:
        yield {
            "title": _("All opinions are in"),
            "phase": "next",
            "by": _("You will not see who said what"),
        }
    if line.state in (LineState.UNDER_REVIEW, LineState.DELIBERATION):
        yield {
            "title": _("You get the decision"),
            "phase": "next",
            "when": line.due_on,
            "prefix": _("By"),
            "by": _("In a letter with reasons"),
        }
