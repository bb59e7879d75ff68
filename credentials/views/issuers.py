"""What machines read of us as issuers: DID documents and status lists. Public, no cookies."""

import hashlib
import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from credentials.models import Institution, StatusList
from credentials.services import keys, status
from credentials.trust.keys import BadKey

logger = logging.getLogger(__name__)


@require_safe
def did_document(request: HttpRequest, slug: str) -> HttpResponse:
    institution = get_object_or_404(Institution, slug=slug)
    response = JsonResponse(keys.document_of(institution), content_type="application/did+json")
    response["Cache-Control"] = "public, max-age=300"
    return _open_to_all(response)


@require_safe
def status_list(request: HttpRequest, uuid: str) -> HttpResponse:
    """The signed list; may be kept by caches, which must ask each time whether it has changed.

    503 while it cannot be signed because the master key is not the one that it was.
    """
    kept = get_object_or_404(StatusList.objects.select_related("institution"), uuid=uuid)
    try:
        text = status.published(kept)
    except BadKey as problem:
        logger.error("The status list %s cannot be signed: %s", kept.uuid, problem)
        return HttpResponse(status=503)
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    response = HttpResponse(text, content_type="application/vc")
    response["ETag"] = etag
    response["Cache-Control"] = "public, no-cache"
    _open_to_all(response)
    return get_conditional_response(request, etag=etag, response=response)


def _open_to_all(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    return response
