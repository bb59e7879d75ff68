"""The only place that knows verbs of learning outcomes and how demanding they are.

Levels after Bloom's taxonomy as revised by Anderson and Krathwohl (2001): 1 remember,
2 understand, 3 apply, 4 analyse, 5 evaluate, 6 create. A verb is a hint to the reader, no proof:
courses use the same verb for different things.
"""

from django.utils.translation import gettext_lazy as _

from recognition.matching.text import STOP_WORDS, WORD, stem

LEVELS = {
    1: _("remember"),
    2: _("understand"),
    3: _("apply"),
    4: _("analyse"),
    5: _("evaluate"),
    6: _("create"),
}

_ENGLISH = {
    1: """define identify label list locate memorise name outline quote recall recite recognise
       repeat state""",
    2: """classify clarify describe discuss distinguish exemplify explain express illustrate
       interpret paraphrase summarise translate understand knowledge familiarity""",
    3: """apply calculate carry compute configure convert deploy employ execute implement
       manipulate operate perform practise run solve use utilise""",
    4: """analyse break categorise compare contrast decompose deduce differentiate examine
       experiment explore inspect investigate relate test""",
    5: """appraise argue assess conclude criticise critique debate decide defend evaluate judge
       justify reason recommend reflect review select validate verify""",
    6: """assemble build compose construct create design develop devise formulate generate invent
       model plan produce program propose prototype synthesise write""",
}
_GERMAN = {
    1: "aufzählen auflisten benennen definieren erinnern kennen nennen wiedergeben",
    2: """beschreiben darstellen einordnen erklären erläutern interpretieren übersetzen
       veranschaulichen verstehen zusammenfassen""",
    3: """anwenden ausführen berechnen durchführen einsetzen implementieren konfigurieren lösen
       nutzen umsetzen verwenden""",
    4: "ableiten analysieren gliedern prüfen testen unterscheiden untersuchen vergleichen",
    5: """auswählen begründen beurteilen bewerten einschätzen entscheiden hinterfragen kritisieren
       rechtfertigen reflektieren""",
    6: """bauen entwerfen entwickeln erstellen erzeugen gestalten herstellen konstruieren
       konzipieren planen programmieren schreiben verfassen""",
}
_OPENERS = frozenset(
    stem(word)
    for word in ("ability", "able", "competence", "demonstrate", "learner", "skill", "student")
)
_CONNECTORS = frozenset({"and", "or", "then"})

LEVEL_OF = {stem(verb): level for level, verbs in _ENGLISH.items() for verb in verbs.split()} | {
    stem(verb): level for level, verbs in _GERMAN.items() for verb in verbs.split()
}
_INFINITIVES = {verb: level for level, verbs in _GERMAN.items() for verb in verbs.split()}


def level_of(text: str) -> int | None:
    """Return the level of the most demanding verb of an outcome, None when it opens with none.

    English outcomes open with their verbs ("Design, implement and test ..."); later ones may be
    nouns ("the design of"). German ones have them anywhere, in the infinitive.
    """
    found = [_INFINITIVES[w] for w in WORD.findall(text) if w in _INFINITIVES]
    opened = False
    for match in WORD.finditer(text.lower()):
        word = match.group()
        if level := LEVEL_OF.get(stem(word)):
            found.append(level)
            opened = True
        elif not _may_stand_before(word, opened):
            break
    return max(found, default=None)


def _may_stand_before(word: str, opened: bool) -> bool:
    """Tell whether a verb may still follow: before the first more words may stand than after."""
    if word.endswith("ly"):
        return True
    return word in _CONNECTORS if opened else word in STOP_WORDS or stem(word) in _OPENERS
