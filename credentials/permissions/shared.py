"""What several of these ask: roles, and who keeps the records."""

from django.utils.translation import gettext as _

from credentials.models import Institution, Role, Unit, User
from credentials.verdict import ALLOWED, Verdict, no


def holds(user: User, unit: Unit, *roles: Role) -> bool:
    """Whether the user has one of the roles on the unit or on a unit above it."""
    return Unit.objects.staffed_by(user, *roles).filter(pk=unit.pk).exists()


def can_keep_records(user: User, institution: Institution) -> Verdict:
    """Learners, awarding bodies and printed pages: registrars of the whole institution."""
    root = institution.units.filter(parent=None).first()
    if root and holds(user, root, Role.REGISTRAR):
        return ALLOWED
    return no(_("Only registrars of %(institution)s may do this.") % {"institution": institution})
