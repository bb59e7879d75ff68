"""Sixty documents of every kind: before and after sealing they pass veraPDF, and break well."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise

import pikepdf
import pytest

from credentials.trust.certificates import SealCertificate
from credentials.trust.pdf_seals import seal
from tests.credentials.trust.certificate_files import certificate, ec_key, subject
from tests.real_input.sixty import sixty

pytestmark = pytest.mark.checkers
BLOCKS = ("/P", "/LI", "/TR", "/H1", "/H2", "/H3")
HEADINGS = ("/H1", "/H2", "/H3")
LONGER_THAN_HALF_A_PAGE = ("supplement-05", "supplement-06", "diploma-05")


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    return {name: one.print() for name, one in sixty().items()}


def test_they_are_sixty_of_every_kind_and_have_one_to_twelve_pages(printed):
    kinds = {one.template for one in sixty().values()}
    pages = {len(pikepdf.open(io.BytesIO(data)).pages) for data in printed.values()}

    assert len(printed) == 60
    assert kinds == {
        *("supplement", "diploma_supplement", "transcript", "microcredentials_page"),
        *("decision_letter", "delay_letter", "remedy_letter", "issuer_letter", "minutes"),
        "case_file",
    }
    assert (min(pages), max(pages)) == (1, 12)


def test_they_pass_verapdf_before_and_after_sealing(printed, checker, tmp_path):
    key = ec_key()
    own = certificate(key, subject(), start=datetime.now(UTC))
    for name, data in printed.items():
        (tmp_path / f"{name}.pdf").write_bytes(data)
        sealed = seal(data, SealCertificate((own,), key)).data
        (tmp_path / f"{name}-sealed.pdf").write_bytes(sealed)
    files = sorted(tmp_path.glob("*.pdf"))
    assert len(files) == 120

    with ThreadPoolExecutor(2) as two_at_once:
        for done in two_at_once.map(lambda flavour: checker("pdf", flavour, *files), ("3a", "ua1")):
            assert done.returncode == 0, done.stdout + done.stderr


# Where pages end ---------------------------------------------------------------------------------


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


@pytest.fixture(scope="module")
def tagged(printed) -> dict[str, Tags]:
    return {name: Tags(data) for name, data in printed.items()}


def test_no_heading_is_the_last_of_its_page(tagged):
    left = []
    for name, tags in tagged.items():
        blocks = [one for one in tags.parts() if one.S in BLOCKS]
        for one, following in pairwise(blocks):
            if one.S in HEADINGS and tags.page(one) != tags.page(following):
                left.append((name, tags.page(one)))

    assert left == []


def test_no_row_is_split_that_has_room_on_a_page(tagged):
    """What goes on behind a page break lacks its first cell, which stands before it."""
    split = [
        (name, tags.page(row))
        for name, tags in tagged.items()
        if not name.startswith(LONGER_THAN_HALF_A_PAGE)
        for row in tags.parts()
        if row.S == "/TR" and not tags.says_something(next(tags.parts(row)))
    ]

    assert split == []


def test_no_last_page_bears_a_signature_alone(tagged):
    alone = []
    for name, tags in tagged.items():
        last = len(tags.pages)
        blocks = [one.S for one in tags.parts() if one.S in BLOCKS and tags.page(one) == last]
        if len(blocks) < 6 and set(blocks) == {"/P"}:
            alone.append(name)

    assert alone == []
