"""The only place that turns `CredentialFacts` into JSON and back, strictly: what goes in comes out.

Unknown facts (None, "", ()) are left out. Reading refuses names, types and values that writing
could not have made, so that a row changed by hand is noticed and never half read.
"""

from collections.abc import Mapping
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


def to_json(facts: CredentialFacts) -> dict:
    """Return the facts as JSON: dates in ISO 8601, decimals as text, nothing that is unknown."""
    return _written(facts)


def from_json(value: Mapping[str, Any]) -> CredentialFacts:
    """Return the facts in what `to_json` wrote; raises `BadFacts` for anything else."""
    return _read(CredentialFacts, value, "facts")


def _written(value: Any) -> Any:
    if is_dataclass(value):
        said = ((f, getattr(value, f.name)) for f in fields(value))
        return {f.name: _written(inner) for f, inner in said if inner != _default(f)}
    if isinstance(value, tuple):
        return [_written(inner) for inner in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, value: Any, where: str) -> Any:
    """Return `value` as the type that is hinted; `where` names the place in errors."""
    if get_origin(kind) is UnionType:
        kind = next(inner for inner in get_args(kind) if inner is not NoneType)
    if kind == LanguageMap:
        return _language_map(value, where)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), value, where)
    if is_dataclass(kind):
        return _dataclass(kind, value, where)
    if kind in (date, datetime, Decimal):
        return _from_text(kind, value, where)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise BadFacts(f"{where}: {kind.__name__} expected")
    return value


def _language_map(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(
        isinstance(text, str) for pair in value.items() for text in pair
    ):
        raise BadFacts(f"{where}: texts by language expected")
    return dict(value)


def _tuple(kinds: tuple, value: Any, where: str) -> tuple:
    if not isinstance(value, list):
        raise BadFacts(f"{where}: a list expected")
    if kinds[-1] is Ellipsis:
        kinds = (kinds[0],) * len(value)
    if len(kinds) != len(value):
        raise BadFacts(f"{where}: {len(kinds)} values expected")
    pairs = zip(kinds, value, strict=True)
    return tuple(_read(kind, inner, f"{where}[{n}]") for n, (kind, inner) in enumerate(pairs))


def _dataclass(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, Mapping):
        raise BadFacts(f"{where}: an object expected")
    types = _types(kind)
    if unknown := sorted(set(value) - set(types)):
        raise BadFacts(f"{where}: not known: {', '.join(map(str, unknown))}")
    needed = [f.name for f in fields(kind) if _default(f) is MISSING]
    if missing := [name for name in needed if name not in value]:
        raise BadFacts(f"{where}: missing: {', '.join(missing)}")
    return kind(**{name: _read(types[name], v, f"{where}.{name}") for name, v in value.items()})


def _default(field: Field) -> Any:
    """Return what a field is when nobody says it; MISSING when it must be said."""
    return field.default if field.default_factory is MISSING else field.default_factory()


def _from_text(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, str):
        raise BadFacts(f"{where}: {kind.__name__} as text expected")
    try:
        read: Any = Decimal(value) if kind is Decimal else kind.fromisoformat(value)
    except (InvalidOperation, ValueError) as error:
        raise BadFacts(f"{where}: {kind.__name__} as text expected") from error
    if kind is Decimal and not read.is_finite():
        raise BadFacts(f"{where}: a number expected")
    if kind is datetime and read.tzinfo is None:
        raise BadFacts(f"{where}: a moment with its time zone expected")
    return read
