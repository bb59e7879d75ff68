"""The only place that knows the codes and names of European lists that are too long to type.

Two-letter codes are ISO 3166-1 and ISO 639-1; three-letter codes those of the authority tables
of the EU Publications Office. Tables are JSON beside this file, written by update.py.
"""

import json
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@cache
def _table(name: str) -> dict[str, str]:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


@cache
def _reversed(name: str) -> dict[str, str]:
    return {value: key for key, value in _table(name).items()}


def country_alpha3(code: str) -> str:
    """Return the EU's code of a country (alpha-2 "DE" gives "DEU"), "" when there is none."""
    return _table("countries.json").get(code.upper(), "")


def country_alpha2(code: str) -> str:
    """Return the ISO 3166-1 alpha-2 code of the EU's code of a country, "" when unknown."""
    return _reversed("countries.json").get(code.upper(), "")


def language_alpha3(tag: str) -> str:
    """Return the EU's code of a language ("de-AT" gives "DEU"), "" when there is none."""
    base = tag.split("-")[0].lower()
    found = _table("languages.json").get(base, "")
    return found or (base.upper() if len(base) == 3 and base.isascii() and base.isalpha() else "")


def language_tag(code: str) -> str:
    """Return the BCP 47 tag of the EU's code of a language, "" for what is no such code."""
    found = _reversed("languages.json").get(code.upper(), "")
    return found or (code.lower() if len(code) == 3 and code.isascii() and code.isalpha() else "")


def isced_f_name(code: str) -> str:
    """Return the English name of a field of ISCED-F 2013 ("0613"), "" when there is none."""
    return _table("isced-f.json").get(code, "")


def concept_name(uri: str) -> str:
    """Return the published English name of an entry of a short list, "" when there is none."""
    return _table("concepts.json").get(uri, "")


def concept_uri(name: str, list_uri: str) -> str:
    """Return the entry under `list_uri` that has this published English name, "" when none."""
    wanted = _spelled(name)
    entries = _table("concepts.json").items()
    return next((u for u, n in entries if u.startswith(list_uri) and _spelled(n) == wanted), "")


def nqf_level_code(name: str) -> str:
    """Return the code of a national level ("DQR 6" as "DQR Level 6"), "" when there is none."""
    return _nqf_levels().get(_spelled(name), "")


@cache
def _nqf_levels() -> dict[str, str]:
    return {_spelled(name): code for code, name in _table("nqf-levels.json").items()}


def _spelled(name: str) -> str:
    return " ".join(word for word in name.lower().replace(":", "").split() if word != "level")
