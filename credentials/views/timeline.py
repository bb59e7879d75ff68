"""What the log says about a claim or an award, told for people (components/_timeline.html)."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from credentials.models import AuditEvent, User

# (noun, action, state after a move); what is not here is not worth a reader's time.
TITLES = {
    ("claim", "submit", ""): _("Claimed"),
    ("claim", "move", "denied"): _("Denied"),
    ("claim", "move", "withdrawn"): _("Withdrawn"),
    ("award", "make", "signing"): _("Awarded"),
    ("award", "move", "issued"): _("Signed: the credential is valid"),
    ("award", "accept", ""): _("Accepted by the learner"),
    ("award", "print-supplement", ""): _("Supplement printed"),
    ("award", "move", "revoked"): _("Revoked"),
}


def events_of(history: Iterable[AuditEvent]) -> list[dict]:
    """Return the events that a reader should know, oldest first, with the names of the actors."""
    told = [event for event in history if (event.noun, event.action, event.after) in TITLES]
    actors = User.objects.filter(uuid__in={event.actor for event in told if event.actor})
    names = {str(user.uuid): user.name for user in actors}
    return [
        {
            "title": TITLES[event.noun, event.action, event.after],
            "when": event.at,
            "by": names.get(event.actor, ""),
            "text": event.text.text if hasattr(event, "text") else "",
            "phase": "past",
        }
        for event in told
    ]
