"""What the tags of a printed document say of how its pages break."""

import io
from collections.abc import Iterator
from itertools import pairwise

import pikepdf

BLOCKS = ("/P", "/LI", "/TR", "/H1", "/H2", "/H3")
HEADINGS = ("/H1", "/H2", "/H3")


class Tags:
    """What a tagged PDF says of itself: its parts in reading order, and on which pages they are."""

    def __init__(self, data: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(data))
        self.pages = {page.obj.objgen: n for n, page in enumerate(self.pdf.pages, start=1)}
        self.top = self.pdf.Root.StructTreeRoot

    def parts(self, above: pikepdf.Object | None = None) -> Iterator[pikepdf.Dictionary]:
        """Yield all parts below one, each before those below itself."""
        below = (above or self.top).get("/K", [])
        for one in below if isinstance(below, pikepdf.Array) else [below]:
            if isinstance(one, pikepdf.Dictionary) and "/S" in one:
                yield one
                yield from self.parts(one)

    def page(self, part: pikepdf.Dictionary) -> int:
        return self.pages[part.Pg.objgen] if "/Pg" in part else 0

    def says_something(self, part: pikepdf.Dictionary) -> bool:
        """Tell whether there is text or a picture in it or below."""
        return any(
            isinstance(leaf, int) or (isinstance(leaf, pikepdf.Dictionary) and "/MCID" in leaf)
            for one in [part, *self.parts(part)]
            for leaf in ([one.K] if not isinstance(one.get("/K"), pikepdf.Array) else one.K)
        )


def heads_left_alone(tags: Tags) -> list[int]:
    """Return the pages that end with a heading."""
    blocks = [one for one in tags.parts() if one.S in BLOCKS]
    return [
        tags.page(one)
        for one, following in pairwise(blocks)
        if one.S in HEADINGS and tags.page(one) != tags.page(following)
    ]


def rows_split(tags: Tags) -> list[int]:
    """Return the pages that begin with the rest of a row, which lacks what its first cell says."""
    rows = [one for one in tags.parts() if one.S == "/TR"]
    return [tags.page(row) for row in rows if not tags.says_something(next(tags.parts(row)))]


def is_signature_alone(tags: Tags) -> bool:
    """Tell whether nothing but a few last paragraphs is on the last page."""
    last = len(tags.pages)
    blocks = [one.S for one in tags.parts() if one.S in BLOCKS and tags.page(one) == last]
    return len(blocks) < 6 and set(blocks) == {"/P"}


def pages_after_rows(tags: Tags) -> set[int]:
    """Return on which pages the paragraphs are that follow the last row of a table."""
    blocks = [one for one in tags.parts() if one.S in BLOCKS]
    last = max(n for n, one in enumerate(blocks) if one.S == "/TR")
    return {
        tags.page(part)
        for paragraph in blocks[last + 1 :]
        for part in [paragraph, *tags.parts(paragraph)]
        if tags.page(part) and paragraph.S == "/P"
    }
