"""The only place that opens pictures handed in: takes out what cameras wrote in them, and makes
those ready that documents print.
"""

import io
import threading
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000
FORMATS = ("PNG", "JPEG")
MOST_PRINTED_BYTES = 500_000
LEAST_PIXELS = 16
JPEG_QUALITY = 90
STRICTLY = threading.Lock()


class PictureProblem(Exception):
    """A file that is no picture, or one that is too large or too small."""


@dataclass(frozen=True, slots=True)
class Printable:
    """A picture that `for_print` has made."""

    data: bytes
    media_type: str


def without_metadata(data: bytes) -> bytes:
    """Return a PNG or JPEG (untrusted) with nothing but its pixels; turned as it was meant to be.

    Raises `PictureProblem` when it cannot be read or has more than 50 million pixels.
    """
    try:
        picture = _opened(data)
        turned = ImageOps.exif_transpose(picture)
        plain = Image.frombytes(turned.mode, turned.size, turned.tobytes())
        if turned.mode == "P":
            plain.putpalette(turned.getpalette("RGBA"), "RGBA")
        kept = io.BytesIO()
        plain.save(kept, format=picture.format)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise PictureProblem(_("This picture cannot be read.")) from error
    return kept.getvalue()


def for_print(data: bytes, *, widest: int, tallest: int) -> Printable:
    """Return a PNG or JPEG (untrusted) for documents: RGB on white paper, pixels and no more.

    Scaled down to `widest` by `tallest` pixels; the same input gives the same bytes. CMYK and
    transparency go, since PDF/A would need more for them. Raises `PictureProblem`, as
    `without_metadata` does, and when fewer than 16 pixels or more than 500 kB are left.
    """
    try:
        picture = _opened(data)
        is_photo = picture.format == "JPEG"
        turned = _on_white(ImageOps.exif_transpose(picture))
        turned.thumbnail((widest, tallest), Image.Resampling.LANCZOS)
        plain = Image.frombytes("RGB", turned.size, turned.tobytes())
        kept = io.BytesIO()
        if is_photo:
            plain.save(kept, format="JPEG", quality=JPEG_QUALITY, subsampling=0)
        else:
            plain.save(kept, format="PNG", compress_level=9)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise PictureProblem(_("This picture cannot be read.")) from error
    if min(plain.size) < LEAST_PIXELS:
        raise PictureProblem(_("This picture is too small to be printed."))
    if kept.tell() > MOST_PRINTED_BYTES:
        raise PictureProblem(_("This picture would make each document large. Save it as JPEG."))
    return Printable(kept.getvalue(), "image/jpeg" if is_photo else "image/png")


def _opened(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    if picture.width * picture.height > MOST_PIXELS:
        raise _too_large()
    with STRICTLY:
        before = ImageFile.LOAD_TRUNCATED_IMAGES  # which weasyprint turns on for the whole process
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            picture.load()
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before
    return picture


def _too_large() -> PictureProblem:
    most = MOST_PIXELS // 1_000_000
    return PictureProblem(
        _("This picture has more than %(most)s million pixels. Make it smaller.") % {"most": most}
    )


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
