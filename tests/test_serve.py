"""`manage.py serve` starts the whole portal, says one clear line when it cannot, and stops all."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests import services

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, which Linux has")
SERVE = [sys.executable, "manage.py", "serve"]


class Portal:
    """`manage.py serve` in a folder, with what it prints and every process it has started."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.port = services.free_port()
        self.log = folder / "serve.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                SERVE,
                cwd=services.ROOT,
                env=environment(folder, self.port) | variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        self.seen: set[int] = set()

    def wait_for(self, text: str, times: int = 1) -> None:
        deadline = time.monotonic() + 300
        while self.log.read_text().count(text) < times:
            self.look()
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)
        self.look()

    def look(self) -> None:
        """Note all processes that stem from this one now."""
        self.seen |= descendants(self.process.pid)

    def stop(self, number: signal.Signals) -> int:
        self.look()
        self.process.send_signal(number)
        return self.process.wait(timeout=60)  # on a busy machine; else two to four seconds

    def left_behind(self) -> set[int]:
        """What still runs of all that it ever started; orphans get a while to end by themselves."""
        deadline = time.monotonic() + 30
        while (left := set(filter(is_running, self.seen))) and time.monotonic() < deadline:
            time.sleep(0.05)
        return left

    def worker(self) -> int | None:
        commands = {pid: command_line(pid) for pid in children(self.process.pid)}
        return next((pid for pid, command in commands.items() if "celery" in command), None)


def environment(folder: Path, port: object) -> dict[str, str]:
    ours = ("DATABASE_URL", "REDIS_URL", "SYMBOLON_DEMO")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SYMBOLON_VAR": str(folder / "var"),
        "PORT": str(port),
    }


def children(pid: int) -> list[int]:
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def descendants(pid: int) -> set[int]:
    return {found for child in children(pid) for found in {child, *descendants(child)}}


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder whose portal has been started before: its database is there."""
    return tmp_path_factory.mktemp("portal")


@pytest.fixture
def start():
    """Start portals and leave none behind, whatever the test does."""
    portals = []

    def start(folder, **variables):
        portals.append(Portal(folder, **variables))
        return portals[-1]

    yield start
    for portal in portals:
        portal.look()
        if portal.process.poll() is None:
            portal.process.kill()
            portal.process.wait()
        for pid in filter(is_running, portal.seen):
            os.kill(pid, signal.SIGKILL)


def refusal(folder: Path, port: object) -> str:
    """What serve says when it refuses to start."""
    done = subprocess.run(
        SERVE,
        cwd=services.ROOT,
        env=environment(folder, port),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


def test_serve_answers_and_sigterm_stops_web_and_worker(start, folder):
    portal = start(folder)
    portal.wait_for("Symbolon runs at")

    with urllib.request.urlopen(f"http://localhost:{portal.port}/", timeout=10) as page:
        assert page.status == 200
    assert portal.stop(signal.SIGTERM) == 0
    assert portal.left_behind() == set()
    assert portal.log.read_text().endswith("Stopped.\n")


def test_demo_data_are_loaded_once_and_their_accounts_named(start, tmp_path):
    portal = start(tmp_path, SYMBOLON_DEMO="on")
    portal.wait_for("Loading demo data")
    assert portal.stop(signal.SIGINT) == 0  # all or nothing: the next start begins again
    first = f"http://localhost:{portal.port}"  # part of every credential from now on

    portal = start(tmp_path, SYMBOLON_DEMO="on")
    portal.wait_for("Loading demo data")
    portal.wait_for("nela@lindenfeld.example")
    assert portal.stop(signal.SIGTERM) == 0

    portal = start(tmp_path, SYMBOLON_DEMO="on")
    portal.wait_for("nela@lindenfeld.example")
    assert portal.stop(signal.SIGTERM) == 0
    assert "Loading demo data" not in portal.log.read_text()
    assert (tmp_path / "var" / "address").read_text().strip() == first


def test_ctrl_c_while_the_database_is_made_leaves_nothing(start, tmp_path):
    portal = start(tmp_path)
    portal.wait_for("Preparing the database")

    assert portal.stop(signal.SIGINT) == 0
    assert portal.left_behind() == set()


def test_ctrl_c_while_the_web_server_starts_leaves_nothing(start, folder):
    portal = start(folder)
    while not children(portal.process.pid):
        assert portal.process.poll() is None, portal.log.read_text()

    assert portal.stop(signal.SIGINT) == 0
    assert portal.left_behind() == set()


def test_killed_serve_takes_web_and_worker_with_it(start, folder):
    portal = start(folder)
    portal.wait_for("Symbolon runs at")

    portal.stop(signal.SIGKILL)

    assert portal.left_behind() == set()


def test_killed_worker_is_started_again(start, folder):
    portal = start(folder)
    portal.wait_for("Symbolon runs at")
    killed = portal.worker()

    os.kill(killed, signal.SIGKILL)
    portal.wait_for("The worker died (SIGKILL); a new one starts in 1 s.")
    deadline = time.monotonic() + 60
    while not portal.worker() and time.monotonic() < deadline:
        time.sleep(0.05)

    assert portal.worker() not in (None, killed)
    assert portal.stop(signal.SIGTERM) == 0
    assert portal.left_behind() == set()


def test_second_portal_on_the_same_data_is_refused_in_one_line(start, folder):
    portal = start(folder)
    portal.wait_for("Symbolon runs at")

    said = refusal(folder, 8000)

    assert said == (
        f"Symbolon already runs with the same data: http://localhost:{portal.port} "
        f"(process {portal.process.pid}). Stop it, or start a second portal: "
        "SYMBOLON_VAR=var/second PORT=8001 make run\n"
    )


def test_busy_port_is_refused_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refusal(tmp_path, port)

    assert re.fullmatch(
        rf"Port {port} is in use by another program. Choose another one: PORT=\d+ make run\n", said
    )


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_impossible_port_is_refused_in_one_line(tmp_path, port):
    assert refusal(tmp_path, port) == f"PORT must be a number from 1 to 65535, not “{port}”.\n"


def test_unusable_folder_is_told_in_one_line():
    said = refusal(Path("/dev/null"), services.free_port())  # not even root may write in there

    assert said == (
        "You may not write /dev/null/var (Not a directory). "
        "It must belong to the user who runs Symbolon.\n"
    )
