"""Writes docs/workflow.md from the tables of moves, or says that it is stale (`--check`)."""

from django.utils import translation

from credentials import states as left
from recognition import states as right
from recognition import transitions
from recognition.management.pages import PageCommand

DIAGRAMS = (
    (
        "A line of an application",
        "An application is an envelope; each of its lines goes its own way.",
        right.LineState,
        transitions.MOVES,
    ),
    (
        "An opinion",
        "One reviewer's. Others see it when all are in.",
        right.ReviewState,
        right.REVIEW_MOVES,
    ),
    (
        "A decision",
        "Frozen when it is signed.",
        right.DecisionState,
        right.DECISION_MOVES,
    ),
    (
        "A ballot",
        "A committee votes on a draft decision; another text needs another ballot.",
        right.BallotState,
        right.BALLOT_MOVES,
    ),
    (
        "A meeting",
        "Its minutes are made when it is closed.",
        right.MeetingState,
        right.MEETING_MOVES,
    ),
    (
        "An annulment",
        "A decision is taken back: the learner is heard, two different people sign.",
        right.AnnulmentState,
        right.ANNULMENT_MOVES,
    ),
    (
        "A version of a course or programme",
        "What is published is never changed.",
        left.PublishingState,
        left.PUBLISHING_MOVES,
    ),
    ("A claim", "A learner claims a credential.", left.ClaimState, left.CLAIM_MOVES),
    ("An award", "What an institution has issued.", left.AwardState, left.AWARD_MOVES),
    ("A job", "Work in the background.", left.JobState, left.JOB_MOVES),
)


def page() -> str:
    """Return the whole page, in English whatever the reader's language."""
    with translation.override("en"):
        parts = [
            "# Workflow\n",
            "Generated from `recognition/transitions.py`, `recognition/states.py` and "
            "`credentials/states.py` by `manage.py workflow_diagram`; a test fails when it is "
            "stale. `move()` in `credentials/services/lifecycle.py` is the only code that changes "
            "a state, and it refuses what is not drawn here.\n",
            _section(*DIAGRAMS[0]),
            _turns(),
            _steps(),
            *(_section(*diagram) for diagram in DIAGRAMS[1:]),
        ]
    return "\n".join(parts)


def _section(title, text, choices, moves) -> str:
    first = next(iter(choices))
    lines = [f"    {state.value}: {state.label}" for state in choices]
    lines.append(f"    [*] --> {first.value}")
    lines += [
        f"    {before.value} --> {after.value}"
        for before in choices
        for after in choices
        if after in moves[before]
    ]
    lines += [f"    {state.value} --> [*]" for state in choices if not moves[state]]
    drawing = "\n".join(lines)
    return f"## {title}\n{text}\n\n```mermaid\nstateDiagram-v2\n{drawing}\n```\n"


def _turns() -> str:
    words = {right.Turn.APPLICANT: "Applicant"}
    rows = [
        f"| {state.label} | {words.get(turn, turn.label)} |" for state, turn in right.TURN.items()
    ]
    head = ["### Whose turn it is", "| state of a line | who everybody waits for |", "|---|---|"]
    return "\n".join([*head, *rows, ""])


def _steps() -> str:
    rows = [
        f"| {_labels(step.sources)} | {_labels(step.targets)} | `{step.verb}` | {step.who} | "
        f"{_code(step.guard)} | {_code(step.notice)} | {step.clock} |"
        for step in transitions.STEPS
    ]
    head = [
        "### Every move of a line",
        "What makes it (a function in `recognition/services`), who may, which permission asks (in "
        "`recognition/permissions`), which mail tells it (in `templates/emails`), and what becomes "
        "of the time for the decision: it begins when a line is complete and ends when the decision"
        " is sent.",
        "",
        "| from | to | service | who may | permission | mail | time for the decision |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def _labels(states) -> str:
    return ", ".join(str(state.label) for state in states)


def _code(name: str) -> str:
    return f"`{name}`" if name else "–"


class Command(PageCommand):
    help = "Write docs/workflow.md from the tables of moves."
    file, name = "workflow.md", "workflow_diagram"
    text = staticmethod(page)
