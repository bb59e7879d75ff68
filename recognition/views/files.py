"""Where the files of a line are handed out, to those who work on it and to its applicant."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from credentials.models import Document
from credentials.views.documents import neutral_response_with, response_with
from recognition import blind
from recognition.models import Condition, Decision, Line
from recognition.permissions import can_see_document


@login_required
@never_cache
def document(request, uuid, document):
    """A file that was put forward, came with an answer, or was made of the decision."""
    line = get_object_or_404(Line.objects.visible_to(request.user), uuid=uuid)
    found = get_object_or_404(Document, uuid=document)
    if found.pk not in _files_of(line):
        raise Http404
    can_see_document(request.user, line, found).require()
    mask = blind.mask_for(request.user, line)
    if mask.hides:
        return neutral_response_with(found, mask.name_of(found))
    return response_with(found)


def _files_of(line: Line) -> set[int]:
    """Return the ids of all documents that belong to a line; answers when they are sent."""
    sources = line.sources.values_list("documents", "supplement")
    asked = line.information_requests
    answers = asked.exclude(answered_at=None).values_list("items__documents", flat=True)
    requests = asked.values_list("letter", flat=True)
    inquiries = asked.to_issuer().values_list("inquiry__letter", flat=True)
    letters = Decision.objects.filter(line=line).values_list("letter", flat=True)
    conditions = Condition.objects.filter(decision__line=line).values_list("documents", "notice")
    remedies = (
        *line.objections.values_list("documents", "letter"),
        *line.reopenings.values_list("documents"),
        *line.annulments.values_list("documents", "hearing", "letter"),
        *line.delays.values_list("letter"),
    )
    found = (pk for row in (*sources, *conditions, *remedies) for pk in row)
    return {*found, *answers, *requests, *inquiries, *letters} - {None}
