"""The only place that says who holds an Open Badge 3.0: by name, and by a hashed e-mail address.

Birth date and student number stay out: a learner may publish the badge, and a hash of them is
guessed in seconds.
"""

import hashlib

from credentials.standards import values
from credentials.standards.facts import HolderFacts


def write(holder: HolderFacts, salt: str) -> list[dict]:
    """Return the identity objects of a holder; without a salt the e-mail is left out."""
    found: list[dict] = []
    if holder.name:
        found.append({"hashed": False, "identityHash": holder.name, "identityType": "name"})
    if holder.email and salt:
        hashed = _hash(holder.email.strip().lower(), salt)
        found.append(
            {"hashed": True, "identityHash": hashed, "identityType": "emailAddress", "salt": salt}
        )
    return [{"type": "IdentityObject", **identity} for identity in found]


def _hash(identity: str, salt: str) -> str:
    """Return an IdentityHash: SHA-256 of the identity followed by the salt, in hexadecimal."""
    return f"sha256${hashlib.sha256((identity + salt).encode('utf-8')).hexdigest()}"


def read(subject: dict) -> HolderFacts | None:
    """Return the holder that an untrusted AchievementSubject names, None when it names nobody."""
    stated = {"name": values.line(subject.get("name"))}
    for identity in values.items(subject.get("identifier")):
        if identity.get("hashed") in (False, "false"):
            kind = values.line(identity.get("identityType"), 60)
            stated[kind] = stated.get(kind) or values.line(identity.get("identityHash"))
    holder = HolderFacts(
        name=stated["name"],
        email=stated.get("emailAddress", ""),
        id=values.identifier(subject.get("id")),
    )
    return holder if any((holder.name, holder.email, holder.id)) else None


def names_email(document: dict, email: str) -> bool:
    """Return whether the holder of an untrusted credential is identified by `email`."""
    subject = values.item(document.get("credentialSubject"))
    for identity in values.items(subject.get("identifier")):
        if identity.get("identityType") == "emailAddress":
            stated, salt = identity.get("identityHash"), values.line(identity.get("salt"))
            spellings = (email, email.strip().lower())
            if stated in (*spellings, *(_hash(spelling, salt) for spelling in spellings)):
                return True
    return False
