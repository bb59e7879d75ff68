"""The demonstration's courses, programme and modules, made through the catalogue's services."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from credentials.models import CourseVersion, Enrolment, Module, User
from credentials.services import courses, modules, programmes
from credentials.services.modules import PartRow
from credentials.services.outcomes import OutcomeRow
from credentials.vocabulary import CYCLE_OF_EQF
from recognition.demo.grades import SCALES
from recognition.demo.people import World

CATALOGUE = Path(__file__).parent / "catalogue.json"
CRITERIA = {
    "en": "All learning outcomes are shown; four fifths in full.",
    "de": "Alle Lernergebnisse werden gezeigt, vier Fünftel davon in vollem Umfang.",
}
LOCAL = {"lindenfeld": "de", "marisol": "es", "nordhavn": "da"}
"""The language of each institution, in which its courses have a title of their own."""
COPIED = ("language", "eqf_level", "isced_f", "assessment_type", "participation_form")


def make_courses(world: World) -> None:
    """Make and publish all courses; one Lindenfeld course stays a draft that lacks something."""
    keepers = {"lindenfeld": world.orla, "marisol": world.ines, "nordhavn": world.bodil}
    catalogue = json.loads(CATALOGUE.read_text())
    for row in catalogue["modules"] + catalogue["courses"]:
        keeper = keepers[world.units[row["unit"]].institution.slug]
        world.courses[row["code"]] = _make(world, row, by=keeper)
    for code in ("MC-001", "MC-002", "MC-003"):
        courses.assign_teachers(world.courses[code].course, [world.jorun], by=world.orla)
    courses.create(
        world.units["environment"],
        code="MC-004",
        title={"de": "Vögel zählen", "en": "Counting Birds"},
        by=world.orla,
    )
    _make_programme(world, catalogue["modules"])


def _make(world: World, row: dict, *, by: User) -> CourseVersion:
    institution = world.units[row["unit"]].institution
    grades, passing = SCALES[institution.slug]
    titles = {LOCAL[institution.slug]: row["title_local"], "en": row["title"]}
    version = courses.create(world.units[row["unit"]], code=row["code"], title=titles, by=by)
    courses.edit(
        version,
        by=by,
        outcomes=[OutcomeRow(text=text) for text in row["outcomes"]],
        summary=row["summary"],
        description={
            "en": f"{row['summary']['en']} An invented course of the demonstration.",
            "de": f"{row['summary']['de']} Ein erfundener Kurs der Demonstration.",
        },
        ects=Decimal(row["ects"]),
        hours=Decimal(row["ects"]) * institution.hours_per_ects,
        cycle=CYCLE_OF_EQF[row["eqf_level"]],
        assessment_criteria=CRITERIA,
        quality_assurance=institution.quality_assurance,
        quality_agency=institution.quality_agency,
        supervision=row["supervision"],
        grade_scale=grades,
        passed_from=passing,
        **{name: row[name] for name in COPIED},
    )
    version.outcomes.filter(order__in=row.get("not_essential", [])).update(is_essential=False)
    version = courses.publish(version, by=by)
    if "starts_in_days" in row:
        _schedule(version, row, by=by)
    return version


def _schedule(version: CourseVersion, row: dict, *, by: User) -> None:
    starts_on = timezone.localdate() + timedelta(days=row["starts_in_days"])
    is_online = row["participation_form"] == "online"
    offering = {
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=56),
        "place": "Online" if is_online else version.course.institution.city,
        "price": "",
        "url": "",
    }
    courses.schedule(version, [offering], by=by)


def _make_programme(world: World, rows: list[dict]) -> None:
    """Make the bachelor's programme with its modules and parts, publish it, enrol its students."""
    version = programmes.create(
        world.units["lindenfeld"],
        code="BSC-UI",
        regulations="2024",
        title={"de": "Umweltinformatik", "en": "Environmental Informatics"},
        award="Bachelor of Science",
        ects_total=Decimal("180"),
        free_elective_ects=Decimal("12"),
        semesters=6,
        by=world.orla,
    )
    for semester, row in enumerate(rows, start=1):
        module = modules.add(
            version, code=row["code"], semester=semester, ects=Decimal(row["ects"]), by=world.orla
        )
        modules.edit(module, parts=_parts(module, row.get("parts", [])), by=world.orla)
    world.programme = programmes.publish(version, by=world.orla)
    started_on = date(timezone.localdate().year - 1, 10, 1)
    for learner in world.learners.values():
        Enrolment.objects.create(
            learner=learner, programme_version=world.programme, started_on=started_on
        )


def _parts(module: Module, rows: list[dict]) -> list[PartRow]:
    outcomes = {o.order: str(o.uuid) for o in module.course_version.outcomes.all()}
    return [
        PartRow(row["title"], Decimal(row["ects"]), [outcomes[n] for n in row["outcomes"]])
        for row in rows
    ]
