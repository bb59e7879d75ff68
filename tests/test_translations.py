"""Proves that the catalogues are complete and whole, and that German pages are German."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation.template import templatize

from credentials.views.pages import GUIDES

ROOT = Path(__file__).resolve().parent.parent
CATALOGS = {
    path.parts[-3]: read_po(path.read_bytes().splitlines(keepends=True))
    for path in sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))
}
MESSAGES = {
    language: [message for message in catalog if message.id]
    for language, catalog in CATALOGS.items()
}
each_catalog = pytest.mark.parametrize("language", CATALOGS)
NO_SOURCES = {"tests", "benchmarks", "var", "locale"}

# Function -> does it begin with a context, how many texts follow.
CALLS = {
    "_": (False, 1),
    "gettext": (False, 1),
    "gettext_lazy": (False, 1),
    "gettext_noop": (False, 1),
    "pgettext": (True, 1),
    "pgettext_lazy": (True, 1),
    "ngettext": (False, 2),
    "ngettext_lazy": (False, 2),
    "npgettext": (True, 2),
    "npgettext_lazy": (True, 2),
}
# `makemessages` knows a function by its name: under another one its texts would stay English.
ALIAS = re.compile(r"\bn?p?gettext(?:_lazy|_noop)? as (?!_\b)\w+")
# What `templatize` writes for a tag: a call with the texts as Python strings first.
TAG = re.compile(r"""\b(_|n?p?gettext)\(((?:\s*u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"),?)+)""")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?\w[^>]*>")
ENGLISH = re.compile(r"\b(the|and|with|your|you|this|which|from|what|that|not)\b", re.IGNORECASE)

# Public page -> its heading.
PAGES = {
    "home": "Kurze Kurse, die in Ihrem Studium zählen.",
    "course-list": "Kurse",
    "programme-list": "Studiengänge",
    "verify": "Einen Nachweis prüfen",
    "recognition-rules": "Anerkennungsregeln",
    "account_login": "Anmelden",
    "account_signup": "Konto anlegen",
    "account_reset_password": "Ihr Passwort zurücksetzen",
    "guide-list": "Anleitungen",
    "page-how": "So funktioniert es",
    "page-glossary": "Was ist ein Microcredential?",
    "page-accessibility": "Barrierefreiheit",
    "page-privacy": "Datenschutz",
    "page-imprint": "Impressum",
}


def sources() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*.*")):
        parts = path.relative_to(ROOT).parts
        if parts[0] not in NO_SOURCES and not any(part.startswith(".") for part in parts):
            yield path


def key(context: str | None, texts: tuple[str, ...]) -> tuple:
    return (context, *texts)


def said_in_python(text: str) -> Iterator[tuple]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in CALLS:
            continue
        has_context, count = CALLS[name]
        texts = [a.value for a in node.args[: count + has_context] if isinstance(a, ast.Constant)]
        if len(texts) == count + has_context:
            yield key(texts.pop(0) if has_context else None, tuple(texts))


def said_in_template(text: str) -> Iterator[tuple]:
    for name, literals in TAG.findall(templatize(text)):
        has_context, count = CALLS[name]
        texts = list(ast.literal_eval(f"({literals},)".replace(",,", ",")))
        yield key(texts.pop(0) if has_context else None, tuple(texts[:count]))


def of_documents() -> list[Path]:
    """Return the sources whose texts are printed, as the Makefile lists them."""
    (listed,) = re.findall(r"^PAPER = ((?:.*\\\n)*.*)$", (ROOT / "Makefile").read_text(), re.M)
    return [path for one in listed.replace("\\\n", " ").split() for path in ROOT.glob(one)]


def said(paths: Iterable[Path]) -> set[tuple]:
    """Return what sources ask to be translated: (context or None, text, perhaps plural)."""
    found = set()
    for path in paths:
        if path.suffix == ".py":
            found.update(said_in_python(path.read_text()))
        elif path.suffix in (".html", ".txt"):
            found.update(said_in_template(path.read_text()))
    return found


def texts_of(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def test_no_function_that_translates_goes_by_a_name_that_is_not_looked_for():
    assert [
        str(path) for path in sources() if ALIAS.search(path.read_text("utf-8", "ignore"))
    ] == []


def test_catalogues_are_in_the_languages_of_documents(settings):
    assert {"en", *CATALOGS} == set(settings.DOCUMENT_LANGUAGES)


@pytest.mark.parametrize(("language", "paths"), [("de", sources), ("es", of_documents)])
def test_catalogue_holds_exactly_what_the_sources_say(language, paths):
    kept = {key(message.context, texts_of(message.id)) for message in MESSAGES[language]}
    spoken = said(paths())

    assert (spoken - kept, kept - spoken) == (set(), set()), "run `make messages`, then translate"


@each_catalog
def test_every_text_is_translated_and_none_is_a_guess(language):
    empty = [message.id for message in MESSAGES[language] if not all(texts_of(message.string))]
    guessed = [message.id for message in MESSAGES[language] if message.fuzzy]

    assert (empty, guessed, list(CATALOGS[language].obsolete)) == ([], [], [])


@each_catalog
def test_translations_keep_placeholders_and_tags(language):
    changed = []
    for message in MESSAGES[language]:
        wanted = sorted(PLACEHOLDER.findall(texts_of(message.id)[-1]))
        for text in texts_of(message.string)[-1:]:
            if sorted(PLACEHOLDER.findall(text)) != wanted:
                changed.append((message.id, text))

    assert changed == []


@pytest.mark.parametrize(
    ("language", "opening", "closing", "others"),
    [("de", "„", "“", "”’«"), ("es", "«", "»", "„“”’")],
)
def test_translations_use_quotation_marks_of_the_language(language, opening, closing, others):
    wrong = [
        text
        for message in MESSAGES[language]
        for text in texts_of(message.string)
        if text.count(opening) != text.count(closing) or set(text) & set(others)
    ]

    assert wrong == []


def compile_catalogues(settings, folder: Path) -> None:
    """Let the portal speak the catalogues as they are now."""
    for language, catalog in CATALOGS.items():
        compiled = folder / language / "LC_MESSAGES" / "django.mo"
        compiled.parent.mkdir(parents=True)
        with compiled.open("wb") as file:
            write_mo(file, catalog)
    settings.LOCALE_PATHS = [folder]


@pytest.fixture
def german(settings, tmp_path, client):
    """A visitor who reads German."""
    compile_catalogues(settings, tmp_path)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de-DE,de;q=0.9,en;q=0.5"
    return client


def words_of(html: str) -> str:
    """Return what a page says in its own language: no scripts, nothing marked as another one."""
    html = re.sub(r"<(script|style|code)\b.*?</\1>", " ", html, flags=re.DOTALL)
    html = re.sub(r'<(\w+)[^>]*\blang="en"[^>]*>.*?</\1>', " ", html, flags=re.DOTALL)
    return " ".join(strip_tags(html).split())


def assert_german(html: str) -> None:
    assert '<html lang="de"' in html
    assert ENGLISH.findall(words_of(html)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "heading"), PAGES.items())
def test_public_page_speaks_german(german, name, heading):
    html = german.get(reverse(name)).content.decode()

    assert [strip_tags(h) for h in re.findall(r"<h1[^>]*>(.+?)</h1>", html, re.S)] == [heading]
    assert_german(html)


@pytest.mark.django_db
@pytest.mark.parametrize("role", GUIDES)
def test_guide_speaks_german(german, role):
    assert_german(german.get(reverse("guide-show", args=[role])).content.decode())


@pytest.mark.django_db
def test_missing_page_speaks_german(german):
    response = german.get("/there-is-nothing-here/")

    assert response.status_code == 404
    assert "Diese Seite finden wir nicht" in response.content.decode()
    assert_german(response.content.decode())
