"""Style and types are part of the tests: nobody has to remember to look."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    "command", [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)], ids=" ".join
)
def test_nothing_is_found_by(command):
    tool = Path(sys.executable).with_name(command[0])

    done = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True)

    assert (done.stdout + done.stderr, done.returncode) == (done.stdout + done.stderr, 0)
