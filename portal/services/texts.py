"""Cleaning what people send: line ends, normal form, length in what a reader calls characters."""

from __future__ import annotations

import re
import unicodedata

import regex

LONGEST_BODY = 5_000
MOST_CODE_POINTS = 40_000
LONGEST_NAME = 200
LONGEST_NOTE = 1_000
LONGEST_EMAIL = 254
MOST_PILED_MARKS = 1_000
_PILE = regex.compile(r"\p{M}{31,}")
"""More marks on one letter than any language needs (UAX 15, stream-safe text)."""
_GRAPHEME = regex.compile(r"\X")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_EMAIL = regex.compile(r"""[^@\s,;:<>()\[\]"\\]{1,64}@[^@\s.,;:<>()\[\]"\\]+(?:\.[^@\s.,;:<>()\[\]"\\]+)+""")
"""Without the signs that a mail server reads as the end of an address, a list or a remark."""


def clean(text: str) -> str:
    """LF line ends, then Unicode normal form C. Nothing else is changed.

    Sorting a run of marks costs the square of its length: what is refused for its length or its marks all the
    same is left as it is.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(unified) > 2 * MOST_CODE_POINTS or _too_many_marks(unified):
        return unified
    return unicodedata.normalize("NFC", unified)


def graphemes(text: str) -> int:
    """Length in grapheme clusters (UAX 29): a letter with its marks, an emoji with its parts, count one."""
    return len(_GRAPHEME.findall(text))


def exceeds(text: str, most: int) -> bool:
    """Whether the text has more than `most` grapheme clusters. Few code points cannot be many clusters."""
    return len(text) > most and graphemes(text) > most


def fault(text: str) -> str | None:
    """Message key for text that cannot be held: NUL, a lone surrogate, piles of marks. None: fine."""
    if "\x00" in text:
        return "error.text.nul"
    if _LONE_SURROGATE.search(text):
        return "error.text.encoding"
    if _too_many_marks(text):
        return "error.text.marks"
    return None


def _too_many_marks(text: str) -> bool:
    return sum(len(pile) for pile in _PILE.findall(text)) > MOST_PILED_MARKS


def body_fault(text: str) -> str | None:
    """Message key for a cleaned comment that cannot be taken, None where it can."""
    if (key := fault(text)) is not None:
        return key
    if not text.strip():
        return "error.body.empty"
    if len(text) > MOST_CODE_POINTS or exceeds(text, LONGEST_BODY):
        return "error.body.long"
    return None


def wording_fault(text: str) -> str | None:
    """Message key for a cleaned suggested wording that cannot be taken, None where it can."""
    key = body_fault(text)
    return "error.suggested_wording.long" if key == "error.body.long" else key


def note_fault(text: str) -> str | None:
    """Message key for a note that cannot be taken, None where it can."""
    return fault(text) or ("error.note.long" if exceeds(text, LONGEST_NOTE) else None)


def line_fault(text: str, longest: int, field: str) -> str | None:
    """Message key for a one-line field such as a name, None where it can be taken."""
    if (key := fault(text)) is not None:
        return key
    if len(text) > longest * 8 or exceeds(text, longest):
        return f"error.{field}.long"
    if any(unicodedata.category(character) == "Cc" for character in text):
        return "error.line.control"
    return None


def email_fault(text: str) -> str | None:
    """Message key for an address that cannot be one, None where it may be."""
    if (key := line_fault(text, LONGEST_EMAIL, "email")) is not None:
        return key
    if "@" not in text:
        return "error.email.no_at"
    if not _EMAIL.fullmatch(text):
        return "error.email.form"
    return None
