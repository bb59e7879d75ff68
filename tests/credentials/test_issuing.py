"""Signing: once, outside of transactions, whatever happens to the worker."""

import hashlib
import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import (
    Award,
    Credential,
    Format,
    IssuerKey,
    Job,
    JobKind,
    Mail,
    RevocationReason,
    SignedForm,
)
from credentials.pdf_files import embedded_files
from credentials.services import (
    awards,
    documents,
    issuing,
    jobs,
    keys,
    lifecycle,
    revocations,
    supplements,
    verification,
)
from credentials.states import AwardState, JobState
from credentials.tasks import make_award_supplement, sign_award
from credentials.trust.keys import BadKey
from credentials.verdict import Refused
from tests.factories.awards import make_award, make_claim, make_student, make_taught_course
from tests.factories.people import make_institution, make_registrar

pytestmark = pytest.mark.django_db


@pytest.fixture
def unsigned():
    return make_award(AwardState.SIGNING)


def sign_job(award):
    return Job.objects.get(kind=JobKind.SIGN_AWARD, subject=award.uuid)


def figures(award):
    """What there must be exactly one of, or none."""
    award = Award.objects.get(pk=award.pk)
    told = Mail.objects.filter(subject__startswith="Your credential is ready").count()
    return award.state, award.credential.signed_forms.count(), told


@pytest.mark.parametrize("hours", [None, 125])
def test_places_that_a_badge_points_to_are_on_the_page_of_its_course(client, run_tasks, hours):
    version = make_taught_course(
        hours=hours,
        prerequisites={"en": "School mathematics."},
        further_information={"en": "Bring a computer."},
        stackability="stackable",
        language="de",
        title={"de": "Daten", "en": "Data"},
    )
    with run_tasks():
        awards.award_claim(
            make_claim(version=version), by=version.course.teachers.get(), grade="1.0"
        )
    body = Award.objects.get().credential.signed_forms.get().body

    page = client.get(reverse("course-detail", args=[version.uuid])).content.decode()

    places = set(re.findall(rf'/courses/{version.uuid}/#([^"]+)"', body))
    assert {"lo1", "workload", "prerequisites", "further-information", "grade"} <= places
    assert places <= set(re.findall(r' id="([^"]+)"', page))


def test_awarding_leads_to_a_valid_credential_with_supplement(run_tasks):
    version = make_taught_course()
    claim = make_claim(version=version)

    with run_tasks():
        awards.award_claim(claim, by=version.course.teachers.get(), grade="1.0")

    award = Award.objects.get()
    form = award.credential.signed_forms.get()
    assert figures(award) == (AwardState.ISSUED, 1, 1)
    assert form.sha256 == hashlib.sha256(form.body.encode()).hexdigest()
    assert verification.examine_award(award).title == "Valid"
    assert award.accepted_at == award.issued_at
    assert {job.kind: job.state for job in Job.objects.all()} == {
        JobKind.SIGN_AWARD: JobState.DONE,
        JobKind.AWARD_SUPPLEMENT: JobState.DONE,
    }
    inside = {f.name: f.data for f in embedded_files(documents.read(award.supplement))}
    assert sorted(inside) == [f"{award.number}.elmo.xml", f"{award.number}.json"]
    assert inside[f"{award.number}.json"] == form.body.encode()
    assert Mail.objects.get(subject__startswith="Your credential is ready").sent_at is not None


def test_task_run_twice_signs_once(unsigned):
    job = sign_job(unsigned)

    sign_award(job.pk)
    sign_award(job.pk)

    assert figures(unsigned) == (AwardState.ISSUED, 1, 1)


def test_two_workers_at_once_sign_once(unsigned):
    key = keys.ensure(unsigned.learner.institution)
    bodies = [issuing.signed(unsigned.credential, key) for _ in "12"]

    for body in bodies:
        issuing._store(unsigned, body, key)

    assert figures(unsigned) == (AwardState.ISSUED, 1, 1)
    assert SignedForm.objects.get().body == bodies[0]


class Killed(BaseException):
    """What a worker does not survive."""


@pytest.mark.parametrize("where", ["sign", "store", "finish"])
def test_worker_killed_anywhere_leaves_work_that_is_done_later(unsigned, monkeypatch, where):
    def die(*args, **named):
        raise Killed

    job = sign_job(unsigned)
    with monkeypatch.context() as patch:
        if where == "sign":
            patch.setattr(issuing.proofs, "sign", die)
        elif where == "store":
            patch.setattr(issuing.supplements, "start", die)  # the last thing in the transaction
        else:
            patch.setattr(issuing.jobs, "finish", die)
        with pytest.raises(Killed):
            sign_award(job.pk)
    after_kill = figures(unsigned)
    Job.objects.filter(pk=job.pk).update(beat_at=job.created_at - 2 * jobs.SILENCE)
    revived = jobs.revive_silent()

    sign_award(job.pk)

    signed_before = where == "finish"
    expected = (AwardState.ISSUED, 1, 1) if signed_before else (AwardState.SIGNING, 0, 0)
    assert (after_kill, revived) == (expected, 1)
    assert figures(unsigned) == (AwardState.ISSUED, 1, 1)
    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    assert verification.examine_award(unsigned).title == "Valid"


def test_nothing_is_signed_inside_a_transaction(unsigned, monkeypatch):
    inside = []
    sign = issuing.proofs.sign

    def watched(*args, **named):
        inside.append(lifecycle._entries.get() is not None)
        return sign(*args, **named)

    monkeypatch.setattr(issuing.proofs, "sign", watched)

    sign_award(sign_job(unsigned).pk)

    assert inside == [False]


def test_what_cannot_be_signed_ends_with_the_reason_and_can_be_tried_again(unsigned, settings):
    job = sign_job(unsigned)
    key = keys.ensure(unsigned.learner.institution)
    right, settings.MASTER_KEY = settings.MASTER_KEY, "another master key " * 3

    sign_award(job.pk)

    failed = Job.objects.get(pk=job.pk)
    assert failed.state == JobState.FAILED
    assert failed.error == (
        f"The credential cannot be signed: The key {key.key_id} cannot be decrypted: "
        "the master secret is another one."
    )
    settings.MASTER_KEY = right
    jobs.retry(failed, by=failed.owner)
    sign_award(job.pk)
    assert figures(unsigned) == (AwardState.ISSUED, 1, 1)


@pytest.mark.parametrize(
    ("name", "value"), [("number", "LND\x02"), ("colour", "red"), ("ects", "many")]
)
def test_tampered_facts_are_not_signed(unsigned, name, value):
    credential = unsigned.credential
    credential.facts[name] = value
    credential.save()

    sign_award(sign_job(unsigned).pk)

    job = sign_job(unsigned)
    assert job.state == JobState.FAILED
    assert job.error.startswith("The credential cannot be signed: ")
    assert figures(unsigned) == (AwardState.SIGNING, 0, 0)


def test_document_of_which_the_signature_would_lose_a_term_is_not_signed(unsigned, monkeypatch):
    write = issuing.open_badges.write
    monkeypatch.setattr(
        issuing.open_badges, "write", lambda *args, **named: {**write(*args, **named), "colour": 1}
    )

    sign_award(sign_job(unsigned).pk)

    assert sign_job(unsigned).error == (
        "The credential cannot be signed: Not covered by the vocabularies: colour"
    )
    assert figures(unsigned) == (AwardState.SIGNING, 0, 0)


def test_credential_carries_no_birth_date_number_or_plain_address(unsigned):
    sign_award(sign_job(unsigned).pk)

    body = SignedForm.objects.get().body
    learner = unsigned.learner
    assert unsigned.learner.user.email not in body
    assert learner.student_number == "" or learner.student_number not in body
    assert "birth" not in body.lower()


# Keys


def test_institution_has_one_key_made_once():
    institution = make_institution()

    first, second = keys.ensure(institution), keys.ensure(institution)

    assert first == second
    assert IssuerKey.objects.count() == 1
    assert keys.private_half(first).public.multibase == first.public_multibase


def test_private_key_is_encrypted_and_bound_to_its_row():
    institution = make_institution()
    key = keys.ensure(institution)
    raw = keys.private_half(key).raw

    assert raw not in bytes(key.wrapped_private)
    other = keys.ensure(make_institution())
    other.wrapped_private = key.wrapped_private
    with pytest.raises(BadKey):
        keys.private_half(other)


def test_did_document_is_public_and_names_the_key(client):
    institution = make_institution(slug="lindenfeld")
    key = keys.ensure(institution)

    answer = client.get(reverse("institution-did", args=["lindenfeld"]))

    did = "did:web:localhost%3A8000:institutions:lindenfeld"
    document = answer.json()
    assert document["id"] == did
    assert document["assertionMethod"] == [f"{did}#{key.key_id}"]
    assert document["verificationMethod"][0]["publicKeyMultibase"] == key.public_multibase
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer
    assert client.get(reverse("institution-did", args=["nowhere"])).status_code == 404


def test_retired_key_signs_nothing_new_but_what_it_signed_stays_valid():
    award = make_award()
    old = keys.ensure(award.learner.institution)
    IssuerKey.objects.filter(pk=old.pk).update(retired_at=timezone.now() - timedelta(days=900))

    new = keys.ensure(award.learner.institution)

    document = keys.document_of(award.learner.institution)
    did = keys.did_of(award.learner.institution)
    assert new != old
    assert document["assertionMethod"] == [f"{did}#{old.key_id}", f"{did}#{new.key_id}"]
    assert [method.get("revoked") for method in document["verificationMethod"]] == [None, None]
    assert verification.examine_award(award).is_valid


# Supplements


def test_supplement_is_made_once_and_stays_the_same(run_tasks, client):
    with run_tasks():
        award = make_award()
    client.force_login(award.learner.user)
    first = Award.objects.get().supplement

    again = client.post(reverse("award-supplement", args=[award.uuid]))
    job = Job.objects.get(kind=JobKind.AWARD_SUPPLEMENT)
    supplements._store(award, b"another one", None, title="Another", signed_sha256="")
    make_award_supplement(job.pk)

    award = Award.objects.get()
    assert again.url == reverse("document-download", args=[first.uuid])
    assert award.supplement == first
    assert (first.number, first.code) == (award.number, award.code)
    assert first.facts["credential_sha256"] == award.credential.signed_forms.get().sha256


def test_same_supplement_has_the_same_bytes():
    award = make_award()
    job = Job.objects.get(kind=JobKind.AWARD_SUPPLEMENT)
    first = supplements._make(award, job)
    data = documents.read(first)
    Award.objects.update(supplement=None)
    first.delete()

    second = supplements._make(Award.objects.get(), job)

    assert documents.read(second) == data


def test_who_downloads_the_supplement(run_tasks, client):
    version = make_taught_course()
    with run_tasks():
        award = make_award(version=version)
    address = reverse("document-download", args=[Award.objects.get().supplement.uuid])
    people = {
        "learner": award.learner.user,
        "teacher": version.course.teachers.get(),
        "registrar": make_registrar(version.course.institution),
        "stranger": make_student("Tam Belisle"),
        "registrar elsewhere": make_registrar(make_institution()),
    }

    seen = {}
    for name, user in people.items():
        client.force_login(user)
        seen[name] = client.get(address).status_code

    assert seen == {
        "learner": 200,
        "teacher": 200,
        "registrar": 200,
        "stranger": 404,
        "registrar elsewhere": 404,
    }


@pytest.mark.parametrize("state", [AwardState.REVOKED, AwardState.SUSPENDED])
def test_credential_that_is_not_in_force_gets_no_supplement(state):
    award = make_award(state)

    with pytest.raises(Refused) as refusal:
        supplements.start(award, by=award.learner.user)

    assert str(refusal.value) == f"A {state} credential gets no supplement."


# Judged by others


@pytest.mark.checkers
def test_independent_checker_accepts_a_badge_until_it_is_revoked(checker, live_server, tmp_path):
    award = make_award()
    file = tmp_path / "badge.json"
    file.write_bytes(verification.bytes_of(award.credential))

    valid = checker("badge", "--site", live_server.url, file)
    revocations.revoke(
        award, by=make_registrar(award.learner.institution), reason=RevocationReason.ERROR
    )
    revoked = checker("badge", "--site", live_server.url, file)

    assert (valid.returncode, revoked.returncode) == (0, 1), valid.stdout + revoked.stdout
    assert json.loads(file.read_text())["id"] == Credential.objects.get().identifier
    assert SignedForm.objects.get().format == Format.OPEN_BADGES
