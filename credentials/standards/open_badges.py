"""The only place that writes and reads Open Badges 3.0 (on Verifiable Credentials 2.0).

Carries all eleven elements of Annex I of the Council Recommendation 2022/C 243/02 by core terms
and alignments. Texts stand in one language: the standard's schema knows plain strings only.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from credentials.language import in_language, on_paper
from credentials.standards import open_badges_alignments as alignments
from credentials.standards import open_badges_evidence as evidence
from credentials.standards import open_badges_identity as identity
from credentials.standards import open_badges_joint as joint
from credentials.standards import values
from credentials.standards import verifiable_credentials as envelope
from credentials.standards.contexts import CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS
from credentials.standards.documents import in_each
from credentials.standards.facts import (
    BodyFacts,
    CredentialFacts,
    GradeFacts,
    Identifier,
)
from credentials.standards.values import UNKNOWN_LANGUAGE
from credentials.trust import status_list
from credentials.vocabulary import CredentialType

SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
TYPES = {"OpenBadgeCredential", "AchievementCredential"}
ACHIEVEMENT_TYPES: dict[str, str] = {
    CredentialType.MICROCREDENTIAL: "MicroCredential",
    CredentialType.COURSE: "Course",
    CredentialType.MODULE: "ext:Module",
    CredentialType.BADGE: "Badge",
    CredentialType.ATTENDANCE: "ext:Attendance",
    CredentialType.LANGUAGE: "ext:LanguageCertificate",
    CredentialType.PROFESSIONAL: "Certification",
    CredentialType.DIPLOMA: "Diploma",
    CredentialType.RECOGNITION: "ext:RecognitionDecision",
    CredentialType.OTHER: "ext:Other",
}
READ_TYPES: dict[str, str] = {
    **{name: code for code, name in ACHIEVEMENT_TYPES.items()},
    **dict.fromkeys(("Certificate", "CertificateOfCompletion"), CredentialType.COURSE),
    **dict.fromkeys(("License", "MasterCertificate"), CredentialType.PROFESSIONAL),
    **dict.fromkeys(
        ("Degree", "AssociateDegree", "BachelorDegree", "MasterDegree", "DoctoralDegree"),
        CredentialType.DIPLOMA,
    ),
}
IDENTIFIER_TYPES = {"schac": "ext:SCHAC", "erasmus": "ext:ErasmusCode", "pic": "ext:PIC"}


def write(
    facts: CredentialFacts, *, issuer_id: str = "", language: str = "", salt: str = ""
) -> dict:
    """Return the unsigned credential that states `facts`.

    `issuer_id` is the DID that will sign (default: the id of the awarding body), `language` the
    one to write in (default: that of the course, where the title has it). The holder's e-mail
    is written only hashed, with `salt`, and not at all without one; birth date and student
    number are left out, since a learner may publish the badge.
    """
    language = language or facts.main_language()
    course = facts.course_url or alignments.anchor(facts.id, "achievement")
    issuer = replace(facts.awarding_body, id=issuer_id or facts.awarding_body.id)
    with override(language):
        credential = {
            "@context": [CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS],
            "id": facts.id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": in_language(facts.title, language),
            "issuer": _profile(issuer, language),
            "validFrom": moment(facts.issued_on),
            "validUntil": moment(facts.valid_until),
            "awardedDate": _midnight(facts.awarded_on),
            "credentialSubject": _subject(facts, course, language, salt),
            "evidence": evidence.write(facts.evidence, facts.replaces, language),
            "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
            "credentialStatus": status_list.entry(
                url=facts.status_url, index=facts.status_index, suspensions=facts.suspension_url
            )
            if facts.status_url and facts.status_index is not None
            else None,
        }
    return _without_empty(credential)


def _subject(facts: CredentialFacts, course: str, language: str, salt: str) -> dict:
    holder, platform, source = facts.holder, facts.platform, {}
    if platform:
        own_id = platform.id or platform.url or alignments.anchor(course, "platform")
        source = _profile(replace(platform, id=own_id), language)
    return {
        "id": holder.id if holder else "",
        "type": ["AchievementSubject"],
        "identifier": identity.write(holder, salt) if holder else [],
        "activityStartDate": _midnight(facts.activity_from),
        "activityEndDate": _midnight(facts.activity_to),
        "creditsEarned": _number(facts.ects),
        "licenseNumber": facts.number,
        "source": source,
        "achievement": _achievement(facts, course, language),
        "result": _result(facts.grade, course),
    }


def _achievement(facts: CredentialFacts, course: str, language: str) -> dict:
    title = in_language(facts.title, language)
    return {
        "id": course,
        "type": ["Achievement"],
        "achievementType": ACHIEVEMENT_TYPES[facts.type] if facts.type else "",
        "name": title,
        "description": in_language(facts.description, language) or title,
        "humanCode": facts.course_code,
        "version": facts.course_version,
        "inLanguage": language,
        "creditsAvailable": _number(facts.ects),
        "fieldOfStudy": f"ISCED-F {facts.isced_f}" if facts.isced_f else "",
        "criteria": {"id": course, "narrative": _narrative(facts, language)},
        "alignment": [
            *alignments.write(facts, course=course, language=language),
            *joint.write(facts.joint_bodies, course=course, language=language),
        ],
        "resultDescription": _result_description(facts.grade, course),
    }


def _narrative(facts: CredentialFacts, language: str) -> str:
    """Return in Markdown, for people, what a wallet shows as the criteria."""
    sections = (
        (_("Prerequisites"), in_language(facts.prerequisites, language)),
        (
            _("Learning outcomes"),
            "\n".join(
                f"{position}. {' '.join(in_language(outcome.text, language).split())}"
                for position, outcome in enumerate(facts.outcomes, start=1)
            ),
        ),
        (_("Assessment"), in_language(facts.assessment_criteria, language)),
    )
    return "\n\n".join(f"**{name}**\n\n{body}" for name, body in sections if body)


def _result(grade: GradeFacts | None, course: str) -> list[dict]:
    if not grade:
        return []
    place = alignments.anchor(course, "grade")
    return [{"type": ["Result"], "resultDescription": place, "value": grade.value}]


def _result_description(grade: GradeFacts | None, course: str) -> list[dict]:
    if not grade:
        return []
    return [
        {
            "id": alignments.anchor(course, "grade"),
            "type": ["ResultDescription"],
            "name": grade.scale_name or _("Grade"),
            "resultType": "Result",
            "allowedValue": list(grade.scale),
            "requiredValue": grade.passed_from,
        }
    ]


def _profile(body: BodyFacts, language: str) -> dict:
    address = {"addressCountryCode": body.country, "addressRegion": body.region}
    return {
        "id": body.id,
        "type": ["Profile"],
        "name": in_language(body.name, language),
        "url": body.url,
        "address": {"type": ["Address"], **address} if any(address.values()) else {},
        "otherIdentifier": [
            {
                "type": "IdentifierEntry",
                "identifier": identifier.value,
                "identifierType": IDENTIFIER_TYPES.get(
                    identifier.scheme, f"ext:{identifier.scheme}"
                ),
            }
            for identifier in body.identifiers
        ],
    }


def moment(moment: datetime | None) -> str:
    """Return a moment as XML Schema writes it, in UTC; "" for none."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _midnight(day: date | None) -> str:
    return f"{day.isoformat()}T00:00:00Z" if day else ""


def _number(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _without_empty(value: Any) -> Any:
    """Return JSON without empty entries, which the standard does not allow."""
    if isinstance(value, dict):
        kept = {key: _without_empty(child) for key, child in value.items()}
        return {key: child for key, child in kept.items() if child not in ("", None, [], {})}
    return [_without_empty(child) for child in value] if isinstance(value, list) else value


def read(document: dict) -> CredentialFacts:
    """Return what an untrusted credential says; what it does not say stays unknown.

    Takes single values for lists and language objects for texts. Says nothing about whether
    the credential is genuine.
    """
    subject = values.item(document.get("credentialSubject"))
    achievement = values.item(subject.get("achievement"))
    language = _language_of(achievement)
    course = values.identifier(achievement.get("id"))
    title = values.texts(achievement.get("name") or document.get("name"), language)
    description = values.texts(achievement.get("description"), language)
    facts: dict[str, Any] = {
        "title": title,
        "description": description if description != title else {},
        "language": language if language != UNKNOWN_LANGUAGE else "",
        **_read_criteria(achievement, course, language),
    }
    status = values.item(document.get("credentialStatus"))
    index = values.number(status.get("statusListIndex"))
    rests_on, replaces = evidence.read(document.get("evidence"), language)
    return CredentialFacts(
        id=values.identifier(document.get("id")),
        awarding_body=_read_body(document.get("issuer"), language),
        holder=identity.read(subject),
        number=values.line(subject.get("licenseNumber"), 200),
        type=str(READ_TYPES.get(values.line(achievement.get("achievementType")), "")),
        platform=_read_platform(subject, course, language),
        issued_on=envelope.valid_from(document),
        awarded_on=values.day(document.get("awardedDate")),
        valid_until=envelope.valid_until(document),
        activity_from=values.day(subject.get("activityStartDate")),
        activity_to=values.day(subject.get("activityEndDate")),
        ects=_read_ects(subject, achievement),
        grade=_read_grade(subject, achievement, language),
        course_url=_read_course(achievement, document),
        course_code=values.line(achievement.get("humanCode"), 100),
        course_version=values.line(achievement.get("version"), 100),
        status_url=values.url(status.get("statusListCredential")),
        status_index=int(index) if index is not None else None,
        suspension_url=values.url(status.get("statusReference")),
        evidence=rests_on,
        replaces=replaces,
        **facts,
    )


def _language_of(achievement: dict) -> str:
    tag = values.line(achievement.get("inLanguage"), 20)
    return tag if values.LANGUAGE_TAG.fullmatch(tag) else UNKNOWN_LANGUAGE


def _read_criteria(achievement: dict, course: str, language: str) -> dict[str, Any]:
    stated = values.items(achievement.get("alignment"))
    facts = alignments.read(stated, course=course, language=language)
    facts["joint_bodies"] = joint.read(stated, course=course, language=language)
    if not any(values.line(entry.get("targetType")) in alignments.OWN_TYPES for entry in stated):
        # Elsewhere the criteria are all that is said about the assessment.
        narrative = values.item(achievement.get("criteria")).get("narrative")
        facts["assessment_criteria"] = values.texts(narrative, language)
    return facts


def _read_ects(subject: dict, achievement: dict) -> Decimal | None:
    earned = values.number(subject.get("creditsEarned"))
    return earned if earned is not None else values.number(achievement.get("creditsAvailable"))


def _read_course(achievement: dict, document: dict) -> str:
    url = values.url(achievement.get("id"))
    own = alignments.anchor(values.identifier(document.get("id")), "achievement")
    return url if url != own else ""


def _read_body(value: object, language: str) -> BodyFacts:
    profile = values.item(value)
    address = values.item(profile.get("address"))
    country = values.line(address.get("addressCountryCode"), 2).upper()
    schemes = {name: scheme for scheme, name in IDENTIFIER_TYPES.items()}
    return BodyFacts(
        name=values.texts(profile.get("name"), language),
        country=country if len(country) == 2 and country.isalpha() else "",
        region=values.line(address.get("addressRegion"), 200),
        id=values.identifier(value),
        url=values.url(profile.get("url")),
        identifiers=tuple(
            Identifier(schemes.get(name, name.removeprefix("ext:")), number)
            for entry in values.items(profile.get("otherIdentifier"))
            if (name := values.line(entry.get("identifierType"), 60))
            and (number := values.line(entry.get("identifier"), 200))
        ),
    )


def _read_platform(subject: dict, course: str, language: str) -> BodyFacts | None:
    if not values.item(subject.get("source")):
        return None
    body = _read_body(subject["source"], language)
    made_up = (body.url, alignments.anchor(course, "platform"))
    return replace(body, id="") if body.id in made_up else body


def _read_grade(subject: dict, achievement: dict, language: str) -> GradeFacts | None:
    for result in values.items(subject.get("result")):
        value = values.line(result.get("value"), 100)
        if not value:
            continue
        described = next(
            (
                entry
                for entry in values.items(achievement.get("resultDescription"))
                if entry.get("id") and entry["id"] == result.get("resultDescription")
            ),
            {},
        )
        name = values.line(described.get("name"), 200)
        allowed = values.many(described.get("allowedValue"))
        # English too: what was written before a language was translated has English words.
        unnamed = in_each((on_paper(language), "en"), lambda _tag: _("Grade")).values()
        return GradeFacts(
            value=value,
            scale_name=name if name not in unnamed else "",
            scale=tuple(found for entry in allowed if (found := values.line(entry, 100))),
            passed_from=values.line(described.get("requiredValue"), 100),
        )
    return None


def problems(document: object) -> list[str]:
    """Return what keeps `document` from being an Open Badge 3.0, one sentence each.

    Names places by JSONPath. Not the whole schema: what a reader relies on.
    """
    found = envelope.problems(document)
    if not isinstance(document, dict):
        return found
    if not TYPES & values.types(document.get("type")):
        found.append(envelope.missing("$.type: OpenBadgeCredential"))
    subject = values.item(document.get("credentialSubject"))
    if not subject.get("id") and not values.items(subject.get("identifier")):
        found.append(envelope.missing("$.credentialSubject.id"))
    achievement = values.item(subject.get("achievement"))
    for name in ("id", "name", "description", "criteria"):
        if not achievement.get(name):
            found.append(envelope.missing(f"$.credentialSubject.achievement.{name}"))
    return found
