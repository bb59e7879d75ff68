"""The only place that tells people what the log says of courses, claims, awards and bodies."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from credentials.models import AuditEvent, CourseVersion, User

# What is not here is not worth a reader's time. (noun, state before, state after) of moves:
MOVES = {
    ("claim", "submitted", "denied"): _("Denied"),
    ("claim", "submitted", "withdrawn"): _("Withdrawn"),
    ("award", "signing", "issued"): _("Signed: the credential is valid"),
    ("award", "issued", "suspended"): _("Suspended"),
    ("award", "suspended", "issued"): _("In force again"),
    ("award", "issued", "revoked"): _("Revoked"),
    ("award", "suspended", "revoked"): _("Revoked"),
    ("courseversion", "draft", "published"): _("Published"),
    ("courseversion", "published", "retired"): _("Taken off the catalogue"),
}
HEARING = ("hear-intended", "serve-hearing", "answer-hearing", "drop-hearing")
# (noun, action) of all else:
TITLES = {
    ("claim", "submit"): _("Claimed"),
    ("award", "make"): _("Awarded"),
    ("award", "accept"): _("Accepted by the learner"),
    ("award", "print-supplement"): _("Supplement printed"),
    ("award", "hear-intended"): _("The learner was told that it is to be revoked"),
    ("award", "serve-hearing"): _("The learner was told by letter"),
    ("award", "answer-hearing"): _("The learner answered"),
    ("award", "drop-hearing"): _("It stands"),
    ("award", "correct"): _("Corrected"),
    ("award", "sign-anew"): _("Signed anew"),
    ("courseversion", "create"): _("Begun"),
    ("courseversion", "import"): _("Taken over from a file"),
    ("courseversion", "edit"): _("Changed"),
    ("courseversion", "choose-essential"): _("Essential learning outcomes chosen"),
    ("courseversion", "schedule"): _("Dates changed"),
    ("course", "assign-teachers"): _("Teachers assigned"),
    ("awardingbody", "enter"): _("Entered"),
    ("awardingbody", "correct"): _("Corrected"),
    ("awardingbody", "import"): _("Taken over from a file"),
    ("awardingbody", "confirm"): _("Looked up again"),
}


def events_of(history: Iterable[AuditEvent], *, in_full: bool = True) -> list[dict]:
    """Return the events that a reader should know, as components/_timeline.html shows them.

    Not `in_full`: without hearings, and without what is written of an award to its learner.
    """
    told = [
        (title, event)
        for event in history
        if (title := _title_of(event)) and (in_full or event.action not in HEARING)
    ]
    actors = User.objects.filter(uuid__in={event.actor for _title, event in told if event.actor})
    names = {str(user.uuid): user.name for user in actors}
    return [
        {
            "title": title,
            "when": event.at,
            "by": names.get(event.actor, ""),
            "text": _text_of(event) if in_full or event.noun != "award" else "",
            "phase": "past",
        }
        for title, event in told
    ]


def _title_of(event: AuditEvent) -> object:
    if event.action == "move":
        return MOVES.get((event.noun, event.before, event.after))
    return TITLES.get((event.noun, event.action))


def _text_of(event: AuditEvent) -> str:
    text = event.text.text if hasattr(event, "text") else ""
    if (event.noun, event.action) != ("courseversion", "edit"):
        return text
    labels = {field.name: field.verbose_name for field in CourseVersion._meta.concrete_fields}
    labels["outcomes"] = _("learning outcomes")
    return ", ".join(str(labels.get(name, name)) for name in text.split(", "))
