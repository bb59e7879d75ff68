"""One unit of change: all or nothing, moves by the table, the log written with its cause."""

from datetime import timedelta

import pytest
from django.utils import timezone

from credentials import states
from credentials.models import Claim, Mail, Unit
from credentials.services import audit, mails
from credentials.services.lifecycle import change, enqueue, lock, move, record
from credentials.states import ClaimState
from credentials.tasks import send_waiting_mails
from credentials.verdict import Refused, Stale
from tests.factories.awards import make_claim, make_student
from tests.factories.people import make_institution

pytestmark = pytest.mark.django_db


class Trouble(Exception):
    pass


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
