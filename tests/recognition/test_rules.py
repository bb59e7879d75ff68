from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from credentials.vocabulary import BodyStatus, QualityAssurance
from recognition.choices import LineOpinion, allowed_decisions
from recognition.credits import CreditRules, for_part
from recognition.rules import (
    TargetOutcome,
    agreed_element,
    agreed_rating,
    derive_track,
    differs,
    elements_to_weigh,
    part_is_met,
    still_owed,
    tally,
)
from recognition.vocabulary import (
    RATINGS_BEST_FIRST,
    DecisionType,
    Element,
    ElementRating,
    Need,
    Rating,
    Track,
    TrackReason,
)

RULES = CreditRules()
RATINGS = st.sampled_from(Rating)
OUTCOMES = tuple(TargetOutcome(f"o{n}", n, essential=n <= 6) for n in range(1, 10))
ALL_FULL = {o.id: Rating.FULL for o in OUTCOMES}


def opinion(track: Track = Track.RECOGNITION, **fields) -> LineOpinion:
    changed = fields.pop("but", {})
    return LineOpinion(track, OUTCOMES, {**ALL_FULL, **changed}, **fields)


@st.composite
def opinions(draw):
    outcomes = tuple(
        TargetOutcome(n, n, draw(st.booleans())) for n in range(1, draw(st.integers(0, 6)) + 1)
    )
    ratings = {o.id: draw(RATINGS) for o in outcomes}
    counts = tally(outcomes, ratings, Decimal(6))
    return LineOpinion(
        draw(st.sampled_from(Track)),
        outcomes,
        ratings,
        draw(st.dictionaries(st.sampled_from(Element), st.sampled_from(ElementRating))),
        request_unanswered=draw(st.booleans()),
        part=for_part(Decimal(6), RULES, met=counts.met, counted=counts.counted),
        free=Decimal(draw(st.integers(0, 2))),
    )


# The track


def test_track_of_a_recognised_institution_is_recognition():
    proposal = derive_track(BodyStatus.RECOGNISED, QualityAssurance.INSTITUTION, 6, Decimal("7.5"))

    assert proposal.track == Track.RECOGNITION
    assert proposal.reasons == (
        TrackReason.RECOGNISED_BODY,
        TrackReason.QUALITY_ASSURED,
        TrackReason.HIGHER_EDUCATION,
        TrackReason.WORKLOAD,
    )


def test_track_names_what_is_not_stated():
    proposal = derive_track(BodyStatus.RECOGNISED, "", None, None)

    assert proposal.track == Track.RECOGNITION
    assert proposal.reasons == (
        TrackReason.RECOGNISED_BODY,
        TrackReason.QUALITY_UNKNOWN,
        TrackReason.LEVEL_UNKNOWN,
        TrackReason.WORKLOAD_UNKNOWN,
    )


@pytest.mark.parametrize("status", BodyStatus.values)
def test_platform_never_leads_to_recognition(status):
    proposal = derive_track(status, QualityAssurance.PROGRAMME, 6, Decimal(5), is_platform=True)

    assert (proposal.track, proposal.reasons) == (Track.VALIDATION, (TrackReason.PLATFORM,))


@pytest.mark.parametrize(
    ("status", "quality", "level", "reason"),
    [
        (BodyStatus.NON_HE, QualityAssurance.INTERNAL, 6, TrackReason.NON_HE_BODY),
        (BodyStatus.UNKNOWN, QualityAssurance.PROGRAMME, 6, TrackReason.UNKNOWN_BODY),
        (BodyStatus.NOT_RECOGNISED, "", 6, TrackReason.NOT_RECOGNISED_BODY),
        ("", "", 6, TrackReason.UNKNOWN_BODY),
        (BodyStatus.RECOGNISED, QualityAssurance.NONE, 6, TrackReason.NO_QUALITY_ASSURANCE),
        (BodyStatus.RECOGNISED, "", 4, TrackReason.BELOW_HIGHER_EDUCATION),
    ],
)
def test_track_of_other_learning_is_validation(status, quality, level, reason):
    proposal = derive_track(status, quality, level, Decimal(5))

    assert proposal.track == Track.VALIDATION
    assert proposal.reasons == (reason,)


# Ratings


def test_every_rating_explains_itself_and_says_what_it_needs():
    assert all(str(rating.explanation).endswith(".") for rating in Rating)
    for rating in Rating:
        assert bool(rating.text_prompt) is bool(rating.needs & {Need.NOTE, Need.DIFFERENCE})


def test_ranking_holds_every_rating_once():
    assert sorted(RATINGS_BEST_FIRST) == sorted(Rating)


def test_tally_is_the_one_of_the_page():
    ratings = {**ALL_FULL, "o6": Rating.PARTIAL, "o9": Rating.NOT_EVIDENCED}

    counts = tally(OUTCOMES, ratings, Decimal(6))

    assert (counts.met, counts.counted) == (7, 9)
    assert (counts.essential_met, counts.essential_total) == (5, 6)
    assert counts.proportional_ects == Decimal("4.5")


def test_tally_leaves_out_what_is_not_applicable_and_counts_what_is_not_rated():
    counts = tally(OUTCOMES[:3], {"o1": "FULL", "o2": "NOT_APPLICABLE"}, Decimal(6))

    assert (counts.met, counts.counted, counts.proportional_ects) == (1, 2, Decimal(3))


def test_tally_of_nothing_is_nothing():
    assert tally((), {}, Decimal(6)).proportional_ects == 0


@pytest.mark.parametrize(
    ("ratings", "together"),
    [
        (["PARTIAL", "SUBSTANTIAL", "PARTIAL"], Rating.PARTIAL),
        (["NOT_EVIDENCED", "NOT_EVIDENCED", "PARTIAL"], Rating.NOT_EVIDENCED),
        (["FULL", "NOT_MET"], Rating.FULL),
        (["FULL", "PARTIAL", "NOT_MET"], Rating.PARTIAL),
        (["FULL", "SUBSTANTIAL", "NOT_MET"], Rating.SUBSTANTIAL),
        (["NOT_MET", ""], Rating.NOT_MET),
        (["", ""], None),
        ([], None),
    ],
)
def test_reviewers_agree_on_the_majority_and_a_tie_is_the_better(ratings, together):
    assert agreed_rating(ratings) == together


@given(st.lists(RATINGS, min_size=1, max_size=7))
def test_agreed_rating_follows_every_majority(ratings):
    together = agreed_rating(ratings)

    assert together in ratings
    for rating in ratings:
        if 2 * ratings.count(rating) > len(ratings):
            assert together == rating
    met = sum(rating.counts_as_met for rating in ratings)
    if 2 * met >= len(ratings):
        assert together.counts_as_met
    else:
        assert not together.counts_as_met


def test_elements_are_agreed_in_the_same_way():
    assert agreed_element(["substantial", "minor", "minor"]) == ElementRating.MINOR
    assert agreed_element(["substantial", "none"]) == ElementRating.NONE
    assert agreed_element([""]) is None


def test_differs_ignores_missing_ratings():
    assert differs(["FULL", "PARTIAL"])
    assert not differs(["FULL", "FULL", ""])


def test_part_of_a_module_is_met_by_its_essential_outcomes():
    part = OUTCOMES[4:8]
    ratings = {**ALL_FULL, "o8": Rating.NOT_MET}

    assert part_is_met(part, ratings)
    assert not part_is_met(part, {**ratings, "o5": Rating.PARTIAL})
    assert not part_is_met(OUTCOMES[6:9], ratings)
    assert not part_is_met((), ratings)
    assert not part_is_met(OUTCOMES[:1], {"o1": Rating.NOT_APPLICABLE})


@pytest.mark.parametrize(
    ("rating", "has_pointer", "text", "owed"),
    [
        ("", True, "", "Outcome 6 is not rated yet."),
        ("FULL", False, "", "Outcome 6 is rated “Full”. Cite the place in the evidence."),
        ("PARTIAL", True, " ", "Outcome 6 is rated “Partial”. Write what is missing."),
        ("NOT_MET", False, "No time series at all.", None),
        ("NOT_EVIDENCED", False, "", None),
        ("FULL", True, "", None),
    ],
)
def test_still_owed_says_what_a_reviewer_must_add(rating, has_pointer, text, owed):
    assert still_owed(6, rating, has_pointer=has_pointer, text=text) == owed


def test_elements_to_weigh_compares_facts():
    hints = elements_to_weigh(
        rules=RULES,
        today=date(2026, 11, 9),
        target_ects=Decimal(6),
        source_ects=[Decimal(3)],
        target_level=7,
        source_level=6,
        awarded_on=date(2016, 11, 9),
    )

    assert list(hints) == [Element.LEVEL, Element.WORKLOAD, Element.CURRENCY]
    assert hints[Element.CURRENCY] == "It was awarded 10 years ago. Is it still current?"


def test_elements_to_weigh_says_nothing_of_unknown_facts():
    assert elements_to_weigh(rules=RULES, today=date(2026, 11, 9)) == {}
    assert (
        elements_to_weigh(
            rules=RULES,
            today=date(2026, 11, 9),
            target_ects=Decimal(6),
            source_ects=[Decimal(3), None],
            awarded_on=date(2016, 11, 10),
        )
        == {}
    )


# Decisions


def allowed(line: LineOpinion) -> set[DecisionType]:
    return {kind for kind, verdict in allowed_decisions(line).items() if verdict}


def reason(line: LineOpinion, kind: DecisionType) -> str:
    return allowed_decisions(line)[kind].reason


@pytest.mark.parametrize("track", Track)
def test_all_essentials_met_allows_only_full_and_inclusion(track):
    line = opinion(track, but={"o9": Rating.NOT_MET})

    assert allowed(line) == {DecisionType.FULL_SUBSTITUTION, DecisionType.INCLUSION}
    assert reason(line, DecisionType.REFUSAL) == (
        "No essential outcome is missing and no other element differs substantially."
    )
    assert reason(line, DecisionType.PARTIAL) == (
        "All essential outcomes are met: recognise in full."
    )


def test_full_is_blocked_by_one_essential_outcome_and_names_it():
    line = opinion(but={"o6": Rating.PARTIAL})

    assert reason(line, DecisionType.FULL_SUBSTITUTION) == (
        "Outcome 6, which is essential, is rated “Partial”."
    )
    assert allowed(line) == {
        DecisionType.INCLUSION,
        DecisionType.ALTERNATIVE,
        DecisionType.PARTIAL,
        DecisionType.CONDITIONAL,
        DecisionType.REFUSAL,
    }


def test_full_is_blocked_by_several_essential_outcomes_and_names_them():
    line = opinion(but={"o2": Rating.NOT_MET, "o6": Rating.PARTIAL})

    assert reason(line, DecisionType.FULL_SUBSTITUTION) == (
        "Outcomes 2, 6, which are essential, are not met."
    )


def test_full_is_blocked_by_a_substantial_element():
    line = opinion(elements={Element.LEVEL: ElementRating.SUBSTANTIAL})

    assert reason(line, DecisionType.FULL_SUBSTITUTION) == (
        "A substantial difference is on record: Level."
    )
    assert allowed(line) == {
        DecisionType.PARTIAL,
        DecisionType.CONDITIONAL,
        DecisionType.EXEMPTION,
        DecisionType.REFUSAL,
    }


def test_outcomes_without_a_rating_block_full_and_refusal():
    line = opinion(but={"o3": ""})

    sentence = "Outcome 3, which is essential, is not rated yet."
    assert reason(line, DecisionType.FULL_SUBSTITUTION) == sentence
    assert reason(line, DecisionType.REFUSAL) == sentence


def test_silence_is_no_ground_unless_the_applicant_was_asked():
    line = opinion(but={"o6": Rating.NOT_EVIDENCED})

    assert reason(line, DecisionType.REFUSAL) == (
        "Nothing in the evidence speaks of outcome 6. Ask the applicant first."
    )
    assert DecisionType.REFUSAL in allowed(replace(line, request_unanswered=True))


def test_silence_is_a_ground_in_validation():
    line = opinion(Track.VALIDATION, but={"o6": Rating.NOT_EVIDENCED})

    assert DecisionType.REFUSAL in allowed(line)


def test_target_without_outcomes_is_compared_by_its_elements():
    line = LineOpinion(Track.RECOGNITION, (), {})

    assert allowed(line) == {DecisionType.FULL_SUBSTITUTION, DecisionType.INCLUSION}


def test_target_without_essential_marks_needs_all_its_outcomes():
    line = LineOpinion(
        Track.RECOGNITION, OUTCOMES[6:], {"o7": "FULL", "o8": "FULL", "o9": "NOT_MET"}
    )

    assert reason(line, DecisionType.FULL_SUBSTITUTION).startswith("Outcome 9")


def test_free_electives_are_counted_or_refused():
    line = LineOpinion(Track.RECOGNITION, (), {}, is_free_elective=True, free=Decimal(12))

    assert allowed(line) == {DecisionType.INCLUSION}
    differs_in_level = replace(line, elements={Element.LEVEL: ElementRating.SUBSTANTIAL})
    assert allowed(differs_in_level) == {DecisionType.REFUSAL}


def test_inclusion_needs_free_credits():
    assert reason(opinion(free=Decimal(0)), DecisionType.INCLUSION) == (
        "No credits are free for electives in this programme."
    )


def test_part_says_why_the_policy_gives_nothing():
    nothing = for_part(Decimal(6), CreditRules(allows_proportional=False), met=8, counted=9)
    line = opinion(but={"o6": Rating.PARTIAL}, part=nothing)

    assert reason(line, DecisionType.PARTIAL) == "This programme recognises whole modules only."


@given(opinions())
def test_refusal_and_full_never_stand_side_by_side(line):
    verdicts = allowed_decisions(line)

    assert not (verdicts[DecisionType.FULL_SUBSTITUTION] and verdicts[DecisionType.REFUSAL])
    assert all(verdict.allowed or verdict.reason for verdict in verdicts.values())


@given(opinions())
def test_something_is_always_possible_once_the_applicant_was_asked(line):
    assume(not line.outcomes or set(line.ratings.values()) != {Rating.NOT_APPLICABLE})
    assume(any(line.ratings[o.id] != Rating.NOT_APPLICABLE for o in line.needed) or line.free)

    assert allowed(replace(line, request_unanswered=True))


@given(opinions(), st.data())
def test_a_better_rating_never_takes_the_full_recognition_away(line, data):
    assume(line.outcomes)
    outcome = data.draw(st.sampled_from(line.outcomes))
    better = replace(line, ratings={**line.ratings, outcome.id: Rating.FULL})

    if DecisionType.FULL_SUBSTITUTION in allowed(line):
        assert DecisionType.FULL_SUBSTITUTION in allowed(better)
