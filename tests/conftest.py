"""Fixtures for all tests: isolation, tasks, outside checkers, a real worker, a real browser."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import translation

from config.celery import app
from tests import services

ROOT = services.ROOT
LONGEST = (
    *("test_attacks.py", "test_hostile_input.py", "test_blind.py", "test_batches.py"),
    *("test_sixty_documents.py", "test_two_portals.py"),
)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items):
    """Begin with what takes longest, so that no process waits for it at the end."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


def unavailable(reason: str) -> None:
    """Skip the test because this machine lacks something; with CI=true nothing may be lacking."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


# Isolation ---------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _isolated(request, settings, tmp_path):
    """Give each test its own files, an empty cache and the language no other test left behind."""
    shares = "world" in request.fixturenames
    settings.VAR_DIR = request.getfixturevalue("world").folder if shares else tmp_path
    settings.MEDIA_ROOT = settings.VAR_DIR / "media"
    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _on_postgresql(request, settings):
    engine = settings.DATABASES["default"]["ENGINE"]
    if request.node.get_closest_marker("postgresql") and not engine.endswith("postgresql"):
        unavailable("needs PostgreSQL, which `make test` without ARGS starts")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """A `World` (tests/factories/world.py) with sessions, made once for all tests of a module."""
    from django.conf import settings

    from tests.factories.world import make_world

    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        with transaction.atomic():
            patch.setattr(settings, "MEDIA_ROOT", folder / "media")
            made = make_world()
            made.folder = folder
            for role, user in made.people.items():
                client = Client()
                client.force_login(user)
                made.sessions[role] = client.cookies["sessionid"].value
            connection.run_on_commit = []  # as after any test: nothing is queued
        # Committed, because PostgreSQL reads a row the slower, the more changes of one open
        # transaction have locked it, and a world is thousands of changes.
        yield made
        # Numbers are not given out twice: `kept` walks of this process may hold some of them.
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)


@pytest.fixture
def run_tasks(django_capture_on_commit_callbacks) -> Callable:
    """`with run_tasks():` runs what the block queues on commit, and what these tasks queue."""
    app.loader.import_default_modules()

    @contextmanager
    def run() -> Iterator[None]:
        with app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue:
            queue.clear()
            with django_capture_on_commit_callbacks(execute=True):
                yield
            while message := _next_message(queue):
                message.ack()
                task, arguments = app.tasks[message.headers["task"]], message.payload[0]
                with django_capture_on_commit_callbacks(execute=True):
                    task.apply(args=arguments, throw=True)

    return run


def _next_message(queue):
    try:
        return queue.get(block=False)
    except queue.Empty:
        return None


# Outside tools -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with standards, data and checkers (SYMBOLON_SHARED); absent in a plain clone."""
    if not services.SHARED.is_dir():
        pytest.skip(f"needs the folder {services.SHARED} (SYMBOLON_SHARED)")
    return services.SHARED


@pytest.fixture(scope="session")
def checker(shared) -> Callable[..., subprocess.CompletedProcess]:
    """Run one of the independent checkers: `checker("pdf", "3a", path)`; 0 means it passes."""
    if not services.checkers_are_ready():
        unavailable(f"needs the independent checkers: {services.CHECK} setup")

    def check(*arguments: object) -> subprocess.CompletedProcess:
        return subprocess.run(
            [services.CHECK, *(str(argument) for argument in arguments)],
            capture_output=True,
            text=True,
            check=False,
        )

    return check


@pytest.fixture(scope="session")
def verapdf(checker) -> Callable[..., list[str]]:
    """Return what veraPDF finds in files that is not PDF/A-3a and PDF/UA-1; `[]`: all is well."""

    def check(*files: Path) -> list[str]:
        results = [checker("pdf", profile, *files) for profile in ("3a", "ua1")]
        return [one.stdout + one.stderr for one in results if one.returncode]

    return check


# A real worker -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _worker(django_db_setup, django_db_blocker):
    from django.conf import settings
    from django.db import connection

    if not settings.REDIS_URL:
        unavailable("needs Redis, which `make test` without ARGS starts")
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
    }
    worker = services.Worker(environment, Path(os.environ["SYMBOLON_VAR"], "worker.log"))
    yield worker
    worker.stop()


@pytest.fixture
def celery_worker(_worker, transactional_db, settings) -> services.Worker:
    """A running Celery worker that sees the test's committed rows and files; may be killed."""
    settings.VAR_DIR = Path(os.environ["SYMBOLON_VAR"])
    settings.MEDIA_ROOT = settings.VAR_DIR / "media"
    app.control.purge()
    _worker.start()
    return _worker


# A real browser ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser():
    """One headless Chromium for all browser tests."""
    from playwright.sync_api import sync_playwright

    if not services.CHROMIUM:
        unavailable("needs chromium: python3 bootstrap.py setup --tests")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop beside us
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=services.CHROMIUM,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def live_portal(live_server, settings) -> str:
    """The address of a running portal that knows this address as its own."""
    settings.ADDRESS = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    return live_server.url


@pytest.fixture
def page(browser, live_portal):
    """A page of 1280 x 800 in a fresh session; relative addresses go to the live portal.

    The test fails when a script fails or the content security policy blocks something.
    """
    complaints = []
    context = browser.new_context(
        base_url=live_portal, locale="en-GB", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if is_fault(line) else None)
    yield page
    context.close()
    assert complaints == []


def is_fault(line) -> bool:
    """A refused page (403, 404) is logged as an error too, and is often what a test wants."""
    return line.type == "error" and "Failed to load resource" not in line.text


@pytest.fixture(scope="session")
def axe() -> Callable:
    """`assert axe(page) == []`: what axe-core finds against WCAG 2.2 A and AA on this page."""
    from axe_playwright_python.sync_playwright import Axe

    script = Axe().axe_script

    def violations(page, rules=WCAG) -> list[str]:
        if page.evaluate("typeof axe === 'undefined'"):
            page.evaluate(script)
        # preload would fetch every style sheet once more, for rules that we do not ask about.
        options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
        found = page.evaluate("options => axe.run(options)", options)["violations"]
        return [
            f"{rule['id']}: {rule['help']}: {node['target']}"
            for rule in found
            for node in rule["nodes"]
        ]

    return violations


# For the summary of `make test` -----------------------------------------------------------------


def pytest_terminal_summary(terminalreporter, config):
    """Leave the figures of this run where tests/__main__.py asked for them."""
    target = os.environ.get("SYMBOLON_TEST_REPORT")
    if not target or hasattr(config, "workerinput"):
        return
    stats = terminalreporter.stats
    seconds: dict[str, float] = {}
    for reports in stats.values():
        for report in reports:
            if hasattr(report, "duration"):
                name = re.sub(r"@\w+$", "", report.nodeid)
                seconds[name] = seconds.get(name, 0) + report.duration
    figures = {
        "passed": len(stats.get("passed", [])) + len(stats.get("xpassed", [])),
        "failed": len(stats.get("failed", [])) + len(stats.get("error", [])),
        "skipped": len(stats.get("skipped", [])) + len(stats.get("xfailed", [])),
        "slowest": sorted(((s, name) for name, s in seconds.items()), reverse=True)[:10],
    }
    Path(target).write_text(json.dumps(figures))
