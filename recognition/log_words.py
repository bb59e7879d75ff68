"""The only place that says in words what the log says of cases, lines and decisions."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from credentials.models import AuditEvent
from recognition.states import DecisionState, LineState
from recognition.vocabulary import Authenticity

STATES = {"line": LineState, "decision": DecisionState, "authenticity": Authenticity}
# (noun, action) of all but moves:
WORDS = {
    ("case", "begin"): gettext_noop("Application begun"),
    ("case", "add-source"): gettext_noop("Learning added"),
    ("case", "remove-source"): gettext_noop("Learning taken out"),
    ("case", "declare"): gettext_noop("Declarations given"),
    ("case", "submit"): gettext_noop("Application sent"),
    ("case", "discard"): gettext_noop("Application thrown away"),
    ("case", "print-case-file"): gettext_noop("Case file made"),
    ("line", "link-awarding-body"): gettext_noop("Awarding body found in the register"),
    ("line", "link-platform"): gettext_noop("Platform found in the register"),
    ("line", "state-authenticity"): gettext_noop("Said how the proof is known to be genuine"),
    ("line", "correct-source"): gettext_noop("What was put forward corrected"),
    ("line", "settle-notices"): gettext_noop("Notices to readers settled"),
    ("line", "show-files"): gettext_noop("Files shown to reviewers"),
    ("line", "change-committee"): gettext_noop("Given to another committee"),
    ("line", "let-act"): gettext_noop("Somebody else may act for the chair"),
    ("line", "call-vote"): gettext_noop("A vote of the whole committee was called"),
    ("line", "pass-by-precedent"): gettext_noop("No standing decision decided it"),
    ("line", "remind"): gettext_noop("Reminder sent"),
    ("line", "delay"): gettext_noop("Delay announced"),
    ("line", "award"): gettext_noop("Credential awarded"),
    ("line", "print-supplement"): gettext_noop("Supplement printed"),
    ("decision", "save"): gettext_noop("Decision saved"),
    ("decision", "discard"): gettext_noop("Draft thrown away"),
    ("decision", "print-letter"): gettext_noop("Letter printed"),
    ("decision", "sign-credential"): gettext_noop("Decision signed as a credential"),
    ("decision", "revoke-credential"): gettext_noop("Credential of the decision revoked"),
    ("decision", "ask-grade"): gettext_noop("The learner was asked whether the grade counts"),
    ("decision", "answer-grade"): gettext_noop("The learner said whether the grade counts"),
}


def words_of(event: AuditEvent) -> str:
    """Return what happened, with the states before and after where it changed one."""
    if event.action == "move":
        return f"{_of(event.noun)}: {_change(event, event.noun)}"
    known = WORDS.get((event.noun, event.action))
    said = _(known) if known else event.action.replace("-", " ")
    if event.action == "state-authenticity":
        return f"{said}: {_change(event, 'authenticity')}"
    return said


def _of(noun: str) -> str:
    return _("Decision") if noun == "decision" else _("Application")


def _change(event: AuditEvent, kind: str) -> str:
    return " → ".join(_state(kind, code) for code in (event.before, event.after))


def _state(kind: str, code: str) -> str:
    states = STATES.get(kind)
    return str(states(code).label) if states and code in states.values else code
