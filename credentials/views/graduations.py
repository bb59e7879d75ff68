"""Pages of lists of graduates: what lists there are, who is in one, what is missing to print."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from credentials.forms.records import GraduateForm, GraduationForm
from credentials.language import clean_text
from credentials.models import Enrolment, Graduate, Graduation, Institution
from credentials.permissions import can_take_out
from credentials.services import graduations
from credentials.verdict import Refused, Stale
from credentials.views.bodies import kept_institution
from credentials.views.catalogue import form_view

PAGE = 50
LATEST = 3


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Lists of graduates, newest first; constant queries for any number of them."""
    institution, kept = kept_institution(request)
    found = institution.graduations.annotate(number=Count("graduates"))
    found = found.order_by("-certified_on", "name")
    context = {
        "institution": institution,
        "kept": kept,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "graduations/list.html", context)


@login_required
@form_view
def create(request: HttpRequest) -> HttpResponse:
    institution, _kept = kept_institution(request)
    form = GraduationForm(request.POST or None, institution=institution)
    if request.method == "POST" and form.is_valid():
        try:
            graduation = graduations.make(institution, by=request.user, **form.content())
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            return redirect("graduation-detail", graduation.uuid)
    return render(request, "graduations/form.html", {"institution": institution, "form": form})


def find(request: HttpRequest, uuid: str) -> Graduation:
    """Return a list of an institution that the reader keeps, else 404."""
    kept = Institution.objects.kept_by(request.user)
    found = Graduation.objects.filter(institution__in=kept).select_related("institution")
    return get_object_or_404(found, uuid=uuid)


@login_required
@require_safe
def detail(request: HttpRequest, uuid: str) -> HttpResponse:
    """One list with what is missing or printed of each graduate; constant queries."""
    graduation = find(request, uuid)
    text = clean_text(request.GET.get("q", "")).strip()
    found = graduations.with_progress(graduation.graduates.all())
    found = found.select_related("supplement").defer("supplement__facts")
    everybody = [
        (graduate, graduations.problems(graduate))
        for graduate in sorted(found, key=graduations.by_name)
    ]
    incomplete = [row for row in everybody if row[1]]
    only_incomplete = request.GET.get("show") == "missing"
    rows = incomplete if only_incomplete else everybody
    rows = [row for row in rows if _is_meant(row[0], text)]
    context = {
        "graduation": graduation,
        "institution": graduation.institution,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "total": len(everybody),
        "incomplete": len(incomplete),
        "only_incomplete": only_incomplete,
        "text": text,
    }
    return render(request, "graduations/detail.html", context)


def _is_meant(graduate: Graduate, text: str) -> bool:
    learner = graduate.enrolment.learner
    known = f"{learner.name} {learner.student_number}".casefold()
    return all(word in known for word in text.casefold().split())


@login_required
@form_view
def edit(request: HttpRequest, uuid: str) -> HttpResponse:
    graduation = find(request, uuid)
    institution, status = graduation.institution, 200
    form = GraduationForm(request.POST or None, institution=institution, instance=graduation)
    if request.method == "POST" and form.is_valid():
        try:
            graduations.edit(
                graduation, by=request.user, seen=form.cleaned_data["seen"], **form.content()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, Stale) else 200
        else:
            messages.success(request, _("The list is saved."))
            return redirect("graduation-detail", graduation.uuid)
    context = {"institution": institution, "form": form, "graduation": find(request, uuid)}
    return render(request, "graduations/form.html", context, status=status)


# Graduates


@login_required
@require_safe
def choose(request: HttpRequest, uuid: str) -> HttpResponse:
    """Whom to add: enrolled students by name or number, those in a list marked as such."""
    graduation = find(request, uuid)
    text = clean_text(request.GET.get("q", "")).strip()
    found = Enrolment.objects.none()
    if text:
        learners = graduation.institution.learners.search(text)
        found = Enrolment.objects.filter(learner__in=learners.values("pk"))
    here = Count("graduates", filter=Q(graduates__graduation=graduation))
    found = found.annotate(here=here).select_related("learner", "programme_version__programme")
    context = {
        "graduation": graduation,
        "text": text,
        "page": Paginator(
            found.order_by("learner__family_name", "learner__given_name", "pk"), PAGE
        ).get_page(request.GET.get("page")),
    }
    return render(request, "graduations/choose.html", context)


@login_required
@form_view
def add(request: HttpRequest, uuid: str, enrolment: str) -> HttpResponse:
    graduation = find(request, uuid)
    enrolments = Enrolment.objects.filter(learner__institution=graduation.institution)
    chosen = get_object_or_404(
        enrolments.select_related("learner__institution", "programme_version__programme"),
        uuid=enrolment,
    )
    graduate = Graduate(
        graduation=graduation, enrolment=chosen, graduated_on=graduation.certified_on
    )
    form = GraduateForm(request.POST or None, institution=graduation.institution, instance=graduate)
    if request.method == "POST" and form.is_valid():
        try:
            graduations.add(graduation, chosen, by=request.user, **form.content())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is in the list.") % {"name": chosen.learner})
            return redirect("graduation-detail", graduation.uuid)
    return render(request, "graduations/graduate.html", {"form": form, "graduate": graduate})


def _find_graduate(request: HttpRequest, uuid: str) -> Graduate:
    kept = Institution.objects.kept_by(request.user)
    found = Graduate.objects.filter(graduation__institution__in=kept)
    return get_object_or_404(graduations.with_progress(found), uuid=uuid)


@login_required
@form_view
def edit_graduate(request: HttpRequest, uuid: str) -> HttpResponse:
    graduate, status = _find_graduate(request, uuid), 200
    problems = graduations.problems(graduate)
    form = GraduateForm(
        request.POST or None, institution=graduate.graduation.institution, instance=graduate
    )
    if request.method == "POST" and form.is_valid():
        try:
            graduations.correct(
                graduate, by=request.user, seen=form.cleaned_data["seen"], **form.content()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, Stale) else 200
        else:
            messages.success(request, _("The graduate is saved."))
            return redirect("graduation-detail", graduate.graduation.uuid)
    context = {
        "form": form,
        "graduate": graduate,
        "problems": problems,
        "can_take_out": can_take_out(request.user, graduate),
    }
    return render(request, "graduations/graduate.html", context, status=status)


@login_required
@form_view
def take_out(request: HttpRequest, uuid: str) -> HttpResponse:
    graduate = _find_graduate(request, uuid)
    back_url = reverse("graduate-edit", args=[graduate.uuid])
    if request.method == "POST":
        graduations.take_out(graduate, by=request.user)
        messages.success(request, _("%(name)s is out of the list.") % {"name": graduate})
        return redirect("graduation-detail", graduate.graduation.uuid)
    context = {
        "graduation": graduate.graduation,
        "back_url": back_url,
        "question": _("Take %(name)s out of the list?") % {"name": graduate},
        "text": _("Their results stay in the records. You can add them again."),
        "button": _("Take out of the list"),
        "verdict": can_take_out(request.user, graduate),
    }
    return render(request, "graduations/confirm.html", context)
