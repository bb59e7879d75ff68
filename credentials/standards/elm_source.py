"""The only place that finds the nodes of an untrusted European Digital Credential.

A node may stand in full where it is used, or only by its id there and in full elsewhere.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from credentials.language import in_language
from credentials.standards import codes, values
from credentials.standards.elm_vocabulary import AUTHORITY, LOCAL, OWN

MOST = 100


class Source:
    """The nodes of one document by their ids, and typed access to what they say."""

    def __init__(self, document: dict) -> None:
        self._by_id: dict[str, dict] = {}
        for node in _all(document):
            name = node.get("id")
            if isinstance(name, str) and len(node) > 1:
                self._by_id.setdefault(name, node)

    def nodes(self, value: object) -> list[dict]:
        """Return the nodes among the values, at most a hundred."""
        found = (self._node(entry) for entry in values.many(value)[:MOST])
        return [node for node in found if node]

    def node(self, value: object) -> dict:
        """Return the first node among the values, {} when there is none."""
        return next(iter(self.nodes(value)), {})

    def _node(self, value: object) -> dict:
        name = value.get("id") if isinstance(value, dict) and len(value) == 1 else value
        if isinstance(name, str):
            return self._by_id.get(name, {"id": name})
        return value if isinstance(value, dict) else {}

    def note(self, value: object) -> dict[str, str]:
        """Return the texts of a Note."""
        note = self.node(value)
        return values.language_map(note.get("noteLiteral"))

    def label(self, value: object) -> str:
        """Return the name of a concept on one line."""
        return " ".join(in_language(values.language_map(self.node(value).get("prefLabel"))).split())

    def notation(self, value: object) -> str:
        """Return the notation of a concept."""
        return values.line(self.node(value).get("notation"), 60)

    def code(self, value: object, closed_list: Any, uris: Mapping[Any, str]) -> str:
        """Return a concept as a code of a closed list, "" when that has none for it.

        Our own notation counts only where it does not contradict the URI.
        """
        node = self.node(value)
        uri, notation = values.identifier(node), self.notation(value)
        fits = uris.get(notation, OWN + notation) == uri
        if notation in closed_list.values and fits:
            return notation
        if uri.startswith(LOCAL) and uris:  # no published entry: by its published name, maybe
            list_uri = next(iter(uris.values())).rpartition("/")[0] + "/"
            uri = codes.concept_uri(self.label(value), list_uri)
        found = [str(code) for code, known in uris.items() if known == uri and uri]
        return found[0] if len(found) == 1 else ""

    def number(self, value: object, scheme: str = "") -> str:
        """Return the notation of the first Identifier, of one in `scheme` when that is given."""
        for node in self.nodes(value):
            if not scheme or values.line(node.get("schemeName"), 100) == scheme:
                return values.line(node.get("notation"), 200)
        return ""

    def country(self, value: object) -> str:
        """Return the alpha-2 code of a country's concept."""
        return codes.country_alpha2(_last(value, f"{AUTHORITY}country/"))

    def language(self, value: object) -> str:
        """Return the BCP 47 tag of a language's concept."""
        return codes.language_tag(_last(value, f"{AUTHORITY}language/"))

    def web(self, value: object) -> str:
        """Return the address of a WebResource."""
        node = self.node(value)
        return values.url(node.get("contentURL")) or values.url(node.get("contentUrl"))


def _last(value: object, prefix: str) -> str:
    uri = values.identifier(values.first(value))
    return uri.removeprefix(prefix) if uri.startswith(prefix) else ""


def _all(document: dict) -> Iterator[dict]:
    waiting: list[object] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def own_id(node: dict) -> str:
    """Return the id of a node that holds outside of its document, "" for others."""
    uri = values.identifier(node)
    return "" if uri.startswith((LOCAL, "_:")) else uri
