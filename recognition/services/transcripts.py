"""The only place that prints transcripts of records, each once, and once more for a reason.

What is printed is frozen with the document, as in `degree_documents`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid5

from django.db.models import F, QuerySet

from credentials.models import (
    Document,
    DocumentKind,
    Enrolment,
    Institution,
    Job,
    JobKind,
    Learner,
    User,
)
from credentials.permissions import can_keep_records
from credentials.services import (
    documents,
    jobs,
    printing,
)
from credentials.services.documents import Printed
from credentials.services.lifecycle import change, lock, record
from credentials.standards.diploma_facts import DegreeFacts
from credentials.standards.documents import Imprint
from credentials.standards.transcript import transcript_context
from recognition.permissions import can_date_transcript, can_print_transcript_anew
from recognition.services import degree_papers, degrees, records

TEMPLATE = "transcript"

OF_STUDIES = ("holder", "title", "started_on")
"""What each transcript says; an earlier one in which it differs is replaced."""


@change()
def start(enrolment: Enrolment, *, dated: date, by: User) -> Job:
    """Have a transcript until a day printed in the background; the same order twice is one job."""
    can_keep_records(by, enrolment.audit_institution).require()
    can_date_transcript(enrolment, dated).require()
    record(enrolment, "order-transcript", by=by, after=dated.isoformat())
    return _started(enrolment, dated, by)


@change()
def start_anew(document: Document, *, by: User, reason: str) -> Job:
    """Have a transcript printed once more, of the same day, to take the place of `document`."""
    can_print_transcript_anew(by, document).require()
    enrolment = enrolment_of(document)
    day = document.dated_on
    record(enrolment, "print-anew", by=by, after=day.isoformat(), text=reason)
    return _started(enrolment, day, by, anew=reason, replaces=str(document.uuid))


def _started(enrolment: Enrolment, day: date, by: User, **more: str) -> Job:
    order = " ".join([str(by.uuid), day.isoformat(), *more.values()])
    return jobs.start(
        JobKind.TRANSCRIPTS,
        uuid5(enrolment.uuid, order),
        institution=enrolment.audit_institution,
        by=by,
        parameters={"enrolment": str(enrolment.uuid), "dated": day.isoformat(), **more},
    )


def enrolment_of(document: Document) -> Enrolment:
    """Return the studies of which a transcript says what was achieved."""
    return Enrolment.objects.get(uuid=document.facts["enrolment"])


def run(job: Job) -> None:
    """Print the transcript of a job, signed by who asked for it."""

    def make() -> Iterable[Document]:
        enrolment = Enrolment.objects.get(uuid=job.parameters["enrolment"])
        day = date.fromisoformat(job.parameters["dated"])
        signatory = job.owner.name if job.owner else ""
        replaces = job.parameters.get("replaces", "")
        anew = str(job.uuid) if replaces else ""
        yield print_one(enrolment, day, signatory=signatory, anew=anew, replaces=replaces)

    printing.run(job, make)


def print_one(
    enrolment: Enrolment, day: date, *, signatory: str = "", anew: str = "", replaces: str = ""
) -> Document:
    """Return the transcript of a day; printed when there is none that says the same.

    It supersedes earlier ones that say what no longer holds; those that only say less stay as
    they are. `anew`: an order (its uuid) to print it once all the same, in the place of `replaces`
    (uuid). Raises `PdfProblem` when it cannot be printed well.
    """
    enrolment = degrees.with_studies(Enrolment.objects.filter(pk=enrolment.pk)).get()
    institution = enrolment.audit_institution
    said = _facts_of(enrolment, day, signatory)
    content = degree_papers.content_of(said, (), institution)
    for before in _standing(enrolment):
        if _is_as_ordered(before, content, anew):
            return before
    said = degree_papers.numbered(said, institution, "TR")
    files = degree_papers.as_data(said, institution.document_languages)
    context, imprint = _context(said, institution)
    data = degree_papers.rendered(TEMPLATE, context, imprint, institution, files)
    named = degree_papers.named_of(said, context, imprint, enrolment.learner)
    kept = {**named["facts"], "enrolment": str(enrolment.uuid), "content": content}
    kept |= {"anew": anew} if anew else {}
    return _keep(enrolment, data, replaces, **{**named, "facts": kept})


def _is_as_ordered(document: Document, content: str, anew: str) -> bool:
    says_so = document.facts.get("content") == content
    return says_so and anew in ("", document.facts.get("anew"))


def preview(enrolment: Enrolment, day: date, *, by: User) -> bytes:
    """Return a transcript as a PDF that says on each page that it is a draft; nothing is kept."""
    can_keep_records(by, enrolment.audit_institution).require()
    can_date_transcript(enrolment, day).require()
    enrolment = degrees.with_studies(Enrolment.objects.filter(pk=enrolment.pk)).get()
    institution = enrolment.audit_institution
    said = _facts_of(enrolment, day, by.name)
    context, imprint = _context(said, institution)
    return degree_papers.previewed(TEMPLATE, context, imprint, institution)


def _facts_of(enrolment: Enrolment, day: date, signatory: str) -> DegreeFacts:
    said = degrees.facts_of_enrolment(enrolment, day)
    return replace(said, signatory=signatory, capacity=records.CAPACITY if signatory else {})


def _context(said: DegreeFacts, institution: Institution) -> tuple[dict, Imprint]:
    imprint = degree_papers.imprint_of(said, institution)
    languages = institution.document_languages
    return transcript_context(said, languages=languages, imprint=imprint), imprint


def standing_of(learner: Learner) -> QuerySet[Document]:
    """Return a learner's transcripts in whose place none has come, the newest day first.

    `of`: the enrolment (uuid) of which they say what was achieved.
    """
    found = Document.objects.filter(
        kind=DocumentKind.TRANSCRIPT, learner=learner, superseded_by=None
    )
    return found.annotate(of=F("facts__enrolment")).order_by("-dated_on", "-pk")


def _standing(enrolment: Enrolment) -> QuerySet[Document]:
    return standing_of(enrolment.learner).filter(facts__enrolment=str(enrolment.uuid))


@change()
def _keep(enrolment: Enrolment, data: Printed, replaces: str, **named: Any) -> Document:
    enrolment = lock(enrolment)
    kept = named["facts"]
    earlier = list(_standing(enrolment))
    for one in earlier:  # another worker was faster
        if _is_as_ordered(one, kept["content"], kept.get("anew", "")):
            return one
    about = {"kind": DocumentKind.TRANSCRIPT, "learner": enrolment.learner}
    document = documents.store_pdf(data, **about, **named)
    for one in earlier:
        if str(one.uuid) == replaces or _is_corrected(one.facts["degree"], kept["degree"]):
            documents.supersede(one, document)
    record(enrolment, "print-transcript", by=None)
    return document


def _is_corrected(before: dict, now: dict) -> bool:
    """Whether a transcript says of holder, studies or a component what one of that day or later
    does not say any more. One of a later day is not judged: it may say more.
    """
    if before["certified_on"] > now["certified_on"]:
        return False
    components = now.get("components", [])
    missing = [one for one in before.get("components", []) if one not in components]
    changed = [name for name in OF_STUDIES if before.get(name) != now.get(name)]
    has_other_end = "graduated_on" in before and before["graduated_on"] != now.get("graduated_on")
    return bool(missing or changed or has_other_end)
