"""MicroHE meta-data: named as published, complete, and read back; anything else is survived."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.standards import facts_json, microhe
from credentials.standards.facts import BodyFacts, EvidenceFacts, GradeFacts, OutcomeFacts

from .sample import COMPLETE, JOINT, KINDS, MINIMAL, MULTILINGUAL, credentials

NUMBERS = {"numCreditPoints", "ECTSCreditPoints", "creditsAwarded"}


def again(document):
    return json.loads(json.dumps(document))


def expressible(facts, language):
    """What of `facts` the meta-data can say, in one language."""

    def one(texts):
        text = texts.get(language) or texts.get("en", "")
        return {language: text} if text else {}

    def body(told, *, issues=False):
        return BodyFacts(one(told.name), told.country, told.region, told.id if issues else "")

    outcomes = [
        OutcomeFacts({language: " ".join(one(o.text)[language].split())}) for o in facts.outcomes
    ]
    skills = [skill for outcome in facts.outcomes for skill in outcome.skills]
    outcomes += [OutcomeFacts({language: label}, skills=((uri, label),)) for uri, label in skills]
    until = facts.valid_until and datetime.combine(facts.valid_until, time(23, 59, 59), UTC)
    return replace(
        facts,
        title=one(facts.title),
        description=one(facts.description),
        awarding_body=body(facts.awarding_body, issues=True),
        joint_bodies=tuple(body(joint) for joint in facts.joint_bodies),
        platform=facts.platform and BodyFacts(one(facts.platform.name)),
        holder=replace(MINIMAL.holder, name=facts.holder.name),
        issued_on=datetime.combine(facts.issued_on, time.min, UTC),
        valid_until=until,
        outcomes=tuple(outcomes),
        language=language,
        assessment_criteria=one(facts.assessment_criteria),
        prerequisites=one(facts.prerequisites),
        stackable_towards=one(facts.stackable_towards),
        further_information=one(facts.further_information),
        evidence=tuple(EvidenceFacts({}, id=e.id) for e in facts.evidence if e.id),
        status_url="",
        status_index=None,
    )


@pytest.mark.parametrize("facts", KINDS.values(), ids=KINDS)
def test_every_kind_comes_back(facts):
    document = again(microhe.write(facts))

    assert microhe.read(document) == expressible(facts, facts.language or "en")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(credentials)
def test_only_published_names_and_types_are_written(facts):
    document = microhe.write(facts, identified=True)

    assert list(document) == [name for name in microhe.NAMES if name in document]
    for name, value in document.items():
        kind = (int, float) if name in NUMBERS else bool if name == "isPartialQual" else str
        assert isinstance(value, kind), name
    assert microhe.read(document).title == facts.title


def test_the_sections_say_who_what_and_for_whom():
    document = microhe.write(COMPLETE)

    assert document["owner"] == document["awardingBody"] == "University of Lindenfeld"
    assert document["awardingActivity"] == "DE, Bavaria"
    assert document["learningOutcome"] == (
        "respect data protection <http://data.europa.eu/esco/skill/0a1b>"
    )
    assert (document["EQFLevel"], document["NQFLevel"], document["field"]) == ("6", "DQR 6", "0223")
    assert (document["ECTSCreditPoints"], document["volumeOfLearning"]) == (2.5, "62.5")
    assert document["creditSysValue"] == "1 ECTS = 25 h"
    assert document["assesmentMethod"] == "Written examination\nAt least half of the points."
    assert document["awardingMethod"] == "An assessment of the competence acquired"
    assert document["cheating"] == "Supervised on site, identity verified"
    assert document["isPartialQual"] is True
    assert document["gradeScheme"].splitlines()[:2] == ["Letters", "Grades from lowest to highest:"]
    assert document["grade"] == "B"


def test_all_elements_of_annex_i_come_back():
    assert microhe.read(microhe.write(COMPLETE)).missing_elements() == ()


def test_another_language_may_be_asked_for():
    document = microhe.write(MULTILINGUAL, language="en")

    assert (document["refLanguage"], document["title"]) == ("en", "Data ethics")
    assert "Language of instruction: de" in document["additionalNote"]
    assert microhe.read(document).language == "de"


def test_all_bodies_of_a_joint_award_are_named():
    document = microhe.write(JOINT)

    assert document["awardingBody"] == "University of Lindenfeld; Shore Polytechnic; Hill College"
    assert document["awardingActivity"] == "DE, Bavaria; NL; FR"


def test_bodies_stay_apart_whatever_they_are_called_and_wherever_they_are():
    odd = (BodyFacts({"en": "Arts; Letters"}, "FR"), BodyFacts({"en": "Nowhere"}))

    facts = microhe.read(microhe.write(replace(JOINT, joint_bodies=odd)))

    bodies = (facts.awarding_body, *facts.joint_bodies)
    assert [(body.name["en"], body.country) for body in bodies] == [
        ("University of Lindenfeld", "DE"),
        ("Arts, Letters", "FR"),
        ("Nowhere", ""),
    ]


def test_personal_data_beyond_the_name_need_a_word():
    plain, identified = microhe.write(COMPLETE), microhe.write(COMPLETE, identified=True)

    assert {"dateOfBirth", "studentId"} & set(plain) == set()
    assert (identified["dateOfBirth"], identified["studentId"]) == ("1999-03-04", "4711")
    assert microhe.read(identified).holder.birth_date == date(1999, 3, 4)


def test_meta_data_of_others_are_read():
    facts = microhe.read(
        {
            "name": "Robotics basics",
            "definition": "Robots.",
            "learningOutcomeDesc": "Build a robot",
            "EQFLevel": "EQF level 5",
            "ECTSCreditPoints": 3,
            "volumeOfLearning": "75 hours",
            "modeOfStudy": "Online",
            "assesmentMethod": "A robot is shown",
            "accreditation": "https://agency.example/7",
            "gradeScheme": "Pass or fail",
            "grade": "Pass",
            "owner": "Machine School",
            "holder": "Ana Berg",
            "dateIssued": "2020-02-03",
            "additionalNote": "With a visit",
        }
    )

    assert facts.title == {"und": "Robotics basics"}
    assert facts.awarding_body == BodyFacts({"und": "Machine School"})
    assert (facts.eqf_level, facts.ects, facts.hours) == (5, 3, 75)
    assert facts.participation_form == "online"
    assert (facts.assessment_type, facts.assessment_criteria) == ("", {"und": "A robot is shown"})
    assert (facts.quality_assurance, facts.quality_url) == ("", "https://agency.example/7")
    assert facts.grade == GradeFacts("Pass", "Pass or fail")
    assert facts.issued_on == datetime(2020, 2, 3, tzinfo=UTC)
    assert facts.further_information == {"und": "With a visit"}


@pytest.mark.parametrize("document", [None, [], "x", 3, {}])
def test_what_is_no_object_says_nothing(document):
    assert microhe.read(document).title == {}


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(microhe.NAMES), junk))
def test_any_value_in_any_place_is_survived(changes):
    facts = microhe.read({**microhe.write(JOINT, identified=True), **changes})

    assert facts_json.from_json(again(facts_json.to_json(facts))) == facts
