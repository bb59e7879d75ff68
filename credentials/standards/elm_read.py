"""The only place that reads a European Digital Credential (European Learning Model 3, EDC).

Documents are untrusted: what has a wrong type says nothing, and nothing is guessed. Says nothing
about whether the credential is genuine.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import override

from credentials.language import in_language, on_paper
from credentials.standards import grading_words, values
from credentials.standards.elm_read_course import course
from credentials.standards.elm_source import Source, own_id
from credentials.standards.elm_vocabulary import (
    EVIDENCE,
    EVIDENCE_NAME,
    GRADING,
    LEGAL,
    STUDENT_NUMBER,
)
from credentials.standards.facts import (
    BodyFacts,
    CredentialFacts,
    EvidenceFacts,
    GradeFacts,
    HolderFacts,
    Identifier,
)

MOST_BODIES = 20
MOST_IDENTIFIERS = 20
MOST_EVIDENCE = 50
MOMENTS = ("issued", "issuanceDate", "validFrom", "validUntil", "expirationDate")
MIDNIGHT_IN_EUROPE = ("T22:00:00Z", "T23:00:00Z")


def read(document: object) -> CredentialFacts:
    """Return what an untrusted credential says; what it does not say stays unknown.

    Takes the payload of a seal or the upload form (`{"credential": ...}`). Of several claims
    the first achievement counts.
    """
    credential = values.item(document)
    credential = values.item(credential.get("credential")) or credential
    source = Source(credential)
    subject = source.node(credential.get("credentialSubject"))
    claim = _claim(source, subject)
    bodies = _bodies(source, claim, credential)
    award = source.node(claim.get("awardedBy"))
    moments = {name: values.moment(credential.get(name)) for name in MOMENTS}
    facts = course(source, claim)
    facts["title"] = facts["title"] or values.language_map(
        source.node(credential.get("displayParameter")).get("title")
    )
    if facts["description"] == facts["title"]:
        facts["description"] = {}
    return CredentialFacts(
        id=values.identifier(credential.get("id")),
        awarding_body=bodies[0],
        joint_bodies=tuple(bodies[1:]),
        holder=_holder(source, subject),
        number=source.number(credential.get("identifier")),
        issued_on=moments["issued"] or moments["issuanceDate"] or moments["validFrom"],
        awarded_on=_day(award.get("awardingDate")),
        valid_until=moments["validUntil"] or moments["expirationDate"],
        grade=_grade(source, claim),
        evidence=_evidence(source, claim),
        **_activity(source, claim, bodies),
        **facts,
    )


def _claim(source: Source, subject: dict) -> dict:
    claims = source.nodes(subject.get("hasClaim"))
    achieved = [one for one in claims if "LearningAchievement" in values.types(one.get("type"))]
    return next(iter(achieved or claims), {})


def _bodies(source: Source, claim: dict, credential: dict) -> list[BodyFacts]:
    """Return the awarding bodies, the one that issues first; without any, the issuer."""
    award, issuer = source.node(claim.get("awardedBy")), source.node(credential.get("issuer"))
    stated = source.nodes(award.get("awardingBody"))[:MOST_BODIES] or [issuer]
    issues = values.identifier(issuer)
    stated.sort(key=lambda body: values.identifier(body) != issues)
    return [_body(source, body) for body in stated]


def _body(source: Source, body: dict) -> BodyFacts:
    country, region = "", ""
    for place in source.nodes(body.get("location")):
        addresses = source.nodes(place.get("address"))
        found = (source.country(address.get("countryCode")) for address in addresses)
        country = country or next((code for code in found if code), "")
        named = in_language(values.language_map(place.get("geographicName")))
        region = region or named or source.label(place.get("spatialCode"))
    name = body.get("legalName") or body.get("prefLabel") or body.get("altLabel")
    return BodyFacts(
        name=values.language_map(values.first(name)),
        country=country,
        region=values.line(region, 200),
        id=own_id(body),
        url=source.web(body.get("homepage")),
        identifiers=_identifiers(source, body),
    )


def _identifiers(source: Source, body: dict) -> tuple[Identifier, ...]:
    stated = [
        (scheme, node)
        for scheme, property_ in LEGAL.items()
        for node in source.nodes(body.get(property_))
    ]
    stated += [
        (values.line(node.get("schemeName"), 60), node)
        for node in source.nodes(body.get("identifier"))
    ]
    return tuple(
        Identifier(scheme, number)
        for scheme, node in stated[:MOST_IDENTIFIERS]
        if scheme and (number := values.line(node.get("notation"), 200))
    )


def _holder(source: Source, subject: dict) -> HolderFacts | None:
    given, family, full = (
        values.line(in_language(values.language_map(subject.get(name))))
        for name in ("givenName", "familyName", "fullName")
    )
    contacts = source.nodes(subject.get("contactPoint"))
    mailboxes = [box for one in contacts for box in source.nodes(one.get("emailAddress"))]
    addresses = (values.identifier(box) for box in mailboxes)
    holder = HolderFacts(
        name=full or f"{given} {family}".strip(),
        given_name=given,
        family_name=family,
        birth_date=_day(subject.get("dateOfBirth")),
        student_number=source.number(subject.get("identifier"), STUDENT_NUMBER),
        email=next((uri[7:] for uri in addresses if uri.startswith("mailto:")), ""),
        id=own_id(subject),
    )
    return holder if replace(holder, birth_date=None) != HolderFacts(name="") else None


def _day(value: object) -> date | None:
    """Return a date. Many issuers write midnight in Central Europe as a moment in UTC."""
    day = values.day(value)
    if day and isinstance(value, str) and value.endswith(MIDNIGHT_IN_EUROPE):
        return day + timedelta(days=1) if day < date.max else day
    return day


def _activity(source: Source, claim: dict, bodies: list[BodyFacts]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for activity in source.nodes(claim.get("influencedBy")):
        period = source.node(activity.get("temporal"))
        start, end = _day(period.get("startDate")), _day(period.get("endDate"))
        if start or end:
            facts.setdefault("activity_from", start)
            facts.setdefault("activity_to", end)
        directing = source.node(activity.get("directedBy"))
        if directing and (body := _body(source, directing)) not in bodies:
            facts.setdefault("platform", body)
    return facts


def _grade(source: Source, claim: dict) -> GradeFacts | None:
    for assessment in source.nodes(claim.get("provenBy")):
        value = values.line(in_language(source.note(assessment.get("grade"))), 100)
        if value:
            specified = source.node(assessment.get("specifiedBy"))
            return _scaled(value, source.node(specified.get("gradingScheme")))
    return None


def _scaled(value: str, scheme: dict) -> GradeFacts:
    titles = values.language_map(scheme.get("title"))
    described = values.language_map(scheme.get("description"))
    name = values.line(in_language(titles), 200)
    for tag, text in titles.items():
        for language in (on_paper(tag), "en"):
            with override(language):
                if text == str(GRADING):
                    name = ""
    _name, scale, passed_from = grading_words.read(described)
    return GradeFacts(value, name, scale, passed_from)


def _evidence(source: Source, claim: dict) -> tuple[EvidenceFacts, ...]:
    found = []
    for note in source.nodes(claim.get("additionalNote"))[:MOST_EVIDENCE]:
        about = source.node(note.get("subject"))
        kind = source.notation(about)
        if kind in (EVIDENCE, EVIDENCE_NAME):
            genre = in_language(values.language_map(about.get("definition")))
            found.append(
                EvidenceFacts(
                    name=values.language_map(about.get("prefLabel")),
                    narrative=source.note(note) if kind == EVIDENCE else {},
                    id=own_id(about),
                    genre=values.line(genre, 100),
                )
            )
    return tuple(found)
