"""Pages of share links: the holder's side, and what a stranger with the link sees."""

import logging
from contextlib import contextmanager

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from credentials.models import Credential
from credentials.services import verification
from credentials.views.verification import refusal_if_too_often
from portfolios.forms.shares import ShareForm
from portfolios.models import Share
from portfolios.permissions import can_share_credential, can_withdraw_share
from portfolios.services import shares

logger = logging.getLogger(__name__)


@login_required
def create(request, uuid):
    credential = get_object_or_404(
        Credential.objects.visible_to(request.user).in_portfolio().select_related("award"),
        uuid=uuid,
    )
    verdict = can_share_credential(request.user, credential)
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        shares.create(credential, **form.cleaned_data, by=request.user)
        messages.success(request, _("The link is ready. Copy it and pass it on."))
        return redirect("share-new", credential.uuid)
    return render(
        request,
        "shares/new.html",
        {
            "form": form,
            "credential": credential,
            "shares": credential.shares.all(),
            "verdict": verdict,
        },
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
    """What an employer sees: the verdict first, then what was signed, not what its holder adds."""
    share = shares.open_link(token)
    if share is None:
        return render(request, "shares/closed.html", status=404)
    if refused := refusal_if_too_often(request):
        return refused
    with _file_of(share):
        result = verification.examine_credential(share.credential)
    return render(request, "shares/show.html", {"share": share, "result": result})


@never_cache
def download(request, token):
    """The signed file itself, so that others can check it with their own means."""
    share = shares.open_link(token)
    if share is None:
        return render(request, "shares/closed.html", status=404)
    document = share.credential.document
    with _file_of(share):
        body = verification.bytes_of(share.credential)
    is_json = document is None or document.media_type == "application/json"
    kind = "application/vc+ld+json" if is_json else document.media_type
    name = "credential.json" if is_json else document.filename
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(body, content_type=kind, headers=headers)


@contextmanager
def _file_of(share):
    try:
        yield
    except OSError:
        logger.exception("share %s: the file cannot be read", share.uuid)
        raise Http404 from None
