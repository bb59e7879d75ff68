"""The only place that prints the letter on a delay, once."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.models import Document, DocumentKind, Job
from credentials.pdf import PdfProblem, render_pdf
from credentials.services import documents, facts, jobs, numbers
from credentials.services.facts import address
from credentials.services.lifecycle import change, lock, record
from credentials.standards.documents import Imprint
from recognition.documents.delay import DelayFacts, delay_context
from recognition.documents.letter import Remedy
from recognition.models import Delay, Line
from recognition.services.letter_facts import target_title


def run(job: Job) -> None:
    """Print the letter of a job's delay."""
    if not jobs.begin(job):
        return
    try:
        document = make(Delay.objects.get(uuid=job.subject))
    except PdfProblem as problem:
        jobs.fail(job, str(problem))
    else:
        jobs.finish(job, document)


def make(delay: Delay) -> Document:
    """Return the letter of a delay; raises `PdfProblem` when it cannot be printed well."""
    if delay.letter:
        return delay.letter
    institution = delay.line.case.institution
    languages = institution.document_languages
    number, code = numbers.take(institution, "DLY")
    context = delay_context(_facts(delay, number, code), languages=languages)
    data = render_pdf(
        "pdf/delay_letter.html",
        context,
        languages=languages,
        title=context["title"],
        identifier=number,
        created=delay.announced_at,
    )
    return _store(delay, data, title=context["title"], number=number, code=code)


def _facts(delay: Delay, number: str, code: str) -> DelayFacts:
    line = Line.objects.with_all().get(pk=delay.line_id)
    case, policy = line.case, line.case.policy
    return DelayFacts(
        imprint=Imprint(
            institution=facts.of_institution(case.institution),
            number=number,
            created=delay.announced_at,
            code=code,
            verify_url=address("verify-code", code),
        ),
        addressee=case.learner.name,
        case_reference=case.reference,
        programme=case.programme_version.title,
        target=target_title(line),
        complete_on=timezone.localdate(line.complete_at),
        promised_on=delay.old_due_on,
        new_due_on=delay.new_due_on,
        reason=delay.reason,
        remedy=Remedy(
            body=policy.appeal_body,
            address=policy.appeal_address,
            form=_("In the portal, or in writing with the number of this letter."),
            period="",
        ),
    )


@change()
def _store(delay: Delay, data: bytes, *, title: str, number: str, code: str) -> Document:
    delay = lock(delay)
    if delay.letter:
        return delay.letter
    delay.letter = documents.store(
        data,
        kind=DocumentKind.LETTER,
        title=title,
        filename=f"{number}.pdf",
        media_type="application/pdf",
        institution=delay.line.case.institution,
        sniffed="pdf",
        number=number,
        code=code,
        facts={"delay": str(delay.uuid)},
    )
    Delay.objects.filter(pk=delay.pk).update(letter=delay.letter)
    record(delay, "print-letter", by=None)
    return delay.letter
