"""The only place that writes a degree as European Digital Credential with Diploma Supplement.

European Learning Model 3, application profile "EDC - Diploma Supplement" 1.1 (2023), on top of
the generic and the accredited one. What all credentials have is written by `elm`; here are the
components, the grade distribution, what the degree entitles to, and the accreditation.

Where a section of the Diploma Supplement has no property, a note stands with a concept of our
own that says what it is about. What the model cannot carry: a grade that nobody has in the
distribution (counts begin at one) and the single facts of micro-credentials beside the degree
(a credential has one claim): these are a line of text each. An e-mail address stays out, and the
agency that the register knows where the accreditation names one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials import vocabulary
from credentials.language import LanguageMap
from credentials.standards import codes, degree_statements, elm, values
from credentials.standards import elm_specification as specification
from credentials.standards.diploma_facts import DegreeFacts
from credentials.standards.elm_components import PASSED, Awards, components
from credentials.standards.elm_vocabulary import (
    OWN,
    Nodes,
    concept,
    country,
    language,
    own,
    published,
    reference,
    stated,
)
from credentials.standards.facts import BodyFacts, CredentialFacts
from credentials.vocabulary import SNB

SHAPES = "http://data.europa.eu/snb/model/ap/edc-diploma-supplement"
PROFILE = SNB + "credential/6dff8a0f87"
# Not in the XSD files of the model; EVIDENCE_TYPE_ACCREDITATION of the Commission's EDC software.
ACCREDITED = SNB + "evidence-type/c_991b06c6"
STUDY, OCCUPATION = SNB + "entitlement/64aad92881", SNB + "entitlement/52f62180c2"
PROSPECTIVE = SNB + "entitlement-status/5b8d6b34fb"  # to apply for it, not to have it
MONTHS_OF_SEMESTER = 6

_STATUS = gettext_lazy("Status of the awarding institution")
_SIGNATORY = gettext_lazy("Signed by")
_CAPACITY = gettext_lazy("Capacity")
_SYSTEM = gettext_lazy("National higher education system")
_CLASSIFICATION = gettext_lazy("Overall classification")
_SOURCES = gettext_lazy("Further information sources")
_FURTHER_STUDY = gettext_lazy("Access to further study")
_PROFESSION = gettext_lazy("Access to a regulated profession")


def write(
    facts: DegreeFacts,
    *,
    issuer: BodyFacts | None = None,
    languages: Sequence[str] = (),
    image: bytes | None = None,
) -> dict:
    """Return the unsigned credential that states a degree or an interim award.

    `issuer` as made by `elm.sealing`, `image` a PNG; both are needed to be complete. Names the
    profile of the Diploma Supplement when `problems` finds nothing, else the generic one. Holds
    the birth date and the student number, as the supplement does, but no e-mail. Raises
    ValueError for a transcript: nothing is awarded yet.
    """
    if facts.kind == degree_statements.TRANSCRIPT:
        raise ValueError("A transcript states no award.")
    said = _said(facts)
    nodes = elm.nodes_of(said, languages)
    issuer = issuer or facts.awarding_body
    award = _award(facts, said, issuer, nodes)
    agency = facts.accreditation.agency if facts.accreditation else None
    claim = elm.achievement(said, nodes, award, agency)
    _qualification(facts, claim["specifiedBy"], award, nodes)
    _assessment(facts, claim["provenBy"], nodes)
    entitlements = list(_entitlements(facts, award, nodes))
    add(claim, entitlesTo=entitlements, additionalNote=list(_notes(facts, nodes)))
    achieved, assessed = components(facts, claim["provenBy"], Awards(award, issuer, nodes))
    add(claim, hasPart=achieved)
    add(claim["provenBy"], hasPart=assessed)
    document = elm.envelope(said, nodes, claim, issuer=issuer, image=image, identified=True)
    if not problems(facts):
        document["credentialSchema"] = {**document["credentialSchema"], "id": SHAPES}
        document["credentialProfiles"] = published(PROFILE)
        document["evidence"] = nodes.make(
            "Evidence",
            dcType=concept(ACCREDITED, {"en": "Accreditation"}),
            accreditation=claim["specifiedBy"]["accreditation"],
        )
    return document


def problems(facts: DegreeFacts) -> list[str]:
    """Return what the profile of the Diploma Supplement asks for and is not known, in sentences.

    `sh:minCount` of EDC-diplomaSupplement and EDC-accredited. What the generic profile asks for,
    `elm.problems` tells from the document.
    """
    holder, accreditation = facts.holder, facts.accreditation
    agency = accreditation.agency if accreditation else None
    wanted = (
        (holder.name, _("The name of the graduate is not stated.")),
        (holder.birth_date, _("The date of birth of the graduate is not stated.")),
        (facts.isced_f, _("The main field of study is not stated.")),
        (
            any(language(tag) for tag in facts.languages),
            _("The language of instruction is not stated."),
        ),
        (
            codes.nqf_level_code(facts.nqf_level),
            _("The level is not stated as one of a national qualifications framework."),
        ),
        (facts.semesters, _("The duration of the programme is not stated.")),
        (facts.mode, _("The mode of study is not stated.")),
        (any(facts.outcomes.values()), _("The learning outcomes of the programme are not stated.")),
        (
            degree_statements.of_degree(facts).ects,
            _("The credits of the programme are not stated."),
        ),
        (
            accreditation
            and accreditation.kind in vocabulary.QUALITY_URIS
            and agency
            and any(agency.name.values())
            and country(agency.country),
            _("The accreditation is not stated with its agency and the agency's country."),
        ),
    )
    return [sentence for known, sentence in wanted if not known]


def add(node: dict, **properties: object) -> None:
    """Add values to the properties of a node, which may have some already."""
    for name, more in properties.items():
        joined = [*values.many(node.get(name)), *values.many(more)]
        node.update(stated({name: joined}))


def _said(facts: DegreeFacts) -> CredentialFacts:
    said = degree_statements.of_degree(facts)
    if not said.grade:  # the model has no assessment without a grade; a degree was passed
        words = Nodes(said.main_language(), (said.main_language(),)).labels(PASSED)
        said = replace(said, grade=degree_statements.grade(facts, next(iter(words.values()))))
    # Section 6.1 is about the graduate: `_notes` puts it beside the achievement.
    rule = facts.classification_rule
    return replace(said, assessment_criteria=rule, further_information={})


def _award(facts: DegreeFacts, said: CredentialFacts, issuer: BodyFacts, nodes: Nodes) -> dict:
    """Return the award: who signed it (7.2, 7.3), the body's status (2.3), the system (8)."""
    award = elm.award(said, issuer, nodes)
    status = facts.awarding_body.status
    known = vocabulary.BodyStatus(status).label if status in vocabulary.BodyStatus.values else ""
    told = {
        "body_status": (nodes.labels(known) if known else {}, _STATUS),
        "signatory": (nodes.line(facts.signatory), _SIGNATORY),
        "capacity": (facts.capacity, _CAPACITY),
    }
    add(award, additionalNote=[_note(name, *text, nodes) for name, text in told.items()])
    system = nodes.texts(facts.education_system)
    if system:
        about = own("education_system", nodes.labels(_SYSTEM))
        award["educationalSystemNote"] = {**about, "definition": system}
    return award


def _note(name: str, texts: LanguageMap, label: object, nodes: Nodes) -> dict:
    return nodes.note(texts, own(name, nodes.labels(label)))


def _qualification(facts: DegreeFacts, node: dict, award: dict, nodes: Nodes) -> None:
    """Complete the qualification with what the profile asks of one (2.1, 2.5, 3.2, 4.1).

    Each Qualification must have a Qualification as its part, and so on without end: only one that
    is its own part, as everything is, keeps that shape. The components stand in the achievement.
    """
    mode, land = facts.mode, country(facts.awarding_body.country)
    known = mode in vocabulary.StudyMode.values
    place = nodes.make("Location", address=nodes.make("Address", countryCode=land))
    bodies = [reference(body) for body in values.many(award["awardingBody"])]
    months = (facts.semesters or 0) * MONTHS_OF_SEMESTER
    node |= stated(
        {
            "altLabel": nodes.line(facts.title_conferred),
            "language": [language(tag) for tag in facts.languages],
            "maximumDuration": f"P{months}M" if months else "",
            "mode": own(mode, nodes.labels(vocabulary.StudyMode(mode).label)) if known else {},
            "creditPoint": specification.credit_point(facts.ects_total, nodes),
            "awardingOpportunity": nodes.make(
                "AwardingOpportunity", awardingBody=bodies, location=place if land else {}
            ),
            "hasPart": reference(node),
        }
    )


def _assessment(facts: DegreeFacts, node: dict, nodes: Nodes) -> None:
    """Add the grade distribution (4.4) and the overall classification (4.5)."""
    if facts.classification and facts.final_grade:
        note = _note("classification", nodes.line(facts.classification), _CLASSIFICATION, nodes)
        add(node, additionalNote=note)
    distribution = facts.distribution
    if not distribution:
        return
    described = degree_statements.in_words(
        facts, lambda tag: degree_statements.distribution_in_words(distribution, tag)
    )
    node["resultDestribution"] = nodes.make(  # so spelt in the published context
        "ResultDistribution",
        description=nodes.texts(described),
        resultCategory=[
            nodes.make("ResultCategory", label=share.grade, count=share.count)
            for share in distribution.shares
            if share.count > 0
        ],
    )


def _entitlements(facts: DegreeFacts, award: dict, nodes: Nodes) -> Iterator[dict]:
    """Return what the degree opens, in the words of sections 5.1 and 5.2."""
    known = (
        (facts.further_study, _FURTHER_STUDY, STUDY),
        (facts.regulated_profession, _PROFESSION, OCCUPATION),
    )
    for texts, label, kind in known:
        if said := nodes.texts(texts):
            title = nodes.labels(label)
            specified = nodes.make(
                "LearningEntitlementSpecification",
                title=title,
                dcType=published(kind),
                entitlementStatus=published(PROSPECTIVE),
            )
            yield nodes.make(
                "LearningEntitlement",
                title=title,
                description=said,
                awardedBy=reference(award),
                specifiedBy=specified,
            )


def _notes(facts: DegreeFacts, nodes: Nodes) -> Iterator[dict]:
    """Return the additional information (6.1, with micro-credentials) and its sources (6.2)."""
    yield nodes.note(facts.additional)
    for number, earned in enumerate(facts.micro_credentials, start=1):
        said = degree_statements.in_words(
            facts, partial(degree_statements.micro_credential, earned)
        )
        about = concept(
            f"{OWN}micro_credential-{number}",
            nodes.texts(earned.title),
            notation="micro_credential",
        )
        yield nodes.note(said, about)
    yield _note("sources", facts.sources, _SOURCES, nodes)
