"""The only place with the arithmetic of the numbers of recognition: percentiles, kappa, hiding.

Pure: counts in, counts out; what is counted is said in `recognition/statistics/`.
"""

import math
from bisect import bisect_right
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

FEWEST_FOR_TAIL = 20
"""Of fewer values the 95th percentile is the largest: the figure of one single person."""


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least `share` (0 to 1) of all do not exceed.

    Nearest rank, so that it is always a value that occurred; None without values.
    """
    if not values:
        return None
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


@dataclass(frozen=True, slots=True)
class Span:
    """How many values lie from `first` to `last`, both included; `last` None: no upper end."""

    first: int
    last: int | None
    count: int


def distribution(values: Collection[int], ends: Sequence[int], fewest: int) -> list[Span]:
    """Count `values` (0 or more) in spans that end at `ends`, and one beyond the last of them.

    Neighbours are joined until each holds at least `fewest`, so that no span tells of a few
    people; [] when all values together are fewer.
    """
    if len(values) < fewest:
        return []
    ordered, spans = sorted(values), []
    first = held = done = 0
    for last in [*ends, None]:
        reached = len(ordered) if last is None else bisect_right(ordered, last)
        held, done = held + reached - done, reached
        if held >= fewest:
            spans.append(Span(first, last, held))
            first, held = 0 if last is None else last + 1, 0
    if held:
        before = spans.pop()
        spans.append(Span(before.first, None, before.count + held))
    return spans


@lru_cache(maxsize=4096)
def majority(ratings: tuple[str, ...]) -> str | None:
    """Return the rating that more than half of at least two gave, None when there is none."""
    most = max(ratings, key=ratings.count, default=None)
    return most if len(ratings) > 1 and 2 * ratings.count(most or "") > len(ratings) else None


def weighted_kappa(pairs: Mapping[tuple[int, int], int], steps: int) -> float | None:
    """Return Cohen's kappa with quadratic weights of pairs of ratings on a scale of `steps` steps.

    `pairs` counts (one's step, the other's step), both from 0. Who is first means nothing, so each
    pair is taken both ways: n(i, j) = pairs(i, j) + pairs(j, i), N = sum of n, p(i) = sum over j
    of n(i, j) / N. With the weight w(i, j) = 1 - (i - j)^2 / (steps - 1)^2

        observed = sum of w(i, j) n(i, j) / N
        expected = sum of w(i, j) p(i) p(j)
        kappa    = (observed - expected) / (1 - expected)

    1: always alike; 0: as by chance. A difference of two steps weighs four times one of one step
    (Cohen 1968; Fleiss and Cohen 1973). None without pairs, or when all ratings are the same:
    then nothing can differ by chance either.
    """
    total = 2 * sum(pairs.values())
    if not total:
        return None
    shares = [0.0] * steps
    for (one, other), count in pairs.items():
        shares[one] += count / total
        shares[other] += count / total

    def weight(one: int, other: int) -> float:
        return 1 - (one - other) ** 2 / (steps - 1) ** 2

    observed = sum(weight(*pair) * 2 * count / total for pair, count in pairs.items())
    expected = sum(weight(i, j) * shares[i] * shares[j] for i in range(steps) for j in range(steps))
    return None if math.isclose(expected, 1) else (observed - expected) / (1 - expected)


@dataclass(frozen=True, slots=True)
class Sum:
    """What everybody can add up: the lines of `whole` are those of its `parts`, each once."""

    whole: Hashable
    parts: tuple[Hashable, ...]


def hidden(
    sizes: Mapping[Hashable, int],
    sums: Sequence[Sum],
    fewest: int,
    already: Collection[Hashable] = (),
) -> frozenset[Hashable]:
    """Return the groups whose figures must not be shown; `sizes` are their numbers of lines.

    First those with fewer than `fewest` lines (but more than none). Then, as a sum with one
    unknown can be solved, whatever it takes that each sum has none or two, and that what is
    unknown in a sum that is shown counts at least `fewest` together: the smallest that is still
    shown, of equal ones the first in the sum, so that the same lines are hidden in every table.
    """
    gone = {group for group, size in sizes.items() if 0 < size < fewest}
    gone |= {group for group in already if sizes[group]}
    # The narrowest sum first: what it hides is often enough for the wider ones.
    ordered = sorted(sums, key=lambda one: sizes[one.whole])
    steps = (_missing(one, sizes, gone, fewest) for one in ordered)
    while (more := next((group for group in steps if group is not None), None)) is not None:
        gone.add(more)
        steps = (_missing(one, sizes, gone, fewest) for one in ordered)
    return frozenset(gone)


def _missing(
    one: Sum, sizes: Mapping[Hashable, int], gone: Collection[Hashable], fewest: int
) -> Hashable | None:
    """Return the next group to hide so that this sum cannot be solved, None when it is safe."""
    parts = [part for part in one.parts if sizes[part]]
    unknown = [part for part in parts if part in gone]
    shown = [part for part in parts if part not in gone]
    is_open = one.whole not in gone
    together = sum(sizes[part] for part in unknown)
    if is_open and (not unknown or (len(unknown) > 1 and together >= fewest)):
        return None
    if not is_open and (unknown or not parts):
        return None
    return min(shown, key=lambda part: sizes[part]) if shown else one.whole
