"""Standing decisions, made by the real services from a case that was decided first."""

from dataclasses import dataclass
from decimal import Decimal

from credentials.models import Award, CourseVersion, Module, User
from recognition.models import Case, Line, Precedent
from recognition.services import precedents
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from tests.factories.awards import make_award, make_student, make_taught_course
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import make_institution
from tests.factories.recognition import Way, make_case


@dataclass(frozen=True)
class Decided:
    """A course of one university that counts for a module of another, and who was first."""

    course: CourseVersion
    module: Module | None
    way: Way
    line: Line
    precedent: Precedent

    def apply(self, student: User | None = None, **fields) -> Case:
        """Another learner, with the same credential, asks for the same."""
        award = award_to(student or make_student("Mirel Oskarin"), self.course)
        return make_case(
            programme_version=self.line.case.programme_version,
            modules=[self.module] if self.module else [],
            applicant=award.learner.user,
            sources=[award.credential],
            **fields,
        )


def award_to(student: User, course: CourseVersion, **fields) -> Award:
    return make_award(version=course, student=student, **fields)


def make_decided(
    decision: DecisionType = DecisionType.FULL_SUBSTITUTION,
    *,
    module: Module | None = None,
    course: CourseVersion | None = None,
    standing: bool = True,
    state: LineState = LineState.NOTIFIED,
) -> Decided:
    """A first case, decided by people and sent; standing unless said otherwise."""
    course = course or make_taught_course(ects=Decimal("6"))
    module = module or make_module(make_programme_version(make_institution()))
    is_elective = decision == DecisionType.INCLUSION
    case = make_case(
        programme_version=module.programme_version,
        modules=[] if is_elective else [module],
        sources=[award_to((first := make_student("Nela Ardwen")), course).credential],
        applicant=first,
    )
    way = Way(case.lines.get(), decision=decision)
    line = way.to(state)
    if standing:
        precedents.make_standing(line, by=way.chair)
    precedent = Precedent.objects.get(decision=line.decision)
    return Decided(course, None if is_elective else module, way, line, precedent)
