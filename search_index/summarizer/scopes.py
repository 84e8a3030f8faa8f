"""The draft as a whole, or one clause: what is said there -> themes as sets of comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search_index.summarizer import discover, label
from search_index.summarizer.frames import Frame
from search_index.summarizer.known import Rules, continued
from search_index.summarizer.themes import KnownTheme, Vectors
from search_index.summarizer.voices import Voices


@dataclass(frozen=True)
class Heard:
    """A saying in a theme: its author, a literal piece of the author's comment, and how central it is."""

    place: int
    text: str
    near: float


@dataclass(frozen=True)
class Theme:
    """Comments of one theme, what they say in it with the most central first, and what it continues."""

    places: frozenset[int]
    heard: tuple[Heard, ...]
    centroid: Vectors
    continues: str | None


def frame_of(voices: Voices, table: Vectors) -> Frame:
    """`table` (n, d) are the vectors of all sayings."""
    authors = [voices.comments[saying.places[0]] for saying in voices.sayings]
    return Frame.of(table, [author.clause for author in authors], [author.language for author in authors])


class Scope:
    """`clause` None is the draft as a whole."""

    def __init__(self, voices: Voices, frame: Frame, table: Vectors, clause: str | None) -> None:
        self._voices = voices
        self._clause = clause
        self._sayings = voices.within(clause)
        rows = [saying.row for saying in self._sayings]
        authors = [voices.comments[saying.places[0]] for saying in self._sayings]
        self._points = frame.placed(
            table[rows],
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
        rows = [np.flatnonzero(found.labels == place) for place in range(len(found.centres))]
        members = rules.settled([{c for row in own for c in authors[row]} for own in rows], says)
        free = [theme for theme in known if theme not in rules.held]
        names = [theme.id for theme in rules.held]
        names += continued(members[len(names) :], free, says.keys())  # type: ignore[arg-type]
        return [
            self._theme(members[place], own, found.centres[place], names[place])
            for place, own in enumerate(rows)
            if len(members[place]) > 1 or (members[place] and place < len(rules.held))
        ]

    def _found(self, rules: Rules, authors: Sequence[Sequence[str]]) -> discover.Found:
        return discover.themes(
            self._points,
            max(1, discover.how_many(len(self._points)) - len(rules.held)),
            weights=np.array([self._voices.weight(saying) for saying in self._sayings], dtype=np.float32),
            candidates=np.array([label.stands_alone(saying.text) for saying in self._sayings]),
            held=rules.themes(self._points, authors),
        )

    def _theme(self, members: set[str], rows: discover.Labels, centre: Vectors, name: str | None) -> Theme:
        places = frozenset(p for s in self._sayings for p in s.places if self._id(p) in members)
        heard = [h for row in rows if (h := self._heard(row, places, centre))]
        if not heard:  # decided by a reviewer, while what they say is in another theme
            heard = [h for row in range(len(self._sayings)) if (h := self._heard(row, places, centre))]
        heard.sort(key=lambda own: -own.near)
        return Theme(places, tuple(heard), centre, name)

    def _heard(self, row: int, places: frozenset[int], centre: Vectors) -> Heard | None:
        own = [place for place in self._sayings[row].places if place in places]
        if not own:
            return None
        place, text = self._voices.wording(self._sayings[row], own)
        return Heard(place, text, round(float(self._points[row] @ centre), 6))

    def _id(self, place: int) -> str:
        return self._voices.comments[place].id
