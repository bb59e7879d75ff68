"""Files of courses, modules or awarding bodies: chosen, previewed as a whole, then taken over."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.forms.courses import CatalogueFileForm, CourseFileForm
from credentials.forms.institutions import BodyFileForm
from credentials.models import Institution, ProgrammeVersion, Role, User
from credentials.permissions import can_edit_programme
from credentials.services import body_imports, course_imports, modules
from credentials.standards import body_files, catalogue_files, module_files
from credentials.standards.catalogue_files import UnreadableFile
from credentials.verdict import Refused, Stale
from credentials.views.bodies import changes_told, kept_institution, list_of
from credentials.views.catalogue import form_view


def _institutions_of(user: User) -> QuerySet:
    institutions = Institution.objects.filter(
        units__parent=None,
        units__memberships__user=user,
        units__memberships__role=Role.REGISTRAR,
    )
    if not institutions:
        raise Refused(_("Only registrars of a whole institution take over catalogues."))
    return institutions


@login_required
@form_view
def course_import(request: HttpRequest) -> HttpResponse:
    form = CourseFileForm(
        request.POST or None,
        request.FILES or None,
        institutions=_institutions_of(request.user),
    )
    context = {"form": form, "columns": _course_columns()}
    if request.method == "POST" and form.is_valid():
        institution, rows = form.cleaned_data["institution"], form.cleaned_data["rows"]
        confirmed = "confirm" in request.POST
        report = course_imports.import_rows(
            institution, rows, by=request.user, dry_run=not confirmed
        )
        if confirmed:
            messages.success(request, " ".join(list(report.lines())[:2]))
            return redirect("catalogue")
        context |= {
            "report": list(report.lines()),
            "changes": len(report.created) + len(report.updated),
            "institution": institution,
            "content": form.cleaned_data["content"],
        }
        return render(request, "catalogue/import_preview.html", context)
    return render(request, "catalogue/import.html", context)


def _course_columns() -> list[str]:
    names = [*catalogue_files.COURSE_TEXTS, "learning_outcomes", *catalogue_files.COURSE_FACTS]
    return [name for name in names if name not in ("code", "title")]


@login_required
@form_view
def module_import(request: HttpRequest, uuid: str) -> HttpResponse:
    versions = ProgrammeVersion.objects.editable_by(request.user)
    version = get_object_or_404(versions.select_related("programme__institution"), uuid=uuid)
    can_edit_programme(request.user, version).require()
    form = CatalogueFileForm(
        request.POST or None, request.FILES or None, reader=module_files.read_modules
    )
    context = {"form": form, "version": version, "kinds": module_files.KINDS}
    if request.method == "POST" and form.is_valid():
        rows, confirmed = form.cleaned_data["rows"], "confirm" in request.POST
        try:
            report = modules.import_rows(version, rows, by=request.user, dry_run=not confirmed)
        except UnreadableFile as problem:
            form.add_error("file", problem.problems)
        except Refused as problem:
            form.add_error("file", str(problem))
        else:
            if confirmed:
                messages.success(request, _("The modules are taken over."))
                return redirect("programme-manage", version.uuid)
            context |= {
                "lines": [(row, _fate(row.code, report)) for row in rows],
                "changes": len(report.added) + len(report.updated),
                "content": form.cleaned_data["content"],
            }
            return render(request, "programmes/import_preview.html", context)
    return render(request, "programmes/import.html", context)


def _fate(code: str, report: modules.ModuleReport) -> str:
    """Return what happens to a row: new course, added, updated or unchanged."""
    if code in report.new_courses:
        return "new_course"
    for fate in ("added", "updated"):
        if code in getattr(report, fate):
            return fate
    return "unchanged"


SHOWN = 200


@login_required
@form_view
def body_import(request: HttpRequest) -> HttpResponse:
    """A register as CSV; what the preview showed is written, or the preview is shown again."""
    institution, _kept = kept_institution(request)
    form = BodyFileForm(request.POST or None, request.FILES or None)
    context = {"form": form, "institution": institution, "codes": _codes_of_bodies()}
    if request.method != "POST" or not form.is_valid():
        return render(request, "bodies/import.html", context)
    rows = form.cleaned_data["rows"]
    seen = form.cleaned_data["seen"] if "confirm" in request.POST else None
    try:
        report = body_imports.import_rows(institution, rows, by=request.user, seen=seen)
    except UnreadableFile as problem:
        form.add_error("file", problem.problems)
        return render(request, "bodies/import.html", context)
    except Stale as stale:
        messages.warning(request, str(stale))
        report, seen = body_imports.import_rows(institution, rows, by=request.user), None
    if seen is not None:
        text = ngettext(
            "%(number)s entry is written.", "%(number)s entries are written.", report.changes
        )
        messages.success(request, text % {"number": report.changes})
        return list_of(institution)
    context |= {
        "report": report,
        "created": report.created[:SHOWN],
        "changed": [(body, list(changes_told(said))) for body, said in report.changed[:SHOWN]],
        "not_shown": sum(max(len(x) - SHOWN, 0) for x in (report.created, report.changed)),
        "content": form.cleaned_data["content"],
    }
    return render(request, "bodies/import_preview.html", context)


def _codes_of_bodies() -> list[tuple[str, list]]:
    return [(column, choices.choices) for column, choices in body_files.CODES.items()]
