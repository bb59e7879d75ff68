"""The only place that awards to many learners at once. Signing is in `issuing_batches`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID, uuid4

from django.utils import timezone

from credentials.models import (
    Award,
    CourseVersion,
    Credential,
    Learner,
    Origin,
    StatusEntry,
    User,
)
from credentials.services import accounts, awards, bulk, facts, keys, mails, numbers, status
from credentials.services.lifecycle import change, record_all
from credentials.standards import facts_json
from credentials.standards.open_badges_batch import Badges, Own, Stated, read, with_grade
from credentials.states import AwardState
from credentials.trust.canonical import NotCanonical

CHUNK = 1_000  # rows in one transaction
PLAIN = 1_000  # characters of a name
SOME_SALT = "0" * 32  # the salt of the badge that is signed is drawn anew
AWARD_COLUMNS = (
    *("uuid", "number", "code", "learner", "credential"),
    *("holder_name", "identity_assurance", "grade"),
)


class Alike:
    """What the awards of one course have in common."""

    def __init__(self, version: CourseVersion) -> None:
        self.version = version
        self.institution = version.course.institution
        self.language = self.institution.spoken_language
        self.did = keys.did_of(self.institution)
        self.badges = Badges(self.did)
        self.allowed = awards.passing_grades(version) or [""]
        self.day = timezone.localdate()
        said = replace(
            facts.shared_by_awards(version, self.institution),
            awarded_on=self.day,
            grade=facts.grade_of(version, self.allowed[0]),
        )
        self.shared = read(facts_json.to_json(said)).shared
        self.texts = {
            grade: json.dumps(with_grade(self.shared, grade or None)) for grade in self.allowed
        }
        self.checked: set[tuple] = set()
        self.address = facts.addresses("credential-id")
        self.verify = facts.addresses("verify-code")


class Waiting(NamedTuple):
    """An award that waits to be signed: its keys, what it says, and who is told."""

    pk: int
    uuid: UUID
    credential: int
    stated: Stated
    user: int | None
    reader: mails.Stranger | None

    @property
    def number(self) -> str:
        return self.stated.own.number


@dataclass(slots=True)
class Row:
    """An award that is about to be stored; it has no number yet."""

    learner: Learner
    email: str
    own: Own
    code: str
    award: UUID = field(default_factory=uuid4)
    credential: UUID = field(default_factory=uuid4)


def prepare(alike: Alike, learner: Learner, email: str, grade: str) -> Row:
    """Return the award of a learner, who may be entered after this; writes nothing.

    Raises `Refused` for a grade that does not pass, and when no signature would cover in full what
    it says, as `awards` does.
    """
    awards.require_grade(alike.version, grade)
    code, credential = numbers.new_code(alike.institution), uuid4()
    own = Own(
        alike.address(credential),
        holder=facts.holder_with(learner, email),
        issued_on=timezone.now().replace(microsecond=0),
        verify_url=alike.verify(code),
        grade=grade or None,
    )
    _check(alike, own)
    return Row(learner, email, own, code, credential=credential)


def _check(alike: Alike, own: Own) -> None:
    """Refuse what no signature would cover. A plain name can stand where another one could."""
    name, email = (own.holder.name, own.holder.email) if own.holder else ("", "")
    kind = (own.grade, not name, not email)
    if kind in alike.checked and len(name) < PLAIN and name.isprintable():
        return
    try:
        badge = alike.badges.of(Stated(alike.shared, own), SOME_SALT)
        badge.batch.check(badge.texts)
    except NotCanonical as problem:
        raise awards.unsignable(problem) from problem
    if badge.batch.is_fast:
        alike.checked.add(kind)


@change()
def store(alike: Alike, rows: Sequence[Row], *, by: User) -> list[Waiting]:
    """Store awards whose learners are entered and locked; return them, waiting to be signed.

    Their numbers run on from the first to the last.
    """
    institution = alike.institution
    given = numbers.next_numbers(institution, "MC", len(rows))
    places = status.places(institution, len(rows))
    said = [
        row.own._replace(number=number, **facts.of_place(kept, index))
        for row, number, (kept, index) in zip(rows, given, places, strict=True)
    ]
    credentials = bulk.insert(
        Credential(origin=Origin.AWARD, title=alike.version.title, issuer_key=alike.did),
        ("uuid", "holder", "identifier", "facts"),
        [
            (row.credential, row.learner.user_id, own.id, _frozen(alike, own))
            for row, own in zip(rows, said, strict=True)
        ],
    )
    stored = bulk.insert(
        Award(course_version=alike.version, awarded_on=alike.day, awarded_by=by),
        AWARD_COLUMNS,
        [
            (
                *(row.award, own.number, row.code, row.learner.pk, credential),
                *(row.learner.name, awards.assurance_of(row.learner), own.grade or ""),
            )
            for row, own, credential in zip(rows, said, credentials, strict=True)
        ],
    )
    bulk.insert(
        StatusEntry(),
        ("credential", "status_list", "index"),
        [
            (credential, one.pk, index)
            for credential, (kept, index) in zip(credentials, places, strict=True)
            for one in (kept, kept.suspensions)
        ],
        with_keys=False,
    )
    uuids, after = [row.award for row in rows], AwardState.SIGNING.value
    record_all(Award, uuids, "make", by=by, institution=institution, after=after)
    return [
        Waiting(
            *(pk, row.award, credential, Stated(alike.shared, own), row.learner.user_id),
            accounts.reader_of(row.learner, row.email, alike.language),
        )
        for pk, row, credential, own in zip(stored, rows, credentials, said, strict=True)
    ]


def _frozen(alike: Alike, own: Own) -> str:
    """Return `Stated.to_json()` as text, of which the part that learners share is written once."""
    return f"{json.dumps(own.to_json())[:-1]}, {alike.texts[own.grade or ''][1:]}"
