"""Background tasks of the right room: fetch by id, call a service, nothing else."""

from celery import shared_task
from django.utils import timezone

from credentials.models import Job
from recognition.services import conditions, letters, records


@shared_task
def make_line_documents(job_id: int) -> None:
    letters.run(Job.objects.get(pk=job_id))


@shared_task
def remind_of_conditions() -> None:
    conditions.remind(timezone.localdate())


@shared_task
def make_diploma_pages(job_id: int) -> None:
    records.run_pages(Job.objects.get(pk=job_id))
