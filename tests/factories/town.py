"""One small institution in which everything can happen, on a day that only a test lets pass.

Two units with a committee each, an appeal body, two applicants with two lines each: the same
credential for two targets, the same module for both applicants.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from credentials.models import Module, ProgrammeVersion, Role, Unit, User
from recognition.models import (
    Annulment,
    Case,
    Committee,
    CommitteeKind,
    Condition,
    Line,
    Objection,
    SeatRole,
)
from recognition.permissions import missing_notices
from recognition.services import (
    applications,
    cases,
    committees,
    credits,
    decisions,
    letters,
    lines,
)
from recognition.services import reviews as opinions
from recognition.states import AnnulmentState, LineState, ReviewState
from recognition.vocabulary import DecisionType, Rating, Track
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.papers import PAPER, print_papers, print_remedy_letter
from tests.factories.people import make_institution, make_staff, make_user, root_of
from tests.factories.recognition import (
    DIFFERENT,
    make_external_credential,
    make_policy,
    write_decision,
    write_opinion,
)

TO_THE_VOTE = {DecisionType.PARTIAL, DecisionType.REFUSAL}
"""What the rules of the town leave to the committee."""


class Calendar:
    """A clock that only goes forward; put in place of `timezone.now`."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment

    def pass_days(self, days: int) -> None:
        self.moment += timedelta(days=days)


@dataclass
class Town:
    """The institution: its people by role, its two modules, and the lines of the applicants."""

    programme: ProgrammeVersion
    modules: list[Module]
    committee: Committee
    other_committee: Committee
    appeal_body: Committee
    people: dict[str, User] = field(default_factory=dict)

    def all_of(self, *roles: str) -> list[User]:
        return [self.people[role] for role in roles]


SEATS = {
    "committee": {"chair": "chair", "deputy": "deputy", **dict.fromkeys("abc", "member")},
    "other_committee": {"dean": "chair", **dict.fromkeys("cd", "member"), "deputy": "member"},
    "appeal_body": {"judge": "chair", "judge_deputy": "deputy", **dict.fromkeys("dexy", "member")},
}
ROLES = {"chair": SeatRole.CHAIR, "deputy": SeatRole.DEPUTY, "member": SeatRole.MEMBER}


def make_town(stage: str) -> Town:
    """The town when all have come as far as `stage`."""
    town = _make_town()
    for name, go_on in STAGES.items():
        go_on(town)
        if name == stage:
            return town
    raise KeyError(stage)


def _make_town() -> Town:
    institution = make_institution()
    root = root_of(institution)
    unit = Unit.objects.create(institution=institution, parent=root, name={"en": "Informatics"})
    delegated = [kind for kind in DecisionType.values if kind not in TO_THE_VOTE]
    make_policy(institution, delegation={"chair": delegated, "course_director": []})
    programme = make_programme_version(institution, unit=unit)
    people = {
        "registrar": make_staff(institution, Role.REGISTRAR, name="Registrar"),
        "second_registrar": make_staff(institution, Role.REGISTRAR, name="Second registrar"),
        "director": make_staff(institution, Role.COURSE_DIRECTOR, unit, name="Director"),
    }
    bodies = {}
    for name, place, kind in (
        ("committee", unit, CommitteeKind.RECOGNITION),
        ("other_committee", root, CommitteeKind.RECOGNITION),
        ("appeal_body", root, CommitteeKind.APPEAL),
    ):
        bodies[name] = committees.create(place, {"en": name}, by=people["registrar"], kind=kind)
        for person, role in SEATS[name].items():
            people.setdefault(person, make_user(person))
            user = people[person]
            committees.seat(bodies[name], user, role=ROLES[role], by=people["registrar"])
    modules = [make_module(programme), make_module(programme)]
    town = Town(programme, modules, people=people, **bodies)
    for name, wanted in (("nela", modules), ("mirel", [modules[0], None])):
        people[name] = make_user(name)
        make_external_credential(people[name], institution=institution)
        apply(town, people[name], wanted)
    return town


def apply(town: Town, applicant: User, modules: list[Module | None]) -> Case:
    """Ask for modules, or None for electives, with the one credential that the applicant has."""
    case = applications.create(town.programme, by=applicant)
    for line in case.lines.all():
        applications.remove_line(line, by=applicant)
    for module in modules:
        applications.save_line(
            case, None, module=module, credentials=list(applicant.credentials.all()), by=applicant
        )
    applications.declare(case, by=applicant)
    return cases.submit(case, by=applicant)


# How far the town has come; each step goes on from the one before.


def hand_to_committee(town: Town) -> None:
    for line in Line.objects.order_by("pk"):
        complete(line, town, by=town.people["registrar"])


def complete(line: Line, town: Town, *, by: User) -> None:
    rapporteur, *others = town.all_of("a", "b", "c")
    lines.declare_complete(
        line,
        by=by,
        track=Track.RECOGNITION,
        override_reason="Known to us.",
        committee=town.committee,
        rapporteur=rapporteur,
        reviewers=others,
    )


def compare(town: Town) -> None:
    """The second line is met in nothing, the third in part, the others in full."""
    said = ([], [Rating.NOT_MET] * 3, [Rating.FULL, Rating.PARTIAL], [])
    for line, ratings in zip(Line.objects.order_by("pk"), said, strict=True):
        for review in line.reviews.order_by("pk"):
            give_opinion(review, ratings)


def give_opinion(review, ratings=(), *, by: User | None = None) -> None:
    by = by or review.reviewer
    if review.state == ReviewState.ASSIGNED:
        opinions.declare_no_conflict(review, by=by)
    write_opinion(review, ratings=ratings)
    opinions.submit(review, by=by)


def decide(town: Town) -> None:
    """What the chair may decide is signed and sent; the rest waits for the committee."""
    first, _second, third, _last = Line.objects.order_by("pk")
    kinds = {first: DecisionType.FULL_SUBSTITUTION, third: DecisionType.CONDITIONAL}
    chair = town.people["chair"]
    for line, kind in kinds.items():
        decisions.sign(write_decision(line, kind, by=chair, deviation_reason=DIFFERENT), by=chair)
        print_all()
        decisions.notify(Line.objects.get(pk=line.pk), by=town.people["registrar"])


def record(town: Town) -> None:
    for line in Line.objects.filter(state=LineState.NOTIFIED):
        credits.record(line, by=town.people["registrar"])


STAGES = {
    "sent": lambda town: None,
    "with the committee": hand_to_committee,
    "compared": compare,
    "decided": decide,
    "recorded": record,
}


# What the worker prints


def print_all() -> None:
    """Keep every letter that is due, as the worker would, with a small file for each."""
    for line in Line.objects.exclude(decision=None):
        if line.decision.letter_id is None:
            print_papers(line)
        for condition in missing_notices(line):
            _print_notice(condition)
    for objection in Objection.objects.filter(letter=None).exclude(number=""):
        print_remedy_letter(objection)
    for annulment in Annulment.objects.exclude(state=AnnulmentState.DROPPED):
        is_done = annulment.state == AnnulmentState.DONE
        if (annulment.letter_id if is_done else annulment.hearing_id) is None:
            print_remedy_letter(annulment)


def _print_notice(condition: Condition) -> None:
    number = f"{condition.decision.number}-C{condition.position}"
    code = f"code-{condition.pk}"
    letters._store_notice(condition, PAPER, title="Notice", number=number, code=code)
