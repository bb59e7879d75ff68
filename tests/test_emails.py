"""Every mail template, also those of tomorrow: in the reader's language, and nothing confidential.

A mail passes servers and screens of others. What may stand in it is listed here; all else that
a template can reach (names, titles, reasons, notes, grades) is marked as a secret and looked for.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from credentials.models import User
from credentials.services import mails

FOLDER = Path(settings.BASE_DIR, "templates", "emails")
TEMPLATES = sorted(path.stem for path in FOLDER.glob("*.txt") if not path.stem.startswith("_"))
LANGUAGES = [code for code, _name in settings.LANGUAGES]
DAY = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
SECRET = "SECRET"
# `role` is one of "As a registrar", "As a reviewer"; `institution` the one that writes.
OPEN_TEXTS = {"reference": "REC-2026-0041", "role": "As a registrar", "institution": "Testheim"}
THE_SAME = ("https:", "--", "Symbolon", *OPEN_TEXTS.values())
NUMBERS = ("count", "days", "number")


class Marked:
    """Stands for anything a template may name: open texts, dates, numbers, links, else a secret."""

    do_not_call_in_templates = False

    def __init__(self, path: str, is_true: bool = True) -> None:
        self.path, self.is_true = path, is_true

    def __getitem__(self, name: str) -> object:
        if name in OPEN_TEXTS:
            return OPEN_TEXTS[name]
        if name in NUMBERS:
            return 3 if self.is_true else 1
        if name == "url" or name.endswith("_url"):
            return "https://portal.example/there/"
        if name.endswith(("_on", "_at", "_until")):
            return DAY if self.is_true else None
        return Marked(f"{self.path}.{name}", self.is_true)

    def __iter__(self) -> Iterator["Marked"]:
        return iter([Marked(f"{self.path}[]", self.is_true)] if self.is_true else [])

    def __len__(self) -> int:
        return 1 if self.is_true else 0

    def __bool__(self) -> bool:
        return self.is_true

    def __call__(self) -> "Marked":
        return self

    def __str__(self) -> str:
        return f"{SECRET}({self.path})"


def render(template: str, language: str, is_true: bool = True, folder: Path = FOLDER) -> str:
    """Return a mail in whose context every word of its source stands for something."""
    sources = [path.read_text() for path in {*FOLDER.glob("_*.txt"), folder / f"{template}.txt"}]
    everything = Marked("", is_true)
    context = {word: everything[word] for word in re.findall(r"[a-z]\w*", " ".join(sources))}
    reader = User(email="nela@test.example", name="Nela Ardwen")
    with translation.override(language):
        text = render_to_string(f"emails/{template}.txt", {**context, "reader": reader})
    return text.strip()


def test_templates_are_found():
    assert {"digest", "decision_sent", "claim_received"} <= set(TEMPLATES)
    assert set(TEMPLATES) >= mails.TASKS


@pytest.mark.parametrize("is_true", [True, False], ids=["all", "least"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_mail_tells_nothing_confidential(template, language, is_true):
    text = render(template, language, is_true)

    assert [line for line in text.splitlines() if SECRET in line] == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_mail_is_written_in_every_language(template):
    texts = [render(template, language) for language in LANGUAGES]
    lines = [
        {line for line in text.splitlines() if line and not line.startswith(THE_SAME)}
        for text in texts
    ]

    assert set.intersection(*lines) == set()


@pytest.mark.parametrize("template", TEMPLATES)
def test_mail_has_a_short_subject_a_greeting_and_a_link(template):
    subject, empty, greeting, *body = render(template, "en").splitlines()

    assert 5 < len(subject) <= 78
    assert (empty, greeting) == ("", "Dear Nela Ardwen,")
    assert any("https://portal.example/there/" in line for line in body)


def test_secret_in_a_template_would_be_found(settings, tmp_path):
    folder = tmp_path / "emails"
    folder.mkdir()
    body = "{% extends 'emails/_base.txt' %}{% block body %}{{ line.module }}{% endblock %}"
    (folder / "leaking.txt").write_text(body)
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]

    assert "SECRET(.line.module)" in render("leaking", "en", folder=folder)
