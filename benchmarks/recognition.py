"""Measure recognition under load: forty at the same moment, and pages with 10,000 cases.

    python -m benchmarks.recognition [--rounds N] [--cases N]

In a private PostgreSQL and Redis, unless DATABASE_URL and REDIS_URL name their own; the database is
dropped at the end. In each round (default 100) forty members vote at the same moment on one ballot,
and forty lines are recorded that draw on one credential of which twenty fit. Lost is what was said
to be done and is not there, doubled what is there twice or too much. Pages are measured with 10
cases and with 10,000: milliseconds are the median of five, warm, without a network.

Prints tables, then one line of JSON. Exits with 1 when something was lost, doubled or failed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from datetime import timedelta
from decimal import Decimal
from functools import partial

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases
from django.urls import reverse
from django.utils import timezone

from credentials.models import CreditEntry, Institution
from credentials.verdict import Refused
from recognition.models import Ballot, Case, Line, LineSource, Review, SeatRole, Vote
from recognition.services import ballots, committees, credits
from recognition.states import BallotState, LineState, ReviewState
from recognition.vocabulary import DecisionType
from tests import services
from tests.at_once import at_once
from tests.factories.ballots import chair_of, make_draft
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.numbers import copy_lines
from tests.factories.people import make_institution, make_learner, make_registrar, make_user
from tests.factories.recognition import Way, make_external_credential, make_line, seated

AT_ONCE = 40
FIT = 20
FEW, OPENED, OF_ONE = 10, 5, 20
STATES = (
    *(LineState.SUBMITTED, LineState.FORMAL_CHECK, LineState.UNDER_REVIEW, LineState.DELIBERATION),
    *(LineState.NOTIFIED, LineState.RECORDED, LineState.CLOSED, LineState.CLOSED),
    *(LineState.CLOSED, LineState.CLOSED),
)
"""Of ten cases: two at the registrar's, one with reviewers, one with the chair, the rest told."""


# At the same moment ------------------------------------------------------------------------------


class Tally:
    """What went wrong in all rounds, and how long each took in milliseconds."""

    def __init__(self) -> None:
        self.took, self.lost, self.doubled, self.errors = [], 0, 0, []

    def run(self, actions: list) -> int:
        """Run the actions at once; return how many were refused by the rules."""
        start = time.perf_counter()
        problems = at_once(*actions)
        self.took.append(1000 * (time.perf_counter() - start))
        failed = [problem for problem in problems if not isinstance(problem, Refused)]
        self.errors += [repr(problem) for problem in failed]
        return len(problems) - len(failed)

    def row(self) -> dict:
        return {
            "rounds": len(self.took),
            "ms": round(statistics.median(self.took)),
            "slowest": round(max(self.took)),
            "lost": self.lost,
            "doubled": self.doubled,
            "errors": len(self.errors),
        }


def vote_at_once(rounds: int) -> Tally:
    """All members vote yes; each vote counts once, and the last one closes the ballot once."""
    tally, draft = Tally(), make_draft()
    line = Line.objects.get(pk=draft.line_id)
    registrar = make_registrar(line.case.institution)
    while len(seated(line.committee)) < AT_ONCE - 1:
        committees.seat(line.committee, make_user(), role=SeatRole.MEMBER, by=registrar)
    people = [chair_of(line), *seated(line.committee)]
    due_on = timezone.localdate() + timedelta(days=7)
    for _ in range(rounds):
        ballot = ballots.start(line, decision=draft, due_on=due_on, by=people[0])
        for user in people:
            ballots.declare_impartial(ballot, by=user)
        refused = tally.run([partial(ballots.vote, ballot, "yes", by=user) for user in people])
        ballot = Ballot.objects.get(pk=ballot.pk)
        there = Vote.objects.filter(ballot=ballot).count()
        said = AT_ONCE - refused
        tally.lost += max(0, said - there) + max(0, there - ballot.yes)
        tally.doubled += max(0, there - said) + max(0, ballot.yes - there)
        if ballot.state != BallotState.ADOPTED:
            tally.errors.append(f"The ballot is {ballot.state}.")
    return tally


def record_at_once(rounds: int) -> Tally:
    """Lines of one learner, a credit each, from one credential that has room for half of them."""
    tally, programme = Tally(), make_programme_version(make_institution())
    institution, learner = programme.programme.institution, make_user("Nela Ardwen")
    source = make_external_credential(learner, institution=institution, ects=Decimal(FIT))
    modules = [make_module(programme) for _ in range(AT_ONCE + 1)]
    first = make_line(LineState.NOTIFIED, modules=modules[:1], applicant=learner, sources=[source])
    registrar = Way(first).registrar
    rows = [{"module": module, "type": DecisionType.PARTIAL, "ects": 1} for module in modules[1:]]
    lines = copy_lines(first, rows)
    LineSource.objects.filter(line__in=lines).update(credential=source)
    for _ in range(rounds):
        CreditEntry.objects.filter(reversed_at=None).update(reversed_at=timezone.now())
        Line.objects.filter(pk__in=[line.pk for line in lines]).update(state=LineState.NOTIFIED)
        refused = tally.run([partial(credits.record, line, by=registrar) for line in lines])
        standing = CreditEntry.objects.filter(reversed_at=None)
        there = standing.count()
        moved = Line.objects.filter(
            pk__in=[line.pk for line in lines], state=LineState.RECORDED
        ).count()
        said = AT_ONCE - refused
        tally.lost += max(0, said - there) + max(0, FIT - said) + abs(moved - said)
        tally.doubled += there - standing.values("line").distinct().count()
        tally.doubled += max(0, there - FIT)
    return tally


# Pages -------------------------------------------------------------------------------------------


def fill(cases: int) -> dict[str, tuple]:
    """Make an institution with so many cases of one line; return its pages with their readers."""
    line = make_line(LineState.NOTIFIED)
    way, institution = Way(line), line.case.institution
    modules = [make_module(make_programme_version(institution)) for _ in range(8)]
    today = timezone.localdate()
    rows = (
        {
            "state": STATES[n % len(STATES)],
            "module": modules[n % len(modules)],
            "due_on": today + timedelta(days=n % 60 - 10),
            "sent_on": today if STATES[n % len(STATES)] in STATES[4:] else None,
            "type": DecisionType.PARTIAL,
        }
        for n in range(cases)
    )
    lines = Line.objects.filter(pk__in=[one.pk for one in copy_lines(line, rows, opinions=True)])
    _share_out(institution, list(lines.values_list("case", flat=True)))
    unchecked = lines.filter(state__in=STATES[:2])
    unchecked.update(complete_at=None, due_on=None, deliberated_at=None)
    Case.objects.filter(lines__in=unchecked).update(check_due_on=today)
    Review.objects.filter(line__in=lines.filter(state__in=STATES[:2])).delete()
    owed = Review.objects.filter(line__in=lines.filter(state=LineState.UNDER_REVIEW))
    owed.update(state=ReviewState.AT_WORK, submitted_at=None)
    reviewer, chair = way.members[0], way.chair
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    checked = unchecked.first()
    review = owed.filter(reviewer=reviewer).first()
    decided = lines.filter(state=LineState.DELIBERATION).first()
    return {
        "registrar's queue": (way.registrar, reverse("line-list")),
        "member's queue": (reviewer, reverse("line-list")),
        "registrar's work": (way.registrar, reverse("work")),
        "member's work": (reviewer, reverse("work")),
        "chair's work": (chair, reverse("work")),
        "line: check": (way.registrar, reverse("line-check", args=[checked.uuid])),
        "line: review": (reviewer, reverse("review-detail", args=[review.uuid])),
        "line: decide": (chair, reverse("line-decide", args=[decided.uuid])),
    }


def _share_out(institution: Institution, cases: list[int]) -> None:
    """Let each twenty cases have a learner of their own."""
    for start in range(0, len(cases), OF_ONE):
        learner = make_learner(institution, make_user())
        mine = Case.objects.filter(pk__in=cases[start : start + OF_ONE])
        mine.update(applicant=learner.user, learner=learner)


def pages_with(cases: int) -> dict[str, tuple[float, int]]:
    """Return milliseconds and number of queries of each page."""
    found = {}
    with transaction.atomic():
        for name, (reader, address) in fill(cases).items():
            client = Client(headers={"host": "localhost"})
            client.force_login(reader)
            took = []
            for _ in range(OPENED + 1):
                start = time.perf_counter()
                answer = client.get(address)
                took.append(1000 * (time.perf_counter() - start))
                if answer.status_code != 200:
                    raise SystemExit(f"{name}: {answer.status_code}")
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            found[name] = round(statistics.median(took[1:]), 1), len(queries)
        transaction.set_rollback(True)
    return found


# The whole ---------------------------------------------------------------------------------------


def measure(rounds: int, cases: int) -> dict:
    races = {"votes": vote_at_once(rounds), "recordings": record_at_once(rounds)}
    print(f"{AT_ONCE} at once      rounds      ms  slowest  lost  doubled  errors")
    for name, tally in races.items():
        row = tally.row()
        print(
            f"{name:14} {row['rounds']:9} {row['ms']:7} {row['slowest']:8} {row['lost']:5} "
            f"{row['doubled']:8} {row['errors']:7}"
        )
        for problem in sorted(set(tally.errors)):
            print(f"  {problem}")
    few, many = pages_with(FEW), pages_with(cases)
    print(f"\npage                {FEW:>6} cases          {cases:>6} cases         ratio")
    pages = {}
    for name, (slow, queries) in many.items():
        fast, before = few[name]
        pages[name] = {
            "ms": [fast, slow],
            "queries": [before, queries],
            "ratio": round(slow / fast, 2),
        }
        print(
            f"{name:18} {fast:6} ms {before:3} queries {slow:7} ms {queries:3} queries "
            f"{pages[name]['ratio']:6}"
        )
    return {
        "at_once": {name: tally.row() for name, tally in races.items()},
        "pages": pages,
        "ratio": max(page["ratio"] for page in pages.values()),
    }


def with_servers() -> int:
    """Start a private PostgreSQL and Redis, and measure in a process that knows them."""
    with services.postgresql() as database, services.redis() as redis:
        known = {**os.environ, "DATABASE_URL": database, "REDIS_URL": redis}
        again = [sys.executable, "-m", "benchmarks.recognition", *sys.argv[1:]]
        return subprocess.call(again, env=known)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--cases", type=int, default=10_000)
    asked = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit(with_servers())
    made = setup_databases(verbosity=0, interactive=False)
    try:
        result = measure(asked.rounds, asked.cases)
    finally:
        teardown_databases(made, verbosity=0)
    print(json.dumps(result))
    if any(row["lost"] or row["doubled"] or row["errors"] for row in result["at_once"].values()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
