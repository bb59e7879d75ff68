"""Where registrars print a transcript or a diploma supplement, and look at the draft of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from credentials.models import Document, DocumentKind, Enrolment, Graduate, Institution
from credentials.pdf_files import PdfProblem
from credentials.verdict import Refused
from credentials.views.catalogue import form_view
from recognition.forms.records import AnewForm, TranscriptForm
from recognition.permissions import can_print_transcript_anew
from recognition.services import degree_documents, drafts, print_runs, transcripts


@login_required
@require_POST
def print_transcript(request, uuid):
    enrolment = _enrolment(request, uuid)
    try:
        dated = _chosen_day(request, enrolment)
        job = transcripts.start(enrolment, dated=dated, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("learner-detail", enrolment.learner.uuid)
    return redirect("job-detail", job.uuid)


@login_required
@require_POST
@never_cache
def preview_transcript(request, uuid):
    enrolment = _enrolment(request, uuid)
    return _preview(
        request,
        enrolment,
        lambda: transcripts.preview(enrolment, _chosen_day(request, enrolment), by=request.user),
    )


def _chosen_day(request, enrolment):
    form = TranscriptForm(request.POST, enrolment=enrolment)
    if not form.is_valid():
        raise Refused(form.errors["dated"][0])
    return form.cleaned_data["dated"]


@login_required
@never_cache
@form_view
def print_transcript_anew(request, uuid):
    """Ask for the reason, then print a transcript of the same day in the place of this one."""
    document = _transcript(request, uuid)

    def order(reason):
        return transcripts.start_anew(document, by=request.user, reason=reason)

    return confirmed(
        request,
        order,
        template="results/confirm.html",
        enrolment=transcripts.enrolment_of(document),
        question=_("Print the transcript %(number)s anew?") % {"number": document.number},
        text=_(
            "What is known of the studies until that day, design and texts of the institution are "
            "those of today. The new document has a number of its own and takes the place of the "
            "old one, which says so when it is verified."
        ),
        button=_("Print anew"),
        back_url=reverse("learner-detail", args=[document.learner.uuid]),
        verdict=can_print_transcript_anew(request.user, document),
    )


def confirmed(request, order, *, template, **context):
    """Ask for the reason, then have something printed anew by `order(reason)`."""
    form = AnewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("job-detail", order(form.cleaned_data["reason"]).uuid)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, template, {"form": form, **context})


@login_required
@require_POST
def print_supplement(request, uuid):
    graduate = find_graduate(request, uuid)
    try:
        job = print_runs.order_one(graduate, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("learner-detail", graduate.enrolment.learner.uuid)
    return redirect("job-detail", job.uuid)


@login_required
@require_GET
@never_cache
def preview_supplement(request, uuid):
    graduate = find_graduate(request, uuid)
    return _preview(
        request,
        graduate.enrolment,
        lambda: degree_documents.preview_supplement(graduate, by=request.user),
    )


def _enrolment(request, uuid):
    kept = Institution.objects.kept_by(request.user)
    return get_object_or_404(
        Enrolment.objects.select_related("learner__institution"),
        uuid=uuid,
        learner__institution__in=kept,
    )


def _transcript(request, uuid):
    kept = Institution.objects.kept_by(request.user)
    found = Document.objects.filter(kind=DocumentKind.TRANSCRIPT, institution__in=kept)
    return get_object_or_404(found.exclude(learner=None).select_related("learner"), uuid=uuid)


def find_graduate(request, uuid):
    """Return a graduate of an institution whose records the reader keeps, else 404."""
    kept = Institution.objects.kept_by(request.user)
    return get_object_or_404(
        Graduate.objects.select_related("graduation__institution", "enrolment__learner"),
        uuid=uuid,
        graduation__institution__in=kept,
    )


def _preview(request, enrolment, make):
    """Show a draft in the browser; one that cannot be printed says why on the learner's page."""
    try:
        with drafts.one_at_a_time(request.user):
            data = make()
    except (PdfProblem, Refused) as problem:
        messages.error(request, str(problem))
        return redirect("learner-detail", enrolment.learner.uuid)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, "draft.pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response
