"""A paper: what is printed or handed out as a file, as plain blocks that every format can set."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("heading", "para", "note", "code", "qr", "facts", "lines", "ticks", "table", "break", "fine")


@dataclass(frozen=True)
class Block:
    """One block. `rows`: (label, value, language of the value) of facts, or the cells of a table's rows."""

    kind: str
    text: str = ""
    language: str = "en"
    level: int = 2
    rows: tuple[tuple[str, ...], ...] = ()


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
