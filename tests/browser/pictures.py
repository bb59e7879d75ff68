"""Pictures for docs/journeys.md, taken by the tests that walk there.

SYMBOLON_SCREENSHOTS=docs/screenshots pytest tests/browser/test_recognition_journeys.py -m browser
"""

import os
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

COLOURS = 48  # few enough for a small file; the pages use about a dozen
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def picture(page: Page, name: str, *, at: str = "", phone: bool = False) -> None:
    """Keep what the window shows as `name`.png, if SYMBOLON_SCREENSHOTS names a folder.

    `at`: the element with which it begins; by default the top of the page.
    """
    folder = os.environ.get("SYMBOLON_SCREENSHOTS")
    if not folder:
        return
    page.set_viewport_size(PHONE if phone else WIDE)
    page.evaluate(
        "at => { const found = at && document.querySelector(at);"
        " scrollTo({top: found ? found.getBoundingClientRect().top + scrollY - 24 : 0,"
        " behavior: 'instant'}); }",
        at,
    )
    shown = Image.open(BytesIO(page.screenshot())).convert("RGB")
    shown.quantize(COLOURS).save(Path(folder, f"{name}.png"), optimize=True)
    page.set_viewport_size(WIDE)
