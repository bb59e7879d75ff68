"""The portal without JavaScript: all that people do works, only with more pages in between."""

import pytest

from recognition.states import LineState
from tests.browser.conftest import sign_in
from tests.browser.stories import (
    apply,
    compare,
    declare_complete,
    make_university,
    state_credential,
)
from tests.factories.awards import make_award, make_student, make_taught_course
from tests.real_input.pages import answer, follow, press, text_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plain(browser, live_portal):
    """A page in a browser that runs no scripts."""
    context = browser.new_context(base_url=live_portal, locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def test_courses_are_found_and_claimed(plain):
    make_taught_course(title={"en": "Data Analysis"}, eqf_level=6)
    make_taught_course(title={"en": "Data Ethics"}, eqf_level=7)
    sign_in(plain, make_student("Nela Ardwen"))
    plain.goto("/courses/")

    answer(plain, q="data")
    press(plain, "Search")
    answer(plain, eqf="7")
    press(plain, "Apply filters")
    assert plain.locator("#results-title").inner_text() == "1 course for “data”"
    follow(plain, "Data Ethics")
    follow(plain, "Claim credential")
    press(plain, "Send claim")
    assert plain.locator(".error-summary").is_visible()
    answer(plain, statement="I passed in June.")
    press(plain, "Send claim")

    assert "Your claim is with the teachers of the course." in text_of(plain)


def test_credential_is_verified_by_its_code(plain):
    award = make_award()
    plain.goto("/verify/")

    answer(plain, text=award.code)
    press(plain, "Verify credential")

    assert plain.locator("main .verdict h1").inner_text() == "Valid"


def test_application_is_sent_compared_and_decided(plain):
    university = make_university()
    sign_in(plain, university.learner)
    state_credential(plain)
    apply(plain, university)
    sign_in(plain, university.registrar)
    declare_complete(plain, university)
    for reviewer in university.reviewers:
        sign_in(plain, reviewer)
        compare(plain)

    sign_in(plain, university.chair)
    plain.goto("/work/")
    follow(plain, "Decide on")
    answer(plain, type="partial", reasons="Models are missing.", later_measures="Take part 2.")
    press(plain, "Sign decision")
    press(plain, "Sign decision")

    assert university.line().state == LineState.DECIDED
