"""The outcome matrix in a real browser: live tally, notes that open, all of it by keyboard."""

import pytest
from django.urls import reverse

from recognition.models import Review
from recognition.services import reviews
from recognition.states import LineState, ReviewState
from recognition.vocabulary import Rating
from tests.browser.conftest import sign_in
from tests.factories.recognition import make_line, write_opinion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def review():
    """A review of four outcomes, the last of them not essential, of a module of 6 ECTS."""
    line = make_line(LineState.UNDER_REVIEW)
    review = line.reviews.get(is_rapporteur=True)
    reviews.declare_no_conflict(review, by=review.reviewer)
    write_opinion(review, ratings=[Rating.FULL, Rating.FULL, Rating.FULL, Rating.NOT_EVIDENCED])
    return Review.objects.get(pk=review.pk)


@pytest.fixture
def matrix(page, review):
    """The matrix, opened by its reviewer."""
    sign_in(page, review.reviewer)
    page.goto(reverse("review-detail", args=[review.uuid]))
    return page


def test_tally_follows_the_ratings_and_says_what_the_server_says(matrix):
    tally = matrix.locator("[data-sum]")
    first = tally.inner_text()

    matrix.get_by_role("group", name="Your rating of outcome 1").get_by_label("Not met").check()
    fewer = tally.inner_text()
    matrix.get_by_label("Note on outcome 1").fill("Nothing of it is there.")
    with matrix.expect_navigation():
        matrix.get_by_role("button", name="Save ratings").click()

    assert first == "3 of 4 outcomes, 4.5 ECTS"
    assert fewer == "2 of 4 outcomes, 3 ECTS"
    assert matrix.locator("[data-sum]").inner_text() == fewer
    assert matrix.locator("[data-essential]").inner_text() == "2 of 3 essential"


def test_rating_that_needs_words_opens_the_place_for_them(matrix):
    note = matrix.get_by_label("Note on outcome 2")
    before = note.is_visible()

    matrix.get_by_role("group", name="Your rating of outcome 2").get_by_label("Partial").check()

    assert (before, note.is_visible()) == (False, True)


def test_opinion_is_written_and_handed_in_by_keyboard_alone(matrix, review):
    rating = matrix.get_by_role("group", name="Your rating of outcome 4")
    rating.get_by_label("Not evidenced").focus()
    matrix.keyboard.press("ArrowRight")
    after = rating.locator(":checked").get_attribute("value")
    matrix.get_by_label("Note on outcome 4").focus()
    matrix.keyboard.type("Not needed for this programme.")
    matrix.get_by_role("button", name="Submit ratings").focus()
    with matrix.expect_navigation():
        matrix.keyboard.press("Enter")

    review.refresh_from_db()
    assert after == Rating.NOT_APPLICABLE
    assert review.state == ReviewState.SUBMITTED
    assert review.ratings.get(outcome__order=4).note == "Not needed for this programme."


def test_place_proposed_is_named_only_while_it_would_be_cited(matrix):
    row, shown = matrix.locator("#rating-1"), []
    proposed = row.get_by_text("Cited unless you choose another: outcome 1")
    rating = matrix.get_by_role("group", name="Your rating of outcome 1")
    own = row.locator('[name="cite-1"][value="s1-o1"]')
    own.uncheck()

    for step in ("Partial", "Not met", "Not evidenced", "Not applicable", "Full"):
        rating.get_by_label(step).check()
        shown.append(proposed.is_visible())
    own.check()
    shown.append(proposed.is_visible())

    assert shown == [True, False, False, False, True, False]


def test_enter_in_a_field_saves_and_does_not_sign(matrix, review):
    before = review.saved_at
    matrix.locator("#rating-1").get_by_text("Cite another place").click()
    matrix.locator("#id_place-1").fill("handbook, page 14")
    with matrix.expect_navigation():
        matrix.keyboard.press("Enter")

    review.refresh_from_db()
    assert review.saved_at > before
    assert review.state == ReviewState.AT_WORK
    assert review.ratings.get(outcome__order=1).pointers.filter(place="handbook, page 14").exists()


def test_place_cited_leads_to_the_evidence_and_back(matrix):
    matrix.locator("#rating-1 .cite a").first.click()
    at_evidence = matrix.url.partition("#")[2]

    matrix.locator(f"#{at_evidence} > a").click()

    assert at_evidence == "passage-s1-o1"
    assert matrix.url.endswith("#rating-1")
