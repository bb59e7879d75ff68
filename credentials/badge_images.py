"""The only place that draws the image of a badge: PNG and SVG from the same lines of text."""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from django.utils.translation import override
from PIL import Image, ImageDraw, ImageFont

from credentials.language import in_language
from credentials.standards.facts import CredentialFacts

SIZE = 640  # pixels, square, as badge hosts like it
MARGIN = 48
FINER = 4  # drawn larger and then shrunk, so that edges are smooth
PAPER, INK, QUIET, BLUE = "#ffffff", "#15191f", "#48515d", "#1c4f8f"
MARK = 200  # pixels of the mark, whose drawing is 32 units wide (static/img/mark.svg)
MARK_TOP = 64
TITLE_LINES = 3
# Title and the rest: the faces of the portal, and one that any machine has.
SERIF = ("CharisSIL-Bold.ttf", "Charis-Bold.ttf", "DejaVuSerif-Bold.ttf")
SANS = ("Inter-Medium.otf", "Inter-Regular.otf", "DejaVuSans.ttf")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, centred; `base` is where its letters stand, in pixels from the top."""

    text: str
    size: int
    base: int
    faces: tuple[str, ...]
    colour: str


def png(facts: CredentialFacts, *, language: str = "") -> bytes:
    """Return the image of a credential as PNG."""
    return _drawn(tuple(_lines(facts, language)))


@lru_cache(maxsize=50)
def _drawn(lines: tuple[Line, ...]) -> bytes:
    """Draw an image; that of all graduates of one programme is the same, and drawn once."""
    image = Image.new("RGB", (SIZE * FINER, SIZE * FINER), PAPER)
    draw = ImageDraw.Draw(image)
    frame = [FINER * 8, FINER * 8, FINER * (SIZE - 8), FINER * (SIZE - 8)]
    draw.rounded_rectangle(frame, radius=FINER * 40, outline=BLUE, width=FINER * 6)
    left, right, hole = (_scaled(points, FINER) for points in _mark())
    for points, colour in ((left, BLUE), (right, BLUE), (hole, PAPER)):
        draw.polygon(points, fill=colour)
    for line in lines:
        place = (FINER * SIZE / 2, FINER * line.base)
        font = _font(line.faces, FINER * line.size)
        draw.text(place, line.text, font=font, fill=line.colour, anchor="ms")
    kept = io.BytesIO()
    image.resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(kept, format="PNG", optimize=True)
    return kept.getvalue()


def svg(facts: CredentialFacts, *, language: str = "") -> bytes:
    """Return the image of a credential as SVG; its title says what it is to who cannot see it."""
    lines = list(_lines(facts, language))
    shapes = [
        f'<rect x="8" y="8" width="{SIZE - 16}" height="{SIZE - 16}" rx="40" fill="{PAPER}" '
        f'stroke="{BLUE}" stroke-width="6"/>',
        *(
            f'<polygon fill="{colour}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'
            for points, colour in zip(_mark(), (BLUE, BLUE, PAPER), strict=True)
        ),
        *(
            f'<text x="{SIZE // 2}" y="{line.base}" text-anchor="middle" font-size="{line.size}" '
            f'fill="{line.colour}" font-family="{_family(line)}">{escape(line.text)}</text>'
            for line in lines
        ),
    ]
    title = escape(" – ".join(line.text for line in lines))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" '
        f'height="{SIZE}" role="img"><title>{title}</title>{"".join(shapes)}</svg>'
    ).encode()


def _family(line: Line) -> str:
    if line.faces == SERIF:
        return "Charis SIL, Charis, Georgia, serif"
    return "Inter, Helvetica, Arial, sans-serif"


def _lines(facts: CredentialFacts, language: str) -> Iterator[Line]:
    """Yield title, institution, and level with credits, as far as they are stated."""
    language = language or facts.language
    title, size = _fitted(in_language(facts.title, language), SERIF, 46, TITLE_LINES)
    base = MARK_TOP + MARK + 76
    for text in title:
        yield Line(text, size, base, SERIF, INK)
        base += round(size * 1.2)
    body, size = _fitted(in_language(facts.awarding_body.name, language), SANS, 26, 2)
    base = max(base + 12, SIZE - 150)
    for text in body:
        yield Line(text, size, base, SANS, QUIET)
        base += round(size * 1.3)
    if extent := _extent(facts, language):
        yield Line(extent, 26, SIZE - 62, SANS, BLUE)


def _extent(facts: CredentialFacts, language: str) -> str:
    with override(language or "en"):
        parts = []
        if facts.eqf_level:
            parts.append(_("EQF level %(level)s") % {"level": facts.eqf_level})
        if facts.ects:
            parts.append(f"{facts.ects.normalize():f} ECTS")
    return "  ·  ".join(parts)


def _fitted(text: str, faces: tuple[str, ...], size: int, most: int) -> tuple[list[str], int]:
    """Return a text in at most so many lines, and the size in which it fits; a long one is cut."""
    lines: list[str] = []
    for smaller in (size, round(size * 0.8), round(size * 0.65)):
        lines = _wrapped(text, _font(faces, smaller))
        if len(lines) <= most:
            return lines, smaller
    return [*lines[: most - 1], f"{lines[most - 1][:-1].rstrip()}…"], smaller


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Return the lines of a text; a word that is wider than the image is broken."""
    width, lines, line = SIZE - 2 * MARGIN, [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while font.getlength(word) > width:
            fits = next(n for n in range(len(word), 0, -1) if font.getlength(word[:n]) <= width)
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return [*lines, line] if line else lines


@lru_cache(maxsize=32)
def _font(faces: tuple[str, ...], size: int) -> ImageFont.FreeTypeFont:
    for face in faces:
        try:
            return ImageFont.truetype(face, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def _mark() -> list[list[tuple[float, float]]]:
    """Return the mark as polygons: the full half, the open half, and what is open in it."""
    left = [*_arc(15, (17, 1.04), (11, 30.14), -1), (11, 20.5), (17, 12.5)]
    right = [*_arc(15, (21, 1.86), (15, 30.97), 1), (15, 21.5), (21, 13.5)]
    hole = [*_arc(12, (24, 7.06), (18, 27.83), 1), (18, 22.5), (24, 14.5)]
    scale, aside = MARK / 32, (SIZE - MARK) / 2
    return [
        [(aside + x * scale, MARK_TOP + y * scale) for x, y in points]
        for points in (left, right, hole)
    ]


def _arc(
    radius: float, start: tuple[float, float], end: tuple[float, float], turn: int
) -> Iterator[tuple[float, float]]:
    """Yield points of a circle around (16, 16); `turn` 1 is clockwise."""
    first, last = (math.atan2(y - 16, x - 16) for x, y in (start, end))
    if (last - first) * turn < 0:
        last += 2 * math.pi * turn
    steps = 90
    for step in range(steps + 1):
        angle = first + (last - first) * step / steps
        yield 16 + radius * math.cos(angle), 16 + radius * math.sin(angle)


def _scaled(points: list[tuple[float, float]], by: int) -> list[tuple[float, float]]:
    return [(x * by, y * by) for x, y in points]
