"""The only place that prints the documents of a list of graduates, and says before who is ready.

A run prints one after the other, each once: a worker that dies, or a registrar who cancels, leaves
what is printed, and whoever takes the run up again goes on after it. At its end stand one PDF for
the printer and the single files, which are the official ones, in a ZIP archive.
"""

import logging
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.db.models import Max, QuerySet, TextChoices
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials import fonts, pdf_runs
from credentials.models import Document, DocumentKind, Graduate, Graduation, Job, JobKind, User
from credentials.pdf_files import PdfProblem
from credentials.permissions import can_keep_records
from credentials.services import documents, graduations, jobs, keys
from credentials.services.lifecycle import change, lock, record
from credentials.states import JobState
from credentials.verdict import Refused
from recognition.permissions import can_print_anew
from recognition.services import degree_documents, degrees
from recognition.services.grade_distributions import Distributions

logger = logging.getLogger(__name__)

TOGETHER = 200
"""Graduates whose facts are in memory at once."""

LONGEST_NAME = 60


class Readiness(TextChoices):
    """What a run would do with a graduate."""

    READY = "ready", gettext_lazy("Ready")
    CHANGED = "changed", gettext_lazy("Changed since it was printed")
    PRINTED = "printed", gettext_lazy("Printed")
    MISSING = "missing", gettext_lazy("Cannot be printed")


@dataclass(frozen=True, slots=True)
class Row:
    """A graduate before printing; `problems`: why they cannot be printed, in few words each.

    `data_lacks`: why the data inside the document would say less, in sentences.
    """

    graduate: Graduate
    readiness: Readiness
    problems: list[str]
    data_lacks: list[str]

    @property
    def awaits_printing(self) -> bool:
        return self.readiness in (Readiness.READY, Readiness.CHANGED)


@dataclass(frozen=True, slots=True)
class Report:
    """Who of a list can be printed, in the order of the list."""

    rows: list[Row]

    def of(self, *readiness: Readiness) -> list[Row]:
        return [row for row in self.rows if row.readiness in readiness]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.readiness.value for row in self.rows)
        return {one.value: found[one.value] for one in Readiness}

    @property
    def data_lacks(self) -> list[tuple[str, int]]:
        """What the data of documents lacks that can be printed, and in how many."""
        printable = (row for row in self.rows if row.readiness != Readiness.MISSING)
        return Counter(sentence for row in printable for sentence in row.data_lacks).most_common()


# Before printing


def report(graduates: QuerySet[Graduate]) -> Report:
    """Return who can be printed: eight queries, and thirteen for each `TOGETHER` graduates."""
    known = {one.pk: one for one in graduations.with_progress(graduates)}
    degrees_of = degrees.with_degrees(graduates).iterator(chunk_size=TOGETHER)
    tables = Distributions()
    rows = [_row(known[one.pk], one, tables) for one in degrees_of if one.pk in known]
    return Report(sorted(rows, key=lambda row: graduations.by_name(row.graduate)))


def _row(graduate: Graduate, full: Graduate, tables: Distributions) -> Row:
    """`full` comes from `with_degrees` and is let go; the other one, which is small, is kept."""
    outlook = degree_documents.outlook_of(full, tables)
    problems = graduations.problems(graduate)
    if signs := fonts.unprintable(outlook.text):
        problems = [*problems, _("No font for: %(signs)s") % {"signs": _named(signs)}]
    if problems:
        readiness = Readiness.MISSING
    elif outlook.is_printed:
        readiness = Readiness.PRINTED
    else:
        readiness = Readiness.CHANGED if graduate.supplement_id else Readiness.READY
    return Row(graduate, readiness, problems, outlook.data_lacks)


def _named(signs: str) -> str:
    return ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in signs)


@change()
def order(
    graduation: Graduation, chosen: Iterable[str], *, by: User, anew: str = "", learner: str = ""
) -> Job:
    """Have the supplements of chosen graduates (uuids) printed in the background.

    They are printed in the order of the list; those that were printed before and have not changed
    come into the files as they are, or with `anew`, a reason, are printed once more. A list that
    is being printed is not printed twice: that run is returned, or it is refused when it is not
    the same. Refuses when nobody of the list is chosen. `learner` (uuid): on whose page it was
    ordered, which is where the run leads back to.
    """
    graduation = lock(graduation)
    can_keep_records(by, graduation.institution).require()
    asked = set(chosen)
    everybody = sorted(
        graduation.graduates.select_related("enrolment__learner"), key=graduations.by_name
    )
    order = [str(one.uuid) for one in everybody if str(one.uuid) in asked]
    if running := runs_of(graduation).unfinished().first():
        said = running.parameters
        if anew and (said.get("anew"), said["graduates"]) != (anew, order):
            raise Refused(_("The list is being printed now. Try again when it is done."))
        return running
    if not order:
        raise Refused(_("Choose whom to print."))
    parameters = {
        "graduation": str(graduation.uuid),
        "graduates": order,
        "refused": [],
        "anew": anew,
        "learner": learner,
    }
    job = jobs.start(
        JobKind.PRINT_RUN,
        graduation.uuid,
        institution=graduation.institution,
        by=by,
        total=len(order),
        parameters=parameters,
    )
    action = "print-anew" if anew else "print"
    record(graduation, action, by=by, after=str(len(order)), text=anew)
    return job


@change()
def order_one(graduate: Graduate, *, by: User, anew: str = "") -> Job:
    """Have the supplement of one graduate printed, as a run of the list with nobody else.

    `anew`: as in `order`. Refuses with what is missing, and while the list is printed without them.
    """
    can_keep_records(by, graduate.audit_institution).require()
    if anew:
        can_print_anew(by, graduate).require()
    (row,) = report(Graduate.objects.filter(pk=graduate.pk)).rows
    if row.problems:
        missing = "; ".join(row.problems)
        raise Refused(_("Missing before printing: %(missing)s") % {"missing": missing})
    learner = str(graduate.enrolment.learner.uuid)
    job = order(graduate.graduation, [str(graduate.uuid)], by=by, anew=anew, learner=learner)
    if str(graduate.uuid) not in job.parameters["graduates"]:
        raise Refused(_("The list is being printed now. Try again when it is done."))
    if anew:
        record(graduate, "print-anew", by=by, text=anew)
    return job


def runs_of(graduation: Graduation) -> QuerySet[Job]:
    """Return the runs of a list, newest first."""
    return Job.objects.filter(kind=JobKind.PRINT_RUN, subject=graduation.uuid)


def replaced_since(graduation: Graduation) -> int:
    """Return how many documents in the files of a list were printed anew since; 0 without files.

    Two queries.
    """
    with_files = runs_of(graduation).filter(results__kind=DocumentKind.PRINT_RUN)
    run = with_files.annotate(made_at=Max("results__created_at")).first()
    if run is None:
        return 0
    refused = {uuid for uuid, _why in run.parameters["refused"]}
    inside = [uuid for uuid in run.parameters["graduates"] if uuid not in refused]
    printed = graduation.graduates.filter(uuid__in=inside)
    return printed.filter(supplement__created_at__gt=run.made_at).count()


# Printing


def run(job: Job) -> None:
    """Print the graduates of a job, from where it was broken off; it stops when it is cancelled."""
    if not jobs.begin(job):
        return
    job.refresh_from_db()
    order, tables = job.parameters["graduates"], Distributions()
    for number, uuid in enumerate(order[job.done :], start=job.done + 1):
        _print(job, uuid, tables)
        jobs.advance(job, number)
        if not jobs.is_running(job):
            return
    printed = [one for one in _printed(job) if _is_whole(job, one)]
    if len(order) == 1:  # there is nothing to join; the files of a whole list stay
        jobs.finish(job, *(one.supplement for one in printed))
        return
    if not printed:
        jobs.finish(job)
        return
    with TemporaryDirectory() as folder:
        _keep(job, *_files(job, printed, Path(folder)))


def _print(job: Job, uuid: str, tables: Distributions) -> None:
    """Print one; what cannot be printed is written down and leaves the others alone."""
    one = Graduate.objects.filter(uuid=uuid, graduation__uuid=job.parameters["graduation"])
    graduate = one.first()
    if graduate is None:
        _refuse(job, uuid, gettext_lazy("Not in the list any more"))
        return
    with jobs.told_to_owner(job):
        (row,) = report(one).rows
    if row.problems:
        _refuse(job, uuid, "; ".join(row.problems))
        return
    try:
        anew = str(job.uuid) if job.parameters.get("anew") else ""
        keys.until_kept(partial(degree_documents.print_supplement, graduate, tables, anew=anew))
    except PdfProblem as problem:
        _refuse(job, uuid, problem)
    except Exception:
        logger.exception("The supplement of graduate %s was not printed", uuid)
        told = gettext_lazy("An unexpected error, which stands in the log of the portal")
        _refuse(job, uuid, told)


def _is_whole(job: Job, graduate: Graduate) -> bool:
    """Whether the file of a supplement is there as it was printed; if not, that is written down."""
    supplement = graduate.supplement
    try:
        documents.read(supplement)
    except OSError:
        logger.exception("The file of %s cannot be read", supplement.number)
        told = gettext_lazy(
            "The file of %(number)s is lost or damaged. It must come back from the backup."
        )
        _refuse(job, str(graduate.uuid), told, number=supplement.number)
        return False
    finally:
        jobs.advance(job, job.total)
    return True


@change()
def _refuse(job: Job, uuid: str, why: object, **named: object) -> None:
    """Write down why a graduate was not printed; once, though two workers may find it.

    `why` and `named` as for `jobs.fail`.
    """
    sentence = jobs.sentence(job, why, **named)
    job = lock(job)
    kept = [row for row in job.parameters["refused"] if row[0] != uuid]
    job.parameters["refused"] = [*kept, [uuid, sentence]]
    job.save(update_fields=["parameters"])


def _printed(job: Job) -> Iterator[Graduate]:
    """Yield who of a job has a supplement that was not refused now, in the order of the list."""
    job.refresh_from_db()
    refused = {uuid for uuid, _why in job.parameters["refused"]}
    found = Graduate.objects.filter(graduation__uuid=job.parameters["graduation"])
    known = {str(one.uuid): one for one in found.select_related("supplement", "enrolment__learner")}
    for uuid in job.parameters["graduates"]:
        graduate = known.get(uuid)
        if graduate and graduate.supplement and uuid not in refused:
            yield graduate


# The files of a run


def _files(job: Job, printed: list[Graduate], folder: Path) -> tuple[Path, Path]:
    """Write the PDF for the printer and the archive of the single files, few in memory at once."""
    to_print, archive = folder / "print.pdf", folder / "single.zip"
    parts = [
        pdf_runs.Part(
            f"{one.enrolment.learner}, {one.supplement.number}",
            lambda kept=one.supplement: documents.read(kept),
        )
        for one in printed
    ]
    title = str(printed[0].graduation)
    pdf_runs.join(parts, to_print, title=title, beat=lambda: jobs.advance(job, job.total))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as files:
        for one in printed:
            made = one.supplement.created_at.timetuple()[:6]
            files.writestr(zipfile.ZipInfo(_name_of(one), made), documents.read(one.supplement))
    return to_print, archive


def _name_of(graduate: Graduate) -> str:
    """Return the name of a single file: its number, then the graduate's name without what a file
    system might not like."""
    name = _short(str(graduate.enrolment.learner))
    return (
        f"{graduate.supplement.number}-{name}.pdf" if name else f"{graduate.supplement.number}.pdf"
    )


def _short(name: str) -> str:
    return slugify(name, allow_unicode=True)[:LONGEST_NAME].strip("-_")


@change()
def _keep(job: Job, to_print: Path, archive: Path) -> None:
    """Keep both files with the job; not those of a worker that comes late or was cancelled."""
    job = lock(job)
    if job.state != JobState.RUNNING:
        return
    graduation = Graduation.objects.get(uuid=job.parameters["graduation"])
    name = _short(graduation.name) or "graduates"
    made: list[Document] = []
    for path, media_type in ((to_print, "application/pdf"), (archive, "application/zip")):
        with path.open("rb") as file:
            document = documents.store(
                File(file),
                kind=DocumentKind.PRINT_RUN,
                title=str(graduation),
                filename=f"{name}{path.suffix}",
                media_type=media_type,
                sniffed=path.suffix[1:],
                institution=job.institution,
                facts={"graduation": str(graduation.uuid), "job": str(job.uuid)},
            )
        made.append(document)
    jobs.finish(job, *made)
    _forget_earlier(graduation, job)


def _forget_earlier(graduation: Graduation, job: Job) -> None:
    """Delete the files of earlier runs of a list: the single documents in them are kept anyway."""
    for run in runs_of(graduation).exclude(pk=job.pk):
        files = list(run.results.filter(kind=DocumentKind.PRINT_RUN))
        run.results.remove(*files)
        for file in files:
            documents.forget(file)
