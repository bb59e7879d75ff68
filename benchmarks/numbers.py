"""Measure the page of numbers with 10,000 decided lines, three opinions each.

    python -m benchmarks.numbers [--lines N] [--rounds N]

In a database of its own (SQLite, or the server of DATABASE_URL) that is dropped at the end.
Prints the steps in milliseconds (median), then one line of JSON.
"""

import argparse
import json
import os
import statistics
import time
from datetime import date, timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases
from django.urls import reverse

from recognition.models import Line
from recognition.states import LineState
from recognition.statistics import consistency
from recognition.statistics.lines import Period, counted_in, read
from recognition.statistics.tables import Groups
from recognition.vocabulary import DecisionType
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.numbers import copy_lines
from tests.factories.people import make_awarding_body, make_registrar
from tests.factories.recognition import make_line

TYPES = (DecisionType.FULL_SUBSTITUTION, DecisionType.PARTIAL, DecisionType.REFUSAL)
PERIOD = Period(date(2026, 1, 1), date(2026, 12, 31))


def make(count: int) -> Line:
    line = make_line(LineState.NOTIFIED)
    institution = line.case.institution
    programmes = [make_programme_version(institution) for _ in range(8)]
    modules = [make_module(programme) for programme in programmes for _ in range(5)]
    bodies = [make_awarding_body(institution, country=c) for c in ("ES", "FR", "DE") * 40]
    start = date(2026, 1, 5)
    rows = (
        {
            "complete_on": start + timedelta(days=n % 280),
            "due_on": start + timedelta(days=n % 280 + 28),
            "sent_on": start + timedelta(days=n % 280 + n % 37),
            "type": TYPES[n % 7 % 3],
            "ects": (6, 3, 0)[n % 7 % 3],
            "module": modules[n % len(modules)],
            "body": bodies[n * 7 % len(bodies)],
            "course": f"C{n % 900}",
        }
        for n in range(count)
    )
    copy_lines(line, rows, opinions=True)
    return line


def timed(step, rounds: int) -> float:
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        step()
        took.append(time.perf_counter() - start)
    return round(1000 * statistics.median(took), 1)


def measure(count: int, rounds: int) -> dict:
    with transaction.atomic():
        line = make(count)
        registrar = make_registrar(line.case.institution)
        lines = counted_in(Line.objects.counted_for(registrar), PERIOD)
        found = read(lines)
        client = Client(headers={"host": "localhost"})
        client.force_login(registrar)
        url = reverse("numbers")
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        result = {
            "lines": len(found),
            "queries": len(queries),
            "read": timed(lambda: read(lines), rounds),
            "groups": timed(lambda: Groups(found, 5), rounds),
            "equal": timed(lambda: consistency.equal_questions(found), rounds),
            "agreement": timed(lambda: consistency.agreement(lines), rounds),
            "page": timed(lambda: client.get(url), rounds),
        }
        transaction.set_rollback(True)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        result = measure(asked.lines, asked.rounds)
    finally:
        teardown_databases(made, verbosity=0)
    for step, value in result.items():
        print(f"{step:>12} {value}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
