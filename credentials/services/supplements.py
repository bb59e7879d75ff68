"""The only place that prints the credit or module supplement of an award, once and for all."""

from credentials import permissions
from credentials.models import Award, Document, DocumentKind, Format, Job, JobKind, User
from credentials.pdf import Attachment, PdfProblem
from credentials.services import facts, jobs, printing
from credentials.services.documents import Printed
from credentials.services.lifecycle import change, lock
from credentials.standards.documents import Imprint
from credentials.standards.supplement import supplement_context
from credentials.states import AwardState

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
        document = award.supplement or _make(award, job)
    except PdfProblem as problem:
        jobs.fail(job, str(problem))
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
                _make(award, job, step=done)
            except PdfProblem as problem:
                problems.append(f"{award.number}: {problem}")
    if problems:
        jobs.fail(job, " ".join(problems[:MOST_PROBLEMS]))
    else:
        jobs.finish(job)


def _make(award: Award, job: Job, step: int = 1) -> Document:
    form = award.credential.signed_forms.current().get(format=Format.OPEN_BADGES, subject_id="")
    stated = facts.of_credential(award.credential)
    languages = award.learner.institution.document_languages
    name = f"{award.number}.json"
    context = supplement_context(
        stated,
        languages=languages,
        role="award",
        imprint=Imprint(
            institution=stated.awarding_body,
            number=award.number,
            created=award.issued_at,
            code=award.code,
            verify_url=stated.verify_url,
            sha256=form.sha256,
        ),
        system_note=facts.education_system(award.learner.institution, stated.awarding_body.country),
        embedded=[name],
    )
    data = printing.rendered(
        "supplement",
        context,
        award.learner.institution,
        number=award.number,
        created=award.issued_at,
        attachments=[_signed_credential(name, form.body)],
    )
    jobs.advance(job, step)
    return _store(award, data, title=context["title"], signed_sha256=form.sha256)


def _signed_credential(name: str, body: str) -> Attachment:
    return Attachment(
        name=name,
        data=body.encode(),
        media_type="application/vc",
        description="The signed credential (Open Badges 3.0)",
    )


@change()
def _store(award: Award, data: Printed, *, title: str, signed_sha256: str) -> Document:
    award = lock(award)
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
    )
    return document
