"""The only place that notes that a reader was told of a line in another way than by mail."""

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import Mail, User
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import Line


@change()
def settle(line: Line, *, by: User) -> None:
    """Note for all mails about a line and its application that did not arrive."""
    line = lock(line)
    permissions.can_see_check(by, line).require()
    found = Mail.objects.about(line, line.case).unsettled()
    readers = sorted({mail.reader for mail in found.select_related("user")})
    if not readers:
        raise Refused(_("No mail waits for this: all have arrived, or it was noted already."))
    found.update(settled_at=timezone.now(), settled_by=by)
    record(line, "settle-notices", by=by, text=", ".join(readers))
