"""The only place that makes PDF files: the only importer of weasyprint.

Every file is PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) at once, and the same input gives
the same bytes. Rendering takes time and memory: call it from a worker, one render at a time in
a process. WeasyPrint is imported late, so that the web server never loads it.
"""

import gc
import hashlib
import io
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from xml.etree.ElementTree import TreeBuilder

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from credentials.pdf_files import Attachment, PdfProblem, name_of
from credentials.pdf_writing import file_of
from credentials.standards.design import PLAIN, Design

logger = logging.getLogger(__name__)

STATIC = "https://static.invalid/"
"""The base of our own files in style sheets and templates; nothing is fetched from a network."""

STYLE_SHEETS = ("css/tokens.css", "css/pdf_elements.css", "css/pdf.css")
BRAND = "--brand"
DRAFT_SECONDS = 60
RELATIONSHIPS = ("Source", "Data", "Alternative", "Supplement", "Unspecified")

_PROPERTY = re.compile(r"(--[\w-]+):\s*([^;]+);")
_USE = re.compile(r"var\((--[\w-]+)\)")
_TABULAR = b"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><match target="font">
<edit name="fontfeatures" mode="append"><string>tnum 1</string></edit>
</match></fontconfig>"""
_PDF_UA = b"""
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
  xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def render_pdf(
    template: str,
    context: dict,
    *,
    languages: Sequence[str],
    title: str,
    identifier: str,
    attachments: Sequence[Attachment] = (),
    created: datetime,
    design: Design = PLAIN,
) -> bytes:
    """Render a template as a PDF/A-3a and PDF/UA-1 file; the same input gives the same bytes.

    The first of `languages` is its main one. `identifier` names it for good (its number and
    version); `created` is an aware time. Raises `PdfProblem` when a character has no font, an
    image or a file is missing, or an image has no alternative text.
    """
    source = _source_of(template, {**context, "design": design}, languages, title, created)
    return _written(source, identifier, attachments, created)


def preview_pdf(
    template: str,
    context: dict,
    *,
    languages: Sequence[str],
    title: str,
    created: datetime,
    design: Design = PLAIN,
) -> bytes:
    """Render a draft while a reader waits: in a process of its own, since a web server has threads.

    Takes a second or two more than `render_pdf`, and raises `PdfProblem` like it.
    """
    source = _source_of(template, {**context, "design": design}, languages, title, created)
    said = created.isoformat(), translation.get_language() or languages[0]
    command = [sys.executable, settings.BASE_DIR / "manage.py", "draft_pdf", *said]
    try:
        done = subprocess.run(  # noqa: S603 - our own command, a time, a language
            command, input=source.encode(), capture_output=True, check=True, timeout=DRAFT_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise PdfProblem(_("The draft takes too long. Print the document instead.")) from error
    except subprocess.CalledProcessError as error:
        raise PdfProblem(error.stderr.decode().strip().rpartition("\n")[2]) from error
    return done.stdout


def draft_pdf(source: str, created: datetime) -> bytes:
    """Return the PDF of a draft; for the process that `preview_pdf` starts."""
    return _written(source, "draft", (), created)


def _source_of(
    template: str, context: dict, languages: Sequence[str], title: str, created: datetime
) -> str:
    with translation.override(languages[0]):
        return render_to_string(
            template,
            {
                **context,
                "languages": tuple(languages),
                "title": title,
                "created": _utc(created).strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        )


def _utc(created: datetime) -> datetime:
    return created.astimezone(timezone.get_fixed_timezone(0)).replace(microsecond=0)


def _written(
    source: str, identifier: str, attachments: Sequence[Attachment], created: datetime
) -> bytes:
    moment, made = _utc(created), []

    def finish(_document, pdf) -> None:
        _finish(pdf, attachments)
        made.append(file_of(pdf, name_of(identifier)))
        del pdf.objects[1:]  # WeasyPrint would write all of it once more

    gc.disable()  # to look for garbage all through a document is a tenth of its time
    try:
        with _complaints_raised():
            _parsed(source).write_pdf(
                font_config=_fonts(),
                stylesheets=[_style_sheet()],
                pdf_variant="pdf/a-3a",
                attachments=[_attached(attachment, moment) for attachment in attachments],
                finisher=finish,
            )
    finally:
        gc.enable()
    return made[0]


def _attached(attachment: Attachment, moment: datetime):
    from weasyprint import Attachment as WeasyAttachment

    if attachment.relationship not in RELATIONSHIPS:
        raise PdfProblem(f"Unknown relationship of an embedded file: {attachment.relationship}")
    return WeasyAttachment(
        file_obj=io.BytesIO(attachment.data),
        name=attachment.name,
        description=attachment.description,
        created=moment,
        modified=moment,
        relationship=attachment.relationship,
    )


def _finish(pdf, attachments: Sequence[Attachment]) -> None:
    """Declare PDF/UA-1 in the metadata, and the media types that WeasyPrint guesses from names."""
    types = {f"<{_md5(a.data)}>": a.media_type for a in attachments}
    for item in pdf.objects:
        extra = getattr(item, "extra", {})
        if extra.get("Type") == "/Metadata":
            item.stream = [
                part.replace(b"</rdf:RDF>", _PDF_UA + b"</rdf:RDF>") for part in item.stream
            ]
        elif extra.get("Type") == "/EmbeddedFile":
            extra["Subtype"] = _pdf_name(types[extra["Params"]["CheckSum"]])


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _pdf_name(text: str) -> str:
    return "/" + re.sub(r"[^A-Za-z0-9.-]", lambda found: f"#{ord(found[0]):02x}", text)


def _parsed(source: str):
    """Return our HTML as WeasyPrint takes it: read by libxml2, styled by our style sheets alone.

    WeasyPrint's own style sheet gives each element six pseudo-elements of which none is used, and
    its parser, written in Python, takes twenty times as long.
    """
    from cssselect2 import ElementWrapper
    from lxml import etree
    from weasyprint import HTML

    class Ours(HTML):
        def _ua_stylesheets(self, forms=False):
            return []

    _remember_languages()
    _tell_languages()
    parser = etree.HTMLParser(target=_Tree(), encoding="utf-8", huge_tree=True)
    html = Ours(string="", base_url=STATIC, url_fetcher=_own_files())
    root = etree.fromstring(source.replace("\0", "").encode(errors="replace"), parser)
    if parser.error_log.filter_from_fatals():  # it has stopped, and says so nowhere else
        raise PdfProblem(_("The document is too large."))
    html.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
    html.etree_element = root
    return html


class _Tree:
    """Takes the elements that a parser finds, and makes the tree that WeasyPrint walks."""

    def __init__(self) -> None:
        builder = TreeBuilder()
        self._start = builder.start
        self.end, self.data, self.close = builder.end, builder.data, builder.close

    def start(self, tag, attributes) -> None:
        self._start(tag, dict(attributes))


@lru_cache(maxsize=1)
def _remember_languages() -> None:
    """Let the declarations of equal lang="" be one and the same.

    WeasyPrint computes one style for all elements of which each declaration is the same object,
    but makes one of each lang="" that it meets, so that no two elements with one shared a style.
    A declaration is never changed, so that it can be kept.
    """
    import tinycss2

    parse = tinycss2.parse_one_declaration
    remembered = lru_cache(maxsize=500)(parse)

    def parse_one_declaration(given, *more, **named):
        is_plain = isinstance(given, str) and not more and not named
        return remembered(given) if is_plain else parse(given, *more, **named)

    tinycss2.parse_one_declaration = parse_one_declaration


@lru_cache(maxsize=1)
def _tell_languages() -> None:
    """Let parts of a tagged PDF say that they are in another language (ISO 32000-1, 14.9.2).

    WeasyPrint says it of the whole document only: a screen reader would read the second of two
    languages in the voice of the first.
    """
    import pydyf
    from weasyprint.css import AnonymousStyle
    from weasyprint.pdf import tags

    build = tags._build_box_tree

    def with_language(box, *given):
        element = getattr(box, "element", None)
        is_whole = element is None or element.tag in ("html", "body")
        said = "" if is_whole or isinstance(box.style, AnonymousStyle) else element.get("lang", "")
        for part in build(box, *given):
            if said:
                part["Lang"] = pydyf.String(said)
            yield part

    tags._build_box_tree = with_language


_of_thread = threading.local()


def _fonts():
    """Return the fonts of this thread: looked for once, and threads cannot share them.

    Their digits have one width each by a rule for Fontconfig, since `font-variant-numeric` makes
    WeasyPrint 70 lose a list of attributes for each line of text: 0.26 MiB for four pages.
    """
    from weasyprint.text.ffi import fontconfig
    from weasyprint.text.fonts import FontConfiguration

    if not hasattr(_of_thread, "fonts"):
        fonts = FontConfiguration()
        if not fontconfig.FcConfigParseAndLoadFromMemory(fonts._config, _TABULAR, True):
            raise PdfProblem("The fonts of this machine take no rule.")
        _of_thread.fonts = fonts
    return _of_thread.fonts


@lru_cache(maxsize=1)
def _style_sheet():
    """Return the parsed style sheet of all documents; it holds no @font-face, so it can be kept.

    What each custom property says is put where it is used: WeasyPrint would do it per element.
    """
    from weasyprint import CSS

    text = "\n".join(Path(_found(name)).read_text() for name in STYLE_SHEETS)
    known = dict(_PROPERTY.findall(text))
    del known[BRAND]  # which a design sets anew
    text = _USE.sub(lambda found: known.get(found[1], found[0]), text)
    return CSS(string=text, base_url=STATIC + STYLE_SHEETS[-1], url_fetcher=_own_files())


def _found(name: str) -> str:
    path = finders.find(name)
    if path is None:
        raise PdfProblem(f"The file static/{name} is missing.")
    return path


def _own_files():
    """Return a fetcher that knows our static files and data: URIs, and refuses all the rest."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):
        def fetch(self, url, headers=None):
            if url.startswith("data:"):
                return super().fetch(url, headers)
            if url.startswith(STATIC):
                return URLFetcherResponse(url, Path(_found(url.removeprefix(STATIC))).read_bytes())
            raise ValueError("a document may only use files of the portal itself")

    return OwnFiles(allowed_protocols=["data"])


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def _complaints_raised() -> Iterator[None]:
    """Turn what WeasyPrint only logs into `PdfProblem`: a broken document must not go out."""
    weasyprint_logger = logging.getLogger("weasyprint")
    complaints = _Complaints()
    weasyprint_logger.addHandler(complaints)
    try:
        yield
    finally:
        weasyprint_logger.removeHandler(complaints)
    unprintable, broken = [], []
    for record in complaints.records:
        if ".notdef" in record.msg:
            unprintable.append("{} (U+{:04X})".format(*record.args))
        elif record.levelno >= logging.ERROR:
            broken.append(record.getMessage())
        else:
            logger.warning("%s", record.getMessage())
    if unprintable:
        told = _(
            "No installed font can print %(signs)s. Install a font that has it, or leave it out."
        )
        raise PdfProblem(told, signs=", ".join(dict.fromkeys(unprintable)))
    if broken:
        raise PdfProblem(" ".join(broken))
