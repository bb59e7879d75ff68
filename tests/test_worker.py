"""A real Celery worker, on Redis, does what services queue."""

import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from config.celery import app
from credentials.models import (
    AuditEvent,
    Award,
    Document,
    DocumentKind,
    Graduate,
    Job,
    JobKind,
    Learner,
    LearnerEmail,
    Mail,
    MailRhythm,
    NumberSeries,
    Role,
    SignedForm,
    User,
)
from credentials.services import jobs
from credentials.services.lifecycle import change, enqueue
from credentials.states import AwardState, JobState
from recognition import calendar
from recognition.services import print_runs, records
from tests.factories.awards import make_award, make_taught_course, order_awards
from tests.factories.graduates import make_graduation, make_many_graduates
from tests.factories.people import make_institution, make_registrar, make_staff
from tests.factories.recognition import make_case

pytestmark = pytest.mark.worker


def queue_mail() -> Mail:
    with change():
        mail = Mail.objects.create(recipient="ada@example.org", subject="Hello", body="Hello\n")
        enqueue("credentials.tasks.send_mail", mail.pk)
    return mail


def soon(is_so: Callable[[], object], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.02)
    return False


def is_sent(mail: Mail) -> bool:
    return soon(lambda: Mail.objects.get(pk=mail.pk).sent_at)


def test_worker_sends_a_mail_queued_on_commit(celery_worker):
    mail = queue_mail()

    assert is_sent(mail)


def test_worker_started_after_a_kill_does_what_was_queued_meanwhile(celery_worker):
    celery_worker.kill()
    mail = queue_mail()
    celery_worker.start()

    assert is_sent(mail)


def test_worker_writes_and_sends_a_digest_once_although_it_is_asked_twice(celery_worker):
    institution = make_case().institution
    registrar = make_staff(institution, Role.REGISTRAR, mail_rhythm=MailRhythm.DAILY)
    app.control.purge()
    for _ in range(2):
        app.send_task("recognition.tasks.send_digest", args=[registrar.pk])

    assert soon(lambda: User.objects.filter(pk=registrar.pk, digested_on__isnull=False).exists())
    is_working_day = calendar.is_working_day(timezone.localdate(), institution.country)
    assert soon(
        lambda: Mail.objects.filter(user=registrar, sent_at__isnull=False).count() == is_working_day
    )
    time.sleep(0.5)
    assert Mail.objects.filter(user=registrar).count() == is_working_day


# Killed while it prints --------------------------------------------------------------------------


def three_pages(worker) -> Job:
    """Order a page for each of three learners, with nothing else in the queue.

    A long title makes printing one take long: a kill comes while it is rendered, not kept.
    """
    version = make_taught_course(title={"en": "Data " * 2000})
    institution = version.course.institution
    worker.kill()  # else it would print the supplements of the awards first
    for _ in range(3):
        make_award(version=version)
    app.control.purge()
    registrar = make_staff(institution, Role.REGISTRAR)
    today, learners = timezone.localdate(), list(Learner.objects.all())
    return records.start_pages(learners, institution=institution, dated=today, by=registrar)


def pages() -> list[Document]:
    return list(Document.objects.filter(kind=DocumentKind.DIPLOMA_PAGE).order_by("pk"))


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_worker_killed_while_it_prints_leaves_each_page_printed_once(celery_worker, settings):
    before = files_in(settings.MEDIA_ROOT)
    job = three_pages(celery_worker)
    celery_worker.start()
    assert soon(lambda: NumberSeries.objects.filter(kind="DP", last=2).exists(), 60)
    celery_worker.kill()  # the second page has its number: its rendering begins

    broken_off = Job.objects.get(pk=job.pk)
    first = pages()
    assert (broken_off.state, len(first)) == (JobState.RUNNING, 1)
    Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - 2 * jobs.SILENCE)
    assert jobs.revive_silent() == 1
    enqueue("recognition.tasks.make_diploma_pages", job.pk)  # Redis gives the old message again
    celery_worker.start()
    assert soon(lambda: Job.objects.get(pk=job.pk).state == JobState.DONE, 60)

    made, finished = pages(), Job.objects.get(pk=job.pk)
    assert (len(made), made[0], finished.attempts) == (3, first[0], 2)
    assert {str(page.learner.uuid) for page in made} == set(job.parameters["learners"])
    assert set(finished.results.all()) == set(made)
    assert files_in(settings.MEDIA_ROOT) - before == {Path(page.file.path) for page in made}
    call_command("audit_check")


GRADUATES = int(os.environ.get("SYMBOLON_GRADUATES", "40"))


def whole_list(worker) -> Job:
    """Order the documents of a list, with nothing else in the queue."""
    worker.kill()
    institution = make_institution()
    registrar = make_registrar(institution)
    institution.education_systems.create(country=institution.country, text={"en": "Text."})
    graduation = make_graduation(institution, by=registrar)
    make_many_graduates(graduation, GRADUATES)
    app.control.purge()
    uuids = [str(one.uuid) for one in graduation.graduates.all()]
    return print_runs.order(graduation, uuids, by=registrar)


def test_worker_killed_twice_during_a_graduation_prints_each_once(celery_worker):
    job = whole_list(celery_worker)
    for share in (1, 2):
        celery_worker.start()
        enough = share * GRADUATES // 3
        assert soon(lambda at=enough: Job.objects.get(pk=job.pk).done >= at, 60 + 5 * GRADUATES)
        celery_worker.kill()
        assert Job.objects.get(pk=job.pk).state == JobState.RUNNING
        app.control.purge()
        Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - 2 * jobs.SILENCE)
        assert jobs.revive_silent() == 1
        enqueue("recognition.tasks.print_graduates", job.pk)  # Redis gives the old message again
    celery_worker.start()
    assert soon(lambda: Job.objects.get(pk=job.pk).state == JobState.DONE, 60 + 5 * GRADUATES)

    finished = Job.objects.get(pk=job.pk)
    made = Document.objects.filter(kind=DocumentKind.DIPLOMA_SUPPLEMENT)
    assert (finished.attempts, finished.done) == (3, GRADUATES)
    assert finished.parameters["refused"] == []
    assert (made.count(), made.filter(superseded_by=None).count()) == (GRADUATES, GRADUATES)
    assert Graduate.objects.filter(supplement__in=made).count() == GRADUATES
    archive = finished.results.get(media_type="application/zip")
    with zipfile.ZipFile(archive.file.path) as files:
        assert len(set(files.namelist())) == GRADUATES
    call_command("audit_check")


# Killed while it signs a batch -------------------------------------------------------------------

MANY = 3_000


def many_ordered(worker) -> Job:
    """Have many awarded, with nothing else in the queue."""
    version = make_taught_course()
    institution = version.course.institution
    worker.kill()
    learners = Learner.objects.bulk_create(
        Learner(
            institution=institution,
            given_name="Nela",
            family_name=f"Ardwen {n}",
            student_number=f"{n}",
        )
        for n in range(MANY)
    )
    LearnerEmail.objects.bulk_create(
        LearnerEmail(learner=learner, email=f"n{learner.pk}@example.org") for learner in learners
    )
    app.control.purge()
    return order_awards(version, learners)


def test_worker_killed_while_it_signs_a_batch_loses_and_doubles_nothing(celery_worker):
    job = many_ordered(celery_worker)
    celery_worker.start()
    assert soon(lambda: SignedForm.objects.exists(), 60)
    celery_worker.kill()

    broken_off, signed = Job.objects.get(pk=job.pk), SignedForm.objects.count()
    assert (broken_off.state, 0 < signed < MANY) == (JobState.RUNNING, True)
    app.control.purge()
    Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - 2 * jobs.SILENCE)
    assert jobs.revive_silent() == 1
    enqueue("credentials.tasks.sign_batch", job.pk)  # Redis gives the old message again
    celery_worker.start()
    assert soon(lambda: Job.objects.get(pk=job.pk).state == JobState.DONE, 120)
    celery_worker.kill()  # it would print all supplements

    finished, issued = Job.objects.get(pk=job.pk), Award.objects.filter(state=AwardState.ISSUED)
    moves = AuditEvent.objects.filter(noun="award", action="move")
    assert (finished.attempts, finished.done, issued.count()) == (2, MANY, MANY)
    assert SignedForm.objects.values("credential").distinct().count() == MANY
    assert (SignedForm.objects.count(), moves.values("thing").distinct().count()) == (MANY, MANY)
    told = Mail.objects.filter(about="award")
    assert (told.count(), told.values("thing").distinct().count()) == (MANY, MANY)
    assert moves.count() == MANY
    assert Job.objects.filter(kind=JobKind.BATCH_SUPPLEMENTS).count() == 1
    call_command("audit_check")
