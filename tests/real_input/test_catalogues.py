"""Two real catalogues, taken over on the command line: 206 rows, 185 different courses."""

import json
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from credentials.models import Course, CourseVersion
from credentials.states import PublishingState
from credentials.vocabulary import CourseElement
from tests.real_input.conftest import add_institution

pytestmark = pytest.mark.django_db
UNSTATED = {*CourseElement} - {CourseElement.TITLE, CourseElement.OUTCOMES}


def take_over(file, slug) -> list[str]:
    out = StringIO()
    call_command("import_courses", file, institution=slug, stdout=out)
    return out.getvalue().splitlines()


def test_both_catalogues_become_drafts_that_say_what_is_missing(catalogues):
    said = {}
    for slug, file in catalogues.items():
        add_institution(slug)
        said[slug] = take_over(file, slug)

    assert said["glasgow"][:2] == ["127 rows, 127 different courses.", "New drafts: 127."]
    assert said["glasgow"][2].startswith("Without learning outcomes: COMPSCI1005, COMPSCI1020, ")
    missing = "Credits or hours, Level (EQF), Type of assessment, Assessment criteria, "
    missing += "Form of participation, Quality assurance."
    assert said["glasgow"][3:] == [
        f"108 courses stay drafts until they state: {missing}",
        f"19 courses stay drafts until they state: Learning outcomes, {missing}",
    ]
    assert said["deakin"][:2] == ["79 rows, 58 different courses.", "New drafts: 58."]
    assert said["deakin"][2].startswith("Repeated in the file, taken once: SIT191, SIT314 (×3), ")
    assert said["deakin"][3:] == [f"58 courses stay drafts until they state: {missing}"]
    versions = CourseVersion.objects.prefetch_related("outcomes")
    assert Counter(v.state for v in versions) == {PublishingState.DRAFT: 185}
    gaps = Counter(frozenset(v.missing_elements()) for v in versions)
    assert gaps == {frozenset(UNSTATED): 166, frozenset({*UNSTATED, CourseElement.OUTCOMES}): 19}


def test_second_run_changes_nothing(catalogues):
    add_institution("deakin")
    take_over(catalogues["deakin"], "deakin")
    before = list(CourseVersion.objects.order_by("pk").values())

    said = take_over(catalogues["deakin"], "deakin")

    assert said[1] == "Already here, nothing to change: 58."
    assert list(CourseVersion.objects.order_by("pk").values()) == before


def test_row_of_the_other_university_is_refused(catalogues, tmp_path):
    add_institution("glasgow")
    rows = json.loads(catalogues["glasgow"].read_text())[:3]
    rows += json.loads(catalogues["deakin"].read_text())[:1]
    mixed = tmp_path / "mixed.json"
    mixed.write_text(json.dumps(rows))

    said = take_over(mixed, "glasgow")

    assert said[:2] == ["4 rows, 3 different courses.", "New drafts: 3."]
    refused = "row 4 (DAI001): it belongs to Deakin University, not to University of Glasgow."
    assert [line for line in said if refused in line] == said[-1:]
    assert Course.objects.count() == 3


def test_malformed_file_changes_nothing(catalogues, tmp_path):
    add_institution("glasgow")
    whole = catalogues["glasgow"].read_text()
    rows = json.loads(whole)
    rows[100]["learning_outcomes"] = "Program a computer."
    broken = {"half.json": whole[: len(whole) // 2], "mistyped.json": json.dumps(rows)}
    for name, content in broken.items():
        (tmp_path / name).write_text(content)

    with pytest.raises(CommandError, match=r"nothing was changed\.\nThis is not complete JSON"):
        take_over(tmp_path / "half.json", "glasgow")
    with pytest.raises(CommandError, match=r"Row 101, column “learning_outcomes”: must be a list"):
        take_over(tmp_path / "mistyped.json", "glasgow")

    assert Course.objects.count() == 0
