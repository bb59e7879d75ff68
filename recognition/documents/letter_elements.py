"""The only place that says which elements a letter has, by type of decision.

Sources: Lisbon Recognition Convention III.5, Revised Code of Good Practice in the provision of
transnational education, EAR manual. The table in docs/letter.md is generated from here.
"""

from collections.abc import Callable
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from recognition.documents.letter import LetterFacts
from recognition.vocabulary import GIVES_CREDITS, DecisionType


class Presence(StrEnum):
    """Whether a letter of a type has an element."""

    ALWAYS = "always"
    IF_ANY = "if any"
    NEVER = "–"


class LetterElement(TextChoices):
    """What a letter says, in the order in which it is read."""

    SUMMARY = "summary", _("Summary in plain language")
    ADDRESSEE = "addressee", _("Addressee")
    REQUESTED = "requested", _("What was asked for and what is decided")
    CREDITS = "credits", _("Effect: credits")
    AVERAGE = "average", _("Effect: grade and average")
    SEMESTER = "semester", _("Effect: semester")
    CONDITIONS = "conditions", _("Conditions with their days")
    REASONS = "reasons", _("Reasons")
    MISSING = "missing", _("What is not recognised, or not shown")
    DIFFERENCES = "differences", _("Every substantial difference")
    OUTCOMES = "outcomes", _("Rating of every outcome")
    EVIDENCE = "evidence", _("Evidence, and how it is known to be genuine")
    ALTERNATIVES = "alternatives", _("Alternatives considered")
    LATER = "later", _("What can be done later")
    REMEDY = "remedy", _("Remedy: body, form, time, address")
    INACTION = "inaction", _("Right to object when nothing is decided in time")
    FILE = "file", _("File number")
    DATES = "dates", _("Days: received, complete, decided")
    LEGAL_BASIS = "legal_basis", _("Legal basis")
    RULES = "rules", _("Rules of recognition, version")
    TRACK = "track", _("Procedure and why it applies")
    COMPOSITION = "composition", _("Who decided, by whose power")
    MEMBERS = "members", _("Who took part, and who stepped back")
    PRECEDENT = "precedent", _("Standing decision used")
    SIGNATURE = "signature", _("Signature")
    DATA_PROTECTION = "data_protection", _("Data protection")


_NEVER = {
    LetterElement.AVERAGE: frozenset(DecisionType) - GIVES_CREDITS,
    LetterElement.SEMESTER: frozenset(DecisionType) - GIVES_CREDITS - {DecisionType.ADVANCED_ENTRY},
    LetterElement.CONDITIONS: frozenset(DecisionType) - {DecisionType.CONDITIONAL},
    LetterElement.DIFFERENCES: frozenset(DecisionType) - {DecisionType.REFUSAL},
    LetterElement.ALTERNATIVES: frozenset(DecisionType) - {DecisionType.REFUSAL},
    LetterElement.MISSING: frozenset(
        {DecisionType.FULL_SUBSTITUTION, DecisionType.INADMISSIBLE, DecisionType.INCLUSION}
    ),
    LetterElement.REMEDY: frozenset({DecisionType.ADVANCE_INFO}),
    LetterElement.INACTION: frozenset({DecisionType.ADVANCE_INFO}),
}
_IF_ANY = {
    LetterElement.MISSING: frozenset(DecisionType) - {DecisionType.PARTIAL},
    LetterElement.OUTCOMES: frozenset({DecisionType.INCLUSION, DecisionType.INADMISSIBLE}),
    LetterElement.LATER: frozenset(
        {
            DecisionType.FULL_SUBSTITUTION,
            DecisionType.INCLUSION,
            DecisionType.ALTERNATIVE,
            DecisionType.CONDITIONAL,
            DecisionType.ADVANCE_INFO,
        }
    ),
    LetterElement.TRACK: frozenset({DecisionType.INADMISSIBLE}),
    LetterElement.MEMBERS: frozenset({DecisionType.INADMISSIBLE}),
    LetterElement.PRECEDENT: frozenset(DecisionType),
}


def presence(element: LetterElement, decision: DecisionType) -> Presence:
    """Return whether a letter on a decision of this type has an element.

    Differences belong to a refusal in recognition; in validation its missing outcomes are named.
    """
    if decision in _NEVER.get(element, ()):
        return Presence.NEVER
    return Presence.IF_ANY if decision in _IF_ANY.get(element, ()) else Presence.ALWAYS


_HAS: dict[LetterElement, Callable[[LetterFacts], object]] = {
    LetterElement.SUMMARY: lambda facts: facts.lines,
    LetterElement.ADDRESSEE: lambda facts: facts.addressee,
    LetterElement.REQUESTED: lambda facts: all(line.sources for line in facts.lines),
    LetterElement.CREDITS: lambda facts: facts.effect,
    LetterElement.AVERAGE: lambda facts: facts.average,
    LetterElement.SEMESTER: lambda facts: facts.placement,
    LetterElement.CONDITIONS: lambda facts: (
        all(one.due_on for one in facts.conditions) and facts.conditions
    ),
    LetterElement.REASONS: lambda facts: facts.ground or facts.reasons or facts.differences,
    LetterElement.MISSING: lambda facts: facts.missing,
    LetterElement.DIFFERENCES: lambda facts: facts.differences or facts.missing,
    LetterElement.OUTCOMES: lambda facts: facts.outcomes or not facts.lines[0].target_code,
    LetterElement.EVIDENCE: lambda facts: facts.evidence,
    LetterElement.ALTERNATIVES: lambda facts: facts.why_not,
    LetterElement.LATER: lambda facts: facts.later,
    LetterElement.REMEDY: lambda facts: facts.remedy.body and facts.remedy.address,
    LetterElement.INACTION: lambda facts: facts.remedy.body,
    LetterElement.FILE: lambda facts: facts.case_reference and facts.imprint.number,
    LetterElement.DATES: lambda facts: facts.received_on and facts.decided_on,
    LetterElement.LEGAL_BASIS: lambda facts: facts.legal_basis,
    LetterElement.RULES: lambda facts: facts.policy_version,
    LetterElement.TRACK: lambda facts: facts.track,
    LetterElement.COMPOSITION: lambda facts: facts.authority,
    LetterElement.MEMBERS: lambda facts: facts.members,
    LetterElement.PRECEDENT: lambda facts: facts.precedent,
    LetterElement.SIGNATURE: lambda facts: facts.imprint.signatory and facts.imprint.capacity,
    LetterElement.DATA_PROTECTION: lambda facts: True,
}


def missing_elements(facts: LetterFacts) -> list[LetterElement]:
    """Return what a letter should always have and lacks, [] when it is whole."""
    decision = DecisionType(facts.decision)
    return [
        element
        for element in LetterElement
        if presence(element, decision) == Presence.ALWAYS and not _HAS[element](facts)
    ]
