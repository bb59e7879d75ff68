"""The only place that shows a design before it is kept, on a document that nobody gets."""

from datetime import UTC, datetime, time

from django.core.cache import cache
from django.utils.translation import gettext as _

from credentials.models import Institution, User
from credentials.pdf import DRAFT_SECONDS, preview_pdf
from credentials.permissions import can_keep_records
from credentials.services import designs, facts
from credentials.services.designs import Wanted
from credentials.standards.documents import Imprint
from credentials.verdict import Refused
from recognition.documents.samples import DAY, sample_context
from recognition.services.records import CAPACITY


def preview(institution: Institution, wanted: Wanted, template: str, *, by: User) -> bytes:
    """Return one of `samples.SAMPLES` as a PDF in a design; nothing is kept.

    One at a time for each person, since each takes a process of its own: `Refused` while another
    is made. Raises `PdfProblem` when it cannot be printed well.
    """
    can_keep_records(by, institution).require()
    busy = f"design-preview:{by.pk}"
    if not cache.add(busy, True, DRAFT_SECONDS):
        raise Refused(_("Your last preview is still being made. Try again in a moment."))
    try:
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
    finally:
        cache.delete(busy)


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
