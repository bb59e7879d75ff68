"""The only place that asks an applicant what is missing, and takes the answer, item by item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.language import clean_text
from credentials.models import Document, JobKind, User
from credentials.services import documents, jobs, mails
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import InformationItem, InformationRequest, Line
from recognition.services import lines, reviews
from recognition.services.cases import registrars_for
from recognition.services.stopped_votes import back_to_review
from recognition.states import LineState

LONGEST_DAYS = 30
MOST_ITEMS = 20


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """What is answered to one item; files in `removed` (ids) are taken out again."""

    text: str = ""
    documents: tuple[Document, ...] = ()
    removed: tuple[int, ...] = ()


# Asking


@change()
def ask(
    line: Line, items: Sequence[str], *, by: User, due_on: date | None = None
) -> InformationRequest:
    """Ask the applicant for what is missing; the clock stands still until the answer.

    They get a mail, and a letter that says the same. `due_on`: 30 days from today at most; what
    the rules of the case say when it is None.
    """
    line = lock(line)
    permissions.can_ask_information(by, line).require()
    request = put(InformationRequest(line=line), items, by=by, due_on=due_on)
    mails.write(
        "information_requested",
        line.case.applicant,
        {"line": line, "request": request, "url": address("case-detail", line.case.uuid)},
    )
    jobs.start(
        JobKind.INFORMATION_LETTER,
        request.uuid,
        institution=line.case.institution,
        by=_keeper_of(line, by),
        parameters={"line": str(line.uuid)},
    )
    return request


def _keeper_of(line: Line, asked_by: User) -> User | None:
    """Return who is told when the letter cannot be printed, which may say signs of the name: a
    registrar, and nobody of a committee that is blind.
    """
    keepers = registrars_for(line)
    return asked_by if asked_by in keepers else next(iter(keepers), None)


def put(
    request: InformationRequest, items: Sequence[str], *, by: User, due_on: date | None
) -> InformationRequest:
    """Keep a request with its items and let its locked line wait; inside `change()`."""
    line, now = request.line, timezone.now()
    wanted = [text for item in items if (text := clean_text(item).strip())]
    if not wanted:
        raise Refused(_("Write what is missing."))
    if len(wanted) > MOST_ITEMS:
        raise Refused(_("Ask at most %(most)s things at once.") % {"most": MOST_ITEMS})
    request.due_on = due_on or default_due_on(line)
    if not timezone.localdate() < request.due_on <= latest_due_on():
        raise Refused(
            _("Choose a day from tomorrow on, at most %(days)s days away.") % {"days": LONGEST_DAYS}
        )
    request.asked_by = by
    request.save()
    InformationItem.objects.bulk_create(
        InformationItem(request=request, position=position, text=text)
        for position, text in enumerate(wanted, start=1)
    )
    lines.handle(line, by)
    if line.state == LineState.INFO_REQUESTED:
        record(request, "ask", by=by, text=str(request))
    else:
        move(line, LineState.INFO_REQUESTED, by=by, text=str(request), held_since=now)
    return request


def default_due_on(line: Line) -> date:
    """Return until when an answer is asked for if nobody chooses another day."""
    days = min(line.case.policy.information_days, LONGEST_DAYS)
    return timezone.localdate() + timedelta(days=days)


def latest_due_on() -> date:
    return timezone.localdate() + timedelta(days=LONGEST_DAYS)


# Answering


@change()
def save(
    request: InformationRequest, answers: Mapping[int, ItemAnswer], *, by: User
) -> InformationRequest:
    """Keep answers by position as far as they are written; nobody else sees them yet."""
    lock(request.line)
    request = lock(request)
    permissions.can_answer_information(by, request).require()
    write(request, answers)
    record(request, "save-answer", by=by)
    return request


def write(request: InformationRequest, answers: Mapping[int, ItemAnswer]) -> None:
    """Write answers into the items of a locked request; inside `change()`."""
    for item in request.items.prefetch_related("documents"):
        said = answers.get(item.position)
        if said is None:
            continue
        removed = [document for document in item.documents.all() if document.pk in said.removed]
        item.documents.remove(*removed)
        item.documents.add(*said.documents)
        for document in removed:
            documents.forget(document)
        item.answer = clean_text(said.text).strip()
        is_answered = item.answer or item.documents.exists()
        item.answered_at = (item.answered_at or timezone.now()) if is_answered else None
        item.save(update_fields=["answer", "answered_at"])


def unanswered(request: InformationRequest) -> list[int]:
    """Return the positions of the items that have neither words nor a file."""
    return [item.position for item in request.items.all() if item.answered_at is None]


@change()
def answer(request: InformationRequest, answers: Mapping[int, ItemAnswer], *, by: User) -> None:
    """Send the answers to all items: the line goes on, opinions are open to change again.

    An answer that comes when nobody waited for it any more opens them too; the clock ran on.
    """
    line = lock(request.line)
    request = lock(request)
    permissions.can_answer_information(by, request).require()
    write(request, answers)
    missing = unanswered(request)
    if missing:
        raise Refused(
            ngettext(
                "Answer item %(numbers)s too: in words, or with a file.",
                "Answer items %(numbers)s too: in words, or with files.",
                len(missing),
            )
            % {"numbers": ", ".join(str(position) for position in missing)}
        )
    take(request, line, by=by)
    tell(request, line, by=by, template="information_answered")


def take(request: InformationRequest, line: Line, *, by: User | None) -> None:
    """Take a whole answer: its locked line goes on unless another one is waited for."""
    request.answered_at = timezone.now()
    request.save(update_fields=["answered_at"])
    said = "\n".join(item.answer for item in request.items.all() if item.answer)
    if request.closed_at is None:
        record(request, "answer", by=by, text=said)
        if not line.information_requests.open().exists():
            lines.go_on(line, by=by)
    elif line.state == LineState.DELIBERATION:
        back_to_review(line, by=by, text=said, held_since=request.answered_at)
    else:
        record(request, "answer-late", by=by, text=said)


def tell(request: InformationRequest, line: Line, *, by: User | None, template: str) -> None:
    """Tell those who work on a line of an answer: registrars, or reviewers, who may go on."""
    if line.complete_at is not None:
        reviews.reopen(line, by=by, template=template)
        has_files = request.items.filter(documents__isnull=False).exists()
        if has_files and Line.objects.with_unseen_files().filter(pk=line.pk).exists():
            for registrar in registrars_for(line):
                context = {"line": line, "url": f"{address('line-check', line.uuid)}#blind"}
                mails.write("files_to_look_at", registrar, context)
        return
    for registrar in registrars_for(line):
        mails.write(template, registrar, {"line": line, "url": address("work")})


# Waiting no longer


@change()
def stop_waiting(line: Line, *, by: User) -> None:
    """Go on without an answer; the committee decides on what it has."""
    line = lock(line)
    permissions.can_stop_waiting(by, line).require()
    for request in line.information_requests.open():
        close(request, line, by=by)


def close(request: InformationRequest, line: Line, *, by: User) -> None:
    """Wait for an answer no longer; its locked line goes on unless another is waited for."""
    InformationRequest.objects.filter(pk=request.pk).update(closed_at=timezone.now())
    record(request, "close", by=by)
    if line.information_requests.open().exists():
        return
    if line.state == LineState.INFO_REQUESTED:
        lines.go_on(line, by=by)
    if line.complete_at is not None:
        reviews.pass_on_if_all_in(line, by=by)
