"""The only place that writes and reads the MicroHE meta-data of a micro-credential as JSON.

The standard (MicroHE/OEPass, meta-data standard draft, 2018) names properties in four sections
and some for administration; it defines no JSON. The one published serialisation is the JSON
Schema "MicroHE Meta-Data" of Credentify, one flat object of texts, numbers and one truth value;
its names are used here, misspellings included. Texts stand in one language (`refLanguage`).
What the standard has no property for stands in `additionalNote`, a line each.
"""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from credentials import vocabulary
from credentials.language import DOCUMENT_LANGUAGES, in_language, on_paper
from credentials.standards import grading_words, values
from credentials.standards.facts import (
    BodyFacts,
    CredentialFacts,
    EvidenceFacts,
    GradeFacts,
    HolderFacts,
    OutcomeFacts,
)
from credentials.standards.open_badges_alignments import plain

# Section of the standard -> names in it, in the order of the standard.
SECTIONS: dict[str, tuple[str, ...]] = {
    "awarding body": ("owner", "publicKey", "accreditation", "homePage"),
    "educational credential": (
        "identifier",
        "title",
        "definition",
        "learningOutcomeDesc",
        "field",
        "EQFLevel",
        "NQFLevel",
        "numCreditPoints",
        "ECTSCreditPoints",
        "volumeOfLearning",
        "isPartialQual",
        "eduCredType",
        "entryReq",
        "learningOutcome",
        "awardingBody",
        "awardingActivity",
        "awardingMethod",
        "gradeScheme",
        "modeOfStudy",
        "assesmentMethod",
        "cheating",
        "landingPage",
    ),
    "credential type": ("creditSystem", "creditSysTitle", "creditSysValue", "refLanguage"),
    "holder": (
        "consistsOf",
        "holder",
        "dateOfBirth",
        "studentId",
        "grade",
        "creditsAwarded",
        "uniqueId",
        "credential",
        "expiryPeriod",
    ),
    "administration": ("name", "dateIssued", "additionalNote", "publisher"),
}
NAMES = tuple(name for names in SECTIONS.values() for name in names)
NOTES = {
    "number": gettext_lazy("Certificate number"),
    "awarded_on": gettext_lazy("Awarded on"),
    "activity_from": gettext_lazy("Learning began on"),
    "activity_to": gettext_lazy("Learning ended on"),
    "cycle": gettext_lazy("Cycle"),
    "language": gettext_lazy("Language of instruction"),
    "stackable_towards": gettext_lazy("Stackable towards"),
    "course_version": gettext_lazy("Version of the course"),
}
BETWEEN = "; "
ECTS = "European Credit Transfer and Accumulation System"
MOST = 100


def write(facts: CredentialFacts, *, language: str = "", identified: bool = False) -> dict:
    """Return the meta-data that state `facts`, in the order of the standard.

    `language`: the one to write in, default that of the course. Birth date and student number
    stay out unless `identified`: a learner may pass the file on.
    """
    language = language or facts.main_language()
    with override(on_paper(language)):
        said = {
            **_awarding(facts, language),
            **_credential(facts, language),
            **_credits(facts),
            **_holder(facts, identified),
            "title": in_language(facts.title, language),
            "name": in_language(facts.title, language),
            "credential": in_language(facts.title, language),
            "refLanguage": language.split("-")[0],
            "additionalNote": "\n".join(_note_lines(facts, language)),
        }
    return {name: said[name] for name in NAMES if said.get(name) not in (None, "")}


def _label(closed_list: Any, code: str) -> str:
    return str(closed_list(code).label) if code else ""


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _awarding(facts: CredentialFacts, language: str) -> dict[str, Any]:
    body, bodies = facts.awarding_body, (facts.awarding_body, *facts.joint_bodies)
    places = [", ".join(part for part in (one.country, one.region) if part) for one in bodies]
    kind = facts.assessment_type
    by = _("An assessment of the competence acquired") if kind else ""
    if kind == vocabulary.AssessmentType.ATTENDANCE:
        by = _("Taking part in the learning activity")
    return {
        "owner": in_language(body.name, language),
        "publicKey": body.id,
        "accreditation": _lines(
            _label(vocabulary.QualityAssurance, facts.quality_assurance),
            facts.quality_agency,
            facts.quality_url,
        ),
        "awardingBody": BETWEEN.join(
            in_language(one.name, language).replace(";", ",") for one in bodies
        ),
        "awardingActivity": BETWEEN.join(places) if any(places) else "",
        "awardingMethod": by,
        "publisher": in_language(facts.platform.name, language) if facts.platform else "",
    }


def _credential(facts: CredentialFacts, language: str) -> dict[str, Any]:
    texts = [" ".join(in_language(one.text, language).split()) for one in facts.outcomes]
    skills = dict(skill for outcome in facts.outcomes for skill in outcome.skills)
    return {
        "identifier": facts.course_code,
        "definition": in_language(facts.description, language),
        "learningOutcomeDesc": "\n".join(text for text in texts if text),
        "learningOutcome": "\n".join(f"{label} <{uri}>" for uri, label in skills.items()),
        "field": facts.isced_f,
        "EQFLevel": str(facts.eqf_level or ""),
        "NQFLevel": facts.nqf_level,
        "volumeOfLearning": plain(facts.hours) if facts.hours is not None else "",
        "isPartialQual": facts.stackability == vocabulary.Stackability.STACKABLE
        if facts.stackability
        else None,
        "eduCredType": _label(vocabulary.CredentialType, facts.type),
        "entryReq": in_language(facts.prerequisites, language),
        "gradeScheme": grading_words.worded(facts.grade, language, named=True)
        if facts.grade
        else "",
        "modeOfStudy": _label(vocabulary.ParticipationForm, facts.participation_form),
        "assesmentMethod": _lines(
            _label(vocabulary.AssessmentType, facts.assessment_type),
            in_language(facts.assessment_criteria, language),
        ),
        "cheating": _label(vocabulary.Supervision, facts.supervision),
        "homePage": facts.course_url,
        "landingPage": facts.verify_url,
    }


def _credits(facts: CredentialFacts) -> dict[str, Any]:
    if facts.ects is None:
        return {}
    number = int(facts.ects) if facts.ects == int(facts.ects) else float(facts.ects)
    rate = facts.hours_per_ects
    return {
        "numCreditPoints": number,
        "ECTSCreditPoints": number,
        "creditsAwarded": number,
        "creditSystem": "ECTS",
        "creditSysTitle": ECTS,
        "creditSysValue": f"1 ECTS = {plain(rate)} h" if rate is not None else "",
    }


def _holder(facts: CredentialFacts, identified: bool) -> dict[str, Any]:
    holder = facts.holder or HolderFacts(name="")
    birth_date = holder.birth_date.isoformat() if holder.birth_date else ""
    return {
        "holder": holder.name,
        "dateOfBirth": birth_date if identified else "",
        "studentId": holder.student_number if identified else "",
        "grade": facts.grade.value if facts.grade else "",
        "uniqueId": facts.id,
        "consistsOf": BETWEEN.join(one.id for one in facts.evidence if one.id),
        "dateIssued": facts.issued_on.date().isoformat() if facts.issued_on else "",
        "expiryPeriod": facts.valid_until.date().isoformat() if facts.valid_until else "",
    }


def _note_lines(facts: CredentialFacts, language: str) -> list[str]:
    further = in_language(facts.further_information, language)
    lines = [further] if further else []
    for name, label in NOTES.items():
        value = getattr(facts, name)
        if name == "cycle":
            value = _label(vocabulary.Cycle, value)
        if name == "language" and value == language:
            continue
        if isinstance(value, date):
            value = value.isoformat()
        text = " ".join(in_language(value, language).split())
        if text:
            lines.append(f"{label}: {text}")
    return lines


def read(document: object) -> CredentialFacts:
    """Return what untrusted meta-data say; what they do not say stays unknown."""
    said = values.item(document)
    tag = values.line(said.get("refLanguage"), 20)
    language = tag if values.LANGUAGE_TAG.fullmatch(tag) else values.UNKNOWN_LANGUAGE
    bodies = _read_bodies(said, language)
    ects = [values.number(said.get(name)) for name in ("creditsAwarded", "ECTSCreditPoints")]
    hours = re.match(r"[0-9]{1,6}(\.[0-9]{1,2})?", values.line(said.get("volumeOfLearning")))
    eqf = re.search(r"(?<![0-9])[1-8]$", values.line(said.get("EQFLevel")))
    partial = said.get("isPartialQual")
    publisher = _texts(said, "publisher", language)
    facts: dict[str, Any] = {
        "title": _texts(said, "title", language) or _texts(said, "name", language),
        "description": _texts(said, "definition", language),
        "platform": BodyFacts(name=publisher) if publisher else None,
        "holder": _read_holder(said),
        "type": _code(vocabulary.CredentialType, values.line(said.get("eduCredType"))),
        "ects": next((number for number in ects if number is not None), None),
        "hours": Decimal(hours[0]) if hours else None,
        "eqf_level": int(eqf[0]) if eqf else None,
        "nqf_level": values.line(said.get("NQFLevel"), 200),
        "prerequisites": _texts(said, "entryReq", language),
        "language": tag if language == tag else "",
        "outcomes": _read_outcomes(said, language),
        "grade": _read_grade(said, language),
        "issued_on": _moment(said, "dateIssued", time.min),
        "valid_until": _moment(said, "expiryPeriod", time(23, 59, 59)),
        **_read_coded(said, language),
        **_read_notes(said, language),
    }
    if isinstance(partial, bool):
        kinds = vocabulary.Stackability
        facts["stackability"] = str(kinds.STACKABLE if partial else kinds.STANDALONE)
    field = values.line(said.get("field"), 100)
    rate = re.fullmatch(
        r"1 ECTS = ([0-9]{1,3}(?:\.[0-9]{1,2})?) h", values.line(said.get("creditSysValue"))
    )
    return CredentialFacts(
        id=values.identifier(said.get("uniqueId")),
        awarding_body=bodies[0],
        joint_bodies=tuple(bodies[1:]),
        isced_f=field if re.fullmatch(r"[0-9]{2,4}", field) else "",
        hours_per_ects=Decimal(rate[1]) if rate else None,
        course_code=values.line(said.get("identifier"), 100),
        course_url=values.url(said.get("homePage")),
        verify_url=values.url(said.get("landingPage")),
        evidence=_read_evidence(said),
        **facts,
    )


def _moment(said: dict, name: str, at: time) -> datetime | None:
    """Return a day as a moment in UTC: the standard knows days only."""
    day = values.day(said.get(name))
    return datetime.combine(day, at, UTC) if day else None


def _texts(said: dict, name: str, language: str) -> dict[str, str]:
    text = values.text(said.get(name))
    return {language: text} if text else {}


def _code(closed_list: Any, label: str) -> str:
    """Return the code of a label in any language of documents, or of the code itself."""
    if label in closed_list.values:
        return label
    for language in DOCUMENT_LANGUAGES:
        with override(language):
            for code in closed_list:
                if label and label == str(code.label):
                    return str(code)
    return ""


def _read_bodies(said: dict, language: str) -> list[BodyFacts]:
    names = values.line(said.get("awardingBody") or said.get("owner")).split(BETWEEN)[:20]
    places = values.line(said.get("awardingActivity")).split(BETWEEN)[:20]
    bodies = []
    for number, name in enumerate(names):
        place = places[number].rstrip(";") if number < len(places) else ""
        country, _comma, region = place.partition(", ")
        known = bool(re.fullmatch(r"[A-Z]{2}", country))
        bodies.append(
            BodyFacts(
                name={language: name} if name else {},
                country=country if known else "",
                region=region if known else "",
                id=values.identifier(said.get("publicKey")) if number == 0 else "",
            )
        )
    return bodies


def _read_holder(said: dict) -> HolderFacts | None:
    name = values.line(said.get("holder"))
    if not name:
        return None
    return HolderFacts(
        name=name,
        birth_date=values.day(said.get("dateOfBirth")),
        student_number=values.line(said.get("studentId"), 200),
    )


def _read_outcomes(said: dict, language: str) -> tuple[OutcomeFacts, ...]:
    """Return one outcome a line; skills are tied to none of them, so each is an outcome too."""
    texts = values.text(said.get("learningOutcomeDesc")).split("\n")[:MOST]
    outcomes = [OutcomeFacts({language: text.strip()}) for text in texts if text.strip()]
    for line in values.text(said.get("learningOutcome")).split("\n")[:MOST]:
        found = re.fullmatch(r"(.*?)\s*<([^<>]+)>", line.strip())
        uri = values.url(found[2]) if found else ""
        if found and uri:
            label = found[1] or uri
            outcomes.append(OutcomeFacts({language: label}, skills=((uri, label),)))
    return tuple(outcomes)


def _read_grade(said: dict, language: str) -> GradeFacts | None:
    value = values.line(said.get("grade"), 100)
    if not value:
        return None
    name, scale, passed_from = grading_words.read(_texts(said, "gradeScheme", language))
    return GradeFacts(value, values.line(name, 200), scale, passed_from)


def _read_coded(said: dict, language: str) -> dict[str, Any]:
    assessed = values.text(said.get("assesmentMethod")).split("\n")
    kind = _code(vocabulary.AssessmentType, assessed[0])
    criteria = "\n".join(assessed[1:] if kind else assessed).strip()
    assured = values.text(said.get("accreditation")).split("\n")
    assurance = _code(vocabulary.QualityAssurance, assured[0])
    more = [line.strip() for line in (assured[1:] if assurance else assured) if line.strip()]
    agency = next((line for line in more if not values.url(line)), "")
    return {
        "assessment_type": kind,
        "assessment_criteria": {language: criteria} if criteria else {},
        "quality_assurance": assurance,
        "quality_agency": values.line(agency),
        "quality_url": next((line for line in more if values.url(line)), ""),
        "participation_form": _code(
            vocabulary.ParticipationForm, values.line(said.get("modeOfStudy"))
        ),
        "supervision": _code(vocabulary.Supervision, values.line(said.get("cheating"))),
    }


def _read_notes(said: dict, language: str) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    others = []
    names: dict[str, str] = {}
    for tag in ("en", on_paper(language)):
        with override(tag):
            names |= {str(label): name for name, label in NOTES.items()}
    for line in values.text(said.get("additionalNote")).split("\n"):
        label, _colon, text = line.partition(": ")
        name = names.get(label, "")
        if not name:
            others.append(line)
        elif name in ("awarded_on", "activity_from", "activity_to"):
            facts[name] = values.day(text)
        elif name == "cycle":
            facts[name] = _code(vocabulary.Cycle, text)
        elif name == "stackable_towards":
            facts[name] = {language: text} if text else {}
        elif name != "language" or values.LANGUAGE_TAG.fullmatch(text):
            facts[name] = text[:200]
    further = "\n".join(others).strip()
    return {**facts, "further_information": {language: further} if further else {}}


def _read_evidence(said: dict) -> tuple[EvidenceFacts, ...]:
    stated = values.line(said.get("consistsOf")).split(BETWEEN)[:MOST]
    return tuple(
        EvidenceFacts(name={}, id=uri) for one in stated if (uri := values.identifier(one))
    )
