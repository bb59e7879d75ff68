"""The only place that says in a European Digital Credential what was to be learned and assessed.

The course is a Qualification: level, field, credits, workload, mode, learning outcomes, quality
assurance. What the model has no property for is a note whose subject names the fact.
"""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from credentials import vocabulary
from credentials.standards import codes, grading_words
from credentials.standards.elm_vocabulary import (
    ASSESSMENT,
    COURSE_CODE,
    ECTS,
    ESCO_SKILL,
    GRADING,
    SUPERVISION_PLACES,
    TYPE_URIS,
    Nodes,
    concept,
    duration,
    language,
    own,
    published,
)
from credentials.standards.facts import CredentialFacts, GradeFacts, OutcomeFacts
from credentials.standards.open_badges_alignments import plain
from credentials.vocabulary import ISCED_F_URI, SNB, eqf_uri


def qualification(facts: CredentialFacts, nodes: Nodes, agency: dict) -> dict:
    """Return the course as a Qualification.

    `agency` is the organisation that assures its quality, {} when not enough of it is known.
    """
    accredited = _accreditation(facts, nodes, agency)
    return nodes.make(
        "Qualification",
        identifier=_code(facts, nodes),
        title=nodes.texts(facts.title),
        description=nodes.texts(facts.description),
        dcType=nodes.coded(facts.type, vocabulary.CredentialType, TYPE_URIS),
        homepage=nodes.web(facts.course_url),
        language=language(facts.language),
        mode=nodes.coded(
            facts.participation_form, vocabulary.ParticipationForm, vocabulary.PARTICIPATION_URIS
        ),
        thematicArea=_field(facts.isced_f),
        creditPoint=credits(facts, nodes),
        volumeOfLearning=duration(facts.hours),
        entryRequirement=nodes.note(facts.prerequisites),
        learningOutcome=_outcomes(facts.outcomes, nodes),
        provenBy=assessment(facts, nodes) if not facts.grade else {},
        accreditation=accredited,
        additionalNote=[
            nodes.note(facts.further_information),
            *_notes(facts, nodes, assured=bool(accredited)),
        ],
        **_level(facts, nodes),
        **_stack(facts, nodes),
    )


def _code(facts: CredentialFacts, nodes: Nodes) -> dict:
    if not facts.course_code:
        return {}
    return nodes.make(
        "Identifier",
        notation=facts.course_code,
        schemeName=COURSE_CODE,
        schemeVersion=facts.course_version,
    )


def _field(code: str) -> dict:
    name = codes.isced_f_name(code)
    return concept(ISCED_F_URI + code, {"en": name} if name else {}) if code else {}


def credits(facts: CredentialFacts, nodes: Nodes) -> dict:
    """Return the ECTS credits, {} when they are not known."""
    return nodes.once("credits", lambda: credit_point(facts.ects, nodes))


def credit_point(ects: Decimal | None, nodes: Nodes) -> dict:
    """Return ECTS credits as a node of its own, {} for None."""
    if ects is None:
        return {}
    return nodes.make("CreditPoint", framework=published(ECTS), point=plain(ects))


def _level(facts: CredentialFacts, nodes: Nodes) -> dict[str, Any]:
    level: dict[str, Any] = {}
    others = []
    if facts.eqf_level is not None:
        level["eqfLevel"] = published(eqf_uri(facts.eqf_level))
    if facts.cycle:
        others.append(own(facts.cycle, nodes.labels(vocabulary.Cycle(facts.cycle).label)))
    if facts.nqf_level:
        name, code = nodes.line(facts.nqf_level), codes.nqf_level_code(facts.nqf_level)
        if code:
            level["nqfLevel"] = concept(f"{SNB}qdr/{code}", name)
        else:
            others.append(own("nqf_level", name))
    return {**level, "educationLevel": others}


def _outcomes(outcomes: tuple[OutcomeFacts, ...], nodes: Nodes) -> list[dict]:
    taken: set[str] = set()
    found = []
    for outcome in outcomes:
        skills = [(uri, concept(uri, nodes.line(label))) for uri, label in outcome.skills]
        address = outcome.url if outcome.url not in taken else ""
        taken.add(address)
        code = nodes.make("Identifier", notation=outcome.code) if outcome.code else {}
        found.append(
            nodes.make(
                "LearningOutcome",
                address,
                identifier=code,
                title=nodes.texts(outcome.text),
                relatedESCOSkill=[node for uri, node in skills if uri.startswith(ESCO_SKILL)],
                relatedSkill=[node for uri, node in skills if not uri.startswith(ESCO_SKILL)],
            )
        )
    return [outcome for outcome in found if "title" in outcome]


def assessment(facts: CredentialFacts, nodes: Nodes) -> dict:
    """Return how the learning is assessed, {} when nothing is known of it."""
    kind, grade = facts.assessment_type, facts.grade
    scheme = _scheme(grade, nodes) if grade else {}
    supervised: dict = {}
    if facts.supervision and not grade:  # with a grade, the assessment that took place says it
        node = supervision(facts, nodes)
        supervised = nodes.note(node["prefLabel"], node)
    if not (kind or scheme or supervised or any(facts.assessment_criteria.values())):
        return {}
    return nodes.make(
        "LearningAssessmentSpecification",
        title=nodes.labels(vocabulary.AssessmentType(kind).label if kind else ASSESSMENT),
        description=nodes.texts(facts.assessment_criteria),
        dcType=nodes.coded(kind, vocabulary.AssessmentType, vocabulary.ASSESSMENT_URIS),
        mode=_held(facts, nodes),
        gradingScheme=scheme,
        additionalNote=supervised,
    )


def _held(facts: CredentialFacts, nodes: Nodes) -> dict:
    place = SUPERVISION_PLACES.get(facts.supervision, "")
    return nodes.coded(place, vocabulary.ParticipationForm, vocabulary.PARTICIPATION_URIS)


def supervision(facts: CredentialFacts, nodes: Nodes) -> dict:
    """Return the supervision of the assessment, {} when it is not known."""
    return nodes.coded(facts.supervision, vocabulary.Supervision, vocabulary.SUPERVISION_URIS)


def _scheme(grade: GradeFacts, nodes: Nodes) -> dict:
    """Return a grading scheme: the model knows it by name and in words only."""
    if not (grade.scale_name or grade.scale or grade.passed_from):
        return {}
    described = {
        tag: grading_words.worded(grade, tag, named=False) for tag in nodes.labels(GRADING)
    }
    title = nodes.line(grade.scale_name) or nodes.labels(GRADING)
    return nodes.make("GradingScheme", title=title, description=described)


def _accreditation(facts: CredentialFacts, nodes: Nodes, agency: dict) -> dict:
    closed_list = vocabulary.QualityAssurance
    if not agency or facts.quality_assurance not in vocabulary.QUALITY_URIS:
        return {}
    return nodes.make(
        "Accreditation",
        title=nodes.labels(closed_list(facts.quality_assurance).label),
        dcType=nodes.coded(facts.quality_assurance, closed_list, vocabulary.QUALITY_URIS),
        accreditingAgent=agency,
        landingPage=nodes.web(facts.quality_url),
    )


def _notes(facts: CredentialFacts, nodes: Nodes, *, assured: bool) -> list[dict]:
    """Return the facts for which the model has no property, or only with what we do not know.

    An Accreditation must name its agency with the country of that agency.
    """
    found = []
    kind = nodes.coded(
        facts.quality_assurance, vocabulary.QualityAssurance, vocabulary.QUALITY_URIS
    )
    if kind and not assured:
        found.append(nodes.note(kind["prefLabel"], kind))
    texts = {}
    if not assured:
        texts["quality_agency"] = facts.quality_agency, _("Quality assurance agency")
        texts["quality_url"] = facts.quality_url, _("Quality assurance: where to read about it")
    if facts.hours_per_ects is not None:
        words = f"1 ECTS = {plain(facts.hours_per_ects)} h"
        texts["hours_per_ects"] = words, _("Hours for one credit")
    if facts.course_version and not facts.course_code:
        texts["course_version"] = facts.course_version, _("Version of the course")
    for name, (text, label) in texts.items():
        found.append(nodes.note(nodes.line(text), own(name, nodes.labels(label))))
    return found


def _stack(facts: CredentialFacts, nodes: Nodes) -> dict[str, Any]:
    whole = nodes.texts(facts.stackable_towards)
    stack: dict[str, Any] = {"isPartOf": nodes.make("Qualification", title=whole) if whole else {}}
    if facts.stackability:
        stack["isPartialQualification"] = facts.stackability == vocabulary.Stackability.STACKABLE
    return stack
