"""Open Badges 3.0: what is written is complete and comes back when read."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.standards import facts_json, open_badges, open_badges_identity
from credentials.standards.facts import GradeFacts
from credentials.trust import canonical, keys, proofs

from .sample import COMPLETE, JOINT, KINDS, SITE, credentials, expressible


def achievement(document):
    return document["credentialSubject"]["achievement"]


def test_a_complete_credential_comes_back():
    document = open_badges.write(COMPLETE)

    assert open_badges.read(document) == expressible(COMPLETE)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(credentials)
def test_any_credential_comes_back(facts):
    document = json.loads(json.dumps(open_badges.write(facts)))

    assert open_badges.read(document) == facts


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(credentials)
def test_any_credential_can_be_signed(facts):
    document = open_badges.write(facts)

    assert facts.title["en"] in document["name"]
    assert canonical.canonicalise(document).endswith(" .\n")


def test_all_elements_of_annex_i_come_back():
    assert open_badges.read(open_badges.write(COMPLETE)).missing_elements() == ()


def test_nothing_written_is_empty():
    def empty(value):
        if isinstance(value, dict):
            return any(empty(inner) for inner in value.values())
        return (
            any(map(empty, value)) if value and isinstance(value, list) else value in ("", None, [])
        )

    bare = replace(
        COMPLETE, grade=None, platform=None, outcomes=(), valid_until=None, status_url=""
    )

    assert not empty(open_badges.write(bare))
    assert "credentialStatus" not in open_badges.write(bare)


def test_what_is_written_has_no_problems():
    assert open_badges.problems(open_badges.write(COMPLETE)) == []


def test_the_issuer_is_the_one_that_signs():
    document = open_badges.write(COMPLETE, issuer_id="did:web:elsewhere.example")

    assert document["issuer"]["id"] == "did:web:elsewhere.example"


def test_the_language_of_the_course_is_written_where_the_title_has_it():
    german = replace(COMPLETE, language="de")

    assert open_badges.write(german)["name"] == "Datenethik in der Praxis"
    assert open_badges.write(replace(COMPLETE, language="fr"))["name"] == "Data ethics in practice"


def test_a_course_language_other_than_that_of_the_text_comes_back():
    document = open_badges.write(replace(COMPLETE, language="fr"))

    facts = open_badges.read(document)

    assert achievement(document)["inLanguage"] == "en"
    assert (facts.language, facts.title) == ("fr", {"en": "Data ethics in practice"})


def test_personal_data_beyond_the_name_stay_out():
    document = json.dumps(open_badges.write(COMPLETE, salt="grain"))

    for private in ("Ana@example.org", "ana@example.org", "1999-03-04", "4711"):
        assert private not in document


def test_the_holders_email_is_recognised_by_its_hash():
    document = open_badges.write(COMPLETE, salt="grain")

    assert open_badges_identity.names_email(document, "ana@example.org")
    assert not open_badges_identity.names_email(document, "someone@example.org")
    assert not open_badges_identity.names_email(open_badges.write(COMPLETE), "ana@example.org")


def test_credits_are_numbers_in_json():
    document = open_badges.write(replace(COMPLETE, ects=Decimal("3.0")))

    assert json.dumps(achievement(document)["creditsAvailable"]) == "3"
    assert json.dumps(open_badges.write(COMPLETE)["credentialSubject"]["creditsEarned"]) == "2.5"


def test_every_fact_that_is_read_can_be_kept():
    facts = open_badges.read(open_badges.write(COMPLETE))

    assert facts_json.from_json(json.loads(json.dumps(facts_json.to_json(facts)))) == facts


def test_single_values_are_read_like_lists():
    document = open_badges.write(COMPLETE)
    subject = document["credentialSubject"]
    subject["result"] = subject["result"][0]
    subject["identifier"] = subject["identifier"][0]
    subject["achievement"] = [subject["achievement"]]
    document["issuer"] = [document["issuer"]]

    assert open_badges.read(document) == expressible(COMPLETE)


def test_language_objects_are_read():
    document = open_badges.write(COMPLETE)
    achievement(document)["name"] = [
        {"@value": "Data ethics", "@language": "en"},
        {"@value": "Datenethik", "@language": "de"},
    ]

    assert open_badges.read(document).title == {"en": "Data ethics", "de": "Datenethik"}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"issuer": "did:web:x.example", "credentialSubject": "x"},
        {"credentialSubject": [{"achievement": [[], 1]}, {}], "validFrom": 7},
        {"credentialSubject": {"achievement": {"alignment": ["x", {"targetUrl": []}, None]}}},
        {"credentialSubject": {"result": [{"value": {}}], "identifier": {"hashed": 0}}},
        {"credentialStatus": [[1]], "issuer": {"address": [], "otherIdentifier": 3}},
    ],
)
def test_hostile_shapes_say_nothing_and_break_nothing(document):
    facts = open_badges.read(document)

    assert facts.title == {}
    assert facts_json.from_json(facts_json.to_json(facts)) == facts


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_value_in_any_place_is_survived(data):
    document = json.loads(json.dumps(open_badges.write(COMPLETE)))
    junk = data.draw(
        st.sampled_from([None, [], {}, "", "x" * 3000, -1, 1e300, True, [[]], {"id": 3}, "\u202e"])
    )
    node = document
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(node[key], (dict, list)) and node[key] and data.draw(st.booleans()):
            node = node[key]
            continue
        node[key] = junk
        break

    facts = open_badges.read(document)
    open_badges.problems(document)

    assert facts_json.from_json(json.loads(json.dumps(facts_json.to_json(facts)))) == facts


def test_scripts_do_not_become_links():
    document = open_badges.write(COMPLETE)
    achievement(document)["id"] = "javascript:alert(1)"
    document["issuer"]["url"] = "javascript:alert(1)"

    facts = open_badges.read(document)

    assert (facts.course_url, facts.awarding_body.url) == ("", "")


def test_published_uris_are_read_without_our_codes():
    document = open_badges.write(COMPLETE)
    achievement(document)["alignment"] = [
        {
            "type": ["Alignment"],
            "targetType": "ext:AssessmentType",
            "targetName": "project work",
            "targetUrl": "http://data.europa.eu/snb/assessment/795dac4096",
        },
        {
            "type": ["Alignment"],
            "targetName": "Level 7",
            "targetUrl": "http://data.europa.eu/snb/eqf/7",
        },
        {
            "type": ["Alignment"],
            "targetName": "manage a team",
            "targetUrl": "http://data.europa.eu/esco/skill/cb41",
        },
        {
            "type": ["Alignment"],
            "targetType": "CFItem",
            "targetName": "Lead a workshop",
            "targetUrl": "https://frameworks.example/7",
        },
        {
            "type": ["Alignment"],
            "targetType": "ext:ParticipationForm",
            "targetName": "by post",
            "targetUrl": "https://frameworks.example/post",
        },
    ]

    facts = open_badges.read(document)

    assert facts.assessment_type == "project"
    assert facts.eqf_level == 7
    assert facts.participation_form == ""
    assert [outcome.text["en"] for outcome in facts.outcomes] == [
        "Lead a workshop",
        "manage a team",
    ]


def test_criteria_of_others_are_read_as_what_is_assessed():
    document = open_badges.write(COMPLETE)
    del achievement(document)["alignment"]
    achievement(document)["criteria"] = {"narrative": "Pass the quiz."}

    assert open_badges.read(document).assessment_criteria == {"en": "Pass the quiz."}


def test_the_worked_example_is_read(shared):
    example = shared / "standards" / "ob3" / "annex1-ob3-signed-example.json"

    facts = open_badges.read(json.loads(example.read_text()))

    assert facts.title == {"en": "Introduction to Data Ethics"}
    assert facts.awarding_body.country == "EE"
    assert facts.holder.name == "Ana Andromeda"
    assert facts.awarded_on == date(2026, 10, 30)
    assert facts.issued_on == datetime(2026, 11, 1, tzinfo=UTC)
    assert (facts.ects, facts.hours) == (3, 75)
    assert (facts.eqf_level, facts.cycle, facts.isced_f) == (6, "first", "0223")
    assert (facts.assessment_type, facts.participation_form) == ("written_exam", "online")
    assert facts.quality_url == "https://www.deqar.eu/institutions/0000"
    assert facts.grade == GradeFacts("B", "Final grade", ("F", "E", "D", "C", "B", "A"), "E")
    # Quality assurance stands there in words that are not on our list.
    assert facts.missing_elements() == ("quality_assurance",)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"@context": ["https://example.org"]}, '$["@context"][0]'),
        ({"type": ["VerifiableCredential"]}, "$.type: OpenBadgeCredential"),
        ({"issuer": {"name": "Somebody"}}, "$.issuer.id"),
        ({"validUntil": "never"}, "$.validUntil"),
        ({"validUntil": ["2030-01-01T00:00:00Z", "2040-01-01T00:00:00Z"]}, "$.validUntil"),
        ({"validUntil": "2020-01-01T00:00:00Z"}, "ends before it begins"),
        ({"credentialStatus": f"{SITE}/status/1#77"}, "$.credentialStatus[0].type"),
        ({"credentialSubject": {"achievement": {}}}, "$.credentialSubject.achievement.name"),
        ({"id": "not an address"}, "$.id"),
    ],
)
def test_problems_name_the_place(change, problem):
    document = {**open_badges.write(COMPLETE), **change}

    assert any(problem in sentence for sentence in open_badges.problems(document))


@pytest.mark.parametrize("document", [None, [], "x", 3])
def test_what_is_no_object_is_no_badge(document):
    assert open_badges.problems(document) == ["$ is missing."]


def test_a_joint_award_names_all_its_bodies():
    document = open_badges.write(JOINT)
    found = [a for a in achievement(document)["alignment"] if a["targetType"] == "ext:JointAward"]

    assert [(a["targetName"], a["targetUrl"], a["targetCode"]) for a in found] == [
        ("Shore Polytechnic", "did:web:shore.example", "NL"),
        ("Hill College", "https://hill.example/about", "FR"),
    ]
    assert open_badges.read(document).joint_bodies == JOINT.joint_bodies
    kept = json.loads(json.dumps(facts_json.to_json(JOINT)))
    assert facts_json.from_json(kept).joint_bodies == JOINT.joint_bodies


@pytest.mark.checkers
def test_every_kind_passes_the_independent_checker(checker, tmp_path):
    key = keys.generate()
    did = f"did:key:{key.public.multibase}"
    paths = []
    for name, facts in KINDS.items():
        document = proofs.sign(
            open_badges.write(replace(facts, status_url=""), issuer_id=did),
            private_key=key,
            verification_method=f"{did}#{key.public.multibase}",
            created=datetime(2026, 11, 2, tzinfo=UTC),
        )
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(json.dumps(document))

    done = checker("badge", *paths)

    assert done.returncode == 0, done.stdout + done.stderr
