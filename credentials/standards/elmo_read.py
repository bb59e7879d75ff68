"""The only place that reads ELMO, the XML of EMREX (versions 1.0 to 1.7).

The root comes from `credentials.trust.sniff.parse_xml`: no entities, bounded depth and size.
What is in it is untrusted; what it does not say stays unknown.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from lxml import etree

from credentials.standards import elmo_extension as extension
from credentials.standards import grading_words, values
from credentials.standards.elmo_extension import language_of, text_of
from credentials.standards.elmo_vocabulary import (
    CREDIT_LEVELS,
    NAMELESS,
    NAMESPACE,
    OWN_ID,
    READ_TYPES,
)
from credentials.standards.facts import (
    BodyFacts,
    CredentialFacts,
    GradeFacts,
    HolderFacts,
    Identifier,
)

MOST_COURSES = 500
MOST_ATTACHMENTS = 100
MOST_TEXTS = 60
LARGEST_ATTACHMENT = 4_000_000  # bytes
NOT_ACHIEVED = {"failed", "in-progress"}


class File(NamedTuple):
    """A file that came along: its type in the schema, its media type, its content."""

    type: str
    media_type: str
    content: bytes


def read(root: etree._Element) -> list[CredentialFacts]:
    """Return what an untrusted ELMO document says of each course that was passed.

    Parts of a course are read as courses of their own, except those of the type "Class"; what
    was failed or is in progress is left out. At most 500.
    """
    holder = _holder(_child(root, "learner"))
    found: list[CredentialFacts] = []
    for report in _children(root, "report"):
        issuer = _issuer(_child(report, "issuer"))
        for course in report.iter(f"{{{NAMESPACE}}}learningOpportunitySpecification"):
            if len(found) >= MOST_COURSES:
                return found
            facts = _course(course, report, issuer, holder)
            if facts:
                found.append(facts)
    return found


def attachments(root: etree._Element) -> list[File]:
    """Return the files in an untrusted ELMO document, at most a hundred of at most 4 MB."""
    found: list[File] = []
    for element in root.iter(f"{{{NAMESPACE}}}attachment"):
        kind = _line(element, "type", 60)
        for content in _children(element, "content"):
            file = _file(kind, content.text or "")
            if file and len(found) < MOST_ATTACHMENTS:
                found.append(file)
    return found


def _file(kind: str, text: str) -> File | None:
    head, comma, encoded = text.partition(",")
    match = re.fullmatch(r"\s*data:([\w.+-]{1,60}/[\w.+-]{1,60})?(?:;[\w=.-]{1,40})*;base64", head)
    if not match or not comma or len(encoded) > LARGEST_ATTACHMENT * 4 // 3 + 4:
        return None
    try:
        return File(kind, match[1] or "text/plain", base64.b64decode("".join(encoded.split())))
    except (binascii.Error, ValueError):
        return None


def _children(parent: etree._Element | None, name: str) -> list[etree._Element]:
    return [] if parent is None else parent.findall(f"{{{NAMESPACE}}}{name}")


def _child(parent: etree._Element | None, name: str) -> etree._Element | None:
    return None if parent is None else parent.find(f"{{{NAMESPACE}}}{name}")


def _line(parent: etree._Element | None, name: str, longest: int = values.LONGEST_LINE) -> str:
    return values.line(text_of(_child(parent, name)), longest)


def _texts(parent: etree._Element | None, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in _children(parent, name)[:MOST_TEXTS]:
        if text := text_of(element):
            found.setdefault(language_of(element), text)
    return found


def _titles(parent: etree._Element | None) -> dict[str, str]:
    return {tag: values.line(text) for tag, text in _texts(parent, "title").items()}


def _identifiers(parent: etree._Element | None) -> Iterator[tuple[str, str]]:
    for element in _children(parent, "identifier")[:MOST_TEXTS]:
        kind, value = values.line(element.get("type"), 60), values.line(text_of(element), 200)
        if kind and value:
            yield kind, value


def _holder(learner: etree._Element | None) -> HolderFacts | None:
    given, family = _line(learner, "givenNames"), _line(learner, "familyName")
    known = dict(_identifiers(learner))
    holder = HolderFacts(
        name=f"{given} {family}".strip(),
        given_name=given if family else "",
        family_name=family if given else "",
        birth_date=values.day(_line(learner, "bday")),
        student_number=known.get("studentNumber", ""),
        email=known.get("email", ""),
        id=values.identifier(known.get(OWN_ID)),
    )
    return holder if replace(holder, birth_date=None) != HolderFacts(name="") else None


def _issuer(issuer: etree._Element | None) -> BodyFacts:
    known = list(_identifiers(issuer))
    country = _line(issuer, "country", 2).upper()
    return BodyFacts(
        name=_titles(issuer),
        country=country if len(country) == 2 and country.isalpha() else "",
        id=values.identifier(dict(known).get(OWN_ID)),
        url=values.url(_line(issuer, "url")),
        identifiers=tuple(
            Identifier(kind, value) for kind, value in known if kind not in (OWN_ID, NAMELESS)
        ),
    )


def _course(
    course: etree._Element,
    report: etree._Element,
    issuer: BodyFacts,
    holder: HolderFacts | None,
) -> CredentialFacts | None:
    instance = _child(_child(course, "specifies"), "learningOpportunityInstance")
    kind = _line(course, "type", 60)
    part = course.getparent() is not None and course.getparent().tag.endswith("}hasPart")
    if _line(instance, "status", 20) in NOT_ACHIEVED or (part and kind == "Class"):
        return None
    known = dict(_identifiers(instance))
    code = dict(_identifiers(course))
    facts: dict[str, Any] = {
        "id": values.identifier(known.get(OWN_ID)),
        "number": known.get("certificate", ""),
        "title": _titles(course),
        "description": _texts(course, "description"),
        "awarding_body": issuer,
        "holder": holder,
        "type": READ_TYPES.get(kind, ""),
        "issued_on": values.moment(_line(report, "issueDate", 40)),
        "awarded_on": values.day(_line(instance, "date", 40)),
        "isced_f": _isced(_line(course, "iscedCode", 10)),
        "course_url": values.url(_line(course, "url")),
        "course_code": code.get("local") or next(iter(code.values()), ""),
        "language": _language(_line(instance, "languageOfInstruction", 20)),
        "hours": values.number(_line(instance, "engagementHours", 20) or None),
        "grade": _grade(instance, report),
        **_period(instance),
        **_credits(instance),
        **_levels(instance),
    }
    facts |= _more(_child(course, "extension"), issuer)
    return CredentialFacts(**facts)


def _more(own: etree._Element | None, issuer: BodyFacts) -> dict[str, Any]:
    """Return what our own extension states; only it tells the day of award from that of issue."""
    stated = None if own is None else own.find(f"{{{extension.NAMESPACE}}}credential")
    more = extension.read(stated)
    if more:
        body = more.get("awarding_body")
        more["awarding_body"] = body if body and body.name == issuer.name else issuer
        more = {"awarded_on": None, "issued_on": None, **more}
    return more


def _isced(code: str) -> str:
    return code if re.fullmatch(r"[0-9]{2,4}", code) else ""


def _language(tag: str) -> str:
    return tag if values.LANGUAGE_TAG.fullmatch(tag) else ""


def _period(instance: etree._Element | None) -> dict[str, Any]:
    term = _child(instance, "academicTerm")
    start = values.day(_line(instance, "start", 40) or _line(term, "start", 40))
    return {"activity_from": start, "activity_to": values.day(_line(term, "end", 40))}


def _credits(instance: etree._Element | None) -> dict[str, Any]:
    for credit in _children(instance, "credit"):
        if _line(credit, "scheme", 60).lower() == "ects":
            level = _line(credit, "level", 20)
            cycle = next((str(c) for c, name in CREDIT_LEVELS.items() if name == level), "")
            return {"ects": values.number(_line(credit, "value", 20) or None), "cycle": cycle}
    return {}


def _levels(instance: etree._Element | None) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for level in _children(instance, "level"):
        kind, value = _line(level, "type", 60).upper(), _line(level, "value", 200)
        if kind == "EQF" and re.fullmatch(r"[1-8]", value):
            facts.setdefault("eqf_level", int(value))
        elif kind == "NQF" and value:
            named = f"{_line(level, 'description', 100)} {value}".strip()
            facts.setdefault("nqf_level", named[:200])
    return facts


def _grade(instance: etree._Element | None, report: etree._Element) -> GradeFacts | None:
    value = _line(instance, "resultLabel", 100)
    if not value:
        return None
    wanted = _line(instance, "gradingSchemeLocalId", 200)
    for scheme in _children(report, "gradingScheme") if wanted else []:
        if values.line(scheme.get("localId"), 200) == wanted:
            name, scale, passed_from = grading_words.read(_texts(scheme, "description"))
            return GradeFacts(value, values.line(name, 200), scale, passed_from)
    return GradeFacts(value)
