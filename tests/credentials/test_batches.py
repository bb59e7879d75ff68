"""Batches: many rows, each awarded whole or refused with its reason, and signed as one alone is."""

import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.utils import timezone

from credentials.models import (
    AuditEvent,
    Award,
    CourseVersion,
    Credential,
    Format,
    Job,
    JobKind,
    LearnerEmail,
    Mail,
    NumberSeries,
    RevocationReason,
    SignedForm,
    StatusEntry,
    StatusList,
)
from credentials.services import (
    award_imports,
    awards,
    batches,
    documents,
    issuing,
    issuing_batches,
    jobs,
    keys,
    numbers,
    revocations,
    status,
    verification,
)
from credentials.services.lifecycle import change
from credentials.standards import award_files, facts_json, open_badges
from credentials.states import AwardState, JobState, PublishingState
from credentials.tasks import make_batch_supplements, sign_batch
from credentials.trust import did, proofs, status_list
from credentials.verdict import Refused
from tests.factories.awards import award_all, make_student, make_taught_course, order_awards
from tests.factories.people import make_institution, make_learner, make_registrar

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return CourseVersion.objects.get(pk=make_taught_course().pk)


def teacher_of(version):
    return version.course.teachers.get()


def make_learners(version, count, *, emails=True):
    institution = version.course.institution
    learners = [make_learner(institution) for _ in range(count)]
    for learner in learners if emails else []:
        LearnerEmail.objects.create(learner=learner, email=f"n{learner.pk}@example.org")
    return learners


def issued(version, learners):
    job = order_awards(version, learners)
    sign_batch(job.pk)
    return job


def columns_of(thing, *besides):
    """Return what a row says, without what is drawn or counted for each."""
    own = {"id", "uuid", "number", "code", "learner_id", "credential_id", *besides}
    return {
        field.attname: getattr(thing, field.attname)
        for field in thing._meta.concrete_fields
        if field.attname not in own
    }


# Awarding ----------------------------------------------------------------------------------------


def test_an_award_of_a_batch_says_what_one_alone_says(version, monkeypatch):
    now = timezone.now().replace(microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: now)
    one, other = make_learners(version, 2)
    alone = awards.award_directly(version, one, by=teacher_of(version), grade="1.0")

    award_all(version, [other])

    many = Award.objects.get(learner=other)
    alone = Award.objects.get(pk=alone.pk)
    assert columns_of(many, "holder_name") == columns_of(alone, "holder_name")
    assert (many.holder_name, many.uuid != alone.uuid) == (other.name, True)
    assert columns_of(many.credential, "identifier", "facts") == columns_of(
        alone.credential, "identifier", "facts"
    )
    own = ("id", "number", "holder", "verify_url", "status_index")
    assert {k: v for k, v in many.credential.facts.items() if k not in own} == {
        k: v for k, v in alone.credential.facts.items() if k not in own
    }
    stated = facts_json.from_json(many.credential.facts)
    entry = many.credential.status_entries.of_revocation().get()
    assert stated.id == many.credential.identifier
    assert stated.id == f"http://localhost:8000/credentials/{many.credential.uuid}"
    assert stated.verify_url == f"http://localhost:8000/v/{many.code}/"
    assert (stated.number, stated.holder.name) == (many.number, other.name)
    assert stated.holder.email == f"n{other.pk}@example.org"
    assert (stated.status_url, stated.status_index) == (
        status.url_of(entry.status_list),
        entry.index,
    )
    assert numbers.normal_code(many.code) == many.code


def test_numbers_run_on_and_codes_and_places_are_different(version):
    awards.award_directly(version, *make_learners(version, 1), by=teacher_of(version), grade="1.0")

    award_all(version, make_learners(version, 30))

    series, entries = (
        NumberSeries.objects.get(kind="MC"),
        StatusEntry.objects.of_revocation().order_by("pk"),
    )
    indexes = list(entries.values_list("index", flat=True))
    assert series.last == 31
    assert [int(n[-4:]) for n in Award.objects.order_by("pk").values_list("number", flat=True)] == [
        *range(1, 32)
    ]
    assert len(set(indexes)) == 31
    assert indexes != sorted(indexes)  # the order of awards cannot be read from them
    assert len(set(Award.objects.values_list("code", flat=True))) == 31
    assert StatusList.objects.count() == 2  # and one of suspensions


def test_one_job_signs_a_batch_whatever_its_size(version, monkeypatch):
    monkeypatch.setattr(batches, "CHUNK", 4)

    award_all(version, make_learners(version, 10))

    job = Job.objects.get()
    assert (job.kind, job.state, job.done, job.total) == (
        *(JobKind.SIGN_BATCH, JobState.QUEUED),
        *(10, 10),
    )
    every = list(Award.objects.order_by("pk").values_list("number", flat=True))
    assert [number for part in jobs.numbers_of(job, 3) for number in part] == every
    first, *_others = job.parameters["runs"]
    assert list(jobs.numbers_of(job, 10, but=[first])) == [every[4:]]


def test_what_has_changed_since_it_was_looked_at_is_refused_and_the_rest_awarded(version):
    institution, teacher = version.course.institution, teacher_of(version)
    first, oneself, known, holder, hidden, last = make_learners(version, 6, emails=False)
    job = order_awards(version, [first, oneself, known, holder, hidden, last])
    oneself.user = teacher
    oneself.save()
    LearnerEmail.objects.create(learner=known, email=teacher.email.upper())
    awards.award_directly(version, holder, by=make_registrar(institution), grade="1.0")
    hidden.family_name = "Ard\x02wen"
    hidden.save()

    sign_batch(job.pk)

    own = "Nobody can award a credential to themselves."
    assert [tuple(row) for row in award_imports.refused_of(Job.objects.get(pk=job.pk))] == [
        (3, "", own),
        (4, "", own),
        (5, "", f"{holder} holds this credential already."),
        (
            *(6, ""),
            "This cannot be signed, so it is not awarded: "
            f"A hidden character in '{hidden.given_name} Ard\N{REPLACEMENT CHARACTER}wen'.",
        ),
    ]
    made = Award.objects.filter(state=AwardState.ISSUED).values_list("learner", flat=True)
    assert set(made) == {first.pk, last.pk}
    assert NumberSeries.objects.get(kind="MC").last == 3
    assert Credential.objects.count() == StatusEntry.objects.of_revocation().count() == 3


def test_newcomers_who_are_one_learner_by_now_are_awarded_once(version, monkeypatch):
    monkeypatch.setattr(batches, "CHUNK", 2)
    institution, teacher = version.course.institution, teacher_of(version)
    emails = [f"{sign}@example.org" for sign in "abcd"]
    text = "\n".join(["email,family_name,grade", *(f"{email},Morvan,1.0" for email in emails)])
    rows = award_files.read_awards(text.encode(), is_graded=True)
    seen = award_imports.look(version, rows, by=teacher).mark
    job, _new = award_imports.start(version, text.encode(), rows, by=teacher, seen=seen)
    awarding = award_imports.award(job)
    next(awarding)
    learner = make_learner(institution, student_number="")
    for email in emails[2:]:
        LearnerEmail.objects.create(learner=learner, email=email)

    list(awarding)

    refused = award_imports.refused_of(Job.objects.get(pk=job.pk))
    told = [(row.number, row.problem) for row in refused]
    assert told == [(5, f"{learner} is in an earlier row.")]
    assert (Award.objects.count(), Award.objects.filter(learner=learner).count()) == (3, 1)


def test_who_may_not_award_the_course_awards_nothing(version):
    learners = make_learners(version, 2)
    for stranger in (make_student(), make_registrar(make_institution())):
        with pytest.raises(Refused):
            order_awards(version, learners, by=stranger)
    job = order_awards(version, learners)
    version.state, version.published_at = PublishingState.DRAFT, None
    version.save()
    with pytest.raises(Refused):
        order_awards(version, learners)

    sign_batch(job.pk)

    assert Job.objects.get(pk=job.pk).state == JobState.FAILED
    assert not Award.objects.exists()


def test_a_course_without_grades_takes_none():
    version = make_taught_course(grade_scale=[], passed_from="")
    version = CourseVersion.objects.get(pk=version.pk)

    issued(version, make_learners(version, 1))

    assert Award.objects.get().grade == ""
    assert verification.examine_award(Award.objects.get()).title == "Valid"


class Killed(BaseException):
    """What a process does not survive."""


# Places in status lists --------------------------------------------------------------------------


def test_a_list_that_is_half_full_is_followed_by_others(version, monkeypatch):
    monkeypatch.setattr(status_list, "SHORTEST", 64)
    institution = version.course.institution

    with change():
        places = status.places(institution, 80)

    lists = [kept.pk for kept, _index in places]
    assert [lists.count(pk) for pk in sorted(set(lists))] == [32, 32, 16]
    assert len({(kept.pk, index) for kept, index in places}) == 80
    assert StatusList.objects.filter(purpose="revocation").count() == 3


def test_places_that_are_taken_are_not_given_again(version, monkeypatch):
    monkeypatch.setattr(status_list, "SHORTEST", 64)
    award_all(version, make_learners(version, 30))
    award_all(version, make_learners(version, 10))

    taken = list(StatusEntry.objects.of_revocation().values_list("status_list", "index"))
    assert len(set(taken)) == 40
    assert StatusList.objects.filter(purpose="revocation").count() == 2


# Signing -----------------------------------------------------------------------------------------


def test_a_batch_is_signed_told_and_logged_as_one_award_is(version):
    student = make_student(language="de")
    one, other, without = make_learners(version, 2)[0], None, None
    other = make_learner(version.course.institution, student)
    (without,) = make_learners(version, 1, emails=False)
    alone = awards.award_directly(version, one, by=teacher_of(version), grade="1.0")
    issuing.issue(alone)

    job = issued(version, [other, without])

    alone, many = Award.objects.get(pk=alone.pk), Award.objects.get(learner=other)
    differs = ("awarded_on", "issued_at", "holder_name")
    assert columns_of(many, *differs) == columns_of(alone, *differs)
    form = many.credential.signed_forms.get()
    assert form.format == Format.OPEN_BADGES
    assert form.key == keys.ensure(version.course.institution)
    assert verification.examine_award(many).title == "Valid"
    assert [
        list(
            AuditEvent.objects.filter(thing=str(one.uuid)).values_list("action", "before", "after")
        )
        for one in (alone, many)
    ] == [[("make", "", "signing"), ("move", "signing", "issued")]] * 2
    mails = {mail.recipient: mail for mail in Mail.objects.all()}
    assert len(mails) == 2
    assert mails[student.email].user == student
    assert f"/awards/{many.uuid}/" in mails[student.email].body
    assert mails[student.email].body.startswith(f"Guten Tag {student.name}")
    assert (mails[student.email].about, mails[student.email].thing) == ("award", many.uuid)
    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.done, job.total) == (JobState.DONE, 2, 2)
    call_command("audit_check")


def test_mails_of_a_batch_have_the_words_of_one_alone(version):
    one, other = make_learners(version, 2)
    issuing.issue(awards.award_directly(version, one, by=teacher_of(version), grade="1.0"))

    issued(version, [other])

    alone, many = Mail.objects.order_by("pk")
    award = Award.objects.get(learner=other)
    first = Award.objects.get(learner=one)
    same = alone.body.replace(one.name, other.name).replace(str(first.uuid), str(award.uuid))
    assert (many.body, many.subject) == (same, alone.subject)


def test_what_is_signed_is_what_one_alone_would_be(version):
    issued(version, make_learners(version, 3))

    for form in SignedForm.objects.select_related("credential"):
        document = json.loads(form.body)
        salt = document["credentialSubject"]["identifier"][1]["salt"]
        facts = facts_json.from_json(form.credential.facts)
        did = keys.did_of(version.course.institution)
        del document["proof"]
        assert document == open_badges.write(facts, issuer_id=did, salt=salt)
    assert len(set(SignedForm.objects.values_list("sha256", flat=True))) == 3


def test_task_run_twice_signs_once(version):
    job = issued(version, make_learners(version, 3))
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)

    sign_batch(job.pk)

    assert (SignedForm.objects.count(), Mail.objects.count()) == (3, 3)
    assert AuditEvent.objects.filter(noun="award", action="move").count() == 3


def test_what_is_in_memory_and_what_is_read_back_are_signed_alike(version, monkeypatch):
    student = make_student('Ida "Ö" Morvan', language="de")
    learners = [*make_learners(version, 3), *make_learners(version, 1, emails=False)]
    learners.append(make_learner(version.course.institution, student))
    made = award_all(version, learners)
    key, now = keys.ensure(version.course.institution), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    monkeypatch.setattr(issuing_batches.secrets, "token_hex", lambda size: "5a" * size)
    monkeypatch.setattr(issuing_batches.secrets, "randbelow", lambda _most: 0)

    read, unread = issuing_batches._waiting([one.number for one in made])
    signed = [
        issuing_batches._sign_all(some, issuing_batches.Badges(keys.did_of(key.institution)), key)
        for some in (made, read)
    ]

    assert (made == read, unread) == (True, [])
    assert signed[0] == signed[1]
    assert [unsigned for _signed, unsigned in signed] == [[], []]


def test_two_workers_at_once_sign_once(version):
    made = award_all(version, make_learners(version, 4))
    key = keys.ensure(version.course.institution)
    badges = issuing_batches.Badges(keys.did_of(version.course.institution))
    read, _unread = issuing_batches._waiting([one.number for one in made])
    both = [issuing_batches._sign_all(some, badges, key)[0] for some in (made, read)]
    first = [signed for signed in both[0] if signed[0].number in [made[0].number, made[1].number]]

    issuing_batches._store_all(first, key)
    issuing_batches._store_all(both[1], key)
    issuing_batches._store_all(both[0], key)

    sign_batch(Job.objects.get(kind=JobKind.SIGN_BATCH).pk)
    assert (SignedForm.objects.count(), Mail.objects.count()) == (4, 4)
    call_command("audit_check")


def test_awards_of_a_worker_that_died_meanwhile_are_signed_too(version, monkeypatch):
    monkeypatch.setattr(batches, "CHUNK", 2)
    job = order_awards(version, make_learners(version, 6))
    jobs.begin(job)
    first = next(award_imports.award(Job.objects.get(pk=job.pk)))
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)

    sign_batch(job.pk)

    assert len(first) == 2
    assert [one.state for one in Award.objects.all()] == [AwardState.ISSUED] * 6
    assert (SignedForm.objects.count(), Mail.objects.count()) == (6, 6)
    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    call_command("audit_check")


@pytest.mark.parametrize("begin", [order_awards, award_all])
@pytest.mark.parametrize("where", ["sign", "store", "finish"])
def test_worker_killed_anywhere_leaves_work_that_is_done_later(version, monkeypatch, where, begin):
    monkeypatch.setattr(batches, "CHUNK", 2)
    monkeypatch.setattr(issuing_batches, "STORED_AT_ONCE", 2)
    begin(version, make_learners(version, 5))
    job = Job.objects.get()
    calls = []

    def die(*args, **named):
        calls.append(args)
        if len(calls) == 2 or where == "finish":
            raise Killed
        return real(*args, **named)

    target, name = {
        "sign": (issuing_batches, "_sign_all"),
        "store": (issuing_batches, "_tell"),  # the last thing in the transaction
        "finish": (jobs, "finish"),
    }[where]
    real = getattr(target, name)
    with monkeypatch.context() as patch:
        patch.setattr(target, name, die)
        with pytest.raises(Killed):
            sign_batch(job.pk)
    after_kill = SignedForm.objects.count(), Mail.objects.count()
    Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - 2 * jobs.SILENCE)
    revived = jobs.revive_silent()

    sign_batch(job.pk)

    expected = (5, 5) if where == "finish" else (2, 2)
    assert (after_kill, revived) == (expected, 1)
    assert (SignedForm.objects.count(), Mail.objects.count()) == (5, 5)
    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    assert Job.objects.filter(kind=JobKind.BATCH_SUPPLEMENTS).count() == 1
    call_command("audit_check")


def test_what_cannot_be_signed_is_named_and_leaves_the_others_alone(version):
    learners = make_learners(version, 3)
    award_all(version, learners)
    broken = Award.objects.get(learner=learners[1])
    broken.credential.facts["colour"] = "red"
    broken.credential.save()

    sign_batch(Job.objects.get().pk)

    job = Job.objects.get(kind=JobKind.SIGN_BATCH)
    assert (job.state, job.error) == (
        JobState.FAILED,
        f"These credentials cannot be signed: {broken.number}: facts: not known: colour",
    )
    assert SignedForm.objects.count() == 2
    del broken.credential.facts["colour"]
    broken.credential.save()
    jobs.retry(job, by=job.owner)
    sign_batch(job.pk)
    assert SignedForm.objects.count() == 3


def test_a_wrong_master_key_signs_nothing(version, settings):
    job = order_awards(version, make_learners(version, 2))
    keys.ensure(version.course.institution)
    right, settings.MASTER_KEY = settings.MASTER_KEY, "another master key " * 3

    sign_batch(job.pk)

    job = Job.objects.get(pk=job.pk)
    assert (job.state, SignedForm.objects.count()) == (JobState.FAILED, 0)
    assert "the master secret is another one" in job.error
    settings.MASTER_KEY = right
    jobs.retry(job, by=job.owner)
    sign_batch(job.pk)
    assert (Job.objects.get(pk=job.pk).state, SignedForm.objects.count()) == (JobState.DONE, 2)


def test_an_award_revoked_before_its_batch_was_done_stays_revoked(version):
    learners = make_learners(version, 2)
    award_all(version, learners)
    job = Job.objects.get()
    first = Award.objects.get(learner=learners[0])
    issuing.issue(first)
    first = Award.objects.get(pk=first.pk)
    registrar = make_registrar(version.course.institution)
    revocations.revoke(first, by=registrar, reason=RevocationReason.ERROR)

    sign_batch(job.pk)

    assert Award.objects.get(pk=first.pk).state == AwardState.REVOKED
    assert SignedForm.objects.count() == 2


def test_supplements_of_a_batch_are_printed_once_each(version):
    learners = make_learners(version, 2)
    issued(version, learners)
    job = Job.objects.get(kind=JobKind.BATCH_SUPPLEMENTS)

    make_batch_supplements(job.pk)
    printed = set(Award.objects.values_list("supplement", flat=True))
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    make_batch_supplements(job.pk)

    assert set(Award.objects.values_list("supplement", flat=True)) == printed
    assert len(printed) == 2
    one = Award.objects.select_related("supplement").first()
    assert documents.read(one.supplement).startswith(b"%PDF")
    assert Job.objects.get(pk=job.pk).state == JobState.DONE


@pytest.mark.parametrize("count", [3, 30])
def test_number_of_questions_does_not_grow_with_the_rows(version, count, django_assert_num_queries):
    learners = make_learners(version, count)
    keys.ensure(version.course.institution)

    job = order_awards(version, learners)

    with django_assert_num_queries(165):
        sign_batch(job.pk)


# Judged by others --------------------------------------------------------------------------------

BADGES, CHANGED = 1_000, 300


def files_of(folder, bodies):
    paths = [folder / f"{number}.json" for number in range(len(bodies))]
    for path, body in zip(paths, bodies, strict=True):
        path.write_bytes(body)
    return paths


def said_of(checker, site, paths):
    """Return what the checker says of each file; two processes share the files."""
    halves = [paths[::2], paths[1::2]]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda half: checker("badge", "--site", site, *half), halves))
    lines = [line for one in done for line in one.stdout.splitlines()]
    return dict(line.split(": ", 1) for line in lines)


@pytest.mark.checkers
def test_independent_checker_accepts_each_badge_of_a_batch(version, checker, live_server, tmp_path):
    issued(version, make_learners(version, BADGES))
    paths = files_of(tmp_path, [form.body.encode() for form in SignedForm.objects.all()])

    said = said_of(checker, live_server.url, paths)

    assert len(said) == BADGES
    assert set(said.values()) == {"ok (schema, proof, status)"}


@pytest.mark.checkers
def test_independent_checker_and_we_reject_each_changed_byte(
    version, checker, live_server, tmp_path
):
    issued(version, make_learners(version, 20))
    draw = random.Random(20261129)  # noqa: S311 - the same each time
    bodies = [form.body.encode() for form in SignedForm.objects.all()]
    changed = [one_byte_changed(draw.choice(bodies), draw) for _ in range(CHANGED)]

    said = said_of(checker, live_server.url, files_of(tmp_path, changed))

    assert len(said) == CHANGED
    assert [text for text in said.values() if not text.startswith("FAILS ")] == []
    document = keys.document_of(version.course.institution)
    for body in changed:
        proof = proofs.verify_proof(json.loads(body), lambda method: did.key_of(document, method))
        assert not proof.verified


def one_byte_changed(body, draw):
    """Return a signed badge with one byte of its claims changed to another, still JSON."""
    end = body.index(b'"proof": [')
    while True:
        place = draw.randrange(end)
        other = body[:place] + bytes([draw.randrange(32, 127)]) + body[place + 1 :]
        try:
            if json.loads(other) != json.loads(body):
                return other
        except ValueError:
            continue
