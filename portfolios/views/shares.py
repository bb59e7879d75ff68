"""Pages of share links: the holder's side, and what a stranger with the link sees."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from credentials.models import Credential
from credentials.services import verification
from credentials.standards import facts_json
from portfolios.forms.shares import ShareForm
from portfolios.models import Share
from portfolios.permissions import can_share_credential, can_withdraw_share
from portfolios.services import shares


@login_required
def create(request, uuid):
    credential = get_object_or_404(
        Credential.objects.visible_to(request.user).in_portfolio().select_related("award"),
        uuid=uuid,
    )
    can_share_credential(request.user, credential).require()
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        shares.create(credential, **form.cleaned_data, by=request.user)
        messages.success(request, _("The link is ready. Copy it and pass it on."))
        return redirect("share-new", credential.uuid)
    return render(
        request,
        "shares/new.html",
        {"form": form, "credential": credential, "shares": credential.shares.all()},
    )


@login_required
def withdraw(request, uuid):
    share = get_object_or_404(
        Share.objects.visible_to(request.user).select_related("credential"), uuid=uuid
    )
    if request.method == "POST":
        shares.withdraw(share, by=request.user)
        messages.success(request, _("The link no longer works."))
        return redirect("share-new", share.credential.uuid)
    verdict = can_withdraw_share(request.user, share)
    return render(request, "shares/withdraw.html", {"share": share, "verdict": verdict})


@never_cache
def show(request, token):
    """What an employer sees: the verdict first, then what the credential says."""
    share = shares.open_link(token)
    if share is None:
        return render(request, "shares/closed.html", status=404)
    data = verification.bytes_of(share.credential)
    return render(
        request,
        "shares/show.html",
        {
            "share": share,
            "credential": share.credential,
            "facts": facts_json.from_json(share.credential.facts),
            "result": verification.examine(data),
        },
    )


@never_cache
def download(request, token):
    share = Share.objects.open().filter(token=token).select_related("credential__award").first()
    if share is None:
        raise Http404
    response = HttpResponse(
        verification.bytes_of(share.credential), content_type="application/vc+ld+json"
    )
    response["Content-Disposition"] = 'attachment; filename="credential.json"'
    return response
