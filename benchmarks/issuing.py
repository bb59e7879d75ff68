"""Measure issuing a batch: from rows to signed, status-listed credentials in the database.

    python -m benchmarks.issuing [--credentials N] [--rounds N] [--memory N,N,...]

In a database of its own (SQLite, or the server of DATABASE_URL) that is dropped at the end; all
in one process. Measured is what the worker does with a list that somebody looked at and sent: it
is read; each learner is found by address, judged, awarded, signed for, stored and written to. The
peer, @digitalbazaar/vc, signs the same documents and stores nothing; the limit is Ed25519 alone.
Each round takes a batch of its own; figures are medians of the rounds.

Prints a table, how the time divides, then one line of JSON. `--memory 1000,10000,100000` measures
the peak memory of a process that issues so many, instead.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from benchmarks import peer
from credentials.models import CourseVersion, Job, Learner, LearnerEmail, SignedForm
from credentials.services import audit, award_imports, award_rows, batches, bulk, issuing_batches
from credentials.standards import award_files
from credentials.standards.open_badges_batch import Badges
from credentials.trust.batch import Batch
from credentials.trust.keys import PrivateKey
from tests.factories.awards import make_taught_course

# What is looked at when the time is divided; whatever else happens is "queries, commits, rest".
PARTS = (
    (award_files, "read_awards", "list"),
    (award_rows, "match", "list"),
    (award_rows, "match_newcomers", "learners read and judged"),
    (award_rows, "read_anew", "learners read and judged"),
    (award_rows, "judge", "learners read and judged"),
    (batches, "prepare", "facts"),
    (Badges, "of", "facts"),
    (Badges, "judge", "judged by PyLD"),
    (Batch, "canonical", "canonical form"),
    (Batch, "sign", "text and hashes"),
    (PrivateKey, "sign", "signature"),
    (bulk, "insert", "rows to SQL"),
    (audit, "append", "log"),
    (issuing_batches, "_tell", "mails"),
)


def make_learners(version: CourseVersion, count: int) -> Iterator[Learner]:
    """Enter learners with an e-mail address, some at once, and yield them."""
    institution = version.course.institution
    for start in range(0, count, 1000):
        learners = Learner.objects.bulk_create(
            Learner(institution=institution, given_name="Nela", family_name=f"Ardwen {number}")
            for number in range(start, min(count, start + 1000))
        )
        LearnerEmail.objects.bulk_create(
            LearnerEmail(learner=one, email=f"nela{one.pk}@example.org") for one in learners
        )
        yield from learners


def order(version: CourseVersion, learners: list[Learner]) -> list[int]:
    """Send lists of learners, each known by address, as a teacher does; return the jobs' keys."""
    teacher, found = version.course.teachers.get(), []
    for start in range(0, len(learners), award_files.MAX_ROWS):
        part = learners[start : start + award_files.MAX_ROWS]
        text = "\n".join(["email,grade", *(f"nela{one.pk}@example.org,1.0" for one in part)])
        rows = award_files.read_awards(text.encode(), is_graded=True)
        seen = award_imports.look(version, rows, by=teacher).mark
        job, _is_new = award_imports.start(version, text.encode(), rows, by=teacher, seen=seen)
        found.append(job.pk)
    return found


def issue(version: CourseVersion, learners: list[Learner]) -> float:
    """Have learners awarded; return the seconds that the worker took."""
    return work(order(version, learners))


def work(ordered: list[int]) -> float:
    """Do what the worker does with lists that were looked at; return seconds."""
    start = time.perf_counter()
    for pk in ordered:
        issuing_batches.run(Job.objects.get(pk=pk))
    return time.perf_counter() - start


class Division:
    """How much of the time is spent where; what is inside of another part counts there alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.inside: list[float] = []

    def look_at(self, owner: object, name: str, part: str) -> None:
        step = getattr(owner, name)

        def looked_at(*given, **named):
            start = time.perf_counter()
            self.inside.append(0.0)
            try:
                return step(*given, **named)
            finally:
                took = time.perf_counter() - start
                self.seconds[part] += took - self.inside.pop()
                if self.inside:
                    self.inside[-1] += took

        setattr(owner, name, looked_at)

    def in_database(self, execute, sql, parameters, many, context):
        start = time.perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            took = time.perf_counter() - start
            self.seconds["database"] += took
            if self.inside:
                self.inside[-1] += took


def divide(version: CourseVersion, learners: list[Learner]) -> dict[str, float]:
    """Return microseconds for each credential by what they are spent on."""
    ordered, division = order(version, learners), Division()
    for owner, name, part in PARTS:
        division.look_at(owner, name, part)
    with connection.execute_wrapper(division.in_database):
        took = work(ordered)
    division.seconds["queries, commits, rest"] = took - sum(division.seconds.values())
    each = 1_000_000 / len(learners)
    return {part: round(each * spent, 1) for part, spent in division.seconds.items()}


def measure(count: int, rounds: int) -> dict:
    version = CourseVersion.objects.get(pk=make_taught_course().pk)
    issue(version, list(make_learners(version, 100)))
    documents = [_unsigned(form.body) for form in SignedForm.objects.all()]
    found = []
    with peer.peer("sign", documents, {}) as peer_signs:
        for _ in range(rounds):
            learners = list(make_learners(version, count // rounds))
            before = peer.raw_signing()
            seconds = issue(version, learners)
            limit = (before + peer.raw_signing()) / 2
            found.append({"ours": len(learners) / seconds, "peer": peer_signs(), "limit": limit})
            print("round     {ours:9.0f} {peer:9.0f} {limit:9.0f}".format(**found[-1]))
    made = peer.result(found)
    parts = divide(version, list(make_learners(version, count // rounds)))
    return {**made, "microseconds": parts, "database": connection.vendor, "credentials": count}


def _unsigned(body: str) -> dict:
    return {name: value for name, value in json.loads(body).items() if name != "proof"}


def peak_memory(count: int) -> float:
    """Issue so many in this process; return the most memory it took, in MiB."""
    version = CourseVersion.objects.get(pk=make_taught_course().pk)
    for start in range(0, count, award_files.MAX_ROWS):
        issue(version, list(make_learners(version, min(count - start, award_files.MAX_ROWS))))
    if SignedForm.objects.count() != count:
        raise SystemExit("Not all were signed.")
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def measure_memory(counts: str) -> dict:
    """Measure each number in a process of its own."""
    peaks = {}
    for count in counts.split(","):
        command = [sys.executable, "-m", "benchmarks.issuing", "--peak", count]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks[count] = float(done.stdout.splitlines()[-1])
        print(f"{int(count):>10,} credentials {peaks[count]:8.1f} MiB")
    return {"peak_mib": peaks}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--credentials", type=int, default=8_000)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--memory", default="")
    parser.add_argument("--peak", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.memory:
        print(json.dumps(measure_memory(asked.memory)))
        return
    made = setup_databases(verbosity=0, interactive=False)
    try:
        if asked.peak:
            print(peak_memory(asked.peak))
            return
        print("a second       ours      peer     limit")
        found = measure(asked.credentials, asked.rounds)
    finally:
        teardown_databases(made, verbosity=0)
    print("median    {ours:9.0f} {peer:9.0f} {limit:9.0f}".format(**found))
    print("\nmicroseconds for each credential, in a round of its own")
    for part, each in sorted(found["microseconds"].items(), key=lambda one: -one[1]):
        print(f"{part:>24} {each:8.1f}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
