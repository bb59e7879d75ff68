"""The only place that signs the credentials of a batch; one alone is signed in `issuing`.

What learners of a course share is expanded and written once (`open_badges_batch`). As ever,
nothing is signed inside of a transaction, and what is stored is stored while the award still
waits for it: a worker may be killed anywhere, and two may work at once.
"""

import gc
import hashlib
import secrets
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.models import Award, Format, Institution, IssuerKey, Job, SignedForm
from credentials.models.many import among
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
from credentials.services.batches import Waiting
from credentials.services.lifecycle import change, move_all
from credentials.standards import contexts
from credentials.standards.facts_json import BadFacts
from credentials.standards.open_badges_batch import Badges, read
from credentials.states import AwardState
from credentials.trust.canonical import NotCanonical
from credentials.trust.keys import BadKey
from credentials.verdict import Stale

STORED_AT_ONCE = 500
READ_AT_ONCE = 100  # their facts are many small objects, and are let go of soon
MOST_PROBLEMS = 5
UNSIGNABLE = (BadFacts, NotCanonical, contexts.ContextNotPinned)


Signed = tuple[Waiting, str]


def run(job: Job) -> None:
    """Award the list of a batch and sign it, some hundreds at once.

    What is awarded is signed before more is, with what is still in memory. What others awarded,
    who may have been killed meanwhile, is read and signed at the end. What cannot be signed is
    named and leaves the others alone.
    """
    if not jobs.begin(job):
        return
    batch = _Batch(job.institution)
    gc.freeze()  # all that is in memory already is no rubbish, and not looked through again
    try:
        if award_imports.awards_waiting(job):
            for made in award_imports.award(job):
                batch.issue(made)
            job = Job.objects.get(pk=job.pk)
        has_failed = award_imports.awards_waiting(job)  # what it awarded is signed all the same
        for numbers in jobs.numbers_of(job, STORED_AT_ONCE, but=batch.runs):
            batch.issue_what_waits(numbers)
            if not has_failed:
                jobs.advance(job, batch.done)
        if not has_failed:
            _end(job, batch.problems[:MOST_PROBLEMS])
    except BadKey as problem:
        jobs.fail(job, _("The credential cannot be signed: %(why)s"), why=problem)
    finally:
        gc.unfreeze()


@change()
def _end(job: Job, problems: list[str]) -> None:
    supplements.start_batch(job)
    if problems:
        told = _("These credentials cannot be signed: %(why)s")
        jobs.fail(job, told, why=" ".join(problems))
    else:
        jobs.finish(job)


class _Batch:
    """Signs awards of one course, and remembers of which runs of numbers and with what problems."""

    def __init__(self, institution: Institution) -> None:
        self.institution = institution
        self.badges = Badges(keys.did_of(institution))
        self.runs: list[list[str]] = []
        self.problems: list[str] = []
        self.done = 0

    def issue(self, waiting: list[Waiting]) -> None:
        """Sign awards of one run of numbers; raises `BadKey`."""
        if waiting:
            keys.with_active(self.institution, partial(self._issue_all, waiting))
            self.runs.append([waiting[0].number, waiting[-1].number])
            self.done += len(waiting)

    def issue_what_waits(self, numbers: list[str]) -> None:
        """Sign those of these numbers that still wait for it, as the database says."""
        waiting, unread = _waiting(numbers)
        keys.with_active(self.institution, partial(self._issue_all, waiting))
        self.problems += unread
        self.done += len(numbers)

    def _issue_all(self, waiting: list[Waiting], key: IssuerKey) -> None:
        signed, unsigned = _sign_all(waiting, self.badges, key)
        _store_all(signed, key)
        self.problems += unsigned


def _sign_all(
    waiting: list[Waiting], badges: Badges, key: IssuerKey
) -> tuple[list[Signed], list[str]]:
    """Return the signed text of each award, and why others have none.

    One of them, drawn at random, is judged by PyLD before any is signed.
    """
    private, method = keys.private_half(key), keys.verification_method(key)
    signed: list[Signed] = []
    unsigned: list[str] = []
    now, drawn = timezone.now(), secrets.randbelow(len(waiting) or 1)
    for row in [*waiting[drawn:], *waiting[:drawn]]:
        salt = secrets.token_hex(16)
        try:
            if not signed:
                badges.judge(row.stated, salt)
            badge = badges.of(row.stated, salt)
            body = badge.batch.sign(
                badge.texts, private_key=private, verification_method=method, created=now
            )
        except UNSIGNABLE as problem:
            unsigned.append(f"{row.number}: {problem}")
        else:
            signed.append((row, body))
    return signed, unsigned


def _waiting(numbers: list[str]) -> tuple[list[Waiting], list[str]]:
    """Return the awards of these numbers that wait to be signed, and why others cannot be read."""
    found: list[Waiting] = []
    unread: list[str] = []
    for start in range(0, len(numbers), READ_AT_ONCE):
        some = Award.objects.filter(number__in=numbers[start : start + READ_AT_ONCE])
        here = some.filter(state=AwardState.SIGNING).order_by("pk")
        rows = list(here.select_related("credential", "learner__user", "learner__institution"))
        emails = accounts.first_emails(row.learner_id for row in rows)
        for row in rows:
            language = row.learner.institution.spoken_language
            reader = accounts.reader_of(row.learner, emails.get(row.learner_id, ""), language)
            try:
                stated = read(row.credential.facts)
            except BadFacts as problem:
                unread.append(f"{row.number}: {problem}")
            else:
                user = row.learner.user_id
                found.append(Waiting(row.pk, row.uuid, row.credential_id, stated, user, reader))
    return found, unread


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
    some = Award.objects.filter(pk__in=among(row.pk for row, _body in signed))
    claimed = set(some.exclude(claim=None).values_list("pk", flat=True))
    if claimed:
        Award.objects.filter(pk__in=among(claimed)).update(accepted_at=now)
    _tell([row for row, _body in signed], claimed)


def _tell(rows: list[Waiting], claimed: set[int]) -> None:
    """Write to the learners of a batch of one course: who has claimed it need not accept it."""
    any_one = Award.objects.select_related("course_version__course__institution")
    context = {"award": any_one.get(pk=rows[0].pk)}
    address = facts.addresses("award-detail")
    letters: dict[tuple[str, bool], list[mails.Letter]] = {}
    for row in rows:
        if row.reader:
            template = "award_issued" if row.pk in claimed else "award_offered"
            letter = mails.Letter(row.reader, row.user, row.uuid, address(row.uuid))
            letters.setdefault((template, row.user is None), []).append(letter)
    for (template, is_newcomer), some in letters.items():
        said = {**context, "is_newcomer": is_newcomer}
        mails.write_alike(template, some, said, about="award")
