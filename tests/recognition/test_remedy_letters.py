"""What letters on objections, appeals and annulments say, and the periods they rest on."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from credentials.standards.documents import Imprint
from credentials.standards.facts import BodyFacts
from recognition.calendar import CalendarError, add_months, last_day
from recognition.documents.letter import Remedy
from recognition.documents.remedy import About, RemedyFacts, remedy_context

FACTS = RemedyFacts(
    imprint=Imprint(
        institution=BodyFacts(name={"de": "Universität Testheim", "en": "University of Testheim"}),
        number="T1-OBJ-2026-0001",
        created=datetime(2026, 6, 1, 12, tzinfo=UTC),
        code="T1-AAAA-BBBB-CC",
        verify_url="https://portal.example/v/T1-AAAA-BBBB-CC",
    ),
    about=About.OBJECTION_DISMISSED,
    addressee="Nela Ardwen",
    case_reference="T1-REC-2026-0001",
    target={"en": "Data Analysis", "de": "Datenanalyse"},
    decision="T1-DEC-2026-0001",
    decided_on=date(2026, 5, 4),
    filed_on=date(2026, 5, 20),
    grounds="Page four was not read.",
    reasons="It was read.",
    until=date(2026, 7, 1),
    remedy=Remedy(body="Appeals board", form="In writing.", period="Within 30 days."),
)


def said(**changes) -> dict:
    return remedy_context(replace(FACTS, **changes), languages=("en",))


@pytest.mark.parametrize("about", About)
def test_every_letter_has_headline_opening_and_what_follows(about):
    context = said(about=about)

    assert str(context["headline"])
    assert context["openings"][0]["en"].startswith(("You wrote", "It is about"))
    assert context["following"]["en"]
    assert context["final"]["en"]


def test_letter_names_the_decision_and_the_day_of_the_objection():
    assert said()["openings"][0]["en"].replace("\xa0", " ") == (
        "You wrote on 20 May 2026 against our decision T1-DEC-2026-0001 on Data Analysis."
    )


def test_letter_on_a_delay_names_no_decision():
    context = said(about=About.DELAY_REMITTED, decision="", decided_on=None)

    assert context["openings"][0]["en"].replace("\xa0", " ") == (
        "You wrote on 20 May 2026 that nothing was decided in time on Data Analysis."
    )
    following = context["following"]["en"].replace("\xa0", " ")
    assert following.startswith("It must be decided by 1 July 2026.")


def test_letter_of_an_annulment_says_what_is_taken_out_and_that_the_learner_was_heard():
    context = said(
        about=About.ANNULMENT, taken_back=Decimal("4.5"), statement="It is mine.", grounds=""
    )

    texts = [text for _name, text in context["sections"]]
    assert "4.5 ECTS credits are taken out of your record." in context["openings"][0]["en"]
    assert texts == ["It is mine.", "It was read."]


def test_votes_are_counted_in_words():
    entries = dict(said(about=About.APPEAL_DISMISSED, votes=(2, 1, 0))["entries"])

    assert {str(label): value for label, value in entries.items()}["Votes"] == {
        "en": "2 for it, 1 against it"
    }


def test_letter_in_two_languages_says_the_headline_in_both():
    context = remedy_context(FACTS, languages=("de", "en"))

    assert set(context["openings"][0]) == {"de", "en"}
    assert "Datenanalyse" in context["openings"][0]["de"]


# Periods


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2026, 6, 1), 30, date(2026, 7, 1)),  # a Wednesday
        (date(2026, 6, 4), 30, date(2026, 7, 6)),  # 4 July is a Saturday
        (date(2026, 11, 25), 30, date(2026, 12, 28)),  # Christmas, then a weekend
        (date(2026, 6, 1), 0, date(2026, 6, 1)),
    ],
)
def test_period_that_ends_on_a_day_off_ends_on_the_next_working_day(start, days, expected):
    assert last_day(start, days, "DE") == expected


def test_period_is_never_negative():
    with pytest.raises(CalendarError):
        last_day(date(2026, 6, 1), -1, "DE")


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 1, 15), 4, date(2026, 5, 15)),
        (date(2026, 10, 31), 4, date(2027, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_there_is(start, months, expected):
    assert add_months(start, months) == expected
