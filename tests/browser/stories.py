"""The steps of an application that several journeys walk, on the pages as people use them."""

from dataclasses import dataclass, field
from decimal import Decimal

from playwright.sync_api import Page

from credentials.models import Module, Role, User
from recognition.models import Line, SeatRole
from recognition.vocabulary import elements_of
from tests.browser.casts import Cast
from tests.browser.conftest import sign_in
from tests.factories.awards import make_student
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import make_awarding_body, make_institution, make_learner, make_staff
from tests.factories.recognition import EARNED, PDF, make_committee, make_policy, seated
from tests.real_input.pages import answer, choose, follow, press

BODY = "Marisol Technical University"
CERTIFICATE = {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": PDF}
STATED = {
    "title": "Data Analysis with Python",
    "type": "course",
    "awarding_body": BODY,
    "country": "ES",
    "issued_on": "2026-03-01",
    "outcomes": "\n".join(EARNED),
    "ects": "5",
    "eqf_level": "6",
    "assessment_type": "project",
    "supervision": "supervised_online",
    "quality_assurance": "institution",
}
PARTS = [("2", [1, 2]), ("4", [3, 4])]


@dataclass
class University:
    """A module in two parts, and everybody who works on an application for it."""

    module: Module
    learner: User
    registrar: User
    reviewers: list[User]
    chair: User

    @staticmethod
    def line() -> Line:
        return Line.objects.get()


def make_university() -> University:
    home = make_institution()
    make_policy(home)
    committee = make_committee(home, members=2)
    make_awarding_body(home, name=BODY)
    learner = make_student("Nela Ardwen")
    make_learner(home, learner)
    return University(
        module=make_module(make_programme_version(home), parts=PARTS, ects=Decimal("6")),
        learner=learner,
        registrar=make_staff(home, Role.REGISTRAR, name="Orla Finnery"),
        reviewers=seated(committee),
        chair=seated(committee, SeatRole.CHAIR)[0],
    )


def state_credential(page: Page) -> None:
    """Add the file of something earned elsewhere, and say what it shows."""
    page.goto("/portfolio/add/")
    answer(page, file=CERTIFICATE)
    press(page, "Add file")
    answer(page, **STATED)
    press(page, "Save statement")


def apply(page: Page, university: University) -> None:
    """Apply with it for both parts of the module."""
    follow(page, "Apply for recognition")
    choose(page, "programme", str(university.module.programme_version))
    press(page, "Continue")
    choose(page, "target", university.module.code)
    press(page, "Save line")
    press(page, "Save parts")
    send_draft(page)


def declare_complete(page: Page, university: University) -> None:
    """Name who compares; the awarding body stands in the register already."""
    page.goto("/work/")
    follow(page, f"Check whether {university.line().case.reference} is complete")
    answer(page, rapporteur=university.reviewers[0].pk)
    press(page, "Declare complete")


def compare(page: Page) -> None:
    """Declare impartiality, rate the first part as met and the second as not, and hand it in."""
    page.goto("/work/")
    follow(page, "Say whether you are impartial")
    press(page, "Declare impartiality")
    for number in (1, 2):
        answer(page, **{f"rate-{number}": "FULL", f"cite-{number}": "s1-o1"})
    for number in (3, 4):
        answer(page, **{f"rate-{number}": "NOT_MET"})
        note = page.get_by_label(f"Note on outcome {number}")
        if not note.is_visible():  # without scripts nobody opens the place for it
            page.locator(f"#rating-{number} summary").last.click()
        note.fill("There are no models.")
    answer(page, **{f"el-{element}": "none" for element in elements_of("recognition")})
    press(page, "Submit, no other difference")


# From one desk to the next ------------------------------------------------------------------------


def at_work(page: Page, user: User, task: str = "") -> None:
    """Let somebody else look at what waits for them, and begin with one thing of it."""
    sign_in(page, user)
    page.goto("/work/")
    if task:
        follow(page, task)


def opens(page: Page, cast: Cast) -> None:
    """Let the learner look at the application."""
    sign_in(page, cast.learner)
    page.goto("/applications/")
    follow(page, cast.reference)


@dataclass
class Effort:
    """What somebody has to do on the way: fields to answer, and clicks."""

    page: Page = field(repr=False)
    fields: int = 0
    clicks: int = 0

    def answer(self, **said: object) -> None:
        self.fields += len(said)
        answer(self.page, **said)

    def press(self, button: str) -> None:
        self.clicks += 1
        press(self.page, button)

    def follow(self, link: str) -> None:
        self.clicks += 1
        follow(self.page, link)


def send_draft(page: Page) -> None:
    """Send a draft that says already what is asked for."""
    follow(page, "Check your answers")
    page.get_by_label("What I state here is true").check()
    page.get_by_label("The university may check my documents").check()
    press(page, "Send application")


def vote(page: Page, choice: str) -> None:
    answer(page, choice=choice)
    press(page, "Vote")


def write_refusal(page: Page) -> None:
    """Name one substantial difference, and why nothing more favourable is possible."""
    page.locator('[name="differences-0-outcome"]').select_option(index=1)
    said = {"element": "outcomes", "what_differs": "Nothing in it is about cleaning data."}
    said |= {"examined": "Course page.", "why_it_matters": "Two later modules build on it."}
    answer(page, **{f"differences-0-{name}": words for name, words in said.items()})
    for why in page.locator('[name^="why_not_"]').all():
        if not why.input_value():
            why.fill("Too little of the module is shown.")
    answer(page, later_measures="Take the module, or show your own analyses.")
