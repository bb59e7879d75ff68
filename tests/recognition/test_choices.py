"""Which decisions the opinions allow: each type, and why not."""

from dataclasses import replace
from decimal import Decimal

import pytest

from recognition.choices import LineOpinion, allowed_decisions, expectable
from recognition.rules import TargetOutcome
from recognition.vocabulary import DecisionType, Element, ElementRating, Rating, Track

OUTCOMES = (TargetOutcome("a", 1), TargetOutcome("b", 2), TargetOutcome("c", 3, essential=False))
MET = LineOpinion(Track.RECOGNITION, OUTCOMES, {o.id: Rating.FULL for o in OUTCOMES}, entry=4)
HALF = replace(MET, ratings={**MET.ratings, "b": Rating.PARTIAL})
NONE = replace(MET, ratings={o.id: Rating.NOT_MET for o in OUTCOMES})
ELECTIVE = LineOpinion(Track.RECOGNITION, (), {}, is_free_elective=True, free=Decimal(12))
TOO_LOW = {Element.LEVEL: ElementRating.SUBSTANTIAL}
TOO_SMALL = {Element.WORKLOAD: ElementRating.SUBSTANTIAL}
IN_FULL = "All essential outcomes are met: recognise in full."
NO_MODULE = "Free electives are counted, no module is replaced."


def reason(opinion: LineOpinion, kind: DecisionType) -> str:
    """Why a decision is not allowed, "" when it is."""
    return allowed_decisions(opinion)[kind].reason


def test_there_is_a_verdict_for_every_type_most_favourable_first():
    assert list(allowed_decisions(MET)) == list(DecisionType)


@pytest.mark.parametrize(
    "kind",
    [
        DecisionType.ALTERNATIVE,
        DecisionType.PARTIAL,
        DecisionType.CONDITIONAL,
        DecisionType.EXEMPTION,
        DecisionType.ADVANCED_ENTRY,
    ],
)
def test_nothing_less_than_full_is_given_when_all_is_met(kind):
    assert reason(MET, kind) == IN_FULL


@pytest.mark.parametrize(
    ("opinion", "sentence"),
    [
        (HALF, ""),
        (NONE, ""),
        (replace(HALF, elements=TOO_LOW), "A substantial difference is on record: Level."),
        (ELECTIVE, "It can count as free electives, as was asked."),
        (replace(ELECTIVE, free=Decimal(0)), ""),
    ],
)
def test_another_module_is_offered_where_what_was_asked_is_not_possible(opinion, sentence):
    assert reason(opinion, DecisionType.ALTERNATIVE) == sentence


@pytest.mark.parametrize(
    ("opinion", "sentence"),
    [
        (HALF, ""),
        (replace(MET, elements=TOO_LOW), ""),
        (replace(MET, is_unconfirmed=True), ""),
        (NONE, "No outcome is rated as met."),
        (ELECTIVE, NO_MODULE),
        (
            replace(HALF, ratings={"a": Rating.FULL}),
            "Outcome 2, which is essential, is not rated yet.",
        ),
    ],
)
def test_a_condition_can_make_up_for_what_is_missing(opinion, sentence):
    assert reason(opinion, DecisionType.CONDITIONAL) == sentence


@pytest.mark.parametrize(
    ("opinion", "sentence"),
    [
        (HALF, "Neither the module nor a part of it is met."),
        (replace(HALF, has_part=True), ""),
        (replace(MET, elements=TOO_SMALL), ""),
        (replace(NONE, elements=TOO_SMALL), "Neither the module nor a part of it is met."),
        (ELECTIVE, NO_MODULE),
    ],
)
def test_exempt_is_who_has_shown_the_module_or_a_part(opinion, sentence):
    assert reason(opinion, DecisionType.EXEMPTION) == sentence


@pytest.mark.parametrize("entry", [None, 1])
def test_a_later_semester_needs_credits_for_it(entry):
    sentence = "The credits do not lead beyond the first semester."

    assert reason(replace(HALF, entry=entry), DecisionType.ADVANCED_ENTRY) == sentence
    assert reason(replace(HALF, entry=2), DecisionType.ADVANCED_ENTRY) == ""


def test_information_in_advance_is_for_who_asks_in_advance_and_nothing_else():
    asked = replace(HALF, in_advance=True)

    verdicts = allowed_decisions(asked)

    assert (
        reason(HALF, DecisionType.ADVANCE_INFO) == "Only for an application that asks in advance."
    )
    assert [kind for kind, verdict in verdicts.items() if verdict] == [DecisionType.ADVANCE_INFO]
    assert verdicts[DecisionType.REFUSAL].reason == (
        "The applicant asks in advance: nothing can be recognised yet."
    )


def test_information_in_advance_holds_out_what_the_ratings_allow():
    offered = expectable(replace(MET, in_advance=True))

    assert [kind for kind, verdict in offered.items() if verdict] == [
        DecisionType.FULL_SUBSTITUTION,
        DecisionType.INCLUSION,
    ]


def test_not_admissible_is_never_found_by_ratings():
    assert reason(NONE, DecisionType.INADMISSIBLE) == (
        "Only for a formal reason, and on a page of its own."
    )
