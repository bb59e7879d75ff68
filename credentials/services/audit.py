"""The only place that writes and proves the hash-chained log."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import NamedTuple

from credentials.models import AuditEvent, AuditHead, AuditText, Institution
from credentials.services import bulk

COLUMNS = (
    *("sequence", "at", "actor", "noun", "thing", "action", "before", "after"),
    *("commitment", "previous"),
)


class Entry(NamedTuple):
    """One event before it is chained."""

    institution: Institution | None
    actor: str
    noun: str
    thing: str
    action: str
    before: str
    after: str
    text: str
    at: datetime


def append(entries: list[Entry]) -> None:
    """Chain the entries, one lock per institution, in the order of the institutions' ids."""
    by_institution: dict[int | None, list[Entry]] = {}
    for entry in entries:
        by_institution.setdefault(entry.institution.pk if entry.institution else None, []).append(
            entry
        )
    for institution_id in sorted(by_institution, key=lambda pk: pk or 0):
        _append_to(_locked_head(institution_id), by_institution[institution_id])


def _locked_head(institution_id: int | None) -> AuditHead:
    head, _is_new = AuditHead.objects.select_for_update().get_or_create(
        institution_id=institution_id
    )
    return head


def _append_to(head: AuditHead, entries: list[Entry]) -> None:
    events, texts = [], []
    for entry in entries:
        salt = secrets.token_hex(16) if entry.text else ""
        said = (entry.actor, entry.noun, entry.thing, entry.action, entry.before, entry.after)
        commitment = _commitment(salt, entry.text) if entry.text else ""
        columns = (head.sequence + 1, entry.at, *said, commitment, head.hash)
        head.sequence, head.hash = head.sequence + 1, _hash(*columns)
        events.append((*columns, head.hash))
        texts.append((salt, entry.text))
    spoken = any(text for _salt, text in texts)
    keys = bulk.insert(AuditEvent(head=head), (*COLUMNS, "hash"), events, with_keys=spoken)
    if spoken:
        pairs = zip(keys, texts, strict=True)
        told = [(key, *text) for key, text in pairs if text[1]]
        bulk.insert(AuditText(), ("event", "salt", "text"), told, with_keys=False)
    head.save(update_fields=["sequence", "hash"])


def _commitment(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def hash_of(event: AuditEvent) -> str:
    """Return the SHA-256 (hex) over the event's columns and the hash before it."""
    return _hash(*(getattr(event, column) for column in COLUMNS))


def _hash(sequence: int, at: datetime, *others: str) -> str:
    # As `json.dumps(..., ensure_ascii=False)` writes a list of them, in a third of the time.
    columns = ", ".join(map(encode_basestring, (_in_utc(at), *others)))
    return hashlib.sha256(f"[{sequence}, {columns}]".encode()).hexdigest()


@lru_cache(maxsize=1)
def _in_utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def history_of(*things: object) -> Iterator[AuditEvent]:
    """Yield the events of these objects (or uuids), oldest first, with their texts."""
    ids = [str(getattr(thing, "uuid", thing)) for thing in things]
    return (
        AuditEvent.objects.filter(thing__in=ids).select_related("text").order_by("at", "sequence")
    )


def broken_links(heads: Iterable[AuditHead] | None = None) -> Iterator[str]:
    """Yield a sentence for each place where a chain does not hold; nothing when all is well."""
    for head in heads if heads is not None else AuditHead.objects.all():
        previous, sequence = "0" * 64, 0
        where = head.institution.slug if head.institution else "portal"
        for event in head.events.select_related("text").order_by("sequence").iterator(2000):
            sequence += 1
            if event.sequence != sequence:
                yield f"{where}: event {sequence} is missing"
                sequence = event.sequence
            if event.previous != previous or event.hash != hash_of(event):
                yield f"{where}: event {event.sequence} was changed"
            text = getattr(event, "text", None)
            if text and _commitment(text.salt, text.text) != event.commitment:
                yield f"{where}: the text of event {event.sequence} was changed"
            previous = event.hash
        if (head.sequence, head.hash) != (sequence, previous):
            yield f"{where}: events after {sequence} are missing"
