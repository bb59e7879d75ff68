"""The only place that says of each row of a list of results or graduates what comes of it.

Writes nothing; `record_imports` shows it, and writes by it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from credentials.models import (
    Enrolment,
    Graduate,
    GraduateKind,
    Graduation,
    Institution,
    Learner,
    Module,
    ModuleResult,
    User,
)
from credentials.permissions import can_hold_result
from credentials.services import graduations, module_results
from credentials.services.award_rows import grade_of
from credentials.services.module_results import Misfit, Standing
from credentials.standards.record_files import GraduateRow, ResultRow
from credentials.verdict import Refused

CHUNK = 500


@dataclass(slots=True)
class Fate:
    """What comes of a row: what is written (not saved yet), or why it is refused.

    `is_known`: just that is in the records already. `column`: where it is to be mended, "" for
    the row as a whole.
    """

    row: ResultRow | GraduateRow
    enrolment: Enrolment | None = None
    made: ModuleResult | Graduate | None = None
    is_known: bool = False
    column: str = ""
    refusal: str = ""

    def refuse(self, refusal: str, column: str = "") -> None:
        self.refusal, self.column = refusal, column


def fates_of(rows: Iterable[ResultRow | GraduateRow]) -> list[Fate]:
    """Return the rows as they were read; refused are those that say what is wrong themselves."""
    return [Fate(row, column=row.column, refusal=row.problem) for row in rows]


def open_chunks(fates: Iterable[Fate]) -> Iterator[list[Fate]]:
    """Yield those that are not refused, some hundreds at a time."""
    fates = [fate for fate in fates if not fate.refusal]
    return (fates[start : start + CHUNK] for start in range(0, len(fates), CHUNK))


# Whose row it is


def find_enrolments(institution: Institution, fates: Sequence[Fate], programme: str = "") -> None:
    """Find the enrolment of each row by student number, programme (code) and regulations.

    `programme` "": as the row says it. Four queries for some hundreds.
    """
    for some in open_chunks(fates):
        numbers = {fate.row.student_number for fate in some if fate.row.student_number}
        found = Enrolment.objects.filter(
            learner__institution=institution, learner__student_number__in=numbers
        )
        by_number: dict[str, list[Enrolment]] = defaultdict(list)
        for one in _with_all(found):
            by_number[one.learner.student_number].append(one)
        for fate in some:
            code = programme or getattr(fate.row, "programme", "")
            _choose(fate, by_number[fate.row.student_number], code)


def find_enrolments_of(learner: Learner, fates: Sequence[Fate], programme: str) -> None:
    """Find the enrolment of each row of one learner; `programme` (code) "": the only one."""
    enrolments = list(_with_all(learner.enrolments.all()))
    for fate in fates:
        if not fate.refusal:
            _choose(fate, enrolments, programme)


def _with_all(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    return enrolments.select_related("learner").prefetch_related(
        "programme_version__programme", "programme_version__profile"
    )


def _choose(fate: Fate, enrolments: Sequence[Enrolment], code: str) -> None:
    if not enrolments:
        fate.refuse(_("No student who is enrolled has this student number."), "student_number")
        return
    of_programme = [
        one
        for one in enrolments
        if not code or one.programme_version.programme.code.casefold() == code.casefold()
    ]
    if not of_programme:
        fate.refuse(
            _("This student is not enrolled in %(code)s.") % {"code": code}, "student_number"
        )
        return
    wanted = fate.row.regulations.casefold()
    fitting = [
        one
        for one in of_programme
        if not wanted or one.programme_version.regulations.casefold() == wanted
    ]
    if len(fitting) == 1:
        fate.enrolment = fitting[0]
        return
    known = ", ".join(str(one.programme_version.regulations) for one in of_programme)
    if fitting:
        text = _("This student is enrolled more than once. Say under which regulations: %(known)s.")
    else:
        text = _("This student is enrolled under other regulations: %(known)s.")
    fate.refuse(text % {"known": known}, "regulations")


# Results


def judge_results(fates: Sequence[Fate], *, by: User) -> None:
    """Make the result of each row, or refuse it. Three queries for some hundreds."""
    for some in open_chunks(fates):
        enrolments = {fate.enrolment.pk: fate.enrolment for fate in some if fate.enrolment}
        known = module_results.standing(list(enrolments.values()))
        versions = {one.programme_version for one in enrolments.values()}
        modules = module_results.modules_of(versions)
        for fate in some:
            _judge_result(fate, modules, known, by)
    _refuse_repeated(fates)


def _judge_result(
    fate: Fate, modules: dict[tuple[int, str], Module], known: Standing, by: User
) -> None:
    row, enrolment = fate.row, fate.enrolment
    if not isinstance(row, ResultRow) or enrolment is None or row.achieved_on is None:
        return
    module = modules.get((enrolment.programme_version_id, row.module.casefold()))
    if module is None:
        fate.refuse(_("The programme has no module with this code."), "module")
        return
    said = {
        "achieved_on": row.achieved_on,
        "grade": grade_of(row.grade, module_results.grades_of(module)),
        "ects": module.ects if row.ects is None else row.ects,
        "term": row.term,
        "work_title": row.work_title,
    }
    key = (enrolment.pk, module.pk)
    try:
        can_hold_result(module, is_filled=key in known.filled).require()
        module_results.require_fit(module, said, known.recognised[key])
    except Misfit as misfit:
        fate.refuse(str(misfit), misfit.column)
        return
    except Refused as refusal:
        fate.refuse(str(refusal), "module")
        return
    fate.made = ModuleResult(enrolment=enrolment, module=module, recorded_by=by, **said)
    if before := known.results.get(key):
        fate.is_known = all(getattr(before, name) == value for name, value in said.items())
        if not fate.is_known:
            fate.refuse(
                _("There is another result for this module. Correct it on the student's page."),
                "module",
            )


def _refuse_repeated(fates: Sequence[Fate]) -> None:
    """Refuse what a row before says too; when it says something else, both."""
    first: dict[tuple[int, int], Fate] = {}
    for fate in fates:
        made = fate.made
        if fate.refusal or not isinstance(made, ModuleResult):
            continue
        earlier = first.setdefault((made.enrolment_id, made.module_id), fate)
        if earlier is not fate:
            _refuse_both(earlier, fate, ("achieved_on", "grade", "ects", "term", "work_title"))


def _refuse_both(earlier: Fate, fate: Fate, names: Sequence[str]) -> None:
    told = _("Row %(row)s says the same. Keep one of the two rows.")
    if any(getattr(earlier.made, name) != getattr(fate.made, name) for name in names):
        told = _("Row %(row)s says something else. Keep the right one.")
        if not earlier.refusal:
            earlier.refuse(told % {"row": fate.row.number})
    fate.refuse(told % {"row": earlier.row.number})


# Graduates


def judge_graduates(graduation: Graduation, fates: Sequence[Fate]) -> None:
    """Make the graduate of each row, or refuse it. One query for some hundreds."""
    for some in open_chunks(fates):
        enrolments = {fate.enrolment.pk for fate in some if fate.enrolment}
        here: dict[int, Graduate] = {}
        elsewhere: dict[int, Graduate] = {}
        found = Graduate.objects.filter(enrolment__in=enrolments).select_related("graduation")
        for one in found:
            if one.graduation_id == graduation.pk:
                here[one.enrolment_id] = one
            elif one.kind == GraduateKind.DEGREE:
                elsewhere[one.enrolment_id] = one
        for fate in some:
            _judge_graduate(fate, graduation, here, elsewhere)
    first: dict[int, Fate] = {}
    for fate in fates:
        if not fate.refusal and isinstance(fate.made, Graduate):
            earlier = first.setdefault(fate.made.enrolment_id, fate)
            if earlier is not fate:
                _refuse_both(earlier, fate, graduations.CONTENT)


def _judge_graduate(
    fate: Fate,
    graduation: Graduation,
    here: dict[int, Graduate],
    elsewhere: dict[int, Graduate],
) -> None:
    row, enrolment = fate.row, fate.enrolment
    if not isinstance(row, GraduateRow) or enrolment is None or row.graduated_on is None:
        return
    said = {name: getattr(row, name) for name in graduations.CONTENT}
    said["additional"] = dict(row.additional)
    try:
        graduations.require_fit(enrolment, said)
    except graduations.Misfit as misfit:
        fate.refuse(str(misfit), misfit.column)
        return
    if before := here.get(enrolment.pk):
        fate.is_known = all(getattr(before, name) == value for name, value in said.items())
        if not fate.is_known:
            fate.refuse(_("This student is in the list with other data. Correct it there."))
    elif row.kind == GraduateKind.DEGREE and enrolment.pk in elsewhere:
        fate.refuse(graduations.already_in(elsewhere[enrolment.pk].graduation), "student_number")
    fate.made = Graduate(graduation=graduation, enrolment=enrolment, **said)
