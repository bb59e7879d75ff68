"""Proves that printed files are archivable, accessible, reproducible and closed to the outside."""

import hashlib
import io
import os
import subprocess
import sys
from datetime import UTC, datetime

import pikepdf
import pytest

from credentials import pdf
from credentials.pdf import Attachment, PdfProblem, embedded_files, render_pdf
from tests.recognition.test_documents import letter_pdf

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
    monkeypatch.setattr(pdf, "MAX_EMBEDDED_BYTES", 10)

    with pytest.raises(PdfProblem, match="larger than 5 MB"):
        embedded_files(data)


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
