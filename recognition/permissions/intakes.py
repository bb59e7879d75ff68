"""May a registrar enter an application for a learner, and correct it?"""

from django.utils.translation import gettext as _

from credentials.models import ProgrammeVersion, Role, User
from credentials.permissions import holds
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import Line
from recognition.permissions.registrar import can_check


def can_enter(user: User, version: ProgrammeVersion) -> Verdict:
    """Enter an application on paper or on behalf: registrars of the programme's unit."""
    unit = version.programme.unit
    if holds(user, unit, Role.REGISTRAR):
        return ALLOWED
    return no(_("Only registrars of %(unit)s may do this.") % {"unit": unit})


def can_correct(user: User, line: Line) -> Verdict:
    """Correct what was read from paper: who may check it, until the check is done."""
    if line.case.entered_by_id is None:
        return no(_("The learner sent this. Ask them instead."))
    return can_check(user, line)
