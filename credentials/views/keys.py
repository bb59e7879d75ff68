"""Pages of an institution's signing keys, for registrars of the whole institution."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from credentials import permissions
from credentials.forms.keys import KeyRequestForm
from credentials.models import Document, Institution, IssuerKey, KeyRequest, KeyRequestKind
from credentials.services import custody, keys, pdf_seals, seals, signing_anew
from credentials.standards import spreadsheets
from credentials.standards.documents import written
from credentials.verdict import Refused


def _kept_keys(request):
    kept = Institution.objects.kept_by(request.user)
    return IssuerKey.objects.filter(institution__in=kept).select_related("institution")


@login_required
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """All keys of an institution, and what waits for an answer; the same queries for any number."""
    institution = get_object_or_404(Institution.objects.kept_by(request.user), slug=slug)
    current = Q(signedform__replaced_at=None)
    late = current & Q(signedform__signed_at__gte=F("stolen_from"))
    counted = institution.keys.annotate(
        signed=Count("signedform", filter=current), affected=Count("signedform", filter=late)
    )
    sealed = Document.objects.filter(sealed_with=OuterRef("pk"))
    holding = sealed.holding().filter(created_at__gte=OuterRef("stolen_from"))
    requests = KeyRequest.objects.filter(key__institution=institution)
    context = {
        "institution": institution,
        "did": keys.did_of(institution),
        "fingerprints": keys.fingerprints(institution),
        "keys": counted.published().order_by("-created_at"),
        "seals": [
            _shown(key)
            for key in counted.seals()
            .annotate(papers=_number(sealed), affected_papers=_number(holding))
            .order_by("-created_at")
        ],
        "number": institution.identifiers.get(seals.EIDAS, ""),
        "now": timezone.now(),
        "requests": requests.unanswered().select_related("key", "requested_by"),
    }
    return render(request, "keys/list.html", context)


def _number(documents):
    found = documents.order_by().values("sealed_with").annotate(number=Count("pk"))
    return Coalesce(Subquery(found.values("number")), 0)


def _shown(key: IssuerKey) -> dict:
    return {"key": key, "sealer": seals.sealer_of(key)}


@login_required
def replace(request: HttpRequest, uuid: str) -> HttpResponse:
    """Ask, then retire the active key and make another one."""
    key = get_object_or_404(_kept_keys(request), uuid=uuid)
    if request.method == "POST":
        custody.replace(key, by=request.user)
        messages.success(request, _("There is a new key. What the old one signed stays valid."))
        return redirect("key-list", key.institution.slug)
    verdict = permissions.can_replace_key(request.user, key)
    return render(request, "keys/replace.html", {"key": key, "verdict": verdict})


@login_required
def ask(request: HttpRequest, uuid: str, kind: str) -> HttpResponse:
    """Ask for what another registrar has to approve."""
    if kind not in KeyRequestKind.values:
        raise Http404
    key = get_object_or_404(_kept_keys(request), uuid=uuid)
    wanted = KeyRequestKind(kind)
    verdict = permissions.can_request_for_key(request.user, key, wanted)
    posted = request.POST if request.method == "POST" else None
    form = KeyRequestForm(posted, is_stolen=wanted == KeyRequestKind.STOLEN)
    if form.is_bound and form.is_valid():
        try:
            asked = custody.request(key, wanted, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("stolen_from" if "stolen_from" in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The other registrars are told. One of them approves it."))
            return redirect("key-request", asked.uuid)
    context = {
        "key": key,
        "kind": wanted,
        "form": form,
        "verdict": verdict,
        "has_second": permissions.has_second_registrar(request.user, key.institution),
        "can_replace": permissions.can_replace_key(request.user, key),
    }
    return render(request, "keys/ask.html", context)


def _asked(request, uuid) -> KeyRequest:
    kept = Institution.objects.kept_by(request.user)
    found = KeyRequest.objects.filter(key__institution__in=kept)
    people = ("requested_by", "answered_by")
    return get_object_or_404(found.select_related("key__institution", *people), uuid=uuid)


@login_required
def request_detail(request: HttpRequest, uuid: str) -> HttpResponse:
    """What was asked, by whom and why; approve it or turn it down."""
    asked = _asked(request, uuid)
    if request.method == "POST":
        if request.POST.get("do") == "approve":
            custody.approve(asked, by=request.user)
            messages.success(request, _done(asked))
        else:
            custody.drop(asked, by=request.user)
            messages.success(request, _("Nothing was changed."))
        return redirect("key-list", asked.key.institution.slug)
    context = {
        "asked": asked,
        "may_approve": permissions.can_approve_key_request(request.user, asked),
        "may_drop": permissions.can_drop_key_request(request.user, asked),
        "is_own": asked.requested_by_id == request.user.pk,
        "since": signing_anew.signed_since(asked.key, asked.stolen_from).count()
        if asked.stolen_from
        else 0,
        "papers_since": pdf_seals.sealed_since(asked.key, asked.stolen_from).count(),
    }
    return render(request, "keys/request.html", context)


def _done(asked: KeyRequest) -> str:
    """Say what an approved request has changed."""
    if asked.kind == KeyRequestKind.ERASE:
        return _("The private half of the key …%(key)s is erased.") % {"key": asked.key.short_id}
    if asked.key.is_seal:
        told = _(
            "The certificate …%(key)s counts as stolen since %(moment)s. Its seals since then do "
            "not count. Have the credentials sealed anew with another one."
        )
    else:
        told = _(
            "The key …%(key)s counts as stolen since %(moment)s. What it signed since does not "
            "count until you sign it anew."
        )
    moment = written(asked.stolen_from, get_language() or "en")
    return told % {"key": asked.key.short_id, "moment": moment}


@login_required
@require_safe
def sealed_documents(request: HttpRequest, uuid: str) -> HttpResponse:
    """What was printed with a seal of a stolen certificate and still holds, as CSV."""
    key = get_object_or_404(_kept_keys(request).seals(), uuid=uuid)
    found = pdf_seals.sealed_since(key, key.stolen_from).order_by("created_at", "pk")
    head = (_("Number"), _("Document"), _("Sealed on"))
    rows = (
        (one.number, one.kind_label, timezone.localdate(one.created_at).isoformat())
        for one in found
    )
    name = f"sealed-with-{key.short_id}.csv"
    return HttpResponse(
        spreadsheets.as_csv([head, *rows]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@login_required
@require_POST
def sign_anew(request: HttpRequest, uuid: str) -> HttpResponse:
    """Sign anew, in the background, all that a stolen key has signed since."""
    key = get_object_or_404(_kept_keys(request), uuid=uuid)
    job = signing_anew.start(key, by=request.user)
    if job.owner_id == request.user.pk:
        return redirect("job-detail", job.uuid)
    messages.info(request, _("They are being signed already. Look again in a moment."))
    return redirect("key-list", key.institution.slug)
