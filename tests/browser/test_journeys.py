"""Whole journeys as people walk them, from the first page to the last, in a real browser."""

import pytest

from credentials.models import Award
from recognition.states import LineState
from tests.browser.conftest import sign_in
from tests.browser.stories import (
    apply,
    compare,
    declare_complete,
    make_university,
    state_credential,
)
from tests.factories.awards import make_student, make_taught_course
from tests.factories.people import make_learner, make_registrar
from tests.real_input.pages import answer, follow, press, text_of

REFUSED = [
    "Name at least one substantial difference.",
    "Recognise in part: Write why “Recognise in part” is not possible.",
    "Recognise on a condition: Write why “Recognise on a condition” is not possible.",
    "What the learner can do: Write what the applicant can do to have it recognised later.",
]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_claim_becomes_an_award_that_is_shared_until_its_link_is_withdrawn(page, run_tasks):
    course = make_taught_course(title={"en": "Data Analysis"})
    student, teacher = make_student("Nela Ardwen"), course.course.teachers.get()

    sign_in(page, student)
    page.goto("/courses/?q=data")
    follow(page, "Data Analysis")
    follow(page, "Claim credential")
    answer(page, given_name="Nela", family_name="Ardwen", statement="I passed in June.")
    press(page, "Send claim")
    assert "Your claim is with the teachers of the course." in text_of(page)

    sign_in(page, teacher)
    page.goto("/work/")
    follow(page, "Award or deny “Data Analysis”")
    follow(page, "Award credential")
    answer(page, grade="1.0")
    with run_tasks():
        press(page, "Award credential")
    assert "Awarded to Nela Ardwen" in text_of(page)  # the page says by itself when it is signed

    sign_in(page, student)
    page.goto("/portfolio/")
    follow(page, "Share")
    answer(page, label="An employer", days=30)
    press(page, "Make link")
    link = page.locator('main a[href*="/s/"]').get_attribute("href")

    sign_in(page, None)
    page.goto(link)
    assert page.locator("main .verdict h1").inner_text() == "Valid"

    sign_in(page, student)
    page.goto("/portfolio/")
    follow(page, "Share")
    follow(page, "Withdraw link")
    press(page, "Withdraw link")
    assert "The link no longer works." in text_of(page)

    sign_in(page, None)
    page.goto(link)
    assert page.locator("h1").inner_text() == "This link is closed"


def test_list_of_learners_becomes_signed_awards(page, run_tasks, tmp_path, axe):
    version = make_taught_course(title={"en": "Data Analysis"})
    registrar = make_registrar(version.course.institution)
    make_learner(version.course.institution, student_number="40000001", family_name="Ardwen")
    file = tmp_path / "list.csv"

    sign_in(page, registrar)
    page.goto("/catalogue/")
    follow(page, "Data Analysis")
    follow(page, "Award to many")
    with page.expect_download() as template:
        follow(page, "Download template")
    rows = '40000001,,,,"1,0"\n,ida@example.org,Ida,Morvan,2.0\n9,,,,1.0\n'
    file.write_text(template.value.path().read_text("utf-8-sig") + rows)
    answer(page, file=file)
    press(page, "Check list")
    assert axe(page) == []
    assert "To be awarded 2 New learners among them 1 Refused 1" in text_of(page)
    with run_tasks():
        press(page, "Award 2 credentials")
    page.reload()
    assert "Awarded 2 Refused 1" in text_of(page)
    assert axe(page) == []
    assert "Row 4, column “student_number”: No learner has this student number." in text_of(page)
    with page.expect_download() as refused:
        follow(page, "refused.csv")
    file.write_text(refused.value.path().read_text("utf-8-sig").replace("\n9,", "\n40000001,"))
    follow(page, "Send another list")
    answer(page, file=file)
    press(page, "Check list")
    assert "No row of this list can be awarded." in text_of(page)
    assert "holds this credential already." in text_of(page)

    states = Award.objects.order_by("grade").values_list("holder_name", "grade", "state")
    assert [(name.split()[-1], grade, state) for name, grade, state in states] == [
        ("Ardwen", "1.0", "issued"),
        ("Morvan", "2.0", "issued"),
    ]


def test_external_credential_is_recognised_in_part(page, run_tasks):
    university = make_university()
    sign_in(page, university.learner)
    state_credential(page)
    apply(page, university)
    assert "Your application is sent" in text_of(page)
    reference = university.line().case.reference

    sign_in(page, university.registrar)
    declare_complete(page, university)
    assert "The line is complete." in text_of(page)
    for reviewer in university.reviewers:
        sign_in(page, reviewer)
        compare(page)
        assert "Your opinion is in." in page.locator("body").inner_text()

    sign_in(page, university.chair)
    page.goto("/work/")
    follow(page, f"Decide on {reference}")
    answer(page, type="refusal")
    press(page, "Sign decision")
    assert page.locator(".error-summary li").all_inner_texts() == REFUSED
    answer(page, type="partial", reasons="Models are missing.", later_measures="Take part 2.")
    press(page, "Save draft")
    letter = page.locator(".letter").inner_text()
    assert "We recognise your learning in part" in letter
    assert "Models are missing." in letter
    press(page, "Sign decision")
    assert page.locator("h1").inner_text() == "Sign this decision?"
    with run_tasks():
        press(page, "Sign decision")

    sign_in(page, university.registrar)
    page.goto("/work/")
    follow(page, f"Send the decision on {reference}")
    for step in ("Send decision", "Record credits", "Close line"):
        press(page, step)

    sign_in(page, university.learner)
    page.goto("/applications/")
    follow(page, reference)
    assert "Parts of the module that are met: 2 ECTS." in text_of(page)
    assert "Recognised: Part 1 Models are missing." in text_of(page)
    with page.expect_download() as letter:
        follow(page, "Decision letter (PDF)")
    assert letter.value.path().read_bytes().startswith(b"%PDF-")
    assert university.line().state == LineState.CLOSED
