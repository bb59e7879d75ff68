"""The only place that counts for the home page what the portal has done this year."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.utils import timezone

from credentials.models import Award, CourseVersion
from credentials.states import AwardState
from recognition.calendar import working_days_between
from recognition.models import Decision
from recognition.states import DecisionState
from recognition.vocabulary import DecisionType


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts since 1 January; `days` is the median of working days from completeness to letter."""

    courses: int
    providers: int
    issued: int
    decided: int
    recognised: int
    days: int | None
    counted_at: datetime


def this_year() -> Figures:
    """Count in five queries; decisions count from the day they were sent."""
    now = timezone.now()
    start = timezone.localtime(now).replace(
        month=1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
    decided = Decision.objects.filter(state=DecisionState.SIGNED, notified_at__gte=start)
    spans = decided.values_list(
        "line__complete_at",
        "notified_at",
        "line__case__programme_version__programme__institution__country",
    )[:5000]
    published = CourseVersion.objects.published()
    days = [
        working_days_between(timezone.localdate(since), timezone.localdate(until), country)
        for since, until, country in spans
    ]
    return Figures(
        courses=published.count(),
        providers=published.values("course__institution").distinct().count(),
        issued=Award.objects.filter(issued_at__gte=start).exclude(state=AwardState.REVOKED).count(),
        decided=decided.count(),
        recognised=decided.exclude(type=DecisionType.REFUSAL).count(),
        days=round(median(days)) if days else None,
        counted_at=now,
    )
