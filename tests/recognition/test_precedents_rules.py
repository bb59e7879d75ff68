"""A precedent fits when every criterion is met; each one alone keeps it from applying."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from recognition.precedents import (
    Criterion,
    Presented,
    Question,
    Rule,
    RuleSource,
    SourceKey,
    TargetKey,
    match,
)
from recognition.vocabulary import DecisionType, PrecedentLevel

KEY = SourceKey(1, "code:inf-1", "2", 6, Decimal("5"), "project", "supervised_online", "abc")
OTHER = replace(KEY, course="code:inf-2")
TARGET = TargetKey(7, module=70, course=700, outcomes="def")
GIVEN = Presented(KEY, date(2026, 3, 1), is_authentic=True, is_holder=True, is_passed=True)
RULE = Rule(
    level=PrecedentLevel.STANDING,
    type=DecisionType.FULL_SUBSTITUTION,
    sources=(RuleSource(KEY),),
    targets=(TARGET,),
    valid_from=date(2026, 1, 1),
    valid_to=date(2029, 1, 1),
)
SENT = datetime(2026, 6, 1, 12, tzinfo=UTC)
QUESTION = Question((GIVEN,), TARGET, SENT, SENT.date())


def given(**key):
    return replace(QUESTION, sources=(replace(GIVEN, key=replace(KEY, **key)),))


def failed(rule, question):
    return [str(check.criterion) for check in match(rule, question).failed]


def test_an_equal_case_fits():
    found = match(RULE, QUESTION)

    assert bool(found.verdict)
    assert [check.criterion for check in found.checks] == list(Criterion)
    assert (found.is_near, found.is_same_case) == (True, True)


ALONE = {
    Criterion.TARGET: (RULE, replace(QUESTION, target=replace(TARGET, module=71))),
    Criterion.TARGET_OUTCOMES: (RULE, replace(QUESTION, target=replace(TARGET, outcomes="x"))),
    Criterion.SOURCES: (RULE, replace(QUESTION, sources=(GIVEN, replace(GIVEN, key=OTHER)))),
    Criterion.VERSION: (RULE, given(version="3")),
    Criterion.LEVEL: (RULE, given(eqf_level=5)),
    Criterion.WORKLOAD: (RULE, given(ects=Decimal("4.5"))),
    Criterion.ASSESSMENT: (RULE, given(supervision="unsupervised")),
    Criterion.SOURCE_OUTCOMES: (RULE, given(outcomes="x")),
    Criterion.STANDING: (replace(RULE, level=PrecedentLevel.INDICATIVE), QUESTION),
    Criterion.HOLDS: (replace(RULE, holds=False), QUESTION),
    Criterion.IN_DATE: (replace(RULE, valid_to=date(2026, 5, 31)), QUESTION),
    Criterion.NOT_REVOKED: (replace(RULE, revoked_at=datetime(2026, 5, 1, tzinfo=UTC)), QUESTION),
    Criterion.AUTHENTIC: (
        RULE,
        replace(QUESTION, sources=(replace(GIVEN, is_authentic=False),)),
    ),
    Criterion.HOLDER: (RULE, replace(QUESTION, sources=(replace(GIVEN, is_holder=False),))),
    Criterion.PASSED: (RULE, replace(QUESTION, sources=(replace(GIVEN, is_passed=False),))),
    Criterion.RECOGNISABLE: (RULE, replace(QUESTION, is_recognisable=False)),
}


@pytest.mark.parametrize("criterion", Criterion)
def test_each_criterion_alone_keeps_it_from_applying(criterion):
    rule, question = ALONE[criterion]

    found = match(rule, question)

    assert failed(rule, question) == [criterion]
    assert found.verdict.reason == str(criterion.explanation)


@pytest.mark.parametrize(
    ("rule", "question"),
    [
        (replace(RULE, type=DecisionType.PARTIAL), QUESTION),
        (replace(RULE, type=DecisionType.REFUSAL, level=PrecedentLevel.NEGATIVE), QUESTION),
        (replace(RULE, type=DecisionType.INCLUSION), QUESTION),
    ],
)
def test_nothing_less_than_what_was_asked_is_ever_automatic(rule, question):
    assert failed(rule, question) == [Criterion.STANDING]


def test_parts_of_a_module_are_never_automatic():
    target = replace(TARGET, parts=frozenset({1}))

    assert failed(replace(RULE, targets=(target,)), replace(QUESTION, target=target)) == [
        Criterion.STANDING
    ]


def test_an_unknown_body_is_never_the_same():
    nobody = replace(KEY, body=None)
    rule = replace(RULE, sources=(RuleSource(nobody),))

    assert match(rule, given(body=None)).is_near is False


def test_all_courses_of_the_set_are_needed():
    rule = replace(RULE, sources=(RuleSource(KEY), RuleSource(OTHER)))
    both = replace(QUESTION, sources=(replace(GIVEN, key=OTHER), GIVEN))

    assert failed(rule, QUESTION) == [Criterion.SOURCES]
    assert match(rule, QUESTION).is_near is False
    assert bool(match(rule, both).verdict)


def test_one_set_speaks_for_several_targets_each_for_itself():
    other = replace(TARGET, module=71, course=701)
    rule = replace(RULE, targets=(TARGET, other))

    assert bool(match(rule, replace(QUESTION, target=other)).verdict)


def test_a_rule_without_version_takes_any_and_a_term_has_two_ends():
    loose = replace(KEY, version="")
    term = RuleSource(loose, date(2026, 1, 1), date(2026, 2, 28))

    assert failed(replace(RULE, sources=(RuleSource(loose),)), QUESTION) == []
    assert failed(replace(RULE, sources=(term,)), QUESTION) == [Criterion.VERSION]


def test_what_is_revoked_after_an_application_was_sent_still_decides_it():
    rule = replace(RULE, revoked_at=datetime(2026, 6, 2, tzinfo=UTC))

    assert failed(rule, QUESTION) == []


def test_a_course_without_outcomes_is_never_compared():
    rule = replace(RULE, sources=(RuleSource(replace(KEY, outcomes="")),))

    assert failed(rule, given(outcomes="")) == [Criterion.SOURCE_OUTCOMES]


def test_proofs_do_not_make_another_case():
    question = replace(QUESTION, sources=(replace(GIVEN, is_authentic=False),))

    assert match(RULE, question).is_same_case is True
    assert match(RULE, given(version="3")).is_same_case is False
