"""How people use pages: they answer what a form asks, press its button, and wait for documents."""

import time
from pathlib import Path

from playwright.sync_api import Error, Page

DOCUMENT = 'main a[href*="/documents/"], main a[href*="/files/"]'
PATIENCE = 60  # seconds in which the worker makes a document


def answer(page: Page, **said: object) -> None:
    """Answer fields of the page by their names: a text, a choice, the value of a box, a file."""
    for name, value in said.items():
        field = page.locator(f'main [name="{name}"]')
        kind = field.first.evaluate("field => field.type")
        if kind == "select-one":
            field.select_option(str(value))
        elif kind in ("radio", "checkbox"):
            page.locator(f'main [name="{name}"][value="{value}"]').check()
        elif kind == "file":
            field.set_input_files(value)
        else:
            field.first.fill(str(value))  # a page with two forms has it twice


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()


def follow(page: Page, link: str) -> None:
    page.get_by_role("link", name=link).first.click()
    page.wait_for_load_state()


def text_of(page: Page) -> str:
    """What stands on the page, on one line."""
    return " ".join(page.locator("main").inner_text().split())


def choose(page: Page, name: str, words: str) -> None:
    """Choose the first option that contains these words."""
    options = page.locator(f'main [name="{name}"] option').all_inner_texts()
    found = next(option for option in options if words in option)
    page.locator(f'main [name="{name}"]').select_option(label=found)


def download(page: Page, link: str, to: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_role("link", name=link).first.click()
    started.value.save_as(to)
    return to


def reload(page: Page) -> None:
    """Load a page anew; one that has just begun to do so by itself goes on with it."""
    try:
        page.reload()
    except Error:
        page.wait_for_load_state()


def documents(page: Page, folder: Path, number: int) -> list[Path]:
    """Wait until the worker has made so many documents for this page, and take them home."""
    deadline = time.monotonic() + PATIENCE
    while page.locator(DOCUMENT).count() < number and time.monotonic() < deadline:
        time.sleep(0.5)
        reload(page)
    taken = []
    for link in page.locator(DOCUMENT).all():
        with page.expect_download() as started:
            link.click()
        taken.append(folder / started.value.suggested_filename)
        started.value.save_as(taken[-1])
    assert len(taken) == number, text_of(page)
    return taken
