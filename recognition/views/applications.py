"""Pages of an application until it is sent."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from credentials.days import longdate
from credentials.models import Credential, ProgrammeVersion
from credentials.services import facts
from credentials.verdict import Refused
from recognition import submission
from recognition.forms.cases import DeclarationForm, LineForm, PartsForm, ProgrammeForm
from recognition.forms.intakes import EnteredLineForm
from recognition.models import Case, Line
from recognition.permissions import can_apply_after, can_draft
from recognition.services import applications, cases


@login_required
def new(request):
    """The first question: in which programme should it count? `?credential=` is carried along."""
    carried = _carried(request)
    form = ProgrammeForm(request.POST or None, initial={"programme": _usual(request.user)})
    if request.method == "POST" and form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        case = applications.create(said["programme"], purpose=said["purpose"], by=request.user)
        if case.created_at < now:
            _tell_begun(request, case)
        if carried and not case.lines.filter(sources__credential=carried).exists():
            address = reverse("line-new", args=[case.uuid])
            return redirect(f"{address}?credential={carried.uuid}")
        return redirect("case-detail", case.uuid)
    return render(request, "cases/new.html", {"form": form, "carried": carried})


def _tell_begun(request, case):
    """Say that no new application was begun: the draft for the same programme opens."""
    told = _(
        "You have begun this application on %(day)s. Go on with it, or delete it to begin anew."
    )
    messages.info(request, told % {"day": longdate(timezone.localdate(case.created_at))})


def _carried(request):
    """The credential somebody came from, None when it is not theirs."""
    try:
        wanted = UUID(request.POST.get("credential") or request.GET.get("credential", ""))
    except ValueError:
        return None
    return Credential.objects.visible_to(request.user).in_portfolio().filter(uuid=wanted).first()


def _usual(user):
    """The programme somebody is enrolled in is the one they most likely mean."""
    version = ProgrammeVersion.objects.published().filter(enrolments__learner__user=user).first()
    return version.uuid if version else None


def _draft(request, uuid):
    """Own applications, also sent ones, which the permission explains; and those entered."""
    seen = Case.objects.own(request.user) | Case.objects.entered_for(request.user)
    case = get_object_or_404(
        seen.select_related("programme_version__programme__institution"), uuid=uuid
    )
    can_draft(request.user, case).require()
    return case


def _draft_line(request, uuid):
    line = get_object_or_404(
        Line.objects.filter(
            Q(case__in=Case.objects.own(request.user))
            | Q(case__in=Case.objects.entered_for(request.user))
        ).with_all(),
        uuid=uuid,
    )
    can_draft(request.user, line.case).require()
    return line


@login_required
def add_line(request, uuid):
    carried = _carried(request)
    initial = {"sources": [carried.uuid] if carried else []}
    return _line_form(request, _draft(request, uuid), None, initial)


@login_required
def edit_line(request, uuid):
    line = _draft_line(request, uuid)
    return _line_form(request, line.case, line, LineForm.initial_from(line))


def _line_form(request, case, line, initial):
    kind = EnteredLineForm if case.entered_by_id else LineForm
    form = kind(
        request.POST or None,
        initial=initial,
        case=case,
        applicant=case.applicant,
        is_new=line is None,
    )
    if request.method == "POST" and form.is_valid():
        saved = applications.save_lines(
            case,
            line,
            modules=form.targets,
            credentials=form.put_forward(line),
            requested_ects=form.cleaned_data.get("requested_ects"),
            note=form.cleaned_data["note"],
            by=request.user,
        )
        line = saved[0]
        messages.success(request, _("Saved. You can stop here and go on later."))
        if len(saved) == 1 and line.module and line.module.parts.exists():
            return redirect("line-parts", line.uuid)
        return redirect("case-detail", case.uuid)
    return render(request, "cases/line.html", {"form": form, "case": case, "line": line})


@login_required
def parts(request, uuid):
    line = _draft_line(request, uuid)
    if line.module is None or not line.module.parts.exists():
        return redirect("case-detail", line.case.uuid)
    found = list(line.module.parts.prefetch_related("outcomes"))
    chosen = [part.uuid for part in line.parts.all()] or [part.uuid for part in found]
    form = PartsForm(request.POST or None, initial={"parts": chosen}, module=line.module)
    if request.method == "POST" and form.is_valid():
        applications.choose_parts(line, list(form.cleaned_data["parts"]), by=request.user)
        messages.success(request, _("Saved. You can stop here and go on later."))
        return redirect("case-detail", line.case.uuid)
    return render(request, "cases/parts.html", {"form": form, "line": line, "parts": found})


@login_required
def remove_line(request, uuid):
    line = _draft_line(request, uuid)
    if request.method == "POST":
        applications.remove_line(line, by=request.user)
        messages.success(request, _("The line is removed."))
        return redirect("case-detail", line.case.uuid)
    return render(request, "cases/remove_line.html", {"line": line})


@login_required
def check(request, uuid):
    """All answers on one page; sending twice, also from two tabs, leads to the same receipt."""
    case = get_object_or_404(
        Case.objects.own(request.user).select_related("programme_version__programme__institution"),
        uuid=uuid,
    )
    if not case.is_draft:
        return redirect("case-sent", case.uuid)
    form, gaps = DeclarationForm(request.POST or None), submission.gaps(case)
    if request.method == "POST" and not gaps and form.is_valid() and _send(request, case, form):
        return redirect("case-sent", case.uuid)
    context = {
        "case": case,
        "form": form,
        "gaps": gaps,
        "lines": _answers(case),
        "policy": submission.policy_in_force(case),
    }
    return render(request, "cases/check.html", context)


def _send(request, case, form):
    """Declare and send; whoever was faster in another tab has sent the same."""
    try:
        tells = form.cleaned_data["tells_issuer"]
        applications.declare(case, by=request.user, tells_issuer=tells)
        cases.submit(case, by=request.user)
    except Refused as refusal:
        case.refresh_from_db()
        if case.is_draft:
            messages.error(request, str(refusal))
            return False
    return True


def _answers(case):
    """The lines of a draft with the facts and files of what is put forward; nine queries."""
    lines = case.lines.with_all().prefetch_related(
        "sources__credential__award",
        "sources__credential__document",
        "sources__credential__evidence__document",
    )
    return [
        {
            "line": line,
            "sources": [
                (s.credential, facts.of_credential(s.credential)) for s in line.sources.all()
            ],
        }
        for line in lines
    ]


@login_required
@require_POST
def apply_after(request, uuid):
    """One click from what was asked in advance to an application with the same lines."""
    asked = get_object_or_404(
        Case.objects.filter(applicant=request.user, submitted_at__isnull=False), uuid=uuid
    )
    can_apply_after(request.user, asked).require()
    case = applications.apply_after(asked, by=request.user)
    messages.success(request, _("Your application is begun, with what you asked about."))
    return redirect("case-detail", case.uuid)


@login_required
def discard(request, uuid):
    case = _draft(request, uuid)
    if request.method == "POST":
        applications.discard(case, by=request.user)
        messages.success(request, _("The draft is deleted."))
        return redirect("intake-list" if case.entered_by_id else "case-list")
    return render(request, "cases/discard.html", {"case": case})
