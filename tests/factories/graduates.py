"""Students with results, lists of graduates, and what documents say of their programmes."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from credentials.models import (
    Credential,
    CreditEntry,
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
from credentials.services import graduations, module_results, qualification_profiles
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import make_institution, make_learner, make_registrar, make_user, number
from tests.factories.recognition import make_external_credential

DAY = date(2026, 7, 18)
PROFILE = {
    "isced_f": "0612",
    "languages": ["de", "en"],
    "quality_assurance": "programme",
    "quality_agency": "Test Agency",
    "quality_agency_country": "DE",
    "nqf_level": "DQR 6",
    "access": {"de": "Abitur.", "en": "School leaving certificate."},
    "mode": "full_time",
    "outcomes": {"de": "Messen und deuten.", "en": "Measure and interpret."},
    "grade_scale": ["5.0", "4.0", "3.0", "2.0", "1.0"],
    "passed_from": "4.0",
    "classification_rule": {"de": "Der Durchschnitt.", "en": "The average."},
    "further_study": {"de": "Master.", "en": "Second cycle."},
    "sources": {"de": "https://test.example/", "en": "https://test.example/en/"},
}


def make_enrolment(
    institution: Institution | None = None,
    *,
    learner: Learner | None = None,
    version: ProgrammeVersion | None = None,
    started_on: date | None = date(2023, 10, 1),
    ended_on: date | None = None,
) -> Enrolment:
    if institution is None:
        known = learner or version
        institution = known.institution if known else make_institution()
    return Enrolment.objects.create(
        learner=learner or make_learner(institution),
        programme_version=version or make_programme_version(institution),
        started_on=started_on,
        ended_on=ended_on,
    )


def make_profile(
    version: ProgrammeVersion, *, by: User | None = None, **said
) -> QualificationProfile:
    """A profile that lacks nothing."""
    by = by or make_registrar(version.institution)
    return qualification_profiles.describe(version, by=by, **{**PROFILE, **said})


def make_studies(institution: Institution, learner: Learner | None = None) -> Enrolment:
    """A student in a programme that has a profile."""
    version = make_programme_version(institution)
    make_profile(version)
    return make_enrolment(institution, learner=learner, version=version)


def make_result(
    enrolment: Enrolment, module: Module | None = None, *, by: User | None = None, **fields
) -> ModuleResult:
    module = module or make_module(enrolment.programme_version)
    by = by or make_registrar(enrolment.learner.institution)
    said = {"achieved_on": DAY, "grade": "2.0", **fields}
    return module_results.enter(enrolment, module, by=by, **said)


def make_results(
    enrolment: Enrolment,
    grades: Iterable[str],
    *,
    achieved_on: date = date(2025, 2, 12),
    modules: Iterable[Module] = (),
    **fields,
) -> list[ModuleResult]:
    """Results as they stand, of any day and any grade, each in a module of its own."""
    by, given = make_registrar(enrolment.audit_institution), iter(modules)
    said = {"term": "WS 2024/25", "ects": Decimal("6"), **fields}
    return [
        enrolment.module_results.create(
            module=next(given, None) or make_module(enrolment.programme_version),
            grade=grade,
            achieved_on=achieved_on,
            recorded_by=by,
            **said,
        )
        for grade in grades
    ]


def make_graduation(institution: Institution, *, by: User | None = None, **fields) -> Graduation:
    said = {
        "name": f"Graduates {next(number)}",
        "certified_on": DAY,
        "signatory": "Wiebke Althoff",
        "capacity": {"de": "Prüfungsamt", "en": "Registrar"},
        **fields,
    }
    return graduations.make(institution, by=by or make_registrar(institution), **said)


def make_graduate(
    graduation: Graduation,
    enrolment: Enrolment | None = None,
    *,
    by: User | None = None,
    **fields,
) -> Graduate:
    enrolment = enrolment or make_enrolment(graduation.institution)
    by = by or make_registrar(graduation.institution)
    said = {"graduated_on": DAY, "final_grade": "2.0", **fields}
    return graduations.add(graduation, enrolment, by=by, **said)


def make_complete_graduate(graduation: Graduation, version: ProgrammeVersion) -> Graduate:
    """One whose only module has the credits of the whole programme."""
    module = version.modules.first() or make_module(version, ects=Decimal("60"))
    enrolment = make_enrolment(version=version)
    make_result(enrolment, module)
    return make_graduate(graduation, enrolment)


def recognise(enrolment: Enrolment, module: Module | None, ects: str = "6") -> CreditEntry:
    """Credits in the ledger as a decision writes them, in the place of a module where one is."""
    credential: Credential = make_external_credential(make_user())
    return CreditEntry.objects.create(
        enrolment=enrolment,
        credential=credential,
        source_key=f"key {next(number)}",
        module=module,
        fills_module=module is not None,
        ects=Decimal(ects),
        line=credential.uuid,
        decision=credential.uuid,
        recorded_by=make_registrar(enrolment.learner.institution),
    )


def make_many_graduates(graduation: Graduation, count: int, *, modules: int = 30) -> None:
    """A whole year of one programme, each with a result in every module, in few queries."""
    version = make_programme_version(graduation.institution, ects_total=6 * modules)
    make_profile(version)
    taught = [
        make_module(version, semester=1 + number // 5, ects=Decimal("6"))
        for number in range(modules)
    ]
    by = make_registrar(graduation.institution)
    for start in range(0, count, 100):
        learners = Learner.objects.bulk_create(
            Learner(
                institution=graduation.institution,
                given_name="Nela",
                family_name=f"Ardwen {one:05}",
                birth_date=date(2004, 5, 4),
                student_number=str(50_000_000 + one),
            )
            for one in range(start, min(count, start + 100))
        )
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(learner=one, programme_version=version, started_on=date(2023, 10, 1))
            for one in learners
        )
        said = {"achieved_on": DAY, "ects": Decimal("6"), "recorded_by": by}
        ModuleResult.objects.bulk_create(
            ModuleResult(enrolment=one, module=module, grade=f"{1 + number % 3}.0", **said)
            for one in enrolments
            for number, module in enumerate(taught, start=one.pk)
        )
        Graduate.objects.bulk_create(
            Graduate(graduation=graduation, enrolment=one, graduated_on=DAY, final_grade="2.0")
            for one in enrolments
        )
