"""Pages of the register of awarding bodies."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from credentials.forms.institutions import AwardingBodyForm
from credentials.language import clean_text
from credentials.models import AwardingBody, Institution
from credentials.services import bodies
from credentials.services.audit import history_of
from credentials.templatetags.symbolon import country_name
from credentials.views.timeline import events_of
from credentials.vocabulary import BodyStatus

PAGE = 50


def kept_institution(request):
    """Return the institution whose records are open and all that the reader keeps.

    It is the one that `?institution=` names, else the first; a stranger finds none.
    """
    kept = list(Institution.objects.kept_by(request.user))
    slug = request.GET.get("institution") or request.POST.get("institution")
    found = next((one for one in kept if slug in (None, "", one.slug)), None)
    if found is None:
        raise Http404
    return found, kept


def _list_of(institution):
    return redirect(f"{reverse('body-list')}?institution={institution.slug}")


@login_required
def index(request):
    """The register, by name; seven queries for any number of entries."""
    institution, kept = kept_institution(request)
    text = clean_text(request.GET.get("q", "")).strip()
    found = institution.awarding_bodies.filter(name__icontains=text)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"institution": institution, "kept": kept, "page": page, "text": text}
    return render(request, "bodies/list.html", context)


@login_required
def create(request):
    institution, _kept = kept_institution(request)
    form = AwardingBodyForm(request.POST or None, instance=AwardingBody(institution=institution))
    if request.method == "POST" and form.is_valid():
        body = bodies.enter(institution, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(body)s is in the register.") % {"body": body})
        return _list_of(institution)
    return render(request, "bodies/form.html", {"form": form, "institution": institution})


@login_required
def edit(request, uuid):
    kept = Institution.objects.kept_by(request.user)
    body = get_object_or_404(
        AwardingBody.objects.filter(institution__in=kept).select_related("institution"), uuid=uuid
    )
    name, form = body.name, AwardingBodyForm(request.POST or None, instance=body)
    if request.method == "POST" and form.is_valid():
        bodies.correct(body, by=request.user, **form.cleaned_data)
        messages.success(request, _("The entry is saved."))
        return _list_of(body.institution)
    context = {"form": form, "name": name, "institution": body.institution, "events": _told(body)}
    return render(request, "bodies/form.html", context)


def _told(body):
    """The history of an entry for components/_timeline.html, each change in words."""
    events = events_of(history_of(body))
    return [{**event, "text": "\n".join(_changes(event["text"]))} for event in events]


def _changes(text):
    for name, (before, now) in json.loads(text or "{}").items():
        label = AwardingBody._meta.get_field(name).verbose_name
        yield f"{label}: {_shown(name, before)} → {_shown(name, now)}"


def _shown(name, value):
    if name == "status":
        return BodyStatus(value).label
    if name == "country":
        return country_name(value)
    return value or "–"
