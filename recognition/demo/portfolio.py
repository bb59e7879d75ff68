"""What the demonstration's students hold: awards, claims in every state, external learning."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from credentials.models import (
    Award,
    Credential,
    EvidenceKind,
    JobKind,
    RevocationReason,
    User,
)
from credentials.services import awards, claims, issuing, jobs, revocations
from credentials.services.evidence import Upload
from credentials.states import JobState
from credentials.trust.sniff import Kind
from credentials.vocabulary import AssessmentType, CredentialType, QualityAssurance
from portfolios.services import credentials as portfolio
from portfolios.services import shares
from recognition.demo.clock import days_ago
from recognition.demo.people import World

HANDBOOK = """Kestrel Learning, course description (invented)

Project Management Basics. Thirty hours in six weeks, online, in English.
After the course learners can plan a small project with milestones and a budget,
keep a risk list and act on it, and report progress to people who pay.
Assessment: a plan of a project of one's own, read by a tutor. Identity is not checked.
"""


def earn(world: World, key: str, code: str, *, days: float, grade: str) -> Award:
    """Let a student claim a course so many days ago, and its teacher award it two days later."""
    user, version = world.people[key], world.courses[code]
    with days_ago(days):
        given, _space, family = user.name.partition(" ")
        claim = claims.submit(
            version,
            by=user,
            statement="I passed at the end of the course. My project is in the repository.",
            links=[f"https://work.example/{key}/{code.lower()}"],
            given_name=given,
            family_name=family,
        )
    with days_ago(days - 2):
        award = awards.award_claim(claim, by=teacher_of(world, code), grade=grade)
        return sign(award)


def sign(award: Award) -> Award:
    """Do at once what the worker would do."""
    issuing.issue(award)
    for job in award.audit_institution.jobs.filter(kind=JobKind.SIGN_AWARD, subject=award.uuid):
        if job.state == JobState.QUEUED and jobs.begin(job):
            jobs.finish(job)
    award.refresh_from_db()
    return award


def teacher_of(world: World, code: str) -> User:
    own = world.courses[code].course.institution.slug
    return {"lindenfeld": world.jorun, "marisol": world.ines, "nordhavn": world.bodil}[own]


def make_awards(world: World) -> dict[str, Award]:
    """Make awards that are held, one to accept, one revoked; and claims in every state."""
    held = {
        "nela DAP-5": earn(world, "nela", "DAP-5", days=150, grade="8"),
        "nela MC-001": earn(world, "nela", "MC-001", days=110, grade="1.3"),
        "ilvo DAP-5": earn(world, "ilvo", "DAP-5", days=140, grade="7"),
        "ilvo SEC-1": earn(world, "ilvo", "SEC-1", days=60, grade="8"),
        "ilvo MAP-2": earn(world, "ilvo", "MAP-2", days=55, grade="10"),
        "mirel HYD-7": earn(world, "mirel", "HYD-7", days=120, grade="7"),
        "mirel SEC-1": earn(world, "mirel", "SEC-1", days=100, grade="6"),
        "mirel STA-21": earn(world, "mirel", "STA-21", days=90, grade="10"),
        "nela HYD-7": earn(world, "nela", "HYD-7", days=95, grade="10"),
        "levin DAP-5": earn(world, "levin", "DAP-5", days=70, grade="9"),
        "dorte SEC-1": earn(world, "dorte", "SEC-1", days=65, grade="7"),
        "ilvo LDR-3": earn(world, "ilvo", "LDR-3", days=80, grade="9"),
    }
    with days_ago(20):
        revocations.revoke(
            held["ilvo LDR-3"],
            by=world.ines,
            reason=RevocationReason.ERROR,
            note="Awarded to the wrong person of the same group.",
        )
    with days_ago(3):
        learner = claims._learner(world.courses["STA-21"], world.nela, "Nela", "Ardwen")
        sign(awards.award_directly(world.courses["STA-21"], learner, by=world.bodil, grade="7"))
    _make_claims(world)
    return held


def _make_claims(world: World) -> None:
    with days_ago(30):
        denied = claims.submit(world.courses["MC-002"], by=world.nela, statement="I took part.")
    with days_ago(27):
        claims.deny(
            denied,
            by=world.jorun,
            reason="Your data set has no licence and no description. Add both, then claim again.",
        )
    for key, code, days in (("nela", "MC-003", 4), ("ilvo", "MC-001", 2), ("mirel", "MC-002", 1)):
        with days_ago(days):
            claims.submit(
                world.courses[code],
                by=world.people[key],
                statement="All tasks are done; the links show them.",
                links=[f"https://work.example/{key}/{code.lower()}"],
            )
    with days_ago(9):
        withdrawn = claims.submit(
            world.courses["MC-003"], by=world.tarja, given_name="Tarja", family_name="Vennola"
        )
        claims.withdraw(withdrawn, by=world.tarja)


def make_portfolio(world: World, held: dict[str, Award]) -> dict[str, Credential]:
    """Put an external course and self-declared learning into Nela's portfolio; share one award."""
    with days_ago(40):
        course = portfolio.add_file(
            Upload("course-description.txt", HANDBOOK.encode(), Kind.TEXT), by=world.nela
        ).credential
        portfolio.state(course, _kestrel(), by=world.nela)
        portfolio.add_evidence(
            course,
            kind=EvidenceKind.WORK,
            title="My project plan",
            url="https://work.example/nela/plan",
            by=world.nela,
        )
        river = portfolio.declare(
            {
                "title": "Volunteer at the river watch",
                "awarding_body": "River Watch Lindenfeld",
                "country": "DE",
                "description": "Every second Saturday at the weir, in all weathers.",
                "outcomes": [
                    "Take water samples by the book.",
                    "Explain to passers-by what we measure and why.",
                ],
                "hours": Decimal("120"),
            },
            by=world.nela,
        )
    with days_ago(5):
        shares.create(
            held["nela DAP-5"].credential,
            label="Application at Kornfeld Ltd",
            days=30,
            by=world.nela,
        )
    return {"kestrel": course, "river": river}


def _kestrel() -> dict:
    return {
        "title": "Project Management Basics",
        "type": CredentialType.COURSE.value,
        "awarding_body": "Kestrel Learning",
        "country": "IE",
        "platform": "",
        "issued_on": timezone.localdate() - timedelta(days=200),
        "eqf_level": None,
        "ects": None,
        "hours": Decimal("30"),
        "outcomes": [
            "Plan a small project with milestones and a budget.",
            "Keep a risk list and act on it.",
            "Report progress to people who pay.",
        ],
        "description": "Six weeks online, with a tutor.",
        "assessment_type": AssessmentType.ASSIGNMENT.value,
        "supervision": "",
        "grade": "passed",
        "quality_assurance": QualityAssurance.NONE.value,
        "language": "en",
        "course_url": "https://kestrel.example/pm-basics",
    }
