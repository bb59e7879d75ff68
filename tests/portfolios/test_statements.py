"""What a learner states and what a file says, fitted together."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from credentials.standards.facts import BodyFacts, GradeFacts, OutcomeFacts
from portfolios import statements
from tests.factories.portfolios import EARNED

FULL = replace(EARNED, platform=BodyFacts(name={"en": "Open Campus"}), hours=Decimal("75"))
ALL_SIGNED = dict.fromkeys(statements.NAMES, "signed")


def changed(**values):
    """What the form sends when only these values were changed."""
    return statements.merged(FULL, {**statements.shown(FULL), **values})


def origins(**values):
    return statements.provenance(changed(**values), FULL, ALL_SIGNED)


def test_form_that_is_sent_back_as_it_was_changes_nothing():
    assert changed() == FULL
    assert set(origins().values()) == {"signed"}


def test_form_that_is_sent_back_in_another_language_changes_nothing():
    with translation.override("de"):
        sent = statements.shown(FULL)

    assert sent["title"] == "Sensoren im Feld"
    assert statements.merged(FULL, sent) == FULL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Sensors"),
        ("awarding_body", "Arden University"),
        ("country", "BE"),
        ("platform", "Other Campus"),
        ("issued_on", date(2026, 3, 3)),
        ("outcomes", ["Set up a sensor."]),
        ("description", "Thirteen evenings."),
        ("grade", "9"),
        ("language", "nl"),
        ("type", "badge"),
        ("eqf_level", 6),
        ("ects", Decimal("4")),
        ("hours", Decimal("80")),
        ("assessment_type", "quiz"),
        ("participation_form", "online"),
        ("supervision", "supervised"),
        ("quality_assurance", "none"),
        ("course_url", "https://academy.example/sensors"),
    ],
)
def test_value_that_is_changed_becomes_stated_and_no_other(name, value):
    found = origins(**{name: value})

    assert {key for key, origin in found.items() if origin == "stated"} == {name}


def test_outcomes_that_stay_keep_what_is_known_of_them():
    known = replace(FULL, outcomes=(OutcomeFacts({"en": "Set up\na sensor.", "nl": "Zet op."}),))
    sent = {**statements.shown(known), "outcomes": ["Set up a sensor.", "Repair it."]}

    now = statements.merged(known, sent)

    assert [outcome.text for outcome in now.outcomes] == [
        {"en": "Set up\na sensor.", "nl": "Zet op."},
        {"en": "Repair it."},
    ]


def test_stated_body_keeps_the_identifier_under_which_credits_are_counted():
    now = changed(awarding_body="Arden University")

    assert (now.awarding_body.name, now.awarding_body.id) == (
        {"en": "Arden University"},
        FULL.awarding_body.id,
    )


def test_value_that_is_left_out_is_unknown_and_comes_from_nowhere():
    now = changed(platform="", hours=None, grade="", description="", issued_on=None)

    assert (now.platform, now.hours, now.grade, now.description, now.issued_on) == (
        None, None, None, {}, None,
    )  # fmt: skip
    assert "hours" not in statements.provenance(now, FULL, ALL_SIGNED)


def test_grade_with_its_scale_stays_and_a_new_one_has_none():
    scaled = replace(FULL, grade=GradeFacts("8", scale=("5", "8", "10"), passed_from="5"))

    same = statements.merged(scaled, statements.shown(scaled))
    other = statements.merged(scaled, {**statements.shown(scaled), "grade": "9"})

    assert (same.grade, other.grade) == (scaled.grade, GradeFacts("9"))


def test_date_is_the_same_day_on_page_and_form():
    late = replace(FULL, issued_on=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))

    assert statements.shown(late)["issued_on"] == date(2026, 3, 3)  # in Berlin
    assert changed(issued_on=date(2026, 5, 4)).issued_on == datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_language_with_region_is_kept():
    british = replace(FULL, language="en-GB")

    assert statements.shown(british)["language"] == "en"
    assert statements.merged(british, statements.shown(british)).language == "en-GB"


@pytest.mark.parametrize("text", ["- Plan it.", "• Plan it.", "  –  Plan \x07 it. "])
def test_outcome_loses_marks_of_a_list_and_what_nobody_sees(text):
    assert statements.as_outcome(text) == "Plan it."
