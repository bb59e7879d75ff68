"""The only place that knows what was printed here again, by what somebody hands in.

A file is known by its hash, also one that a document carries as data; a PDF that was changed by
the name and the code that it bears. A number alone tells nobody anything: it can be guessed.
"""

import hashlib
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_date

from credentials.models import Document, DocumentKind
from credentials.pdf_files import (
    MAX_EMBEDDED_BYTES,
    PdfProblem,
    links_in,
    name_of,
    stated_name,
)
from credentials.services import own_seals
from credentials.services.pdf_seals import Opened
from credentials.services.results import Result

# As `numbers` gives them. A file of ours states its own, and those of credentials that it names.
NUMBER = re.compile(rb"[A-Z0-9]{1,6}-[A-Z]{2,4}-\d{4}-\d{4,12}")
MOST_NUMBERS = 100


class Match(StrEnum):
    """How a file that was handed in stands to a printed document."""

    CODE = "code"  # there is no file: the document was found by its code
    EXACT = "exact"
    DATA = "data"  # a file that the document carries
    CHANGED = "changed"  # bears name and code of the document, and is another file
    CHANGED_SIGNED = "changed_signed"  # as CHANGED, with a seal or a signed credential
    DIFFERENT = "different"
    NO_PDF = "no_pdf"
    OLDER = "older"
    NEWER = "newer"
    ANOTHER = "another"


def printed() -> QuerySet[Document]:
    """Return the documents that anyone may verify."""
    return Document.objects.exclude(code="").select_related("institution")


def shown_of(document: Document) -> dict[str, Any]:
    """Return what a document says, to compare a page with: no name, and no grade of one course.

    The `day` that it bears; of a degree also `programme`, `title_conferred`, `ects` and `overall`,
    of a letter `decision` and `ects`, of micro-credentials `rows` and `totals`. {} when nothing of
    it was kept.
    """
    said = document.facts.get("shown", {})
    day = parse_date(said.get("date", "")) or document.dated_on
    rows = [{**row, "day": parse_date(row["date"])} for row in said.get("rows", ())]
    found = {**said, "day": day, "rows": rows}
    return found if any(found.values()) else {}


def is_pdf(data: bytes) -> bool:
    return data[:1024].lstrip().startswith(b"%PDF-")


def exactly(data: bytes) -> Document | None:
    """Return the document that a file (untrusted) is, byte by byte."""
    return printed().filter(sha256=hashlib.sha256(data).hexdigest()).first()


def is_joined(data: bytes) -> bool:
    """Return whether a file (untrusted) is one that joins documents for the printer."""
    runs = Document.objects.filter(kind=DocumentKind.PRINT_RUN)
    return is_pdf(data) and runs.filter(sha256=hashlib.sha256(data).hexdigest()).exists()


def with_data(data: bytes) -> Document | None:
    """Return the document that carries a file (untrusted) as data, byte by byte.

    It is looked for by the numbers that the file states, and known by its hash.
    """
    if is_pdf(data) or len(data) > MAX_EMBEDDED_BYTES:
        return None
    stated: dict[str, None] = {}
    for found in NUMBER.finditer(data):
        stated[found[0].decode()] = None
        if len(stated) == MOST_NUMBERS:
            break
    if not stated:
        return None
    sha256 = hashlib.sha256(data).hexdigest()
    carried = printed().filter(number__in=stated).values_list("pk", "facts__files")
    fitting = (pk for pk, files in carried if sha256 in (files or {}).values())
    pk = next(fitting, None)
    return printed().get(pk=pk) if pk else None


def borne_by(data: bytes) -> Document | None:
    """Return the document whose name and code a PDF (untrusted) bears, whatever was changed in it.

    Whoever has the code may read what `/v/` says of the document.
    """
    try:
        codes = {url.rstrip("/").rpartition("/v/")[2] for url in links_in(data)}
        name = stated_name(data)
    except PdfProblem:
        return None
    found = printed().filter(code__in=codes - {""})
    return next((one for one in found if name_of(one.number) == name), None)


def behind(data: bytes, found: Iterable[Result], sealing: Opened | None) -> Document | None:
    """Return the document that a PDF (untrusted) was made from and is not any more, as signed.

    Known by what its seal covers, by the name and code that it bears, or by a credential (`found`)
    that lies inside. None also when nothing shows that its pages were changed.
    """
    if sealing and not sealing.is_broken:
        return None
    if document := (sealing.document if sealing else None) or borne_by(data):
        return document
    return next(filter(None, map(_printed_for, found)), None)


def _printed_for(found: Result) -> Document | None:
    """Return the document in which a credential of ours lies, if other pages were put around it."""
    pages = found.seen.check("pages")
    if pages is None or pages.key not in ("pages_changed", "pages_unsealed"):
        return None
    if found.award:
        return found.award.supplement
    return own_seals.degree_of(found.seen) if found.seen.is_tied else None


def compare(document: Document, data: bytes) -> tuple[Match, Document]:
    """Return how a file (untrusted) stands to a document, and which document of ours it is of.

    That is `document` itself when it is of none.
    """
    found = exactly(data)
    if found == document:
        return Match.EXACT, document
    found = found or with_data(data)
    if found is None:
        return (Match.DIFFERENT if is_pdf(data) else Match.NO_PDF), document
    if found == document:
        return Match.DATA, document
    if _replaced(document, by=found):
        return Match.NEWER, found
    return (Match.OLDER if _replaced(found, by=document) else Match.ANOTHER), found


def _replaced(document: Document, *, by: Document) -> bool:
    """Return whether a document was replaced by another, however often in between."""
    found, seen = document, {document.pk}
    while found.superseded_by and found.superseded_by_id not in seen:
        found = found.superseded_by
        seen.add(found.pk)
    return found != document and by.pk in seen
