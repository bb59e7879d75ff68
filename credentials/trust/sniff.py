"""The only place that says what an uploaded file really is, whatever its name claims.

Also the only parser of untrusted JSON and XML: bounded, without duplicate keys, document type
definitions or entities.
"""

import json
import math
import re
import zlib
from enum import StrEnum

from django.utils.translation import gettext as _
from lxml import etree

from credentials.standards.contexts import CREDENTIALS_V1, CREDENTIALS_V2

MAX_JSON_BYTES = 4_000_000
MAX_XML_BYTES = 10_000_000
DEEPEST_JSON = 60
DEEPEST_XML = 100

ELMO_NAMESPACE = "https://github.com/emrex-eu/elmo-schemas/tree/v1"
EDC_CONTEXT = "http://data.europa.eu/snb/model/context/edc-ap"
# The meta-data bear no mark of their own: these names stand together nowhere else.
MICROHE_NAMES = {
    *("title", "eduCredType", "EQFLevel", "NQFLevel", "ECTSCreditPoints", "numCreditPoints"),
    *("learningOutcomeDesc", "assesmentMethod", "awardingMethod", "awardingActivity"),
}
LEAST_NAMES = 4
HALF = re.compile(r"\\u[dD][89a-fA-F]")  # how JSON may write a half of a character
OB3_TYPES = {"OpenBadgeCredential", "AchievementCredential"}
# With what a piece of a web page may begin that would be correct XML as well.
PAGE_ELEMENTS = {
    *("html", "head", "body", "div", "section", "article", "main", "header", "footer", "h1", "h2"),
    *("p", "b", "i", "em", "strong", "span", "font", "center", "table", "ul", "ol", "img", "form"),
}
BADGE_KEYWORDS = {b"openbadgecredential", b"openbadges"}
BADGE_NAMESPACES = ("https://purl.imsglobal.org/ob/v3p0", "http://openbadges.org")


class Kind(StrEnum):
    OB3 = "ob3"
    OB2 = "ob2"
    VC = "vc"  # a verifiable credential of another type
    JWT = "jwt"
    EDC = "edc"
    ELMO = "elmo"
    MICROHE = "microhe"
    PNG_BADGE = "png_badge"
    SVG_BADGE = "svg_badge"
    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    SVG = "svg"
    JSON = "json"
    XML = "xml"
    ZIP = "zip"
    HTML = "html"
    TEXT = "text"
    UNKNOWN = "unknown"


MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.PNG_BADGE: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.WEBP: "image/webp",
    Kind.OB3: "application/json",
    Kind.OB2: "application/json",
    Kind.VC: "application/json",
    Kind.EDC: "application/json",
    Kind.MICROHE: "application/json",
    Kind.JSON: "application/json",
    Kind.JWT: "text/plain",
    Kind.TEXT: "text/plain",
    Kind.ZIP: "application/zip",
}

PNG = b"\x89PNG\r\n\x1a\n"
TEXT_CHUNKS = (b"iTXt", b"tEXt", b"zTXt")
SIGNATURES = (
    (PNG, Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
)


class Malformed(ValueError):
    """A file is not what it sets out to be; `reason` tells a person why, `key` the verdict."""

    def __init__(self, reason: str, key: str = "malformed") -> None:
        super().__init__(reason)
        self.reason = reason
        self.key = key


def safe_media_type(kind: Kind) -> str:
    """Return the media type to serve a kept file with; nothing that a browser would run."""
    return MEDIA_TYPES.get(kind, "application/octet-stream")


def sniff(data: bytes, filename: str = "") -> Kind:
    """Return what `data` is by its content; as `read`, without the value."""
    return read(data, filename)[0]


def read(data: bytes, filename: str = "") -> tuple[Kind, object]:
    """Return what `data` is by its content, and its value when that is JSON, else None.

    `filename` only decides between text and JSON. Raises Malformed when it begins as one kind
    and is broken, e.g. truncated JSON or a PNG with two badges in it.
    """
    for signature, kind in SIGNATURES:
        if data.startswith(signature):
            has_badge = kind == Kind.PNG and badge_in_png(data)
            return Kind.PNG_BADGE if has_badge else kind, None
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP, None
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return Kind.PDF, None
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1024]
    if start.startswith((b"{", b"[")) or filename.lower().endswith((".json", ".jsonld")):
        value = parse_json(data)
        return kind_of_json(value), value
    if start.startswith(b"<"):
        return _markup_kind(data, start.lower()), None
    return _text_kind(data), None


def parse_json(data: bytes | str) -> object:
    """Return the value in untrusted JSON text; raise Malformed with a reason for people."""
    if len(data) > MAX_JSON_BYTES:
        raise Malformed(_("The file is too large to be read as a credential."))
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        value = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except UnicodeDecodeError:
        raise Malformed(_("The file is not in UTF-8.")) from None
    except json.JSONDecodeError as error:
        if not text[error.pos :].strip() or error.msg.startswith("Unterminated string"):
            raise Malformed(_("The file is cut off: its end is missing.")) from None
        place = {"line": error.lineno, "column": error.colno}
        raise Malformed(
            _("The file is not correct JSON: see line %(line)s, column %(column)s.") % place
        ) from None
    except RecursionError:
        raise Malformed(_("The file is nested too deeply.")) from None
    except ValueError as error:
        # Python refuses whole numbers of more than 4,300 digits.
        raise error if isinstance(error, Malformed) else Malformed(_not_a_number()) from None
    _check_depth(value)
    # A text in UTF-8 has whole characters; half of one can only be written as an escape.
    if (isinstance(data, str) or HALF.search(text)) and not _is_unicode(value):
        raise Malformed(_("The file holds half of a character."))
    return value


def parse_received(data: bytes) -> object:
    """Return the JSON value in what somebody sent (untrusted), or the text of a compact JWS.

    Raises Malformed.
    """
    if data.startswith(b"eyJ"):
        return data.decode("utf-8", "replace").strip()
    return parse_json(data)


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise Malformed(_("The entry “%(name)s” stands there twice.") % {"name": name[:80]})
        found[name] = value
    return found


def _no_constant(name: str) -> None:
    raise Malformed(_not_a_number())


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Malformed(_not_a_number())
    return number


def _not_a_number() -> str:
    return _("The file holds a number that no credential can hold.")


def _check_depth(value: object) -> None:
    level, depth = [value], 0
    while level := [item for item in level if isinstance(item, dict | list) and item]:
        depth += 1
        if depth >= DEEPEST_JSON:
            raise Malformed(_("The file is nested too deeply."))
        level = [c for item in level for c in (item.values() if isinstance(item, dict) else item)]


def _is_unicode(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def kind_of_json(value: object) -> Kind:
    """Return which standard a parsed JSON document follows, by its own marks."""
    if not isinstance(value, dict):
        return Kind.JSON
    if isinstance(value.get("payload"), str) and isinstance(value.get("signatures"), list):
        return Kind.EDC if '"EuropeanDigitalCredential"' in value["payload"] else Kind.JWT
    if isinstance(value.get("credential"), dict) and "@context" not in value:
        return kind_of_json(value["credential"])
    contexts = _strings(value.get("@context"))
    types = set(_strings(value.get("type")))
    if "EuropeanDigitalCredential" in types or EDC_CONTEXT in contexts:
        return Kind.EDC
    if CREDENTIALS_V2 in contexts or CREDENTIALS_V1 in contexts:
        return Kind.OB3 if types & OB3_TYPES else Kind.VC
    if any(context.startswith("https://w3id.org/openbadges/v") for context in contexts):
        return Kind.OB2
    if "@context" not in value and len(MICROHE_NAMES & set(value)) >= LEAST_NAMES:
        return Kind.MICROHE
    return Kind.JSON


def _strings(value: object) -> list[str]:
    return [
        item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)
    ]


def parse_xml(data: bytes) -> etree._Element:
    """Return the root of untrusted XML; raise Malformed with a reason for people."""
    if len(data) > MAX_XML_BYTES:
        raise Malformed(_("The file is too large to be read as a credential."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Malformed(
            _("The file is not correct XML: see line %(line)s.") % {"line": error.lineno}
        ) from None
    if root.getroottree().docinfo.doctype:
        raise Malformed(_("The file holds a document type definition, which is not read here."))
    depth = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST_XML:
            raise Malformed(_("The file is nested too deeply."))
    return root


def _markup_kind(data: bytes, start: bytes) -> Kind:
    if b"<!doctype html" in start or b"<html" in start or b"<script" in start:
        return Kind.HTML
    is_xml = start.startswith((b"<?xml", b"<!--", b"<!doctype")) or b"xmlns" in start
    try:
        root = parse_xml(data)
    except Malformed:
        if is_xml:
            raise
        return Kind.HTML
    name = etree.QName(root)
    if name.namespace == ELMO_NAMESPACE and name.localname == "elmo":
        return Kind.ELMO
    if name.localname == "svg":
        return Kind.SVG_BADGE if badge_in_svg(root) is not None else Kind.SVG
    return Kind.HTML if name.localname.lower() in PAGE_ELEMENTS else Kind.XML


def _text_kind(data: bytes) -> Kind:
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return Kind.UNKNOWN
    if not text or "\0" in text:
        return Kind.UNKNOWN
    parts = text.split(".", 5)
    # Three parts are signed, five are encrypted (RFC 7515, RFC 7516).
    if len(parts) in (3, 5) and parts[0].startswith("eyJ") and not any(c.isspace() for c in text):
        return Kind.JWT
    return Kind.TEXT


def badge_in_svg(root: etree._Element) -> etree._Element | None:
    """Return the element of a drawing that holds its badge; raise Malformed for two of them."""
    found = [
        child for child in root.iter("{*}*") if etree.QName(child).namespace in BADGE_NAMESPACES
    ]
    if len(found) > 1:
        raise Malformed(_("The image holds more than one badge."))
    return found[0] if found else None


def badge_in_png(data: bytes) -> tuple[bytes, bytes] | None:
    """Return name and content of the chunk that holds the badge of an image (untrusted).

    Open Badges 3.0, section 5.3. Raises Malformed for two of them and for a damaged image.
    """
    found, position = [], len(PNG)
    while position + 12 <= len(data):
        length = int.from_bytes(data[position : position + 4])
        name = data[position + 4 : position + 8]
        body = data[position + 8 : position + 8 + length]
        checksum = data[position + 8 + length : position + 12 + length]
        if len(checksum) < 4 or zlib.crc32(name + body) != int.from_bytes(checksum):
            raise Malformed(_("The image is damaged or cut off."))
        if name in TEXT_CHUNKS and body.partition(b"\0")[0] in BADGE_KEYWORDS:
            found.append((name, body))
        if name == b"IEND":
            break
        position += 12 + length
    else:
        raise Malformed(_("The image is damaged or cut off."))
    if len(found) > 1:
        raise Malformed(_("The image holds more than one badge."))
    return found[0] if found else None
