"""The only place that reads and writes content in several languages.

Interface texts go through gettext. Content (titles, outcomes, names) is kept in a
*language map*: a dict from BCP 47 tags to text, as in VC 2.0 section 11.1 and ELM.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

LanguageMap = Mapping[str, str]
LANGUAGES = tuple(tag for tag, _name in settings.LANGUAGES)
"""The languages in which the portal itself speaks."""
DOCUMENT_LANGUAGES: tuple[str, ...] = settings.DOCUMENT_LANGUAGES
"""The languages that have the words of documents: labels and sentences, not those of pages."""


def in_language(texts: LanguageMap | str | None, language: str | None = None) -> str:
    """Return the text in `language` (default: the reader's), else English, else any.

    A plain string is returned as it is; None and an empty map give "".
    """
    if not texts:
        return ""
    if isinstance(texts, str):
        return texts
    wanted = (language or get_language() or "en").split("-")[0]
    for tag in (wanted, "en"):
        if texts.get(tag):
            return texts[tag]
    return next((text for text in texts.values() if text), "")


def language_of(texts: LanguageMap | str | None, language: str | None = None) -> str:
    """Return the BCP 47 tag of the text that `in_language` would return, "" when unknown."""
    if not texts or isinstance(texts, str):
        return ""
    chosen = in_language(texts, language)
    return next((tag for tag, text in texts.items() if text == chosen), "")


def spoken(language: str) -> str:
    """Return a language in which the portal speaks: `language` itself, else English.

    Django keeps a catalogue for each language it ever switched to, so a tag from outside is
    never switched to as it is.
    """
    return language if language in LANGUAGES else "en"


def on_paper(language: str) -> str:
    """Return a language that has the words of documents: `language` itself, else English."""
    return language if language in DOCUMENT_LANGUAGES else "en"


def unprintable(languages: Sequence[str]) -> str:
    """Return why documents cannot be printed in these languages, "" when they can."""
    if not 1 <= len(languages) <= 2 or len(set(languages)) != len(languages):
        return _("Documents are printed in one language, or in two different ones.")
    if unknown := [str(tag) for tag in languages if tag not in DOCUMENT_LANGUAGES]:
        said = {"unknown": ", ".join(unknown), "known": ", ".join(DOCUMENT_LANGUAGES)}
        return (
            _("The words of documents do not exist in %(unknown)s. Choose from: %(known)s.") % said
        )
    return ""


def clean_text(text: str) -> str:
    """Return `text` in NFC without control and non-characters (tab and newline stay).

    RDFC-1.0 implementations disagree on how these are escaped, so a signed text must not
    hold them; and nobody can see them on a page.
    """
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if text.isprintable():  # nothing that is hidden is
        return text
    return "".join(c for c in text if c in "\n\t" or not _is_hidden(c))


def clean_texts(value: Any) -> Any:
    """Return a text, a language map or a list of texts cleaned and stripped; maps without ""."""
    if isinstance(value, str):
        return clean_text(value).strip()
    if isinstance(value, Mapping):
        cleaned = {tag: clean_texts(text) for tag, text in value.items()}
        return {tag: text for tag, text in cleaned.items() if text}
    if isinstance(value, list | tuple):
        return [clean_texts(item) for item in value]
    return value


def _is_hidden(character: str) -> bool:
    code = ord(character)
    return (
        unicodedata.category(character) in ("Cc", "Cs", "Cn")
        or code in (0xFEFF, 0x2028, 0x2029, 0x85)
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
    )
