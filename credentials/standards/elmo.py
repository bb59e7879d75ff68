"""The only place that writes ELMO 1.7, the XML of EMREX, for the credentials of one learner.

One report for each awarding body. What the schema has no element for stands in the description
of the course in words, and in its `extension` for machines (`elmo_extension`). The signed
credential goes along as an attachment of the type "Micro Credential".
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from lxml import etree

from credentials.language import DOCUMENT_LANGUAGES, LanguageMap, clean_text, in_language
from credentials.standards import elmo_extension as extension
from credentials.standards import grading_words
from credentials.standards.elmo_read import attachments, read
from credentials.standards.elmo_vocabulary import (
    CREDIT_LEVELS,
    LOS_TYPES,
    NAMELESS,
    NAMESPACE,
    OWN_ID,
    knows_country,
)
from credentials.standards.elmo_words import descriptions
from credentials.standards.facts import BodyFacts, CredentialFacts, GradeFacts, HolderFacts
from credentials.standards.open_badges_alignments import plain

MICRO_CREDENTIAL = "Micro Credential"

__all__ = ["Attachment", "attachments", "read", "write"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along; `type` is one of the attachment types of the schema."""

    content: bytes = field(repr=False)
    media_type: str
    title: LanguageMap
    type: str = MICRO_CREDENTIAL


def write(
    holder: HolderFacts,
    credentials: Sequence[CredentialFacts],
    *,
    generated: datetime,
    files: Mapping[str, Sequence[Attachment]] | None = None,
) -> bytes:
    """Return the ELMO document of a learner in UTF-8.

    `generated` is an aware moment, `files` what goes along with each credential, by its id.
    Raises ValueError without credentials: the schema asks for a report.
    """
    if not credentials:
        raise ValueError("An ELMO document needs a credential.")
    root = new_document(holder, generated)
    by_body: dict[str, list[CredentialFacts]] = {}
    for facts in credentials:
        by_body.setdefault(repr(facts.awarding_body), []).append(facts)
    numbers = _Numbers()
    for group in by_body.values():
        _report(root, group, generated, files or {}, numbers)
    return in_bytes(root)


def new_document(holder: HolderFacts, generated: datetime) -> etree._Element:
    """Return the element `elmo` with its date and its learner."""
    root = etree.Element(_name("elmo"), nsmap={None: NAMESPACE})
    add(root, "generatedDate", generated.isoformat(timespec="seconds"))
    _learner(root, holder)
    return root


def in_bytes(root: etree._Element) -> bytes:
    """Return a document in UTF-8."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


@dataclass(slots=True)
class _Numbers:
    """Numbers attachments and grading schemes: each is unique in the whole document."""

    attachment: int = 0
    scheme: int = 0


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """Append an element with a text of which hidden characters are dropped, and return it."""
    element = etree.SubElement(parent, _name(name), attributes)
    element.text = clean_text(text) or None
    return element


def add_texts(parent: etree._Element, name: str, texts: LanguageMap) -> None:
    """Append an element for each language of a text."""
    for language, text in texts.items():
        if text:
            add(parent, name, text).set(extension.LANG, language)


def add_identifiers(parent: etree._Element, known: Sequence[tuple[str, str]]) -> None:
    """Append an element for each (type, identifier) that is not empty."""
    for kind, value in known:
        if value:
            add(parent, "identifier", value, type=clean_text(kind))


def _learner(root: etree._Element, holder: HolderFacts) -> None:
    """Write the learner; a name that nobody has taken apart is all family name."""
    learner = add(root, "learner")
    known = (("studentNumber", holder.student_number), ("email", holder.email), (OWN_ID, holder.id))
    add_identifiers(learner, known)
    split = bool(holder.given_name and holder.family_name)
    add(learner, "givenNames", holder.given_name if split else "")
    add(learner, "familyName", holder.family_name if split else holder.name)
    if holder.birth_date:
        add(learner, "bday", holder.birth_date.isoformat())


def _report(
    root: etree._Element,
    credentials: Sequence[CredentialFacts],
    generated: datetime,
    files: Mapping[str, Sequence[Attachment]],
    numbers: _Numbers,
) -> None:
    report = add(root, "report")
    add_issuer(report, credentials[0].awarding_body)
    schemes: dict[str, GradeFacts] = {}
    going_along: dict[str, Attachment] = {}
    for facts in credentials:
        references = []
        for attachment in files.get(facts.id, ()):
            numbers.attachment += 1
            references.append(str(numbers.attachment))
            going_along[references[-1]] = attachment
        scheme = _scheme(facts.grade, schemes, numbers)
        add_specification(report, facts, scheme, references)
    moments = [facts.issued_on for facts in credentials if facts.issued_on]
    add(report, "issueDate", max(moments, default=generated).isoformat(timespec="seconds"))
    for number, grade in schemes.items():
        add_scheme(report, number, grade)
    for number, attachment in going_along.items():
        add_attachment(report, number, attachment)


def add_issuer(report: etree._Element, body: BodyFacts) -> None:
    """Append who issues a report."""
    issuer = add(report, "issuer")
    if knows_country(body.country):
        add(issuer, "country", body.country)
    known = [(identifier.scheme, identifier.value) for identifier in body.identifiers]
    if body.id:
        known.append((OWN_ID, body.id))
    # The schema asks for an identifier; a body without any is known by its name alone.
    add_identifiers(issuer, known or [(NAMELESS, in_language(body.name))])
    add_texts(issuer, "title", body.name)
    add(issuer, "url", body.url)


def add_scheme(report: etree._Element, number: str, grade: GradeFacts) -> None:
    """Append the scheme of a grade, worded in all languages that we speak."""
    element = add(report, "gradingScheme", localId=number)
    for language in DOCUMENT_LANGUAGES:
        add_texts(
            element, "description", {language: grading_words.worded(grade, language, named=True)}
        )


def _scheme(grade: GradeFacts | None, schemes: dict[str, GradeFacts], numbers: _Numbers) -> str:
    """Return the id of the scheme of a grade in this report, "" when nothing is known of it."""
    if not grade or not (grade.scale_name or grade.scale or grade.passed_from):
        return ""
    for number, known in schemes.items():
        if grading_words.worded(known, "en", named=True) == grading_words.worded(
            grade, "en", named=True
        ):
            return number
    numbers.scheme += 1
    schemes[f"scale-{numbers.scheme}"] = grade
    return f"scale-{numbers.scheme}"


def add_specification(
    report: etree._Element, facts: CredentialFacts, scheme: str, references: Sequence[str]
) -> etree._Element:
    """Append a course with its result, and return it.

    `scheme` is the id of the grading scheme, `references` those of attachments of the report.
    """
    element = add(report, "learningOpportunitySpecification")
    add_identifiers(element, [("local", facts.course_code)])
    add_texts(element, "title", facts.title)
    if facts.type in LOS_TYPES:
        add(element, "type", LOS_TYPES[facts.type])
    if facts.isced_f:
        add(element, "iscedCode", facts.isced_f)
    if facts.course_url:
        add(element, "url", facts.course_url)
    add_texts(element, "description", descriptions(facts))
    specifies = add(element, "specifies")
    _instance(add(specifies, "learningOpportunityInstance"), facts, scheme, references)
    add(element, "extension").append(extension.write(facts))
    return element


def _instance(
    element: etree._Element, facts: CredentialFacts, scheme: str, references: Sequence[str]
) -> None:
    add_identifiers(element, [("certificate", facts.number), (OWN_ID, facts.id)])
    day: date | None = facts.awarded_on or (facts.issued_on.date() if facts.issued_on else None)
    for name, value in (("start", facts.activity_from), ("date", day)):
        if value:
            add(element, name, value.isoformat())
    add(element, "status", "passed")
    if scheme:
        add(element, "gradingSchemeLocalId", scheme)
    if facts.grade:
        add(element, "resultLabel", facts.grade.value)
    if facts.ects is not None:
        credit = add(element, "credit")
        add(credit, "scheme", "ects")
        if facts.cycle in CREDIT_LEVELS:
            add(credit, "level", CREDIT_LEVELS[facts.cycle])
        add(credit, "value", plain(facts.ects))
    for kind, stated in (("EQF", facts.eqf_level), ("NQF", facts.nqf_level)):
        if stated:
            level = add(element, "level")
            add(level, "type", kind)
            add(level, "value", str(stated))
    if facts.language:
        add(element, "languageOfInstruction", facts.language)
    if facts.hours is not None:
        add(element, "engagementHours", plain(facts.hours))
    if references:
        attached = add(element, "attachments")
        for reference in references:
            add(attached, "ref", reference)


def add_attachment(report: etree._Element, number: str, attachment: Attachment) -> None:
    """Append a file that goes along with a report under the id `number`."""
    element = add(report, "attachment")
    add(element, "identifier", number, type="internal")
    add_texts(element, "title", attachment.title)
    add(element, "type", attachment.type)
    encoded = base64.b64encode(attachment.content).decode()
    add(element, "content", f"data:{attachment.media_type};base64,{encoded}")
