"""The page on which registrars design the documents of their institution, and its preview."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from credentials.models import DocumentDesign, Institution
from credentials.pdf_files import PdfProblem
from credentials.places import language_name
from credentials.services import designs, document_texts, institutions
from credentials.services.designs import Wanted
from credentials.verdict import Refused
from recognition.forms.designs import DOCUMENTS, DesignForm, LanguagesForm
from recognition.services import design_previews, drafts

# The page shows it in a frame. A browser's own reader of PDF may need scripts and styles of its
# own, and nothing is loaded that did not come with it.
FRAMED = "default-src 'none'; object-src 'self'; style-src 'self' 'unsafe-inline'; {}"
BY_US = "frame-ancestors 'self'"

NAMED = 8  # places in which a language is missing


def _kept(request, slug):
    return get_object_or_404(Institution.objects.kept_by(request.user), slug=slug)


@login_required
def edit(request, slug):
    """Show the design and its versions; what is saved becomes a new one."""
    institution = _kept(request, slug)
    versions = list(designs.versions(institution))
    form = _form(request, institution, versions[0] if versions else None)
    if request.method == "POST" and form.is_valid():
        wanted = {name: getattr(form.wanted, name) for name in Wanted.__slots__}
        seen = form.cleaned_data["seen_version"]
        made = designs.revise(institution, by=request.user, seen_version=seen, **wanted)
        messages.success(
            request,
            _("Saved as version %(number)s. What is printed from now on looks like this.")
            % {"number": made.version},
        )
        return redirect("design-edit", slug)
    return _page(request, institution, versions, form, LanguagesForm(institution=institution))


@login_required
@require_POST
def languages(request, slug):
    """Choose the languages of what is printed from now on."""
    institution = _kept(request, slug)
    chosen = LanguagesForm(request.POST, institution=institution)
    if not chosen.is_valid():
        versions = list(designs.versions(institution))
        form = DesignForm(institution=institution, design=versions[0] if versions else None)
        return _page(request, institution, versions, form, chosen)
    institutions.choose_languages(institution, chosen.chosen, by=request.user)
    messages.success(
        request, _("Saved. What is printed from now on stands in the languages you chose.")
    )
    for tag in chosen.chosen:
        _tell_lacking(request, tag, list(document_texts.lacking(institution, tag)))
    return redirect("design-edit", slug)


def _tell_lacking(request, tag, places):
    """Say where texts of documents are missing in a language, the first ones by name."""
    if not places:
        return
    named = "; ".join(places[:NAMED])
    if more := max(len(places) - NAMED, 0):
        named = _("%(named)s; %(number)s more") % {"named": named, "number": more}
    said = {"language": language_name(tag), "places": named}
    messages.warning(request, _("%(language)s is missing in: %(places)s.") % said)


def _page(request, institution, versions, form, languages_form):
    context = {
        "institution": institution,
        "form": form,
        "languages_form": languages_form,
        "versions": versions,
    }
    return render(request, "designs/edit.html", context)


@login_required
@require_POST
def use_again(request, slug, version):
    """Make an older version the newest one."""
    institution = _kept(request, slug)
    design = get_object_or_404(DocumentDesign, institution=institution, version=version)
    seen = request.POST.get("seen_version", "")
    made = designs.use_again(
        design, by=request.user, seen_version=int(seen) if seen.isdecimal() else 0
    )
    messages.success(
        request,
        _("Version %(number)s says what version %(old)s said.")
        % {"number": made.version, "old": version},
    )
    return redirect("design-edit", slug)


@login_required
@never_cache
def preview(request, slug):
    """Answer with a sample in the design of the form, by GET in the present one; keeps nothing."""
    institution = _kept(request, slug)
    present = designs.current(institution)
    template, wanted = DOCUMENTS[0][0], designs.wanted_of(present)
    if request.method == "POST":
        form = _form(request, institution, present)
        if not form.is_valid():
            return _framed(render(request, "designs/no_preview.html", {"form": form}))
        template, wanted = form.cleaned_data["document"] or template, form.wanted
    try:
        data = design_previews.preview(institution, wanted, template, by=request.user)
    except (PdfProblem, Refused) as problem:
        said = {"problem": str(problem), "is_busy": isinstance(problem, drafts.Busy)}
        return _framed(render(request, "designs/no_preview.html", said))
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, "design.pdf")
    response["Content-Security-Policy"] = FRAMED.format(BY_US)
    response["X-Content-Type-Options"] = "nosniff"
    return _framed(response)


def _framed(response):
    """Let our own page show an answer inside of it."""
    if not response.has_header("Content-Security-Policy"):
        response["Content-Security-Policy"] = f"default-src 'self'; img-src 'self' data:; {BY_US}"
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _form(request, institution, design):
    sent = request.method == "POST"
    return DesignForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        institution=institution,
        design=design,
    )
