"""Designs of documents, and pictures for them."""

import io

from PIL import Image

from credentials.models import DocumentDesign, Institution, User
from credentials.services import designs
from credentials.services.designs import Signing, ready


def png(size: tuple[int, int] = (120, 60), colour=(138, 20, 60, 120)) -> bytes:
    """A picture through which one sees."""
    made = io.BytesIO()
    Image.new("RGBA", size, colour).save(made, "PNG")
    return made.getvalue()


def cmyk_jpeg(size: tuple[int, int] = (400, 80)) -> bytes:
    """A picture in the colours of printers."""
    made = io.BytesIO()
    Image.new("CMYK", size, (90, 10, 40, 10)).save(made, "JPEG")
    return made.getvalue()


def make_design(institution: Institution, by: User, **changes) -> DocumentDesign:
    """A design that says all there is to say."""
    said = {
        "colour": "#8a143c",
        "logo": ready(png(), "logo"),
        "header": ready(cmyk_jpeg(), "header"),
        "seal": ready(png((90, 90)), "seal"),
        "signatures": (Signing(by.name, {"en": "Registrar"}, ready(png((200, 60)), "signature")),),
        "texts": {
            "footer": {"en": "Castle Square 1", "de": "Schlossplatz 1"},
            "closing": {"en": "Come and ask."},
            "supplement": {"en": "A note."},
            "logo": {"en": "A red bar"},
        },
        **changes,
    }
    latest = designs.current(institution)
    seen = latest.version if latest else 0
    return designs.revise(institution, by=by, seen_version=seen, **said)
