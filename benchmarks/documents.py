"""Measure printing diploma supplements, beside warm Chromium that prints the same HTML.

    python -m benchmarks.documents [--documents N] [--rounds N] [--memory N,N,...]

In a database of its own that is dropped at the end. Each supplement is of another graduate with
thirty modules. Both are counted by the time that their processes have on a core, all of Chromium's
together, so that a busy machine makes little difference; both are warm, and figures are medians of
the rounds. Chromium gets the HTML with its style sheets and writes a tagged PDF; it makes no
PDF/A and no PDF/UA. "whole" is ours with everything: facts, HTML, PDF, number, hash, storing.

Prints a table, how the time divides, then one line of JSON. `--memory 100,1000` measures the peak
memory of a process that prints a list of so many, with its two files, instead.
"""

import argparse
import cProfile
import json
import os
import pstats
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop beside us

import django

django.setup()

from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from credentials import pdf
from credentials.models import Graduate, Graduation, Job
from recognition.services import degree_documents, print_runs
from recognition.services.grade_distributions import Distributions
from tests import services
from tests.factories.graduates import make_graduation, make_many_graduates
from tests.factories.people import make_institution, make_registrar

WARM = 3  # documents that are printed before it counts
TICKS = os.sysconf("SC_CLK_TCK")
# In which files of WeasyPrint and beside it the time is spent; the rest is "rest".
PARTS = {
    "weasyprint/css": "styles",
    "tinycss2": "styles",
    "cssselect2": "styles",
    "weasyprint/layout": "layout",
    "weasyprint/formatting_structure": "layout",
    "weasyprint/text": "text (Pango)",
    "weasyprint/pdf": "PDF and fonts",
    "fontTools": "PDF and fonts",
    "pydyf": "PDF and fonts",
    "tinyhtml5": "HTML",
    "django": "template and database",
}


def make_list(count: int) -> Graduation:
    institution = make_institution()
    institution.education_systems.create(country=institution.country, text={"en": "Text. " * 300})
    graduation = make_graduation(institution)
    make_many_graduates(graduation, count)
    return graduation


def print_all(graduates: list[Graduate]) -> list[tuple]:
    """Print graduates; return what was rendered, as `pdf._written` takes it."""
    taken, really = [], pdf._written

    def looked_at(*given):
        taken.append(given)
        return really(*given)

    pdf._written = looked_at
    try:
        tables = Distributions()
        for graduate in graduates:
            degree_documents.print_supplement(graduate, tables)
    finally:
        pdf._written = really
    return taken


def on_core(work: Callable[[], object]) -> float:
    """Do it; return the seconds that this process had on a core."""
    start = time.process_time()
    work()
    return time.process_time() - start


# Chromium


@contextmanager
def chromium() -> Iterator[Callable[[list[str]], float]]:
    """Start Chromium; yield what prints HTML and returns its seconds on a core."""
    from playwright.sync_api import sync_playwright

    if not services.CHROMIUM:
        raise SystemExit("needs chromium: python3 bootstrap.py setup --tests")
    with sync_playwright() as playwright:
        before = set(_processes())
        started = playwright.chromium.launch(
            executable_path=services.CHROMIUM,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        page = started.new_page()

        def printed(sources: list[str]) -> float:
            mine = _family(before)
            start = sum(_seconds(one) for one in mine)
            for source in sources:
                page.set_content(source)
                made = page.pdf(tagged=True, prefer_css_page_size=True, print_background=True)
                if not made.startswith(b"%PDF-"):
                    raise SystemExit("Chromium printed nothing.")
            return sum(_seconds(one) for one in _family(before)) - start

        yield printed
        started.close()


def _processes() -> Iterator[int]:
    return (int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit())


def _family(before: set[int]) -> list[int]:
    """Return the processes of Chromium that descend from this one, also where it forked twice."""
    parents = {}
    for one in _processes():
        fields = _stat(one)
        if fields:
            parents[one] = int(fields[1])
    found = set()
    for one in set(parents) - before:
        ancestor = one
        while ancestor in parents and ancestor != os.getpid():
            ancestor = parents[ancestor]
        if ancestor == os.getpid() and "chrom" in _name(one):
            found.add(one)
    return sorted(found)


def _name(process: int) -> str:
    try:
        return Path(f"/proc/{process}/comm").read_text()
    except OSError:
        return ""


def _stat(process: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat after the name, [] when it is gone (proc(5))."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def _seconds(process: int) -> float:
    fields = _stat(process)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def with_styles(source: str) -> str:
    """Return HTML with our style sheets inside, as Chromium gets it, without margins of its own."""
    sheets = "\n".join(Path(finders.find(name)).read_text() for name in pdf.STYLE_SHEETS)
    sheets = f"* {{ margin: 0; padding: 0 }}\n{sheets}"
    return source.replace("</head>", f"<style>{sheets}</style></head>", 1)


# Measuring


def divide(graduates: list[Graduate]) -> dict[str, float]:
    """Return milliseconds for each document by what they are spent on, seen by a profiler."""
    seconds: dict[str, float] = defaultdict(float)
    with cProfile.Profile() as profile:
        print_all(graduates)
    for (file, _line, _name), figures in pstats.Stats(profile).stats.items():
        part = next((part for path, part in PARTS.items() if path in file), "rest")
        seconds[part] += figures[2]
    return {part: round(1000 * spent / len(graduates), 1) for part, spent in seconds.items()}


def measure(count: int, rounds: int) -> dict:
    graduates = list(make_list(count * (rounds + 1) + WARM).graduates.all())
    print_all([graduates.pop() for _ in range(WARM)])
    found, whole = [], []
    with chromium() as prints:
        for number in range(rounds):
            some, taken = graduates[number * count : (number + 1) * count], []
            seconds = on_core(lambda some=some, taken=taken: taken.extend(print_all(some)))
            whole.append(count / seconds)
            sources = [with_styles(given[0]) for given in taken]
            if not number:
                prints(sources[:WARM])
            ours = on_core(lambda taken=taken: [pdf._written(*given) for given in taken])
            found.append({"ours": len(taken) / ours, "peer": len(sources) / prints(sources)})
            print("round     {ours:9.2f} {peer:9.2f}".format(**found[-1]), f"{whole[-1]:9.2f}")
    parts = divide(graduates[rounds * count :])
    ours, peer = (statistics.median(one[name] for one in found) for name in ("ours", "peer"))
    return {
        "ours": round(ours, 2),
        "peer": round(peer, 2),
        "ratio": round(ours / peer, 2),
        "whole": round(statistics.median(whole), 2),
        "milliseconds": parts,
        "database": connection.vendor,
        "documents": count * rounds,
    }


def peak_memory(count: int) -> float:
    """Print a list of so many in this process; return the most memory it took, in MiB."""
    graduation = make_list(count)
    uuids = [str(uuid) for uuid in graduation.graduates.values_list("uuid", flat=True)]
    job = print_runs.order(graduation, uuids, by=make_registrar(graduation.institution))
    print_runs.run(Job.objects.get(pk=job.pk))
    job.refresh_from_db()
    if job.done != count or job.parameters["refused"] or job.results.count() != 2:
        raise SystemExit("Not all were printed.")
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def measure_memory(counts: str) -> dict:
    """Measure each number in a process of its own."""
    peaks = {}
    for count in counts.split(","):
        command = [sys.executable, "-m", "benchmarks.documents", "--peak", count]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks[count] = float(done.stdout.splitlines()[-1])
        print(f"{int(count):>10,} documents {peaks[count]:8.1f} MiB")
    return {"peak_mib": peaks}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--documents", type=int, default=20, help="in each round")
    parser.add_argument("--rounds", type=int, default=3)
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
        print("a second and core  ours      peer     whole")
        found = measure(asked.documents, asked.rounds)
    finally:
        teardown_databases(made, verbosity=0)
    print("median    {ours:9.2f} {peer:9.2f} {whole:9.2f}".format(**found))
    print("\nmilliseconds for each document, in a round of its own, with a profiler")
    for part, each in sorted(found["milliseconds"].items(), key=lambda one: -one[1]):
        print(f"{part:>24} {each:8.1f}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
