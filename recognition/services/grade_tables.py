"""The only place that writes grading tables, version by version."""

from django.utils.translation import gettext as _

from credentials.models import Institution, User
from credentials.permissions import can_keep_records
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused, Stale
from recognition import grading
from recognition.models import GradeTable
from recognition.scales import GradeError

COLUMNS = (
    *("body", "name", "isced_f", "year_from", "year_to"),
    *("best", "passing", "worst", "rows"),
)


@change()
def enter(institution: Institution, *, by: User, **columns: object) -> GradeTable:
    """Enter a grading table; `columns` are those of `GradeTable`, `rows` may be empty.

    Raises `Refused` when the grades make no sense, such as shares that do not sum up to 100.
    """
    institution = lock(institution)
    can_keep_records(by, institution).require()
    return _make(institution, by, "enter", columns)


@change()
def revise(table: GradeTable, *, by: User, **columns: object) -> GradeTable:
    """Make a new version; the old one stays for what was decided by it.

    The same once more changes nothing. Raises `Stale` when somebody else made a version meanwhile.
    """
    institution = lock(table.institution)
    can_keep_records(by, institution).require()
    if GradeTable.objects.filter(replaces=table).exists():
        raise Stale(_("Somebody changed this table meanwhile. Load the page again."))
    before = {name: getattr(table, name) for name in COLUMNS}
    says = {**before, **columns}
    if says == before:
        return table
    further = {"replaces": table, "version": table.version + 1}
    return _make(institution, by, "revise", {**says, **further})


def _make(institution: Institution, by: User, action: str, columns: dict) -> GradeTable:
    table = GradeTable(institution=institution, made_by=by, **columns)
    if table.body and table.body.institution_id != institution.pk:
        raise Refused(_("This awarding body stands in another register."))
    try:
        grading.table_in(table)
    except GradeError as problem:
        raise Refused(str(problem)) from None
    table.save()
    record(table, action, by=by, text=f"{table.name}, {table.version}")
    return table
