"""The design of documents in a real browser: the preview stands beside the form, unsaved."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from credentials.models import DocumentDesign, User
from tests.browser.conftest import sign_in
from tests.factories.designs import make_design, png
from tests.factories.people import make_institution, make_registrar

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def designing(page):
    """The page of a design, opened by a registrar; what the browser refused is in `refused`."""
    institution = make_institution()
    registrar = make_registrar(institution)
    make_design(institution, registrar)
    sign_in(page, registrar)
    page.refused = []
    page.on("console", lambda said: said.type == "error" and page.refused.append(said.text))
    page.goto(reverse("design-edit", args=[institution.slug]))
    return page


def previewed(page):
    return page.expect_response(lambda answer: answer.url.endswith("/preview.pdf"))


def test_preview_is_shown_in_the_page_and_keeps_nothing(designing):
    with previewed(designing) as asked:
        designing.get_by_role("button", name="Show preview").click()

    assert (asked.value.status, asked.value.headers["content-type"]) == (200, "application/pdf")
    assert designing.get_by_role("button", name="Save design").is_visible()
    assert DocumentDesign.objects.count() == 1
    assert designing.refused == []


def test_second_click_waits_for_the_preview_that_is_coming(designing):
    asked = []
    designing.on("request", lambda one: one.url.endswith("/preview.pdf") and asked.append(one))
    button = designing.get_by_role("button", name="Show preview")

    with previewed(designing):
        designing.get_by_label("Show it on").select_option("supplement")
        expect(designing.get_by_text("The preview is being made.")).to_be_visible()
        button.click(force=True)
    expect(designing.get_by_text("The preview is being made.")).to_be_hidden()

    assert len(asked) == 1
    expect(button).to_have_attribute("aria-disabled", "false")


def test_preview_comes_when_an_earlier_one_is_done(designing):
    registrar = User.objects.get()
    cache.set(f"draft:{registrar.pk}", True, 60)
    with previewed(designing):
        designing.get_by_role("button", name="Show preview").click()
    expect(designing.frame_locator("iframe").get_by_text("still being made")).to_be_visible()

    with previewed(designing) as asked:
        cache.delete(f"draft:{registrar.pk}")

    assert asked.value.headers["content-type"] == "application/pdf"


def test_preview_follows_a_chosen_picture_and_says_what_is_wrong(designing):
    with previewed(designing) as asked:
        designing.get_by_label("Logo", exact=True).set_input_files(
            {"name": "logo.png", "mimeType": "image/png", "buffer": png((4, 4))}
        )
    frame = designing.frame_locator("iframe")

    assert asked.value.status == 200
    expect(frame.get_by_text("This picture is too small to be printed.")).to_be_visible()
    assert designing.refused == []
