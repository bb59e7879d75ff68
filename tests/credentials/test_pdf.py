"""Proves that printed files are archivable, accessible, reproducible and closed to the outside."""

import ctypes
import gc
import hashlib
import io
import os
import resource
import subprocess
import sys
import zlib
from datetime import UTC, datetime

import pikepdf
import pytest
import tinyhtml5
from weasyprint.formatting_structure.boxes import BlockBox

from credentials import pdf, pdf_files
from credentials.pdf import render_pdf
from credentials.pdf_files import Attachment, PdfProblem, embedded_files
from tests.recognition.test_documents import letter_pdf
from tests.services import ROOT

CREATED = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
CREDENTIAL = Attachment(
    name="credential.json",
    data=b'{"type": ["VerifiableCredential"]}',
    media_type="application/vc+ld+json",
    description="The signed credential",
)
PAGE = (
    '<!doctype html><html lang="{{ languages.0 }}"><head><title>{{ title }}</title>'
    '<meta name="dcterms.created" content="{{ created }}"></head>'
    "<body>{{ body|safe }}</body></html>"
)


@pytest.fixture
def render(settings, tmp_path):
    """Render a body of HTML as a document of two languages."""
    (tmp_path / "page.html").write_text(PAGE)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

    def render(body="<h1>Hello</h1>", **options):
        return render_pdf(
            "page.html",
            {"body": body},
            **{
                "languages": ("de", "en"),
                "title": "A title",
                "identifier": "LND-1",
                "created": CREATED,
                **options,
            },
        )

    return render


def test_render_pdf_declares_both_standards_title_and_language(render):
    data = render()

    with pikepdf.open(io.BytesIO(data)) as file:
        with file.open_metadata() as metadata:
            declared = {
                name: metadata[f"{name}"]
                for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part", "xmp:CreateDate")
            }
        root = file.Root
        assert declared == {
            "pdfaid:part": "3",
            "pdfaid:conformance": "A",
            "pdfuaid:part": "1",
            "xmp:CreateDate": "2026-11-17T09:30:00Z",
        }
        assert (str(root.Lang), bool(root.MarkInfo.Marked)) == ("de", True)
        assert bool(root.ViewerPreferences.DisplayDocTitle) is True
        assert str(file.docinfo.Title) == "A title"


def test_render_pdf_gives_the_same_bytes_for_the_same_input(render):
    one = render(attachments=[CREDENTIAL])
    other = render(attachments=[CREDENTIAL])

    assert one == other


def test_render_pdf_gives_the_same_bytes_in_another_process():
    code = (
        "import django, hashlib; django.setup()\n"
        "from tests.recognition.test_documents import letter_pdf\n"
        "print(hashlib.sha256(letter_pdf()).hexdigest())"
    )

    there = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "17"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    assert there == hashlib.sha256(letter_pdf()).hexdigest()


def test_render_pdf_changes_with_the_identifier(render):
    assert render(identifier="LND-1") != render(identifier="LND-2")


def test_embedded_files_reads_back_what_was_attached(render):
    data = render(attachments=[CREDENTIAL])

    assert embedded_files(data) == (CREDENTIAL,)


def test_embedded_files_finds_nothing_in_a_plain_document(render):
    assert embedded_files(render()) == ()


@pytest.mark.parametrize("data", [b"", b"no PDF at all", b"%PDF-1.7\n1 0 obj"])
def test_embedded_files_refuses_what_is_no_pdf(data):
    with pytest.raises(PdfProblem, match="This PDF file cannot be read"):
        embedded_files(data)


def test_embedded_files_refuses_a_file_that_is_too_large(render, monkeypatch):
    data = render(attachments=[CREDENTIAL])
    monkeypatch.setattr(pdf_files, "MAX_EMBEDDED_BYTES", 10)

    with pytest.raises(PdfProblem, match="larger than 5 MB"):
        embedded_files(data)


def pdf_with(*files):
    """Return a PDF with files inside it: raw bytes as they stand there, and their filters."""
    made = pikepdf.new()
    made.add_blank_page()
    names = pikepdf.Array()
    for place, (raw, filters) in enumerate(files):
        stream = pikepdf.Stream(made, b"")
        stream.write(raw, filter=filters)
        spec = pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec, UF=f"{place}.json", EF=pikepdf.Dictionary(F=stream)
        )
        names.extend([pikepdf.String(f"{place}.json"), made.make_indirect(spec)])
    made.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=names))
    written = io.BytesIO()
    made.save(written, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return written.getvalue()


def test_embedded_files_unpacks_no_more_than_is_allowed():
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(300)) + packer.flush()
    data = pdf_with((bomb, pikepdf.Name.FlateDecode))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(PdfProblem, match=r"The file 0\.json inside this PDF is larger than 5 MB"):
        embedded_files(data)

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert len(data) < 400_000
    assert grown < 50_000  # KB


def pdf_in_object_stream(filler, packing=b"/FlateDecode"):
    """Return a PDF whose objects are packed together with `filler` bytes of nothing."""
    body = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>")
    places = b"1 0 2 %d " % len(body[0])
    raw = zlib.compress(places + b"".join(body) + b" " * filler, 9)
    start = b"%PDF-1.5\n"
    head = b"3 0 obj\n<</Type/ObjStm/N 2/First %d/Filter%b/Length %d>>\nstream\n"
    packed = start + head % (len(places), packing, len(raw)) + raw + b"\nendstream\nendobj\n"
    rows = [(0, 0, 255), (2, 3, 0), (2, 3, 1), (1, len(start), 0), (1, len(packed), 0)]
    table = b"".join(bytes([k]) + at.to_bytes(4) + bytes([n]) for k, at, n in rows)
    head = b"4 0 obj\n<</Type/XRef/Size 5/Root 1 0 R/W[1 4 1]/Length %d>>\nstream\n" % len(table)
    tail = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % len(packed)
    return packed + head + table + tail


def test_embedded_files_unpacks_no_endless_tables():
    assert embedded_files(pdf_in_object_stream(1_000)) == ()
    with pytest.raises(PdfProblem, match="This PDF file cannot be read"):
        embedded_files(pdf_in_object_stream(pdf_files.MAX_UNPACKED_BYTES))


@pytest.mark.parametrize(
    "packing",
    [
        b"/LZWDecode",
        b"\n/L#5aW",
        b"[/ASCIIHexDecode /LZWDecode]",
        b"[ 7 0 R ]",
        b" 7 0 R",
        b"%x\n/LZWDecode",
        b"/FlateDecode/F#69lter /LZWDecode",
    ],
)
def test_embedded_files_refuses_tables_that_are_packed_without_limit(packing):
    with pytest.raises(PdfProblem, match="This PDF file is packed in a way not known here"):
        embedded_files(pdf_in_object_stream(1_000, packing))


@pytest.mark.parametrize("packing", [b" /FlateDecode", b"[/FlateDecode]", b" [ /FlateDecode ]"])
def test_embedded_files_reads_tables_however_their_packing_is_written(packing):
    assert embedded_files(pdf_in_object_stream(1_000, packing)) == ()


@pytest.mark.parametrize(
    "filters",
    [
        pikepdf.Name.LZWDecode,
        pikepdf.Array([pikepdf.Name.ASCIIHexDecode]),
        pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode]),
    ],
)
def test_embedded_files_refuses_other_and_chained_filters(filters):
    data = pdf_with((zlib.compress(zlib.compress(b"{}")), filters))

    with pytest.raises(PdfProblem, match="packed in a way not known here"):
        embedded_files(data)


def test_embedded_files_reads_files_that_are_not_packed_and_no_more_than_five():
    broken = (b"nonsense", pikepdf.Name.FlateDecode)

    data = pdf_with(*[(b"{}", None)] * 4, (zlib.compress(b"[]"), pikepdf.Name.FlateDecode), broken)

    assert [file.data for file in embedded_files(data)] == [b"{}"] * 4 + [b"[]"]


def test_embedded_files_refuses_a_file_that_is_packed_wrongly():
    with pytest.raises(PdfProblem, match="This PDF file cannot be read"):
        embedded_files(pdf_with((b"nonsense", pikepdf.Name.FlateDecode)))


def test_render_pdf_refuses_an_unknown_relationship(render):
    with pytest.raises(PdfProblem, match="Unknown relationship"):
        render(attachments=[Attachment("a.txt", b"a", "text/plain", "A", "Friend")])


def test_render_pdf_refuses_an_image_without_words(render):
    dot = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="

    with pytest.raises(PdfProblem, match="has no required alt description"):
        render(f'<img src="{dot}">')


def test_render_pdf_refuses_a_document_without_language(render):
    with pytest.raises(PdfProblem, match='Missing required "lang" attribute'):
        render(languages=("",))


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/a.png",
        "https://example.org/a.png",
        "file:///etc/hostname",
        "https://static.invalid/missing.png",
        "https://static.invalid/../config/settings.py",
        "/etc/hostname",
    ],
)
def test_render_pdf_fetches_nothing_but_our_own_files(render, address):
    with pytest.raises(PdfProblem, match="Failed to load image"):
        render(f'<img alt="A picture" src="{address}">')


def test_render_pdf_names_the_character_that_no_font_has(render):
    with pytest.raises(PdfProblem, match=r"No installed font can print \S \(U\+F8FF\)\."):
        render("<p>\uf8ff \uf8ff</p>")


def test_render_pdf_prints_latin_greek_cyrillic_and_arabic(render):
    data = render("<p>Łódź Αθήνα Київ القاهرة</p>")

    assert data.startswith(b"%PDF-1.7")


def test_style_sheet_uses_only_what_weasyprint_knows(render, caplog):
    render()

    assert [record.getMessage() for record in caplog.records] == []


def test_digits_have_one_width_without_a_setting_in_the_style_sheet():
    said = "".join(f"<p><b>{digit * 8}</b></p>" for digit in "0123456789")
    rendered = pdf._parsed(f'<html lang="en"><body>{said}</body></html>').render(
        font_config=pdf._fonts(), stylesheets=[pdf._style_sheet()]
    )

    boxes = rendered.pages[0]._page_box.descendants()
    widths = [box.width for box in boxes if box.element_tag == "b"]
    assert max(widths) - min(widths) < 1  # pixel, of 72
    for name in pdf.STYLE_SHEETS:
        assert "font-variant" not in (ROOT / "static" / name).read_text()


class MallInfo(ctypes.Structure):
    """What glibc says of its memory, in bytes (mallinfo(3)); `uordblks` is in use."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks"),
            *("uordblks", "fordblks", "keepcost"),
        )
    ]


def test_rendering_again_and_again_takes_no_more_memory():
    asked = ctypes.CDLL(None).mallinfo2
    asked.restype = MallInfo
    letter_pdf()
    letter_pdf()
    gc.collect()
    before = asked().uordblks

    for _number in range(8):
        letter_pdf()

    gc.collect()
    assert asked().uordblks - before < 200_000


def test_parts_say_their_language_to_screen_readers():
    with pikepdf.open(io.BytesIO(letter_pdf())) as file:
        parts = list(parts_below(file.Root.StructTreeRoot))
        told = {str(part.Lang) for part in parts if "/Lang" in part}
        english = {str(part.S) for part in parts if part.get("/Lang") == "en"}

        assert str(file.Root.Lang) == "de"
        assert told == {"de", "en"}
        assert {"/P", "/Div"} & english


def parts_below(part):
    below = part.get("/K", [])
    for one in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            yield one
            yield from parts_below(one)


def test_elements_of_one_language_share_their_style():
    said = '<html lang="en"><body><p lang="de">Eins</p><p lang="de">Zwei</p></body></html>'
    rendered = pdf._parsed(said).render(stylesheets=[pdf._style_sheet()])

    boxes = rendered.pages[0]._page_box.descendants()
    one, other = (
        box.style for box in boxes if isinstance(box, BlockBox) and box.element_tag == "p"
    )
    assert one is other


@pytest.mark.parametrize(
    "said", ["a\0b", "a\N{PILE OF POO}b", "<i>a<b>b</i></b>", "&nbsp;&lt;b&gt;"]
)
def test_html_is_read_as_browsers_read_it(said):
    def told(element):
        text = (element.text or "", element.tail or "")
        return (element.tag, dict(element.attrib), text, [told(child) for child in element])

    source = (
        f'<!doctype html><html lang="en"><head></head><body><p class="x">{said}</p></body></html>'
    )
    theirs = tinyhtml5.parse(source, namespace_html_elements=False)

    assert told(pdf._parsed(source).etree_element) == told(theirs)
