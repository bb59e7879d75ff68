"""The only place that reads what counts for a learner already: recorded, promised, still free."""

from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum

from credentials.models import ComponentType, CreditEntry, Enrolment, Module
from recognition.credits import NOTHING
from recognition.models import Condition, Line
from recognition.placement import Placement, placement
from recognition.states import AnnulmentState, ConditionState, LineState
from recognition.vocabulary import GIVES_CREDITS, DecisionType

PROMISED = (
    LineState.DECIDED,
    LineState.NOTIFIED,
    LineState.CONDITION_PENDING,
    LineState.OBJECTION,
    LineState.APPEAL,
)
GIVES_NO_CREDITS = sorted(set(DecisionType) - GIVES_CREDITS)


def enrolment_of(line: Line) -> Enrolment | None:
    """Return the learner's place in the programme, None before anything was recorded for it."""
    return Enrolment.objects.filter(
        learner=line.case.learner, programme_version=line.case.programme_version
    ).first()


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


def free_ects(line: Line) -> Decimal:
    """Return the ECTS of the free-elective area that are neither recorded nor promised."""
    area = line.case.programme_version.free_elective_ects
    others = promised(line).filter(
        case__programme_version=line.case.programme_version_id,
        decision__type=DecisionType.INCLUSION,
    )
    given = others.aggregate(sum=Sum("decision__ects"))["sum"] or NOTHING
    return max(area - recorded_ects(line, module=None) - given, NOTHING)


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
        .select_related("course_version__course")
    )


def filled_ects(line: Line) -> Decimal:
    """Return the ECTS that the module was credited with already, by other lines."""
    return recorded_ects(line, module=line.module_id)


def recorded_ects(line: Line, *, module: int | None) -> Decimal:
    """Return the ECTS that other lines gave a module (its pk), None for free electives."""
    entries = CreditEntry.objects.filter(
        enrolment__learner=line.case.learner_id,
        enrolment__programme_version=line.case.programme_version_id,
        module=module,
        reversed_at=None,
    ).exclude(line=line.uuid)
    return entries.aggregate(sum=Sum("ects"))["sum"] or NOTHING


def recorded_here(line: Line) -> list[tuple[int, Decimal]]:
    """Return (credential, ECTS) of all that the ledger has for the learner in the programme."""
    entries = CreditEntry.objects.filter(
        enrolment__learner=line.case.learner_id,
        enrolment__programme_version=line.case.programme_version_id,
        reversed_at=None,
    )
    return list(entries.values_list("credential", "ects"))


def placement_with(line: Line, ects: Decimal) -> Placement:
    """R11: the semester that follows from all recorded and promised credits, and `ects` more."""
    version = line.case.programme_version
    total = sum((amount for _credential, amount in recorded_here(line)), ects)
    given = promised(line).filter(case__programme_version=version.pk)
    total += given.aggregate(sum=Sum("decision__ects"))["sum"] or NOTHING
    return placement(min(total, version.ects_total), version.ects_total, version.semesters)
