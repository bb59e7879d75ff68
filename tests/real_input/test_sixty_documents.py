"""Sixty documents of every kind: before and after sealing they pass veraPDF, and break well."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from credentials.trust.certificates import SealCertificate
from credentials.trust.pdf_seals import seal
from tests.credentials.trust.certificate_files import certificate, ec_key, subject
from tests.real_input.sixty import sixty

pytestmark = pytest.mark.checkers
BLOCKS = ("/P", "/LI", "/TR", "/H1", "/H2", "/H3")
HEADINGS = ("/H1", "/H2", "/H3")
WITH_LONG_ROWS = {"supplement-06-en-de", "diploma-05-de-en"}
"""In which a row takes half a page or more, and is rather split than moved."""


def test_sixty_documents_break_well_and_pass_verapdf_before_and_after_sealing(checker, tmp_path):
    """In one test, so that they are printed once however many processes run tests."""
    samples = sixty()
    printed = {name: one.print() for name, one in samples.items()}
    tagged = {name: Tags(data) for name, data in printed.items()}
    pages = {len(tags.pages) for tags in tagged.values()}

    assert len(printed) == 60
    assert {one.template for one in samples.values()} == {
        *("supplement", "diploma_supplement", "transcript", "microcredentials_page"),
        *("decision_letter", "delay_letter", "remedy_letter", "issuer_letter", "minutes"),
        "case_file",
    }
    assert (min(pages), max(pages)) == (1, 12)
    assert [name for name, tags in tagged.items() if heads_left_alone(tags)] == []
    assert {name for name, tags in tagged.items() if rows_split(tags)} == WITH_LONG_ROWS
    assert [name for name, tags in tagged.items() if is_signature_alone(tags)] == []
    files = written(printed, tmp_path)
    assert len(files) == 120
    with ThreadPoolExecutor(2) as two_at_once:
        for done in two_at_once.map(lambda flavour: checker("pdf", flavour, *files), ("3a", "ua1")):
            assert done.returncode == 0, done.stdout + done.stderr


def written(printed: dict[str, bytes], folder: Path) -> list[Path]:
    """Write each as it was printed and with a seal."""
    key = ec_key()
    own = SealCertificate((certificate(key, subject(), start=datetime.now(UTC)),), key)
    for name, data in printed.items():
        (folder / f"{name}.pdf").write_bytes(data)
        (folder / f"{name}-sealed.pdf").write_bytes(seal(data, own).data)
    return sorted(folder.glob("*.pdf"))


def heads_left_alone(tags: "Tags") -> list[int]:
    """Return the pages that end with a heading."""
    blocks = [one for one in tags.parts() if one.S in BLOCKS]
    return [
        tags.page(one)
        for one, following in pairwise(blocks)
        if one.S in HEADINGS and tags.page(one) != tags.page(following)
    ]


def rows_split(tags: "Tags") -> list[int]:
    """Return the pages that begin with the rest of a row, which lacks what its first cell says."""
    rows = [one for one in tags.parts() if one.S == "/TR"]
    return [tags.page(row) for row in rows if not tags.says_something(next(tags.parts(row)))]


def is_signature_alone(tags: "Tags") -> bool:
    """Tell whether nothing but a few last paragraphs is on the last page."""
    last = len(tags.pages)
    blocks = [one.S for one in tags.parts() if one.S in BLOCKS and tags.page(one) == last]
    return len(blocks) < 6 and set(blocks) == {"/P"}


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
