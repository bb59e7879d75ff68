"""The only place that takes over a whole register of awarding bodies: previewed, then written."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from credentials.models import AwardingBody, Institution, User
from credentials.permissions import can_keep_records
from credentials.services import bodies
from credentials.services.lifecycle import change, lock, record
from credentials.services.marks import in_log
from credentials.standards.body_files import COLUMNS, BodyRow
from credentials.standards.catalogue_files import complain
from credentials.verdict import Stale

WRITTEN = (*COLUMNS[2:], "checked_by", "version")


@dataclass(slots=True)
class BodyReport:
    """What an import did or would do; `mark` names exactly these changes."""

    created: list[AwardingBody] = field(default_factory=list)
    changed: list[tuple[AwardingBody, dict[str, tuple[Any, Any]]]] = field(default_factory=list)
    same: int = 0

    @property
    def changes(self) -> int:
        """How many entries are written."""
        return len(self.created) + len(self.changed)

    @property
    def mark(self) -> str:
        """SHA-256 (hex) of all that changes, to tell whether it is still what was shown."""
        new = [[str(getattr(body, name)) for name in COLUMNS] for body in self.created]
        old = [[str(body.uuid), in_log(changes)] for body, changes in self.changed]
        return hashlib.sha256(json.dumps([new, old]).encode()).hexdigest()


@change()
def import_rows(
    institution: Institution, rows: Sequence[BodyRow], *, by: User, seen: str | None = None
) -> BodyReport:
    """Enter what is new and correct what differs, one entry of the log each; nothing is removed.

    An empty cell, or a column that is not there, leaves what the register says. Without `seen`
    nothing is written. `seen` is the mark of the report that was shown: raises `Stale` when
    somebody changed the register since, so that only what was seen is written. Raises
    `UnreadableFile` when a row does not fit its entry.
    """
    institution = lock(institution)
    can_keep_records(by, institution).require()
    report = _compared(institution, rows, by)
    if seen is None:
        return report
    if seen != report.mark:
        raise Stale(_("The register was changed since you looked. Look at what would change now."))
    AwardingBody.objects.bulk_create(report.created, batch_size=500)
    changed = [body for body, _changes in report.changed]
    AwardingBody.objects.bulk_update(changed, WRITTEN, batch_size=200)
    for body in report.created:
        record(body, "import", by=by)
    for body, changes in report.changed:
        record(body, "import", by=by, text=in_log(changes))
    return report


def _compared(institution: Institution, rows: Sequence[BodyRow], by: User) -> BodyReport:
    """Compare rows with the register, in three queries for any number of them."""
    known = list(institution.awarding_bodies.select_related("institution").order_by("-pk"))
    exactly = {(body.name, body.country): body for body in known}
    loosely = {(body.name.casefold(), body.country): body for body in known}
    report, problems = BodyReport(), []
    for row in rows:
        body = exactly.get((row.name, row.country)) or loosely.get(row.key)
        is_new = body is None
        if body is None:
            body = AwardingBody(institution=institution, name=row.name, country=row.country)
        changes = bodies.changes_of(body, dict(row.columns))
        if is_new:
            for name, (_before, now) in changes.items():
                setattr(body, name, now)
            body.checked_by = by if body.checked_on else None
            report.created.append(body)
        elif changes:
            bodies.apply(body, changes, by=by)
            report.changed.append((body, changes))
        else:
            report.same += 1
        if problem := bodies.unsound(body):
            where = _("Row %(row)s, column “%(column)s”:") % {
                "row": row.number,
                "column": problem[0],
            }
            problems.append(f"{where} {problem[1]}")
    complain(problems)
    return report
