"""Text -> numbers of word pieces, the most probable ones: the unigram tokenizer of the encoder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import inf

from search_index.summarizer.weights import Pieces

_START = "▁"  # stands before every word
_UNKNOWN = 10.0  # how much less probable than the rarest piece a letter is that no piece has
_CACHED = 50_000
_LONG = 40  # letters of a word that is not worth remembering


class Tokenizer:
    """Splits at spaces first: no piece holds a space inside, so words do not depend on each other."""

    def __init__(self, pieces: Pieces) -> None:
        special = {pieces.begin, pieces.end, pieces.unknown}
        self._letters = pieces.letters
        self._unknown = pieces.unknown
        self._pieces = {
            text: (number, score)
            for number, (text, score) in enumerate(zip(pieces.texts, pieces.scores.tolist(), strict=True))
            if number not in special and not (text.startswith("<") and text.endswith(">") and len(text) > 2)
        }
        self._longest = max(map(len, self._pieces))
        self._penalty = float(pieces.scores.min()) - _UNKNOWN
        self._remembered = lru_cache(_CACHED)(self._split)

    def numbers(self, text: str) -> list[int]:
        """The pieces of a text, without the marks for beginning and end."""
        found: list[int] = []
        for word in text.translate(self._letters).split(" "):
            if word:
                found += (self._remembered if len(word) <= _LONG else self._split)(word)
        return found

    def _split(self, word: str) -> Sequence[int]:
        """The most probable way to cut a word into pieces (Viterbi)."""
        text = _START + word
        scores = [0.0] + [-inf] * len(text)
        steps = [(0, self._unknown)] * (len(text) + 1)
        for start in range(len(text)):
            so_far = scores[start]
            if so_far + self._penalty > scores[start + 1]:
                scores[start + 1], steps[start + 1] = so_far + self._penalty, (start, self._unknown)
            for stop in range(start + 1, min(start + self._longest, len(text)) + 1):
                known = self._pieces.get(text[start:stop])
                if known and so_far + known[1] > scores[stop]:
                    scores[stop], steps[stop] = so_far + known[1], (start, known[0])
        return _walked(steps)


def _walked(steps: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """From the last step back to the first: the pieces in the order of the text."""
    found, at = [], len(steps) - 1
    while at:
        at, number = steps[at]
        found.append(number)
    return tuple(reversed(found))
