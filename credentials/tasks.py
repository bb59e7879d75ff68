"""Background tasks of the left room: fetch by id, call a service, nothing else."""

from celery import shared_task

from credentials.models import Job, Mail
from credentials.services import issuing, jobs, mails, supplements


@shared_task
def send_mail(mail_id: int) -> None:
    mails.send(Mail.objects.get(pk=mail_id))


@shared_task
def send_waiting_mails() -> None:
    """Try again what could not be sent, at most ten times."""
    for mail in Mail.objects.filter(sent_at=None, attempts__lt=10)[:100]:
        send_mail.delay(mail.pk)


@shared_task
def revive_silent_jobs() -> None:
    jobs.revive_silent()


@shared_task
def sign_award(job_id: int) -> None:
    issuing.run(Job.objects.get(pk=job_id))


@shared_task
def make_award_supplement(job_id: int) -> None:
    supplements.run(Job.objects.get(pk=job_id))
