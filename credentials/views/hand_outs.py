"""A signed credential as a file in one of its forms, for its holder and who may see the award."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from credentials.models import SIGNED_HERE, Award, Credential, SignedForm
from credentials.services import facts, hand_outs
from credentials.services.hand_outs import File, Form
from credentials.states import AwardState


@login_required
@never_cache
def download(request: HttpRequest, uuid: str, form: str) -> HttpResponse:
    if form not in Form.values:
        raise Http404
    credential = _seen(request.user, uuid)
    name = facts.of_credential(credential).number or "credential"
    try:
        return sent(hand_outs.make(credential, Form(form), name, reader=request.user))
    except SignedForm.DoesNotExist:
        raise Http404 from None


def _seen(user, uuid: str) -> Credential:
    held = Credential.objects.visible_to(user).filter(origin__in=SIGNED_HERE)
    if found := held.filter(uuid=uuid).first():
        return found
    return get_object_or_404(Award.objects.visible_to(user), credential__uuid=uuid).credential


@login_required
@never_cache
def transcript(request: HttpRequest) -> HttpResponse:
    """All awards that are in the portfolio and in force, as one ELMO document."""
    held = Credential.objects.visible_to(request.user).filter(
        award__state=AwardState.ISSUED, award__accepted_at__isnull=False
    )
    credentials = list(held.order_by("created_at", "pk")[:500])
    if not credentials:
        raise Http404
    return sent(hand_outs.transcript(request.user, credentials))


def sent(file: File) -> HttpResponse:
    """Return a file to be saved; a browser never runs it."""
    response = HttpResponse(file.data, content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
