"""The only place that prints a case file: for registrars, chairs and appeal bodies, or applicants.

Its files are attached up to ten megabytes in all; beyond that they are listed with their hashes,
and stand in the archive of the case (`archives.py`).
"""

from uuid import uuid5

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from credentials.language import LANGUAGES
from credentials.models import Document, DocumentKind, Job, JobKind, User
from credentials.pdf_files import Attachment, PdfProblem
from credentials.services import documents, facts, jobs, numbers, printing
from credentials.services.documents import Printed
from credentials.services.lifecycle import change, lock, record
from credentials.standards.documents import Imprint
from recognition.documents.case_file import CaseFile, case_file_context
from recognition.models import Case, Line
from recognition.permissions import (
    READING_RULES,
    can_make_case_file,
    can_open_receipt,
    can_read_in_case_file,
)
from recognition.services import archives, dossiers

MOST_ATTACHED = 10_000_000
STEPS = 3


@change()
def order(case: Case, *, by: User) -> Job:
    """Have the file of a case made for somebody in the background."""
    can_make_case_file(by, case).require()
    return jobs.start(
        JobKind.CASE_FILE,
        uuid5(case.uuid, str(by.uuid)),
        institution=case.institution,
        by=by,
        total=STEPS,
        parameters={"case": str(case.uuid)},
    )


def lines_for(case: Case, reader: User) -> list[Line]:
    """Return the lines of a case that somebody may read in its file."""
    lines = archives.with_files(case.lines.all())
    return [line for line in lines if can_read_in_case_file(reader, line)]


def run(job: Job) -> None:
    """Print the case file of a job; one that a dead worker had printed is not printed again."""

    def make() -> Document:
        try:
            return _make(job)
        except OSError as problem:  # a file of the case is lost
            told = _("A file is lost or damaged (%(why)s). It must come back from the backup.")
            raise PdfProblem(told, why=problem) from problem

    printing.run_one(job, make)


def _make(job: Job) -> Document:
    case = Case.objects.select_related(
        "applicant", "learner", "policy", "entered_by", "consent", "programme_version__programme"
    ).get(uuid=job.parameters["case"])
    reader = job.owner
    lines = lines_for(case, reader)
    receipt = case.receipt if can_open_receipt(reader, case) else None
    filed = archives.files_of(lines, receipt)
    number, code = numbers.take(case.institution, "CF")
    language = reader.language if reader.language in LANGUAGES else "en"
    created = timezone.now()
    with translation.override(language):
        said = CaseFile(
            imprint=Imprint(
                institution=facts.of_institution(case.institution),
                number=number,
                created=created,
                code=code,
                verify_url=facts.address("verify-code", code),
            ),
            reference=case.reference,
            learner=case.learner.name,
            programme=str(case.programme_version),
            for_applicant=case.applicant_id == reader.pk,
            sections=tuple(dossiers.sections_of(case, lines, filed, reader=reader)),
        )
        context = case_file_context(said, language=language)
    jobs.advance(job, 1)
    data = printing.rendered(
        "case_file",
        context,
        case.institution,
        number=number,
        created=created,
        languages=(language,),
        attachments=_attachments(filed),
    )
    jobs.advance(job, 2)
    return _store(job, case, lines, data, title=context["title"], number=number, code=code)


def _attachments(filed: list[archives.Filed]) -> list[Attachment]:
    if sum(one.document.size for one in filed) > MOST_ATTACHED:
        return []
    return [
        Attachment(
            name=one.path.replace("/", "-"),
            data=documents.read(one.document),
            media_type=one.document.media_type,
            description=one.document.title,
            relationship="Supplement",
        )
        for one in filed
    ]


@change()
def _store(
    job: Job, case: Case, lines: list[Line], data: Printed, *, title: str, number: str, code: str
) -> Document:
    job = lock(job)
    if made := job.results.first():  # by another worker, when this one was thought dead
        return made
    document = documents.store_pdf(
        data,
        kind=DocumentKind.CASE_FILE,
        title=title,
        institution=case.institution,
        owner=job.owner,
        number=number,
        code=code,
        facts={
            "case": str(case.uuid),
            "lines": [str(line.uuid) for line in lines],
            "rules": READING_RULES,
        },
    )
    job.results.add(document)
    record(case, "print-case-file", by=job.owner, after=number)
    return document
