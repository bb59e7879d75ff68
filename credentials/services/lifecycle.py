"""How everything changes: one unit of change, locks, moves between states, tasks on commit."""

import functools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import UUID

from celery import current_app
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import Institution
from credentials.models.many import among
from credentials.services import audit
from credentials.verdict import Refused, Stale

Row = TypeVar("Row", bound=models.Model)

_entries: ContextVar[list[audit.Entry] | None] = ContextVar("audit_entries", default=None)


@contextmanager
def change() -> Iterator[None]:
    """One unit of change: a transaction whose audit entries are chained at its very end.

    Use as a decorator of services. Inner ones join the outer one. The heads of the audit chains
    are so the last rows locked, whatever the services lock before, and cannot deadlock.
    """
    outer = _entries.get()
    if outer is not None:
        kept = len(outer)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del outer[kept:]
            raise
        return
    entries: list[audit.Entry] = []
    token = _entries.set(entries)
    try:
        with transaction.atomic():
            yield
            audit.append(entries)
    finally:
        _entries.reset(token)


def lock(row: Row) -> Row:
    """Return the row as it is in the database now, locked until the transaction ends.

    Others may still refer to it: a change that only names a locked person need not wait, which
    could end in a deadlock. What the model names in `locked_with()` is read after the lock, so
    that it is as new as the row.
    """
    # `request.user` is a proxy, whose own type has no manager.
    model = row._meta.model
    locked = model._base_manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    models.prefetch_related_objects([locked], *getattr(model, "locked_with", tuple)())
    return locked


def record(
    thing: Any, action: str, *, by: Any, before: str = "", after: str = "", text: str = ""
) -> None:
    """Write down in the audit log what happens to `thing`; only inside `change()`."""
    entries = _entries.get()
    if entries is None:
        raise RuntimeError("record() outside of change()")
    entries.append(
        audit.Entry(
            institution=thing.audit_institution,
            actor=str(by.uuid) if by else "",
            noun=thing._meta.model_name,
            thing=str(thing.uuid),
            action=action,
            before=before,
            after=after,
            text=text,
            at=timezone.now(),
        )
    )


def record_all(
    model: type[models.Model],
    uuids: Iterable[UUID],
    action: str,
    *,
    by: Any,
    institution: Institution,
    before: str = "",
    after: str = "",
) -> None:
    """Write down the same of many things of an institution, as `record` does of each."""
    entries = _entries.get()
    if entries is None:
        raise RuntimeError("record_all() outside of change()")
    actor, noun, now = str(by.uuid) if by else "", str(model._meta.model_name), timezone.now()
    entries += [
        audit.Entry(institution, actor, noun, str(uuid), action, before, after, "", now)
        for uuid in uuids
    ]


def move(row: models.Model, to: str, *, by: Any, text: str = "", **changes: Any) -> None:
    """Move `row` to the state `to`, with `changes` to other columns, and write it down.

    The only code that changes a `state` column. Raises `Stale` when the row is no longer in the
    state in which it was read, `Refused` when the table of moves does not allow it.
    """
    before = row.state
    if to not in row.MOVES[before]:
        raise Refused(
            _("This is not possible any more: it is “%(state)s” now.")
            % {"state": row.get_state_display()}
        )
    moved = type(row)._base_manager.filter(pk=row.pk, state=before).update(state=to, **changes)
    if not moved:
        raise Stale(_("Somebody else was faster. Please look at what has changed and try again."))
    row.state = to
    for name, value in changes.items():
        setattr(row, name, value)
    record(row, "move", by=by, before=str(before), after=str(to), text=text)


def move_all(
    model: Any,
    rows: Mapping[int, UUID],
    before: str,
    to: str,
    *,
    by: Any,
    institution: Institution,
    **changes: Any,
) -> None:
    """Move many rows of an institution, uuids by primary key, that are locked in state `before`.

    As `move` does each of them; raises `Stale` when one is not in that state.
    """
    if to not in model.MOVES[before]:
        raise Refused(f"{model.__name__}: {before} -> {to}")
    waiting = model._base_manager.filter(pk__in=among(rows), state=before)
    if waiting.update(state=to, **changes) != len(rows):
        raise Stale(_("Somebody else was faster. Please look at what has changed and try again."))
    record_all(
        model,
        rows.values(),
        "move",
        by=by,
        institution=institution,
        before=str(before),
        after=str(to),
    )


def enqueue(task: str, *arguments: Any) -> None:
    """Send a task, by name, when the transaction commits. Arguments are ids, never objects."""
    transaction.on_commit(functools.partial(_send, task, arguments), robust=True)


def _send(task: str, arguments: tuple[Any, ...]) -> None:
    current_app.send_task(task, args=arguments)
