"""The only place that prints with the seal of an institution, and keeps what is printed, once."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db.models import Model

from credentials.models import Document, DocumentKind, Institution, Job
from credentials.pdf import render_pdf
from credentials.pdf_files import Attachment, PdfProblem
from credentials.services import designs, documents, jobs, keys, pdf_seals
from credentials.services.documents import Printed
from credentials.services.lifecycle import change, lock, record
from credentials.verdict import Refused


def run(job: Job, make: Callable[[], Iterable[Document]]) -> None:
    """Make the documents of a job; what was made before a crash is not made again by `make`.

    Nor what was made before the seal was replaced: then `make` begins once more.
    """
    if not jobs.begin(job):
        return

    def make_all() -> list[Document]:
        made = []
        for number, document in enumerate(make(), start=1):
            jobs.advance(job, number)
            made.append(document)
        return made

    try:
        made = keys.until_kept(make_all)
    except PdfProblem as problem:
        jobs.fail(job, problem)
    else:
        jobs.finish(job, *made)


def run_one(job: Job, make: Callable[[], Document]) -> None:
    """Make the one document of a job, which `make` keeps with the job.

    What a dead worker had kept is not made again. `make` may raise `PdfProblem` or `Refused`.
    """
    if not jobs.begin(job):
        return
    try:
        document = job.results.first() or keys.until_kept(make)
    except (PdfProblem, Refused) as problem:
        jobs.fail(job, problem)
    else:
        jobs.finish(job, document)


def rendered(
    template: str,
    context: dict,
    institution: Institution,
    *,
    number: str,
    created: datetime,
    languages: Sequence[str] = (),
    attachments: Sequence[Attachment] = (),
) -> Printed:
    """Return a template as PDF in the design of an institution, with its seal; raises `PdfProblem`.

    `languages` are those of the institution unless said. Call outside of a transaction, and keep
    it inside of one: `keep` or `documents.store_pdf`, under `keys.until_kept`.
    """
    design = designs.current(institution)
    data = render_pdf(
        f"pdf/{template}.html",
        context,
        languages=languages or institution.document_languages,
        title=context["title"],
        identifier=number,
        attachments=attachments,
        created=created,
        design=designs.look_of(design),
    )
    sealed = pdf_seals.sealed(data, institution)
    files = {file.name: hashlib.sha256(file.data).hexdigest() for file in attachments}
    return Printed(sealed, design, designs.templates_hash(), files)


@change()
def keep(
    thing: Model,
    data: Printed,
    *,
    facts: dict[str, object],
    title: str,
    number: str,
    code: str,
    institution: Institution,
    column: str = "letter",
    kind: DocumentKind = DocumentKind.LETTER,
    log: Model | None = None,
    action: str = "print-letter",
    holder: str = "",
) -> tuple[Document, bool]:
    """Keep what was printed in a column of its thing.

    Returns the document, and whether it is new: one that another worker kept before stays. `log`:
    in whose history it stands, when the thing has none of its own. `holder`: whom it is about;
    only the initials are told to a stranger who has the code.
    """
    thing = lock(thing)
    if kept := getattr(thing, column):
        return kept, False
    document = documents.store_pdf(
        data,
        kind=kind,
        title=title,
        institution=institution,
        number=number,
        code=code,
        facts=facts | documents.about(holder),
    )
    setattr(thing, column, document)
    type(thing)._default_manager.filter(pk=thing.pk).update(**{column: document})
    record(log or thing, action, by=None)
    return document, True
