"""The only place that prints diploma supplements and transcripts of records, each once.

What is printed is frozen with the document, so that whoever verifies it sees what it says. Printed
again after a correction it is a new document, which supersedes the old one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from credentials.models import (
    OF_RECORDS,
    Document,
    DocumentKind,
    Graduate,
    IssuerKey,
    Learner,
    User,
)
from credentials.pdf_files import Attachment
from credentials.permissions import can_keep_records
from credentials.services import (
    degree_data,
    documents,
    keys,
    seals,
)
from credentials.services.documents import Printed
from credentials.services.lifecycle import change, lock, record
from credentials.standards import facts_json
from credentials.standards.diploma_facts import DegreeFacts
from credentials.standards.diploma_supplement import diploma_supplement_context
from credentials.standards.documents import Imprint
from recognition.documents.record import RecordFacts, annex_context
from recognition.services import degree_papers, degrees, records
from recognition.services.grade_distributions import Distributions

TEMPLATE = "diploma_supplement"


def printed_of(learner: Learner) -> QuerySet[Document]:
    """Return what was printed of a learner's record, newest first."""
    return Document.objects.filter(learner=learner, kind__in=OF_RECORDS)


def graduates_of(learner: Learner) -> QuerySet[Graduate]:
    """Return a learner's degrees and interim awards, with what the page of a learner says."""
    return Graduate.objects.filter(enrolment__learner=learner).select_related(
        "supplement", "enrolment__programme_version", "graduation"
    )


# The diploma supplement


def print_supplement(
    graduate: Graduate, tables: Distributions | None = None, *, anew: str = ""
) -> Document:
    """Return the supplement of a graduate; printed when there is none that says the same.

    Texts on programme and institution, the design, and how grades spread may change with time and
    are no reason to print it again. `anew`: an order (its uuid) to print it once all the same.
    Raises `PdfProblem` when it cannot be printed well.
    """
    graduate = degrees.with_degrees(Graduate.objects.filter(pk=graduate.pk)).get()
    said, rows = _supplement_of(graduate, tables)
    content = degree_papers.content_of(said, rows, graduate.audit_institution)
    before = graduate.supplement
    is_said = before is not None and before.facts.get("content") == content
    if before and is_said and anew in ("", before.facts.get("anew")):
        return before
    said = degree_papers.numbered(said, graduate.audit_institution, "DS")
    key = seals.sealing(graduate.audit_institution)
    files = degree_papers.as_data(said, graduate.audit_institution.document_languages, key)
    context, imprint = _supplement_context(said, rows, graduate, files)
    data = degree_papers.rendered(TEMPLATE, context, imprint, graduate.audit_institution, files)
    named = degree_papers.named_of(said, context, imprint, graduate.enrolment.learner)
    kept = {**named["facts"], "graduate": str(graduate.uuid), "content": content}
    kept |= {"anew": anew} if anew else {}
    return _keep_supplement(graduate, data, before, key, **{**named, "facts": kept})


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a supplement would say now: all of it as `text`, in JSON.

    `is_printed`: the supplement that there is says the same; `data_lacks`: why the data in it
    would not be after the profile of the Diploma Supplement.
    """

    text: str
    is_printed: bool
    data_lacks: list[str]


def outlook_of(graduate: Graduate, tables: Distributions) -> Outlook:
    """Return what the supplement of a graduate from `with_degrees` would say."""
    said, rows = _supplement_of(graduate, tables)
    kept = graduate.supplement
    content = degree_papers.content_of(said, rows, graduate.audit_institution)
    is_printed = kept is not None and kept.facts.get("content") == content
    text = degree_papers.text_of([facts_json.to_json(said), *degree_papers.as_json(rows)])
    return Outlook(text, is_printed, degree_data.problems(said))


def preview_supplement(graduate: Graduate, *, by: User) -> bytes:
    """Return the supplement as a PDF that says on each page that it is a draft; nothing is kept."""
    can_keep_records(by, graduate.audit_institution).require()
    graduate = degrees.with_degrees(Graduate.objects.filter(pk=graduate.pk)).get()
    said, rows = _supplement_of(graduate, None)
    context, imprint = _supplement_context(said, rows, graduate)
    return degree_papers.previewed(TEMPLATE, context, imprint, graduate.audit_institution)


def _supplement_of(
    graduate: Graduate, tables: Distributions | None
) -> tuple[DegreeFacts, tuple[Any, ...]]:
    """Return the facts of a graduate, and the rows of the page of micro-credentials."""
    day = graduate.graduation.certified_on
    entries = degrees.entries_until(graduate.enrolment, day)
    return degrees.facts_of(graduate, tables), tuple(records.rows_of(entries))


def _supplement_context(
    said: DegreeFacts, rows: tuple, graduate: Graduate, files: Sequence[Attachment] = ()
) -> tuple[dict, Imprint]:
    languages = graduate.audit_institution.document_languages
    imprint = degree_papers.imprint_of(said, graduate.audit_institution)
    annex: dict = {}
    if rows:
        page = RecordFacts(imprint, said.holder, said.title, rows)
        annex = annex_context(page, languages=languages)
    context = diploma_supplement_context(
        said,
        languages=languages,
        imprint=imprint,
        annex=bool(annex),
        embedded=[file.name for file in files],
    )
    return {**context, "annex": annex}, imprint


@change()
def _keep_supplement(
    graduate: Graduate, data: Printed, before: Document | None, key: IssuerKey | None, **named: Any
) -> Document:
    graduate = lock(graduate)
    if key:
        keys.hold(key)
    if graduate.supplement and graduate.supplement != before:  # another worker was faster
        return graduate.supplement
    about = {"kind": DocumentKind.DIPLOMA_SUPPLEMENT, "learner": graduate.enrolment.learner}
    document = documents.store_pdf(data, **about, **named)
    Graduate.objects.filter(pk=graduate.pk).update(supplement=document)
    documents.supersede(before, document)
    record(graduate, "print-supplement", by=None)
    return document
