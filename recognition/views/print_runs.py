"""Where registrars see who of a list can be printed, and have the list printed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from credentials.services import pdf_seals
from credentials.verdict import Refused
from credentials.views import graduations
from credentials.views.catalogue import form_view
from recognition.services import print_runs
from recognition.services.print_runs import Readiness

LATEST = 5
SHOWN = 200
CHOICES = {
    "ready": (Readiness.READY,),
    "all": (Readiness.READY, Readiness.PRINTED),  # those that have changed are ticked one by one
}


@login_required
@never_cache
@form_view
def print_list(request, uuid):
    """What would be printed of a list and what cannot be, with the reasons; then the order."""
    graduation = graduations.find(request, uuid)
    report = print_runs.report(graduation.graduates.all())
    if request.method == "POST":
        try:
            job = print_runs.order(graduation, _chosen(request, report), by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect("job-detail", job.uuid)
    counts = report.counts
    runs = print_runs.runs_of(graduation)
    context = {
        "graduation": graduation,
        "institution": graduation.institution,
        "counts": counts,
        "total": counts["ready"] + counts["printed"],
        "changed": report.of(Readiness.CHANGED),
        "missing": report.of(Readiness.MISSING)[:SHOWN],
        "not_shown": max(counts["missing"] - SHOWN, 0),
        "running": runs.unfinished().first(),
        "runs": runs[:LATEST],
        "seal_expired": pdf_seals.expired(graduation.institution),
    }
    return render(request, "print_runs/report.html", context)


def _chosen(request, report):
    """Return the uuids of whom to print: those ticked, or all of a kind."""
    what = request.POST.get("what", "")
    if what in CHOICES:
        return [str(row.graduate.uuid) for row in report.of(*CHOICES[what])]
    return request.POST.getlist("graduates")
