"""The only place that reads Open Badges 2.0; they are never written.

A badge is three documents: the assertion, the class that it is of, and the profile of the issuer.
Each may stand inside the other or behind an address; the caller fetches them, nothing is fetched
here. Also read are the `extensions:` by which edubadges says credits, level and outcomes.
"""

import hashlib
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlsplit

from credentials.standards import open_badges_alignments as alignments
from credentials.standards import open_badges_evidence as evidence
from credentials.standards import values
from credentials.standards.facts import BodyFacts, CredentialFacts, HolderFacts, OutcomeFacts
from credentials.standards.values import UNKNOWN_LANGUAGE
from credentials.standards.verifiable_credentials import missing
from credentials.vocabulary import CredentialType

CONTEXT = "https://w3id.org/openbadges/v2"
SIGNED = {"SignedBadge", "signed"}
HOSTED = {"HostedBadge", "hosted"}
MOST_ENTRIES = 20_000


def is_assertion(document: object) -> bool:
    """Return whether a parsed document is an assertion of Open Badges 2.0."""
    if not isinstance(document, dict) or "badge" not in document:
        return False
    is_of_2 = any(str(c).startswith(CONTEXT) for c in values.many(document.get("@context")))
    return is_of_2 or "Assertion" in values.types(document.get("type"))


def is_signed(assertion: dict) -> bool:
    """Return whether it says that a signature vouches for it, and not the place it lies at."""
    verification = values.item(assertion.get("verification"))
    return bool(SIGNED & values.types(verification.get("type")))


def issued_on(assertion: dict) -> datetime | None:
    """Return the moment of award; a day without a time begins at midnight UTC."""
    return _moment(assertion.get("issuedOn"))


def expires(assertion: dict) -> datetime | None:
    """Return the moment from which it does not count any more, None for without end."""
    return _moment(assertion.get("expires"))


def _moment(value: object) -> datetime | None:
    day = values.day(value)
    if found := values.moment(value):
        return found
    is_day = isinstance(value, str) and len(value) == 10
    return datetime.combine(day, time(), UTC) if day and is_day else None


def read(assertion: dict, badge: dict, issuer: dict) -> CredentialFacts:
    """Return what the three documents (untrusted) say; {} for one that could not be had."""
    language = _language(badge)
    criteria = badge.get("criteria")
    course = values.url(badge.get("id")) or values.url(criteria)
    narrative = values.item(criteria).get("narrative")
    found = alignments.read(
        values.items(badge.get("alignment")), course=course, language=language
    ) | _extensions(badge, language)
    facts: dict[str, Any] = {
        "language": language if language != UNKNOWN_LANGUAGE else "",
        **{name: value for name, value in found.items() if value},
    }
    return CredentialFacts(
        id=values.identifier(assertion.get("id")),
        title=values.texts(badge.get("name"), language),
        description=values.texts(badge.get("description"), language),
        type=CredentialType.BADGE.value,
        awarding_body=BodyFacts(
            name=values.texts(issuer.get("name"), language),
            id=values.identifier(issuer.get("id")),
            url=values.url(issuer.get("url")),
        ),
        holder=_holder(assertion),
        issued_on=issued_on(assertion),
        valid_until=expires(assertion),
        assessment_criteria=values.texts(narrative, language),
        course_url=course,
        evidence=evidence.read(_evidence(assertion), language)[0],
        **facts,
    )


def _language(badge: dict) -> str:
    stated = _extension(badge, "Language") or badge.get("@language")
    tag = values.line(stated, 20).replace("_", "-")
    # "en_EN" names no country; the language alone is meant.
    tag = tag.partition("-")[0].lower()
    return tag if values.LANGUAGE_TAG.fullmatch(tag) else UNKNOWN_LANGUAGE


def _extension(badge: dict, name: str) -> object:
    return values.item(badge.get(f"extensions:{name}Extension")).get(name)


def _extensions(badge: dict, language: str) -> dict[str, Any]:
    level = values.number(_extension(badge, "EQF"))
    outcome = values.texts(_extension(badge, "LearningOutcome"), language)
    found: dict[str, Any] = {"ects": values.number(_extension(badge, "ECTS"))}
    if level is not None and level == int(level) and 1 <= level <= 8:
        found["eqf_level"] = int(level)
    if outcome:
        found["outcomes"] = (OutcomeFacts(text=outcome),)
    return {name: value for name, value in found.items() if value is not None}


def _holder(assertion: dict) -> HolderFacts | None:
    """Return the recipient when it is named in clear; a hash names nobody to a reader."""
    recipient = values.item(assertion.get("recipient"))
    kind, identity = values.line(recipient.get("type"), 40), values.line(recipient.get("identity"))
    if recipient.get("hashed") is not False or not identity:
        return None
    if kind == "email":
        return HolderFacts(name="", email=identity)
    return HolderFacts(name="", id=values.identifier(identity)) if kind in ("id", "url") else None


def _evidence(assertion: dict) -> list[dict]:
    stated = [
        entry if isinstance(entry, dict) else {"id": entry}
        for entry in values.many(assertion.get("evidence"))
    ]
    told = assertion.get("narrative")
    return [*stated, {"narrative": told}] if told else stated


def problems(assertion: object, badge: dict, issuer: dict) -> list[str]:
    """Return what keeps the three documents from being an Open Badge 2.0, one sentence each.

    A document that could not be had ({}) is not complained about: that is another question.
    """
    if not isinstance(assertion, dict):
        return [missing("$")]
    found = [
        missing(f"$.{name}") for name in ("id", "recipient", "badge") if not assertion.get(name)
    ]
    verification = values.item(assertion.get("verification"))
    if not (SIGNED | HOSTED) & values.types(verification.get("type")):
        found.append(missing("$.verification.type"))
    if not issued_on(assertion):
        found.append(missing("$.issuedOn"))
    if "expires" in assertion and not expires(assertion):
        found.append(missing("$.expires"))
    for place, document, names in (
        ("$.badge", badge, ("name", "description", "criteria", "issuer")),
        ("$.badge.issuer", issuer, ("name", "url")),
    ):
        found += [
            missing(f"{place}.{name}") for name in names if document and not document.get(name)
        ]
    return found


def names_email(assertion: dict, email: str) -> bool:
    """Return whether the recipient (untrusted) is identified by `email`, in clear or hashed."""
    recipient = values.item(assertion.get("recipient"))
    if "email" not in values.types(recipient.get("type")):
        return False
    identity, salt = values.line(recipient.get("identity")), recipient.get("salt", "")
    if recipient.get("hashed") is False:
        return identity.casefold() == email.strip().casefold()
    spellings = {email.strip(), email.strip().lower()}
    return isinstance(salt, str) and any(
        f"sha256${hashlib.sha256((spelling + salt).encode()).hexdigest()}" == identity.lower()
        for spelling in spellings
    )


def may_host(issuer: dict, address: str) -> bool:
    """Return whether an assertion at `address` is one that the issuer's own profile vouches for.

    Its own host, the hosts in `allowedOrigins` or the beginnings in `startsWith`
    (Open Badges 2.0, "VerificationObject"). The profile must come from its own address.
    """
    rules = values.item(issuer.get("verification"))
    prefixes = [
        p for p in values.many(rules.get("startsWith")) if isinstance(p, str) and "://" in p
    ]
    if prefixes:
        # The host is compared by itself: a beginning may end in the middle of another host.
        return any(
            address.startswith(prefix) and host_of(address) == host_of(prefix)
            for prefix in prefixes
        )
    hosts = {str(host).lower() for host in values.many(rules.get("allowedOrigins"))}
    return host_of(address) in (hosts or {host_of(values.identifier(issuer.get("id")))}) - {""}


def host_of(address: str) -> str:
    """Return the host of a web address, "" when it is none."""
    return urlsplit(address).netloc.lower() if values.url(address) else ""


def is_revoked_in(listed: object, assertion: dict, issuer: str) -> bool | None:
    """Return whether a revocation list (untrusted) names the assertion; None if it is no list.

    `issuer` is the identifier of the one whose list it must be.
    """
    if not isinstance(listed, dict) or listed.get("issuer") != issuer:
        return None
    entries = listed.get("revokedAssertions", [])
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        return None
    wanted = {values.line(assertion.get(name)) for name in ("id", "uid")} - {""}
    named = {
        str(name)
        for entry in entries
        for name in ([entry.get("id"), entry.get("uid")] if isinstance(entry, dict) else [entry])
    }
    return bool(wanted & named)
