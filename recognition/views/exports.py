"""Pages of the export to the student information system, and of what others recognised."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from credentials.verdict import Refused
from credentials.views.bodies import kept_institution
from recognition.models import Export
from recognition.services import exports, issuers

LATEST = 20
FORMATS = {"csv": (exports.as_csv, "text/csv"), "json": (exports.as_json, "application/json")}


@login_required
@never_cache
def index(request):
    """What a run would tell, what it lacks, and the runs so far; nine queries for any number."""
    institution, kept = kept_institution(request)
    if request.method == "POST":
        return _run(request, institution)
    found = exports.pending(institution)
    context = {
        "institution": institution,
        "kept": kept,
        "ready": [one for one in found if not one.missing],
        "waiting": [one for one in found if one.missing],
        "seen": exports.fingerprint(found),
        "exports": institution.exports.select_related("made_by")[:LATEST],
    }
    return render(request, "exports/index.html", context)


def _run(request, institution):
    """Pressing twice runs once: the second time nothing new is left."""
    address = f"{reverse('export-list')}?institution={institution.slug}"
    try:
        export = exports.run(institution, by=request.user, seen=request.POST.get("seen", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(address)
    messages.success(request, _("%(number)s is exported. Download it below.") % {"number": export})
    return redirect(address)


@login_required
@never_cache
def download(request, uuid, format):
    export = get_object_or_404(
        Export.objects.visible_to(request.user).select_related("institution"), uuid=uuid
    )
    if format not in FORMATS:
        raise Http404
    write, media_type = FORMATS[format]
    response = HttpResponse(write(export), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{export.number}.{format}"'
    return response


@login_required
def elsewhere(request):
    """Which of our awards others recognised, where their applicants agreed; seven queries."""
    institution, kept = kept_institution(request)
    context = {
        "institution": institution,
        "kept": kept,
        "rows": issuers.recognised_elsewhere(institution),
    }
    context["total"] = sum((row.ects for row in context["rows"]), start=0)
    return render(request, "exports/elsewhere.html", context)
