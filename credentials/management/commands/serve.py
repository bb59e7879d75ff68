"""Runs the whole portal on one machine: web server, worker and scheduler (`make run`).

It prepares the database, the demo data and the static files, starts gunicorn and one Celery worker
as children, and stops both when it is asked to stop. For servers see docs/operations.md.
"""

import errno
import fcntl
import hashlib
import io
import os
import select
import shutil
import signal
import socket
import sys
import time
from contextlib import contextmanager

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from credentials.children import STOPPING, Child, end_with_parent, signals_held, stop_all
from credentials.models import Institution

PATIENCE = 8  # seconds that children have to finish; an idle worker takes two to four
RESTART_PAUSES = (1, 2, 5, 15, 60)  # seconds before a worker that died is started again
LONG_LIFE = 300  # seconds after which a death of the worker counts as the first again


class Stop(BaseException):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or the terminal was closed."""


class Command(BaseCommand):
    help = "Run the portal on this machine: web server, worker and scheduler. Stop it with Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--no-worker", action="store_true", help="a worker runs elsewhere")
        parser.add_argument(
            "--stop-with-parent", action="store_true", help="stop when the caller dies (make run)"
        )

    def handle(self, *args, no_worker, stop_with_parent, **options):
        if stop_with_parent:
            end_with_parent()
        self.children = []
        try:
            with stopping_on_signals():
                self.run(with_worker=not no_worker)
        except Stop:
            self.say("\nStopping …")
        except CommandError as problem:
            sys.exit(str(problem))  # one clear line, without the name of a class before it
        finally:
            self.stop_children()
        self.say("Stopped.")

    def run(self, *, with_worker):
        port = wanted_port()
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        with only_one(port), listening(port) as listener:
            freeze_address()
            self.prepare()
            web = self.start(*web_command(listener.fileno()), keep_open=[listener.fileno()])
            worker = self.start(*WORKER) if with_worker else None
            self.wait_for_first_page(web, port)
            self.welcome(port)
            self.watch(web, worker)

    # Preparing ----------------------------------------------------------------------------------

    def prepare(self):
        """Bring static files, database and demo data up to date; quick when they are."""
        with self.collecting_static_files():
            try:
                executor = MigrationExecutor(connection)
                if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                    with self.step("Preparing the database"):
                        call_command("migrate", interactive=False, verbosity=0)
                if settings.DEMO and not Institution.objects.exists():
                    # All or nothing, or a Ctrl-C now would leave half of it for ever.
                    with self.step("Loading demo data"), transaction.atomic():
                        call_command("demo", stdout=io.StringIO())
            except DatabaseError as problem:
                reason = " ".join(str(problem).split())
                raise CommandError(f"The database does not answer: {reason}") from problem
            finally:
                connection.close()
                getattr(connection, "close_pool", int)()  # PostgreSQL's pool has threads

    @contextmanager
    def collecting_static_files(self):
        """Collect and compress the static files, if any has changed, while the block runs."""
        state = settings.VAR_DIR / "static.txt"
        wanted = static_fingerprint()
        if state.exists() and state.read_text() == wanted:
            yield
            return
        shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
        collector = self.start(*MANAGE, "collectstatic", "--no-input", "--verbosity", "0")
        yield
        with self.step("Collecting static files"):
            while collector.exit_code is None:
                time.sleep(0.02)
        self.children.remove(collector)
        if collector.exit_code:
            raise CommandError("The static files could not be collected; the reason is above.")
        state.write_text(wanted)

    @contextmanager
    def step(self, label):
        started = time.monotonic()
        self.say(f"  {label} …", ending="")
        yield
        self.say(f" {time.monotonic() - started:.1f} s")

    # Running ------------------------------------------------------------------------------------

    def start(self, *command, keep_open=()):
        with signals_held():
            child = Child(command, cwd=settings.BASE_DIR, keep_open=keep_open)
            self.children.append(child)
        return child

    def wait_for_first_page(self, web, port):
        """Ask for the home page: it warms the server up, and proves that it answers."""
        with socket.create_connection(("127.0.0.1", port)) as page:
            page.sendall(f"GET / HTTP/1.0\r\nHost: localhost:{port}\r\n\r\n".encode())
            while not select.select([page], [], [], 0.1)[0]:
                check_web(web)
            status = page.recv(12)
        if status[9:10] not in (b"2", b"3"):
            self.say(f"The home page answers with an error ({status.decode(errors='replace')}).")

    def welcome(self, port):
        here = f"http://localhost:{port}"
        self.say(f"\nSymbolon runs at {here} (Ctrl-C stops it)")
        if here != settings.ADDRESS:
            self.say(f"Credentials and mails name its public address: {settings.ADDRESS}")
        if settings.DEMO:
            self.say("Demo accounts (e-mail address, password, role):")
            call_command("demo", accounts=True)

    def watch(self, web, worker):
        """Watch both children until we are told to stop; start a worker that died again."""
        deaths, started = 0, time.monotonic()
        while True:
            time.sleep(0.2)
            check_web(web)
            if worker is None or worker.exit_code is None:
                continue
            if time.monotonic() - started > LONG_LIFE:
                deaths = 0
            pause = RESTART_PAUSES[min(deaths, len(RESTART_PAUSES) - 1)]
            deaths += 1
            self.say(
                f"The worker died ({ending(worker.exit_code)}); a new one starts in {pause} s."
            )
            worker.kill()  # what it had started
            self.children.remove(worker)
            time.sleep(pause)
            worker, started = self.start(*WORKER), time.monotonic()

    def stop_children(self):
        """Stop the children politely; a second Ctrl-C ends them at once."""
        try:
            with stopping_on_signals():
                stop_all(self.children, seconds=PATIENCE)
        except Stop:
            pass

    def say(self, line, ending="\n"):
        self.stdout.write(line, ending=ending)
        self.stdout.flush()


@contextmanager
def stopping_on_signals():
    """Turn the signals that ask a program to stop into `Stop`, raised where we are."""

    def stop(*_):
        raise Stop

    before = [signal.signal(number, stop) for number in STOPPING]
    try:
        yield
    finally:
        for number, handler in zip(STOPPING, before, strict=True):
            signal.signal(number, handler)


def freeze_address() -> None:
    """Keep the public address of the first start; it is part of every credential from then on."""
    kept = settings.VAR_DIR / "address"
    if not kept.exists():
        kept.write_text(f"{settings.ADDRESS}\n")


def wanted_port() -> int:
    text = os.environ.get("PORT", "") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CommandError(f"PORT must be a number from 1 to 65535, not “{text}”.")
    return int(text)


@contextmanager
def only_one(port: int):
    """Hold var/serve.lock: two schedulers on the same state would do everything twice."""
    with (settings.VAR_DIR / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(
                f"Symbolon already runs with the same data: {lock.read().strip()}. Stop it, or "
                f"start a second portal: SYMBOLON_VAR=var/second PORT={port + 1} make run"
            ) from None
        lock.truncate(0)
        lock.write(f"http://localhost:{port} (process {os.getpid()})")
        lock.flush()
        yield


@contextmanager
def listening(port: int):
    """Take the port before anything else: early visitors wait instead of being refused."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                reason = f"Port {port} is in use by another program."
            elif problem.errno == errno.EACCES:
                reason = f"Port {port} is reserved for the system."
            else:
                raise
            other = port + 1 if 1024 <= port < 65535 else 8001
            raise CommandError(f"{reason} Choose another one: PORT={other} make run") from None
        listener.listen(64)
        yield listener


MANAGE = (sys.executable, "manage.py")
WORKER = (
    # In a container everything runs as root; Celery's warning would greet each start.
    *(sys.executable, "-W", "ignore:You're running the worker with superuser privileges"),
    *("-m", "celery", "--quiet", "--app", "config", "worker", "--beat"),
    *("--pool", "solo", "--loglevel", "warning"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)


def web_command(listener: int) -> tuple[str, ...]:
    """Gunicorn on a socket that listens already; WEB_CONCURRENCY sets more than one process."""
    return (
        *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
        *("--bind", f"fd://{listener}", "--worker-class", "gthread", "--threads", "8"),
        *("--graceful-timeout", "3", "--timeout", "60", "--keep-alive", "5"),
        *("--log-level", "warning", "--no-control-socket"),
    )


def check_web(web: Child) -> None:
    if web.exit_code is not None:
        raise CommandError(
            f"The web server died ({ending(web.exit_code)}). Its last words are above."
        )


def ending(exit_code: int) -> str:
    return f"exit code {exit_code}" if exit_code >= 0 else signal.Signals(-exit_code).name


def static_fingerprint() -> str:
    """Changes whenever a static file is added, removed or changed."""
    parts = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            about = os.stat(storage.path(path))
            parts.append(f"{path} {about.st_size} {about.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()
