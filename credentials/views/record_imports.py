"""Lists of results or graduates, and students' records: chosen, looked at, then taken over."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from credentials.forms.records import RecordFileForm
from credentials.models import Graduate, Institution, ModuleResult, ProgrammeVersion
from credentials.services import record_imports
from credentials.services.record_imports import Outlook
from credentials.services.record_rows import Fate
from credentials.standards import elmo_record, record_files
from credentials.verdict import Refused
from credentials.views.catalogue import form_view
from credentials.views.graduations import find

SHOWN = 200


class Row(NamedTuple):
    """A row as the reader sees it: whom it names, what is entered, what is to be mended."""

    number: int
    name: str
    known_as: str
    what: str
    entered: dict[str, Any]
    column: str
    problem: str


@login_required
@never_cache
@form_view
def results(request: HttpRequest, uuid: str) -> HttpResponse:
    """Results of a programme as CSV, under whichever regulations its students are."""
    kept = Institution.objects.kept_by(request.user)
    versions = ProgrammeVersion.objects.filter(programme__institution__in=kept)
    version = get_object_or_404(versions.select_related("programme__institution"), uuid=uuid)
    return _page(
        request,
        "results",
        reader=record_files.read_results,
        look=record_imports.look_at_results,
        take_over=record_imports.take_over_results,
        target=version.programme,
        done=("programme-manage", version.uuid),
        context={"version": version},
    )


@login_required
@never_cache
@form_view
def graduates(request: HttpRequest, uuid: str) -> HttpResponse:
    """A list of graduates as CSV."""
    graduation = find(request, uuid)
    return _page(
        request,
        "graduates",
        reader=record_files.read_graduates,
        look=record_imports.look_at_graduates,
        take_over=record_imports.take_over_graduates,
        target=graduation,
        done=("graduation-detail", graduation.uuid),
        context={"graduation": graduation},
    )


@login_required
@never_cache
@form_view
def record(request: HttpRequest, uuid: str) -> HttpResponse:
    """The record of one student as ELMO: results, and the degree where there is one."""
    graduation = find(request, uuid)
    return _page(
        request,
        "record",
        reader=elmo_record.read,
        look=record_imports.look_at_record,
        take_over=record_imports.take_over_record,
        target=graduation,
        done=("graduation-detail", graduation.uuid),
        context={"graduation": graduation},
    )


def _page(
    request: HttpRequest,
    kind: str,
    *,
    reader: Callable,
    look: Callable[..., Outlook],
    take_over: Callable[..., Outlook],
    target: Any,
    done: tuple,
    context: dict[str, Any],
) -> HttpResponse:
    """Show the form, the preview of a file, or take over what a preview showed."""
    said = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RecordFileForm(*said, reader=reader)
    context = {**context, "form": form, "kind": kind, "back": done}
    if request.method != "POST" or not form.is_valid():
        return render(request, "records/import.html", context)
    rows, seen = form.cleaned_data["rows"], form.cleaned_data["seen"]
    if "confirm" in request.POST:
        try:
            outlook = take_over(target, rows, by=request.user, seen=seen)
        except Refused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _entered(len(outlook.ready)))
            return redirect(*done)
    outlook = look(target, rows, by=request.user)
    if "refused" in request.POST and kind != "record":
        return _csv(record_imports.refused_rows(outlook))
    context |= _preview(outlook) | {"content": form.cleaned_data["content"]}
    return render(request, "records/import_preview.html", context)


def _entered(number: int) -> str:
    text = ngettext("%(number)s row is entered.", "%(number)s rows are entered.", number)
    return text % {"number": number}


def _preview(outlook: Outlook) -> dict[str, Any]:
    ready, refused = outlook.ready, outlook.refused
    return {
        "seen": outlook.mark,
        "made": len(ready),
        "same": outlook.same,
        "refused": len(refused),
        "rows": list(_rows(ready[:SHOWN])),
        "refused_rows": list(_rows(refused[:SHOWN])),
        "not_shown": max(len(ready) - SHOWN, 0),
        "refused_not_shown": max(len(refused) - SHOWN, 0),
    }


def _rows(fates: Iterable[Fate]) -> Iterable[Row]:
    for fate in fates:
        what, entered = _what(fate)
        yield Row(
            number=fate.row.number,
            name=str(fate.enrolment.learner) if fate.enrolment else "–",
            known_as=fate.row.student_number,
            what=what,
            entered=entered,
            column=fate.column,
            problem=fate.refusal,
        )


def _what(fate: Fate) -> tuple[str, dict[str, Any]]:
    """Return the module or programme of a row, and what is entered, as the table names it."""
    made = fate.made
    if isinstance(made, ModuleResult):
        said = {"title": made.work_title, "day": made.achieved_on, "term": made.term}
        return str(made.module), {**said, "ects": made.ects, "grade": made.grade}
    if isinstance(made, Graduate):
        said = {"title": made.title_conferred, "day": made.graduated_on}
        grades = {"grade": made.final_grade, "classification": made.classification}
        return str(made.enrolment.programme_version), {**said, **grades}
    return getattr(fate.row, "module", "") or getattr(fate.row, "programme", ""), {}


def _csv(data: bytes) -> HttpResponse:
    return HttpResponse(
        data,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, "refused.csv") or ""},
    )
