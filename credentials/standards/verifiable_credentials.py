"""The only place that knows the envelope of a verifiable credential: VC Data Model 2.0.

Documents are untrusted. Data Model 1.1 is read as well, with its other names for the dates.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from credentials.standards import values
from credentials.standards.contexts import CREDENTIALS_V1, CREDENTIALS_V2

VALID_FROM = ("validFrom", "issuanceDate")
VALID_UNTIL = ("validUntil", "expirationDate")


def issuer_id(document: dict) -> str:
    """Return the identifier of the issuer, "" when there is none."""
    return values.identifier(document.get("issuer"))


def valid_from(document: dict) -> datetime | None:
    """Return the moment from which the credential counts (section 4.9)."""
    return _first_moment(document, VALID_FROM)


def valid_until(document: dict) -> datetime | None:
    """Return the moment until which the credential counts, None for without end."""
    return _first_moment(document, VALID_UNTIL)


def _first_moment(document: dict, names: tuple[str, ...]) -> datetime | None:
    return next((values.moment(document[name]) for name in names if name in document), None)


def problems(document: object) -> list[str]:
    """Return what keeps `document` from being a verifiable credential, one sentence each."""
    if not isinstance(document, dict):
        return [missing("$")]
    found = []
    contexts = values.many(document.get("@context"))
    if not contexts or contexts[0] not in (CREDENTIALS_V2, CREDENTIALS_V1):
        found.append(missing(f'$["@context"][0]: {CREDENTIALS_V2}'))
    if "VerifiableCredential" not in values.types(document.get("type")):
        found.append(missing("$.type: VerifiableCredential"))
    if not issuer_id(document):
        found.append(missing("$.issuer.id"))
    if not values.items(document.get("credentialSubject")):
        found.append(missing("$.credentialSubject"))
    if "id" in document and not values.identifier(document["id"]):
        found.append(_("%(place)s is not an address.") % {"place": "$.id"})
    found += not_moments(document, VALID_FROM + VALID_UNTIL)
    start, end = valid_from(document), valid_until(document)
    if start and end and end < start:
        found.append(_("The credential ends before it begins."))
    for name in ("credentialStatus", "credentialSchema", "evidence", "termsOfUse"):
        for position, entry in enumerate(values.many(document.get(name))):
            if not isinstance(entry, dict) or not values.types(entry.get("type")):
                found.append(missing(f"$.{name}[{position}].type"))
    return found


def not_moments(document: dict, names: tuple[str, ...]) -> list[str]:
    """Return a sentence for each date that is stated and cannot be read as a moment."""
    said = _("%(place)s is not a date with time and time zone.")
    unread = [name for name in names if name in document and not values.moment(document[name])]
    return [said % {"place": f"$.{name}"} for name in unread]


def missing(place: str) -> str:
    """Return the sentence for something that should be at a JSONPath and is not."""
    return _("%(place)s is missing.") % {"place": place}
