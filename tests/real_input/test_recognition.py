"""Real learning of one university on its way into a real module of another one, in browsers."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page

from credentials.models import CourseVersion, CreditEntry, Document, Mail, Module, Role, User
from credentials.services import courses, modules, programmes
from credentials.services.modules import PartRow
from recognition.models import Line, SeatRole
from recognition.services import committees, policies
from recognition.states import LineState
from recognition.vocabulary import Rating
from tests import services
from tests.factories.people import make_user, root_of
from tests.factories.recognition import PDF, Way, make_case, make_external_credential
from tests.real_input.conftest import add_institution
from tests.real_input.pages import (
    answer,
    choose,
    documents,
    download,
    follow,
    press,
    text_of,
)

pytestmark = pytest.mark.checkers
TARGET, SOURCE = "COMPSCI2007", "SIT221"
PARTS = {  # title: ECTS, outcomes of the module
    "Data structures": ("4", [2, 4, 5]),
    "Algorithms": ("3", [7, 8, 9]),
    "Abstract types and Java collections": ("3", [1, 3, 6, 10, 11]),
}
SHOWN = {2: 2, 4: 2, 5: 2, 7: 2, 8: 1, 9: 2}  # outcome of the module: outcome of the course
MISSING = "Nothing of the course is about Java."
REST = {  # what Annex I asks of a course and the catalogue does not say
    "ects": Decimal("10"),
    "eqf_level": 6,
    "assessment_type": "written_exam",
    "assessment_criteria": {"en": "All outcomes are shown in the examination."},
    "participation_form": "onsite",
    "quality_assurance": "institution",
}
STATED = {  # what the certificate says beside title, outcomes and description
    "type": "module",
    "awarding_body": "Deakin University",
    "country": "AU",
    "issued_on": "2024-07-05",
    "language": "en",
    "course_url": "https://www.deakin.edu.au/courses/unit?unit=SIT221",
    "ects": "7.5",
    "eqf_level": "6",
    "participation_form": "online",
    "assessment_type": "project",
    "supervision": "supervised_online",
    "grade": "Distinction",
    "quality_assurance": "institution",
}


@dataclass
class Cast:
    """Who works on recognition at Glasgow, the module it is about, and what Deakin teaches."""

    registrar: User
    chair: User
    members: list[User]
    module: Module
    course: dict


def row_of(file: Path, code: str) -> dict:
    return next(row for row in json.loads(file.read_text()) if row["code"] == code)


@pytest.fixture
def cast(catalogues, glasgow, staff) -> Cast:
    """Both catalogues are here; Glasgow has a programme, rules of recognition and a committee."""
    add_institution("deakin")
    call_command("import_courses", catalogues["deakin"], institution="deakin")
    registrar = staff(Role.REGISTRAR, "Orla Finnery")
    module = make_programme(staff(Role.COURSE_DIRECTOR, "Dara Quill"))
    policies.publish(
        glasgow,
        by=registrar,
        valid_from=date(2024, 1, 1),
        appeal_body={"en": "Appeals Committee of the Senate"},
        delegation={"chair": ["partial", "refusal"]},
        appeal_address={"en": "Gilbert Scott Building, Glasgow"},
        legal_basis={"en": "Regulations for Recognition of Prior Learning"},
    )
    committee = committees.create(root_of(glasgow), {"en": "Recognition"}, by=registrar)
    chair, *members = [make_user(n) for n in ("Hedda Brandvold", "Tomas Ivanek", "Sela Sallow")]
    committees.seat(committee, chair, role=SeatRole.CHAIR, by=registrar)
    for member in members:
        committees.seat(committee, member, by=registrar)
    return Cast(registrar, chair, members, module, row_of(catalogues["deakin"], SOURCE))


def make_programme(director: User) -> Module:
    """Complete and publish the imported course, and make it a module in three parts."""
    course = CourseVersion.objects.get(course__code=TARGET)
    courses.publish(courses.edit(course, by=director, **REST), by=director)
    programme = programmes.create(
        course.course.unit,
        code="G400",
        regulations="2026",
        title={"en": "Computing Science"},
        award="BSc",
        eqf_level=6,
        ects_total=Decimal("240"),
        free_elective_ects=Decimal("0"),
        semesters=8,
        by=director,
    )
    columns = {"semester": 4, "component_type": "compulsory", "ects": Decimal("10")}
    module = modules.add(programme, code=TARGET, by=director, is_recognisable=True, **columns)
    ids = {outcome.order: str(outcome.uuid) for outcome in course.outcomes.all()}
    rows = [
        PartRow({"en": title}, Decimal(ects), [ids[number] for number in numbers])
        for title, (ects, numbers) in PARTS.items()
    ]
    modules.edit(module, by=director, parts=rows)
    programmes.publish(programme, by=director)
    return module


# The learner -------------------------------------------------------------------------------------


def file_of(name: str) -> dict:
    return {"name": name, "mimeType": "application/pdf", "buffer": PDF + name.encode()}


def state_what_was_learned(student: Page, course: dict) -> None:
    student.goto("/portfolio/add/")
    answer(student, file=file_of("transcript.pdf"))
    press(student, "Add file")
    said = {"title": course["title"], "description": course["aims"], **STATED}
    answer(student, outcomes="\n".join(course["learning_outcomes"]), **said)
    press(student, "Save statement")
    follow(student, "Add evidence")
    answer(student, kind="description", title="Unit guide", file=file_of("unit-guide.pdf"))
    press(student, "Add evidence")
    assert "The evidence is added." in text_of(student)


def apply(student: Page, course: dict) -> str:
    """Apply for the whole module; return the reference of the case."""
    student.goto("/applications/new/")
    choose(student, "programme", "Computing Science")
    press(student, "Continue")
    follow(student, "Say what you ask for")
    student.get_by_label(course["title"]).check()
    choose(student, "target", TARGET)
    press(student, "Save line")
    press(student, "Save parts")
    follow(student, "Check your answers")
    student.get_by_label("What I state here is true").check()
    student.get_by_label("The university may check my documents").check()
    press(student, "Send application")
    assert "Your application is sent" in text_of(student)
    return Line.objects.get().case.reference


# The registrar and the committee -----------------------------------------------------------------


def check_completeness(registrar: Page, cast: Cast, reference: str) -> None:
    registrar.goto("/work/")
    follow(registrar, f"Check whether {reference} is complete")
    assert "Not in the register yet" in text_of(registrar)
    assert "Proposed track: Validation of prior learning" in text_of(registrar)
    follow(registrar, "Enter awarding body")
    answer(registrar, status="recognised", quality_agency="TEQSA", evidence="National register")
    press(registrar, "Save awarding body")
    assert "Proposed track: Recognition" in text_of(registrar)
    answer(registrar, track="recognition", rapporteur=cast.members[0].pk)
    press(registrar, "Declare complete")
    assert "The line is complete." in text_of(registrar)


def declare_impartiality(reviewer: Page, reference: str) -> None:
    reviewer.goto("/work/")
    follow(reviewer, f"Say whether you are impartial in {reference}")
    press(reviewer, "Declare impartiality")


def cite(reviewer: Page, number: int, passage: int) -> None:
    """Cite an outcome of the course, which may stand among the other places."""
    row = reviewer.locator(f"#rating-{number}")
    box = row.locator(f'[name="cite-{number}"][value="s1-o{passage}"]')
    if not box.is_visible():
        row.get_by_text("Cite another place").click()
    box.check()


def give_opinion(reviewer: Page, outcomes: int) -> None:
    for number in range(1, outcomes + 1):
        if number in SHOWN:
            answer(reviewer, **{f"rate-{number}": "FULL"})
            cite(reviewer, number, SHOWN[number])
        else:
            answer(reviewer, **{f"rate-{number}": "NOT_MET"})
            answer(reviewer, **{f"note-{number}": MISSING})
    for element in ("level", "workload", "quality", "profile", "authenticity", "identity"):
        answer(reviewer, **{f"el-{element}": "none"})
    answer(reviewer, **{"el-currency": "minor", "comment": "A good course, in another language."})
    press(reviewer, "Submit, no other difference")
    assert "Your opinion is in. Thank you." in reviewer.locator("body").inner_text()


def decide_in_part(chair: Page, reference: str) -> None:
    chair.goto("/work/")
    follow(chair, f"Decide on {reference}")
    answer(
        chair,
        type="partial",
        reasons="The course has no Java: its abstract types and collections are missing.",
        later_measures="Take the third part of the module, or sit its laboratory examination.",
    )
    press(chair, "Sign decision")
    assert "Sign this decision?" in text_of(chair)
    press(chair, "Sign decision")


def finish(registrar: Page, reference: str, folder: Path, number: int) -> list[Path]:
    """Wait for the documents of a decision and send it."""
    registrar.goto("/work/")
    follow(registrar, f"Send the decision on {reference}")
    made = documents(registrar, folder, number)
    press(registrar, "Send decision")
    return made


def print_transcript(registrar: Page, learner: User, folder: Path) -> Path:
    registrar.goto(reverse("learner-detail", args=[learner.learners.get().uuid]))
    press(registrar, "Print transcript")
    return documents(registrar, folder, 1)[0]


# What others say of the documents ----------------------------------------------------------------


def judged(checker: Callable, files: list[Path]) -> dict[str, str]:
    """Return the faults that independent checkers find in printed files, by file and profile."""
    found = {}
    for file in files:
        for profile in ("3a", "ua1"):
            result = checker("pdf", profile, file)
            if result.returncode:
                found[f"{file.name} {profile}"] = result.stdout
    return found


def words_by_code(anybody: Page, file: Path) -> tuple[str, str]:
    """What somebody without an account is told of a printed code, then of the file itself."""
    anybody.goto("/verify/")
    answer(anybody, text=Document.objects.get(filename=file.name).code)
    press(anybody, "Verify credential")
    verdict = anybody.locator("main .verdict :is(h1, p:not(.small))")
    by_code = " ".join(" ".join(verdict.all_inner_texts()).split())
    answer(anybody, file=file)
    press(anybody, "Compare file")
    return by_code, " ".join(" ".join(verdict.all_inner_texts()).split())


def words_of(file: Path) -> str:
    """Return what an independent reader finds in a printed file, on one line."""
    reader = services.CHECKERS_HOME / "venv" / "bin" / "opendataloader-pdf"
    command = [reader, "--quiet", "--format", "text", "--to-stdout", file]
    read = subprocess.run(command, capture_output=True, text=True, check=True)
    return " ".join(read.stdout.split())


def subjects_to(user: User) -> list[str]:
    return list(Mail.objects.filter(recipient=user.email).values_list("subject", flat=True))


KNOWN = (
    "We know this document The institution made a document with this code. "
    "Compare what you hold with what stands here.",
    "Genuine The file is exactly the document that the institution made.",
)


def test_course_of_one_university_is_recognised_in_part_at_the_other(
    visit, cast, learner, checker, tmp_path
):
    student, registrar, chair = visit(learner), visit(cast.registrar), visit(cast.chair)
    reviewers, anybody = [visit(member) for member in cast.members], visit(None)

    state_what_was_learned(student, cast.course)
    reference = apply(student, cast.course)
    check_completeness(registrar, cast, reference)
    for reviewer in reviewers:
        declare_impartiality(reviewer, reference)
        give_opinion(reviewer, cast.module.course_version.outcomes.count())
    decide_in_part(chair, reference)
    printed = finish(registrar, reference, tmp_path, 2)
    press(registrar, "Record credits")
    printed.append(print_transcript(registrar, learner, tmp_path))

    line, entry = Line.objects.get(), CreditEntry.objects.get()
    assert (line.state, entry.module, entry.ects) == (LineState.RECORDED, cast.module, 7)
    stated = [outcome["text"]["en"] for outcome in entry.credential.facts["outcomes"]]
    assert stated == cast.course["learning_outcomes"]
    student.goto(reverse("case-detail", args=[line.case.uuid]))
    assert "Parts of the module that are met: 7 ECTS." in text_of(student)
    taken = download(student, "Decision letter", tmp_path / "letter.pdf")
    assert taken.read_bytes() == printed[0].read_bytes()
    assert judged(checker, printed) == {}
    assert [words_by_code(anybody, file) for file in printed] == [KNOWN] * 3
    assert subjects_to(learner) == [
        f"Your application {reference} has arrived",
        f"Your application {reference} is complete",
        f"The decision on your application {reference}",
        f"Your credits from {reference} are recorded",
    ]
    call_command("audit_check")


# A refusal ---------------------------------------------------------------------------------------


@pytest.fixture
def deliberated(cast, learner) -> Line:
    """A line in which both reviewers found that the outcomes of the module are not shown."""
    source = make_external_credential(
        learner, title={"en": cast.course["title"]}, outcomes=cast.course["learning_outcomes"]
    )
    line = make_case(applicant=learner, modules=[cast.module], sources=[source]).lines.get()
    way = Way(line, ratings=[Rating.NOT_MET] * cast.module.course_version.outcomes.count())
    return way.to(LineState.DELIBERATION)


def blocked(chair: Page) -> str:
    """Try to sign; return what the page says stands against it."""
    press(chair, "Sign decision")
    return " ".join(chair.locator(".error-summary").inner_text().split())


NOT_YET = (
    "Name at least one substantial difference.",
    "Write what the applicant can do to have it recognised later.",
)
WRITTEN = {
    "differences-0-what_differs": "Recursion appears nowhere in the course.",
    "differences-0-examined": "Unit guide, outcomes 1 to 3.",
    "differences-0-why_it_matters": "Functional programming in the third year rests on it.",
    "why_not_full": "None of the essential outcomes is shown.",
    "why_not_alternative": "The programme has no module on this.",
    "why_not_partial": "No part of the module is met.",
    "why_not_conditional": "One examination cannot stand for the whole module.",
    "later_measures": "Sit the examination of the module in May.",
}


def test_refusal_names_what_differs_before_it_can_be_signed(
    visit, cast, learner, deliberated, checker, tmp_path
):
    chair, registrar, student = visit(cast.chair), visit(cast.registrar), visit(learner)
    reference = deliberated.case.reference
    chair.goto("/work/")
    follow(chair, f"Decide on {reference}")
    answer(chair, type="refusal")
    press(chair, "Save draft")

    first = blocked(chair)
    answer(chair, **WRITTEN, **{"differences-0-element": "workload"})
    second = blocked(chair)
    answer(chair, **{"differences-0-element": "outcomes"})
    third = blocked(chair)
    choose(chair, "differences-0-outcome", "7. Use recursion")
    press(chair, "Sign decision")
    assert "Sign this decision?" in text_of(chair)
    press(chair, "Sign decision")
    letter = finish(registrar, reference, tmp_path, 1)

    assert [sentence for sentence in NOT_YET if sentence not in first] == []
    assert "Workload is not rated as a substantial difference." in second
    assert "Choose the outcome that the evidence does not show." in third
    said = words_of(letter[0])
    appeal = "Appeals Committee of the Senate", "Within 30 days", "Gilbert Scott Building"
    assert [words for words in (*WRITTEN.values(), *appeal) if words not in said] == []
    assert judged(checker, letter) == {}
    assert words_by_code(visit(None), letter[0]) == KNOWN
    student.goto(reverse("case-detail", args=[deliberated.case.uuid]))
    assert WRITTEN["later_measures"] in text_of(student)
    assert CreditEntry.objects.count() == 0
