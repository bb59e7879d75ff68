"""Pages of an institution's grading tables: its own, and those of awarding bodies."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from credentials.models import Institution
from recognition.forms.grade_tables import GradeTableForm
from recognition.models import GradeTable
from recognition.services import grade_tables


def _kept(request, slug):
    return get_object_or_404(Institution.objects.kept_by(request.user), slug=slug)


@login_required
def index(request, slug):
    """Tables in use, our own first; constant queries for any number of them."""
    institution = _kept(request, slug)
    tables = GradeTable.objects.current().filter(institution=institution)
    context = {"institution": institution, "tables": tables.select_related("body")}
    return render(request, "grade_tables/list.html", context)


@login_required
def create(request, slug):
    institution = _kept(request, slug)
    form = GradeTableForm(request.POST or None, request.FILES or None, institution=institution)
    if _is_to_keep(request, form):
        table = grade_tables.enter(institution, by=request.user, **form.columns)
        messages.success(request, _("“%(table)s” is entered.") % {"table": table})
        return redirect("grade-table-list", institution.slug)
    return render(request, "grade_tables/form.html", {"institution": institution, "form": form})


@login_required
def edit(request, uuid):
    """A table in use; what is changed becomes a new version."""
    kept = Institution.objects.kept_by(request.user)
    tables = GradeTable.objects.current().filter(institution__in=kept)
    table = get_object_or_404(tables.select_related("institution", "body"), uuid=uuid)
    form = GradeTableForm(
        request.POST or None,
        request.FILES or None,
        institution=table.institution,
        instance=table,
    )
    if _is_to_keep(request, form):
        revised = grade_tables.revise(table, by=request.user, **form.columns)
        messages.success(request, _("“%(table)s” is saved.") % {"table": revised})
        return redirect("grade-table-list", table.institution.slug)
    context = {
        "institution": table.institution,
        "form": form,
        "table": table,
        "earlier": list(_earlier(table)),
    }
    return render(request, "grade_tables/form.html", context)


def _is_to_keep(request, form) -> bool:
    """Whether to save: a valid form, unless it brings a file, whose rows are shown first."""
    if request.method != "POST" or not form.is_valid():
        return False
    if form.cleaned_data["file"]:
        number = len(form.cleaned_data["rows"])
        messages.info(
            request,
            _("%(number)s grades were read. Check them below, then save.") % {"number": number},
        )
        return False
    return True


def _earlier(table):
    while table.replaces_id:
        table = table.replaces
        yield table
