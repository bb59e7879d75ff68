"""The only place that says whether a precedent fits what is put forward, and why not.

Pure: plain values in, a match with every criterion out. A standing decision is the execution of
what a human decided (GDPR article 22), so it applies when everything is the same, or not at all.
The shape of a rule is an OR of AND-sets: each precedent is one AND-set, several are the OR.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials.verdict import ALLOWED, Verdict, no
from recognition.vocabulary import DecisionType, PrecedentLevel


class Criterion(TextChoices):
    """What must be the same, or true, before a standing decision applies; the label says it.

    In the order in which they are asked. What is wrong when one is not met: `explanation`.
    """

    TARGET = "target", _("It is the same module of the same regulations.")
    TARGET_OUTCOMES = "target_outcomes", _("The outcomes of the module are the same.")
    SOURCES = "sources", _("Exactly the courses it names are put forward.")
    VERSION = "version", _("It is the same version of the course.")
    LEVEL = "level", _("The level is the same.")
    WORKLOAD = "workload", _("The workload is the same.")
    ASSESSMENT = "assessment", _("Assessment and supervision are the same.")
    SOURCE_OUTCOMES = "source_outcomes", _("The outcomes of the course are the same.")
    STANDING = "standing", _("It is a standing decision.")
    HOLDS = "holds", _("The decision it rests on holds.")
    IN_DATE = "in_date", _("It was in force when the application was sent.")
    NOT_REVOKED = "not_revoked", _("It was not revoked when the application was sent.")
    AUTHENTIC = "authentic", _("A signature shows that the credential is genuine.")
    HOLDER = "holder", _("The credential was issued to the applicant.")
    PASSED = "passed", _("The course was passed.")
    RECOGNISABLE = "recognisable", _("The module can be replaced by other learning.")

    @property
    def explanation(self) -> Promise:
        """Return the sentence that says what is not as it should be."""
        return _CRITERION_EXPLANATIONS[self]


_CRITERION_EXPLANATIONS = {
    Criterion.TARGET: _("It was decided for other regulations, or for other parts."),
    Criterion.TARGET_OUTCOMES: _("The outcomes of the module have changed."),
    Criterion.SOURCES: _("Another set of courses is put forward."),
    Criterion.VERSION: _("It is another version of the course."),
    Criterion.LEVEL: _("The level is another one."),
    Criterion.WORKLOAD: _("The workload is another one."),
    Criterion.ASSESSMENT: _("It was assessed or supervised in another way."),
    Criterion.SOURCE_OUTCOMES: _("The outcomes of the course have changed, or are not stated."),
    Criterion.STANDING: _("It is an example and decides nothing."),
    Criterion.HOLDS: _("The decision it rests on does not hold any more."),
    Criterion.IN_DATE: _("It was not in force when the application was sent."),
    Criterion.NOT_REVOKED: _("It was revoked before the application was sent."),
    Criterion.AUTHENTIC: _("No signature of the awarding body shows that the proof is genuine."),
    Criterion.HOLDER: _("The credential names another person."),
    Criterion.PASSED: _("It is not certain that the course was passed."),
    Criterion.RECOGNISABLE: _("The module cannot be replaced by other learning."),
}

SAME_CASE = (
    Criterion.TARGET,
    Criterion.TARGET_OUTCOMES,
    Criterion.SOURCES,
    Criterion.VERSION,
    Criterion.LEVEL,
    Criterion.WORKLOAD,
    Criterion.ASSESSMENT,
    Criterion.SOURCE_OUTCOMES,
    Criterion.HOLDS,
    Criterion.IN_DATE,
    Criterion.NOT_REVOKED,
)
"""What makes two cases equal: to decide otherwise then needs a reason."""


@dataclass(frozen=True, slots=True)
class SourceKey:
    """What names a course as it was taken. `body` is an entry of the register, None unknown.

    `course` as in `presented.course_key`; `ects` in ECTS; `outcomes` is a hash, "" when none are
    stated. `version` "" in a rule means any.
    """

    body: Hashable
    course: str
    version: str = ""
    eqf_level: int | None = None
    ects: Decimal | None = None
    assessment_type: str = ""
    supervision: str = ""
    outcomes: str = ""

    @property
    def name(self) -> tuple[Hashable, str]:
        return (self.body, self.course)


@dataclass(frozen=True, slots=True)
class TargetKey:
    """What it should count for; `module` and `course` None for free electives.

    `parts`: those asked for, empty for the whole; `outcomes` is a hash, "" for free electives.
    """

    programme_version: Hashable
    module: Hashable = None
    course: Hashable = None
    parts: frozenset[Hashable] = frozenset()
    outcomes: str = ""


@dataclass(frozen=True, slots=True)
class RuleSource:
    """One course of the AND-set; the term is when it was awarded, None leaves a side open."""

    key: SourceKey
    term_from: date | None = None
    term_to: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A precedent. `holds`: the decision it rests on stands, or it rests on an agreement."""

    level: str
    type: str
    sources: tuple[RuleSource, ...]
    targets: tuple[TargetKey, ...]
    valid_from: date
    valid_to: date | None = None
    revoked_at: datetime | None = None
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Presented:
    """One source of a line, with what is known of it."""

    key: SourceKey
    awarded_on: date | None = None
    is_authentic: bool = False
    is_holder: bool = False
    is_passed: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A line as precedents see it; `sent_at`: when it was sent, which is the moment that counts."""

    sources: tuple[Presented, ...]
    target: TargetKey
    sent_at: datetime
    sent_on: date
    is_recognisable: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """One criterion, and whether it is met."""

    criterion: Criterion
    is_met: bool

    @property
    def sentence(self) -> str:
        return str(self.criterion.label if self.is_met else self.criterion.explanation)


@dataclass(frozen=True, slots=True)
class Match:
    """What was asked of a precedent, one answer for each criterion, in their order."""

    checks: tuple[Check, ...] = field(default_factory=tuple)
    is_near: bool = False

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.is_met)

    @property
    def verdict(self) -> Verdict:
        """Whether it applies; the reason is the first criterion that is not met."""
        return no(self.failed[0].sentence) if self.failed else ALLOWED

    @property
    def is_same_case(self) -> bool:
        """Whether the same question was decided, whatever proves it now."""
        return not {check.criterion for check in self.failed} & set(SAME_CASE)


def match(rule: Rule, question: Question) -> Match:
    """Ask every criterion of a precedent; near when all its courses are put forward for its target.

    Exactly its courses: one more would be used up for nothing.
    """
    pairs, missing = _pairs(rule, question.sources)
    target = next((t for t in rule.targets if t.module == question.target.module), None)
    if target is None:
        target = next((t for t in rule.targets if t.course == question.target.course), None)
    is_near = target is not None and not missing and bool(pairs)
    exact = len(pairs) == len(question.sources) and not missing
    answers = {
        Criterion.TARGET: target is not None and _same_place(target, question.target),
        Criterion.TARGET_OUTCOMES: target is not None
        and target.outcomes == question.target.outcomes,
        Criterion.SOURCES: exact,
        Criterion.VERSION: all(_in_version(rule, given) for rule, given in pairs),
        Criterion.LEVEL: all(r.key.eqf_level == g.key.eqf_level for r, g in pairs),
        Criterion.WORKLOAD: all(r.key.ects == g.key.ects for r, g in pairs),
        Criterion.ASSESSMENT: all(_assessed_alike(r.key, g.key) for r, g in pairs),
        Criterion.SOURCE_OUTCOMES: all(_same_outcomes(r.key, g.key) for r, g in pairs),
        Criterion.STANDING: rule.level == PrecedentLevel.STANDING and _decides(rule, question),
        Criterion.HOLDS: rule.holds,
        Criterion.IN_DATE: rule.valid_from <= question.sent_on
        and (rule.valid_to is None or question.sent_on <= rule.valid_to),
        Criterion.NOT_REVOKED: rule.revoked_at is None or rule.revoked_at > question.sent_at,
        Criterion.AUTHENTIC: all(given.is_authentic for given in question.sources),
        Criterion.HOLDER: all(given.is_holder for given in question.sources),
        Criterion.PASSED: all(given.is_passed for given in question.sources),
        Criterion.RECOGNISABLE: question.is_recognisable,
    }
    return Match(tuple(Check(one, bool(answers[one])) for one in Criterion), is_near)


def _pairs(
    rule: Rule, sources: Sequence[Presented]
) -> tuple[list[tuple[RuleSource, Presented]], int]:
    """Return each course of the rule with what is put forward for it, and how many have nothing."""
    left, pairs = list(sources), []
    for wanted in rule.sources:
        found = next((g for g in left if wanted.key.body and g.key.name == wanted.key.name), None)
        if found:
            left.remove(found)
            pairs.append((wanted, found))
    return pairs, len(rule.sources) - len(pairs)


def _same_place(one: TargetKey, other: TargetKey) -> bool:
    return (one.programme_version, one.module, one.parts) == (
        other.programme_version,
        other.module,
        other.parts,
    )


def _in_version(rule: RuleSource, given: Presented) -> bool:
    if rule.key.version and rule.key.version != given.key.version:
        return False
    if not rule.term_from and not rule.term_to:
        return True
    day = given.awarded_on
    return (
        day is not None
        and (rule.term_from is None or rule.term_from <= day)
        and (rule.term_to is None or day <= rule.term_to)
    )


def _assessed_alike(one: SourceKey, other: SourceKey) -> bool:
    return (one.assessment_type, one.supervision) == (other.assessment_type, other.supervision)


def _same_outcomes(one: SourceKey, other: SourceKey) -> bool:
    return bool(one.outcomes) and one.outcomes == other.outcomes


def _decides(rule: Rule, question: Question) -> bool:
    """A module is replaced in full, free electives are counted; nothing less is automatic."""
    if question.target.parts:
        return False
    if question.target.module is None:
        return rule.type == DecisionType.INCLUSION
    return rule.type == DecisionType.FULL_SUBSTITUTION
