"""The only place that counts the grades that were given, for the tables of printed documents."""

from datetime import date, timedelta

from django.db.models import Count, Min, Q

from credentials.models import Institution, ModuleResult, ProgrammeVersion
from credentials.standards.diploma_facts import GradeDistribution
from recognition.scales import distribution_of, scale_of

NARROW, DETAILED = 3, 4
"""Digits of ISCED-F 2013: of a narrow and of a detailed field."""
YEARS = 2


class Distributions:
    """The tables of a run, each counted once: one query for each field, day and scale."""

    def __init__(self) -> None:
        self._known: dict[tuple, GradeDistribution | None] = {}

    def of(self, version: ProgrammeVersion, day: date) -> GradeDistribution | None:
        """Return the table of a programme on a day, None without a profile that names its field."""
        profile = getattr(version, "profile", None)
        if profile is None:
            return None
        scale = (tuple(profile.grade_scale), profile.passed_from)
        asked = (version.institution, profile.isced_f, *scale, day)
        if asked not in self._known:
            self._known[asked] = distribution(*asked)
        return self._known[asked]


def distribution(
    institution: Institution,
    isced_f: str,
    grade_scale: tuple[str, ...],
    passed_from: str,
    day: date,
    *,
    digits: int = NARROW,
) -> GradeDistribution | None:
    """Return how grades of modules spread in the last two years before a day. One query.

    The reference group are the institution's programmes of the same narrow field of ISCED-F, or
    of the same detailed one; None when that is not known, or `distribution_of` has a reason.
    """
    field = isced_f[:digits]
    if len(field) < digits:
        return None
    first_day = _years_before(day)
    profiles = "module__programme_version__profile__isced_f__startswith"
    found = (
        ModuleResult.objects.filter(
            enrolment__learner__institution=institution, achieved_on__lt=day, **{profiles: field}
        )
        .order_by()
        .values("grade")
        .annotate(count=Count("pk", filter=Q(achieved_on__gte=first_day)), since=Min("achieved_on"))
    )
    rows = list(found)
    return distribution_of(
        {row["grade"]: row["count"] for row in rows},
        scale_of(grade_scale, passed_from),
        isced_f=field,
        first_day=first_day,
        last_day=day - timedelta(days=1),
        since=min((row["since"] for row in rows), default=None),
    )


def _years_before(day: date) -> date:
    """Return the same day two years earlier; of 29 February the day before."""
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year - YEARS, day=28)
    return day.replace(year=day.year - YEARS)
