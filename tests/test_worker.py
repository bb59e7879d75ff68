"""A real Celery worker, on Redis, does what services queue."""

import time

import pytest

from credentials.models import Mail
from credentials.services.lifecycle import change, enqueue

pytestmark = pytest.mark.worker


def queue_mail() -> Mail:
    with change():
        mail = Mail.objects.create(recipient="ada@example.org", subject="Hello", body="Hello\n")
        enqueue("credentials.tasks.send_mail", mail.pk)
    return mail


def is_sent(mail: Mail) -> bool:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if Mail.objects.get(pk=mail.pk).sent_at:
            return True
        time.sleep(0.05)
    return False


def test_worker_sends_a_mail_queued_on_commit(celery_worker):
    mail = queue_mail()

    assert is_sent(mail)


def test_worker_started_after_a_kill_does_what_was_queued_meanwhile(celery_worker):
    celery_worker.kill()
    mail = queue_mail()
    celery_worker.start()

    assert is_sent(mail)
