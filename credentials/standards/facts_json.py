"""The only place that turns `CredentialFacts` into JSON and back, strictly: what goes in comes out.

Unknown facts (None, "", ()) are left out. Reading refuses names, types and values that writing
could not have made, so that a row changed by hand is noticed and never half read.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from credentials.language import LanguageMap
from credentials.standards.facts import CredentialFacts


class BadFacts(ValueError):
    """A JSON value is not what `to_json` writes; the text names the place."""


def to_json(facts: Any) -> dict:
    """Return the facts as JSON: dates in ISO 8601, decimals as text, nothing that is unknown."""
    return _written(facts)


def from_json(value: Mapping[str, Any]) -> CredentialFacts:
    """Return the facts in what `to_json` wrote; raises `BadFacts` for anything else."""
    return _reader(CredentialFacts)(value, "facts")


def _written(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return dict(value)
    if is_dataclass(value):
        kind: Any = type(value)
        said = [(name, getattr(value, name), default) for name, default in _defaults(kind)]
        return {name: _written(inner) for name, inner, default in said if inner != default}
    if isinstance(value, tuple):
        return [_written(inner) for inner in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return dict(value) if isinstance(value, MAPPING) else value


@cache
def _defaults(kind: Any) -> list[tuple[str, Any]]:
    """Return the fields of a dataclass with what each is when nobody says it."""
    return [(f.name, _default(f)) for f in fields(kind)]


def _default(field: Field) -> Any:
    """Return what a field is when nobody says it; MISSING when it must be said."""
    return field.default if field.default_factory is MISSING else field.default_factory()


MAPPING = (dict, Mapping)  # the first is found at once
# Reads a value as the type that is hinted; the text names the place in errors.
Reader = Callable[[Any, str], Any]


@cache
def _reader(kind: Any) -> Reader:
    """Return what reads a type; types are looked at once and not for each value."""
    if get_origin(kind) is UnionType:
        kind = next(inner for inner in get_args(kind) if inner is not NoneType)
    if kind == LanguageMap:
        return _language_map
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind))
    if is_dataclass(kind):
        return _dataclass(kind)
    return _from_text(kind) if kind in (date, datetime, Decimal) else _plain(kind)


def _plain(kind: type) -> Reader:
    def read(value: Any, where: str) -> Any:
        if not isinstance(value, kind) or isinstance(value, bool):
            raise BadFacts(f"{where}: {kind.__name__} expected")
        return value

    return read


def _language_map(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, MAPPING) or not all(
        isinstance(text, str) for pair in value.items() for text in pair
    ):
        raise BadFacts(f"{where}: texts by language expected")
    return dict(value)


def _tuple(kinds: tuple) -> Reader:
    any_length = kinds[-1] is Ellipsis
    readers = [_reader(kind) for kind in kinds if kind is not Ellipsis]

    def read(value: Any, where: str) -> tuple:
        if not isinstance(value, list):
            raise BadFacts(f"{where}: a list expected")
        wanted = readers * len(value) if any_length else readers
        if len(wanted) != len(value):
            raise BadFacts(f"{where}: {len(wanted)} values expected")
        pairs = zip(wanted, value, strict=True)
        return tuple(one(inner, f"{where}[{n}]") for n, (one, inner) in enumerate(pairs))

    return read


def _dataclass(kind: Any) -> Reader:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
    needed = [name for name, default in _defaults(kind) if default is MISSING]

    def read(value: Any, where: str) -> Any:
        if not isinstance(value, MAPPING):
            raise BadFacts(f"{where}: an object expected")
        if unknown := sorted(map(str, value.keys() - readers.keys())):
            raise BadFacts(f"{where}: not known: {', '.join(unknown)}")
        if missing := [name for name in needed if name not in value]:
            raise BadFacts(f"{where}: missing: {', '.join(missing)}")
        return kind(**{name: readers[name](v, f"{where}.{name}") for name, v in value.items()})

    return read


def _from_text(kind: Any) -> Reader:
    def read(value: Any, where: str) -> Any:
        if not isinstance(value, str):
            raise BadFacts(f"{where}: {kind.__name__} as text expected")
        try:
            said: Any = Decimal(value) if kind is Decimal else kind.fromisoformat(value)
        except (InvalidOperation, ValueError) as error:
            raise BadFacts(f"{where}: {kind.__name__} as text expected") from error
        if kind is Decimal and not said.is_finite():
            raise BadFacts(f"{where}: a number expected")
        if kind is datetime and said.tzinfo is None:
            raise BadFacts(f"{where}: a moment with its time zone expected")
        return said

    return read
