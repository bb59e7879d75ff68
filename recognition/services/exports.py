"""The only place that tells the student information system what the ledger says, each thing once.

A run is kept with its rows as they were told, so that the same file can be had again. The format
is described in docs/export.md.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import in_language
from credentials.models import CreditEntry, Institution, User
from credentials.permissions import can_keep_records
from credentials.services import numbers
from credentials.services.lifecycle import change, lock, record
from credentials.standards import spreadsheets
from credentials.verdict import Refused, Stale
from recognition.models import Decision, Export, ExportAction, ExportRow

FORMAT = "symbolon-credits-1"
COLUMNS = (
    "id",
    "action",
    "at",
    "entry",
    "student_number",
    "family_name",
    "given_name",
    "programme",
    "regulations",
    "module",
    "module_title",
    "ects",
    "grade",
    "source_title",
    "source_body",
    "decision",
    "decision_type",
    "case",
)


@dataclass(frozen=True, slots=True)
class Pending:
    """What a run would tell of one entry; `missing` says why it must wait, "" when it need not."""

    entry: CreditEntry
    action: ExportAction
    data: dict
    missing: str


def pending(institution: Institution) -> list[Pending]:
    """Return what was not told yet, oldest first: four queries for any number of entries.

    A reversal follows the entry that it reverses. What lacks a student number waits for it.
    """
    told = ExportRow.objects.filter(entry__enrolment__learner__institution=institution)
    recorded = set(told.filter(action=ExportAction.RECORDED).values_list("entry", flat=True))
    reversed_ = told.filter(action=ExportAction.REVERSED)
    entries = list(
        CreditEntry.objects.filter(enrolment__learner__institution=institution)
        .exclude(Q(pk__in=recorded) & (Q(reversed_at=None) | Q(pk__in=reversed_.values("entry"))))
        .select_related(
            "credential",
            "enrolment__learner",
            "enrolment__programme_version__programme",
            "module__course_version__course",
        )
        .order_by("recorded_at", "pk")
    )
    decisions = {
        decision.uuid: decision
        for decision in Decision.objects.filter(
            uuid__in={entry.decision for entry in entries}
        ).select_related("line__case")
    }
    found = []
    for entry in entries:
        actions = [] if entry.pk in recorded else [ExportAction.RECORDED]
        actions += [ExportAction.REVERSED] if entry.reversed_at else []
        for action in actions:
            found.append(_pending(entry, action, decisions.get(entry.decision)))
    return found


def _pending(entry: CreditEntry, action: ExportAction, decision: Decision | None) -> Pending:
    number = entry.enrolment.learner.student_number
    missing = "" if number else _("The student number is missing.")
    return Pending(entry, action, _told(entry, action, decision), missing)


def _told(entry: CreditEntry, action: ExportAction, decision: Decision | None) -> dict:
    learner, version = entry.enrolment.learner, entry.enrolment.programme_version
    at = entry.recorded_at if action == ExportAction.RECORDED else entry.reversed_at
    body = entry.credential.facts.get("awarding_body", {}).get("name", {})
    said = {
        "id": f"{entry.uuid}/{action}",
        "action": str(action),
        "at": at.isoformat(timespec="seconds"),
        "entry": str(entry.uuid),
        "student_number": learner.student_number,
        "family_name": learner.family_name,
        "given_name": learner.given_name,
        "programme": version.programme.code,
        "regulations": version.regulations,
        "module": entry.module.code if entry.module else "",
        "module_title": in_language(entry.module.title, "en") if entry.module else "",
        "ects": f"{entry.ects:.1f}",
        "grade": entry.grade,
        "source_title": in_language(entry.credential.title, "en"),
        "source_body": in_language(body, "en"),
        "decision": decision.number if decision else "",
        "decision_type": decision.type if decision else "",
        "case": decision.line.case.reference if decision else "",
    }
    return {name: said[name] for name in COLUMNS}


def fingerprint(found: Iterable[Pending]) -> str:
    """Return what names exactly these rows (SHA-256, hex): a run tells no more than was shown."""
    ids = sorted(one.data["id"] for one in found if not one.missing)
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()


@change()
def run(institution: Institution, *, by: User | None, seen: str | None = None) -> Export:
    """Tell what is pending, and keep what was told. `by` None: the command of an operator.

    `seen`: the fingerprint of what was shown; raises `Stale` when something else would be told,
    `Refused` when there is nothing to tell.
    """
    if by:
        can_keep_records(by, institution).require()
    lock(institution)  # one run at a time
    ready = [one for one in pending(institution) if not one.missing]
    if not ready:
        raise Refused(_("There is nothing new to export."))
    if seen is not None and seen != fingerprint(ready):
        raise Stale(_("What is to be exported has changed. Look at it again."))
    export = Export.objects.create(
        institution=institution,
        number=numbers.next_number(institution, "EXP"),
        made_at=timezone.now(),
        made_by=by,
    )
    ExportRow.objects.bulk_create(
        ExportRow(export=export, entry=one.entry, action=one.action, data=one.data) for one in ready
    )
    record(export, "run", by=by, after=str(len(ready)))
    return export


def as_csv(export: Export) -> bytes:
    """Return a run as CSV: the columns of `COLUMNS`, dates in ISO 8601, a point in numbers."""
    rows = export.rows.values_list("data", flat=True)
    return spreadsheets.as_csv([COLUMNS, *([row[name] for name in COLUMNS] for row in rows)])


def as_json(export: Export) -> bytes:
    """Return a run as JSON, with the same names and values as the CSV."""
    told = {
        "format": FORMAT,
        "export": str(export.uuid),
        "number": export.number,
        "institution": export.institution.slug,
        "made_at": export.made_at.isoformat(timespec="seconds"),
        "rows": list(export.rows.values_list("data", flat=True)),
    }
    return json.dumps(told, ensure_ascii=False, indent=2).encode()
