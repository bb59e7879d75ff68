"""The only place that awards a whole list of learners: looked at, then awarded by a job.

The job that signs the credentials (`issuing_batches`) makes the awards: thousands of rows are no
work for a request. How far it is, and what was refused, stands in its parameters, written
together with the awards; a worker may be killed anywhere, and two may work at once.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials import permissions
from credentials.models import CourseVersion, Document, DocumentKind, Job, JobKind, User
from credentials.services import accounts, award_rows, awards, batches, documents, jobs
from credentials.services.award_rows import Fate
from credentials.services.batches import Waiting
from credentials.services.lifecycle import change, lock
from credentials.standards import award_files
from credentials.standards.award_files import AwardRow
from credentials.standards.catalogue_files import UnreadableFile
from credentials.standards.table_rows import sentence
from credentials.verdict import Refused, Stale


@dataclass(frozen=True, slots=True)
class Outlook:
    """What awarding a list would do; `mark` names exactly this."""

    fates: Sequence[Fate]

    @property
    def ready(self) -> list[Fate]:
        return [fate for fate in self.fates if not fate.refusal]

    @property
    def refused(self) -> list[Fate]:
        return [fate for fate in self.fates if fate.refusal]

    @property
    def mark(self) -> str:
        """SHA-256 (hex) of who gets what, to tell whether it is still what was shown."""
        told = [(fate.row.number, fate.grade, *_whom(fate)) for fate in self.ready]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _whom(fate: Fate) -> tuple[str, str]:
    if fate.learner is None or fate.is_new:
        return fate.row.email.lower(), fate.row.name
    return str(fate.learner.uuid), fate.learner.name


class RefusedRow(NamedTuple):
    """A row of which nothing was awarded, and why; `column` "": the row as a whole."""

    number: int
    column: str
    problem: str


def look(version: CourseVersion, rows: Sequence[AwardRow], *, by: User) -> Outlook:
    """Return what would come of each row; writes nothing.

    Raises `Refused` for those who may not award the course. About seven queries for every 500 rows.
    """
    permissions.can_award_course(by, version).require()
    fates = award_rows.match(version.course.institution, rows)
    award_rows.judge_all(batches.Alike(version), fates, by=by)
    return Outlook(fates)


def refused_rows(outlook: Outlook, *, is_graded: bool) -> bytes:
    """Return the rows that are refused as CSV, to be mended and sent again."""
    told = [
        (fate.row, sentence(fate.row.number, fate.column, fate.refusal)) for fate in outlook.refused
    ]
    return award_files.refused(told, is_graded=is_graded)


def start(
    version: CourseVersion, content: bytes, rows: Sequence[AwardRow], *, by: User, seen: str
) -> tuple[Job, bool]:
    """Have a list awarded that was looked at; return its job, and whether it is a new one.

    The same list sent again finds the job while it is under way. `seen`: the mark of what was
    shown; raises `Stale` when something else would be awarded by now, `Refused` when nothing.
    """
    permissions.can_award_course(by, version).require()
    subject = uuid5(version.uuid, f"{by.uuid} {hashlib.sha256(content).hexdigest()}")
    under_way = Job.objects.unfinished().filter(kind=JobKind.SIGN_BATCH, subject=subject).first()
    if under_way:
        return under_way, False
    outlook = look(version, rows, by=by)
    if seen != outlook.mark:
        raise Stale(_("Something has changed since you looked. Look at what would happen now."))
    if not outlook.ready:
        raise Refused(_("No row of this file can be awarded."))
    return _start(version, content, len(rows), subject, by=by)


@change()
def _start(
    version: CourseVersion, content: bytes, count: int, subject: UUID, *, by: User
) -> tuple[Job, bool]:
    institution = version.course.institution
    kept = documents.store(
        content,
        kind=DocumentKind.UPLOAD,
        title=_("List of learners"),
        filename=f"{subject}.csv",
        media_type="text/csv",
        institution=institution,
        owner=by,
    )
    parameters = {
        "version": str(version.uuid),
        "file": str(kept.uuid),
        "rows": count,
        "taken": 0,
        "refused": [],
        "runs": [],
    }
    job = jobs.start(
        *(JobKind.SIGN_BATCH, subject),
        institution=institution,
        by=by,
        total=count,
        parameters=parameters,
    )
    is_new = job.parameters.get("file") == str(kept.uuid)
    if not is_new:  # somebody pressed twice at the same moment
        documents.forget(kept)
    return job, is_new


def sent_by(user: User, version: CourseVersion) -> QuerySet[Job]:
    """Return the lists that a user has sent for a course, newest first."""
    found = Job.objects.visible_to(user).filter(kind=JobKind.SIGN_BATCH)
    return found.filter(parameters__version=str(version.uuid))


def awards_waiting(job: Job) -> bool:
    """Whether a job is still to award rows of a list before it signs."""
    return "file" in job.parameters


def refused_of(job: Job) -> list[RefusedRow]:
    """Return the rows that a job has refused so far."""
    return [RefusedRow(*row) for row in job.parameters.get("refused", [])]


def award(job: Job) -> Iterator[list[Waiting]]:
    """Award what is left of the list of a running job; yield the awards of each transaction.

    Its parameters keep the runs of their numbers, the first and the last of each. When it fails,
    that is told, and the list still waits.
    """
    try:
        with jobs.told_to_owner(job):
            opened = _opened(job)
        while job.parameters["taken"] < len(opened.fates):
            with jobs.told_to_owner(job):
                job, made = _award_some(job, opened)
            yield made
        with jobs.told_to_owner(job):
            _close(job, opened)
    except (OSError, UnreadableFile, Document.DoesNotExist):
        job = Job.objects.get(pk=job.pk)
        if awards_waiting(job):  # else another worker has awarded it all meanwhile
            told = gettext_lazy("The list is gone. Send the file again; nothing is awarded twice.")
            jobs.fail(job, told)
    except Refused as refusal:
        jobs.fail(job, refusal)


class _Opened(NamedTuple):
    """The list of a running job, as whoever sent it may award it."""

    by: User
    alike: batches.Alike
    kept: Document
    rows: list[AwardRow]
    fates: list[Fate]


def _opened(job: Job) -> _Opened:
    if job.owner is None:
        raise Refused(_("The account of whoever sent the list is gone."))
    versions = CourseVersion.objects.select_related("course__institution")
    version = versions.get(uuid=job.parameters["version"])
    kept = Document.objects.get(uuid=job.parameters["file"])
    permissions.can_award_course(job.owner, version).require()
    rows = award_files.read_awards(documents.read(kept), is_graded=bool(version.grade_scale))
    fates = award_rows.match(version.course.institution, rows)
    return _Opened(job.owner, batches.Alike(version), kept, rows, fates)


@change()
def _award_some(job: Job, opened: _Opened) -> tuple[Job, list[Waiting]]:
    """Award the next rows, and say so in the job, at once or not at all."""
    job, alike, by = lock(job), opened.alike, opened.by
    taken = job.parameters["taken"]
    part = opened.fates[taken : taken + batches.CHUNK]
    if not part:  # another worker was faster
        return job, []
    permissions.can_award_course(by, alike.version).require()
    lock(alike.institution)  # so that nobody else enters the same people meanwhile
    known = award_rows.match_newcomers(alike.institution, part)
    claims = awards.lock_claims(alike.version, known)
    award_rows.read_anew(part, known)
    ready = award_rows.judge(alike, part, by=by)
    new = [fate for fate, _row in ready if fate.is_new]
    learners = [fate.learner for fate in new if fate.learner]
    accounts.enter_all(alike.institution, learners, [fate.row.email for fate in new], by=by)
    made = batches.store(alike, [row for _fate, row in ready], by=by) if ready else []
    awarded = {row.learner.pk: one.pk for (_fate, row), one in zip(ready, made, strict=True)}
    awards.settle_claims(claims, awarded, by=by)
    if made:
        job.parameters["runs"].append([made[0].number, made[-1].number])
    job.parameters["taken"] = job.done = taken + len(part)
    job.parameters["refused"] += [
        RefusedRow(fate.row.number, fate.column, fate.refusal) for fate in part if fate.refusal
    ]
    job.save(update_fields=["parameters", "done", "beat_at"])
    return job, made


@change()
def _close(job: Job, opened: _Opened) -> None:
    """End the awarding: hand out what was refused, and let go of the list."""
    job = lock(job)
    if not awards_waiting(job):  # another worker was faster
        return
    del job.parameters["file"]
    job.total = job.done = job.parameters["rows"] - len(job.parameters["refused"])
    job.save(update_fields=["parameters", "total", "done", "beat_at"])
    by_number = {row.number: row for row in opened.rows}
    told = [(by_number[one.number], sentence(*one)) for one in refused_of(job)]
    if told:
        data = award_files.refused(told, is_graded=bool(opened.alike.version.grade_scale))
        job.results.add(
            documents.store(
                data,
                kind=DocumentKind.UPLOAD,
                title=_("Rows that were refused, with the reasons"),
                filename="refused.csv",
                media_type="text/csv",
                institution=job.institution,
                owner=job.owner,
            )
        )
    documents.forget(opened.kept)
