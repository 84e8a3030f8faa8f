"""Did you mean: for words that nothing has, near ones from the index itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from search_index.query import And, Node, Or, Query, Word
from search_index.vocabulary import Lookup

SHORTEST = 4
MOST_CHECKED = 25


def did_you_mean(query: Query, words: Lookup, uses: Callable[[Word], int]) -> str | None:
    """The typed text with words nothing has replaced by the nearest, then most frequent words.

    `uses` counts the documents that may be seen and have a word; a word that only hidden documents have is
    never suggested.
    """
    text, changed = query.text, False
    for word in sorted(_words(query.root), key=lambda word: -word.start):
        if len(word.form) < SHORTEST or word.end <= word.start or uses(word):
            continue
        better = _nearest(word, words, uses)
        if better:
            text, changed = text[: word.start] + better + text[word.end :], True
    return text if changed else None


def _nearest(word: Word, words: Lookup, uses: Callable[[Word], int]) -> str | None:
    distance = 1 if len(word.form) <= 5 else 2
    near = sorted(
        words.near(word.form, distance), key=lambda one: (one[0], one[1][0] != word.form[0], one[1])
    )
    counted = ((edits, -uses(Word(form, "exact")), form) for edits, form in near[:MOST_CHECKED])
    best = min((one for one in counted if one[1]), default=None)
    return best[2] if best else None


def _words(node: Node | None) -> Iterator[Word]:
    if isinstance(node, Word) and node.mode != "prefix":
        yield node
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from _words(part)
