"""The only place that counts for the home page what the portal has done this year."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from credentials.models import Award, CourseVersion
from credentials.states import AwardState
from recognition.calendar import working_days_between
from recognition.models import Decision
from recognition.vocabulary import IS_RECORDED, DecisionType

MOST = 5000
EXAMINED = sorted({*IS_RECORDED, DecisionType.REFUSAL})


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
    """Count in four queries; decisions count from the day they were sent."""
    now = timezone.localtime()
    start = now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    offered = CourseVersion.objects.published().aggregate(
        courses=Count("pk"), providers=Count("course__institution", distinct=True)
    )
    sent = Decision.objects.filter(notified_at__gte=start, type__in=EXAMINED)
    decided = sent.aggregate(
        decided=Count("pk"), recognised=Count("pk", filter=~Q(type=DecisionType.REFUSAL))
    )
    issued = Award.objects.filter(issued_at__gte=start).exclude(state=AwardState.REVOKED)
    return Figures(**offered, **decided, issued=issued.count(), days=_days(sent), counted_at=now)


def _days(sent: QuerySet[Decision]) -> int | None:
    """Return the median of working days from completeness to letter, None without decisions."""
    place = "line__case__programme_version__programme__institution__"
    spans = sent.values_list(
        "line__complete_at", "notified_at", f"{place}country", f"{place}subdivision"
    )
    days = [
        working_days_between(
            timezone.localdate(since), timezone.localdate(until), country, subdivision
        )
        for since, until, country, subdivision in spans[:MOST]
    ]
    return round(median(days)) if days else None
