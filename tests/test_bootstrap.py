"""`bootstrap.py` sets a machine up once, does nothing the second time, and says what is wrong."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
from tests.services import ROOT


def run(clone: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [f"{sys.base_prefix}/bin/python3", "bootstrap.py", "setup"],
        cwd=clone,
        env={**os.environ, "PIP_NO_INDEX": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> subprocess.CompletedProcess:
    """The first setup of a clone whose lock files name nothing: it needs no network."""
    clone = tmp_path_factory.mktemp("clone")
    shutil.copy(ROOT / "bootstrap.py", clone)
    (clone / "tests").mkdir()
    (clone / "requirements.txt").write_text("# nothing\n")
    (clone / "tests" / "requirements.txt").write_text("# nothing\n")
    done = run(clone)
    done.clone = clone
    return done


def test_first_setup_makes_an_environment(first):
    assert (first.returncode, first.stderr) == (0, "")
    assert "making .venv" in first.stdout
    assert (first.clone / ".venv" / "bin" / "python").exists()


def test_second_setup_does_nothing(first):
    second = run(first.clone)

    assert second.returncode == 0
    assert [line[:8] for line in second.stdout.splitlines()] == ["Set up ("]  # no step before it


def test_setup_installs_again_after_a_change_of_the_lock_file(first):
    (first.clone / "requirements.txt").write_text("# nothing, in other words\n")

    again = run(first.clone)

    assert again.returncode == 0
    assert "installing 0 Python packages" in again.stdout
    assert "making .venv" not in again.stdout


def test_setup_makes_a_moved_environment_anew(first, tmp_path):
    moved = shutil.copytree(first.clone, tmp_path / "moved", symlinks=True)

    again = run(moved)

    assert again.returncode == 0
    assert "making .venv" in again.stdout


def test_setup_leaves_the_environment_of_another_clone_alone(first, tmp_path):
    other = shutil.copytree(first.clone, tmp_path / "other", symlinks=True)
    shutil.rmtree(other / ".venv")
    (other / ".venv").symlink_to(first.clone / ".venv")

    again = run(other)

    assert again.returncode == 0
    assert (first.clone / ".venv" / "bin" / "python").exists()
    assert not (other / ".venv").is_symlink()


def test_setup_says_in_its_own_words_that_a_package_cannot_be_had(first):
    lock = first.clone / "requirements.txt"
    lock.write_text("no-such-package==1 --hash=sha256:" + 64 * "0" + "\n")

    failed = run(first.clone)

    assert failed.returncode == 1
    assert failed.stderr.startswith("  Installing Python packages failed. The command was: ")
    assert "Traceback" not in failed.stderr


def test_setup_names_the_command_when_it_may_not_install(monkeypatch, tmp_path):
    apt = tmp_path / "apt-get"
    apt.write_text("#!/bin/sh\n")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))  # with apt-get and without sudo
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(bootstrap.Problem) as problem:
        bootstrap.apt_get(["libpango-1.0-0", "chromium"])

    assert str(problem.value) == (
        "Some system packages are missing. Please run this, then try again:\n"
        "      sudo apt-get update && sudo apt-get install -y --no-install-recommends "
        "libpango-1.0-0 chromium"
    )


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (
            "Temporary failure in name resolution",
            "Installing failed: no network. Connect this machine and try again.",
        ),
        (
            "OSError: [Errno 28] No space left on device",
            "Installing failed: the disk is full. Free some space and run this again.",
        ),
        (
            "error: Permission denied: '/opt/x'",
            "Installing failed: you may not write there. error: Permission denied: '/opt/x'",
        ),
        (
            "invalid peer certificate: UnknownIssuer",
            "Installing failed: this machine does not trust the certificate of the package index. "
            "Set SSL_CERT_FILE to the file with your organisation's certificates and try again.",
        ),
    ],
)
def test_explain_turns_known_trouble_into_one_line(output, said):
    assert str(bootstrap.explain("Installing", ["pip"], f"noise\n{output}\nnoise")) == said


@pytest.mark.parametrize(
    ("version", "problem"),
    [
        ((3, 11, 2), None),
        ((3, 14, 0), None),
        (
            (3, 9, 2),
            "Symbolon needs Python 3.11 or later, and this is 3.9. "
            "Install a newer one and name it: make run PYTHON=python3.12",
        ),
    ],
)
def test_python_problem_names_both_versions(version, problem):
    assert bootstrap.python_problem(version) == problem


def test_bootstrap_is_readable_by_old_pythons():
    source = (ROOT / "bootstrap.py").read_text()

    ast.parse(source, feature_version=(3, 6))  # else an old one says SyntaxError, not our line
