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
from typing import Any

from credentials.trust import proofs, shapes
from credentials.trust.canonical import HIDDEN, by_pyld, canonicalise
from credentials.trust.keys import PrivateKey, encode_base58

LONGEST_TEXT = 2_000  # of one that differs; longer ones take the long way
LONGEST_DOCUMENT = 1_000_000

Place = tuple[str | int, ...]  # the keys and positions that lead to a text


class Batch:
    """Signs documents that are `document` but for the texts at `places`.

    Raises what `canonicalise` raises when `document` itself cannot be signed.
    """

    def __init__(
        self,
        document: dict,
        places: Sequence[Place],
        *,
        private_key: PrivateKey,
        verification_method: str,
    ) -> None:
        self.sample = document
        self.places = tuple(places)
        self.private_key = private_key
        self.verification_method = verification_method
        self._moment: datetime | None = None
        quads = canonicalise(document)
        self._template = _template(document, self.places)
        if self._template and self._template.fill(self._texts_of(document)) != quads:
            self._template = None

    @property
    def is_fast(self) -> bool:
        """Return whether its documents have a template."""
        return self._template is not None

    def document(self, texts: Sequence[str]) -> dict:
        """Return the unsigned document that has these texts at the places, in their order."""
        return _with_texts(self.sample, self.places, texts)

    def canonical(self, texts: Sequence[str]) -> str:
        """Return the canonical form of `document(texts)`; raises as `canonicalise`."""
        if self._template and not any(
            len(text) > LONGEST_TEXT or HIDDEN.search(text) for text in texts
        ):
            filled = self._template.fill(texts)
            if filled is not None:
                return filled
        return canonicalise(self.document(texts))

    def judge(self, texts: Sequence[str]) -> bool:
        """Return whether PyLD gives the same canonical form; if not, no template is used again."""
        canonical = self.canonical(texts)
        if canonical != by_pyld(self.document(texts)):
            self._template = None
        return self.is_fast

    def sign(self, texts: Sequence[str], created: datetime) -> str:
        """Return `document(texts)` with its proof, JSON text; raises as `canonicalise`."""
        if created != self._moment:
            self._begin(created)
        hashed = hashlib.sha256(self.canonical(texts).encode()).digest()
        signature = encode_base58(self.private_key.sign(self._options + hashed))
        words = [json.dumps(text, ensure_ascii=False) for text in (*texts, signature)]
        return self._form % tuple([words[gap] for gap in self._gaps])

    def _begin(self, created: datetime) -> None:
        """Make what all proofs of a moment share."""
        proof = proofs.options(self.verification_method, created)
        self._options = proofs.options_hash(self.sample, proof)
        mark = "m" + secrets.token_hex(8)
        marks = [f"{mark}.{number}." for number in range(len(self.places) + 1)]
        document = _with_texts(self.sample, self.places, marks[:-1])
        document["proof"] = [{**proof, "proofValue": marks[-1]}]
        form = json.dumps(document, ensure_ascii=False, indent=2)
        parts = form.replace("%", "%%").split(f'"{mark}.')
        ends = [part.partition('."') for part in parts[1:]]
        self._gaps = [int(number) for number, _dot, _rest in ends]
        self._form = "%s".join([parts[0], *(rest for _number, _dot, rest in ends)])
        self._moment = created

    def _texts_of(self, document: dict) -> list[str]:
        return [_at(document, place) for place in self.places]


def _template(document: dict, places: tuple[Place, ...]) -> shapes.Template | None:
    """Return the template of the texts at `places`, None when there is none."""
    if len(json.dumps(document)) > LONGEST_DOCUMENT:
        return None
    learned = shapes.learn(document, by_pyld)
    if learned is None:
        return None
    mark = "m" + secrets.token_hex(8)
    marked, schemes = shapes.with_marks(document, mark)
    names = {f"{scheme}{mark}.{number}.": number for number, scheme in enumerate(schemes)}
    text = json.dumps(marked)
    free = [names.get(_at(marked, place)) for place in places]
    # A text that stands elsewhere too, or means more than a text, does not change alone.
    if None in free or any(text.count(f"{mark}.{number}.") != 1 for number in free):
        return None
    _key, texts = shapes.outline(document)
    return learned.bound(texts, [number for number in free if number is not None])


def _at(document: Any, place: Place) -> str:
    for step in place:
        document = document[step]
    return document


def _with_texts(document: dict, places: Sequence[Place], texts: Sequence[str]) -> dict:
    changed = copy.deepcopy(document)
    for place, text in zip(places, texts, strict=True):
        _at(changed, place[:-1])[place[-1]] = text  # type: ignore[index]
    return changed
