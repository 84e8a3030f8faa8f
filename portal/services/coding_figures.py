"""How far codings agree: micro-F1 of machine and reviewers, with bootstrap intervals. Numbers, no database.

Micro-F1 of two codings of the same comments: twice the themes that both gave, over all that either gave,
summed over comments. "None of them" counts as an answer of its own, so that agreeing on it is agreeing.
Intervals are percentiles of resamples over comments (B. Efron, 1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from random import Random

from portal.formats.report import FEWEST_REVIEWED, Interval
from portal.services.rows import COMMENT_LANGUAGES

RESAMPLES = 1_000
ALL = "all"
NONE = 0
"""Stands for "none of them"; no theme has this number."""
CONSULT_F1 = (0.76, 0.82)
CONSULT_PEOPLE = 0.74
"""As published for the United Kingdom's Consult: machine against people, and people among themselves."""

Themes = frozenset[int]
Counts = list[tuple[int, int]]
"""(twice the themes in common, themes in both together) of each comment; (0, 0) where one did not code it."""


@dataclass(frozen=True)
class Coded:
    """One comment of a sample: themes by the machine and by each reviewer (None: not coded by this one)."""

    language: str
    machine: Themes
    humans: tuple[Themes | None, ...]


@dataclass(frozen=True)
class Figure:
    """Agreement over `comments`; `f1` None: too few to say anything."""

    comments: int
    f1: Interval | None


@dataclass(frozen=True)
class FigureRow:
    """The figures of one language, or of all of them."""

    language: str
    once: int
    """Comments coded by at least one reviewer."""
    twice: int
    """Comments coded by both."""
    each: tuple[Figure, ...]
    """The machine against each reviewer."""
    mean: Interval | None
    """Over the reviewers who coded enough."""
    agreement: Interval | None
    """Of the two reviewers."""


def rows(items: Sequence[Coded], chance: Random) -> tuple[FigureRow, ...]:
    """All comments that somebody coded, then each language that has some."""
    coded = [item for item in items if any(human is not None for human in item.humans)]
    if not coded:
        return ()
    by_language = {
        language: [item for item in coded if item.language == language] for language in COMMENT_LANGUAGES
    }
    groups = {ALL: coded, **{language: some for language, some in by_language.items() if some}}
    return tuple(_row(language, some, chance) for language, some in groups.items())


def f1(counts: Counts) -> float | None:
    """None where nothing was coded by both."""
    given = sum(both for _, both in counts)
    return sum(common for common, _ in counts) / given if given else None


def compared(one: Themes | None, other: Themes | None) -> tuple[int, int]:
    """What one comment adds to the two sums of F1."""
    if one is None or other is None:
        return 0, 0
    one, other = one or frozenset({NONE}), other or frozenset({NONE})
    return 2 * len(one & other), len(one) + len(other)


def _row(language: str, items: Sequence[Coded], chance: Random) -> FigureRow:
    coders = range(max(len(item.humans) for item in items))
    pairs = [[compared(item.machine, item.humans[n]) for item in items] for n in coders]
    pairs.append([compared(*item.humans) if len(item.humans) > 1 else (0, 0) for item in items])
    sizes = [sum(given > 0 for _, given in counts) for counts in pairs]
    enough = [size >= FEWEST_REVIEWED for size in sizes]
    drawn = _resampled(pairs, enough, len(items), chance)
    *each, agreement = [
        _interval(f1(counts), [one[place] for one in drawn]) if enough[place] else None
        for place, counts in enumerate(pairs)
    ]
    return FigureRow(
        language=language,
        once=len(items),
        twice=sizes[-1],
        each=tuple(Figure(size, figure) for size, figure in zip(sizes, each, strict=False)),
        mean=_interval(
            _mean([figure.value for figure in each if figure]), [_mean(one[:-1]) for one in drawn]
        ),
        agreement=agreement,
    )


def _resampled(
    pairs: Sequence[Counts], enough: Sequence[bool], size: int, chance: Random
) -> list[list[float | None]]:
    """F1 of every pair in each resample; None where a pair has too few comments."""
    if not any(enough):
        return []
    places = range(size)
    commons = [[common for common, _ in counts] for counts in pairs]
    totals = [[given for _, given in counts] for counts in pairs]
    found: list[list[float | None]] = []
    for _ in range(RESAMPLES):
        drawn = chance.choices(places, k=size)
        one: list[float | None] = []
        for common, total, is_enough in zip(commons, totals, enough, strict=True):
            given = sum(map(total.__getitem__, drawn)) if is_enough else 0
            one.append(sum(map(common.__getitem__, drawn)) / given if given else None)
        found.append(one)
    return found


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fsum(known) / len(known) if known else None


def _interval(value: float | None, drawn: Sequence[float | None]) -> Interval | None:
    """The middle 95 % of what the resamples gave."""
    known = sorted(one for one in drawn if one is not None)
    if value is None or not known:
        return None
    cut = len(known) // 40
    return Interval(value, known[cut], known[-1 - cut])
