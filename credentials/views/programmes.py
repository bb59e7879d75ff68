"""Programmes: their public pages, and the staff side of regulations, modules and parts."""

from collections.abc import Callable
from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from credentials import permissions
from credentials.forms.programmes import (
    ModuleForm,
    NewModuleForm,
    NewProgrammeForm,
    PartFormSet,
    RegulationsForm,
    RenewProgrammeForm,
)
from credentials.language import in_language, language_of
from credentials.models import (
    CourseVersion,
    Module,
    Programme,
    ProgrammeVersion,
    RecognitionSummary,
)
from credentials.services import modules, programmes
from credentials.verdict import Refused, Stale, Verdict
from credentials.views.catalogue import form_view, units_of

PER_PAGE = 30


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    versions = (
        ProgrammeVersion.objects.published()
        .select_related("programme__institution")
        .annotate(number_of_modules=Count("modules"))
        .order_by("programme__institution__slug", "programme__code", "-regulations")
    )
    page = Paginator(versions, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "programmes/list.html", {"page": page})


@require_safe
def programme_detail(request: HttpRequest, uuid: str) -> HttpResponse:
    """One programme version; the uuid of a programme leads to its newest published version."""
    visible = ProgrammeVersion.objects.visible_to(request.user)
    version = visible.select_related("programme__institution").filter(uuid=uuid).first()
    if version is None:
        programme = get_object_or_404(Programme, uuid=uuid)
        newest = get_object_or_404(programme.versions.published()[:1])
        return redirect("programme-detail", newest.uuid)
    summaries = RecognitionSummary.objects.filter(programme=version.programme)
    editable = ProgrammeVersion.objects.editable_by(request.user)
    context = {
        "version": version,
        "semesters": _by_semester(version),
        "others": version.programme.versions.visible_to(request.user).exclude(pk=version.pk),
        "recognised": _recognised_before(summaries),
        "totals": summaries.aggregate(asked=Sum("asked"), recognised=Sum("recognised")),
        "keeps": editable.filter(pk=version.pk).exists(),
    }
    return render(request, "programmes/detail.html", context)


def _recognised_before(summaries: QuerySet) -> QuerySet:
    """Return the ten courses recognised most; `course.on_offer` holds the published version."""
    on_offer = CourseVersion.objects.published().only("uuid", "title", "course")
    return (
        summaries.filter(asked__gt=0)
        .select_related("course")
        .prefetch_related(Prefetch("course__versions", queryset=on_offer, to_attr="on_offer"))
        .order_by("-recognised", "-asked", "pk")[:10]
    )


def _by_semester(version: ProgrammeVersion) -> list[tuple[int, list[Module]]]:
    all_modules = version.modules.select_related(
        "course_version__course", "programme_version"
    ).prefetch_related("parts", "course_version__outcomes")
    return [
        (semester, list(group)) for semester, group in groupby(all_modules, lambda m: m.semester)
    ]


@login_required
@require_safe
def programme_table(request: HttpRequest) -> HttpResponse:
    units_of(request.user)
    versions = (
        ProgrammeVersion.objects.editable_by(request.user)
        .select_related("programme__institution")
        .annotate(number_of_modules=Count("modules"))
        .order_by("programme__code", "-regulations", "pk")
    )
    page = Paginator(versions, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "programmes/table.html", {"page": page})


def _find(request: HttpRequest, uuid: str) -> ProgrammeVersion:
    versions = ProgrammeVersion.objects.editable_by(request.user)
    return get_object_or_404(
        versions.select_related("programme__institution", "programme__unit"), uuid=uuid
    )


@login_required
@form_view
def programme_new(request: HttpRequest) -> HttpResponse:
    form = NewProgrammeForm(request.POST or None, units=units_of(request.user))
    if request.method == "POST" and form.is_valid():
        unit, code = form.cleaned_data["unit"], form.cleaned_data["code"]
        try:
            version = programmes.create(unit, code=code, by=request.user, **form.content())
        except Refused as problem:
            form.add_error("code", str(problem))
        else:
            return redirect("programme-manage", version.uuid)
    return render(request, "programmes/new.html", {"form": form})


@login_required
@require_safe
def programme_manage(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    user = request.user
    context = {
        "version": version,
        "semesters": _by_semester(version),
        "versions": version.programme.versions.all(),
        "can_edit": permissions.can_edit_programme(user, version),
        "can_publish": permissions.can_publish_programme(user, version),
        "can_retire": permissions.can_retire_programme(user, version),
        "can_renew": permissions.can_renew_programme(user, version),
        "keeps_records": permissions.can_keep_records(user, version.institution).allowed,
    }
    return render(request, "programmes/manage.html", context)


@login_required
@form_view
def programme_edit(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    permissions.can_edit_programme(request.user, version).require()
    form, status = RegulationsForm(request.POST or None, instance=version), 200
    if request.method == "POST" and form.is_valid():
        try:
            programmes.edit(
                version, by=request.user, seen=form.cleaned_data["seen"], **form.content()
            )
        except Refused as problem:
            form.add_error(None, str(problem))
            status = 409 if isinstance(problem, Stale) else 200
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("programme-manage", version.uuid)
    context = {"version": version, "form": form, "heading": _("Edit regulations")}
    return render(request, "programmes/form.html", context, status=status)


def _confirmed(
    request: HttpRequest,
    version: ProgrammeVersion,
    act: Callable[..., ProgrammeVersion],
    *,
    verdict: Verdict,
    done: str,
    **words: str,
) -> HttpResponse:
    if request.method == "POST":
        act(version, by=request.user)
        messages.success(request, done)
        return redirect("programme-manage", version.uuid)
    back_url = reverse("programme-manage", args=[version.uuid])
    context = {"version": version, "verdict": verdict, "back_url": back_url}
    return render(request, "programmes/confirm.html", context | _about(version) | words)


def _about(version: ProgrammeVersion) -> dict:
    row = {
        "label": _("Programme"),
        "value": in_language(version.title),
        "lang": language_of(version.title),
        "note": version.regulations,
    }
    return {"rows": [row]}


@login_required
@form_view
def programme_publish(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    return _confirmed(
        request,
        version,
        programmes.publish,
        verdict=permissions.can_publish_programme(request.user, version),
        done=_("The regulations are published."),
        question=_("Publish these regulations?"),
        text=_(
            "Learners can then apply for recognition of their credentials as modules of this "
            "programme. Modules and parts stay as they are from then on."
        ),
        button=_("Publish regulations"),
    )


@login_required
@form_view
def programme_retire(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    return _confirmed(
        request,
        version,
        programmes.retire,
        verdict=permissions.can_retire_programme(request.user, version),
        done=_("The regulations are closed."),
        question=_("Close these regulations?"),
        text=_("Nobody can begin an application under them any more. What was decided stays."),
        button=_("Close regulations"),
    )


@login_required
@form_view
def programme_renew(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    permissions.can_renew_programme(request.user, version).require()
    form = RenewProgrammeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["regulations"]
        try:
            draft = programmes.renew(version, regulations=name, by=request.user)
        except Refused as problem:
            form.add_error("regulations", str(problem))
        else:
            messages.success(request, _("The new regulations are a draft, copied with modules."))
            return redirect("programme-manage", draft.uuid)
    context = {"version": version, "form": form, "heading": _("New regulations")}
    return render(request, "programmes/form.html", context)


@login_required
@form_view
def module_new(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    permissions.can_edit_programme(request.user, version).require()
    form = NewModuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            modules.add(version, by=request.user, **form.content())
        except Refused as problem:
            form.add_error("code", str(problem))
        else:
            messages.success(request, _("The module is added."))
            return redirect("programme-manage", version.uuid)
    context = {"version": version, "form": form, "heading": _("Add module")}
    return render(request, "programmes/form.html", context)


def _find_module(request: HttpRequest, uuid: str) -> Module:
    versions = ProgrammeVersion.objects.editable_by(request.user)
    found = Module.objects.filter(programme_version__in=versions).select_related(
        "programme_version__programme__unit",
        "programme_version__programme__institution",
        "course_version__course",
    )
    module = get_object_or_404(found, uuid=uuid)
    permissions.can_edit_programme(request.user, module.programme_version).require()
    return module


@login_required
@form_view
def module_edit(request: HttpRequest, uuid: str) -> HttpResponse:
    module = _find_module(request, uuid)
    form = ModuleForm(request.POST or None, instance=module)
    rows = PartFormSet(request.POST or None, module=module)
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        try:
            modules.edit(module, by=request.user, parts=rows.rows(), **form.cleaned_data)
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The module is saved."))
            return redirect("programme-manage", module.programme_version.uuid)
    context = {
        "module": module,
        "version": module.programme_version,
        "form": form,
        "rows": rows,
        "problems": [form, rows],
    }
    return render(request, "programmes/module.html", context)


@login_required
@form_view
def module_remove(request: HttpRequest, uuid: str) -> HttpResponse:
    module = _find_module(request, uuid)
    version = module.programme_version
    back_url = reverse("programme-manage", args=[version.uuid])
    if request.method == "POST":
        modules.remove(module, by=request.user)
        messages.success(request, _("The module is taken out."))
        return redirect(back_url)
    context = {
        "version": version,
        "back_url": back_url,
        "question": _("Take %(module)s out of the programme?") % {"module": module},
        "text": _("Its parts go with it. The course stays in the catalogue."),
        "button": _("Take module out"),
    }
    return render(request, "programmes/confirm.html", context | _about(version))
