"""A long walk through the services, made once in each process and then put back.

`make_line` walks an application through the real services, which is a second of work, and hundreds
of tests begin with the same walk on an empty database. The first one is walked; its rows, files and
tasks queued on commit are kept, and the next test that asks for the same gets them back as they
were. SYMBOLON_TEST_WALKS=all walks every time.
"""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection, models, transaction
from django.utils import timezone

from credentials.models import Institution, User

PLAIN = (str, int, float, bool, date, Decimal, type(None))
ROWS_AT_ONCE = 50  # SQLite takes few parameters in a statement


@dataclass
class Walk:
    """What a walk left: rows of each table, files, and what waits for the commit."""

    pk: int
    rows: dict[str, tuple[list[str], list[tuple]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    on_commit: list[tuple] = field(default_factory=list)


_walks: dict[tuple, Walk] = {}
_walking = False


def kept(model: type[models.Model]) -> Callable:
    """Decorate a factory that returns one object of `model`; see the module for what it does."""

    def decorate(factory: Callable) -> Callable:
        @functools.wraps(factory)
        def make(*arguments, **named):
            global _walking
            key = _key(factory, arguments, named)
            if _walking or key is None or not _nothing_is_there():
                return factory(*arguments, **named)
            if key in _walks:
                return model._default_manager.get(pk=_put_back(_walks[key]))
            before = _tables(), len(connection.run_on_commit), len(mail.outbox)
            _walking = True
            try:
                made = factory(*arguments, **named)
            finally:
                _walking = False
            if len(mail.outbox) == before[2]:
                _walks[key] = _keep(made.pk, *before[:2])
            return made

        return make

    return decorate


def _key(factory, arguments, named) -> tuple | None:
    """What tells walks apart; None if something that is already there takes part."""
    values = [*arguments, *named.values()]
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    if not all(isinstance(item, PLAIN) for item in flat):
        return None
    said = repr((arguments, sorted(named.items())))
    return factory.__name__, said, timezone.localdate(), settings.ADDRESS


def _nothing_is_there() -> bool:
    """Only then is the same call the same walk; outside of a transaction nothing can wait.

    A benchmark walks always: it has no outbox.
    """
    return (
        os.environ.get("SYMBOLON_TEST_WALKS") != "all"
        and hasattr(mail, "outbox")
        and connection.in_atomic_block
        and not User.objects.exists()
        and not Institution.objects.exists()
    )


def _tables() -> dict[str, int]:
    """The number of rows of each table."""
    every = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return {model._meta.db_table: model._base_manager.count() for model in every}


def _keep(pk: int, before: dict[str, int], waiting: int) -> Walk:
    queued = connection.run_on_commit[waiting:]
    walk = Walk(pk, on_commit=[(job, robust) for _savepoints, job, robust in queued])
    with connection.cursor() as cursor:
        for table, count in _tables().items():
            if count == before[table]:
                continue
            if before[table]:
                raise AssertionError(f"{table} had rows before the walk: it cannot be put back")
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - a table of ours
            walk.rows[table] = [column[0] for column in cursor.description], cursor.fetchall()
    folder = Path(settings.MEDIA_ROOT)
    for path in folder.rglob("*"):
        if path.is_file():
            walk.files[str(path.relative_to(folder))] = path.read_bytes()
    return walk


def _put_back(walk: Walk) -> int:
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, (columns, rows) in walk.rows.items():
            row = f"({', '.join(['%s'] * len(columns))})"
            for start in range(0, len(rows), ROWS_AT_ONCE):
                some = rows[start : start + ROWS_AT_ONCE]
                cursor.execute(
                    f"INSERT INTO {name(table)} ({', '.join(map(name, columns))}) VALUES "  # noqa: S608 - ours
                    + ", ".join([row] * len(some)),
                    [value for values in some for value in values],
                )
    for where, content in walk.files.items():
        path = Path(settings.MEDIA_ROOT, where)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for job, robust in walk.on_commit:
        transaction.on_commit(job, robust=robust)
    return walk.pk
