"""The only place that says an Annex I element for which Open Badges 3.0 has no term of its own.

Such an element becomes an `alignment` of the achievement with an `ext:` target type, as section
"Extending" of the standard provides; no private vocabulary is needed. `targetCode` carries the
code of `credentials.vocabulary`, `targetUrl` the published URI or a place on the course page.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from credentials import vocabulary
from credentials.language import in_language
from credentials.standards import values
from credentials.standards.facts import CredentialFacts, OutcomeFacts

OUTCOME = "ext:LearningOutcome"
SKILL = "ext:ESCOSkill"
ESCO_SKILL_URI = "http://data.europa.eu/esco/skill/"
CYCLE_NUMBERS = {"short": "0", "first": "1", "second": "2", "third": "3"}
COMPETENCES = ("ceasn:Competency", "CFItem")


class Coded(NamedTuple):
    """An element with a closed list; `text` is the fact that explains it in words."""

    fact: str
    target: str
    codes: Any  # one of the closed lists of credentials.vocabulary
    uris: Mapping[Any, str]
    anchor: str
    text: str = ""


CODED = (
    Coded(
        "assessment_type",
        "ext:AssessmentType",
        vocabulary.AssessmentType,
        vocabulary.ASSESSMENT_URIS,
        "assessment",
        "assessment_criteria",
    ),
    Coded(
        "participation_form",
        "ext:ParticipationForm",
        vocabulary.ParticipationForm,
        vocabulary.PARTICIPATION_URIS,
        "participation",
    ),
    Coded(
        "quality_assurance",
        "ext:QualityAssurance",
        vocabulary.QualityAssurance,
        vocabulary.QUALITY_URIS,
        "quality",
        "quality_agency",
    ),
    Coded(
        "supervision",
        "ext:Supervision",
        vocabulary.Supervision,
        vocabulary.SUPERVISION_URIS,
        "supervision",
    ),
    Coded(
        "stackability",
        "ext:Stackability",
        vocabulary.Stackability,
        {},
        "stackability",
        "stackable_towards",
    ),
)
TEXTS = (
    ("prerequisites", "ext:Prerequisites", "prerequisites"),
    ("further_information", "ext:FurtherInformation", "further-information"),
)
OWN_TYPES = {
    *(element.target for element in CODED),
    *(type_ for _fact, type_, _anchor in TEXTS),
    OUTCOME,
    SKILL,
    "ext:Workload",
    "ext:EQF",
    "ext:NQF",
    "ext:QF-EHEA",
    "ext:ISCED-F",
    "ext:LanguageOfInstruction",
    "ext:JointAward",
}


def anchor(course: str, name: str) -> str:
    """Return a place on the page of a course."""
    return f"{course.partition('#')[0]}#{name}"


def write(facts: CredentialFacts, *, course: str, language: str) -> list[dict]:
    """Return the alignments of `facts`; `course` is the id of the achievement."""
    return [
        *_outcomes(facts, course, language),
        *_workload(facts, course),
        *_level(facts, course),
        *(found for element in CODED for found in _coded(facts, element, course, language)),
        *_texts(facts, course, language),
        *_language(facts, course, language),
    ]


def _alignment(type_: str, name: str, url: str, **more: str) -> dict:
    named = {"targetType": type_, "targetName": name, "targetUrl": url}
    return {"type": ["Alignment"], **named, **{key: text for key, text in more.items() if text}}


def _outcomes(facts: CredentialFacts, course: str, language: str) -> list[dict]:
    found = []
    stated = [outcome for outcome in facts.outcomes if in_language(outcome.text, language)]
    for position, outcome in enumerate(stated, start=1):
        place = anchor(course, f"lo{position}")
        name = in_language(outcome.text, language)
        found.append(_alignment(OUTCOME, name, outcome.url or place, targetCode=outcome.code))
        for uri, label in outcome.skills:
            # The code ties the skill to its outcome.
            found.append(
                _alignment(
                    SKILL, label or uri, uri, targetCode=f"lo{position}", targetFramework="ESCO"
                )
            )
    return found


def _workload(facts: CredentialFacts, course: str) -> list[dict]:
    if facts.hours is None and facts.hours_per_ects is None:
        return []
    parts = []
    if facts.hours is not None:
        parts.append(f"{plain(facts.hours)} h")
    if facts.ects is not None:
        parts.append(f"{plain(facts.ects)} ECTS")
    rate = f"1 ECTS = {plain(facts.hours_per_ects)} h" if facts.hours_per_ects is not None else ""
    return [
        _alignment(
            "ext:Workload",
            " = ".join(parts) or rate,
            anchor(course, "workload"),
            targetCode=f"PT{plain(facts.hours)}H" if facts.hours is not None else "",
            targetDescription=rate,
            targetFramework="ECTS",
        )
    ]


def _level(facts: CredentialFacts, course: str) -> list[dict]:
    found = []
    if facts.eqf_level is not None:
        found.append(
            _alignment(
                "ext:EQF",
                f"EQF {facts.eqf_level}",
                vocabulary.eqf_uri(facts.eqf_level),
                targetCode=str(facts.eqf_level),
                targetFramework="European Qualifications Framework",
            )
        )
    if facts.nqf_level:
        found.append(_alignment("ext:NQF", facts.nqf_level, anchor(course, "level")))
    if facts.cycle:
        found.append(
            _alignment(
                "ext:QF-EHEA",
                str(vocabulary.Cycle(facts.cycle).label),
                anchor(course, "level"),
                targetCode=CYCLE_NUMBERS[facts.cycle],
                targetFramework="QF-EHEA",
            )
        )
    if facts.isced_f:
        found.append(
            _alignment(
                "ext:ISCED-F",
                f"ISCED-F {facts.isced_f}",
                vocabulary.ISCED_F_URI + facts.isced_f,
                targetCode=facts.isced_f,
                targetFramework="ISCED-F 2013",
            )
        )
    return found


def _coded(facts: CredentialFacts, element: Coded, course: str, language: str) -> list[dict]:
    code = getattr(facts, element.fact)
    words = in_language(getattr(facts, element.text), language) if element.text else ""
    address = facts.quality_url if element.fact == "quality_assurance" else ""
    if not code and not words and not address:
        return []
    return [
        _alignment(
            element.target,
            str(element.codes(code).label) if code else words or address,
            address or element.uris.get(code) or anchor(course, element.anchor),
            targetCode=code,
            targetDescription=words,
        )
    ]


def _texts(facts: CredentialFacts, course: str, language: str) -> list[dict]:
    names = {"prerequisites": _("Prerequisites"), "further_information": _("Further information")}
    return [
        _alignment(type_, names[fact], anchor(course, place), targetDescription=words)
        for fact, type_, place in TEXTS
        if (words := in_language(getattr(facts, fact), language))
    ]


def _language(facts: CredentialFacts, course: str, language: str) -> list[dict]:
    if facts.language in ("", language):
        return []
    name, place = facts.language, anchor(course, "language")
    return [_alignment("ext:LanguageOfInstruction", name, place, targetCode=name)]


def plain(number: Decimal) -> str:
    """Return a number without needless zeros or an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read(alignments: list[dict], *, course: str, language: str) -> dict[str, Any]:
    """Return the facts that untrusted alignments state, by their names in CredentialFacts."""
    typed = [(_type(alignment), alignment) for alignment in alignments]
    first = dict(reversed(typed))
    facts: dict[str, Any] = {"outcomes": _read_outcomes(typed, course, language)}
    facts |= _read_workload(first.get("ext:Workload", {}))
    facts |= _read_level(first)
    for element in CODED:
        if element.target in first:
            facts |= _read_coded(first[element.target], element, course, language)
    for fact, type_, _place in TEXTS:
        if type_ in first:
            facts[fact] = values.texts(first[type_].get("targetDescription"), language)
    if "ext:LanguageOfInstruction" in first:
        facts["language"] = values.line(first["ext:LanguageOfInstruction"].get("targetCode"), 20)
    return facts


def _type(alignment: dict) -> str:
    """Return the target type; a published URI speaks for itself under a type not known here."""
    type_ = values.line(alignment.get("targetType"), 100)
    if type_ in OWN_TYPES:
        return type_
    url = values.url(alignment.get("targetUrl"))
    if url.startswith(ESCO_SKILL_URI):
        return SKILL
    if url.startswith(vocabulary.SNB + "eqf/"):
        return "ext:EQF"
    if url.startswith(vocabulary.ISCED_F_URI):
        return "ext:ISCED-F"
    return type_


def _read_outcomes(
    typed: list[tuple[str, dict]], course: str, language: str
) -> tuple[OutcomeFacts, ...]:
    found: list[OutcomeFacts] = []
    skills: list[list[tuple[str, str]]] = []
    places = [a for type_, a in typed if type_ in (OUTCOME, *COMPETENCES)]
    for alignment in places:
        name = values.text(alignment.get("targetName"))
        found.append(
            OutcomeFacts(
                text={language: name} if name else {},
                code=values.line(alignment.get("targetCode"), 60),
                url=_foreign_url(alignment, course),
            )
        )
        skills.append([])
    for alignment in (a for type_, a in typed if type_ == SKILL):
        skill = (values.url(alignment.get("targetUrl")), values.line(alignment.get("targetName")))
        place = re.fullmatch(r"lo([0-9]{1,3})", values.line(alignment.get("targetCode"), 10))
        if not skill[0]:
            continue
        if place and 1 <= int(place[1]) <= len(places):
            skills[int(place[1]) - 1].append(skill)
        else:
            found.append(OutcomeFacts(text={language: skill[1]}, skills=(skill,)))
            skills.append([skill])
    return tuple(
        OutcomeFacts(outcome.text, outcome.code, outcome.url, tuple(own))
        for outcome, own in zip(found, skills, strict=True)
        if any(outcome.text.values())
    )


def _foreign_url(alignment: dict, course: str) -> str:
    url = values.url(alignment.get("targetUrl"))
    return "" if url.startswith(anchor(course, "")) else url


def _read_workload(alignment: dict) -> dict[str, object]:
    facts: dict[str, object] = {}
    hours = re.fullmatch(
        r"PT(?:([0-9]{1,5}(?:\.[0-9]{1,2})?)H)?(?:([0-9]{1,4})M)?",
        values.line(alignment.get("targetCode"), 20),
    )
    if hours and any(hours.groups()):
        facts["hours"] = Decimal(hours[1] or 0) + Decimal(hours[2] or 0) / 60
    rate = re.search(
        r"1 ECTS = ([0-9]{1,3}(?:\.[0-9]{1,2})?) h",
        values.line(alignment.get("targetDescription"), 200),
    )
    if rate:
        facts["hours_per_ects"] = Decimal(rate[1])
    return facts


def _read_level(first: dict[str, dict]) -> dict[str, object]:
    facts: dict[str, object] = {}
    eqf, cycle, isced = (first.get(t, {}) for t in ("ext:EQF", "ext:QF-EHEA", "ext:ISCED-F"))
    for text in (eqf.get("targetCode"), eqf.get("targetUrl"), eqf.get("targetName")):
        level = re.search(r"(?<![0-9])[1-8]$", values.line(text))
        if level:
            facts["eqf_level"] = int(level[0])
            break
    number = values.line(cycle.get("targetCode"), 10)
    by_number = {mark: code for code, mark in CYCLE_NUMBERS.items()}
    if number in by_number or number in CYCLE_NUMBERS:
        facts["cycle"] = by_number.get(number, number)
    for text in (isced.get("targetCode"), isced.get("targetUrl")):
        code = re.search(r"(?<![0-9])[0-9]{2,4}$", values.line(text))
        if code:
            facts["isced_f"] = code[0]
            break
    if "ext:NQF" in first:
        facts["nqf_level"] = values.line(first["ext:NQF"].get("targetName"), 200)
    return facts


def _read_coded(alignment: dict, element: Coded, course: str, language: str) -> dict[str, object]:
    code = values.line(alignment.get("targetCode"), 60)
    address = values.url(alignment.get("targetUrl"))
    if code not in element.codes:
        code = next((str(known) for known, uri in element.uris.items() if uri == address), "")
    facts: dict[str, object] = {element.fact: code}
    words = values.texts(alignment.get("targetDescription"), language)
    name = values.text(alignment.get("targetName"))
    if not code and not words and name != address:
        # A kind that our lists lack is kept in the issuer's words.
        words = values.texts(name, language)
    if element.fact == "quality_assurance":
        facts["quality_agency"] = values.line(in_language(words, language))
        if address not in element.uris.values():
            facts["quality_url"] = _foreign_url(alignment, course)
    elif element.text:
        facts[element.text] = words
    return facts
