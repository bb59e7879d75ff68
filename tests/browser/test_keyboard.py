"""The portal by keyboard alone: everything is reached by Tab, and one always sees where one is."""

import pytest
from playwright.sync_api import Page

from credentials.models import Claim
from recognition.models import Line
from recognition.states import LineState
from tests.browser.conftest import sign_in
from tests.browser.stories import make_university
from tests.factories.awards import make_award, make_student, make_taught_course
from tests.factories.recognition import make_external_credential
from tests.real_input.pages import text_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 60  # steps from one place to the next
HAS_FOCUS = "element => element === document.activeElement"
IS_SEEN = """() => {
  const place = document.activeElement, box = place.getBoundingClientRect();
  const ringed = [place, place.closest(".result")].some(
    (one) => one && parseFloat(getComputedStyle(one).outlineWidth) >= 3
      && getComputedStyle(one).outlineStyle !== "none");
  return ringed && box.bottom > 0 && box.top < innerHeight && box.width > 0;
}"""


@pytest.fixture(autouse=True)
def _without_motion(page):
    """What has the focus is in sight at once, not only when the page has rolled there."""
    page.emulate_media(reduced_motion="reduce")


def tab_to(page: Page, role: str, name: str) -> None:
    """Press Tab until a thing has the focus; each step on the way must be seen."""
    wanted = page.get_by_role(role, name=name).first
    for _ in range(MOST):
        page.keyboard.press("Tab")
        where = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        assert page.evaluate(IS_SEEN), f"one does not see the focus on {where}"
        if wanted.evaluate(HAS_FOCUS):
            return
    pytest.fail(f"Tab does not lead to {role} “{name}”")


def enter(page: Page, role: str, name: str) -> None:
    """Go to a link or button and use it; another page opens."""
    tab_to(page, role, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tick(page: Page, name: str) -> None:
    tab_to(page, "checkbox", name)
    page.keyboard.press("Space")


def test_skip_link_leads_past_the_menu(page):
    page.goto("/courses/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    assert skip.evaluate(HAS_FOCUS)
    assert page.evaluate(IS_SEEN)

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.get_by_role("searchbox").evaluate(HAS_FOCUS)


def test_account_menu_opens_and_escape_leads_back(page):
    sign_in(page, make_student("Nela Ardwen"))
    page.goto("/courses/")
    menu = page.locator("details[data-menu]")
    page.keyboard.press("Tab")
    while not menu.locator("summary").evaluate(HAS_FOCUS):
        page.keyboard.press("Tab")
        assert page.evaluate(IS_SEEN)

    page.keyboard.press("Enter")
    tab_to(page, "link", "Your portfolio")
    was_open = menu.evaluate("menu => menu.open")
    page.keyboard.press("Escape")

    assert (was_open, menu.evaluate("menu => menu.open")) == (True, False)
    assert menu.locator("summary").evaluate(HAS_FOCUS)


def test_courses_are_searched_and_filtered(page):
    make_taught_course(title={"en": "Data Analysis"}, eqf_level=6)
    make_taught_course(title={"en": "Data Ethics"}, eqf_level=7)
    page.goto("/courses/")

    tab_to(page, "searchbox", "Search by subject")
    page.keyboard.type("data")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("#results-title").inner_text() == "2 courses for “data”"
    tick(page, "7")
    enter(page, "button", "Apply filters")
    assert page.locator("#results-title").inner_text() == "1 course for “data”"
    enter(page, "link", "Data Ethics")

    assert page.locator("h1").inner_text() == "Data Ethics"


def test_bad_claim_leads_from_its_summary_to_the_field(page):
    course = make_taught_course()
    sign_in(page, make_student("Nela Ardwen"))
    page.goto(f"/courses/{course.uuid}/")

    enter(page, "link", "Claim credential")
    enter(page, "button", "Send claim")
    assert page.locator(".error-summary").evaluate(HAS_FOCUS)
    assert page.title().startswith("Error: ")
    tab_to(page, "link", "What have you done to earn it?")
    page.keyboard.press("Enter")
    assert page.get_by_label("What have you done to earn it?").evaluate(HAS_FOCUS)
    page.keyboard.type("I passed in June.")
    enter(page, "button", "Send claim")

    assert "Your claim is with the teachers of the course." in text_of(page)
    assert Claim.objects.get().statement == "I passed in June."


def test_application_is_written_and_sent(page):
    university = make_university()
    make_external_credential(university.learner)
    sign_in(page, university.learner)
    page.goto("/applications/")

    enter(page, "link", "Start application")
    tab_to(page, "combobox", "Programme")
    page.keyboard.press("ArrowDown")
    enter(page, "button", "Continue")
    enter(page, "link", "Say what you ask for")
    tab_to(page, "combobox", "What should it count for?")
    page.keyboard.type(university.module.code)
    enter(page, "button", "Save line")
    assert page.locator(".error-summary").evaluate(HAS_FOCUS)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_by_role("checkbox", name="Data Analysis with Python").evaluate(HAS_FOCUS)
    page.keyboard.press("Space")
    enter(page, "button", "Save line")
    enter(page, "button", "Save parts")
    enter(page, "link", "Check your answers")
    tick(page, "What I state here is true")
    tick(page, "The university may check my documents")
    enter(page, "button", "Send application")

    assert "Your application is sent" in text_of(page)
    assert Line.objects.get().state == LineState.SUBMITTED


def test_code_is_verified_by_enter_and_its_checks_are_unfolded(page):
    award = make_award()
    page.goto("/verify/")
    page.locator("#id_text").focus()

    page.keyboard.type(award.code.lower())
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/v/{award.code}/")
    question = page.locator(".answers > details").first
    assert question.evaluate("details => details.open") is False
    question.locator("summary").focus()
    page.keyboard.press("Enter")
    assert question.evaluate("details => details.open") is True
    assert "Nothing was changed since it was signed." in question.inner_text()
    assert page.get_by_role("button", name="Print or save as PDF").is_visible()


def test_enter_makes_a_line_in_the_text_of_a_credential(page):
    page.goto("/verify/")
    page.locator("#id_text").focus()

    page.keyboard.type("<elmo>")
    page.keyboard.press("Enter")

    assert page.locator("#id_text").input_value() == "<elmo>\n"
