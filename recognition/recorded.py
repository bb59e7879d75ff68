"""The only place that reads what counts for a learner already: recorded, promised, still free."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from credentials.models import ComponentType, CreditEntry, Module, ModuleResult
from recognition.credits import NOTHING
from recognition.models import Condition, Decision, Line, LineSource
from recognition.placement import Placement, placement
from recognition.rules import is_met
from recognition.states import AnnulmentState, ConditionState, LineState
from recognition.vocabulary import GIVES_CREDITS, DecisionType

PROMISED = (
    LineState.AUTO_DECIDED,
    LineState.DECIDED,
    LineState.NOTIFIED,
    LineState.CONDITION_PENDING,
    LineState.OBJECTION,
    LineState.APPEAL,
)
GIVES_NO_CREDITS = sorted(set(DecisionType) - GIVES_CREDITS)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What counts for a learner in the programme of a line, and what their other lines promise."""

    line: Line
    entries: tuple[CreditEntry, ...]
    promised: tuple[Line, ...]

    def ects_of(self, module: int | None) -> Decimal:
        """Return the ECTS that other lines gave a module (its pk), None for free electives."""
        given = (e.ects for e in self.entries if e.module_id == module and e.line != self.line.uuid)
        return sum(given, NOTHING)

    @property
    def free(self) -> Decimal:
        """The ECTS of the free-elective area that are neither recorded nor promised."""
        area = self.line.case.programme_version.free_elective_ects
        given = self._promised_here(DecisionType.INCLUSION)
        return max(area - self.ects_of(None) - given, NOTHING)

    def placement_with(self, ects: Decimal) -> Placement:
        """R11: the semester that follows from all that is recorded and promised, and `ects`."""
        version = self.line.case.programme_version
        total = sum((entry.ects for entry in self.entries), ects) + self._promised_here()
        return placement(min(total, version.ects_total), version.ects_total, version.semesters)

    def _promised_here(self, *types: DecisionType) -> Decimal:
        programme = self.line.case.programme_version_id
        here = [o.decision for o in self.promised if o.case.programme_version_id == programme]
        given = (one.ects or NOTHING for one in here if not types or one.type in types)
        return sum(given, NOTHING)


def recorded_for(line: Line) -> Recorded:
    """Return what counts for the learner of a line; two queries, four when others promise."""
    entries = CreditEntry.objects.filter(
        enrolment__learner=line.case.learner_id,
        enrolment__programme_version=line.case.programme_version_id,
        reversed_at=None,
    ).select_related("enrolment")
    others = promised(line).select_related(
        "decision__other_module",
        "module",
        "case__policy",
        "case__programme_version__programme__institution",
    )
    sources = LineSource.objects.with_files().prefetch_related("documents")
    return Recorded(
        line, tuple(entries), tuple(others.prefetch_related(Prefetch("sources", sources)))
    )


def promised(line: Line) -> QuerySet[Line]:
    """Return the applicant's other lines whose decision gives credits not recorded yet."""
    decided = Line.objects.filter(
        case__applicant=line.case.applicant_id, state__in=PROMISED, decision__isnull=False
    )
    missed = Condition.objects.filter(state=ConditionState.MISSED).values("decision")
    recorded = CreditEntry.objects.filter(decision=OuterRef("decision__uuid"), reversed_at=None)
    return (
        decided.exclude(pk=line.pk)
        .exclude(decision__type__in=GIVES_NO_CREDITS)
        .exclude(decision__in=missed)
        .exclude(decision__annulments__state=AnnulmentState.DONE)
        .exclude(Exists(recorded))
    )


def credited_outcomes(line: Line) -> set[str]:
    """Return the outcomes of the module for which the applicant was credited in proportion."""
    others = Decision.objects.exclude(line=line)
    earlier = others.credited(line.case.applicant_id, [line.module_id])
    found = earlier.values_list("outcome_ratings", flat=True)
    return {key for ratings in found for key, rating in ratings.items() if is_met(rating)}


def passed_modules(line: Line) -> QuerySet[ModuleResult]:
    """Return the results of the learner of a line in its programme."""
    return ModuleResult.objects.filter(
        enrolment__learner=line.case.learner_id,
        enrolment__programme_version=line.case.programme_version_id,
    )


def other_modules(line: Line) -> QuerySet[Module]:
    """Return the modules of the programme that an alternative can name: replaceable, still open."""
    filled = CreditEntry.objects.filter(
        enrolment__learner__user=line.case.applicant_id, fills_module=True, reversed_at=None
    )
    modules = line.case.programme_version.modules.filter(is_recognisable=True)
    return (
        modules.exclude(component_type=ComponentType.THESIS)
        .exclude(pk=line.module_id)
        .exclude(pk__in=filled.values("module"))
        .exclude(pk__in=passed_modules(line).values("module"))
        .select_related("course_version__course")
    )
