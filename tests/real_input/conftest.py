"""Real catalogues, and people who work in browsers of their own while a real worker prints."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page

from credentials.models import Institution, Role, User
from tests.conftest import is_fault
from tests.factories.awards import make_student
from tests.factories.people import make_staff, root_of

CATALOGUES = {
    "glasgow": ("University of Glasgow", "GB", "catalogue_glasgow_computing.json"),
    "deakin": ("Deakin University", "AU", "catalogue_deakin_it.json"),
}


def add_institution(slug: str) -> Institution:
    """Add one of the two universities as an operator does."""
    name, country, _file = CATALOGUES[slug]
    call_command(
        "add_institution",
        *("--name", name, "--name", f"de=Universität {slug.title()}", "--country", country),
        *("--slug", slug, "--prefix", slug[:3].upper()),
        *("--quality-assurance", "institution", "--quality-agency", "National Agency"),
    )
    return Institution.objects.get(slug=slug)


@pytest.fixture
def catalogues(shared) -> dict[str, Path]:
    """The files of the real catalogues, by the short name of their university."""
    return {slug: shared / "data" / file for slug, (_, _, file) in CATALOGUES.items()}


@pytest.fixture
def glasgow(catalogues, transactional_db) -> Institution:
    """The University of Glasgow with its whole catalogue as drafts."""
    institution = add_institution("glasgow")
    call_command("import_courses", catalogues["glasgow"], institution="glasgow")
    return institution


@pytest.fixture
def staff(glasgow) -> Callable[[Role, str], User]:
    def make(role: Role, name: str) -> User:
        return make_staff(glasgow, role, root_of(glasgow), name=name)

    return make


@pytest.fixture
def learner(transactional_db) -> User:
    return make_student("Nela Ardwen", email="nela@learner.example")


@pytest.fixture
def visit(browser, live_server, celery_worker) -> Callable[[User | None], Page]:
    """`visit(user)`: a browser of one's own, signed in; nothing may go wrong in its scripts."""
    complaints, contexts = [], []

    def sign_in(user: User | None = None) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="en-GB")
        context.set_default_timeout(60_000)
        contexts.append(context)
        if user:
            client = Client()
            client.force_login(user)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if is_fault(line) else None)
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert complaints == []
