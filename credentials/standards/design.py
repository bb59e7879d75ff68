"""The only place that says how an institution's documents look, and whether a colour can be read.

Pure: what templates of printed documents are given beside their facts.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote

from credentials.language import LanguageMap

Text = LanguageMap | str
COLOUR = re.compile(r"#[0-9a-f]{6}")
BLOCKS = ("footer", "closing", "supplement")
NO_TEXTS: Mapping[str, LanguageMap] = MappingProxyType({name: {} for name in BLOCKS})
SEAM = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 200"><path fill="none" stroke="%s"'
    ' stroke-width="1.6" d="M26 0V84L14 116V200"/></svg>'
)
"""static/img/seam.svg in a colour: a picture behind text takes none from a style sheet."""
TEXT_CONTRAST = 4.5
"""What text needs, beside what it stands on (WCAG 2.2, success criterion 1.4.3)."""


@dataclass(frozen=True, slots=True)
class DesignPicture:
    """A picture on documents; `alt` is what it says to who cannot see it."""

    data: bytes
    media_type: str
    alt: Text

    @property
    def uri(self) -> str:
        """Return the picture itself as a data: URI, since documents fetch nothing."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode()}"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs documents, in which capacity, and how that looks."""

    name: str
    capacity: Text = ""
    picture: DesignPicture | None = None


@dataclass(frozen=True, slots=True)
class Design:
    """How documents look. The default is the portal's own look.

    `colour` is "#rrggbb" or "". `texts` are language maps by their place: "footer" on each page,
    "closing" of letters, "supplement" as a note at the end of supplements; each is there, or empty.
    """

    colour: str = ""
    logo: DesignPicture | None = None
    header: DesignPicture | None = None
    seal: DesignPicture | None = None
    signatures: tuple[Signature, ...] = ()
    texts: Mapping[str, LanguageMap] = field(default_factory=lambda: NO_TEXTS)

    @property
    def style_sheet(self) -> str:
        """Return the colour as a style sheet in a data: URI, "" when there is none."""
        if not COLOUR.fullmatch(self.colour):
            return ""
        seam = "data:image/svg+xml," + quote(SEAM % self.colour)
        return "data:text/css," + quote(
            f":root {{ --brand: {self.colour} }}"
            f".coloured.two .titles {{ background-image: url('{seam}') }}"
        )

    def signature_of(self, name: str) -> DesignPicture | None:
        """Return how somebody signs; nobody signs for somebody of another name."""
        wanted = _plain(name)
        return next(
            (one.picture for one in self.signatures if wanted and _plain(one.name) == wanted), None
        )


PLAIN = Design()


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def contrast(colour: str) -> float:
    """Return the contrast of a colour ("#rrggbb") with white paper, from 1 to 21.

    (L1 + 0.05) / (L2 + 0.05) of the relative luminances (WCAG 2.2, "contrast ratio").
    """
    return 1.05 / (_luminance(_channels(colour)) + 0.05)


def readable(colour: str) -> str:
    """Return the colour, or the nearest darker tone of it in which text can be read on white."""
    red, green, blue = _channels(colour)
    for share in range(255, -1, -1):
        tone = "#" + "".join(f"{channel * share // 255:02x}" for channel in (red, green, blue))
        if contrast(tone) >= TEXT_CONTRAST:
            return tone
    raise ValueError(colour)  # never: black has a contrast of 21


def _channels(colour: str) -> tuple[int, ...]:
    if not COLOUR.fullmatch(colour):
        raise ValueError(f"not a colour: {colour!r}")
    return tuple(bytes.fromhex(colour[1:]))


def _luminance(channels: tuple[int, ...]) -> float:
    """Return the relative luminance of an sRGB colour (WCAG 2.2, "relative luminance")."""
    shares = (channel / 255 for channel in channels)
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(w * s for w, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
