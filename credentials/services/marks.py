"""The only place that notices that somebody else has changed a row which a form shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from credentials.verdict import Stale


def mark_of(row: models.Model, names: Iterable[str]) -> str:
    """Return a hash (SHA-256, hex) over what some columns of a row say."""
    says = {name: getattr(row, name) for name in sorted(names)}
    return hashlib.sha256(json.dumps(says, default=str, sort_keys=True).encode()).hexdigest()


def put(row: models.Model, wanted: Mapping[str, Any], *, seen: str = "") -> dict[str, Any]:
    """Put into a locked row what its columns shall say; return (before, now) of what changes.

    `seen`: `mark_of` the row as its form showed it. Raises `Stale` when the row has changed
    since, unless it says already what it shall say. Does not save.
    """
    changes = {
        name: (getattr(row, name), value)
        for name, value in wanted.items()
        if getattr(row, name) != value
    }
    if changes and seen and seen != mark_of(row, wanted):
        raise Stale(
            _(
                "Somebody changed this while you were writing. Nothing of yours was saved. Open it "
                "again in another tab, and bring your changes over."
            )
        )
    for name, (_before, now) in changes.items():
        setattr(row, name, now)
    return changes


def in_log(changes: Mapping[str, Any]) -> str:
    """Return changes as the log keeps them: JSON, days and numbers as text."""
    return json.dumps(changes, ensure_ascii=False, default=str)
