"""A clause's cleaned HTML as the blocks of a paper: paragraphs with our labels, lists, quotations, tables."""

from __future__ import annotations

from html.parser import HTMLParser

from portal.formats.paper import Block

_TEXT = frozenset(
    {"p", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "pre", "div", "blockquote", "caption"}
)
_CELLS = frozenset({"th", "td"})
_LISTS = frozenset({"ul", "ol"})
_LABEL = "supplied-label"


def blocks_of(html: str, language: str) -> tuple[Block, ...]:
    """The blocks of a text. Bold, italics and links are left out; every word stays.

    A paragraph that is not in the official text is followed by its label, as a block of kind "label".
    """
    reader = _Reader(language)
    reader.feed(html)
    reader.close()
    reader.end_block()
    return tuple(reader.blocks)


class _Reader(HTMLParser):
    """Gathers one block at a time; a table is one block."""

    def __init__(self, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._language = language
        self._pieces: list[str] = []
        self._marker: str | None = None
        self._lists: list[int | None] = []
        """The open lists, outermost first: the next number, None for one without numbers."""
        self._rows: list[list[str]] = []
        self._spans: list[bool] = []
        """The open spans: whether each is a label."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "span":
            self._spans.append(_LABEL in (dict(attrs).get("class") or ""))
            if self._spans[-1]:
                self.end_block()
        elif tag == "br":
            self._pieces.append("\n")
        elif tag in _LISTS:
            self.end_block()
            self._lists.append(int(dict(attrs).get("start") or 1) if tag == "ol" else None)
        elif tag == "tr":
            self._rows.append([])
        elif tag in _TEXT and not self._rows:
            self.end_block()
            if tag == "li":
                self._marker = self._next_marker()

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            if self._spans and self._spans.pop():
                self._add("label")
        elif tag in _CELLS and self._rows:
            self._rows[-1].append(self._taken())
        elif tag == "table":
            self._end_table()
        elif tag in _TEXT and not self._rows:
            self.end_block()
        if tag in _LISTS and self._lists:
            self.end_block()
            self._lists.pop()

    def handle_data(self, data: str) -> None:
        self._pieces.append(data.replace("\n", " "))

    def end_block(self) -> None:
        """What was gathered so far is a block, an item of a list where one is open."""
        self._add("item" if self._lists else "para")

    def _add(self, kind: str) -> None:
        text = self._taken()
        if not text:
            return
        rows = ((self._marker or "",),) if kind == "item" else ()
        self._marker = None
        self.blocks.append(Block(kind, text, self._language, level=max(1, len(self._lists)), rows=rows))

    def _taken(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        self._pieces.clear()
        return "\n".join(lines).strip()

    def _next_marker(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "•"
        self._lists[-1] = number + 1
        return f"{number}."

    def _end_table(self) -> None:
        """Rows are filled up to the longest, so that a cell over several columns breaks nothing."""
        width = max((len(row) for row in self._rows), default=0)
        rows = tuple((*row, *[""] * (width - len(row))) for row in self._rows)
        self._rows.clear()
        if width:
            self.blocks.append(Block("table", "", self._language, rows=rows))
