"""The list of cases for those who work on them: registrars, reviewers, chairs."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.shortcuts import render
from django.utils import timezone

from credentials.models import Role
from recognition.filters import LineFilter
from recognition.models import Committee, InformationRequest, Line
from recognition.permissions import can_see_numbers
from recognition.states import CLOCK_RUNS, LineState
from recognition.work import target_of

PAGE = 25


@login_required
def line_list(request):
    """Lines that wait longest first; ten queries for any number of them."""
    asked = InformationRequest.objects.open().to_applicant().filter(line=OuterRef("pk"))
    lines = (
        Line.objects.visible_to(request.user)
        .exclude(case__applicant=request.user)
        .select_related("case__applicant", "module__course_version__course", "committee")
        .annotate(asks_applicant=Exists(asked))
        .order_by("due_on", "case__submitted_at", "pk")
    )
    chosen = LineFilter(request.GET or {"group": "open"}, queryset=lines)
    page = Paginator(chosen.qs, PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    rows = [
        {
            "line": line,
            "target": target_of(line),
            "asks_issuer": line.state == LineState.INFO_REQUESTED and not line.asks_applicant,
            "is_late": line.state in CLOCK_RUNS and line.due_on < today,
        }
        for line in page
    ]
    context = {
        "sees_numbers": bool(can_see_numbers(request.user)),
        "committees": Committee.objects.seating(request.user),
        "filter": chosen,
        "form": chosen.form,
        "page": page,
        "rows": rows,
        "may_enter": request.user.memberships.filter(role=Role.REGISTRAR).exists(),
    }
    return render(request, "lines/list.html", context)
