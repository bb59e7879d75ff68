"""The only place that words the decision letter. Pure: facts in, template context out.

Its contents follow the Lisbon Recognition Convention III.5 and the EAR manual, chapters 2, 10 and
11. The signed letter, printed in two languages, and its preview on a web
page, in one, come from the same facts and the same template.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from credentials.standards import documents
from credentials.standards.design import PLAIN
from credentials.standards.documents import Imprint, Text, in_each
from recognition.vocabulary import Authority, DecisionType, EssentialElement, Rating, Track


@dataclass(frozen=True, slots=True)
class LetterSource:
    """What the applicant put forward; `ects` in ECTS, `hours` when there are no credits."""

    title: Text
    body: Text
    ects: Decimal | None = None
    hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LetterLine:
    """What was asked and decided. `decision` is a code of `DecisionType`, "" in a draft.

    `target_code` is that of a module, "" for free electives; `instead`: the code and title of the
    module of an alternative; `semester`: of an advanced entry; `expected`: the code of what an
    information in advance holds out.
    """

    sources: tuple[LetterSource, ...]
    target_title: Text
    target_code: str = ""
    requested_ects: Decimal | None = None
    decision: str = ""
    granted_ects: Decimal | None = None
    grade: str = ""
    grade_note: Text | Promise = ""
    note: Text | Promise = ""
    instead: Text = ""
    semester: int | None = None
    expected: str = ""


@dataclass(frozen=True, slots=True)
class LetterOutcome:
    """One outcome of the target with the rating (`Rating`) that the decision rests on."""

    text: Text
    essential: bool
    rating: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class LetterDifference:
    """One substantial difference; `element` is a code of `EssentialElement`."""

    element: str
    missing: Text
    examined: Text
    effect: Text
    outcome: Text = ""


@dataclass(frozen=True, slots=True)
class LetterCondition:
    """Something the learner must still show, and until when."""

    text: Text
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class LetterEvidence:
    """Something that was looked at; how a proof is known to be genuine is a text or ""."""

    title: Text
    authenticity: Text | Promise = ""
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Where and how to object: body, form and period as sentences, address over several lines.

    Without a body nobody inside the university decides after this; the form says what is left.
    """

    body: Text
    form: Text | Promise
    period: Text | Promise
    address: Text = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class LetterMember:
    """Somebody who took part in the decision, or was recused from it."""

    name: str
    role: Text | Promise
    recused: bool = False


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Everything a decision letter says. Texts people wrote are language maps with one entry.

    `imprint` carries the official number, the address to verify, and who signs in which capacity.
    `ground`: the portal's own sentence on why, where no words of a person are needed; `missing`:
    what is not recognised; `why_not`: pairs of a `DecisionType` and why it was not possible;
    `average` and `placement`: what follows for average and semester; `authority`: by whose power;
    `missed`: the condition about which this is a notice, "" for a decision.
    """

    imprint: Imprint
    addressee: str
    case_reference: str
    lines: tuple[LetterLine, ...]
    remedy: Remedy
    address: str = ""
    programme: Text = ""
    received_on: date | None = None
    complete_on: date | None = None
    decided_on: date | None = None
    notified_on: date | None = None
    legal_basis: Text = ""
    policy_version: str = ""
    track: str = ""
    track_reasons: tuple[str | Promise, ...] = ()
    evidence: tuple[LetterEvidence, ...] = ()
    accepted_proof: Text = ""
    outcomes: tuple[LetterOutcome, ...] = ()
    ground: Text | Promise = ""
    reasons: Text = ""
    missing: tuple[Text, ...] = ()
    differences: tuple[LetterDifference, ...] = ()
    why_not: tuple[tuple[str, Text], ...] = ()
    conditions: tuple[LetterCondition, ...] = ()
    later: Text = ""
    effect: Text | Promise = ""
    average: Text | Promise = ""
    placement: Text | Promise = ""
    authority: Text | Promise = ""
    members: tuple[LetterMember, ...] = field(default_factory=tuple)
    precedent: Text = ""
    missed: Text = ""

    @property
    def decision(self) -> str:
        """The type of decision, "" for a draft or when the lines of the letter differ."""
        decisions = {line.decision for line in self.lines}
        return decisions.pop() if len(decisions) == 1 else ""


FINAL = _(
    "Inside the university nobody decides after this. Whether you can go to court, and until when, "
    "follows from the law of the country; you can ask us where."
)
"""What is said instead of a remedy where none is left."""
_HEADLINES = {
    DecisionType.FULL_SUBSTITUTION: _("We recognise your learning in full"),
    DecisionType.INCLUSION: _("We count your learning as free electives"),
    DecisionType.ALTERNATIVE: _("We recognise your learning for another module"),
    DecisionType.PARTIAL: _("We recognise your learning in part"),
    DecisionType.CONDITIONAL: _("We recognise your learning on a condition"),
    DecisionType.EXEMPTION: _("You need not do again what you have learned"),
    DecisionType.ADVANCED_ENTRY: _("You can enter a later semester"),
    DecisionType.ADVANCE_INFO: _("What you can expect if you apply"),
    DecisionType.REFUSAL: _("We do not recognise your learning for this purpose"),
    DecisionType.INADMISSIBLE: _("We cannot examine your application"),
}
DECIDED = {
    DecisionType.FULL_SUBSTITUTION: pgettext_lazy("decision", "Recognised in full"),
    DecisionType.INCLUSION: pgettext_lazy("decision", "Counted as free electives"),
    DecisionType.ALTERNATIVE: pgettext_lazy("decision", "Recognised for another module"),
    DecisionType.PARTIAL: pgettext_lazy("decision", "Recognised in part"),
    DecisionType.CONDITIONAL: pgettext_lazy("decision", "Recognised on a condition"),
    DecisionType.EXEMPTION: pgettext_lazy("decision", "Exempt without credits"),
    DecisionType.ADVANCED_ENTRY: pgettext_lazy("decision", "Later semester"),
    DecisionType.ADVANCE_INFO: pgettext_lazy("decision", "Information in advance, not binding"),
    DecisionType.REFUSAL: pgettext_lazy("decision", "Not recognised"),
    DecisionType.INADMISSIBLE: pgettext_lazy("decision", "Not admissible"),
}
"""What was decided, in a few words, for tables."""
_GISTS = {
    DecisionType.CONDITIONAL: _(
        "We recognise it as soon as you meet the conditions below, each by its day."
    ),
    DecisionType.EXEMPTION: _("You need not do it again here; it gives no credits."),
    DecisionType.ADVANCE_INFO: _(
        "This is information and not a decision: it binds neither you nor the university."
    ),
    DecisionType.REFUSAL: _("We cannot recognise it. This letter says why, and what you can do."),
    DecisionType.INADMISSIBLE: _(
        "We cannot examine it. This letter says why, and what you can do."
    ),
}
"""What is said first of decisions that do not give a number of credits at once."""
_MISSED = gettext_noop(
    "We recognised your learning on a condition. It was not met in time, so nothing is recognised "
    "by that decision. This notice says why, and what you can do."
)
_MEANINGS = {Rating.NOT_EVIDENCED: _("Nothing in the evidence says anything about it.")}
"""What the reviewers' explanations say to reviewers only."""


GROUNDS = {
    DecisionType.FULL_SUBSTITUTION: _(
        "All essential learning outcomes are shown, and nothing else differs substantially."
    ),
    DecisionType.INCLUSION: _(
        "It belongs to the level of the programme, and credits are free for it."
    ),
    DecisionType.CONDITIONAL: _(
        "What you have shown counts. What is still to be shown stands in the conditions."
    ),
}
"""Why, where no words of a person are needed."""
POWERS = {
    Authority.CHAIR: gettext_noop(
        "%(body)s: its chair, to whom the rules (version %(version)s) delegate this."
    ),
    Authority.COURSE_DIRECTOR: gettext_noop(
        "The course director, to whom the rules (version %(version)s) delegate this for %(body)s."
    ),
    Authority.VOTE: gettext_noop("%(body)s, by a vote under the rules (version %(version)s)."),
    Authority.PRECEDENT: gettext_noop(
        "The portal, by a standing decision of %(body)s. You can ask that people look at your case."
    ),
    Authority.REGISTRAR: gettext_noop(
        "The registrar, for a formal reason that the rules (version %(version)s) name."
    ),
    Authority.APPEAL_BODY: gettext_noop(
        "%(body)s, in which nobody sits who took part in the first decision."
    ),
}


def letter_context(
    facts: LetterFacts, *, languages: Sequence[str] = ("en",), heading: int = 3
) -> dict:
    """Return the context of `pdf/_letter_body.html`; its first heading has the level `heading`."""
    headline = _HEADLINES.get(facts.decision, _("Our decision on your application"))
    return {
        "languages": tuple(languages),
        "letter": facts,
        "design": PLAIN,
        "head": f"h{heading}",
        "subhead": f"h{heading + 1}",
        "detail": f"h{heading + 2}",
        "headline": _("A condition was not met in time") if facts.missed else headline,
        "openings": _openings(facts, languages),
        "decided": [(line, DECIDED.get(line.decision, "")) for line in facts.lines],
        "expected": [DECIDED.get(line.expected, "") for line in facts.lines if line.expected],
        "is_binding": facts.decision != DecisionType.ADVANCE_INFO,
        "considered": [(DecisionType(kind).label, why) for kind, why in facts.why_not],
        "outcomes": [(one, _rating(one.rating)) for one in facts.outcomes],
        "legend": in_each(languages, lambda _tag: _legend(facts)),
        "differences": [
            (one, in_each(languages, lambda _tag, one=one: _difference(one)))
            for one in facts.differences
        ],
        "entries": [(label, value) for label, value in _entries(facts, languages) if value],
    }


def letter_document_context(facts: LetterFacts, *, languages: Sequence[str]) -> dict:
    """Return the context of `pdf/decision_letter.html`; `title` is the name of the document."""
    said = in_each(languages, lambda _tag: gettext("Decision on recognition"))
    return {
        **documents.document_context(facts.imprint, languages),
        **letter_context(facts, languages=languages, heading=1),
        "title": f"{' / '.join(dict.fromkeys(said.values()))} {facts.imprint.number}",
    }


def _difference(difference: LetterDifference) -> str:
    if difference.element not in EssentialElement.values:
        return gettext("Substantial difference")
    element = EssentialElement(difference.element).label
    return gettext("Substantial difference: %(element)s") % {"element": element}


def _legend(facts: LetterFacts) -> str:
    used = {outcome.rating for outcome in facts.outcomes}
    meanings = [(r, _MEANINGS.get(r, r.explanation)) for r in Rating if r in used]
    return "\n".join(f"{rating.label}: {meaning}" for rating, meaning in meanings)


def _rating(code: str) -> str | Promise:
    return Rating(code).label if code in Rating.values else ""


def _openings(facts: LetterFacts, languages: Sequence[str]) -> list[dict[str, str]]:
    if facts.missed:
        return [in_each(languages, lambda _tag: gettext(_MISSED))]
    return [in_each(languages, lambda tag, one=one: _opening(one, tag)) for one in facts.lines]


def _opening(line: LetterLine, language: str) -> str:
    return f"{_asked(line, language)} {_granted(line, language)}".strip()


def _asked(line: LetterLine, language: str) -> str:
    sources = ", ".join(_source(source, language) for source in line.sources)
    if not line.target_code:
        said = gettext("You asked us to count %(sources)s as free electives.")
        return said % {"sources": sources}
    target = documents.original(line.target_title, (language,)).text
    said = gettext("You asked us to recognise %(sources)s for %(target)s.")
    return said % {"sources": sources, "target": f"{line.target_code} {target}"}


def _granted(line: LetterLine, language: str) -> str:
    if line.granted_ects is None or not line.decision:
        return ""
    if line.decision in _GISTS:
        return str(_GISTS[DecisionType(line.decision)])
    if line.decision == DecisionType.ADVANCED_ENTRY:
        said = gettext("You can enter semester %(semester)s of the programme.")
        return said % {"semester": line.semester or "–"}
    granted = documents.written(line.granted_ects, language)
    if line.decision == DecisionType.ALTERNATIVE:
        module = documents.original(line.instead, (language,)).text
        said = gettext("We recognise it for %(module)s, with %(granted)s ECTS credits.")
        return said % {"module": module or "–", "granted": granted}
    if line.requested_ects is None:
        return gettext("We recognise %(granted)s ECTS credits.") % {"granted": granted}
    said = gettext("We recognise %(granted)s of %(requested)s ECTS credits.")
    requested = documents.written(line.requested_ects, language)
    return said % {"granted": granted, "requested": requested}


def _source(source: LetterSource, language: str) -> str:
    title = documents.original(source.title, (language,)).text
    body = documents.original(source.body, (language,)).text
    return gettext("“%(title)s” (%(body)s)") % {"title": title, "body": body} if body else title


def _entries(facts: LetterFacts, languages: Sequence[str]) -> list[tuple[Promise, object]]:
    track = Track(facts.track) if facts.track in Track.values else None
    return [
        (_("Case reference"), facts.case_reference),
        (_("Dates"), facts.received_on and in_each(languages, lambda tag: _dates(facts, tag))),
        (_("Legal basis"), facts.legal_basis),
        (_("Recognition rules, version"), facts.policy_version),
        (
            _("Procedure"),
            track and in_each(languages, lambda _tag: _procedure(facts, track)),
        ),
        (_("Who decided"), facts.authority),
        (_("Standing decision used"), facts.precedent),
    ]


def _procedure(facts: LetterFacts, track: Track) -> str:
    reasons = (str(reason) for reason in facts.track_reasons)
    return " ".join((f"{track.label}: {track.explanation}", *reasons))


def _dates(facts: LetterFacts, language: str) -> str:
    moments = (
        (gettext("received on %(date)s"), facts.received_on),
        (gettext("complete on %(date)s"), facts.complete_on),
        (gettext("decided on %(date)s"), facts.decided_on),
        (gettext("sent on %(date)s"), facts.notified_on),
    )
    return ", ".join(
        text % {"date": documents.written(day, language)} for text, day in moments if day
    )
