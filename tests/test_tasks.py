"""Tasks fetch by id and call a service; each kind of job has one that reaches its service."""

import pytest
from celery import current_app

from config.celery import app
from credentials.models import Job, JobKind
from credentials.services import jobs
from credentials.states import JobState
from tests.factories.people import make_institution, make_registrar


def test_every_kind_of_job_has_a_registered_task():
    app.loader.import_default_modules()

    assert {jobs.TASKS[kind] for kind in JobKind} - set(current_app.tasks) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", JobKind.values)
def test_a_task_leaves_a_job_alone_that_is_over(kind):
    institution = make_institution()
    job = Job.objects.create(
        kind=kind,
        subject=institution.uuid,
        institution=institution,
        owner=make_registrar(institution),
        state=JobState.DONE,
    )
    app.loader.import_default_modules()

    current_app.tasks[jobs.TASKS[JobKind(kind)]](job.pk)

    job.refresh_from_db()
    assert job.state == JobState.DONE
