"""Measure the outcome matcher against two simple peers on real catalogues, in one run.

    python -m benchmarks.matching [--data FOLDER]

FOLDER (default: `shared/data` beside the project) holds catalogue_glasgow_computing.json and
catalogue_deakin_it.json, and may hold recognition_decisions_before_2024.json. Nothing of it is
kept. Peers: rapidfuzz token_set_ratio, and cosine of plain tf-idf over lower-case words. Prints a
table, then one line of JSON.
"""

import argparse
import json
import math
import random
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rapidfuzz.fuzz import token_set_ratio

from recognition.matching.outcomes import Index, SourceText, match_matrix
from recognition.vocabulary import MatchLabel

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SEED = 20261109
Scorer = Callable[[str], list[float]]
Query = tuple[str, set[int], tuple[str, ...]]
"""What is looked for, the positions that answer it, and the texts to look in, without itself."""

# Read side by side by one person before any matcher was run: which outcomes of a Deakin course a
# reviewer would cite for an outcome of a Glasgow course. "code.n" is outcome n of a course.
LABELS = {
    "COMPSCI2007.2": "SIT221.2",
    "COMPSCI2007.4": "SIT221.2",
    "COMPSCI2007.5": "SIT221.2",
    "COMPSCI2007.7": "SIT221.2",
    "COMPSCI2007.8": "SIT221.1",
    "COMPSCI2007.9": "SIT221.2",
    "COMPSCI4061.2": "SIT307.1",
    "COMPSCI4061.3": "SIT307.4",
    "COMPSCI4061.4": "SIT307.2",
    "COMPSCI4061.5": "SIT307.1",
    "COMPSCI5085.1": "SIT307.1 SIT319.1",
    "COMPSCI5085.2": "SIT319.4 SIT319.5",
    "COMPSCI5085.3": "SIT319.4 SIT319.5",
    "COMPSCI5085.4": "SIT319.2 SIT319.3",
    "COMPSCI4047.1": "SIT378.3",
    "COMPSCI4047.2": "SIT374.3 SIT378.3 SIT378.4",
    "COMPSCI4047.3": "SIT374.3 SIT378.4",
    "COMPSCI4004.4": "SIT215.1",
    "COMPSCI2027.1": "SIT111.1",
    "COMPSCI2027.2": "SIT111.2",
    "COMPSCI2027.3": "SIT202.1",
    "COMPSCI2027.4": "SIT202.1",
    "COMPSCI2027.5": "SIT120.1 SIT202.2",
    "COMPSCI4012.4": "SIT202.1",
    "COMPSCI4012.6": "SIT202.1 SIT202.4",
    "COMPSCI4012.7": "SIT202.2",
    "COMPSCI4043.1": "SIT111.1",
    "COMPSCI4043.7": "SIT111.2",
    "COMPSCI4043.9": "SIT202.1",
    "COMPSCI4043.10": "SIT202.1",
    "COMPSCI4013.1": "SIT103.3",
    "COMPSCI4013.2": "SIT103.3",
    "COMPSCI4013.3": "SIT103.3",
    "COMPSCI4013.5": "SIT103.2",
    "COMPSCI2029.1": "SIT103.1",
    "COMPSCI2029.2": "SIT103.1 SIT103.3",
    "COMPSCI2029.3": "SIT103.2 SIT103.3",
    "COMPSCI5079.1": "SIT281.1",
    "COMPSCI5079.2": "SIT281.1 SIT281.3",
    "COMPSCI5079.3": "SIT281.2 SIT281.3",
    "COMPSCI2001.1": "SIT232.2 SIT232.3",
    "COMPSCI2001.2": "SIT232.2",
    "COMPSCI2001.3": "SIT232.2",
    "COMPSCI2001.5": "SIT232.2 SIT232.4",
    "COMPSCI2001.6": "SIT232.3",
    "COMPSCI1027.1": "SIT102.3",
    "COMPSCI1027.2": "SIT102.3",
    "COMPSCI1027.5": "SIT102.2",
    "COMPSCI1027.6": "SIT102.2",
    "COMPSCI2021.2": "SIT120.3 SIT313.1",
    "COMPSCI2021.4": "SIT120.1",
    "COMPSCI2021.5": "SIT120.2",
    "COMPSCI2021.6": "SIT120.3 SIT313.2 SIT331.2",
    "COMPSCI5025.2": "SLE761.1",
    "COMPSCI5025.5": "SIT723.1 SLE761.3",
    "COMPSCI5025.8": "SIT723.2 SLE761.5",
    "COMPSCI4009.1": "SIT221.2 SIT320.1 SIT320.2",
    "COMPSCI4009.2": "SIT221.1",
    "COMPSCI4009.3": "SIT221.2",
    "COMPSCI4038.1": "SIT223.3 SIT344.2",
    "COMPSCI4038.2": "SIT223.3 SIT344.2",
    "COMPSCI5092.5": "SLE761.1",
    "COMPSCI5092.6": "SLE761.3",
    "COMPSCI4066.1": "SIT332.1",
    "COMPSCI4066.2": "SIT332.1 SIT332.3",
    "COMPSCI4066.5": "SIT332.4",
    "COMPSCI2026.1": "SIT221.1 SIT221.2",
    "COMPSCI2026.2": "SIT221.2",
    "COMPSCI4024P.1": "SIT724.5",
    "COMPSCI4024P.5": "SIT724.4",
    "COMPSCI4024P.7": "SIT724.3",
    "COMPSCI4024P.8": "SIT724.3",
    "COMPSCI4074.1": "SIT330.1",
    "COMPSCI4074.6": "SIT330.2",
    "COMPSCI5100.6": "SIT307.4",
    "COMPSCI5100.7": "SIT307.2 SIT307.4",
    "COMPSCI5112.1": "SIT305.1",
    "COMPSCI5112.3": "SIT305.3",
    "COMPSCI5112.4": "SIT305.2",
    "COMPSCI5097.3": "SIT112.3 SIT307.4",
    "COMPSCI5097.4": "SIT112.3 SIT307.4",
    "COMPSCI4076.2": "SIT122.1 SIT310.2",
}


# Peers


def token_set(pool: Sequence[str]) -> Scorer:
    lowered = [text.lower() for text in pool]
    return lambda query: [token_set_ratio(query.lower(), text) for text in lowered]


def plain_tf_idf(pool: Sequence[str]) -> Scorer:
    bags = [Counter(re.findall(r"\w+", text.lower())) for text in pool]
    df = Counter(word for bag in bags for word in bag)

    def vector(bag: Counter) -> dict[str, float]:
        raw = {w: n * math.log((1 + len(bags)) / (1 + df[w])) for w, n in bag.items()}
        length = math.sqrt(sum(v * v for v in raw.values())) or 1.0
        return {w: v / length for w, v in raw.items()}

    vectors = [vector(bag) for bag in bags]

    def score(query: str) -> list[float]:
        asked = vector(Counter(re.findall(r"\w+", query.lower())))
        return [sum(v * text.get(w, 0.0) for w, v in asked.items()) for text in vectors]

    return score


def ours(pool: Sequence[str]) -> Scorer:
    return Index(pool).scores


METHODS: dict[str, Callable[[Sequence[str]], Scorer]] = {
    "symbolon": ours,
    "token_set": token_set,
    "tf_idf": plain_tf_idf,
}


# Tasks


def read_courses(path: Path) -> dict[str, dict]:
    courses: dict[str, dict] = {}
    for course in json.loads(path.read_text(encoding="utf-8")):
        if course["learning_outcomes"]:
            courses.setdefault(course["code"], course)
    return courses


def subject(course: dict) -> str:
    """Return a title without level and code, the same for the variants of one course."""
    title = re.sub(r"\(.*?\)|\bfor MSc?i?\b|\b[A-Z]+\d+\w*|\b\d\b", " ", course["title"])
    return " ".join(title.lower().split())


def unique_outcomes(courses: dict[str, dict]) -> dict[str, set[str]]:
    """Return each different outcome with the subjects in which it appears."""
    found: dict[str, set[str]] = defaultdict(set)
    for course in courses.values():
        for text in course["learning_outcomes"]:
            found[" ".join(text.split())].add(subject(course))
    return found


def half_of_the_words(courses: dict[str, dict]) -> Iterator[Query]:
    """Find an outcome again from a random half of its words, among all others."""
    chance = random.Random(SEED)
    pool = tuple(unique_outcomes(courses))
    for position, text in enumerate(pool):
        words = text.split()
        if len(words) >= 10:
            kept = sorted(chance.sample(range(len(words)), len(words) // 2))
            yield " ".join(words[i] for i in kept), {position}, pool


def same_course(courses: dict[str, dict]) -> Iterator[Query]:
    """From one outcome, find another of the same course among all others."""
    found = unique_outcomes(courses)
    pool = tuple(found)
    for text, subjects in found.items():
        answers = {i for i, t in enumerate(pool) if t != text and subjects & found[t]}
        if answers:
            yield text, answers, pool


def _outcome(courses: dict[str, dict], reference: str) -> str:
    code, number = reference.rsplit(".", 1)
    return " ".join(courses[code]["learning_outcomes"][int(number) - 1].split())


def labelled(
    targets: dict[str, dict], sources: dict[str, dict], size: int | None = None
) -> Iterator[Query]:
    """From a Glasgow outcome, find the Deakin outcomes that a reader would cite for it.

    Among all Deakin outcomes; or, with `size`, among those of the courses cited for the same
    Glasgow course, filled up with others at random to `size`: the situation in the matrix.
    """
    everything = tuple(unique_outcomes(sources))
    cited_by: dict[str, dict[str, None]] = defaultdict(dict)
    for target, cited in LABELS.items():
        cited_by[target.rsplit(".", 1)[0]].update(
            (reference.rsplit(".", 1)[0], None) for reference in cited.split()
        )
    for target, cited in LABELS.items():
        pool = everything
        if size is not None:
            codes = cited_by[target.rsplit(".", 1)[0]]
            near = {t: None for c in codes for t in unique_outcomes({c: sources[c]})}
            far = [text for text in everything if text not in near]
            random.Random(target).shuffle(far)
            pool = (*near, *far[: max(0, size - len(near))])
        answers = {pool.index(_outcome(sources, reference)) for reference in cited.split()}
        yield _outcome(targets, target), answers, pool


def titles_across_languages(path: Path) -> Iterator[Query]:
    """From a host's course title, find the Norwegian title it was recognised for."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    rows = [r for r in rows if r["decision"] == "yes" and r["host_title"] and r["target_title"]]
    pool = tuple(sorted({row["target_title"] for row in rows}))
    for row in rows:
        yield row["host_title"], {pool.index(row["target_title"])}, pool


# Measures


def rank(scores: Sequence[float], answers: set[int]) -> float:
    """Return the rank of the best answer; equal scores share the middle of their ranks."""
    best = max(scores[i] for i in answers)
    above = sum(score > best for score in scores)
    level = sum(score == best for score in scores)
    return above + (level + 1) / 2


def measure(
    queries: list[Query], method: Callable[[Sequence[str]], Scorer]
) -> dict[str, float | int]:
    """Return hit rates and the mean reciprocal rank; a text is never its own answer."""
    scorers: dict[tuple[str, ...], Scorer] = {}
    ranks = []
    for query, answers, pool in queries:
        if pool not in scorers:
            scorers[pool] = method(pool)
        scores = scorers[pool](query)
        if query in pool:
            scores[pool.index(query)] = -1.0
        ranks.append(rank(scores, answers))
    return {
        "n": len(ranks),
        "hit@1": round(statistics.fmean(r <= 1 for r in ranks), 3),
        "hit@3": round(statistics.fmean(r <= 3 for r in ranks), 3),
        "mrr": round(statistics.fmean(1 / r for r in ranks), 3),
    }


def what_reviewers_see(queries: list[Query]) -> dict[str, object]:
    """Return, of the suggestions shown, how many were cited by the reader, per label."""
    shown: Counter[str] = Counter()
    cited: Counter[str] = Counter()
    helped = 0
    for query, answers, pool in queries:
        matches = match_matrix([query], [SourceText(text) for text in pool])[0]
        helped += any(match.index in answers for match in matches)
        for match in matches:
            shown[match.label] += 1
            cited[match.label] += match.index in answers
    return {
        "rows with a cited one among those shown": round(helped / len(queries), 3),
        **{
            str(label.value): f"{cited[label]} of {shown[label]} cited"
            for label in MatchLabel
            if shown[label]
        },
    }


def milliseconds(sources: dict[str, dict], targets: dict[str, dict]) -> float:
    """Return the time for a matrix of 9 outcomes and 60 texts, caches warm, median of 15."""
    asked = list(unique_outcomes(targets))[:9]
    texts = [SourceText(text) for text in list(unique_outcomes(sources))[:60]]
    times = []
    for _round in range(16):
        start = time.perf_counter()
        match_matrix(asked, texts)
        times.append(time.perf_counter() - start)
    return round(statistics.median(times[1:]) * 1000, 1)


def tasks(folder: Path) -> dict[str, list[Query]]:
    glasgow = read_courses(folder / "catalogue_glasgow_computing.json")
    deakin = read_courses(folder / "catalogue_deakin_it.json")
    found = {
        "labelled, cited courses only": list(labelled(glasgow, deakin, size=0)),
        "labelled, 60 texts": list(labelled(glasgow, deakin, size=60)),
        "labelled, all Deakin": list(labelled(glasgow, deakin)),
        "half of the words": list(half_of_the_words(glasgow)),
        "same course, Glasgow": list(same_course(glasgow)),
        "same course, Deakin": list(same_course(deakin)),
    }
    decisions = folder / "recognition_decisions_before_2024.json"
    if decisions.exists():
        found["titles, English to Norwegian"] = list(titles_across_languages(decisions))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    folder = parser.parse_args().data
    if not (folder / "catalogue_glasgow_computing.json").exists():
        print(f"No catalogues in {folder}: give their folder with --data.", file=sys.stderr)
        return 2
    results: dict[str, dict] = {}
    print(f"{'task':30}{'n':>5}  {'method':10}{'hit@1':>7}{'hit@3':>7}{'mrr':>7}  ratio of mrr")
    for task, queries in tasks(folder).items():
        results[task] = {name: measure(queries, method) for name, method in METHODS.items()}
        for name, row in results[task].items():
            ratio = results[task]["symbolon"]["mrr"] / row["mrr"] if row["mrr"] else math.inf
            print(
                f"{task:30}{row['n']:>5}  {name:10}{row['hit@1']:7.2f}{row['hit@3']:7.2f}"
                f"{row['mrr']:7.2f}  {'' if name == 'symbolon' else f'{ratio:.2f}'}"
            )
    glasgow = read_courses(folder / "catalogue_glasgow_computing.json")
    deakin = read_courses(folder / "catalogue_deakin_it.json")
    seen = {size: what_reviewers_see(list(labelled(glasgow, deakin, size))) for size in (0, 60)}
    for size, row in seen.items():
        print(f"shown, {f'{size} texts' if size else 'cited courses only'}: {row}")
    speed = milliseconds(deakin, glasgow)
    print(f"9 outcomes x 60 texts: {speed} ms")
    print(json.dumps({"tasks": results, "shown": seen, "ms_9x60": speed}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
