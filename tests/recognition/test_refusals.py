from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.choices import LineOpinion
from recognition.refusals import DifferenceDraft, RefusalDraft, problems_of_refusal
from recognition.rules import TargetOutcome
from recognition.vocabulary import (
    BEFORE_REFUSAL,
    DecisionType,
    Element,
    ElementRating,
    EssentialElement,
    Rating,
    Track,
)

OUTCOMES = (
    TargetOutcome("import", 1),
    TargetOutcome("series", 2),
    TargetOutcome("privacy", 3, essential=False),
)
OPINION = LineOpinion(
    Track.RECOGNITION,
    OUTCOMES,
    {"import": Rating.FULL, "series": Rating.PARTIAL, "privacy": Rating.NOT_MET},
)
DIFFERENCE = DifferenceDraft(
    element=EssentialElement.OUTCOMES,
    outcome="series",
    what_differs="Trend and season are missing.",
    examined="handbook.pdf, p. 16",
    why_it_matters="The project in the third year builds on it.",
)
DRAFT = RefusalDraft(
    OPINION,
    (DIFFERENCE,),
    why_not=dict.fromkeys(BEFORE_REFUSAL, "Too little of it is shown for that."),
    later_measures="Pass the test on time series in February.",
)


def fields_of(draft: RefusalDraft) -> list[str]:
    return [problem.field for problem in problems_of_refusal(draft)]


def sentence_of(draft: RefusalDraft) -> str:
    (problem,) = problems_of_refusal(draft)
    return problem.sentence


def test_complete_refusal_has_no_problems():
    assert problems_of_refusal(DRAFT) == []


def test_empty_refusal_says_everything_that_is_missing():
    assert fields_of(RefusalDraft(OPINION)) == [
        "differences",
        "why_not_full",
        "why_not_alternative",
        "why_not_partial",
        "why_not_conditional",
        "later_measures",
    ]


def test_empty_difference_names_every_field():
    draft = replace(DRAFT, differences=(DIFFERENCE, DifferenceDraft()))

    assert fields_of(draft) == [
        "differences-1-element",
        "differences-1-what_differs",
        "differences-1-examined",
        "differences-1-why_it_matters",
    ]


@pytest.mark.parametrize("text", ["", "  ", "-", "n/a", "Because."])
def test_later_measures_must_say_something(text):
    assert fields_of(replace(DRAFT, later_measures=text)) == ["later_measures"]


@pytest.mark.parametrize("kind", BEFORE_REFUSAL)
def test_every_more_favourable_decision_is_considered_by_itself(kind):
    draft = replace(DRAFT, why_not=DRAFT.why_not | {kind: "No."})

    assert fields_of(draft) == [f"why_not_{kind}"]
    assert sentence_of(draft) == f"“{kind.label}”: write why this is not possible."


def test_refusal_of_electives_considers_what_electives_can_be():
    electives = LineOpinion(
        Track.RECOGNITION,
        (),
        {},
        elements={Element.LEVEL: ElementRating.SUBSTANTIAL},
        is_free_elective=True,
    )
    level = replace(DIFFERENCE, element=EssentialElement.LEVEL, outcome=None)
    draft = replace(DRAFT, opinion=electives, differences=(level,), why_not={})

    assert fields_of(draft) == [
        f"why_not_{DecisionType.INCLUSION}",
        f"why_not_{DecisionType.ALTERNATIVE}",
    ]


@pytest.mark.parametrize("element", ["title", "hours", "language", "duration", "institution"])
def test_what_is_no_essential_element_cannot_be_chosen(element):
    draft = replace(DRAFT, differences=(replace(DIFFERENCE, element=element),))

    assert sentence_of(draft) == (
        "Choose level, workload, quality, profile or learning outcomes: no other counts."
    )


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (None, "Choose the outcome that the evidence does not show."),
        ("elsewhere", "Choose the outcome that the evidence does not show."),
        ("import", "Outcome 1 is rated “Full”: it cannot carry a refusal."),
        ("privacy", "Outcome 3 is not essential: it cannot carry a refusal."),
    ],
)
def test_difference_in_outcomes_names_an_essential_one_that_is_not_met(outcome, sentence):
    draft = replace(DRAFT, differences=(replace(DIFFERENCE, outcome=outcome),))

    assert sentence_of(draft) == sentence


def test_silence_carries_a_refusal_only_after_a_question():
    silent = replace(OPINION, ratings={**OPINION.ratings, "series": Rating.NOT_EVIDENCED})
    draft = replace(DRAFT, opinion=silent)

    assert [problem.sentence for problem in problems_of_refusal(draft)] == [
        "Nothing in the evidence speaks of outcome 2. Ask the applicant first."
    ] * 2
    assert fields_of(draft) == ["type", "differences-0-outcome"]
    asked = replace(silent, request_unanswered=True)
    assert problems_of_refusal(replace(DRAFT, opinion=asked)) == []


def test_difference_in_an_element_must_be_rated_so():
    level = replace(DIFFERENCE, element=EssentialElement.LEVEL, outcome=None)
    draft = replace(DRAFT, differences=(level,))

    assert sentence_of(draft) == "Level is not rated as a substantial difference."
    rated = replace(OPINION, elements={Element.LEVEL: ElementRating.SUBSTANTIAL})
    assert problems_of_refusal(replace(draft, opinion=rated)) == []


@pytest.mark.parametrize("element", [Element.AUTHENTICITY, Element.IDENTITY, Element.CURRENCY])
def test_doubts_about_the_credential_are_questions_of_quality(element):
    quality = replace(DIFFERENCE, element=EssentialElement.QUALITY, outcome=None)
    rated = replace(OPINION, elements={element: ElementRating.SUBSTANTIAL})

    assert problems_of_refusal(replace(DRAFT, opinion=rated, differences=(quality,))) == []


def test_refusal_is_impossible_when_all_essential_outcomes_are_met():
    met = replace(OPINION, ratings={**OPINION.ratings, "series": Rating.SUBSTANTIAL})

    assert fields_of(replace(DRAFT, opinion=met)) == ["type", "differences-0-outcome"]


def test_validation_needs_reasons_and_measures_but_no_difference():
    draft = replace(DRAFT, opinion=replace(OPINION, track=Track.VALIDATION), differences=())

    assert fields_of(draft) == ["reasons"]
    reasoned = replace(draft, reasons="Time series appear in no document you sent.")
    assert problems_of_refusal(reasoned) == []


def test_validation_refuses_only_what_is_not_shown():
    met = replace(
        OPINION,
        track=Track.VALIDATION,
        ratings={**OPINION.ratings, "series": Rating.FULL},
    )
    draft = replace(DRAFT, opinion=met, differences=(), reasons="We do not want it.")

    assert fields_of(draft) == ["type"]


@given(
    st.fixed_dictionaries({o.id: st.sampled_from(Rating) for o in OUTCOMES}),
    st.booleans(),
)
def test_signed_refusals_always_rest_on_an_essential_outcome(ratings, asked):
    opinion = replace(OPINION, ratings=ratings, request_unanswered=asked)

    if not problems_of_refusal(replace(DRAFT, opinion=opinion)):
        assert ratings["series"] in (Rating.PARTIAL, Rating.NOT_MET, Rating.NOT_EVIDENCED)
        assert ratings["series"] != Rating.NOT_EVIDENCED or asked
