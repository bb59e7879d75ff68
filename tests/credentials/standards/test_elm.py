"""European Digital Credentials: they keep the Commission's shapes and come back when read."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.utils.translation import trans_real
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from credentials.standards import elm, facts_json, open_badges
from credentials.standards.elm_problems import REQUIRED
from credentials.standards.facts import BodyFacts, GradeFacts, HolderFacts, Identifier

from .sample import COMPLETE, JOINT, KINDS, MINIMAL, MULTILINGUAL, STACKED, credentials

PICTURE = b"\x89PNG\r\n\x1a\n"
SEALER = elm.sealing(COMPLETE.awarding_body, "VATDE-123456789")
AGENCY = BodyFacts(
    name={"en": "Agency for Good Teaching"}, country="DE", id="https://agency.example"
)


def sealed(facts):
    return replace(facts, awarding_body=elm.sealing(facts.awarding_body, "VATDE-123456789"))


def expressible(facts):
    """What of `facts` an EDC that is not `identified` can say."""
    holder = replace(facts.holder, birth_date=None, student_number="", email="")
    return replace(facts, holder=holder, verify_url="", status_url="", status_index=None)


def again(document):
    return json.loads(json.dumps(document))


@pytest.mark.parametrize("facts", KINDS.values(), ids=KINDS)
def test_every_kind_comes_back(facts):
    facts = sealed(facts)

    assert elm.read(again(elm.write(facts))) == expressible(facts)


@pytest.mark.checkers
def test_every_kind_keeps_the_shapes(checker, tmp_path):
    paths = []
    for name, facts in KINDS.items():
        for agency in (None, AGENCY):
            document = elm.write(sealed(facts), image=PICTURE, agency=agency, identified=True)
            paths.append(tmp_path / f"{name}-{bool(agency)}.json")
            paths[-1].write_text(json.dumps(document))

    for profile in ("full", "no-cv"):
        done = checker("elm", "--profile", profile, *paths)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.checkers
def test_bodies_with_one_identifier_stay_two(checker, tmp_path):
    first, second = JOINT.joint_bodies
    same = (first, replace(second, id=first.id), replace(second, id=JOINT.awarding_body.id))
    document = elm.write(sealed(replace(JOINT, joint_bodies=same)), image=PICTURE)
    path = tmp_path / "joint.json"
    path.write_text(json.dumps(document))

    read = elm.read(document).joint_bodies

    assert read == (first, replace(second, id=""), replace(second, id=""))
    done = checker("elm", path)
    assert done.returncode == 0, done.stdout + done.stderr


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(credentials)
def test_any_credential_comes_back(facts):
    bodies = [facts.awarding_body, *facts.joint_bodies, facts.platform or MINIMAL.awarding_body]
    assume(len({body.id for body in bodies}) == len(bodies))
    urls = [outcome.url for outcome in facts.outcomes if outcome.url]
    assume(len(urls) == len(set(urls)))

    def placed(body):
        return body if not body or body.country else replace(body, region="")

    facts = replace(
        facts,
        awarding_body=placed(facts.awarding_body),
        joint_bodies=tuple(placed(body) for body in facts.joint_bodies),
        platform=placed(facts.platform),
    )

    assert elm.read(again(elm.write(facts))) == facts


def test_every_term_is_in_the_contexts(shared):
    known = {"@context", "id", "type"}
    for name in ("edc-ap-context.jsonld", "www.w3.org_2018_credentials_v1.json"):
        table = json.loads((shared / "standards" / "contexts" / name).read_text())["@context"]
        known |= set(table)
        for value in table.values():
            known |= set(value.get("@context", {})) if isinstance(value, dict) else set()

    def terms(value):
        if isinstance(value, list):
            return {term for entry in value for term in terms(entry)}
        if not isinstance(value, dict):
            return set()
        if "type" not in value:
            return set()  # a language map
        kinds = value["type"] if isinstance(value["type"], list) else [value["type"]]
        inner = {term for entry in value.values() for term in terms(entry)}
        return set(value) | set(kinds) | inner

    facts = sealed(replace(JOINT, evidence=KINDS["decision"].evidence))
    document = elm.write(facts, image=PICTURE, agency=AGENCY, identified=True)
    assert terms(document) - known == set()


def test_all_elements_of_annex_i_come_back():
    assert elm.read(elm.write(COMPLETE)).missing_elements() == ()


def test_texts_stand_in_all_languages():
    document = elm.write(MULTILINGUAL)
    claim = document["credentialSubject"]["hasClaim"]

    assert claim["title"] == MULTILINGUAL.title
    assert claim["specifiedBy"]["learningOutcome"]["title"] == MULTILINGUAL.outcomes[0].text
    shown = document["displayParameter"]
    assert shown["primaryLanguage"]["id"].endswith("/language/DEU")
    assert [one["id"][-3:] for one in shown["language"]] == ["DEU", "ENG", "FRA", "ELL"]


def test_only_the_wanted_languages_are_written():
    facts = elm.read(elm.write(MULTILINGUAL, languages=["fr"]))

    assert facts.title == {"fr": "Éthique des données"}
    assert facts.prerequisites == MULTILINGUAL.prerequisites  # not in French: better than nothing


def test_personal_data_beyond_the_name_need_a_word():
    plain = json.dumps(elm.write(COMPLETE))

    assert [p for p in ("1999-03-04", "4711", "Ana@example.org") if p in plain] == []
    assert elm.read(elm.write(COMPLETE, identified=True)).holder == COMPLETE.holder


def test_published_concepts_are_used():
    spec = elm.write(STACKED)["credentialSubject"]["hasClaim"]["specifiedBy"]

    assert spec["eqfLevel"]["id"] == "http://data.europa.eu/snb/eqf/6"
    assert spec["nqfLevel"]["inScheme"]["id"] == "http://data.europa.eu/snb/qdr/25831c2"
    assert spec["thematicArea"]["prefLabel"] == {"en": "Philosophy and ethics"}
    assert spec["creditPoint"]["framework"]["id"].endswith("education-credit/6fcec5c5af")
    assert (spec["creditPoint"]["point"], spec["volumeOfLearning"]) == ("2.5", "PT62H30M")
    assert spec["provenBy"]["dcType"]["id"] == "http://data.europa.eu/snb/assessment/6e6cb2cc78"
    assert spec["isPartialQualification"] is True
    assert spec["isPartOf"]["title"] == {"en": "Bachelor of Philosophy"}


def test_an_agency_with_its_country_accredits():
    document = elm.write(COMPLETE, agency=AGENCY)
    accreditation = document["credentialSubject"]["hasClaim"]["specifiedBy"]["accreditation"]

    assert accreditation["dcType"]["id"] == "http://data.europa.eu/snb/accreditation/bb4618238e"
    assert accreditation["accreditingAgent"]["legalName"] == AGENCY.name
    facts = elm.read(document)
    assert (facts.quality_assurance, facts.quality_agency, facts.quality_url) == (
        COMPLETE.quality_assurance,
        COMPLETE.quality_agency,
        COMPLETE.quality_url,
    )


def test_another_institution_may_seal():
    other = replace(AGENCY, identifiers=(Identifier("eidas", "VATEL-9"), Identifier("vat", "9")))

    document = elm.write(COMPLETE, issuer=other)

    assert document["issuer"]["legalName"] == AGENCY.name
    assert document["issuer"]["eIDASIdentifier"]["spatial"]["id"].endswith("/country/GRC")
    assert document["issuer"]["vatIdentifier"]["spatial"]["id"].endswith("/country/DEU")
    assert elm.read(document).awarding_body == COMPLETE.awarding_body


def test_a_complete_credential_has_no_problems():
    assert elm.problems(elm.write(COMPLETE, issuer=SEALER, image=PICTURE)) == []


def test_problems_name_what_the_portal_does_not_know():
    nameless = replace(COMPLETE, awarding_body=BodyFacts(name={"en": "Somebody"}))

    assert elm.problems(elm.write(nameless)) == [
        "The legal name of the issuer is not stated.",
        "The country of the issuer is not stated.",
        "The eIDAS identifier of the issuer is not stated: it stands in the certificate.",
        "There is no picture of the credential.",
    ]


@pytest.mark.checkers
def test_problems_find_what_the_shapes_find(checker, tmp_path):
    """Each mandatory property is taken away in turn: the shapes fail, and so do we."""
    facts = sealed(replace(JOINT, evidence=()))
    whole = elm.write(facts, image=PICTURE, agency=AGENCY, identified=True)
    paths, unnoticed = [], []
    for kind, names in REQUIRED.items():
        for name in names:
            document = again(whole)
            taken = without(document, kind, name)
            if taken:
                paths.append(tmp_path / f"{kind}-{name}.json")
                paths[-1].write_text(json.dumps(document))
                unnoticed += [] if elm.problems(document) else [paths[-1].name]

    done = checker("elm", "--profile", "no-cv", *paths)

    assert unnoticed == []
    assert len(paths) == 44
    assert [line for line in done.stdout.splitlines() if line.endswith(" ok")] == []


def without(value, kind, name):
    """Take a property away from all nodes of a class; return how often it was there."""
    if isinstance(value, list):
        return sum(without(entry, kind, name) for entry in value)
    if not isinstance(value, dict):
        return 0
    kinds = value.get("type", [])
    own = kind in (kinds if isinstance(kinds, list) else [kinds]) and value.pop(name, None)
    return bool(own) + sum(without(entry, kind, name) for entry in value.values())


def test_problems_of_others_name_the_place(shared):
    folder = shared / "standards" / "elm"
    unsigned = json.loads((folder / "Sample-MC-Annex1-unsigned-uploadable.json").read_text())
    conforming = json.loads((folder / "edc-annex1-conforming-payload.json").read_text())
    del conforming["credentialSubject"]["hasClaim"]["awardedBy"]["awardingBody"]

    assert elm.problems(unsigned) == [
        "The eIDAS identifier of the issuer is not stated: it stands in the certificate.",
        "$.issued is missing.",
    ]
    assert elm.problems(conforming) == [
        "$.credentialSubject.hasClaim.awardedBy.awardingBody is missing."
    ]
    assert elm.problems([]) == ["This is not a European Digital Credential."]


def test_the_official_sample_is_read(shared):
    folder = shared / "standards" / "elm"
    upload = json.loads((folder / "Sample-MC-Annex1-unsigned-uploadable.json").read_text())
    signed = json.loads((folder / "Sample-MC-Annex1-signed.jsonld").read_text())

    facts = elm.read(json.loads(signed["payload"]))

    assert facts.title == {"en": "Digital micro-credential creation"}
    assert (facts.number, facts.type, facts.nqf_level) == ("C012", "microcredential", "RQF Level 6")
    assert facts.awarding_body.name == {"en": "University of Zed"}
    assert (facts.awarding_body.country, facts.awarding_body.region) == ("IE", "Dublin city")
    assert facts.awarding_body.identifiers == (
        Identifier("national", "0000"),
        Identifier("vat", "654321"),
        Identifier("Research Alliance", "Res1818"),
    )
    assert facts.holder == HolderFacts(
        name="Ana Andromeda",
        given_name="Ana",
        family_name="Andromeda",
        birth_date=date(1999, 10, 2),  # written as 22:00 UTC of the day before
        email="ana.andromeda.4edc@gmail.com",
    )
    assert facts.issued_on == datetime(2023, 9, 27, 11, 54, 17, tzinfo=UTC)
    assert (facts.activity_from, facts.activity_to) == (date(2023, 5, 5), date(2023, 6, 6))
    assert (facts.ects, facts.hours, facts.eqf_level, facts.isced_f) == (2, 60, 6, "0688")
    assert (facts.assessment_type, facts.participation_form) == ("artefact", "blended")
    assert (facts.supervision, facts.stackability) == ("unsupervised", "standalone")
    assert facts.grade == GradeFacts("Pass", "Standard grading")
    assert [outcome.text["en"] for outcome in facts.outcomes] == [
        "Communication, collaboration and creativity",
        "Developing digital content",
    ]
    assert [len(outcome.skills) for outcome in facts.outcomes] == [3, 3]
    assert facts.missing_elements() == ("quality_assurance",)
    unsigned = elm.read(upload)
    assert unsigned == replace(
        facts, issued_on=unsigned.issued_on, id=unsigned.id, platform=unsigned.platform
    )


def test_nodes_that_stand_elsewhere_are_found():
    document = elm.write(COMPLETE)
    award = document["credentialSubject"]["hasClaim"]["awardedBy"]
    award["awardingBody"] = document["issuer"]["id"]
    document["credentialSubject"]["hasClaim"]["influencedBy"]["awardedBy"] = {"id": award["id"]}

    assert elm.read(document) == expressible(COMPLETE)


def test_supervision_with_a_shared_entry_is_not_guessed():
    document = elm.write(COMPLETE)
    taken = document["credentialSubject"]["hasClaim"]["provenBy"]
    del taken["idVerification"]["notation"]

    by_place = elm.read(document).supervision
    del taken["specifiedBy"]["mode"]

    assert (by_place, elm.read(document).supervision) == ("supervised_onsite", "")


def test_no_language_from_outside_is_switched_to():
    """Django would keep a catalogue for each, for ever."""
    elm.read(elm.write(COMPLETE))
    document = elm.write(COMPLETE)
    scheme = document["credentialSubject"]["hasClaim"]["provenBy"]["specifiedBy"]["gradingScheme"]
    scheme["title"] = scheme["description"] = {"tlh": "mI'", "sv": "Betyg"}
    known = set(trans_real._translations)

    elm.read(document)
    badge = open_badges.write(COMPLETE)
    badge["credentialSubject"]["achievement"]["inLanguage"] = "tlh"
    open_badges.read(badge)

    assert set(trans_real._translations) == known


def test_a_scale_is_read_in_the_language_it_was_worded_in():
    document = elm.write(replace(MULTILINGUAL, language="de"))
    scheme = document["credentialSubject"]["hasClaim"]["provenBy"]["specifiedBy"]["gradingScheme"]
    scheme["description"] = {"de": scheme["description"]["en"]}

    assert elm.read(document).grade == MULTILINGUAL.grade


@pytest.mark.parametrize("document", [None, [], "x", 3, {}, {"credential": []}])
def test_what_is_no_credential_says_nothing(document):
    assert elm.read(document).title == {}
    assert elm.problems(document) == ["This is not a European Digital Credential."]


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_value_in_any_place_is_survived(data):
    document = again(elm.write(sealed(JOINT), image=PICTURE, agency=AGENCY, identified=True))
    junk = data.draw(
        st.sampled_from(
            [None, [], {}, "", "x" * 3000, -1, 1e300, True, [[]], {"id": 3}, "\u202e", [None, 1]]
        )
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

    facts = elm.read(document)
    elm.problems(document)

    assert facts_json.from_json(again(facts_json.to_json(facts))) == facts
