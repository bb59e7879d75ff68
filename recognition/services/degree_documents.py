"""The only place that prints diploma supplements and transcripts of records, each once.

What is printed is frozen with the document, so that whoever verifies it sees what it says. Printed
again after a correction it is a new document, which supersedes the old one.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid5

from django.db.models import QuerySet
from django.utils import timezone

from credentials.models import (
    OF_RECORDS,
    Document,
    DocumentKind,
    Enrolment,
    Graduate,
    Institution,
    IssuerKey,
    Job,
    JobKind,
    Learner,
    User,
)
from credentials.pdf import preview_pdf
from credentials.pdf_files import Attachment
from credentials.permissions import can_keep_records
from credentials.services import (
    degree_data,
    designs,
    documents,
    facts,
    jobs,
    keys,
    numbers,
    printing,
    seals,
)
from credentials.services.documents import Printed
from credentials.services.lifecycle import change, lock, record
from credentials.standards import facts_json
from credentials.standards.diploma_facts import DegreeFacts
from credentials.standards.diploma_supplement import diploma_supplement_context
from credentials.standards.documents import Imprint
from credentials.standards.transcript import transcript_context
from recognition.documents.record import RecordFacts, annex_context
from recognition.permissions import can_date_transcript
from recognition.services import degrees, records
from recognition.services.grade_distributions import Distributions

OF_THE_HOLDER = (
    *("kind", "holder", "title", "title_conferred", "started_on", "graduated_on", "components"),
    *("final_grade", "classification", "additional", "micro_credentials"),
    *("certified_on", "signatory", "capacity"),
)
"""The facts for whose sake a document is printed again; the last three are of itself."""

OF_STUDIES = ("holder", "title", "started_on")
"""What each transcript says; an earlier one in which it differs is replaced."""

SUPPLEMENT, TRANSCRIPT = "diploma_supplement", "transcript"


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
    content = _content(said, rows, graduate.audit_institution)
    before = graduate.supplement
    is_said = before is not None and before.facts.get("content") == content
    if before and is_said and anew in ("", before.facts.get("anew")):
        return before
    said = _numbered(said, graduate.audit_institution, "DS")
    key = seals.sealing(graduate.audit_institution)
    files = _as_data(said, graduate.audit_institution.document_languages, key)
    context, imprint = _supplement_context(said, rows, graduate, files)
    data = _rendered(SUPPLEMENT, context, imprint, graduate.audit_institution, files)
    named = _named(said, context, imprint, graduate.enrolment.learner)
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
    content = _content(said, rows, graduate.audit_institution)
    is_printed = kept is not None and kept.facts.get("content") == content
    text = _text([facts_json.to_json(said), *_as_json(rows)])
    return Outlook(text, is_printed, degree_data.problems(said))


def preview_supplement(graduate: Graduate, *, by: User) -> bytes:
    """Return the supplement as a PDF that says on each page that it is a draft; nothing is kept."""
    can_keep_records(by, graduate.audit_institution).require()
    graduate = degrees.with_degrees(Graduate.objects.filter(pk=graduate.pk)).get()
    said, rows = _supplement_of(graduate, None)
    context, imprint = _supplement_context(said, rows, graduate)
    return _previewed(SUPPLEMENT, context, imprint, graduate.audit_institution)


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
    imprint = _imprint(said, graduate.audit_institution)
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


# The transcript of records


@change()
def start_transcript(enrolment: Enrolment, *, dated: date, by: User) -> Job:
    """Have a transcript until a day printed in the background; the same order twice is one job."""
    institution = enrolment.audit_institution
    can_keep_records(by, institution).require()
    can_date_transcript(enrolment, dated).require()
    record(enrolment, "order-transcript", by=by, after=dated.isoformat())
    return jobs.start(
        JobKind.TRANSCRIPTS,
        uuid5(enrolment.uuid, f"{by.uuid} {dated.isoformat()}"),
        institution=institution,
        by=by,
        parameters={"enrolment": str(enrolment.uuid), "dated": dated.isoformat()},
    )


def run_transcripts(job: Job) -> None:
    """Print the transcript of a job, signed by who asked for it."""

    def make() -> Iterable[Document]:
        enrolment = Enrolment.objects.get(uuid=job.parameters["enrolment"])
        day = date.fromisoformat(job.parameters["dated"])
        yield print_transcript(enrolment, day, signatory=job.owner.name if job.owner else "")

    printing.run(job, make)


def print_transcript(enrolment: Enrolment, day: date, *, signatory: str = "") -> Document:
    """Return the transcript of a day; printed when there is none that says the same.

    It supersedes earlier ones that say what no longer holds; those that only say less stay as
    they are. Raises `PdfProblem` when it cannot be printed well.
    """
    enrolment = degrees.with_studies(Enrolment.objects.filter(pk=enrolment.pk)).get()
    institution = enrolment.audit_institution
    said = _transcript_of(enrolment, day, signatory)
    content = _content(said, (), institution)
    for before in _standing_transcripts(enrolment):
        if before.facts.get("content") == content:
            return before
    said = _numbered(said, institution, "TR")
    files = _as_data(said, institution.document_languages)
    context, imprint = _transcript_context(said, institution)
    data = _rendered(TRANSCRIPT, context, imprint, institution, files)
    named = _named(said, context, imprint, enrolment.learner)
    kept = {**named["facts"], "enrolment": str(enrolment.uuid), "content": content}
    return _keep_transcript(enrolment, data, **{**named, "facts": kept})


def preview_transcript(enrolment: Enrolment, day: date, *, by: User) -> bytes:
    """Return a transcript as a PDF that says on each page that it is a draft; nothing is kept."""
    can_keep_records(by, enrolment.audit_institution).require()
    can_date_transcript(enrolment, day).require()
    enrolment = degrees.with_studies(Enrolment.objects.filter(pk=enrolment.pk)).get()
    institution = enrolment.audit_institution
    said = _transcript_of(enrolment, day, by.name)
    context, imprint = _transcript_context(said, institution)
    return _previewed(TRANSCRIPT, context, imprint, institution)


def _transcript_of(enrolment: Enrolment, day: date, signatory: str) -> DegreeFacts:
    said = degrees.facts_of_enrolment(enrolment, day)
    return replace(said, signatory=signatory, capacity=records.CAPACITY if signatory else {})


def _transcript_context(said: DegreeFacts, institution: Institution) -> tuple[dict, Imprint]:
    imprint = _imprint(said, institution)
    languages = institution.document_languages
    return transcript_context(said, languages=languages, imprint=imprint), imprint


def _standing_transcripts(enrolment: Enrolment) -> Iterable[Document]:
    return Document.objects.filter(
        kind=DocumentKind.TRANSCRIPT,
        learner=enrolment.learner_id,
        facts__enrolment=str(enrolment.uuid),
        superseded_by=None,
    )


@change()
def _keep_transcript(enrolment: Enrolment, data: Printed, **named: Any) -> Document:
    enrolment = lock(enrolment)
    content, degree = named["facts"]["content"], named["facts"]["degree"]
    earlier = list(_standing_transcripts(enrolment))
    for one in earlier:  # another worker was faster
        if one.facts.get("content") == content:
            return one
    about = {"kind": DocumentKind.TRANSCRIPT, "learner": enrolment.learner}
    document = documents.store_pdf(data, **about, **named)
    for one in earlier:
        if _is_corrected(one.facts["degree"], degree):
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


# What both have in common


def _content(said: DegreeFacts, rows: tuple, institution: Institution) -> str:
    """Return a hash of what a document says of its holder (SHA-256, hex).

    Texts on programme, institution and country are none of it: when one of them is improved, what
    was printed before stays true.
    """
    full = facts_json.to_json(said)
    own = {name: full[name] for name in OF_THE_HOLDER if name in full}
    text = _text([own, _as_json(rows), list(institution.document_languages)])
    return hashlib.sha256(text.encode()).hexdigest()


def _as_json(rows: tuple) -> list[Any]:
    return [facts_json.to_json(row) for row in rows]


def _text(said: list[Any]) -> str:
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def _numbered(said: DegreeFacts, institution: Institution, series: str) -> DegreeFacts:
    number, code = numbers.take(institution, series)
    own = uuid5(UUID(said.id.removeprefix("urn:uuid:")), number)
    address = facts.address("verify-code", code)
    return replace(said, id=f"urn:uuid:{own}", number=number, verify_url=address)


def _imprint(said: DegreeFacts, institution: Institution) -> Imprint:
    """Return the imprint of a document, of a draft when it has no address to verify yet."""
    return Imprint(
        institution=facts.of_institution(institution),
        number=said.number,
        created=_created(said),
        code=said.verify_url.rstrip("/").rpartition("/")[2],
        verify_url=said.verify_url,
        signatory=said.signatory,
        capacity=said.capacity,
    )


def _created(said: DegreeFacts) -> datetime:
    day = said.certified_on or timezone.localdate()
    return timezone.make_aware(datetime.combine(day, time(12)))


def _as_data(said: DegreeFacts, languages: Sequence[str], key: IssuerKey | None = None) -> tuple:
    return degree_data.files(said, key, generated=_created(said), language=languages[0])


def _rendered(
    template: str,
    context: dict,
    imprint: Imprint,
    institution: Institution,
    files: Sequence[Attachment],
) -> Printed:
    return printing.rendered(
        template,
        context,
        institution,
        number=imprint.number,
        created=imprint.created,
        attachments=files,
    )


def _previewed(template: str, context: dict, imprint: Imprint, institution: Institution) -> bytes:
    return preview_pdf(
        f"pdf/{template}.html",
        context,
        languages=institution.document_languages,
        title=context["title"],
        created=imprint.created,
        design=designs.look_of(designs.current(institution)),
    )


def _named(said: DegreeFacts, context: dict, imprint: Imprint, learner: Learner) -> dict[str, Any]:
    """Return what is kept with a document; `shown` and initials are what whoever verifies sees."""
    shown = {
        "programme": dict(said.title),
        "title_conferred": said.title_conferred,
        "date": said.certified_on.isoformat() if said.certified_on else "",
        "ects": str(said.ects_achieved),
    }
    return {
        "title": context["title"],
        "number": imprint.number,
        "code": imprint.code,
        "institution": learner.institution,
        "dated_on": said.certified_on,
        "facts": {
            "shown": shown,
            "degree": facts_json.to_json(said),
            **documents.about(said.holder.name),
        },
    }
