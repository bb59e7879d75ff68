"""The only place that says how a proof is known to be genuine, and who found out."""

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.language import clean_text
from credentials.models import Credential, Origin, User
from credentials.services.lifecycle import change, lock, record
from credentials.services.verification import told
from credentials.verdict import Refused
from recognition import permissions
from recognition.models import LineSource
from recognition.vocabulary import Authenticity

BY_PEOPLE = (Authenticity.CONFIRMED, Authenticity.ORIGINAL_SEEN, Authenticity.UNCONFIRMED)
"""What a person can find out; a signature is checked by the portal."""


@change()
def state(source: LineSource, authenticity: Authenticity, note: str, *, by: User) -> None:
    """Keep how a proof is known to be genuine, by whom and when; until the line is decided."""
    line = lock(source.line)
    source = lock(source)
    source.line = line
    permissions.can_state_authenticity(by, source).require()
    note = clean_text(note).strip()
    if authenticity not in BY_PEOPLE:
        raise Refused(_("Choose how you know that it is genuine."))
    if not note:
        raise Refused(_("Write who confirmed it, or where you saw the original."))
    LineSource.objects.filter(pk=source.pk).update(
        authenticity=authenticity,
        authenticity_note=note,
        authenticity_by=by,
        authenticity_at=timezone.now(),
    )
    said = f"{source.position}: {note}"
    record(
        line, "state-authenticity", by=by, before=source.authenticity, after=authenticity, text=said
    )


def found_by_portal(credential: Credential) -> Authenticity:
    """Return what the portal itself knows when an application is sent: signed, or not confirmed."""
    if credential.origin == Origin.AWARD:
        return Authenticity.VERIFIED
    seen = told(credential.verification) if credential.verification else None
    if seen and seen.is_valid and seen.is_tied:
        return Authenticity.VERIFIED
    return Authenticity.UNCONFIRMED
