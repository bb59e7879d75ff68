"""The only place that says which decisions the opinions on a line allow, and why not the others.

Pure: opinions in, verdicts with plain reasons out. Sources: Lisbon Recognition Convention (LRC)
III.3(5) and III.5, EAR manual chapters 10 and 11. What binds are the essential outcomes and the
substantial differences that somebody has shown. A refusal is the last of five outcomes: full,
alternative, partial, conditional, refusal.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.verdict import ALLOWED, Verdict, no
from recognition.credits import Credits
from recognition.rules import TargetOutcome, is_met
from recognition.vocabulary import DecisionType, Element, ElementRating, Rating, Track

SECOND_SEMESTER = 2


@dataclass(frozen=True, slots=True)
class LineOpinion:
    """What the committee knows of one line when the chair decides.

    `ratings` and `elements` are the agreed ones, or those the chair has set; `request_unanswered`:
    the applicant was asked for what is missing and did not answer in time. `part` is what a
    partial recognition would give and `free` the ECTS still free for electives, None when not
    known. `is_free_elective`: the line asks for free electives, not for a module. `has_part`: a
    part of the module is met; `entry`: the semester that the credits lead to, None when not known;
    `is_unconfirmed`: a proof that nobody has confirmed; `in_advance`: nothing is to be recognised,
    the applicant asks what to expect.
    """

    track: str
    outcomes: tuple[TargetOutcome, ...]
    ratings: Mapping[Hashable, str]
    elements: Mapping[str, str] = field(default_factory=dict)
    request_unanswered: bool = False
    is_free_elective: bool = False
    part: Credits | None = None
    free: Decimal | None = None
    has_part: bool = False
    entry: int | None = None
    is_unconfirmed: bool = False
    in_advance: bool = False

    @property
    def needed(self) -> list[TargetOutcome]:
        """The outcomes that matter: the essential ones, or all where none is marked."""
        return [o for o in self.outcomes if o.essential] or list(self.outcomes)

    @property
    def missing(self) -> list[TargetOutcome]:
        """The needed outcomes that are neither met nor out of the count."""
        done = (Rating.FULL, Rating.SUBSTANTIAL, Rating.NOT_APPLICABLE)
        return [o for o in self.needed if self.ratings.get(o.id) not in done]

    @property
    def unrated(self) -> list[TargetOutcome]:
        return [o for o in self.needed if not self.ratings.get(o.id)]

    @property
    def shows_nothing(self) -> bool:
        """There are outcomes to be met, and none is."""
        met = any(is_met(self.ratings.get(o.id)) for o in self.outcomes)
        return bool(self.outcomes) and not met

    @property
    def grounds(self) -> list[TargetOutcome]:
        """The needed outcomes that can carry a refusal.

        In recognition silence is no ground unless the applicant was asked and did not answer; in
        validation it is for the applicant to show the learning.
        """
        silence = self.track == Track.VALIDATION or self.request_unanswered
        shown = (Rating.PARTIAL, Rating.NOT_MET)
        return [
            o
            for o in self.needed
            if (rating := self.ratings.get(o.id)) in shown
            or (silence and rating == Rating.NOT_EVIDENCED)
        ]

    @property
    def substantial(self) -> list[Element]:
        """The elements in which a substantial difference was found."""
        return [e for e in Element if self.elements.get(e) == ElementRating.SUBSTANTIAL]


def allowed_decisions(opinion: LineOpinion) -> dict[DecisionType, Verdict]:
    """Return for every type of decision whether the ratings allow it, and why not.

    Who asks in advance gets an information and nothing else; see `expectable`.
    """
    verdicts = _verdicts(opinion)
    if opinion.in_advance:
        answer = no(_("The applicant asks in advance: nothing can be recognised yet."))
        possible = any(verdicts.values())
        said = ALLOWED if possible else verdicts[DecisionType.REFUSAL]
        verdicts = dict.fromkeys(verdicts, answer) | {DecisionType.ADVANCE_INFO: said}
    verdicts[DecisionType.INADMISSIBLE] = no(
        _("Only for a formal reason, and on a page of its own.")
    )
    return {kind: verdicts[kind] for kind in DecisionType}


def expectable(opinion: LineOpinion) -> dict[DecisionType, Verdict]:
    """Return for what an information in advance can hold out whether the ratings allow it."""
    verdicts = _verdicts(replace(opinion, in_advance=False))
    del verdicts[DecisionType.ADVANCE_INFO]
    return verdicts


def _verdicts(opinion: LineOpinion) -> dict[DecisionType, Verdict]:
    return {
        DecisionType.FULL_SUBSTITUTION: _full(opinion),
        DecisionType.INCLUSION: _inclusion(opinion),
        DecisionType.ALTERNATIVE: _alternative(opinion),
        DecisionType.PARTIAL: _partial(opinion),
        DecisionType.CONDITIONAL: _conditional(opinion),
        DecisionType.EXEMPTION: _exemption(opinion),
        DecisionType.ADVANCED_ENTRY: _advanced_entry(opinion),
        DecisionType.ADVANCE_INFO: no(_("Only for an application that asks in advance.")),
        DecisionType.REFUSAL: _refusal(opinion),
    }


def _full(opinion: LineOpinion) -> Verdict:
    if opinion.is_free_elective:
        return no(_no_module())
    if opinion.unrated:
        return no(_not_rated(opinion.unrated))
    if len(opinion.missing) == 1:
        outcome = opinion.missing[0]
        return no(
            _("Outcome %(number)s, which is essential, is rated “%(rating)s”.")
            % {"number": outcome.number, "rating": Rating(opinion.ratings[outcome.id]).label}
        )
    if opinion.missing:
        return no(
            _("Outcomes %(numbers)s, which are essential, are not met.")
            % {"numbers": _numbers(opinion.missing)}
        )
    if opinion.shows_nothing:
        return no(_("No outcome is rated as met."))
    if opinion.substantial:
        return no(_difference_in(opinion.substantial))
    return ALLOWED


def _inclusion(opinion: LineOpinion) -> Verdict:
    if opinion.free is not None and opinion.free <= 0:
        return no(_("No credits are free for electives in this programme."))
    if Element.LEVEL in opinion.substantial:
        return no(_difference_in([Element.LEVEL]))
    return ALLOWED


def _alternative(opinion: LineOpinion) -> Verdict:
    if _as_asked(opinion):
        return no(_give_what_is_asked(opinion))
    if Element.LEVEL in opinion.substantial:
        return no(_difference_in([Element.LEVEL]))
    return ALLOWED


def _partial(opinion: LineOpinion) -> Verdict:
    if opinion.is_free_elective:
        return no(_no_module())
    if _full(opinion):
        return no(_give_what_is_asked(opinion))
    if opinion.part is not None and opinion.part.amount <= 0:
        return no(opinion.part.explanation)
    return ALLOWED


def _conditional(opinion: LineOpinion) -> Verdict:
    """Also where all is met: that a proof is confirmed can be the condition."""
    if opinion.is_free_elective:
        return no(_no_module())
    if opinion.unrated:
        return no(_not_rated(opinion.unrated))
    if _full(opinion) and not opinion.is_unconfirmed:
        return no(_give_what_is_asked(opinion))
    if opinion.shows_nothing:
        return no(_("No outcome is rated as met."))
    return ALLOWED


def _exemption(opinion: LineOpinion) -> Verdict:
    if opinion.is_free_elective:
        return no(_no_module())
    if opinion.unrated:
        return no(_not_rated(opinion.unrated))
    if _full(opinion):
        return no(_give_what_is_asked(opinion))
    if opinion.shows_nothing or (opinion.missing and not opinion.has_part):
        return no(_("Neither the module nor a part of it is met."))
    return ALLOWED


def _advanced_entry(opinion: LineOpinion) -> Verdict:
    if _as_asked(opinion):
        return no(_give_what_is_asked(opinion))
    if opinion.entry is None or opinion.entry < SECOND_SEMESTER:
        return no(_("The credits do not lead beyond the first semester."))
    return ALLOWED


def _refusal(opinion: LineOpinion) -> Verdict:
    if opinion.substantial or opinion.grounds:
        return ALLOWED
    if opinion.unrated:
        return no(_not_rated(opinion.unrated))
    if opinion.missing:
        return no(_ask_first(opinion.missing))
    return no(_("No essential outcome is missing and no other element differs substantially."))


def _as_asked(opinion: LineOpinion) -> Verdict:
    """What was asked for can be given, so nothing less is (LRC III.3(5))."""
    return _inclusion(opinion) if opinion.is_free_elective else _full(opinion)


def _give_what_is_asked(opinion: LineOpinion) -> str:
    if opinion.is_free_elective:
        return _("It can count as free electives, as was asked.")
    return _("All essential outcomes are met: recognise in full.")


def _no_module() -> str:
    return _("Free electives are counted, no module is replaced.")


def _numbers(outcomes: Iterable[TargetOutcome]) -> str:
    return ", ".join(str(outcome.number) for outcome in outcomes)


def _not_rated(outcomes: Sequence[TargetOutcome]) -> str:
    return ngettext(
        "Outcome %(numbers)s, which is essential, is not rated yet.",
        "Outcomes %(numbers)s, which are essential, are not rated yet.",
        len(outcomes),
    ) % {"numbers": _numbers(outcomes)}


def _ask_first(outcomes: Sequence[TargetOutcome]) -> str:
    return ngettext(
        "Nothing in the evidence speaks of outcome %(numbers)s. Ask the applicant first.",
        "Nothing in the evidence speaks of outcomes %(numbers)s. Ask the applicant first.",
        len(outcomes),
    ) % {"numbers": _numbers(outcomes)}


def _difference_in(elements: Iterable[Element]) -> str:
    return _("A substantial difference is on record: %(elements)s.") % {
        "elements": ", ".join(str(element.label) for element in elements)
    }
