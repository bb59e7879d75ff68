"""Background tasks of the left room: fetch by id, call a service, nothing else."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from credentials.models import Job, Mail
from credentials.services import (
    announcements,
    issuing,
    issuing_batches,
    jobs,
    mails,
    signing_anew,
    supplements,
)

ON_ITS_WAY = timedelta(minutes=2)


@shared_task
def send_mail(mail_id: int) -> None:
    mails.send(Mail.objects.get(pk=mail_id))


@shared_task
def send_mails(mail_ids: list[int]) -> None:
    """Have each of many mails sent, so that one that fails does not hold up the others."""
    for mail_id in mail_ids:
        send_mail.delay(mail_id)


@shared_task
def send_waiting_mails() -> None:
    """Try again what could not be sent, at most ten times; what is new is on its way already."""
    mails.give_up()
    before = timezone.now() - ON_ITS_WAY
    unsent = Mail.objects.filter(sent_at=None, bounced_at=None, created_at__lt=before)
    for mail in unsent.filter(attempts__lt=mails.ATTEMPTS)[:100]:
        send_mail.delay(mail.pk)


@shared_task
def revive_silent_jobs() -> None:
    jobs.revive_silent()


@shared_task
def announce_documents() -> None:
    announcements.announce_documents()


@shared_task
def sign_award(job_id: int) -> None:
    issuing.run(Job.objects.get(pk=job_id))


@shared_task
def sign_batch(job_id: int) -> None:
    issuing_batches.run(Job.objects.get(pk=job_id))


@shared_task
def make_batch_supplements(job_id: int) -> None:
    supplements.run_batch(Job.objects.get(pk=job_id))


@shared_task
def sign_anew(job_id: int) -> None:
    signing_anew.run(Job.objects.get(pk=job_id))


@shared_task
def make_award_supplement(job_id: int) -> None:
    supplements.run(Job.objects.get(pk=job_id))
