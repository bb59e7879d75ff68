"""The only place that finds the line of a page, with what its reader is to it; else 404."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from recognition.models import Line


def line_for(request: HttpRequest, lines: QuerySet[Line] | None = None, **key: object) -> Line:
    """Return the line with this key among `lines`, by default all that the reader may see."""
    found = Line.objects.visible_to(request.user) if lines is None else lines
    return get_object_or_404(found.with_all(request.user), **key)
