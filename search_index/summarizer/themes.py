"""What goes into a summarizer and what comes out: frozen plain data, and the two seams."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class CommentText:
    """One comment as the machine may read it; `clause` is an eId, None for the draft as a whole."""

    id: str
    text: str
    clause: str | None
    language: str
    position: str | None


@dataclass(frozen=True)
class Quote:
    """`text` is a literal substring of the comment."""

    comment_id: str
    text: str


@dataclass(frozen=True)
class CandidateTheme:
    """Comments that say much the same, under a sentence that one of them wrote.

    `title` is a literal substring of the comment `title_comment_id`. `distinct` counts near-identical
    texts once. `positions` has the key "none" for comments without one.
    """

    title: str
    title_comment_id: str
    keyphrases: tuple[str, ...]
    comment_ids: tuple[str, ...]
    distinct: int
    positions: dict[str, int]
    languages: dict[str, int]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Campaign:
    """Near-identical comments from many people; `distinct` counts its exact wordings."""

    comment_ids: tuple[str, ...]
    distinct: int


@dataclass(frozen=True)
class Suggestion:
    """Themes over the whole draft and per clause; `unassigned` are in no theme of the whole draft."""

    comments: int
    distinct: int
    themes: tuple[CandidateTheme, ...]
    clauses: tuple[tuple[str, tuple[CandidateTheme, ...]], ...]
    campaigns: tuple[Campaign, ...]
    unassigned: tuple[str, ...]


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

    def suggest(self, comments: Sequence[CommentText], *, progress: Progress | None = None) -> Suggestion: ...
