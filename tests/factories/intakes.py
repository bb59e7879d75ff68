"""Applications that a registrar enters for a learner."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from credentials.models import Learner, ProgrammeVersion, User
from credentials.services.evidence import Upload
from credentials.trust.sniff import Kind
from recognition.models import Case, Intake, Line
from recognition.services import applications, intakes
from tests.factories.catalogue import make_module
from tests.factories.recognition import PDF

SCAN = Upload("paper.pdf", PDF, Kind.PDF)
PAPER = {
    "title": "Statistics I",
    "type": "course",
    "awarding_body": "Northern Academy",
    "country": "ES",
    "ects": Decimal("5"),
    "outcomes": ["Summarise data."],
}


def make_intake(
    version: ProgrammeVersion, learner: Learner | None, *, by: User, days: int = 3, **named
) -> Case:
    """A draft for a learner that came on paper some days ago; None: somebody not known yet."""
    newcomer = {"email": "nela@learner.example", "given_name": "Nela", "family_name": "Ardwen"}
    return intakes.begin(
        version,
        learner,
        intake=Intake.PAPER,
        received_on=timezone.localdate() - timedelta(days=days),
        consent=SCAN,
        by=by,
        **{**({} if learner else newcomer), **named},
    )


def add_paper(case: Case, *, by: User) -> Line:
    """A line for a module of its own, with one credential as read from paper."""
    module = make_module(case.programme_version)
    line = applications.save_line(case, None, module=module, credentials=[], by=by)
    intakes.add_source(line, PAPER, SCAN, by=by)
    return line
