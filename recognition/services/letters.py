"""The only place that prints the letters of decisions and the notices that follow them, once."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from credentials.models import Document, DocumentKind, Institution, Job
from credentials.pdf import PdfProblem, render_pdf
from credentials.services import documents, jobs, mails, numbers
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, record
from recognition.documents.letter import LetterFacts, letter_document_context
from recognition.models import Condition, Decision, Line
from recognition.permissions import missing_notices, missing_supplements
from recognition.services import supplements
from recognition.services.letter_facts import imprint_of, notice_facts, signed_facts
from recognition.vocabulary import DecisionType


def run(job: Job) -> None:
    """Make the documents of a job's line; what was made before a crash is not made again."""
    if not jobs.begin(job):
        return
    try:
        made = []
        for number, document in enumerate(make(Line.objects.with_all().get(uuid=job.subject)), 1):
            jobs.advance(job, number)
            made.append(document)
    except PdfProblem as problem:
        jobs.fail(job, str(problem))
    else:
        jobs.finish(job, *made)


def make(line: Line) -> Iterator[Document]:
    """Make the letter, a supplement for each external credential that is recognised, and a notice
    of each condition that was missed.

    Raises `PdfProblem` when a document cannot be printed as it should be.
    """
    decision = line.decision
    yield decision.letter or _print(line, decision)
    for source in missing_supplements(line):
        yield supplements.make(source, decision)
    for condition in missing_notices(line):
        condition.decision = decision
        yield _print_notice(line.case.institution, condition)


def _print(line: Line, decision: Decision) -> Document:
    institution = line.case.institution
    decision.line = line
    imprint = imprint_of(decision, numbers.new_code(institution))
    said = signed_facts(line, decision, imprint)
    data, title = _rendered(said, institution, decision.decided_at)
    return _store(decision, data, title=title, code=imprint.code)


def _print_notice(institution: Institution, condition: Condition) -> Document:
    number = f"{condition.decision.number}-C{condition.position}"
    code = numbers.new_code(institution)
    imprint = imprint_of(condition.decision, code)
    said = notice_facts(condition, imprint, number)
    data, title = _rendered(said, institution, condition.settled_at)
    return _store_notice(condition, data, title=title, number=number, code=code)


def _rendered(said: LetterFacts, institution: Institution, created: datetime) -> tuple[bytes, str]:
    languages = institution.document_languages
    context = letter_document_context(said, languages=languages)
    data = render_pdf(
        "pdf/decision_letter.html",
        context,
        languages=languages,
        title=context["title"],
        identifier=said.imprint.number,
        created=created,
    )
    return data, context["title"]


@change()
def _store(decision: Decision, data: bytes, *, title: str, code: str) -> Document:
    decision = lock(decision)
    if decision.letter:
        return decision.letter
    decision.letter = documents.store(
        data,
        kind=DocumentKind.LETTER,
        title=title,
        filename=f"{decision.number}.pdf",
        media_type="application/pdf",
        institution=decision.line.case.institution,
        sniffed="pdf",
        number=decision.number,
        code=code,
        facts={"decision": str(decision.uuid)},
    )
    Decision.objects.filter(pk=decision.pk).update(letter=decision.letter)
    record(decision, "print-letter", by=None)
    if decision.type == DecisionType.INADMISSIBLE:
        Decision.objects.filter(pk=decision.pk).update(notified_at=timezone.now())
        _tell("line_not_admitted", decision.line)
    return decision.letter


@change()
def _store_notice(
    condition: Condition, data: bytes, *, title: str, number: str, code: str
) -> Document:
    condition = lock(condition)
    if condition.notice:
        return condition.notice
    condition.notice = documents.store(
        data,
        kind=DocumentKind.LETTER,
        title=title,
        filename=f"{number}.pdf",
        media_type="application/pdf",
        institution=condition.line.case.institution,
        sniffed="pdf",
        number=number,
        code=code,
        facts={"condition": str(condition.uuid)},
    )
    condition.save(update_fields=["notice"])
    record(condition, "print-notice", by=None)
    _tell("condition_missed", condition.line)
    return condition.notice


def _tell(template: str, line: Line) -> None:
    context = {"line": line, "url": address("case-detail", line.case.uuid)}
    mails.write(template, line.case.applicant, context)
