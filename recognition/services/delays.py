"""The only place that prints the letter on a delay, once."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.models import Document, Job
from credentials.services import facts, numbers, printing
from credentials.services.facts import address
from credentials.standards.documents import Imprint
from recognition.documents.delay import DelayFacts, delay_context
from recognition.documents.letter import Remedy
from recognition.models import Delay, Line
from recognition.services.letter_facts import target_title


def run(job: Job) -> None:
    """Print the letter of a job's delay."""
    printing.run(job, lambda: [make(Delay.objects.get(uuid=job.subject))])


def make(delay: Delay) -> Document:
    """Return the letter of a delay; raises `PdfProblem` when it cannot be printed well."""
    if delay.letter:
        return delay.letter
    institution = delay.line.case.institution
    number, code = numbers.take(institution, "DLY")
    said = _facts(delay, number, code)
    context = delay_context(said, languages=institution.document_languages)
    data = printing.rendered(
        "delay_letter", context, institution, number=number, created=delay.announced_at
    )
    letter, _is_new = printing.keep(
        delay,
        data,
        title=context["title"],
        number=number,
        code=code,
        institution=institution,
        facts={"delay": str(delay.uuid)},
        holder=said.addressee,
    )
    return letter


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
