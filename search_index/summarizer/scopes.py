"""The draft as a whole, or one clause: what is said there -> themes as sets of comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search_index.summarizer import discover
from search_index.summarizer.frames import Frame
from search_index.summarizer.known import Rules, continued
from search_index.summarizer.nearness import against_rivals
from search_index.summarizer.themes import KnownTheme, Vectors
from search_index.summarizer.voices import Voices

_HEARD = 200  # sayings of a theme from which its words are taken


@dataclass(frozen=True)
class Heard:
    """A saying in a theme: its author, a literal piece of the author's comment, and how well it tells."""

    place: int
    text: str
    worth: float


@dataclass(frozen=True)
class Theme:
    """Comments of one theme, what they say in it with the most telling first, and what it continues."""

    places: frozenset[int]
    heard: tuple[Heard, ...]
    centroid: Vectors
    continues: str | None


def frame_of(voices: Voices, table: Vectors) -> Frame:
    """`table` (n, d) are the vectors of all sayings."""
    authors = [voices.comments[saying.places[0]] for saying in voices.sayings]
    return Frame.of(table, [author.clause for author in authors], [author.language for author in authors])


class Scope:
    """`clause` None is the draft as a whole: it comes last, for its vectors take the place of the table's."""

    def __init__(self, voices: Voices, frame: Frame, table: Vectors, clause: str | None) -> None:
        self._voices = voices
        self._clause = clause
        self._sayings = voices.within(clause)
        rows = [saying.row for saying in self._sayings]
        authors = [voices.comments[saying.places[0]] for saying in self._sayings]
        self._points = frame.place(
            table if clause is None else table[rows],
            clause,
            [author.clause for author in authors],
            [author.language for author in authors],
        )

    def themes(self, known: Sequence[KnownTheme]) -> list[Theme]:
        """Those that reviewers decided on first. One comment alone is no theme."""
        known = [theme for theme in known if theme.clause == self._clause]
        authors = [tuple(self._id(place) for place in saying.places) for saying in self._sayings]
        says = Counter(comment for own in authors for comment in own)
        if len(says) < 2:
            return []
        rules = Rules.of(known, says.keys())
        found = self._found(rules, authors)
        told = against_rivals(self._points @ found.centres.T)
        rows = [np.flatnonzero(found.labels == place) for place in range(len(found.centres))]
        members = rules.settled([{c for row in own for c in authors[row]} for own in rows], says)
        everything = np.arange(len(self._sayings))
        held = [theme.id for theme in rules.held]
        free = [theme for theme in known if theme.id not in held]
        names = [*held, *continued(members[len(held) :], free, says.keys())]
        return [
            Theme(
                places := self._places(members[place]),
                # Where a reviewer decided, what the members say may have been found in another theme.
                self._heard(own, told, place, places) or self._heard(everything, told, place, places),
                found.centres[place],
                names[place],
            )
            for place, own in enumerate(rows)
            if len(members[place]) > 1 or (members[place] and place < len(held))
        ]

    def _found(self, rules: Rules, authors: Sequence[Sequence[str]]) -> discover.Found:
        return discover.themes(
            self._points,
            max(1, discover.how_many(len(self._points)) - len(rules.held)),
            weights=np.array([self._voices.weight(saying) for saying in self._sayings], dtype=np.float32),
            candidates=np.array([saying.alone for saying in self._sayings]),
            held=rules.themes(self._points, authors),
        )

    def _heard(
        self, rows: discover.Labels, told: Vectors, place: int, places: frozenset[int]
    ) -> tuple[Heard, ...]:
        """What the theme's members say, that which is most like it and least like the others first."""
        worth = told[rows, place]
        found: list[Heard] = []
        for at in np.argsort(-np.round(worth, 6), kind="stable"):
            saying = self._sayings[rows[at]]
            own = [author for author in saying.places if author in places]
            if own:
                found.append(Heard(*self._voices.wording(saying, own), float(worth[at])))
            if len(found) == _HEARD:
                break
        return tuple(found)

    def _places(self, comments: set[str]) -> frozenset[int]:
        return frozenset(map(self._voices.place, comments))

    def _id(self, place: int) -> str:
        return self._voices.comments[place].id
