"""Pages of an application after it was sent, for its applicant; and the way in for staff."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from credentials.models import Job, JobKind, Mail
from recognition import presented, settled, submission, timeline
from recognition.models import Case, Line, Objection
from recognition.permissions import can_withdraw
from recognition.services import lines
from recognition.states import TOLD, LineState

RECORD_PAGES = (
    LineState.AUTO_DECIDED,
    LineState.DECIDED,
    *TOLD,
    LineState.INADMISSIBLE,
    LineState.OBJECTION,
    LineState.APPEAL,
)


@login_required
def case_list(request):
    """Own applications, newest first; seven queries for any number of them."""
    lines = Line.objects.select_related("module__course_version__course", "decision")
    found = (
        Case.objects.own(request.user)
        .select_related("programme_version__programme__institution")
        .prefetch_related(Prefetch("lines", queryset=lines))
    )
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    return render(request, "cases/list.html", {"page": page})


@login_required
def detail(request, uuid):
    """Drafts show what is still to do; sent applications who holds each line, and its story."""
    if Case.objects.entered_for(request.user).filter(uuid=uuid).exists():
        return redirect("intake-detail", uuid)
    case = get_object_or_404(
        Case.objects.own(request.user).select_related(
            "policy", "programme_version__programme__institution"
        ),
        uuid=uuid,
    )
    if case.is_draft:
        lines = list(case.lines.with_all().prefetch_related("sources__credential"))
        hints = presented.before_sending(case, lines)
        for line in lines:
            line.hint = hints.get(line.pk)
        found = submission.gaps_by_line(case)
        context = {
            "case": case,
            "lines": lines,
            "gaps": [text for _line, text in found],
            "unfinished": {line.pk for line, _text in found if line},
        }
        return render(request, "cases/draft.html", context)
    lines = settled.with_opinions(timeline.with_stories(case.lines.all()))
    stories = timeline.stories_of(lines.select_related("decision__credential"))
    context = {
        "case": case,
        "level": "h2" if len(stories) == 1 else "h3",
        "mails": Mail.objects.about(case, *(story.line for story in stories))
        .filter(user=request.user)
        .exclude(sent_at=None),
        "lines": [
            (story, can_withdraw(request.user, story.line), _settled(story)) for story in stories
        ],
    }
    return render(request, "cases/detail.html", context)


def _settled(story):
    """What the decision rests on, once its applicant knows it."""
    return settled.settled_of(story.line) if story.line.state in TOLD else None


@login_required
def sent(request, uuid):
    case = get_object_or_404(
        Case.objects.filter(applicant=request.user, submitted_at__isnull=False).select_related(
            "policy", "programme_version__programme__institution"
        ),
        uuid=uuid,
    )
    making = Job.objects.unfinished().filter(kind=JobKind.RECEIPT, subject=case.uuid)
    context = {"case": case, "is_making": case.receipt_id is None and making.exists()}
    return render(request, "cases/sent.html", context)


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
def line_detail(request, uuid):
    """One address for all: leads each reader to their own page of a line."""
    line = get_object_or_404(Line.objects.visible_to(request.user), uuid=uuid)
    if line.case.applicant_id == request.user.pk:
        return redirect("case-detail", line.case.uuid)
    review = line.reviews.counted().filter(reviewer=request.user).first()
    if review:
        return redirect("review-detail", review.uuid)
    if Line.objects.kept_by(request.user).filter(pk=line.pk).exists():
        if line.state == LineState.REOPENED:
            return redirect("line-resume", line.uuid)
        decided = line.decision_id and line.state in RECORD_PAGES
        return redirect("line-record" if decided else "line-check", line.uuid)
    before = Objection.objects.before(request.user).filter(line=line).last()
    if before:
        return redirect("objection-detail", before.uuid)
    if line.state == LineState.REOPENED:
        return redirect("line-resume", line.uuid)
    return redirect("line-decide", line.uuid)
