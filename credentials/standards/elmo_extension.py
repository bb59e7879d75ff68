"""The only place for the `extension` of a course in ELMO: what the schema has no element for.

One element for each fact, named like it in `CredentialFacts`. Entries of closed lists carry
their code, their published URI and a name for people. Other readers may pass over it: the
course's description says the same in words.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from credentials import vocabulary
from credentials.language import LanguageMap, clean_text
from credentials.standards import values
from credentials.standards.facts import (
    BodyFacts,
    CredentialFacts,
    EvidenceFacts,
    Identifier,
    OutcomeFacts,
)
from credentials.standards.open_badges_alignments import plain

NAMESPACE = "urn:x-symbolon:elmo"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TEXTS = (
    "description",
    "assessment_criteria",
    "prerequisites",
    "stackable_towards",
    "further_information",
)
URIS: dict[str, Any] = {
    "assessment_type": vocabulary.ASSESSMENT_URIS,
    "participation_form": vocabulary.PARTICIPATION_URIS,
    "quality_assurance": vocabulary.QUALITY_URIS,
    "supervision": vocabulary.SUPERVISION_URIS,
}


def _decimal(text: str) -> Decimal | None:
    return values.number(text) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,4})?", text) else None


LINES: dict[str, Callable[[str], Any]] = {
    "quality_agency": lambda text: text,
    "quality_url": values.url,
    "hours_per_ects": _decimal,
    "issued_on": values.moment,
    "awarded_on": values.day,
    "valid_until": values.moment,
    "activity_to": values.day,
    "course_version": lambda text: text[:100],
    "verify_url": values.url,
}
BODIES = ("awarding_body", "joint_bodies", "platform")
MOST = 100


def write(facts: CredentialFacts) -> etree._Element:
    """Return the element `credential` of the extension."""
    root = etree.Element(f"{{{NAMESPACE}}}credential", nsmap={"c": NAMESPACE})
    for name in TEXTS:
        _texts(root, name, getattr(facts, name))
    for name, closed_list in vocabulary.LIST_OF_FACT.items():
        if code := getattr(facts, name):
            _add(root, name, str(closed_list(code).label), code=code, uri=_uri(name, code))
    for name in LINES:
        value = getattr(facts, name)
        if value not in (None, ""):
            _add(root, name, _line(value))
    for outcome in facts.outcomes:
        inside = _add(root, "outcomes", "", code=outcome.code, url=outcome.url)
        _texts(inside, "text", outcome.text)
        for uri, label in outcome.skills:
            _add(inside, "skill", label, uri=uri)
    for one in facts.evidence:
        inside = _add(root, "evidence", "", id=one.id, genre=one.genre)
        _texts(inside, "name", one.name)
        _texts(inside, "narrative", one.narrative)
    platform = (facts.platform,) if facts.platform else ()
    bodies = ((facts.awarding_body,), facts.joint_bodies, platform)
    for name, stated in zip(BODIES, bodies, strict=True):
        for body in stated:
            _body(root, name, body)
    return root


def _uri(name: str, code: str) -> str:
    return URIS.get(name, {}).get(code, "")


def _line(value: str | date | Decimal) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value


def _add(parent: etree._Element, name: str, text: str, **attributes: str) -> etree._Element:
    said = {key: clean_text(value) for key, value in attributes.items() if value}
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", said)
    element.text = clean_text(text) or None
    return element


def _texts(parent: etree._Element, name: str, texts: LanguageMap) -> None:
    for language, text in texts.items():
        if text:
            _add(parent, name, text).set(LANG, language)


def _body(parent: etree._Element, name: str, body: BodyFacts) -> None:
    said = {"country": body.country, "region": body.region, "id": body.id, "url": body.url}
    inside = _add(parent, name, "", **said)
    _texts(inside, "name", body.name)
    for identifier in body.identifiers:
        _add(inside, "identifier", identifier.value, type=identifier.scheme)


def read(root: etree._Element | None) -> dict[str, Any]:
    """Return the facts that an untrusted element `credential` states, by their names."""
    if root is None:
        return {}
    facts: dict[str, Any] = {name: _read_texts(root, name) for name in TEXTS}
    for name, closed_list in vocabulary.LIST_OF_FACT.items():
        code = next((one.get("code") for one in _all(root, name)), "")
        if code in closed_list.values:
            facts[name] = code
    for name, typed in LINES.items():
        line = values.line(next((text_of(one) for one in _all(root, name)), ""))
        if line and typed(line) is not None:
            facts[name] = typed(line)
    facts["outcomes"] = tuple(
        OutcomeFacts(text, _attribute(one, "code", 60), values.url(one.get("url")), _skills(one))
        for one in _all(root, "outcomes")
        if (text := _read_texts(one, "text"))
    )
    facts["evidence"] = tuple(
        EvidenceFacts(
            name=_read_texts(one, "name"),
            narrative=_read_texts(one, "narrative"),
            id=values.identifier(one.get("id")),
            genre=_attribute(one, "genre", 100),
        )
        for one in _all(root, "evidence")
    )
    bodies = {name: tuple(_read_body(one) for one in _all(root, name)) for name in BODIES}
    facts["joint_bodies"] = bodies["joint_bodies"]
    for name in ("awarding_body", "platform"):
        if bodies[name]:
            facts[name] = bodies[name][0]
    return facts


def _all(parent: etree._Element, name: str) -> list[etree._Element]:
    return parent.findall(f"{{{NAMESPACE}}}{name}")[:MOST]


def text_of(element: etree._Element | None) -> str:
    """Return the text inside of an element, without comments and hidden characters."""
    if element is None:
        return ""
    return values.text("".join(str(part) for part in element.xpath("text()")))


def _attribute(element: etree._Element, name: str, longest: int) -> str:
    return values.line(element.get(name), longest)


def language_of(element: etree._Element) -> str:
    """Return the tag of an element's language, that of an unknown one where none is given."""
    tag = element.get(LANG) or ""
    return tag if values.LANGUAGE_TAG.fullmatch(tag) else values.UNKNOWN_LANGUAGE


def _read_texts(parent: etree._Element, name: str) -> dict[str, str]:
    return {language_of(one): text for one in _all(parent, name) if (text := text_of(one))}


def _skills(outcome: etree._Element) -> tuple[tuple[str, str], ...]:
    return tuple(
        (uri, values.line(text_of(one)))
        for one in _all(outcome, "skill")
        if (uri := values.url(one.get("uri")))
    )


def _read_body(element: etree._Element) -> BodyFacts:
    country = _attribute(element, "country", 2).upper()
    return BodyFacts(
        name=_read_texts(element, "name"),
        country=country if len(country) == 2 and country.isalpha() else "",
        region=_attribute(element, "region", 200),
        id=values.identifier(element.get("id")),
        url=values.url(element.get("url")),
        identifiers=tuple(
            Identifier(scheme, number)
            for one in _all(element, "identifier")
            if (scheme := _attribute(one, "type", 60))
            and (number := values.line(text_of(one), 200))
        ),
    )
