"""The only place that knows what the canonical forms of documents of one shape have in common.

Documents of one shape differ in texts alone: same keys, lists, types, words of vocabularies and
numbers, and the same addresses are the same. A template is learned from one of them in which
every text is a mark that nobody could guess: where PyLD leaves a mark as a whole literal or a
whole address, any other text may stand. Blank nodes are labelled as RDFC-1.0 asks (W3C RDF
Dataset Canonicalization 1.0, section 4.4.3, step 4: each by the hash of its own quads). Whatever
is not as plain as that has no template, and PyLD does it.
"""

import hashlib
import itertools
import re
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from pyld.nquads import escape

# An address with one of these beginnings means itself: no vocabulary has them as prefixes.
SCHEMES = ("https://", "http://", "did:", "urn:")
# What stands under these keys decides what the rest means, so it belongs to the shape.
KEPT = {"@context", "@type", "type", "@language", "proofPurpose"}
# An IRI as N-Quads writes it: nothing in it may end the term early.
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")
TERM = re.compile(
    r'<[^<>]*>|_:c14n[0-9]+|"(?:[^"\\]|\\.)*"(?:\^\^<[^<>]*>|@[A-Za-z0-9-]+)?', re.DOTALL
)
LITERAL = re.compile(r'"(.*)"(\^\^<[^<>]*>|@[A-Za-z0-9-]+|)', re.DOTALL)
# Literals of which the canonical form is not the text itself.
REWRITTEN = (
    "^^<http://www.w3.org/2001/XMLSchema#double>",
    "^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>",
)
MOST_SHAPES = 50
MOST_TEXTS = 1_000
MOST_KEPT = 100  # blank nodes of which lines are kept for each label
MOST_KEPT_LINES = 2_000
LONGEST_SHAPE = 50_000  # characters of keys and kept words

Canonicalise = Callable[[dict], str]


def outline(document: dict) -> tuple[bytes, list[str]]:
    """Return a name of the shape of a document that passed `check_limits`, and its texts.

    An address that stands in several places is one text. The name is b"" for too large a shape.
    """
    signs: list[str] = []
    texts: list[str] = []
    _outline(document, False, signs, texts, {})
    drawn = "\x01".join(signs)  # no checked text has control characters
    if len(drawn) > LONGEST_SHAPE or len(texts) > MOST_TEXTS:
        return b"", texts
    return hashlib.sha256(drawn.encode()).digest(), texts


def _outline(
    value: object, kept: bool, signs: list[str], texts: list[str], known: dict[str, int]
) -> None:
    if isinstance(value, str):
        if kept or value.startswith("_:"):
            signs.append("\x02" + value)
        elif value.startswith(SCHEMES):
            if value not in known:
                known[value] = len(texts)
                texts.append(value)
            signs.append(f"\x03{scheme_of(value)}{known[value]}")
        else:
            texts.append(value)
            signs.append("\x04")
    elif isinstance(value, dict):
        signs.append("\x05")
        for key, inner in value.items():
            signs.append(key)
            _outline(inner, kept or key in KEPT, signs, texts, known)
        signs.append("\x06")
    elif isinstance(value, list):
        signs.append("\x07")
        for inner in value:
            _outline(inner, kept, signs, texts, known)
        signs.append("\x08")
    else:
        signs.append(f"\x0e{value!r}")


def scheme_of(text: str) -> str:
    """Return the beginning by which a text is an address, "" when it is none."""
    return next((scheme for scheme in SCHEMES if text.startswith(scheme)), "")


def with_marks(document: dict, mark: str) -> tuple[dict, list[str]]:
    """Return a copy with a mark for each text that `outline` lists, and their beginnings."""
    schemes: list[str] = []
    known: dict[str, int] = {}

    def marked(value: object, kept: bool) -> object:
        if isinstance(value, dict):
            return {key: marked(inner, kept or key in KEPT) for key, inner in value.items()}
        if isinstance(value, list):
            return [marked(inner, kept) for inner in value]
        if not isinstance(value, str) or kept or value.startswith("_:"):
            return value
        place = known.get(value)
        if place is None:
            place = len(schemes)
            schemes.append(scheme_of(value))
            if schemes[-1]:
                known[value] = place
        return f"{schemes[place]}{mark}.{place}."

    copy = {key: marked(inner, key in KEPT) for key, inner in document.items()}
    return copy, schemes


@dataclass(frozen=True, slots=True)
class _Blank:
    """A blank node in a quad, by the number that it had when the template was learned."""

    number: int


Piece = str | int | _Blank  # of a quad: what stays, the text of that place, a blank node


class _Lines:
    """Some quads with gaps; filled all at once."""

    def __init__(self, lines: list[list[str | int]]) -> None:
        gaps = [piece for line in lines for piece in line if isinstance(piece, int)]
        self.has_gaps = bool(gaps)
        self.words = itemgetter(*gaps, 0, 0)  # of a single one it would give no tuple
        self.form = "\n".join(
            "".join("%s" if isinstance(p, int) else p.replace("%", "%%") for p in line)
            for line in lines
        )
        # Whether the order of the lines is certain before anything is filled in.
        starts = [_start(_joined(line)) for line in lines]
        self.is_sorted = all(
            first < second and not second.startswith(first)
            for first, second in itertools.pairwise(starts)
        )

    def hashed(self, words: list[str]) -> str:
        """Return the SHA-256 of the sorted lines, in hexadecimal."""
        if self.is_sorted:
            text = self.form % (self.words(words)[:-2] if self.has_gaps else ())
            return hashlib.sha256(f"{text}\n".encode()).hexdigest()
        lines = sorted(self.filled(words))
        return hashlib.sha256("\n".join([*lines, ""]).encode()).hexdigest()

    def filled(self, words: list[str]) -> list[str]:
        if not self.form:
            return []
        return (self.form % (self.words(words)[:-2] if self.has_gaps else ())).split("\n")


class Template:
    """The canonical form of all documents of one shape."""

    def __init__(
        self,
        quads: list[list[Piece]],
        schemes: Sequence[str],
        addresses: set[int],
        constants: set[str],
    ) -> None:
        self.quads = quads
        self.schemes = schemes
        self.addresses = tuple(sorted(addresses))  # texts that stand as an address, not a literal
        self.constants = constants  # other addresses
        own: dict[int, list[list[str | int]]] = {}
        for quad in quads:
            for number in {piece.number for piece in quad if isinstance(piece, _Blank)}:
                own.setdefault(number, []).append([_as_own(piece, number) for piece in quad])
        self.labels = len(own)
        self.hashes = {}  # of the blank nodes of whose quads nothing changes
        self.changing = []
        for number, seen in own.items():
            form = _Lines(sorted(map(_joined, seen), key=_start))
            if form.has_gaps:
                self.changing.append((number, form))
            else:
                self.hashes[form.hashed([])] = number
        self.fixed = ["".join(map(str, quad)) for quad in quads if _is_fixed(quad)]
        # The lines of a blank node in which its label alone changes are kept for each label.
        alone = [quad for quad in quads if _blank_alone(quad) is not None]
        self.of_blank: dict[int, list[list[Piece]]] = {}
        for quad in alone if self.labels <= MOST_KEPT else []:
            self.of_blank.setdefault(_blank_alone(quad) or 0, []).append(quad)
        self.kept: dict[tuple[int, str], list[str]] = {}
        others = [quad for quad in quads if not _is_fixed(quad)]
        if self.of_blank:
            others = [quad for quad in others if _blank_alone(quad) is None]
        self.lines = _Lines([self._numbered(quad) for quad in others])

    def _numbered(self, quad: list[Piece]) -> list[str | int]:
        texts = len(self.schemes)
        return [texts + p.number if isinstance(p, _Blank) else p for p in quad]

    def bound(self, texts: Sequence[str], free: Sequence[int]) -> "Template":
        """Return a template of the texts at the places `free` alone; the others are as given."""
        numbers = {place: number for number, place in enumerate(free)}
        words = [escape(text) for text in texts]
        quads = [
            [numbers.get(p, words[p]) if isinstance(p, int) else p for p in quad]
            for quad in self.quads
        ]
        addresses = {numbers[place] for place in self.addresses if place in numbers}
        others = {texts[place] for place in self.addresses if place not in numbers}
        return Template(
            quads, [self.schemes[place] for place in free], addresses, self.constants | others
        )

    def _labelled(self, number: int, label: str) -> list[str]:
        found = self.kept.get((number, label))
        if found is None:
            found = [
                "".join(piece if isinstance(piece, str) else label for piece in quad)
                for quad in self.of_blank[number]
            ]
            if len(self.kept) >= MOST_KEPT_LINES:
                self.kept.clear()
            self.kept[number, label] = found
        return found

    def fits(self, texts: Sequence[str]) -> bool:
        """Return whether the addresses among the texts are plain, and of different things."""
        addresses = [texts[place] for place in self.addresses]
        return (
            len(set(addresses)) == len(addresses)
            and self.constants.isdisjoint(addresses)
            and all(
                texts[place].startswith(self.schemes[place]) and IRI.fullmatch(texts[place])
                for place in self.addresses
            )
        )

    def fill(self, texts: Sequence[str]) -> str | None:
        """Return the canonical form with these texts; None when only PyLD can tell.

        The texts have no control characters (`check_limits`).
        """
        if not self.fits(texts):
            return None
        words = [text if _stay(text) else escape(text) for text in texts]
        hashes = dict(self.hashes)
        for number, form in self.changing:
            hashes[form.hashed(words)] = number
        if len(hashes) != self.labels:  # look-alikes
            return None
        labels = [""] * self.labels
        for position, hashed in enumerate(sorted(hashes)):
            labels[hashes[hashed]] = f"_:c14n{position}"
        lines = self.fixed + self.lines.filled(words + labels)
        for number in self.of_blank:
            lines += self._labelled(number, labels[number])
        if len(set(lines)) != len(lines):  # things that differ in JSON and not in the graph
            return None
        lines.sort()
        lines.append("")
        return "\n".join(lines)


def _stay(text: str) -> bool:
    """Return whether `escape` surely changes nothing; line ends and tabs are not printable."""
    return text.isprintable() and '"' not in text and "\\" not in text


def _blank_alone(quad: list[Piece]) -> int | None:
    """Return the blank node that alone changes in a quad, None when something else does."""
    changing = [piece for piece in quad if not isinstance(piece, str)]
    if len(changing) == 1 and isinstance(changing[0], _Blank):
        return changing[0].number
    return None


def _is_fixed(quad: list[Piece]) -> bool:
    return all(isinstance(piece, str) for piece in quad)


def _as_own(piece: Piece, number: int) -> str | int:
    """Return a piece as the first-degree hash of a blank node sees it (section 4.6)."""
    if isinstance(piece, _Blank):
        return "_:a" if piece.number == number else "_:z"
    return piece


def _start(line: list[str | int]) -> str:
    """Return the text of a line before its first gap."""
    return str(line[0]) if isinstance(line[0], str) else ""


def _joined(line: list[str | int]) -> list[str | int]:
    """Return the pieces of a line with texts that stand side by side made one."""
    joined: list[str | int] = []
    for piece in line:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def learn(document: dict, canonicalise: Canonicalise) -> Template | None:
    """Return the template of a document's shape, None when it has none.

    `canonicalise` is PyLD without a template; it judges the template on the document itself, and
    what it raises of that is raised.
    """
    quads = canonicalise(document)
    mark = "m" + secrets.token_hex(8)
    marked, schemes = with_marks(document, mark)
    try:
        template = _read(canonicalise(marked), mark, schemes)
    except ValueError:
        return None
    _key, texts = outline(document)
    return template if template and template.fill(texts) == quads else None


def _read(quads: str, mark: str, schemes: list[str]) -> Template | None:
    """Return the template in the canonical form of a marked document."""
    found: set[int] = set()
    addresses: set[int] = set()
    constants: set[str] = set()
    lines: list[list[Piece]] = []
    for line in quads.split("\n")[:-1]:
        terms = TERM.findall(line)
        blank = [term for term in terms if term.startswith("_:")]
        if " ".join((*terms, ".")) != line or mark in terms[1] or len(set(blank)) != len(blank):
            return None
        pieces: list[Piece] = []
        for term in terms:
            read = _read_term(term, mark, schemes)
            if read is None:
                return None
            places = {piece for piece in read if isinstance(piece, int)}
            found |= places
            if term.startswith("<"):
                addresses |= places
                constants |= set() if places else {term[1:-1]}
            pieces += [*read, " "]
        lines.append([*pieces, "."])
    if found != set(range(len(schemes))):
        return None
    return Template(lines, schemes, addresses, constants)


def _read_term(term: str, mark: str, schemes: list[str]) -> list[Piece] | None:
    """Return the pieces of a term; None when a mark is neither missing nor all of it."""
    if term.startswith("_:"):
        return [_Blank(int(term.removeprefix("_:c14n")))]
    if mark not in term:
        return [term]
    literal = LITERAL.fullmatch(term)
    before, text, after = ('"', *literal.groups()) if literal else ("<", term[1:-1], "")
    end = f'"{after}' if literal else ">"
    place = re.fullmatch(rf"(.*){mark}\.([0-9]+)\.", text, re.DOTALL)
    if not place or place[1] != schemes[int(place[2])] or after in REWRITTEN or mark in after:
        return None
    return [before, int(place[2]), end]


class Known:
    """The shapes met lately, with their templates; one is learned when a shape is met again."""

    def __init__(self) -> None:
        self._shapes: dict[bytes, Template | None] = {}
        self._once: dict[bytes, None] = {}
        self._lock = threading.Lock()

    def canonicalise(self, document: dict, by_pyld: Canonicalise) -> str:
        """Return the canonical form of a document that passed `check_limits`, as PyLD has it."""
        key, texts = outline(document)
        template = self._shapes.get(key)
        if template and (filled := template.fill(texts)) is not None:
            return filled
        quads = by_pyld(document)
        if key and key not in self._shapes:
            if key in self._once:
                learned = learn(document, by_pyld)
                self._keep(self._shapes, key, learned)
            else:
                self._keep(self._once, key, None)
        return quads

    def _keep(self, kept: dict, key: bytes, value: Template | None) -> None:
        with self._lock:
            kept[key] = value
            while len(kept) > MOST_SHAPES:
                del kept[next(iter(kept))]
