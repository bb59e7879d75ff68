"""The only place that puts printed documents one after the other, to be printed on both sides.

The file is for a printer and no more than that: neither PDF/A nor tagged, without links and
embedded files. What is official are the single files of which it is made.
"""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

TOGETHER = 10
"""Documents that are held in memory at once."""

ONLY_ON_SCREEN = ("/Annots", "/StructParents", "/Tabs", "/AF", "/Metadata")


@dataclass(frozen=True, slots=True)
class Part:
    """A document of ours to be printed, and its bookmark; `read` returns its bytes."""

    bookmark: str
    read: Callable[[], bytes]


def join(parts: Iterable[Part], target: Path, *, title: str, beat: Callable[[], object]) -> int:
    """Write a PDF of documents, each from an odd page on; return the number of its pages.

    `beat` is called after each `TOGETHER` documents, whose bytes are all that is in memory. A
    blank page follows a document with an odd number of pages.
    """
    import pikepdf

    rest, starts, count = iter(parts), [], 0
    with TemporaryDirectory(dir=target.parent) as folder, pikepdf.new() as whole:
        while some := list(islice(rest, TOGETHER)):
            file = Path(folder, f"{len(starts)}.pdf")
            pages = _write(some, file)
            for part, number in zip(some, pages, strict=True):
                starts.append((part.bookmark, count))
                count += number
            beat()
        opened = [pikepdf.open(file) for file in sorted(Path(folder).iterdir(), key=_number)]
        try:
            for one in opened:
                whole.pages.extend(one.pages)
            _describe(whole, title, starts)
            whole.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        finally:
            for one in opened:
                one.close()
    return count


def _number(file: Path) -> int:
    return int(file.stem)


def _write(parts: list[Part], file: Path) -> list[int]:
    """Write some documents into a file; return how many pages each has, with the blank one."""
    import pikepdf

    numbers = []
    with pikepdf.new() as some:
        opened = [pikepdf.open(io.BytesIO(part.read())) for part in parts]
        for one in opened:
            before = len(some.pages)
            for page in one.pages:
                for name in ONLY_ON_SCREEN:
                    if name in page.obj:
                        del page.obj[name]
            some.pages.extend(one.pages)
            if (len(some.pages) - before) % 2:
                left, bottom, right, top = (float(edge) for edge in some.pages[-1].mediabox)
                some.add_blank_page(page_size=(right - left, top - bottom))
            numbers.append(len(some.pages) - before)
        some.save(file, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        for one in opened:
            one.close()
    return numbers


def _describe(whole, title: str, starts: list[tuple[str, int]]) -> None:
    """Give a file its title, its bookmarks, and the wish to be printed on both sides."""
    from pikepdf import Dictionary, Name, OutlineItem

    whole.docinfo["/Title"] = title
    whole.Root.ViewerPreferences = Dictionary(Duplex=Name.DuplexFlipLongEdge, DisplayDocTitle=True)
    with whole.open_outline() as outline:
        outline.root.extend(OutlineItem(bookmark, page) for bookmark, page in starts)
