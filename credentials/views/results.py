"""Pages on which a registrar enters, corrects and removes the results of one student."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.forms.records import ModuleChoiceForm, ResultForm
from credentials.models import Enrolment, Institution, ModuleResult
from credentials.services import module_results
from credentials.verdict import Refused, Stale
from credentials.views.catalogue import form_view


def _find_enrolment(request: HttpRequest, uuid: str) -> Enrolment:
    kept = Institution.objects.kept_by(request.user)
    found = Enrolment.objects.filter(learner__institution__in=kept)
    return get_object_or_404(
        found.select_related("learner__institution", "programme_version"), uuid=uuid
    )


@login_required
@form_view
def choose(request: HttpRequest, uuid: str) -> HttpResponse:
    """Which module was passed; its grades are known only then."""
    enrolment = _find_enrolment(request, uuid)
    form = ModuleChoiceForm(request.POST or None, enrolment=enrolment)
    if request.method == "POST" and form.is_valid():
        return redirect("result-enter", enrolment.uuid, form.cleaned_data["module"].uuid)
    context = {"form": form, "enrolment": enrolment, "nothing_left": form.nothing_left}
    return render(request, "results/form.html", context)


@login_required
@form_view
def enter(request: HttpRequest, uuid: str, module: str) -> HttpResponse:
    enrolment = _find_enrolment(request, uuid)
    modules = enrolment.programme_version.modules.select_related(
        "course_version__course", "programme_version__profile"
    )
    chosen = get_object_or_404(modules, uuid=module)
    result = ModuleResult(
        enrolment=enrolment, module=chosen, ects=chosen.ects, achieved_on=timezone.localdate()
    )
    form = ResultForm(request.POST or None, instance=result)
    if request.method == "POST" and form.is_valid():
        try:
            module_results.enter(enrolment, chosen, by=request.user, **form.content())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The result is entered."))
            return redirect("learner-detail", enrolment.learner.uuid)
    context = {"form": form, "enrolment": enrolment, "module": chosen}
    return render(request, "results/form.html", context)


def _find(request: HttpRequest, uuid: str) -> ModuleResult:
    kept = Institution.objects.kept_by(request.user)
    found = ModuleResult.objects.filter(enrolment__learner__institution__in=kept)
    return get_object_or_404(
        found.select_related(
            "enrolment__learner__institution",
            "enrolment__programme_version",
            "module__course_version__course",
            "module__programme_version__profile",
        ),
        uuid=uuid,
    )


@login_required
@form_view
def edit(request: HttpRequest, uuid: str) -> HttpResponse:
    result, status = _find(request, uuid), 200
    form = ResultForm(request.POST or None, instance=result)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            module_results.correct(result, by=request.user, seen=seen, **form.content())
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, Stale) else 200
        else:
            messages.success(request, _("The result is saved."))
            return redirect("learner-detail", result.enrolment.learner.uuid)
    context = {
        "form": form,
        "enrolment": result.enrolment,
        "module": result.module,
        "result": result,
    }
    return render(request, "results/form.html", context, status=status)


@login_required
@form_view
def remove(request: HttpRequest, uuid: str) -> HttpResponse:
    result = _find(request, uuid)
    learner = result.enrolment.learner
    if request.method == "POST":
        module_results.remove(result, by=request.user)
        messages.success(request, _("The result is removed."))
        return redirect("learner-detail", learner.uuid)
    context = {
        "enrolment": result.enrolment,
        "back_url": reverse("learner-detail", args=[learner.uuid]),
        "question": _("Remove this result?"),
        "text": _("Documents that were printed keep it. The log keeps what it said."),
        "rows": [
            {"label": _("Learner"), "value": str(learner)},
            {"label": _("Module"), "value": str(result.module), "note": result.grade},
        ],
        "button": _("Remove result"),
    }
    return render(request, "results/confirm.html", context)
