"""Awarding to many learners from a list: chosen, looked at row by row, then given to a job."""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from credentials import permissions
from credentials.forms.awards import AwardListForm
from credentials.models import CourseVersion
from credentials.services import award_imports
from credentials.services.award_imports import Outlook
from credentials.services.award_rows import Fate
from credentials.services.awards import open_claims, passing_grades
from credentials.standards import award_files
from credentials.verdict import Refused
from credentials.views.catalogue import form_view

SHOWN = 200
LATEST = 5


class Row(NamedTuple):
    """A row as the reader sees it: whom it names, what comes of it, what to look at."""

    number: int
    name: str
    known_as: str
    grade: str
    is_new: bool
    note: str
    column: str
    problem: str

    @property
    def goes_on(self) -> bool:
        """Whether the problem continues the name of the column to a sentence."""
        return self.problem[:1].islower()


def _find(request: HttpRequest, uuid: str) -> CourseVersion:
    versions = CourseVersion.objects.visible_to(request.user).with_course()
    version = get_object_or_404(versions, uuid=uuid)
    permissions.can_award_course(request.user, version).require()
    return version


@login_required
@never_cache
@form_view
def create(request: HttpRequest, uuid: str) -> HttpResponse:
    """A list of learners; what the preview showed is awarded, or the preview is shown again."""
    version = _find(request, uuid)
    said = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AwardListForm(*said, version=version)
    if request.method == "POST" and form.is_valid():
        return _answer(request, version, form)
    context = {
        "form": form,
        "version": version,
        "columns": award_files.columns(is_graded=bool(version.grade_scale)),
        "grades": passing_grades(version),
        "sent": award_imports.sent_by(request.user, version)[:LATEST],
    }
    return render(request, "awards/import.html", context)


def _answer(request: HttpRequest, version: CourseVersion, form: AwardListForm) -> HttpResponse:
    rows, content = form.cleaned_data["rows"], form.cleaned_data["content"]
    if "confirm" in request.POST:
        seen = form.cleaned_data["seen"]
        try:
            job, is_new = award_imports.start(
                version, content.encode(), rows, by=request.user, seen=seen
            )
        except Refused as refusal:
            messages.warning(request, str(refusal))
        else:
            if not is_new:
                messages.info(request, _("This list is being awarded already."))
            return redirect("job-detail", job.uuid)
    outlook = award_imports.look(version, rows, by=request.user)
    if "refused" in request.POST:
        data = award_imports.refused_rows(outlook, is_graded=bool(version.grade_scale))
        return _csv(data, "refused.csv")
    return _preview(request, version, outlook, content)


def _preview(
    request: HttpRequest, version: CourseVersion, outlook: Outlook, content: str
) -> HttpResponse:
    ready, refused = outlook.ready, outlook.refused
    # First what is worth a look: who may be somebody else, then who is new.
    ready.sort(key=lambda fate: (not fate.is_named_otherwise, not fate.is_new))
    shown = ready[:SHOWN]
    groups = (
        (_("Will be awarded. Is it the same person?"), [f for f in shown if f.is_named_otherwise]),
        (_("Will be awarded to new learners"), [f for f in shown if f.is_new]),
        (
            _("Will be awarded to learners whom the institution knows"),
            [f for f in shown if not f.is_new and not f.is_named_otherwise],
        ),
    )
    known = [fate.learner.pk for fate in ready if fate.learner and not fate.is_new]
    sees_records = permissions.can_keep_records(request.user, version.course.institution).allowed
    context = {
        "version": version,
        "content": content,
        "seen": outlook.mark,
        "made": len(ready),
        "newcomers": sum(fate.is_new for fate in ready),
        "named_otherwise": sum(fate.is_named_otherwise for fate in ready),
        "refused": len(refused),
        "claims": open_claims(version, known).count(),
        "groups": [(title, list(_rows(some, sees_records))) for title, some in groups if some],
        "sees_records": sees_records,
        "refused_rows": list(_rows(refused[:SHOWN], sees_records)),
        "not_shown": max(len(ready) - SHOWN, 0),
        "refused_not_shown": max(len(refused) - SHOWN, 0),
    }
    return render(request, "awards/import_preview.html", context)


def _rows(fates: Iterable[Fate], sees_records: bool) -> Iterable[Row]:
    """Yield rows; names from the records are for those who keep them."""
    for fate in fates:
        written = fate.row.name
        known = fate.learner.name if fate.learner and sees_records else written
        note = ""
        if fate.is_named_otherwise:
            note = (
                _("The list says “%(name)s”.") % {"name": written}
                if sees_records
                else _("The records have another name.")
            )
        yield Row(
            number=fate.row.number,
            name=known or ("–" if fate.learner is None else _("Name in the records")),
            known_as=fate.row.student_number or fate.row.email,
            grade=fate.grade,
            is_new=fate.is_new,
            note=note,
            column=fate.column,
            problem=fate.refusal,
        )


@login_required
@require_safe
def template(request: HttpRequest, uuid: str) -> HttpResponse:
    """A list without rows, in the columns that the page takes."""
    version = _find(request, uuid)
    data = award_files.template(is_graded=bool(version.grade_scale))
    return _csv(data, f"{version.course.code or 'awards'}.csv")


def _csv(data: bytes, filename: str) -> HttpResponse:
    return HttpResponse(
        data,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, filename) or ""},
    )
