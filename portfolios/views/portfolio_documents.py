"""Pages where a learner has their portfolio printed, and deletes a print."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from credentials.verdict import Refused
from portfolios.forms.portfolio_documents import PrintForm
from portfolios.services import portfolio_documents


@login_required
@never_cache
def print_portfolio(request):
    """Choose entries and languages; the same number of queries for any number of entries."""
    held = portfolio_documents.entries_of(request.user)
    form = PrintForm(request.POST or None, held=held, user=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            job = portfolio_documents.order(said["entries"], said["languages"], by=request.user)
        except Refused as refusal:
            form.add_error("entries", str(refusal))
        else:
            return redirect("job-detail", job.uuid)
    context = {"form": form, "running": portfolio_documents.running(request.user)}
    return render(request, "portfolio/print.html", context)


@login_required
@never_cache
def delete(request, uuid):
    found = portfolio_documents.prints_of(request.user)
    document = get_object_or_404(found, uuid=uuid)
    if request.method == "POST":
        portfolio_documents.delete(document, by=request.user)
        messages.success(request, _("The print is deleted."))
        return redirect("portfolio")
    return render(request, "portfolio/delete_print.html", {"document": document})
