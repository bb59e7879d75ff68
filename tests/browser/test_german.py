"""A journey in German: no page on the way has an English word that is not marked as English."""

import pytest
from playwright.sync_api import Page

from recognition.models import Committee
from tests.browser.conftest import sign_in
from tests.browser.stories import make_university
from tests.factories.awards import make_taught_course
from tests.real_input.pages import answer, choose, follow, press, text_of
from tests.test_translations import ENGLISH, MESSAGES, compile_catalogues

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GERMAN = {message.string for message in MESSAGES["de"]}
# A word can be both: a “Note” is a grade in German.
SAID_OTHERWISE = {message.id for message in MESSAGES["de"]} - GERMAN
SPOKEN = """() => {
  const said = [], texts = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  const isOurs = (element) => element.closest("[lang]")?.lang === "de"
    && !element.closest("script, style");
  while (texts.nextNode()) {
    if (isOurs(texts.currentNode.parentElement)) said.push(texts.currentNode.data);
  }
  for (const name of ["aria-label", "placeholder", "title", "alt", "data-label", "data-copied"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      if (isOurs(element)) said.push(element.getAttribute(name));
    }
  }
  return said.map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""


def english_on(page: Page) -> set[str]:
    """Return what the page says in English although it says that it is German."""
    said = page.evaluate(SPOKEN)
    assert len(said) > 10, "this is no page, or not a German one"
    return {text for text in said if text in SAID_OTHERWISE or ENGLISH.search(text)}


def walk(page: Page, *steps: tuple) -> None:
    """Take each step, (what to do, with what), and read the page it leads to."""
    for do, thing in steps:
        do(page, thing)
        assert english_on(page) == set(), thing


def test_claim_award_and_application_are_german_all_the_way(page, run_tasks, settings, tmp_path):
    compile_catalogues(settings, tmp_path)
    university = make_university()
    home = university.module.programme_version.programme.institution
    course = make_taught_course(home, title={"en": "Data Analysis", "de": "Datenauswertung"})

    Committee.objects.update(name={"de": "Anerkennungsausschuss"})

    sign_in(page, university.learner)
    page.goto("/courses/?q=data")
    walk(page, (press, "Deutsch"), (follow, "Datenauswertung"), (follow, "Nachweis anfordern"))
    walk(page, (press, "Anforderung senden"))
    answer(page, statement="Ich habe im Juni bestanden.")
    walk(page, (press, "Anforderung senden"))
    assert "Ihre Anforderung liegt jetzt bei den Lehrenden des Kurses." in text_of(page)

    sign_in(page, course.course.teachers.get())
    page.goto("/work/")
    walk(page, (follow, "„Datenauswertung“ verleihen"), (follow, "Nachweis verleihen"))
    answer(page, grade="1.0")
    with run_tasks():
        walk(page, (press, "Nachweis verleihen"))

    sign_in(page, university.learner)
    page.goto("/portfolio/")
    walk(page, (follow, "Freigeben"))
    answer(page, label="Eine Firma", days=30)
    walk(page, (press, "Link erstellen"), (follow, "Link öffnen"))
    assert page.locator("main .verdict h1").inner_text() == "Gültig"
    page.goto("/portfolio/")
    walk(page, (follow, "Anerkennung beantragen"))
    choose(page, "programme", "Umweltinformatik")
    walk(page, (press, "Weiter"))
    choose(page, "target", university.module.code)
    walk(page, (press, "Position speichern"), (press, "Teile speichern"))
    walk(page, (follow, "Ihre Angaben prüfen"), (press, "Antrag absenden"))
    for box in page.get_by_role("checkbox").all():
        box.check()
    walk(page, (press, "Antrag absenden"), (follow, "Ihren Antrag verfolgen"))

    sign_in(page, university.registrar)
    page.goto("/work/")
    walk(page, (follow, "vollständig"))
