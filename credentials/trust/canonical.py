"""The only place that turns JSON-LD into canonical N-Quads (RDFC-1.0), in a safe mode.

What is signed is the graph, what people and programs read is the JSON. So nothing in the JSON
may get lost on the way to the graph (undefined terms, relative identifiers, vocabularies that
are not pinned), and nothing in the graph may hide from a reader of the JSON (full addresses as
keys, keywords that re-arrange a document, a second description of the document itself).
Hostile input ends in a named error and not in a hang: size, depth, number of values and the
work that look-alike blank nodes cause are bounded.
"""

import math
import re
import threading
from collections.abc import Callable

from pyld.canon import URDNA2015
from pyld.context_resolver import ContextResolver
from pyld.jsonld import JsonLdError, JsonLdProcessor

from credentials.standards import contexts
from credentials.trust.shapes import IRI, Known

LONGEST_TEXT = 4_000_000
DEEPEST = 40
MOST_VALUES = 8_000
LONGEST_ARRAY = 500
MOST_BLANK_NODES = 500
MOST_WORK = 200_000
MOST_PROCESSED_CONTEXTS = 2_000

# RDFC-1.0 implementations disagree on how to write these; a signed text must not hold them.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)
BLANK_NODE = re.compile(r"_:[A-Za-z0-9_-]+")
# PyLD resolves relative identifiers against some base; this one shows that they were relative.
BASE = "relative://document/"
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
# Every other keyword moves statements about without a trace in the graph.
KEYWORDS = {"@context", "@value", "@language"}

LoadContext = Callable[[str], dict]


class NotCanonical(ValueError):
    """A document cannot be turned into canonical N-Quads; the text says why."""


class TermLost(NotCanonical):
    """The signature would not cover some terms of the document, or does not."""

    def __init__(self, terms: set[str]) -> None:
        self.terms = tuple(sorted(terms))
        super().__init__("Not covered by the vocabularies: " + ", ".join(self.terms))


class TooMuch(NotCanonical):
    """A document exceeds a limit; `what` names the limit."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"The document exceeds the limit for {what}.")


class HiddenCharacter(NotCanonical):
    """A text holds a control character or a code point that is no character."""

    def __init__(self, text: str) -> None:
        self.text = HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)[:80]
        super().__init__(f"A hidden character in {self.text!r}.")


def canonicalise(document: dict, load_context: LoadContext = contexts.load) -> str:
    """Return the canonical N-Quads of `document` (W3C RDF Dataset Canonicalization 1.0).

    Raises ContextNotPinned, TermLost, TooMuch, HiddenCharacter or NotCanonical.
    """
    check_limits(document, load_context)
    if load_context is contexts.load:
        return _known.canonicalise(document, by_pyld)
    return by_pyld(document, load_context)


def by_pyld(document: dict, load_context: LoadContext = contexts.load) -> str:
    """Return the same without a template, of a document that passed `check_limits`."""
    processor = _Processor()
    options = {
        "base": BASE,
        "documentLoader": None,
        "contextResolver": _resolver(load_context),
    }
    try:
        dataset = processor.to_rdf(document, options)
        return _BoundedCanon().main(dataset, {"format": "application/n-quads"})
    except RecursionError:
        raise TooMuch("depth") from None
    except JsonLdError as error:
        raise NotCanonical(_first_words(error)) from error


def check_limits(document: dict, load_context: LoadContext = contexts.load) -> None:
    """Check size, depth, characters, keywords and contexts before any JSON-LD work."""
    level: list[object] = [document]
    texts: list[str] = []
    depth = values = 0
    while level:
        values += len(level)
        if depth > DEEPEST:
            raise TooMuch("depth")
        if values > MOST_VALUES:
            raise TooMuch("number of values")
        inside: list[object] = []
        for value in level:
            if isinstance(value, str):
                texts.append(value)
            elif isinstance(value, dict):
                _check_keys(value, load_context)
                if depth and len(value) > 1 and value.get("id", "") == document.get("id"):
                    raise NotCanonical("The document describes itself in two places.")
                texts += value
                inside += [child for key, child in value.items() if key != "@context"]
            elif isinstance(value, list):
                if len(value) > LONGEST_ARRAY:
                    raise TooMuch("entries in one list")
                inside += value
            elif isinstance(value, float) and not math.isfinite(value):
                raise NotCanonical("A number is not finite.")
        level, depth = inside, depth + 1
    if sum(map(len, texts)) > LONGEST_TEXT:
        raise TooMuch("length")
    for text in texts:
        # No hidden character is printable, and this is found out ten times as fast.
        if not text.isprintable() and HIDDEN.search(text):
            raise HiddenCharacter(text)


def _check_keys(node: dict, load_context: LoadContext) -> None:
    for key in node:
        if ":" in key or (key.startswith("@") and key not in KEYWORDS):
            raise TermLost({key})
    named = node.get("@context", [])
    for context in named if isinstance(named, list) else [named]:
        if not isinstance(context, str):
            raise contexts.ContextNotPinned("(written into the document)")
        load_context(context)


def _first_words(error: JsonLdError) -> str:
    cause = error
    while isinstance(cause.__cause__, JsonLdError):
        cause = cause.__cause__
    return str(cause.args[0])[:200]


class _Processor(JsonLdProcessor):
    """PyLD's processor that remembers processed contexts and notices what expansion loses."""

    def __init__(self) -> None:
        self.lost: set[str] = set()
        super().__init__(on_property_dropped=lambda term: self.lost.add(str(term)))

    def expand(self, input_: dict, options: dict) -> list:
        expanded = super().expand(input_, options)
        self._notice(expanded)
        if self.lost:
            raise TermLost(self.lost)
        if len(expanded) != 1:
            raise NotCanonical("The document states nothing.")
        return expanded

    def _notice(self, value: object) -> None:
        if isinstance(value, list):
            for item in value:
                self._notice(item)
        elif isinstance(value, dict):
            for key, inner in value.items():
                self._notice_entry(key, inner)

    def _notice_entry(self, key: str, value: object) -> None:
        if key == "@id":
            self._need(value, IRI, BLANK_NODE)
        elif key == "@type":
            for type_ in value if isinstance(value, list) else [value]:
                self._need(type_, IRI)
        elif key == "@language":
            self._need(value, LANGUAGE)
        elif key in ("@list", "@graph"):
            self._notice(value)
        elif key != "@value":
            self._need(key, IRI)
            self._notice(value)

    def _need(self, term: object, *patterns: re.Pattern) -> None:
        text = str(term)
        if text.startswith("relative:") or not any(p.fullmatch(text) for p in patterns):
            self.lost.add(text.removeprefix(BASE))

    def _process_context(self, active_ctx, local_ctx, options, *flags, **named):
        # PyLD 3.3 builds every scoped context anew at every node; they come from pinned
        # documents only, so one is built once. Contexts in the making are plain dicts.
        if type(active_ctx) is dict:
            return super()._process_context(active_ctx, local_ctx, options, *flags, **named)
        spoken = (local_ctx,) if isinstance(local_ctx, str) else id(local_ctx)
        key = (
            id(options["contextResolver"]),
            id(active_ctx),
            tuple(local_ctx) if isinstance(local_ctx, list) else spoken,
            flags,
            tuple(sorted(named.items())),
        )
        if found := _processed.get(key):
            return found[0]
        with _processing:
            result = super()._process_context(active_ctx, local_ctx, options, *flags, **named)
        if len(_processed) >= MOST_PROCESSED_CONTEXTS:
            _processed.clear()
        # The entry holds what its key is made of, so that no id can be given out again.
        _processed[key] = (result, active_ctx, local_ctx, options["contextResolver"])
        return result


_known = Known()
_processing = threading.RLock()
_processed: dict[tuple, tuple] = {}
_resolvers: dict[LoadContext, ContextResolver] = {}


def _resolver(load_context: LoadContext) -> ContextResolver:
    def load(url: str, options: dict) -> dict:
        return {"contextUrl": None, "documentUrl": url, "document": load_context(url)}

    if load_context not in _resolvers:
        _resolvers[load_context] = ContextResolver({}, load)
    return _resolvers[load_context]


class _BoundedCanon(URDNA2015):
    """RDFC-1.0 that counts the work which look-alike blank nodes cause and stops in time."""

    def __init__(self) -> None:
        super().__init__()
        self.work = 0

    def main(self, dataset: dict, options: dict) -> str:
        nodes = {
            part["value"]
            for triples in dataset.values()
            for triple in triples
            for part in (triple["subject"], triple["object"])
            if part["type"] == "blank node"
        }
        if len(nodes) > MOST_BLANK_NODES:
            raise TooMuch("unnamed parts")
        return super().main(dataset, options)

    def modify_first_degree_component(self, id_, component, key):
        if component["type"] != "blank node":
            return component
        return {"type": "blank node", "value": "_:a" if component["value"] == id_ else "_:z"}

    def create_hash_to_related(self, id_, issuer):
        related = super().create_hash_to_related(id_, issuer)
        orders = sum(math.factorial(min(len(nodes), 12)) for nodes in related.values())
        self.work += len(self.blank_node_info[id_]["quads"]) + orders * (10 + len(issuer.order))
        if self.work > MOST_WORK:
            raise TooMuch("look-alike unnamed parts")
        return related
