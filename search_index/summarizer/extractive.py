"""The embedded summarizer: themes by key points, their words taken from the comments themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search_index.summarizer import label
from search_index.summarizer.campaigns import campaigns, people
from search_index.summarizer.scopes import Heard, Scope, Theme, frame_of
from search_index.summarizer.themes import (
    CandidateTheme,
    CommentText,
    Embedder,
    KeptVector,
    KnownTheme,
    Progress,
    Quote,
    Suggestion,
    Vectors,
)
from search_index.summarizer.voices import Voices, read

_READ = 40  # sayings of a theme that may become its title
_QUOTES = 3
_PART = 0.05  # what speaks against a title that is only part of a saying


@dataclass(frozen=True)
class _Wording:
    """A piece of a comment that may stand for a theme; `worth` is how well it would."""

    worth: float
    text: str
    author: CommentText


class ExtractiveSummarizer:
    """Same comments in, same suggestion out, in whatever order they come."""

    name = "extractive/2"

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def suggest(
        self,
        comments: Sequence[CommentText],
        *,
        vectors: Mapping[str, KeptVector] | None = None,
        known: Sequence[KnownTheme] = (),
        progress: Progress | None = None,
    ) -> Suggestion:
        tell = progress or _silent
        voices = read(comments)
        tell(1, 4)
        table = self._table([saying.text for saying in voices.sayings], vectors or {})
        tell(2, 4)
        frame = frame_of(voices, table)
        eids = list(dict.fromkeys(comment.clause for comment in comments if comment.clause is not None))
        found = [Scope(voices, frame, table, clause).themes(known) for clause in (*eids, None)]
        tell(3, 4)
        *clauses, whole = [_candidates(voices, themes) for themes in found]
        tell(4, 4)
        return Suggestion(
            comments=len(voices.comments),
            distinct=len(voices.groups),
            themes=whole,
            clauses=tuple(zip(eids, clauses, strict=True)),
            campaigns=campaigns([voices.comments[place] for place in group] for group in voices.groups),
            unassigned=_unassigned(voices.comments, whole),
            frame=frame if self._embedder.stored else None,
        )

    def _table(self, texts: Sequence[str], kept: Mapping[str, KeptVector]) -> Vectors:
        """(n, d): kept vectors where a text has the same vector in any company, made for the others."""
        if not texts:
            return np.zeros((0, 1), dtype=np.float32)
        if not self._embedder.stored:
            return self._embedder.vectors(texts)
        missing = [text for text in texts if text not in kept]
        made = dict(zip(missing, self._embedder.vectors(missing), strict=True)) if missing else {}
        first = made[texts[0]] if texts[0] in made else kept[texts[0]]
        table = np.empty((len(texts), len(first)), dtype=np.float32)
        for row, text in enumerate(texts):
            table[row] = made[text] if text in made else kept[text]
        return table


def _silent(_done: int, _total: int) -> None:
    return


def _candidates(voices: Voices, themes: Sequence[Theme]) -> tuple[CandidateTheme, ...]:
    """With words for each theme, the largest first."""
    spoken = [[heard.text for heard in theme.heard] for theme in themes]
    found = [
        _candidate(voices, theme, phrases)
        for theme, phrases in zip(themes, label.keyphrases(spoken), strict=True)
    ]
    return tuple(
        sorted(found, key=lambda theme: (-len(theme.comment_ids), -theme.distinct, theme.comment_ids))
    )


def _candidate(voices: Voices, theme: Theme, keyphrases: tuple[str, ...]) -> CandidateTheme:
    places = sorted(theme.places)
    comments = [voices.comments[place] for place in places]
    best = sorted((_wording(voices, heard) for heard in theme.heard[:_READ]), key=lambda own: -own.worth)
    return CandidateTheme(
        title=best[0].text,
        title_comment_id=best[0].author.id,
        keyphrases=keyphrases,
        comment_ids=tuple(comment.id for comment in comments),
        distinct=len({voices.of[place] for place in places}),
        positions=_counted(comment.position or "none" for comment in comments),
        languages=_counted(comment.language for comment in comments),
        quotes=_quotes(best),
        people=len(people(comments)),
        continues=theme.continues,
        centroid=theme.centroid,
    )


def _wording(voices: Voices, heard: Heard) -> _Wording:
    """The best piece of a saying: the whole of it where it is short."""
    author = voices.comments[heard.place]
    scored = [
        (heard.worth - label.penalty(piece, author.text) - _PART * (piece != heard.text), piece)
        for piece in label.titles(heard.text)
    ]
    worth, text = max(scored, key=lambda own: own[0])
    return _Wording(worth, text, author)


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def _quotes(best: Sequence[_Wording]) -> tuple[Quote, ...]:
    """Central voices, as different in position and language as the nearer half of the theme has them."""
    waiting = list(best[: max(_QUOTES, len(best) // 2)])
    chosen: dict[str, Quote] = {}
    heard: set[str] = set()
    while waiting and len(chosen) < _QUOTES:
        at = max(range(len(waiting)), key=lambda i: (len(_voice(waiting[i].author) - heard), -i))
        own = waiting.pop(at)
        heard |= _voice(own.author)
        chosen.setdefault(own.author.id, Quote(own.author.id, label.quote(own.author.text, own.text)))
    return tuple(chosen.values())


def _voice(author: CommentText) -> set[str]:
    return {f"position {author.position}", f"language {author.language}"}


def _unassigned(ordered: Sequence[CommentText], themes: Iterable[CandidateTheme]) -> tuple[str, ...]:
    assigned = {comment_id for theme in themes for comment_id in theme.comment_ids}
    return tuple(comment.id for comment in ordered if comment.id not in assigned)
