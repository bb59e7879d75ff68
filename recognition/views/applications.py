"""Pages of an application until it is sent."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from credentials.models import Credential, ProgrammeVersion
from credentials.verdict import Refused
from recognition import submission
from recognition.forms.cases import DeclarationForm, LineForm, PartsForm, ProgrammeForm
from recognition.models import Case, Line
from recognition.permissions import can_draft
from recognition.services import applications, cases


@login_required
def new(request):
    """The first question: in which programme should it count? `?credential=` is carried along."""
    carried = request.POST.get("credential") or request.GET.get("credential", "")
    initial = {"programme": _usual_programme(request.user)}
    form = ProgrammeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        case = applications.create(form.cleaned_data["programme"], by=request.user)
        suffix = f"?credential={carried}" if carried and not case.lines.exists() else ""
        response = redirect("line-new" if suffix else "case-detail", case.uuid)
        response["Location"] += suffix
        return response
    return render(request, "cases/new.html", {"form": form, "carried": carried})


def _usual_programme(user):
    """The programme somebody is enrolled in is the one they most likely mean."""
    version = ProgrammeVersion.objects.published().filter(enrolments__learner__user=user).first()
    return version.uuid if version else None


def _draft(request, uuid):
    case = get_object_or_404(
        Case.objects.filter(applicant=request.user).select_related(
            "programme_version__programme__institution"
        ),
        uuid=uuid,
    )
    can_draft(request.user, case).require()
    return case


def _draft_line(request, uuid):
    line = get_object_or_404(
        Line.objects.filter(case__applicant=request.user).with_all(), uuid=uuid
    )
    can_draft(request.user, line.case).require()
    return line


@login_required
def add_line(request, uuid):
    case = _draft(request, uuid)
    held = Credential.objects.visible_to(request.user)
    carried = request.GET.get("credential", "")
    initial = {"sources": [carried] if _is_held(held, carried) else []}
    return _line_form(request, case, None, initial)


def _is_held(held, uuid):
    return any(str(known) == uuid for known in held.values_list("uuid", flat=True))


@login_required
def edit_line(request, uuid):
    line = _draft_line(request, uuid)
    return _line_form(request, line.case, line, LineForm.initial_from(line))


def _line_form(request, case, line, initial):
    form = LineForm(request.POST or None, initial=initial, case=case, applicant=request.user)
    if request.method == "POST" and form.is_valid():
        line = applications.save_line(
            case,
            line,
            module=form.module,
            credentials=list(form.cleaned_data["sources"]),
            requested_ects=form.cleaned_data["requested_ects"],
            note=form.cleaned_data["note"],
            by=request.user,
        )
        messages.success(request, _("Saved."))
        if line.module and line.module.parts.exists():
            return redirect("line-parts", line.uuid)
        return redirect("case-detail", case.uuid)
    return render(request, "cases/line.html", {"form": form, "case": case, "line": line})


@login_required
def parts(request, uuid):
    line = _draft_line(request, uuid)
    if line.module is None or not line.module.parts.exists():
        return redirect("case-detail", line.case.uuid)
    chosen = [part.uuid for part in line.parts.all()] or [
        part.uuid for part in line.module.parts.all()
    ]
    form = PartsForm(request.POST or None, initial={"parts": chosen}, module=line.module)
    if request.method == "POST" and form.is_valid():
        applications.choose_parts(line, list(form.cleaned_data["parts"]), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("case-detail", line.case.uuid)
    modules = line.module.parts.prefetch_related("outcomes")
    return render(request, "cases/parts.html", {"form": form, "line": line, "parts": modules})


@login_required
def remove_line(request, uuid):
    line = _draft_line(request, uuid)
    if request.method == "POST":
        applications.remove_line(line, by=request.user)
        messages.success(request, _("Removed."))
        return redirect("case-detail", line.case.uuid)
    return render(request, "cases/remove_line.html", {"line": line})


@login_required
def declare(request, uuid):
    case = _draft(request, uuid)
    done = bool(case.declared_at)
    form = DeclarationForm(request.POST or None, initial={"is_true": done, "may_check": done})
    if request.method == "POST" and form.is_valid():
        applications.declare(case, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("case-check", case.uuid)
    return render(request, "cases/declaration.html", {"form": form, "case": case})


@login_required
def check(request, uuid):
    """All answers on one page; sending twice, also from two tabs, leads to the same receipt."""
    case = get_object_or_404(Case.objects.filter(applicant=request.user), uuid=uuid)
    if not case.is_draft:
        return redirect("case-sent", case.uuid)
    problems = submission.problems(request.user, case)
    if request.method == "POST" and not problems:
        try:
            cases.submit(case, by=request.user)
        except Refused as refusal:
            case.refresh_from_db()
            if case.is_draft:
                messages.error(request, str(refusal))
                return redirect("case-check", case.uuid)
        return redirect("case-sent", case.uuid)
    return render(
        request,
        "cases/check.html",
        {
            "case": case,
            "lines": case.lines.with_all().prefetch_related(
                "sources__credential__evidence__document", "sources__credential__document"
            ),
            "problems": problems,
        },
    )


@login_required
def discard(request, uuid):
    case = _draft(request, uuid)
    if request.method == "POST":
        applications.discard(case, by=request.user)
        messages.success(request, _("The draft is deleted."))
        return redirect("case-list")
    return render(request, "cases/discard.html", {"case": case})
