"""Excerpts of a text with what a query found in it marked, always in the text's own letters.

A text is looked at as an index of one document: the same expansion and matching as in the engines finds
endings, spellings and synonyms, and every mark lies on the words as they were typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search_index.analysis import Token, stem, tokens
from search_index.engines.matching import places
from search_index.expansion import expand, leaves
from search_index.query import Query
from search_index.vocabulary import Vocabulary

Span = tuple[int, int]
"""Start and end in the text, in code points."""


@dataclass(frozen=True)
class Excerpt:
    """A piece of a text as runs of (letters, whether they were found). Joined they are a part of the text."""

    runs: tuple[tuple[str, bool], ...]
    cut_before: bool
    """Whether the text begins before the excerpt."""
    cut_after: bool


def excerpt(text: str, query: Query, *, length: int = 240) -> Excerpt:
    """The piece of at most `length` code points with the most different things found in it.

    Where nothing is found it is the beginning of the text. Words are cut only where one is longer than that.
    """
    found = tokens(text)
    marked = _marks(found, query)
    start, end = _window(text, found, marked, max(length, 1))
    runs = tuple(_runs(text, [mark for mark, _ in marked], start, end))
    return Excerpt(runs, cut_before=bool(text[:start].strip()), cut_after=bool(text[end:].strip()))


def marks(text: str, query: Query) -> list[Span]:
    """Where the whole text has what the query looks for, in order and without overlap."""
    return [mark for mark, _ in _marks(tokens(text), query)]


class _OneText(Vocabulary):
    """The words of one text, of which nothing else is known."""

    def is_used(self, form: str) -> bool:
        return form in self

    def count(self, form: str) -> int:
        return int(form in self)

    def is_roman(self, form: str) -> bool:  # noqa: ARG002
        return True


def _marks(found: Sequence[Token], query: Query) -> list[tuple[Span, int]]:
    """(span, number of the leaf that is found there), in order, overlapping ones joined."""
    if query.root is None:
        return []
    forms = [token.form for token in found]
    plan = expand(query, _OneText((form, stem(form)) for form in forms)).plan
    spans = sorted(
        ((found[place.start].start, found[place.stop - 1].end), number)
        for number, leaf in enumerate(leaves(plan))
        for alternative in leaf.alternatives
        for place in places(alternative, forms)
    )
    joined: list[tuple[Span, int]] = []
    for (start, end), number in spans:
        if joined and start < joined[-1][0][1]:
            (before, until), first = joined[-1]
            joined[-1] = ((before, max(until, end)), first)
        else:
            joined.append(((start, end), number))
    return joined


def _window(text: str, found: Sequence[Token], marked: Sequence[tuple[Span, int]], length: int) -> Span:
    """Start and end of the piece to show."""
    if len(text) <= length:
        return 0, len(text)
    if not marked:
        return 0, _end(text, found, 0, length)
    first, last = _richest(marked, length)
    spare = length - (last - first)
    start = max(0, min(first - spare // 3, len(text) - length))
    start = _start(found, start, first)
    return start, max(_end(text, found, start, length), min(last, start + length))


def _richest(marked: Sequence[tuple[Span, int]], length: int) -> Span:
    """From the first to the last mark of the stretch that shows most of the query; the earliest of equals."""
    best, richest = marked[0][0], (0, 0)
    for first, ((start, _), _) in enumerate(marked):
        inside = [(span, number) for span, number in marked[first : first + 50] if span[1] - start <= length]
        worth = (len({number for _, number in inside}), len(inside))
        if worth > richest:
            richest, best = worth, (start, inside[-1][0][1])
    return best


def _start(found: Sequence[Token], start: int, first: int) -> int:
    """The beginning of the next word, so that none is cut."""
    if start == 0:
        return 0
    return next((token.start for token in found if start <= token.start <= first), first)


def _end(text: str, found: Sequence[Token], start: int, length: int) -> int:
    """The end of the last whole word that fits, with the punctuation that follows it."""
    most = start + length
    if most >= len(text):
        return len(text)
    ends = [token.end for token in found if start < token.end <= most]
    end = ends[-1] if ends else most
    while end < most and not text[end].isspace() and not text[end].isalnum():
        end += 1
    return end


def _runs(text: str, spans: Sequence[Span], start: int, end: int) -> Iterator[tuple[str, bool]]:
    place = start
    inside = ((max(first, start), min(last, end)) for first, last in spans)
    for first, last in inside:
        if first >= last:
            continue
        if place < first:
            yield text[place:first], False
        yield text[first:last], True
        place = last
    if place < end:
        yield text[place:end], False
