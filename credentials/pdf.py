"""The only place that makes and opens PDF files: the only importer of weasyprint and pikepdf.

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
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation

logger = logging.getLogger(__name__)

STATIC = "https://static.invalid/"
"""The base of our own files in style sheets and templates; nothing is fetched from a network."""

STYLE_SHEETS = ("css/tokens.css", "css/pdf.css")
MAX_EMBEDDED_BYTES = 5_000_000
MAX_UNPACKED_BYTES = 20_000_000
MOST_EMBEDDED = 5
DRAFT_SECONDS = 60
MOST_ENTRIES = 100_000
# pikepdf unpacks LZW without limit, so it is refused wherever it is named, or may be elsewhere.
UNKNOWN_FILTER = re.compile(rb"/Filter(?!\w)(?!\s*(?:/(?!LZW)|null\b|\[\s*(?:/(?!LZW)\w+\s*)*\]))")
DOCUMENT_NAME = re.compile(rb"[0-9a-f]{32}")
NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
BESIDE_THE_FILE = {"/Info"}
BESIDE_ALL = {"/Metadata", "/PieceInfo", "/LastModified", "/EmbeddedFiles", "/EF", "/AF"}
BESIDE_SIGNATURE = {"/Name", "/ContactInfo", "/Location", "/Reason", "/Cert", "/Contents"}
BESIDE_COMMENT = {"/T", "/RC", "/Popup"}
RELATIONSHIPS = ("Source", "Data", "Alternative", "Supplement", "Unspecified")

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


class PdfProblem(Exception):
    """A document that cannot be printed as it should be, or a PDF that cannot be read."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a PDF. `relationship` is its AFRelationship (ISO 32000-2, 7.11.3)."""

    name: str
    data: bytes
    media_type: str
    description: str
    relationship: str = "Source"


def render_pdf(
    template: str,
    context: dict,
    *,
    languages: Sequence[str],
    title: str,
    identifier: str,
    attachments: Sequence[Attachment] = (),
    created: datetime,
) -> bytes:
    """Render a template as a PDF/A-3a and PDF/UA-1 file; the same input gives the same bytes.

    `languages` are those of the document, the first one is its main language. `identifier` names
    the document for good (its number and version); `created` is an aware time. Raises
    `PdfProblem` when a character has no font, an image or a file is missing, or an image has no
    alternative text.
    """
    source = _source_of(template, context, languages, title, created)
    return _written(source, identifier, attachments, created)


def preview_pdf(
    template: str, context: dict, *, languages: Sequence[str], title: str, created: datetime
) -> bytes:
    """Render a draft while a reader waits: in a process of its own, since a web server has threads.

    Takes a second or two more than `render_pdf`, and raises `PdfProblem` like it.
    """
    source = _source_of(template, context, languages, title, created)
    command = [sys.executable, settings.BASE_DIR / "manage.py", "draft_pdf", created.isoformat()]
    try:
        done = subprocess.run(  # noqa: S603 - our own command and a time
            command, input=source.encode(), capture_output=True, check=True, timeout=DRAFT_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise PdfProblem("The draft takes too long. Print the document instead.") from error
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
    from weasyprint import HTML

    moment = _utc(created)
    gc.disable()  # to look for garbage all through a document is a tenth of its time
    try:
        with _complaints_raised():
            return HTML(string=source, base_url=STATIC, url_fetcher=_own_files()).write_pdf(
                stylesheets=[_style_sheet()],
                pdf_variant="pdf/a-3a",
                pdf_identifier=_name_of(identifier),
                attachments=[_attached(attachment, moment) for attachment in attachments],
                finisher=lambda _document, pdf: _finish(pdf, attachments),
            )
    finally:
        gc.enable()


def embedded_files(data: bytes) -> tuple[Attachment, ...]:
    """Return the first five files inside a PDF (untrusted), of at most 5 MB each.

    Raises `PdfProblem` when it is no PDF, or one of them is larger or packed in an unknown way.
    """
    with _opened(data) as pdf:
        return tuple(_read(spec) for spec in islice(pdf.attachments.values(), MOST_EMBEDDED))


def is_named(data: bytes, identifier: str) -> bool | None:
    """Return whether a PDF (untrusted) names itself as the document that was made as `identifier`.

    None when it bears no name in the form that `render_pdf` gives. Raises `PdfProblem`.
    """
    with _opened(data) as pdf:
        names = pdf.trailer.get("/ID")
        pikepdf = _pikepdf()
        stated = bytes(names[0]) if isinstance(names, pikepdf.Array) and len(names) else b""
    if not DOCUMENT_NAME.fullmatch(stated):
        return None
    return stated == _name_of(identifier)


def _name_of(identifier: str) -> bytes:
    return hashlib.sha256(identifier.encode()).hexdigest()[:32].encode()


def without_metadata(data: bytes) -> bytes:
    """Return a PDF (untrusted) without what is written beside its pages.

    Author and title, XMP of the file and of each thing in it, what programs left behind, files
    inside it, who commented and who signed. Raises `PdfProblem` when it cannot be read.
    """
    with _opened(data) as pdf:
        for name in BESIDE_THE_FILE & set(pdf.trailer.keys()):
            del pdf.trailer[name]
        for thing in pdf.objects:
            _forget_beside(thing)
        kept = io.BytesIO()
        pdf.save(kept, fix_metadata_version=False, encryption=False)
    return kept.getvalue()


def _forget_beside(thing) -> None:
    """Take it out of a thing and of what is written inside of it; `objects` holds all the rest."""
    pikepdf = _pikepdf()
    if isinstance(thing, pikepdf.Array):
        inside = list(thing)
    elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        _forget_keys(thing)
        inside = [value for _key, value in thing.items()]
    else:
        return
    for part in inside:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            _forget_beside(part)


def _forget_keys(thing) -> None:
    gone = BESIDE_ALL
    if "/ByteRange" in thing:
        gone |= BESIDE_SIGNATURE
    if "/Rect" in thing and thing.get("/Subtype") != "/Widget":
        gone |= BESIDE_COMMENT
    for name in gone & set(thing.keys()):
        del thing[name]


@contextmanager
def _opened(data: bytes) -> Iterator:
    """Open a PDF (untrusted); raises `PdfProblem` for what is none, or packed in an unknown way."""
    if UNKNOWN_FILTER.search(NAME_ESCAPE.sub(lambda sign: bytes.fromhex(sign[1].decode()), data)):
        raise PdfProblem("This PDF file is packed in a way not known here.")
    pikepdf = _pikepdf()
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            yield pdf
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, zlib.error) as error:
        raise PdfProblem(f"This PDF file cannot be read: {error}") from error


@lru_cache(maxsize=1)
def _pikepdf():
    """Return pikepdf with limits: the tables by which it finds its way in a file are packed too."""
    import pikepdf

    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=MAX_UNPACKED_BYTES,
        run_length_max_memory=MAX_UNPACKED_BYTES,
        png_max_memory=MAX_UNPACKED_BYTES,
        tiff_max_memory=MAX_UNPACKED_BYTES,
        parser_max_container_size=MOST_ENTRIES,
    )
    return pikepdf


def _read(spec) -> Attachment:
    file = spec.get_file()
    data = _unpacked(file.obj, spec.filename)
    if len(data) > MAX_EMBEDDED_BYTES:
        raise PdfProblem(f"The file {spec.filename} inside this PDF is larger than 5 MB.")
    return Attachment(
        name=spec.filename,
        data=data,
        media_type=file.mime_type,
        description=spec.description,
        relationship=str(spec.obj.get("/AFRelationship", "/Unspecified"))[1:],
    )


def _unpacked(stream, filename: str) -> bytes:
    """Return what a stream holds, up to one byte more than is allowed: a small one may hold much.

    What the file says of its size is not asked, and pikepdf would unpack it whole.
    """
    pikepdf = _pikepdf()
    packing = stream.get("/Filter", [])
    filters = list(packing) if isinstance(packing, (list, pikepdf.Array)) else [packing]
    raw = stream.read_raw_bytes()
    if not filters:
        return raw
    if filters != [pikepdf.Name.FlateDecode]:
        raise PdfProblem(f"The file {filename} inside this PDF is packed in a way not known here.")
    return zlib.decompressobj().decompress(raw, MAX_EMBEDDED_BYTES + 1)


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


@lru_cache(maxsize=1)
def _style_sheet():
    """Return the parsed style sheet of all documents; it holds no @font-face, so it can be kept."""
    from weasyprint import CSS

    text = "\n".join(Path(_found(name)).read_text() for name in STYLE_SHEETS)
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
        broken.append(
            f"No installed font can print {', '.join(dict.fromkeys(unprintable))}. "
            "Install a font that has it, or leave it out."
        )
    if broken:
        raise PdfProblem(" ".join(broken))
