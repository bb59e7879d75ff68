"""The only place that knows which words of learning outcomes speak of the same matter.

It lets "present results" meet "oral communication", and "Datenbank" meet "database". The words
are in glossary.txt. German compounds are found by their beginning and their end
(Datenbanksystem: Datenbank, System).
"""

from functools import lru_cache
from pathlib import Path

from recognition.matching.text import stem

SHORTEST_IN_COMPOUND = 5


def read_glossary(path: Path) -> dict[str, int]:
    """Return the number of the line for every stem. Raises ValueError for a word in two lines."""
    matters: dict[str, int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        for word in line.split():
            if matters.setdefault(stem(word.lower()), number) != number:
                raise ValueError(f"{path.name}, line {number}: “{word}” stands in two lines.")
    return matters


MATTERS = read_glossary(Path(__file__).with_name("glossary.txt"))
_LONGEST = max(map(len, MATTERS))


@lru_cache(maxsize=50_000)
def matters_of(stem_of_word: str) -> frozenset[int]:
    """Return the numbers of the matters that a stem speaks of, none when it is unknown."""
    if stem_of_word in MATTERS:
        return frozenset({MATTERS[stem_of_word]})
    lengths = range(min(_LONGEST, len(stem_of_word) - 3), SHORTEST_IN_COMPOUND - 1, -1)
    begins = next((stem_of_word[:n] for n in lengths if stem_of_word[:n] in MATTERS), None)
    ends = next((stem_of_word[-n:] for n in lengths if stem_of_word[-n:] in MATTERS), None)
    return frozenset(MATTERS[part] for part in (begins, ends) if part)
