"""Where registrars print a transcript or a diploma supplement, and look at the draft of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from credentials.models import Enrolment, Graduate, Institution
from credentials.pdf_files import PdfProblem
from credentials.verdict import Refused
from recognition.forms.records import TranscriptForm
from recognition.services import degree_documents, drafts, print_runs


@login_required
@require_POST
def print_transcript(request, uuid):
    enrolment = _enrolment(request, uuid)
    try:
        dated = _chosen_day(request, enrolment)
        job = degree_documents.start_transcript(enrolment, dated=dated, by=request.user)
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
        lambda: degree_documents.preview_transcript(
            enrolment, _chosen_day(request, enrolment), by=request.user
        ),
    )


def _chosen_day(request, enrolment):
    form = TranscriptForm(request.POST, enrolment=enrolment)
    if not form.is_valid():
        raise Refused(form.errors["dated"][0])
    return form.cleaned_data["dated"]


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
