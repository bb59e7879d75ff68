"""A credential in an image: out comes what went in, and no trick of a chunk passes."""

import io
import json
import tracemalloc
import zlib

import pytest
from lxml import etree
from PIL import Image

from credentials.trust.baked import HEADER_END, bake_png, bake_svg, take_out
from credentials.trust.sniff import Kind, Malformed, sniff

JSON = json.dumps({"name": "Bienen ]]> für Anfänger & <Könner>"}, ensure_ascii=False)
JWS = "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl"
SVG = (
    b'<?xml version="1.0"?><!-- drawn --><svg xmlns="http://www.w3.org/2000/svg" width="9">'
    b'<title>A badge</title><rect width="9" height="9"/></svg>'
)


def png():
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, "PNG")
    return file.getvalue()


def with_chunk(name, body):
    chunk = len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)
    image = png()
    return image[:HEADER_END] + chunk + image[HEADER_END:]


@pytest.mark.parametrize("credential", [JSON, JWS])
def test_a_png_gives_back_what_was_baked_into_it(credential):
    baked = bake_png(png(), credential)

    assert take_out(baked).decode() == credential
    assert sniff(baked) == Kind.PNG_BADGE
    with Image.open(io.BytesIO(baked)) as image:
        image.load()
        assert image.text["openbadgecredential"] == credential
        assert image.getpixel((0, 0)) == (0, 128, 128)


@pytest.mark.parametrize("credential", [JSON, JWS])
def test_an_svg_gives_back_what_was_baked_into_it(credential):
    baked = bake_svg(SVG, credential)

    root = etree.fromstring(baked)
    assert json_or_text(take_out(baked)) == json_or_text(credential.encode())
    assert sniff(baked) == Kind.SVG_BADGE
    assert root[0].tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert [etree.QName(child).localname for child in root[1:]] == ["title", "rect"]


def json_or_text(data):
    return json.loads(data) if data.startswith(b"{") else data


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (b"iTXt", b"openbadges\0\0\0\0\0" + JWS.encode()),
        (b"iTXt", b"openbadges\0\0\0en\0badge\0" + JWS.encode()),
        (b"tEXt", b"openbadges\0" + JWS.encode()),
    ],
)
def test_badges_of_version_2_are_taken_out_of_a_png(name, body):
    assert take_out(with_chunk(name, body)) == JWS.encode()


@pytest.mark.parametrize(
    "inside",
    [
        '<o:assertion xmlns:o="http://openbadges.org" verify="https://b.example/1"/>',
        '<o:assertion xmlns:o="http://openbadges.org"><![CDATA[https://b.example/1]]></o:assertion>',
    ],
)
def test_badges_of_version_2_are_taken_out_of_an_svg(inside):
    image = SVG.replace(b"<title>", inside.encode() + b"<title>")

    assert take_out(image) == b"https://b.example/1"


@pytest.mark.parametrize("bake", [bake_png, bake_svg])
def test_an_image_carries_one_badge(bake):
    image = png() if bake is bake_png else SVG

    with pytest.raises(Malformed, match="already"):
        bake(bake(image, JWS), JWS)
    with pytest.raises(Malformed):
        bake(b"GIF89a", JWS)


def test_two_badges_in_an_image_are_refused():
    first = bake_png(png(), JWS)[: HEADER_END - len(png())]
    twice = first + with_chunk(b"tEXt", b"openbadges\0" + JWS.encode())[HEADER_END:]
    drawn = bake_svg(SVG, JWS).replace(
        b"<title>", b'<o:assertion xmlns:o="http://openbadges.org" verify="x"/><title>'
    )

    for image in (twice, drawn):
        with pytest.raises(Malformed, match="more than one badge"):
            take_out(image)
        with pytest.raises(Malformed, match="more than one badge"):
            sniff(image)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (b"zTXt", b"openbadges\0\0" + zlib.compress(bytes(50_000_000))),
        (b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(bytes(50_000_000))),
    ],
)
def test_a_packed_badge_is_refused_and_never_unpacked(name, body):
    image = with_chunk(name, body)
    tracemalloc.start()

    with pytest.raises(Malformed, match="packed"):
        take_out(image)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_a_huge_badge_is_refused():
    with pytest.raises(Malformed, match="too large"):
        take_out(bake_png(png(), '{"a": "' + "a" * 4_000_000 + '"}'))


@pytest.mark.parametrize(
    "image",
    [
        png(),
        SVG,
        with_chunk(b"iTXt", b"openbadges\0\0\0\0\0  "),
        with_chunk(b"iTXt", b"openbadges"),
        bake_png(png(), JWS)[:-20],
        bake_png(png(), JWS)[:HEADER_END] + b"\xff\xff\xff\xffiTXtopenbadges",
        b"<svg",
        b"",
    ],
)
def test_an_image_without_a_proper_badge_gives_none(image):
    with pytest.raises(Malformed):
        take_out(image)
