"""The only place where a committee takes back what others decide for it: a vote is called for."""

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import User
from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, move, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import Decision, Line
from recognition.models.committee import DECIDING
from recognition.states import LineState


@change()
def call(line: Line, why: str, *, by: User) -> None:
    """Have the committee decide instead of one person; a signed decision is then not sent.

    What was signed stays as it is; its text becomes the draft of the next version.
    """
    line = lock(line)
    permissions.can_call_vote(by, line).require()
    if not why.strip():
        raise Refused(_("Say in a few words why."))
    why = clean_text(why).strip()
    require_vote(line, why, by=by)
    if line.state == LineState.DECIDED:
        draft = _draft_again(line.decision)
        record(draft, "save", by=by)
        move(line, LineState.DELIBERATION, by=by, text=why, held_since=timezone.now())
    context = {"line": line, "url": address("line-decide", line.uuid)}
    leading = line.committee.seats.current().filter(role__in=DECIDING)
    for seat in leading.select_related("user"):
        if seat.user_id != by.pk and permissions.presides(seat.user, line.committee, line):
            mails.write("vote_called", seat.user, context)


def require_vote(line: Line, why: str, *, by: User) -> None:
    """Note that nobody may decide a line without a vote; inside `change()`, the line locked."""
    now = timezone.now()
    Line.objects.filter(pk=line.pk).update(
        vote_called_at=now, vote_called_by=by, vote_called_why=why
    )
    line.vote_called_at, line.vote_called_by, line.vote_called_why = now, by, why
    record(line, "call-vote", by=by, text=why)


def _draft_again(signed: Decision) -> Decision:
    """Return a draft that says what a signed decision says, and is to supersede it."""
    said = {field.attname: getattr(signed, field.attname) for field in Decision.said_in()}
    draft = Decision.objects.create(
        **said,
        line_id=signed.line_id,
        version=signed.version + 1,
        supersedes=signed,
        body_id=signed.body_id,
        written_by=signed.written_by,
    )
    for difference in signed.differences.order_by("pk"):
        difference.pk, difference.decision = None, draft
        difference._state.adding = True
        difference.save()
    for condition in signed.conditions.order_by("position", "pk"):
        draft.conditions.create(
            position=condition.position, text=condition.text, due_on=condition.due_on
        )
    return draft
