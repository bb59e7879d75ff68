"""Who plays in a journey of recognition: a line with invented people, walked to its beginning."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from credentials.models import Module, Role, User
from credentials.standards.facts import BodyFacts
from recognition.models import Committee, CommitteeKind, Line, SeatRole
from recognition.states import LineState
from recognition.vocabulary import DecisionType
from tests.factories.awards import make_award, make_student, make_taught_course
from tests.factories.catalogue import make_course_version, make_module, make_programme_version
from tests.factories.people import (
    make_awarding_body,
    make_institution,
    make_learner,
    make_staff,
)
from tests.factories.recognition import (
    Way,
    make_appeal_body,
    make_case,
    make_committee,
    make_external_credential,
    make_policy,
    seated,
)

HEADS = {SeatRole.CHAIR: "Hedda Brandvold", SeatRole.DEPUTY: "Ruan Meyrick"}
MEMBERS = ("Tomas Ivanek", "Sela Sallow", "Osman Tereli", "Kaja Lindroos")
ON_APPEAL = ("Brida Holmsund", "Ilvo Castan", "Tarja Vennola")
OUTCOMES = (
    "Import, clean and combine data sets from several sources.",
    "Describe a data set with suitable measures and charts.",
    "Build and check a linear regression model.",
    "Explain how data were produced and judge their quality.",
)


@dataclass
class Cast:
    """A line of recognition, and everybody who works on it."""

    line: Line
    learner: User
    registrar: User
    chair: User
    members: list[User]

    @property
    def reference(self) -> str:
        return self.line.case.reference

    def now(self) -> Line:
        """The line as it is in the database."""
        return Line.objects.with_all().get(pk=self.line.pk)


def make_home(*, members: int = 3, **policy):
    """A university with its rules, a committee and a registrar."""
    home = make_institution(
        name={"de": "Universität Lindenfeld", "en": "University of Lindenfeld"},
        number_prefix="LND",
        languages=["en", "de"],
    )
    make_policy(home, **policy)
    committee = make_committee(home, members=members)
    Committee.objects.filter(pk=committee.pk).update(
        name={"en": "Recognition committee", "de": "Anerkennungsausschuss"}
    )
    for role, name in HEADS.items():
        rename(seated(committee, role)[:1], [name])
    rename(seated(committee), MEMBERS)
    return home


def rename(people: list[User], names) -> None:
    for user, name in zip(people, names, strict=False):
        User.objects.filter(pk=user.pk).update(name=name)


def make_target(home, *, parts=()) -> Module:
    """The module that is asked for, with parts given as (ECTS, [orders of outcomes])."""
    version = make_programme_version(
        home, title={"en": "Environmental Informatics", "de": "Umweltinformatik"}
    )
    course = make_course_version(
        home,
        code="INF-210",
        title={"en": "Data Analysis", "de": "Datenanalyse"},
        outcomes=OUTCOMES,
        ects=Decimal("6"),
        language="en",
    )
    return make_module(version, parts=parts, course_version=course, ects=Decimal("6"))


def make_other_target(cast: Cast) -> Module:
    version = cast.line.case.programme_version
    title = {"en": "Time Series", "de": "Zeitreihen"}
    course = make_course_version(cast.line.case.institution, code="INF-340", title=title)
    return make_module(version, course_version=course)


def make_cast(
    state: LineState = LineState.SUBMITTED,
    *,
    parts=(),
    signed: bool = False,
    decision: DecisionType = DecisionType.PARTIAL,
    ratings=None,
    members: int = 3,
    **policy,
) -> Cast:
    """A line walked to `state`; what it puts forward is `signed`, or stated with a file."""
    home = make_home(members=members, **policy)
    module = make_target(home, parts=parts)
    learner = make_student("Nela Ardwen")
    make_learner(home, learner, family_name="Ardwen", birth_date=date(2004, 5, 4))
    case = make_case(
        modules=[module],
        applicant=learner,
        sources=[_signed(learner) if signed else _stated(learner, home)],
        submitted=state != LineState.DRAFT,
    )
    return cast_of(walked(case.lines.first(), state, decision, ratings))


def walked(line: Line, state: LineState, decision=DecisionType.PARTIAL, ratings=None) -> Line:
    if state == LineState.DRAFT:
        return line
    Way(line, decision=decision, ratings=ratings).to(state)
    return Line.objects.with_all().get(pk=line.pk)


def cast_of(line: Line) -> Cast:
    way = Way(line)
    registrar = line.handler or way.registrar
    rename([registrar], ["Orla Finnery"])
    rename([line.case.applicant], ["Nela Ardwen"])
    return Cast(
        Line.objects.with_all().get(pk=line.pk),
        line.case.applicant,
        registrar,
        way.chair,
        way.members,
    )


def make_judges(line: Line) -> list[User]:
    """Those before whom an appeal comes, who presides first."""
    body = make_appeal_body(line.case.institution)
    Committee.objects.filter(pk=body.pk).update(
        name={"en": "Board of Appeal", "de": "Beschwerdeausschuss"}, kind=CommitteeKind.APPEAL
    )
    judges = [*seated(body, SeatRole.CHAIR), *seated(body)]
    rename(judges, ON_APPEAL)
    return judges


def _stated(learner: User, home):
    body = make_awarding_body(home, name="Marisol Technical University")
    return make_external_credential(
        learner,
        title={"en": "Data Analysis with Python"},
        awarding_body=BodyFacts(name={"en": body.name}, country=body.country),
    )


def _signed(learner: User):
    """A credential that another university on this portal awarded."""
    marisol = make_institution(
        name={"en": "Marisol Technical University"}, country="ES", languages=["en"]
    )
    make_staff(marisol, Role.REGISTRAR, name="Ines Calderra")
    course = make_taught_course(
        marisol, title={"en": "Data Analysis with Python"}, code="DAP-5", outcomes=OUTCOMES
    )
    return make_award(version=course, student=learner).credential
