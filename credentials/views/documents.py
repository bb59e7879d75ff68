"""Where a kept file is handed out, to those who may read it and as what it really is."""

import logging

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache

from credentials.models import Document
from credentials.services import documents

logger = logging.getLogger(__name__)


@login_required
@never_cache
def download(request: HttpRequest, uuid: str) -> HttpResponse:
    return response_with(get_object_or_404(Document.objects.visible_to(request.user), uuid=uuid))


def response_with(document: Document) -> HttpResponse:
    """Return a file for saving: never shown in our name, never run, whatever is in it."""
    try:
        data = documents.read(document)
    except OSError:
        logger.exception("document %s cannot be read", document.uuid)
        raise Http404 from None
    response = HttpResponse(data, content_type=document.media_type)
    response["Content-Disposition"] = content_disposition_header(True, document.filename)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
