"""The only place that opens PDF files, also those of strangers: the only importer of pikepdf."""

import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

MAX_EMBEDDED_BYTES = 5_000_000
MAX_UNPACKED_BYTES = 20_000_000
MOST_EMBEDDED = 5
MOST_ENTRIES = 100_000
MOST_PAGES = 20
MOST_LINKS = 200
# pikepdf unpacks LZW without limit, so it is refused wherever it is named, or may be elsewhere.
UNKNOWN_FILTER = re.compile(rb"/Filter(?!\w)(?!\s*(?:/(?!LZW)|null\b|\[\s*(?:/(?!LZW)\w+\s*)*\]))")
DOCUMENT_NAME = re.compile(rb"[0-9a-f]{32}")
NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
BESIDE_THE_FILE = {"/Info"}
BESIDE_ALL = {"/Metadata", "/PieceInfo", "/LastModified", "/EmbeddedFiles", "/EF", "/AF"}
BESIDE_SIGNATURE = {"/Name", "/ContactInfo", "/Location", "/Reason", "/Cert", "/Contents"}
BESIDE_COMMENT = {"/T", "/RC", "/Popup"}


class PdfProblem(Exception):
    """A document that cannot be printed as it should be, or a PDF that cannot be read.

    The message may be lazy text, which `named` fills: it is put into words when somebody reads it.
    """

    def __init__(self, message: object, **named: object) -> None:
        super().__init__(message)
        self._named = named

    def __str__(self) -> str:
        text = super().__str__()
        return text % self._named if self._named else text


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a PDF. `relationship` is its AFRelationship (ISO 32000-2, 7.11.3)."""

    name: str
    data: bytes
    media_type: str
    description: str
    relationship: str = "Source"


def name_of(identifier: str) -> bytes:
    """Return the name that a document made as `identifier` bears in its trailer."""
    return hashlib.sha256(identifier.encode()).hexdigest()[:32].encode()


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
    stated = stated_name(data)
    return stated == name_of(identifier) if stated else None


def stated_name(data: bytes) -> bytes | None:
    """Return the name that a PDF (untrusted) bears as `name_of` makes it, None when it bears none.

    Raises `PdfProblem`.
    """
    with _opened(data) as pdf:
        names = pdf.trailer.get("/ID")
        pikepdf = _pikepdf()
        stated = bytes(names[0]) if isinstance(names, pikepdf.Array) and len(names) else b""
    return stated if DOCUMENT_NAME.fullmatch(stated) else None


def links_in(data: bytes) -> set[str]:
    """Return where the links on the first pages of a PDF (untrusted) lead; raises `PdfProblem`."""
    with _opened(data) as pdf:
        pages = islice(pdf.pages, MOST_PAGES)
        annotations = (one for page in pages for one in page.get("/Annots", []))
        actions = (one.get("/A", {}) for one in islice(annotations, MOST_LINKS))
        return {str(action["/URI"]) for action in actions if "/URI" in action}


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
    except (
        pikepdf.PdfError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        zlib.error,
    ) as error:
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
