"""The only place that knows in which texts the badges of one course differ.

Works on facts as they are frozen (`facts_json`): what learners share is read, written and
expanded once; what is a learner's own is read as strictly as ever.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from credentials.standards import facts_json, open_badges
from credentials.standards import open_badges_identity as identity
from credentials.standards.facts import CredentialFacts
from credentials.trust import status_list
from credentials.trust.batch import Batch, Place, at

# What differs from learner to learner. Of a grade it is the value, not the scale.
OWN = (
    "id",
    "number",
    "holder",
    "issued_on",
    "verify_url",
    "status_url",
    "status_index",
    "suspension_url",
)
NOTHING_ELSE: dict[str, dict] = {"title": {}, "awarding_body": {"name": {}}}
MOST_KINDS = 20


class Badge(NamedTuple):
    """A badge as one of a batch: the texts in which it differs from its sample."""

    batch: Batch
    texts: list[str]

    @property
    def document(self) -> dict:
        return self.batch.document(self.texts)


class Badges:
    """Writes the badges of one course after the other; `write` of each gives the same document."""

    def __init__(self, issuer_id: str) -> None:
        self.issuer_id = issuer_id
        self.is_trusted = True
        self._known: dict[tuple[Place, ...], tuple[dict, Batch]] = {}

    def of(self, stated: Mapping[str, Any], salt: str) -> Badge:
        """Return the badge that states the frozen facts `stated`.

        Raises `BadFacts` when nobody froze them like that, and what `canonicalise` raises.
        """
        shared, own = split(stated)
        texts = _texts(facts_json.from_json({**NOTHING_ELSE, **own}), salt)
        places = tuple(texts)
        known_shared, batch = self._known.get(places, (None, None))
        if batch is None or known_shared != shared:
            facts, document = self._write(stated, salt)
            if not (self.is_trusted and facts.course_url and _has(document, texts)):
                return Badge(Batch(document, ()), [])
            batch = Batch(document, places)
            if len(self._known) >= MOST_KINDS:
                self._known.clear()
            self._known[places] = shared, batch
        return Badge(batch, list(texts.values()))

    def judge(self, stated: Mapping[str, Any], salt: str) -> bool:
        """Return whether `write` and PyLD give the same; if not, nothing is shared any more."""
        badge = self.of(stated, salt)
        _facts, document = self._write(stated, salt)
        if badge.document != document or not badge.batch.judge(badge.texts):
            self.is_trusted = False
            self._known.clear()
        return self.is_trusted

    def _write(self, stated: Mapping[str, Any], salt: str) -> tuple[CredentialFacts, dict]:
        facts = facts_json.from_json(stated)
        return facts, open_badges.write(facts, issuer_id=self.issuer_id, salt=salt)


def split(stated: Mapping[str, Any]) -> tuple[dict, dict]:
    """Return frozen facts apart: what the learners of a course share, and what is one's own."""
    shared = dict(stated)
    own = {name: shared.pop(name) for name in OWN if name in shared}
    grade = stated.get("grade")
    if isinstance(grade, dict) and "value" in grade:
        shared["grade"] = dict(grade)
        own["grade"] = {"value": shared["grade"].pop("value")}
    return shared, own


def _texts(facts: CredentialFacts, salt: str) -> dict[Place, str]:
    """Return the learner's own texts by their places in the badge."""
    holder, grade = facts.holder, facts.grade
    subject: Place = ("credentialSubject",)
    found: dict[Place, str] = {
        ("id",): facts.id,
        ("validFrom",): open_badges.moment(facts.issued_on),
        ("credentialSubject", "id"): holder.id if holder else "",
        ("credentialSubject", "licenseNumber"): facts.number,
        ("credentialSubject", "result", 0, "value"): grade.value if grade else "",
    }
    for position, entry in enumerate(identity.write(holder, salt) if holder else []):
        for name in ("identityHash", "salt"):
            found[(*subject, "identifier", position, name)] = entry.get(name, "")
    if facts.status_url and facts.status_index is not None:
        entry = status_list.entry(
            url=facts.status_url, index=facts.status_index, suspensions=facts.suspension_url
        )
        for name in ("id", "statusListIndex", "statusListCredential", "statusReference"):
            found["credentialStatus", name] = entry.get(name, "")
    return {place: text for place, text in found.items() if text}


def _has(document: dict, texts: dict[Place, str]) -> bool:
    try:
        return all(at(document, place) == text for place, text in texts.items())
    except (IndexError, KeyError, TypeError):
        return False
