"""The only place that knows in which texts the badges of one course differ.

Works on facts as they are frozen (`facts_json`): what learners share is read, written and
expanded once; what is a learner's own is read as strictly as ever.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from credentials.standards import facts_json, open_badges
from credentials.standards import open_badges_identity as identity
from credentials.standards.facts import CredentialFacts, HolderFacts
from credentials.trust import status_list
from credentials.trust.batch import Batch, Place, at

NOTHING_ELSE: dict[str, dict] = {"title": {}, "awarding_body": {"name": {}}}
MOST_KINDS = 20


class Own(NamedTuple):
    """The facts in which the credentials of a course differ: `CredentialFacts` says what each is.

    Of a grade it is the value, not the scale; None where there is none.
    """

    id: str
    number: str = ""
    holder: HolderFacts | None = None
    issued_on: datetime | None = None
    verify_url: str = ""
    status_url: str = ""
    status_index: int | None = None
    suspension_url: str = ""
    grade: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return these facts, but for the grade, as `facts_json` writes them."""
        holder, issued_on = self.holder, self.issued_on
        said = {
            "number": self.number,
            "holder": facts_json.to_json(holder) if holder else None,
            "issued_on": issued_on.isoformat() if issued_on else None,
            "verify_url": self.verify_url,
            "status_url": self.status_url,
            "status_index": self.status_index,
            "suspension_url": self.suspension_url,
        }
        known = {name: value for name, value in said.items() if value not in (None, "")}
        return {"id": self.id, **known}


class Stated(NamedTuple):
    """The facts of a credential apart: what the learners of a course share, and one's own.

    `shared` is as `facts_json` writes it, without what is in `own`.
    """

    shared: Mapping[str, Any]
    own: Own

    def to_json(self) -> dict[str, Any]:
        """Return the facts as they are frozen, of which `read` makes the same again."""
        return {**with_grade(self.shared, self.own.grade), **self.own.to_json()}


def with_grade(shared: Mapping[str, Any], grade: str | None) -> Mapping[str, Any]:
    """Return what learners share with the grade of those who have this one."""
    return shared if grade is None else {**shared, "grade": {**shared["grade"], "value": grade}}


def read(frozen: Mapping[str, Any]) -> Stated:
    """Return frozen facts apart; raises `BadFacts` when nobody froze what is one's own like that.

    What is shared is read by `Badges`.
    """
    shared = dict(frozen)
    said = {name: shared.pop(name) for name in Own._fields[:-1] if name in shared}
    if (grade := shared.get("grade")) and isinstance(grade, dict) and "value" in grade:
        shared["grade"] = dict(grade)
        said["grade"] = {"value": shared["grade"].pop("value")}
    facts = facts_json.from_json({**NOTHING_ELSE, **said})
    own = Own(*(getattr(facts, name) for name in Own._fields[:-1]))
    return Stated(shared, own._replace(grade=facts.grade.value if facts.grade else None))


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
        self._known: dict[tuple[Place, ...], tuple[Mapping[str, Any], Batch]] = {}

    def of(self, stated: Stated, salt: str) -> Badge:
        """Return the badge that states these facts.

        Raises `BadFacts` when nobody froze them like that, and what `canonicalise` raises.
        """
        texts = _texts(stated.own, salt)
        places = tuple(texts)
        known_shared, batch = self._known.get(places, (None, None))
        if batch is None or (known_shared is not stated.shared and known_shared != stated.shared):
            facts, document = self._write(stated, salt)
            if not (self.is_trusted and facts.course_url and _has(document, texts)):
                return Badge(Batch(document, ()), [])
            batch = Batch(document, places)
            if len(self._known) >= MOST_KINDS:
                self._known.clear()
            self._known[places] = stated.shared, batch
        return Badge(batch, list(texts.values()))

    def judge(self, stated: Stated, salt: str) -> bool:
        """Return whether `write` and PyLD give the same; if not, nothing is shared any more."""
        badge = self.of(stated, salt)
        _facts, document = self._write(stated, salt)
        if badge.document != document or not badge.batch.judge(badge.texts):
            self.is_trusted = False
            self._known.clear()
        return self.is_trusted

    def _write(self, stated: Stated, salt: str) -> tuple[CredentialFacts, dict]:
        facts = facts_json.from_json(stated.to_json())
        return facts, open_badges.write(facts, issuer_id=self.issuer_id, salt=salt)


def _texts(own: Own, salt: str) -> dict[Place, str]:
    """Return the learner's own texts by their places in the badge."""
    found: dict[Place, str] = {
        ("id",): own.id,
        ("validFrom",): open_badges.moment(own.issued_on),
        ("credentialSubject", "id"): own.holder.id if own.holder else "",
        ("credentialSubject", "licenseNumber"): own.number,
        ("credentialSubject", "result", 0, "value"): own.grade or "",
    }
    for position, entry in enumerate(identity.write(own.holder, salt) if own.holder else []):
        for name in ("identityHash", "salt"):
            found["credentialSubject", "identifier", position, name] = entry.get(name, "")
    if own.status_url and own.status_index is not None:
        entry = status_list.entry(
            url=own.status_url, index=own.status_index, suspensions=own.suspension_url
        )
        for name in ("id", "statusListIndex", "statusListCredential", "statusReference"):
            found["credentialStatus", name] = entry.get(name, "")
    return {place: text for place, text in found.items() if text}


def _has(document: dict, texts: dict[Place, str]) -> bool:
    try:
        return all(at(document, place) == text for place, text in texts.items())
    except (IndexError, KeyError, TypeError):
        return False
