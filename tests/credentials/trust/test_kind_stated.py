"""Transcripts and meta-data: what they say, that nobody signed it, and what came along signed."""

import json
from dataclasses import replace

import pytest

from credentials.standards import elmo, microhe, open_badges
from credentials.trust import baked, verify
from credentials.trust.sniff import Kind
from credentials.trust.words import Outcome, Standing
from tests.credentials.standards.sample import COMPLETE
from tests.credentials.trust.test_baked import png
from tests.credentials.trust.test_verify import (
    NOW,
    as_jwt,
    published,
    resolve,
    sign,
    status_document,
)

OTHER = replace(COMPLETE, id=f"{COMPLETE.id}2", title={"en": "Bees"}, outcomes=(), valid_until=None)
BADGE = open_badges.write(COMPLETE, salt="grain")


def transcript(*credentials, **files):
    attached = {
        COMPLETE.id: [
            elmo.Attachment(content, "application/json", {"en": "x"}) for content in files.values()
        ]
    }
    return elmo.write(COMPLETE.holder, credentials, generated=NOW, files=attached)


def check_all(data):
    return verify.check_all(
        data, resolve=resolve, status_of=lambda url: published(status_document()), now=NOW
    )


def test_each_course_is_read_and_called_unsigned():
    first, second = check_all(transcript(COMPLETE, OTHER))

    assert (first.kind, first.verdict, first.key) == (
        Kind.ELMO,
        Standing.NOT_VERIFIABLE,
        "unsigned",
    )
    assert [one.facts.title["en"] for one in (first, second)] == ["Data ethics in practice", "Bees"]
    assert first.check("annex_i").outcome == Outcome.PASS
    assert second.check("annex_i").params["elements"] == ["outcomes"]
    assert second.check("issuer_known").key == "grade_unproven"


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(sign(BADGE)).encode(),
        as_jwt(BADGE).encode(),
        baked.bake_png(png(), json.dumps(sign(BADGE))),
    ],
)
def test_a_signed_credential_that_came_along_stands_for_its_course(content):
    found = check_all(transcript(COMPLETE, OTHER, signed=content))

    assert [(one.kind, one.key) for one in found] == [
        (Kind.OB3, "valid"),
        (Kind.ELMO, "unsigned"),
    ]
    assert found[0].carrier == Kind.ELMO


def test_a_changed_credential_that_came_along_is_not_valid():
    changed = json.dumps({**sign(BADGE), "name": "Doctor"}).encode()

    assert [one.key for one in check_all(transcript(COMPLETE, changed=changed))] == ["changed"]


@pytest.mark.parametrize("junk", [b"%PDF-1.7", b"{", b"\x00", b"<elmo/>", b"[" * 5000])
def test_other_files_that_came_along_are_no_fault(junk):
    assert [one.key for one in check_all(transcript(COMPLETE, junk=junk))] == ["unsigned"]


def test_a_transcript_inside_a_transcript_is_not_opened():
    inner = transcript(COMPLETE)

    assert len(check_all(transcript(COMPLETE, inner=inner))) == 1


def test_a_signature_of_xml_is_said_to_be_unchecked():
    data = transcript(COMPLETE).replace(
        b"</elmo>", b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></elmo>'
    )

    (found,) = check_all(data)

    assert found.check("integrity").outcome == Outcome.UNKNOWN
    assert "XML Signature" in found.check("integrity").sentence


def test_a_transcript_without_a_passed_course_holds_nothing():
    data = b'<elmo xmlns="https://github.com/emrex-eu/elmo-schemas/tree/v1"/>'

    assert [one.key for one in check_all(data)] == ["other"]


def test_meta_data_of_microhe_are_read_and_called_unsigned():
    (found,) = check_all(json.dumps(microhe.write(COMPLETE)).encode())

    assert (found.kind, found.key) == (Kind.MICROHE, "unsigned")
    assert found.facts.title == {"en": "Data ethics in practice"}
    assert found.facts.ects == COMPLETE.ects


@pytest.mark.parametrize(
    "document",
    [{"title": "x"}, {"title": "x", "EQFLevel": 6, "grade": 1}, {"@context": "x", "title": "y"}],
)
def test_other_json_is_not_taken_for_meta_data(document):
    assert [one.key for one in check_all(json.dumps(document).encode())] == ["other"]
