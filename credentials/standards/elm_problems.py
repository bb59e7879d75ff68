"""The only place that says what a European Digital Credential lacks, in words for people.

The mandatory properties are those of the Commission's SHACL shapes of the generic profile
(`sh:minCount` of EDC-generic-no-cv, and its node shape for the issuer).
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from credentials.standards import values
from credentials.standards.elm_vocabulary import AUTHORITY
from credentials.standards.verifiable_credentials import missing, not_moments
from credentials.vocabulary import SNB

CLAIM = ("title", "awardedBy")
SPECIFICATION = ("title",)
REQUIRED: dict[str, tuple[str, ...]] = {
    "EuropeanDigitalCredential": (
        "credentialSchema",
        "credentialProfiles",
        "displayParameter",
        "issued",
        "validFrom",
        "issuer",
        "credentialSubject",
    ),
    "Person": ("hasClaim",),
    "Claim": CLAIM,
    "LearningAchievement": CLAIM,
    "LearningActivity": CLAIM,
    "LearningAssessment": (*CLAIM, "grade"),
    "LearningEntitlement": CLAIM,
    "AwardingProcess": ("awardingBody",),
    "AwardingOpportunity": ("awardingBody",),
    "Qualification": SPECIFICATION,
    "LearningAchievementSpecification": SPECIFICATION,
    "LearningActivitySpecification": SPECIFICATION,
    "LearningAssessmentSpecification": SPECIFICATION,
    "LearningEntitlementSpecification": (*SPECIFICATION, "dcType", "entitlementStatus"),
    "LearningOutcome": ("title",),
    "LearningOpportunity": ("title", "providedBy"),
    "Organisation": ("legalName", "location"),
    "Group": ("prefLabel",),
    "Location": ("address",),
    "Address": ("countryCode",),
    "Accreditation": ("title", "dcType", "accreditingAgent"),
    "CreditPoint": ("framework", "point"),
    "GradingScheme": ("title",),
    "DisplayParameter": ("title", "language", "primaryLanguage"),
    "IndividualDisplay": ("language", "displayDetail"),
    "DisplayDetail": ("image", "page"),
    "MediaObject": ("content", "contentType", "contentEncoding"),
    "Evidence": ("dcType",),
    "Identifier": ("notation",),
    "LegalIdentifier": ("notation", "spatial"),
    "Note": ("noteLiteral",),
    "WebResource": ("contentURL",),
}
MOMENTS = ("issued", "issuanceDate", "validFrom", "validUntil", "expirationDate")
MOST = 50


def problems(document: object) -> list[str]:
    """Return what an untrusted document lacks as a European Digital Credential, in sentences.

    An empty list means that all mandatory elements are there, not that every shape is kept.
    Takes the upload form (`credential`) too.
    """
    credential = values.item(document)
    credential = values.item(credential.get("credential")) or credential
    if "EuropeanDigitalCredential" not in values.types(credential.get("type")):
        return [_("This is not a European Digital Credential.")]
    found = [*_issuer(values.item(credential.get("issuer"))), *_display(credential)]
    found += not_moments(credential, MOMENTS)
    for place, node in _nodes(credential):
        for name in _required(node):
            if _empty(node.get(name)):
                found.append(missing(f"{place}.{name}"))
            if len(found) >= MOST:
                return found
    return list(dict.fromkeys(found))


def _required(node: dict) -> list[str]:
    kinds = values.types(node.get("type"))
    required = [name for kind in kinds for name in REQUIRED.get(kind, ())]
    if "Concept" in kinds and values.identifier(node).startswith((SNB, AUTHORITY)):
        required.append("inScheme")  # which list it is from: the shapes look at that alone
    return required


def _empty(value: object) -> bool:
    return value is None or value in ("", [], {})


def _nodes(document: dict) -> Iterator[tuple[str, dict]]:
    """Return each node with its JSONPath; one that is repeated by its id, only once."""
    waiting: list[tuple[str, object]] = [("$", document)]
    seen: set[str] = set()
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, list):
            inner = [(f"{place}[{n}]", entry) for n, entry in enumerate(value)]
            waiting += reversed(inner)
        elif isinstance(value, dict):
            name = value.get("id")
            if isinstance(name, str) and len(value) > 1:
                if name in seen:
                    continue
                seen.add(name)
            yield place, value
            children = [(f"{place}.{key}", child) for key, child in value.items()]
            waiting += reversed(children)


def _issuer(issuer: dict) -> list[str]:
    """Return what keeps an issuer from being a legal person who can seal."""
    if not issuer:
        return []
    found = []
    if not values.language_map(issuer.get("legalName")):
        found.append(_("The legal name of the issuer is not stated."))
    if not any(_country(place) for place in values.items(issuer.get("location"))):
        found.append(_("The country of the issuer is not stated."))
    identifier = values.item(issuer.get("eIDASIdentifier"))
    if not values.line(identifier.get("notation")):
        found.append(
            _("The eIDAS identifier of the issuer is not stated: it stands in the certificate.")
        )
    return found


def _country(location: dict) -> bool:
    addresses = values.items(location.get("address"))
    return any(
        values.identifier(address.get("countryCode")).startswith(f"{AUTHORITY}country/")
        for address in addresses
    )


def _display(credential: dict) -> list[str]:
    shown = values.item(credential.get("displayParameter"))
    if shown and not values.items(shown.get("individualDisplay")):
        return [_("There is no picture of the credential.")]
    return []
