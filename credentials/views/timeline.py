"""The only place that tells people what the log says of courses, claims, awards and bodies."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from credentials.models import AuditEvent, CourseVersion, User

# (noun, action, state after a move); what is not here is not worth a reader's time.
TITLES = {
    ("claim", "submit", ""): _("Claimed"),
    ("claim", "move", "denied"): _("Denied"),
    ("claim", "move", "withdrawn"): _("Withdrawn"),
    ("award", "make", "signing"): _("Awarded"),
    ("award", "move", "issued"): _("Signed: the credential is valid"),
    ("award", "accept", ""): _("Accepted by the learner"),
    ("award", "print-supplement", ""): _("Supplement printed"),
    ("award", "move", "suspended"): _("Suspended"),
    ("award", "lift", ""): _("In force again"),
    ("award", "hear-intended", ""): _("The learner was told that it is to be revoked"),
    ("award", "answer-hearing", ""): _("The learner answered"),
    ("award", "drop-hearing", ""): _("It stands"),
    ("award", "sign-anew", ""): _("Signed anew"),
    ("award", "move", "revoked"): _("Revoked"),
    ("courseversion", "create", ""): _("Begun"),
    ("courseversion", "import", ""): _("Taken over from a file"),
    ("courseversion", "edit", ""): _("Changed"),
    ("courseversion", "choose-essential", ""): _("Essential learning outcomes chosen"),
    ("courseversion", "schedule", ""): _("Dates changed"),
    ("courseversion", "move", "published"): _("Published"),
    ("courseversion", "move", "retired"): _("Taken off the catalogue"),
    ("course", "assign-teachers", ""): _("Teachers assigned"),
    ("awardingbody", "enter", ""): _("Entered"),
    ("awardingbody", "correct", ""): _("Corrected"),
    ("awardingbody", "import", ""): _("Taken over from a file"),
    ("awardingbody", "confirm", ""): _("Looked up again"),
}


def events_of(history: Iterable[AuditEvent]) -> list[dict]:
    """Return the events that a reader should know, as components/_timeline.html shows them."""
    told = [
        event
        for event in history
        if (event.noun, event.action, event.after) in TITLES
        and (event.before, event.after) != ("suspended", "issued")  # told as "lift"
    ]
    actors = User.objects.filter(uuid__in={event.actor for event in told if event.actor})
    names = {str(user.uuid): user.name for user in actors}
    return [
        {
            "title": TITLES[event.noun, event.action, event.after],
            "when": event.at,
            "by": names.get(event.actor, ""),
            "text": _text_of(event),
            "phase": "past",
        }
        for event in told
    ]


def _text_of(event: AuditEvent) -> str:
    text = event.text.text if hasattr(event, "text") else ""
    if (event.noun, event.action) != ("courseversion", "edit"):
        return text
    labels = {field.name: field.verbose_name for field in CourseVersion._meta.concrete_fields}
    labels["outcomes"] = _("learning outcomes")
    return ", ".join(str(labels.get(name, name)) for name in text.split(", "))
