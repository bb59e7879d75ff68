"""The only place that stores many new rows at once which are alike in most columns.

What they share is prepared once, which Django's `bulk_create` does for each row.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

MOST_VALUES = 900  # in one statement; SQLite takes 999


def insert(pattern: models.Model, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """Store a copy of `pattern` for each row, with the row's values in the fields `names`.

    Returns the primary keys in the order of the rows. Call inside of a transaction.
    """
    meta = type(pattern)._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    alike: list[Any] = [
        None
        if field.name in names
        else field.get_db_prep_save(field.pre_save(pattern, add=True), connection)
        for field in fields
    ]
    places = {field.name: place for place, field in enumerate(fields)}
    changing = [(places[name], _preparing(meta.get_field(name))) for name in names]
    prepared = []
    for row in rows:
        values = alike.copy()
        for (place, prepare), value in zip(changing, row, strict=True):
            values[place] = prepare(value, connection) if prepare else value
        prepared.append(values)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    head = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES "  # noqa: S608 - names of ours
    one = f"({', '.join(['%s'] * len(fields))})"
    step, keys = MOST_VALUES // len(fields), []
    with connection.cursor() as cursor:
        for start in range(0, len(prepared), step):
            part = prepared[start : start + step]
            sql = f"{head}{', '.join([one] * len(part))} RETURNING {quote(meta.pk.column)}"
            cursor.execute(sql, [value for values in part for value in values])
            keys += [key for (key,) in cursor.fetchall()]
    return keys


def _preparing(field: Any) -> Callable[[Any, Any], Any] | None:
    """Return what prepares a value for the database, None for texts, numbers and keys."""
    plain = (models.CharField, models.TextField, models.IntegerField, models.ForeignKey)
    return None if isinstance(field, plain) else field.get_db_prep_save
