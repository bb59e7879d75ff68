"""Status lists: bits, encoding, indexes, and what strangers send."""

import base64
import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.trust import canonical, status_list
from credentials.trust.status_list import SHORTEST, StatusUnreadable

URL = "https://portal.example/status/1"


def build(bits, purpose="revocation"):
    return status_list.credential(
        url=URL,
        issuer="did:web:portal.example",
        bits=bits,
        valid_from=datetime(2026, 11, 1, tzinfo=UTC),
        purpose=purpose,
    )


@settings(max_examples=40)
@given(st.sets(st.integers(0, SHORTEST - 1), max_size=20), st.integers(0, SHORTEST - 1))
def test_only_what_is_set_is_set(indexes, other):
    bits = status_list.empty()
    for index in indexes:
        bits = status_list.set_bit(bits, index)

    back = status_list.decode(status_list.encode(bits))

    assert all(status_list.get_bit(back, index) for index in indexes)
    assert status_list.get_bit(back, other) == (other in indexes)


def test_the_first_entry_is_the_most_significant_bit():
    assert status_list.set_bit(status_list.empty(), 0)[0] == 0b10000000
    assert status_list.set_bit(status_list.empty(), 9)[1] == 0b01000000


def test_a_bit_can_be_cleared():
    bits = status_list.set_bit(status_list.empty(), 5)

    assert status_list.set_bit(bits, 5, False) == status_list.empty()


def test_the_empty_list_of_the_standard_is_written_the_same_for_ever():
    assert status_list.encode(status_list.empty()) == status_list.encode(status_list.empty())
    assert status_list.encode(status_list.empty()).startswith("uH4sI")


def test_a_short_list_is_not_made():
    with pytest.raises(ValueError, match="131072"):
        status_list.empty(1000)


def test_indexes_are_random_and_never_given_twice():
    used = set()
    for _ in range(200):
        used.add(status_list.allocate(used))

    assert len(used) == 200
    assert sorted(used) != list(range(200))


def test_the_last_free_index_is_found_and_a_full_list_is_named():
    used = set(range(SHORTEST)) - {4711}

    assert status_list.allocate(used) == 4711
    with pytest.raises(status_list.ListFull):
        status_list.allocate(used | {4711})


def test_the_credential_can_be_signed_and_read():
    document = build(status_list.set_bit(status_list.empty(), 77))

    assert canonical.canonicalise(document).count("\n") == 8
    assert status_list.is_set(document, status_list.entry(url=URL, index=77))
    assert not status_list.is_set(document, status_list.entry(url=URL, index=78))


def packed(data):
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    "encoded",
    [
        None,
        3,
        "",
        "u",
        "u!!!",
        "uAAAA",
        packed(b"no gzip"),
        packed(gzip.compress(bytes(100), mtime=0)),
        packed(gzip.compress(bytes(50_000_000), mtime=0)),
        packed(gzip.compress(bytes(16_384), mtime=0)[:-9]),
        "u" + "A" * 500_000,
    ],
)
def test_an_unreadable_list_is_named(encoded):
    with pytest.raises(StatusUnreadable):
        status_list.decode(encoded)


def test_a_list_of_the_earlier_standard_is_read():
    old = status_list.encode(status_list.empty()).removeprefix("u")

    assert status_list.decode(old) == status_list.empty()


@pytest.mark.parametrize(
    "change",
    [
        {"statusListIndex": "131072"},
        {"statusListIndex": "-1"},
        {"statusListIndex": "x"},
        {"statusListIndex": None},
        {"statusListIndex": "9" * 5000},
        {"statusPurpose": "suspension"},
        {"statusSize": 9},
        {"statusSize": "many"},
        {"statusSize": 8, "statusListIndex": "131071"},
    ],
)
def test_an_entry_that_says_nothing_is_named(change):
    entry = {**status_list.entry(url=URL, index=1), **change}

    with pytest.raises(StatusUnreadable):
        status_list.is_set(build(status_list.empty()), entry)


def test_an_entry_of_several_bits_has_a_value():
    bits = status_list.set_bit(status_list.set_bit(status_list.empty(), 6), 8)
    entry = {**status_list.entry(url=URL, index=2), "statusSize": 3}

    assert status_list.value_of(build(bits), entry) == 0b101
