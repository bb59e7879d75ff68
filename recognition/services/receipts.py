"""The only place that prints the receipt of an application, once, as it came in."""

from credentials.models import Document, DocumentKind, Job, Origin
from credentials.services import facts, numbers, printing
from credentials.services.facts import address
from credentials.standards.documents import Imprint
from recognition.documents.receipt import (
    ReceiptFacts,
    ReceiptFile,
    ReceiptLine,
    ReceiptSource,
    receipt_context,
)
from recognition.models import Case, Intake, Line, LineSource, Purpose
from recognition.opinions import target_ects
from recognition.services.letter_facts import target_title
from recognition.sources import facts_of


def run(job: Job) -> None:
    """Print the receipt of a job's case."""
    printing.run(job, lambda: [make(Case.objects.get(uuid=job.subject))])


def make(case: Case) -> Document:
    """Return the receipt of a case; raises `PdfProblem` when it cannot be printed well."""
    if case.receipt:
        return case.receipt
    institution = case.institution
    number, code = numbers.take(institution, "RCP")
    said = facts_for(case, number, code)
    context = receipt_context(said, languages=institution.document_languages)
    data = printing.rendered(
        "receipt", context, institution, number=number, created=case.submitted_at
    )
    receipt, _is_new = printing.keep(
        case,
        data,
        column="receipt",
        kind=DocumentKind.RECEIPT,
        action="print-receipt",
        title=context["title"],
        number=number,
        code=code,
        institution=institution,
        facts={"case": str(case.uuid)},
        holder=said.addressee,
    )
    return receipt


def facts_for(case: Case, number: str, code: str) -> ReceiptFacts:
    """Return what came in with a case; also lines that were withdrawn since."""
    version, consent = case.programme_version, case.consent
    lines = case.lines.with_all().prefetch_related("sources__documents", "sources__credential")
    entered = "" if case.intake == Intake.ONLINE else Intake(case.intake).label
    return ReceiptFacts(
        imprint=Imprint(
            institution=facts.of_institution(case.institution),
            number=number,
            created=case.submitted_at,
            code=code,
            verify_url=address("verify-code", code),
        ),
        addressee=case.learner.name,
        student_number=case.learner.student_number,
        case_reference=case.reference,
        programme=version.title,
        regulations=version.regulations,
        arrived_at=case.submitted_at,
        has_time=case.received_on is None,
        entered=entered,
        consent=ReceiptFile(consent.title, consent.filename) if consent else None,
        lines=tuple(_line(line) for line in lines.order_by("position")),
        is_binding=case.purpose != Purpose.ADVANCE,
        check_due_on=case.check_due_on,
        decision_days=case.policy.decision_days,
        reply_to=case.institution.email,
    )


def _line(line: Line) -> ReceiptLine:
    sources = sorted(line.sources.all(), key=lambda source: (source.position, source.pk))
    return ReceiptLine(
        position=line.position,
        sources=tuple(_source(source) for source in sources),
        target=target_title(line),
        code=line.module.code if line.module else "",
        ects=target_ects(line) or None,
    )


def _source(source: LineSource) -> ReceiptSource:
    said, credential = facts_of(source), source.credential
    files = sorted(source.documents.all(), key=lambda document: document.pk)
    return ReceiptSource(
        title=said.title,
        bodies=tuple(body.name for body in (said.awarding_body, *said.joint_bodies) if body.name),
        ects=said.ects,
        hours=said.hours,
        files=(
            *(ReceiptFile(document.title, document.filename) for document in files),
            *(ReceiptFile(link["title"], link["url"]) for link in source.links),
        ),
        is_ours=credential is not None and credential.origin == Origin.AWARD,
    )
