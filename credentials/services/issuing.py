"""The only place that signs credentials, and so makes awards valid ones.

Signing happens outside of transactions; what is stored is stored in one, and only while the
award still waits for it. So a worker may be killed anywhere, and two may work at once.
"""

import json
import secrets
from uuid import uuid5

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.models import Award, Credential, Format, IssuerKey, Job
from credentials.services import (
    accounts,
    facts,
    jobs,
    keys,
    mails,
    revocations,
    signed_forms,
    supplements,
)
from credentials.services.lifecycle import change, lock, move
from credentials.standards import contexts, open_badges
from credentials.standards.facts_json import BadFacts
from credentials.states import AwardState
from credentials.trust import jws, proofs
from credentials.trust.canonical import NotCanonical
from credentials.trust.keys import BadKey


def run(job: Job) -> None:
    """Sign the award of a job; what cannot be signed ends the job with the reason."""
    if not jobs.begin(job):
        return
    try:
        issue(Award.objects.get(uuid=job.subject))
    except (BadFacts, BadKey, NotCanonical, contexts.ContextNotPinned) as problem:
        jobs.fail(job, _("The credential cannot be signed: %(why)s"), why=problem)
    else:
        jobs.finish(job)


def issue(award: Award) -> None:
    """Sign an award and make it valid. Does nothing when that has happened already.

    Raises `NotCanonical` when the signature would not cover all that the credential says,
    `BadKey` when the master key is wrong, `BadFacts` when the frozen facts were tampered with.
    """
    if award.state != AwardState.SIGNING:
        return
    keys.with_active(
        award.learner.institution,
        lambda key: _store(award, signed(award.credential, key), key),
    )


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


def as_jwt(credential: Credential, key: IssuerKey) -> str:
    """Return the Open Badge of a credential as JWT, signed with an RSA key. Raises as `issue`.

    It says the same as the one with an embedded proof; a JWT has to name its subject by an
    identifier, so it gets one that stands for nobody anywhere else.
    """
    form = credential.signed_forms.current().get(format=Format.OPEN_BADGES, subject_id="")
    document = {name: value for name, value in json.loads(form.body).items() if name != "proof"}
    subject = document["credentialSubject"]
    pseudonym = f"urn:uuid:{uuid5(credential.uuid, 'holder')}"
    document["credentialSubject"] = {"id": pseudonym, **subject}
    return jws.sign(
        document,
        private_key=keys.private_half(key),
        kid=keys.verification_method(key),
        created=timezone.now(),
    )


@change()
def _store(award: Award, body: str, key: IssuerKey) -> None:
    award = lock(award)
    if award.state != AwardState.SIGNING:
        return
    now = timezone.now()
    signed_forms.keep(award.credential, body, key)
    # Who has claimed a credential has asked for it; who is given one decides whether to take it.
    replaced = award.supersedes and lock(award.supersedes)
    asked = award.claim or (replaced and replaced.accepted_at)
    move(award, AwardState.ISSUED, by=None, issued_at=now, accepted_at=now if asked else None)
    if replaced and replaced.state != AwardState.REVOKED:
        revocations.supersede(replaced)
        Award.objects.filter(pk=award.pk).update(decision=replaced.decision)
    if reader := accounts.addressee(award.learner):
        template = "award_issued" if award.claim else "award_offered"
        template = "award_corrected" if replaced else template
        context = {
            "award": award,
            "url": facts.address("award-detail", award.uuid),
            "is_newcomer": award.learner.user is None,
        }
        mails.write(template, reader, context)
    supplements.start(award, by=None)
