"""The only place that stores many new rows at once which are alike in most columns.

What they share is prepared and sent once, which Django's `bulk_create` does for each row.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

from django.db import connection, models

MOST_VALUES = 900  # in one statement; SQLite took 999 for long
TEXTS = (models.CharField, models.TextField)


def insert(
    pattern: models.Model,
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    with_keys: bool = True,
) -> list[int]:
    """Store a copy of `pattern` for each row, with the row's values in the fields `names`.

    What goes into a JSONField is JSON text. Returns the primary keys in the order of the rows,
    none without `with_keys`, which is faster. Call inside of a transaction.
    """
    if not rows:
        return []
    meta = type(pattern)._meta
    given = dict(zip(map(meta.get_field, names), zip(*rows, strict=True), strict=True))
    alike: dict[Any, Any] = {
        field: field.get_db_prep_save(field.pre_save(pattern, add=True), connection)
        for field in meta.concrete_fields
        if not field.primary_key and field not in given
    }
    own: dict[Any, Sequence[Any]] = {}
    for field, column in given.items():
        prepare = _preparing(field)
        if own and all(value is column[0] for value in column):
            alike[field] = prepare(column[0]) if prepare else column[0]
        else:
            own[field] = list(map(prepare, column)) if prepare else column
    head, tail = _statement(meta, list(own), list(alike), with_keys)
    one, prepared = f"({', '.join(['%s'] * len(own))})", list(zip(*own.values(), strict=True))
    step, keys = (MOST_VALUES - len(alike)) // len(own), []
    with connection.cursor() as cursor:
        for start in range(0, len(prepared), step):
            part = prepared[start : start + step]
            sql = f"{head}{', '.join([one] * len(part))}{tail}"
            cursor.execute(sql, [*alike.values(), *chain.from_iterable(part)])
            if with_keys:
                keys += [key for (key,) in cursor.fetchall()]
    return keys


def _statement(meta: Any, own: list[Any], alike: list[Any], with_keys: bool) -> tuple[str, str]:
    """Return SQL before and after the rows of values."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in (*own, *alike))
    values = [_typed(field, f"column{place}") for place, field in enumerate(own, start=1)]
    values += [_typed(field, "%s") for field in alike]
    into = f"INSERT INTO {quote(meta.db_table)} ({columns})"
    returned = f" RETURNING {quote(meta.pk.column)}" if with_keys else ""
    rows = f") AS own WHERE true{returned}"
    return f"{into} SELECT {', '.join(values)} FROM (VALUES ", rows  # noqa: S608 - names of ours


def _typed(field: Any, value: str) -> str:
    """Return SQL of a value for a field: to PostgreSQL what is listed is text or a number."""
    if connection.vendor == "sqlite" or isinstance(field, TEXTS):
        return value
    return f"CAST({value} AS {field.db_type(connection)})"


def _preparing(field: Any) -> Callable[[Any], Any] | None:
    """Return what prepares a value for the database, None for texts, numbers and keys."""
    if isinstance(field, (*TEXTS, models.IntegerField, models.ForeignKey, models.JSONField)):
        return None
    if isinstance(field, models.UUIDField):
        return None if connection.features.has_native_uuid_field else attrgetter("hex")
    return lambda value: field.get_db_prep_save(value, connection)
