"""Where registrars see who of a list can be printed, and have the list printed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from credentials.services import pdf_seals
from credentials.verdict import ALLOWED, Refused, no
from credentials.views import graduations
from credentials.views.catalogue import form_view
from recognition.permissions import can_print_anew
from recognition.services import print_runs
from recognition.services.print_runs import Readiness
from recognition.views import degrees

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
        "data_lacks": report.data_lacks,
        "running": runs.unfinished().first(),
        "runs": runs[:LATEST],
        "replaced": print_runs.replaced_since(graduation),
        "seal_expired": pdf_seals.expired(graduation.institution),
    }
    return render(request, "print_runs/report.html", context)


def _chosen(request, report):
    """Return the uuids of whom to print: those ticked, or all of a kind."""
    what = request.POST.get("what", "")
    if what in CHOICES:
        return [str(row.graduate.uuid) for row in report.of(*CHOICES[what])]
    return request.POST.getlist("graduates")


@login_required
@never_cache
@form_view
def print_one_anew(request, uuid):
    graduate = degrees.find_graduate(request, uuid)

    def order(reason):
        return print_runs.order_one(graduate, by=request.user, anew=reason)

    return _confirmed(
        request,
        order,
        graduation=graduate.graduation,
        question=_("Print the diploma supplement of %(name)s anew?") % {"name": graduate},
        button=_("Print anew"),
        back_url=reverse("learner-detail", args=[graduate.enrolment.learner.uuid]),
        verdict=can_print_anew(request.user, graduate),
    )


@login_required
@never_cache
@form_view
def print_list_anew(request, uuid):
    graduation = graduations.find(request, uuid)
    printed = print_runs.report(graduation.graduates.all()).of(Readiness.PRINTED)

    def order(reason):
        chosen = [str(row.graduate.uuid) for row in printed]
        return print_runs.order(graduation, chosen, by=request.user, anew=reason)

    question = ngettext(
        "Print anew the %(number)s document that is printed?",
        "Print anew the %(number)s documents that are printed?",
        len(printed),
    )
    return _confirmed(
        request,
        order,
        graduation=graduation,
        question=question % {"number": len(printed)},
        button=_("Print anew"),
        back_url=reverse("graduation-print", args=[graduation.uuid]),
        verdict=ALLOWED if printed else no(_("Nothing is printed yet that could be replaced.")),
    )


def _confirmed(request, order, **context):
    """Ask for the reason, then have supplements printed anew by `order(reason)`."""
    context["text"] = _(
        "What is known of the graduate, design and texts of the institution are those of today. "
        "The new document has a number of its own and takes the place of the old "
        "one, which says so when it is verified."
    )
    return degrees.confirmed(request, order, template="graduations/confirm.html", **context)
