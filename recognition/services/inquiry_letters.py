"""The only place that prints the letter to an issuer, once, and keeps it with the inquiry."""

from django.utils import timezone

from credentials.models import Document, DocumentKind, Job
from credentials.services import facts, numbers, printing
from credentials.services.facts import address
from credentials.standards.documents import Imprint
from recognition.documents.inquiry import InquiryFacts, inquiry_context
from recognition.models import IssuerInquiry, LineSource
from recognition.sources import facts_of


def run(job: Job) -> None:
    """Make the letter of a job's request; one that was made before a crash is not made again."""
    printing.run(job, lambda: [make(IssuerInquiry.objects.get(request__uuid=job.subject))])


def make(inquiry: IssuerInquiry) -> Document:
    """Print the letter; raises `PdfProblem` when it cannot be printed as it should be."""
    if inquiry.letter:
        return inquiry.letter
    institution = inquiry.request.line.case.institution
    imprint = Imprint(
        institution=facts.of_institution(institution),
        number=inquiry.number,
        created=inquiry.request.asked_at,
        code=(code := numbers.new_code(institution)),
        verify_url=address("verify-code", code),
        signatory=str(inquiry.request.asked_by),
    )
    said = _facts(inquiry, imprint)
    context = inquiry_context(said, languages=institution.document_languages)
    asked_at = inquiry.request.asked_at
    data = printing.rendered(
        "issuer_letter", context, institution, number=inquiry.number, created=asked_at
    )
    letter, _is_new = printing.keep(
        inquiry,
        data,
        kind=DocumentKind.ISSUER_LETTER,
        log=inquiry.request,
        title=context["title"],
        number=inquiry.number,
        code=code,
        institution=institution,
        facts={"inquiry": str(inquiry.request.uuid)},
    )
    return letter


def _facts(inquiry: IssuerInquiry, imprint: Imprint) -> InquiryFacts:
    request = inquiry.request
    case = request.line.case
    said = facts_of(request.source)
    return InquiryFacts(
        imprint=imprint,
        addressee=inquiry.name,
        address=inquiry.postal_address or inquiry.email,
        holder=holder_of(request.source),
        title=said.title,
        awarded_on=awarded_on(request.source),
        number=said.number,
        items=tuple(item.text for item in request.items.all()),
        due_on=request.due_on,
        reply_to=case.institution.email,
    )


def holder_of(source: LineSource) -> str:
    """Return the name under which the issuer finds its record."""
    holder = facts_of(source).holder
    return holder.name if holder and holder.name else source.line.case.learner.name


def awarded_on(source: LineSource):
    """Return the day of the award, or that of issue, None when neither is stated."""
    said = facts_of(source)
    return said.awarded_on or (said.issued_on and timezone.localdate(said.issued_on))
