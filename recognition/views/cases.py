"""Pages of an application after it was sent, for its applicant; and the way in for staff."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from credentials.models import Institution
from credentials.services import evidence
from recognition import submission, timeline
from recognition.forms.cases import AnswerForm
from recognition.models import Case, InformationRequest, Line, Policy
from recognition.permissions import can_answer_information, can_withdraw
from recognition.services import lines
from recognition.states import LineState

STAFF_PAGES = {
    LineState.SUBMITTED: "line-check",
    LineState.INFO_REQUESTED: "line-check",
    LineState.INADMISSIBLE: "line-check",
    LineState.WITHDRAWN: "line-check",
    LineState.UNDER_REVIEW: "line-check",
    LineState.DELIBERATION: "line-check",
    LineState.DECIDED: "line-record",
    LineState.NOTIFIED: "line-record",
    LineState.RECORDED: "line-record",
    LineState.CLOSED: "line-record",
}


@login_required
def case_list(request):
    """Own applications, newest first; five queries for any number of them."""
    found = (
        Case.objects.filter(applicant=request.user)
        .select_related("programme_version__programme__institution")
        .prefetch_related("lines__module__course_version__course", "lines__decision")
    )
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    return render(request, "cases/list.html", {"page": page})


@login_required
def detail(request, uuid):
    """Drafts show what is still to do; sent applications who holds each line, and its story."""
    case = get_object_or_404(
        Case.objects.filter(applicant=request.user).select_related(
            "policy", "programme_version__programme__institution"
        ),
        uuid=uuid,
    )
    found = list(case.lines.with_all().select_related("decision__letter"))
    if case.is_draft:
        problems = submission.problems(request.user, case)
        return render(
            request, "cases/draft.html", {"case": case, "lines": found, "problems": problems}
        )
    return render(
        request,
        "cases/detail.html",
        {"case": case, "lines": [_told(request, line) for line in found]},
    )


def _told(request, line):
    return {
        "line": line,
        "holding": timeline.holding_of(line),
        "events": timeline.timeline_of(line),
        "question": line.information_requests.filter(answered_at=None).first(),
        "can_withdraw": can_withdraw(request.user, line),
        "decision": getattr(line, "decision", None) if _is_told(line) else None,
        "supplements": [s.supplement for s in line.sources.all() if s.supplement]
        if _is_told(line)
        else [],
    }


def _is_told(line):
    return line.state in (LineState.NOTIFIED, LineState.RECORDED, LineState.CLOSED)


@login_required
def sent(request, uuid):
    case = get_object_or_404(
        Case.objects.filter(applicant=request.user, submitted_at__isnull=False).select_related(
            "policy", "programme_version__programme__institution"
        ),
        uuid=uuid,
    )
    return render(request, "cases/sent.html", {"case": case})


@login_required
def withdraw(request, uuid):
    line = get_object_or_404(
        Line.objects.filter(case__applicant=request.user).with_all(), uuid=uuid
    )
    if request.method == "POST":
        lines.withdraw(line, by=request.user)
        messages.success(request, _("It is withdrawn. You can apply again later."))
        return redirect("case-detail", line.case.uuid)
    verdict = can_withdraw(request.user, line)
    return render(request, "cases/withdraw.html", {"line": line, "verdict": verdict})


@login_required
def answer(request, uuid):
    question = get_object_or_404(
        InformationRequest.objects.filter(line__case__applicant=request.user).select_related(
            "line__case"
        ),
        uuid=uuid,
    )
    can_answer_information(request.user, question).require()
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        lines.answer_information(
            question,
            form.cleaned_data["answer"],
            [evidence.store_upload(upload, owner=request.user)] if upload else [],
            by=request.user,
        )
        messages.success(request, _("Thank you. Your answer is with the university."))
        return redirect("case-detail", question.line.case.uuid)
    return render(request, "cases/answer.html", {"form": form, "question": question})


@login_required
def line_detail(request, uuid):
    """One address for all: leads each reader to their own page of a line."""
    line = get_object_or_404(Line.objects.visible_to(request.user), uuid=uuid)
    if line.case.applicant_id == request.user.pk:
        return redirect("case-detail", line.case.uuid)
    review = line.reviews.filter(reviewer=request.user).first()
    if review:
        return redirect("review-detail", review.uuid)
    if Line.objects.kept_by(request.user).filter(pk=line.pk).exists():
        return redirect(STAFF_PAGES[LineState(line.state)], line.uuid)
    return redirect("line-decide", line.uuid)


def rules(request):
    """The rules of each institution, in force today, for everybody to read."""
    institutions = Institution.objects.filter(policies__isnull=False).distinct()
    policies = [
        Policy.objects.filter(institution=institution).order_by("-version").first()
        for institution in institutions
    ]
    return render(request, "cases/rules.html", {"policies": policies})
