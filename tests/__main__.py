"""Runs the whole suite, stage by stage, with the servers it needs: `make test`.

With arguments it hands them to pytest and runs only these tests, on SQLite.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests import services

AT_ONCE = ["-n", str(min(os.cpu_count() or 1, 8)), "--dist", "worksteal"]
STAGE_LIMIT = 35 * 60  # seconds
WITHOUT_DATABASE = (
    "test_access.py",
    "test_architecture.py",
    "test_bootstrap.py",
    "test_emails.py",
    "test_serve.py",
    "test_style.py",
    "test_templates.py",
    "test_translations.py",
    "credentials/standards",
    "credentials/test_hostile_credentials.py",
    "credentials/test_pdf.py",
    "credentials/test_pdf_runs.py",
    "credentials/test_pictures.py",
    "credentials/trust",
    "recognition/test_blind.py",
    "recognition/test_documents.py",
    "recognition/test_grades.py",
    "recognition/test_rules.py",
)
"""What no database makes a difference to is tested in the first stage only."""
STRICTER_WITH_POSTGRESQL = ("test_attacks.py", "test_hostile_input.py")
"""What walks through the whole portal is tested once, on the database that refuses more."""


@dataclass
class Stage:
    name: str
    arguments: list[str]
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0
    slowest: list = field(default_factory=list)


def marked(expression: str) -> list[str]:
    return ["-m", expression]


def without(names: tuple[str, ...]) -> list[str]:
    return [f"--ignore=tests/{name}" for name in names]


def run(stage: Stage, environment: dict[str, str]) -> None:
    """Run pytest for one stage and note its figures."""
    print(f"\n=== {stage.name} ===", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="symbolon-report-") as folder:
        report = Path(folder, "report.json")
        clean = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", *stage.arguments],
                cwd=services.ROOT,
                env={**clean, **environment, "SYMBOLON_TEST_REPORT": str(report)},
                stdin=subprocess.DEVNULL,
                timeout=STAGE_LIMIT,
            )
            nothing_there = done.returncode == pytest_exit_code_for_no_tests
            broken = done.returncode and not nothing_there
        except subprocess.TimeoutExpired:
            print(f"Stopped: longer than {STAGE_LIMIT // 60} minutes.", flush=True)
            broken = True
        if report.exists():
            figures = json.loads(report.read_text())
            stage.passed, stage.failed = figures["passed"], figures["failed"]
            stage.skipped, stage.slowest = figures["skipped"], figures["slowest"]
        if broken and not stage.failed:
            stage.failed = 1  # it broke before or after the tests
    stage.seconds = time.monotonic() - started


pytest_exit_code_for_no_tests = 5


def run_everything() -> list[Stage]:
    """SQLite first, because it is the quickest to show a fault."""
    with_servers = "worker or browser or checkers"
    made_at_once = ["--no-migrations"]  # the first two stages have tried the migrations
    stages = [
        Stage(
            "SQLite",
            [
                *AT_ONCE,
                *without(STRICTER_WITH_POSTGRESQL),
                *marked(f"not (postgresql or {with_servers})"),
            ],
        ),
        Stage(
            "PostgreSQL and Redis",
            [*AT_ONCE, *without(WITHOUT_DATABASE), *marked(f"not ({with_servers})")],
        ),
        Stage("Celery worker", [*made_at_once, *marked("worker and not (browser or checkers)")]),
        Stage("Browser", [*AT_ONCE, *made_at_once, *marked("browser and not checkers")]),
        Stage("Independent checkers", [*AT_ONCE, *made_at_once, *marked("checkers")]),
    ]
    run(stages[0], {})
    prepare_checkers()
    with ExitStack() as servers:
        environment = {
            "DATABASE_URL": servers.enter_context(services.postgresql()),
            "REDIS_URL": servers.enter_context(services.redis()),
        }
        for stage in stages[1:]:
            run(stage, environment)
    return stages


def prepare_checkers() -> None:
    """Install the independent checkers if they are beside this clone; the tests say if it fails."""
    if not services.CHECK.exists() or services.checkers_are_ready():
        return
    print("\nInstalling the independent checkers (about two minutes)", flush=True)
    bootstrap = [sys.executable, services.ROOT / "bootstrap.py", "setup", "--tests", "--checkers"]
    for command in (bootstrap, [services.CHECK, "setup"]):
        if subprocess.call(command, stdin=subprocess.DEVNULL):
            return


def summarise(stages: list[Stage]) -> int:
    print(f"\n{'Stage':<24}{'time':>9}{'passed':>9}{'failed':>9}{'skipped':>9}")
    for stage in stages:
        print(
            f"{stage.name:<24}{stage.seconds:>7.1f} s"
            f"{stage.passed:>9}{stage.failed:>9}{stage.skipped:>9}"
        )
    print("\nTen slowest tests")
    slowest = sorted(((s, name, stage.name) for stage in stages for s, name in stage.slowest))
    for seconds, name, stage_name in reversed(slowest[-10:]):
        print(f"{seconds:>7.2f} s  {name} ({stage_name})")
    totals = [sum(getattr(stage, n) for stage in stages) for n in ("passed", "failed", "skipped")]
    print("\n{} passed, {} failed, {} skipped".format(*totals), flush=True)
    return 1 if totals[1] else 0


def main(arguments: list[str]) -> int:
    # Being told to stop unwinds like Ctrl-C, so that the servers are stopped too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if arguments:
            stages = [Stage("Chosen tests on SQLite", arguments)]
            run(stages[0], {})
        else:
            stages = run_everything()
    except KeyboardInterrupt:
        return 130
    return summarise(stages)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
