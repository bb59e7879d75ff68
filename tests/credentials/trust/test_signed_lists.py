"""What is remembered of a status list: never more than its bytes and the keys of now show."""

import hashlib
import json
import pickle
from datetime import timedelta

import pytest

from credentials.trust import did, keys, signed_lists, status_list
from credentials.trust.proofs import ProofStatus, Unresolvable
from credentials.trust.signed_lists import SignedLists
from credentials.trust.sniff import Malformed
from tests.credentials.standards.sample import COMPLETE
from tests.credentials.trust.test_verify import (
    DID,
    NOW,
    OTHER,
    PRIVATE,
    as_jwt,
    badge,
    check,
    published,
    resolve,
    sign,
    status_document,
    unsigned_list,
)

THIRD = keys.PrivateKey(b"an invented key of somebody else")
GOOD = ("key-2", OTHER.public.multibase, None)


def owner(*rows):
    """Return how to find the keys of the issuer: that of the badge, and `rows`."""
    document = did.did_document(DID, [("key-1", PRIVATE.public.multibase, None), *rows])
    return lambda method: did.key_of(document, method)


def listed(*indexes, **more):
    """Return a list that another key than that of the badge signed, as it is sent."""
    return published(sign({**unsigned_list(*indexes), **more}, OTHER, f"{DID}#key-2"))


def said(data, *, resolve, now=NOW):
    return check(badge(), resolve=resolve, status=data.decode(), now=now).check("not_revoked").key


def test_a_proof_of_the_same_bytes_is_not_checked_twice():
    lists, data = SignedLists(), listed()

    first = lists.open(data, owner(GOOD)).proof

    assert first.verified
    assert lists.open(data, owner(GOOD)).proof is first


@pytest.mark.parametrize("form", [published, lambda document: as_jwt(document).encode()])
def test_each_form_is_opened(form):
    lists = SignedLists()
    for _time in range(2):
        opened = lists.open(form(unsigned_list(7)), resolve)
        assert status_list.value_of(
            opened.document, status_list.entry(url=COMPLETE.status_url, index=7)
        )
    assert not lists.remembered  # the one is not signed, the other is checked each time


@pytest.mark.parametrize("data", [b"eyJ\xff.e30.e30", b"{", b"<html>", b'"x"'])
def test_what_is_no_list_is_refused(data):
    with pytest.raises(Malformed):
        SignedLists().open(data, resolve)


@pytest.mark.parametrize("data", [b"[]", b"1", b"[{}]", published([status_document()])])
def test_json_that_is_no_document_is_not_signed(data):
    assert not SignedLists().open(data, resolve).proof.verified


# Another list ------------------------------------------------------------------------------------


def changed(data, **entries):
    document = json.loads(data)
    subject = {**document["credentialSubject"], **entries}
    return published({**document, "credentialSubject": subject})


def test_a_list_with_one_bit_changed_is_not_the_remembered_one():
    """Same address, same proof; somebody flips a bit back, or another bit."""
    revoked, lists = listed(COMPLETE.status_index), SignedLists()
    other = unsigned_list(COMPLETE.status_index, 3)["credentialSubject"]["encodedList"]
    good = unsigned_list()["credentialSubject"]["encodedList"]
    assert lists.open(revoked, owner(GOOD)).proof.verified

    for bits in (good, other):
        opened = lists.open(changed(revoked, encodedList=bits), owner(GOOD))
        assert opened.proof.status == ProofStatus.BROKEN

    assert lists.open(revoked, owner(GOOD)).proof.verified
    assert len(lists.remembered) == 1


def test_the_verdict_follows_the_list_that_is_there_now():
    """The memory that all share is asked here, as in the portal."""
    good, revoked = listed(), listed(COMPLETE.status_index)
    forged = changed(revoked, **json.loads(good)["credentialSubject"])

    assert said(good, resolve=owner(GOOD)) == "not_revoked"
    assert said(revoked, resolve=owner(GOOD)) == "revoked"
    assert said(forged, resolve=owner(GOOD)) == "status_unreadable"
    assert said(good, resolve=owner(GOOD)) == "not_revoked"


# The same list, later ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([("key-2", OTHER.public.multibase, NOW + timedelta(days=1))], "status_unreadable"),
        ([("key-2", OTHER.public.multibase, NOW - timedelta(days=1))], "status_unreadable"),
        ([("key-2", THIRD.public.multibase, None)], "status_unreadable"),
        ([], "status_unreachable"),
    ],
    ids=["withdrawn since", "withdrawn before", "replaced", "taken out"],
)
def test_a_remembered_list_is_judged_by_what_is_said_of_its_key_now(rows, key):
    data = listed()
    assert said(data, resolve=owner(GOOD)) == "not_revoked"

    assert said(data, resolve=owner(*rows)) == key
    assert said(data, resolve=owner(GOOD)) == "not_revoked"


def test_a_remembered_list_says_nothing_when_its_key_cannot_be_asked_for():
    data = listed()
    assert said(data, resolve=owner(GOOD)) == "not_revoked"

    def silent(method):
        if method.endswith("key-2"):
            raise Unresolvable("no network")
        return owner()(method)

    assert said(data, resolve=silent) == "status_unreachable"


def test_a_remembered_list_does_not_count_for_a_key_of_another_owner():
    data = listed()
    assert said(data, resolve=owner(GOOD)) == "not_revoked"

    def of_another(method):
        found = owner(GOOD)(method)
        return keys.PublicKey(found.raw, "did:web:x") if method.endswith("key-2") else found

    assert said(data, resolve=of_another) == "status_unreadable"


def test_a_remembered_list_counts_no_longer_than_it_says():
    data = listed(validUntil="2026-11-24T12:00:00Z")

    for now, key in (
        (NOW, "not_revoked"),
        (NOW + timedelta(days=3), "status_unreadable"),
        (NOW - timedelta(days=3), "status_unreadable"),
        (NOW, "not_revoked"),
    ):
        assert said(data, resolve=owner(GOOD), now=now) == key


def test_what_did_not_verify_is_checked_again():
    """A key may be published after the list."""
    data = listed()

    assert said(data, resolve=owner()) == "status_unreachable"
    assert said(data, resolve=owner(GOOD)) == "not_revoked"


# How much is remembered --------------------------------------------------------------------------


def test_the_oldest_is_forgotten(monkeypatch):
    monkeypatch.setattr(signed_lists, "MOST_REMEMBERED", 3)
    lists = SignedLists()
    sent = [published(status_document(number)) for number in range(5)]
    for data in sent:
        first = lists.open(data, resolve).proof

    assert len(lists.remembered) == 3
    assert lists.open(sent[-1], resolve).proof is first


def test_a_large_list_takes_no_more_room_than_a_small_one():
    lists, bits = SignedLists(), hashlib.shake_256(b"").digest(status_list.LONGEST // 8)
    subject = unsigned_list()["credentialSubject"]
    data = listed(credentialSubject={**subject, "encodedList": status_list.encode(bits)})

    assert lists.open(data, owner(GOOD)).proof.verified
    assert len(data) > 170_000
    assert len(lists.remembered) == 1
    assert len(pickle.dumps(lists.remembered)) < 1_000


def test_a_key_with_an_endless_owner_is_not_remembered():
    lists, data = SignedLists(), listed()
    key = keys.PublicKey(OTHER.public.raw, "did:web:" + "x" * 100_000)

    assert lists.open(data, lambda method: key).proof.verified
    assert not lists.remembered
