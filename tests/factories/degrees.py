"""Graduates, results and what a programme's supplement says."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from credentials.models import (
    Enrolment,
    Graduate,
    Graduation,
    Institution,
    Learner,
    Module,
    ModuleResult,
    ProgrammeVersion,
    QualificationProfile,
    User,
)
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import make_learner, make_registrar, number

CERTIFIED = date(2026, 11, 26)
SCALE = ("5.0", "4.0", "3.0", "2.0", "1.0")


def make_profile(version: ProgrammeVersion, **fields) -> QualificationProfile:
    """What the supplement says of a programme of informatics."""
    defaults = {
        "isced_f": "0613",
        "languages": ["de"],
        "access": {"en": "Upper secondary school."},
        "mode": "full_time",
        "outcomes": {"en": "Build software for the environment."},
        "grade_scale": list(SCALE),
        "passed_from": "4.0",
        "further_study": {"en": "Access to master programmes."},
    }
    return QualificationProfile.objects.create(programme_version=version, **{**defaults, **fields})


def make_enrolment(
    institution: Institution,
    learner: Learner | None = None,
    version: ProgrammeVersion | None = None,
) -> Enrolment:
    """A learner in a programme that has a profile."""
    if version is None:
        version = make_programme_version(institution)
        make_profile(version)
    learner = learner or make_learner(institution)
    return learner.enrolments.create(programme_version=version, started_on=date(2023, 10, 1))


def make_results(
    enrolment: Enrolment,
    grades: Iterable[str],
    *,
    by: User | None = None,
    achieved_on: date = date(2025, 2, 12),
) -> list[ModuleResult]:
    """A result in a module of its own for each grade."""
    by = by or make_registrar(enrolment.audit_institution)
    return [
        make_result(enrolment, make_module(enrolment.programme_version), grade, by, achieved_on)
        for grade in grades
    ]


def make_result(
    enrolment: Enrolment, module: Module, grade: str, by: User, achieved_on: date, **fields
) -> ModuleResult:
    said = {"term": "WS 2024/25", "ects": Decimal("6"), **fields}
    return enrolment.module_results.create(
        module=module, grade=grade, achieved_on=achieved_on, recorded_by=by, **said
    )


def make_graduation(institution: Institution) -> Graduation:
    return Graduation.objects.create(
        institution=institution,
        name=f"Autumn {next(number)}",
        certified_on=CERTIFIED,
        signatory="Hedda Brandvold",
        capacity={"en": "Dean", "de": "Dekanin"},
    )


def make_graduate(enrolment: Enrolment, graduation: Graduation | None = None, **fields) -> Graduate:
    defaults = {
        "graduated_on": date(2026, 9, 30),
        "final_grade": "1.4",
        "classification": "sehr gut",
    }
    return Graduate.objects.create(
        graduation=graduation or make_graduation(enrolment.audit_institution),
        enrolment=enrolment,
        **{**defaults, **fields},
    )
