"""The only place that writes a degree or a transcript of records as ELMO 1.7, which EMREX carries.

One report of the awarding body with the programme, its components as its parts and, for a degree,
the element `diplomaSupplement`. What a credential can say stands in the elements and in our
`extension`, as `elmo` writes it; terms are groups.

The schema has no elements for the title conferred, the administering institution, the duration in
semesters, the mode of study, a classification beside the final grade, how it is found, what the
degree opens, sources, signature, education system, the status of a body and micro-credentials
beside the degree. Of a degree, the words of the supplement say them; of a transcript, they are
left out, as are the programme's credits and final grade: its credits are those achieved so far. An
e-mail address is left out of both. Regions and what was recognised stand in words and in the
extension.
"""

from collections.abc import Sequence
from datetime import datetime

from lxml import etree

from credentials.language import clean_text
from credentials.standards import degree_statements, elmo
from credentials.standards.diploma_facts import DegreeFacts, GradeDistribution
from credentials.standards.elmo import Attachment, add
from credentials.standards.elmo_supplement import add_supplement
from credentials.standards.elmo_vocabulary import NAMESPACE
from credentials.standards.facts import CredentialFacts, GradeFacts

SCHEME = "scale-1"
TERMS = "term"
IN_PROGRESS = "in-progress"
# What stands behind the credits in an instance, of what `elmo` writes; the schema has an order.
AFTER_RESULTS = ("credit", "level", "languageOfInstruction", "engagementHours", "attachments")


def write(
    facts: DegreeFacts,
    *,
    generated: datetime,
    language: str = "en",
    files: Sequence[Attachment] = (),
) -> bytes:
    """Return the ELMO document of a degree, an interim award or a transcript, in UTF-8.

    `generated` is an aware moment; `language` one of the portal's, in which the supplement is
    written; `files` go along with the programme, such as the printed document as PDF.
    """
    root = elmo.new_document(degree_statements.holder(facts), generated)
    report = add(root, "report")
    elmo.add_issuer(report, facts.awarding_body)
    numbers = [str(number) for number, _file in enumerate(files, start=1)]
    said = degree_statements.of_degree(facts)
    programme = elmo.add_specification(report, said, _scheme(facts, said), numbers)
    issued = said.issued_on or generated
    _complete(programme, facts, language, issued)
    _parts(programme, facts)
    add(report, "issueDate", issued.isoformat(timespec="seconds"))
    if scale := _scale(facts):
        elmo.add_scheme(report, SCHEME, scale)
    for number, file in zip(numbers, files, strict=True):
        elmo.add_attachment(report, number, file)
    _groups(root, facts)
    return elmo.in_bytes(root)


def _scale(facts: DegreeFacts) -> GradeFacts | None:
    return degree_statements.grade(facts, "-") if facts.grade_scale or facts.passed_from else None


def _scheme(facts: DegreeFacts, said: CredentialFacts) -> str:
    return SCHEME if said.grade and _scale(facts) else ""


def _instance(specification: etree._Element) -> etree._Element:
    path = f"{{{NAMESPACE}}}specifies/{{{NAMESPACE}}}learningOpportunityInstance"
    return specification.find(path)


def _complete(
    programme: etree._Element, facts: DegreeFacts, language: str, issued: datetime
) -> None:
    """Add to the programme what only a programme has."""
    instance = _instance(programme)
    if facts.kind == degree_statements.TRANSCRIPT:
        status = instance.find(f"{{{NAMESPACE}}}status")
        if facts.graduated_on:  # the studies ended, with a degree or without: no word for both
            instance.remove(status)
        else:
            status.text = IN_PROGRESS
    if facts.distribution:
        _distribution(instance, facts, facts.distribution)
    if facts.kind != degree_statements.TRANSCRIPT:
        add_supplement(instance, facts, language, issued.date())


def _distribution(
    instance: etree._Element, facts: DegreeFacts, distribution: GradeDistribution
) -> None:
    element = add(instance, "resultDistribution")
    for share in distribution.shares:
        add(element, "category", label=clean_text(share.grade), count=str(share.count))
    said = degree_statements.in_words(
        facts, lambda tag: degree_statements.distribution_in_words(distribution, tag)
    )
    elmo.add_texts(element, "description", said)
    later = [f"{{{NAMESPACE}}}{name}" for name in AFTER_RESULTS]
    first = next((one for one in instance if one.tag in later), None)
    if first is not None:
        first.addprevious(element)


def _parts(programme: etree._Element, facts: DegreeFacts) -> None:
    """Add the components, each as a course with its result, before the programme's extension."""
    terms = _terms(facts)
    extension = programme[-1]
    for component in facts.components:
        part = add(programme, "hasPart")
        extension.addprevious(part)
        said = degree_statements.of_component(facts, component)
        course = elmo.add_specification(part, said, _scheme(facts, said), ())
        if component.term:
            number = str(terms.index(component.term) + 1)
            add(_instance(course), "grouping", component.term, typeref=TERMS, idref=number)


def _terms(facts: DegreeFacts) -> list[str]:
    return list(dict.fromkeys(one.term for one in facts.components if one.term))


def _groups(root: etree._Element, facts: DegreeFacts) -> None:
    """Add the terms in which components were achieved, as groups."""
    terms = _terms(facts)
    if not terms:
        return
    kind = add(add(root, "groups"), "groupType", id=TERMS)
    elmo.add_texts(
        kind, "title", degree_statements.in_words(facts, lambda _l: degree_statements.TERM)
    )
    for number, term in enumerate(terms, start=1):
        group = add(kind, "group", id=str(number), sortingKey=f"{number:04}")
        add(group, "title", term)
