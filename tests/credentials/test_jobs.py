"""Background work: progress for its owner, another try, and no job that is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from credentials.models import DocumentKind, Job, JobKind, Mail
from credentials.pdf_files import PdfProblem
from credentials.services import documents, issuing, jobs, supplements
from credentials.states import AwardState, JobState
from credentials.verdict import Refused
from tests.factories.awards import make_award, make_student
from tests.factories.people import make_institution, make_registrar

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def owner(institution):
    return make_registrar(institution)


@pytest.fixture
def job(owner, institution):
    return jobs.start(
        JobKind.DIPLOMA_PAGES,
        "00000000-0000-4000-8000-000000000001",
        institution=institution,
        by=owner,
        total=4,
    )


def now(job):
    return Job.objects.get(pk=job.pk)


def silence(job):
    Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - 2 * jobs.SILENCE)


# Services


def test_second_start_finds_the_unfinished_job(job, owner):
    again = jobs.start(job.kind, job.subject, institution=job.institution, by=owner)

    assert again == job


def test_finished_job_can_be_started_anew(job, owner):
    jobs.begin(job)
    jobs.finish(job)

    again = jobs.start(job.kind, job.subject, institution=job.institution, by=owner)

    assert again != job


def test_only_one_worker_begins_a_job(job):
    assert [jobs.begin(job), jobs.begin(job)] == [True, False]


def test_progress_is_kept_and_is_a_sign_of_life(job):
    jobs.begin(job)
    silence(job)

    jobs.advance(job, 3)

    assert (now(job).done, now(job).total) == (3, 4)
    assert jobs.revive_silent() == 0


def test_silent_job_is_queued_again_and_given_up_after_three_attempts(job):
    states = []
    for _ in range(3):
        jobs.begin(now(job))
        silence(job)
        jobs.revive_silent()
        states.append((now(job).state, now(job).error))

    assert states == [
        (JobState.QUEUED, ""),
        (JobState.QUEUED, ""),
        (JobState.FAILED, "worker-lost"),
    ]


def test_job_that_gets_on_each_time_is_not_given_up(job):
    for done in range(1, jobs.MAX_ATTEMPTS + 3):
        jobs.begin(now(job))
        jobs.advance(job, done)
        silence(job)
        assert jobs.revive_silent() == 1

    assert now(job).state == JobState.QUEUED
    for _attempt in range(2):
        jobs.begin(now(job))
        silence(job)
        jobs.revive_silent()
    assert now(job).state == JobState.FAILED


@pytest.mark.parametrize("kind", ["diploma_pages", "sign_award"])
def test_owner_is_told_of_a_job_that_is_given_up(kind, owner, job):
    if kind == "sign_award":
        award = make_award(AwardState.SIGNING)
        owner, job = award.awarded_by, Job.objects.get(subject=award.uuid)
    Mail.objects.all().delete()
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=jobs.MAX_ATTEMPTS)
    silence(job)

    jobs.revive_silent()

    mail = Mail.objects.get()
    assert now(job).state == JobState.FAILED
    assert (mail.recipient, mail.subject) == (owner.email, "Something was not finished")
    assert reverse("job-detail", args=[job.uuid]) in mail.body


def test_job_whose_message_was_lost_is_sent_again(job):
    silence(job)

    assert jobs.revive_silent() == 1
    assert now(job).state == JobState.QUEUED
    assert now(job).beat_at > timezone.now() - timedelta(minutes=1)


def test_only_worker_takes_up_at_its_start_what_the_one_before_had_begun(job):
    jobs.begin(job)

    assert (jobs.revive_silent(), now(job).state) == (0, JobState.RUNNING)
    assert (jobs.revive_silent(timedelta(0)), now(job).state) == (1, JobState.QUEUED)


def test_failed_job_is_tried_again_with_all_attempts(job, owner):
    jobs.begin(job)
    jobs.fail(job, "The printer is on fire.")

    jobs.retry(job, by=owner)

    assert (now(job).state, now(job).error, now(job).attempts) == (JobState.QUEUED, "", 0)


@pytest.mark.parametrize("kind", [JobKind.DIPLOMA_PAGES, JobKind.TRANSCRIPTS, JobKind.PRINT_RUN])
def test_who_is_registrar_no_more_does_not_have_records_printed_again(
    client, kind, institution, owner
):
    job = jobs.start(
        *(kind, "00000000-0000-4000-8000-000000000002"),
        institution=institution,
        by=owner,
        parameters={"graduates": [], "refused": []},
    )
    jobs.fail(job, "The printer is on fire.")
    owner.memberships.all().delete()
    client.force_login(owner)

    page = client.get(reverse("job-detail", args=[job.uuid])).content.decode()

    assert "Start again" not in page
    with pytest.raises(Refused, match="Only registrars"):
        jobs.retry(job, by=owner)
    assert now(job).state == JobState.FAILED


def test_worker_that_was_thought_dead_does_not_end_the_job_of_another(job):
    jobs.begin(job)
    silence(job)
    jobs.revive_silent()

    jobs.finish(job)

    assert now(job).state == JobState.QUEUED


def test_failed_job_is_not_tried_again_while_another_does_the_same(job, owner):
    jobs.begin(job)
    jobs.fail(job, "The printer is on fire.")
    other = jobs.start(job.kind, job.subject, institution=job.institution, by=owner)

    jobs.retry(job, by=owner)

    assert (now(job).state, now(other).state) == (JobState.FAILED, JobState.QUEUED)


def test_job_that_goes_on_is_not_tried_again(job, owner):
    with pytest.raises(Refused):
        jobs.retry(job, by=owner)


# Pages


def test_page_shows_progress_and_asks_again_by_itself(client, job, owner):
    jobs.begin(job)
    jobs.advance(job, 1)
    client.force_login(owner)

    page = client.get(reverse("job-detail", args=[job.uuid])).content.decode()

    assert "1 of 4" in page
    assert f'hx-get="{reverse("job-progress", args=[job.uuid])}"' in page
    assert f'href="{reverse("job-detail", args=[job.uuid])}"' in page


def test_fragment_says_when_the_page_is_to_be_read_anew(client, job, owner):
    client.force_login(owner)
    address = reverse("job-progress", args=[job.uuid])
    jobs.begin(job)

    running = client.get(address)
    jobs.finish(job)
    done = client.get(address)

    assert (running.get("HX-Refresh"), done.get("HX-Refresh")) == (None, "true")
    assert "<html" not in running.content.decode()


def test_done_job_leads_to_its_documents(client, job, owner):
    made = documents.store(
        b"%PDF-1.7",
        kind=DocumentKind.DIPLOMA_PAGE,
        title="Micro-credentials earned",
        filename="page.pdf",
        media_type="application/pdf",
        owner=owner,
    )
    jobs.begin(job)
    jobs.finish(job, made)
    client.force_login(owner)

    page = client.get(reverse("job-detail", args=[job.uuid]))

    assert page.context["documents"] == [(made, "Micro-credentials page")]


def test_done_job_is_named_so_and_leads_back_to_where_it_was_started(client, owner):
    award = make_award(student=owner)
    subjects = {
        JobKind.AWARD_SUPPLEMENT: award.uuid,
        JobKind.LINE_DOCUMENTS: "00000000-0000-4000-8000-000000000002",
        JobKind.DIPLOMA_PAGES: "00000000-0000-4000-8000-000000000003",
    }
    one, two = "00000000-0000-4000-8000-000000000004", "00000000-0000-4000-8000-000000000005"
    client.force_login(owner)

    def shown(kind, **parameters):
        Job.objects.filter(kind=kind).delete()
        job = jobs.start(
            kind,
            subjects[kind],
            institution=award.audit_institution,
            by=owner,
            total=len(parameters.get("learners", [""])),
            parameters=parameters,
        )
        jobs.begin(job)
        jobs.finish(job)
        context = client.get(reverse("job-detail", args=[job.uuid])).context
        return str(context["title"]), context["back"].url, context["back"].label

    assert [
        shown(JobKind.AWARD_SUPPLEMENT),
        shown(JobKind.LINE_DOCUMENTS),
        shown(JobKind.DIPLOMA_PAGES, learners=[one]),
        shown(JobKind.DIPLOMA_PAGES, learners=[one, two]),
    ] == [
        (
            "The supplement is made",
            reverse("award-detail", args=[award.uuid]),
            "Back to the award",
        ),
        (
            "The decision letter and supplements are made",
            reverse("line-detail", args=[subjects[JobKind.LINE_DOCUMENTS]]),
            "Back to the application",
        ),
        (
            "The micro-credentials page is made",
            reverse("learner-detail", args=[one]),
            "Back to the learner",
        ),
        (
            "The micro-credentials pages are made",
            f"{reverse('learner-list')}?institution={award.audit_institution.slug}",
            "Back to learners",
        ),
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "It cannot be sealed: no key"),
        ("de", "Es lässt sich nicht siegeln: no key"),
    ],
)
@pytest.mark.parametrize("is_raised", [True, False])
def test_job_fails_in_the_language_of_its_owner(job, owner, language, said, is_raised):
    owner.language = language
    owner.save()
    jobs.begin(job)
    message = gettext_lazy("It cannot be sealed: %(why)s")

    if is_raised:
        jobs.fail(job, PdfProblem(message, why="no key"))
    else:
        jobs.fail(job, message, why="no key")

    assert now(job).error == said


def test_per_cent_signs_of_others_are_left_alone(job):
    jobs.begin(job)

    jobs.fail(job, PdfProblem(gettext_lazy("It cannot be sealed: %(why)s"), why="100 %(s"))

    assert now(job).error == "It cannot be sealed: 100 %(s"


def test_failed_job_says_why_and_can_be_started_again(client, job, owner):
    jobs.begin(job)
    jobs.fail(job, "The letter has no font for the character ꙮ.")
    client.force_login(owner)

    page = client.get(reverse("job-detail", args=[job.uuid])).content.decode()
    answer = client.post(reverse("job-retry", args=[job.uuid]))

    assert "The letter has no font for the character ꙮ." in page
    assert answer.url == reverse("job-detail", args=[job.uuid])
    assert now(job).state == JobState.QUEUED


def test_job_is_nobody_elses_business(client, job):
    statuses = []
    for stranger in (make_student("Tam Belisle"), make_registrar(job.institution)):
        client.force_login(stranger)
        statuses += [
            client.get(reverse("job-detail", args=[job.uuid])).status_code,
            client.get(reverse("job-progress", args=[job.uuid])).status_code,
            client.post(reverse("job-retry", args=[job.uuid])).status_code,
        ]
    client.logout()

    assert statuses == [404] * 6
    assert client.get(reverse("job-detail", args=[job.uuid])).status_code == 302


def test_award_page_asks_by_itself_until_it_is_signed_and_its_supplement_made(client):
    award = make_award(AwardState.SIGNING)
    client.force_login(award.learner.user)
    asked = []

    def ask():
        """Return whether page and answer say that the job of the page goes on."""
        page = client.get(reverse("award-detail", args=[award.uuid])).content.decode()
        job = Job.objects.filter(subject=award.uuid).latest("pk")
        address = reverse("award-progress", args=[award.uuid, job.uuid])
        answer = client.get(address)
        asked.append((f'hx-get="{address}"' in page, answer.get("HX-Refresh")))
        return job

    issuing.run(ask())
    supplements.run(ask())
    ask()

    assert asked == [(True, None), (True, None), (False, "true")]


def test_learner_is_told_that_the_portal_makes_the_supplement_already(client):
    award = make_award()
    client.force_login(award.learner.user)

    answer = client.post(reverse("award-supplement", args=[award.uuid]))
    page = client.get(answer.url)

    assert answer.url == reverse("award-detail", args=[award.uuid])
    assert "The supplement is being made already. Look again in a moment." in page.content.decode()


def test_learner_starts_the_supplement_again_after_it_failed(client):
    award = make_award()
    job = Job.objects.get(kind=JobKind.AWARD_SUPPLEMENT)
    jobs.begin(job)
    jobs.fail(job, "No font.")
    client.force_login(award.learner.user)

    answer = client.post(reverse("award-supplement", args=[award.uuid]))

    started = Job.objects.get(kind=JobKind.AWARD_SUPPLEMENT, state=JobState.QUEUED)
    assert started.owner == award.learner.user
    assert answer.url == reverse("job-detail", args=[started.uuid])


# Files


def test_file_is_handed_out_as_what_it_is_and_never_run(client, owner):
    made = documents.store(
        b"<script>steal()</script>",
        kind=DocumentKind.UPLOAD,
        title="x",
        filename='a"; filename=evil.html\r\nX-Evil: 1',
        media_type="application/octet-stream",
        owner=owner,
    )
    client.force_login(owner)

    answer = client.get(reverse("document-download", args=[made.uuid]))

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "\n" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "X-Evil" not in answer
    assert "no-store" in answer["Cache-Control"]


def test_file_that_is_gone_or_changed_is_not_handed_out(client, owner, settings):
    made = documents.store(
        b"mine", kind=DocumentKind.UPLOAD, title="x", filename="x", media_type="text/plain",
        owner=owner,
    )  # fmt: skip
    client.force_login(owner)
    address = reverse("document-download", args=[made.uuid])
    path = settings.MEDIA_ROOT / made.file.name

    path.write_bytes(b"yours")
    changed = client.get(address).status_code
    path.unlink()

    assert (changed, client.get(address).status_code) == (404, 404)
