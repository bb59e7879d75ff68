"""Degrees as data: each fact is carried by each format, but for the ones that are listed here."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

from credentials.standards.diploma_facts import (
    AccreditationFacts,
    ComponentFacts,
    DegreeFacts,
    GradeDistribution,
    GradeShare,
    MicroCredentialFacts,
)
from credentials.standards.facts import BodyFacts, HolderFacts, Identifier
from credentials.trust.sniff import parse_xml

from .degrees import COMPLETE, FROM_OTHER, PASSED_HERE
from .test_diploma_twins import NAMESPACES, as_elm, as_elmo, claim_of

OTHER_BODY = BodyFacts({"en": "Quite another school"}, country="FR")
OTHERS = {  # Another value for each fact: a document that does not change does not carry it.
    DegreeFacts: {
        "id": "urn:uuid:0b8f5c7a-5a8b-4ef0-9a1a-6f1b1c5f9eff",
        "kind": "interim",
        "number": "N-1",
        "holder": HolderFacts("Other", birth_date=date(2000, 1, 1)),
        "title": {"en": "Other"},
        "awarding_body": OTHER_BODY,
        "programme_code": "P-2",
        "regulations": "Regulations 2025",
        "title_conferred": "B.A.",
        "isced_f": "0541",
        "administering_body": OTHER_BODY,
        "accreditation": None,
        "languages": ("fr",),
        "eqf_level": 7,
        "nqf_level": "DQR 7",
        "cycle": "second",
        "ects_total": Decimal("120"),
        "semesters": 4,
        "access": {"en": "Other access"},
        "mode": "dual",
        "outcomes": {"en": "Other outcomes"},
        "started_on": date(2022, 4, 1),
        "graduated_on": date(2026, 8, 1),
        "components": (PASSED_HERE,),
        "grade_scale": ("F", "A"),
        "passed_from": "D",
        "distribution": None,
        "final_grade": "3.1",
        "classification": "sehr gut",
        "classification_rule": {"en": "Best grade counts."},
        "further_study": {"en": "Other study"},
        "regulated_profession": {"en": "Other profession"},
        "additional": {"en": "Other"},
        "micro_credentials": (),
        "sources": {"en": "https://other.example"},
        "certified_on": date(2026, 12, 1),
        "signatory": "Somebody else",
        "capacity": {"en": "Rector"},
        "education_system": {"en": "Another system"},
        "verify_url": "https://portal.lindenfeld.example/c/WXYZ/",
    },
    ComponentFacts: {
        "title": {"en": "Other"},
        "code": "C-2",
        "component_type": "thesis",
        "term": "SS 2026",
        "achieved_on": date(2026, 1, 1),
        "ects": Decimal("7.5"),
        "grade": "3.3",
        "eqf_level": 7,
        "work_title": "On other things",
        "origin": "own",
        "source_title": {"en": "Other source"},
        "source_body": OTHER_BODY,
        "is_micro_credential": True,
    },
    MicroCredentialFacts: {
        "title": {"en": "Other"},
        "body": OTHER_BODY,
        "awarded_on": date(2020, 1, 1),
        "ects": Decimal("2"),
        "hours": Decimal("60"),
        "eqf_level": 5,
        "grade": "C",
        "code": "C-3",
    },
    GradeDistribution: {
        "isced_f": "0541",
        "first_day": date(2020, 1, 1),
        "last_day": date(2026, 1, 1),
        "shares": (GradeShare("1.0", 13),),
    },
    AccreditationFacts: {
        "agency": OTHER_BODY,
        "kind": "institution",
        "url": "https://agency.example/8",
    },
    GradeShare: {"grade": "1.1", "count": 99},
    HolderFacts: {
        "name": "Anna Berg",
        "given_name": "Anna",
        "family_name": "Bergh",
        "birth_date": date(2000, 2, 2),
        "student_number": "4712",
        "email": "other@example.org",
        "id": "did:key:z6MkqRYqQiSgvZQdnBytw86Qbs2ZWUkGv22od935YF4s8M7V",
    },
    BodyFacts: {
        "name": {"en": "Other"},
        "country": "AT",
        "region": "Tyrol",
        "id": "https://other.example/id",
        "url": "https://other.example",
        "identifiers": (Identifier("erasmus", "D OTHER01"),),
        "status": "non_he",
        "quality_agency": "Other agency",
    },
}
WHOLE = replace(COMPLETE, components=(replace(FROM_OTHER, work_title="On data", term="SS 2025"),))


def changed(kind, name, whole):
    """Return the degree with one fact of one of its parts changed."""
    value = {name: OTHERS[kind][name]}
    if kind is ComponentFacts:
        return replace(whole, components=(replace(whole.components[0], **value),))
    if kind is MicroCredentialFacts:
        return replace(whole, micro_credentials=(replace(whole.micro_credentials[0], **value),))
    if kind is AccreditationFacts:
        return replace(whole, accreditation=replace(whole.accreditation, **value))
    if kind is GradeDistribution:
        return replace(whole, distribution=replace(whole.distribution, **value))
    if kind is GradeShare:
        first, *rest = whole.distribution.shares
        shares = (replace(first, **value), *rest)
        return replace(whole, distribution=replace(whole.distribution, shares=shares))
    if kind is HolderFacts:
        return replace(whole, holder=replace(whole.holder, **value))
    if kind is BodyFacts:
        return replace(whole, awarding_body=replace(whole.awarding_body, **value))
    return replace(whole, **value)


def left_out(written, whole):
    assert [
        kind for kind, others in OTHERS.items() if {f.name for f in fields(kind)} != set(others)
    ] == []
    before = written(whole)
    return {
        f"{kind.__name__}.{name}"
        for kind, others in OTHERS.items()
        for name in others
        if written(changed(kind, name, whole)) == before
    }


def test_what_the_learning_model_leaves_out():
    assert left_out(as_elm, WHOLE) == {
        "HolderFacts.email",  # the supplement has none
        "BodyFacts.quality_agency",  # the accreditation names it
    }
    bare = replace(WHOLE, accreditation=None)
    assert as_elm(changed(BodyFacts, "quality_agency", bare)) != as_elm(bare)


def test_what_elmo_leaves_out():
    assert left_out(as_elmo, WHOLE) == {
        "HolderFacts.email",
        "HolderFacts.name",  # given and family name are there
    }


def test_what_elmo_leaves_out_of_a_transcript():
    transcript = replace(WHOLE, kind="transcript")

    assert left_out(as_elmo, transcript) == {
        "HolderFacts.email",
        "HolderFacts.name",
        "BodyFacts.status",
        "BodyFacts.quality_agency",  # the accreditation names it
        "DegreeFacts.title_conferred",
        "DegreeFacts.semesters",
        "DegreeFacts.ects_total",
        "DegreeFacts.mode",
        "DegreeFacts.final_grade",
        "DegreeFacts.classification",
        "DegreeFacts.classification_rule",
        "DegreeFacts.further_study",
        "DegreeFacts.regulated_profession",
        "DegreeFacts.micro_credentials",
        "DegreeFacts.sources",
        "DegreeFacts.signatory",
        "DegreeFacts.capacity",
        "DegreeFacts.education_system",
        *(f"MicroCredentialFacts.{field.name}" for field in fields(MicroCredentialFacts)),
    }


def test_a_grade_that_nobody_has_is_only_in_elmo():
    counted = claim_of(COMPLETE)["provenBy"]["resultDestribution"]["resultCategory"]

    assert [(one["label"], one["count"]) for one in counted] == [("1.0", 12), ("2.0", 40)]
    root = parse_xml(as_elmo(COMPLETE))
    labels = root.xpath("//e:resultDistribution/e:category/@label", namespaces=NAMESPACES)
    assert labels == ["1.0", "2.0", "3.0"]
