"""The list of cases for those who work on them: registrars, reviewers, chairs."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.models import Role
from recognition.filters import LineFilter
from recognition.models import Committee, InformationRequest, Line
from recognition.permissions import can_see_numbers
from recognition.states import CLOCK_RUNS, LineState
from recognition.work import target_of

PAGE = 25


@login_required
def line_list(request):
    """Lines that wait longest first; eight queries for any number of them."""
    asked = InformationRequest.objects.open().to_applicant().filter(line=OuterRef("pk"))
    lines = (
        Line.objects.visible_to(request.user)
        .exclude(case__applicant=request.user)
        .select_related(
            "case__applicant", "case__policy", "module__course_version__course", "committee"
        )
        .annotate(asks_applicant=Exists(asked))
        .order_by("due_on", "case__submitted_at", "pk")
    )
    chosen = LineFilter(request.GET or {"group": "open"}, queryset=lines, request=request)
    page = Paginator(chosen.qs, PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    known = _known(request.user, page)
    rows = [
        {
            "line": line,
            "applicant": line.case.applicant if line.pk in known else _("Applicant"),
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


def _known(user, lines) -> set[int]:
    """Return the ids of lines whose applicant the reader may know; no query but for blind ones."""
    known = {line.pk for line in lines if not line.case.policy.is_blind}
    blind = [line.pk for line in lines if line.case.policy.is_blind]
    if blind:
        found = Line.objects.applicant_known_to(user).filter(pk__in=blind)
        known |= set(found.values_list("pk", flat=True))
    return known
