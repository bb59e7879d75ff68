"""The only place that takes typed values out of the untrusted JSON of a credential.

Each function returns the value when it is what the name says and an empty one otherwise, so a
reader never meets a wrong type. A list of one stands for its entry, as JSON-LD has it.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from credentials.language import clean_text

LONGEST_LINE = 1_000
LONGEST_TEXT = 20_000
LONGEST_URL = 2_000
MOST_LANGUAGES = 60
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
UNKNOWN_LANGUAGE = "und"


def one(value: object) -> object:
    """Return the entry of a list of one, else the value itself."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def many(value: object) -> list:
    """Return the entries of a list, or the value as the only entry; None gives none."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def item(value: object) -> dict:
    """Return an object, {} for anything else."""
    value = one(value)
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[dict]:
    """Return the objects among the entries."""
    return [entry for entry in many(value) if isinstance(entry, dict)]


def line(value: object, longest: int = LONGEST_LINE) -> str:
    """Return a text on one line, shortened to `longest` characters; a language object too."""
    return " ".join(text(value, longest).split())


def text(value: object, longest: int = LONGEST_TEXT) -> str:
    """Return a text without hidden characters, shortened to `longest` characters."""
    value = one(value)
    if isinstance(value, dict):
        value = value.get("@value")
    return clean_text(value).strip()[:longest] if isinstance(value, str) else ""


def texts(value: object, language: str) -> dict[str, str]:
    """Return a language map of a text or of language objects; `language` where none is given."""
    found = {}
    for entry in many(value):
        tag = entry.get("@language") if isinstance(entry, dict) else language
        tag = tag if isinstance(tag, str) and LANGUAGE_TAG.fullmatch(tag) else ""
        if content := text(entry):
            found[tag or language or UNKNOWN_LANGUAGE] = content
    return found


def language_map(value: object) -> dict[str, str]:
    """Return the texts of a JSON-LD language map by their tags; of an unmarked text too."""
    value = one(value)
    if not isinstance(value, dict) or "@value" in value:
        return texts(value, UNKNOWN_LANGUAGE)
    if "type" in value:  # a node, of which "id" is no Indonesian
        return {}
    found = {}
    for tag, content in list(value.items())[:MOST_LANGUAGES]:
        if isinstance(tag, str) and LANGUAGE_TAG.fullmatch(tag) and (said := text(first(content))):
            found[tag] = said
    return found


def first(value: object) -> object:
    """Return the first entry of a list, the value itself when it is none."""
    return (value[0] if value else None) if isinstance(value, list) else value


def types(value: object) -> set[str]:
    """Return the strings among one or several types."""
    return {entry for entry in many(value) if isinstance(entry, str)}


def identifier(value: object) -> str:
    """Return the id of an object or an id: an absolute URI, "" for anything else."""
    value = one(value)
    value = value.get("id") if isinstance(value, dict) else value
    if not isinstance(value, str) or len(value) > LONGEST_URL:
        return ""
    return value if re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20\x7f<>\"]+", value) else ""


def url(value: object) -> str:
    """Return an http or https address that is safe to link to, "" for anything else."""
    found = identifier(value)
    try:
        parts = urlsplit(found)
    except ValueError:
        return ""
    return found if parts.scheme in ("http", "https") and parts.hostname else ""


def moment(value: object) -> datetime | None:
    """Return an aware datetime in UTC, None for anything else."""
    value = one(value)
    if not isinstance(value, str) or len(value) > 40 or "T" not in value:
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def day(value: object) -> date | None:
    """Return the date of a date or a date-time, as it is written there."""
    value = one(value)
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def number(value: object) -> Decimal | None:
    """Return a finite number that is not negative and below a million."""
    value = one(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = Decimal(str(value)[:40])
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < 1_000_000 else None
