"""Proves that pictures for documents are plain, small, and the same for the same input."""

import io

import pytest
from PIL import Image

from credentials.pictures import PictureProblem, Printable, for_print
from credentials.standards.design import Design, Signature, contrast, readable
from tests.factories.designs import cmyk_jpeg, png


def made(mode, size=(64, 32), colour=0, form="PNG", **options) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, form, **options)
    return file.getvalue()


def seen(printable: Printable) -> Image.Image:
    return Image.open(io.BytesIO(printable.data))


def ready(data):
    return for_print(data, widest=1000, tallest=400)


@pytest.mark.parametrize(
    ("data", "colour"),
    [
        (png((64, 32), (0, 0, 0, 0)), (255, 255, 255)),
        (png((64, 32), (0, 0, 0, 255)), (0, 0, 0)),
        (made("LA", colour=(0, 0)), (255, 255, 255)),
        (made("P", transparency=0), (255, 255, 255)),
        (made("1", colour=1), (255, 255, 255)),
        (made("I;16", colour=0x8000), (128, 128, 128)),
    ],
)
def test_for_print_puts_every_kind_of_png_on_white_paper(data, colour):
    shown = seen(ready(data))

    assert (shown.mode, shown.format, shown.getpixel((5, 5))) == ("RGB", "PNG", colour)


def test_for_print_makes_rgb_of_cmyk():
    shown = seen(ready(cmyk_jpeg()))

    assert (shown.mode, shown.format) == ("RGB", "JPEG")


def test_for_print_leaves_nothing_but_pixels_and_gives_the_same_bytes():
    exif = Image.Exif()
    exif[0x010E] = "Taken in my kitchen"
    data = made("RGB", colour=(9, 9, 9), form="JPEG", exif=exif, comment=b"in my kitchen")

    assert b"kitchen" in data
    assert b"kitchen" not in ready(data).data
    assert ready(data) == ready(data)


def test_for_print_scales_down_and_never_up():
    assert seen(ready(made("RGB", (4000, 800)))).size == (1000, 200)
    assert seen(ready(made("RGB", (100, 50)))).size == (100, 50)


def test_for_print_refuses_what_makes_documents_large():
    with pytest.raises(PictureProblem, match="Save it as JPEG"):
        for_print(coloured_noise(), widest=2480, tallest=700)


def coloured_noise() -> bytes:
    bands = [Image.effect_noise((1200, 600), 90) for _band in range(3)]
    file = io.BytesIO()
    Image.merge("RGB", bands).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", png()[:60]])
def test_for_print_refuses_what_is_no_picture(data):
    with pytest.raises(PictureProblem, match="cannot be read"):
        ready(data)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#ffffff") == pytest.approx(1)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777") == pytest.approx(4.48, abs=0.005)


def test_readable_is_the_nearest_darker_tone():
    assert readable("#767676") == "#767676"
    assert readable("#777777") == "#767676"
    assert contrast(readable("#ffff00")) >= 4.5


@pytest.mark.parametrize("colour", ["", "#fff", "#1C4F8F", "#1c4f8f}", "red"])
def test_colour_that_is_none_reaches_no_style_sheet(colour):
    assert Design(colour=colour).style_sheet == ""
    with pytest.raises(ValueError, match="not a colour"):
        contrast(colour)


def test_signature_is_found_by_the_name_of_who_signs():
    signature = Signature("Orla  Finnery", picture="her hand")
    design = Design(signatures=(signature,))

    assert design.signature_of("orla finnery") == "her hand"
    assert design.signature_of("Orla") is None
    assert Design(signatures=(Signature(""),)).signature_of("") is None
