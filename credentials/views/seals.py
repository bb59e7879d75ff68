"""Pages of an institution's seal: install a certificate, retire it, say the official number."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials import permissions
from credentials.forms.seals import OfficialNumberForm, SealFileForm
from credentials.models import Institution, IssuerKey
from credentials.services import custody, seals
from credentials.trust import acceptance
from credentials.trust.certificates import WrongPassword
from credentials.trust.keys import BadKey
from credentials.verdict import Refused

KEPT = "seal"  # the certificate in the session that waits to be confirmed
KEPT_FOR = timedelta(minutes=30)


def _kept(request: HttpRequest, slug: str) -> Institution:
    return get_object_or_404(Institution.objects.kept_by(request.user), slug=slug)


@login_required
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a file with a certificate; nothing is installed before it was looked at."""
    institution = _kept(request, slug)
    form = SealFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            found = seals.read(given["file"], given["password"], institution)
        except Refused as refusal:
            is_password = isinstance(refusal.__cause__, WrongPassword)
            form.add_error("password" if is_password else "file", str(refusal))
        else:
            packed = {**seals.packed(found), "at": timezone.now().isoformat()}
            request.session[KEPT] = {"institution": slug, **packed}
            return redirect("seal-check", slug)
    return render(request, "keys/seal_new.html", {"form": form, "institution": institution})


@login_required
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the file holds and what others may refuse; then install it."""
    institution = _kept(request, slug)
    try:
        certificate = _waiting(request, slug)
    except (KeyError, BadKey):
        messages.info(request, _("Choose the file once more."))
        return redirect("seal-new", slug)
    sealer, now = certificate.sealer, seals.of(institution)
    if request.method == "POST":
        if request.POST.get("certificate") != sealer.sha256:  # another tab has brought another one
            messages.warning(request, _("This is another file than the one you have looked at."))
            return redirect("seal-check", slug)
        seals.install(institution, certificate, by=request.user)
        del request.session[KEPT]
        messages.success(
            request,
            _("European Digital Credentials and printed documents are sealed with it from now on."),
        )
        return redirect("key-list", slug)
    context = {
        "institution": institution,
        "sealer": sealer,
        "issuer": acceptance.issuer_of(certificate),
        "length": len(certificate.chain),
        "doubts": seals.doubts(certificate),
        "replaces": now if now and seals.sealer_of(now).sha256 != sealer.sha256 else None,
        "number": institution.identifiers.get(seals.EIDAS, ""),
        "verdict": permissions.can_install_seal(request.user, institution),
    }
    return render(request, "keys/seal_check.html", context)


def _waiting(request: HttpRequest, slug: str):
    """Return the certificate that waits; raises KeyError when none does (any more)."""
    kept = request.session[KEPT]
    if kept["institution"] != slug:
        raise KeyError(slug)
    if timezone.now() - datetime.fromisoformat(kept["at"]) > KEPT_FOR:
        del request.session[KEPT]
        raise KeyError(slug)
    return seals.unpacked(kept)


@login_required
def retire(request: HttpRequest, uuid: str) -> HttpResponse:
    """Ask, then seal nothing more with a certificate."""
    kept = Institution.objects.kept_by(request.user)
    found = IssuerKey.objects.seals().filter(institution__in=kept)
    key = get_object_or_404(found.select_related("institution"), uuid=uuid)
    if request.method == "POST":
        custody.retire(key, by=request.user)
        messages.success(request, _("It seals nothing more. What it sealed stays as it is."))
        return redirect("key-list", key.institution.slug)
    verdict = permissions.can_retire_seal(request.user, key)
    return render(request, "keys/seal_retire.html", {"key": key, "verdict": verdict})


@login_required
def number(request: HttpRequest, slug: str) -> HttpResponse:
    """Say the official number of the institution."""
    institution = _kept(request, slug)
    initial = {"number": institution.identifiers.get(seals.EIDAS, "")}
    form = OfficialNumberForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            seals.set_number(institution, form.cleaned_data["number"], by=request.user)
        except Refused as refusal:
            form.add_error("number", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("key-list", slug)
    return render(request, "keys/number.html", {"form": form, "institution": institution})
