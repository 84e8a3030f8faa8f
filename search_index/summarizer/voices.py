"""Comments -> what is said in them: near-identical texts are one voice, long texts several sayings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from search_index.analysis import words
from search_index.summarizer import campaigns, duplicates, label
from search_index.summarizer.sentences import said
from search_index.summarizer.themes import CommentText


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence or a short comment, and the places of the comments in which it stands, its author first.

    `row` is the row of its vector among those of all sayings. `alone` ones may be the point that a theme is
    found around.
    """

    row: int
    text: str
    alone: bool
    places: tuple[int, ...]


@dataclass(frozen=True)
class Voices:
    """Comments in a fixed order, read.

    `of` gives the voice of each comment, `groups` the places of each voice, the text that speaks for it
    first.
    """

    comments: tuple[CommentText, ...]
    of: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]
    sayings: tuple[Saying, ...]

    def within(self, clause: str | None) -> tuple[Saying, ...]:
        """What is said on one clause; for None everything."""
        if clause is None:
            return self.sayings
        return self._by_clause.get(clause, ())

    def place(self, comment_id: str) -> int:
        return self._places[comment_id]

    def weight(self, saying: Saying) -> int:
        """How many voices say it: a campaign is one."""
        return len({self.of[place] for place in saying.places})

    def wording(self, saying: Saying, places: Sequence[int]) -> tuple[int, str]:
        """Of these places one with its own wording of the saying, a literal piece of its comment."""
        for place in places:
            if saying.text in self.comments[place].text:
                return place, saying.text
        return places[0], self.comments[places[0]].text

    @cached_property
    def _places(self) -> dict[str, int]:
        return {comment.id: place for place, comment in enumerate(self.comments)}

    @cached_property
    def _by_clause(self) -> dict[str, tuple[Saying, ...]]:
        found: defaultdict[str, list[Saying]] = defaultdict(list)
        for saying in self.sayings:
            split: defaultdict[str | None, list[int]] = defaultdict(list)
            for place in saying.places:
                split[self.comments[place].clause].append(place)
            for clause, places in split.items():
                if clause is not None:
                    found[clause].append(replace(saying, places=tuple(places)))
        return {clause: tuple(own) for clause, own in found.items()}


def read(comments: Sequence[CommentText]) -> Voices:
    """The same comments in, the same voices out, whatever their order."""
    ordered = tuple(sorted(comments, key=lambda comment: comment.id))
    groups = duplicates.groups([comment.text for comment in ordered])
    of = [0] * len(ordered)
    for voice, places in enumerate(groups):
        for place in places:
            of[place] = voice
    sayings = _sayings(ordered, groups)
    return Voices(ordered, tuple(of), tuple(map(tuple, groups)), sayings)


def _sayings(ordered: Sequence[CommentText], groups: Iterable[Sequence[int]]) -> tuple[Saying, ...]:
    texts: dict[str, str] = {}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for group in groups:
        letter = _keyed(ordered[group[0]].text, texts)
        for key in letter:
            places[key].extend(group)
        for place in group[1:]:
            if campaigns.adds(ordered[group[0]].text, ordered[place].text):
                for key in _keyed(ordered[place].text, texts) - letter:
                    places[key].append(place)
    return tuple(
        Saying(row, texts[key], label.stands_alone(texts[key]), tuple(dict.fromkeys(own)))
        for row, (key, own) in enumerate(places.items())
    )


def _keyed(text: str, texts: dict[str, str]) -> set[str]:
    """What the text says, each saying under its words; `texts` keeps how it was first written."""
    keys = {}
    for piece in said(text):
        found = words(piece)
        if found and (not label.is_private(piece) or label.titles(piece)):
            keys[" ".join(found)] = piece
    for key, piece in keys.items():
        texts.setdefault(key, piece)
    return set(keys)
