"""The demonstration's graduates: regulations that are closed, results, a list to be printed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone

from credentials.models import (
    Course,
    CourseVersion,
    Enrolment,
    GraduateKind,
    Graduation,
    Learner,
    Module,
    ProgrammeVersion,
)
from credentials.services import awards, graduations, qualification_profiles, record_imports
from credentials.standards.record_files import GraduateRow, ResultRow
from credentials.states import PublishingState
from recognition.demo.clock import days_ago
from recognition.demo.grades import SCALES
from recognition.demo.people import World
from recognition.demo.portfolio import sign

# Modules of the regulations 2021: code, titles, ECTS, kind. The first digit is the semester.
MODULES = (
    ("UI-101", "Einführung in die Programmierung", "Introduction to Programming", 10, "core"),
    ("UI-102", "Mathematik für Umweltinformatik", "Mathematics for Informatics", 10, "core"),
    ("UI-103", "Das System Erde", "The Earth System", 10, "core"),
    ("UI-201", "Algorithmen und Datenstrukturen", "Algorithms and Data Structures", 10, "core"),
    ("UI-202", "Statistik", "Statistics", 5, "core"),
    ("UI-203", "Umweltchemie", "Environmental Chemistry", 5, "core"),
    ("UI-204", "Ökologie der Landschaft", "Landscape Ecology", 10, "core"),
    ("UI-301", "Datenbanksysteme", "Database Systems", 5, "core"),
    ("UI-302", "Softwaretechnik", "Software Engineering", 10, "core"),
    ("UI-303", "Hydrologie", "Hydrology", 5, "elective"),
    ("UI-304", "Fernerkundung", "Remote Sensing", 10, "core"),
    ("UI-401", "Geoinformationssysteme", "Geographic Information Systems", 10, "core"),
    ("UI-402", "Maschinelles Lernen", "Machine Learning", 5, "elective"),
    ("UI-403", "Umweltrecht", "Environmental Law", 5, "elective"),
    ("UI-404", "Sensornetze", "Sensor Networks", 10, "core"),
    ("UI-501", "Praktikum in einem Betrieb", "Internship", 15, "internship"),
    ("UI-502", "Umweltmodellierung", "Environmental Modelling", 10, "core"),
    ("UI-503", "Wissenschaftliches Schreiben", "Academic Writing", 5, "core"),
    ("UI-601", "Projekt: Daten einer Stadt", "Project: Data of a City", 10, "core"),
    ("UI-602", "Kolloquium", "Colloquium", 5, "core"),
    ("UI-603", "Bachelorarbeit", "Bachelor's Thesis", 15, "thesis"),
)
THESIS, PAUSED = "UI-603", 11  # so many modules of one who stops with an interim award
THESES = (
    "Grundwasser unter Lindenfeld: ein Modell aus zwanzig Jahren Messungen",
    "Counting Swifts from Radar Echoes",
    "Wie laut ist die Nacht? Schallmessungen mit billigen Sensoren",
    "Soil Moisture from Space, Checked on the Ground",
)


class Person(NamedTuple):
    """An invented graduate; `best` is how far from the best grade they are, in steps."""

    given_name: str
    family_name: str
    born: date | None
    best: int
    modules: int = len(MODULES)


BESIDE = 0  # whose place in PEOPLE it is who has earned a micro-credential beside the studies
PEOPLE = (
    Person("Ansgar", "Birkholm", date(2002, 3, 14), 2),
    Person("Ελένη", "Παπαδημητρίου", date(2001, 11, 2), 0),
    Person("ليلى", "الحداد", date(2002, 6, 21), 1),
    Person("Олена", "Ковальчук", date(2001, 1, 30), 1),
    Person("Zoë", "Łukaszewicz-Đurić", date(2002, 9, 9), 3),
    Person(
        "Maximiliane-Alexandra Theodora",
        "von Hohenfels-Wittgenried zu Lichtenau",
        date(2000, 12, 24),
        4,
    ),
    Person("Þóra", "Sigurðardóttir", date(2001, 7, 17), 2),
    Person("Tiago", "Espírito-Santo Vilhena", date(2002, 2, 5), 5),
    Person("Bengt", "Ødegaard", date(1999, 8, 28), 3),
    Person("Ngaire", "Tamsett", date(2002, 10, 12), 0),
    Person("Imke", "Rautenstrauch", date(2001, 5, 6), 4, PAUSED),
    Person("Corvin", "Seelbach", None, 6, len(MODULES) - 1),  # whose records are not complete
)

PROFILE = {
    "isced_f": "0612",
    "languages": ["de", "en"],
    "quality_assurance": "programme",
    "quality_agency": "Akkreditierungsagentur Musterland",
    "quality_agency_country": "DE",
    "nqf_level": "DQR 6",
    "mode": "full_time",
    "access": {
        "de": "Allgemeine Hochschulreife oder eine gleichwertige Vorbildung (erfunden).",
        "en": "General higher education entrance qualification or its equivalent (invented).",
    },
    "outcomes": {
        "de": "Absolventinnen und Absolventen messen, speichern und deuten Umweltdaten, bauen "
        "Software dafür und erklären ihre Grenzen.",
        "en": "Graduates measure, store and interpret environmental data, build the software for "
        "it, and explain its limits.",
    },
    "classification_rule": {
        "de": "Mittel der Modulnoten, nach ECTS-Punkten gewichtet, nach der ersten "
        "Nachkommastelle abgeschnitten.",
        "en": "Average of the grades of modules, weighted by ECTS credits, cut after one decimal.",
    },
    "further_study": {
        "de": "Berechtigt zur Bewerbung um ein Masterstudium.",
        "en": "Gives access to studies of the second cycle.",
    },
    "sources": {
        "de": "https://lindenfeld.example/umweltinformatik",
        "en": "https://lindenfeld.example/en/environmental-informatics",
    },
}
WORDS = ((Decimal("1.5"), "Sehr gut"), (Decimal("2.5"), "Gut"), (Decimal("3.5"), "Befriedigend"))


def make_graduates(world: World) -> None:
    """Describe both regulations, and make a list of graduates of the old ones."""
    grades, passing = SCALES["lindenfeld"]
    scale = {"grade_scale": grades, "passed_from": passing}
    old = _close_regulations(world)
    for version in (world.programme, old):
        qualification_profiles.describe(version, by=world.orla, **PROFILE, **scale)
    year = timezone.localdate().year - (timezone.localdate().month < 10)
    numbers = _enrol(old, year)
    results = list(_results(numbers, year))
    outlook = record_imports.look_at_results(old.programme, results, by=world.orla)
    record_imports.take_over_results(old.programme, results, by=world.orla, seen=outlook.mark)
    graduation = graduations.make(
        world.institutions["lindenfeld"],
        name=f"Graduates, autumn {year}",
        certified_on=date(year, 9, 30),
        signatory="Prof. Dr. Wiebke Althoff",
        capacity={"de": "Vorsitzende des Prüfungsausschusses", "en": "Chair of examinations"},
        by=world.orla,
    )
    _earn_beside(world, graduation, numbers[BESIDE])
    _graduate(world, graduation, results, numbers)


def _earn_beside(world: World, graduation: Graduation, number: str) -> None:
    """Award a micro-credential before the degree: a page of it is bound to the supplement."""
    learner = world.institutions["lindenfeld"].learners.get(student_number=number)
    since = (timezone.localdate() - graduation.certified_on).days
    with days_ago(since + 45):
        sign(awards.award_directly(world.courses["MC-001"], learner, by=world.jorun, grade="1.3"))


def _close_regulations(world: World) -> ProgrammeVersion:
    """Make the regulations that came before those of today, with courses not offered any more."""
    version = ProgrammeVersion.objects.create(
        programme=world.programme.programme,
        regulations="2021",
        state=PublishingState.RETIRED,
        title=world.programme.title,
        award=world.programme.award,
        ects_total=sum(row[3] for row in MODULES),
        semesters=6,
    )
    unit, institution = world.units["informatics"], world.institutions["lindenfeld"]
    courses = Course.objects.bulk_create(
        Course(institution=institution, unit=unit, code=row[0]) for row in MODULES
    )
    grades, passing = SCALES["lindenfeld"]
    published_at = timezone.now() - timedelta(days=5 * 365)
    versions = CourseVersion.objects.bulk_create(
        CourseVersion(
            course=course,
            state=PublishingState.RETIRED,
            published_at=published_at,
            title={"de": german, "en": english},
            ects=ects,
            hours=ects * 30,
            language="de",
            eqf_level=6,
            isced_f="0612",
            grade_scale=grades,
            passed_from=passing,
        )
        for course, (_code, german, english, ects, _kind) in zip(courses, MODULES, strict=True)
    )
    Module.objects.bulk_create(
        Module(
            programme_version=version,
            course_version=taught,
            semester=int(code[3]),
            component_type=kind,
            ects=ects,
            is_recognisable=False,
        )
        for taught, (code, _german, _english, ects, kind) in zip(versions, MODULES, strict=True)
    )
    return version


def _enrol(version: ProgrammeVersion, year: int) -> list[str]:
    """Enter the students; return their numbers."""
    learners = Learner.objects.bulk_create(
        Learner(
            institution=version.institution,
            given_name=person.given_name,
            family_name=person.family_name,
            birth_date=person.born,
            student_number=str(number),
        )
        for number, person in enumerate(PEOPLE, start=38104400)
    )
    started_on = date(year - 3, 10, 1)
    Enrolment.objects.bulk_create(
        Enrolment(learner=learner, programme_version=version, started_on=started_on)
        for learner in learners
    )
    return [learner.student_number for learner in learners]


def _results(numbers: list[str], year: int):
    """Yield what each has passed: a semester ends in February or July."""
    passing = [grade for grade in reversed(SCALES["lindenfeld"][0]) if grade != "5.0"]
    for place, (number, person) in enumerate(zip(numbers, PEOPLE, strict=True)):
        for count, (code, *_titles, _ects, _kind) in enumerate(MODULES[: person.modules]):
            semester = int(code[3])
            study_year = year - 3 + semester // 2
            is_winter = semester % 2 == 1
            end = date(study_year + 1, 2, 14) if is_winter else date(study_year, 7, 18)
            yield ResultRow(
                number=0,
                student_number=number,
                module=code,
                achieved_on=end,
                grade=passing[min(person.best + (place + count * 3) % 4, len(passing) - 1)],
                term=f"WS {study_year}/{study_year + 1 - 2000}"
                if is_winter
                else f"SS {study_year}",
                work_title=THESES[place % len(THESES)] if code == THESIS else "",
            )


def _graduate(
    world: World, graduation: Graduation, results: list[ResultRow], numbers: list[str]
) -> None:
    rows = []
    for number, person in zip(numbers, PEOPLE, strict=True):
        is_interim = person.modules == PAUSED
        grade = _average([row for row in results if row.student_number == number])
        word = next((word for limit, word in WORDS if grade <= limit), "Ausreichend")
        rows.append(
            GraduateRow(
                number=0,
                student_number=number,
                programme=world.programme.programme.code,
                graduated_on=graduation.certified_on,
                kind=GraduateKind.INTERIM if is_interim else GraduateKind.DEGREE,
                title_conferred="Zertifikat Umweltdaten (erfunden)" if is_interim else "",
                final_grade=str(grade),
                classification=f"{word} ({str(grade).replace('.', ',')})",
            )
        )
    outlook = record_imports.look_at_graduates(graduation, rows, by=world.orla)
    record_imports.take_over_graduates(graduation, rows, by=world.orla, seen=outlook.mark)


def _average(results: list[ResultRow]) -> Decimal:
    """Return the grade by the rule in PROFILE."""
    weights = {code: ects for code, _german, _english, ects, _kind in MODULES}
    total = sum(Decimal(row.grade) * weights[row.module] for row in results)
    return (total / sum(weights[row.module] for row in results) * 10 // 1) / 10
