"""The Celery application: where tasks are found, and how worker and scheduler begin and end."""

import os
from datetime import timedelta

from celery import Celery
from celery.exceptions import WorkerShutdown
from celery.signals import beat_embedded_init, worker_init, worker_shutting_down
from celery.worker import state

from credentials.children import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("symbolon")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def is_on_files() -> bool:
    """Whether the queue is a folder, which one worker alone empties."""
    return app.connection_for_read().transport_cls == "filesystem"


@worker_init.connect
def take_up_what_was_left(**_):
    """The folder gives each message once: what a worker had begun when it died is in no queue."""
    from credentials.services import jobs  # needs Django, which a worker sets up before this

    if is_on_files():
        jobs.revive_silent(timedelta(0))


@beat_embedded_init.connect
def end_scheduler_with_worker(**_):
    """`worker -B` runs the scheduler as a process of its own, which a killed worker would leave."""
    end_with_parent()


@worker_shutting_down.connect
def stop_at_once_when_idle(exitcode, **_):
    """On the filesystem broker an idle worker would notice only after up to four seconds."""
    if is_on_files() and not state.reserved_requests:
        raise WorkerShutdown(exitcode)
