"""The only place that reads from a European Digital Credential what was learned and how.

Takes the claim (a LearningAchievement), its specification (a Qualification or a
LearningAchievementSpecification), its assessments and its activities, all untrusted.
"""

import re
from decimal import Decimal
from typing import Any

from credentials import vocabulary
from credentials.language import in_language
from credentials.standards import values
from credentials.standards.elm_source import Source
from credentials.standards.elm_vocabulary import (
    COURSE_CODE,
    ECTS,
    OWN,
    SUPERVISION_PLACES,
    TYPE_URIS,
    hours_of,
)
from credentials.standards.facts import OutcomeFacts

MOOC = "http://data.europa.eu/snb/learning-opportunity/17744a2647"
MOST_OUTCOMES = 100
MOST_SKILLS = 50


def course(source: Source, claim: dict) -> dict[str, Any]:
    """Return the facts about the course and its assessment, by their names in CredentialFacts."""
    spec = source.node(claim.get("specifiedBy"))
    activities = source.nodes(claim.get("influencedBy"))
    return {
        "title": values.language_map(claim.get("title")) or values.language_map(spec.get("title")),
        "description": values.language_map(spec.get("description"))
        or values.language_map(claim.get("description")),
        "type": _type(source, spec),
        "outcomes": _outcomes(source, spec.get("learningOutcome")),
        "ects": _ects(source, claim.get("creditReceived"), spec.get("creditPoint")),
        "hours": _hours(source, spec, activities),
        "language": source.language(spec.get("language")),
        "isced_f": _field(source, spec.get("thematicArea")),
        "participation_form": _mode(source, spec, activities),
        "prerequisites": source.note(spec.get("entryRequirement")),
        "course_url": source.web(spec.get("homepage")),
        **_code(source, spec),
        **_level(source, spec),
        **_assessment(source, claim, spec),
        **_quality(source, claim, spec),
        **_stack(source, claim, spec),
        **_notes(source, spec, claim),
    }


def _type(source: Source, spec: dict) -> str:
    for kind in source.nodes(spec.get("dcType")):
        if values.identifier(kind) == MOOC:
            return str(vocabulary.CredentialType.COURSE)
        if code := source.code(kind, vocabulary.CredentialType, TYPE_URIS):
            return code
    return ""


def _outcomes(source: Source, stated: object) -> tuple[OutcomeFacts, ...]:
    found = []
    for outcome in source.nodes(stated)[:MOST_OUTCOMES]:
        text = values.language_map(outcome.get("title"))
        skills = [
            (uri, source.label(skill))
            for name in ("relatedESCOSkill", "relatedSkill")
            for skill in source.nodes(outcome.get(name))
            if (uri := values.url(skill))
        ]
        if text:
            code = source.number(outcome.get("identifier"))[:60]
            url = values.url(outcome)
            found.append(OutcomeFacts(text, code, url, tuple(skills[:MOST_SKILLS])))
    return tuple(found)


def _ects(source: Source, *stated: object) -> Decimal | None:
    for value in stated:
        for credit in source.nodes(value):
            if values.identifier(credit.get("framework")) == ECTS:
                return values.number(credit.get("point"))
    return None


def _hours(source: Source, spec: dict, activities: list[dict]) -> Decimal | None:
    stated = [spec.get("volumeOfLearning")]
    for activity in activities:
        specified = source.node(activity.get("specifiedBy"))
        stated += [activity.get("workload"), specified.get("volumeOfLearning")]
    found = (hours_of(values.line(value, 40)) for value in stated)
    return next((hours for hours in found if hours is not None), None)


def _field(source: Source, stated: object) -> str:
    """Return the code of the most detailed field that is named."""
    uris = [values.identifier(node) for node in source.nodes(stated)]
    found = [
        code
        for uri in uris
        if uri.startswith(vocabulary.ISCED_F_URI)
        and re.fullmatch(r"[0-9]{2,4}", code := uri.removeprefix(vocabulary.ISCED_F_URI))
    ]
    return max(found, key=len, default="")


def _mode(source: Source, spec: dict, activities: list[dict]) -> str:
    specified = [source.node(activity.get("specifiedBy")) for activity in activities]
    for place in (spec, *specified):
        for mode in source.nodes(place.get("mode")):
            if code := source.code(
                mode, vocabulary.ParticipationForm, vocabulary.PARTICIPATION_URIS
            ):
                return code
    return ""


def _code(source: Source, spec: dict) -> dict[str, str]:
    identifiers = source.nodes(spec.get("identifier"))
    ours = [one for one in identifiers if values.line(one.get("schemeName")) == COURSE_CODE]
    chosen = next(iter(ours or identifiers), {})
    return {
        "course_code": values.line(chosen.get("notation"), 100),
        "course_version": values.line(chosen.get("schemeVersion"), 100),
    }


def _level(source: Source, spec: dict) -> dict[str, Any]:
    facts: dict[str, Any] = {"nqf_level": source.label(spec.get("nqfLevel"))[:200]}
    eqf = re.fullmatch(
        re.escape(vocabulary.SNB) + r"eqf/([1-8])",
        values.identifier(values.first(spec.get("eqfLevel"))),
    )
    if eqf:
        facts["eqf_level"] = int(eqf[1])
    for level in source.nodes(spec.get("educationLevel")):
        if code := source.code(level, vocabulary.Cycle, {}):
            facts["cycle"] = code
        elif not facts["nqf_level"]:
            facts["nqf_level"] = source.label(level)[:200]
    return facts


def _assessment(source: Source, claim: dict, spec: dict) -> dict[str, Any]:
    taken = source.nodes(claim.get("provenBy"))
    specified = [source.node(one.get("specifiedBy")) for one in taken]
    specified = [one for one in [*specified, *source.nodes(spec.get("provenBy"))] if one]
    kinds = [kind for one in specified for kind in source.nodes(one.get("dcType"))]
    known = (vocabulary.AssessmentType, vocabulary.ASSESSMENT_URIS)
    code = next((found for kind in kinds if (found := source.code(kind, *known))), "")
    described = (values.language_map(one.get("description")) for one in specified)
    criteria: dict[str, str] = next((text for text in described if text), {})
    if kinds and not code and not criteria:
        # A kind that our lists lack is kept in the issuer's words.
        criteria = values.language_map(kinds[0].get("prefLabel"))
    return {
        "assessment_type": code,
        "assessment_criteria": criteria,
        "supervision": _supervision(source, taken, specified),
    }


def _supervision(source: Source, taken: list[dict], specified: list[dict]) -> str:
    known = (vocabulary.Supervision, vocabulary.SUPERVISION_URIS)
    stated = [one.get("idVerification") for one in taken]
    notes = (note for one in specified for note in source.nodes(one.get("additionalNote")))
    stated += [note.get("subject") for note in notes]
    if code := next((found for value in stated if (found := source.code(value, *known))), ""):
        return code
    uris = {values.identifier(source.node(value)) for value in stated}
    modes = {values.identifier(mode) for one in specified for mode in source.nodes(one.get("mode"))}
    fitting = [
        str(supervision)
        for supervision, place in SUPERVISION_PLACES.items()
        if vocabulary.SUPERVISION_URIS[vocabulary.Supervision(supervision)] in uris
        and vocabulary.PARTICIPATION_URIS[vocabulary.ParticipationForm(place)] in modes
    ]
    return fitting[0] if len(fitting) == 1 else ""


def _quality(source: Source, claim: dict, spec: dict) -> dict[str, str]:
    """Return how quality is assured: for the course, else for the body that awards it."""
    award = source.node(claim.get("awardedBy"))
    bodies = source.nodes(award.get("awardingBody"))
    stated = [spec.get("accreditation"), *(body.get("accreditation") for body in bodies)]
    accreditation = source.node([one for value in stated for one in source.nodes(value)])
    if not accreditation:
        return {}
    agent = source.node(accreditation.get("accreditingAgent"))
    name = values.language_map(agent.get("legalName") or agent.get("prefLabel"))
    pages = (accreditation.get(place) for place in ("landingPage", "homepage", "report"))
    return {
        "quality_assurance": source.code(
            accreditation.get("dcType"), vocabulary.QualityAssurance, vocabulary.QUALITY_URIS
        ),
        "quality_agency": values.line(in_language(name)),
        "quality_url": next((url for page in pages if (url := source.web(page))), ""),
    }


def _stack(source: Source, claim: dict, spec: dict) -> dict[str, Any]:
    partial = values.one(spec.get("isPartialQualification"))
    codes = {
        True: vocabulary.Stackability.STACKABLE.value,
        False: vocabulary.Stackability.STANDALONE.value,
    }
    whole = source.node(spec.get("isPartOf")) or source.node(claim.get("isPartOf"))
    return {
        "stackability": codes[partial] if isinstance(partial, bool) else "",
        "stackable_towards": values.language_map(whole.get("title")),
    }


def _notes(source: Source, spec: dict, claim: dict) -> dict[str, Any]:
    """Return what notes say: by their subject where it names a fact, else as what is to add."""
    facts: dict[str, Any] = {}
    notes = [*source.nodes(spec.get("additionalNote")), *source.nodes(claim.get("additionalNote"))]
    for note in notes:
        subject, texts = note.get("subject"), source.note(note)
        name = source.notation(subject)
        uri = values.identifier(source.node(subject))
        line = values.line(in_language(texts))
        code = source.code(subject, vocabulary.QualityAssurance, vocabulary.QUALITY_URIS)
        rate = re.fullmatch(r"1 ECTS = ([0-9]{1,3}(?:\.[0-9]{1,2})?) h", line)
        if code:
            facts["quality_assurance"] = code
        elif name == "quality_agency" and uri == OWN + name:
            facts[name] = line
        elif name == "quality_url" and uri == OWN + name:
            facts[name] = values.url(line)
        elif name == "course_version" and uri == OWN + name:
            facts[name] = line[:100]
        elif name == "hours_per_ects" and rate:
            facts[name] = Decimal(rate[1])
        elif not subject and texts:
            facts.setdefault("further_information", texts)
    return facts
