"""Background tasks of the right room: fetch by id, call a service, nothing else."""

from celery import shared_task

from credentials.models import Job
from recognition.services import inquiry_letters, letters, records


@shared_task
def make_line_documents(job_id: int) -> None:
    letters.run(Job.objects.get(pk=job_id))


@shared_task
def make_diploma_pages(job_id: int) -> None:
    records.run_pages(Job.objects.get(pk=job_id))


@shared_task
def make_issuer_letter(job_id: int) -> None:
    inquiry_letters.run(Job.objects.get(pk=job_id))
