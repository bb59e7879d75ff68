"""May somebody have the file of a case, or its receipt, and which lines does it show them?"""

from django.utils.translation import gettext as _

from credentials.models import Document, Role, User
from credentials.permissions import holds
from credentials.verdict import ALLOWED, Verdict, no
from recognition.models import Case, Line, Recusal, Seat
from recognition.permissions.committee import can_see_opinions
from recognition.permissions.shared import (
    as_registrar,
    chairs,
    conflict_of,
    may_know_applicant,
    stepped_back,
)

READING_RULES = 1
"""Stands in the facts of a case file. Raise it when a reader may see less than before in a line:
1 is that registrars without a part in a vote read its sums, and not who voted how."""


def can_make_case_file(user: User, case: Case) -> Verdict:
    """Have a case printed: its applicant, or who may read at least one of its lines in it."""
    if case.is_draft:
        return no(_("This was not sent yet."))
    if any(can_read_in_case_file(user, line) for line in case.lines.all()):
        return ALLOWED
    return no(_("A case file is for the applicant, the registrar and who decides."))


def can_read_in_case_file(user: User, line: Line) -> Verdict:
    """Read a line in a case file: its applicant, registrars, chairs when all opinions are in, and
    the body that decides on an appeal; nobody on whom it would force the name of who applied.
    """
    if line.case.applicant_id == user.pk:
        return ALLOWED
    verdict = as_registrar(user, line)
    if verdict:
        return verdict
    if not may_know_applicant(user, line):
        return no(_("A case file says who applied, so it is kept from you until it is decided."))
    if chairs(user, line):
        return can_see_opinions(user, line)
    bodies = line.objections.values("body")
    is_asked = Seat.objects.current().filter(user=user, committee__in=bodies).exists()
    if is_asked and not stepped_back(user, line) and not conflict_of(user, line):
        return ALLOWED
    return verdict


def can_open_case_file(user: User, case: Case, document: Document) -> Verdict:
    """Open a case file that was made: who had it made, as long as they may read all that is in it.

    Who stepped back from a line, or was kept away from it, does not open what they had before; nor
    does staff open what was made when it told them more.
    """
    if document.owner_id != user.pk:
        return no(_("This case file was made for somebody else."))
    lines = case.lines.all()
    if named := document.facts.get("lines"):
        lines = lines.filter(uuid__in=named)
    is_as_today = document.facts.get("rules") == READING_RULES or case.applicant_id == user.pk
    if is_as_today and all(can_read_in_case_file(user, line) for line in lines):
        return ALLOWED
    return no(_("You may not read all that is in this file any more. Have a new one made."))


def can_open_receipt(user: User, case: Case) -> Verdict:
    """Open the receipt of a case, which says who applied and names all lines: its applicant, and
    registrars of its programme who stepped back from none of them. Two queries.
    """
    if case.applicant_id == user.pk:
        return ALLOWED
    if not holds(user, case.programme_version.programme.unit, Role.REGISTRAR):
        return no(_("The receipt is for the applicant and the registrar."))
    if Recusal.objects.standing().filter(user=user, line__case=case).exists():
        return no(_("You stepped back from this. Another registrar must work on it."))
    return ALLOWED
