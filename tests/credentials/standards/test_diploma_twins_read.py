"""Degrees as data: what our own readers find in them, and hostile texts stay texts."""

import json
from dataclasses import replace
from datetime import date

import pytest
from lxml import etree

from credentials.standards import degree_statements, elm, elmo
from credentials.standards.facts import GradeFacts
from credentials.trust.sniff import parse_xml

from .degrees import (
    COMPLETE,
    FROM_OTHER,
    HOSTILE,
    HOSTILE_TEXT,
    INTERIM,
    KINDS,
    LONG,
    PASSED_HERE,
    TRANSCRIPT,
)
from .test_diploma_twins import NAMESPACES, PRINTED, as_elm, as_elmo, claim_of, sections_of


@pytest.mark.parametrize("facts", KINDS.values(), ids=KINDS)
def test_our_reader_finds_the_degree(facts):
    found = elm.read(json.loads(json.dumps(as_elm(facts))))

    assert (found.id, found.title) == (facts.id, facts.title)
    assert found.holder == replace(facts.holder, email="")
    assert found.awarding_body.name == facts.awarding_body.name
    assert found.type == "diploma"
    assert found.ects == (facts.ects_achieved or facts.ects_total)
    assert (found.eqf_level, found.isced_f) == (facts.eqf_level, facts.isced_f)
    assert found.nqf_level == facts.nqf_level
    assert found.awarded_on == facts.graduated_on
    assert found.language == facts.languages[0]
    assert found.grade.value == (facts.final_grade or "Passed")
    assert (found.grade.scale, found.grade.passed_from) == (facts.grade_scale, facts.passed_from)
    assert found.further_information == facts.additional
    assert found.platform == facts.administering_body
    assert found.stackability == ("stackable" if facts.kind == "interim" else "")


@pytest.mark.parametrize("facts", KINDS.values(), ids=KINDS)
def test_our_reader_finds_the_programme_and_its_components_in_elmo(facts):
    degree, *components = elmo.read(parse_xml(as_elmo(facts)))
    body = replace(facts.awarding_body, status="", quality_agency="")  # of the register here

    assert degree == replace(degree_statements.of_degree(facts), awarding_body=body)
    assert [one.title for one in components] == [one.title for one in facts.components]
    for found, component in zip(components, facts.components, strict=True):
        said = degree_statements.of_component(facts, component)
        assert found == replace(said, awarding_body=body)
        assert found.ects == component.ects
        assert found.awarded_on == component.achieved_on


def test_a_transcript_holds_the_components_with_their_results():
    root = parse_xml(as_elmo(TRANSCRIPT))
    found = elmo.read(root)

    assert root.find(".//e:diplomaSupplement", NAMESPACES) is None
    assert [one.title for one in found] == [one.title for one in TRANSCRIPT.components]
    assert found[0].grade == GradeFacts("1.7", "", TRANSCRIPT.grade_scale, "4.0")
    assert found[2].evidence[0].name == FROM_OTHER.source_title
    assert found[2].evidence[0].genre == "other"
    programme = root.find(".//e:learningOpportunityInstance", NAMESPACES)
    assert programme.findtext("e:status", None, NAMESPACES) == "in-progress"
    assert programme.findtext("e:credit/e:value", None, NAMESPACES) == "35.5"
    assert programme.find("e:resultDistribution", NAMESPACES) is not None
    term = root.find(".//e:grouping", NAMESPACES)
    group = root.xpath(f"//e:group[@id='{term.get('idref')}']/e:title", namespaces=NAMESPACES)
    assert [term.text, group[0].text] == ["WS 2024/25", "WS 2024/25"]


def test_a_transcript_of_studies_that_ended_does_not_say_that_they_go_on():
    root = parse_xml(as_elmo(replace(TRANSCRIPT, graduated_on=date(2026, 9, 30))))

    programme = root.find(".//e:learningOpportunityInstance", NAMESPACES)
    assert programme.find("e:status", NAMESPACES) is None


def test_terms_are_groups_in_their_order():
    root = parse_xml(as_elmo(LONG))
    groups = root.findall("e:groups/e:groupType/e:group", NAMESPACES)

    titles = [group.findtext("e:title", None, NAMESPACES) for group in groups]
    assert titles == list(dict.fromkeys(one.term for one in LONG.components))
    assert len(root.findall(".//e:grouping[@typeref='term']", NAMESPACES)) == 80


def test_hostile_texts_stay_texts():
    document = as_elmo(HOSTILE)
    root = parse_xml(document)

    assert b"<script" not in document
    assert {etree.QName(element).localname for element in root.iter()} == {
        etree.QName(element).localname for element in parse_xml(as_elmo(harmless())).iter()
    }
    shown = HOSTILE_TEXT.replace("\x00\x1b\u202e", "")
    assert elmo.read(root)[0].title == {"en": shown}
    assert elm.read(as_elm(HOSTILE)).title == {"en": shown}


def harmless():
    component = replace(PASSED_HERE, title={"en": "x"}, term="x", code="x")
    return replace(HOSTILE, title={"en": "x"}, components=(component,))


def test_the_printed_document_goes_along():
    (file,) = elmo.attachments(parse_xml(as_elmo(COMPLETE, files=[PRINTED])))

    assert file == ("Diploma Supplement", "application/pdf", b"%PDF-1.7")


def test_an_interim_award_says_that_it_is_part_of_more():
    assert claim_of(INTERIM)["specifiedBy"]["isPartialQualification"] is True
    assert "isPartialQualification" not in claim_of(COMPLETE)["specifiedBy"]
    lines = sections_of(as_elmo(INTERIM))["2.1"].findall("e:additionalInformation", NAMESPACES)
    assert "Interim award" in [line.text for line in lines]
