"""Courses and programmes."""

from django.utils.translation import gettext as _

from credentials.models import (
    Course,
    CourseVersion,
    Institution,
    ProgrammeVersion,
    Role,
    Unit,
    User,
)
from credentials.permissions.shared import can_keep_records, holds
from credentials.states import PublishingState
from credentials.verdict import ALLOWED, Verdict, no
from credentials.vocabulary import CourseElement


def can_keep_catalogue(user: User, unit: Unit) -> Verdict:
    """Create courses and programmes of a unit: its course directors and registrars."""
    if holds(user, unit, Role.REGISTRAR, Role.COURSE_DIRECTOR):
        return ALLOWED
    return no(_("Only course directors and registrars of %(unit)s may do this.") % {"unit": unit})


def can_import_courses(user: User, institution: Institution) -> Verdict:
    """Load a whole catalogue from a file: registrars of the whole institution."""
    return can_keep_records(user, institution)


def can_edit_course(user: User, version: CourseVersion) -> Verdict:
    """Change what a version says: only while it is a draft."""
    if version.state != PublishingState.DRAFT:
        return no(_("What was published stays as it is. Make a new version to change it."))
    return can_keep_catalogue(user, version.course.unit)


def can_reword_outcomes(user: User, version: CourseVersion) -> Verdict:
    """Change, add or remove outcomes: not when learners have applied against them."""
    if version.has_applications():
        return no(
            _(
                "Learners have applied for recognition against these learning outcomes, so they "
                "stay as they are. Publish this version and make a new one to change them."
            )
        )
    return can_edit_course(user, version)


def can_publish_course(user: User, version: CourseVersion) -> Verdict:
    """Publish a draft that states every element which Annex I (2022/C 243/02) asks of a course."""
    if version.state != PublishingState.DRAFT:
        return no(_("This version has been published already."))
    missing = version.missing_elements()
    if missing:
        names = ", ".join(str(CourseElement(name).label) for name in missing)
        return no(_("Not ready to publish. Still missing: %(names)s.") % {"names": names})
    return can_keep_catalogue(user, version.course.unit)


def can_retire_course(user: User, version: CourseVersion) -> Verdict:
    """Take a published version off the catalogue; what was awarded stays valid."""
    if version.state != PublishingState.PUBLISHED:
        return no(_("Only a published version can be taken off the catalogue."))
    return can_keep_catalogue(user, version.course.unit)


def can_renew_course(user: User, version: CourseVersion) -> Verdict:
    """Begin a new version as a copy of this one: one draft of a course at a time."""
    if version.course.versions.filter(state=PublishingState.DRAFT).exists():
        return no(_("There is a draft of this course already."))
    return can_keep_catalogue(user, version.course.unit)


def can_choose_essential(user: User, version: CourseVersion) -> Verdict:
    """Say which outcomes are essential for recognition: course directors, also once published.

    Not while an application lies with a committee, whose members rate by what was essential.
    """
    if version.state == PublishingState.RETIRED:
        return no(_("This version is no longer offered."))
    if version.state == PublishingState.PUBLISHED and _is_compared(version):
        return no(_("A committee is comparing with this course. Wait for its decision."))
    if holds(user, version.course.unit, Role.COURSE_DIRECTOR):
        return ALLOWED
    return no(_("The course director decides which learning outcomes are essential."))


def _is_compared(version: CourseVersion) -> bool:
    with_committee = ("info_requested", "under_review", "deliberation", "decided")
    return version.modules.filter(lines__state__in=with_committee).exists()


def can_schedule_course(user: User, version: CourseVersion) -> Verdict:
    """Say when, where and at what price a version is offered."""
    if version.state == PublishingState.RETIRED:
        return no(_("This version is no longer offered."))
    return can_keep_catalogue(user, version.course.unit)


def can_assign_teachers(user: User, course: Course) -> Verdict:
    """Say who teaches a course, and so awards its credentials."""
    return can_keep_catalogue(user, course.unit)


def can_edit_programme(user: User, version: ProgrammeVersion) -> Verdict:
    """Change regulations, modules and parts: only while they are a draft."""
    if version.state != PublishingState.DRAFT:
        return no(_("Published regulations stay as they are. Make new regulations to change them."))
    return can_keep_catalogue(user, version.programme.unit)


def can_publish_programme(user: User, version: ProgrammeVersion) -> Verdict:
    """Publish regulations with modules; those that can be recognised need learning outcomes."""
    if version.state != PublishingState.DRAFT:
        return no(_("These regulations have been published already."))
    if not any(version.title.values()):
        return no(_("Not ready to publish. Still missing: the title."))
    if not version.modules.exists():
        return no(_("Not ready to publish. There are no modules yet."))
    silent = version.modules.filter(
        is_recognisable=True, course_version__outcomes=None
    ).values_list("course_version__course__code", flat=True)
    if silent:
        return no(
            _(
                "Not ready to publish. These modules have no learning outcomes, so nothing can be "
                "compared with them: %(codes)s. Add outcomes, or say that they cannot be "
                "recognised."
            )
            % {"codes": ", ".join(silent)}
        )
    return can_keep_catalogue(user, version.programme.unit)


def can_retire_programme(user: User, version: ProgrammeVersion) -> Verdict:
    """Close regulations for new applications."""
    if version.state != PublishingState.PUBLISHED:
        return no(_("Only published regulations can be closed."))
    return can_keep_catalogue(user, version.programme.unit)


def can_renew_programme(user: User, version: ProgrammeVersion) -> Verdict:
    """Begin new regulations as a copy of these: one draft of a programme at a time."""
    if version.programme.versions.filter(state=PublishingState.DRAFT).exists():
        return no(_("There is a draft of this programme already."))
    return can_keep_catalogue(user, version.programme.unit)
