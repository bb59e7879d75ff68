"""Where a kept file is handed out, to those who may read it and as what it really is."""

import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from credentials import pdf_files, pictures
from credentials.models import Document, DocumentKind
from credentials.pdf_files import PdfProblem
from credentials.pictures import PictureProblem
from credentials.services import documents
from credentials.verdict import Refused

T = TypeVar("T")
R = TypeVar("R", bound=HttpResponseBase)

logger = logging.getLogger(__name__)

CLEANED = {
    "application/pdf": pdf_files.without_metadata,
    "image/png": pictures.without_metadata,
    "image/jpeg": pictures.without_metadata,
    "text/plain": bytes,
}


@login_required
@never_cache
def download(request: HttpRequest, uuid: str) -> HttpResponseBase:
    document = get_object_or_404(Document.objects.visible_to(request.user), uuid=uuid)
    if document.kind == DocumentKind.PRINT_RUN:  # may be larger than memory
        response = FileResponse(_found(documents.opened, document))
        return _safe(response, document.media_type, document.filename)
    return response_with(document)


@login_required
@never_cache
def embedded(request: HttpRequest, uuid: str, name: str) -> HttpResponse:
    """Hand out what a printed document carries as data; whoever reads it has that inside of it."""
    document = get_object_or_404(Document.objects.visible_to(request.user), uuid=uuid)
    file = _found(partial(documents.file_in, name=name), document)
    if file is None:
        raise Http404
    return _safe(HttpResponse(file.data), file.media_type, name)


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
    return _found(documents.read, document)


def _found(read: Callable[[Document], T], document: Document) -> T:
    try:
        return read(document)
    except (OSError, PdfProblem):
        logger.exception("document %s cannot be read", document.uuid)
        raise Http404 from None


def _response(document: Document, data: bytes, filename: str) -> HttpResponse:
    return _safe(HttpResponse(data), document.media_type, filename)


def _safe(response: R, media_type: str, filename: str) -> R:
    response["Content-Type"] = media_type
    response["Content-Disposition"] = content_disposition_header(True, filename)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
