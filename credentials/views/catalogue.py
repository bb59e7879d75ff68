"""The staff side of courses: what is there, what is missing, and each thing one does to them."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from credentials import permissions, search
from credentials.forms.courses import (
    CourseForm,
    EssentialForm,
    NewCourseForm,
    OfferingFormSet,
    OutcomeFormSet,
    TeachersForm,
)
from credentials.language import in_language, language_of
from credentials.models import CourseVersion, Institution, Role, Unit, User
from credentials.services import courses, outcomes
from credentials.services.audit import history_of
from credentials.states import PublishingState
from credentials.verdict import Refused, Stale, Verdict
from credentials.views.timeline import events_of
from credentials.vocabulary import CourseElement

PER_PAGE = 50
form_view = require_http_methods(["GET", "HEAD", "POST"])


def units_of(user: User) -> QuerySet:
    """Units whose catalogue the user keeps; raises `Refused` when there is none."""
    units = Unit.objects.staffed_by(user, Role.REGISTRAR, Role.COURSE_DIRECTOR)
    if not units:
        raise Refused(_("Only course directors and registrars keep the catalogue."))
    return units.select_related("institution")


def _find(request: HttpRequest, uuid: str) -> CourseVersion:
    versions = CourseVersion.objects.editable_by(request.user).with_course()
    return get_object_or_404(versions.prefetch_related("outcomes"), uuid=uuid)


@login_required
@require_safe
def course_table(request: HttpRequest) -> HttpResponse:
    units_of(request.user)
    query = " ".join(request.GET.get("q", "").split())[:200]
    state = request.GET.get("state", "")
    versions = CourseVersion.objects.editable_by(request.user)
    if state in PublishingState.values:
        versions = versions.filter(state=state)
    versions = search.matching(versions, query).with_course().prefetch_related("outcomes")
    versions = versions.defer("search_text", "description", "further_information")
    page = Paginator(versions.order_by("-rank", "course__code", "-number"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    for version in page:
        is_draft = version.state == PublishingState.DRAFT
        version.missing = _labels(version.missing_elements()) if is_draft else []
    context = {
        "page": page,
        "query": query,
        "state": state,
        "states": PublishingState.choices,
        "can_import": Institution.objects.kept_by(request.user).exists(),
    }
    return render(request, "catalogue/list.html", context)


def _labels(names: list[str]) -> list[str]:
    return [str(CourseElement(name).label) for name in names]


@login_required
@form_view
def course_new(request: HttpRequest) -> HttpResponse:
    form = NewCourseForm(request.POST or None, units=units_of(request.user))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            version = courses.create(
                given["unit"], code=given["code"], title=given["title"], by=request.user
            )
        except Refused as problem:
            form.add_error("code", str(problem))
        else:
            return redirect("course-edit", version.uuid)
    return render(request, "catalogue/new.html", {"form": form})


@login_required
@require_safe
def course_manage(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    user = request.user
    is_draft = version.state == PublishingState.DRAFT
    context = {
        "version": version,
        "missing": _labels(version.missing_elements()) if is_draft else [],
        "versions": version.course.versions.order_by("-number"),
        "teachers": version.course.teachers.order_by("name"),
        "events": events_of(history_of(version, version.course)),
        "can_edit": permissions.can_edit_course(user, version),
        "can_publish": permissions.can_publish_course(user, version),
        "can_retire": permissions.can_retire_course(user, version),
        "can_renew": permissions.can_renew_course(user, version),
        "can_choose_essential": permissions.can_choose_essential(user, version),
        "can_schedule": permissions.can_schedule_course(user, version),
        "can_award": permissions.can_award_course(user, version),
    }
    return render(request, "catalogue/manage.html", context)


@login_required
@form_view
def course_edit(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    permissions.can_edit_course(request.user, version).require()
    directs = bool(permissions.can_choose_essential(request.user, version))
    data = request.POST or None
    rows = OutcomeFormSet(data, version=version, directs=directs)
    form = CourseForm(data, instance=version)
    status = 200
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        try:
            courses.edit(
                version,
                by=request.user,
                seen=form.cleaned_data["seen"],
                outcomes=rows.rows(),
                **form.content(),
            )
        except Refused as problem:
            form.add_error(None, str(problem))
            status = 409 if isinstance(problem, Stale) else 200
        else:
            messages.success(request, _("The draft is saved."))
            if "more" in request.POST:
                return redirect(reverse("course-edit", args=[version.uuid]) + "#outcomes-title")
            return redirect("course-manage", version.uuid)
    context = {
        "version": version,
        "form": form,
        "rows": rows,
        "problems": [form, rows],
        "can_reword": permissions.can_reword_outcomes(request.user, version),
        "directs": directs,
        "as_published": "" if version.outcomes.all() else version.further_information,
    }
    return render(request, "catalogue/edit.html", context, status=status)


def _confirmed(
    request: HttpRequest,
    version: CourseVersion,
    act: Callable[..., CourseVersion],
    *,
    verdict: Verdict,
    done: str,
    **words: str,
) -> HttpResponse:
    """Ask before `act`, then do it; `words`: question, text, button (see _confirm.html)."""
    if request.method == "POST":
        result = act(version, by=request.user)
        messages.success(request, done)
        return redirect("course-manage", result.uuid)
    about = {
        "label": _("Course"),
        "value": in_language(version.title),
        "lang": language_of(version.title),
        "note": version.course.code,
    }
    back_url = reverse("course-manage", args=[version.uuid])
    context = {"version": version, "verdict": verdict, "back_url": back_url, "rows": [about]}
    return render(request, "catalogue/confirm.html", context | words)


@login_required
@form_view
def course_publish(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    return _confirmed(
        request,
        version,
        courses.publish,
        verdict=permissions.can_publish_course(request.user, version),
        done=_("The course is published."),
        question=_("Publish this course?"),
        text=_(
            "Everybody can then find it and claim its credential. What it says stays as it is; to "
            "change it, you make a new version. A version published before is taken off."
        ),
        button=_("Publish course"),
    )


@login_required
@form_view
def course_retire(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    return _confirmed(
        request,
        version,
        courses.retire,
        verdict=permissions.can_retire_course(request.user, version),
        done=_("The course is taken off the catalogue."),
        question=_("Take this course off the catalogue?"),
        text=_(
            "Nobody can claim its credential any more. What was awarded stays valid, and its page "
            "stays where it is. This cannot be undone, but you can make a new version."
        ),
        button=_("Take course off"),
    )


@login_required
@form_view
def course_renew(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    return _confirmed(
        request,
        version,
        courses.renew,
        verdict=permissions.can_renew_course(request.user, version),
        done=_("The new version is a draft. Change it as you like, then publish it."),
        question=_("Make a new version?"),
        text=_("It begins as a copy. The published version stays until you publish the new one."),
        button=_("Make new version"),
    )


@login_required
@form_view
def course_essential(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    permissions.can_choose_essential(request.user, version).require()
    form = EssentialForm(request.POST or None, version=version)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["essential"]
        outcomes.choose_essential(version, chosen, by=request.user)
        return _saved(request, version)
    return _render_form(request, version, form, _("Essential learning outcomes"))


@login_required
@form_view
def course_teachers(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    form = TeachersForm(request.POST or None, course=version.course)
    if request.method == "POST" and form.is_valid():
        courses.assign_teachers(version.course, form.cleaned_data["teachers"], by=request.user)
        return _saved(request, version)
    return _render_form(request, version, form, _("Teachers"))


@login_required
@form_view
def course_offerings(request: HttpRequest, uuid: str) -> HttpResponse:
    version = _find(request, uuid)
    permissions.can_schedule_course(request.user, version).require()
    rows = OfferingFormSet(
        request.POST or None,
        prefix="offerings",
        initial=list(version.offerings.values(*courses.OFFERING)),
    )
    if request.method == "POST" and rows.is_valid():
        filled = [form.cleaned_data for form in rows if any(form.cleaned_data.values())]
        courses.schedule(version, filled, by=request.user)
        return _saved(request, version)
    return render(request, "catalogue/offerings.html", {"version": version, "rows": rows})


def _saved(request: HttpRequest, version: CourseVersion) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("course-manage", version.uuid)


def _render_form(
    request: HttpRequest, version: CourseVersion, form: Form, heading: str
) -> HttpResponse:
    context = {"version": version, "form": form, "heading": heading}
    return render(request, "catalogue/form.html", context)
