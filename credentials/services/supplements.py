"""The only place that prints the credit or module supplement of an award, once and for all.

It carries what it prints as data: the signed Open Badge, and the same after the European Learning
Model, sealed where the institution has a certificate; as ELMO where the portal knows too little of
the institution for that.
"""

import json
from dataclasses import replace
from functools import partial

from credentials import badge_images, permissions
from credentials.models import (
    Award,
    Document,
    DocumentKind,
    Format,
    IssuerKey,
    Job,
    JobKind,
    User,
)
from credentials.pdf_files import Attachment, PdfProblem
from credentials.services import documents, facts, jobs, keys, printing, seals, signed_forms
from credentials.services.documents import Printed
from credentials.services.lifecycle import change, lock
from credentials.standards import elm, elmo
from credentials.standards.documents import Imprint
from credentials.standards.facts import CredentialFacts
from credentials.standards.supplement import supplement_context
from credentials.states import AwardState
from credentials.trust.keys import BadKey
from credentials.verdict import Refused

CHUNK = 500
MOST_PROBLEMS = 5


@change()
def start(award: Award, *, by: User | None) -> Job:
    """Have the supplement made in the background; `by` is None when the portal itself asks."""
    if by:
        permissions.can_make_supplement(by, award).require()
    return jobs.start(
        JobKind.AWARD_SUPPLEMENT,
        award.uuid,
        institution=award.learner.institution,
        by=by,
        total=2,
    )


def run(job: Job) -> None:
    """Make the supplement of a job's award, or find the one that was made before."""
    if not jobs.begin(job):
        return
    award = Award.objects.get(uuid=job.subject)
    try:
        document = award.supplement or keys.until_kept(lambda: _make(award, job))
    except PdfProblem as problem:
        jobs.fail(job, problem)
    else:
        jobs.finish(job, document)


@change()
def start_batch(signed: Job) -> None:
    """Have the supplements made of all awards that a batch job has signed."""
    jobs.start(
        JobKind.BATCH_SUPPLEMENTS,
        signed.subject,
        institution=signed.institution,
        by=signed.owner,
        total=signed.total,
        parameters=signed.parameters,
    )


def run_batch(job: Job) -> None:
    """Make the supplements that are still missing of a batch, one after the other."""
    if not jobs.begin(job):
        return
    done, problems = 0, []
    for numbers in jobs.numbers_of(job, CHUNK):
        waiting = Award.objects.filter(
            number__in=numbers, state=AwardState.ISSUED, supplement=None
        ).order_by("pk")
        for pk in list(waiting.values_list("pk", flat=True)):
            done += 1
            award = Award.objects.get(pk=pk)
            try:
                keys.until_kept(partial(_make, award, job, step=done))
            except PdfProblem as problem:
                with jobs.told_to_owner(job):
                    problems.append(f"{award.number}: {problem}")
    if problems:
        jobs.fail(job, " ".join(problems[:MOST_PROBLEMS]))
    else:
        jobs.finish(job)


def _make(award: Award, job: Job, step: int = 1) -> Document:
    form = award.credential.signed_forms.current().get(format=Format.OPEN_BADGES, subject_id="")
    stated = facts.of_credential(award.credential)
    institution = award.learner.institution
    sealing = signed_forms.sealing(award.credential) if award.state == AwardState.ISSUED else None
    files = [_signed_credential(award, form.body), _european(award, stated, sealing)]
    context = supplement_context(
        stated,
        languages=institution.document_languages,
        role="award",
        imprint=Imprint(
            institution=stated.awarding_body,
            number=award.number,
            created=award.issued_at,
            code=award.code,
            verify_url=stated.verify_url,
            sha256=form.sha256,
        ),
        system_note=facts.education_system(institution, stated.awarding_body.country),
        embedded=[file.name for file in files],
    )
    data = printing.rendered(
        "supplement",
        context,
        institution,
        number=award.number,
        created=award.issued_at,
        attachments=files,
    )
    jobs.advance(job, step)
    return _store(award, data, sealing, title=context["title"], signed_sha256=form.sha256)


def _signed_credential(award: Award, body: str) -> Attachment:
    return Attachment(
        name=f"{award.number}.json",
        data=body.encode(),
        media_type="application/vc",
        description="The signed credential (Open Badges 3.0)",
    )


def _european(award: Award, stated: CredentialFacts, sealing: IssuerKey | None) -> Attachment:
    """Return the same in the form that European services read, as official as it can be.

    Sealed with `sealing`, where there is one. What is not printed, the e-mail address, does not
    stand in it: others than the holder read the supplement. The sealed form that the holder gets
    is another one.
    """
    stated = replace(stated, holder=stated.holder and replace(stated.holder, email=""))
    try:
        if sealing:
            return Attachment(
                name=f"{award.number}.edc.jsonld",
                data=_sealed(award, sealing).encode(),
                media_type="application/jose+json",
                description="The credential, sealed (European Digital Credential)",
                relationship="Alternative",
            )
        document = elm.write(stated, image=badge_images.png(stated), identified=True)
        seals.require_complete(document)
    except Refused:
        return Attachment(
            name=f"{award.number}.elmo.xml",
            data=elmo.write(stated.holder, [stated], generated=award.issued_at),
            media_type="application/xml",
            description="The same as the credential says, unsigned (ELMO 1.7)",
            relationship="Alternative",
        )
    return Attachment(
        name=f"{award.number}.edc.json",
        data=json.dumps(document, ensure_ascii=False).encode(),
        media_type="application/ld+json",
        description="The same as the credential says, unsigned (European Learning Model 3)",
        relationship="Alternative",
    )


def _sealed(award: Award, sealing: IssuerKey) -> str:
    try:
        return seals.sealed(award.credential, sealing, with_email=False)
    except BadKey as problem:
        raise PdfProblem(str(problem)) from problem


@change()
def _store(
    award: Award, data: Printed, sealing: IssuerKey | None, *, title: str, signed_sha256: str
) -> Document:
    award = lock(award)
    if sealing:
        keys.hold(sealing)
    document, _is_new = printing.keep(
        award,
        data,
        facts={"credential": award.credential.identifier, "credential_sha256": signed_sha256},
        title=title,
        number=award.number,
        code=award.code,
        institution=award.learner.institution,
        column="supplement",
        kind=DocumentKind.SUPPLEMENT,
        action="print-supplement",
        holder=award.learner.name,
    )
    if replaced := award.supersedes:
        documents.supersede(replaced.supplement, document)
    if award.corrected_by and award.corrected_by.supplement:
        documents.supersede(document, award.corrected_by.supplement)
    return document
