"""Writes docs/letter.md from the elements of letters, or says that it is stale (`--check`)."""

from django.utils import translation

from recognition.documents.letter_elements import LetterElement, presence
from recognition.management.pages import PageCommand
from recognition.vocabulary import DecisionType

INTRODUCTION = """\
# What a letter says

Generated from `recognition/documents/letter_elements.py` by `manage.py letter_table`; a test fails
when it is stale, and another signs a decision of each type and looks for each element in its
letter. Sources: Lisbon Recognition Convention III.5, EAR manual chapters 2, 10 and 11.

**always**: no letter of this type goes out without it. **if any**: where there is something to
say. **–**: it has no place there. An information in advance is no decision: instead of a remedy it
says that it binds nobody, and that an application leads to a decision with its remedy. A refusal
in validation names the outcomes that are not shown, one in recognition every substantial
difference. When a condition is missed, a notice follows the letter, with the same frame, the reason
and the remedy.
"""


def page() -> str:
    """Return the whole page, in English whatever the reader's language."""
    with translation.override("en"):
        head = ["Element", *(str(kind.label) for kind in DecisionType)]
        rows = [
            [str(element.label), *(presence(element, kind).value for kind in DecisionType)]
            for element in LetterElement
        ]
    lines = [_row(head), _row(["---"] * len(head)), *map(_row, rows)]
    return "\n".join([INTRODUCTION, *lines, ""])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


class Command(PageCommand):
    help = "Write docs/letter.md from the elements of letters."
    file, name = "letter.md", "letter_table"
    text = staticmethod(page)
