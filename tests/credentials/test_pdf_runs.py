"""Proves that documents put one after the other are copied whole, and one at a time."""

import io
from decimal import Decimal

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String

from credentials.pdf_runs import Part, join

ODD = {  # what a PDF can hold and what is easily copied wrongly
    "/Text": String("see 1 0 R (and \\ more)"),
    "/Greek": String("Αθήνα"),
    "/Name": Name("/with#20space"),
    "/Number": -3,
    "/Real": Decimal("0.000012"),
    "/Yes": True,
    "/Nested": Array([Dictionary(Deep=Array([1, Decimal("2.5")])), Name("/N")]),
}


def document(pages=1, **entries):
    """A document whose pages share a stream, and its bytes."""
    with pikepdf.new() as made:
        shared = made.make_indirect(Dictionary(Form=Stream(made, b"shared " * 50), **entries))
        shared.Itself = shared
        for number in range(pages):
            page = made.add_blank_page(page_size=(200, 100))
            page.Contents = Stream(made, f"% page {number}".encode())
            page.Resources = Dictionary(Properties=shared)
            page.Annots = Array([])
        data = io.BytesIO()
        made.save(data)
    return data.getvalue()


@pytest.fixture
def joined(tmp_path):
    def joined(*documents):
        parts = [Part(f"Ἄννα {i}", lambda data=data: data) for i, data in enumerate(documents)]
        beats = []
        count = join(parts, tmp_path / "all.pdf", title="Liste Ä", beat=lambda: beats.append(1))
        whole = pikepdf.open(tmp_path / "all.pdf")
        assert whole.check_pdf_syntax() == []
        assert len(whole.pages) == count
        return whole, len(beats)

    return joined


def test_join_copies_every_kind_of_value(joined):
    whole, _beats = joined(document(**{name[1:]: value for name, value in ODD.items()}))

    copied = whole.pages[0].Resources.Properties
    assert {name: copied[name] for name in ODD} == ODD
    assert copied.Form.read_bytes() == b"shared " * 50
    assert copied.Itself.objgen == copied.objgen


def test_join_copies_once_what_pages_share_and_leaves_out_what_is_for_the_screen(joined):
    whole, _beats = joined(document(pages=2))

    first, second = whole.pages
    assert first.Resources.Properties.objgen == second.Resources.Properties.objgen
    assert [page.Contents.read_bytes() for page in whole.pages] == [b"% page 0", b"% page 1"]
    assert ["/Annots" in page.obj for page in whole.pages] == [False, False]


def test_join_begins_each_document_on_an_odd_page_with_a_bookmark(joined):
    whole, beats = joined(*[document(pages=1 + number % 2) for number in range(12)])

    with whole.open_outline() as outline:
        starts = [int(whole.pages.index(item.destination[0])) for item in outline.root]
        titles = [item.title for item in outline.root]
    assert starts == [2 * number for number in range(12)]
    assert titles == [f"Ἄννα {number}" for number in range(12)]
    assert whole.pages[1].mediabox == [0, 0, 200, 100]
    assert str(whole.docinfo.Title) == "Liste Ä"
    assert beats == 1
