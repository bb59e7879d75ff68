"""The only place that shows lines and precedents to the rules in `precedents`: keys and hashes."""

import hashlib
import json
import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from credentials.language import in_language
from credentials.models import (
    AwardingBody,
    ComponentType,
    Course,
    CourseVersion,
    LearningOutcome,
    Origin,
    User,
)
from credentials.services.verification import told
from credentials.standards import facts_json
from credentials.standards.facts import CredentialFacts
from credentials.states import AwardState
from credentials.vocabulary import BodyStatus
from recognition.models import Case, Line, LineSource, Precedent, PrecedentSource, TargetKind
from recognition.opinions import credit_rules, earned_ects, target_outcomes
from recognition.precedents import (
    Check,
    Criterion,
    Match,
    Presented,
    Question,
    Rule,
    RuleSource,
    SourceKey,
    TargetKey,
    match,
)
from recognition.sources import facts_of
from recognition.states import LineState
from recognition.vocabulary import PrecedentLevel

LEVELS = list(PrecedentLevel)
SHAKEN = (LineState.ANNULLED, LineState.REOPENED, LineState.OBJECTION, LineState.APPEAL)
"""Where a line is when its decision may not last."""


# Keys and hashes


def course_key(facts: CredentialFacts) -> str:
    """Return what names a course at its awarding body: its code, else its address, else title."""
    if facts.course_code:
        return f"code:{_plain(facts.course_code)}"[:600]
    if facts.course_url:
        return f"url:{facts.course_url.rstrip('/')}"[:600]
    return f"title:{_plain(in_language(facts.title, 'en'))}"[:600]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def hash_of_source(outcomes: Iterable[Mapping[str, str]]) -> str:
    """Return a SHA-256 (hex) over the outcomes of a course, "" when it states none."""
    texts = [_texts(outcome) for outcome in outcomes]
    return _sha256(texts) if texts else ""


def hash_of_target(outcomes: Iterable[LearningOutcome]) -> str:
    """Return a SHA-256 (hex) over what a target asks for, and which of it is essential."""
    said = [[_texts(outcome.text), outcome.is_essential] for outcome in outcomes]
    return _sha256(said) if said else ""


def _texts(outcome: Mapping[str, str]) -> dict[str, str]:
    return {tag: " ".join(text.split()) for tag, text in sorted(outcome.items()) if text.strip()}


def _sha256(said: object) -> str:
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


# A line


def question_of(line: Line) -> Question:
    """Return a line that was sent as precedents see it."""
    module = line.module
    sources = line.sources.select_related("awarding_body", "credential__award__learner")
    return Question(
        sources=tuple(_presented(source, line) for source in sources),
        target=target_key(line),
        sent_at=line.case.submitted_at,
        sent_on=timezone.localdate(line.case.submitted_at),
        is_recognisable=module is None
        or (module.is_recognisable and module.component_type != ComponentType.THESIS),
    )


def target_key(line: Line) -> TargetKey:
    module = line.module
    is_part = line.target_kind == TargetKind.PARTS
    return TargetKey(
        programme_version=line.case.programme_version_id,
        module=line.module_id,
        course=module.course_version.course_id if module else None,
        parts=frozenset(part.pk for part in line.parts.all()) if is_part else frozenset(),
        outcomes=hash_of_target(target_outcomes(line)),
    )


def source_key(source: LineSource, line: Line) -> SourceKey:
    facts = facts_of(source)
    return _key(facts, source.awarding_body_id, earned_ects(facts, credit_rules(line)))


def _key(facts: CredentialFacts, body: int | None, ects: Decimal | None) -> SourceKey:
    return SourceKey(
        body=body,
        course=course_key(facts),
        version=facts.course_version,
        eqf_level=facts.eqf_level,
        ects=ects,
        assessment_type=facts.assessment_type,
        supervision=facts.supervision,
        outcomes=hash_of_source(outcome.text for outcome in facts.outcomes),
    )


def _presented(source: LineSource, line: Line) -> Presented:
    facts = facts_of(source)
    return Presented(
        key=source_key(source, line),
        awarded_on=facts.awarded_on or (facts.issued_on and timezone.localdate(facts.issued_on)),
        is_authentic=is_authentic(source),
        is_holder=_is_holder(source, line.case.applicant),
        is_passed=_is_passed(facts),
    )


def is_authentic(source: LineSource) -> bool:
    """Whether the awarding body of the register signed it.

    What a file says of itself is not enough: its key must be the one that the register keeps for
    the body. And nobody revoked it.
    """
    credential, body = source.credential, source.awarding_body
    if credential is None or body is None or body.status != BodyStatus.RECOGNISED:
        return False
    if credential.origin == Origin.AWARD:
        return credential.award.state == AwardState.ISSUED
    if credential.origin != Origin.IMPORTED or not source.verification or not body.did:
        return False
    seen = told(source.verification)
    return seen.is_valid and seen.is_tied and facts_of(source).awarding_body.id == body.did


def _is_holder(source: LineSource, applicant: User) -> bool:
    credential = source.credential
    if credential is None or credential.holder_id != applicant.pk:
        return False
    if credential.origin == Origin.AWARD:
        return credential.award.learner.user_id == applicant.pk
    holder = facts_of(source).holder
    return bool(holder and holder.name) and _names(holder.name) == _names(applicant.name)


def _names(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return set("".join(c for c in plain if not unicodedata.combining(c)).split())


def _is_passed(facts: CredentialFacts) -> bool:
    """A credential without a grade is given to who passed; a grade must be placed on its scale."""
    grade = facts.grade
    if grade is None:
        return True
    if grade.value not in grade.scale or grade.passed_from not in grade.scale:
        return False
    return grade.scale.index(grade.value) >= grade.scale.index(grade.passed_from)


def course_of(source: LineSource) -> Course | None:
    """Return the course of this portal that a source comes from, as its signed file says."""
    credential = source.credential
    if credential and credential.origin == Origin.AWARD:
        return credential.award.course_version.course
    if source.provenance.get("course_url") != "signed":
        return None
    before, _slash, tail = facts_of(source).course_url.rstrip("/").rpartition("/")
    try:
        version = CourseVersion.objects.filter(uuid=uuid.UUID(tail)).first()
    except ValueError:
        return None
    return version.course if version and before.startswith(settings.ADDRESS) else None


# Precedents


def rule_of(precedent: Precedent) -> Rule:
    """Return a precedent that comes from `with_all()` as the rules know it."""
    targets = [
        TargetKey(
            programme_version=target.module.programme_version_id,
            module=target.module_id,
            course=target.module.course_version.course_id,
            parts=frozenset(part.pk for part in target.parts.all()),
            outcomes=target.outcomes_hash,
        )
        for target in precedent.targets.all()
    ]
    return Rule(
        level=precedent.level,
        type=precedent.type,
        sources=tuple(_rule_source(source) for source in precedent.sources.all()),
        targets=tuple(targets) or (TargetKey(precedent.programme_version_id),),
        valid_from=precedent.valid_from,
        valid_to=precedent.valid_to,
        revoked_at=precedent.revoked_at,
        holds=holds(precedent),
    )


def columns_of(key: SourceKey) -> dict[str, Any]:
    """Return what a precedent's source keeps of a key, from which `rule_of` reads it again."""
    return {
        "course_key": key.course,
        "version": key.version,
        "eqf_level": key.eqf_level,
        "ects": key.ects,
        "assessment_type": key.assessment_type,
        "supervision": key.supervision,
        "outcomes_hash": key.outcomes,
    }


def holds(precedent: Precedent) -> bool:
    """Whether the decision that a precedent rests on is the one that its line has, for good."""
    decision = precedent.decision
    if decision is None:
        return True
    return decision.line.decision_id == decision.pk and decision.line.state not in SHAKEN


def _rule_source(source: PrecedentSource) -> RuleSource:
    return RuleSource(
        SourceKey(
            body=source.awarding_body_id,
            course=source.course_key,
            version=source.version,
            eqf_level=source.eqf_level,
            ects=source.ects,
            assessment_type=source.assessment_type,
            supervision=source.supervision,
            outcomes=source.outcomes_hash,
        ),
        source.term_from,
        source.term_to,
    )


@dataclass(frozen=True, slots=True)
class Near:
    """A precedent that all its courses are put forward for, and how it fits a line."""

    precedent: Precedent
    match: Match

    @property
    def fits(self) -> bool:
        return bool(self.match.verdict)

    @property
    def different(self) -> list[Check]:
        """What is not met; of an example it is not said that it decides nothing."""
        proofs = (Criterion.AUTHENTIC, Criterion.HOLDER, Criterion.PASSED)
        told = (
            () if self.precedent.level == PrecedentLevel.STANDING else (Criterion.STANDING, *proofs)
        )
        return [check for check in self.match.failed if check.criterion not in told]


def near(line: Line) -> list[Near]:
    """Return the precedents for a line, those that fit best first; six queries at most.

    A precedent that rests on the line's own decision says nothing of it.
    """
    question = question_of(line)
    bodies = {source.key.body for source in question.sources} - {None}
    if not bodies:
        return []
    found = Precedent.objects.filter(
        institution=line.case.institution, sources__awarding_body__in=bodies
    ).exclude(decision__line=line)
    course = question.target.course
    if course:
        found = found.filter(targets__module__course_version__course=course)
    else:
        found = found.filter(targets=None, programme_version=line.case.programme_version_id)
    matches = [Near(one, match(rule_of(one), question)) for one in found.distinct().with_all()]
    matches = [one for one in matches if one.match.is_near and not _is_past(one, question)]
    return sorted(
        matches, key=lambda one: (len(one.match.failed), LEVELS.index(one.precedent.level))
    )


def _is_past(one: Near, question: Question) -> bool:
    """One that was revoked before says nothing any more."""
    return one.precedent.revoked_at is not None and one.precedent.revoked_at < question.sent_at


def departed_from(found: Iterable[Near], decision_type: str) -> list[Near]:
    """Return how the same question was decided before, when a decision would be another one."""
    same = [one for one in found if one.match.is_same_case]
    if not decision_type or any(one.precedent.type == decision_type for one in same):
        return []
    return same


# Before an application is sent


def before_sending(case: Case, lines: Iterable[Line]) -> dict[int, Precedent]:
    """Return by line how a draft's courses were decided on for its module; eight queries at most.

    A hint for the applicant: the register is asked by name, and nothing is proved yet. The lines
    come with their sources and credentials.
    """
    lines = [line for line in lines if line.module_id and line.target_kind == TargetKind.MODULE]
    credentials = [s.credential for line in lines for s in line.sources.all() if s.credential]
    said = {credential.pk: facts_json.from_json(credential.facts) for credential in credentials}
    bodies = _bodies_by_name(case) if said else {}
    modules = [line.module_id for line in lines]
    found = Precedent.objects.in_use().filter(targets__module__in=modules, targets__parts=None)
    precedents = list(found.distinct().order_by("-level", "-pk").with_all()) if bodies else []
    hints = {}
    for line in lines:
        facts = [said[s.credential_id] for s in line.sources.all() if s.credential_id]
        names = {(body, course_key(one)) for one in facts for body in _bodies_of(one, bodies)}
        fitting = (one for one in precedents if _speaks_for(one, line.module_id, names))
        if first := next(fitting, None):
            hints[line.pk] = first
    return hints


def _speaks_for(precedent: Precedent, module: int, names: set[tuple[int, str]]) -> bool:
    wanted = {(source.awarding_body_id, source.course_key) for source in precedent.sources.all()}
    modules = {target.module_id for target in precedent.targets.all()}
    return bool(wanted) and wanted <= names and module in modules


def _bodies_by_name(case: Case) -> dict[tuple[str, str], int]:
    register = AwardingBody.objects.filter(institution=case.institution)
    return {
        (name, country): pk for pk, name, country in register.values_list("pk", "name", "country")
    }


def _bodies_of(facts: CredentialFacts, bodies: Mapping[tuple[str, str], int]) -> set[int]:
    body = facts.awarding_body
    return {pk for name in body.name.values() if (pk := bodies.get((name, body.country)))}
