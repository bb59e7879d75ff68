"""What is entered so that transcripts and diploma supplements can be printed."""

from django.utils.translation import gettext as _

from credentials.models import (
    Enrolment,
    Graduate,
    Graduation,
    Institution,
    Learner,
    Module,
    ModuleResult,
    ProgrammeVersion,
    User,
)
from credentials.permissions.catalogue import can_keep_catalogue
from credentials.permissions.shared import can_keep_records
from credentials.states import PublishingState
from credentials.verdict import ALLOWED, Verdict, no


def can_describe_qualification(user: User, version: ProgrammeVersion) -> Verdict:
    """Say what the diploma supplement says of a programme: who keeps it, also once published.

    Descriptions bind nobody, unlike the regulations themselves.
    """
    return can_keep_catalogue(user, version.programme.unit)


def can_describe_systems(user: User, institution: Institution) -> Verdict:
    """Say what documents say of the education systems of countries."""
    return can_keep_records(user, institution)


def can_correct_learner(user: User, learner: Learner) -> Verdict:
    """Correct what is known of a person: registrars of the whole institution."""
    return can_keep_records(user, learner.institution)


def can_enrol(user: User, learner: Learner, version: ProgrammeVersion) -> Verdict:
    """Enrol a learner in a programme of the same institution, under regulations in force once."""
    if version.institution != learner.institution:
        return no(_("This is a programme of another institution."))
    if version.state == PublishingState.DRAFT:
        return no(_("These regulations are a draft. Publish them first."))
    return can_keep_records(user, learner.institution)


def can_correct_enrolment(user: User, enrolment: Enrolment) -> Verdict:
    """Correct when somebody's studies began and ended: registrars of the whole institution."""
    return can_keep_records(user, enrolment.learner.institution)


def can_enter_result(user: User, enrolment: Enrolment) -> Verdict:
    """Enter that a student has passed a module: registrars of the whole institution."""
    return can_keep_records(user, enrolment.learner.institution)


def can_hold_result(module: Module, *, is_filled: bool) -> Verdict:
    """Have a result in a module: not when recognised credits stand in its place already."""
    if is_filled:
        return no(
            _("Recognised credits stand in the place of %(code)s, so it cannot be passed as well.")
            % {"code": module.code}
        )
    return ALLOWED


def can_correct_result(user: User, result: ModuleResult) -> Verdict:
    """Correct or remove a result; documents that were printed keep what they say."""
    return can_enter_result(user, result.enrolment)


def can_keep_graduations(user: User, institution: Institution) -> Verdict:
    """Make and change lists of graduates, and those in them."""
    return can_keep_records(user, institution)


def can_graduate(user: User, graduation: Graduation, enrolment: Enrolment) -> Verdict:
    """Put a student into a list of graduates of the same institution."""
    if enrolment.learner.institution_id != graduation.institution_id:
        return no(_("%(learner)s studies elsewhere.") % {"learner": enrolment.learner})
    return can_keep_graduations(user, graduation.institution)


def can_take_out(user: User, graduate: Graduate) -> Verdict:
    """Take somebody out of a list: not once their supplement is printed."""
    if graduate.supplement_id:
        return no(_("The supplement of %(name)s is printed already.") % {"name": graduate})
    return can_keep_graduations(user, graduate.graduation.institution)
