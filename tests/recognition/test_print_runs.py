"""A list of graduates is printed: who can be, once each, broken off and taken up again."""

import io
import zipfile
from datetime import date, timedelta

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from credentials import fonts
from credentials.models import (
    AuditEvent,
    Document,
    DocumentKind,
    Graduate,
    IssuerKey,
    Job,
    JobKind,
    Learner,
    ModuleResult,
)
from credentials.services import documents, graduations, jobs
from credentials.states import JobState
from credentials.verdict import Refused
from recognition.services import degree_documents, print_runs, transcripts
from recognition.services.print_runs import Readiness
from tests.credentials.test_verification_pages import find, upload, words
from tests.factories.catalogue import make_programme_version
from tests.factories.graduates import (
    DAY,
    make_complete_graduate,
    make_graduate,
    make_graduation,
    make_profile,
)
from tests.factories.people import make_institution, make_registrar, make_user
from tests.factories.seals import make_seal

pytestmark = pytest.mark.django_db
UNPRINTABLE = "\U0001f9ff"


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def registrar(institution):
    return make_registrar(institution)


@pytest.fixture
def version(institution, registrar):
    version = make_programme_version(institution, ects_total=60)
    make_profile(version, by=registrar)
    institution.education_systems.create(country=institution.country, text={"en": "Text."})
    return version


@pytest.fixture
def graduation(institution, registrar):
    return make_graduation(institution, by=registrar)


def some(graduation, version, count):
    for _ in range(count):
        make_complete_graduate(graduation, version)
    return list(graduation.graduates.all())


def report_of(graduation):
    return print_runs.report(graduation.graduates.all())


def readiness_of(graduation):
    return [row.readiness for row in report_of(graduation).rows]


def ordered(graduation, by):
    uuids = [str(one.uuid) for one in graduation.graduates.all()]
    return print_runs.order(graduation, uuids, by=by)


def ran(job):
    print_runs.run(Job.objects.get(pk=job.pk))
    return Job.objects.get(pk=job.pk)


def supplements():
    return Document.objects.filter(kind=DocumentKind.DIPLOMA_SUPPLEMENT).order_by("pk")


def kept(job, suffix):
    return documents.read(job.results.get(filename__endswith=suffix))


# Before printing


def test_report_tells_who_can_be_printed_and_why_not(graduation, version, registrar):
    some(graduation, version, 3)
    first, second, third = graduation.graduates.all()
    Learner.objects.filter(pk=second.enrolment.learner_id).update(given_name=UNPRINTABLE)
    Learner.objects.filter(pk=third.enrolment.learner_id).update(birth_date=None)

    rows = {row.graduate.pk: row for row in report_of(graduation).rows}

    assert (rows[first.pk].readiness, rows[first.pk].problems) == (Readiness.READY, [])
    assert rows[second.pk].problems == [f"No font for: {UNPRINTABLE} (U+1F9FF)"]
    assert rows[third.pk].problems == ["Date of birth"]
    assert report_of(graduation).counts == {"ready": 1, "changed": 0, "printed": 0, "missing": 2}


def test_fonts_print_what_is_written_in_europe_and_beyond():
    assert fonts.unprintable("Łucja Ødegård, Ελένη, Ірина, محمد, שרה, 10\N{NO-BREAK SPACE}%") == ""


def test_change_after_printing_is_seen_and_undone_by_printing_again(graduation, version, registrar):
    first, second = some(graduation, version, 2)
    ran(ordered(graduation, registrar))
    assert readiness_of(graduation) == [Readiness.PRINTED, Readiness.PRINTED]
    graduations.correct(second, by=registrar, final_grade="1.0")

    assert readiness_of(graduation) == [Readiness.PRINTED, Readiness.CHANGED]

    job = ran(print_runs.order(graduation, [str(second.uuid)], by=registrar))

    before, after = supplements().filter(graduates=None).get(), job_supplement(second)
    assert before.superseded_by == after
    assert readiness_of(graduation) == [Readiness.PRINTED, Readiness.PRINTED]
    assert supplements().count() == 3
    assert job.total == 1
    first.refresh_from_db()
    assert first.supplement.superseded_by is None


def test_text_on_programme_and_institution_leaves_old_documents_as_they_are(
    graduation, version, registrar
):
    some(graduation, version, 1)
    ran(ordered(graduation, registrar))
    make_profile(version, by=registrar, outcomes={"de": "Anders.", "en": "In other words."})
    graduation.institution.quality_agency = "Another Agency"
    graduation.institution.save()
    assert readiness_of(graduation) == [Readiness.PRINTED]

    graduations.edit(graduation, by=registrar, signatory="Somebody Else")

    assert readiness_of(graduation) == [Readiness.CHANGED]


def test_what_has_changed_is_printed_again_only_when_ticked(client, graduation, version, registrar):
    first, second = some(graduation, version, 2)
    ran(ordered(graduation, registrar))
    graduations.correct(second, by=registrar, final_grade="1.0")
    client.force_login(registrar)
    address = reverse("graduation-print", args=[graduation.uuid])

    page = client.get(address).content.decode()
    client.post(address, {"what": "all"})

    assert "Print 1</button>" in page
    assert "What has changed is printed only when you tick it below." in page
    assert f"Print {second} anew" in page
    assert "Print anew those ticked" in page
    assert Job.objects.unfinished().get().parameters["graduates"] == [str(first.uuid)]


def test_button_says_all_only_when_nobody_is_left_out(client, graduation, version, registrar):
    some(graduation, version, 2)
    ran(ordered(graduation, registrar))
    client.force_login(registrar)
    address = reverse("graduation-print", args=[graduation.uuid])
    assert "Print all 2</button>" in client.get(address).content.decode()

    make_graduate(graduation, by=registrar)

    page = client.get(address).content.decode()
    assert "Print 2</button>" in page
    assert "What has changed" not in page


def job_supplement(graduate):
    return Graduate.objects.get(pk=graduate.pk).supplement


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_a_list_asks_the_same_for_any_number(
    client, graduation, version, registrar, count, django_assert_num_queries
):
    graduates = some(graduation, version, count)
    for one in graduates:
        degree_documents.print_supplement(one)
    ModuleResult.objects.update(grade="1.0")
    make_graduate(graduation, by=registrar)
    client.force_login(registrar)

    with django_assert_num_queries(28):
        page = client.get(reverse("graduation-print", args=[graduation.uuid]))

    assert page.context["counts"] == {"ready": 0, "changed": count, "printed": 0, "missing": 1}


# Printing


def test_pdf_for_the_printer_is_told_how_its_documents_are_verified(
    client, graduation, version, registrar
):
    some(graduation, version, 2)
    job = ran(ordered(graduation, registrar))

    page = upload(client, kept(job, ".pdf"), "list.pdf")
    archive = upload(client, kept(job, ".zip"), "list.zip")

    said, of_archive = (
        words(find(html.fromstring(one.content), "main")[0]) for one in (page, archive)
    )
    assert "The file joins several documents for printing" in said
    assert "Enter the code printed on one of the documents, or choose its own PDF file." in said
    assert "Ask for the original file" not in said
    assert "choose one of the PDF files inside" in of_archive


def test_run_prints_each_once_in_the_order_of_the_list(graduation, version, registrar):
    graduates = some(graduation, version, 3)

    job = ran(ordered(graduation, registrar))

    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    assert supplements().count() == 3
    numbers = [job_supplement(one).number for one in graduates]
    assert numbers == [one.number for one in supplements()]
    with pikepdf.open(io.BytesIO(kept(job, ".pdf"))) as whole, whole.open_outline() as outline:
        starts = [int(whole.pages.index(item.destination[0])) for item in outline.root]
        titles = [item.title for item in outline.root]
        for start, document in zip(starts, supplements(), strict=True):
            with pikepdf.open(io.BytesIO(documents.read(document))) as single:
                for number, page in enumerate(single.pages, start=start):
                    drawn = whole.pages[number].Contents.read_bytes()
                    assert page.Contents.read_bytes() == drawn
        assert len(whole.pages) % 2 == 0
        assert whole.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"
    assert [start % 2 for start in starts] == [0, 0, 0]
    assert titles == [
        f"{one.enrolment.learner}, {number}" for one, number in zip(graduates, numbers, strict=True)
    ]
    with zipfile.ZipFile(io.BytesIO(kept(job, ".zip"))) as files:
        assert [name.rpartition("-nela")[0] for name in files.namelist()] == numbers
        for name, document in zip(files.namelist(), supplements(), strict=True):
            assert files.read(name) == documents.read(document)


def test_list_printed_twice_prints_nobody_again(graduation, version, registrar):
    some(graduation, version, 2)
    ran(ordered(graduation, registrar))

    again = ran(ordered(graduation, registrar))

    assert supplements().count() == 2
    assert again.results.count() == 2


def test_one_who_cannot_be_printed_leaves_the_others_alone(client, graduation, version, registrar):
    first, second, third = some(graduation, version, 3)
    job = ordered(graduation, registrar)
    Learner.objects.filter(pk=second.enrolment.learner_id).update(birth_date=None)
    graduations.take_out(third, by=registrar)

    job = ran(job)

    assert (job.state, job.done, supplements().count()) == (JobState.DONE, 3, 1)
    assert job.parameters["refused"] == [
        [str(second.uuid), "Date of birth"],
        [str(third.uuid), "Not in the list any more"],
    ]
    client.force_login(registrar)
    page = client.get(reverse("job-detail", args=[job.uuid])).content.decode()
    assert f"<bdi>{second}</bdi></a>: Date of birth" in page
    assert "<h1>1 of 2 diploma supplements is printed</h1>" in page
    assert job_supplement(first).number


def test_registrar_reads_why_in_their_own_language(graduation, version, registrar):
    registrar.language = "de"
    registrar.save()
    (lost,) = some(graduation, version, 1)
    ran(ordered(graduation, registrar))
    nobody, gone = [one for one in some(graduation, version, 2) if one != lost]
    supplement = job_supplement(lost)
    supplement.file.storage.delete(supplement.file.name)
    job = ordered(graduation, registrar)
    Learner.objects.filter(pk=nobody.enrolment.learner_id).update(birth_date=None)
    graduations.take_out(gone, by=registrar)

    said = dict(ran(job).parameters["refused"])

    assert said[str(nobody.uuid)] == "Geburtsdatum"
    assert said[str(gone.uuid)] == "Nicht mehr in der Liste"
    assert said[str(lost.uuid)].startswith(f"Die Datei von {supplement.number}")


def test_an_unexpected_error_is_told_by_name_and_leaves_the_others_alone(
    graduation, version, registrar, monkeypatch, caplog
):
    first, second = some(graduation, version, 2)
    really = degree_documents.print_supplement

    def fails(graduate, tables, **named):
        if graduate == first:
            raise RuntimeError("out of order")
        return really(graduate, tables, **named)

    monkeypatch.setattr(degree_documents, "print_supplement", fails)
    job = ran(ordered(graduation, registrar))

    assert (job.state, job.results.count()) == (JobState.DONE, 2)
    ((uuid, why),) = job.parameters["refused"]
    assert (uuid, why.startswith("An unexpected error")) == (str(first.uuid), True)
    assert "out of order" in caplog.text
    assert job_supplement(second)


def test_a_lost_file_is_told_by_name_and_leaves_the_others_alone(graduation, version, registrar):
    first, second = some(graduation, version, 2)
    ran(ordered(graduation, registrar))
    lost = job_supplement(first)
    lost.file.storage.delete(lost.file.name)

    job = ran(ordered(graduation, registrar))

    assert job.state == JobState.DONE
    ((uuid, why),) = job.parameters["refused"]
    assert (uuid, lost.number in why) == (str(first.uuid), True)
    with zipfile.ZipFile(io.BytesIO(kept(job, ".zip"))) as files:
        (name,) = files.namelist()
    assert name.startswith(job_supplement(second).number)


def test_only_the_latest_run_of_a_list_keeps_its_files(
    graduation, version, registrar, django_capture_on_commit_callbacks
):
    some(graduation, version, 2)
    older = ran(ordered(graduation, registrar))
    before = list(older.results.all())
    paths = [(one.file.storage, one.file.name) for one in before]

    with django_capture_on_commit_callbacks(execute=True):
        newer = ran(ordered(graduation, registrar))

    assert (older.results.count(), newer.results.count()) == (0, 2)
    assert not any(storage.exists(name) for storage, name in paths)
    assert Document.objects.filter(kind=DocumentKind.PRINT_RUN).count() == 2
    assert supplements().count() == 2


def test_pages_before_and_after_a_run_say_that_the_certificate_has_expired(
    client, graduation, version, registrar, institution
):
    some(graduation, version, 1)
    key = make_seal(institution)
    IssuerKey.objects.filter(pk=key.pk).update(valid_until=timezone.now() - timedelta(days=1))
    client.force_login(registrar)

    before = client.get(reverse("graduation-print", args=[graduation.uuid])).content.decode()
    job = ran(ordered(graduation, registrar))
    after = client.get(reverse("job-detail", args=[job.uuid])).content.decode()

    assert "What is printed now has no seal." in before
    assert "1 document has no seal" in after


def test_run_that_can_print_nobody_ends_without_files(client, graduation, version, registrar):
    some(graduation, version, 1)
    job = ordered(graduation, registrar)
    Learner.objects.update(birth_date=None)

    job = ran(job)

    assert (job.state, job.results.count()) == (JobState.DONE, 0)
    client.force_login(registrar)
    page = client.get(reverse("job-detail", args=[job.uuid])).content.decode()
    assert "Nobody was printed" in page


def test_run_says_how_many_of_the_list_are_printed_and_leads_back_to_it(
    client, graduation, version, registrar
):
    *ready, lacking = some(graduation, version, 3)
    Learner.objects.filter(pk=lacking.enrolment.learner_id).update(birth_date=None)
    client.force_login(registrar)

    job = ran(print_runs.order(graduation, [str(one.uuid) for one in ready], by=registrar))

    page = client.get(reverse("job-detail", args=[job.uuid]))
    assert page.context["heading"] == "2 of 3 diploma supplements are printed"
    assert page.context["back"].url == reverse("graduation-detail", args=[graduation.uuid])
    Learner.objects.update(birth_date=date(2000, 1, 1))
    ran(print_runs.order_one(lacking, by=registrar))
    page = client.get(reverse("job-detail", args=[job.uuid]))
    assert page.context["heading"] == "The diploma supplements are printed"


@pytest.mark.parametrize("count", [1, 3])
def test_list_shows_what_is_printed_and_asks_the_same_for_any_number(
    client, graduation, version, registrar, count, django_assert_num_queries
):
    graduates = some(graduation, version, count)
    ran(ordered(graduation, registrar))
    waiting = make_complete_graduate(graduation, version)
    client.force_login(registrar)

    with django_assert_num_queries(11):
        page = client.get(reverse("graduation-detail", args=[graduation.uuid])).content.decode()

    for one in graduates:
        supplement = job_supplement(one)
        address = reverse("document-download", args=[supplement.uuid])
        assert f'data-label="Printed"><a href="{address}">{supplement.number}</a></td>' in page
    assert page.count('data-label="Printed">–</td>') == 1
    assert waiting.supplement is None


def test_run_broken_off_goes_on_where_it_was(graduation, version, registrar, monkeypatch):
    some(graduation, version, 3)
    job = ordered(graduation, registrar)
    monkeypatch.setattr(print_runs, "_print", dies_at(2))
    with pytest.raises(KeyboardInterrupt):
        ran(job)
    monkeypatch.undo()
    first = list(supplements())
    Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - 2 * jobs.SILENCE)
    assert jobs.revive_silent() == 1

    job = ran(job)

    assert (job.state, job.done, job.attempts) == (JobState.DONE, 3, 2)
    assert len(first) == 1
    assert list(supplements())[:1] == first
    assert supplements().count() == 3
    with zipfile.ZipFile(io.BytesIO(kept(job, ".zip"))) as files:
        assert len(files.namelist()) == 3


def dies_at(turn):
    """The worker is killed when so many graduates are begun."""
    really, begun = print_runs._print, []

    def die(*given):
        begun.append(given)
        if len(begun) == turn:
            raise KeyboardInterrupt
        really(*given)

    return die


def test_cancelled_run_stops_at_the_next_and_is_taken_up_again(
    client, graduation, version, registrar, monkeypatch
):
    some(graduation, version, 3)
    client.force_login(registrar)
    job = ordered(graduation, registrar)
    cancel = reverse("job-cancel", args=[job.uuid])
    really = print_runs._print

    def cancelled_meanwhile(*given):
        really(*given)
        client.post(cancel)

    monkeypatch.setattr(print_runs, "_print", cancelled_meanwhile)
    asks = client.get(cancel).content.decode()
    job = ran(job)
    monkeypatch.undo()

    assert "What is printed stays." in asks
    assert (job.state, job.done, supplements().count()) == (JobState.CANCELLED, 1, 1)
    page = client.get(reverse("job-detail", args=[job.uuid])).content.decode()
    assert "1 of 3 are done, and stay as they are." in page
    assert ">Go on</button>" in page

    client.post(reverse("job-retry", args=[job.uuid]))
    job = ran(job)

    assert (job.state, job.done, supplements().count()) == (JobState.DONE, 3, 3)
    assert job.results.count() == 2


def test_run_cancelled_before_it_began_prints_nobody(graduation, version, registrar):
    some(graduation, version, 1)
    job = ordered(graduation, registrar)
    jobs.cancel(job, by=registrar)

    assert ran(job).state == JobState.CANCELLED
    assert supplements().count() == 0


def test_only_a_list_can_be_stopped(graduation, version, registrar):
    (graduate,) = some(graduation, version, 1)
    job = transcripts.start(graduate.enrolment, dated=DAY, by=registrar)

    with pytest.raises(Refused, match="cannot be stopped"):
        jobs.cancel(job, by=registrar)


def test_late_worker_keeps_no_second_files(graduation, version, registrar, tmp_path):
    some(graduation, version, 2)
    job = ran(ordered(graduation, registrar))
    (tmp_path / "late.pdf").write_bytes(b"%PDF-")

    print_runs._keep(job, tmp_path / "late.pdf", tmp_path / "late.pdf")

    assert Document.objects.filter(kind=DocumentKind.PRINT_RUN).count() == 2


# Who, and on which pages


def test_registrar_orders_what_is_ready_and_downloads_it(
    client, graduation, version, registrar, run_tasks
):
    some(graduation, version, 2)
    make_graduate(graduation, by=registrar)
    client.force_login(registrar)
    address = reverse("graduation-print", args=[graduation.uuid])
    assert (
        address in client.get(reverse("graduation-detail", args=[graduation.uuid])).content.decode()
    )
    assert "Print the 2 that are ready" in client.get(address).content.decode()

    with run_tasks():
        answer = client.post(address, {"what": "ready"})

    job = Job.objects.get(kind=JobKind.PRINT_RUN)
    assert answer.url == reverse("job-detail", args=[job.uuid])
    page = client.get(answer.url).content.decode()
    for document in job.results.all():
        download = reverse("document-download", args=[document.uuid])
        assert download in page
        sent = client.get(download)
        assert b"".join(sent.streaming_content) == documents.read(document)
        assert sent["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert AuditEvent.objects.filter(noun="graduation", action="print").count() == 1


def test_one_graduate_is_printed_with_the_checks_of_a_run(client, graduation, version, registrar):
    first, second = some(graduation, version, 2)
    Learner.objects.filter(pk=first.enrolment.learner_id).update(birth_date=None)
    client.force_login(registrar)
    learner = reverse("learner-detail", args=[first.enrolment.learner.uuid])

    page = client.get(learner).content.decode()
    refused = client.post(reverse("graduate-print", args=[first.uuid]))

    assert "Missing before printing: Date of birth" in page
    assert reverse("graduate-print", args=[first.uuid]) not in page
    assert refused.url == learner
    assert not Job.objects.exists()
    job = print_runs.order_one(second, by=registrar)
    assert (job.subject, job.parameters["graduates"]) == (graduation.uuid, [str(second.uuid)])
    assert print_runs.order_one(second, by=registrar) == job
    Learner.objects.update(birth_date=date(2000, 1, 1))
    with pytest.raises(Refused, match="being printed now"):
        print_runs.order_one(first, by=registrar)


def test_run_of_one_gives_the_document_itself_and_leaves_the_files_of_the_list(
    graduation, version, registrar
):
    some(graduation, version, 2)
    whole = ran(ordered(graduation, registrar))
    one = Graduate.objects.first()

    job = ran(print_runs.order_one(one, by=registrar))

    assert (job.state, list(job.results.all())) == (JobState.DONE, [one.supplement])
    assert whole.results.count() == 2


def test_list_says_how_many_documents_in_its_files_were_replaced_since(
    client, graduation, version, registrar
):
    some(graduation, version, 2)
    ran(ordered(graduation, registrar))
    client.force_login(registrar)
    address = reverse("graduation-print", args=[graduation.uuid])
    assert client.get(address).context["replaced"] == 0

    ran(print_runs.order_one(Graduate.objects.first(), by=registrar, anew="Damaged"))

    page = client.get(address)
    assert page.context["replaced"] == 1
    assert "1 document in the files was replaced since." in page.content.decode()
    ran(ordered(graduation, registrar))
    assert client.get(address).context["replaced"] == 0


def test_who_was_refused_and_printed_later_replaced_nothing(graduation, version, registrar):
    _first, second = some(graduation, version, 2)
    Learner.objects.filter(pk=second.enrolment.learner_id).update(birth_date=None)
    ran(ordered(graduation, registrar))
    Learner.objects.filter(pk=second.enrolment.learner_id).update(birth_date=date(2000, 1, 1))

    ran(print_runs.order_one(second, by=registrar))

    assert print_runs.replaced_since(graduation) == 0


def test_two_registrars_at_once_share_one_run(client, graduation, version, registrar):
    some(graduation, version, 2)
    other = make_registrar(graduation.institution)
    first = ordered(graduation, registrar)
    client.force_login(other)
    address = reverse("graduation-print", args=[graduation.uuid])

    page = client.get(address).content.decode()
    answer = client.post(address, {"what": "ready"})

    assert "This list is being printed now." in page
    assert answer.url == reverse("job-detail", args=[first.uuid])
    assert client.get(answer.url).status_code == 200
    assert Job.objects.filter(kind=JobKind.PRINT_RUN).count() == 1


def test_nobody_chosen_is_said(client, graduation, version, registrar):
    some(graduation, version, 1)
    client.force_login(registrar)

    page = client.post(
        reverse("graduation-print", args=[graduation.uuid]), {"what": "chosen", "graduates": ["x"]}
    )

    assert "Choose whom to print." in page.content.decode()
    assert not Job.objects.exists()


def test_only_registrars_of_the_institution_print_a_list(graduation, version, registrar):
    some(graduation, version, 1)
    job = ordered(graduation, registrar)
    for user in (make_user(), make_registrar(make_institution())):
        with pytest.raises(Refused):
            ordered(graduation, user)
        with pytest.raises(Refused):
            jobs.cancel(job, by=user)
        with pytest.raises(Refused):
            jobs.retry(job, by=user)
        assert not Job.objects.visible_to(user).exists()
    ran(job)
    for user in (make_user(), make_registrar(make_institution())):
        assert not Document.objects.visible_to(user).exists()


# How long it takes


@pytest.mark.parametrize(
    ("done", "seconds", "left"),
    [
        (10, 60, "About 9 minutes left"),
        (95, 60, "Less than a minute left"),
        (1, 1, ""),  # too early to tell
        (0, 60, ""),
    ],
)
def test_page_tells_the_time_left(client, graduation, version, registrar, done, seconds, left):
    some(graduation, version, 1)
    job = ordered(graduation, registrar)
    jobs.begin(job)
    job = Job.objects.get(pk=job.pk)
    began = timezone.now() - timezone.timedelta(seconds=seconds)
    job.parameters["began"] = [began.isoformat(), 0]
    Job.objects.filter(pk=job.pk).update(
        total=100, done=done, parameters=job.parameters, beat_at=timezone.now()
    )
    client.force_login(registrar)

    for name in ("job-detail", "job-progress"):
        page = client.get(reverse(name, args=[job.uuid])).content.decode()
        assert ("left</p>" in page) == bool(left)
        assert left in page


def test_time_left_is_of_the_pace_since_it_was_taken_up_again(graduation, version, registrar):
    some(graduation, version, 1)
    job = ordered(graduation, registrar)
    now = timezone.now()
    job.state, job.done, job.total, job.beat_at = JobState.RUNNING, 60, 100, now
    job.parameters["began"] = [(now - timezone.timedelta(seconds=20)).isoformat(), 50]

    assert jobs.time_left(job) == timezone.timedelta(seconds=80)
