"""Pages of the printed list of what was recognised before: ordered by registrars, read by all."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from credentials.models import Document, DocumentKind, Institution
from credentials.services import documents
from credentials.verdict import Refused
from credentials.views.documents import response_with
from recognition.forms.precedents import PrintListForm
from recognition.services import precedent_lists

LATEST = 10


@login_required
@never_cache
def print_list(request, slug):
    """What an edition would list now, and the editions that were printed."""
    institution = get_object_or_404(Institution.objects.kept_by(request.user), slug=slug)
    said = request.POST if request.method == "POST" else None
    form = PrintListForm(said, institution=institution)
    if request.method == "POST" and form.is_valid():
        programme = form.cleaned_data["programme"]
        try:
            job = precedent_lists.order(institution, programme, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect("job-detail", job.uuid)
    context = {
        "institution": institution,
        "form": form,
        "number": precedent_lists.printable(institution).count(),
        "editions": precedent_lists.editions(institution)[:LATEST],
    }
    return render(request, "precedents/print.html", context)


@require_safe
@never_cache
def download(request, uuid):
    """An edition for everybody; the address of one that was replaced leads to the newest."""
    found = Document.objects.filter(kind=DocumentKind.PRECEDENT_LIST)
    edition = get_object_or_404(found, uuid=uuid)
    if newer := documents.newer(edition):
        return redirect("precedent-list-download", newer.uuid)
    return response_with(get_object_or_404(precedent_lists.current(), pk=edition.pk))
