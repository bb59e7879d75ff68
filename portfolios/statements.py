"""The only place that fits together what a learner states and what is known of a credential."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from credentials.language import LanguageMap, clean_text, in_language
from credentials.standards.facts import BodyFacts, CredentialFacts, GradeFacts, OutcomeFacts

SIGNED, STATED = "signed", "stated"
CODED = (
    "type",
    "eqf_level",
    "ects",
    "hours",
    "assessment_type",
    "participation_form",
    "supervision",
    "quality_assurance",
    "course_url",
)
NAMES = (
    "title",
    "awarding_body",
    "country",
    "platform",
    "issued_on",
    "outcomes",
    "description",
    "grade",
    "language",
    *CODED,
)


def as_outcome(text: str) -> str:
    """Return a learning outcome on one line, without the dash or dot of a list before it."""
    return " ".join(clean_text(text).split()).strip("-•*–· ")


def shown(facts: CredentialFacts) -> dict[str, Any]:
    """Return what the statement form shows of the facts; `outcomes` is a list of lines."""
    return {
        "title": _text(facts.title),
        "awarding_body": _text(facts.awarding_body.name),
        "country": facts.awarding_body.country,
        "platform": _text(facts.platform.name) if facts.platform else "",
        "issued_on": _day(facts),
        "outcomes": [as_outcome(in_language(outcome.text)) for outcome in facts.outcomes],
        "description": _text(facts.description),
        "grade": facts.grade.value if facts.grade else "",
        "language": _base(facts.language),
        **{name: getattr(facts, name) for name in CODED},
    }


def merged(facts: CredentialFacts, statement: Mapping[str, Any]) -> CredentialFacts:
    """Return the facts as stated now; what did not change keeps its languages and identifiers.

    `statement` has the names of `shown`; what it leaves out is unknown.
    """
    says = {name: statement.get(name) for name in NAMES}
    before, language = shown(facts), says["language"] or get_language() or "en"

    def text(name: str, known: LanguageMap) -> LanguageMap:
        now = says[name] or ""
        if now in {clean_text(known_text).strip() for known_text in known.values()}:
            return known
        return {language: now} if now else {}

    platform = facts.platform or BodyFacts(name={})
    body = replace(
        facts.awarding_body,
        name=text("awarding_body", facts.awarding_body.name),
        country=says["country"] or "",
    )
    return replace(
        facts,
        title=text("title", facts.title),
        awarding_body=body,
        platform=replace(platform, name=text("platform", platform.name))
        if says["platform"]
        else None,
        issued_on=facts.issued_on
        if says["issued_on"] == before["issued_on"]
        else _noon(says["issued_on"]),
        outcomes=tuple(_outcomes(says["outcomes"] or (), facts, language)),
        description=text("description", facts.description),
        grade=facts.grade if says["grade"] == before["grade"] else _grade(says["grade"]),
        language=facts.language
        if says["language"] == before["language"]
        else says["language"] or "",
        **{name: says[name] or _nothing(name) for name in CODED},
    )


def said(facts: CredentialFacts) -> list[str]:
    """Return the names of what the facts say, as the statement form knows them."""
    return [name for name in NAMES if _value(facts, name)]


def provenance(
    now: CredentialFacts, before: CredentialFacts, known: Mapping[str, str]
) -> dict[str, str]:
    """Return for each value that is said where it comes from: as `known` while it is unchanged."""
    return {
        name: known.get(name, STATED) if _value(now, name) == _value(before, name) else STATED
        for name in said(now)
    }


def one_origin(known: Mapping[str, str]) -> str:
    """Return where all values come from, "" when they come from here and there."""
    origins = set(known.values())
    return origins.pop() if len(origins) == 1 else ""


def _value(facts: CredentialFacts, name: str) -> object:
    if name == "country":
        return facts.awarding_body.country
    if name == "awarding_body":
        return dict(facts.awarding_body.name)
    if name == "platform":
        return dict(facts.platform.name) if facts.platform else {}
    return getattr(facts, name)


def _text(texts: LanguageMap) -> str:
    return clean_text(in_language(texts)).strip()


def _base(language: str) -> str:
    return language.split("-")[0].lower()


def _day(facts: CredentialFacts) -> date | None:
    return timezone.localdate(facts.issued_on) if facts.issued_on else facts.awarded_on


def _noon(day: date | None) -> datetime | None:
    """Return a moment that is on this day all over Europe."""
    return datetime.combine(day, time(12), tzinfo=UTC) if day else None


def _outcomes(
    lines: Iterable[str], facts: CredentialFacts, language: str
) -> Iterable[OutcomeFacts]:
    known = {
        as_outcome(text): outcome for outcome in facts.outcomes for text in outcome.text.values()
    }
    for line in lines:
        yield known.get(line) or OutcomeFacts(text={language: line})


def _grade(value: str | None) -> GradeFacts | None:
    return GradeFacts(value=value) if value else None


def _nothing(name: str) -> str | None:
    return None if name in ("eqf_level", "ects", "hours") else ""
