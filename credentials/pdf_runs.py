"""The only place that puts printed documents one after the other, to be printed on both sides.

The file is for a printer and no more than that: neither PDF/A nor tagged, without links and
embedded files. What is official are the single files of which it is made.
"""

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from credentials.pdf_writing import PdfFile, stream

TOGETHER = 10
"""Documents after which `join` gives a sign of life."""

NOT_COPIED = ("/Annots", "/StructParents", "/Tabs", "/AF", "/Metadata", "/Parent")
_REFERENCE = re.compile(rb"\d R\b")


@dataclass(frozen=True, slots=True)
class Part:
    """A document of ours to be printed, and its bookmark; `read` returns its bytes."""

    bookmark: str
    read: Callable[[], bytes]


def join(parts: Iterable[Part], target: Path, *, title: str, beat: Callable[[], object]) -> int:
    """Write a PDF of documents, each from an odd page on; return the number of its pages.

    Each is copied object by object, so that one is in memory at a time. `beat` is called after
    each `TOGETHER`. A blank page follows a document with an odd number of pages.
    """
    import pikepdf

    pages, starts = [], []
    with target.open("wb") as out:
        file = PdfFile(out)
        root, tree = file.reserve(), file.reserve()
        for number, part in enumerate(parts, start=1):
            with pikepdf.open(io.BytesIO(part.read())) as document:
                copied = _Copy(file).pages(document, tree)
            starts.append((part.bookmark, copied[0]))
            pages += copied
            if not number % TOGETHER:
                beat()
        info, outline = file.reserve(), _outline(file, starts)
        kids = b" ".join(b"%d 0 R" % page for page in pages)
        catalog = (
            b"<</Type/Catalog/Pages %d 0 R/Outlines %d 0 R"
            b"/ViewerPreferences<</Duplex/DuplexFlipLongEdge/DisplayDocTitle true>>>>"
        )
        rest = [
            (root, catalog % (tree, outline)),
            (tree, b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(pages), kids)),
            (info, b"<</Title %b>>" % pikepdf.String(title).unparse()),
        ]
        file.put_together(rest)
        file.close(b"/Root %d 0 R/Info %d 0 R" % (root, info))
    return len(pages)


def _outline(file: PdfFile, starts: list[tuple[str, int]]) -> int:
    """Write a bookmark to the first page of each document; return the number of the outline."""
    from pikepdf import String

    root, items = file.reserve(), [file.reserve() for _start in starts]
    made = []
    for place, (bookmark, page) in enumerate(starts):
        before = b"/Prev %d 0 R" % items[place - 1] if place else b""
        after = b"/Next %d 0 R" % items[place + 1] if place + 1 < len(items) else b""
        said = b"<</Title %b/Parent %d 0 R/Dest[%d 0 R/Fit]%b%b>>"
        body = said % (String(bookmark).unparse(), root, page, before, after)
        made.append((items[place], body))
    ends = b"/First %d 0 R/Last %d 0 R" % (items[0], items[-1]) if items else b""
    file.put_together([*made, (root, b"<</Type/Outlines/Count %d%b>>" % (len(items), ends))])
    return root


class _Copy:
    """Copies the pages of one document, and what they need, into a file."""

    def __init__(self, file: PdfFile) -> None:
        self._file = file
        self._numbers: dict[tuple[int, int], int] = {}
        self._waiting: list[tuple[int, object]] = []
        self._plain: list[tuple[int, bytes]] = []

    def pages(self, document, tree: int) -> list[int]:
        """Copy all pages as kids of `tree`; return their numbers, with that of a blank one."""
        numbers, parent = [], b"/Parent %d 0 R>>" % tree
        for page in document.pages:
            numbers.append(self._file.reserve())
            body = b"<<%b%b" % (self._entries(page.obj, NOT_COPIED), parent)
            self._plain.append((numbers[-1], body))
        if len(numbers) % 2:
            numbers.append(self._file.reserve())
            size = document.pages[-1].obj.MediaBox.unparse()
            blank = b"<</Type/Page/Resources<<>>/MediaBox%b%b" % (size, parent)
            self._plain.append((numbers[-1], blank))
        while self._waiting:
            self._put(*self._waiting.pop())
        self._file.put_together(self._plain)
        return numbers

    def _put(self, number: int, one) -> None:
        from pikepdf import Stream

        if isinstance(one, Stream):
            entries = self._entries(one, ("/Length",))
            self._file.put(number, stream(entries, one.read_raw_bytes()))
        else:
            self._plain.append((number, self._written(one)))

    def _entries(self, one, without: tuple[str, ...] = ()) -> bytes:
        from pikepdf import Name

        return b"".join(
            b"%b %b" % (Name(name).unparse(), self._told(value))
            for name, value in one.items()
            if name not in without
        )

    def _told(self, value) -> bytes:
        """Return a value, or where it is when it is an object of its own."""
        from pikepdf import Object

        if not isinstance(value, Object) or not value.is_indirect:
            return self._written(value)
        if value.objgen not in self._numbers:
            self._numbers[value.objgen] = self._file.reserve()
            self._waiting.append((self._numbers[value.objgen], value))
        return b"%d 0 R" % self._numbers[value.objgen]

    def _written(self, value) -> bytes:
        """Return a value as it is written, with the numbers that objects have here."""
        from pikepdf import Array, Dictionary, Object

        if not isinstance(value, Object):
            return _scalar(value)
        body = value.unparse(resolved=True)
        if not _REFERENCE.search(body):
            return body
        if isinstance(value, Array):
            return b"[%b]" % b" ".join(self._told(item) for item in value)
        return b"<<%b>>" % self._entries(value) if isinstance(value, Dictionary) else body


def _scalar(value: object) -> bytes:
    """Return what pikepdf gives as a value of Python: a number, true, false or null."""
    if value is None:
        return b"null"
    if isinstance(value, int):  # so is a bool
        return str(value).lower().encode()
    return f"{value:f}".encode()
