"""Pages on which registrars enter agreements: one by one, or from a file that is checked first."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.forms.courses import CatalogueFileForm
from credentials.models import Institution
from credentials.standards.catalogue_files import UnreadableFile
from recognition import agreement_files
from recognition.forms.agreements import AgreementForm
from recognition.services import agreements
from recognition.services.agreements import Misfit


def _kept(request, slug) -> Institution:
    return get_object_or_404(Institution.objects.kept_by(request.user), slug=slug)


@login_required
def create(request, slug):
    """One agreement, typed in."""
    institution = _kept(request, slug)
    form = AgreementForm(request.POST or None, institution=institution)
    if request.method == "POST" and form.is_valid():
        try:
            planned = agreements.enter_one(institution, form.row, by=request.user)
        except Misfit as misfit:
            form.add_error(misfit.field if misfit.field in form.fields else None, str(misfit))
        else:
            if planned.is_stale:
                text = _(
                    "It was entered before, and does not decide any more. Nothing new was entered."
                )
                messages.warning(request, text)
                return redirect("precedent-detail", planned.known.uuid)
            text = _("It was entered before.") if planned.is_known else _("It is entered.")
            messages.success(request, text)
            return redirect("precedent-list")
    return render(request, "agreements/form.html", {"form": form, "institution": institution})


@login_required
def import_file(request, slug):
    """Agreements as CSV: first what would happen, then, confirmed, all rows or none."""
    institution = _kept(request, slug)
    form = CatalogueFileForm(
        request.POST or None, request.FILES or None, reader=agreement_files.read_agreements
    )
    context = {"form": form, "institution": institution, "codes": _codes()}
    if request.method != "POST" or not form.is_valid():
        return render(request, "agreements/import.html", context)
    rows, confirmed = form.cleaned_data["rows"], "confirm" in request.POST
    try:
        planned = agreements.enter(institution, rows, by=request.user, dry_run=not confirmed)
    except UnreadableFile as problem:
        form.add_error("file", problem.problems)
        return render(request, "agreements/import.html", context)
    new = sum(not one.is_known for one in planned)
    if confirmed:
        text = ngettext(
            "%(number)s agreement is entered.", "%(number)s agreements are entered.", new
        )
        messages.success(request, text % {"number": new})
        return redirect("precedent-list")
    context |= {"planned": planned, "new": new, "content": form.cleaned_data["content"]}
    return render(request, "agreements/import_preview.html", context)


def _codes():
    return [(column, choices.choices) for column, choices in agreement_files.CODES.items()]
