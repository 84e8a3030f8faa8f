"""What goes into a summarizer and what comes out: frozen plain data, and the two seams."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from search_index.summarizer import frames
from search_index.summarizer.frames import Frame

Vectors = frames.Vectors
KeptVector = NDArray[np.float32] | NDArray[np.float16]
"""(d,); in half the room nothing that matters is lost."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class CommentText:
    """One comment as the machine may read it; `clause` is an eId, None for the draft as a whole.

    `person` is the same for everything that one person sent; without it every comment is a person's.
    """

    id: str
    text: str
    clause: str | None
    language: str
    position: str | None
    person: str | None = None


@dataclass(frozen=True)
class Quote:
    """`text` is a literal substring of the comment."""

    comment_id: str
    text: str


@dataclass(frozen=True)
class CandidateTheme:
    """Comments that say much the same, under a sentence that one of them wrote.

    `title` is a literal substring of the comment `title_comment_id`. `distinct` counts near-identical
    texts once, `people` everybody once. `positions` has the key "none" for comments without one.
    `continues` is the id of the known theme that this one is. `centroid`, of length 1, is where it lies in
    the suggestion's frame: `assign.Assigner` puts new comments beside it.
    """

    title: str
    title_comment_id: str
    keyphrases: tuple[str, ...]
    comment_ids: tuple[str, ...]
    distinct: int
    positions: dict[str, int]
    languages: dict[str, int]
    quotes: tuple[Quote, ...]
    people: int = 0
    continues: str | None = None
    centroid: Vectors = field(default_factory=lambda: np.zeros(0, np.float32), compare=False, repr=False)


@dataclass(frozen=True)
class KnownTheme:
    """A theme of an earlier run, or one that a reviewer made, over the whole draft or over one clause.

    `comment_ids` are its members so far. With `kept`, a reviewer decided on them (accepted, merged or split
    themes): they stay together and no machine adds them to another kept theme. Without it they only say
    which new theme continues this one. `pinned` comments always belong here, `moved_out` ones never.
    """

    id: str
    comment_ids: tuple[str, ...]
    clause: str | None = None
    kept: bool = False
    pinned: tuple[str, ...] = ()
    moved_out: tuple[str, ...] = ()
    title: str | None = None


@dataclass(frozen=True)
class Campaign:
    """Near-identical comments from many people: one text, `people` people, some with words of their own.

    Every comment has a Jaccard index of word triples of at least 0.8 with the letter, which is the text of
    `letter_id`. `distinct` counts exact wordings. `own_additions` are the comments that hold the letter
    and at least six more words.
    """

    comment_ids: tuple[str, ...]
    distinct: int
    letter_id: str
    people: int
    own_additions: tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """Themes over the whole draft and per clause; `unassigned` are in no theme of the whole draft.

    A comment that says several things may be in several themes. `frame` places new comments beside the
    themes' centroids; there is none where vectors mean nothing outside their run.
    """

    comments: int
    distinct: int
    themes: tuple[CandidateTheme, ...]
    clauses: tuple[tuple[str, tuple[CandidateTheme, ...]], ...]
    campaigns: tuple[Campaign, ...]
    unassigned: tuple[str, ...]
    frame: Frame | None = field(default=None, compare=False, repr=False)


class EmbedderFault(ValueError):
    """No vectors can be had; the text is one plain sentence that says why."""


class Embedder(Protocol):
    """Texts -> array (n, d), float32, rows of length 1 (or 0 where a text has no words).

    Raises EmbedderFault.

    `stored` embedders give a text the same vector in any company; the others only make sense
    within one call. Vectors of different `name` cannot be compared.
    """

    @property
    def name(self) -> str: ...

    @property
    def stored(self) -> bool: ...

    def vectors(self, texts: Sequence[str]) -> Vectors: ...


class Summarizer(Protocol):
    """`name` says which method and version made a suggestion, such as "extractive/1"."""

    @property
    def name(self) -> str: ...

    def suggest(
        self,
        comments: Sequence[CommentText],
        *,
        vectors: Mapping[str, KeptVector] | None = None,
        known: Sequence[KnownTheme] = (),
        progress: Progress | None = None,
    ) -> Suggestion:
        """`vectors` by the text they belong to (`said` tells which), for embedders that may be stored;
        those that are missing are made. `known` themes are continued, and what reviewers decided is kept.
        """
        ...
