"""The only place that shows a design before it is kept, on a document that nobody gets."""

from datetime import UTC, datetime, time

from credentials.models import Institution, User
from credentials.pdf import preview_pdf
from credentials.permissions import can_keep_records
from credentials.services import designs, facts
from credentials.services.designs import Wanted
from credentials.standards.documents import Imprint
from recognition.documents.samples import DAY, sample_context
from recognition.services import drafts
from recognition.services.records import CAPACITY


def preview(institution: Institution, wanted: Wanted, template: str, *, by: User) -> bytes:
    """Return one of `samples.SAMPLES` as a PDF in a design; nothing is kept.

    Raises `drafts.Busy` while another draft of the same person is made, and
    `PdfProblem` when it cannot be printed well.
    """
    can_keep_records(by, institution).require()
    with drafts.one_at_a_time(by):
        imprint = _imprint(institution, wanted, by)
        languages = institution.document_languages
        context = sample_context(template, imprint, languages=languages)
        return preview_pdf(
            f"pdf/{template}.html",
            context,
            languages=languages,
            title=context["title"],
            created=imprint.created,
            design=designs.look(wanted, institution),
        )


def _imprint(institution: Institution, wanted: Wanted, by: User) -> Imprint:
    """Return an imprint signed by the first one who signs in this design."""
    signing = next(iter(wanted.signatures), None)
    return Imprint(
        institution=facts.of_institution(institution),
        number=f"{institution.number_prefix}-0000",
        created=datetime.combine(DAY, time(12), tzinfo=UTC),
        code=f"{institution.number_prefix}-0000-0000",
        verify_url=facts.address("verify"),
        signatory=signing.name if signing else str(by),
        capacity=signing.capacity if signing else CAPACITY,
    )
