"""The only place that knows which precedents wait for somebody, and what they decided lately."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from credentials.models import User
from recognition.models import Precedent, PrecedentUse

Waiting = tuple[str, str, str, date | None, str]
"""What to do, where, what it is about, until when, and its reference: as `work.Item`."""


def waiting_for_chair(user: User) -> Iterator[Waiting]:
    """Standing decisions to look at again, and cases drawn by lot; three queries."""
    headed = Precedent.objects.headed_by(user)
    for precedent in headed.demoted():
        about = precedent.get_demotion_display()
        yield _about(_("Look again at %(number)s"), precedent, about)
    for precedent in headed.expiring():
        about = _("A standing decision that ends soon. Prolong it, or let it end.")
        yield _about(_("Prolong %(number)s"), precedent, about, precedent.valid_to)
    uses = PrecedentUse.objects.to_look_at(user).select_related("decision__line__case")
    for use in uses:
        case = use.decision.line.case
        label = _("Look at %(reference)s, drawn by lot") % {"reference": case}
        address = reverse("precedent-look-at", args=[use.decision.uuid])
        yield label, address, _("Decided by a standing decision"), None, case.reference


def _about(label: str, precedent: Precedent, about: str, due: date | None = None) -> Waiting:
    address = reverse("precedent-detail", args=[precedent.uuid])
    return label % {"number": precedent}, address, about, due, precedent.number


def decided_automatically(user: User) -> int:
    """Count what standing decisions decided within a week, of all that the user keeps."""
    return PrecedentUse.objects.kept_by(user).lately().count()
