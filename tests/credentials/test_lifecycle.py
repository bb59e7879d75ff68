"""One unit of change: all or nothing, moves by the table, the log written with its cause."""

import functools
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from credentials import states
from credentials.models import Award, Claim, Mail, RevocationReason, StatusEntry, Unit
from credentials.services import audit, awards, claims, mails
from credentials.services.lifecycle import change, enqueue, lock, move, record
from credentials.states import ClaimState
from credentials.tasks import send_waiting_mails
from credentials.verdict import Refused, Stale
from tests.factories.awards import make_award, make_claim, make_student, make_taught_course
from tests.factories.people import make_institution, make_learner, make_registrar

pytestmark = pytest.mark.django_db


class Trouble(Exception):
    pass


def at_once(*works):
    """Run each in a thread of its own, all at the same moment; "done" or why it was refused."""
    barrier, results = threading.Barrier(len(works)), []

    def run(work):
        barrier.wait()
        try:
            work()
            results.append("done")
        except Refused as refusal:
            results.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


@change()
def change_and_fail(*works):
    """A change in which each work is done before it fails."""
    for work in works:
        work()
    raise Trouble


def actions(thing):
    return [event.action for event in audit.history_of(thing)]


def test_failed_change_leaves_neither_rows_nor_events():
    institution = make_institution()

    with pytest.raises(Trouble):
        change_and_fail(
            lambda: Unit.objects.create(institution=institution, parent=institution.units.get()),
            lambda: record(institution, "grow", by=None),
        )

    assert institution.units.count() == 1
    assert actions(institution) == []


def test_inner_change_that_fails_takes_only_its_own_events_along():
    institution = make_institution()

    with change():
        record(institution, "outer", by=None)
        with pytest.raises(Trouble):
            change_and_fail(lambda: record(institution, "inner", by=None))
        record(institution, "after", by=None)

    assert actions(institution) == ["outer", "after"]


def test_inner_changes_are_chained_with_the_outer_one_in_order():
    institution = make_institution()

    @change()
    def inner():
        record(institution, "inner", by=None)

    with change():
        record(institution, "first", by=None)
        inner()

    assert actions(institution) == ["first", "inner"]
    assert list(audit.broken_links()) == []


def test_nothing_is_recorded_outside_of_a_change():
    with pytest.raises(RuntimeError):
        record(make_institution(), "grow", by=None)


def test_move_writes_state_columns_and_event_together():
    claim = make_claim()

    with change():
        move(
            lock(claim),
            ClaimState.DENIED,
            by=claim.claimant,
            text="Not yet.",
            reason="Not yet.",
            closed_at=claim.submitted_at,
        )

    event = list(audit.history_of(claim))[-1]
    assert Claim.objects.get().state == ClaimState.DENIED
    assert (event.before, event.after, event.text.text) == ("submitted", "denied", "Not yet.")
    assert event.actor == str(claim.claimant.uuid)


def test_move_that_the_table_does_not_know_is_refused():
    claim = make_claim(ClaimState.DENIED)

    with pytest.raises(Refused) as refusal, change():
        move(claim, ClaimState.AWARDED, by=None)

    assert str(refusal.value) == "This is not possible any more: it is “Denied” now."


def test_move_of_a_row_that_has_moved_meanwhile_is_stale():
    claim = make_claim()
    seen = Claim.objects.get()
    with change():
        move(claim, ClaimState.WITHDRAWN, by=None, closed_at=claim.submitted_at)

    with pytest.raises(Stale), change():
        move(seen, ClaimState.DENIED, by=None, reason="x", closed_at=claim.submitted_at)

    assert Claim.objects.get().state == ClaimState.WITHDRAWN


@pytest.mark.parametrize("table", [name for name in dir(states) if name.endswith("_MOVES")])
def test_every_state_of_a_table_has_its_moves(table):
    moves = getattr(states, table)
    kind = type(next(iter(moves)))

    assert set(moves) == set(kind)
    assert {state for reachable in moves.values() for state in reachable} <= set(kind)


def test_task_is_sent_only_when_the_change_is_kept(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as kept:
        with pytest.raises(Trouble):
            change_and_fail(lambda: enqueue("credentials.tasks.send_mail", 1))
        with change():
            enqueue("credentials.tasks.send_mail", 2)

    assert len(kept) == 1


def test_mail_leads_to_its_cause():
    reader = make_student()
    claim = make_claim(student=reader)

    mail = Mail.objects.get(recipient=reader.email)
    assert f"http://localhost:8000/claims/{claim.uuid}/" in mail.body


def test_mail_is_sent_once(mailoutbox):
    reader = make_student()
    make_claim(student=reader)
    mail = Mail.objects.get(recipient=reader.email)

    mails.send(mail)
    mails.send(Mail.objects.get(pk=mail.pk))

    assert [sent.to for sent in mailoutbox] == [[reader.email]]


def test_attempt_of_one_worker_is_not_made_by_another(mailoutbox):
    reader = make_student()
    make_claim(student=reader)
    mail, same = (Mail.objects.get(recipient=reader.email) for _ in range(2))
    Mail.objects.filter(pk=mail.pk).update(attempts=1)  # taken, and not sent yet

    mails.send(same)

    assert mailoutbox == []


def test_waiting_mails_are_those_that_should_have_gone_long_ago(run_tasks, mailoutbox):
    readers = [make_student(), make_student()]
    for reader in readers:
        make_claim(student=reader)
    Mail.objects.filter(recipient=readers[0].email).update(
        created_at=timezone.now() - timedelta(minutes=3)
    )

    with run_tasks():
        send_waiting_mails()

    assert [sent.to for sent in mailoutbox] == [[readers[0].email]]


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_leave_one():
    claim = make_claim()
    teacher = claim.course_version.course.teachers.get()

    results = at_once(
        lambda: awards.award_claim(claim, by=teacher, grade="1.0"),
        lambda: claims.deny(claim, by=teacher, reason="Two outcomes are missing."),
    )

    assert results == ["This claim has been answered already.", "done"]
    assert list(audit.broken_links()) == []


@pytest.mark.django_db(transaction=True)
def test_two_claims_at_once_are_one():
    version, student = make_taught_course(), make_student()

    def claim():
        claims.submit(version, by=student, statement="I passed.", family_name="Ardwen")

    assert at_once(claim, claim) == ["done", "done"]
    assert (Claim.objects.count(), Mail.objects.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_two_revokes_at_once_are_one():
    award = make_award()
    registrar = make_registrar(award.learner.institution)

    def revoke():
        awards.revoke(award, by=registrar, reason=RevocationReason.ERROR)

    results = at_once(revoke, revoke)

    moves = [event for event in audit.history_of(award) if event.after == "revoked"]
    assert results == ["This credential is revoked already.", "done"]
    assert len(moves) == 1


@pytest.mark.django_db(transaction=True)
def test_awards_at_once_get_different_numbers_and_places():
    version = make_taught_course()
    teacher = version.course.teachers.get()
    learners = [make_learner(version.course.institution) for _ in range(4)]

    results = at_once(
        *(
            functools.partial(awards.award_directly, version, learner, by=teacher, grade="1.0")
            for learner in learners
        )
    )

    places = set(StatusEntry.objects.values_list("status_list", "index"))
    assert results == ["done"] * 4
    assert sorted(number[-4:] for number in Award.objects.values_list("number", flat=True)) == [
        "0001",
        "0002",
        "0003",
        "0004",
    ]
    assert len(places) == 4
    assert list(audit.broken_links()) == []
