"""A paper: what is printed or handed out as a file, as plain blocks that every format can set."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = (
    *("heading", "para", "label", "item", "note", "code", "qr", "facts"),
    *("lines", "ticks", "table", "contents", "break", "fine"),
)
REPORT_KINDS = (
    *("tongue", "cover", "figures", "scale", "key", "bars", "columns", "days", "heat", "grid", "squares"),
    *("said", "basis", "ids", "check", "quote", "beside", "comment"),
)
"""What only reports have; a report's blocks are these and the others."""


@dataclass(frozen=True)
class Block:
    """One block. `rows`: (label, value, language of the value or "code") of facts, or the cells of a table.

    An item of a list has its marker in `rows` and its depth in `level`; contents list the headings of the
    levels 2 and 3 that follow, under `text`. `inner`: blocks side by side, the first `level` of them first.
    """

    kind: str
    text: str = ""
    language: str = "en"
    level: int = 2
    rows: tuple[tuple[str, ...], ...] = ()
    inner: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Paper:
    """Blocks in reading order. `date`: the day it speaks of, as YYYY-MM-DD; files bear no other time."""

    title: str
    language: str
    date: str
    running: str
    """What stands at the foot of every page."""
    missing: str
    """The sentence above the list of letters that the fonts do not have; %s is where they stand."""
    blocks: tuple[Block, ...]
