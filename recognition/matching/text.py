"""The only place that turns a text into comparable words: tokens, stop words, stems.

English and German share one light stemmer, so that words which both languages took from Latin
and Greek (Algorithmus, algorithm; Statistik, statistics) come out alike.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

WORD = re.compile(r"\d+|[A-Z]*[^\W\d_A-Z]+[+#]*|[A-Z]+[+#]*")
"""A number, or letters up to the next capital: texts from PDF files lose spaces ("inPython")."""
SHORTEST_STEM = 4

_STOP_WORDS = """
    a about above across all also am an and any are as at be been being both but by can could did
    do does done each eg either etc for from given had has have having how i ie if in into is it
    its itself least may more most must no nor not of off on one only onto or other others our out
    over own per s same should so some such t than that the their them themselves then there these
    they this those through thus to too two under until up upon us very via was we were what when
    where whether which while who whom whose will with within without would you your

    aber alle allem allen aller alles als am andere anderen auch auf aus bei beim bis bzw da dabei
    damit dann das dass dem den denen der deren des dessen dh die dies diese diesem diesen dieser
    dieses doch durch ein eine einem einen einer eines er es für haben hat ihr ihre ihrem ihren
    ihrer im ins ist je jede jedem jeden jeder jedes kann können man mehr mit nach nicht noch nur
    ob oder ohne sich sie sind sowie sowohl über um und unter usw vom von vor war was welche
    welchen welcher wenn werden wie wird wurde wurden zb zu zum zur zwei zwischen
"""
_ENDINGS = """
    isations isation ising ised iser isers ises ise ational ations ation ative atives ators ator
    ating ated ates ate ements ement ments ment ingly ings ing edly eds ed ers er ors or ions ion
    ities ity ically ical ics ic ally al ively ives ive ably able ibly ible ness ously ous ly ies
    ied es s e y
    ierungen ierung ierenden ierende ieren iert ierte ierten lichkeiten lichkeit igkeiten igkeit
    keiten keit heiten heit ungen ung ische ischen ischer isches isch liche lichen licher liches
    lich ige igen iger iges ig en em ern n st us um ik iken ika
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
_ENDINGS_BY_LAST = {
    last: sorted((e for e in _ENDINGS.split() if e[-1] == last), key=len, reverse=True)
    for last in {ending[-1] for ending in _ENDINGS.split()}
}
_SAME_ROOT = (("analy", "analy"), ("theor", "theor"), ("hypothes", "hypothes"))


@dataclass(frozen=True, slots=True)
class Word:
    """A word that carries meaning, and where it stands in its text."""

    stem: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Return the words of `text` without stop words, in order."""
    found = []
    for match in WORD.finditer(text):
        plain = match.group().lower()
        if plain not in STOP_WORDS:
            found.append(Word(stem(plain), match.start(), match.end()))
    return found


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of a word in lower case: endings off, accents off, ise for ize."""
    word = _folded(word)
    for beginning, root in _SAME_ROOT:
        if word.startswith(beginning):
            return root
    word = re.sub(r"iz(?=e|a|i)", "is", word)
    word = _without_ending(word)
    return word[:-1] if len(word) > SHORTEST_STEM and word[-1] == word[-2] else word


def _without_ending(word: str) -> str:
    for ending in _ENDINGS_BY_LAST.get(word[-1], ()):
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _folded(word: str) -> str:
    word = word.replace("ß", "ss")
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def grams(stem_of_word: str, size: int = 3) -> list[str]:
    """Return the character n-grams of a stem, with its ends marked: "^da", "dat", "ata", "ta$"."""
    marked = f"^{stem_of_word}$"
    return [marked[i : i + size] for i in range(max(1, len(marked) - size + 1))]
