from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from recognition.credits import (
    CreditError,
    CreditRules,
    credits_for,
    for_inclusion,
    for_part,
    for_substitution,
    from_hours,
    halves,
    in_proportion,
    in_words,
    rounded_down,
    split,
    workload_difference,
)
from recognition.limits import Entry, counted_twice, over_limit
from recognition.vocabulary import DecisionType, Track

RULES = CreditRules()
ECTS = st.integers(1, 120).map(lambda steps: Decimal(steps) / 2)


def d(text: str) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("value", "amount"),
    [("4.5", "4.5"), (6, "6.0"), (d("0.50"), "0.5"), ("0", "0.0"), ("-0", "0.0")],
)
def test_halves_reads_amounts(value, amount):
    assert str(halves(value)) == amount


@pytest.mark.parametrize("value", ["4.3", "-1", "Infinity", "NaN", "10000", d("0.25")])
def test_halves_refuses_what_is_no_amount(value):
    with pytest.raises(CreditError, match="is not an amount of ECTS"):
        halves(value)


def test_halves_refuses_words():
    with pytest.raises(CreditError, match="“six” is not a number"):
        halves("six")


@pytest.mark.parametrize("value", [4.5, True])
def test_halves_refuses_floats(value):
    with pytest.raises(TypeError):
        halves(value)


@given(st.decimals(0, 1000, places=3))
def test_rounded_down_is_at_most_half_a_credit_lower(value):
    amount = rounded_down(value)

    assert halves(amount) == amount
    assert 0 <= value - amount < d("0.5")


@given(ECTS, st.integers(0, 30), st.integers(0, 30))
def test_in_proportion_never_exceeds_the_share(ects, met, more):
    counted = met + more

    amount = in_proportion(ects, met, counted)

    assert halves(amount) == amount
    assert amount * counted <= ects * met
    assert counted == 0 or (amount + d("0.5")) * counted > ects * met


def test_explanations_are_translated_when_shown():
    credits = for_substitution(d("4.5"))

    with translation.override("en"):
        assert str(in_words(d("4.5"))) == "4.5\u00a0ECTS"
        assert str(credits.explanation).endswith("4.5\u00a0ECTS, the credits of the module.")
    with translation.override("de"):
        assert str(in_words(d("4.5"))) == "4,5\u00a0ECTS"
        assert "4,5\u00a0ECTS" in str(credits.explanation)


def test_substitution_gives_the_credits_of_the_module():
    given_ = credits_for(
        DecisionType.FULL_SUBSTITUTION, RULES, target_ects=d("6"), sources=[d("5")]
    )

    assert given_.amount == 6


def test_inclusion_gives_no_more_than_was_asked_for():
    given_ = for_inclusion([d("5")], d("12"), d("3"))

    assert given_.amount == d("3")
    assert str(given_.explanation) == (
        "5\u00a0ECTS were earned; the application asks for 3\u00a0ECTS."
    )


def test_inclusion_gives_the_credits_as_earned():
    given_ = credits_for(DecisionType.INCLUSION, RULES, sources=[d("2"), d("1.5")], free=d("12"))

    assert given_.amount == d("3.5")
    assert str(given_.explanation) == "The credits as earned: 3.5\u00a0ECTS."


def test_inclusion_is_rounded_down_to_half_a_credit():
    given_ = for_inclusion([d("3.3")], d("12"))

    assert given_.amount == d("3")
    assert str(given_.explanation) == "The credits as earned: 3\u00a0ECTS."


def test_split_refuses_what_is_no_half():
    with pytest.raises(CreditError, match=r"use steps of 0\.5"):
        split(d("3.3"), [d("5")])


def test_inclusion_stops_at_what_is_free():
    given_ = for_inclusion([d("5")], d("2"))

    assert given_.amount == 2
    assert (
        str(given_.explanation)
        == "5\u00a0ECTS were earned; 2\u00a0ECTS are still free in the programme."
    )


def test_part_adds_up_the_parts_that_are_met():
    given_ = credits_for(
        DecisionType.PARTIAL, RULES, target_ects=d("6"), parts_met=[d("1.5"), d("3")]
    )

    assert given_.amount == d("4.5")


def test_part_without_parts_is_in_proportion():
    given_ = credits_for(DecisionType.PARTIAL, RULES, target_ects=d("6"), met=7, counted=9)

    assert given_.amount == d("4.5")
    assert (
        str(given_.explanation)
        == "7 of 9 outcomes of 6\u00a0ECTS, rounded down to half a credit: 4.5\u00a0ECTS."
    )


def test_part_gives_nothing_where_only_whole_modules_are_recognised():
    given_ = for_part(d("6"), CreditRules(allows_proportional=False), met=7, counted=9)

    assert given_.amount == 0
    assert str(given_.explanation) == "This programme recognises whole modules only."


def test_part_never_exceeds_what_is_open():
    given_ = for_part(d("6"), RULES, met=7, counted=9, filled=d("3"))

    assert given_.amount == 3
    assert str(given_.explanation).endswith("Only 3\u00a0ECTS of the module are still open.")


def test_part_is_not_more_than_was_earned_when_the_workload_differs():
    given_ = credits_for(
        DecisionType.PARTIAL,
        RULES,
        target_ects=d("6"),
        sources=[d("2")],
        workload_differs=True,
        met=9,
        counted=9,
    )

    assert given_.amount == 2
    assert str(given_.explanation).endswith("not more than the 2\u00a0ECTS that were earned.")


def test_refusal_gives_nothing():
    assert credits_for(DecisionType.REFUSAL, RULES, target_ects=d("6")).amount == 0


@given(ECTS, st.integers(0, 12), st.integers(0, 12), ECTS, st.none() | st.lists(ECTS, max_size=4))
def test_part_stays_between_nothing_and_what_is_open(target, met, more, filled, parts):
    amount = for_part(
        target, RULES, parts_met=parts, met=met, counted=met + more, filled=filled
    ).amount

    assert halves(amount) == amount
    assert amount <= max(target - filled, 0)


@pytest.mark.parametrize(
    ("sources", "weighs"),
    [(["6"], False), (["5"], False), (["3", "2"], False), (["4.5"], True), ([], True)],
)
def test_workload_within_one_credit_does_not_differ(sources, weighs):
    difference = workload_difference(d("6"), map(d, sources), RULES)

    assert bool(difference) is weighs


def test_workload_of_four_fifths_does_not_differ():
    assert workload_difference(d("15"), [d("12")], RULES) is None
    assert (
        str(workload_difference(d("15"), [d("11.5")], RULES)) == "11.5\u00a0ECTS were earned, "
        "the module has 15\u00a0ECTS. Is this a difference that matters?"
    )


def test_hours_use_the_factor_of_the_issuer():
    given_ = from_hours(d("100"), RULES, factor=d("30"))

    assert given_.amount == 3
    assert str(given_.explanation) == "100 hours at 30 hours per credit, rounded down: 3\u00a0ECTS."


def test_hours_fall_back_to_the_policy():
    assert from_hours(d("40"), RULES).amount == d("1.5")


@pytest.mark.parametrize(("hours", "factor"), [("-1", "25"), ("10", "0")])
def test_hours_must_make_sense(hours, factor):
    with pytest.raises(CreditError, match="must be positive"):
        from_hours(d(hours), RULES, factor=d(factor))


@given(ECTS, st.lists(ECTS, min_size=1, max_size=6))
def test_split_adds_up_and_leaves_nobody_out(amount, sources):
    shares = split(amount, sources)

    assert sum(shares) == amount
    assert all(halves(share) == share for share in shares)
    if amount >= len(sources) * d("0.5"):
        assert min(shares) > 0


def test_split_follows_the_credits_of_the_sources():
    assert split(d("6"), [d("6"), d("2")]) == [d("4.5"), d("1.5")]
    assert split(d("6"), [d("3"), d("2")]) == [d("3.5"), d("2.5")]
    assert split(d("1"), [d("30"), d("0")]) == [d("0.5"), d("0.5")]


def entry(ects: str, target: str | None = "INF-204", **fields) -> Entry:
    fields = {"award": "BSc", "credential": "python", **fields}
    return Entry(target=target, ects=d(ects), **fields)


def sentences(problems) -> list[str]:
    return [str(problem) for problem in problems]


def test_credential_can_be_used_up_in_steps():
    ledger = [entry("3")]

    assert counted_twice(entry("2", None), ledger, RULES, credential_ects=d("5")) == []


def test_credential_cannot_give_more_than_it_has():
    ledger = [entry("3")]

    problems = counted_twice(entry("2.5", None), ledger, RULES, credential_ects=d("5"))

    assert sentences(problems) == [
        "The credential has 5\u00a0ECTS; 3\u00a0ECTS count already, 2.5\u00a0ECTS do not fit."
    ]


def test_full_substitution_uses_a_smaller_credential_up():
    whole_module = entry("6")

    assert counted_twice(whole_module, [], RULES, credential_ects=d("5")) == []
    assert counted_twice(entry("0.5", None), [whole_module], RULES, credential_ects=d("5"))


def test_credential_of_another_qualification_needs_the_policy():
    ledger = [entry("3", "MAT-1", award="MSc")]

    problems = counted_twice(entry("2"), ledger, RULES)

    assert sentences(problems) == ["The credential already counts towards another qualification."]
    assert counted_twice(entry("2"), ledger, CreditRules(reuse_across_awards=True)) == []


def test_module_is_filled_once():
    ledger = [entry("4", credential="R course")]

    problems = counted_twice(entry("2.5"), ledger, RULES, target_ects=d("6"))

    assert sentences(problems) == [
        "The module has 6\u00a0ECTS; 4\u00a0ECTS count already, 2.5\u00a0ECTS do not fit."
    ]
    assert counted_twice(entry("2"), ledger, RULES, target_ects=d("6")) == []


def test_module_already_passed_is_not_filled():
    problems = counted_twice(entry("2"), [], RULES, target_passed=True)

    assert sentences(problems) == ["The module is already passed or registered for."]


@given(st.lists(st.tuples(ECTS, st.sampled_from("ABC"), st.sampled_from("xyz")), max_size=12))
def test_ledger_never_holds_more_than_there_is(requests):
    credential_ects, target_ects, ledger = d("6"), d("10"), []
    for ects, credential, target in requests:
        new = entry(str(ects), target, credential=credential)
        if not counted_twice(
            new, ledger, RULES, credential_ects=credential_ects, target_ects=target_ects
        ):
            ledger.append(new)

    for credential in "ABC":
        rows = [row for row in ledger if row.credential == credential]
        assert sum(min(row.ects, credential_ects) for row in rows) <= credential_ects
    for target in "xyz":
        assert sum(row.ects for row in ledger if row.target == target) <= target_ects


def test_validation_fills_at_most_half_of_a_programme():
    ledger = [entry("85", track=Track.VALIDATION), entry("30", "MAT-1")]
    new = entry("6", "MAT-2", track=Track.VALIDATION)

    problems = over_limit(new, ledger, RULES, award_ects=d("180"))

    assert sentences(problems) == [
        "At most 90\u00a0ECTS of the programme can come from validated learning."
    ]
    assert over_limit(entry("6", "MAT-2"), ledger, RULES, award_ects=d("180")) == []


def test_residency_and_total_cap_limit_all_recognised_learning():
    rules = CreditRules(total_cap=d("0.75"), residency_ects=d("60"))

    problems = over_limit(entry("6"), [entry("118", "MAT-1")], rules, award_ects=d("180"))

    assert sentences(problems) == ["At most 120\u00a0ECTS of the programme can be recognised."]
    assert over_limit(entry("2"), [entry("118", "MAT-1")], rules, award_ects=d("180")) == []


def test_limits_look_at_one_qualification_only():
    elsewhere = [entry("180", award="MSc")]

    assert over_limit(entry("6"), elsewhere, RULES, award_ects=d("180")) == []


def test_excluded_module_cannot_be_replaced():
    problems = over_limit(entry("6"), [], RULES, award_ects=d("180"), excluded=True)

    assert sentences(problems) == ["This module cannot be replaced by other learning."]
