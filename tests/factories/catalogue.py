"""Courses and programmes."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from credentials.models import (
    Course,
    CourseVersion,
    Institution,
    LearningOutcome,
    Module,
    ModulePart,
    Programme,
    ProgrammeVersion,
)
from credentials.search import text_of
from credentials.states import PublishingState
from credentials.vocabulary import (
    AssessmentType,
    Cycle,
    ParticipationForm,
    QualityAssurance,
    Supervision,
)
from tests.factories.people import number, root_of

OUTCOMES = (
    "Import, clean and combine data sets from several sources.",
    "Describe a data set with suitable measures and charts.",
    "Build and check a linear regression model.",
    "Explain how data were produced and judge their quality.",
)


def make_course_version(
    institution: Institution, *, outcomes=OUTCOMES, published=True, teachers=(), unit=None, **fields
) -> CourseVersion:
    """A complete course, published unless said otherwise; the last outcome is not essential."""
    n = next(number)
    course = Course.objects.create(
        institution=institution,
        unit=unit or root_of(institution),
        code=fields.pop("code", f"INF-{n}"),
    )
    course.teachers.set(teachers)
    defaults = {
        "title": {"en": f"Data Analysis {n}", "de": f"Datenanalyse {n}"},
        "summary": {"en": "Turn raw measurements into answers."},
        "description": {"en": "How to work with data."},
        "language": "en",
        "ects": Decimal("5"),
        "hours": Decimal("125"),
        "eqf_level": 6,
        "cycle": Cycle.FIRST,
        "isced_f": "0612",
        "assessment_type": AssessmentType.PROJECT,
        "assessment_criteria": {"en": "All outcomes are shown in one project."},
        "participation_form": ParticipationForm.ONLINE,
        "quality_assurance": QualityAssurance.INSTITUTION,
        "quality_agency": "Test Agency",
        "supervision": Supervision.SUPERVISED_ONLINE,
        "grade_scale": ["5.0", "4.0", "3.0", "2.0", "1.0"],
        "passed_from": "4.0",
    }
    if published:
        defaults |= {
            "state": PublishingState.PUBLISHED,
            "published_at": timezone.now() - timedelta(days=30),
        }
    version = CourseVersion.objects.create(course=course, **{**defaults, **fields})
    LearningOutcome.objects.bulk_create(
        LearningOutcome(
            course_version=version,
            order=order,
            text={"en": text},
            is_essential=order < len(outcomes),
        )
        for order, text in enumerate(outcomes, start=1)
    )
    version.search_text = text_of(version, version.outcomes.all())
    version.save()
    return version


def make_programme_version(institution: Institution, **fields) -> ProgrammeVersion:
    n = next(number)
    programme = Programme.objects.create(
        institution=institution, unit=fields.pop("unit", None) or root_of(institution), code=f"P{n}"
    )
    defaults = {
        "regulations": "2024",
        "state": PublishingState.PUBLISHED,
        "title": {"en": f"Environmental Informatics {n}", "de": f"Umweltinformatik {n}"},
        "award": "Bachelor of Science",
        "ects_total": Decimal("180"),
        "free_elective_ects": Decimal("12"),
    }
    return ProgrammeVersion.objects.create(programme=programme, **{**defaults, **fields})


def make_module(programme_version: ProgrammeVersion, *, parts=(), **fields) -> Module:
    """A module with a course version of its own; `parts` are (ects, [outcome orders]) pairs."""
    ects = fields.pop("ects", Decimal("6"))
    version = fields.pop("course_version", None) or make_course_version(
        programme_version.programme.institution,
        ects=ects,
        unit=programme_version.programme.unit,
    )
    module = Module.objects.create(
        programme_version=programme_version, course_version=version, ects=ects, **fields
    )
    for order, (part_ects, orders) in enumerate(parts, start=1):
        part = ModulePart.objects.create(
            module=module, order=order, title={"en": f"Part {order}"}, ects=part_ects
        )
        part.outcomes.set(version.outcomes.filter(order__in=orders))
    return module
