"""Pages on which a registrar enters an application for a learner."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from credentials.models import ProgrammeVersion, Role
from credentials.services import facts
from credentials.verdict import Refused
from portfolios.forms.credentials import StatementForm
from portfolios.statements import shown
from recognition import submission
from recognition.forms.intakes import IntakeForm, KeptProgrammeForm, PaperForm, SendForm
from recognition.models import Case, Line, LineSource
from recognition.permissions import can_correct, can_draft, can_enter
from recognition.services import intakes
from recognition.sources import facts_of


@login_required
def index(request):
    """What is being entered, and for which programme to begin; eight queries for any number."""
    if not request.user.memberships.filter(role=Role.REGISTRAR).exists():
        raise Http404
    form = KeptProgrammeForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        return redirect("intake-new", form.cleaned_data["programme"].uuid)
    drafts = Case.objects.entered_for(request.user).select_related(
        "learner", "entered_by", "programme_version__programme"
    )
    return render(request, "intakes/list.html", {"form": form, "drafts": drafts})


@login_required
def new(request, uuid):
    version = get_object_or_404(
        ProgrammeVersion.objects.published().select_related(
            "programme__institution", "programme__unit"
        ),
        uuid=uuid,
    )
    can_enter(request.user, version).require()
    form = IntakeForm(
        request.POST or None, request.FILES or None, institution=version.programme.institution
    )
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "who"}
        try:
            case = intakes.begin(version, form.learner, by=request.user, **said)
        except Refused as refusal:
            form.add_error("who", str(refusal))
        else:
            messages.success(request, _("Begun. Now say what the learner asks for."))
            return redirect("intake-detail", case.uuid)
    return render(request, "intakes/new.html", {"form": form, "version": version})


def _find(request, uuid):
    return get_object_or_404(
        Case.objects.entered_for(request.user).select_related(
            "applicant",
            "learner",
            "entered_by",
            "consent",
            "programme_version__programme__institution",
        ),
        uuid=uuid,
    )


@login_required
def detail(request, uuid):
    """What is entered so far and what is missing; whoever sends it sends it for the learner."""
    case = _find(request, uuid)
    form = SendForm(request.POST if request.method == "POST" else None)
    gaps = submission.gaps(case)
    if request.method == "POST" and not gaps and form.is_valid():
        intakes.submit(case, by=request.user, tells_issuer=form.cleaned_data["tells_issuer"])
        case.refresh_from_db()
        messages.success(request, _("%(reference)s is received.") % {"reference": case.reference})
        return redirect("line-list")
    lines = case.lines.with_all().prefetch_related("sources__credential__document")
    context = {
        "case": case,
        "form": form,
        "gaps": gaps,
        "lines": [
            (line, [(s, facts.of_credential(s.credential)) for s in line.sources.all()])
            for line in lines
        ],
    }
    return render(request, "intakes/detail.html", context)


@login_required
def add_source(request, uuid):
    line = get_object_or_404(
        Line.objects.filter(case__in=Case.objects.entered_for(request.user)).with_all(), uuid=uuid
    )
    can_draft(request.user, line.case).require()
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        intakes.add_source(line, said, said.pop("file"), by=request.user)
        messages.success(request, _("Entered."))
        return redirect("intake-detail", line.case.uuid)
    return render(request, "intakes/source.html", {"form": form, "line": line})


@login_required
@require_POST
def remove_source(request, uuid):
    drafts = Case.objects.entered_for(request.user)
    source = get_object_or_404(
        LineSource.objects.filter(line__case__in=drafts).select_related("line__case"), uuid=uuid
    )
    intakes.remove_source(source, by=request.user)
    messages.success(request, _("It is taken out."))
    return redirect("intake-detail", source.line.case.uuid)


@login_required
def correct(request, uuid):
    """Correct what was misread; what stood there before is kept in the log."""
    source = get_object_or_404(
        LineSource.objects.filter(line__in=Line.objects.kept_by(request.user)).select_related(
            "line__case__programme_version__programme__unit", "credential"
        ),
        uuid=uuid,
    )
    can_correct(request.user, source.line).require()
    form = StatementForm(request.POST or None, initial=shown(facts_of(source)))
    if request.method == "POST" and form.is_valid():
        intakes.correct(source, form.cleaned_data, by=request.user)
        messages.success(request, _("It is corrected, and the log keeps what stood there before."))
        return redirect("line-check", source.line.uuid)
    context = {"form": form, "line": source.line, "corrects": True}
    return render(request, "intakes/source.html", context)
