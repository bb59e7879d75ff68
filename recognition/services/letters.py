"""The only place that prints the letters of decisions and the notices that follow them, once."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from credentials.language import DOCUMENT_LANGUAGES
from credentials.models import Document, Institution, Job
from credentials.services import mails, numbers, printing
from credentials.services.documents import Printed
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock
from credentials.standards.documents import in_each
from recognition.documents.letter import DECIDED, LetterFacts, letter_document_context
from recognition.models import Condition, Decision, Line
from recognition.permissions import missing_notices, missing_supplements
from recognition.services import supplements
from recognition.services.letter_facts import imprint_of, notice_facts, signed_facts
from recognition.vocabulary import DecisionType


def run(job: Job) -> None:
    """Make the documents of a job's line; what was made before a crash is not made again."""
    printing.run(job, lambda: make(Line.objects.with_all().get(uuid=job.subject)))


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
    kept = {"shown": _shown(said)}
    if isinstance(said.placement, Mapping):
        kept["placement"] = dict(said.placement)
    return _store(decision, data, title=title, code=imprint.code, **kept)


def _shown(said: LetterFacts) -> dict[str, Any]:
    """Return what is kept of a letter for whoever verifies it: what was decided, of nobody."""
    granted = [line.granted_ects for line in said.lines if line.granted_ects]
    return {
        "decision": in_each(DOCUMENT_LANGUAGES, lambda _tag: DECIDED[said.decision]),
        "ects": str(sum(granted)) if granted else "",
        "date": said.decided_on.isoformat() if said.decided_on else "",
    }


def _print_notice(institution: Institution, condition: Condition) -> Document:
    number = f"{condition.decision.number}-C{condition.position}"
    code = numbers.new_code(institution)
    imprint = imprint_of(condition.decision, code)
    said = notice_facts(condition, imprint, number)
    data, title = _rendered(said, institution, condition.settled_at)
    return _store_notice(condition, data, title=title, number=number, code=code)


def _rendered(
    said: LetterFacts, institution: Institution, created: datetime
) -> tuple[Printed, str]:
    context = letter_document_context(said, languages=institution.document_languages)
    number = said.imprint.number
    data = printing.rendered(
        "decision_letter", context, institution, number=number, created=created
    )
    return data, context["title"]


@change()
def _store(
    decision: Decision, data: Printed, *, title: str, code: str, **kept: dict[str, Any]
) -> Document:
    """`kept`: what is kept with the letter of what it says, such as the semester."""
    decision = lock(decision)
    letter, is_new = printing.keep(
        decision,
        data,
        title=title,
        number=decision.number,
        code=code,
        institution=decision.line.case.institution,
        facts={"decision": str(decision.uuid), **kept},
        holder=decision.line.case.learner.name,
    )
    if is_new and decision.type == DecisionType.INADMISSIBLE:
        Decision.objects.filter(pk=decision.pk).update(notified_at=timezone.now())
        _tell("line_not_admitted", decision.line)
    return letter


@change()
def _store_notice(
    condition: Condition, data: Printed, *, title: str, number: str, code: str
) -> Document:
    condition = lock(condition)
    notice, is_new = printing.keep(
        condition,
        data,
        column="notice",
        action="print-notice",
        title=title,
        number=number,
        code=code,
        institution=condition.line.case.institution,
        facts={"condition": str(condition.uuid)},
        holder=condition.line.case.learner.name,
    )
    if is_new:
        _tell("condition_missed", condition.line)
    return notice


def _tell(template: str, line: Line) -> None:
    context = {"line": line, "url": address("case-detail", line.case.uuid)}
    mails.write(template, line.case.applicant, context)
