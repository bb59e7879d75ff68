"""The only place that keeps a printed letter, supplement or minutes with what it is about, once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db.models import Model

from credentials.models import Document, DocumentKind, Institution, Job
from credentials.pdf import Attachment, PdfProblem, render_pdf
from credentials.services import designs, documents, jobs
from credentials.services.documents import Printed
from credentials.services.lifecycle import record


def run(job: Job, make: Callable[[], Iterable[Document]]) -> None:
    """Make the documents of a job; what was made before a crash is not made again by `make`."""
    if not jobs.begin(job):
        return
    made = []
    try:
        for number, document in enumerate(make(), start=1):
            jobs.advance(job, number)
            made.append(document)
    except PdfProblem as problem:
        jobs.fail(job, str(problem))
    else:
        jobs.finish(job, *made)


def rendered(
    template: str,
    context: dict,
    institution: Institution,
    *,
    number: str,
    created: datetime,
    attachments: Sequence[Attachment] = (),
    languages: Sequence[str] = (),
) -> Printed:
    """Return a template as PDF in the design of an institution; raises `PdfProblem`.

    `languages`: those of the institution, if not others are given.
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
    return Printed(data, design, designs.templates_hash())


def keep(
    thing: Model,
    data: Printed,
    *,
    facts: dict[str, str],
    title: str,
    number: str,
    code: str,
    institution: Institution,
    column: str = "letter",
    kind: DocumentKind = DocumentKind.LETTER,
    log: Model | None = None,
    action: str = "print-letter",
) -> tuple[Document, bool]:
    """Keep what was printed in a column of its locked thing; inside `change()`.

    Returns the document, and whether it is new: one that another worker kept before stays. `log`:
    in whose history it stands, when the thing has none of its own.
    """
    if kept := getattr(thing, column):
        return kept, False
    document = documents.store_pdf(
        data,
        kind=kind,
        title=title,
        institution=institution,
        number=number,
        code=code,
        facts=facts,
    )
    setattr(thing, column, document)
    type(thing)._default_manager.filter(pk=thing.pk).update(**{column: document})
    record(log or thing, action, by=None)
    return document, True
