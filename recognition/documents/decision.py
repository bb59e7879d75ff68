"""The only place that words a decision as a credential. Pure: facts of letter and sources in.

The achievement is what was recognised for; the evidence is what it was recognised from, and on
which grounds. Annex I elements are stated where they apply: the learning was shown elsewhere, so
how it was assessed is said only where all sources agree.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from credentials.language import DOCUMENT_LANGUAGES, LanguageMap, in_language
from credentials.standards.documents import in_each, written
from credentials.standards.facts import (
    CredentialFacts,
    EvidenceFacts,
    GradeFacts,
    HolderFacts,
    OutcomeFacts,
)
from credentials.vocabulary import CredentialType, QualityAssurance
from recognition.documents.letter import LetterFacts
from recognition.vocabulary import DecisionType, Rating, Track

AGREED = ("assessment_type", "participation_form", "supervision")


def credential_facts(
    letter: LetterFacts,
    *,
    id: str,
    grade: str,
    holder: HolderFacts,
    target: Mapping[str, Any],
    outcomes: Sequence[OutcomeFacts],
    sources: Sequence[CredentialFacts],
    hours_per_ects: object,
    body: LanguageMap,
    issued_on: datetime,
    status: Mapping[str, Any],
) -> CredentialFacts:
    """Return what the credential of a signed decision says.

    `outcomes` are those of the target, in the order of the letter's; `body` took the decision;
    `grade` is the one that counts, "" for none.
    """
    (line,) = letter.lines
    issuer = letter.imprint.institution
    return CredentialFacts(
        id=id,
        description=in_each(DOCUMENT_LANGUAGES, lambda tag: _summary(letter, grade, tag)),
        awarding_body=issuer,
        holder=holder,
        number=letter.imprint.number,
        type=CredentialType.RECOGNITION.value,
        issued_on=issued_on,
        awarded_on=letter.decided_on,
        outcomes=_outcomes(letter, outcomes, sources),
        ects=line.granted_ects or None,
        hours_per_ects=hours_per_ects,
        quality_assurance=QualityAssurance.INSTITUTION.value,
        quality_agency=issuer.quality_agency,
        grade=GradeFacts(value=grade) if grade else None,
        further_information=in_each(DOCUMENT_LANGUAGES, lambda tag: _basis(letter, body, tag)),
        evidence=(
            *(_source(source) for source in sources),
            EvidenceFacts(
                name=in_each(DOCUMENT_LANGUAGES, lambda _tag: _("How it was compared")),
                narrative=in_each(DOCUMENT_LANGUAGES, lambda tag: _grounds(letter, tag)),
                genre="ext:RecognitionGrounds",
            ),
        ),
        verify_url=letter.imprint.verify_url,
        **{name: _agreed(sources, name) for name in AGREED},
        **target,
        **status,
    )


def _said(text: object) -> LanguageMap:
    return dict(text) if isinstance(text, Mapping) else {"en": str(text)}


def _outcomes(
    letter: LetterFacts, outcomes: Sequence[OutcomeFacts], sources: Sequence[CredentialFacts]
) -> tuple[OutcomeFacts, ...]:
    """What was met of the target; for electives, which have none, what the sources state."""
    if not outcomes:
        return tuple(outcome for source in sources for outcome in source.outcomes)
    if not letter.outcomes:  # decided without ratings, by a standing decision
        is_full = letter.decision == DecisionType.FULL_SUBSTITUTION
        return tuple(outcomes) if is_full else ()
    rated = zip(outcomes, letter.outcomes, strict=True)
    return tuple(
        outcome
        for outcome, said in rated
        if said.rating in Rating.values and Rating(said.rating).counts_as_met
    )


def _agreed(sources: Sequence[CredentialFacts], name: str) -> str:
    values = {getattr(source, name) for source in sources}
    return values.pop() if len(values) == 1 else ""


def _summary(letter: LetterFacts, grade: str, language: str) -> str:
    (line,) = letter.lines
    kind = DecisionType(line.decision).label
    parts = [f"{_('Decision')} {letter.imprint.number}: {kind}"]
    if line.granted_ects:
        parts.append(f"{written(line.granted_ects, language)} ECTS")
    parts += [f"{_('Grade')}: {grade}"] if grade else []
    parts += [in_language(line.note, language)] if line.note else []
    if line.semester:
        parts.append(_("Semester %(number)s") % {"number": line.semester})
    return ", ".join(filter(None, parts)) + "."


def _basis(letter: LetterFacts, body: LanguageMap, language: str) -> str:
    track = Track(letter.track).label if letter.track in Track.values else ""
    rows = (
        (_("Decided by"), in_language(_said(letter.authority or body), language)),
        (_("Legal basis"), in_language(_said(letter.legal_basis), language)),
        (_("Recognition rules, version"), letter.policy_version),
        (_("Procedure"), track),
        (_("Case reference"), letter.case_reference),
        (_("Standing decision used"), letter.precedent),
    )
    return "\n".join(f"{label}: {value}" for label, value in rows if value)


def _source(source: CredentialFacts) -> EvidenceFacts:
    def told(language: str) -> str:
        credits = f"{written(source.ects, language)} ECTS" if source.ects is not None else ""
        number = source.number or source.id
        rows = (
            (_("Awarding body"), in_language(source.awarding_body.name, language)),
            (_("Identifier"), number),
            (_("Credits"), credits),
            (_("Grade"), source.grade.value if source.grade else ""),
        )
        return "\n".join(f"{label}: {value}" for label, value in rows if value)

    is_address = source.id.startswith(("https://", "http://", "urn:", "did:"))
    return EvidenceFacts(
        name=dict(source.title),
        narrative=in_each(DOCUMENT_LANGUAGES, told),
        id=source.id if is_address else "",
        genre="ext:RecognisedLearning",
    )


def _grounds(letter: LetterFacts, language: str) -> str:
    (line,) = letter.lines
    rows = [
        f"{in_language(_said(outcome.text), language)}: {Rating(outcome.rating).label}"
        for outcome in letter.outcomes
        if outcome.rating in Rating.values
    ]
    for text in (letter.effect, line.grade_note):
        if text and isinstance(text, Mapping):
            rows.append(in_language(text, language))
    rows.append(in_language(_said(letter.reasons or letter.ground), language))
    return "\n".join(filter(None, rows))
