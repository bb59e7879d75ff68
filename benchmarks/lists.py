"""Measure every page that lists something: queries and time at 1, 3 and 100 rows.

    python -m benchmarks.lists [--rounds N]

Rows are made by the factories of the tests, in a database of its own (SQLite, or the server of
DATABASE_URL) that is dropped at the end. Milliseconds are the median of N rounds (default 15) of a
whole request, templates warm, one client, no network. Prints a table, then one line of JSON. Exits
with 1 when a page asks the database more often for more rows.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases
from django.urls import reverse

from credentials.models import Institution, Role, Unit, User
from recognition.models import Committee, Seat
from recognition.services import applications as drafts
from tests.factories.awards import make_award, make_claim, make_student, make_taught_course
from tests.factories.catalogue import make_course_version, make_module, make_programme_version
from tests.factories.people import (
    make_awarding_body,
    make_institution,
    make_learner,
    make_registrar,
    make_staff,
    make_user,
    root_of,
)
from tests.factories.recognition import make_case, make_external_credential, make_policy

ROWS = (1, 3, 100)


@dataclass
class Listing:
    """A page with its reader (None: anybody), and how it gets one more row."""

    address: str
    reader: User | None
    add: Callable[[], Any]


# The pages ---------------------------------------------------------------------------------------


def courses() -> Listing:
    institution = make_institution()
    return Listing(reverse("course-list"), None, lambda: make_course_version(institution))


def programmes() -> Listing:
    institution = make_institution()
    return Listing(reverse("programme-list"), None, lambda: make_programme_version(institution))


def modules() -> Listing:
    version = make_programme_version(make_institution())
    address = reverse("programme-detail", args=[version.uuid])
    return Listing(address, None, lambda: make_module(version, parts=[("2", [1, 2])]))


def rules() -> Listing:
    return Listing(reverse("recognition-rules"), None, lambda: make_policy(make_institution()))


def catalogue() -> Listing:
    institution = make_institution()
    director = make_staff(institution, Role.COURSE_DIRECTOR)
    return Listing(reverse("catalogue"), director, lambda: make_course_version(institution))


def programme_table() -> Listing:
    institution = make_institution()
    director = make_staff(institution, Role.COURSE_DIRECTOR)
    address = reverse("programme-table")
    return Listing(address, director, lambda: make_programme_version(institution))


def module_table() -> Listing:
    version = make_programme_version(make_institution())
    director = make_staff(version.programme.institution, Role.COURSE_DIRECTOR)
    address = reverse("programme-manage", args=[version.uuid])
    return Listing(address, director, lambda: make_module(version, parts=[("2", [1, 2])]))


def claims_to_answer() -> Listing:
    version = make_taught_course()
    teacher = version.course.teachers.get()
    return Listing(reverse("claim-list"), teacher, lambda: make_claim(version=version))


def own_claims() -> Listing:
    student, institution = make_student(), make_institution()

    def add():
        make_claim(version=make_taught_course(institution), student=student)

    return Listing(reverse("claim-list"), student, add)


def portfolio() -> Listing:
    student = make_student()
    return Listing(reverse("portfolio"), student, lambda: make_external_credential(student))


def applications() -> Listing:
    student, institution = make_student(), make_institution()

    def add():
        make_case(programme_version=make_programme_version(institution), applicant=student)

    return Listing(reverse("case-list"), student, add)


def lines_of_draft() -> Listing:
    version = make_programme_version(make_institution())
    student = make_student()
    source = make_external_credential(student)

    case = drafts.create(version, by=student)

    def add():
        make_case(
            modules=[make_module(version)], applicant=student, sources=[source], submitted=False
        )

    return Listing(reverse("case-detail", args=[case.uuid]), student, add)


def cases() -> Listing:
    institution = make_institution()
    module = make_module(make_programme_version(institution))
    registrar = make_registrar(institution)
    return Listing(reverse("line-list"), registrar, lambda: make_case(modules=[module]))


def work() -> Listing:
    listing = cases()
    return Listing(reverse("work"), listing.reader, listing.add)


def learners() -> Listing:
    version = make_taught_course()
    registrar = make_registrar(version.course.institution)
    programme = make_programme_version(version.course.institution)

    def add():
        learner = make_award(version=version).learner
        learner.enrolments.create(programme_version=programme)

    return Listing(reverse("learner-list"), registrar, add)


def record() -> Listing:
    institution, student = make_institution(), make_student()
    learner = make_learner(institution, student)
    learner.enrolments.create(programme_version=make_programme_version(institution))

    def add():
        make_award(version=make_taught_course(institution), student=student)

    address = reverse("learner-detail", args=[learner.uuid])
    return Listing(address, make_registrar(institution), add)


def bodies() -> Listing:
    institution = make_institution()
    registrar = make_registrar(institution)
    return Listing(reverse("body-list"), registrar, lambda: make_awarding_body(institution))


def _affairs(page: str, add: Callable[[Institution], Any]) -> Callable[[], Listing]:
    def listing() -> Listing:
        institution = make_institution()
        address = reverse(page, args=[institution.slug])
        return Listing(address, make_registrar(institution), lambda: add(institution))

    return listing


def _unit(institution: Institution) -> Unit:
    return Unit.objects.create(
        institution=institution, parent=root_of(institution), name={"en": "Music"}
    )


def _committee(institution: Institution) -> None:
    committee = Committee.objects.create(unit=_unit(institution), name={"en": "Recognition"})
    Seat.objects.create(committee=committee, user=make_user())


PAGES: dict[str, Callable[[], Listing]] = {
    "courses": courses,
    "programmes": programmes,
    "modules of a programme": modules,
    "rules of recognition": rules,
    "catalogue": catalogue,
    "programmes, staff": programme_table,
    "modules, staff": module_table,
    "claims to answer": claims_to_answer,
    "own claims": own_claims,
    "portfolio": portfolio,
    "applications": applications,
    "lines of a draft": lines_of_draft,
    "cases": cases,
    "work": work,
    "learners": learners,
    "record of a learner": record,
    "awarding bodies": bodies,
    "people": _affairs("institution-people", lambda i: make_staff(i, Role.TEACHER)),
    "units": _affairs("institution-units", _unit),
    "committees": _affairs("committee-list", _committee),
}


# Measures ----------------------------------------------------------------------------------------


@contextmanager
def database() -> Iterator[None]:
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)


def get(client: Client, address: str) -> None:
    answer = client.get(address, headers={"host": "localhost"})
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")


def measure(listing: Listing, rounds: int) -> dict[str, float | int]:
    """Return queries, with the cache empty, and the median milliseconds of a page as it is now."""
    client = Client()
    if listing.reader:
        client.force_login(listing.reader)
    get(client, listing.address)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        get(client, listing.address)
    asked = len(queries)  # the next request forgets them
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        get(client, listing.address)
        times.append(time.perf_counter() - start)
    return {"queries": asked, "ms": round(statistics.median(times) * 1000, 1)}


def figures_of(page: Callable[[], Listing], rounds: int) -> dict[str, Any]:
    """Return the measures of one page by number of rows; its rows are taken back afterwards."""
    found: dict[str, Any] = {}
    with transaction.atomic():
        listing, there = page(), 0
        for rows in ROWS:
            for _ in range(rows - there):
                listing.add()
            there = rows
            found[str(rows)] = measure(listing, rounds)
        transaction.set_rollback(True)
    found["ratio"] = round(found["100"]["ms"] / found["1"]["ms"], 1)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    results = {}
    head = "".join(f"{f'queries at {rows}':>16}" for rows in ROWS)
    head += "".join(f"{f'ms at {rows}':>11}" for rows in ROWS)
    print(f"{'list':24}{head}{'100/1':>8}")
    with database():
        for name, page in PAGES.items():
            row = results[name] = figures_of(page, rounds)
            cells = "".join(f"{row[str(rows)]['queries']:>16}" for rows in ROWS)
            cells += "".join(f"{row[str(rows)]['ms']:>11.1f}" for rows in ROWS)
            print(f"{name:24}{cells}{row['ratio']:>8.1f}", flush=True)
    growing = [n for n, row in results.items() if row["100"]["queries"] > row["3"]["queries"]]
    print(f"more queries for more rows: {', '.join(growing) or 'none'}")
    print(json.dumps({"lists": results, "growing": growing}))
    return 1 if growing else 0


if __name__ == "__main__":
    sys.exit(main())
