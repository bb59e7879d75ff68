"""The only place that words the minutes of a committee. Pure: facts in, template context out.

Who was there, who was kept away from what, how many voted how, and the reasons in short; never
how a single member voted, and of the learner no more than the reference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from credentials.standards import documents
from credentials.standards.documents import Imprint, Text, in_each
from recognition.vocabulary import DecisionType

REASONS = 600  # characters; the letter says the rest


@dataclass(frozen=True, slots=True)
class MinutesMember:
    """Somebody of the committee: `seat` and `presence` as words, `left_at` when they left early."""

    name: str
    seat: Text | Promise
    presence: Text | Promise
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MinutesVote:
    """How a vote ended: its sums, and the casting vote of the chair in a tie (a word, or "")."""

    yes: int
    no: int
    abstained: int
    result: Text | Promise
    is_secret: bool = False
    casting: Text | Promise = ""
    casting_by: str = ""


@dataclass(frozen=True, slots=True)
class MinutesItem:
    """One line of the agenda. `decision`: a code of `DecisionType`, "" when none was drafted.

    `sources`: titles of what is to be recognised; `ects`: what the decision gives, None when it
    gives no credits. `votes` in their order: a text that was rejected may have been voted on
    anew. `number`: of the decision, once it is signed.
    """

    reference: str
    target: Text
    decision: str = ""
    number: str = ""
    votes: tuple[MinutesVote, ...] = ()
    recused: tuple[str, ...] = ()
    reasons: Text = ""
    remark: str = ""
    sources: tuple[Text, ...] = ()
    ects: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    """Everything that the minutes of one meeting say; `called_for`: when it was begun earlier."""

    imprint: Imprint
    committee: Text
    begins_at: datetime
    closed_at: datetime
    place: str
    members: tuple[MinutesMember, ...]
    items: tuple[MinutesItem, ...]
    quorum: int
    required_group: str = ""
    remarks: str = ""
    called_for: datetime | None = None


def minutes_context(facts: MinutesFacts, *, languages: Sequence[str]) -> dict:
    """Return the context of `pdf/minutes.html`; `title` is the name of the document."""
    said = in_each(languages, lambda _tag: gettext("Minutes"))
    return {
        **documents.document_context(facts.imprint, languages),
        "title": f"{' / '.join(dict.fromkeys(said.values()))} {facts.imprint.number}",
        "minutes": facts,
        "place": pgettext_lazy("meeting", "Place"),
        "when": in_each(languages, lambda tag: _when(facts, tag)),
        "members": [(one, one.left_at and f"{one.left_at:%H:%M}") for one in facts.members],
        "present": in_each(languages, lambda _tag: _present(facts)),
        "items": [
            {
                "item": item,
                "decided": in_each(languages, lambda tag, item=item: _proposed(item, tag)),
                "votes": [
                    (vote, in_each(languages, lambda _tag, vote=vote: _sums(vote)))
                    for vote in item.votes
                ],
                "reasons": _short(item.reasons),
            }
            for item in facts.items
        ],
        "undecided": _("Discussed, not voted on."),
    }


def _proposed(item: MinutesItem, language: str) -> str:
    if not item.decision:
        return ""
    kind = str(DecisionType(item.decision).label)
    if item.ects is None:
        return kind
    return f"{kind}, {documents.written(item.ects, language)}\N{NO-BREAK SPACE}ECTS"


def _when(facts: MinutesFacts, language: str) -> str:
    day = documents.written(facts.begins_at, language)
    said = gettext("%(day)s, %(begin)s to %(end)s") % {
        "day": day,
        "begin": f"{facts.begins_at:%H:%M}",
        "end": f"{facts.closed_at:%H:%M}",
    }
    if facts.called_for is None:
        return said
    called = gettext("called for %(day)s, %(time)s") % {
        "day": documents.written(facts.called_for, language),
        "time": f"{facts.called_for:%H:%M}",
    }
    return f"{said} ({called})"


def _present(facts: MinutesFacts) -> str:
    said = ngettext(
        "At least %(count)s vote is needed, that of the chair or a deputy among them.",
        "At least %(count)s votes are needed, that of the chair or a deputy among them.",
        facts.quorum,
    ) % {"count": facts.quorum}
    if facts.required_group:
        group = {"group": facts.required_group}
        said += " " + gettext("One of this group must vote too: %(group)s.") % group
    return said


def _sums(vote: MinutesVote) -> str:
    said = gettext("Yes %(yes)s, no %(no)s, abstained %(abstained)s") % {
        "yes": vote.yes,
        "no": vote.no,
        "abstained": vote.abstained,
    }
    if vote.is_secret:
        said = gettext("%(sums)s, in a secret ballot") % {"sums": said}
    if vote.casting:
        said += ". " + gettext("In the tie %(name)s decided with the casting vote: %(choice)s") % {
            "name": vote.casting_by,
            "choice": vote.casting,
        }
    return f"{said}. {vote.result}."


def _short(texts: Text) -> Text:
    if isinstance(texts, str):
        return _cut(texts)
    return {language: _cut(text) for language, text in texts.items()}


def _cut(text: str) -> str:
    if len(text) <= REASONS:
        return text
    return text[:REASONS].rsplit(" ", 1)[0] + " …"
