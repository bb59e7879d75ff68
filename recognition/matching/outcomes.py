"""The only place that looks for the texts of a source that speak of a target outcome.

It retrieves and highlights; it never rates, and what it does not find may still be there. No
model, no training: cosine over stems, character n-grams and matters of a small glossary, each
weighted by how rare it is among the texts compared. Measured in benchmarks/matching.py.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from credentials.language import LanguageMap
from recognition.matching.glossary import matters_of
from recognition.matching.text import STOP_WORDS, Word, grams, stem, words
from recognition.matching.verbs import LEVEL_OF, LEVELS, level_of
from recognition.vocabulary import MatchLabel

SHARES = {"=": 1.0, "~": 1.0, "#": 0.6}
"""How much stems (=), character n-grams (~) and matters of the glossary (#) say."""
PRIOR_TEXTS = 10
"""Added to the number of texts, so that in a short list a word found twice is not yet common."""
SAYS_LITTLE = 0.5
MOST_MATCHES = 3
LOWEST_SCORE = 0.12

_COMMON_WORDS = """
    ability able achieve advanced approach appropriate appropriately basic common competence
    complex concept course demonstrate different effective effectively ensure familiarity given
    good include including issue key knowledge learn learner main major method module outcome
    participant principle problem process range relevant show skill solution specific specified
    student successful successfully task technique technology tool type understand understanding
    unit use using various
    ansatz aufgabe fähig fähigkeit erreichen geeignet grundlegend kenntnisse kennen konzept kurs
    lernen lernende lösung methode modul problem prozess studierende technik verfahren
    verschiedene verstehen verständnis verwenden werkzeug wichtig wissen zeigen
"""
COMMON_WORDS = frozenset(stem(word) for word in _COMMON_WORDS.split())
"""What every outcome says; it counts little and is never highlighted."""

LOWEST_OF_LABEL = (
    (MatchLabel.CLOSE, 0.3),
    (MatchLabel.LIKELY, 0.18),
    (MatchLabel.WEAK, LOWEST_SCORE),
)


@dataclass(frozen=True, slots=True)
class SourceText:
    """A sentence of the evidence, one text or a language map, and where it stands."""

    text: LanguageMap | str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """One source text that resembles a target outcome.

    `index` in the list of sources; `score` 0 to 1; `text` as compared, in `language` ("" when
    unknown); `spans` of it that speak of the target, for `highlight`; `note` on the verbs, "".
    """

    index: int
    score: float
    label: MatchLabel
    text: str
    language: str
    spans: tuple[tuple[int, int], ...]
    note: Promise | str = ""


def likely_matches(target: LanguageMap | str, sources: Sequence[SourceText]) -> list[Match]:
    """Return the sources that resemble the target, best first, at most three, possibly none."""
    return match_matrix([target], sources)[0]


def match_matrix(
    targets: Sequence[LanguageMap | str], sources: Sequence[SourceText]
) -> list[list[Match]]:
    """Return `likely_matches` for each target; reads the sources only once."""
    index = Index([source.text for source in sources])
    return [_best(target, index) for target in targets]


def _best(target: LanguageMap | str, index: "Index") -> list[Match]:
    found: dict[int, tuple[float, _Entry, str]] = {}
    for language, text in _texts(target):
        for entry, score in index.compare(text, language):
            if score >= LOWEST_SCORE and score > found.get(entry.index, (0.0,))[0]:
                found[entry.index] = (score, entry, text)
    best = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:MOST_MATCHES]
    return [_match(score, entry, text) for _index, (score, entry, text) in best]


def _match(score: float, entry: "_Entry", target: str) -> Match:
    hits = _hits(entry.text, target)
    label = next(label for label, lowest in LOWEST_OF_LABEL if score >= lowest)
    if len({word.stem for word in hits}) < 2:
        label = MatchLabel.WEAK
    return Match(
        index=entry.index,
        score=round(score, 3),
        label=label,
        text=entry.text,
        language=entry.language,
        spans=_spans(entry.text, hits),
        note=verb_note(target, entry.text),
    )


def verb_note(target: str, source: str) -> Promise | str:
    """Say when the target asks for more than the source says, by their verbs; else ""."""
    asks, says = level_of(target), level_of(source)
    if asks is None or says is None or says >= asks:
        return ""
    return format_lazy(
        _("Asked for: {asks}. This text: {says}."), asks=LEVELS[asks], says=LEVELS[says]
    )


# Comparing


@dataclass(frozen=True, slots=True)
class _Entry:
    """One text of one source, in one language."""

    index: int
    language: str
    text: str


class Index:
    """Source texts made ready to be compared with many targets."""

    def __init__(self, texts: Sequence[LanguageMap | str]) -> None:
        self._size = len(texts)
        self._entries = [
            _Entry(index, language, text)
            for index, map_or_text in enumerate(texts)
            for language, text in _texts(map_or_text)
        ]
        features = [_features(entry.text) for entry in self._entries]
        self._frequency = Counter(key for bag in features for key in bag)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, bag in enumerate(features):
            for key, weight in self._vector(bag).items():
                self._postings[key].append((number, weight))

    def _vector(self, features: Mapping[str, float]) -> dict[str, float]:
        """Weigh features by rarity; each kind has its share of the length, which is 1."""
        total = len(self._entries) + PRIOR_TEXTS
        kinds: dict[str, dict[str, float]] = defaultdict(dict)
        for key, count in features.items():
            often = count if count <= 1 else 1 + math.log(count)
            kinds[key[0]][key] = often * math.log(total / (self._frequency[key] + 0.5))
        shares = sum(SHARES[kind] for kind in kinds)
        vector: dict[str, float] = {}
        for kind, part in kinds.items():
            length = math.hypot(*part.values()) or 1.0
            scale = math.sqrt(SHARES[kind] / shares) / length
            vector.update((key, weight * scale) for key, weight in part.items())
        return vector

    def compare(self, text: str, language: str = "") -> Iterator[tuple[_Entry, float]]:
        """Yield each entry that shares anything with `text`, and its score, 0 to 1.

        A source that has a text in `language` is not compared in its other languages.
        """
        scores: dict[int, float] = defaultdict(float)
        for key, weight in self._vector(_features(text)).items():
            for number, other in self._postings.get(key, ()):
                scores[number] += weight * other
        same = {e.index for e in self._entries if language and e.language == language}
        for number, score in scores.items():
            entry = self._entries[number]
            if entry.index not in same or entry.language == language:
                yield entry, min(score, 1.0)

    def scores(self, target: LanguageMap | str) -> list[float]:
        """Return the score of every source, without thresholds."""
        best = [0.0] * self._size
        for language, text in _texts(target):
            for entry, score in self.compare(text, language):
                best[entry.index] = max(best[entry.index], score)
        return best


def _texts(map_or_text: LanguageMap | str) -> list[tuple[str, str]]:
    if isinstance(map_or_text, str):
        return [("", map_or_text)]
    return [(language, text) for language, text in map_or_text.items() if text]


def _features(text: str) -> dict[str, float]:
    features: dict[str, float] = defaultdict(float)
    for word in words(text):
        weight = SAYS_LITTLE if word.stem in COMMON_WORDS else 1.0
        features[f"={word.stem}"] += weight
        for gram in grams(word.stem):
            features[f"~{gram}"] += weight
        for matter in matters_of(word.stem):
            features[f"#{matter}"] += weight
    return features


# Showing


def _hits(text: str, target: str) -> list[Word]:
    """Return the words of `text` that speak of what `target` speaks of, in order."""
    asked = [w.stem for w in words(target) if w.stem not in COMMON_WORDS]
    stems = set(asked)
    matters = {m for s in asked if s not in LEVEL_OF for m in matters_of(s)}
    return [w for w in words(text) if w.stem in stems or _speaks_of(w.stem, matters)]


def _spans(text: str, hits: Iterable[Word]) -> tuple[tuple[int, int], ...]:
    """Return the spans of the hits; those with only stop words between them are one."""
    spans: list[tuple[int, int]] = []
    for word in hits:
        if spans and _only_stop_words(text[spans[-1][1] : word.start]):
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
    return tuple(spans)


def _only_stop_words(text: str) -> bool:
    return all(part.lower() in STOP_WORDS for part in re.split(r"[\s-]+", text) if part)


def _speaks_of(stem_of_word: str, matters: set[int]) -> bool:
    says_something = stem_of_word not in COMMON_WORDS and stem_of_word not in LEVEL_OF
    return says_something and not matters.isdisjoint(matters_of(stem_of_word))


def highlight(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Cut `text` into pieces, each with whether it is marked; joined they are `text` again."""
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end in sorted(spans):
        start, end = max(start, done), min(end, len(text))
        if start >= end:
            continue
        if start > done:
            pieces.append((text[done:start], False))
        elif pieces:
            start -= len(pieces.pop()[0])
        pieces.append((text[start:end], True))
        done = end
    if done < len(text):
        pieces.append((text[done:], False))
    return pieces
