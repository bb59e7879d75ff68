"""ELMO 1.7: what is written keeps EMREX's schema and comes back; documents of others are read."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from string import ascii_uppercase

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from credentials.standards import elmo, elmo_vocabulary, facts_json
from credentials.standards.elmo import Attachment
from credentials.standards.facts import BodyFacts, GradeFacts, HolderFacts, Identifier
from credentials.trust.sniff import Kind, parse_xml, sniff

from .sample import COMPLETE, JOINT, KINDS, MINIMAL, MULTILINGUAL, SITE, credentials

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
ANA = COMPLETE.holder
NAMESPACES = {"e": "https://github.com/emrex-eu/elmo-schemas/tree/v1"}
SIGNED = Attachment(b'{"signed": true}', "application/vc+ld+json", {"en": "Signed credential"})


def written(*facts, holder=ANA, files=None):
    return elmo.write(holder, facts, generated=NOW, files=files)


def found(document, path):
    return [one if isinstance(one, str) else one.text for one in path_of(document, path)]


def path_of(document, path):
    return parse_xml(document).xpath(path, namespaces=NAMESPACES)


def expressible(facts):
    """What of `facts` an ELMO document can say: there is no status list."""
    return replace(facts, holder=ANA, status_url="", status_index=None)


@pytest.mark.parametrize("facts", KINDS.values(), ids=KINDS)
def test_every_kind_comes_back(facts):
    assert elmo.read(parse_xml(written(facts))) == [expressible(facts)]


@pytest.mark.checkers
def test_every_kind_keeps_the_schema(checker, tmp_path):
    paths = []
    for name, facts in KINDS.items():
        paths.append(tmp_path / f"{name}.xml")
        paths[-1].write_bytes(written(facts, files={facts.id: [SIGNED]}))
    paths.append(tmp_path / "all.xml")
    several = [replace(facts, id=f"urn:uuid:{n}") for n, facts in enumerate(KINDS.values())]
    paths[-1].write_bytes(written(*several, files={one.id: [SIGNED] for one in several}))
    paths.append(tmp_path / "bare.xml")
    nowhere = replace(MINIMAL, awarding_body=BodyFacts({"en": "School"}, country="TW"))
    bare = elmo.write(HolderFacts("Mononym"), [nowhere], generated=NOW)
    paths[-1].write_bytes(bare)

    done = checker("elmo", *paths)

    assert done.returncode == 0, done.stdout + done.stderr
    assert elmo.read(parse_xml(bare))[0].awarding_body == nowhere.awarding_body


def test_exactly_the_countries_of_the_schema_are_written(shared):
    listed = etree.parse(shared / "standards" / "elmo" / "EUROPASS_ISOCountries_V1.1.xsd")
    codes = map("".join, product(ascii_uppercase, repeat=2))

    written = {code for code in codes if elmo_vocabulary.knows_country(code)}

    assert written == set(listed.xpath("//*[local-name()='enumeration']/@value"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(credentials)
def test_any_credential_comes_back(facts):
    document = written(facts)

    assert sniff(document) == Kind.ELMO
    assert elmo.read(parse_xml(document)) == [expressible(facts)]


def test_each_awarding_body_has_its_report():
    document = written(COMPLETE, MINIMAL, replace(COMPLETE, id=f"{SITE}/2"))

    assert found(document, "//e:report/e:issuer/e:title") == [
        "University of Lindenfeld",
        "Rescue School",
    ]
    assert [facts.id for facts in elmo.read(parse_xml(document))] == [
        COMPLETE.id,
        f"{SITE}/2",
        MINIMAL.id,
    ]


def test_elements_of_the_schema_carry_what_they_can():
    document = written(MULTILINGUAL)
    course = "//e:learningOpportunitySpecification"
    instance = f"{course}//e:learningOpportunityInstance"

    assert found(document, f"{course}/e:title/@xml:lang") == ["en", "de", "fr", "el"]
    assert found(document, f"{course}/e:iscedCode") == ["0223"]
    assert found(document, f"{instance}/e:credit/*") == ["ects", "Bachelor", "2.5"]
    assert found(document, f"{instance}/e:level/*") == ["EQF", "6", "NQF", "DQR 6"]
    assert found(document, f"{instance}/e:engagementHours") == ["62.5"]
    assert found(document, f"{instance}/e:resultLabel") == ["B"]
    assert found(document, "//e:gradingScheme/@localId") == ["scale-1"]
    assert found(document, "//e:issuer/e:identifier/@type") == ["schac", "erasmus", "deqar", "uri"]


def test_the_description_says_annex_i_in_words():
    described = found(written(COMPLETE), "//e:description[@xml:lang='en']")[0]

    for words in (
        "How to decide well",
        "1. Weigh the interests",
        "Written examination",
        "Volunteering",
        "Agency for Good Teaching",
        "First cycle (bachelor)",
        "Supervised on site",
    ):
        assert words in described


def test_the_signed_credential_goes_along():
    document = written(COMPLETE, MINIMAL, files={COMPLETE.id: [SIGNED], MINIMAL.id: [SIGNED]})

    assert found(document, "//e:attachments/e:ref") == ["1", "2"]
    assert found(document, "//e:attachment/e:type") == ["Micro Credential"] * 2
    assert (
        elmo.attachments(parse_xml(document))
        == [("Micro Credential", SIGNED.media_type, SIGNED.content)] * 2
    )


def test_a_name_that_is_not_taken_apart_stays_whole():
    holder = HolderFacts(name="Ana Berg")

    document = written(COMPLETE, holder=holder)

    assert found(document, "//e:learner/*") == [None, "Ana Berg"]
    assert elmo.read(parse_xml(document))[0].holder == holder


def test_without_credentials_there_is_no_document():
    with pytest.raises(ValueError, match="needs a credential"):
        elmo.write(ANA, [], generated=NOW)


def test_a_document_of_others_is_read(shared):
    example = (shared / "standards" / "elmo" / "example.xml").read_bytes()

    facts = elmo.read(parse_xml(example))

    assert [one.title.get("en") or one.title["und"] for one in facts] == [
        "Master of Science in Biology",
        "Identifying ectomycorrhizal fungi (University of Copenhagen)",
        "Compiler construction",
        "The importance of <br> in HTML",
    ]
    compilers = facts[2]
    assert compilers.holder == HolderFacts(
        name="Wojciech Łukasz Rygielski",
        given_name="Wojciech Łukasz",
        family_name="Rygielski",
        birth_date=date(1983, 4, 12),
    )
    assert compilers.awarding_body == BodyFacts(
        name={"pl": "Uniwersytet Warszawski", "en": "University of Warsaw"},
        country="PL",
        url="http://www.uw.edu.pl",
        identifiers=(
            Identifier("pic", "999572294"),
            Identifier("erasmus", "PL WARSZAW01"),
            Identifier("schac", "uw.edu.pl"),
        ),
    )
    assert (compilers.title["pl"], compilers.course_code) == ("Budowa kompilatorów", "1000-217bMRJ")
    assert (compilers.ects, compilers.cycle, compilers.isced_f) == (Decimal(6), "first", "0612")
    assert (compilers.eqf_level, compilers.language) == (5, "pl")
    assert compilers.nqf_level == "Norwegian Qualification Framework 5"
    assert (compilers.activity_from, compilers.activity_to) == (
        date(2014, 10, 1),
        date(2015, 2, 15),
    )
    assert compilers.awarded_on == date(2015, 3, 17)
    assert compilers.issued_on == datetime(2015, 10, 31, 5, tzinfo=UTC)
    assert compilers.grade == GradeFacts(
        "45.1", "A number of the scale from 0.0 to 100.0 (one digit of precision)"
    )
    assert facts[0].type == "diploma"
    assert facts[1].ects == 15


def test_what_was_failed_is_left_out():
    document = written(COMPLETE).replace(b">passed<", b">failed<")

    assert elmo.read(parse_xml(document)) == []


def test_another_document_says_nothing():
    assert elmo.read(parse_xml(b"<elmo/>")) == []
    assert elmo.read(parse_xml(b'<html xmlns="http://www.w3.org/1999/xhtml"/>')) == []


BROKEN = ["", "x" * 3000, "-1", "1e9", "٣", "javascript:alert(1)", "2026-13-45", "<b/>", "data:,x"]


@given(st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_text_in_any_place_is_survived(data):
    document = written(JOINT, KINDS["decision"], files={JOINT.id: [SIGNED]})
    root = parse_xml(document)
    element = data.draw(st.sampled_from(list(root.iter("{*}*"))))
    how = data.draw(st.sampled_from(["text", "attributes", "twice", "gone", "moved"]))
    junk = data.draw(st.sampled_from(BROKEN))
    if how == "text":
        element.text = junk
    elif how == "attributes":
        for name in element.attrib:
            element.set(name, junk)
    elif how == "twice":
        root.append(etree.fromstring(etree.tostring(element)))
    elif how == "gone" and element is not root:
        element.getparent().remove(element)
    elif element is not root:
        root.append(element)

    facts = elmo.read(root)
    elmo.attachments(root)

    for one in facts:
        assert facts_json.from_json(json.loads(json.dumps(facts_json.to_json(one)))) == one
