import itertools
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.matching import glossary
from recognition.matching.outcomes import (
    LOWEST_SCORE,
    MOST_MATCHES,
    Index,
    SourceText,
    highlight,
    likely_matches,
    match_matrix,
)
from recognition.matching.text import STOP_WORDS, grams, stem, words
from recognition.matching.verbs import level_of
from recognition.vocabulary import MatchLabel

HANDBOOK = [
    "Students import and clean data from files, databases and web services and combine them.",
    "Choose charts and summary measures that fit the question, and discuss what they leave out.",
    "Fit, check and interpret linear and logistic models.",
    "Plan and carry out a hypothesis test; report confidence intervals.",
    "Write readable, tested Python; peers run and extend it in week nine.",
    "One session introduces time series with weather data.",
    "Final presentation, ten minutes, for an audience without a technical background.",
]
SOURCES = [SourceText(text, f"p. {page}") for page, text in enumerate(HANDBOOK, start=14)]
TEXTS = st.text("abcdeäßZ C+#12-.,;\n'", max_size=80) | st.sampled_from(HANDBOOK)


def marked(match) -> str:
    return "".join(
        f"[{piece}]" if hit else piece for piece, hit in highlight(match.text, match.spans)
    )


# Words


@pytest.mark.parametrize(
    "alike",
    [
        "program programs programme programming programmer programmieren Programmierung",
        "algorithm algorithms algorithmic Algorithmus Algorithmen",
        "statistics statistical Statistik statistisch statistische",
        "analyse analysing analysis analytical Analysen analysieren",
        "visualise visualize visualisation visualizing",
        "model models modelling Modell Modelle Modellierung",
        "query queries",
        "evaluate evaluates evaluating evaluation",
    ],
)
def test_stem_brings_forms_of_a_word_together(alike):
    assert len({stem(word.lower()) for word in alike.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("data", "date"), ("statistics", "station"), ("network", "net"), ("c", "c++")],
)
def test_stem_keeps_different_words_apart(one, other):
    assert stem(one) != stem(other)


def test_words_leave_out_what_says_nothing_and_split_glued_words():
    assert [word.stem for word in words("Use of the SQL inPython algorithms6.Design")] == [
        stem(word) for word in ("use", "sql", "python", "algorithms", "6", "design")
    ]


@given(TEXTS)
def test_words_stand_where_they_say(text):
    for word in words(text):
        assert stem(text[word.start : word.end].lower()) == word.stem
        assert text[word.start : word.end].lower() not in STOP_WORDS


def test_grams_mark_the_ends_of_a_word():
    assert grams("sql") == ["^sq", "sql", "ql$"]
    assert grams("r") == ["^r$"]


# Glossary


def test_glossary_joins_languages_and_finds_compounds():
    for english, german in [("database", "Datenbank"), ("ethics", "ethisch"), ("team", "Gruppe")]:
        assert glossary.matters_of(stem(english)) == glossary.matters_of(stem(german.lower()))
    assert glossary.matters_of(stem("softwareprojekt")) == (
        glossary.matters_of(stem("software")) | glossary.matters_of(stem("project"))
    )
    assert glossary.matters_of(stem("xylophone")) == frozenset()


def test_glossary_names_a_word_that_stands_in_two_lines(tmp_path: Path):
    path = tmp_path / "glossary.txt"
    path.write_text("# words\nteam group\nlead teams\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"glossary.txt, line 3: “teams” stands in two lines"):
        glossary.read_glossary(path)


# Verbs


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Explain the design of an IP network", 2),
        ("Design, implement and test small programs", 6),
        ("Critically analyse a proposed system", 4),
        ("Students will be able to describe, and then apply, time series", 3),
        ("Demonstrate an understanding of how tests are designed", 2),
        ("Daten aus mehreren Quellen analysieren und bewerten", 5),
        ("Networks and protocols", None),
        ("", None),
    ],
)
def test_level_is_that_of_the_verbs_an_outcome_opens_with(text, level):
    assert level_of(text) == level


# Matches


@pytest.mark.parametrize(
    ("target", "index", "label", "shown"),
    [
        (
            "Import, clean and combine data sets from several sources, and record each step.",
            0,
            MatchLabel.CLOSE,
            "Students [import and clean data] from files, databases and web services and "
            "[combine] them.",
        ),
        (
            "Build and check a linear regression model.",
            2,
            MatchLabel.CLOSE,
            "Fit, [check] and interpret [linear] and logistic [models].",
        ),
        (
            "Present results to people who are not specialists.",
            6,
            MatchLabel.LIKELY,
            "Final [presentation], ten minutes, for an [audience] without a technical background.",
        ),
        (
            "Eine Hypothese mit echten Daten testen und die Unsicherheit angeben.",
            3,
            MatchLabel.CLOSE,
            "Plan and carry out a [hypothesis test]; report [confidence] intervals.",
        ),
        (
            "Programme in Python schreiben, die andere lesen und erweitern können.",
            4,
            MatchLabel.LIKELY,
            "Write [readable], tested [Python]; peers run and [extend] it in week nine.",
        ),
    ],
)
def test_best_match_is_found_and_highlighted(target, index, label, shown):
    best = likely_matches(target, SOURCES)[0]

    assert (best.index, best.label, marked(best)) == (index, label, shown)


def test_nothing_is_suggested_for_another_subject():
    assert likely_matches("Describe the organs of vertebrates.", SOURCES) == []


def test_one_shared_word_is_a_weak_match_at_most():
    found = likely_matches("Protect personal data.", SOURCES)

    assert {match.label for match in found} == {MatchLabel.WEAK}


def test_note_says_when_the_target_asks_for_more():
    sources = [SourceText("Describe time series of water levels.")]

    higher = likely_matches("Evaluate time series of water levels.", sources)[0]
    equal = likely_matches("Explain time series of water levels.", sources)[0]

    assert str(higher.note) == "Asked for: evaluate. This text: understand."
    assert equal.note == ""


def test_texts_of_one_language_are_compared_with_each_other():
    sources = [
        SourceText({"de": "Zeitreihen von Messwerten auswerten.", "en": "Analyse time series."}),
        SourceText({"en": "Bake bread."}),
    ]

    best = likely_matches({"de": "Zeitreihen auswerten", "en": "Time series"}, sources)[0]

    assert (best.index, best.language) == (0, "de")
    assert marked(best) == "[Zeitreihen] von Messwerten [auswerten]."


def test_empty_texts_match_nothing():
    assert likely_matches("", SOURCES) == []
    assert likely_matches({}, SOURCES) == []
    assert likely_matches("Analyse data.", []) == []
    assert likely_matches("Analyse data.", [SourceText({}), SourceText("the of and")]) == []


@given(st.lists(TEXTS, max_size=6), TEXTS)
def test_matches_are_few_ordered_and_the_same_every_time(texts, target):
    sources = [SourceText(text) for text in texts]

    found = likely_matches(target, sources)

    assert found == likely_matches(target, sources) == match_matrix([target], sources)[0]
    assert len(found) <= MOST_MATCHES
    assert len({match.index for match in found}) == len(found)
    assert found == sorted(found, key=lambda match: (-match.score, match.index))
    for match in found:
        assert LOWEST_SCORE - 0.001 <= match.score <= 1
        assert match.text == texts[match.index]
        assert "".join(piece for piece, _hit in highlight(match.text, match.spans)) == match.text


@given(st.sampled_from(HANDBOOK))
def test_a_text_matches_itself_best(text):
    scores = Index(HANDBOOK).scores(text)

    assert scores.index(max(scores)) == HANDBOOK.index(text)
    assert max(scores) == pytest.approx(1)


def test_a_matrix_of_nine_by_sixty_is_ready_at_once():
    targets = [f"{text} Part {number}." for number, text in enumerate((HANDBOOK * 2)[:9])]
    sources = [SourceText(f"{text} Week {week}.") for week, text in enumerate((HANDBOOK * 9)[:60])]
    match_matrix(targets, sources)

    start = time.process_time()
    match_matrix(targets, sources)

    assert time.process_time() - start < 0.25


# Highlighting


@given(
    st.text(max_size=40), st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=6)
)
def test_highlight_never_loses_a_letter(text, spans):
    pieces = highlight(text, spans)

    assert "".join(piece for piece, _hit in pieces) == text
    assert all(piece for piece, _hit in pieces)
    assert all(one[1] != other[1] for one, other in itertools.pairwise(pieces))


def test_highlight_joins_what_overlaps():
    assert highlight("import and clean data", [(17, 21), (11, 16), (13, 18)]) == [
        ("import and ", False),
        ("clean data", True),
    ]
