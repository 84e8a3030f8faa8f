"""The embedded summarizer: themes by clustering, their words taken from the comments themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log2

import numpy as np

from search_index.summarizer import discover, duplicates, label
from search_index.summarizer.themes import (
    Campaign,
    CandidateTheme,
    CommentText,
    Embedder,
    Progress,
    Quote,
    Suggestion,
    Vectors,
)

_CAMPAIGN = 3  # two equal comments are somebody who pressed twice
_READ = 40  # units of a theme whose sentences may become its title
_QUOTES = 3
_SHARED = 0.5  # how much of what a scope has in common is taken away before a title is chosen


@dataclass(frozen=True)
class _Unit:
    """Near-identical comments of one scope: clustered once, counted in full. `row` is their vector's."""

    row: int
    comments: tuple[CommentText, ...]

    @cached_property
    def speaker(self) -> CommentText:
        """The most common wording, the first id among equals."""
        wordings = Counter(comment.text for comment in self.comments)
        return max(self.comments, key=lambda comment: wordings[comment.text])

    @property
    def weight(self) -> float:
        return 1 + log2(len(self.comments))


@dataclass(frozen=True)
class _Cluster:
    """Units of one theme, the most central first."""

    units: tuple[_Unit, ...]

    def readable(self) -> tuple[_Unit, ...]:
        return self.units[:_READ]


class ExtractiveSummarizer:
    """Same comments in, same suggestion out, in whatever order they come."""

    name = "extractive/1"

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def suggest(self, comments: Sequence[CommentText], *, progress: Progress | None = None) -> Suggestion:
        tell = progress or _silent
        ordered = sorted(comments, key=lambda comment: comment.id)
        units = _units(ordered)
        tell(1, 4)
        vectors = self._embedder.vectors([unit.speaker.text for unit in units])
        tell(2, 4)
        eids = list(dict.fromkeys(comment.clause for comment in comments if comment.clause is not None))
        found = [_clusters(scope, vectors) for scope in (units, *_by_clause(units, eids))]
        tell(3, 4)
        sayings = _Sayings(self._embedder, [cluster for clusters in found for cluster in clusters])
        whole, *clauses = [_themes(clusters, sayings) for clusters in found]
        tell(4, 4)
        return Suggestion(
            comments=len(ordered),
            distinct=len(units),
            themes=whole,
            clauses=tuple(zip(eids, clauses, strict=True)),
            campaigns=_campaigns(units),
            unassigned=_unassigned(ordered, whole),
        )


def _silent(_done: int, _total: int) -> None:
    return


def _units(ordered: Sequence[CommentText]) -> list[_Unit]:
    found = duplicates.groups([comment.text for comment in ordered])
    return [_Unit(row, tuple(ordered[i] for i in members)) for row, members in enumerate(found)]


def _by_clause(units: Iterable[_Unit], eids: Sequence[str]) -> list[list[_Unit]]:
    """The units of each clause, each holding only the comments that were made on it."""
    scopes: dict[str | None, list[_Unit]] = {eid: [] for eid in eids}
    for unit in units:
        split: defaultdict[str | None, list[CommentText]] = defaultdict(list)
        for comment in unit.comments:
            split[comment.clause].append(comment)
        for eid in split.keys() & scopes.keys():
            scopes[eid].append(_Unit(unit.row, tuple(split[eid])))
    return [scopes[eid] for eid in eids]


def _clusters(units: Sequence[_Unit], vectors: Vectors) -> list[_Cluster]:
    """Groups of units that belong together; a comment that nothing joins is in none."""
    readable = [unit for unit in units if vectors[unit.row].any() and label.titles(unit.speaker.text)]
    if sum(len(unit.comments) for unit in readable) < 2:
        return []
    points, labels = _labelled(readable, vectors)
    found = []
    for name in sorted(set(labels.tolist()) - {-1}):
        places = np.flatnonzero(labels == name)
        near = discover.centrality(points[places])
        members = tuple(readable[places[i]] for i in np.argsort(-near, kind="stable"))
        if sum(len(unit.comments) for unit in members) > 1:
            found.append(_Cluster(members))
    return found


def _labelled(units: Sequence[_Unit], vectors: Vectors) -> tuple[Vectors, discover.Labels]:
    """Within a clause everybody speaks of one thing; across clauses there is a rest that belongs nowhere."""
    words = discover.centred(vectors[[unit.row for unit in units]], [unit.speaker.language for unit in units])
    clauses = [unit.speaker.clause for unit in units]
    count = discover.how_many(len(units))
    if len(set(clauses)) < 2:
        return words, discover.clusters(words, count)
    points = discover.tied(words, clauses)
    return points, discover.prominent(points, count, [unit.weight for unit in units])


class _Sayings:
    """Vectors of the sentences that may stand for a theme, made in one call beside their comments."""

    def __init__(self, embedder: Embedder, clusters: Sequence[_Cluster]) -> None:
        texts = [unit.speaker.text for cluster in clusters for unit in cluster.readable()]
        pieces = [piece for text in dict.fromkeys(texts) for piece in label.titles(text)]
        self._rows = {text: row for row, text in enumerate(dict.fromkeys([*texts, *pieces]))}
        self._vectors = embedder.vectors(list(self._rows)) if self._rows else np.zeros((0, 1), np.float32)

    def of(self, texts: Sequence[str]) -> Vectors:
        found: Vectors = self._vectors[[self._rows[text] for text in texts]]
        return found

    def middle(self, clusters: Sequence[_Cluster]) -> Vectors:
        """Where all that is said lies, a campaign counting for more than a single voice, but not in full."""
        units = [unit for cluster in clusters for unit in cluster.readable()]
        mean: Vectors = np.average(
            self.of([unit.speaker.text for unit in units]), axis=0, weights=[unit.weight for unit in units]
        )
        return mean


def _themes(clusters: Sequence[_Cluster], sayings: _Sayings) -> tuple[CandidateTheme, ...]:
    if not clusters:
        return ()
    shared = sayings.middle(clusters)
    phrases = label.keyphrases([[unit.speaker.text for unit in cluster.units] for cluster in clusters])
    found = []
    for cluster, own in zip(clusters, phrases, strict=True):
        towards = sayings.middle([cluster]) - _SHARED * shared
        found.append(_theme(cluster, own, _best_sayings(cluster, sayings, towards)))
    return tuple(
        sorted(found, key=lambda theme: (-len(theme.comment_ids), -theme.distinct, theme.comment_ids))
    )


def _best_sayings(cluster: _Cluster, sayings: _Sayings, towards: Vectors) -> list[tuple[float, str, _Unit]]:
    """For each unit its best sentence with a score, the best of all first."""
    length = float(np.linalg.norm(towards)) or 1.0
    best = []
    for unit in cluster.readable():
        pieces = label.titles(unit.speaker.text)
        near = sayings.of(pieces) @ towards / length
        scored = [
            (float(n) - label.penalty(piece, unit.speaker.text), piece)
            for n, piece in zip(near, pieces, strict=True)
        ]
        score, piece = max(scored, key=lambda pair: pair[0])
        best.append((score, piece, unit))
    return sorted(best, key=lambda entry: -entry[0])


def _theme(
    cluster: _Cluster, keyphrases: tuple[str, ...], best: list[tuple[float, str, _Unit]]
) -> CandidateTheme:
    comments = [comment for unit in cluster.units for comment in unit.comments]
    _, title, unit = best[0]
    return CandidateTheme(
        title=title,
        title_comment_id=unit.speaker.id,
        keyphrases=keyphrases,
        comment_ids=tuple(sorted(comment.id for comment in comments)),
        distinct=len(cluster.units),
        positions=_counted(comment.position or "none" for comment in comments),
        languages=_counted(comment.language for comment in comments),
        quotes=_quotes(best),
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def _quotes(best: list[tuple[float, str, _Unit]]) -> tuple[Quote, ...]:
    """Central voices, as different in position and language as the nearer half of the theme has them."""
    waiting = best[: max(_QUOTES, len(best) // 2)]
    chosen: list[Quote] = []
    heard: set[str] = set()
    while waiting and len(chosen) < _QUOTES:
        at = max(range(len(waiting)), key=lambda i: (len(_voice(waiting[i][2]) - heard), -i))
        _, piece, unit = waiting.pop(at)
        heard |= _voice(unit)
        chosen.append(Quote(unit.speaker.id, label.quote(unit.speaker.text, piece)))
    return tuple(chosen)


def _voice(unit: _Unit) -> set[str]:
    return {f"position {unit.speaker.position}", f"language {unit.speaker.language}"}


def _campaigns(units: Iterable[_Unit]) -> tuple[Campaign, ...]:
    found = [
        Campaign(
            tuple(comment.id for comment in unit.comments),
            len({comment.text for comment in unit.comments}),
        )
        for unit in units
        if len(unit.comments) >= _CAMPAIGN
    ]
    return tuple(sorted(found, key=lambda campaign: (-len(campaign.comment_ids), campaign.comment_ids)))


def _unassigned(ordered: Sequence[CommentText], themes: Iterable[CandidateTheme]) -> tuple[str, ...]:
    assigned = {comment_id for theme in themes for comment_id in theme.comment_ids}
    return tuple(comment.id for comment in ordered if comment.id not in assigned)
