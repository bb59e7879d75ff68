"""The only place that starts servers for tests and knows where outside tools are."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from credentials.children import Child, stop_all

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SYMBOLON_SHARED") or ROOT.parent / "shared").resolve()
CHECK = SHARED / "checkers" / "check"
CHECKERS_HOME = Path(
    os.environ.get("CHECKERS_HOME") or Path.home() / ".cache" / "symbolon-checkers"
)
CHROMIUM = shutil.which("chromium")
READY_WITHIN = 60  # seconds


def checkers_are_ready() -> bool:
    """Has `checkers/check setup` been run on this machine?"""
    wanted = ("venv/bin/python", "node_modules", "vera/VeraCheck.class")
    return CHECK.exists() and all((CHECKERS_HOME / name).exists() for name in wanted)


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a private PostgreSQL server with an empty cluster; yield its DATABASE_URL.

    It refuses to run as root, so root runs it as the user postgres that Debian's package makes.
    """
    programs = _postgresql_programs()
    user = "postgres" if os.geteuid() == 0 else None
    with _folder("postgresql", owner=user) as folder:
        # fsync off: nobody needs these data after a power cut.
        identity = {"user": user, "group": user, "extra_groups": []} if user else {}
        subprocess.run(
            [
                *(programs / "initdb", "--pgdata", folder / "data", "--username", "symbolon"),
                *("--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **identity,
        )
        port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": folder,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        server = Child(
            [
                *(programs / "postgres", "-D", folder / "data"),
                *(f"--{name}={value}" for name, value in options.items()),
            ],
            cwd=folder,
            output=folder / "log",
            user=user,
            stop=signal.SIGINT,  # PostgreSQL's "fast" shutdown
        )
        is_ready = [programs / "pg_isready", "--quiet", "--host", "127.0.0.1", "--port", str(port)]
        with _running(server, lambda: not subprocess.call(is_ready), folder / "log"):
            yield f"postgres://symbolon@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """Run a private Redis server that keeps nothing; yield its REDIS_URL."""
    with _folder("redis") as folder:
        port = free_port()
        server = Child(
            [
                *("redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder),
                *("--save", "", "--appendonly", "no"),
            ],
            output=folder / "log",
        )
        with _running(server, lambda: _answers(port, b"PING\r\n", b"+PONG"), folder / "log"):
            yield f"redis://127.0.0.1:{port}/0"


class Worker:
    """A real Celery worker on the tests' own database, Redis and var folder."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment = environment
        self.log = log
        self.child: Child | None = None

    def start(self) -> None:
        """Start it unless it runs, and wait until it takes tasks."""
        if self.child and self.child.exit_code is None:
            return
        self.log.unlink(missing_ok=True)
        self.child = Child(
            [
                *(
                    sys.executable,
                    "-m",
                    "celery",
                    "--app",
                    "config",
                    "worker",
                    "--loglevel",
                    "info",
                ),
                *("--pool", "prefork", "--concurrency", "1", "--without-gossip"),
                "--without-mingle",
            ],
            env=self.environment,
            cwd=ROOT,
            output=self.log,
        )
        try:
            _wait(self.child, lambda: " ready." in self.log.read_text(), self.log)
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """End it as a crash or kill -9 would."""
        if self.child:
            self.child.kill()

    def stop(self) -> None:
        if self.child:
            stop_all([self.child], seconds=10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _postgresql_programs() -> Path:
    """The folder of initdb and postgres: Debian keeps it out of PATH, one for each version."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda program: float(program.parts[-3]),
    )
    initdb = versions[-1] if versions else shutil.which("initdb")
    if not initdb:
        raise FileNotFoundError("PostgreSQL is not installed. Run: make test")
    return Path(initdb).resolve().parent


@contextmanager
def _folder(name: str, owner: str | None = None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"symbolon-{name}-"))
    try:
        if owner:
            shutil.chown(folder, owner, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(server: Child, is_ready: Callable[[], bool], log: Path) -> Iterator[None]:
    try:
        _wait(server, is_ready, log)
        yield
    finally:
        stop_all([server], seconds=10)


def _wait(server: Child, is_ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not is_ready():
        if server.exit_code is not None or time.monotonic() > deadline:
            raise RuntimeError(f"It did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)


def _answers(port: int, question: bytes, answer: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(question)
            return connection.recv(len(answer)) == answer
    except OSError:
        return False
