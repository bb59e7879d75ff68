"""Background tasks of the learner's own room: fetch by id, call a service, nothing else."""

from celery import shared_task

from credentials.models import Job
from portfolios.services import portfolio_documents


@shared_task
def print_portfolio(job_id: int) -> None:
    portfolio_documents.run(Job.objects.get(pk=job_id))
