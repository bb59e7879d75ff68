"""Untrusted values become typed ones or empty ones."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.standards import values

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@given(JSON)
def test_no_reader_ever_raises(value):
    assert isinstance(values.line(value), str)
    assert isinstance(values.texts(value, "en"), dict)
    assert isinstance(values.identifier(value), str)
    assert isinstance(values.url(value), str)
    assert isinstance(values.items(value), list)
    assert isinstance(values.item(value), dict)
    assert values.types(value) <= {entry for entry in values.many(value) if type(entry) is str}
    for reader in (values.moment, values.day, values.number):
        assert reader([value]) == reader(value) or isinstance(value, list)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ({"id": "http://example.org"}, "http://example.org"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://", ""),
        ("https://[", ""),
        ("https://example.org/<script>", ""),
        ("did:web:example.org", ""),
    ],
)
def test_only_web_addresses_are_linked(value, expected):
    assert values.url(value) == expected


@pytest.mark.parametrize("hidden", ["\x00", "\x07", "\x1f", "\x7f", " ", "\n", "\u2028"])
def test_an_identifier_holds_no_hidden_character(hidden):
    """PostgreSQL keeps no text with a NUL in it."""
    assert values.identifier("urn:x:y") == "urn:x:y"
    assert values.identifier(f"urn:x{hidden}y") == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, Decimal(3)),
        (2.5, Decimal("2.5")),
        ("2.5", Decimal("2.5")),
        (True, None),
        (-1, None),
        ("NaN", None),
        ("1e9", None),
        ("three", None),
    ],
)
def test_numbers_are_finite_and_not_negative(value, expected):
    assert values.number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-01T10:00:00+01:00", datetime(2026, 11, 1, 9, tzinfo=UTC)),
        (["2026-11-01T10:00:00Z"], datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01T10:00:00", None),
        ("2026-11-01", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("soon", None),
    ],
)
def test_a_moment_needs_a_time_zone(value, expected):
    assert values.moment(value) == expected


def test_a_day_is_taken_as_it_is_written():
    assert values.day("2026-11-01T23:30:00-08:00") == date(2026, 11, 1)


def test_language_objects_become_a_language_map():
    value = [{"@value": "Ethik", "@language": "de"}, {"@value": "Ethics", "@language": "en"}, "x"]

    assert values.texts(value, "") == {"de": "Ethik", "en": "Ethics", "und": "x"}


def test_long_texts_are_shortened():
    assert len(values.line("x" * 5_000)) == values.LONGEST_LINE
