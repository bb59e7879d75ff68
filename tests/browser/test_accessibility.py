"""Every page that anybody sees: axe finds nothing, it has one heading, and it fits its window."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from credentials.services import verification
from tests.conftest import is_fault
from tests.credentials.test_bundles import bundle_of
from tests.factories.awards import make_award
from tests.factories.seals import PASSWORD, seal_file
from tests.factories.world import taken_back
from tests.test_access import ADDRESSES

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
COLOURS = ["color-contrast", "link-in-text-block"]  # all that may differ in the dark
TAG = re.compile(r'<(/?\w+)(?:[^>]*?\bclass="([^"]*)")?')


@pytest.fixture(scope="module")
def faults(browser, axe) -> Callable:
    """`faults(response)`: what is wrong with a page; nothing if all of it was seen before.

    Its header or what stands below is new when it has other elements, or other classes of them.
    """
    context = browser.new_context(base_url="http://localhost", locale="en-GB")
    page = context.new_page()
    seen, complaints, shown = set(), [], {}
    page.on("console", lambda line: complaints.append(line.text) if is_fault(line) else None)

    def serve(route):
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            route.fulfill(path=finders.find(path.removeprefix("/static/")))
        else:
            answer = shown["response"]
            route.fulfill(
                status=answer.status_code, headers=dict(answer.headers), body=answer.content
            )

    page.route("**/*", serve)

    def look(response) -> list[str]:
        head, _, main = response.content.decode().partition("<main")
        parts = {tuple(TAG.findall(part)) for part in (head, main)}
        if parts <= seen:
            return []
        seen.update(parts)
        shown["response"] = response
        page.goto(response.request["PATH_INFO"])
        return [*without_heading(page), *at_all_sizes(page, axe)]

    yield look
    context.close()
    assert complaints == []


def without_heading(page) -> list[str]:
    headings = page.locator("h1").count()
    title = page.title().partition(" – ")[0].strip()
    return [f"{headings} h1"] * (headings != 1) + ["no title"] * (not title)


def at_all_sizes(page, axe) -> list[str]:
    """Look at the loaded page wide and narrow, light and dark; and whether it fits its window."""
    found = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="light")
        found += [f"{width} light: {fault}" for fault in axe(page)]
        page.emulate_media(color_scheme="dark")
        found += [f"{width} dark: {fault}" for fault in axe(page, COLOURS)]
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{width}: scrolls sideways, {wide} px"] * (wide > width)
    return found


def is_page(response) -> bool:
    if response.streaming or "attachment" in response.get("Content-Disposition", ""):  # a file
        return False
    return response.content.lstrip().startswith(b"<!doctype html>")


@pytest.mark.parametrize("address", [a for a in ADDRESSES if a.opens is not None], ids=str)
def test_page_has_no_fault(address, world, faults):
    """For each role that opens it; where nobody does, the page that says so; and a form refused."""
    found = {}
    roles = (address.opens or "member").split()
    for role, method in [*((role, "get") for role in roles), (roles[-1], "post")]:
        if method == "post" and address.acts is not None:
            continue
        cache.clear()
        with taken_back():
            response = getattr(world.client(role), method)(address.url(world))
        if is_page(response):
            found[role, method] = faults(response)

    assert {key: of_page for key, of_page in found.items() if of_page} == {}


@pytest.mark.parametrize("query", ["q=data", "q=data&eqf=6&eqf=7", "q=nothing-like-this"])
def test_results_of_a_search_have_no_fault(query, world, faults):
    assert faults(Client().get(f"{reverse('course-list')}?{query}")) == []


def test_certificate_that_waits_to_be_installed_has_no_fault(world, faults):
    """It opens for who has just given the file."""
    slug = world.things["institution"]
    url = reverse("seal-new", args=[slug])
    sent = {"file": SimpleUploadedFile("x.p12", seal_file()), "password": PASSWORD}
    page = world.client("registrar").post(url, sent, follow=True)

    assert "Why others may refuse it" in page.content.decode()
    assert faults(page) == []


@pytest.mark.parametrize("name", ["several.json", "changed.json", "kept.zip", "scan.pdf"])
def test_result_of_a_file_has_no_fault(name, world, faults):
    award = make_award()
    badge = verification.bytes_of(award.credential)
    data = {
        "several.json": b"[%b, %b]" % (badge, badge.replace(b"Nela", b"Nora")),
        "changed.json": badge.replace(b"Nela", b"Nora"),
        "kept.zip": bundle_of(award),
        "scan.pdf": b"%PDF-1.7 broken",
    }[name]
    cache.clear()

    assert faults(Client().post(reverse("verify"), {"file": SimpleUploadedFile(name, data)})) == []


def test_pages_of_two_step_sign_in_have_no_fault(world, faults):
    """They open for those who have just given their password."""
    user = world.people["member"]
    password = {"password": "a long test password"}
    client = world.client("member")
    client.post(reverse("account_reauthenticate"), password)
    pages = [client.get(reverse("mfa_activate_totp"))]
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    names = ("index", "deactivate_totp", "view_recovery_codes", "generate_recovery_codes")
    pages += [client.get(reverse(f"mfa_{name}")) for name in names]
    login = {"login": user.email, **password}
    pages += [Client().post(reverse("account_login"), login, follow=True)]

    assert [page.status_code for page in pages] == [200] * 6
    assert [fault for page in pages for fault in faults(page)] == []
