"""The only place that reads what mail servers report of a mail (RFC 3464, codes of RFC 3463).

A report comes from anywhere and is believed only in that it names a mail of ours by the
unguessable Message-ID; which address it speaks of does not count. Nothing is fetched.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from typing import BinaryIO

from credentials.language import clean_text

MESSAGE_MAX = 256 * 1024  # bytes; what follows is not read: a report of our mails has less
NESTED_MAX = 40  # places that may open a part inside of a part; real reports have less than ten
SAID_MAX = 300
CHUNK = 64 * 1024
OURS = re.compile(
    r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@[^<>\s]{1,253}>", re.I
)
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
NESTING = re.compile(rb"boundary|message/", re.I)
# Subject and detail of a status, the most telling first; the values are those of BounceReason.
REASONS = (
    (re.compile(r"1\.(?:[012346]|10)$"), "unknown"),
    (re.compile(r"2\.2$"), "full"),
    (re.compile(r"2\.1$"), "closed"),
    (re.compile(r"(?:7|2|6)\.\d+$"), "refused"),
    (re.compile(r"4\.\d+$"), "late"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported of one mail. `is_final`: it does not arrive; otherwise it is delayed.

    `mail` is the uuid in its Message-ID, `said` the status and words of the mail server.
    """

    mail: uuid.UUID
    is_final: bool
    reason: str
    said: str


def read(data: bytes) -> Report | None:
    """Return what a message reports of a mail of ours; None when it reports nothing.

    Also of a message that is broken, nested too deeply or no delivery report at all.
    """
    data = data[:MESSAGE_MAX]
    if len(NESTING.findall(data)) > NESTED_MAX:
        return None
    try:
        message = message_from_bytes(data)
        parts = list(message.walk())
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return None
    told = _told(parts)
    named = _named([*_originals(parts), message])
    if told is None or named is None:
        return None
    is_final, status, words = told
    return Report(named, is_final, _reason(status) if is_final else "", _said(status, words))


def of_reply(mail: uuid.UUID, words: str) -> Report:
    """Return the report that a server's refusal at once amounts to."""
    found = STATUS.search(words)
    status = found.group() if found else ""
    return Report(mail, True, _reason(status) if status else "refused", _said("", words))


def _told(parts: Iterable[Message]) -> tuple[bool, str, str] | None:
    """Return whether it is final, the status and the words; the worst that is said counts."""
    delayed = None
    for fields in _fields(parts):
        action = _text(fields, "Action").lower()
        found = STATUS.search(_text(fields, "Status"))
        status = found.group() if found else ""
        words = _text(fields, "Diagnostic-Code").partition(";")[2]
        if action == "failed" or (not action and status.startswith("5")):
            return True, status, words
        if action == "delayed" or (not action and status.startswith("4")):
            delayed = delayed or (False, status, words)
    return delayed


def _fields(parts: Iterable[Message]) -> Iterator[Message]:
    """Yield the groups of fields of delivery reports, without the group about the message."""
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            groups = part.get_payload()
            if isinstance(groups, list):
                yield from (one for one in groups if isinstance(one, Message))


def _originals(parts: Iterable[Message]) -> Iterator[Message]:
    """Yield the mails that came back, or what is left of them."""
    for part in parts:
        kind, payload = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(payload, list):
            yield from (one for one in payload if isinstance(one, Message))
        elif kind == "text/rfc822-headers" and isinstance(payload, str):
            yield message_from_string(payload[:CHUNK])


def _named(messages: Iterable[Message]) -> uuid.UUID | None:
    """Return which mail is meant; of the report itself only what it answers to counts."""
    for message in messages:
        for header in ("Message-ID", "In-Reply-To", "References"):
            found = OURS.search(_text(message, header))
            if found:
                return uuid.UUID(found.group(1))
    return None


def _text(message: Message, header: str) -> str:
    return str(message.get(header, ""))[:4000].strip()


def _reason(status: str) -> str:
    detail = status[2:]
    return next((reason for pattern, reason in REASONS if pattern.match(detail)), "other")


def _said(status: str, words: str) -> str:
    flat = " ".join(clean_text(words.encode(errors="replace").decode(errors="replace")).split())
    return (flat if status and status in flat else f"{status} {flat}".strip())[:SAID_MAX]


def messages_in(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the messages of a file, one or a whole mbox, each no longer than `MESSAGE_MAX`.

    The stream is read to its end, so that whoever writes into a pipe is not stopped.
    """
    message, is_mbox, starts_line = bytearray(), None, True
    while chunk := stream.readline(CHUNK):
        is_mark = starts_line and chunk.startswith(b"From ")
        if is_mbox is None:
            is_mbox = is_mark
        if is_mark and is_mbox:
            if message:
                yield bytes(message)
            message = bytearray()
        elif len(message) < MESSAGE_MAX:
            message += chunk[: MESSAGE_MAX - len(message)]
        starts_line = chunk.endswith(b"\n")
    if message:
        yield bytes(message)
