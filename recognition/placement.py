"""The only place that says in which semester recognised credits place a learner."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import count

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recognition.credits import CreditError, in_words
from recognition.scales import in_digits


@dataclass(frozen=True, slots=True)
class Placement:
    """A semester, counted from 1, and one sentence on how it was computed."""

    semester: int
    explanation: Promise


def placement(recognised: Decimal, total: Decimal, semesters: int) -> Placement:
    """R11: recognised ÷ all credits × semesters; below .5 down, else up (HG NRW, section 63a).

    Both amounts in ECTS. At least the first semester, at most the last. Raises CreditError for a
    programme without credits or semesters, and for less than no credits.
    """
    if total <= 0 or semesters <= 0 or recognised < 0:
        raise CreditError(gettext("A programme has credits and semesters."))
    exact = recognised * semesters / total
    semester = min(max(_whole(exact), 1), semesters)
    sentence = format_lazy(
        _(
            "{recognised} ÷ {total} × {semesters} semesters = {exact}; below .5 down, else up, "
            "at least 1."
        ),
        recognised=in_words(recognised),
        total=in_words(total),
        semesters=semesters,
        exact=in_digits(_shown(exact)),
    )
    return Placement(semester, sentence)


def _shown(exact: Decimal) -> Decimal:
    """Return the number to two decimals; to more where it would read as one that is rounded up."""
    shown = (
        exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        for decimals in count(2)
    )
    return next(number for number in shown if _whole(number) == _whole(exact))


def _whole(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))
