"""What happens to the modules of draft regulations: added, changed, parted, taken over from CSV."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from credentials.language import LanguageMap, clean_texts
from credentials.models import (
    CourseVersion,
    Module,
    ModulePart,
    ProgrammeVersion,
    User,
)
from credentials.permissions import can_edit_programme
from credentials.services import courses
from credentials.services.lifecycle import change, lock, record
from credentials.services.outcomes import OutcomeRow
from credentials.standards.catalogue_files import UnreadableFile
from credentials.standards.module_files import ModuleRow
from credentials.states import PublishingState
from credentials.verdict import Refused

COLUMNS = ("semester", "component_type", "ects", "is_recognisable")


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a module as it shall be; `outcomes` are uuids of its course version's outcomes."""

    title: LanguageMap
    ects: Decimal
    outcomes: Collection[str]


@dataclass(slots=True)
class ModuleReport:
    """What an import of modules did, or would do, by course code."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    new_courses: list[str] = field(default_factory=list)


def course_version_for(version: ProgrammeVersion, code: str) -> CourseVersion | None:
    """Return the newest version of the institution's course with this code that is not retired."""
    return (
        CourseVersion.objects.filter(
            course__institution=version.programme.institution, course__code=code
        )
        .exclude(state=PublishingState.RETIRED)
        .order_by("-number")
        .first()
    )


@change()
def add(
    version: ProgrammeVersion,
    *,
    code: str,
    by: User,
    title: LanguageMap | None = None,
    outcomes: Sequence[LanguageMap] = (),
    **columns: object,
) -> Module:
    """Make a course a module; `columns` by COLUMNS. A code that is not known begins a new course.

    `title` and `outcomes` are those of the new course; a course that exists stays as it is.
    """
    version = lock(version)
    can_edit_programme(by, version).require()
    code = clean_texts(code)
    course_version = course_version_for(version, code)
    if course_version is None:
        if not title:
            raise Refused(
                _("There is no course with the code %(code)s. Give its title to begin it.")
                % {"code": code}
            )
        course_version = courses.create(version.programme.unit, code=code, title=title, by=by)
        if outcomes:
            rows = [OutcomeRow(text) for text in outcomes]
            courses.edit(course_version, by=by, outcomes=rows)
    if version.modules.filter(course_version__course=course_version.course).exists():
        raise Refused(_("%(code)s is a module here already.") % {"code": code})
    module = version.modules.create(course_version=course_version, **columns)
    record(version, "add-module", by=by, text=code)
    return module


@change()
def edit(
    module: Module, *, by: User, parts: Sequence[PartRow] | None = None, **columns: object
) -> Module:
    """Change a module (`columns` by COLUMNS) and, when given, make exactly these its parts.

    Refuses parts with more ECTS together than the module, and parts without learning outcomes.
    """
    version = lock(module.programme_version)
    can_edit_programme(by, version).require()
    module = lock(module)
    changed = [name for name in columns if getattr(module, name) != columns[name]]
    for name in changed:
        setattr(module, name, columns[name])
    if parts is not None and _parts_of(module) != _wanted(parts):
        changed.append("parts")
        _write_parts(module, _wanted(parts))
    if sum(part.ects for part in module.parts.all()) > module.ects:
        raise Refused(
            _("The parts have more credits together than the module, which has %(ects)s.")
            % {"ects": module.ects}
        )
    if changed:
        module.save()
        record(version, "edit-module", by=by, text=f"{module.code}: {', '.join(changed)}")
    return module


def _wanted(rows: Sequence[PartRow]) -> list[tuple]:
    return [(clean_texts(row.title), row.ects, set(map(str, row.outcomes))) for row in rows]


def _parts_of(module: Module) -> list[tuple]:
    return [
        (part.title, part.ects, {str(outcome.uuid) for outcome in part.outcomes.all()})
        for part in module.parts.prefetch_related("outcomes")
    ]


def _write_parts(module: Module, parts: Sequence[tuple]) -> None:
    module.parts.all().delete()
    for order, (title, ects, ids) in enumerate(parts, start=1):
        outcomes = module.course_version.outcomes.filter(uuid__in=ids)
        if not outcomes:
            raise Refused(_("Each part needs at least one learning outcome."))
        part = ModulePart.objects.create(module=module, order=order, title=title, ects=ects)
        part.outcomes.set(outcomes)


@change()
def remove(module: Module, *, by: User) -> None:
    """Take a module out of draft regulations; its course stays."""
    version = lock(module.programme_version)
    can_edit_programme(by, version).require()
    code = module.code
    module.delete()
    record(version, "remove-module", by=by, text=code)


@change()
def import_rows(
    version: ProgrammeVersion, rows: Sequence[ModuleRow], *, by: User, dry_run: bool = False
) -> ModuleReport:
    """Take over all modules of a file, or none: raises `UnreadableFile` naming row and column.

    Modules that are here already get the semester, kind and credits of their row; none is removed.
    """
    version = lock(version)
    can_edit_programme(by, version).require()
    here = {module.code: module for module in _modules_of(version)}
    known = set(version.programme.institution.courses.values_list("code", flat=True))
    _refuse_unknown([row for row in rows if row.code not in known])
    report = ModuleReport()
    for row in rows:
        columns = {
            "semester": row.semester,
            "component_type": row.kind,
            "ects": row.ects,
            "is_recognisable": row.is_recognisable,
        }
        if row.code not in known:
            report.new_courses.append(row.code)
        module = here.get(row.code)
        if module is None:
            report.added.append(row.code)
            if not dry_run:
                title, outcomes = dict(row.title), [dict(outcome) for outcome in row.outcomes]
                add(version, code=row.code, by=by, title=title, outcomes=outcomes, **columns)
        elif all(getattr(module, name) == value for name, value in columns.items()):
            report.unchanged.append(row.code)
        else:
            report.updated.append(row.code)
            if not dry_run:
                edit(module, by=by, **columns)
    return report


def _modules_of(version: ProgrammeVersion) -> Collection[Module]:
    return version.modules.select_related("course_version__course", "programme_version__programme")


def _refuse_unknown(rows: Sequence[ModuleRow]) -> None:
    problems = [
        _(
            "Row %(row)s, column “title_en”: there is no course %(code)s here, so its title is "
            "needed."
        )
        % {"row": row.number, "code": row.code}
        for row in rows
        if not row.title
    ]
    if problems:
        raise UnreadableFile(problems)
