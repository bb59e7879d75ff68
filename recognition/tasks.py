"""Background tasks of the right room: fetch by id, call a service, nothing else."""

from celery import shared_task

from credentials.models import Job
from recognition.services import ballots, letters, minutes, records


@shared_task
def make_line_documents(job_id: int) -> None:
    letters.run(Job.objects.get(pk=job_id))


@shared_task
def make_diploma_pages(job_id: int) -> None:
    records.run_pages(Job.objects.get(pk=job_id))


@shared_task
def make_minutes(job_id: int) -> None:
    minutes.run(Job.objects.get(pk=job_id))


@shared_task
def close_ballots() -> None:
    ballots.settle_due()
