"""What reviewers decided holds in the next run, and a theme keeps its name from run to run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from search_index.summarizer.discover import Held
from search_index.summarizer.frames import unit
from search_index.summarizer.themes import KnownTheme, Vectors

_MOST = 0.5  # of a theme's earlier comments have to be in the one that continues it


@dataclass(frozen=True)
class Rules:
    """Reviewers' decisions in one scope, by comment id."""

    held: tuple[KnownTheme, ...]
    bound: Mapping[str, frozenset[int]]
    """Comment -> places in `held` of the themes it must be in."""
    barred: Mapping[str, frozenset[int]]
    """Comment -> places in `held` of the themes it must not be in."""

    @classmethod
    def of(cls, known: Sequence[KnownTheme], present: Set[str]) -> Rules:
        """Themes that a reviewer touched are held, while one of their comments is still present."""
        held = tuple(
            theme
            for theme in known
            if (theme.kept or theme.pinned or theme.moved_out) and present & set(_members(theme))
        )
        bound: defaultdict[str, set[int]] = defaultdict(set)
        barred: defaultdict[str, set[int]] = defaultdict(set)
        for place, theme in enumerate(held):
            for comment in _bound(theme) & present:
                bound[comment].add(place)
            for comment in set(theme.moved_out) - set(theme.pinned):
                barred[comment].add(place)
        everywhere = frozenset(range(len(held)))
        for comment, places in bound.items():
            barred[comment] |= everywhere - places
        return cls(
            held,
            {comment: frozenset(places) for comment, places in bound.items()},
            {comment: frozenset(places) for comment, places in barred.items()},
        )

    def themes(self, vectors: Vectors, authors: Sequence[Sequence[str]]) -> Held:
        """What discovery has to respect, for sayings with these vectors, each in the comments `authors`."""
        decided = {comment for theme in self.held for comment in _members(theme)}
        decided |= self.bound.keys() | self.barred.keys()
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for row, comments in enumerate(authors):
            for comment in decided.intersection(comments):
                rows[comment].append(row)
        middles = [_middle(vectors, [rows[c] for c in _members(theme) if c in rows]) for theme in self.held]
        centres = unit(np.stack(middles)) if middles else np.zeros((0, vectors.shape[1]), np.float32)
        bound = np.full(len(authors), -1)
        barred = np.zeros((len(authors), len(self.held)), dtype=bool)
        for comment in sorted(self.barred.keys() & rows.keys()):
            for place in self.barred[comment]:
                barred[rows[comment], place] = True
        for comment in sorted(self.bound.keys() & rows.keys()):
            for place in sorted(self.bound[comment]):
                own = rows[comment]
                bound[own[int(np.argmax(vectors[own] @ centres[place]))]] = place
        barred[bound >= 0] = False
        return Held(centres, bound, barred)

    def settled(self, members: Sequence[set[str]], sayings: Mapping[str, int]) -> list[set[str]]:
        """Members of the held themes and then the found ones, exactly as decided.

        Two people who say the same may have been put in two themes: then what is said is in one and the
        people in both. `sayings` counts what each comment says.
        """
        found = [set(own) for own in members]
        for comment, places in self.barred.items():
            for place in places:
                found[place].discard(comment)
        for comment, places in self.bound.items():
            for place in places:
                found[place].add(comment)
            if sayings.get(comment, 1) < 2:
                for own in found[len(self.held) :]:
                    own.discard(comment)
        return found


def continued(found: Sequence[Set[str]], known: Sequence[KnownTheme], present: Set[str]) -> list[str | None]:
    """For each theme found the id of the known one it continues: the assignment that shares most comments."""
    names: list[str | None] = [None] * len(found)
    earlier = [present & set(_members(theme)) for theme in known]
    if not found or not earlier:
        return names
    shared = np.array([[len(own & old) for old in earlier] for own in found])
    for row, column in zip(*linear_sum_assignment(shared, maximize=True), strict=True):
        if shared[row, column] and shared[row, column] >= _MOST * len(earlier[column]):
            names[row] = known[column].id
    return names


def _members(theme: KnownTheme) -> list[str]:
    gone = set(theme.moved_out) - set(theme.pinned)
    return [c for c in dict.fromkeys([*theme.comment_ids, *theme.pinned]) if c not in gone]


def _bound(theme: KnownTheme) -> set[str]:
    return set(_members(theme)) if theme.kept else set(theme.pinned)


def _middle(vectors: Vectors, rows: Sequence[Sequence[int]]) -> Vectors:
    """Of the sayings of some comments: from each the one that is most like what the others say."""
    if not rows:
        return np.zeros(vectors.shape[1], dtype=np.float32)
    rough = np.mean([vectors[own].mean(axis=0) for own in rows], axis=0)
    middle: Vectors = np.mean([vectors[own][np.argmax(vectors[own] @ rough)] for own in rows], axis=0)
    return middle
