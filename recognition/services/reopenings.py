"""The only place that opens a decided line again, and passes it on from there."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import Document, User
from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.calendar import add_working_days
from recognition.models import Line, Reopening, ReopeningReason
from recognition.services import reviews
from recognition.services.cases import registrars_for
from recognition.states import LineState, ReviewState


@change()
def reopen(
    line: Line,
    reason: ReopeningReason,
    text: str,
    documents: Sequence[Document] = (),
    *,
    by: User,
) -> Reopening:
    """Open a line again: the decision it has holds until another one takes its place."""
    line = lock(line)
    permissions.can_reopen(by, line, reason).require()
    if not text.strip():
        raise Refused(_("Write why it should be opened again."))
    if reason == ReopeningReason.NEW_EVIDENCE and not documents:
        raise Refused(_("Add the new evidence as a file."))
    return open_again(line, reason, text, documents, by=by)


def open_again(
    line: Line,
    reason: ReopeningReason,
    text: str,
    documents: Sequence[Document] = (),
    *,
    by: User,
    due_on: date | None = None,
    at: datetime | None = None,
) -> Reopening:
    """Open a locked line again, with a clock of its own; call inside `change()`.

    `due_on`: the date that an appeal body set, deciding `at` that moment; else that of the rules,
    counted from now.
    """
    now = at or timezone.now()
    opened = Reopening.objects.create(
        line=line,
        decision=line.decision,
        reason=reason,
        text=clean_text(text).strip(),
        opened_at=now,
        opened_by=by,
    )
    opened.documents.set(documents)
    record(opened, "reopen", by=by, after=str(reason), text=opened.text)
    clock: dict[str, object] = {"due_on": due_on or _due_on(line), "delayed_until": None}
    if line.complete_at:
        clock["complete_at"] = now
    move(line, LineState.REOPENED, by=by, text=opened.text, held_since=now, **clock)
    _tell(opened)
    return opened


def _due_on(line: Line) -> date:
    """Return until when it is decided again; until when it is checked, if it never was complete."""
    today, institution, policy = timezone.localdate(), line.case.institution, line.case.policy
    days = policy.decision_days if line.complete_at else policy.check_days
    return add_working_days(today, days, institution.country, institution.subdivision)


def _tell(opened: Reopening) -> None:
    line = opened.line
    if opened.opened_by_id != line.case.applicant_id:
        context = {"line": line, "url": address("case-detail", line.case.uuid)}
        mails.write("line_reopened", line.case.applicant, context)
    for registrar in registrars_for(line):
        if registrar.pk != opened.opened_by_id:
            context = {"line": line, "url": address("line-resume", line.uuid)}
            mails.write("line_to_resume", registrar, context)


@change()
def resume(line: Line, to: LineState, *, by: User) -> None:
    """Pass a line on that was opened again: to its reviewers, to the chair, or to be checked.

    Reviewers may change their opinions; the chair decides with those that were given.
    """
    line = lock(line)
    permissions.can_resume(by, line).require()
    if to not in ways_on(line):
        raise Refused(_("Choose who goes on with it."))
    now = timezone.now()
    move(line, to, by=by, held_since=now)
    if to == LineState.UNDER_REVIEW:
        _open_opinions(line, by=by)


def ways_on(line: Line) -> list[LineState]:
    """Return where a line that was opened again can go: what was never complete is checked, and
    the chair goes on with it only when enough opinions are in.
    """
    if line.complete_at is None:
        return [LineState.FORMAL_CHECK]
    return [LineState.UNDER_REVIEW, *([LineState.DELIBERATION] if reviews.suffice(line) else [])]


def _open_opinions(line: Line, *, by: User) -> None:
    for review in line.reviews.select_for_update().filter(state=ReviewState.SUBMITTED):
        move(review, ReviewState.AT_WORK, by=by, submitted_at=None)
    for review in line.reviews.counted().select_related("reviewer"):
        context = {"line": line, "url": address("review-detail", review.uuid)}
        mails.write("review_reopened", review.reviewer, context)
