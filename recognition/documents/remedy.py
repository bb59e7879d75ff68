"""The only place that words letters on objections, appeals and annulments. Pure: facts in.

They belong to the family of the decision letter: the same head, address, code and remedy. Their
contents follow the Lisbon Recognition Convention III.5: what was asked, what is decided and why,
and what can be done against it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from credentials.standards import documents
from credentials.standards.documents import Imprint, Text, in_each
from recognition.documents.letter import FINAL, LetterMember, Remedy


class About(Enum):
    """What a letter answers or does; the value names it in file names."""

    OBJECTION_UPHELD = "objection-upheld"
    OBJECTION_DISMISSED = "objection-dismissed"
    APPEAL_AMENDED = "appeal-amended"
    APPEAL_REMITTED = "appeal-remitted"
    APPEAL_DISMISSED = "appeal-dismissed"
    DELAY_AMENDED = "delay-amended"
    DELAY_REMITTED = "delay-remitted"
    DELAY_DISMISSED = "delay-dismissed"
    HEARING = "hearing"
    ANNULMENT = "annulment"


@dataclass(frozen=True, slots=True)
class RemedyFacts:
    """Everything such a letter says. Texts people wrote are given as they wrote them.

    `decision` and `decided_on` name the decision it is about, "" and None where there was none.
    `until`: the new date for a decision, or until when the learner can answer. `taken_back` in
    ECTS. `statement`: what the learner said before it was decided; `remedy` None: nobody inside
    the university decides after this.
    """

    imprint: Imprint
    about: About
    addressee: str
    case_reference: str
    target: Text
    programme: Text = ""
    decision: str = ""
    decided_on: date | None = None
    filed_on: date | None = None
    is_late: bool = False
    late_reason: str = ""
    grounds: str = ""
    ground: Text | Promise = ""
    reasons: str = ""
    look_again: str = ""
    until: date | None = None
    statement: str = ""
    heard_on: date | None = None
    taken_back: Decimal | None = None
    remedy: Remedy | None = None
    votes: tuple[int, int, int] | None = None
    members: tuple[LetterMember, ...] = ()
    legal_basis: Text = ""
    policy_version: str = ""


_TITLES = {
    About.OBJECTION_UPHELD: _("Answer to an objection"),
    About.OBJECTION_DISMISSED: _("Answer to an objection"),
    About.APPEAL_AMENDED: _("Decision on an appeal"),
    About.APPEAL_REMITTED: _("Decision on an appeal"),
    About.APPEAL_DISMISSED: _("Decision on an appeal"),
    About.DELAY_AMENDED: _("Decision on an appeal"),
    About.DELAY_REMITTED: _("Decision on an appeal"),
    About.DELAY_DISMISSED: _("Decision on an appeal"),
    About.HEARING: _("Hearing before a decision is taken back"),
    About.ANNULMENT: _("Annulment of a decision"),
}
_HEADLINES = {
    About.OBJECTION_UPHELD: _("You were right to object: we decide again"),
    About.OBJECTION_DISMISSED: _("We looked again: the decision stands"),
    About.APPEAL_AMENDED: _("Your appeal succeeds: we decide otherwise"),
    About.APPEAL_REMITTED: _("Your appeal succeeds: it must be decided again"),
    About.APPEAL_DISMISSED: _("Your appeal does not succeed: the decision stands"),
    About.DELAY_AMENDED: _("No decision came in time: we decide ourselves"),
    About.DELAY_REMITTED: _("No decision came in time: there is a last date now"),
    About.DELAY_DISMISSED: _("Your appeal for a decision does not succeed"),
    About.HEARING: _("We may take a decision back: please say what you think"),
    About.ANNULMENT: _("We take our decision back"),
}
_OUR_REASONS = {About.HEARING: _("Why we consider this")}
FOR_DELAY = (About.DELAY_AMENDED, About.DELAY_REMITTED, About.DELAY_DISMISSED)


def remedy_context(facts: RemedyFacts, *, languages: Sequence[str]) -> dict:
    """Return the context of `pdf/remedy_letter.html`; `title` is the name of the document."""
    said = in_each(languages, lambda _tag: _TITLES[facts.about])
    title = " / ".join(dict.fromkeys(said.values()))
    return {
        **documents.document_context(facts.imprint, languages),
        "languages": tuple(languages),
        "letter": facts,
        "subhead": "h2",
        "title": f"{title} {facts.imprint.number}",
        "headline": _HEADLINES[facts.about],
        "openings": [in_each(languages, lambda tag: " ".join(_openings(facts, tag)))],
        "sections": list(_sections(facts)),
        "final": in_each(languages, lambda _tag: _final(facts)),
        "following": in_each(languages, lambda tag: _following(facts, tag)),
        "entries": [(label, value) for label, value in _entries(facts, languages) if value],
    }


def _openings(facts: RemedyFacts, language: str) -> Iterator[str]:
    target = documents.original(facts.target, (language,)).text
    names = {
        "target": target,
        "number": facts.decision,
        "decided": documents.written(facts.decided_on, language) if facts.decided_on else "",
        "filed": documents.written(facts.filed_on, language) if facts.filed_on else "",
        "until": documents.written(facts.until, language) if facts.until else "",
    }
    if facts.about in (About.HEARING, About.ANNULMENT):
        yield gettext("It is about our decision %(number)s of %(decided)s on %(target)s.") % names
    elif facts.about in FOR_DELAY:
        yield (
            gettext("You wrote on %(filed)s that nothing was decided in time on %(target)s.")
            % names
        )
    elif facts.decision:
        yield (
            gettext("You wrote on %(filed)s against our decision %(number)s on %(target)s.") % names
        )
    else:
        yield gettext("You wrote on %(filed)s that %(target)s must be examined.") % names
    if facts.about == About.HEARING:
        yield gettext("Nothing is decided yet. You can answer until %(until)s.") % names
    if facts.about == About.ANNULMENT and facts.taken_back:
        taken = documents.written(facts.taken_back, language)
        yield gettext("%(taken)s ECTS credits are taken out of your record.") % {"taken": taken}


def _sections(facts: RemedyFacts) -> Iterator[tuple[object, object]]:
    """Yield heading and text of what stands in the middle of the letter."""
    if facts.ground:
        yield _("The ground"), facts.ground
    if facts.grounds:
        yield _("What you wrote"), facts.grounds
    if facts.is_late:
        yield _("Why it came late, as you say"), facts.late_reason
    if facts.statement:
        yield _("What you told us"), facts.statement
    yield _OUR_REASONS.get(facts.about, _("Why we decided so")), facts.reasons
    if facts.look_again:
        yield _("What must be looked at again"), facts.look_again


def _following(facts: RemedyFacts, language: str) -> str:
    """Say what happens next."""
    until = documents.written(facts.until, language) if facts.until else ""
    if facts.about in (About.APPEAL_AMENDED, About.DELAY_AMENDED):
        return gettext("Our own decision comes with a letter of its own.")
    if facts.about in (About.OBJECTION_UPHELD, About.APPEAL_REMITTED):
        said = gettext("Your file is open again. You get a new decision by %(until)s.")
        return said % {"until": until}
    if facts.about == About.DELAY_REMITTED:
        return gettext(
            "It must be decided by %(until)s. If it is not, you can turn to us again at once."
        ) % {"until": until}
    if facts.about == About.HEARING:
        return gettext(
            "Answer in the portal, in words or with files. If you do not, we decide with what we "
            "have. Two people must sign before anything is taken back."
        )
    if facts.about == About.ANNULMENT:
        return gettext("The decision no longer holds. Who verifies its letter is told so.")
    return gettext("Nothing changes: what was decided before holds.") if facts.decision else ""


def _final(facts: RemedyFacts) -> str:
    """Say what is left where nobody inside the university decides after this."""
    if facts.about == About.HEARING:
        return gettext("Nothing is decided, so there is nothing to object to yet. Please answer.")
    if facts.about in (About.OBJECTION_UPHELD, About.APPEAL_REMITTED, About.DELAY_REMITTED):
        return gettext("The new decision says how you can object to it.")
    if facts.about in (About.APPEAL_AMENDED, About.DELAY_AMENDED):
        return gettext("The letter of our decision says what you can do against it.")
    return str(FINAL)


def _entries(facts: RemedyFacts, languages: Sequence[str]) -> list[tuple[Promise, object]]:
    return [
        (_("Case reference"), facts.case_reference),
        (_("Decision"), facts.decision),
        (_("You were heard"), facts.heard_on),
        (_("Votes"), facts.votes and in_each(languages, lambda _tag: _votes(facts.votes))),
        (_("Legal basis"), facts.legal_basis),
        (_("Recognition rules, version"), facts.policy_version),
    ]


def _votes(votes: tuple[int, int, int]) -> str:
    for_it, against, abstained = votes
    said = [
        pgettext("votes", "%(count)s for it") % {"count": for_it},
        pgettext("votes", "%(count)s against it") % {"count": against},
    ]
    if abstained:
        text = ngettext("%(count)s abstained", "%(count)s abstained", abstained)
        said.append(text % {"count": abstained})
    return ", ".join(said)
