"""Status lists: random places, one bit an award, a signed list that is never out of date."""

import json
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from credentials.models import (
    KeyRequestKind,
    RevocationReason,
    SignedForm,
    StatusEntry,
    StatusList,
    StatusPurpose,
)
from credentials.services import (
    custody,
    issuing,
    issuing_batches,
    keys,
    revocations,
    status,
)
from credentials.standards.values import moment
from credentials.states import AwardState
from credentials.trust import proofs, status_list
from tests.factories.awards import make_award, make_taught_course, order_awards
from tests.factories.people import make_learner, make_registrar

pytestmark = pytest.mark.django_db


@pytest.fixture
def award():
    return make_award()


def revoke(award):
    revocations.revoke(
        award, by=make_registrar(award.learner.institution), reason=RevocationReason.ERROR
    )


def is_set(text, award):
    entry = status_list.entry(
        url=json.loads(text)["id"],
        index=award.credential.status_entries.of_revocation().get().index,
    )
    return status_list.is_set(json.loads(text), entry)


def test_each_award_has_a_place_of_its_own_in_the_list_of_its_institution():
    version = make_taught_course()
    for _ in range(3):
        make_award(AwardState.SIGNING, version=version)
    make_award(AwardState.SIGNING)

    places = [
        list(kept.entries.values_list("index", flat=True))
        for kept in StatusList.objects.filter(purpose="revocation")
    ]
    assert [len(set(indexes)) for indexes in places] == [3, 1]
    assert all(0 <= index < status_list.SHORTEST for indexes in places for index in indexes)


def test_places_do_not_follow_the_order_of_awards():
    version = make_taught_course()
    indexes = [
        make_award(AwardState.SIGNING, version=version)
        .credential.status_entries.of_revocation()
        .get()
        .index
        for _ in range(8)
    ]

    assert indexes != sorted(indexes)


def test_half_full_list_is_followed_by_a_new_one(award):
    kept = StatusList.objects.get(purpose="revocation")
    taken = award.credential.status_entries.of_revocation().get().index
    StatusList.objects.update(length=4)
    StatusEntry.objects.update(index=0)
    second = make_award(AwardState.SIGNING, version=award.course_version)
    StatusEntry.objects.filter(credential=second.credential).update(index=1)

    third = make_award(AwardState.SIGNING, version=award.course_version)

    assert taken < status_list.SHORTEST
    assert second.credential.status_entries.of_revocation().get().status_list == kept
    assert third.credential.status_entries.of_revocation().get().status_list != kept


def test_revoking_flips_one_bit_and_forgets_the_signed_list(award):
    other = make_award(version=award.course_version)
    before = status.published(StatusList.objects.get(purpose="revocation"))

    revoke(award)

    kept = StatusList.objects.get(purpose="revocation")
    after = status.published(kept)
    assert kept.signed == ""
    assert [is_set(text, a) for text in (before, after) for a in (award, other)] == [
        False,
        False,
        True,
        False,
    ]
    assert sum(bin(byte).count("1") for byte in bytes(kept.bits)) == 1


def test_list_is_signed_once_until_it_changes(award):
    first = status.published(StatusList.objects.get(purpose="revocation"))
    second = status.published(StatusList.objects.get(purpose="revocation"))

    assert first == second == StatusList.objects.get(purpose="revocation").signed


def test_list_that_changes_while_it_is_signed_is_signed_again(award):
    read_before = StatusList.objects.get(purpose="revocation")
    revoke(award)

    text = status.published(read_before)

    assert is_set(text, award)
    assert is_set(StatusList.objects.get(purpose="revocation").signed, award)


def test_list_signed_with_a_key_that_is_withdrawn_meanwhile_is_signed_again(award, monkeypatch):
    kept = StatusList.objects.get(purpose="revocation")
    key = award.learner.institution.keys.get()
    withdraw_while_signing(key, monkeypatch)

    text = status.published(kept)

    kept.refresh_from_db()
    assert key.key_id not in text
    assert kept.signed == text


def test_list_counts_for_some_days_and_hides_when_it_changed(award, monkeypatch):
    kept = StatusList.objects.get(purpose="revocation")
    first = json.loads(status.published(kept))
    revoke(award)
    again = StatusList.objects.get(purpose="revocation")
    second = json.loads(status.published(again))
    again.refresh_from_db()
    later = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    third = json.loads(status.published(again))

    assert [one["proof"][0]["created"] for one in (first, second, third)] == [
        one["validFrom"] for one in (first, second, third)
    ]
    assert first["validFrom"].endswith(":00:00Z")
    since, until = (moment(second[name]) for name in ("validFrom", "validUntil"))
    assert until - since == timedelta(days=2)
    assert moment(third["validUntil"]) - until == timedelta(days=1)


def withdraw_while_signing(key, monkeypatch):
    """Let two registrars report a key as stolen just when it has signed something."""
    sign, people = proofs.sign, [make_registrar(key.institution) for _ in range(2)]

    def slow(*arguments, **named):
        text = sign(*arguments, **named)
        if people:
            second, first = people.pop(), people.pop()
            custody.approve(report(key, by=first), by=second)
        return text

    monkeypatch.setattr(proofs, "sign", slow)


def report(key, *, by):
    since = key.created_at
    return custody.request(key, KeyRequestKind.STOLEN, "Gone.", stolen_from=since, by=by)


def test_award_signed_with_a_key_that_is_withdrawn_meanwhile_is_signed_again(monkeypatch):
    award = make_award(AwardState.SIGNING)
    key = keys.ensure(award.learner.institution)
    withdraw_while_signing(key, monkeypatch)

    issuing.issue(award)

    (form,) = SignedForm.objects.all()
    assert (form.key == key, form.key.stolen_from) == (False, None)


def test_batch_signed_with_a_key_that_is_withdrawn_meanwhile_is_signed_again(
    monkeypatch, run_tasks
):
    version = make_taught_course()
    learners = [make_learner(version.course.institution) for _ in range(2)]
    key = keys.ensure(version.course.institution)
    people = [make_registrar(key.institution) for _ in range(2)]
    sign_all = issuing_batches._sign_all

    def slow(*given):
        signed = sign_all(*given)
        if people:
            second, first = people.pop(), people.pop()
            custody.approve(report(key, by=first), by=second)
        return signed

    monkeypatch.setattr(issuing_batches, "_sign_all", slow)
    with run_tasks():
        order_awards(version, learners)

    forms = SignedForm.objects.all()
    assert [(form.key == key, form.key.stolen_from) for form in forms] == [(False, None)] * 2


def test_list_is_public_for_machines_and_asked_for_anew(client, award):
    address = reverse("status-list", args=[StatusList.objects.get(purpose="revocation").uuid])

    first = client.get(address)
    unchanged = client.get(address, headers={"If-None-Match": first["ETag"]})
    revoke(award)
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"] == "application/vc"
    assert first["Access-Control-Allow-Origin"] == "*"
    assert first["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in first
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert changed.status_code == 200
    assert is_set(changed.content, award)


def test_signed_list_names_its_address_and_issuer(award):
    kept = StatusList.objects.get(purpose="revocation")

    document = json.loads(status.published(kept))

    institution = award.learner.institution
    assert document["id"] == f"http://localhost:8000/status/{kept.uuid}"
    assert document["issuer"] == f"did:web:localhost%3A8000:institutions:{institution.slug}"
    assert document["credentialSubject"]["statusPurpose"] == "revocation"


def test_list_that_is_not_ours_is_not_found(client):
    address = reverse("status-list", args=["00000000-0000-4000-8000-000000000000"])

    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 405


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_upgrade_adds_suspensions_before_it_alters_the_table():
    """PostgreSQL alters no table of which a row still waits for the check of its foreign keys."""
    make_award()
    suspensions = StatusList.objects.filter(purpose=StatusPurpose.SUSPENSION)
    StatusEntry.objects.filter(status_list__in=suspensions).delete()
    suspensions.delete()
    upgrade = import_module("credentials.migrations.0007_suspended_and_heard")

    with connection.schema_editor() as editor:
        upgrade.add_suspensions(apps, editor)
        editor.execute("ALTER TABLE credentials_statuslist ALTER COLUMN length SET NOT NULL")

    assert suspensions.count() == 1
