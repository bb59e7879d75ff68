"""The only place that signs credentials, and so makes awards valid ones.

Signing happens outside of transactions; what is stored is stored in one, and only while the
award still waits for it. So a worker may be killed anywhere, and two may work at once.
"""

import hashlib
import json
import secrets
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import (
    Award,
    Credential,
    Format,
    Institution,
    IssuerKey,
    Job,
    SignedForm,
)
from credentials.services import accounts, bulk, facts, jobs, keys, mails, supplements
from credentials.services.lifecycle import change, lock, move, move_all
from credentials.standards import contexts, open_badges
from credentials.standards.facts_json import BadFacts
from credentials.standards.open_badges_batch import Badges
from credentials.states import AwardState
from credentials.trust import proofs
from credentials.trust.canonical import NotCanonical
from credentials.trust.keys import BadKey

CHUNK = 500
MOST_PROBLEMS = 5
UNSIGNABLE = (BadFacts, NotCanonical, contexts.ContextNotPinned)


class Signed(NamedTuple):
    """A signed text, with the primary keys of its award and credential."""

    award: int
    credential: int
    body: str


def run(job: Job) -> None:
    """Sign the award of a job; what cannot be signed ends the job with the reason."""
    if not jobs.begin(job):
        return
    try:
        issue(Award.objects.get(uuid=job.subject))
    except (BadKey, *UNSIGNABLE) as problem:
        jobs.fail(job, _("The credential cannot be signed: %(why)s") % {"why": problem})
    else:
        jobs.finish(job)


def issue(award: Award) -> None:
    """Sign an award and make it valid. Does nothing when that has happened already.

    Raises `NotCanonical` when the signature would not cover all that the credential says,
    `BadKey` when the master key is wrong, `BadFacts` when the frozen facts were tampered with.
    """
    if award.state != AwardState.SIGNING:
        return
    key = keys.ensure(award.learner.institution)
    body = signed(award.credential, key)
    _store(award, body, key)


def signed(credential: Credential, key: IssuerKey, *, language: str = "") -> str:
    """Return what is frozen of a credential as a signed Open Badge, JSON text. Raises as `issue`.

    `language`: the one to write in, default that of the course. Call outside of a transaction.
    """
    document = open_badges.write(
        facts.of_credential(credential),
        issuer_id=keys.did_of(key.institution),
        language=language,
        salt=secrets.token_hex(16),
    )
    return proven(document, key)


def proven(document: dict, key: IssuerKey) -> str:
    """Return a document with the proof of a key, JSON text. Call outside of a transaction."""
    signed = proofs.sign(
        document,
        private_key=keys.private_half(key),
        verification_method=keys.verification_method(key),
        created=timezone.now(),
    )
    return json.dumps(signed, ensure_ascii=False, indent=2)


def run_batch(job: Job) -> None:
    """Sign the awards of a batch that still wait for it, some hundreds at once.

    What cannot be signed is named at the end and leaves the others alone. A worker that is killed
    leaves whole chunks; whoever begins again finds what still waits.
    """
    if not jobs.begin(job):
        return
    badges = Badges(keys.did_of(job.institution))
    done, problems = 0, []
    for numbers in jobs.numbers_of(job, CHUNK):
        try:
            key = keys.ensure(job.institution)
            signed, unsigned = _sign_all(numbers, badges, key)
        except BadKey as problem:
            jobs.fail(job, _("The credential cannot be signed: %(why)s") % {"why": problem})
            return
        _store_all(signed, key)
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


def _sign_all(numbers: list[str], badges: Badges, key: IssuerKey) -> tuple[list[Signed], list[str]]:
    """Return the signed text of each award that waits for it, and why others have none.

    One of them, drawn at random, is judged by PyLD before any is signed.
    """
    private, method = keys.private_half(key), keys.verification_method(key)
    waiting = Award.objects.filter(number__in=numbers, state=AwardState.SIGNING).order_by("pk")
    rows = list(waiting.values_list("pk", "number", "credential", "credential__facts"))
    signed, unsigned, judged = [], [], secrets.randbelow(len(rows)) if rows else 0
    for place, (pk, number, credential, stated) in enumerate(rows[judged:] + rows[:judged]):
        salt = secrets.token_hex(16)
        try:
            if place == 0:
                badges.judge(stated, salt)
            badge = badges.of(stated, salt)
            body = badge.batch.sign(
                badge.texts,
                private_key=private,
                verification_method=method,
                created=timezone.now(),
            )
        except UNSIGNABLE as problem:
            unsigned.append(f"{number}: {problem}")
        else:
            signed.append(Signed(pk, credential, body))
    return signed, unsigned


@change()
def _store_all(signed: list[Signed], key: IssuerKey) -> None:
    """Keep the signed texts of the awards that still wait for them; else as `_store`."""
    found = Award.objects.filter(pk__in=[one.award for one in signed], state=AwardState.SIGNING)
    locked = found.order_by("pk").select_for_update(of=("self",), no_key=True)
    waiting = dict(locked.values_list("pk", "uuid"))
    if not waiting:
        return
    now = timezone.now()
    bulk.insert(
        SignedForm(format=Format.OPEN_BADGES, key=key, signed_at=now),
        ("credential", "body", "sha256"),
        [
            (one.credential, one.body, hashlib.sha256(one.body.encode()).hexdigest())
            for one in signed
            if one.award in waiting
        ],
    )
    move_all(
        Award,
        waiting,
        AwardState.SIGNING,
        AwardState.ISSUED,
        by=None,
        institution=key.institution,
        issued_at=now,
    )
    _tell(waiting, key.institution)


def _tell(awards: dict[int, UUID], institution: Institution) -> None:
    """Write to all learners of a chunk of one course that a credential waits for them."""
    any_one = Award.objects.select_related("course_version__course__institution")
    context = {"award": any_one.get(pk=next(iter(awards)))}
    address = facts.addresses("award-detail")
    known, newcomers = [], []
    for pk, reader, user in accounts.addressees(awards, institution):
        letter = mails.Letter(reader, user, awards[pk], address(awards[pk]))
        (known if user else newcomers).append(letter)
    for letters, is_newcomer in ((known, False), (newcomers, True)):
        said = {**context, "is_newcomer": is_newcomer}
        mails.write_alike("award_offered", letters, said, about="award")


@change()
def keep(credential: Credential, body: str, key: IssuerKey) -> SignedForm:
    """Keep the signed text of a credential with its hash."""
    return SignedForm.objects.create(
        credential=credential,
        format=Format.OPEN_BADGES,
        key=key,
        body=body,
        sha256=hashlib.sha256(body.encode()).hexdigest(),
        signed_at=timezone.now(),
    )


@change()
def _store(award: Award, body: str, key: IssuerKey) -> None:
    award = lock(award)
    if award.state != AwardState.SIGNING:
        return
    now = timezone.now()
    keep(award.credential, body, key)
    # Who has claimed a credential has asked for it; who is given one decides whether to take it.
    move(award, AwardState.ISSUED, by=None, issued_at=now, accepted_at=now if award.claim else None)
    if reader := accounts.addressee(award.learner):
        template = "award_issued" if award.claim else "award_offered"
        context = {
            "award": award,
            "url": facts.address("award-detail", award.uuid),
            "is_newcomer": award.learner.user is None,
        }
        mails.write(template, reader, context)
    supplements.start(award, by=None)
