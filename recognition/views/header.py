"""The only place that says on every page of a line who, where, whose turn and until when."""

from datetime import date

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.days import daymonth, longdate
from credentials.language import in_language
from credentials.models import Mail, User
from credentials.templatetags.symbolon import ects, state_tag
from recognition import blind
from recognition.calendar import working_days_between
from recognition.models import Line, Objection, Review, TargetKind
from recognition.models.committee import DECIDING
from recognition.opinions import target_ects
from recognition.permissions import as_registrar, chairs, open_question, review_of
from recognition.states import (
    CLOCK_RUNS,
    TURN,
    ConditionState,
    LineState,
    ReviewState,
    Turn,
)

KINDS = {
    LineState.INFO_REQUESTED: "warn",
    LineState.ASSESSMENT: "warn",
    LineState.RECORDED: "ok",
    LineState.CLOSED: "ok",
    LineState.NOTIFIED: "ok",
    LineState.CONDITION_PENDING: "warn",
    LineState.OBJECTION: "warn",
    LineState.APPEAL: "warn",
    LineState.INADMISSIBLE: "bad",
    LineState.ANNULLED: "bad",
    LineState.WITHDRAWN: "",
}


def case_facts(line: Line, user: User) -> list[dict]:
    """Return the five facts of components/_case_header.html. `line` comes from `with_all()`."""
    return [
        {"label": _("Reference"), "value": line.case.reference},
        {
            "label": _("Learner"),
            "value": blind.applicant_for(user, line),
            "note": in_language(line.case.programme_version.title),
        },
        {
            "label": _("State"),
            "value": state_tag(line.get_state_display(), KINDS.get(LineState(line.state), "info")),
        },
        {
            "label": _("Whose turn"),
            "value": _whose(line, user),
            "note": _("since %(day)s") % {"day": daymonth(line.held_since)},
        },
        _deadline(line),
    ]


def _whose(line: Line, user: User) -> str:
    """Return whose turn it is; while a committee votes that of those who have not voted yet."""
    if line.state == LineState.DELIBERATION and line.ballots.open().exists():
        is_mine = line.ballots.awaiting_vote_by(user).exists()
        return _("Yours") if is_mine else str(Turn.COMMITTEE.label)
    return _("Yours") if is_turn_of(user, line) else _turn(line)


def _turn(line: Line) -> str:
    if line.state == LineState.INFO_REQUESTED and not open_question(line):
        return _("Who issued it")
    return _("The applicant") if line.turn == Turn.APPLICANT else str(Turn(line.turn).label)


def is_turn_of(user: User, line: Line) -> bool:
    """Whether everybody waits for this reader."""
    turn = TURN[LineState(line.state)]
    if turn == Turn.REGISTRAR:
        return bool(as_registrar(user, line))
    if line.state in (LineState.OBJECTION, LineState.APPEAL):
        before = Objection.objects.undecided().before(user).filter(line=line).first()
        heads = before.body.seats.current().filter(user=user, role__in=DECIDING) if before else None
        return heads is not None and heads.exists()
    if turn == Turn.CHAIR:
        return chairs(user, line)
    if turn == Turn.COMMITTEE:
        own = review_of(user, line)
        return own is not None and own.state in (ReviewState.ASSIGNED, ReviewState.AT_WORK)
    return turn == Turn.APPLICANT and line.case.applicant_id == user.pk


def _deadline(line: Line) -> dict:
    due = due_on(line)
    return {
        "label": _("Deadline"),
        "value": longdate(due) if due else _("None"),
        "note": _days_left(due, line) if due else "",
    }


def due_on(line: Line) -> date | None:
    """Return until when the one who holds the line must act."""
    if line.state in (LineState.SUBMITTED, LineState.FORMAL_CHECK):
        return line.due_on or line.case.check_due_on
    if line.state in (LineState.OBJECTION, LineState.APPEAL):
        waits = line.objections.undecided().first()
        return waits.due_on if waits else None
    if line.state == LineState.INFO_REQUESTED:
        return line.information_requests.open().aggregate(due=Min("due_on"))["due"]
    if line.state == LineState.ASSESSMENT:
        return line.assessments.open().aggregate(due=Min("due_on"))["due"]
    if line.state == LineState.CONDITION_PENDING:
        waiting = line.decision.conditions.filter(state=ConditionState.OPEN)
        return waiting.aggregate(first=Min("due_on"))["first"]
    if line.state in CLOCK_RUNS:
        return line.due_on
    return None


def _days_left(due: date, line: Line) -> str:
    institution = line.case.institution
    days = working_days_between(
        timezone.localdate(), due, institution.country, institution.subdivision
    )
    if timezone.localdate() > due and not days:
        return _("overdue")
    if timezone.localdate() > due:
        return ngettext("%(days)s working day late", "%(days)s working days late", -days) % {
            "days": -days
        }
    if days == 0:
        return _("today")
    return ngettext("in %(days)s working day", "in %(days)s working days", days) % {"days": days}


def heading_of(line: Line, user: User) -> dict:
    """Return what is asked for and what is put forward, for the page's heading."""
    mask = blind.mask_for(user, line)
    return {
        "target": in_language(line.module.title) if line.module else _("Free electives"),
        "sources": ", ".join(
            mask(in_language(source.facts.get("title"))) for source in line.sources.all()
        ),
    }


def lines_of_reviewer(review: Review) -> list[dict]:
    """Return the lines of the case that the same reviewer works on, for the tabs of lines."""
    mine = (
        Review.objects.filter(reviewer=review.reviewer, line__case=review.line.case_id)
        .exclude(state=ReviewState.RECUSED)
        .select_related("line__module__course_version__course")
        .prefetch_related("line__parts")
        .order_by("line__position")
    )
    return tabs([(r.line, reverse("review-detail", args=[r.uuid])) for r in mine], review.line)


def lines_of_case(line: Line, user: User, page: str) -> list[dict]:
    """Return the lines of the case that the reader may open, each with its own `page`."""
    visible = (
        Line.objects.visible_to(user)
        .filter(case=line.case_id)
        .select_related("module__course_version__course")
        .prefetch_related("parts")
        .order_by("position")
    )
    return tabs([(one, reverse(page, args=[one.uuid])) for one in visible], line)


def tabs(found: list[tuple[Line, str]], current: Line) -> list[dict]:
    return [
        {
            "url": url,
            "label": short_name(line),
            "is_current": line.pk == current.pk,
            "number": number,
            "total": len(found),
        }
        for number, (line, url) in enumerate(found, start=1)
    ]


def short_name(line: Line) -> str:
    """Return a line's target in few words, "INF-204, 6 ECTS"."""
    amount = ects(target_ects(line) or None)
    name = line.module.code if line.module else _("Free electives")
    if line.target_kind == TargetKind.PARTS:
        name = _("Parts of %(module)s") % {"module": name}
    return f"{name}, {amount}" if amount else name


def notices_of(line: Line) -> dict:
    """Return who was told what when, and which mails did not arrive; for the registrar's pages."""
    found = list(Mail.objects.about(line, line.case).select_related("user", "settled_by"))
    missed = {mail.reader: mail for mail in found if mail.bounced_at and not mail.settled_at}
    return {"notices": found, "undelivered": list(missed.values())}
