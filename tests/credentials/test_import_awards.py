"""Lists of learners: looked at row by row, awarded by a job that may be killed, told at the end."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from credentials.models import (
    AuditEvent,
    Award,
    CourseVersion,
    Document,
    Job,
    JobKind,
    Learner,
    LearnerEmail,
    Mail,
    Role,
)
from credentials.services import (
    award_imports,
    award_rows,
    awards,
    batches,
    documents,
    issuing_batches,
    jobs,
)
from credentials.standards.award_files import read_awards
from credentials.states import AwardState, JobState
from credentials.tasks import sign_batch
from credentials.verdict import Refused, Stale
from tests.factories.awards import make_claim, make_student, make_taught_course
from tests.factories.people import make_institution, make_learner, make_registrar, make_staff

pytestmark = pytest.mark.django_db
HEADER = "student_number,email,given_name,family_name,grade"


@pytest.fixture
def version():
    return CourseVersion.objects.get(pk=make_taught_course().pk)


@pytest.fixture
def registrar(client, version):
    user = make_registrar(version.course.institution)
    client.force_login(user)
    return user


def known_learner(version, email="", **fields):
    learner = make_learner(version.course.institution, **fields)
    if email:
        LearnerEmail.objects.create(learner=learner, email=email)
    return learner


def list_of(*rows):
    return "\n".join([HEADER, *rows])


def read(version, text):
    return read_awards(text.encode(), is_graded=bool(version.grade_scale))


def look(version, text, by):
    return award_imports.look(version, read(version, text), by=by)


def told(outlook):
    return [(fate.row.number, fate.column, fate.refusal) for fate in outlook.refused]


def start(version, text, by):
    """Look at a list and have exactly what was shown awarded."""
    rows = read(version, text)
    seen = award_imports.look(version, rows, by=by).mark
    job, _is_new = award_imports.start(version, text.encode(), rows, by=by, seen=seen)
    return job


def now(job):
    return Job.objects.get(pk=job.pk)


def newcomers(count):
    return list_of(*(f",new{n}@example.org,Ida,New {n},1.0" for n in range(count)))


# The dry run -------------------------------------------------------------------------------------


def test_each_row_says_whom_it_means_and_what_would_happen(version, registrar):
    by_number = known_learner(version, student_number="40000001")
    by_email = known_learner(version, "Nela@Example.org")
    text = list_of("40000001,,,,1.0", ',nela@example.ORG,,,"2,0"', ",new@example.org,Ida,Morvan,3")

    outlook = look(version, text, registrar)

    assert [(fate.learner, fate.grade, fate.is_new) for fate in outlook.ready[:2]] == [
        (by_number, "1.0", False),
        (by_email, "2.0", False),
    ]
    new = outlook.ready[2]
    assert (new.learner.name, new.grade, new.is_new) == ("Ida Morvan", "3.0", True)
    assert outlook.refused == []
    assert (Award.objects.count(), Learner.objects.count(), Job.objects.count()) == (0, 2, 0)


def test_rows_that_cannot_be_awarded_name_column_and_reason(version, registrar):
    institution = version.course.institution
    known_learner(version, "two@example.org", student_number="1")
    known_learner(version, "two@example.org", student_number="2")
    holder = known_learner(version, student_number="3")
    awards.award_directly(version, holder, by=registrar, grade="1.0")
    make_learner(institution, registrar, student_number="4")
    known_learner(version, student_number="5", family_name="Ard\x02wen")
    make_learner(make_institution(), student_number="6")
    text = list_of(
        *("9,,,,1.0", ",two@example.org,,,1.0", ",new@example.org,,,1.0", "3,,,,1.0", "4,,,,1.0"),
        *("5,,,,1.0", "6,,,,1.0", ",new@example.org,Ida,New,5.0", ",bad,Ida,New,1.0"),
        *("1,two@example.org,,,", "3,two@example.org,,,1.0", f",{registrar.email},A,B,1.0"),
    )

    outlook = look(version, text, registrar)

    unknown = "No learner has this student number. Check it, or use the e-mail address."
    passing = "Choose a grade that passes: 4.0, 3.0, 2.0, 1.0."
    assert outlook.ready == []
    assert [row[:2] for row in told(outlook)] == [
        *((2, "student_number"), (3, "email"), (4, "family_name"), (5, ""), (6, ""), (7, "")),
        *((8, "student_number"), (9, "grade"), (10, "email"), (11, "grade"), (12, "email")),
        (13, ""),
    ]
    reasons = [row[2] for row in told(outlook)]
    assert reasons[:5] == [
        unknown,
        "Several learners share this address. Use the student number.",
        "The institution does not know this address yet. Give the learner's name.",
        f"{holder} holds this credential already.",
        "Nobody can award a credential to themselves.",
    ]
    assert reasons[5].startswith("This cannot be signed, so it is not awarded: ")
    assert reasons[6:] == [
        *(unknown, passing, "is no e-mail address. Write it as nela@example.org.", passing),
        "The student number and the address are those of two learners. Check both.",
        "This learner is in row 6 too. Keep one of the two rows.",
    ]


def test_preview_says_how_many_open_claims_it_answers(client, version, registrar):
    claim = make_claim(version=version)
    Learner.objects.filter(pk=claim.learner.pk).update(student_number="40000001")
    url, text = reverse("award-import", args=[version.uuid]), list_of("40000001,,,,1.0")

    page = client.post(url, {"content": text})

    assert page.context["claims"] == 1
    assert "Open claims that this answers" in page.content.decode()


def test_own_address_brings_in_nobody(version):
    teacher = version.course.teachers.get()

    outlook = look(version, list_of(f",{teacher.email.upper()},Ida,Morvan,1.0"), teacher)

    assert told(outlook) == [(2, "", "Nobody can award a credential to themselves.")]


def test_learner_in_two_rows_is_awarded_once(version, registrar):
    known_learner(version, "nela@example.org", student_number="1")
    text = list_of(
        *("1,,,,1.0", ",nela@example.org,,,1.0"),
        *(",new@example.org,Ida,New,2.0", ",NEW@example.org,Ida,New,2.0"),
    )

    outlook = look(version, text, registrar)

    assert [fate.row.number for fate in outlook.ready] == [2, 4]
    assert told(outlook) == [
        (3, "", "This learner is in row 2 too. Keep one of the two rows."),
        (5, "", "This learner is in row 4 too. Keep one of the two rows."),
    ]


def test_learner_with_two_grades_gets_none(version, registrar):
    known_learner(version, student_number="1")

    outlook = look(version, list_of("1,,,,1.0", "1,,,,3.0", "1,,,,1.0"), registrar)

    assert told(outlook) == [
        (2, "", "This learner is in row 3 too, with another grade. Keep the right one."),
        (3, "", "This learner is in row 2 too. Keep one of the two rows."),
        (4, "", "This learner is in row 2 too. Keep one of the two rows."),
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1.0", "1.0"), ("1,0", "1.0"), ("1", "1.0"), ("a", "A"), ("5.0", "5.0"), ("NaN", "NaN")],
)
def test_grades_are_read_as_spreadsheets_write_them(written, meant):
    assert award_rows.grade_of(written, ["4.0", "1.0", "A"]) == meant


@pytest.mark.parametrize(
    ("names", "differs"),
    [
        (("Nela", "Ardwen"), False),
        (("NELA ", " ardwen"), False),
        (("", "Ardwen"), False),
        (("", ""), False),
        (("Nele", "Ardwen"), True),
        (("", "Morvan"), True),
    ],
)
def test_other_name_than_in_the_records_is_noticed(version, registrar, names, differs):
    known_learner(version, student_number="1", given_name="Nela", family_name="Ardwen")

    (fate,) = look(version, list_of(f"1,,{names[0]},{names[1]},1.0"), registrar).ready

    assert fate.is_named_otherwise is differs


@pytest.mark.parametrize("count", [1, 3, 60])
def test_looking_takes_the_same_queries_for_some_rows_and_for_many(
    version, registrar, django_assert_num_queries, count
):
    for n in range(count):
        known_learner(version, f"n{n}@example.org", student_number=f"7{n}")
    text = list_of(
        *(f"7{n},,,,1.0" for n in range(count)),
        *(f",n{n}@example.org,,,1.0" for n in range(count)),
        *(f",x{n}@example.org,Ida,New,1.0" for n in range(count)),
    )
    rows = read(version, text)

    with django_assert_num_queries(17):
        award_imports.look(version, rows, by=registrar)


# Awarding ----------------------------------------------------------------------------------------


def test_list_is_awarded_signed_and_told_by_one_job(version, registrar):
    student = make_student("Nela Ardwen", language="de")
    linked = make_learner(version.course.institution, student, student_number="1")
    text = list_of("1,,,,1.0", ",new@example.org,Ida,Morvan,2.0", "9,,,,1.0")

    job = start(version, text, registrar)
    waiting = (job.kind, job.state, job.done, job.total, Award.objects.count())
    sign_batch(job.pk)

    job = now(job)
    assert waiting == (JobKind.SIGN_BATCH, JobState.QUEUED, 0, 3, 0)
    assert (job.state, job.error, job.done, job.total) == (JobState.DONE, "", 2, 2)
    made = {award.learner.name: award for award in Award.objects.all()}
    assert {name: (a.grade, a.state, a.awarded_by) for name, a in made.items()} == {
        linked.name: ("1.0", AwardState.ISSUED, registrar),
        "Ida Morvan": ("2.0", AwardState.ISSUED, registrar),
    }
    new = Learner.objects.get(family_name="Morvan")
    assert list(new.emails.values_list("email", flat=True)) == ["new@example.org"]
    assert [mail.recipient for mail in Mail.objects.order_by("recipient")] == [
        "new@example.org",
        student.email,
    ]
    entered = AuditEvent.objects.get(thing=str(new.uuid))
    assert (entered.action, entered.actor) == ("enter", str(registrar.uuid))
    call_command("audit_check")


def test_refused_rows_are_handed_out_to_be_mended_and_sent_again(version, registrar):
    text = list_of("9,,,,1.0", ",a@example.org,Ida,A,1.0", ",b@example.org,Ida,=B,1.0")
    job = start(version, text, registrar)
    sign_batch(job.pk)

    (document,) = now(job).results.all()
    data = documents.read(document).decode("utf-8-sig")
    where = "No learner has this student number. Check it, or use the e-mail address."
    assert data.splitlines() == [
        f"{HEADER},problem",
        f'9,,,,1.0,"Row 2, column “student_number”: {where}"',
        ",b@example.org,Ida,'=B,1.0,"
        '"Row 4, column “family_name”: begins like a formula. Write the name itself."',
    ]
    again = start(version, data.replace("'=B", "B"), registrar)
    sign_batch(again.pk)
    assert Award.objects.count() == 2
    assert list(Document.objects.values_list("filename", flat=True)) == ["refused.csv"] * 2


def test_reasons_are_told_in_the_language_of_whoever_sent_the_list(version):
    registrar = make_staff(version.course.institution, Role.REGISTRAR, language="de")
    known = known_learner(version, student_number="1")
    text = list_of("1,,,,1.0", ",a@example.org,Ida,A,1.0")
    job = start(version, text, registrar)
    awards.award_directly(version, known, by=registrar, grade="1.0")  # meanwhile

    sign_batch(job.pk)

    (row,) = award_imports.refused_of(now(job))
    assert (row.number, row.column) == (2, "")
    assert row.problem != f"{known} holds this credential already."


def test_the_same_list_sent_twice_awards_once(version, registrar):
    text = newcomers(3)
    rows = read(version, text)
    seen = award_imports.look(version, rows, by=registrar).mark
    first, is_new = award_imports.start(version, text.encode(), rows, by=registrar, seen=seen)
    second, again = award_imports.start(version, text.encode(), rows, by=registrar, seen=seen)
    sign_batch(first.pk)

    with pytest.raises(Stale, match="Something has changed since you looked"):
        award_imports.start(version, text.encode(), rows, by=registrar, seen=seen)

    outlook = award_imports.look(version, rows, by=registrar)
    assert (first, is_new, again) == (second, True, False)
    assert Award.objects.count() == Learner.objects.count() == 3
    assert [row[2] for row in told(outlook)] == [
        f"Ida New {n} holds this credential already." for n in range(3)
    ]
    with pytest.raises(Refused, match="No row of this file can be awarded"):
        award_imports.start(version, text.encode(), rows, by=registrar, seen=outlook.mark)


def test_two_lists_with_the_same_newcomer_enter_them_once(version, registrar):
    other = make_registrar(version.course.institution)
    jobs_ = [start(version, newcomers(2), by) for by in (registrar, other)]

    for job in jobs_:
        sign_batch(job.pk)

    assert Award.objects.count() == Learner.objects.count() == 2
    assert [len(award_imports.refused_of(now(job))) for job in jobs_] == [0, 2]
    assert [now(job).state for job in jobs_] == [JobState.DONE] * 2


class Killed(BaseException):
    """What a process does not survive."""


@pytest.mark.parametrize("where", ["award", "entering", "closing", "signing"])
def test_worker_killed_anywhere_leaves_work_that_is_done_later(
    version, registrar, monkeypatch, where
):
    monkeypatch.setattr(batches, "CHUNK", 2)
    job = start(version, list_of(*newcomers(5).splitlines()[1:], "9,,,,1.0"), registrar)
    owner, name = {
        "award": (batches, "store"),
        "entering": (award_imports.accounts, "enter_all"),
        "closing": (award_imports.documents, "forget"),
        "signing": (issuing_batches, "_sign_all"),
    }[where]
    real, calls = getattr(owner, name), []

    def die(*args, **named):
        calls.append(args)
        if len(calls) == 2 or where in ("closing", "signing"):
            raise Killed
        return real(*args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, die)
        with pytest.raises(Killed):
            sign_batch(job.pk)
    Job.objects.update(beat_at=now(job).beat_at - 2 * jobs.SILENCE)
    revived = jobs.revive_silent()
    sign_batch(job.pk)

    job = now(job)
    assert (revived, job.state, job.total) == (1, JobState.DONE, 5)
    assert [row.number for row in award_imports.refused_of(job)] == [7]
    assert [award.state for award in Award.objects.all()] == [AwardState.ISSUED] * 5
    assert Learner.objects.count() == LearnerEmail.objects.count() == Mail.objects.count() == 5
    assert Document.objects.count() == 1
    call_command("audit_check")


def test_whoever_may_not_award_any_more_has_nothing_awarded(version, registrar):
    job = start(version, newcomers(2), registrar)
    registrar.memberships.all().delete()

    sign_batch(job.pk)

    job = now(job)
    assert (job.state, Award.objects.count(), Learner.objects.count()) == (JobState.FAILED, 0, 0)
    assert job.error == "Only teachers of this course and registrars may award its credential."


def test_right_that_ends_on_the_way_ends_the_list_and_leaves_nothing_unsigned(
    version, registrar, monkeypatch
):
    monkeypatch.setattr(batches, "CHUNK", 2)
    job = start(version, newcomers(5), registrar)

    def die(*args):
        registrar.memberships.all().delete()
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(issuing_batches, "_sign_all", die)
        with pytest.raises(Killed):
            sign_batch(job.pk)
    Job.objects.update(beat_at=now(job).beat_at - 2 * jobs.SILENCE)
    jobs.revive_silent()
    sign_batch(job.pk)

    assert now(job).state == JobState.FAILED
    assert [award.state for award in Award.objects.all()] == [AwardState.ISSUED] * 2


def test_right_is_asked_again_before_each_part(version, registrar, monkeypatch):
    monkeypatch.setattr(batches, "CHUNK", 2)
    job = start(version, newcomers(5), registrar)
    real = batches.store

    def store(*args, **named):
        registrar.memberships.all().delete()
        return real(*args, **named)

    monkeypatch.setattr(batches, "store", store)
    sign_batch(job.pk)

    assert now(job).state == JobState.FAILED
    assert [award.state for award in Award.objects.all()] == [AwardState.ISSUED] * 2


def test_list_that_was_lost_is_told(version, registrar):
    job = start(version, newcomers(2), registrar)
    kept = Document.objects.get()
    kept.file.storage.delete(kept.file.name)

    sign_batch(job.pk)

    assert now(job).state == JobState.FAILED
    assert now(job).error == "The list is gone. Send the file again; nothing is awarded twice."


def test_strangers_look_at_nothing(version):
    rows = read(version, newcomers(1))
    for stranger in (make_student(), make_registrar(make_institution())):
        with pytest.raises(Refused):
            award_imports.look(version, rows, by=stranger)
        with pytest.raises(Refused):
            award_imports.start(version, b"", rows, by=stranger, seen="")


def test_course_without_grades_is_awarded_without():
    version = CourseVersion.objects.get(pk=make_taught_course(grade_scale=[], passed_from="").pk)
    by = version.course.teachers.get()
    text = "email,family_name,grade\na@example.org,A,\nb@example.org,B,1.0"

    job = start(version, text, by)
    sign_batch(job.pk)

    assert Award.objects.get().grade == ""
    assert award_imports.refused_of(now(job)) == [(3, "grade", "This course is not graded.")]


def test_thousands_of_rows_are_awarded_in_few_queries(
    version, registrar, django_assert_max_num_queries
):
    job = start(version, newcomers(2_000), registrar)

    with django_assert_max_num_queries(900):
        sign_batch(job.pk)

    assert Award.objects.filter(state=AwardState.ISSUED).count() == 2_000


# The pages ---------------------------------------------------------------------------------------


def send(client, version, data, **more):
    file = SimpleUploadedFile("list.csv", data if isinstance(data, bytes) else data.encode())
    return client.post(reverse("award-import", args=[version.uuid]), {"file": file, **more})


def confirmed(client, version, preview, **changes):
    said = {"content": preview.context["content"], "seen": preview.context["seen"], "confirm": "1"}
    return client.post(reverse("award-import", args=[version.uuid]), said | changes)


def the_job():
    return Job.objects.get(kind=JobKind.SIGN_BATCH)


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_list_is_previewed_confirmed_and_its_end_told(client, version, registrar):
    known_learner(version, student_number="1", given_name="Nela", family_name="Ardwen")
    text = list_of("1,,Nele,Ardwen,1.0", ",new@example.org,Ida,Morvan,2.0", "9,,<b>,X,1.0")

    preview = send(client, version, text)
    answer = confirmed(client, version, preview)
    under_way = client.get(answer["Location"])
    sign_batch(the_job().pk)
    end = client.get(answer["Location"])

    page = text_of(preview)
    assert preview.status_code == 200
    assert "Award 2 credentials" in page
    assert "The list says “Nele Ardwen”." in page
    assert "Will be awarded to a new learner" in page
    assert "&lt;b&gt; X" in page
    assert "<b>" not in page.split("<main")[1]
    assert "No learner has this student number." in page
    assert "Awarding the credentials" in text_of(under_way)
    assert "<h1>Awarding to many learners</h1>" in text_of(under_way)
    assert "0 of 3" in text_of(under_way)
    told = text_of(end)
    assert "The credentials are signed" in told
    assert "<dt>Awarded</dt><dd>2</dd>" in told
    assert f'href="{reverse("award-list")}?batch={the_job().uuid}"' in told
    assert "Row 4, column “student_number”: No learner has this student number." in told
    (document,) = the_job().results.all()
    file = client.get(reverse("document-download", args=[document.uuid]))
    assert file["Content-Type"] == "text/csv"
    assert file.content.decode("utf-8-sig").splitlines()[1].startswith("9,,<b>,X,1.0,")
    start_page = text_of(client.get(reverse("award-import", args=[version.uuid])))
    assert f"/jobs/{the_job().uuid}/" in start_page
    assert "3 rows. Done" in start_page


def test_second_tab_finds_everything_awarded(client, version, registrar):
    first, second = (send(client, version, newcomers(2)) for _ in "12")
    confirmed(client, version, first)

    pressed_again = confirmed(client, version, second)
    under_way = text_of(client.get(pressed_again["Location"]))
    sign_batch(the_job().pk)
    later = confirmed(client, version, second)

    assert pressed_again["Location"] == reverse("job-detail", args=[the_job().uuid])
    assert "This list is being awarded already." in under_way
    page = text_of(later)
    assert later.status_code == 200
    assert "Something has changed since you looked" in page
    assert "No row of this list can be awarded." in page
    assert page.count("holds this credential already.") == 2
    assert Award.objects.count() == 2


@pytest.mark.parametrize("seen", ["", "guessed", "x" * 5000])
def test_confirmation_without_the_preview_awards_nothing(client, version, registrar, seen):
    answer = confirmed(client, version, send(client, version, newcomers(1)), seen=seen)

    assert answer.status_code == 200
    assert (Job.objects.count(), Learner.objects.count()) == (0, 0)


def test_refused_rows_are_downloaded_from_the_preview(client, version, registrar):
    preview = send(client, version, list_of("9,,,,1.0", ",a@example.org,Ida,A,1.0"))

    answer = confirmed(client, version, preview, refused="1", confirm="")
    only = client.post(
        reverse("award-import", args=[version.uuid]),
        {"content": preview.context["content"], "refused": "1"},
    )

    assert answer.status_code == 302  # whoever presses both has it awarded
    assert only["Content-Disposition"] == 'attachment; filename="refused.csv"'
    assert [line[:7] for line in only.content.decode("utf-8-sig").splitlines()[1:]] == ["9,,,,1."]


def test_teacher_does_not_read_the_records(client, version):
    client.force_login(version.course.teachers.get())
    known_learner(version, "a@example.org", student_number="1", family_name="Secretname")

    page = text_of(send(client, version, list_of("1,,,Other,1.0", "a@example.org,,,,1.0")))

    assert "Secretname" not in page
    assert "The records have another name." in page


def test_preview_groups_rows_and_says_whom_a_number_means_or_why_not(client, version, registrar):
    known_learner(version, student_number="1", given_name="Nela", family_name="Ardwen")
    text = list_of("1,,,,1.0", ",new@example.org,Ida,Morvan,2.0", ",bad,Ida,New,1.0")

    seen = send(client, version, text)
    client.force_login(version.course.teachers.get())
    unseen = send(client, version, text)

    titles = ["Will be awarded to new learners"]
    titles.append("Will be awarded to learners whom the institution knows")
    assert [title for title, _rows in seen.context["groups"]] == titles
    names = [rows[0].name for _title, rows in seen.context["groups"]]
    assert names == ["Ida Morvan", "Nela Ardwen"]
    assert "shown to registrars" not in text_of(seen)
    assert [rows[0].name for _title, rows in unseen.context["groups"]][1] == "Name in the records"
    assert "Names that stand only in the records are shown to registrars." in text_of(unseen)
    assert "<code>email</code> is no e-mail address." in text_of(seen)


def test_workbook_is_told_apart_and_known_columns_are_those_to_fill(client, version, registrar):
    workbook = text_of(send(client, version, b"PK\x03\x04" + bytes(200)))
    other = text_of(send(client, version, "name,grade\nIda,1.0"))

    assert "This is an Excel file. Save it there as “CSV UTF-8”." in workbook
    known = "Known are: email, family_name, given_name, grade, student_number."
    assert known in other


def test_course_page_leads_those_there_who_may_award(client, version):
    address = reverse("award-import", args=[version.uuid])
    pages = []
    for reader in (version.course.teachers.get(), make_student()):
        client.force_login(reader)
        pages.append(client.get(reverse("course-detail", args=[version.uuid])).content.decode())

    assert [address in page for page in pages] == [True, False]


@pytest.mark.parametrize("rows", [1, 3, 250])
def test_preview_takes_the_same_queries_for_any_number_of_rows(
    client, version, registrar, django_assert_num_queries, rows
):
    with django_assert_num_queries(21):
        answer = send(client, version, newcomers(rows))

    assert text_of(answer).count("Will be awarded to a new learner") == min(rows, 200)
    assert ("50 more are not shown here." in text_of(answer)) is (rows == 250)


def test_page_lists_lists_in_the_same_queries(
    client, version, registrar, django_assert_num_queries
):
    seen = []
    for count in (1, 2, 3):
        start(version, newcomers(count), registrar)
        with django_assert_num_queries(9):
            page = text_of(client.get(reverse("award-import", args=[version.uuid])))
        seen.append(page.count("/jobs/"))

    assert seen == [1, 2, 3]


def test_bad_file_names_what_is_wrong(client, version, registrar):
    answers = [
        send(client, version, b"<html>"),
        send(client, version, "email\na@b.example"),
        client.post(reverse("award-import", args=[version.uuid])),
    ]

    assert [answer.context["form"].errors["file"] for answer in answers] == [
        ["This is a web page or XML, not a table. Save it as CSV (UTF-8)."],
        ["The column “grade” is missing in the first line."],
        ["Choose a file."],
    ]


def test_template_is_filled_in_and_sent(client, version, registrar):
    answer = client.get(reverse("award-template", args=[version.uuid]))

    preview = send(client, version, answer.content + b",a@example.org,Ida,A,1.0\r\n")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{version.course.code}.csv"'
    assert preview.context["made"] == 1


def test_course_page_leads_to_the_list(client, version, registrar):
    page = client.get(reverse("course-manage", args=[version.uuid])).content.decode()

    assert f'href="{reverse("award-import", args=[version.uuid])}"' in page
