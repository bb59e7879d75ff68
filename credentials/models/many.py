"""The only place that says how many rows are asked for by their values."""

import json
from collections.abc import Iterable

from django.db import connection
from django.db.models.expressions import RawSQL


def among(values: Iterable[int] | Iterable[str]) -> list[int] | list[str] | RawSQL:
    """Return numbers or texts for a lookup such as `pk__in`.

    SQLite takes them as one parameter, a third of the work with hundreds; PostgreSQL, which plans
    better with what it sees, one by one.
    """
    listed = list(values)
    if connection.vendor != "sqlite" or not listed:
        return listed
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(listed)])
