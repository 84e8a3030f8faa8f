"""A clause's text without markup, and the change between it and the wording that somebody suggests.

The change is the longest common subsequence of words, grown block by block (Ratcliff and Obershelp 1988, as
in the standard library's difflib). Words and punctuation marks are compared, with the space after them kept.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from html.parser import HTMLParser

SAME, DELETED, INSERTED = "same", "deleted", "inserted"
Runs = tuple[tuple[str, str], ...]
"""(kind, text) in reading order: without the inserted runs the old text, without the deleted the new."""

MOST_WORDS = 4_000
_MARKS = ",.;:!?()،۔؛؟"
_PIECES = re.compile(rf"[^\s{_MARKS}]+\s*|[{_MARKS}]\s*|\s+")
_BLOCKS = frozenset({"p", "h2", "h3", "h4", "h5", "h6", "li", "tr", "dt", "dd", "blockquote", "pre", "div"})
_CELLS = frozenset({"td", "th"})
_NOT_OURS = "supplied-label"


def plain_text(html: str) -> str:
    """The text of a clause's cleaned HTML: paragraphs parted by an empty line, our own labels left out."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    blocks = (" ".join(block.split()) for block in "".join(reader.pieces).split("\n"))
    return "\n\n".join(block for block in blocks if block)


@lru_cache(maxsize=2048)
def redline(before: str, after: str) -> Runs:
    """The change from `before` to `after`.

    Where `after` rewrites one paragraph only, it is held against that paragraph. Texts of more than
    MOST_WORDS words are shown as one deletion and one insertion.
    """
    old, new = before.strip(), after.strip()
    return _difference(_base(old, new), new)


def is_same(before: str, after: str) -> bool:
    """Whether the two say the same but for white space."""
    return before.split() == after.split()


def _base(old: str, new: str) -> str:
    """The whole clause, or the one paragraph that the new text is more like."""
    paragraphs = [part for part in old.split("\n\n") if part.strip()]
    return max([old, *paragraphs], key=lambda part: _likeness(part, new)) if len(paragraphs) > 1 else old


def _likeness(one: str, other: str) -> float:
    """An upper bound of the ratio that words in common give, cheap enough for every paragraph."""
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).quick_ratio()


def _difference(old: str, new: str) -> Runs:
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return tuple((kind, text) for kind, text in ((DELETED, old), (INSERTED, new)) if text)
    words = ([piece.strip() for piece in before], [piece.strip() for piece in after])
    runs: list[tuple[str, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append((SAME, "".join(after[k:m])))
            continue
        runs += [(DELETED, "".join(before[i:j]))] if j > i else []
        runs += [(INSERTED, "".join(after[k:m]))] if m > k else []
    return tuple(runs)


class _Text(HTMLParser):
    """Collects text; a line end stands for the end of a block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipping or (tag == "span" and _NOT_OURS in (dict(attrs).get("class") or "")):
            self._skipping += tag == "span"
        elif tag in _BLOCKS or tag == "br":
            self.pieces.append("\n")
        elif tag in _CELLS and self.pieces and self.pieces[-1] != "\n":
            self.pieces.append(" | ")

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            self._skipping -= tag == "span"
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.pieces.append(data.replace("\n", " "))
