"""The only place that writes messages between applicant and registrar, and marks them read."""

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import User
from credentials.services import mails
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import Line, Message
from recognition.models.message import LONGEST
from recognition.services.cases import registrars_for


@change()
def send(line: Line, text: str, *, by: User) -> Message:
    """Write about a line: the applicant to who handles it, a registrar to the applicant.

    The clock does not mind. What was read before is marked as read: who answers has read it.
    """
    line = lock(line)
    permissions.can_send_message(by, line).require()
    text = clean_text(text).strip()
    if not text:
        raise Refused(_("Write something first."))
    if len(text) > LONGEST:
        raise Refused(_("Write at most %(most)s characters.") % {"most": LONGEST})
    is_from_applicant = line.case.applicant_id == by.pk
    message = Message.objects.create(
        line=line, author=by, is_from_applicant=is_from_applicant, text=text
    )
    record(message, "send", by=by)
    context = {"line": line, "url": address("message-list", line.uuid)}
    for person in _readers(line) if is_from_applicant else [line.case.applicant]:
        mails.write("message_sent", person, context)
    return message


def _readers(line: Line) -> list[User]:
    """Return who handles a line, or all its registrars as long as nobody does."""
    registrars = registrars_for(line)
    handling = [person for person in registrars if person.pk == line.handler_id]
    return handling or registrars


def mark_read(line: Line, *, by: User) -> None:
    """Mark what the other side wrote as read; a reader of neither side leaves it as it is."""
    if line.case.applicant_id == by.pk:
        unread = line.messages.unread_by_applicant()
    elif permissions.as_registrar(by, line):
        unread = line.messages.unread_by_staff()
    else:
        return
    unread.update(read_at=timezone.now())
