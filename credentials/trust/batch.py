"""The only place that signs documents that differ in a few texts: what they share is made once.

The signed text is the one that `proofs.sign` gives, as indented JSON; what is not as plain as a
template asks takes that way.
"""

import copy
import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from json.encoder import encode_basestring
from typing import Any

from credentials.trust import proofs, shapes
from credentials.trust.canonical import HIDDEN, by_pyld, canonicalise, check_limits
from credentials.trust.keys import PrivateKey, encode_base58

LONGEST_TEXTS = 10_000  # of those that differ, together; longer ones take the long way
LONGEST_DOCUMENT = 1_000_000

Place = tuple[str | int, ...]  # the keys and positions that lead to a text


class Batch:
    """Signs documents that are `document` but for the texts at `places`.

    Raises what `canonicalise` raises when `document` itself cannot be signed.
    """

    def __init__(self, document: dict, places: Sequence[Place]) -> None:
        self.sample = document
        self.places = tuple(places)
        self._made_for: tuple[str, datetime] | None = None
        check_limits(document)
        self._template = _template(document, self.places)

    @property
    def is_fast(self) -> bool:
        """Return whether its documents have a template."""
        return self._template is not None

    def document(self, texts: Sequence[str]) -> dict:
        """Return the unsigned document that has these texts at the places, in their order."""
        return _with_texts(self.sample, self.places, texts)

    def canonical(self, texts: Sequence[str]) -> str:
        """Return the canonical form of `document(texts)`; raises as `canonicalise`."""
        if self._template and _are_plain(texts):
            filled = self._template.fill(texts)
            if filled is not None:
                return filled
        return canonicalise(self.document(texts))

    def check(self, texts: Sequence[str]) -> None:
        """Raise what `canonical` would raise."""
        if not (self._template and _are_plain(texts) and self._template.fits(texts)):
            canonicalise(self.document(texts))

    def judge(self, texts: Sequence[str]) -> bool:
        """Return whether PyLD gives the same canonical form; if not, no template is used again."""
        agrees = self.canonical(texts) == by_pyld(self.document(texts))
        if not agrees:
            self._template = None
        return agrees

    def sign(
        self,
        texts: Sequence[str],
        *,
        private_key: PrivateKey,
        verification_method: str,
        created: datetime,
    ) -> str:
        """Return `document(texts)` with its proof, JSON text; raises as `canonicalise`."""
        if self._made_for != (verification_method, created):
            self._begin(proofs.options(verification_method, created))
            self._made_for = verification_method, created
        hashed = hashlib.sha256(self.canonical(texts).encode()).digest()
        signature = encode_base58(private_key.sign(self._options + hashed))
        words = [encode_basestring(text) for text in (*texts, signature)]
        return self._form % tuple([words[gap] for gap in self._gaps])

    def _begin(self, proof: dict) -> None:
        """Make what all proofs of a moment have in common."""
        self._options = proofs.options_hash(self.sample, proof)
        mark = "m" + secrets.token_hex(8)
        marks = [f"{mark}.{number}." for number in range(len(self.places) + 1)]
        document = self.document(marks[:-1])
        document["proof"] = [{**proof, "proofValue": marks[-1]}]
        form = json.dumps(document, ensure_ascii=False, indent=2)
        first, *parts = form.replace("%", "%%").split(f'"{mark}.')
        ends = [part.partition('."') for part in parts]
        self._gaps = [int(number) for number, _end, _rest in ends]
        self._form = "%s".join([first, *(rest for _number, _end, rest in ends)])


def _are_plain(texts: Sequence[str]) -> bool:
    joined = "".join(texts)
    if len(joined) > LONGEST_TEXTS:
        return False
    return joined.isprintable() or not HIDDEN.search(joined)


def _template(document: dict, places: tuple[Place, ...]) -> shapes.Template | None:
    """Return the template of the texts at `places`, None when there is none.

    PyLD sees the document in any case, and refuses what it refuses.
    """
    if not places or len(json.dumps(document)) > LONGEST_DOCUMENT:
        by_pyld(document)
        return None
    learned = shapes.learn(document, by_pyld)
    if learned is None:
        return None
    mark = "m" + secrets.token_hex(8)
    marked, schemes = shapes.with_marks(document, mark)
    names = {f"{scheme}{mark}.{number}.": number for number, scheme in enumerate(schemes)}
    text = json.dumps(marked)
    free = [names.get(at(marked, place)) for place in places]
    # A text that stands elsewhere too, or means more than a text, does not change alone.
    if None in free or any(text.count(f"{mark}.{number}.") != 1 for number in free):
        return None
    _key, texts = shapes.outline(document)
    bound = learned.bound(texts, [number for number in free if number is not None])
    own = [at(document, place) for place in places]
    return bound if bound.fill(own) == learned.fill(texts) else None


def at(document: Any, place: Place) -> Any:
    """Return what stands at a place."""
    for step in place:
        document = document[step]
    return document


def _with_texts(document: dict, places: Sequence[Place], texts: Sequence[str]) -> dict:
    changed = copy.deepcopy(document)
    for place, text in zip(places, texts, strict=True):
        at(changed, place[:-1])[place[-1]] = text
    return changed
