"""The only place that signs the credentials of a batch; one alone is signed in `issuing`.

What learners of a course share is expanded and written once (`open_badges_batch`). As ever,
nothing is signed inside of a transaction, and what is stored is stored while the award still
waits for it: a worker may be killed anywhere, and two may work at once.
"""

import hashlib
import secrets
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import Award, Format, Institution, IssuerKey, Job, SignedForm
from credentials.services import (
    accounts,
    award_imports,
    bulk,
    facts,
    jobs,
    keys,
    mails,
    supplements,
)
from credentials.services.lifecycle import change, move_all
from credentials.standards import contexts
from credentials.standards.facts_json import BadFacts
from credentials.standards.open_badges_batch import Badges
from credentials.states import AwardState
from credentials.trust.canonical import NotCanonical
from credentials.trust.keys import BadKey
from credentials.verdict import Stale

STORED_AT_ONCE = 500
READ_AT_ONCE = 100  # their facts are many small objects, and are let go of soon
MOST_PROBLEMS = 5
UNSIGNABLE = (BadFacts, NotCanonical, contexts.ContextNotPinned)


class Waiting(NamedTuple):
    """An award that waits to be signed, as the first of the columns `WAITING` say it."""

    pk: int
    uuid: UUID
    number: str
    credential: int
    learner: int
    given_name: str
    family_name: str
    user: int | None
    name: str
    email: str
    language: str


WAITING = (
    *("pk", "uuid", "number", "credential"),
    *("learner", "learner__given_name", "learner__family_name", "learner__user"),
    *(
        "learner__user__name",
        "learner__user__email",
        "learner__user__language",
        "credential__facts",
    ),
)
Signed = tuple[Waiting, str]


def run(job: Job) -> None:
    """Sign the awards of a batch that still wait for it, some hundreds at once.

    One that was begun with a list of learners awards them first.

    What cannot be signed is named at the end and leaves the others alone. A worker that is killed
    leaves whole chunks; whoever begins again finds what still waits.
    """
    if not jobs.begin(job) or (job := award_imports.award(job)) is None:
        return
    badges = Badges(keys.did_of(job.institution))
    done, problems = 0, []
    for numbers in jobs.numbers_of(job, STORED_AT_ONCE):
        try:
            issue = partial(_issue_all, numbers, badges)
            unsigned = keys.with_active(job.institution, issue)
        except BadKey as problem:
            jobs.fail(job, _("The credential cannot be signed: %(why)s") % {"why": problem})
            return
        done, problems = done + len(numbers), [*problems, *unsigned][:MOST_PROBLEMS]
        jobs.advance(job, done)
    _end(job, problems)


@change()
def _end(job: Job, problems: list[str]) -> None:
    supplements.start_batch(job)
    if problems:
        why = {"why": " ".join(problems)}
        jobs.fail(job, _("These credentials cannot be signed: %(why)s") % why)
    else:
        jobs.finish(job)


def _issue_all(numbers: list[str], badges: Badges, key: IssuerKey) -> list[str]:
    signed, unsigned = _sign_all(numbers, badges, key)
    _store_all(signed, key)
    return unsigned


def _sign_all(numbers: list[str], badges: Badges, key: IssuerKey) -> tuple[list[Signed], list[str]]:
    """Return the signed text of each award that waits for it, and why others have none.

    One of them, drawn at random, is judged by PyLD before any is signed.
    """
    private, method = keys.private_half(key), keys.verification_method(key)
    signed: list[Signed] = []
    unsigned: list[str] = []
    now = timezone.now()
    for row, stated in _waiting(numbers):
        salt = secrets.token_hex(16)
        try:
            if not signed:
                badges.judge(stated, salt)
            badge = badges.of(stated, salt)
            body = badge.batch.sign(
                badge.texts, private_key=private, verification_method=method, created=now
            )
        except UNSIGNABLE as problem:
            unsigned.append(f"{row.number}: {problem}")
        else:
            signed.append((row, body))
    return signed, unsigned


def _waiting(numbers: list[str]) -> Iterator[tuple[Waiting, dict]]:
    """Yield the awards of these numbers that wait to be signed, with their frozen facts.

    A random one comes first: it is judged.
    """
    numbers.insert(0, numbers.pop(secrets.randbelow(len(numbers))))
    for start in range(0, len(numbers), READ_AT_ONCE):
        some = Award.objects.filter(number__in=numbers[start : start + READ_AT_ONCE])
        rows = some.filter(state=AwardState.SIGNING).values_list(*WAITING)
        for *columns, stated in sorted(rows, key=lambda row: row[2] != numbers[0]):
            yield Waiting(*columns), stated


def _store_all(signed: list[Signed], key: IssuerKey) -> None:
    """Keep the signed texts of the awards that still wait for them; else as `_store`."""
    while signed:
        try:
            return _store_chunk(signed, key)
        except keys.Replaced:
            raise
        except Stale:  # another worker was faster with some of them
            numbers = [row.number for row, _body in signed]
            waiting = Award.objects.filter(number__in=numbers, state=AwardState.SIGNING)
            left = set(waiting.values_list("pk", flat=True))
            signed = [(row, body) for row, body in signed if row.pk in left]


@change()
def _store_chunk(signed: list[Signed], key: IssuerKey) -> None:
    now, institution = timezone.now(), key.institution
    keys.hold(key)
    move_all(
        Award,
        {row.pk: row.uuid for row, _body in signed},
        AwardState.SIGNING,
        AwardState.ISSUED,
        by=None,
        institution=institution,
        issued_at=now,
    )
    bulk.insert(
        SignedForm(format=Format.OPEN_BADGES, key=key, signed_at=now),
        ("credential", "body", "sha256"),
        [(row.credential, body, hashlib.sha256(body.encode()).hexdigest()) for row, body in signed],
        with_keys=False,
    )
    _tell([row for row, _body in signed], institution)


def _tell(rows: list[Waiting], institution: Institution) -> None:
    """Write to the learners of a batch of one course that a credential waits for them."""
    any_one = Award.objects.select_related("course_version__course__institution")
    context = {"award": any_one.get(pk=rows[0].pk)}
    language = next(iter(institution.languages), "en")
    address = facts.addresses("award-detail")
    emails = accounts.first_emails(row.learner for row in rows if not row.user)
    known, newcomers = [], []
    for row in rows:
        url = address(row.uuid)
        if row.user:
            reader = mails.Stranger(row.name, row.email, row.language)
            known.append(mails.Letter(reader, row.user, row.uuid, url))
        elif row.learner in emails:
            name = f"{row.given_name} {row.family_name}".strip()
            reader = mails.Stranger(name, emails[row.learner], language)
            newcomers.append(mails.Letter(reader, None, row.uuid, url))
    for letters, is_newcomer in ((known, False), (newcomers, True)):
        said = {**context, "is_newcomer": is_newcomer}
        mails.write_alike("award_offered", letters, said, about="award")
