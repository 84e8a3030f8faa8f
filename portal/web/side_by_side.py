"""Whether a clause's texts in two languages can stand paragraph beside paragraph."""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser

_WITHOUT_END = frozenset({"br", "hr", "wbr"})


def alike(texts: Iterable[str]) -> bool:
    """Whether cleaned HTML texts have the same blocks in the same order: paragraphs, lists, tables."""
    return len({_blocks(html) for html in texts}) == 1


def _blocks(html: str) -> tuple[str, ...]:
    reader = _Outermost()
    reader.feed(html)
    reader.close()
    return tuple(reader.tags)


class _Outermost(HTMLParser):
    """The tags that lie in no other."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if self._depth == 0:
            self.tags.append(tag)
        self._depth += tag not in _WITHOUT_END

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag not in _WITHOUT_END
