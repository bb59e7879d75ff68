"""The Celery application: where tasks are found and how its scheduler ends."""

import os

from celery import Celery
from celery.signals import beat_embedded_init

from credentials.children import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("symbolon")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_embedded_init.connect
def end_scheduler_with_worker(**_):
    """`worker -B` runs the scheduler as a process of its own, which a killed worker would leave."""
    end_with_parent()
