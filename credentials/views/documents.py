"""Where a kept file is handed out, to those who may read it and as what it really is."""

import logging

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from credentials import pdf_files, pictures
from credentials.models import Document
from credentials.pdf_files import PdfProblem
from credentials.pictures import PictureProblem
from credentials.services import documents
from credentials.verdict import Refused

logger = logging.getLogger(__name__)

CLEANED = {
    "application/pdf": pdf_files.without_metadata,
    "image/png": pictures.without_metadata,
    "image/jpeg": pictures.without_metadata,
    "text/plain": bytes,
}


@login_required
@never_cache
def download(request: HttpRequest, uuid: str) -> HttpResponse:
    return response_with(get_object_or_404(Document.objects.visible_to(request.user), uuid=uuid))


def response_with(document: Document) -> HttpResponse:
    """Return a file for saving: never shown in our name, never run, whatever is in it."""
    return _response(document, _read(document), document.filename)


def neutral_response_with(document: Document, filename: str) -> HttpResponse:
    """Return a file under another name, and without what is written beside its contents.

    Raises `Refused` for a kind of file in which that cannot be found.
    """
    clean = CLEANED.get(document.media_type)
    if clean is None:
        raise Refused(_("A file of this kind may say who made it, so it cannot be shown here."))
    try:
        return _response(document, clean(_read(document)), filename)
    except (PdfProblem, PictureProblem):
        raise Refused(_("This file cannot be read, so it cannot be shown here.")) from None


def _read(document: Document) -> bytes:
    try:
        return documents.read(document)
    except OSError:
        logger.exception("document %s cannot be read", document.uuid)
        raise Http404 from None


def _response(document: Document, data: bytes, filename: str) -> HttpResponse:
    response = HttpResponse(data, content_type=document.media_type)
    response["Content-Disposition"] = content_disposition_header(True, filename)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
