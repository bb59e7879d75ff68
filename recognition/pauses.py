"""The only place that knows when the clock of a line stands still; reads, and changes nothing.

It stands still while the applicant or an issuer is asked, and during a supplementary assessment.
Pauses may overlap: `calendar.Clock` counts them once. What came before completeness is none.
"""

from collections import defaultdict
from datetime import date, timedelta

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from recognition.models import InformationRequest, Line, SupplementaryAssessment

Pauses = tuple[tuple[date, date | None], ...]
"""(from, to) in order; to is None while a pause lasts."""


def pauses_of(line: Line) -> Pauses:
    """Return the pauses of one complete line; two queries, none when both were prefetched."""
    moments = [(one.asked_at, one.ended_at) for one in line.information_requests.all()]
    moments += [(one.ordered_at, one.ended_at) for one in line.assessments.all()]
    return _days([moment for moment in moments if moment[0] >= line.complete_at])


def paused_days(line: Line, today: date) -> int:
    """Return on how many days the clock stood still, as if a pause that lasts ended today."""
    days = {
        since + timedelta(days=number)
        for since, to in pauses_of(line)
        for number in range(1, ((to or today) - since).days + 1)
    }
    return len(days)


def pauses_by_line(lines: QuerySet[Line]) -> dict[int, Pauses]:
    """Return the pauses of each line that has some, by its pk; two queries for any number."""
    ids = lines.values("pk")
    asked = InformationRequest.objects.filter(
        line__in=ids, asked_at__gte=F("line__complete_at")
    ).order_by()
    tested = SupplementaryAssessment.objects.filter(
        line__in=ids, ordered_at__gte=F("line__complete_at")
    ).order_by()
    found = defaultdict(list)
    for rows in (
        asked.values_list("line_id", "asked_at", Coalesce("closed_at", "answered_at")),
        tested.values_list("line_id", "ordered_at", "ended_at"),
    ):
        for line, since, to in rows.iterator():
            found[line].append((since, to))
    return {line: _days(moments) for line, moments in found.items()}


def _days(moments: list) -> Pauses:
    return tuple(
        (timezone.localdate(since), timezone.localdate(to) if to else None)
        for since, to in sorted(moments, key=lambda moment: moment[0])
    )
