"""The only place that counts for the home page what the portal has done this year."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Count, Q
from django.utils import timezone

from credentials.models import Award, CourseVersion
from credentials.states import AwardState
from recognition.models import Decision, Line
from recognition.statistics.lines import Period, counted_in, days_to_letter
from recognition.vocabulary import IS_RECORDED, DecisionType

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
    """Count in five queries; decisions count from the day they were sent."""
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
    return Figures(
        **offered,
        **decided,
        issued=issued.count(),
        days=_days(Period(start.date(), now.date())),
        counted_at=now,
    )


def _days(period: Period) -> int | None:
    """Return the median of working days from completeness to letter, None without letters."""
    days = days_to_letter(counted_in(Line.objects.all(), period))
    return round(median(days)) if days else None
