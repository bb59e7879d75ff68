"""The only place that prints what an applicant is asked as a letter, once."""

from credentials.models import Document, DocumentKind, Job
from credentials.services import facts, numbers, printing
from credentials.services.facts import address
from credentials.standards.documents import Imprint
from recognition.documents.information import InformationFacts, information_context
from recognition.models import InformationRequest, Line
from recognition.services.letter_facts import target_title


def run(job: Job) -> None:
    """Print the letter of a job's request; what issuers are asked has a letter of its own."""
    asked = InformationRequest.objects.to_applicant()
    printing.run(job, lambda: [make(asked.get(uuid=job.subject))])


def make(request: InformationRequest) -> Document:
    """Return the letter of a request; raises `PdfProblem` when it cannot be printed well."""
    if request.letter:
        return request.letter
    institution = request.line.case.institution
    number, code = numbers.take(institution, "INF")
    said = facts_for(request, number, code)
    context = information_context(said, languages=institution.document_languages)
    data = printing.rendered(
        "information_letter", context, institution, number=number, created=request.asked_at
    )
    letter, _is_new = printing.keep(
        request,
        data,
        kind=DocumentKind.INFORMATION_LETTER,
        title=context["title"],
        number=number,
        code=code,
        institution=institution,
        facts={"request": str(request.uuid)},
        holder=said.addressee,
    )
    return letter


def facts_for(request: InformationRequest, number: str, code: str) -> InformationFacts:
    """Return what is asked; nobody who asks is named, since a committee is not named either."""
    line = Line.objects.with_all().get(pk=request.line_id)
    case, complete_at = line.case, line.complete_at
    return InformationFacts(
        imprint=Imprint(
            institution=facts.of_institution(case.institution),
            number=number,
            created=request.asked_at,
            code=code,
            verify_url=address("verify-code", code),
        ),
        addressee=case.learner.name,
        case_reference=case.reference,
        programme=case.programme_version.title,
        target=target_title(line),
        items=tuple(item.text for item in request.items.all()),
        due_on=request.due_on,
        is_complete=complete_at is not None and complete_at <= request.asked_at,
        answer_url=address("information-answer", request.uuid),
        reply_to=case.institution.email,
    )
