"""The only place that asks whether equal questions got equal answers, and how far reviewers agree.

First opinions are independent: nobody has seen another one. When an answer of the learner opens
them again they are not first opinions any more, so lines with an answer after completeness are
left out of the agreement.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from credentials.days import shortdate
from credentials.models import LearningOutcome
from credentials.templatetags.symbolon import number
from recognition.measures import majority, weighted_kappa
from recognition.models import Decision, InformationRequest, Line, OutcomeRating
from recognition.states import ReviewState
from recognition.statistics.lines import Counted, name_of
from recognition.statistics.tables import Row, Table, Value, of_few, share
from recognition.vocabulary import RATINGS_BEST_FIRST, Rating

STEPS = {
    rating.value: step
    for step, rating in enumerate(r for r in RATINGS_BEST_FIRST if r != Rating.NOT_APPLICABLE)
}
"""The ratings in order. What does not apply is no step of the scale, so it is left out."""


@dataclass(frozen=True, slots=True)
class Equal:
    """A module and what was put forward for it, with all the lines that asked this question."""

    module: str
    source: str
    lines: tuple[Counted, ...]

    @property
    def is_consistent(self) -> bool:
        return len({(line.decision, line.decided_ects) for line in self.lines}) == 1


def equal_questions(lines: Sequence[Counted]) -> list[Equal]:
    """Return what was decided more than once: same target, same courses of the same bodies.

    A course is the same by its code, or by its title when it states none; free electives have no
    target to compare with.
    """
    found: dict[tuple, list[Counted]] = defaultdict(list)
    for line in lines:
        courses = frozenset((source.issuer, source.course) for source in line.sources)
        if line.decision and line.module and courses and all(course for _by, course in courses):
            found[line.target, courses].append(line)
    return [
        Equal(
            module=same[0].module,
            source=", ".join(f"{s.title} ({s.issuer_name})" for s in same[0].sources),
            lines=tuple(same),
        )
        for same in found.values()
        if len(same) > 1
    ]


@dataclass(frozen=True, slots=True)
class Agreement:
    """`kappa` of first opinions in `compared` lines; how many majorities the decision left.

    `majorities`: outcomes that more than half of at least two reviewers rated alike, in `settled`
    lines; `left`: those for which the decision says something else.
    """

    kappa: float | None
    compared: int
    majorities: int
    left: int
    settled: int


def agreement(lines: QuerySet[Line]) -> Agreement:
    """Compare opinions with each other and with the decision; four queries for any number."""
    answers = InformationRequest.objects.filter(
        line=OuterRef("pk"),
        answered_at__gte=OuterRef("complete_at"),
    )
    decided = lines.filter(letter_at__isnull=False)
    reopened = set(lines.filter(Exists(answers)).values_list("pk", flat=True))
    given: dict[tuple[int, int], list[str]] = defaultdict(list)
    ratings = OutcomeRating.objects.filter(
        review__state=ReviewState.SUBMITTED, review__line__in=decided.values("pk")
    )
    rows = ratings.exclude(rating="").order_by()
    for line, outcome, rating in rows.values_list(
        "review__line", "outcome_id", "rating"
    ).iterator():
        given[line, outcome].append(rating)
    patterns: Counter[tuple[int, ...]] = Counter()
    compared = set()
    for (line, _outcome), found in given.items():
        steps = tuple(sorted(STEPS[rating] for rating in found if rating in STEPS))
        if line not in reopened and len(steps) > 1:
            compared.add(line)
            patterns[steps] += 1
    pairs: Counter[tuple[int, int]] = Counter()
    for steps, count in patterns.items():
        for pair in combinations(steps, 2):
            pairs[pair] += count
    return Agreement(
        kappa=weighted_kappa(pairs, len(STEPS)),
        compared=len(compared),
        **_majorities(decided, given),
    )


def _majorities(decided: QuerySet[Line], given: dict[tuple[int, int], list[str]]) -> dict:
    modules = decided.filter(module__isnull=False).values("module__course_version")
    outcomes = LearningOutcome.objects.filter(course_version__in=modules)
    names = {pk: str(uuid) for pk, uuid in outcomes.values_list("pk", "uuid")}
    chosen = dict(
        Decision.objects.filter(line__in=decided.values("pk"), notified_at__isnull=False)
        .order_by("-version")  # the first one is kept: it was taken on these opinions
        .values_list("line_id", "outcome_ratings")
    )
    majorities = left = 0
    settled = set()
    for (line, outcome), found in given.items():
        most, said = majority(tuple(found)), chosen[line].get(names.get(outcome))
        if most and said:
            majorities += 1
            left += said != most
            settled.add(line)
    return {"majorities": majorities, "left": left, "settled": len(settled)}


def table_of(found: Agreement, equal: Sequence[Equal], fewest: int) -> Table:
    """Return how far people and decisions agree, each with what it is based on."""
    alike = sum(question.is_consistent for question in equal)
    departs = share(found.left, found.majorities) if found.majorities else None
    kappa = None if found.kappa is None else round(found.kappa, 2)
    rows = (
        (_("Agreement of first opinions, weighted kappa"), kappa, found.compared),
        (_("Outcomes in which the decision departs from the majority, %"), departs, found.settled),
        (
            _("Equal questions with equal answers, %"),
            share(alike, len(equal)) if equal else None,
            sum(len(question.lines) for question in equal),
        ),
    )
    return Table(
        slug="agreement",
        title=_("Agreement and consistency"),
        head=_("What is compared"),
        columns=(_("Value"), _("Cases")),
        rows=tuple(Row(label, of_few(amount, size, fewest)) for label, amount, size in rows),
    )


def table_of_differences(equal: Sequence[Equal], most: int | None) -> Table:
    """Return the lines that asked the same and got another answer, side by side; at most `most`."""
    differ = [question for question in equal if not question.is_consistent]
    differ.sort(key=lambda question: question.lines[-1].ended_on, reverse=True)
    rows = [
        Row(
            line.name,
            (
                Value(question.module),
                Value(question.source),
                Value(name_of(line, "outcome")),
                Value(number(line.decided_ects)),
                Value(shortdate(line.ended_on)),
            ),
            url=reverse("line-detail", args=[line.uuid]),
        )
        for question in differ[:most]
        for line in question.lines
    ]
    return Table(
        slug="differences",
        title=_("Equal questions, different answers"),
        head=_("Reference"),
        columns=(_("Module"), _("Put forward"), _("Decision"), _("ECTS"), _("Letter of")),
        rows=tuple(rows),
    )
