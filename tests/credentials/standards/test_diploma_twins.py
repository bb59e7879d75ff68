"""Degrees as data: European Digital Credential and ELMO keep their schemas and lose nothing."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from credentials.standards import elm, elm_diploma, elmo_diploma
from credentials.standards.diploma_sections import TITLES, heading
from credentials.standards.elmo import Attachment
from credentials.standards.facts import HolderFacts
from credentials.trust.sniff import parse_xml

from .degrees import (
    ACCREDITATION,
    AGENCY,
    BARE,
    COMPLETE,
    FROM_OTHER,
    HOSTILE,
    KINDS,
    MINIMAL,
    PASSED_HERE,
    SHORE,
    SPANISH,
    THESIS,
    TRANSCRIPT,
)

PICTURE = b"\x89PNG\r\n\x1a\n"
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
PRINTED = Attachment(b"%PDF-1.7", "application/pdf", {"en": "Printed"}, "Diploma Supplement")
NAMESPACES = {"e": "https://github.com/emrex-eu/elmo-schemas/tree/v1"}


def as_elm(facts, **more):
    issuer = elm.sealing(facts.awarding_body, "VATDE-123456789")
    more = {"issuer": issuer, "image": PICTURE, **more}
    return elm_diploma.write(facts, **more)


def as_elmo(facts, **more):
    return elmo_diploma.write(facts, generated=NOW, **more)


def claim_of(facts):
    return as_elm(facts)["credentialSubject"]["hasClaim"]


# Schemas -----------------------------------------------------------------------------------------


@pytest.mark.checkers
def test_every_kind_keeps_the_shapes_of_the_profile(checker, tmp_path):
    paths = []
    for name, facts in {**KINDS, "hostile": HOSTILE}.items():
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(json.dumps(as_elm(facts)))
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps(as_elm(BARE)))

    done = checker("elm", "--profile", "ds", *paths)

    assert done.returncode == 0, done.stdout + done.stderr
    generic = checker("elm", "--profile", "full", bare)
    assert generic.returncode == 0, generic.stdout + generic.stderr
    assert checker("elm", "--profile", "ds", bare).returncode == 1


@pytest.mark.checkers
@pytest.mark.parametrize(
    "change",
    [
        {"holder": HolderFacts("Mononym")},
        {"isced_f": ""},
        {"languages": ()},
        {"nqf_level": "A level of ours"},
        {"semesters": None},
        {"mode": ""},
        {"outcomes": {}},
        {"ects_total": None},
    ],
)
def test_what_is_called_missing_is_missing(checker, tmp_path, change):
    """The shapes are not kept without it, so that the generic profile is the one to name."""
    facts = replace(MINIMAL, **change)
    assert len(elm_diploma.problems(facts)) == 1
    document = as_elm(facts)
    assert document["credentialProfiles"]["prefLabel"] == {"en": "Generic"}
    path = tmp_path / "degree.json"
    path.write_text(json.dumps(document))

    assert checker("elm", "--profile", "ds", path).returncode == 1
    done = checker("elm", "--profile", "full", path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_spanish_degree_is_said_in_spanish():
    claim = claim_of(SPANISH)
    written = as_elmo(SPANISH, language="es").decode()

    assert claim["title"]["es"] == "Estadística Aplicada"
    assert "Naturaleza de la institución que otorga el título" in json.dumps(
        as_elm(SPANISH), ensure_ascii=False
    )
    assert '<diplomaSupplement xml:lang="es">' in written
    assert "Datos identificativos de la persona titulada" in written


@pytest.mark.checkers
def test_every_kind_keeps_the_schema_of_elmo(checker, tmp_path):
    paths = []
    several = {**KINDS, "hostile": HOSTILE, "bare": BARE, "transcript": TRANSCRIPT}
    empty = replace(TRANSCRIPT, components=(), grade_scale=(), passed_from="")
    for name, facts in {**several, "empty transcript": empty}.items():
        paths.append(tmp_path / f"{name}.xml")
        paths[-1].write_bytes(as_elmo(facts, language="de", files=[PRINTED]))

    done = checker("elmo", *paths)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "accreditation",
    [
        None,
        replace(ACCREDITATION, kind="internal"),
        replace(ACCREDITATION, agency=replace(AGENCY, country="")),
        replace(ACCREDITATION, agency=replace(AGENCY, name={})),
    ],
)
def test_the_profile_needs_an_accreditation(accreditation):
    facts = replace(COMPLETE, accreditation=accreditation)
    found = elm_diploma.problems(facts)

    assert len(found) == 1
    assert "accreditation" in found[0]
    document = as_elm(facts)
    assert "evidence" not in document
    assert document["credentialSchema"]["id"] == elm.SHAPES


@pytest.mark.parametrize("facts", [*KINDS.values(), BARE])
def test_nothing_else_is_missing(facts):
    assert elm.problems(as_elm(facts)) == []


@pytest.mark.parametrize("facts", [*KINDS.values(), HOSTILE])
def test_same_facts_give_the_same_bytes(facts):
    assert json.dumps(as_elm(facts)) == json.dumps(as_elm(facts))
    assert as_elmo(facts) == as_elmo(facts)


def test_a_transcript_is_no_credential():
    with pytest.raises(ValueError, match="award"):
        as_elm(TRANSCRIPT)


def test_every_reference_leads_to_a_node():
    full, named = set(), set()
    waiting = [as_elm(COMPLETE)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += value.values()
            if "id" in value:
                (named if len(value) == 1 else full).add(value["id"])

    assert named <= full
    assert len(named) > 5


# What is in them ---------------------------------------------------------------------------------

STATED = {  # Where each section stands in the European Learning Model.
    "1.1": ("familyName", {"de": "Berg"}),
    "1.2": ("givenName", {"de": "Ana"}),
    "1.3": ("dateOfBirth", "2001-03-04T00:00:00Z"),
    "1.4": ("identifier.notation", "4711"),
    "2.1": ("hasClaim.title", COMPLETE.title),
    "2.1 title conferred": (
        "hasClaim.specifiedBy.altLabel",
        {"de": "Bachelor of Science (B.Sc.)"},
    ),
    "2.2": ("hasClaim.specifiedBy.thematicArea.prefLabel", {"en": "Statistics"}),
    "2.3": ("hasClaim.awardedBy.awardingBody.legalName", COMPLETE.awarding_body.name),
    "2.3 status": (
        "hasClaim.awardedBy.additionalNote.0.noteLiteral.en",
        "Recognised higher education institution",
    ),
    "2.4": ("hasClaim.influencedBy.directedBy.legalName", SHORE.name),
    "2.5": ("hasClaim.specifiedBy.language.1.notation", "language"),
    "3.1": ("hasClaim.specifiedBy.eqfLevel.id", "http://data.europa.eu/snb/eqf/6"),
    "3.1 national": ("hasClaim.specifiedBy.nqfLevel.prefLabel", {"de": "DQR 6"}),
    "3.2": ("hasClaim.specifiedBy.maximumDuration", "P36M"),
    "3.2 credits": ("hasClaim.specifiedBy.creditPoint.point", "180"),
    "3.3": ("hasClaim.specifiedBy.entryRequirement.noteLiteral", COMPLETE.access),
    "4.1": ("hasClaim.specifiedBy.mode.notation", "full_time"),
    "4.2": ("hasClaim.specifiedBy.learningOutcome.title", COMPLETE.outcomes),
    "4.3": ("hasClaim.hasPart.0.creditReceived.point", "6"),
    "4.3 title": ("hasClaim.hasPart.0.title", PASSED_HERE.title),
    "4.3 grade": ("hasClaim.hasPart.0.provenBy.grade.noteLiteral", {"de": "1.7"}),
    "4.3 term": ("hasClaim.hasPart.0.additionalNote.1.noteLiteral", {"de": "WS 2024/25"}),
    "4.3 origin": (
        "hasClaim.hasPart.2.additionalNote.noteLiteral.en",
        "Recognised from another institution",
    ),
    "4.3 source": ("hasClaim.hasPart.2.influencedBy.title", FROM_OTHER.source_title),
    "4.3 source body": (
        "hasClaim.hasPart.3.influencedBy.title",
        {"en": "Four years in a hospital ward"},
    ),
    "4.3 thesis": (
        "hasClaim.hasPart.4.additionalNote.1.noteLiteral",
        {"de": THESIS.work_title},
    ),
    "4.3 without credits": (
        "hasClaim.provenBy.hasPart.title",
        {"en": "State examination"},
    ),
    "4.4": ("hasClaim.provenBy.specifiedBy.gradingScheme.title.en", "Grading scale"),
    "4.4 distribution": ("hasClaim.provenBy.resultDestribution.resultCategory.1.count", 40),
    "4.5": ("hasClaim.provenBy.grade.noteLiteral", {"de": "1.6"}),
    "4.5 classification": ("hasClaim.provenBy.additionalNote.noteLiteral", {"de": "gut"}),
    "4.5 rule": (
        "hasClaim.provenBy.specifiedBy.description",
        COMPLETE.classification_rule,
    ),
    "5.1": ("hasClaim.entitlesTo.0.description", COMPLETE.further_study),
    "5.1 kind": (
        "hasClaim.entitlesTo.0.specifiedBy.dcType.prefLabel.en",
        "learning opportunity",
    ),
    "5.2": ("hasClaim.entitlesTo.1.description", COMPLETE.regulated_profession),
    "5.2 kind": ("hasClaim.entitlesTo.1.specifiedBy.dcType.prefLabel.en", "occupation"),
    "6.1": ("hasClaim.additionalNote.0.noteLiteral", COMPLETE.additional),
    "6.1 micro-credential": (
        "hasClaim.additionalNote.1.noteLiteral.en",
        "First aid at work, FA-9, Rescue School, 2\N{NO-BREAK SPACE}May 2025, 1 ECTS, 30 hours, "
        "EQF 4, Grade: with honours",
    ),
    "6.2": ("hasClaim.additionalNote.2.noteLiteral", COMPLETE.sources),
    "7.2": ("hasClaim.awardedBy.additionalNote.1.noteLiteral", {"de": "Prof. Kim Lind"}),
    "7.3": ("hasClaim.awardedBy.additionalNote.2.noteLiteral", COMPLETE.capacity),
    "7.4": ("hasClaim.supplementaryDocument.contentURL", COMPLETE.verify_url),
    "8": ("hasClaim.awardedBy.educationalSystemNote.definition", COMPLETE.education_system),
}


@pytest.mark.parametrize(("path", "expected"), STATED.values(), ids=STATED)
def test_each_section_has_its_place_in_the_learning_model(path, expected):
    value = as_elm(COMPLETE)["credentialSubject"]
    for step in path.split("."):
        value = value[int(step)] if step.isdigit() else value[step]

    assert value == expected


def test_the_day_of_the_supplement_is_that_of_the_credential():  # section 7.1
    document = as_elm(COMPLETE)

    assert document["issued"] == "2026-10-15T00:00:00Z"
    assert document["credentialSubject"]["hasClaim"]["awardedBy"]["awardingDate"][:10] == (
        "2026-09-30"
    )


def test_the_other_body_is_named_with_what_is_recognised_from_it():
    recognised = claim_of(COMPLETE)["hasPart"][2]

    body = recognised["influencedBy"]["awardedBy"]["awardingBody"]
    assert (body["id"], body["legalName"]) == (SHORE.id, SHORE.name)
    assert "id" in recognised["awardedBy"]  # the component itself is of this institution


WORDED = {  # What each section of the supplement says in ELMO, in English.
    "1.1": "Berg",
    "1.2": "Ana",
    "1.3": "4\N{NO-BREAK SPACE}March 2001",
    "1.4": "4711",
    "2.1": "Applied Statistics; Bachelor of Science (B.Sc.)",
    "2.2": "Statistics (ISCED-F 0542)",
    "2.3": "University of Lindenfeld, Germany, Recognised higher education institution",
    "2.4": "Shore Polytechnic, Netherlands",
    "2.5": "German, English",
    "3.1": "DQR 6, EQF 6, First cycle (bachelor)",
    "3.2": "180 ECTS, 6 semesters",
    "3.3": "Upper secondary school leaving certificate",
    "4.1": "Full-time",
    "4.2": "Plan and judge studies. Say what data do not say.",
    "4.3": "35.5 ECTS",
    "4.4": "Grades from lowest to highest: 1. 5.0 2. 4.0 3. 3.0 4. 2.0 5. 1.0 Passed from: 4.0",
    "4.5": "1.6, gut",
    "5.1": "May apply for master's programmes.",
    "5.2": "May bear the title of engineer.",
    "6.1": "Member of the student parliament.",
    "6.2": "https://lindenfeld.example/stat",
    "7.1": "15\N{NO-BREAK SPACE}October 2026",
    "7.2": "Prof. Kim Lind",
    "7.3": "Dean of studies",
    "7.4": f"Anyone can check this document: {COMPLETE.verify_url}",
    "8": "Degrees have three cycles.",
}


def sections_of(document):
    root = parse_xml(document)
    return {
        section.get("number"): section
        for section in root.iterfind(".//e:diplomaSupplement//e:section", NAMESPACES)
    }


def test_each_section_is_worded_in_elmo():
    found = sections_of(as_elmo(COMPLETE))

    assert {
        number: section.findtext("e:content", None, NAMESPACES)
        for number, section in found.items()
        if section.find("e:content", NAMESPACES) is not None
    } == WORDED
    titles = {number: one.findtext("e:title", None, NAMESPACES) for number, one in found.items()}
    assert titles == {number: heading(number) for number in TITLES}


def test_components_and_micro_credentials_are_lines_of_their_sections():
    found = sections_of(as_elmo(COMPLETE))
    lines = {
        number: [one.text for one in found[number].findall("e:additionalInformation", NAMESPACES)]
        for number in ("4.3", "4.4", "6.1")
    }

    assert lines["4.3"][:3] == [
        "STA-1, Statistics, WS 2024/25, 14\N{NO-BREAK SPACE}February 2025, 6 ECTS, EQF 6, "
        "Grade: 1.7, Compulsory",
        "WRI-1, Writing, 2.5 ECTS, Elective, Micro-credential, Recognised from another credential "
        "of this institution: University of Lindenfeld (Academic writing, short course)",
        "ETH-1, Data ethics, 5 ECTS, Grade: 2.0, Recognised from another institution: "
        "Shore Polytechnic (Ethics of data at sea)",
    ]
    assert lines["4.4"][1].splitlines()[1:] == ["1.0: 12", "2.0: 40", "3.0: 0"]
    assert lines["6.1"][0].startswith("Micro-credential: First aid at work, FA-9, Rescue School")


def test_a_section_without_a_word_says_so():
    found = sections_of(as_elmo(BARE, language="xx"))

    for number in ("1.3", "2.2", "3.1", "4.3", "4.4", "5.2", "7.2", "8"):
        said = found[number].findtext("e:additionalInformation", None, NAMESPACES)
        assert said == "Not stated by the awarding body", number
        assert found[number].find("e:content", NAMESPACES) is None
