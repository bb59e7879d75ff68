"""The only place that writes a European Digital Credential (European Learning Model 3, EDC).

Conforms to the Commission's SHACL shapes of the generic profile once the issuer is known as a
legal person (name, country, eIDAS identifier) and a picture is given; `problems` tells what is
missing. Carries all eleven elements of Annex I of 2022/C 243/02 in all languages of the facts.
There is no property for a status list: the page that tells the status is linked.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from django.utils.translation import gettext_lazy as _

from credentials import vocabulary
from credentials.standards import elm_specification as specification
from credentials.standards.contexts import CREDENTIALS_V1
from credentials.standards.elm_display import parameter
from credentials.standards.elm_problems import problems
from credentials.standards.elm_read import read
from credentials.standards.elm_vocabulary import (
    ASSESSMENT,
    CERTIFICATE_NUMBER,
    EVIDENCE,
    EVIDENCE_NAME,
    GENERIC_PROFILE,
    LEGAL,
    OWN,
    STUDENT_NUMBER,
    Nodes,
    concept,
    country,
    country_of,
    published,
    stated,
)
from credentials.standards.facts import (
    BodyFacts,
    CredentialFacts,
    EvidenceFacts,
    GradeFacts,
    HolderFacts,
    Identifier,
)

CONTEXT = "http://data.europa.eu/snb/model/context/edc-ap"
SHAPES = "http://data.europa.eu/snb/model/ap/edc-generic-full"

__all__ = ["problems", "read", "sealing", "write"]


def write(
    facts: CredentialFacts,
    *,
    issuer: BodyFacts | None = None,
    agency: BodyFacts | None = None,
    languages: Sequence[str] = (),
    image: bytes | None = None,
    identified: bool = False,
) -> dict:
    """Return the unsigned credential that states `facts`.

    `issuer` is who seals it, with an identifier of the scheme "eidas" as the certificate has it
    (default: the awarding body as the facts know it). `agency` assures the quality; it is named
    as such only with its country, else in words. `languages`: the ones to write, default all.
    `image` is a PNG of the credential. Birth date, student number and e-mail stay out unless
    `identified`: a learner may pass the file on.
    """
    nodes = nodes_of(facts, languages)
    issuer = issuer or facts.awarding_body
    claim = achievement(facts, nodes, award(facts, issuer, nodes), agency)
    return envelope(facts, nodes, claim, issuer=issuer, image=image, identified=identified)


def nodes_of(facts: CredentialFacts, languages: Sequence[str]) -> Nodes:
    """Return the empty set of nodes of a credential in these languages, default all of its own."""
    main = facts.main_language()
    if languages and main not in languages:
        main = languages[0]
    return Nodes(main, tuple(languages or facts.title), restricted=bool(languages))


def envelope(
    facts: CredentialFacts,
    nodes: Nodes,
    claim: dict,
    *,
    issuer: BodyFacts,
    image: bytes | None,
    identified: bool,
) -> dict:
    """Return the credential around what is claimed of the holder."""
    moment = _moment(facts.issued_on)
    document = {
        "@context": [CREDENTIALS_V1, CONTEXT],
        "id": facts.id,
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialSchema": {"id": SHAPES, "type": "ShaclValidator2017"},
        "credentialProfiles": published(GENERIC_PROFILE),
        "identifier": _numbered(facts.number, CERTIFICATE_NUMBER, nodes),
        "issuer": organisation(issuer, nodes),
        "issued": moment,
        "issuanceDate": moment,
        "validFrom": moment,
        "validUntil": _moment(facts.valid_until),
        "expirationDate": _moment(facts.valid_until),
        "displayParameter": parameter(facts, nodes, image),
        "credentialSubject": _person(facts.holder, nodes, identified, claim=claim),
    }
    return stated(document)


def sealing(body: BodyFacts, identifier: str) -> BodyFacts:
    """Return a body as who seals with a certificate that has this organizationIdentifier."""
    others = tuple(one for one in body.identifiers if one.scheme != "eidas")
    return replace(body, identifiers=(Identifier("eidas", identifier), *others))


def award(facts: CredentialFacts, issuer: BodyFacts, nodes: Nodes) -> dict:
    """Return the act by which the awarding bodies give what is achieved."""
    bodies = [
        issuer if issuer.id and (body.id, body.name) == (issuer.id, issuer.name) else body
        for body in (facts.awarding_body, *facts.joint_bodies)
    ]
    return nodes.make(
        "AwardingProcess",
        awardingBody=[organisation(body, nodes) for body in bodies],
        awardingDate=midnight(facts.awarded_on),
    )


def organisation(body: BodyFacts, nodes: Nodes) -> dict:
    """Return a body as an Organisation, as a mere Agent when its country is not known."""
    return nodes.once(repr(body), lambda: _new_body(body, nodes))


def _new_body(body: BodyFacts, nodes: Nodes) -> dict:
    name, place = nodes.texts(body.name), country(body.country)
    legal, others = {}, []
    for identifier in body.identifiers:
        property_ = LEGAL.get(identifier.scheme, "")
        land = country(country_of(identifier.value, body.country))
        if property_ and land and property_ not in legal:
            legal[property_] = nodes.make(
                "LegalIdentifier", notation=identifier.value, spatial=land
            )
        else:
            others.append(_identifier(identifier, nodes))
    said = {"homepage": nodes.web(body.url), "identifier": others, **legal}
    id = nodes.free(body.id)
    if not place:
        return nodes.make("Agent", id, prefLabel=name, **said)
    address = nodes.make("Address", countryCode=place)
    location = nodes.make("Location", address=address, geographicName=nodes.line(body.region))
    return nodes.make("Organisation", id, legalName=name, location=location, **said)


def _identifier(identifier: Identifier, nodes: Nodes) -> dict:
    return nodes.make("Identifier", notation=identifier.value, schemeName=identifier.scheme)


def _numbered(number: str, scheme: str, nodes: Nodes) -> dict:
    return nodes.make("Identifier", notation=number, schemeName=scheme) if number else {}


def _person(holder: HolderFacts | None, nodes: Nodes, identified: bool, claim: dict) -> dict:
    if not holder:
        return nodes.make("Person", hasClaim=claim)
    private: dict[str, object] = {}
    if identified:
        mailbox = {"id": f"mailto:{holder.email}", "type": "Mailbox"}
        private = {
            "dateOfBirth": midnight(holder.birth_date),
            "identifier": _numbered(holder.student_number, STUDENT_NUMBER, nodes),
            "contactPoint": nodes.make("ContactPoint", emailAddress=mailbox)
            if holder.email
            else {},
        }
    return nodes.make(
        "Person",
        holder.id,
        fullName=nodes.line(holder.name),
        givenName=nodes.line(holder.given_name),
        familyName=nodes.line(holder.family_name),
        hasClaim=claim,
        **private,
    )


def achievement(
    facts: CredentialFacts, nodes: Nodes, award: dict, agency: BodyFacts | None
) -> dict:
    """Return what is claimed of the holder: the achievement, with the course that it is of."""
    assuring = organisation(agency, nodes) if agency and country(agency.country) else {}
    return nodes.make(
        "LearningAchievement",
        title=nodes.texts(facts.title),
        awardedBy=award,
        creditReceived=specification.credits(facts, nodes),
        influencedBy=_activity(facts, nodes, award),
        provenBy=_proof(facts, facts.grade, nodes, award) if facts.grade else {},
        specifiedBy=specification.qualification(facts, nodes, assuring),
        supplementaryDocument=nodes.web(facts.verify_url, _("Check this credential")),
        additionalNote=[_evidence(one, n, nodes) for n, one in enumerate(facts.evidence, start=1)],
    )


def _activity(facts: CredentialFacts, nodes: Nodes, award: dict) -> dict:
    period = {
        "startDate": midnight(facts.activity_from),
        "endDate": midnight(facts.activity_to),
    }
    if not any(period.values()) and not facts.platform:
        return {}
    return nodes.make(
        "LearningActivity",
        title=nodes.texts(facts.title),
        awardedBy=award,
        temporal=nodes.make("PeriodOfTime", **period) if any(period.values()) else {},
        directedBy=organisation(facts.platform, nodes) if facts.platform else {},
    )


def _proof(facts: CredentialFacts, grade: GradeFacts, nodes: Nodes, award: dict) -> dict:
    kind = facts.assessment_type
    return nodes.make(
        "LearningAssessment",
        title=nodes.labels(vocabulary.AssessmentType(kind).label if kind else ASSESSMENT),
        awardedBy=award,
        grade=nodes.note(nodes.line(grade.value)),
        idVerification=specification.supervision(facts, nodes),
        specifiedBy=specification.assessment(facts, nodes),
    )


def _evidence(evidence: EvidenceFacts, number: int, nodes: Nodes) -> dict:
    """Return what the credential rests on as a note about it, named by the note's subject."""
    name, told = nodes.texts(evidence.name), any(evidence.narrative.values())
    about = concept(
        evidence.id or f"{OWN}evidence-{number}", name, notation=EVIDENCE if told else EVIDENCE_NAME
    )
    about |= stated({"definition": nodes.line(evidence.genre)})
    return nodes.note(evidence.narrative if told else evidence.name, about)


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def midnight(day: date | None) -> str:
    """Return a day as the model writes it: midnight of UTC, "" for none."""
    return f"{day.isoformat()}T00:00:00Z" if day else ""
