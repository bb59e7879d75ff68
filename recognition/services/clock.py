"""The only place that lets time act on lines: reminders, and delays told with reason and date."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import DOCUMENT_LANGUAGES, LANGUAGES
from credentials.models import JobKind, User
from credentials.services import jobs, mails
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, record
from credentials.standards.documents import in_each
from credentials.verdict import Refused
from recognition import permissions
from recognition.calendar import add_working_days
from recognition.models import Delay, Line, Reminder
from recognition.services import answers_due
from recognition.services.cases import registrars_for
from recognition.services.lines import began_at, clock_of
from recognition.states import CLOCK_RUNS, LineState, ReviewState
from recognition.transitions import UNCHECKED

SHARES = (50, 75, 90)
"""Per cent of the committee's time after which those it waits for are reminded."""
CHECK_OVERDUE = 100


def keep_time(today: date | None = None) -> None:
    """Remind whom lines wait for, and tell applicants of delays; as often as one likes."""
    today = today or timezone.localdate()
    for line in Line.objects.filter(state__in=CLOCK_RUNS, complete_at__isnull=False).iterator():
        remind(line, today)
        tell_delay(line, today)
    waiting = Line.objects.filter(state__in=UNCHECKED, case__check_due_on__lt=today, decision=None)
    for line in waiting.iterator():
        remind_of_check(line, today)
    answers_due.remind(today)


@change()
def remind(line: Line, today: date) -> None:
    """Remind those who hold the clock when half, three quarters, nine tenths of it are used.

    Who was not reminded in time is reminded once, of the latest share only.
    """
    line = lock(line)
    if line.state not in CLOCK_RUNS or line.complete_at is None:
        return
    clock, began = clock_of(line), began_at(line)
    used = 100 * clock.used(today) // max(clock.limit, 1)
    share = max((share for share in SHARES if used >= share), default=0)
    if not share or line.reminders.filter(began_at=began, share__gte=share).exists():
        return
    _remember(line, share, began)
    for person, page, thing in _awaited(line):
        mails.write("line_reminder", person, {"line": line, "url": address(page, thing.uuid)})


def _remember(line: Line, share: int, began: datetime) -> None:
    Reminder.objects.create(line=line, share=share, began_at=began, sent_at=timezone.now())
    record(line, "remind", by=None, text=str(share))


def _awaited(line: Line):
    """Yield who holds a line whose clock runs, and the page on which they go on."""
    if line.state == LineState.UNDER_REVIEW:
        owing = line.reviews.filter(state__in=[ReviewState.ASSIGNED, ReviewState.AT_WORK])
        for review in owing.select_related("reviewer"):
            yield review.reviewer, "review-detail", review
    elif line.state == LineState.DELIBERATION:
        for chair in permissions.presiding(line)[:1]:
            yield chair, "line-decide", line
    else:
        for registrar in registrars_for(line):
            yield registrar, "line-record", line


@change()
def remind_of_check(line: Line, today: date) -> None:
    """Remind registrars once that the check for completeness is overdue."""
    line = lock(line)
    began = line.case.submitted_at
    if (
        line.state not in UNCHECKED
        or line.case.check_due_on >= today
        or line.reminders.filter(share=CHECK_OVERDUE, began_at=began).exists()
    ):
        return
    _remember(line, CHECK_OVERDUE, began)
    for registrar in registrars_for(line):
        mails.write("check_overdue", registrar, {"line": line, "url": address("work")})


# Delays


@change()
def tell_delay(line: Line, today: date) -> None:
    """Tell the applicant of a date that passed: why as far as the portal knows, and a new date.

    The new date is half of the time that the rules give, from today, in working days. The right
    to appeal because nothing was decided in time stays.
    """
    line = lock(line)
    promised = line.promised_on
    if line.state not in CLOCK_RUNS or promised is None or promised >= today:
        return
    policy, institution = line.case.policy, line.case.institution
    new_due_on = add_working_days(
        today, max(1, policy.decision_days // 2), institution.country, institution.subdivision
    )
    _announce(
        line, in_each(DOCUMENT_LANGUAGES, lambda _l: _known_reason(line)), new_due_on, by=None
    )


def _known_reason(line: Line) -> str:
    return {
        LineState.UNDER_REVIEW: _("The committee has not finished comparing."),
        LineState.DELIBERATION: _("The committee has compared, and has not decided yet."),
        LineState.REOPENED: _("The file was opened again and is not with the committee yet."),
    }.get(LineState(line.state), _("It is decided, and the letter was not sent yet."))


@change()
def announce_delay(line: Line, reason: str, new_due_on: date, *, by: User) -> None:
    """Tell the applicant beforehand that it takes longer; in the language of who writes."""
    line = lock(line)
    permissions.can_announce_delay(by, line).require()
    reason = reason.strip()
    if not reason:
        raise Refused(_("Write why it takes longer."))
    if new_due_on <= max(line.promised_on, timezone.localdate()):
        raise Refused(_("The new date must be later than the one that was promised."))
    last = permissions.limit_of(line)
    if new_due_on > last > timezone.localdate():
        raise Refused(_("The decision must come within the longest time that the rules allow."))
    _announce(line, {by.language: reason}, new_due_on, by=by)


def _announce(line: Line, reason: dict, new_due_on: date, *, by: User | None) -> None:
    delay = Delay.objects.create(
        line=line,
        reason=reason,
        old_due_on=line.promised_on,
        new_due_on=new_due_on,
        announced_at=timezone.now(),
        announced_by=by,
    )
    Line.objects.filter(pk=line.pk).update(delayed_until=new_due_on)
    told = (said for tag, said in reason.items() if tag in LANGUAGES)  # pages show it
    record(line, "delay", by=by, text=" ".join(told))
    mails.write(
        "line_delayed",
        line.case.applicant,
        {"line": line, "delay": delay, "url": address("case-detail", line.case.uuid)},
    )
    jobs.start(JobKind.DELAY_LETTER, delay.uuid, institution=line.case.institution, by=by)
