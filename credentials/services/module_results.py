"""The only place that writes which modules students have passed here, one by one or as a list."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from credentials.language import clean_texts
from credentials.models import (
    CreditEntry,
    Enrolment,
    Institution,
    Module,
    ModuleResult,
    ProgrammeVersion,
    User,
)
from credentials.models.programme import STUDIES_SINCE
from credentials.permissions import can_correct_result, can_enter_result, can_hold_result
from credentials.services.awards import passing_grades
from credentials.services.lifecycle import change, lock, record
from credentials.services.marks import in_log, put
from credentials.services.qualification_profiles import profile_of
from credentials.verdict import Refused, Stale

CONTENT = ("achieved_on", "grade", "ects", "term", "work_title")
NOTHING = Decimal(0)


class Misfit(Refused):
    """What cannot be a result; `column` says where it is to be mended."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column


@dataclass(slots=True)
class Standing:
    """What stands in the modules of some enrolments already, by enrolment and module (keys).

    `filled` names modules in whose place credits stand, `recognised` the ECTS credits recognised.
    """

    results: dict[tuple[int, int], ModuleResult] = field(default_factory=dict)
    filled: set[tuple[int, int]] = field(default_factory=set)
    recognised: Counter[tuple[int, int]] = field(default_factory=Counter)


def standing(enrolments: Collection[Enrolment]) -> Standing:
    """Return what stands for these enrolments, in two queries."""
    results = ModuleResult.objects.filter(enrolment__in=enrolments)
    credits = CreditEntry.objects.filter(
        enrolment__in=enrolments, module__isnull=False, reversed_at=None
    )
    found = Standing({(result.enrolment_id, result.module_id): result for result in results})
    for credit in credits:
        key = (credit.enrolment_id, credit.module_id)
        found.recognised[key] += credit.ects
        if credit.fills_module:
            found.filled.add(key)
    return found


def modules_of(versions: Iterable[ProgrammeVersion]) -> dict[tuple[int, str], Module]:
    """Return modules by programme version (key) and code in small letters, in one query.

    Where several are versions of one course, the newest.
    """
    found = Module.objects.filter(programme_version__in=list(versions)).select_related(
        "course_version__course", "programme_version__profile"
    )
    by_age = found.order_by("course_version__number")
    return {(module.programme_version_id, module.code.casefold()): module for module in by_age}


def grades_of(module: Module) -> list[str]:
    """Return the grades that pass a module, best last: its own, else those of the programme."""
    profile = profile_of(module.programme_version)
    return passing_grades(module.course_version) or passing_grades(profile)


def open_modules(enrolment: Enrolment) -> list[Module]:
    """Return the modules of a programme in which a student has no result, and room for one."""
    known = standing([enrolment])
    modules = enrolment.programme_version.modules.select_related("course_version__course")
    taken = {module for _enrolment, module in (*known.results, *known.filled)}
    return [
        module
        for module in modules
        if module.pk not in taken and known.recognised[enrolment.pk, module.pk] < module.ects
    ]


def require_fit(
    module: Module, said: Mapping[str, Any], recognised: Decimal | int = NOTHING
) -> None:
    """Raise `Misfit` unless this can be said of a module that was passed.

    `recognised`: ECTS credits that are recognised for a part of the module.
    """
    grades = grades_of(module)
    if said["grade"] not in (grades or [""]):
        problem = (
            _("Choose a grade that passes: %(grades)s.") % {"grades": ", ".join(grades)}
            if grades
            else _("This module is not graded.")
        )
        raise Misfit("grade", problem)
    ects = said["ects"]
    if not 0 < ects <= module.ects or ects * 2 % 1:
        problem = _("Use a number up to %(ects)s, in steps of 0.5.")
        raise Misfit("ects", problem % {"ects": _shown(module.ects)})
    if ects + recognised > module.ects:
        problem = _("%(code)s has %(ects)s ECTS credits, of which %(part)s are recognised already.")
        said_of = {"ects": _shown(module.ects), "part": _shown(recognised)}
        raise Misfit("ects", problem % {"code": module.code, **said_of})
    if not STUDIES_SINCE <= said["achieved_on"] <= timezone.localdate():
        raise Misfit("achieved_on", _("Choose a day that is past."))


def _shown(ects: Decimal | int) -> str:
    return number_format(ects, 1 if ects % 1 else 0)


@change()
def enter(
    enrolment: Enrolment,
    module: Module,
    *,
    by: User,
    achieved_on: date,
    grade: str = "",
    ects: Decimal | None = None,
    term: str = "",
    work_title: str = "",
) -> ModuleResult:
    """Enter that a student has passed a module; `ects` in ECTS credits, None: those it has.

    Refuses a module that was passed already, or in whose place recognised credits stand; with
    credits that are recognised for a part of it, it has no more than its own.
    """
    lock_results(enrolment.learner.institution)
    enrolment = lock(enrolment)
    can_enter_result(by, enrolment).require()
    if module.programme_version_id != enrolment.programme_version_id:
        raise Misfit("module", _("This module belongs to another programme."))
    known, key = standing([enrolment]), (enrolment.pk, module.pk)
    can_hold_result(module, is_filled=key in known.filled).require()
    if key in known.results:
        raise Misfit("module", _("There is a result for %(code)s already.") % {"code": module.code})
    said = clean_texts({"grade": grade, "term": term, "work_title": work_title})
    said = {"grade": "", "term": "", "work_title": "", **said}
    said |= {"achieved_on": achieved_on, "ects": module.ects if ects is None else ects}
    require_fit(module, said, known.recognised[key])
    result = ModuleResult.objects.create(enrolment=enrolment, module=module, recorded_by=by, **said)
    record(result, "enter", by=by, text=module.code)
    return result


@change()
def correct(result: ModuleResult, *, by: User, seen: str = "", **content: Any) -> ModuleResult:
    """Correct a result; `content` by the names of CONTENT. What it said stays in the log.

    `seen`: the mark of the result as it was shown; raises `Stale` when it has changed since.
    """
    if unknown := set(content) - set(CONTENT):
        raise TypeError(f"a result does not say {sorted(unknown)}")
    result = _locked(result)
    can_correct_result(by, result).require()
    changes = put(result, {name: clean_texts(value) for name, value in content.items()}, seen=seen)
    if not changes:
        return result
    known = standing([result.enrolment]).recognised[result.enrolment_id, result.module_id]
    require_fit(result.module, {name: getattr(result, name) for name in CONTENT}, known)
    result.save()
    record(result, "correct", by=by, text=in_log(changes))
    return result


@change()
def remove(result: ModuleResult, *, by: User) -> None:
    """Take a result out of the records; what is printed keeps it, and so does the log."""
    result = _locked(result)
    can_correct_result(by, result).require()
    said = {name: getattr(result, name) for name in CONTENT}
    record(result, "remove", by=by, text=in_log({"module": result.module.code, **said}))
    result.delete()


def _locked(result: ModuleResult) -> ModuleResult:
    lock_results(result.enrolment.learner.institution)
    try:
        return lock(result)
    except ModuleResult.DoesNotExist:
        raise Stale(_("Somebody removed this result meanwhile.")) from None


def lock_results(institution: Institution) -> Institution:
    """Let nobody else enter results or record credits of an institution meanwhile."""
    return lock(institution)
