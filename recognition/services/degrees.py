"""The only place that gathers what is known of a degree: results, recognised credits, programme.

`with_degrees` and `with_studies` read for any number of people what `facts_of` and
`facts_of_enrolment` say of each of them, in a constant number of queries.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from credentials.models import (
    ComponentType,
    CreditEntry,
    Enrolment,
    Graduate,
    GraduateKind,
    Learner,
    ModuleResult,
    QualificationProfile,
)
from credentials.services import facts
from credentials.standards.diploma_facts import (
    AccreditationFacts,
    ComponentFacts,
    DegreeFacts,
    MicroCredentialFacts,
)
from credentials.standards.facts import BodyFacts, CredentialFacts
from credentials.vocabulary import CredentialType
from recognition import sources
from recognition.services import records
from recognition.services.grade_distributions import Distributions
from recognition.services.records import Entry
from recognition.vocabulary import Track

OF_THE_WHOLE: dict[str, Any] = {
    "eqf_level": None,
    "nqf_level": "",
    "cycle": "",
    "ects_total": None,
    "semesters": None,
    "outcomes": {},
    "classification_rule": {},
    "further_study": {},
    "regulated_profession": {},
}
"""What is said of the qualification at the end of a programme, not of an award for a part of it."""

LAST = 99
"""The semester of what has no place in the order of modules: credits of the elective area."""


def with_studies(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Add to a QuerySet of enrolments what `facts_of_enrolment` reads."""
    return enrolments.select_related(*_programme()).prefetch_related(*_studies())


def with_degrees(graduates: QuerySet[Graduate]) -> QuerySet[Graduate]:
    """Add to a QuerySet of graduates what `facts_of` reads."""
    programme = (f"enrolment__{name}" for name in _programme())
    return graduates.select_related(
        "graduation__institution", "supplement", *programme
    ).prefetch_related(*_studies("enrolment__"))


def _programme() -> tuple[str, ...]:
    return (
        "programme_version__programme__institution",
        "programme_version__profile__administering_body",
    )


def _studies(before: str = "") -> tuple[Prefetch | str, ...]:
    learners = records.with_records(Learner.objects.select_related("institution"))
    # Modules once each, though a whole list shares them.
    results = ModuleResult.objects.prefetch_related("module__course_version__course")
    return (
        Prefetch(f"{before}learner", queryset=learners),
        f"{before}learner__institution__education_systems",
        Prefetch(f"{before}module_results", queryset=results),
    )


def facts_of(graduate: Graduate, tables: Distributions | None = None) -> DegreeFacts:
    """Return what is known of a graduate that comes from `with_degrees`.

    `tables` are those of a run; without number and address, which come with printing.
    """
    graduation, version = graduate.graduation, graduate.enrolment.programme_version
    is_interim = graduate.kind == GraduateKind.INTERIM
    return replace(
        _of_studies(graduate.enrolment, graduation.certified_on, tables),
        id=f"urn:uuid:{graduate.uuid}",
        kind=graduate.kind,
        title_conferred=graduate.title_conferred or ("" if is_interim else version.award),
        graduated_on=graduate.graduated_on,
        final_grade=graduate.final_grade,
        classification=graduate.classification,
        additional=graduate.additional,
        signatory=graduation.signatory,
        capacity=graduation.capacity,
        **(OF_THE_WHOLE if is_interim else {}),
    )


def facts_of_enrolment(
    enrolment: Enrolment, day: date, tables: Distributions | None = None
) -> DegreeFacts:
    """Return what a student has achieved until a day; the enrolment comes from `with_studies`.

    `graduated_on` is the day on which the studies ended, with a degree or without.
    """
    ended_on = enrolment.ended_on
    return replace(
        _of_studies(enrolment, day, tables),
        id=f"urn:uuid:{enrolment.uuid}",
        kind="transcript",
        graduated_on=ended_on if ended_on and ended_on <= day else None,
    )


def entries_until(enrolment: Enrolment, day: date) -> list[Entry]:
    """Return the micro-credentials of a learner that stand and were awarded until a day.

    `counted` is what counts in this programme; in another one it is earned beside this degree.
    """
    printed = records.record_of(enrolment.learner, _credits_until(enrolment, day)).printed
    return [one for one in printed if (records.awarded_on(one.facts) or day) <= day]


def _of_studies(enrolment: Enrolment, day: date, tables: Distributions | None) -> DegreeFacts:
    version, learner = enrolment.programme_version, enrolment.learner
    institution = learner.institution
    own = facts.of_institution(institution)
    systems = {one.country: one.text for one in institution.education_systems.all()}
    entries = entries_until(enrolment, day)
    return DegreeFacts(
        id="",
        kind="",
        number="",
        holder=facts.holder_with(learner, ""),
        title=version.title,
        awarding_body=own,
        programme_code=version.programme.code,
        regulations=version.regulations,
        eqf_level=version.eqf_level,
        cycle=version.cycle,
        ects_total=version.ects_total,
        semesters=version.semesters,
        started_on=enrolment.started_on,
        components=tuple(_components(enrolment, own, day)),
        distribution=(tables or Distributions()).of(version, day),
        micro_credentials=tuple(_earned(one) for one in entries if not one.counted),
        certified_on=day,
        education_system=systems.get(institution.country.upper(), {}),
        **_of_profile(getattr(version, "profile", None), institution.document_languages),
    )


def _of_profile(profile: QualificationProfile | None, languages: Sequence[str]) -> dict:
    if profile is None:
        return {}
    language = next(iter(profile.languages), languages[0])
    other = profile.administering_body
    return {
        "isced_f": profile.isced_f,
        "administering_body": facts.of_body(other, language) if other else None,
        "accreditation": _accreditation(profile, languages[0]),
        "languages": tuple(profile.languages),
        "nqf_level": profile.nqf_level,
        "access": profile.access,
        "mode": profile.mode,
        "outcomes": profile.outcomes,
        "grade_scale": tuple(profile.grade_scale),
        "passed_from": profile.passed_from,
        "classification_rule": profile.classification_rule,
        "further_study": profile.further_study,
        "regulated_profession": profile.regulated_profession,
        "sources": profile.sources,
    }


def _accreditation(profile: QualificationProfile, language: str) -> AccreditationFacts | None:
    said = (profile.quality_assurance, profile.quality_agency, profile.quality_url)
    if not any(said):
        return None
    name = {language: profile.quality_agency} if profile.quality_agency else {}
    agency = BodyFacts(name, profile.quality_agency_country)
    return AccreditationFacts(agency, profile.quality_assurance, profile.quality_url)


# Components: what was passed here, and what was recognised


@dataclass(frozen=True, slots=True)
class _Placed:
    """A component with its place in the order of the programme."""

    semester: int
    code: str
    day: date
    facts: ComponentFacts


def _components(enrolment: Enrolment, own: BodyFacts, day: date) -> Iterator[ComponentFacts]:
    """Yield them by semester of the programme, then by code and by day."""
    found = [
        *(_passed(one) for one in enrolment.module_results.all() if one.achieved_on <= day),
        *(_recognised(one, own) for one in _credits_until(enrolment, day)),
    ]
    for placed in sorted(found, key=lambda one: (one.semester, one.code, one.day)):
        yield placed.facts


def _credits_until(enrolment: Enrolment, day: date) -> list[CreditEntry]:
    """Return what was recorded as recognised for an enrolment until a day, that day included."""
    same = (one for one in enrolment.learner.enrolments.all() if one.pk == enrolment.pk)
    entries = next(same).credit_entries.all()
    return [one for one in entries if timezone.localdate(one.recorded_at) <= day]


def _passed(result: ModuleResult) -> _Placed:
    module = result.module
    said = ComponentFacts(
        title=module.title,
        code=module.code,
        component_type=module.component_type,
        term=result.term,
        achieved_on=result.achieved_on,
        ects=result.ects,
        grade=result.grade,
        eqf_level=module.course_version.eqf_level,
        work_title=result.work_title,
    )
    return _Placed(module.semester, module.code, result.achieved_on, said)


def _recognised(entry: CreditEntry, own: BodyFacts) -> _Placed:
    """Return credits of the ledger with what they were recognised from, as it was decided."""
    source, track = _decided(entry)
    module = entry.module
    awarded_on = records.awarded_on(source)
    said = ComponentFacts(
        title=module.title if module else source.title,
        code=module.code if module else "",
        component_type=module.component_type if module else ComponentType.ELECTIVE.value,
        achieved_on=awarded_on,
        ects=entry.ects,
        grade=entry.grade,
        eqf_level=module.course_version.eqf_level if module else source.eqf_level,
        origin=_origin(source, track, own),
        source_title=source.title,
        source_body=source.awarding_body,
        is_micro_credential=source.type == CredentialType.MICROCREDENTIAL,
    )
    semester = module.semester if module else LAST
    return _Placed(semester, said.code, awarded_on or date.min, said)


def _decided(entry: CreditEntry) -> tuple[CredentialFacts, str]:
    """Return what was put forward for the line that gave the credits, and the line's track."""
    for source in entry.credential.line_sources.all():
        if source.line.uuid == entry.line:
            return sources.facts_of(source), source.line.track
    return facts.of_credential(entry.credential), ""


def _origin(source: CredentialFacts, track: str, own: BodyFacts) -> str:
    """Return what a line is marked as: validation is of prior learning, wherever it was shown."""
    if track == Track.VALIDATION:
        return "prior"
    return "own" if facts.is_same_body(own, source.awarding_body) else "other"


def _earned(entry: Entry) -> MicroCredentialFacts:
    said = entry.facts
    return MicroCredentialFacts(
        title=said.title,
        body=said.awarding_body,
        awarded_on=records.awarded_on(said),
        ects=said.ects,
        hours=said.hours,
        eqf_level=said.eqf_level,
        grade=said.grade.value if said.grade else "",
        code=entry.award.code if entry.award else "",
    )
