"""The only place that prepares a machine for Symbolon: system packages, .venv and translations.

Standard library only, and readable by Python 3.6, so that an old Python gets one clear line instead
of a syntax error. `make setup` calls it; run `python3 bootstrap.py --help` to call it by hand.
"""

import argparse
import ctypes.util
import errno
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.txt"
LOCKS = {"portal": ROOT / "requirements.txt", "tests": ROOT / "tests" / "requirements.txt"}
SPACE = {"portal": 400, "tests": 900}  # megabytes that .venv and the downloads take
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
FONT_FOLDERS = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts"]


class Problem(Exception):
    """Something the reader can put right; its text is the one line that says how."""


class Hopeless(Problem):
    """A problem that another installer would have too: no network, no space, no permission."""


# What must be there ------------------------------------------------------------------------------


def library(name):
    return lambda: bool(ctypes.util.find_library(name))


def font(pattern):
    return lambda: any(any(folder.rglob(pattern)) for folder in FONT_FOLDERS if folder.is_dir())


def program(name):
    return lambda: bool(shutil.which(name))


def module(name):
    return lambda: importlib.util.find_spec(name) is not None


def file(pattern):
    return lambda: any(Path("/").glob(pattern))


# Debian's name of the package -> is what we need from it there, whoever installed it?
PACKAGES = {
    "portal": {
        # Debian keeps in a package of its own what `python -m venv` needs.
        "python{}.{}-venv".format(*sys.version_info): module("ensurepip"),
        "libpango-1.0-0": library("pango-1.0"),
        "libpangoft2-1.0-0": library("pangoft2-1.0"),
        "libharfbuzz-subset0": library("harfbuzz-subset"),
        "fonts-inter": font("Inter*"),
        "fonts-sil-charis": font("Charis*"),
        "fonts-noto-core": font("NotoSans-Regular*"),
    },
    "tests": {
        "chromium": program("chromium"),
        "postgresql": lambda: program("initdb")() or file("usr/lib/postgresql/*/bin/initdb")(),
        "redis-server": program("redis-server"),
        "gettext": program("xgettext"),
    },
    "checkers": {
        "default-jdk-headless": program("javac"),
        "libjaxb-java": file("usr/share/java/jaxb-impl.jar"),
        "nodejs": program("node"),
        "npm": program("npm"),
    },
}


def python_problem(version):
    """Say what is wrong with this version of Python, or None."""
    if tuple(version[:2]) >= OLDEST_PYTHON:
        return None
    return (
        "Symbolon needs Python {}.{} or later, and this is {}.{}. "
        "Install a newer one and name it: make run PYTHON=python3.12"
    ).format(*OLDEST_PYTHON, *version[:2])


def missing_packages(parts):
    return [
        package
        for part in parts
        for package, is_there in PACKAGES.get(part, {}).items()
        if not is_there()
    ]


# Running commands and saying what went wrong -----------------------------------------------------

CERTIFICATE_TROUBLE = "CERTIFICATE_VERIFY_FAILED|invalid peer certificate"
NETWORK_TROUBLE = (
    "name resolution|failure resolving|Name or service not known|Could not resolve|dns error|"
    "Network is unreachable|No route to host|Failed to establish a new connection|"
    "error sending request|Unable to connect|timed out"
)


@contextmanager
def step(label):
    """Print the label at once, and its time when the work is done."""
    started = time.monotonic()
    print("  " + label + " ...", end="", flush=True)
    try:
        yield
    except BaseException:
        print(" stopped", flush=True)
        raise
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def run(command, what, env=None):
    """Run a command quietly; when it fails raise a Problem in words a person can act on."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=str(ROOT),
        env=dict(os.environ, **(env or {})),
    )
    if done.returncode:
        raise explain(what, command, done.stdout.decode(errors="replace"))


def explain(what, command, output):
    """Turn the output of a failed command into a problem of one line, or of its own last lines."""
    if "No space left on device" in output:
        return Hopeless(what + " failed: the disk is full. Free some space and run this again.")
    denied = next((line for line in output.splitlines() if "Permission denied" in line), None)
    if denied:
        return Hopeless(f"{what} failed: you may not write there. {denied.strip()}")
    if re.search(CERTIFICATE_TROUBLE, output):
        return Problem(
            what + " failed: this machine does not trust the certificate of the package index. "
            "Set SSL_CERT_FILE to the file with your organisation's certificates and try again."
        )
    if re.search(NETWORK_TROUBLE, output):
        return Hopeless(what + " failed: no network. Connect this machine and try again.")
    last = [line for line in output.splitlines() if line.strip()][-5:]
    shown = " ".join(str(part) for part in command)
    return Problem("\n      ".join([f"{what} failed. The command was: {shown}", *last]))


# System packages ---------------------------------------------------------------------------------


def apt_get(names):
    """The start of apt-get commands that may install, or None where there is no apt-get.

    Stops with the command to type when we lack the right to install.
    """
    if not names:
        return None
    if not shutil.which("apt-get"):
        print("  Not found, please install with your package manager: " + ", ".join(names))
        return None
    rights = apt_rights()
    if rights is None:
        raise Problem(
            "Some system packages are missing. Please run this, then try again:\n"
            "      sudo apt-get update && sudo apt-get install -y --no-install-recommends "
            + " ".join(names)
        )
    quiet = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    return [*quiet, "-o", "DPkg::Lock::Timeout=300"]


def install_packages(apt, names):
    if not apt or not names:
        return
    install = [*apt, "install", "-y", "--no-install-recommends", *names]
    fresh = not has_package_lists()
    if fresh:
        update_package_lists(apt)
    try:
        run(install, "Installing system packages")
    except Problem:
        if fresh:
            raise
        update_package_lists(apt)
        run(install, "Installing system packages")


def has_package_lists():
    return any(Path("/var/lib/apt/lists").glob("*Packages*"))


def update_package_lists(apt):
    what = "Reading the package lists"
    run([*apt, "update"], what)
    if not has_package_lists():  # without a network apt only warns
        raise explain(what, apt, "Could not resolve")


def apt_rights():
    """How to get the right to install: nothing as root, sudo where it asks for no password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and not subprocess.call(
        ["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ):
        return ["sudo", "-n"]
    return None


# .venv -------------------------------------------------------------------------------------------


def ensure_environment():
    """Make .venv with this Python, unless it is there and sound."""
    if environment_is_sound():
        return
    ensure_space("portal")
    if os.path.islink(str(VENV)):  # it is the environment of another clone, not ours to clear
        os.unlink(str(VENV))
    with step("making .venv with Python " + platform.python_version()):
        run([sys.executable, "-m", "venv", "--clear", VENV], "Making .venv")


def ensure_space(part):
    free = shutil.disk_usage(str(ROOT)).free // 10**6
    if free < SPACE[part]:
        raise Problem(
            f"Only {free} MB are free on the disk of {ROOT}, about {SPACE[part]} MB are needed. "
            "Free some space and run this again."
        )


def environment_is_sound():
    """Is .venv of this Python version, and was it made in this folder (it holds full paths)?"""
    try:
        words = (VENV / "pyvenv.cfg").read_text().split()
    except OSError:
        return False
    return (
        (VENV / "bin" / "python").exists()
        and platform.python_version() in words
        and str(VENV) in words
    )


def ensure_requirements(part):
    """Install what the lock file names, with its hashes, unless exactly that is installed."""
    lock = LOCKS[part]
    entry = part + " " + hashlib.sha256(lock.read_bytes()).hexdigest()
    installed = STAMP.read_text().splitlines() if STAMP.exists() else []
    if entry in installed:
        return
    ensure_space(part)
    with step(f"installing {lock.read_text().count('==')} Python packages"):
        try:
            install_with_uv(lock)
        except Hopeless:
            raise
        except Problem:  # pip is four times slower and needs nothing else
            install_with_pip("-r", lock)
    kept = [line for line in installed if not line.startswith(part + " ")]
    STAMP.write_text("\n".join([*kept, entry]) + "\n")


def install_with_uv(lock):
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        (VENV / "uv.txt").write_text(lock_entry("uv"))
        install_with_pip("--only-binary=:all:", "-r", VENV / "uv.txt")
    certificates = {"UV_SYSTEM_CERTS": "1"} if SYSTEM_CERTIFICATES.exists() else {}
    command = [uv, "pip", "install", "--python", VENV / "bin" / "python", "--require-hashes"]
    run([*command, "-r", lock], "Installing Python packages", certificates)


def install_with_pip(*what):
    command = [VENV / "bin" / "python", "-m", "pip", "install", "--retries", "2"]
    run([*command, "--require-hashes", *what], "Installing Python packages")


def lock_entry(package):
    """The lines of one package in the tests' lock file: its version and hashes."""
    lines = LOCKS["tests"].read_text().splitlines()
    for start, line in enumerate(lines):
        if line.startswith(package + "=="):
            end = next(n for n in range(start, len(lines)) if not lines[n].endswith("\\"))
            return "\n".join(lines[start : end + 1]) + "\n"
    raise Problem(f"{LOCKS['tests']} does not name {package}. Run: make lock")


# Translations ------------------------------------------------------------------------------------


def compile_translations():
    """Compile each .po file that is newer than its .mo; Babel does it without Debian's gettext."""
    catalogs = [*ROOT.glob("locale/*/LC_MESSAGES/*.po"), *ROOT.glob("*/locale/*/LC_MESSAGES/*.po")]
    for source in catalogs:
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        command = [VENV / "bin" / "python", "-m", "babel.messages.frontend", "compile"]
        with step("compiling " + str(source.relative_to(ROOT))):
            run([*command, "-i", source, "-o", compiled], "Compiling translations")


# The command -------------------------------------------------------------------------------------


def setup(parts):
    """Bring this machine to the state the lock files describe; does nothing the second time."""
    started = time.monotonic()
    missing = missing_packages(parts)
    apt = apt_get(missing)
    at_once = [name for name in missing if name.endswith("-venv")]
    if apt and at_once:
        with step("installing " + ", ".join(at_once)):
            install_packages(apt, at_once)
    meanwhile = [name for name in missing if name not in at_once]
    with ThreadPoolExecutor(1) as beside:
        packages = beside.submit(install_packages, apt, meanwhile)
        ensure_environment()
        ensure_requirements("tests" if "tests" in parts else "portal")
        compile_translations()
        packages.result()
        if apt and meanwhile:
            print("  installed meanwhile: " + ", ".join(meanwhile))
    print(f"Set up ({time.monotonic() - started:.1f} s).", flush=True)


@contextmanager
def one_at_a_time():
    """Let a second setup in the same folder wait for the first."""
    import fcntl  # not on Windows, where python_problem and main have already said so

    with Path(__file__).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("  waiting for another setup in this folder", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def in_one_line(error):
    if isinstance(error, Problem):
        return str(error)
    if error.errno == errno.ENOSPC:
        return "The disk is full. Free some space and run this again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"You may not write {error.filename}. The folder {ROOT} must be yours."
    return f"{error.strerror}: {error.filename}"


def main(arguments):
    problem = python_problem(sys.version_info)
    if os.name != "posix":
        problem = "Symbolon runs on Linux and macOS; on Windows use it inside WSL."
    if problem:
        print(problem, file=sys.stderr)
        return 1
    parser = argparse.ArgumentParser(description="Prepare this machine for Symbolon.")
    parser.add_argument("command", choices=["setup"])
    parser.add_argument("--tests", action="store_true", help="also what the tests need")
    parser.add_argument("--checkers", action="store_true", help="also for the checkers")
    options = parser.parse_args(arguments)
    parts = ["portal", *(part for part in ("tests", "checkers") if getattr(options, part))]
    # A stopped setup stops the installer it started, instead of leaving it behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with one_at_a_time():
            setup(parts)
    except (Problem, OSError) as found:
        print("  " + in_one_line(found), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
