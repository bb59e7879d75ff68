"""Pages of what diploma supplements say of programmes, and of countries' education systems."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from credentials.forms.records import CountryForm, ProfileForm, SystemForm
from credentials.models import EducationSystem, Institution, ProgrammeVersion
from credentials.places import countries
from credentials.services import qualification_profiles
from credentials.verdict import Refused, Stale
from credentials.views.catalogue import form_view


@login_required
@form_view
def profile_edit(request: HttpRequest, uuid: str) -> HttpResponse:
    """What diploma supplements say of a programme, and what they would lack."""
    versions = ProgrammeVersion.objects.editable_by(request.user).select_related(
        "programme__institution", "programme__unit", "profile"
    )
    version, status = get_object_or_404(versions, uuid=uuid), 200
    form = ProfileForm(request.POST or None, version=version)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            qualification_profiles.describe(version, by=request.user, seen=seen, **form.content())
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, Stale) else 200
        else:
            messages.success(request, _("The profile is saved."))
            return redirect("profile-edit", version.uuid)
    now = get_object_or_404(versions, uuid=uuid)
    profile = qualification_profiles.profile_of(now)
    found = qualification_profiles.gaps(profile, now.institution.document_languages)
    context = {"version": now, "form": form, "gaps": list(found), "profile": profile}
    return render(request, "programmes/profile.html", context, status=status)


def _kept(request: HttpRequest, slug: str) -> Institution:
    return get_object_or_404(Institution.objects.kept_by(request.user), slug=slug)


@login_required
@form_view
def system_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Countries with a text; constant queries for any number of them."""
    institution = _kept(request, slug)
    form = CountryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("education-system-edit", slug, form.cleaned_data["country"])
    systems = list(institution.education_systems.all())
    context = {
        "institution": institution,
        "systems": systems,
        "form": form,
        "languages": institution.document_languages,
        "has_own": any(system.country == institution.country for system in systems),
    }
    return render(request, "education_systems/list.html", context)


@login_required
@form_view
def system_edit(request: HttpRequest, slug: str, country: str) -> HttpResponse:
    institution, status = _kept(request, slug), 200
    if not country or country not in {code for code, _name in countries()}:
        raise Http404
    found = institution.education_systems.filter(country=country).first()
    system = found or EducationSystem(institution=institution, country=country)
    form = SystemForm(request.POST or None, system=system)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            qualification_profiles.describe_system(
                institution, country, said["text"], by=request.user, seen=said["seen"]
            )
        except Stale as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("The text is saved."))
            return redirect("education-system-list", slug)
    context = {"institution": institution, "country": country, "form": form, "is_known": found}
    return render(request, "education_systems/form.html", context, status=status)
