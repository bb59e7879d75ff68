"""Pages of the register of awarding bodies."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from credentials.days import longdate
from credentials.forms.institutions import AwardingBodyForm, RegisterAgeForm
from credentials.language import clean_text
from credentials.models import AwardingBody, Institution
from credentials.services import bodies
from credentials.services.audit import history_of
from credentials.standards import body_files
from credentials.templatetags.symbolon import country_name
from credentials.verdict import Refused
from credentials.views.timeline import events_of
from credentials.vocabulary import BodyKind, BodyStatus

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


def list_of(institution):
    """Lead to the register of an institution."""
    return redirect(f"{reverse('body-list')}?institution={institution.slug}")


@login_required
def index(request):
    """The register, by name; eight queries for any number of entries."""
    institution, kept = kept_institution(request)
    text = clean_text(request.GET.get("q", "")).strip()
    only_old = request.GET.get("show") == "old"
    found = institution.awarding_bodies.select_related("institution")
    old = found.to_look_up(institution)
    found = (old if only_old else found).search(text)
    context = {
        "institution": institution,
        "kept": kept,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "text": text,
        "only_old": only_old,
        "old": old.count(),
        "age_form": RegisterAgeForm(instance=institution),
    }
    return render(request, "bodies/list.html", context)


@login_required
def create(request):
    institution, _kept = kept_institution(request)
    form = AwardingBodyForm(request.POST or None, instance=AwardingBody(institution=institution))
    if request.method == "POST" and form.is_valid():
        try:
            body = bodies.enter(institution, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(body)s is in the register.") % {"body": body})
            return list_of(institution)
    return render(request, "bodies/form.html", {"form": form, "institution": institution})


def _kept_body(request, uuid):
    kept = Institution.objects.kept_by(request.user)
    found = AwardingBody.objects.filter(institution__in=kept)
    return get_object_or_404(found.select_related("institution", "checked_by"), uuid=uuid)


@login_required
def edit(request, uuid):
    """An entry: what it says, who looked it up, and all that was changed."""
    body = _kept_body(request, uuid)
    name, form = body.name, AwardingBodyForm(request.POST or None, instance=body)
    if request.method == "POST" and form.is_valid():
        try:
            bodies.correct(body, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The entry is saved."))
            return list_of(body.institution)
    context = {
        "form": form,
        "name": name,
        "body": _kept_body(request, uuid),
        "institution": body.institution,
        "events": _told(body),
    }
    return render(request, "bodies/form.html", context)


@login_required
@require_POST
def confirm(request, uuid):
    """Looked up today, and nothing has changed."""
    body = bodies.confirm(_kept_body(request, uuid), by=request.user)
    messages.success(request, _("Noted: you looked it up today, and it holds."))
    return redirect("body-edit", body.uuid)


@login_required
@require_POST
def set_age(request):
    institution, _kept = kept_institution(request)
    form = RegisterAgeForm(request.POST, instance=institution)
    if form.is_valid():
        bodies.set_age(institution, form.cleaned_data["register_months"], by=request.user)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Give a number of months from 1 to 120."))
    return list_of(institution)


@login_required
@require_safe
def export(request):
    """The whole register as CSV, in the columns that the import takes."""
    institution, _kept = kept_institution(request)
    data = body_files.written(institution.awarding_bodies.values(*body_files.COLUMNS))
    name = f"register-{institution.slug}.csv"
    return HttpResponse(
        data,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _told(body):
    """The history of an entry for components/_timeline.html, each change in words."""
    events = events_of(history_of(body))
    return [
        {**event, "text": "\n".join(changes_told(json.loads(event["text"] or "{}")))}
        for event in events
    ]


def changes_told(changes: Mapping[str, Any]) -> Iterator[str]:
    """Yield each change of an entry in words: what, before, now."""
    for name, (before, now) in changes.items():
        # The log of old entries calls the evidence by its first name.
        field = AwardingBody._meta.get_field("evidence" if name == "source" else name)
        yield f"{field.verbose_name}: {_shown(name, before)} → {_shown(name, now)}"


def _shown(name, value):
    if not value:
        return "–"
    if name in ("status", "kind"):
        return (BodyStatus if name == "status" else BodyKind)(value).label
    if name == "country":
        return country_name(value)
    if name == "checked_on":
        return longdate(parse_date(str(value)))
    return value
