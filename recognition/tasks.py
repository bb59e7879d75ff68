"""Background tasks of the right room: fetch by id, call a service, nothing else."""

from celery import shared_task
from django.utils import timezone

from credentials.models import Job, User
from recognition import digest
from recognition.models import Case, Line
from recognition.services import (
    automatic,
    ballots,
    case_files,
    clock,
    conditions,
    decision_credentials,
    delays,
    information_letters,
    inquiry_letters,
    letters,
    minutes,
    precedent_lists,
    precedents,
    print_runs,
    receipts,
    records,
    remedy_letters,
    transcripts,
)


@shared_task
def make_line_documents(job_id: int) -> None:
    job = Job.objects.get(pk=job_id)
    letters.run(job)
    for line in Line.objects.filter(uuid=job.subject):
        automatic.send(line)


@shared_task
def sign_decision_credential(job_id: int) -> None:
    decision_credentials.run(Job.objects.get(pk=job_id))


@shared_task
def make_case_file(job_id: int) -> None:
    case_files.run(Job.objects.get(pk=job_id))


@shared_task
def remind_of_conditions() -> None:
    conditions.remind(timezone.localdate())


@shared_task
def make_remedy_letter(job_id: int) -> None:
    remedy_letters.run(Job.objects.get(pk=job_id))


@shared_task
def make_diploma_pages(job_id: int) -> None:
    records.run_pages(Job.objects.get(pk=job_id))


@shared_task
def make_transcripts(job_id: int) -> None:
    transcripts.run(Job.objects.get(pk=job_id))


@shared_task
def print_graduates(job_id: int) -> None:
    print_runs.run(Job.objects.get(pk=job_id))


@shared_task
def make_issuer_letter(job_id: int) -> None:
    inquiry_letters.run(Job.objects.get(pk=job_id))


@shared_task
def make_minutes(job_id: int) -> None:
    minutes.run(Job.objects.get(pk=job_id))


@shared_task
def close_ballots() -> None:
    ballots.settle_due()


@shared_task
def make_delay_letter(job_id: int) -> None:
    delays.run(Job.objects.get(pk=job_id))


@shared_task
def make_receipt(job_id: int) -> None:
    receipts.run(Job.objects.get(pk=job_id))


@shared_task
def make_information_letter(job_id: int) -> None:
    information_letters.run(Job.objects.get(pk=job_id))


@shared_task
def apply_precedents(case_id: int) -> None:
    automatic.run(Case.objects.get(pk=case_id))


@shared_task
def look_after_precedents(course_id: int | None = None) -> None:
    precedents.look_after(course_id)


@shared_task
def print_precedent_list(job_id: int) -> None:
    precedent_lists.run(Job.objects.get(pk=job_id))


@shared_task
def keep_time() -> None:
    clock.keep_time()


@shared_task
def send_digests() -> None:
    """Start a task for each digest that is due; who has theirs today is passed over."""
    for user in digest.readers(timezone.now()):
        send_digest.delay(user.pk)


@shared_task
def send_digest(user_id: int) -> None:
    digest.send(User.objects.get(pk=user_id), timezone.now())
