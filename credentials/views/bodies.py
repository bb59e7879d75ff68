"""Pages of the register of awarding bodies."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from credentials.forms.institutions import AwardingBodyForm
from credentials.models import AwardingBody, Institution, Role, Unit
from credentials.services import bodies
from credentials.services.audit import history_of

PAGE = 50


def _kept(user):
    roots = Unit.objects.staffed_by(user, Role.REGISTRAR).filter(parent=None)
    return Institution.objects.filter(units__in=roots)


def _institution(request):
    kept = _kept(request.user)
    slug = request.GET.get("institution")
    found = kept.filter(slug=slug).first() if slug else kept.first()
    if found is None:
        raise Http404
    return found


@login_required
def index(request):
    institution = _institution(request)
    text = request.GET.get("q", "").strip()
    found = institution.awarding_bodies.filter(name__icontains=text)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"institution": institution, "page": page, "text": text}
    return render(request, "bodies/list.html", context)


@login_required
def create(request):
    institution = _institution(request)
    form = AwardingBodyForm(request.POST or None, instance=AwardingBody(institution=institution))
    if request.method == "POST" and form.is_valid():
        body = bodies.enter(institution, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(body)s is in the register.") % {"body": body})
        return redirect("body-list")
    return render(request, "bodies/form.html", {"form": form, "institution": institution})


@login_required
def edit(request, uuid):
    body = get_object_or_404(
        AwardingBody.objects.filter(institution__in=_kept(request.user)), uuid=uuid
    )
    form = AwardingBodyForm(request.POST or None, instance=body)
    if request.method == "POST" and form.is_valid():
        bodies.correct(body, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("body-list")
    context = {
        "form": form,
        "body": body,
        "institution": body.institution,
        "history": history_of(body),
    }
    return render(request, "bodies/form.html", context)
