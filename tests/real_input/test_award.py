"""A real course on its way from an imported draft to a badge that independent checkers judge."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from credentials.models import Award, Role
from tests.real_input.pages import answer, documents, download, follow, press, text_of

pytestmark = pytest.mark.checkers
COURSE = "Introduction to Computational Thinking"
REST = {  # what Annex I asks of a course and the catalogue does not say
    "ects": "10",
    "eqf_level": "6",
    "assessment_type": "written_exam",
    "assessment_criteria_en": "All outcomes are shown in the examination.",
    "participation_form": "onsite",
    "quality_assurance": "institution",
    "grade_scale": "F, E, D, C, B, A",
    "passed_from": "D",
}


def complete_and_publish(director, teacher):
    director.goto("/catalogue/?q=COMPSCI1016")
    follow(director, COURSE)
    assert "Still missing: Credits or hours Level (EQF) Type of assessment" in text_of(director)
    follow(director, "Edit draft")
    answer(director, **REST)
    press(director, "Save draft")
    assert "Everything is stated that a micro-credential must state." in text_of(director)
    follow(director, "Change teachers")
    answer(director, teachers=teacher.uuid)
    press(director, "Save changes")
    follow(director, "Publish course")
    press(director, "Publish course")
    assert "The course is published." in text_of(director)


def claim(student):
    student.goto("/courses/?q=computational")
    follow(student, COURSE)
    follow(student, "Claim credential")
    answer(student, given_name="Nela", family_name="Ardwen", statement="I passed in December.")
    press(student, "Send claim")
    assert "Your claim is with the teachers of the course." in text_of(student)


def award(teacher):
    teacher.goto("/work/")
    follow(teacher, "Award or deny")
    follow(teacher, "Award credential")
    answer(teacher, grade="A")
    press(teacher, "Award credential")
    assert "Awarded to Nela Ardwen" in text_of(teacher)  # the page says by itself when it is signed


def words_of_page(page, file) -> str:
    """What stands first on the page of somebody who verifies a file without an account."""
    page.goto("/verify/")
    answer(page, file=file)
    press(page, "Verify credential")
    return " ".join(page.locator("main .verdict").inner_text().split())


def words_of_command(file) -> str:
    """What stands first on the command line, with the complaint of a file that is not valid."""
    out, complaint = StringIO(), ""
    try:
        call_command("verify", file, stdout=out)
    except CommandError as problem:
        complaint = str(problem)
    first = out.getvalue().splitlines()[0]
    return " ".join(f"{first} {complaint}".removeprefix(f"{file}: ").split())


def test_real_course_is_completed_awarded_checked_and_revoked(
    visit, staff, learner, checker, verapdf, live_server, tmp_path
):
    examiner = staff(Role.TEACHER, "Jorun Hallvard")
    director = visit(staff(Role.COURSE_DIRECTOR, "Dara Quill"))
    registrar = visit(staff(Role.REGISTRAR, "Orla Finnery"))
    teacher, student, anybody = visit(examiner), visit(learner), visit(None)

    complete_and_publish(director, examiner)
    claim(student)
    award(teacher)
    teacher.reload()
    supplement = documents(teacher, tmp_path, 1)[0]
    student.goto(teacher.url)
    badge = download(student, "Signed credential", tmp_path / "badge.json")

    def judged():
        result = checker("badge", "--site", live_server.url, badge)
        return result.returncode, result.stdout.strip().removeprefix(f"{badge}: ")

    stands = "University of Glasgow issued this credential to Nela Ardwen, and it still stands."
    assert judged() == (0, "ok (schema, proof, status)")
    assert words_of_page(anybody, badge).startswith(f"Valid {stands}")
    assert words_of_command(badge) == f"Valid. {stands}"
    assert words_of_command(supplement) == f"Valid. {stands}"

    registrar.goto(teacher.url)
    follow(registrar, "Revoke credential")
    answer(registrar, reason="error", note="The grade was that of somebody else.")
    press(registrar, "Revoke credential")

    on = timezone.localtime(Award.objects.get().revoked_at)
    revoked = f"Revoked on {on.day} {on:%B %Y}"
    assert judged() == (1, "FAILS status: revocation is set")
    assert words_of_page(anybody, badge).startswith(f"{revoked} Revoked by its issuer.")
    said = f"{revoked}. Revoked by its issuer. 1 of 1 not valid."
    assert (words_of_command(badge), words_of_command(supplement)) == (said, said)
    assert verapdf(supplement) == []
