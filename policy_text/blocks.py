"""Find the headings of a Markdown document: which lines are headings, and which only look like one.

Follows the block rules of CommonMark. What stands in fenced or indented code, in HTML and its comments, in
lists and in quotations opens no section; neither does a YAML front matter at the top.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

BYTE_ORDER_MARK = "\ufeff"

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_ATX = re.compile(r"(#{1,6})(?:[ \t]|$)")
_SETEXT = re.compile(r"(?:=+|-+) *$")
_RULE = re.compile(r"(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_ITEM = re.compile(r"(?:[-+*]|([0-9]{1,9})[.)])(?= |$)")
_QUOTE = re.compile(r" {0,3}> ?")
_REFERENCE = re.compile(r" {0,3}\[[^\[\]]+\]: *[^ ]+(?: +[\"'(].*)? *$")
_TABLE_RULE = re.compile(r"(?=.*\|)[ |:-]+$")
_FRONT_MATTER = re.compile(
    r"---[ \t]*(?:\r\n|\r|\n)(?=[A-Za-z_][\w-]*:)(?:[^\r\n]*(?:\r\n|\r|\n))*?"
    r"(?:---|\.\.\.)[ \t]*(?:\r\n|\r|\n|$)"
)
_DEEPEST = 40  # containers in containers: nobody writes more, and each costs a call

_BLOCK_TAGS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl"
    "|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link"
    "|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th"
    "|thead|title|tr|track|ul"
)
_BLANK = re.compile(r" *$")
_HTML: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(opens, re.IGNORECASE), closes if isinstance(closes, re.Pattern) else re.compile(closes, re.I))
    for opens, closes in (
        (r"<(?:script|pre|style|textarea)(?:[ >]|$)", r".*</(?:script|pre|style|textarea)>"),
        (r"<!--", r".*-->"),
        (r"<\?", r".*\?>"),
        (r"<![a-z]", r".*>"),
        (r"<!\[CDATA\[", r".*\]\]>"),
        (rf"</?(?:{_BLOCK_TAGS})(?: |/?>|$)", _BLANK),
    )
)
_ANY_TAG = re.compile(r"</?[a-z][a-z0-9-]*(?: [^<>]*)?/?> *$", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """A heading that opens a section. `start` and `end` are offsets in the text, `end` after its line end."""

    start: int
    end: int
    line: int
    """Counted from 1."""
    level: int
    text: str
    """As written, without its marks."""


def headings(text: str) -> Iterator[Heading]:
    """The headings of a document in reading order, ATX (`## Title`) and setext (underlined)."""
    blocks = _Blocks()
    starts: list[int] = []
    begin = front_matter(text)
    skipped = text[:begin].count("\n") + text[:begin].count("\r") - text[:begin].count("\r\n")
    for match in _LINE.finditer(text, begin):
        starts.append(match.start())
        raw = match.group().rstrip("\r\n").removeprefix(BYTE_ORDER_MARK if match.start() == 0 else "")
        lines = blocks.feed(raw.expandtabs(4))
        if not lines:
            continue
        start = starts[-lines]
        written = text[start : match.start()] if lines > 1 else raw
        level = len(_atx_marks(raw)) if lines == 1 else 1 + raw.strip().startswith("-")
        yield Heading(
            start, match.end(), skipped + len(starts) - lines + 1, level, _title(written, lines == 1)
        )


def front_matter(text: str) -> int:
    """Where the document begins: after a YAML front matter, else 0."""
    begin = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
    match = _FRONT_MATTER.match(text, begin)
    return match.end() if match else 0


def _atx_marks(line: str) -> str:
    match = _ATX.match(line.lstrip(" "))
    return match.group(1) if match else ""


def _title(written: str, atx: bool) -> str:
    if not atx:
        return " ".join(written.removeprefix(BYTE_ORDER_MARK).split())
    text = written.lstrip(" ").lstrip("#").strip(" \t")
    opened = text.rstrip("#")
    return opened.rstrip(" \t") if not opened or opened[-1] in " \t" else text


@dataclass
class _Blocks:
    """The open blocks of one container (document, list item, quotation), fed a line at a time."""

    depth: int = 0
    indent: int = 0
    """Columns that a line of this list item is indented by; 0 for a quotation."""
    fence: str = ""
    """The mark that closes the open code fence, at its least length."""
    html_end: re.Pattern[str] | None = None
    paragraph: list[str] = field(default_factory=list)
    child: _Blocks | None = None
    empty: bool = True
    """Nothing but blank lines so far."""

    def feed(self, line: str) -> int:
        """How many lines the heading has that ends with this line; 0 where none ends here."""
        if self._goes_on(line):
            return 0
        if not line.strip(" "):
            self._close()
            return 0
        self.empty = False
        body = line.lstrip(" ")
        if len(line) - len(body) >= 4:
            if not self.in_paragraph():
                self._close()
            elif self.paragraph:
                self.paragraph.append(line)
            return 0
        lines = self._heading(body)
        if lines:
            self._close()
        elif not self._opens(line, body):
            self._text(line)
        return lines

    def in_paragraph(self) -> bool:
        return bool(self.paragraph) or (self.child is not None and self.child.in_paragraph())

    def _goes_on(self, line: str) -> bool:
        """True where the line belongs to an open fence, HTML block, list item or quotation."""
        if self.fence:
            mark = line.strip(" ")
            if mark.startswith(self.fence) and not mark.strip(self.fence[0]) and _indent(line) < 4:
                self.fence = ""
            return True
        if self.html_end is not None:
            if self.html_end.match(line):
                self.html_end = None
            return True
        return self.child is not None and self._within(self.child, line)

    def _within(self, child: _Blocks, line: str) -> bool:
        if not child.indent:
            quote = _QUOTE.match(line)
            if quote:
                child.feed(line[quote.end() :])
            return quote is not None
        if not line.strip(" "):
            child.feed("")
            if child.empty:
                self.child = None
            return True
        if _indent(line) >= child.indent:
            child.feed(line[child.indent :])
            return True
        return False

    def _heading(self, body: str) -> int:
        if _ATX.match(body):
            return 1
        if self.paragraph and _SETEXT.match(body) and not _is_special(self.paragraph):
            return len(self.paragraph) + 1
        return 0

    def _opens(self, line: str, body: str) -> bool:
        """Open what the line opens, other than a paragraph."""
        fence = _FENCE.match(body)
        if fence:
            self._close()
            self.fence = fence.group(1) or fence.group(2)
            return True
        if self._opens_html(body):
            return True
        if _RULE.match(body):
            self._close()
            return True
        if self.depth >= _DEEPEST:
            return False
        if body.startswith(">"):
            return self._open_child(0, line[line.index(">") + 1 :].removeprefix(" "))
        item = _ITEM.match(body)
        if item is None or (self.paragraph and _cannot_interrupt(item, body)):
            return False
        rest = body[item.end() :]
        spaces = _indent(rest)
        gap = spaces if 1 <= spaces <= 4 and rest.strip(" ") else 1
        return self._open_child(_indent(line) + item.end() + gap, rest[gap:])

    def _opens_html(self, body: str) -> bool:
        end = next((closes for opens, closes in _HTML if opens.match(body)), None)
        if end is None and not self.in_paragraph() and _ANY_TAG.match(body):
            end = _BLANK
        if end is None:
            return False
        self._close()
        self.html_end = None if end.match(body) else end
        return True

    def _open_child(self, indent: int, rest: str) -> bool:
        self._close()
        self.child = _Blocks(self.depth + 1, indent)
        self.child.feed(rest)
        return True

    def _text(self, line: str) -> None:
        """A line of a paragraph: of this container's, or lazily of one further in."""
        if self.child is not None and self.child.in_paragraph():
            return
        self.child = None
        self.paragraph.append(line)

    def _close(self) -> None:
        self.paragraph = []
        self.child = None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _cannot_interrupt(item: re.Match[str], body: str) -> bool:
    return not body[item.end() :].strip(" ") or item.group(1) not in (None, "1")


def _is_special(paragraph: list[str]) -> bool:
    """Link definitions and tables: a line of dashes below them is a rule, not an underline."""
    if all(_REFERENCE.match(line) for line in paragraph):
        return True
    return len(paragraph) > 1 and "|" in paragraph[0] and _TABLE_RULE.match(paragraph[1]) is not None
