"""A degree as data is verified like any credential: sealed, as ELMO, with its components."""

import json

import pytest

from credentials.standards import elm, elm_diploma, elmo_diploma
from credentials.standards.elmo import Attachment
from credentials.trust import seals, verify
from credentials.trust.sniff import Kind
from credentials.trust.words import Outcome, Standing
from tests.credentials.standards.degrees import ARABIC, COMPLETE, INTERIM, LONG, TRANSCRIPT
from tests.credentials.standards.test_diploma_twins import PICTURE
from tests.credentials.test_verification import upload
from tests.credentials.trust import test_kind_edc as edc
from tests.credentials.trust.certificate_files import NOW

SEALED_KINDS = {"complete": COMPLETE, "long": LONG, "interim": INTERIM, "arabic": ARABIC}


def sealed(facts):
    issuer = elm.sealing(facts.awarding_body, edc.NUMBER)
    document = elm_diploma.write(facts, issuer=issuer, image=PICTURE)
    return seals.seal(document, edc.LEAF, at=NOW)


def check_all(data):
    return verify.check_all(data, now=NOW, resolve=edc.never, status_of=edc.never)


@pytest.mark.parametrize("facts", SEALED_KINDS.values(), ids=SEALED_KINDS)
def test_a_sealed_degree_is_verified(facts):
    verification = edc.check(sealed(facts))

    assert verification.kind == Kind.EDC
    assert verification.check("integrity").outcome == Outcome.PASS
    assert verification.check("issuer_key").outcome == Outcome.PASS
    assert verification.check("structure").outcome == Outcome.PASS
    assert verification.facts.title == facts.title
    assert verification.facts.holder.name == facts.holder.name


def test_a_changed_component_breaks_the_seal():
    document = sealed(COMPLETE)
    document["payload"] = document["payload"].replace('"1.7"', '"1.0"')

    assert edc.check(document).key == "changed"


def test_programme_and_components_are_statements():
    found = check_all(elmo_diploma.write(COMPLETE, generated=NOW))

    assert [one.facts.title for one in found] == [
        COMPLETE.title,
        *(one.title for one in COMPLETE.components),
    ]
    assert {(one.verdict, one.key) for one in found} == {(Standing.NOT_VERIFIABLE, "unsigned")}


def test_the_sealed_degree_that_came_along_stands_for_the_programme():
    attached = Attachment(
        json.dumps(sealed(COMPLETE)).encode(), "application/json", {"en": "Sealed"}
    )
    found = check_all(elmo_diploma.write(COMPLETE, generated=NOW, files=[attached]))

    assert [one.kind for one in found] == [Kind.EDC, *[Kind.ELMO] * len(COMPLETE.components)]


@pytest.mark.django_db
@pytest.mark.parametrize("facts", [COMPLETE, LONG, TRANSCRIPT])
def test_the_page_shows_an_elmo_file(client, facts):
    page = upload(client, elmo_diploma.write(facts, generated=NOW), "degree.xml")

    assert page.status_code == 200
    text = page.content.decode()
    for component in facts.components:
        assert component.title["en"] in text


@pytest.mark.django_db
def test_the_page_shows_a_sealed_degree(client, settings, tmp_path):
    page = upload(client, json.dumps(sealed(COMPLETE)).encode(), "degree.json")

    assert page.status_code == 200
    assert "Applied Statistics" in page.content.decode()


def test_a_seal_around_nonsense_that_came_along_is_told():
    nonsense = json.dumps({**sealed(COMPLETE), "payload": '{"EuropeanDigitalCredential"'}).encode()
    attached = Attachment(nonsense, "application/json", {"en": "Sealed"})
    first, second, *_more = check_all(elmo_diploma.write(COMPLETE, generated=NOW, files=[attached]))

    assert first.kind == Kind.EDC
    assert not first.is_intact
    assert (second.kind, second.facts.title) == (Kind.ELMO, COMPLETE.title)
