"""The only place that says what cannot be true of a graduate: the day, the final grade, the age."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.days import longdate, not_between
from credentials.models import Enrolment, QualificationProfile
from credentials.models.programme import STUDIES_SINCE
from credentials.services.award_rows import grade_of
from credentials.services.awards import passing_grades

AHEAD = timedelta(days=366)
YOUNGEST = 14
"""In years, at which studies begin: nobody is kept from them, and a year that is mistyped shows."""

_NUMBER = re.compile(r"[0-9]{1,4}([.,][0-9]{1,4})?")


def unfit_day(enrolment: Enrolment, graduated_on: date) -> str:
    """Return why nobody can have graduated on this day, "" when they can."""
    if reason := not_between(graduated_on, STUDIES_SINCE, timezone.localdate() + AHEAD):
        return reason
    if enrolment.started_on and graduated_on < enrolment.started_on:
        return _("That is before the studies began.")
    return ""


def unfit_birth(born: date | None, days: Iterable[date | None]) -> str:
    """Return why nobody born then has studied or graduated on one of these days, "" if they can."""
    known = [day for day in days if day]
    if born is None or not known or _years(born, min(known)) >= YOUNGEST:
        return ""
    said = {"born": longdate(born), "day": longdate(min(known)), "years": YOUNGEST}
    return (
        _(
            "Born on %(born)s, the student would be younger than %(years)s on %(day)s. "
            "Correct one of the two."
        )
        % said
    )


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def unfit_grade(grade: str, profile: QualificationProfile) -> str:
    """Return why a final grade is none with which this programme is passed, "" when it is.

    A final grade may lie between those of the modules, as an average does; a word must be one that
    the scale knows. Of a programme whose scale is not known nothing is refused.
    """
    passes = passing_grades(profile)
    if not grade or not passes or grade_of(grade, passes) in passes:
        return ""
    numbers = [number for one in passes if (number := _number(one)) is not None]
    number = _number(grade)
    if number is not None and len(numbers) > 1 and min(numbers) <= number <= max(numbers):
        return ""
    if len(numbers) < 2:
        return _("“%(grade)s” does not pass the programme. Use one of these: %(grades)s.") % {
            "grade": grade,
            "grades": ", ".join(reversed(passes)),
        }
    ends = [one for one in passes if _number(one) in (min(numbers), max(numbers))]
    said = {"grade": grade, "best": ends[-1], "lowest": ends[0]}
    words = [one for one in passes if _number(one) is None]
    if words:
        return _(
            "“%(grade)s” does not pass the programme. Use a number from %(best)s to %(lowest)s, "
            "or one of these: %(words)s."
        ) % {**said, "words": ", ".join(words)}
    return (
        _("“%(grade)s” does not pass the programme. Use a number from %(best)s to %(lowest)s.")
        % said
    )


def _number(text: str) -> Decimal | None:
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
