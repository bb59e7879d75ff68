"""How far background work is: a page, a fragment that refreshes itself, and another try."""

from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from credentials.models import (
    Award,
    CourseVersion,
    Document,
    DocumentKind,
    Graduate,
    Graduation,
    Job,
    JobKind,
    Learner,
    User,
)
from credentials.permissions import can_cancel_job, can_retry_job
from credentials.services import award_imports, jobs, pdf_seals
from credentials.standards.table_rows import sentence
from credentials.states import JobState
from credentials.views.catalogue import form_view

DONE = {
    JobKind.SIGN_AWARD: gettext_lazy("The credential is signed"),
    JobKind.SIGN_BATCH: gettext_lazy("The credentials are signed"),
    JobKind.AWARD_SUPPLEMENT: gettext_lazy("The supplement is made"),
    JobKind.BATCH_SUPPLEMENTS: gettext_lazy("The supplements are made"),
    JobKind.LINE_DOCUMENTS: gettext_lazy("The decision letter and supplements are made"),
    JobKind.DELAY_LETTER: gettext_lazy("The letter on the delay is made"),
    JobKind.DECISION_CREDENTIAL: gettext_lazy("The decision is signed as a credential"),
    JobKind.CASE_FILE: gettext_lazy("The case file is made"),
    JobKind.DIPLOMA_PAGES: gettext_lazy("The micro-credentials pages are made"),
    JobKind.TRANSCRIPTS: gettext_lazy("The transcript is printed"),
    JobKind.PRINT_RUN: gettext_lazy("The diploma supplements are printed"),
    JobKind.RECEIPT: gettext_lazy("The receipt is made"),
    JobKind.INFORMATION_LETTER: gettext_lazy("The request for information is made"),
    JobKind.PRECEDENT_LIST: gettext_lazy("The list is printed"),
    JobKind.PORTFOLIO: gettext_lazy("Your portfolio is printed"),
}
DONE_ALONE = {
    JobKind.DIPLOMA_PAGES: gettext_lazy("The micro-credentials page is made"),
    JobKind.PRINT_RUN: gettext_lazy("The diploma supplement is printed"),
}
FILES_OF_RUNS = {
    "application/pdf": gettext_lazy("All documents, to print on both sides"),
    "application/zip": gettext_lazy("The single documents"),
}


SHOWN = 20  # of the rows that were refused


class WayBack(NamedTuple):
    """The page from which a job was started."""

    url: str
    name: str
    label: str


@login_required
@never_cache
def detail(request: HttpRequest, uuid: str) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), uuid=uuid)
    readable = Document.objects.visible_to(request.user).filter(jobs=job)
    has_failed = job.state in (JobState.FAILED, JobState.CANCELLED)
    context = {
        "job": job,
        "documents": [
            (one, _about(one)) for one in readable.select_related("learner").order_by("pk")
        ],
        "files_gone": _files_gone(job),
        "case_file": _case_file_of(job),
        "title": _title_of(job),
        "heading": _heading_of(job),
        "version": _version_of(job),
        "back": _way_back(job, request.user),
        "has_failed": has_failed,
        "can_retry": has_failed and can_retry_job(request.user, job).allowed,
        "can_cancel": can_cancel_job(request.user, job).allowed,
        "time_left": _time_left(job),
        "refused": _refused_of(job),
        "result": _result_of(job),
        **_lacks_of(job, readable),
    }
    return render(request, "jobs/detail.html", context)


def _about(document: Document) -> str:
    """Return what a file is, in the language of who reads it now."""
    if document.kind == DocumentKind.PRINT_RUN and document.media_type in FILES_OF_RUNS:
        return str(FILES_OF_RUNS[document.media_type])
    return str(document.get_kind_display())


def _files_gone(job: Job) -> bool:
    """Whether a run made files for the printer that a later run of the list has replaced."""
    made_some = job.is_print_run and job.state == JobState.DONE
    return made_some and not job.results.exists() and not _nobody_printed(job)


def _nobody_printed(job: Job) -> bool:
    return len(job.parameters["refused"]) == job.total


def _case_file_of(job: Job) -> tuple[str, Document] | None:
    """Return a case file that was made, and where it is opened by who may still read all of it."""
    made = job.results.first() if job.kind == JobKind.CASE_FILE else None
    return made and (reverse("case-document", args=[job.parameters["case"], made.uuid]), made)


def _lacks_of(job: Job, readable: QuerySet[Document]) -> dict[str, int]:
    """Return how many documents have no seal or no time stamp that should have one.

    Of a run they are those of its graduates, which stand in its files.
    """
    printed = list(readable)
    if job.is_print_run:
        wanted = job.parameters["graduates"]
        printed = list(Document.objects.filter(graduates__uuid__in=wanted))
    return {
        "without_stamp": pdf_seals.without_stamp(printed),
        "without_seal": pdf_seals.without_seal(printed),
    }


def _result_of(job: Job) -> dict | None:
    """Return what came of a list of learners, once all of it is awarded or refused."""
    if "rows" not in job.parameters or award_imports.awards_waiting(job):
        return None
    refused = award_imports.refused_of(job)
    return {
        "rows": job.parameters["rows"],
        "made": job.parameters["rows"] - len(refused),
        "refused": len(refused),
        "first_refused": [sentence(*row) for row in refused[:SHOWN]],
        "not_shown": max(len(refused) - SHOWN, 0),
    }


def _refused_of(job: Job) -> list[tuple[Graduate | None, str]]:
    """Return whom a run could not print, and why."""
    refused = job.parameters.get("refused", []) if job.is_print_run else []
    found = Graduate.objects.filter(uuid__in=[uuid for uuid, _why in refused])
    known = {str(one.uuid): one for one in found.select_related("enrolment__learner")}
    return [(known.get(uuid), why) for uuid, why in refused]


def _time_left(job: Job) -> str:
    """Return in words how long a job will still run, "" when nobody knows."""
    left = jobs.time_left(job)
    if left is None:
        return ""
    minutes = round(left.total_seconds() / 60)
    if not minutes:
        return _("Less than a minute left")
    return ngettext("About %(minutes)s minute left", "About %(minutes)s minutes left", minutes) % {
        "minutes": minutes
    }


def _version_of(job: Job) -> CourseVersion | None:
    """Return the course of a list of learners, None for other work."""
    uuid = job.parameters.get("version")
    return CourseVersion.objects.filter(uuid=uuid).first() if uuid else None


def _heading_of(job: Job) -> str:
    """Return what the page is about; what is done right now may change while it is read."""
    is_list = "version" in job.parameters
    return _("Awarding to many learners") if is_list and _goes_on(job) else _title_of(job)


def _goes_on(job: Job) -> bool:
    return job.state in (JobState.QUEUED, JobState.RUNNING)


def _title_of(job: Job) -> str:
    if award_imports.awards_waiting(job):
        return _("Awarding the credentials")
    if job.state == JobState.DONE and job.parameters.get("runs") == []:
        return _("Nothing was awarded")
    if job.state == JobState.DONE and job.kind == JobKind.SIGN_ANEW:
        told = ngettext(
            "%(number)s credential is signed anew",
            "%(number)s credentials are signed anew",
            job.done,
        )
        return told % {"number": job.done}
    if job.state == JobState.DONE and job.is_print_run and (told := _title_of_gaps(job)):
        return told
    kind = JobKind(job.kind)
    told = (DONE_ALONE if job.total == 1 else {}).get(kind) or DONE.get(kind, JobState.DONE.label)
    return told if job.state == JobState.DONE else job.get_kind_display()


def _title_of_gaps(job: Job) -> str:
    """Return how many of a list are printed while some are not, "" when nobody is left out.

    Two queries, for a run that was ordered from its list.
    """
    if _nobody_printed(job):
        return _("Nobody was printed")
    if job.parameters.get("learner"):
        return ""
    refused = [uuid for uuid, _why in job.parameters["refused"]]
    everybody = Graduate.objects.filter(graduation__uuid=job.subject)
    total = everybody.count()
    number = everybody.exclude(supplement=None).exclude(uuid__in=refused).count()
    told = ngettext(
        "%(number)s of %(total)s diploma supplements is printed",
        "%(number)s of %(total)s diploma supplements are printed",
        number,
    )
    return told % {"number": number, "total": total} if number < total else ""


def _way_back(job: Job, user: User) -> WayBack | None:
    """Return where the job was started, None when its owner may not go there any more."""
    if job.kind == JobKind.DIPLOMA_PAGES:
        learners = job.parameters.get("learners", [])
        if len(learners) == 1:
            return _way_back_to_learner(learners[0])
        address = f"{reverse('learner-list')}?institution={job.institution.slug}"
        return WayBack(address, _("Learners"), _("Back to learners"))
    if job.kind == JobKind.TRANSCRIPTS:
        enrolment = job.parameters.get("enrolment")
        learner = Learner.objects.filter(enrolments__uuid=enrolment).first()
        return _way_back_to_learner(learner.uuid) if learner else None
    if job.is_print_run:
        return _way_back_from_printing(job)
    if job.kind in (JobKind.CASE_FILE, JobKind.RECEIPT):
        address = reverse("case-file", args=[job.parameters.get("case", job.subject)])
        return WayBack(address, _("Application"), _("Back to the application"))
    if job.kind in (JobKind.LINE_DOCUMENTS, JobKind.INFORMATION_LETTER):
        address = reverse("line-detail", args=[job.parameters.get("line", job.subject)])
        return WayBack(address, _("Application"), _("Back to the application"))
    if job.kind == JobKind.SIGN_ANEW:
        address = reverse("key-list", args=[job.institution.slug])
        return WayBack(address, _("Signing keys"), _("Back to the keys"))
    if job.kind == JobKind.PRECEDENT_LIST:
        address = reverse("precedent-list-print", args=[job.institution.slug])
        return WayBack(address, _("Printed list"), _("Back to the printed lists"))
    if job.kind == JobKind.PORTFOLIO:
        return WayBack(reverse("portfolio"), _("Portfolio"), _("Back to your portfolio"))
    if "version" in job.parameters:
        address = reverse("award-import", args=[job.parameters["version"]])
        return WayBack(address, _("Award to many learners"), _("Send another list"))
    award = Award.objects.visible_to(user).filter(uuid=job.subject).first()
    if award is None:
        return None
    address = reverse("award-detail", args=[award.uuid])
    return WayBack(address, award.number, _("Back to the award"))


def _way_back_to_learner(uuid: str | UUID) -> WayBack:
    address = reverse("learner-detail", args=[uuid])
    return WayBack(address, _("Learner"), _("Back to the learner"))


def _way_back_from_printing(job: Job) -> WayBack | None:
    if learner := job.parameters.get("learner"):
        return _way_back_to_learner(learner)
    if graduation := Graduation.objects.filter(uuid=job.subject).first():
        address = reverse("graduation-detail", args=[graduation.uuid])
        return WayBack(address, str(graduation), _("Back to the list"))
    return None


@login_required
@never_cache
def progress(request: HttpRequest, uuid: str) -> HttpResponse:
    """The part of the page that htmx asks for; when the work is over, the page is read anew."""
    job = get_object_or_404(Job.objects.visible_to(request.user), uuid=uuid)
    context = {"job": job, "title": _title_of(job), "time_left": _time_left(job)}
    response = render(request, "jobs/_progress.html", context)
    if not _goes_on(job):
        response["HX-Refresh"] = "true"
    return response


@login_required
@form_view
def cancel(request: HttpRequest, uuid: str) -> HttpResponse:
    """Ask before work is stopped, then stop it."""
    job = get_object_or_404(Job.objects.visible_to(request.user), uuid=uuid)
    back_url, verdict = reverse("job-detail", args=[job.uuid]), can_cancel_job(request.user, job)
    if request.method == "POST":
        jobs.cancel(job, by=request.user)
        return redirect(back_url)
    context = {
        "job": job,
        "back_url": back_url,
        "question": _("Stop printing?"),
        "text": _("What is printed stays. You can go on later."),
        "button": _("Stop"),
        "verdict": verdict,
    }
    return render(request, "jobs/confirm.html", context)


@login_required
@require_POST
def retry(request: HttpRequest, uuid: str) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), uuid=uuid)
    jobs.retry(job, by=request.user)
    return redirect("job-detail", job.uuid)
