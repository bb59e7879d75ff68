"""The only place that awards to many learners at once. Signing is in `issuing`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials import permissions
from credentials.models import (
    Award,
    CourseVersion,
    Credential,
    Job,
    Learner,
    Origin,
    StatusEntry,
    User,
)
from credentials.services import accounts, awards, bulk, facts, jobs, keys, numbers, status
from credentials.services.lifecycle import change, record_all
from credentials.standards import facts_json
from credentials.standards.facts import HolderFacts
from credentials.standards.open_badges_batch import Badges
from credentials.states import AwardState
from credentials.trust.canonical import NotCanonical
from credentials.verdict import Refused

CHUNK = 500  # rows in one transaction
PLAIN = 1_000  # characters of a name
SOME_SALT = "0" * 32  # the salt of the badge that is signed is drawn anew
AWARD_COLUMNS = (
    *("uuid", "number", "code", "learner", "credential"),
    *("holder_name", "identity_assurance", "grade"),
)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of a batch (the first is 1) of which nothing was awarded, and why."""

    row: int
    reason: str


@dataclass(slots=True)
class Awarded:
    """What came of the rows of a batch; `job` signs what was awarded, None when nothing was."""

    job: Job | None = None
    made: int = 0
    refused: list[RefusedRow] = field(default_factory=list)


def award_many(version: CourseVersion, rows: Iterable[tuple[Learner, str]], *, by: User) -> Awarded:
    """Award the credential of a course to many: learner and grade ("" without grades) in each row.

    Each row is awarded whole or refused with its reason, some hundreds in a transaction. Whoever
    begins again with the same rows is refused what was awarded before. Refused altogether to
    those who may not award the course.
    """
    version = CourseVersion.objects.select_related("course__institution").get(pk=version.pk)
    permissions.can_award_course(by, version).require()
    awarded, alike, left = Awarded(), Alike(version), iter(rows)
    first = 1
    try:
        while chunk := list(islice(left, CHUNK)):
            made, refused, job = award_chunk(alike, chunk, first, awarded.job, by=by)
            if awarded.job and job != awarded.job:
                jobs.send(awarded.job)
            awarded.job, awarded.made = job, awarded.made + made
            awarded.refused += refused
            first += len(chunk)
    finally:
        if awarded.job:
            jobs.send(awarded.job)
    return awarded


class Alike:
    """What the awards of one course have in common."""

    def __init__(self, version: CourseVersion) -> None:
        self.version = version
        self.institution = version.course.institution
        self.did = keys.did_of(self.institution)
        self.badges = Badges(self.did)
        self.allowed = awards.passing_grades(version) or [""]
        self.facts = facts_json.to_json(facts.shared_by_awards(version, self.institution))
        self.day = timezone.localdate()
        self.grades: dict[str, dict] = {}
        for grade in filter(None, self.allowed):
            self.grades[grade] = facts_json.to_json(facts.grade_of(version, grade))
        self.checked: set[tuple] = set()
        self.address = facts.addresses("credential-id")
        self.verify = facts.addresses("verify-code")


def require_signable(alike: Alike, learner: Learner, email: str, grade: str) -> None:
    """Raise `Refused` when a credential for this learner, known or new, could not be signed."""
    _row_of(alike, learner, email, grade)


@dataclass(slots=True)
class _Row:
    """An award that is about to be stored."""

    learner: Learner
    grade: str
    code: str
    stated: dict
    award: UUID = field(default_factory=uuid4)
    credential: UUID = field(default_factory=uuid4)


@change()
def award_chunk(
    alike: Alike, chunk: list[tuple[Learner, str]], first: int, job: Job | None, *, by: User
) -> tuple[int, list[RefusedRow], Job | None]:
    """Award some rows, of which the number of the first is given; see `award_many`."""
    named = Learner.objects.filter(pk__in=[learner.pk for learner, _grade in chunk])
    locking = named.order_by("pk").select_for_update(of=("self",), no_key=True)
    learners = {one.pk: one for one in locking}
    emails = accounts.first_emails(learners)
    verdicts = permissions.can_award_learners(by, alike.version, list(learners.values()))
    rows: dict[int, _Row] = {}
    refused = []
    for number, (named_learner, grade) in enumerate(chunk, start=first):
        learner = learners[named_learner.pk]
        try:
            verdicts[learner.pk].require()
            if learner.pk in rows:
                raise Refused(_("%(learner)s is in an earlier row.") % {"learner": learner})
            awards.require_grade(alike.version, grade)
            rows[learner.pk] = _row_of(alike, learner, emails.get(learner.pk, ""), grade)
        except Refused as refusal:
            refused.append(RefusedRow(number, str(refusal)))
    if rows:
        job = _store_chunk(alike, list(rows.values()), job, by=by)
    return len(rows), refused, job


def _row_of(alike: Alike, learner: Learner, email: str, grade: str) -> _Row:
    """Return a row with what it will say, without number and status."""
    row = _Row(learner, grade, numbers.new_code(alike.institution), {})
    holder = facts.holder_with(learner, email)
    row.stated = {
        **alike.facts,
        "id": alike.address(row.credential),
        "holder": facts_json.to_json(holder),
        "issued_on": timezone.now().replace(microsecond=0).isoformat(),
        "awarded_on": alike.day.isoformat(),
        "verify_url": alike.verify(row.code),
    }
    if grade:
        row.stated["grade"] = alike.grades[grade]
    _check(alike, row, holder)
    return row


def _check(alike: Alike, row: _Row, holder: HolderFacts) -> None:
    """Refuse what no signature would cover in full, as `awards` does.

    A plain name can stand where another one could.
    """
    kind = (row.grade, not holder.name, not holder.email)
    if kind in alike.checked and len(holder.name) < PLAIN and holder.name.isprintable():
        return
    try:
        badge = alike.badges.of(row.stated, SOME_SALT)
        badge.batch.check(badge.texts)
    except NotCanonical as problem:
        raise awards.unsignable(problem) from problem
    if badge.batch.is_fast:
        alike.checked.add(kind)


def _store_chunk(alike: Alike, rows: list[_Row], job: Job | None, *, by: User) -> Job:
    institution = alike.institution
    given = numbers.next_numbers(institution, "MC", len(rows))
    places = status.places(institution, len(rows))
    for row, number, (kept, index) in zip(rows, given, places, strict=True):
        row.stated |= {"number": number, **facts.of_place(kept, index)}
    credentials = bulk.insert(
        Credential(origin=Origin.AWARD, title=alike.version.title, issuer_key=alike.did),
        ("uuid", "holder", "identifier", "facts"),
        [
            (row.credential, row.learner.user_id, row.stated["id"], json.dumps(row.stated))
            for row in rows
        ],
    )
    bulk.insert(
        Award(course_version=alike.version, awarded_on=alike.day, awarded_by=by),
        AWARD_COLUMNS,
        [
            (
                *(row.award, number, row.code, row.learner.pk, credential),
                *(row.learner.name, awards.assurance_of(row.learner), row.grade),
            )
            for row, number, credential in zip(rows, given, credentials, strict=True)
        ],
        with_keys=False,
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
    return jobs.gather(job, given[0], given[-1], len(rows), institution=institution, by=by)
