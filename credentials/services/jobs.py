"""The only place that starts, advances, ends and revives background jobs."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone, translation

from credentials.language import spoken
from credentials.models import Document, Institution, Job, JobKind, User
from credentials.permissions import can_cancel_job, can_retry_job
from credentials.services import mails, numbers
from credentials.services.facts import address
from credentials.services.lifecycle import change, enqueue, lock, move
from credentials.states import JobState

SILENCE = timedelta(minutes=3)
PACE_KNOWN = timedelta(seconds=2)
MAX_ATTEMPTS = 3
TASKS = {
    JobKind.SIGN_AWARD: "credentials.tasks.sign_award",
    JobKind.SIGN_BATCH: "credentials.tasks.sign_batch",
    JobKind.SIGN_ANEW: "credentials.tasks.sign_anew",
    JobKind.AWARD_SUPPLEMENT: "credentials.tasks.make_award_supplement",
    JobKind.BATCH_SUPPLEMENTS: "credentials.tasks.make_batch_supplements",
    JobKind.LINE_DOCUMENTS: "recognition.tasks.make_line_documents",
    JobKind.ISSUER_LETTER: "recognition.tasks.make_issuer_letter",
    JobKind.REMEDY_LETTER: "recognition.tasks.make_remedy_letter",
    JobKind.DELAY_LETTER: "recognition.tasks.make_delay_letter",
    JobKind.DECISION_CREDENTIAL: "recognition.tasks.sign_decision_credential",
    JobKind.CASE_FILE: "recognition.tasks.make_case_file",
    JobKind.DIPLOMA_PAGES: "recognition.tasks.make_diploma_pages",
    JobKind.MEETING_MINUTES: "recognition.tasks.make_minutes",
    JobKind.TRANSCRIPTS: "recognition.tasks.make_transcripts",
    JobKind.PRINT_RUN: "recognition.tasks.print_graduates",
    JobKind.RECEIPT: "recognition.tasks.make_receipt",
    JobKind.INFORMATION_LETTER: "recognition.tasks.make_information_letter",
    JobKind.PRECEDENT_LIST: "recognition.tasks.print_precedent_list",
    JobKind.PORTFOLIO: "portfolios.tasks.print_portfolio",
}


@change()
def start(
    kind: JobKind,
    subject: object,
    *,
    institution: Institution,
    by: User | None,
    total: int = 1,
    parameters: dict | None = None,
) -> Job:
    """Queue a job, or return the unfinished one of the same kind for the same subject."""
    job, is_new = Job.objects.unfinished().get_or_create(
        kind=kind,
        subject=subject,
        defaults={
            "institution": institution,
            "owner": by,
            "total": total,
            "parameters": parameters or {},
        },
    )
    if is_new:
        enqueue(TASKS[JobKind(job.kind)], job.pk)
    return job


def numbers_of(job: Job, chunk: int, but: Sequence[list[str]] = ()) -> Iterator[list[str]]:
    """Yield the running numbers of a batch, at most so many at once, without those of some runs.

    `parameters["runs"]` are pairs of running numbers, the first and the last of each run.
    """
    runs = (numbers.between(*run) for run in job.parameters["runs"] if run not in but)
    every = itertools.chain.from_iterable(runs)
    while some := list(itertools.islice(every, chunk)):
        yield some


@change()
def begin(job: Job) -> bool:
    """Take a queued job; False when another worker has it or it is over."""
    job, now = lock(job), timezone.now()
    if job.state != JobState.QUEUED:
        return False
    parameters = {**job.parameters, "began": [now.isoformat(), job.done]}
    attempts = F("attempts") + 1
    move(job, JobState.RUNNING, by=None, attempts=attempts, beat_at=now, parameters=parameters)
    return True


def advance(job: Job, done: int) -> None:
    """Say how far a running job is; this is also its sign of life."""
    Job.objects.filter(pk=job.pk).update(done=done, beat_at=timezone.now())


def is_running(job: Job) -> bool:
    """Whether a job runs now: it may have been cancelled meanwhile."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING).exists()


def time_left(job: Job) -> timedelta | None:
    """Return how long a running job will take at the pace since it began; None: not known yet."""
    if job.state != JobState.RUNNING or "began" not in job.parameters:
        return None
    moment, before = job.parameters["began"]
    took, steps = job.beat_at - datetime.fromisoformat(moment), job.done - before
    return took / steps * (job.total - job.done) if steps > 0 and took >= PACE_KNOWN else None


@change()
def finish(job: Job, *documents: Document) -> None:
    """End a job well, with the documents it made.

    A worker that was thought dead may come late: who has the job now ends it.
    """
    job = lock(job)
    if job.state != JobState.RUNNING:
        return
    job.results.add(*documents)
    move(job, JobState.DONE, by=None, done=job.total, error="")


def told_to_owner(job: Job) -> AbstractContextManager[None]:
    """What is said of a job meanwhile is in its owner's language: a worker speaks none."""
    return translation.override(spoken(job.owner.language if job.owner else "en"))


def sentence(job: Job, error: object, **named: object) -> str:
    """Return what went wrong in the words of the owner.

    `error` is lazy text, which `named` fills, or what was raised with some.
    """
    with told_to_owner(job):
        return str(error) % named if named else str(error)


@change()
def fail(job: Job, error: object, **named: object) -> None:
    """End a job badly, with a `sentence` for its owner, who may have left its page."""
    told = sentence(job, error, **named)
    job = lock(job)
    if job.state not in (JobState.QUEUED, JobState.RUNNING):
        return
    move(job, JobState.FAILED, by=None, error=told)
    if job.owner:
        context = {"job": job, "url": address("job-detail", job.uuid)}
        mails.write("job_failed", job.owner, context)


@change()
def cancel(job: Job, *, by: User) -> None:
    """Stop a job at its next step; what it made stays. It can be taken up again by `retry`."""
    job = lock(job)
    can_cancel_job(by, job).require()
    move(job, JobState.CANCELLED, by=by)


@change()
def retry(job: Job, *, by: User) -> None:
    """Queue a failed or cancelled job once more, unless another one does the same already."""
    job = lock(job)
    can_retry_job(by, job).require()
    if Job.objects.unfinished().filter(kind=job.kind, subject=job.subject).exclude(pk=job.pk):
        return
    move(job, JobState.QUEUED, by=by, error="", attempts=0)
    enqueue(TASKS[JobKind(job.kind)], job.pk)


def _stood_still(job: Job) -> bool:
    """Return whether the last attempt of a job that was running brought it no further."""
    _moment, before = job.parameters.get("began", ("", job.done))
    return job.state == JobState.RUNNING and job.done <= before


def revive_silent(silence: timedelta = SILENCE) -> int:
    """Queue jobs again whose worker fell silent. Returns how many.

    Given up after three attempts, unless the last one got on: a long list outlasts the time limit
    of a task more than once.

    `silence` zero: no worker runs, so all that is unfinished is in nobody's hands.
    """
    revived, limit = 0, timezone.now() - silence
    for job in Job.objects.unfinished().filter(beat_at__lt=limit):
        with change():
            job = lock(job)
            if job.state not in (JobState.QUEUED, JobState.RUNNING) or job.beat_at >= limit:
                continue
            if job.attempts >= MAX_ATTEMPTS and _stood_still(job):
                fail(job, "worker-lost")
                continue
            if job.state == JobState.RUNNING:
                move(job, JobState.QUEUED, by=None, beat_at=timezone.now())
            else:
                Job.objects.filter(pk=job.pk).update(beat_at=timezone.now())
            enqueue(TASKS[JobKind(job.kind)], job.pk)
            revived += 1
    return revived
