"""The only place that puts a credential into an image and takes it out again.

Open Badges 3.0, section 5.3 (PNG: one uncompressed iTXt chunk; SVG: one element of its namespace);
those of Open Badges 2.0 are read as well. What is taken out is a file of its own: JSON, a compact
JWS or, in version 2.0, the address of a hosted assertion.
"""

import zlib

from django.utils.translation import gettext as _
from lxml import etree

from credentials.trust.sniff import (
    BADGE_NAMESPACES,
    MAX_JSON_BYTES,
    PNG,
    Malformed,
    badge_in_png,
    badge_in_svg,
    parse_xml,
)

KEYWORD = b"openbadgecredential"
NAMESPACE = BADGE_NAMESPACES[0]
HEADER_END = len(PNG) + 25  # the signature and IHDR, which comes first


def bake_png(image: bytes, credential: str) -> bytes:
    """Return a PNG that carries a credential (JSON text or compact JWS).

    Raises Malformed when `image` is damaged, no PNG, or carries one already.
    """
    if not image.startswith(PNG) or badge_in_png(image):
        raise Malformed(_("The image is no PNG, or holds a badge already."))
    # Keyword, no compression, no language, no translated keyword (PNG, section 11.3.3.4).
    body = b"iTXt" + KEYWORD + b"\0\0\0\0\0" + credential.encode()
    chunk = (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
    return image[:HEADER_END] + chunk + image[HEADER_END:]


def bake_svg(image: bytes, credential: str) -> bytes:
    """Return an SVG that carries a credential (JSON text or compact JWS).

    Raises Malformed when `image` is not correct XML, no SVG, or carries one already.
    """
    root = parse_xml(image)
    if etree.QName(root).localname != "svg" or badge_in_svg(root) is not None:
        raise Malformed(_("The image is no SVG, or holds a badge already."))
    names = {**root.nsmap, "openbadges": NAMESPACE}
    baked = etree.Element(root.tag, dict(root.attrib), nsmap=names)
    baked.text = root.text
    place = etree.SubElement(baked, f"{{{NAMESPACE}}}credential")
    if credential.lstrip().startswith("{"):
        # CDATA would end at ]]>; inside JSON the sign may be written as an escape.
        place.text = etree.CDATA(credential.replace("]]>", "]]\\u003e"))
    else:
        place.set("verify", credential)
    baked.extend(list(root))
    return etree.tostring(baked, xml_declaration=True, encoding="UTF-8")


def take_out(image: bytes) -> bytes:
    """Return the credential in a PNG or SVG (untrusted), as a file of its own.

    Raises Malformed when there is none, more than one, or it is packed or too large: nothing is
    unpacked here, since a small chunk may hold very much.
    """
    found = _from_png(image) if image.startswith(PNG) else _from_svg(image)
    if len(found) > MAX_JSON_BYTES:
        raise Malformed(_("The badge in the image is too large to be read."))
    if not found.strip():
        raise Malformed(_("The image holds no badge."))
    return found.strip()


def _from_png(image: bytes) -> bytes:
    chunk = badge_in_png(image)
    if not chunk:
        return b""
    name, body = chunk
    content = body.partition(b"\0")[2]
    if name == b"tEXt":
        return content
    if name == b"zTXt" or content[:2] != b"\0\0":
        raise Malformed(_("The badge in the image is packed, which the standard does not allow."))
    _language, _null, content = content[2:].partition(b"\0")
    return content.partition(b"\0")[2]


def _from_svg(image: bytes) -> bytes:
    place = badge_in_svg(parse_xml(image))
    if place is None:
        return b""
    return (place.get("verify") or "".join(place.itertext())).encode()
