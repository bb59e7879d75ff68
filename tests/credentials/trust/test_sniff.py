"""Uploads are what they are, not what they are called; broken ones get a friendly reason."""

import json
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.standards import open_badges
from credentials.trust import sniff
from credentials.trust.sniff import Kind, Malformed
from tests.credentials.standards.sample import COMPLETE

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:ob="https://purl.imsglobal.org/ob/v3p0">%s</svg>'
)
BADGE = json.dumps(open_badges.write(COMPLETE)).encode()


def png(*chunks):
    def chunk(name, body=b""):
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    baked = b"".join(chunk(name, body) for name, body in chunks)
    pixel = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + baked + pixel + chunk(b"IEND")


BAKED = (b"iTXt", b"openbadgecredential\0\0\0\0\0" + BADGE)
BAKED_V2 = (b"tEXt", b"openbadges\0https://badges.example/1")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (BADGE, Kind.OB3),
        (b"\xef\xbb\xbf  " + BADGE, Kind.OB3),
        (b'{"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"}', Kind.OB2),
        (b'{"@context": ["https://www.w3.org/ns/credentials/v2"], "type": "X"}', Kind.VC),
        (
            b'{"payload": "{\\"type\\":[\\"EuropeanDigitalCredential\\"]}", "signatures": []}',
            Kind.EDC,
        ),
        (b'{"payload": "abc", "signatures": []}', Kind.JWT),
        (b'{"credential": {"type": ["EuropeanDigitalCredential"]}}', Kind.EDC),
        (b'{"a": 1}', Kind.JSON),
        (b"[1, 2]", Kind.JSON),
        (b"eyJhbGciOiJFZERTQSJ9.e30.c2ln", Kind.JWT),
        (b"%PDF-1.7 ...", Kind.PDF),
        (png(), Kind.PNG),
        (png(BAKED), Kind.PNG_BADGE),
        (png(BAKED_V2), Kind.PNG_BADGE),
        (png((b"iTXt", b"Comment\0\0\0\0\0openbadgecredential")), Kind.PNG),
        (b"\xff\xd8\xff\xe0....", Kind.JPEG),
        (b"RIFF\0\0\0\0WEBPVP8 ", Kind.WEBP),
        (b"PK\x03\x04....", Kind.ZIP),
        ((SVG % "").encode(), Kind.SVG),
        ((SVG % '<ob:credential verify="x.y.z"/>').encode(), Kind.SVG_BADGE),
        (b'<elmo xmlns="https://github.com/emrex-eu/elmo-schemas/tree/v1"/>', Kind.ELMO),
        (b'<?xml version="1.0"?><report/>', Kind.XML),
        (b"<html><body>", Kind.HTML),
        (b"<!DOCTYPE html><p>", Kind.HTML),
        (b"<b>bold</b>", Kind.HTML),
        (b"plain words", Kind.TEXT),
        (b"MZ\x90\x00\x03", Kind.UNKNOWN),
        (b"", Kind.UNKNOWN),
    ],
)
def test_content_decides(data, kind):
    assert sniff.sniff(data, "certificate.png") == kind


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (BADGE[:-40], "The file is cut off: its end is missing."),
        (b'{"a": "b', "The file is cut off: its end is missing."),
        (b'{"a" 1}', "The file is not correct JSON: see line 1, column 6."),
        (b'{"a": 1, "a": 2}', "The entry “a” stands there twice."),
        (b'{"a": NaN}', "The file holds a number that no credential can hold."),
        (b'{"a": 1e999}', "The file holds a number that no credential can hold."),
        (b'{"a": ' + b"1" * 5000 + b"}", "The file holds a number that no credential can hold."),
        (b'{"a": "\\ud800"}', "The file holds half of a character."),
        (b'{"a": ["\\uDFFF"]}', "The file holds half of a character."),
        (b'{"\\udc00": 1}', "The file holds half of a character."),
        (b'{"a": "\xff"}', "The file is not in UTF-8."),
        (b"[" * 100_000, "The file is nested too deeply."),
        (b"[" * 70 + b"]" * 70, "The file is nested too deeply."),
        (b"[" * 60 + b"1" + b"]" * 60, "The file is nested too deeply."),
        (
            b'{"a": "' + b"x" * 4_000_000 + b'"}',
            "The file is too large to be read as a credential.",
        ),
        (b'<?xml version="1.0"?><a>', "The file is not correct XML: see line 1."),
        (
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
            "The file holds a document type definition, which is not read here.",
        ),
        (
            b'<?xml version="1.0"?>' + b"<a>" * 150 + b"</a>" * 150,
            "The file is nested too deeply.",
        ),
        (png(BAKED, BAKED_V2), "The image holds more than one badge."),
        (png()[:-20], "The image is damaged or cut off."),
        (png().replace(b"IDAT", b"IDAX"), "The image is damaged or cut off."),
        (
            (SVG % '<ob:credential verify="a"/><ob:credential verify="b"/>').encode(),
            "The image holds more than one badge.",
        ),
    ],
)
def test_broken_files_get_a_reason_that_a_person_understands(data, reason):
    with pytest.raises(Malformed) as error:
        sniff.sniff(data)

    assert error.value.reason == reason


def test_entities_are_never_expanded():
    bomb = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    data = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "x">{bomb}]><a>&e11;</a>'

    with pytest.raises(Malformed):
        sniff.sniff(data.encode())


def test_many_entries_are_looked_through_quickly():
    data = json.dumps({f"k{i}": i for i in range(100_000)}).encode()

    assert sniff.sniff(data) == Kind.JSON


@given(st.binary(max_size=300))
def test_any_bytes_get_a_kind_or_a_reason(data):
    try:
        answer = sniff.sniff(data)
    except Malformed as error:
        answer = error.reason

    assert isinstance(answer, str)
    assert answer


@given(st.integers(0, len(BADGE) - 1))
def test_a_badge_cut_anywhere_is_never_read(length):
    with pytest.raises(Malformed):
        sniff.parse_json(BADGE[:length])


def test_nothing_that_a_browser_runs_is_served_as_such():
    risky = {Kind.HTML, Kind.SVG, Kind.SVG_BADGE, Kind.XML, Kind.ELMO, Kind.UNKNOWN}

    assert {sniff.safe_media_type(kind) for kind in risky} == {"application/octet-stream"}


def test_the_files_of_others_are_recognised(shared):
    folder = shared / "data" / "external_credentials"

    kinds = {path.name: sniff.sniff(path.read_bytes(), path.name) for path in folder.iterdir()}

    assert kinds == {
        "Sample-MC-Annex1-signed.jsonld": Kind.EDC,
        "example.xml": Kind.ELMO,
        "simple-did-key-method.json": Kind.OB3,
        "simple-err-expired.json": Kind.OB3,
    }
