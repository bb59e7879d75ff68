"""Facts as JSON: a strict round trip."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from credentials.standards.facts import (
    BodyFacts,
    CredentialFacts,
    GradeFacts,
    HolderFacts,
    Identifier,
    OutcomeFacts,
)
from credentials.standards.facts_json import BadFacts, from_json, to_json

FULL = CredentialFacts(
    id="https://issuer.example/credentials/1",
    title={"en": "Data", "de": "Daten"},
    awarding_body=BodyFacts(
        name={"de": "Testheim"}, country="DE", identifiers=(Identifier("schac", "test.example"),)
    ),
    holder=HolderFacts(name="Nela Ardwen", birth_date=date(2004, 5, 4)),
    platform=BodyFacts(name={}),
    issued_on=datetime(2026, 6, 26, 10, 0, tzinfo=UTC),
    awarded_on=date(2026, 6, 25),
    outcomes=(
        OutcomeFacts(text={"en": "Import data."}, skills=(("http://esco.example/1", "import"),)),
        OutcomeFacts(text={"en": "Judge data."}),
    ),
    ects=Decimal("4.5"),
    eqf_level=6,
    grade=GradeFacts("1.0", "German grades", ("5.0", "1.0"), "1.0"),
    status_index=0,
)
SMALL = CredentialFacts(id="", title={}, awarding_body=BodyFacts(name={}))


@pytest.mark.parametrize("facts", [FULL, SMALL], ids=["full", "small"])
def test_facts_come_back_as_they_went(facts):
    assert from_json(json.loads(json.dumps(to_json(facts)))) == facts


def test_what_is_unknown_is_left_out():
    assert to_json(SMALL) == {"id": "", "title": {}, "awarding_body": {"name": {}}}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"colour": "red"}, "facts: not known: colour"),
        ({"id": None}, "facts.id: str expected"),
        ({"title": ["Data"]}, "facts.title: texts by language expected"),
        ({"title": {"en": 1}}, "facts.title: texts by language expected"),
        ({"ects": 4.5}, "facts.ects: Decimal as text expected"),
        ({"ects": "NaN"}, "facts.ects: a number expected"),
        ({"ects": "four"}, "facts.ects: Decimal as text expected"),
        ({"eqf_level": "6"}, "facts.eqf_level: int expected"),
        ({"eqf_level": True}, "facts.eqf_level: int expected"),
        (
            {"issued_on": "2026-06-26T10:00"},
            "facts.issued_on: a moment with its time zone expected",
        ),
        ({"awarded_on": "yesterday"}, "facts.awarded_on: date as text expected"),
        ({"holder": "Nela"}, "facts.holder: an object expected"),
        ({"outcomes": {}}, "facts.outcomes: a list expected"),
        ({"outcomes": [{}]}, "facts.outcomes[0]: missing: text"),
        (
            {"outcomes": [{"text": {}, "skills": [["only one"]]}]},
            "facts.outcomes[0].skills[0]: 2 values expected",
        ),
    ],
)
def test_what_was_not_written_here_is_refused(change, problem):
    with pytest.raises(BadFacts) as refusal:
        from_json({**to_json(SMALL), **change})

    assert str(refusal.value) == problem


def test_missing_names_are_refused():
    with pytest.raises(BadFacts) as refusal:
        from_json({"id": "1"})

    assert str(refusal.value) == "facts: missing: title, awarding_body"
