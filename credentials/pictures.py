"""The only place that opens pictures handed in, to take out what cameras wrote in them."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000
FORMATS = ("PNG", "JPEG")


class PictureProblem(Exception):
    """A file that is no picture, or one that is too large to be opened."""


def without_metadata(data: bytes) -> bytes:
    """Return a PNG or JPEG (untrusted) with nothing but its pixels; turned as it was meant to be.

    Raises `PictureProblem` when it cannot be read or has more than 50 million pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise PictureProblem("This picture is too large.")
        turned = ImageOps.exif_transpose(picture)
        plain = Image.frombytes(turned.mode, turned.size, turned.tobytes())
        if turned.mode == "P":
            plain.putpalette(turned.getpalette("RGBA"), "RGBA")
        kept = io.BytesIO()
        plain.save(kept, format=picture.format)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        raise PictureProblem("This picture cannot be read.") from error
    return kept.getvalue()
