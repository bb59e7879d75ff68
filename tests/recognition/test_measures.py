"""The arithmetic of the numbers: examples computed by hand, and attacks on what is hidden."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.measures import (
    Span,
    Sum,
    distribution,
    hidden,
    majority,
    percentile,
    weighted_kappa,
)


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [
        ([], 0.95, None),
        ([7], 0.95, 7),
        (list(range(1, 21)), 0.95, 19),
        (list(range(1, 101)), 0.95, 95),
        ([3, 1, 2], 0.5, 2),
    ],
)
def test_percentile_is_a_value_that_occurred(values, share, found):
    assert percentile(values, share) == found


def test_distribution_joins_spans_until_each_holds_enough():
    days = [1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 70]

    found = distribution(days, (5, 10, 20), 5)

    assert found == [Span(0, 5, 5), Span(6, None, 6)]


def test_distribution_keeps_spans_that_hold_enough():
    found = distribution([1] * 5 + [8] * 6 + [99] * 7, (5, 10, 20), 5)

    assert found == [Span(0, 5, 5), Span(6, 10, 6), Span(11, None, 7)]


def test_distribution_of_few_shows_nothing():
    assert distribution([1, 2, 3, 4], (5, 10), 5) == []


@given(st.lists(st.integers(0, 100), max_size=60), st.integers(1, 12))
def test_distribution_counts_each_value_once_and_no_small_span(values, fewest):
    found = distribution(values, (5, 10, 15, 20, 30), fewest)

    assert sum(span.count for span in found) == (len(values) if len(values) >= fewest else 0)
    assert [span for span in found if span.count < fewest] == []


@pytest.mark.parametrize(
    ("ratings", "most"),
    [
        ((), None),
        (("FULL",), None),
        (("FULL", "FULL"), "FULL"),
        (("FULL", "PARTIAL"), None),
        (("PARTIAL", "FULL", "PARTIAL"), "PARTIAL"),
    ],
)
def test_majority_is_more_than_half_of_two_or_more(ratings, most):
    assert majority(ratings) == most


def test_kappa_of_an_example_computed_by_hand():
    """Three steps, weights 1, 3/4, 0. Pairs: 4 x (0,0), 3 x (2,2), 2 x (0,1), 1 x (0,2).

    Taken both ways N = 20; p = (11/20, 2/20, 7/20).
    observed = (4 + 3 + 2 * 3/4 + 0) / 10 = 0.85
    expected = 0.3025 + 0.01 + 0.1225 + 2 * 3/4 * (0.55 * 0.1 + 0.1 * 0.35) = 0.57
    kappa    = 0.28 / 0.43
    """
    pairs = {(0, 0): 4, (2, 2): 3, (0, 1): 2, (0, 2): 1}

    assert weighted_kappa(pairs, 3) == pytest.approx(0.28 / 0.43)


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ({}, None),
        ({(1, 1): 9}, None),
        ({(0, 0): 3, (4, 4): 3}, 1),
        ({(0, 4): 5}, -1),
    ],
)
def test_kappa_at_its_ends(pairs, kappa):
    assert weighted_kappa(pairs, 5) == (None if kappa is None else pytest.approx(kappa))


def test_kappa_does_not_depend_on_who_is_first():
    one, other = {(0, 1): 3, (2, 1): 1, (1, 1): 2}, {(1, 0): 3, (1, 2): 1, (1, 1): 2}

    assert weighted_kappa(one, 5) == pytest.approx(weighted_kappa(other, 5))


# What is hidden ----------------------------------------------------------------------------------


def test_small_group_hides_the_smallest_other_so_that_nobody_subtracts():
    sizes = {"all": 33, "a": 20, "b": 10, "c": 3}

    gone = hidden(sizes, [Sum("all", ("a", "b", "c"))], 5)

    assert gone == {"b", "c"}


def test_groups_hidden_together_are_not_fewer_either():
    sizes = {"all": 33, "a": 20, "b": 10, "c": 2, "d": 1}

    gone = hidden(sizes, [Sum("all", ("a", "b", "c", "d"))], 5)

    assert gone == {"b", "c", "d"}


def test_two_small_groups_that_are_enough_together_hide_no_other():
    sizes = {"all": 27, "a": 20, "b": 4, "c": 3}

    assert hidden(sizes, [Sum("all", ("a", "b", "c"))], 5) == {"b", "c"}


def test_nothing_is_hidden_where_all_groups_are_large_or_empty():
    sizes = {"all": 30, "a": 20, "b": 10, "c": 0}

    assert hidden(sizes, [Sum("all", ("a", "b", "c"))], 5) == frozenset()


def test_all_is_hidden_when_all_is_few():
    sizes = {"all": 3, "a": 3}

    assert hidden(sizes, [Sum("all", ("a",))], 5) == {"all", "a"}


def test_country_cannot_give_away_its_small_university():
    """Spain = X + Y: with Y hidden, X or Spain must go; then the other tables follow."""
    sizes = {"all": 40, "ES": 9, "FR": 31, "X": 6, "Y": 3, "Z": 31}
    sums = [Sum("all", ("ES", "FR")), Sum("all", ("X", "Y", "Z")), Sum("ES", ("X", "Y"))]

    gone = hidden(sizes, sums, 5)

    assert gone == {"X", "Y"}


def test_group_that_is_the_same_in_another_table_is_hidden_there_too():
    sizes = {"all": 23, "p": 3, "q": 20, "field p": 3, "field q": 20}
    sums = [
        *(Sum("all", ("p", "q")), Sum("all", ("field p", "field q"))),
        *(Sum("p", ("field p",)), Sum("q", ("field q",))),
    ]

    assert hidden(sizes, sums, 5) == {"p", "q", "field p", "field q"}


def test_hidden_whole_is_not_given_by_adding_its_parts():
    sizes = {"all": 30, "ES": 10, "FR": 17, "DE": 3, "X": 5, "Y": 5, "Z": 17, "W": 3}
    sums = [
        *(Sum("all", ("ES", "FR", "DE")), Sum("all", ("X", "Y", "Z", "W"))),
        *(Sum("ES", ("X", "Y")), Sum("FR", ("Z",)), Sum("DE", ("W",))),
    ]

    gone = hidden(sizes, sums, 5)

    assert {"ES", "DE", "W"} <= gone
    assert gone & {"X", "Y"}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=60), st.integers(2, 8))
def test_no_sum_can_be_solved(lines, fewest):
    """Two tables over the same lines, the second finer: every sum has no unknown, or two."""
    sizes = Counter({"all": len(lines)})
    parts: dict = {"all": set()}
    for whole, part in lines:
        sizes[whole, ""] += 1
        sizes[whole, part] += 1
        parts["all"].add((whole, ""))
        parts.setdefault((whole, ""), set()).add((whole, part))
    sums = [Sum(whole, tuple(sorted(found))) for whole, found in parts.items()]

    gone = hidden(sizes, sums, fewest)

    assert [group for group, size in sizes.items() if 0 < size < fewest and group not in gone] == []
    for one in sums:
        unknown = [group for group in {one.whole, *one.parts} if group in gone]
        assert len(unknown) != 1
        if one.whole not in gone:
            assert not unknown or sum(sizes[group] for group in unknown) >= fewest
