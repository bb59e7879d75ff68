"""The only place that reads facts out of the database: of awards, institutions, credentials."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from credentials.language import LanguageMap
from credentials.models import (
    Award,
    AwardingBody,
    CourseVersion,
    Credential,
    Institution,
    Learner,
    LearningOutcome,
    StatusEntry,
    StatusList,
)
from credentials.services import keys, status
from credentials.standards import facts_json
from credentials.standards.facts import (
    BodyFacts,
    CredentialFacts,
    GradeFacts,
    HolderFacts,
    Identifier,
    OutcomeFacts,
)
from credentials.trust import acceptance
from credentials.vocabulary import BodyStatus, CredentialType


def address(name: str, *arguments: object) -> str:
    """Return the public address of a page: it is part of what is signed and printed."""
    return settings.ADDRESS + reverse(name, args=arguments)


def addresses(name: str) -> Callable[[UUID | str], str]:
    """Return what gives the public addresses of many pages of a kind that has one argument."""
    form = address(name, UUID(int=0))
    before, _, after = form.partition(str(UUID(int=0)))
    return lambda argument: f"{before}{argument}{after}"


def of_credential(credential: Credential) -> CredentialFacts:
    """Return the facts as they were frozen; raises `BadFacts` when the row was tampered with."""
    return facts_json.from_json(credential.facts)


def of_institution(institution: Institution) -> BodyFacts:
    return BodyFacts(
        name=institution.name,
        country=institution.country,
        region=institution.region,
        id=keys.did_of(institution),
        url=institution.url,
        identifiers=tuple(
            Identifier(scheme, str(value))
            for scheme, value in sorted(institution.identifiers.items())
        ),
        status=BodyStatus.RECOGNISED.value,
        quality_agency=institution.quality_agency,
    )


def is_same_body(own: BodyFacts, stated: BodyFacts) -> bool:
    """Whether untrusted facts name this institution, by number, by DID, or by its full name."""
    known = {(one.scheme, one.value) for one in own.identifiers}
    if known & {(one.scheme, one.value) for one in stated.identifiers}:
        return True
    if own.id and stated.id == own.id:
        return True
    names = {name.casefold() for name in own.name.values() if name}
    return any(name.casefold() in names for name in stated.name.values())


def education_system(institution: Institution, country: str) -> LanguageMap:
    """Return what an institution says of the higher education system of a country, {} if nothing.

    `country`: ISO 3166-1 alpha-2.
    """
    said = institution.education_systems.filter(country=country.upper())
    return said.values_list("text", flat=True).first() or {}


def of_body(body: AwardingBody, language: str) -> BodyFacts:
    """Return an entry of a register; `language` is taken for that of its name."""
    legal = "eidas" if acceptance.is_official_number(body.legal_id) else "national"
    known = {
        "erasmus": body.erasmus_code,
        "schac": body.schac_code,
        "deqar": body.deqar_id,
        legal: body.legal_id,
    }
    return BodyFacts(
        name={language: body.name},
        country=body.country,
        id=body.did,
        url=body.url,
        identifiers=tuple(Identifier(name, value) for name, value in known.items() if value),
        status=body.status,
        quality_agency=body.quality_agency,
    )


def facts_of_award(award: Award) -> CredentialFacts:
    """Return what an award says, read from course, learner and institution as they are now.

    Called once, when the award is made; afterwards `of_credential(award.credential)` says it.
    """
    entries = award.credential.status_entries
    return replace(
        shared_by_awards(award.course_version, award.learner.institution),
        id=address("credential-id", award.credential.uuid),
        number=award.number,
        holder=holder_of(award.learner, name=award.holder_name),
        issued_on=award.credential.created_at.replace(microsecond=0),
        awarded_on=award.awarded_on,
        grade=grade_of(award.course_version, award.grade),
        verify_url=address("verify-code", award.code),
        replaces=_first_of(award.supersedes) if award.supersedes else "",
        **of_status(entries.of_revocation().get()),
    )


def shared_by_awards(version: CourseVersion, institution: Institution) -> CredentialFacts:
    """Return what every award of a course says; the rest is the learner's own."""
    return CredentialFacts(
        id="",
        type=CredentialType.MICROCREDENTIAL.value,
        awarding_body=of_institution(institution),
        hours_per_ects=institution.hours_per_ects,
        **_of_course(version),
    )


def _first_of(award: Award) -> str:
    """Return the id of the first credential in a row of corrections."""
    stated = of_credential(award.credential)
    return stated.replaces or stated.id


def holder_of(learner: Learner, *, name: str = "") -> HolderFacts:
    """Return a learner as the institution knows them; `name`: as frozen before."""
    email = learner.emails.values_list("email", flat=True).order_by("pk").first()
    return holder_with(learner, email or "", name=name)


def holder_with(learner: Learner, email: str, *, name: str = "") -> HolderFacts:
    """Return the same of a learner whose first address is known."""
    return HolderFacts(
        name=name or learner.name,
        given_name=learner.given_name,
        family_name=learner.family_name,
        birth_date=learner.birth_date,
        student_number=learner.student_number,
        email=email,
    )


def grade_of(version: CourseVersion, grade: str) -> GradeFacts | None:
    """Return a grade with the scale of its course; None where there is none."""
    if not grade:
        return None
    return GradeFacts(
        value=grade, scale=tuple(version.grade_scale), passed_from=version.passed_from
    )


def _of_course(version: CourseVersion) -> dict:
    return {
        "title": version.title,
        "description": version.description or version.summary,
        "outcomes": tuple(of_outcome(outcome) for outcome in version.outcomes.all()),
        "ects": version.ects,
        "hours": version.hours,
        "eqf_level": version.eqf_level,
        "cycle": version.cycle,
        "isced_f": version.isced_f,
        "language": version.language,
        "assessment_type": version.assessment_type,
        "assessment_criteria": version.assessment_criteria,
        "participation_form": version.participation_form,
        "quality_assurance": version.quality_assurance,
        "quality_agency": version.quality_agency,
        "quality_url": version.quality_url,
        "prerequisites": version.prerequisites,
        "supervision": version.supervision,
        "stackability": version.stackability,
        "stackable_towards": version.stackable_towards,
        "further_information": version.further_information,
        "course_url": address("course-detail", version.uuid),
        "course_code": version.course.code,
        "course_version": str(version.number),
        "joint_bodies": tuple(
            of_body(body, version.language or "en") for body in version.joint_bodies.all()
        ),
    }


def of_outcome(outcome: LearningOutcome) -> OutcomeFacts:
    skills = tuple((uri, label) for uri, label in outcome.skills)
    return OutcomeFacts(text=outcome.text, skills=skills)


def of_status(entry: StatusEntry) -> dict:
    """Return where the status of a credential is published, of its place among revocations."""
    return of_place(entry.status_list, entry.index)


def of_place(kept: StatusList, index: int) -> dict:
    """Return the same of a place in a list of revocations."""
    return {
        "status_url": status.url_of(kept),
        "status_index": index,
        "suspension_url": status.url_of(kept.suspensions),
    }
