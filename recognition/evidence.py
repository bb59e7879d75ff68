"""The only place that words what was put forward, for those who check it and those who compare."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials import vocabulary as v
from credentials.days import longdate
from credentials.language import LanguageMap, in_language
from credentials.models import Document, Origin, User
from credentials.services import verification
from credentials.standards.documents import original
from credentials.standards.facts import CredentialFacts
from credentials.templatetags.symbolon import country_name, ects, language_name, number
from recognition import blind
from recognition.models import (
    AssessedOutcome,
    IssuerInquiry,
    Line,
    LineSource,
    SupplementaryAssessment,
)
from recognition.sources import KnownBody, facts_of, in_register, known_body

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_])|\n+")

REGISTER = tuple(
    f"{entry}__{row}"
    for entry in ("awarding_body", "platform")
    for row in ("institution", "checked_by")
)


@dataclass(frozen=True, slots=True)
class Passage:
    """One place of the evidence that can be cited; `key` names it on the page.

    What an assessment found is a passage too: `result` is its id, `outcome` what it is about.
    """

    key: str
    source: int | None
    place: str
    text: str
    language: str
    texts: LanguageMap | str
    is_outcome: bool
    result: int | None = None
    outcome: int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file as its reader may see it; one that is not shown may say who applied."""

    uuid: UUID
    filename: str
    title: str
    size: int
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    """One thing that was asked, and its answer in words, with files, or both."""

    text: str
    answer: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A round of questions that was answered; `inquiry`: None when the applicant was asked."""

    inquiry: IssuerInquiry | None
    answered_at: datetime
    items: tuple[AnsweredItem, ...]

    @property
    def files(self) -> tuple[File, ...]:
        return tuple(file for item in self.items for file in item.files)


@dataclass(frozen=True, slots=True)
class SourceEvidence:
    """One source as its readers see it: rows of (label, value, who says so), passages, files."""

    source: LineSource
    facts: CredentialFacts
    rows: tuple[dict, ...]
    passages: tuple[Passage, ...]
    standing: tuple[str, str, str]
    files: tuple[File, ...]
    links: tuple[dict, ...]

    @property
    def title(self) -> str:
        return in_language(self.facts.title)

    @property
    def known(self) -> KnownBody:
        """What the register says of its awarding body, as it counts for the line."""
        return known_body(self.source)

    @property
    def register_moved(self) -> bool:
        """Whether the register says something else today than when the line was complete."""
        now = in_register(self.source)
        counted = (self.known.name, self.known.status, self.known.quality_agency)
        return counted != (now.name, now.status, now.quality_agency)

    @property
    def body(self) -> str:
        return in_language(self.facts.awarding_body.name)


def evidence_of(line: Line, reader: User) -> list[SourceEvidence]:
    """Return the sources of a line in order, in two queries for any number of them.

    Who must not know the applicant reads them without (see `blind.py`).
    """
    mask = blind.mask_for(reader, line)
    sources = line.sources.select_related("credential__award", *REGISTER)
    return [_of_source(source, mask) for source in sources.prefetch_related("documents")]


def answers_to(line: Line, reader: User) -> list[Answer]:
    """Return the questions that applicant and issuers answered, with the files of the answers."""
    mask = blind.mask_for(reader, line)
    asked = line.information_requests.exclude(answered_at=None).select_related("inquiry")
    return [
        Answer(
            inquiry=getattr(one, "inquiry", None),
            answered_at=one.answered_at,
            items=tuple(
                AnsweredItem(
                    mask(item.text),
                    mask(item.answer),
                    tuple(_files(item.documents.all(), mask)),
                )
                for item in one.items.all()
            ),
        )
        for one in asked.prefetch_related("items__documents")
    ]


def note_of(line: Line, reader: User) -> str:
    """Return what the applicant wrote to the committee."""
    return blind.mask_for(reader, line)(line.note)


def assessed_passages(
    line: Line, reader: User
) -> list[tuple[SupplementaryAssessment, list[Passage]]]:
    """Return what each assessment that was taken found, outcome by outcome, to be cited."""
    mask = blind.mask_for(reader, line)
    return [
        (one, [_of_result(one, number, row, mask) for row in one.results.all()])
        for number, one in enumerate(line.assessments.assessed(), start=1)
    ]


def _of_result(
    assessment: SupplementaryAssessment, number: int, row: AssessedOutcome, mask: blind.Mask
) -> Passage:
    day = longdate(timezone.localdate(assessment.held_at or assessment.ended_at))
    word = _("Met.") if row.is_met else _("Not met.")
    text = f"{word} {mask(row.note)}".strip()
    place = _("Supplementary assessment of %(day)s, outcome %(number)s")
    return Passage(
        key=f"a{number}-{row.outcome.order}",
        source=None,
        place=place % {"day": day, "number": row.outcome.order},
        text=text,
        language="",
        texts=text,
        is_outcome=False,
        result=row.pk,
        outcome=row.outcome_id,
    )


@dataclass(frozen=True, slots=True)
class Added:
    """What the applicant wrote or sent after a decision: a title, the words, the files."""

    title: str
    day: date
    text: str
    files: tuple[File, ...]


def added_later(line: Line, reader: User) -> list[Added]:
    """Return what came with objections, appeals and new evidence, oldest first; four queries."""
    mask = blind.mask_for(reader, line)
    found = [
        Added(
            _("Appeal") if one.is_appeal else _("Objection"),
            one.filed_on,
            mask(one.grounds),
            tuple(_files(one.documents.all(), mask)),
        )
        for one in line.objections.prefetch_related("documents")
    ]
    found += [
        Added(
            str(one.get_reason_display()),
            timezone.localdate(one.opened_at),
            mask(one.text),
            tuple(_files(one.documents.all(), mask)),
        )
        for one in line.reopenings.prefetch_related("documents")
    ]
    return sorted(found, key=lambda one: one.day)


def files_for(documents: Iterable[Document], line: Line, reader: User) -> list[File]:
    """Return files of a line as a reader may see them."""
    return list(_files(documents, blind.mask_for(reader, line)))


def _of_source(source: LineSource, mask: blind.Mask) -> SourceEvidence:
    facts = mask.facts(facts_of(source))
    return SourceEvidence(
        source=source,
        facts=facts,
        rows=tuple(_rows(facts, source)),
        passages=tuple(_passages(facts, source)),
        standing=standing_of(source, mask),
        files=tuple(_files(source.documents.all(), mask)),
        links=tuple(mask.links(source.links)),
    )


def _files(documents: Iterable[Document], mask: blind.Mask) -> Iterator[File]:
    for document in documents:
        name, title = mask.name_of(document), mask.title_of(document)
        yield File(document.uuid, name, title, document.size, mask.shows(document))


def standing_of(source: LineSource, mask: blind.Mask = blind.OPEN) -> tuple[str, str, str]:
    """Return how genuine a source is: a word, its colour, and a sentence.

    What could not be checked is never called bad.
    """
    credential = source.credential
    if credential and credential.origin == Origin.AWARD:
        if credential.award.revoked_at:
            day = {"day": longdate(credential.award.revoked_at)}
            return _("Revoked"), "bad", _("Revoked on %(day)s by the institution.") % day
        if credential.award.suspended_at:
            day = {"day": longdate(credential.award.suspended_at)}
            return _("Suspended"), "bad", _("Suspended on %(day)s by the institution.") % day
        return _("Valid"), "ok", _("Awarded and signed in this portal.")
    if source.verification:
        result = verification.told(source.verification)
        stranger = _issued_to_another(source)
        if stranger and mask.hides:
            stranger = _("It names another holder than the one who applies. Ask the registrar.")
        if stranger:
            return result.title, "warn", f"{result.text} {stranger}"
        return result.title, result.kind, result.text
    if credential and credential.origin == Origin.SELF_DECLARED:
        return _("Self-declared"), "", _("Nobody has confirmed this yet.")
    return _("File kept"), "", _("Nobody signed it in a way that can be checked.")


def _issued_to_another(source: LineSource) -> str:
    """Return a warning when the credential names another person than the one who applies."""
    holder, applicant = facts_of(source).holder, source.line.case.applicant
    if not holder or not holder.name or _name_parts(holder.name) & _name_parts(applicant.name):
        return ""
    said = _("It was issued to %(holder)s, and %(applicant)s applies. Is this the same person?")
    return said % {"holder": holder.name, "applicant": applicant.name}


def _name_parts(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return set("".join(c for c in plain if not unicodedata.combining(c)).split())


def _rows(facts: CredentialFacts, source: LineSource) -> Iterator[dict]:
    """Yield what the credential says, each value with who says so; unknown values are left out."""
    hours = number(facts.hours)
    level = _("EQF %(level)s") % {"level": facts.eqf_level} if facts.eqf_level else ""
    said = (
        ("title", _("Title"), in_language(facts.title)),
        ("holder", _("Issued to"), facts.holder.name if facts.holder else ""),
        ("awarding_body", _("Awarding body"), in_language(facts.awarding_body.name)),
        ("country", _("Country"), country_name(facts.awarding_body.country)),
        ("platform", _("Platform"), in_language(facts.platform.name) if facts.platform else ""),
        ("type", _("What it is"), label_of(v.CredentialType, facts.type)),
        ("issued_on", _("Date"), longdate(facts.awarded_on or facts.issued_on)),
        ("eqf_level", _("Level"), level),
        ("ects", _("Credits"), ects(facts.ects)),
        ("hours", _("Workload"), _("%(hours)s hours") % {"hours": hours} if hours else ""),
        ("grade", _("Grade"), facts.grade.value if facts.grade else ""),
        ("assessment_type", _("Assessment"), label_of(v.AssessmentType, facts.assessment_type)),
        ("supervision", _("Identity check"), label_of(v.Supervision, facts.supervision)),
        ("participation_form", _("Form"), label_of(v.ParticipationForm, facts.participation_form)),
        (
            "quality_assurance",
            _("Quality assurance"),
            label_of(v.QualityAssurance, facts.quality_assurance),
        ),
        ("language", _("Language"), language_name(facts.language)),
    )
    for name, label, value in said:
        if value:
            yield {"label": label, "value": value, "note": who_says(source, name)}


def who_says(source: LineSource, name: str) -> str:
    """Return on whose word a fact rests, "" when it is this portal's own."""
    if source.credential and source.credential.origin == Origin.AWARD:
        return ""
    words = {"signed": _("From the signed file"), "stated": _("Stated by the applicant")}
    return words.get(source.provenance.get(name, ""), "")


def label_of(choices: type, code: str) -> str:
    """Return the label of a code of a closed list, the code itself when it is not in it."""
    return str(choices(code).label) if code in choices.values else code


def _passages(facts: CredentialFacts, source: LineSource) -> Iterator[Passage]:
    for index, outcome in enumerate(facts.outcomes, start=1):
        yield _passage(
            source, f"o{index}", _("outcome %(number)s") % {"number": index}, outcome.text, facts
        )
    texts = (
        ("d", facts.description, _("description, sentence %(number)s")),
        ("a", facts.assessment_criteria, _("assessment, sentence %(number)s")),
        ("f", facts.further_information, _("further information, sentence %(number)s")),
    )
    for letter, whole, place in texts:
        phrase = original(whole, (facts.language,))
        sentences = [s.strip() for s in SENTENCE_END.split(phrase.text) if s.strip()]
        for index, sentence in enumerate(sentences, start=1):
            text = {phrase.language: sentence} if phrase.language else sentence
            yield _passage(source, f"{letter}{index}", place % {"number": index}, text, facts)


def _passage(
    source: LineSource, name: str, place: str, texts: LanguageMap | str, facts: CredentialFacts
) -> Passage:
    shown = original(texts, (facts.language,))
    return Passage(
        key=f"s{source.position}-{name}",
        source=source.pk,
        place=place,
        text=shown.text,
        language=shown.language,
        texts=texts,
        is_outcome=name.startswith("o"),
    )
