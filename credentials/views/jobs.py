"""How far background work is: a page, a fragment that refreshes itself, and another try."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from credentials.models import Award, Document, Job
from credentials.services import jobs
from credentials.states import JobState


@login_required
@never_cache
def detail(request: HttpRequest, uuid: str) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), uuid=uuid)
    readable = Document.objects.visible_to(request.user).filter(jobs=job)
    context = {
        "job": job,
        "documents": readable.order_by("pk"),
        "award": Award.objects.visible_to(request.user).filter(uuid=job.subject).first(),
        "has_failed": job.state == JobState.FAILED,
    }
    return render(request, "jobs/detail.html", context)


@login_required
@never_cache
def progress(request: HttpRequest, uuid: str) -> HttpResponse:
    """The part of the page that htmx asks for; when the work is over, the page is read anew."""
    job = get_object_or_404(Job.objects.visible_to(request.user), uuid=uuid)
    response = render(request, "jobs/_progress.html", {"job": job})
    if job.state in (JobState.DONE, JobState.FAILED):
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def retry(request: HttpRequest, uuid: str) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), uuid=uuid)
    jobs.retry(job, by=request.user)
    return redirect("job-detail", job.uuid)
