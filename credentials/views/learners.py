"""Pages on which a registrar corrects what is known of a learner, and enrols them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from credentials.forms.learners import EnrolmentForm, PersonForm, StudiesForm
from credentials.models import Enrolment, Institution, Learner
from credentials.services import enrolments
from credentials.verdict import Refused, Stale
from credentials.views.catalogue import form_view


def _find(request: HttpRequest, uuid: str) -> Learner:
    kept = Institution.objects.kept_by(request.user)
    found = Learner.objects.filter(institution__in=kept).select_related("institution")
    return get_object_or_404(found, uuid=uuid)


@login_required
@form_view
def edit(request: HttpRequest, uuid: str) -> HttpResponse:
    learner, status = _find(request, uuid), 200
    form = PersonForm(request.POST or None, instance=learner)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            enrolments.correct_learner(learner, by=request.user, seen=seen, **form.content())
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, Stale) else 200
        else:
            messages.success(request, _("Saved."))
            return redirect("learner-detail", learner.uuid)
    context = {"form": form, "learner": learner, "heading": _("Correct personal data")}
    return render(request, "learners/form.html", context, status=status)


@login_required
@form_view
def enrol(request: HttpRequest, uuid: str) -> HttpResponse:
    learner = _find(request, uuid)
    form = EnrolmentForm(request.POST or None, learner=learner)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            enrolments.enrol(
                learner, said["programme_version"], started_on=said["started_on"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is enrolled.") % {"name": learner})
            return redirect("learner-detail", learner.uuid)
    context = {"form": form, "learner": learner, "heading": _("Enrol in a programme")}
    return render(request, "learners/form.html", context)


@login_required
@form_view
def studies(request: HttpRequest, uuid: str) -> HttpResponse:
    """When the studies of an enrolment began and ended."""
    kept = Institution.objects.kept_by(request.user)
    found = Enrolment.objects.filter(learner__institution__in=kept)
    enrolment = get_object_or_404(found.select_related("learner", "programme_version"), uuid=uuid)
    form, status = StudiesForm(request.POST or None, instance=enrolment), 200
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            enrolments.correct_dates(enrolment, by=request.user, seen=seen, **form.content())
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, Stale) else 200
        else:
            messages.success(request, _("Saved."))
            return redirect("learner-detail", enrolment.learner.uuid)
    heading = _("Dates of the studies: %(programme)s") % {"programme": enrolment.programme_version}
    context = {"form": form, "learner": enrolment.learner, "heading": heading}
    return render(request, "learners/form.html", context, status=status)
