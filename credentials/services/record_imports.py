"""The only place that takes over lists of results and graduates: looked at, then written at once.

From a list in CSV, or from a student's record in ELMO. Refused rows are left out of what is
written and handed back with the reasons; what is in the records already is not entered twice.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from credentials.models import (
    Graduate,
    Graduation,
    Institution,
    Learner,
    ModuleResult,
    Programme,
    User,
)
from credentials.permissions import can_keep_graduations, can_keep_records
from credentials.services import facts, module_results, record_rows
from credentials.services.lifecycle import change, record_all
from credentials.services.record_rows import Fate
from credentials.standards import record_files
from credentials.standards.elmo_record import Stated, StudentRecord
from credentials.standards.facts import HolderFacts
from credentials.standards.record_files import GraduateRow, ResultRow
from credentials.standards.table_rows import sentence
from credentials.verdict import Refused, Stale

BATCH = 500


@dataclass(frozen=True, slots=True)
class Outlook:
    """What taking over a list would do; `mark` names exactly this."""

    fates: Sequence[Fate]

    @property
    def ready(self) -> list[Fate]:
        return [fate for fate in self.fates if not fate.refusal and not fate.is_known]

    @property
    def refused(self) -> list[Fate]:
        return [fate for fate in self.fates if fate.refusal]

    @property
    def same(self) -> int:
        """How many rows say what is in the records already."""
        return sum(fate.is_known and not fate.refusal for fate in self.fates)

    @property
    def mark(self) -> str:
        """SHA-256 (hex) of all that would be written, to tell whether it is what was shown."""
        told = [[str(f.enrolment and f.enrolment.uuid), *_said(f)] for f in self.ready]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _said(fate: Fate) -> list[str]:
    made = fate.made
    if isinstance(made, ModuleResult):
        names = module_results.CONTENT
        return [str(made.module.uuid), *(str(getattr(made, name)) for name in names)]
    return [str(fate.row)]


def look_at_results(programme: Programme, rows: Sequence[ResultRow], *, by: User) -> Outlook:
    """Return what would come of each result of a programme; writes nothing.

    Seven queries for every 500 rows. Raises `Refused` for those who may not enter results.
    """
    can_keep_records(by, programme.institution).require()
    fates = record_rows.fates_of(rows)
    record_rows.find_enrolments(programme.institution, fates, programme.code)
    record_rows.judge_results(fates, by=by)
    return Outlook(fates)


def look_at_graduates(graduation: Graduation, rows: Sequence[GraduateRow], *, by: User) -> Outlook:
    """Return what would come of each graduate of a list; writes nothing. As `look_at_results`."""
    can_keep_graduations(by, graduation.institution).require()
    fates = record_rows.fates_of(rows)
    record_rows.find_enrolments(graduation.institution, fates)
    record_rows.judge_graduates(graduation, fates)
    return Outlook(fates)


def look_at_record(graduation: Graduation, found: StudentRecord, *, by: User) -> Outlook:
    """Return what would come of each result and degree in a student's record; writes nothing."""
    institution = graduation.institution
    can_keep_graduations(by, institution).require()
    fates = record_rows.fates_of(stated.row for stated in found.stated)
    _refuse_foreign(institution, found.stated, fates)
    learner, problem = _learner(institution, found.holder)
    for fate in fates:
        if not fate.refusal and learner is None:
            fate.refuse(problem, "student_number")
    if learner is not None:
        degree = next((f.row for f in fates if isinstance(f.row, GraduateRow)), None)
        code = degree.programme if isinstance(degree, GraduateRow) else ""
        record_rows.find_enrolments_of(learner, fates, code)
    record_rows.judge_results(fates, by=by)
    record_rows.judge_graduates(graduation, fates)
    return Outlook(fates)


def _refuse_foreign(
    institution: Institution, stated: Sequence[Stated], fates: Sequence[Fate]
) -> None:
    """Refuse what another institution says: its results are recognised, not entered."""
    own = facts.of_institution(institution)
    for one, fate in zip(stated, fates, strict=True):
        if not facts.is_same_body(own, one.issuer):
            name = next(iter(one.issuer.name.values()), "–")
            fate.refuse(
                _("This was issued by %(name)s. Recognise it instead.") % {"name": name[:100]}
            )


def _learner(institution: Institution, holder: HolderFacts) -> tuple[Learner | None, str]:
    """Return whom a file means, by student number, else by name and day of birth; or why nobody."""
    if holder.student_number:
        found = institution.learners.filter(student_number=holder.student_number).first()
        if found is None:
            return None, _("No learner has this student number.")
        born = found.birth_date
        if born and holder.birth_date and born != holder.birth_date:
            return None, _("The learner with this student number was born on another day.")
        return found, ""
    if not holder.birth_date:
        return None, _("The file gives neither student number nor day of birth.")
    named = institution.learners.filter(
        given_name__iexact=holder.given_name,
        family_name__iexact=holder.family_name,
        birth_date=holder.birth_date,
    )[:2]
    if len(named) != 1:
        return None, _("No learner, or more than one, has this name and day of birth.")
    return named[0], ""


# Writing


@change()
def take_over_results(
    programme: Programme, rows: Sequence[ResultRow], *, by: User, seen: str
) -> Outlook:
    """Enter the results that were looked at, all at once; `seen`: the mark of what was shown.

    Raises `Stale` when something else would be entered by now, `Refused` when nothing.
    """
    module_results.lock_results(programme.institution)
    return _written(look_at_results(programme, rows, by=by), programme.institution, seen, by)


@change()
def take_over_graduates(
    graduation: Graduation, rows: Sequence[GraduateRow], *, by: User, seen: str
) -> Outlook:
    """Put the graduates that were looked at into a list. As `take_over_results`."""
    module_results.lock_results(graduation.institution)
    return _written(look_at_graduates(graduation, rows, by=by), graduation.institution, seen, by)


@change()
def take_over_record(
    graduation: Graduation, found: StudentRecord, *, by: User, seen: str
) -> Outlook:
    """Enter the results and the degree of a student's record. As `take_over_results`."""
    module_results.lock_results(graduation.institution)
    return _written(look_at_record(graduation, found, by=by), graduation.institution, seen, by)


def _written(outlook: Outlook, institution: Institution, seen: str, by: User) -> Outlook:
    if seen != outlook.mark:
        raise Stale(_("Something has changed since you looked. Look at what would happen now."))
    made = [fate.made for fate in outlook.ready]
    if not made:
        raise Refused(_("There is nothing to take over."))
    for model in (ModuleResult, Graduate):
        new = [one for one in made if isinstance(one, model)]
        model._default_manager.bulk_create(new, batch_size=BATCH)
        uuids = [one.uuid for one in new]
        record_all(model, uuids, "import", by=by, institution=institution)
    return outlook


def refused_rows(outlook: Outlook) -> bytes:
    """Return the rows that are refused as CSV, to be mended and sent again."""
    return record_files.refused(
        (fate.row, sentence(fate.row.number, fate.column, fate.refusal)) for fate in outlook.refused
    )
