"""Proves what the style sheets promise: one home for colours, contrast, focus, quiet means."""

import re
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CSS = sorted((ROOT / "static" / "css").glob("*.css"))
TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text()
SCHEMES = ["light", "dark"]

GROUNDS = ["paper", "surface", "sunken", "ok-bg", "warn-bg", "bad-bg", "info-bg"]
TEXT_PAIRS = [
    *product(["ink", "ink-2", "link", "visited", "brand-hover"], GROUNDS),
    *product(["ok", "warn", "bad", "info"], ["paper", "surface"]),
    ("ok", "ok-bg"),
    ("warn", "warn-bg"),
    ("bad", "bad-bg"),
    ("info", "info-bg"),
    ("ink", "mark"),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
]
SHAPE_PAIRS = [
    *product(["field", "brand"], ["paper", "surface", "sunken"]),
    ("brand", "info-bg"),
    ("ok", "paper"),
    ("focus", "focus-ring"),
]


def colours(scheme: str) -> dict[str, str]:
    """Return the hex value of each colour token in a scheme."""
    pattern = r"--([\w-]+): (?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));"
    found = re.findall(pattern, TOKENS)
    return {
        name: both or (light if scheme == "light" else dark) for name, light, dark, both in found
    }


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2, definition) of #rrggbb."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_can_be_read_on_every_ground(scheme):
    colour = colours(scheme)

    faint = [
        (front, ground, round(contrast(colour[front], colour[ground]), 2))
        for front, ground in TEXT_PAIRS
        if contrast(colour[front], colour[ground]) < 4.5
    ]

    assert faint == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_controls_and_signs_stand_out_from_every_ground(scheme):
    colour = colours(scheme)

    faint = [
        (front, ground, round(contrast(colour[front], colour[ground]), 2))
        for front, ground in SHAPE_PAIRS
        if contrast(colour[front], colour[ground]) < 3
    ]

    assert faint == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_focus_is_seen_by_its_yellow_or_by_its_ring(scheme):
    colour = colours(scheme)

    best = [
        max(contrast(colour[part], colour[ground]) for part in ("focus", "focus-ring"))
        for ground in GROUNDS
    ]

    assert [value for value in best if value < 3] == []


def test_every_colour_has_its_home_in_tokens():
    pattern = r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\("
    strays = {
        (path.name, colour)
        for path in CSS
        for colour in re.findall(pattern, path.read_text())
        if path.name != "tokens.css"
    }

    # The margin of a printed page cannot read a token, so it repeats the value of one.
    assert {colour for name, colour in strays if name != "pdf.css" or colour not in TOKENS} == set()


def test_focus_style_is_an_outline_with_a_ring():
    base = (ROOT / "static" / "css" / "base.css").read_text()

    rule = re.search(r":focus-visible \{(.+?)\}", base, re.S)[1]

    assert "outline: 3px solid var(--focus);" in rule
    assert "box-shadow: 0 0 0 6px var(--focus-ring);" in rule


def test_outline_is_taken_away_only_where_something_else_shows_the_focus():
    takers = sorted(
        selector.strip()
        for path in CSS
        for selector in re.findall(r"([^{}]+)\{[^{}]*outline: none", path.read_text())
    )

    # The target of the skip link, and the result whose whole row is outlined instead.
    assert takers == [".result h3 a:focus-visible", "main:focus"]


def test_style_sheets_use_no_loud_means():
    loud = {
        (path.name, word)
        for path in CSS
        for word in ("gradient(", "!important", "text-shadow", "animation:", "@import")
        if word in path.read_text()
    }

    assert loud == set()


def test_every_style_sheet_of_the_pages_lives_in_its_layer():
    layers = re.search(r"@layer ([\w, ]+);", TOKENS)[1].split(", ")

    named = {layer: re.search(rf"@layer {layer} \{{", sheet(layer)) is not None for layer in layers}

    assert named == dict.fromkeys(layers, True)


def sheet(name: str) -> str:
    return (ROOT / "static" / "css" / f"{name}.css").read_text()


def test_every_token_that_is_used_exists():
    known = set(re.findall(r"(--[\w-]+):", "".join(path.read_text() for path in CSS)))
    used = {token for path in CSS for token in re.findall(r"var\((--[\w-]+)\)", path.read_text())}

    assert sorted(used - known) == []


def test_script_stays_small():
    script = (ROOT / "static" / "js" / "symbolon.js").read_text()

    assert len(script.splitlines()) < 400
    assert re.findall(r"\beval\b|innerHTML|new Function|document\.write", script) == []
