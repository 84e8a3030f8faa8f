"""Which words of comments a report quotes: for coverage, with a dissenting one; and a fair random sample."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from portal.formats.report import ReportComment, ReportQuote
from search_index.analysis import FUNCTION_WORDS, stem, words
from search_index.summarizer.sentences import sentences

MOST_QUOTES = 3
LONGEST, SHORTEST = 280, 20
"""Of a quote, in characters."""
_POOL = 60
"""So many comments of each position are looked at in a theme; which ones, their fingerprints decide."""
_OTHER_LANGUAGE = 1.3
_LENGTH = 8
"""Words that a quote may have before its length counts against it."""


@dataclass(frozen=True)
class Said:
    """A literal piece of a comment, with the stems that carry its meaning."""

    quote: ReportQuote
    stems: frozenset[str]
    length: int


@dataclass
class Pool:
    """The comments of a theme from which quotes are chosen: at most _POOL a position, one of each wording."""

    _kept: dict[str, dict[str, ReportComment]] = field(default_factory=dict)
    """Position -> text -> comment; none has a higher fingerprint than `_most` says once there are enough."""
    _most: dict[str, str] = field(default_factory=dict)

    def offer(self, comment: ReportComment) -> None:
        """Keep the comment if its fingerprint is among the lowest of its position."""
        position = comment.position or "none"
        kept = self._kept.setdefault(position, {})
        if comment.body in kept or comment.sha256 > self._most.get(position, "g"):
            return
        kept[comment.body] = comment
        if len(kept) > _POOL:
            del kept[max(kept.values(), key=lambda c: (c.sha256, c.id)).body]
            self._most[position] = max(c.sha256 for c in kept.values())

    def comments(self) -> list[ReportComment]:
        """What was kept, by name."""
        return sorted((c for kept in self._kept.values() for c in kept.values()), key=lambda c: c.id)


def choose(
    comments: Iterable[ReportComment], known: Sequence[ReportQuote], majority: str | None
) -> tuple[ReportQuote, ...]:
    """Up to three quotes that together say most of what is said, one from a dissenter if there is one.

    Greedy: each next quote adds the most stems that many comments use and no quote has yet (Nemhauser, Wolsey
    and Fisher, "An analysis of approximations for maximizing submodular set functions", 1978).
    `known`: quotes chosen before; they compete with all others.
    """
    pool = [*(_said(quote) for quote in known)]
    frequency: Counter[str] = Counter()
    for comment in comments:
        said = [_said(quote) for quote in _pieces(comment)]
        frequency.update(frozenset().union(*(one.stems for one in said)))
        pool += said
    unique = {(one.quote.comment_id, one.quote.text): one for one in pool}
    pool = [unique[key] for key in sorted(unique)]
    found: list[Said] = []
    while pool and len(found) < MOST_QUOTES:
        last = len(found) == MOST_QUOTES - 1 or len(pool) == 1
        wanted = pool
        if last and not any(_dissents(one.quote, majority) for one in found):
            wanted = [one for one in pool if _dissents(one.quote, majority)] or pool
        best = max(wanted, key=lambda one: _gain(one, found, frequency))
        found.append(best)
        pool = [one for one in pool if one.quote.comment_id != best.quote.comment_id]
    return tuple(replace(one.quote, dissents=_dissents(one.quote, majority)) for one in found)


def majority_of(positions: Mapping[str, int]) -> str | None:
    """The position that most who take one take, None where two are equal or nobody takes any."""
    taken = sorted(((positions.get(key, 0), key) for key in ("support", "oppose", "mixed")), reverse=True)
    return taken[0][1] if taken[0][0] > taken[1][0] else None


def dissenting(position: str, majority: str | None) -> bool:
    """Whether a position differs from the majority's; asking and saying nothing is no dissent."""
    return majority is not None and position in ("support", "oppose", "mixed") and position != majority


def opening(comment: ReportComment) -> ReportQuote:
    """The comment's own words from its beginning, whole if it is short, else up to the end of a word."""
    text = comment.body.strip()
    if len(text) > LONGEST:
        cut = max(text.rfind(blank, LONGEST // 2, LONGEST) for blank in " \n\t")
        text = text[: cut if cut > 0 else LONGEST].rstrip()
    return ReportQuote(comment.id, text, comment.position, comment.language)


def drawn(ids: Iterable[str], seed: str, size: int) -> list[str]:
    """A random sample that anyone can draw again: the ids with the lowest SHA-256 of seed, blank and id."""
    return heapq.nsmallest(size, ids, key=lambda name: sha256(f"{seed} {name}".encode()).digest())


def _pieces(comment: ReportComment) -> list[ReportQuote]:
    found = [text for text in sentences(comment.body) if SHORTEST <= len(text) <= LONGEST]
    if not found:
        return [opening(comment)]
    return [ReportQuote(comment.id, text, comment.position, comment.language) for text in found]


def _said(quote: ReportQuote) -> Said:
    found = words(quote.text)
    stems = frozenset(stem(word) for word in found if word not in FUNCTION_WORDS and len(word) > 1)
    return Said(quote, stems, len(found))


def _gain(one: Said, found: Sequence[Said], frequency: Mapping[str, int]) -> tuple[float, str, str]:
    """How much a quote adds; ties go by its text, so that the order of comments decides nothing."""
    covered = frozenset().union(*(other.stems for other in found))
    new = sum(frequency.get(each, 0) for each in one.stems - covered)
    spoken = {other.quote.language for other in found}
    worth = _OTHER_LANGUAGE if found and one.quote.language not in spoken else 1.0
    return worth * new / (_LENGTH + one.length), one.quote.text, one.quote.comment_id


def _dissents(quote: ReportQuote, majority: str | None) -> bool:
    return dissenting(quote.position or "none", majority)
