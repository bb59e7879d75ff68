"""Proves what every template keeps to: small, translated, without inline code, with live links."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.urls import URLPattern, get_resolver

ROOT = Path(__file__).resolve().parent.parent / "templates"
TEMPLATES = {
    str(path.relative_to(ROOT)): path.read_text()
    for path in sorted(ROOT.rglob("*"))
    if path.suffix in (".html", ".txt")
}
PAGES = {name: text for name, text in TEMPLATES.items() if name.endswith(".html")}
COMPONENTS = {name: text for name, text in PAGES.items() if name.startswith("components/")}

# i18n, static and symbolon are there without loading; documents prints two languages at once.
LOADABLE = {"i18n", "django_htmx", "documents"}
# Read by those who build, or written in several languages at once by the documents' own tags.
NOT_TRANSLATED = ("pages/styleguide", "pdf/")
NAMES = r"\b(?:Symbolon|ECTS|EQF|ISCED-F|ISCED|ESCO|JSON|PDF|CSV|URL|SHA-256|QR|ID)\b"


def without_tags(text: str) -> str:
    """Return what a template says by itself: no comments, translated blocks, tags or variables."""
    text = re.sub(r"\{#.*?#\}", "", text)
    text = re.sub(r"\{% comment.*?endcomment %\}", "", text, flags=re.S)
    text = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}", "", text, flags=re.S)
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)


def spoken(name: str, text: str) -> str:
    """Return the words of a template that nobody translates."""
    text = without_tags(text)
    if name.endswith(".html"):
        text = re.sub(r"<(pre|code|style|script)\b.*?</\1>", "", text, flags=re.S)
        text = re.sub(r"<[^>]*>", " ", text, flags=re.S)
    text = re.sub(r"&\w+;|https?://\S+", " ", text)
    return re.sub(NAMES, " ", text)


def offenders(pattern: str, texts: dict[str, str], flags: int = 0) -> dict[str, list[str]]:
    found = {name: re.findall(pattern, text, flags) for name, text in texts.items()}
    return {name: hits for name, hits in found.items() if hits}


def test_templates_are_short():
    long = {name: len(text.splitlines()) for name, text in TEMPLATES.items()}

    assert {name: lines for name, lines in long.items() if lines > 120} == {}


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_compiles(name):
    get_template(name)


INLINE = r"<style\b|\sstyle\s*=|<script\b(?![^>]*\bsrc=)|\son[a-z]+\s*=|javascript:"
# One page has to be one file: services/offline_page.py writes files of static/ into it, and their
# hashes into its policy. Nothing but these two variables stands between the tags.
ONE_FILE = "verification/offline.html"


def test_no_inline_style_script_or_handler():
    pages = {name: text for name, text in PAGES.items() if name != ONE_FILE}

    assert offenders(INLINE, pages) == {}


def test_page_of_one_file_has_no_inline_code_of_its_own():
    text = PAGES[ONE_FILE]
    assert text.count("<style>{{ style }}</style>") == 1
    assert text.count("<script>{{ script }}</script>") == 1

    rest = text.replace("<style>{{ style }}</style>", "").replace(
        "<script>{{ script }}</script>", ""
    )
    assert re.findall(INLINE, rest) == []
    assert re.findall(r"https?:|\bsrc=|\bhref=|{% (?:static|url) ", rest) == []


def test_no_colour_outside_the_tokens():
    assert offenders(r"\b(?:fill|stroke|color|bgcolor)=\"#\w+\"", PAGES) == {}


def test_only_our_tags_are_loaded():
    loaded = {
        name: set(" ".join(re.findall(r"\{% load ([^%]+) %\}", text)).split()) - LOADABLE
        for name, text in TEMPLATES.items()
    }

    assert {name: tags for name, tags in loaded.items() if tags} == {}


def test_every_form_that_posts_carries_its_token():
    forms = r"<form\b[^>]*method=\"post\"[^>]*>(.*?)</form>"
    bare = {
        name: len(
            [body for body in re.findall(forms, text, re.S) if "{% csrf_token %}" not in body]
        )
        for name, text in PAGES.items()
    }

    assert {name: number for name, number in bare.items() if number} == {}


def test_every_included_template_exists():
    wanted = {
        target
        for text in TEMPLATES.values()
        for target in re.findall(r"\{% (?:include|extends) [\"']([^\"']+)[\"']", text)
    }
    own = {target for target in wanted if not target.startswith("django/forms/widgets/")}

    assert sorted(own - set(TEMPLATES)) == []


def test_every_linked_address_exists():
    known = set(names(get_resolver().url_patterns))
    wanted = {
        (name, target)
        for name, text in TEMPLATES.items()
        for target in re.findall(r"\{% url [\"']([^\"']+)[\"']", text)
    }

    assert sorted((name, target) for name, target in wanted if target not in known) == []


def names(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name
        else:
            prefix = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from (f"{prefix}{name}" for name in names(pattern.url_patterns))


def test_every_word_goes_through_translation():
    texts = {
        name: spoken(name, text)
        for name, text in TEMPLATES.items()
        if not name.startswith(NOT_TRANSLATED)
    }

    assert offenders(r"[^\W\d_]{2,}", texts) == {}


def test_every_spoken_attribute_goes_through_translation():
    pattern = r"\b(?:aria-label|alt|title|placeholder)=\"([^\"{][^\"]*)\""
    texts = {n: t for n, t in PAGES.items() if not n.startswith(NOT_TRANSLATED)}

    assert offenders(pattern, texts) == {}


def test_translated_blocks_are_trimmed():
    pattern = r"\{% blocktranslate(?![^%]* trimmed)(?![^%]*trimmed)[^%]*%\}[^{]*\n"

    assert offenders(pattern, TEMPLATES) == {}


def test_every_component_says_what_it_takes():
    silent = [name for name, text in COMPONENTS.items() if not re.match(r"\{# .+ #\}\n", text)]

    assert silent == []


def test_every_image_has_words_and_every_table_a_caption():
    assert offenders(r"<img\b(?![^>]*\balt=)[^>]*>", PAGES) == {}
    screens = {name: text for name, text in PAGES.items() if not name.startswith("pdf/")}
    assert offenders(r"<table\b[^>]*>(?!\s*<caption)", screens, re.S) == {}


def test_folding_tables_keep_their_roles():
    pattern = r"<table\b(?=[^>]*class=\"[^\"]*\b(?:blocks|matrix)\b)(?![^>]*role=)[^>]*>"

    assert offenders(pattern, PAGES) == {}
