"""The portal's settings for tests: state in a folder of its own, and nothing slow or remote."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

xdist_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if not xdist_worker:
    os.environ["SYMBOLON_TEST_VAR"] = tempfile.mkdtemp(prefix="symbolon-tests-")
    atexit.register(shutil.rmtree, os.environ["SYMBOLON_TEST_VAR"], ignore_errors=True)
os.environ["SYMBOLON_VAR"] = str(Path(os.environ["SYMBOLON_TEST_VAR"], xdist_worker or "alone"))
of_the_developer = (
    "DEMO",
    "ADDRESS",
    "HOSTS",
    "MASTER_KEY",
    "OLD_MASTER_KEY",
    "PROXIES",
    "UPLOAD_MAX_MB",
    "MAIL_FROM",
)
for variable in (*(f"SYMBOLON_{name}" for name in of_the_developer), "SECRET_KEY", "EMAIL_URL"):
    os.environ.pop(variable, None)
if os.environ.get("REDIS_URL") and xdist_worker:  # one of Redis' 16 databases for each process
    host, _, _ = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{host}/{int(xdist_worker.removeprefix('gw')) + 1}"

from config.settings import *  # noqa: E402, F403 - what is above must be said before
from config.settings import DATABASES, REDIS_URL, STATIC_ROOT, STORAGES, VAR_DIR  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
if not REDIS_URL:
    CELERY_BROKER_URL = "memory://"  # the fixture run_tasks takes the tasks out of it
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in real life: threads and the live server each have a connection of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
